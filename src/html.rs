//! HTML under construction: literals go in as they are, everything in parentheses is escaped.

/// Appends to a `String`: string literals are markup, `(expression)` is text or an attribute's value
/// (anything that derefs to `str`), `{expression}` is markup that is safe already.
macro_rules! html {
    ($out:expr $(,)?) => {};
    ($out:expr, $literal:literal $($rest:tt)*) => {{ $out.push_str($literal); $crate::html::html!($out, $($rest)*); }};
    ($out:expr, ($text:expr) $($rest:tt)*) => {{ $crate::html::escape($out, &$text); $crate::html::html!($out, $($rest)*); }};
    ($out:expr, {$markup:expr} $($rest:tt)*) => {{ $out.push_str(&$markup); $crate::html::html!($out, $($rest)*); }};
}
pub(crate) use html;

/// Appends `text` so that it means itself, in an element and between double quotes.
pub fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_escaped_and_markup_is_not() {
        let out = &mut String::new();
        let (url, title) = ("/a?b=\"c\"&d", "1 < 2".to_owned());
        html!(out, "<a href=\"" (url) "\">" (title) "</a>" {"<br>"});
        assert_eq!(out, "<a href=\"/a?b=&quot;c&quot;&amp;d\">1 &lt; 2</a><br>");
    }
}
