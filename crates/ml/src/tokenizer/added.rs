//! Tokens that are found in a text as they stand, before anything is cut or merged.

use crate::order::sort;
use crate::part::part;

/// A token beside the merges: a special one, or one for a run of spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Added {
    pub id: u32,
    pub content: String,
    /// Whether it marks structure and is no text.
    pub special: bool,
    /// Whether it is looked for in the normalized text.
    pub normalized: bool,
}

/// Finds some tokens in a text: leftmost first, of those at one place the longest.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    /// In the order of their contents.
    tokens: Vec<(String, u32)>,
    /// The bytes with which one begins.
    begins: [bool; 256],
}

/// A stretch of a text: a token, or the text up to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch<'a> {
    Token(u32, usize),
    Text(&'a str),
}

impl Finder {
    /// For tokens that are not empty.
    pub fn new(tokens: Vec<(String, u32)>) -> Self {
        let mut order: Vec<u32> = (0..tokens.len() as u32).collect();
        let content = |at: u32| tokens[at as usize].0.as_str();
        sort(&mut order, &|a, b| content(a).cmp(content(b)));
        let tokens: Vec<(String, u32)> = order.into_iter().map(|at| tokens[at as usize].clone()).collect();
        let mut begins = [false; 256];
        for first in tokens.iter().filter_map(|(content, _)| content.bytes().next()) {
            begins[usize::from(first)] = true;
        }
        Self { tokens, begins }
    }

    /// The longest token with which `text` begins: its id and length.
    fn longest(&self, text: &[u8]) -> Option<(u32, usize)> {
        // The tokens that share the first `depth` bytes with the text are neighbours, the shortest first.
        let (mut among, mut found) = (self.tokens.as_slice(), None);
        for depth in 0.. {
            if let Some((content, id)) = among.first().filter(|(content, _)| content.len() == depth) {
                found = Some((*id, content.len()));
                among = &among[1..];
            }
            let Some(next) = text.get(depth).filter(|_| !among.is_empty()) else { break };
            let byte = |token: &(String, u32)| token.0.as_bytes()[depth];
            let begin = among.partition_point(|token| byte(token) < *next);
            let end = among.partition_point(|token| byte(token) <= *next);
            among = &among[begin..end];
        }
        found
    }

    /// Cuts `text` at its tokens.
    pub fn cut<'a>(&self, text: &'a str, each: &mut dyn FnMut(Stretch<'a>)) {
        let bytes = text.as_bytes();
        let (mut at, mut from) = (0, 0);
        while at < bytes.len() {
            let found = self.begins[usize::from(bytes[at])].then(|| self.longest(&bytes[at..])).flatten();
            let Some((id, length)) = found else {
                at += 1;
                continue;
            };
            if from < at {
                each(Stretch::Text(part(text, from..at)));
            }
            each(Stretch::Token(id, length));
            at += length;
            from = at;
        }
        if from < at {
            each(Stretch::Text(part(text, from..text.len())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_of_the_leftmost_is_found() {
        let tokens = [("  ", 2), ("   ", 3), ("ab", 4), ("abcd", 5), ("é", 6)];
        let finder = Finder::new(tokens.map(|(content, id)| (content.to_owned(), id)).to_vec());
        let cut = |text| {
            let mut found = Vec::new();
            finder.cut(text, &mut |stretch| found.push(stretch));
            found
        };
        use Stretch::{Text, Token};
        assert_eq!(
            cut("abcab  x    ."),
            [Token(4, 2), Text("c"), Token(4, 2), Token(2, 2), Text("x"), Token(3, 3), Text(" ."),]
        );
        assert_eq!(cut("xabcdé"), [Text("x"), Token(5, 4), Token(6, 2)]);
        assert_eq!(cut(""), []);
        let none = Finder::new(Vec::new());
        none.cut("abc", &mut |stretch| assert_eq!(stretch, Text("abc")));
    }
}
