//! A passage: characters as a reader sees them, each with the byte of the file that it comes from.

use std::ops::Range;

/// Bytes of the file that one character may be away from the one before: longer than the name of any
/// character (`&CounterClockwiseContourIntegral;`) and than the marks of a quotation in a list.
const REACH: usize = 40;

/// Text in one piece, from which words are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    chars: Vec<(char, usize)>,
}

/// A word and its bytes in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// With straight apostrophes.
    pub text: String,
    /// Where it stands.
    pub range: Range<usize>,
}

impl Passage {
    /// The passage of one text, which comes from the file's bytes `range`.
    pub(super) fn of(text: &str, file: &str, range: Range<usize>) -> Self {
        let mut passage = Self::default();
        passage.push(text, file, range);
        passage
    }

    /// Adds a text that comes from the file's bytes `range`.
    pub(super) fn push(&mut self, text: &str, file: &str, range: Range<usize>) {
        self.chars.extend(places(text, file, range));
    }

    /// Adds a character that stands nowhere, such as a blank that ends a word.
    pub(super) fn sign(&mut self, sign: char) {
        let end = self.chars.last().map_or(0, |(c, at)| at + c.len_utf8());
        self.chars.push((sign, end));
    }

    /// Replaces characters by blanks unless `is_prose`, asked in order about each and its place, keeps it.
    pub(super) fn keep(&mut self, mut is_prose: impl FnMut(char, usize) -> bool) {
        for (c, at) in &mut self.chars {
            if !is_prose(*c, *at) {
                *c = ' ';
            }
        }
    }

    /// Its words. What has a digit or an underscore is none, nor are a single letter and parts of addresses.
    pub(super) fn words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        for chunk in self.chars.split(|(c, _)| c.is_whitespace()) {
            let text: String = chunk.iter().map(|(c, _)| *c).collect();
            if !text.contains("://") && !text.contains("www.") {
                words_of_chunk(chunk, &mut words);
            }
        }
        words
    }
}

fn words_of_chunk(chunk: &[(char, usize)], words: &mut Vec<Word>) {
    let at = |idx: usize| chunk.get(idx).map_or(' ', |(c, _)| *c);
    let mut start = 0;
    while start < chunk.len() {
        let mut end = start;
        let is_inner = |c: char, end: usize| is_apostrophe(c) && end > start && at(end + 1).is_alphabetic();
        while at(end).is_alphanumeric() || at(end) == '_' || is_inner(at(end), end) {
            end += 1;
        }
        let letters = &chunk[start..end];
        let before = [start.wrapping_sub(2), start.wrapping_sub(1)].map(at);
        let after = [end, end + 1].map(at);
        if letters.len() > 1 && is_word(letters) && !is_part(before, letters, after) {
            let text = letters.iter().map(|(c, _)| if is_apostrophe(*c) { '\'' } else { *c }).collect();
            let last = letters.last().map_or(0, |(c, at)| at + c.len_utf8());
            words.push(Word { text, range: letters[0].1..last });
        }
        start = end.max(start + 1);
    }
}

fn is_word(letters: &[(char, usize)]) -> bool {
    letters.iter().all(|(c, _)| c.is_alphabetic() || is_apostrophe(*c))
}

