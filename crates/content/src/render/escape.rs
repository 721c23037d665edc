//! Text that may stand in HTML.

/// Appends `text` with `&`, `<`, `>` and, where asked, `"` written as entities.
pub(super) fn escape(out: &mut String, text: &str, quotes: bool) {
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&quot;",
            _ => continue,
        };
        out.push_str(&text[plain_from..at]);
        out.push_str(entity);
        plain_from = at + 1;
    }
    out.push_str(&text[plain_from..]);
}

/// Appends ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value, true);
    out.push('"');
}

/// Appends an address: what URLs may not hold is percent-encoded, what attributes may not is an entity.
///
/// Source: the safe characters of the CommonMark reference implementation, `houdini_href_e.c`.
pub(super) fn address(out: &mut String, url: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in url.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            _ if b"-_.+!*(),%#@?=;:/$~".contains(&byte) => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let mut out = String::new();
        escape(&mut out, "<a b=\"é\"> & ", false);
        escape(&mut out, "\"<", true);
        assert_eq!(out, "&lt;a b=\"é\"&gt; &amp; &quot;&lt;");
    }

    #[test]
    fn nothing_leaves_an_address() {
        let mut out = String::new();
        address(&mut out, "/é x\"><\\[?a=b&c='#%20");
        assert_eq!(out, "/%C3%A9%20x%22%3E%3C%5C%5B?a=b&amp;c=&#x27;#%20");
    }
}
