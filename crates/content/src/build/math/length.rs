//! Lengths of TeX, in em.

/// What one unit measures in em, at TeX's 10 pt.
fn unit(name: &str) -> Option<f32> {
    Some(match name {
        "em" => 1.0,
        "ex" => 0.431,
        "mu" => 1.0 / 18.0,
        "pt" => 0.1,
        "bp" => 0.100_375,
        "px" => 0.075,
        "pc" => 1.2,
        "dd" => 0.107,
        "cc" => 1.284,
        "sp" => 1.0 / 655_360.0,
        "mm" => 0.284_53,
        "cm" => 2.845_3,
        "in" => 7.227,
        _ => return None,
    })
}

/// The length that a text such as `-1.5 em` or `3mu plus 1fil` begins with, in em.
pub(super) fn parse(text: &str) -> Option<f32> {
    let text = text.trim();
    let numbers = text.len()
        - text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | ' ')).len();
    let number: String =
        text[..numbers].chars().filter(|c| *c != ' ').map(|c| if c == ',' { '.' } else { c }).collect();
    let name = text.get(numbers..numbers + 2)?;
    let value: f32 = number.parse().ok()?;
    let length = value * unit(name)?;
    (length.is_finite() && length.abs() <= 100.0).then_some(length)
}

/// A length as an attribute's value: at most four decimals, none that say nothing.
pub(super) fn attribute(em: f32) -> String {
    let rounded = format!("{em:.4}");
    let short = rounded.trim_end_matches('0').trim_end_matches('.');
    match short {
        "0" | "-0" => "0".to_owned(),
        _ => format!("{short}em"),
    }
}

/// A length as the converter reads it.
pub(super) fn tex(em: f32) -> String {
    format!("{em:.4}em")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_tex_at_ten_points() {
        // TeXbook, chapter 10: 1in = 72.27pt, 2.54cm = 1in; quad of cmsy10 = 10pt.
        for (text, em) in [
            ("1em", 1.0),
            ("-1.5 em", -1.5),
            ("18mu", 1.0),
            ("72.27pt", 7.227),
            ("2.54cm", 7.227),
            (".5em plus 1fil", 0.5),
        ] {
            assert!((parse(text).unwrap() - em).abs() < 1e-3, "{text}");
        }
        for wrong in ["", "em", "1", "1 furlong", "1,2,3em", "1e9em", "999em"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn attributes_are_short() {
        assert_eq!(attribute(0.166_666_67), "0.1667em");
        assert_eq!(attribute(1.0), "1em");
        assert_eq!(attribute(-0.000_01), "0");
    }
}
