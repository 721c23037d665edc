//! What a result shows of its post: the stretch that has most of the words asked for.

use crate::{
    question::Question,
    words::{Word, words},
};

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// As it stands in the text.
    pub text: String,
    /// Whether it is a word that was asked for.
    pub is_asked: bool,
}

/// The stretch of `text` of at most `n_words` words with most different words of the question, the earliest of equals,
/// in parts; `…` stands where something is left out. Line breaks are spaces.
pub fn excerpt(text: &str, question: &Question, n_words: usize) -> Vec<Stretch> {
    let terms = &question.terms;
    let all = words(text);
    let which = |word: &Word| {
        terms.iter().position(|term| word.term == term.text || term.is_begun && word.term.starts_with(&term.text))
    };
    let asked: Vec<Option<usize>> = all.iter().map(which).collect();
    // How many different words, then how many words; a window begins a little before its first, and no later than what
    // fills it.
    let n_words = n_words.max(1);
    let (mut best, mut best_at) = ((0, 0), 0);
    for at in (0..all.len()).filter(|at| asked[*at].is_some()) {
        let from = at.saturating_sub(n_words / 6).min(all.len().saturating_sub(n_words));
        let inside = asked.get(from..(from + n_words).min(asked.len())).unwrap_or_default();
        let mut seen = vec![false; terms.len()];
        inside.iter().flatten().for_each(|term| seen[*term] = true);
        let value = (seen.iter().filter(|seen| **seen).count(), inside.iter().flatten().count());
        if value > best {
            (best, best_at) = (value, from);
        }
    }
    let end = (best_at + n_words).min(all.len());
    let shown = all.get(best_at..end).unwrap_or_default();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return Vec::new() };
    let part = |from: usize, until: usize| text.get(from..until).unwrap_or_default();
    let mut parts: Vec<Stretch> = Vec::new();
    let mut push = |text: &str, is_asked: bool| {
        let text = in_one_line(text);
        if !text.is_empty() {
            parts.push(Stretch { text, is_asked });
        }
    };
    if best_at > 0 {
        push("… ", false);
    }
    let mut at = first.range.start;
    for (word, _) in shown.iter().zip(asked.iter().skip(best_at)).filter(|(_, asked)| asked.is_some()) {
        push(part(at, word.range.start), false);
        push(part(word.range.start, word.range.end), true);
        at = word.range.end;
    }
    let is_whole = end == all.len();
    push(part(at, if is_whole { text.trim_end().len().max(at) } else { last.range.end }), false);
    if !is_whole {
        push(" …", false);
    }
    parts
}

/// With one space for all white space between two words.
fn in_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c.is_whitespace(), out.ends_with(' ')) {
            (true, true) => {}
            (true, false) => out.push(' '),
            (false, _) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, question: &str, n_words: usize) -> String {
        let mark = |part: Stretch| if part.is_asked { ["[", &part.text, "]"].concat() } else { part.text };
        excerpt(text, &Question::new(question, |_| false), n_words).into_iter().map(mark).collect()
    }

    #[test]
    fn the_stretch_has_most_of_the_words() {
        let text = "The cache is large. A router picks\n\nexperts; the router of a cache keeps experts apart. End.";
        assert_eq!(shown(text, "router exp", 4), "… [router] picks [experts]; the …");
        assert_eq!(shown(text, "experts cache", 6), "… a [cache] keeps [experts] apart. End.");
        assert_eq!(shown(text, "end", 6), "… a cache keeps experts apart. [End].");
    }

    #[test]
    fn without_a_word_it_is_the_beginning() {
        assert_eq!(shown("One two three four.", "zebra", 2), "One two …");
        assert_eq!(shown("One two.", "", 9), "One two.");
        assert_eq!(shown("", "a", 9), "");
        assert_eq!(shown("…!?", "a", 9), "");
    }
}
