//! From bytes to text.

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Severity};

/// The bytes of the file `path` as text.
///
/// # Errors
/// The finding that says where they stop being UTF-8.
pub fn decode<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostic> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let offset = error.valid_up_to();
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let (line, column) = super::diagnostic::Lines::new(&before).position(offset);
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message = match bytes.get(offset) {
        Some(_) if utf16 => "the file is UTF-16, not UTF-8".to_owned(),
        Some(byte) => format!("the file is not UTF-8: byte 0x{byte:02X}"),
        None => "the file is not UTF-8".to_owned(),
    };
    Err(Diagnostic {
        severity: Severity::Error,
        code: codes::NOT_UTF8,
        path: path.to_owned(),
        span: offset..(offset + error.error_len().unwrap_or(1)).min(bytes.len()),
        line,
        column,
        message,
        help: Some("save it as UTF-8".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_first_bad_byte_is_told() {
        assert_eq!(decode("f", "gut ß".as_bytes()), Ok("gut ß"));
        let say = |bytes: &[u8]| decode("f", bytes).unwrap_err().to_string();
        assert_eq!(say(b"a\n\xc3\x9fb\xe9c"), "f:2:3: error: the file is not UTF-8: byte 0xE9; save it as UTF-8");
        assert_eq!(say(b"a\xe2\x82"), "f:1:2: error: the file is not UTF-8: byte 0xE2; save it as UTF-8");
        assert_eq!(say(b"\xff\xfea\0"), "f:1:1: error: the file is UTF-16, not UTF-8; save it as UTF-8");
    }
}
