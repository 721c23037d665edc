//! Text into markup.

/// `text` for the inside of an element or of a double-quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// JSON for the inside of a script element: no `</script>`, no `<!--`.
pub fn json_in_script(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// Undoes [`escape`], and the two spellings of the apostrophe that other writers use.
pub fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_an_element_or_attribute() {
        assert_eq!(escape(r#"<a b="c">&'"#), "&lt;a b=&quot;c&quot;&gt;&amp;'");
        assert_eq!(unescape(&escape(r#"<a b="c">&'&amp;"#)), r#"<a b="c">&'&amp;"#);
        assert_eq!(json_in_script(&serde_json::json!("</script><!--")), r#""\u003c/script>\u003c!--""#);
    }
}
