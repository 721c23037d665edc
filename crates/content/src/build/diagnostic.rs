//! What the build has to say about a file: severity, place, sentence and a way on.

use serde::Serialize;
use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is published until this is mended.
    Error,
    /// The post can be published, but a reader will miss something.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// One finding about one place of one file.
///
/// Displays as one line: ``posts/x/index.md:3:1: error: unknown key `titel`; did you mean `title`?``.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of finding, one of [`crate::build::codes`].
    pub code: &'static str,
    /// The file, relative to the repository's root, with `/`.
    pub path: String,
    /// The place in bytes of that file.
    pub span: Range<usize>,
    /// The line where the span begins, from 1.
    pub line: u32,
    /// The column where the span begins, in characters, from 1.
    pub column: u32,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do about it, without a full stop.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.path, self.line, self.column, self.severity, self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl Diagnostic {
    /// The same finding with a way on.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with a way on, where there is one.
    #[must_use]
    pub fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The same finding with "did you mean", where one of the valid names is near to `wanted`.
    #[must_use]
    pub fn with_nearest<'n>(self, wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let help = did_you_mean(wanted, names);
        self.with_help_if(help)
    }

    /// The finding with the line that it is about, as compilers show it:
    ///
    /// ```text
    /// error[unknown-key]: unknown key `titel`
    ///  --> posts/x/index.md:2:1
    ///   |
    /// 2 | titel: "Scaling laws"
    ///   | ^^^^^
    ///   = help: did you mean `title`?
    /// ```
    ///
    /// `source` is the text of the file; a line longer than a terminal is shown around the span.
    pub fn render_excerpt(&self, source: &str) -> String {
        let mut out = format!("{}[{}]: {}\n", self.severity, self.code, self.message);
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        out.push_str(&format!("{gutter}--> {}:{}:{}\n", self.path, self.line, self.column));
        if let Some(line) = source.split('\n').nth(self.line.saturating_sub(1) as usize) {
            let (shown, before, carets) = excerpt(line.trim_end_matches('\r'), self.column, self.span_chars(source));
            out.push_str(&format!(
                "{gutter} |\n{number} | {shown}\n{gutter} | {}{}\n",
                " ".repeat(before),
                "^".repeat(carets)
            ));
        }
        if let Some(help) = &self.help {
            out.push_str(&format!("{gutter} = help: {help}\n"));
        }
        out
    }

    fn span_chars(&self, source: &str) -> usize {
        source.get(self.span.clone()).map_or(1, |text| text.lines().next().unwrap_or("").chars().count())
    }
}

/// Characters of a source line that an excerpt shows.
const WIDTH: usize = 100;

/// The part of `line` around the column, the characters before the caret and the number of carets.
fn excerpt(line: &str, column: u32, length: usize) -> (String, usize, usize) {
    let chars: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let at = (column.saturating_sub(1) as usize).min(chars.len());
    let start = if chars.len() <= WIDTH { 0 } else { at.saturating_sub(WIDTH / 3) };
    let end = (start + WIDTH).min(chars.len());
    let (left, right) = (if start > 0 { "…" } else { "" }, if end < chars.len() { "…" } else { "" });
    let shown: String = chars[start..end].iter().collect();
    let carets = length.min(end.saturating_sub(at)).max(1);
    (format!("{left}{shown}{right}"), at - start + left.chars().count(), carets)
}

/// "did you mean `x`?", if one of the names is near enough.
pub(crate) fn did_you_mean<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    // One letter of two is not a misspelling but another word.
    let short = wanted.chars().count() < 3;
    let nearest = crate::suggest::nearest(wanted, names)?;
    (!short || nearest.eq_ignore_ascii_case(wanted)).then(|| format!("did you mean `{nearest}`?"))
}

/// From byte offsets of a text to lines and columns.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// Characters before each [`STRIDE`]th byte, so that a column in a line of megabytes is cheap.
    chars: Vec<usize>,
}

const STRIDE: usize = 1024;

impl<'t> Lines<'t> {
    /// Finds where the lines of `text` begin.
    pub fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let sums = text.as_bytes().chunks(STRIDE).scan(0, |sum, chunk| {
            *sum += count_chars(chunk);
            Some(*sum)
        });
        Lines { text, starts, chars: std::iter::once(0).chain(sums).collect() }
    }

    /// Characters that begin before byte `offset`.
    fn chars_before(&self, offset: usize) -> usize {
        let mark = offset / STRIDE;
        self.chars.get(mark).copied().unwrap_or(0) + count_chars(&self.text.as_bytes()[mark * STRIDE..offset])
    }

    /// The text that this is the index of.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    ///
    /// An offset inside a character counts as the character's, one past the end as the end.
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.chars_before(offset) - self.chars_before(start) + 1;
        (clamp(line), clamp(column))
    }

    /// The byte offset of a line and a column, both from 1; the nearest that exists.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let index = line.saturating_sub(1).min(self.starts.len().saturating_sub(1));
        let start = self.starts.get(index).copied().unwrap_or(0);
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let line = &self.text[start..end];
        start + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
    }
}

