//! Typographic quotation marks and apostrophes for plain text.

/// Replaces straight quotes: `What "Good" Means` → `What “Good” Means`, `DeepSeek's` → `DeepSeek’s`.
///
/// A mark opens if a letter or digit may follow and nothing, a space, an opening bracket, a dash or
/// another opening mark stands before it. A single mark before a digit is an apostrophe (`the '90s`),
/// and so is one that opens but finds no partner (`'tis`).
pub fn typographic(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    let mut previous = None;
    for (at, &mark) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        let opens = opens_after(previous) && next.is_some_and(|c| !c.is_whitespace());
        let put = match mark {
            '"' if opens => '“',
            '"' => '”',
            '\'' if opens && !next.is_some_and(|c| c.is_ascii_digit()) && closes_later(&chars[at + 1..]) => '‘',
            '\'' => '’',
            other => other,
        };
        out.push(put);
        previous = Some(put);
    }
    out
}

fn opens_after(previous: Option<char>) -> bool {
    previous.is_none_or(|c| {
        c.is_whitespace() || matches!(c, '(' | '[' | '{' | '“' | '‘' | '—' | '–' | '-' | '/' | '«' | '¿' | '¡')
    })
}

/// Whether a closing single mark follows: after a non-space, and not inside a word.
fn closes_later(rest: &[char]) -> bool {
    rest.iter().enumerate().skip(1).any(|(at, &c)| {
        c == '\'' && !rest[at - 1].is_whitespace() && !rest.get(at + 1).is_some_and(|next| next.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::typographic;

    /// Expected marks from the Chicago Manual of Style, 6.115–6.117 (apostrophes and "smart" marks).
    #[test]
    fn marks_turn_the_right_way() {
        let cases = [
            (
                r#"Reward Modeling and DPO: Learning What "Good" Means"#,
                "Reward Modeling and DPO: Learning What “Good” Means",
            ),
            ("DeepSeek's Technical Playbook", "DeepSeek’s Technical Playbook"),
            (r#"Scaling is not "bigger model." It's a budget"#, "Scaling is not “bigger model.” It’s a budget"),
            (r#""Start" and (“kept”) and ("bracket")"#, "“Start” and (“kept”) and (“bracket”)"),
            ("the '90s, rock 'n' roll", "the ’90s, rock ‘n’ roll"),
            ("'tis the models' turn", "‘tis the models’ turn"),
            ("'tis fine", "’tis fine"),
            (r#"she said "it's 'quoted' here""#, "she said “it’s ‘quoted’ here”"),
            (r#""'Nested' first""#, "“‘Nested’ first”"),
            (r#"word—"dash""#, "word—“dash”"),
            ("", ""),
            (r#"""#, "”"),
        ];
        for (input, expected) in cases {
            assert_eq!(typographic(input), expected);
        }
    }

    #[test]
    fn typographic_text_stays() {
        for text in ["“Good” isn’t ‘bad’", "no marks at all"] {
            assert_eq!(typographic(text).replace('\'', "’"), text);
        }
    }
}
