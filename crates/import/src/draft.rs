//! A text in the making that knows where each of its bytes came from.

use std::ops::Range;

/// A replacement of a part of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub range: Range<usize>,
    pub with: String,
}

impl Edit {
    pub(crate) fn new(range: Range<usize>, with: impl Into<String>) -> Self {
        Edit { range, with: with.into() }
    }
}

/// The text as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    text: String,
    /// Where stretches begin, in order; the first at 0.
    stretches: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    at: usize,
    /// Where its first byte came from.
    source: usize,
    /// Whether its other bytes came from those that follow.
    is_copy: bool,
}

impl Draft {
    /// `text`, which stands at byte `source` of its file.
    pub(crate) fn new(text: &str, source: usize) -> Self {
        Draft { text: text.to_owned(), stretches: vec![Stretch { at: 0, source, is_copy: true }] }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The byte of the file from which byte `at` came.
    pub(crate) fn source(&self, at: usize) -> usize {
        let idx = self.stretches.partition_point(|stretch| stretch.at <= at).saturating_sub(1);
        self.stretches
            .get(idx)
            .map_or(0, |stretch| stretch.source + if stretch.is_copy { at.saturating_sub(stretch.at) } else { 0 })
    }

    /// As [`Draft::source`], for a range.
    pub(crate) fn span(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source(range.start);
        match range.end.checked_sub(1).filter(|last| *last >= range.start) {
            Some(last) => start..(self.source(last) + 1).max(start),
            None => start..start,
        }
    }

    /// Makes all edits at once. Of two that overlap, the one that begins first is made.
    pub(crate) fn apply(&mut self, mut edits: Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        edits.sort_by_key(|edit| edit.range.start);
        let mut next = Draft { text: String::with_capacity(self.text.len()), stretches: Vec::new() };
        let mut at = 0;
        for edit in edits {
            if edit.range.start < at {
                continue;
            }
            next.copy(self, at..edit.range.start);
            if !edit.with.is_empty() {
                let source = self.source(edit.range.start);
                next.stretches.push(Stretch { at: next.text.len(), source, is_copy: false });
                next.text.push_str(&edit.with);
            }
            at = edit.range.end;
        }
        next.copy(self, at..self.text.len());
        *self = next;
    }

    fn copy(&mut self, from: &Draft, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let first = from.stretches.partition_point(|stretch| stretch.at <= range.start).saturating_sub(1);
        for stretch in from.stretches[first..].iter().take_while(|stretch| stretch.at < range.end) {
            let at = stretch.at.max(range.start);
            self.stretches.push(Stretch {
                at: self.text.len() + at - range.start,
                source: from.source(at),
                is_copy: stretch.is_copy,
            });
        }
        self.text.push_str(&from.text[range]);
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, Edit};

    #[test]
    fn every_byte_knows_where_it_came_from() {
        let mut draft = Draft::new("abcdef", 100);
        draft.apply(vec![Edit::new(4..5, "EEE"), Edit::new(1..2, ""), Edit::new(4..6, "lost")]);
        assert_eq!(draft.text(), "acdEEEf");
        let sources: Vec<usize> = (0..draft.text().len()).map(|at| draft.source(at)).collect();
        assert_eq!(sources, [100, 102, 103, 104, 104, 104, 105]);
        draft.apply(vec![Edit::new(2..4, "x"), Edit::new(7..7, "!"), Edit::new(0..0, ">")]);
        assert_eq!(draft.text(), ">acxEEf!");
        let sources: Vec<usize> = (0..draft.text().len()).map(|at| draft.source(at)).collect();
        assert_eq!(sources, [100, 100, 102, 103, 104, 104, 105, 106]);
        assert_eq!(draft.span(&(1..3)), 100..103);
        assert_eq!(draft.span(&(2..2)), 102..102);
    }
}
