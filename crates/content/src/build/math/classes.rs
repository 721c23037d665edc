//! The classes that formulas use, and what a style sheet must say about them.
//!
//! MathML Core has no attribute for much that LaTeX can do, a strict content security policy allows
//! no `style` attribute, and browsers differ: so formulas carry classes, all of them `m-…`, and the
//! site's style sheet holds [`RULES`], as they stand, in a layer of its choice. They use `--ink`, `--paper`,
//! `--sans`, `--mono`, `--soft`, `--rule`, `--accent`, `--tint`, `--d1` and `--d2` of its tokens, and
//! need a `color-scheme`. Outside a formula stands only `.tag`, the number of a display formula.
//!
//! Besides, `math` needs a font with a MATH table, which holds all that the corpus of the tests
//! shows, and of the same design as the text, since text in formulas is set in it too; behind it a text
//! font for the accents that it may lack:
//! `math { font-family: "STIX Two Math", "STIX Two Text", math; }`.
#![doc = concat!("\n```css\n", include_str!("classes.css"), "```\n")]

/// The rules, as CSS.
pub const RULES: &str = include_str!("classes.css");

#[cfg(test)]
mod tests {
    use super::super::{color, polish};
    use super::*;

    #[test]
    fn every_colour_has_its_rules() {
        for name in color::THEMED {
            assert!(RULES.contains(&format!(".m-c-{name} {{")), "{name}");
            assert!(RULES.contains(&format!(".m-bg-{name} {{")), "{name}");
        }
    }

    #[test]
    fn every_way_back_has_its_rule() {
        for width in polish::BACKWARD {
            let rule = RULES.lines().find(|line| line.starts_with(&format!(".m-n{width} "))).unwrap();
            let em: f32 = rule.split("-start: -").nth(1).unwrap().trim_end_matches("em; }").parse().unwrap();
            assert!((em - width as f32 / 18.0).abs() < 1e-3, "{rule}");
        }
    }

    /// Contrast by WCAG 2.2, "relative luminance"; grounds are the site's paper and sunk colours.
    #[test]
    fn coloured_letters_can_be_read() {
        let grounds = [["fbfaf6", "f3f0e9"], ["181715", "22201d"]];
        let inks = RULES.lines().filter(|line| line.starts_with(".m-c-") && line.contains("light-dark"));
        let mut seen = 0;
        for rule in inks {
            let pair = rule.split_once("light-dark(").unwrap().1.split_once(')').unwrap().0;
            for (ink, papers) in pair.split(", ").zip(grounds) {
                for paper in papers {
                    let (a, b) = (luminance(ink.trim_start_matches('#')), luminance(paper));
                    let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                    assert!(contrast >= 4.5, "{rule} has {contrast:.2} on #{paper}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 11 * 4);
    }

    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let share = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    }
}
