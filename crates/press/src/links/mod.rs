//! Whether links to other sites still lead somewhere: asked politely, and only a report.
//!
//! A host is asked one thing at a time, with a pause in between: `HEAD` first, and `GET` where the host does not take
//! that for an answer. Nothing is followed. What comes of it depends on other people's machines, so that nothing that
//! is found here is an error.

#[cfg(feature = "links")]
mod http;

use crate::posts::Entry;
use crate::threads;
use content::build::{Diagnostic, Severity, Source, html::check_html};
use content::render::{Target, survey, target};
use std::collections::BTreeMap;
use std::time::Duration;

/// The code of all findings.
const CODE: &str = "external-link";

/// Between two questions to one host.
pub const PAUSE: Duration = Duration::from_secs(1);

/// How a host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// For the head of the answer alone.
    Head,
    /// For all of it.
    Get,
}

/// What a host answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of HTTP. Source: RFC 9110, §15.
    pub status: u16,
    /// Where it sends us instead.
    pub location: Option<String>,
}

/// The way to other hosts.
pub trait Ask: Sync {
    /// Asks for an address and follows nothing.
    ///
    /// # Errors
    /// Why there is no answer, in words that follow a colon.
    fn ask(&self, method: Method, url: &str) -> Result<Answer, String>;
}

/// The way through the network.
///
/// # Errors
/// This program was built without it.
pub fn network() -> anyhow::Result<Box<dyn Ask>> {
    #[cfg(feature = "links")]
    return Ok(Box::new(http::Network::new()));
    #[cfg(not(feature = "links"))]
    anyhow::bail!("this press was built without the feature `links`; `cargo xtask check --links` builds it with it")
}

/// Links to other sites, each address once, with its first place.
pub fn external(entries: &[Entry]) -> BTreeMap<String, Diagnostic> {
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = format!("posts/{}/index.md", entry.meta.slug);
        let source = Source::new(&path, &entry.markdown);
        let survey = survey(&entry.markdown);
        let (html, _) = check_html(&source, &survey);
        let links = survey.links.into_iter().map(|link| (link.value, link.range));
        for (url, range) in links.chain(html.links) {
            let Target::External(url) = target(&url, &entry.meta.slug) else { continue };
            let url = url.split('#').next().unwrap_or(url);
            let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
            found.entry(url).or_insert_with(|| source.note(CODE, range, String::new()));
        }
    }
    found
}

/// Asks for each address, and tells those that do not answer as they should.
pub fn check(links: BTreeMap<String, Diagnostic>, network: &dyn Ask, pause: Duration) -> Vec<Diagnostic> {
    let mut hosts: BTreeMap<String, Vec<(String, Diagnostic)>> = BTreeMap::new();
    for (url, place) in links {
        hosts.entry(host(&url)).or_default().push((url, place));
    }
    let hosts: Vec<_> = hosts.into_values().collect();
    let told = threads::map(&hosts, |links| {
        let mut found = Vec::new();
        for (link_idx, (url, place)) in links.iter().enumerate() {
            if link_idx > 0 {
                std::thread::sleep(pause);
            }
            found.extend(one(url, network, pause).map(|(severity, message)| Diagnostic {
                severity,
                message,
                ..place.clone()
            }));
        }
        found
    });
    let mut found: Vec<Diagnostic> = told.into_iter().flatten().collect();
    found.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    found
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_lowercase()
}

