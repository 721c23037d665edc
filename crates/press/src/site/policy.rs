//! What a page may load and run: the Content Security Policy.

use crate::digest;

/// The policy of a page that runs these inline scripts and no others.
///
/// It goes into a meta tag, since static hosts send no headers of ours: so nothing that a meta tag
/// cannot say (`frame-ancestors`, reports) is in it. Source: CSP Level 3, §3.3 and §6.
pub fn policy<'a>(scripts: impl IntoIterator<Item = &'a str>) -> String {
    let hashes: String = scripts.into_iter().map(|script| format!(" '{}'", digest::csp(script))).collect();
    [
        "default-src 'none'",
        &format!("script-src 'self' 'wasm-unsafe-eval'{hashes}"),
        "style-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_sites_own_files_and_these_scripts() {
        let policy = policy(["alert('Hello, world.');"]);
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='; style-src 'self'; "));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("http") && !policy.contains('"'));
    }
}
