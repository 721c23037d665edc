//! `H~2~O` and `2^10^`: the parser knows these marks only at the edges of words, authors want them
//! inside. As in Pandoc's `superscript` and `subscript`, no blank may stand between two marks.

use pulldown_cmark::{CowStr, Options};
use std::ops::Range;

/// A text as the parser hands it over, and its bytes in the body.
pub(super) type Piece<'a> = (CowStr<'a>, Range<usize>);

/// A script inside a run of text.
#[derive(Debug, PartialEq)]
pub(super) struct Script {
    /// Its mark before it, its words, its mark after it, in bytes of the run.
    pub(super) range: Range<usize>,
    pub(super) is_super: bool,
}

/// The scripts of a run of text, in order. `body` tells which marks the author has escaped.
pub(super) fn scripts(pieces: &[Piece<'_>], body: &str, options: Options) -> Vec<Script> {
    let has_marks = |piece: &Piece<'_>| piece.0.contains(['^', '~']);
    if !pieces.iter().any(has_marks) {
        return Vec::new();
    }
    let mut scripts = Vec::new();
    // The last mark of either kind that may begin a script.
    let mut begun: [Option<usize>; 2] = [None; 2];
    let mut before = ' ';
    let mut offset = 0;
    for (piece, range) in pieces {
        let is_source = body.get(range.clone()) == Some(piece);
        let is_escaped = body.get(..range.start).is_some_and(|before| before.ends_with('\\'));
        let mut chars = piece.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let kind = match c {
                '~' if options.contains(Options::ENABLE_SUBSCRIPT) => 0,
                '^' if options.contains(Options::ENABLE_SUPERSCRIPT) => 1,
                _ => 2,
            };
            if c.is_whitespace() {
                begun = [None; 2];
            } else if kind < 2 && is_source && !(at == 0 && is_escaped) {
                let is_double = before == c || chars.peek().is_some_and(|(_, next)| *next == c);
                let place = offset + at;
                match begun[kind] {
                    _ if is_double => {}
                    Some(start) => {
                        scripts.push(Script { range: start..place + 1, is_super: kind == 1 });
                        begun = [None; 2];
                    }
                    None => begun[kind] = Some(place),
                }
            }
            before = c;
        }
        offset += piece.len();
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<&str> {
        let all = Options::all();
        let pieces = [(CowStr::Borrowed(body), 0..body.len())];
        scripts(&pieces, body, all).into_iter().map(|script| &body[script.range]).collect()
    }

    #[test]
    fn scripts_stand_inside_words() {
        assert_eq!(found("H~2~O and 2^10^, x^a~b^c~d"), ["~2~", "^10^", "^a~b^"]);
    }

    #[test]
    fn anything_else_is_text() {
        for text in ["~100 and ~200", "a^2 + b^2", "a~~b~~c", "x^^y^^", "~", "^", "a~ b~"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        let escaped = [(CowStr::Borrowed("a"), 0..1), (CowStr::Borrowed("^b^"), 2..5)];
        assert_eq!(scripts(&escaped, "a\\^b^", Options::all()), []);
    }
}
