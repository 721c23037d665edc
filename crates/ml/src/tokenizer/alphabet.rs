//! How a vocabulary spells bytes: each as one character that can be printed.
//!
//! Bytes that are printable characters of Latin-1 other than space and soft hyphen stand for themselves; the other
//! 68, in order, are the characters from U+0100 on. So a space is `Ġ` and a line feed `Ċ`.
//!
//! Source: Radford et al. 2019, the program published with GPT-2 (`encoder.py`, `bytes_to_unicode`).

/// Whether a byte is spelled by the character of the same number.
fn is_itself(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff)
}

/// The character of each byte.
pub(super) fn characters() -> [char; 256] {
    let mut others = '\u{100}'..;
    std::array::from_fn(|byte| match byte as u8 {
        byte if is_itself(byte) => char::from(byte),
        _ => others.next().unwrap_or(char::REPLACEMENT_CHARACTER),
    })
}

/// Appends the bytes that `token` spells; `false` where a character of it spells none.
pub(super) fn bytes(token: &str, out: &mut Vec<u8>) -> bool {
    token.chars().all(|c| {
        let byte = match u32::from(c) {
            n @ ..0x100 if is_itself(n as u8) => n as u8,
            n @ 0x100..=0x120 => (n - 0x100) as u8,
            n @ 0x121..=0x142 => (n - 0x121 + 0x7f) as u8,
            0x143 => 0xad,
            _ => return false,
        };
        out.push(byte);
        true
    })
}

/// How `bytes` are spelled.
pub(super) fn spelling(bytes: &[u8], characters: &[char; 256]) -> String {
    bytes.iter().map(|byte| characters[usize::from(*byte)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_spelled_and_read_back() {
        let characters = characters();
        // Checked against `bytes_to_unicode()` of GPT-2's encoder.py.
        let known =
            [(b' ', 'Ġ'), (b'\n', 'Ċ'), (b'\t', 'ĉ'), (0, 'Ā'), (0x7f, 'ġ'), (0xa0, 'ł'), (0xad, 'Ń'), (b'!', '!')];
        assert!(known.iter().all(|(byte, c)| characters[usize::from(*byte)] == *c));
        for byte in 0..=255 {
            let mut read = Vec::new();
            assert!(bytes(&spelling(&[byte], &characters), &mut read));
            assert_eq!(read, [byte]);
        }
        assert!(
            !bytes(" ", &mut Vec::new()) && !bytes("\u{144}", &mut Vec::new()) && !bytes("\u{ad}", &mut Vec::new())
        );
    }
}
