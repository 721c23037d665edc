//! The network, through `ureq`.

use super::{Answer, Ask, Method};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks hosts.
pub(super) struct Network(ureq::Agent);

impl Network {
    pub(super) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent("blog-link-check (HEAD, then GET; one at a time)")
            .build();
        Network(config.into())
    }
}

impl Ask for Network {
    fn ask(&self, method: Method, url: &str) -> Result<Answer, String> {
        let answer = match method {
            Method::Head => self.0.head(url).call(),
            Method::Get => self.0.get(url).call(),
        };
        match answer {
            Ok(answer) => Ok(Answer {
                status: answer.status().as_u16(),
                location: answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned),
            }),
            Err(ureq::Error::Timeout(_)) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{Options, Server};

    #[test]
    fn a_host_is_asked_and_its_silence_told() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("index.html"), "x").unwrap();
        let server =
            Server::with(Options { dir: dir.path().to_owned(), base: String::new(), port: 0, live: None }).unwrap();
        let network = Network::new();
        for method in [Method::Head, Method::Get] {
            assert_eq!(network.ask(method, &server.url("/")).unwrap().status, 200);
            assert_eq!(network.ask(method, &server.url("/none")).unwrap().status, 404);
        }
        let address = server.url("/");
        drop(server);
        assert!(network.ask(Method::Head, &address).is_err());
    }
}
