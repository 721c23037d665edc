//! Hashes: of file names, and of scripts that the page's policy allows.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// The source expression of an inline script: `sha256-…`. Source: CSP Level 3, §2.3.1.
pub fn csp(script: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(script)))
}

/// Sixteen hexadecimal digits, for file names that change with the contents.
pub fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// All 64 hexadecimal digits.
pub fn whole(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first: the example of CSP Level 3, "Usage of `script-src` with hashes"; both checked by `openssl dgst -sha256`.
    #[test]
    fn hashes_are_those_of_the_standard() {
        assert_eq!(csp("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
        assert_eq!(short(b"abc"), "ba7816bf8f01cfea");
    }
}
