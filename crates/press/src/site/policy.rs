//! What a page may load and run: the Content Security Policy.

use crate::{digest, embeds::Permits};

/// The policy of a page that runs these inline scripts and no others, and may ask these hosts beside its own, and what
/// other sites add. It binds the document alone: a worker has the policy that its script's response brings, from a static
/// host none, and that it asks nobody is for its code to keep. Source: HTML Standard, "run a worker", step on the policy container.
///
/// It goes into a meta tag, since static hosts send no headers of ours: so nothing that a meta tag
/// cannot say (`frame-ancestors`, reports) is in it. Source: CSP Level 3, §3.3 and §6.
pub fn policy<'a>(scripts: impl IntoIterator<Item = &'a str>, hosts: &[String], permits: &Permits) -> String {
    let hashes: String = scripts.into_iter().map(|script| format!(" '{}'", digest::csp(script))).collect();
    let hosts: String = hosts.iter().chain(&permits.asks).map(|host| format!(" {host}")).collect();
    let frames = permits.frames.as_ref().map(|host| format!("frame-src {host}"));
    let parts = [
        "default-src 'none'",
        &format!("script-src 'self' 'wasm-unsafe-eval'{hashes}"),
        "style-src 'self'",
        &format!("connect-src 'self'{hosts}"),
        "font-src 'self'",
        "img-src 'self' data:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ];
    parts.into_iter().chain(frames.as_deref()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_sites_own_files_and_these_scripts() {
        let policy = policy(["alert('Hello, world.');"], &[], &Permits::default());
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'; "));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("http") && !policy.contains('"'));
        assert!(policy.contains("; connect-src 'self'; "), "{policy}");
    }

    #[test]
    fn a_page_with_a_hub_may_ask_it_and_run_nothing_of_it() {
        let hosts = ["https://hub.example".to_owned(), "https://*.hub.example".to_owned()];
        let none = Permits::default();
        let (with, without) = (policy(["x"], &hosts, &none), policy(["x"], &[], &none));
        let named = "connect-src 'self' https://hub.example https://*.hub.example";
        assert_eq!(with.replace(named, "connect-src 'self'"), without);
    }

    #[test]
    fn what_other_sites_add_may_be_framed_or_asked_and_not_run() {
        let of = |frames: Option<&str>, asks: Option<&str>| {
            policy(["x"], &[], &Permits { frames: frames.map(str::to_owned), asks: asks.map(str::to_owned) })
        };
        let without = of(None, None);
        assert!(!without.contains("frame-src"), "default-src is none");
        assert_eq!(of(Some("https://talk.example"), None), format!("{without}; frame-src https://talk.example"));
        let asks = of(None, Some("https://count.example"));
        assert_eq!(asks.replace("connect-src 'self' https://count.example", "connect-src 'self'"), without);
    }
}