fn one(url: &str, network: &dyn Ask, pause: Duration) -> Option<(Severity, String)> {
    let mut answer = network.ask(Method::Head, url);
    // Many hosts answer only what browsers ask.
    if !answer.as_ref().is_ok_and(|answer| answer.status < 400) {
        std::thread::sleep(pause);
        answer = network.ask(Method::Get, url);
    }
    match answer {
        Err(why) => Some((Severity::Warning, format!("the link `{url}` does not answer: {why}"))),
        Ok(Answer { status: 301 | 308, location: Some(location) }) => {
            Some((Severity::Note, format!("the link `{url}` has moved for good, to `{location}`")))
        }
        Ok(Answer { status: 401 | 403 | 429, .. }) => {
            Some((Severity::Note, format!("the link `{url}` does not answer to programs; look at it in a browser")))
        }
        Ok(Answer { status: status @ 400.., .. }) => {
            Some((Severity::Warning, format!("the link `{url}` leads to nothing: the host answers {status}")))
        }
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::manifest::PostMeta;
    use std::sync::Mutex;

    /// Hosts that answer by the path, and what they were asked.
    #[derive(Default)]
    struct Hosts(Mutex<Vec<(Method, String)>>);

    impl Ask for Hosts {
        fn ask(&self, method: Method, url: &str) -> Result<Answer, String> {
            self.0.lock().unwrap().push((method, url.to_owned()));
            let answer = |status| Ok(Answer { status, location: None });
            match (url.rsplit('/').next().unwrap(), method) {
                ("gone", _) => answer(404),
                ("shy", Method::Head) => answer(405),
                ("closed", _) => answer(403),
                ("silent", _) => Err("no answer within 15 s".into()),
                ("moved", _) => Ok(Answer { status: 301, location: Some("https://b.example/new".into()) }),
                ("elsewhere", _) => Ok(Answer { status: 302, location: Some("https://b.example/".into()) }),
                _ => answer(200),
            }
        }
    }

    fn links(markdown: &str) -> BTreeMap<String, Diagnostic> {
        let meta = PostMeta { slug: "x".into(), ..PostMeta::default() };
        external(&[Entry { meta, markdown: markdown.into(), ..Entry::default() }])
    }

    fn told(markdown: &str) -> (Vec<String>, Vec<(Method, String)>) {
        let hosts = Hosts::default();
        let found = check(links(markdown), &hosts, Duration::ZERO);
        (found.iter().map(ToString::to_string).collect(), hosts.0.into_inner().unwrap())
    }

    #[test]
    fn links_to_other_sites_are_found_once() {
        let found = links(
            "[a](https://a.example/x#y) <https://a.example/x> [b](//b.example) [c](../c/index.md)\n[d](#e) <a href=\"http://d.example\">f</a>",
        );
        let places: Vec<(&str, u32)> = found.iter().map(|(url, place)| (url.as_str(), place.column)).collect();
        assert_eq!(places, [("http://d.example", 12), ("https://a.example/x", 1), ("https://b.example", 50)]);
    }

    #[test]
    fn each_answer_has_its_words() {
        for (path, expected) in [
            ("gone", "warning: the link `https://a.example/gone` leads to nothing: the host answers 404"),
            (
                "closed",
                "note: the link `https://a.example/closed` does not answer to programs; look at it in a browser",
            ),
            ("silent", "warning: the link `https://a.example/silent` does not answer: no answer within 15 s"),
            ("moved", "note: the link `https://a.example/moved` has moved for good, to `https://b.example/new`"),
        ] {
            let (found, _) = told(&format!("[a](https://a.example/{path})"));
            assert_eq!(found, [format!("posts/x/index.md:1:1: {expected}")]);
        }
        for path in ["fine", "shy", "elsewhere"] {
            assert_eq!(told(&format!("[a](https://a.example/{path})")).0, [""; 0], "{path}");
        }
    }

    #[test]
    fn a_host_is_asked_for_the_head_first() {
        let (_, asked) = told("[a](https://a.example/fine) [b](https://a.example/shy)");
        let asked: Vec<(Method, &str)> = asked.iter().map(|(method, url)| (*method, url.as_str())).collect();
        let shy = "https://a.example/shy";
        assert_eq!(asked, [(Method::Head, "https://a.example/fine"), (Method::Head, shy), (Method::Get, shy)]);
        assert_eq!(host("HTTPS://A.example:80/b?c"), "a.example:80");
    }
}
