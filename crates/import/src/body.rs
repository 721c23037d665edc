//! A post's text on its way, with what is told of it.

use crate::draft::Draft;
use content::build::{Diagnostic, Source};
use std::ops::Range;

/// A post's text, front matter cut off, and the findings so far.
pub(crate) struct Body<'a> {
    pub draft: Draft,
    /// The old file.
    pub source: &'a Source<'a>,
    pub found: Vec<Diagnostic>,
}

impl Body<'_> {
    /// A reader will miss something; `range` is the draft's.
    pub(crate) fn warn(&mut self, code: &'static str, range: &Range<usize>, message: impl Into<String>) {
        self.found.push(self.source.warning(code, self.draft.span(range), message));
    }

    /// Worth knowing; `range` is the draft's.
    pub(crate) fn note(&mut self, code: &'static str, range: &Range<usize>, message: impl Into<String>) {
        self.found.push(self.source.note(code, self.draft.span(range), message));
    }

    /// Adds a way on to what was found last.
    pub(crate) fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.found.last_mut() {
            last.help = Some(help.into());
        }
    }
}

/// The line that holds nothing but the range, its end included.
pub(crate) fn whole_line(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    let is_alone = text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    is_alone.then_some(start..end)
}

/// What goes with the range when it is taken out: its line, and one of two blank lines around it.
pub(crate) fn with_line(text: &str, range: &Range<usize>) -> Range<usize> {
    match whole_line(text, range) {
        Some(line) if text[..line.start].ends_with("\n\n") && text[line.end..].starts_with('\n') => {
            line.start..line.end + 1
        }
        Some(line) => line,
        None => range.clone(),
    }
}

/// The text of a finding: one line, not too long.
pub(crate) fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `a`, `b` and `c`, each in backquotes.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::{listed, shown};

    #[test]
    fn a_finding_has_one_line() {
        assert_eq!(shown("a\n  b"), "a b");
        assert_eq!(shown(&"é".repeat(90)).chars().count(), 81);
        assert_eq!(listed(["a"]), "`a`");
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
