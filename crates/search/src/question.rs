//! What a reader asks: words that a post must have, the last of which may be only begun.

use crate::words::words;

/// Words of a question that are looked up; what follows is left out.
const MOST_TERMS: usize = 8;

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Question {
    /// Each once.
    pub(crate) terms: Vec<Term>,
}

/// A word of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) text: String,
    /// Whether words that begin so are meant too.
    pub(crate) is_begun: bool,
}

/// The shortest beginning that stands for what it may become; a single letter would mean half of all words.
const LEAST_BEGINNING: usize = 2;

impl Question {
    pub(crate) fn new(text: &str) -> Self {
        let mut terms: Vec<Term> = Vec::new();
        // Whoever types a space or a sign has ended the word.
        let is_open = text.chars().next_back().is_some_and(char::is_alphanumeric);
        let words = words(text);
        let n_words = words.len();
        for (at, word) in words.into_iter().enumerate().take(MOST_TERMS) {
            let is_begun = is_open && at + 1 == n_words && word.term.chars().count() >= LEAST_BEGINNING;
            match terms.iter_mut().find(|term| term.text == word.term) {
                Some(term) => term.is_begun |= is_begun,
                None => terms.push(Term { text: word.term, is_begun }),
            }
        }
        Self { terms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let terms = Question::new(text).terms;
        let one = |term: &Term| [term.text.as_str(), if term.is_begun { "*" } else { "" }].concat();
        terms.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_last_word_may_be_begun() {
        assert_eq!(shown("Key-Value cach"), "key value cach*");
        assert_eq!(shown("caches "), "cache");
        assert_eq!(shown("cache cache"), "cache*");
        assert_eq!(shown("a"), "a", "a letter alone is a word");
        assert_eq!(shown(" ?! "), "");
        assert_eq!(Question::new(&"a b c d e f g h i j ".repeat(9)).terms.len(), MOST_TERMS);
    }
}
