//! Strings of JSON.

/// Appends `text` to `out` as the inside of a string: quotation marks, backslashes and control characters escaped.
///
/// Source: RFC 8259, §7.
pub fn escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{0}'..='\u{1f}' => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.extend([c as usize >> 4, c as usize & 15].map(|digit| char::from(HEX[digit])));
            }
            _ => out.push(c),
        }
    }
}

/// `text` as a string with its quotation marks.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escaped(text, &mut out);
    out.push('"');
    out
}