/// Bytes that begin a character: all but UTF-8's continuations, `10xx xxxx`.
fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A file whose places diagnostics speak of.
#[derive(Clone, Debug)]
pub struct Source<'t> {
    path: &'t str,
    text: &'t str,
    /// Most files have nothing that must be told with its place.
    lines: OnceCell<Lines<'t>>,
}

impl<'t> Source<'t> {
    /// `path` is what diagnostics show, `text` the whole file.
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Source { path, text, lines: OnceCell::new() }
    }

    /// The whole file.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The index of its lines.
    pub fn lines(&self) -> &Lines<'t> {
        self.lines.get_or_init(|| Lines::new(self.text))
    }

    /// An error at a place of this file.
    pub fn error(&self, code: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.finding(Severity::Error, code, span, message.into())
    }

    /// A warning at a place of this file.
    pub fn warning(&self, code: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.finding(Severity::Warning, code, span, message.into())
    }

    /// A note at a place of this file.
    pub fn note(&self, code: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.finding(Severity::Note, code, span, message.into())
    }

    fn finding(&self, severity: Severity, code: &'static str, span: Range<usize>, message: String) -> Diagnostic {
        let (line, column) = self.lines().position(span.start);
        Diagnostic { severity, code, path: self.path.to_owned(), span, line, column, message, help: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let lines = Lines::new("ab\nüx\r\n\nz");
        let cases = [
            (0, (1, 1)),
            (2, (1, 3)),
            (3, (2, 1)),
            (4, (2, 1)),
            (5, (2, 2)),
            (6, (2, 3)),
            (8, (3, 1)),
            (9, (4, 1)),
            (10, (4, 2)),
            (99, (4, 2)),
        ];
        for (offset, expected) in cases {
            assert_eq!(lines.position(offset), expected, "offset {offset}");
        }
        assert_eq!(Lines::new("").position(0), (1, 1));
    }

    #[test]
    fn columns_of_long_lines_are_counted_right() {
        let text = "aß✓𝛼\n".repeat(50) + &"aß✓𝛼".repeat(2_000);
        let lines = Lines::new(&text);
        for (offset, _) in text.char_indices().step_by(37) {
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let expected = (text[..offset].matches('\n').count() + 1, text[start..offset].chars().count() + 1);
            assert_eq!(lines.position(offset), (expected.0 as u32, expected.1 as u32), "offset {offset}");
        }
    }

    #[test]
    fn an_offset_comes_back_from_its_position() {
        let text = "ab\nüx\nlast ✓";
        let lines = Lines::new(text);
        for (offset, _) in text.char_indices() {
            let (line, column) = lines.position(offset);
            assert_eq!(lines.offset(line as usize, column as usize), offset);
        }
        assert_eq!(lines.offset(2, 99), 6, "past the end of a line is its end");
        assert_eq!(lines.offset(99, 1), 7, "past the last line is the last line");
    }

    #[test]
    fn display_is_one_line() {
        let source = Source::new("posts/x/index.md", "---\ntitel: x\n");
        let found = source.error("unknown-key", 4..9, "unknown key `titel`").with_nearest("titel", ["title", "date"]);
        assert_eq!(found.to_string(), "posts/x/index.md:2:1: error: unknown key `titel`; did you mean `title`?");
    }

    #[test]
    fn the_excerpt_points_at_the_span() {
        let text = "---\n\ttitel: x\n";
        let found = Source::new("posts/x/index.md", text)
            .warning("unknown-key", 5..10, "unknown key `titel`")
            .with_help("see README");
        let expected = "warning[unknown-key]: unknown key `titel`\n --> posts/x/index.md:2:2\n  |\n2 |  titel: x\n  |  ^^^^^\n  = help: see README\n";
        assert_eq!(found.render_excerpt(text), expected);
    }

    #[test]
    fn a_long_line_is_shown_around_the_span() {
        let text = format!("{}BAD{}", "a".repeat(500), "b".repeat(500));
        let shown = Source::new("f", &text).error("x", 500..503, "m").render_excerpt(&text);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[3].starts_with("1 | …aaa") && lines[3].ends_with("bbb…"), "{shown}");
        assert_eq!(lines[3].chars().skip_while(|c| *c != 'B').take(3).collect::<String>(), "BAD");
        let caret = lines[4].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[3].chars().nth(caret), Some('B'));
        assert_eq!(lines[4].matches('^').count(), 3);
    }
}