/// Whether letters are a part of something else: `index.md`, `\alpha`, `5-th`, or a token such as `·color`,
/// whose blank is made visible. `before` and `after` are the two characters next to them.
fn is_part(before: [char; 2], letters: &[(char, usize)], after: [char; 2]) -> bool {
    let joins = |c: char| matches!(c, '.' | '@');
    let is_ordinal = || matches!(letters, [('s', _), ('t', _)] | [('n' | 'r', _), ('d', _)] | [('t', _), ('h', _)]);
    match before {
        [_, '\\' | '·'] => true,
        [other, mark] if joins(mark) && other.is_alphanumeric() => true,
        [digit, '-'] if digit.is_ascii_digit() && is_ordinal() => true,
        _ => joins(after[0]) && after[1].is_alphanumeric(),
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// The characters of `text`, each with the byte of the file at which it stands.
///
/// Where the file has something else at `range` (entities, escapes, straight quotation marks, the marks
/// of a list on continued lines) each character is looked for a little further on.
fn places(text: &str, file: &str, range: Range<usize>) -> Vec<(char, usize)> {
    let source = file.get(range.clone()).unwrap_or_default();
    if source == text {
        return text.char_indices().map(|(at, c)| (c, range.start + at)).collect();
    }
    let mut rest = source;
    let mut place = |c: char| {
        let (skipped, length) = find(c, rest).unwrap_or_default();
        let at = range.start + source.len() - rest.len() + skipped;
        rest = rest.get(skipped + length..).unwrap_or_default();
        (c, at)
    };
    text.chars().map(&mut place).collect()
}

/// How many bytes stand before `c` in `rest`, and how many stand for it.
fn find(c: char, rest: &str) -> Option<(usize, usize)> {
    if c.is_whitespace() {
        // A folded line is one blank.
        let length = rest.len() - rest.trim_start().len();
        return Some((0, length));
    }
    let shorter = |at: &(usize, char)| at.0 < REACH;
    rest.char_indices().take_while(shorter).find_map(|(at, _)| stands_for(c, &rest[at..]).map(|length| (at, length)))
}

/// The bytes at the start of `source` that `c` was written with.
fn stands_for(c: char, source: &str) -> Option<usize> {
    if let Some(length) = entity(source) {
        return Some(length);
    }
    let written: &[&str] = match c {
        '‘' | '’' => &["'"],
        '“' | '”' => &["\""],
        '–' => &["--"],
        '—' => &["---"],
        '…' => &["..."],
        _ => &[],
    };
    let written = written.iter().find(|written| source.starts_with(**written)).map(|written| written.len());
    written.or_else(|| source.starts_with(c).then(|| c.len_utf8()))
}

/// The length of the `&name;` that `source` begins with.
fn entity(source: &str) -> Option<usize> {
    let name = source.strip_prefix('&')?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '#')?;
    (end > 0 && name[end..].starts_with(';')).then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of `text`, each with what stands at its place in `file`.
    fn words(text: &str, file: &str) -> Vec<(String, String)> {
        let words = Passage::of(text, file, 0..file.len()).words();
        words.into_iter().map(|word| (word.text, file[word.range].to_owned())).collect()
    }

    fn plain(text: &str) -> Vec<String> {
        words(text, text).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn words_are_letters_and_inner_apostrophes() {
        assert_eq!(plain("It's a “well-known” naïve fact: 'so'."), ["It's", "well", "known", "naïve", "fact", "so"]);
        assert_eq!(plain("the models’ and James’s"), ["the", "models", "and", "James's"]);
        assert_eq!(plain(""), [""; 0]);
    }

    #[test]
    fn identifiers_addresses_and_commands_are_none() {
        for text in [
            "x1",
            "snake_case",
            "h2o",
            "https://a.example/wrod",
            "index.md",
            "ada@lovelace.example",
            "\\alpha",
            "n",
            "5-th",
            "·color",
        ] {
            assert_eq!(plain(text), [""; 0], "{text}");
        }
        assert_eq!(plain("One/two. Three 2-fold"), ["One", "two", "Three", "fold"]);
    }

    #[test]
    fn every_word_is_found_in_the_file() {
        for (text, file) in [
            ("it’s “four” – R&D…", "it's &#8220;four\" -- R&amp;D..."),
            ("one two three", "one\n>   two\n> three"),
            ("say \"so\" twice", "\"say \\\"so\\\" twice\""),
            ("a *b cd ef", "a \\*b *cd* `ef"),
        ] {
            for (word, source) in words(text, file) {
                assert_eq!(word.replace('\'', "’"), source.replace('\'', "’"), "{file}");
            }
        }
    }

    #[test]
    fn what_is_not_there_harms_nothing() {
        assert_eq!(words("other", "some text").len(), 1);
        assert_eq!(Passage::of("word", "x", 5..9).words().len(), 1);
    }
}
