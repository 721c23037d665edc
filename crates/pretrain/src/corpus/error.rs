//! What can be wrong with the word lists and the grammar.

/// A mistake in the files of the corpus. `file` is a name within the crate, `line` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorpusError {
    /// A line that does not have the form of its file.
    #[error("{file}:{line}: expected {expected}")]
    Line {
        /// The file.
        file: &'static str,
        /// The line.
        line: usize,
        /// The form.
        expected: &'static str,
    },
    /// A name in braces that no rule, list, group or binding has.
    #[error("the grammar asks for {{{name}}}, which nothing defines")]
    Unknown {
        /// The name.
        name: String,
    },
    /// An attribute that a thing of this kind does not have.
    #[error("{value} has no attribute .{attribute}")]
    Attribute {
        /// What was asked.
        value: String,
        /// For what.
        attribute: String,
    },
    /// Rules that expand each other without end.
    #[error("the rule {rule} expands into itself without end")]
    Endless {
        /// The rule.
        rule: String,
    },
}
