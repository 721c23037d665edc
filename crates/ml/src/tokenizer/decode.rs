//! Text from tokens that arrive one by one.

use std::borrow::Cow;

/// Turns bytes into text as they come. A character that is not whole yet waits for its other bytes; bytes that can
/// become no character are U+FFFD, as [`String::from_utf8_lossy`] has them.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    /// The beginning of a character: at most three bytes.
    pending: Vec<u8>,
}

impl Decoder {
    /// At the beginning of a text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the bytes of the next token; returns the text that is now whole.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut text = String::new();
        let mut rest = self.pending.as_slice();
        while let Some(chunk) = rest.utf8_chunks().next() {
            text.push_str(chunk.valid());
            let (valid, invalid) = (chunk.valid().len(), chunk.invalid().len());
            let at_end = valid + invalid == rest.len();
            if at_end && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none()) {
                rest = &rest[valid..];
                break;
            }
            if invalid > 0 {
                text.push(char::REPLACEMENT_CHARACTER);
            }
            rest = &rest[valid + invalid..];
        }
        let done = self.pending.len() - rest.len();
        self.pending.drain(..done);
        text
    }

    /// Whether a character waits for its other bytes.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Ends the text: what was waiting becomes U+FFFD.
    pub fn finish(&mut self) -> String {
        let was_waiting = self.is_waiting();
        self.pending.clear();
        if was_waiting { String::from(char::REPLACEMENT_CHARACTER) } else { String::new() }
    }
}

/// The text of some bytes.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let mut decoder = Decoder::new();
    let mut text = decoder.push(bytes);
    text += &decoder.finish();
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn pieces_of_characters_wait_for_the_rest() {
        let mut decoder = Decoder::new();
        let pieces: [&[u8]; 5] = [b"a\xf0\x9f", b"\x99", b"\x82b\xe6", b"x\xc3", b"\xa9\xe6\x9d"];
        assert_eq!(pieces.map(|piece| decoder.push(piece)), ["a", "", "🙂b", "\u{fffd}x", "é"]);
        assert!(decoder.is_waiting());
        assert_eq!((decoder.finish(), decoder.finish()), ("\u{fffd}".to_owned(), String::new()));
    }

    #[test]
    fn any_bytes_in_any_pieces_are_the_lossy_text() {
        let mut random = Random::new(2026, 13);
        for _ in 0..20_000 {
            // Bytes that begin and continue characters, so that most stretches are half right.
            let some = b"a\x80\xbf\xc2\xc3\xa9\xe0\xa0\xe6\x9d\xb1\xed\xf0\x9f\x99\x82\xf4\x8f\xff";
            let length = random.below(12);
            let bytes: Vec<u8> = (0..length).map(|_| some[random.below(some.len() as u32) as usize]).collect();
            let (mut decoder, mut text, mut rest) = (Decoder::new(), String::new(), bytes.as_slice());
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(1 + random.below(rest.len() as u32) as usize);
                text += &decoder.push(piece);
                rest = after;
            }
            text += &decoder.finish();
            assert_eq!(text, String::from_utf8_lossy(&bytes), "{bytes:x?}");
            assert_eq!(lossy(&bytes), text);
        }
    }
}
