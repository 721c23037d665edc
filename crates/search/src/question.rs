//! What a reader asks: words that a post must have, the last of which may be only begun.

use crate::words::words;

/// Words of a question that are looked up; what follows is left out.
const MOST_TERMS: usize = 8;

/// A question, as an index understands it: see [`Index::question`](crate::Index::question).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
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
    /// The words of a text. Those that `is_common` are left out where there are others: they tell nothing beside them.
    pub(crate) fn new(text: &str, is_common: impl Fn(&str) -> bool) -> Self {
        let mut terms: Vec<Term> = Vec::new();
        // Whoever types a space or a sign has ended the word.
        let is_open = text.chars().next_back().is_some_and(char::is_alphanumeric);
        let words = words(text);
        let n_words = words.len();
        for (at, word) in words.into_iter().enumerate() {
            let is_begun = is_open && at + 1 == n_words && word.term.chars().count() >= LEAST_BEGINNING;
            match terms.iter_mut().find(|term| term.text == word.term) {
                Some(term) => term.is_begun |= is_begun,
                None => terms.push(Term { text: word.term, is_begun }),
            }
        }
        let is_told = |term: &Term| term.is_begun || !is_common(&term.text);
        if terms.iter().any(is_told) {
            terms.retain(is_told);
        }
        terms.truncate(MOST_TERMS);
        Self { terms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let terms = Question::new(text, |term| ["the", "of"].contains(&term)).terms;
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
        assert_eq!(shown(&"a b c d e f g h i j ".repeat(9)), "a b c d e f g h");
    }

    #[test]
    fn words_that_all_posts_have_are_asked_for_alone_only() {
        assert_eq!(shown("the cache of the layers "), "cache layer");
        assert_eq!(shown("of the "), "of the");
        assert_eq!(shown("of the"), "the*", "what is only begun may become another word");
        assert_eq!(shown("the a of b the c d of e f g h i "), "a b c d e f g h", "what is left out takes no place");
    }
}
