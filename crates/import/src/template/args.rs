//! The arguments of a tag: `"a" key="b" other=c`.

/// Arguments, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub positional: Vec<String>,
    pub named: Vec<(String, String)>,
}

impl Args {
    /// Reads arguments with white space or commas between them.
    pub(crate) fn parse(text: &str) -> Self {
        let mut args = Args::default();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                return args;
            }
            let key_end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
            let after = rest[key_end..].trim_start();
            match after.strip_prefix('=') {
                Some(value) if key_end > 0 => {
                    let (value, next) = value_of(value.trim_start());
                    args.named.push((rest[..key_end].to_owned(), value));
                    rest = next;
                }
                _ => {
                    let (value, next) = value_of(rest);
                    args.positional.push(value);
                    rest = next;
                }
            }
        }
    }

    /// The first of these that is named.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.named.iter().find(|(known, _)| known == name))
            .map(|(_, value)| value.as_str())
    }
}

/// A value in quotes, in brackets or up to white space, and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return (String::new(), "") };
    let close = match first {
        '"' | '\'' | '`' => first,
        '[' => ']',
        _ => {
            let end = text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len()).max(first.len_utf8());
            return (text[..end].to_owned(), &text[end..]);
        }
    };
    let mut value = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == close => return (value, &text[at + c.len_utf8()..]),
            '\\' if first == '"' || first == '\'' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::Args;

    #[test]
    fn arguments_are_read_in_all_spellings() {
        let args = Args::parse(r#" figure.html src="a b.png", alt='it\'s' w=3 list=[1, 2] id = `x` last"#);
        assert_eq!(args.positional, ["figure.html", "last"]);
        let expected = [("src", "a b.png"), ("alt", "it's"), ("w", "3"), ("list", "1, 2"), ("id", "x")];
        assert_eq!(args.named, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(args.first(&["alt", "src"]), Some("it's"));
    }

    #[test]
    fn broken_arguments_end() {
        for text in ["\"a", "=", "a=", "[", ",,", "é=é", "'"] {
            Args::parse(text);
        }
        assert_eq!(Args::parse("=x").positional, ["=x"]);
    }
}
