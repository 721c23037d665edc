//! What the values of attributes may be.

use super::allow::SCHEMES;

/// Why a value may not stand there.
pub(super) fn fault(attribute: &str, value: &str) -> Option<String> {
    let one_of = |words: &[&str]| (!words.contains(&value)).then(|| format!("must be one of {}", words.join(", ")));
    match attribute {
        "class" | "role" => (!value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ')))
            .then(|| "must be words".into()),
        "id" => (!is_id(value)).then(|| "must be a letter, then letters, digits, `-`, `_` or `.`".into()),
        "dir" => one_of(&["ltr", "rtl", "auto"]),
        "lang" | "hreflang" => {
            (!value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')).then(|| "must be a language tag".into())
        }
        "tabindex" => one_of(&["0", "-1"]),
        "colspan" | "rowspan" => number(value, 1..=1000),
        "start" | "value" => number(value, -9999..=9999),
        "type" => one_of(&["1", "a", "A", "i", "I"]),
        "scope" => one_of(&["row", "col", "rowgroup", "colgroup"]),
        "href" => link_fault(value).map(Into::into),
        _ => None,
    }
}

fn number(value: &str, range: std::ops::RangeInclusive<i32>) -> Option<String> {
    let fits = value.parse::<i32>().is_ok_and(|number| range.contains(&number));
    (!fits).then(|| format!("must be a number from {} to {}", range.start(), range.end()))
}

fn is_id(value: &str) -> bool {
    value.starts_with(char::is_alphabetic) && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Absolute addresses of known schemes and places of the same page. Links to other pages are written
/// in Markdown, which resolves them and knows the site's base path.
fn link_fault(address: &str) -> Option<&'static str> {
    // A browser strips such characters before it looks for the scheme.
    if address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '`')) {
        return Some("holds a character that an address may not");
    }
    if address.starts_with('#') {
        return None;
    }
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme {
        Some(scheme) if SCHEMES.contains(&scheme.as_str()) => None,
        Some(scheme) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) => {
            Some("has a scheme other than https, http and mailto")
        }
        _ => Some("is not absolute; write the link in Markdown"),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn good_values() {
        let good = [
            ("class", "wide two-col"),
            ("id", "fig-1.a_b"),
            ("dir", "rtl"),
            ("lang", "pt-BR"),
            ("colspan", "2"),
            ("start", "-3"),
            ("type", "i"),
            ("scope", "row"),
            ("tabindex", "0"),
            ("title", "any \"text\""),
            ("aria-label", "<any>"),
            ("datetime", "2026-03"),
            ("open", ""),
            ("href", "https://a.b/c?d=e&f#g"),
            ("href", "http://a.b"),
            ("href", "mailto:a@b"),
            ("href", "#x"),
            ("href", "HTTPS://a.b"),
        ];
        for (name, value) in good {
            assert_eq!(fault(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn bad_values() {
        let bad = [
            ("class", "a;b"),
            ("id", "1a"),
            ("id", "a b"),
            ("id", ""),
            ("dir", "up"),
            ("lang", "e_n"),
            ("colspan", "0"),
            ("colspan", "1001"),
            ("start", "x"),
            ("type", "b"),
            ("scope", ""),
            ("tabindex", "3"),
            ("href", ""),
            ("href", "javascript:alert(1)"),
            ("href", "JaVaScRiPt:alert(1)"),
            ("href", "java\nscript:alert(1)"),
            ("href", " javascript:alert(1)"),
            ("href", "\u{1}javascript:alert(1)"),
            ("href", "data:text/html,x"),
            ("href", "vbscript:x"),
            ("href", "blob:x"),
            ("href", "file:///etc/passwd"),
            ("href", "//a.b"),
            ("href", "/about/"),
            ("href", "x.html"),
            ("href", "\\\\a.b"),
        ];
        for (name, value) in bad {
            assert!(fault(name, value).is_some(), "{name}={value}");
        }
    }
}
