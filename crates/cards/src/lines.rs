//! A title in lines: as large as the place allows, and no line much longer than another.

use crate::fonts::{Face, Fonts};

/// Sizes that are tried, in pixels.
const SIZES: [f32; 9] = [80.0, 72.0, 64.0, 57.0, 50.0, 44.0, 39.0, 34.0, 30.0];

/// Distance of two lines, in sizes of the type.
pub const LEADING: f32 = 1.14;

/// A text that was set.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Of the type, in pixels.
    pub size_px: f32,
    /// From top to bottom.
    pub lines: Vec<String>,
}

/// Sets a title into a place of that size. What is too long for the smallest type ends with an ellipsis.
pub fn set(title: &str, fonts: &Fonts, width_px: f32, height_px: f32) -> Set {
    let fitting = SIZES.into_iter().find_map(|size_px| {
        let lines = wrap(title, fonts, size_px, width_px)?;
        (lines.len() as f32 * size_px * LEADING <= height_px).then_some((size_px, lines))
    });
    match fitting {
        Some((size_px, lines)) => Set { size_px, lines: balanced(title, fonts, size_px, lines, width_px) },
        None => cut(title, fonts, width_px, height_px),
    }
}

/// Lines filled one after the other; nothing if a single word is too wide.
fn wrap(title: &str, fonts: &Fonts, size_px: f32, width_px: f32) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        if fonts.width(word, Face::Title, size_px) > width_px {
            return None;
        }
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|line| fonts.width(line, Face::Title, size_px) <= width_px) {
            Some(line) => {
                lines.pop();
                lines.push(line);
            }
            None => lines.push(word.to_owned()),
        }
    }
    Some(lines)
}

/// The same number of lines in the narrowest column that holds them.
fn balanced(title: &str, fonts: &Fonts, size_px: f32, mut lines: Vec<String>, width_px: f32) -> Vec<String> {
    let (mut too_narrow, mut wide) = (0.0, width_px);
    while wide - too_narrow > 4.0 {
        let middle = f32::midpoint(too_narrow, wide);
        match wrap(title, fonts, size_px, middle).filter(|narrower| narrower.len() == lines.len()) {
            Some(narrower) => (lines, wide) = (narrower, middle),
            None => too_narrow = middle,
        }
    }
    lines
}

/// The smallest type; words break where they must, and what does not fit is left out.
fn cut(title: &str, fonts: &Fonts, width_px: f32, height_px: f32) -> Set {
    let size_px = SIZES[SIZES.len() - 1];
    let n_lines = ((height_px / (size_px * LEADING)) as usize).max(1);
    let fits = |line: &str| fonts.width(line, Face::Title, size_px) <= width_px;
    let mut lines = vec![String::new()];
    let mut is_cut = false;
    for c in title.chars() {
        let line = lines.last().cloned().unwrap_or_default() + &c.to_string();
        if fits(&line) {
            lines.pop();
            lines.push(line);
        } else if lines.len() < n_lines {
            // Back to the last space, if the line has one.
            let (kept, carried) = match line.rsplit_once(' ') {
                Some((kept, carried)) => (kept.to_owned(), carried.to_owned()),
                None => (lines.last().cloned().unwrap_or_default(), c.to_string()),
            };
            lines.pop();
            lines.extend([kept, carried]);
        } else {
            is_cut = true;
            break;
        }
    }
    if let Some(last) = lines.last_mut().filter(|_| is_cut) {
        while !last.is_empty() && !fits(&format!("{last}…")) {
            last.pop();
        }
        last.truncate(last.trim_end_matches([' ', ',', ':', '—', '–']).len());
        last.push('…');
    }
    Set { size_px, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, size_px: f32, lines: &[&str]) {
        let set = set(title, &Fonts::new().unwrap(), 688.0, 370.0);
        assert_eq!((set.size_px, set.lines.iter().map(String::as_str).collect::<Vec<_>>()), (size_px, lines.to_vec()));
    }

    #[test]
    fn short_titles_are_large_and_their_lines_even() {
        check("DualPath", 80.0, &["DualPath"]);
        check("Hashing for large scale similarity", 80.0, &["Hashing for large", "scale similarity"]);
        check("", 80.0, &[]);
    }

    #[test]
    fn every_line_fits_and_nothing_is_lost() {
        let fonts = Fonts::new().unwrap();
        let words =
            "On the convergence of mixtures of many experts under stale routing and quantised gradients in the limit";
        for n_words in 1..17 {
            let title = words.split(' ').take(n_words).collect::<Vec<_>>().join(" ");
            let set = set(&title, &fonts, 688.0, 370.0);
            assert_eq!(set.lines.join(" "), title);
            assert!(set.lines.iter().all(|line| fonts.width(line, Face::Title, set.size_px) <= 688.0), "{set:?}");
            assert!(set.lines.len() as f32 * set.size_px * LEADING <= 370.0, "{set:?}");
        }
    }

    #[test]
    fn what_no_size_can_hold_ends_with_an_ellipsis() {
        let fonts = Fonts::new().unwrap();
        let set_long = set(&"very ".repeat(200), &fonts, 688.0, 370.0);
        assert!(set_long.lines.last().unwrap().ends_with('…'), "{set_long:?}");
        let word = set(&"x".repeat(400), &fonts, 688.0, 370.0);
        assert!(word.lines.len() > 5 && word.lines.concat().chars().all(|c| c == 'x'), "{word:?}");
        for line in set_long.lines.iter().chain(&word.lines) {
            assert!(fonts.width(line, Face::Title, 30.0) <= 688.0, "{line}");
        }
    }
}
