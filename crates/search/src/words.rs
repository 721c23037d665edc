//! From text to terms: what a reader types and what a post says become the same words.

/// The longest term, in characters; what is longer is cut, on both sides alike.
const MOST_CHARS: usize = 24;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is looked up.
    pub term: String,
    /// The bytes of the text that it stands in.
    pub range: std::ops::Range<usize>,
}

/// All words of a text, in order: letters and digits of any script, without capitals and accents, in the singular.
///
/// An apostrophe does not end a word, any other sign does: `GPT-2’s` is `gpt` and `2`.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each(text, |term, range| words.push(Word { term: term.to_owned(), range }));
    words
}

/// Hands on the term and the place of every word.
pub(crate) fn each(text: &str, mut take: impl FnMut(&str, std::ops::Range<usize>)) {
    let mut term = String::new();
    let mut take = |range: std::ops::Range<usize>| {
        term.clear();
        fold(text.get(range.clone()).unwrap_or_default(), &mut term);
        singular(&mut term);
        if !term.is_empty() {
            take(&term, range);
        }
    };
    let mut begin = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_inside = c.is_alphanumeric() || is_mark(c);
        let joins = matches!(c, '\'' | '’') && begin.is_some() && chars.peek().is_some_and(|(_, c)| c.is_alphabetic());
        match (is_inside || joins, begin) {
            (true, None) => begin = Some(at),
            (false, Some(from)) => {
                take(from..at);
                begin = None;
            }
            _ => {}
        }
    }
    if let Some(from) = begin {
        take(from..text.len());
    }
}

/// The combining accents.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Adds the word in small letters without accents.
fn fold(word: &str, out: &mut String) {
    // What belongs to a person or a thing is looked up by its name.
    let word = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(word);
    if word.is_ascii() {
        // Most words are, and need no tables.
        let start = out.len();
        word.split('\'').for_each(|part| out.push_str(part));
        out.truncate(start + MOST_CHARS);
        return out[start..].make_ascii_lowercase();
    }
    for c in word.chars().flat_map(char::to_lowercase).filter(|c| !is_mark(*c) && !matches!(c, '\'' | '’')) {
        match plain(c) {
            Some(plain) => out.push_str(plain),
            None => out.push(c),
        }
    }
    if let Some((at, _)) = out.char_indices().nth(MOST_CHARS) {
        out.truncate(at);
    }
}

/// Letters of Latin scripts with their accents, by the letters that a keyboard without them has.
const PLAIN: &[(&str, &str)] = &[
    ("àáâãäåāăąǎ", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņň", "n"),
    ("òóôõöøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşš", "s"),
    ("ţťŧ", "t"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
];

fn plain(c: char) -> Option<&'static str> {
    if c.is_ascii() {
        return None;
    }
    PLAIN.iter().find(|(letters, _)| letters.contains(c)).map(|(_, plain)| *plain)
}

/// An English plural by its singular; other words stay.
///
/// Source: Harman 1991, "How effective is suffixing?", Table 1, the S stemmer.
fn singular(word: &mut String) {
    if word.chars().take(4).count() < 4 || !word.ends_with('s') {
        return;
    }
    if word.ends_with("ies") && !word.ends_with("eies") && !word.ends_with("aies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if !word.ends_with("us") && !word.ends_with("ss") {
        // The table's second rule, for `es`, takes the same letter away.
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn a_text_becomes_terms() {
        let cases = [
            ("The key–value cache’s size", "the key value cache size"),
            ("GPT-2's 1.5B", "gpt 2 1 5b"),
            ("don't stop", "dont stop"),
            ("Größe, naïve cafe\u{301} ŒUVRE", "grosse naive cafe oeuvre"),
            ("Queries, losses, biases and a bus; analysis", "query losse biase and a bus analysi"),
            ("注意力 机制", "注意力 机制"),
            ("   …  ", ""),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(terms(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn singular_and_plural_meet() {
        for (one, many) in
            [("query", "queries"), ("model", "models"), ("loss", "loss"), ("token", "tokens"), ("cache", "caches")]
        {
            assert_eq!(terms(one), terms(many), "{one}");
        }
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "É: (naïve) end";
        let found: Vec<&str> = words(text).into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(found, ["É", "naïve", "end"]);
    }

    #[test]
    fn a_long_word_is_cut_alike() {
        let long = "x".repeat(100);
        assert_eq!(terms(&long)[0].len(), MOST_CHARS);
        assert_eq!(terms(&long[..50]), terms(&long));
    }
}
