//! Hashes: of file names, and of scripts that the page's policy allows.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// The source expression of an inline script: `sha256-…`. Source: CSP Level 3, §2.3.1.
pub fn csp(script: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(script)))
}

/// Sixteen hexadecimal digits, for file names that change with the contents.
pub fn short(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes)[..8])
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Stands for all that something was made of: as long as that is the same, so is what was made. Half of a SHA-256, since
/// one collision would show a reader an old page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 16]);

impl Key {
    /// Of these parts, of which none runs into the next.
    pub fn of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        Self(key)
    }

    /// As a part of another key.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As [`short`].
    pub fn short(&self) -> String {
        hexadecimal(&self.0[..8])
    }
}

/// All 64 hexadecimal digits.
pub fn whole(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
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

    #[test]
    fn parts_of_a_key_do_not_run_into_each_other() {
        let key = |parts: &[&str]| Key::of(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["ab"]), key(&["ab", ""]));
    }
}
