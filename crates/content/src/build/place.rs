//! From a place in what the Markdown parser hands over to the place in the file.

use std::ops::Range;

/// Where the lines of a parser's text stand in the file.
///
/// Usually the text is the file's bytes. In quotations and lists each line of the file has the
/// container's marks before it, which the parser takes away; such a line is found from its end.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    range: Range<usize>,
    /// Byte of the text at which a line begins → byte of the file.
    lines: Vec<(usize, usize)>,
}

impl Place {
    /// `text` is what the parser made of the file's bytes `range`.
    pub(crate) fn new(file: &str, range: &Range<usize>, text: &str) -> Self {
        let mut lines = vec![(0, range.start)];
        let slice = file.get(range.clone()).unwrap_or_default();
        if !slice.starts_with(text) {
            lines.clear();
            let (mut in_text, mut in_file) = (0, range.start);
            for (line, file_line) in text.split('\n').zip(slice.split('\n')) {
                let (shown, whole) = (line.trim_end(), file_line.trim_end());
                let marks = if whole.ends_with(shown) { whole.len() - shown.len() } else { 0 };
                lines.push((in_text, in_file + marks));
                in_text += line.len() + 1;
                in_file += file_line.len() + 1;
            }
        }
        Place { range: range.clone(), lines }
    }

    /// The byte of the file at which byte `offset` of the text stands.
    pub(crate) fn at(&self, offset: usize) -> usize {
        let line_idx = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        let (in_text, in_file) = self.lines.get(line_idx).copied().unwrap_or((0, self.range.start));
        (in_file + offset.saturating_sub(in_text)).min(self.range.end)
    }

    /// As [`Place::at`], for a range.
    pub(crate) fn span(&self, span: Range<usize>) -> Range<usize> {
        let start = self.at(span.start);
        start..self.at(span.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn continued_lines_are_found_behind_their_marks() {
        let file = "> a\n> <b\n>   c>\n";
        let text = "<b\n  c>\n";
        let range = file.find('<').unwrap()..file.len();
        let place = Place::new(file, &range, text);
        for needle in ["<", "b", "c", ">\n"] {
            let at = place.at(text.find(needle).unwrap());
            assert!(file[at..].starts_with(needle), "{needle} at {at}");
        }
        assert_eq!(place.span(0..text.len()), file.find('<').unwrap()..file.len());
    }

    #[test]
    fn what_is_not_there_is_at_the_start() {
        assert_eq!(Place::new("ab cd", &(0..2), "ab").at(1), 1);
        assert_eq!(Place::new("ab cd", &(3..5), "other\ntext").at(1), 4);
        assert_eq!(Place::new("ab cd", &(3..5), "other\ntext").at(9), 5);
        assert_eq!(Place::new("ab", &(90..99), "x").at(0), 90);
    }
}
