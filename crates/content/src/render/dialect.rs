//! Which Markdown is read, and whether the blog's markup is put on.

use pulldown_cmark::Options;

/// A dialect of Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What the parser understands beyond CommonMark.
    pub options: Options,
    /// Whether the output is the blog's: anchors, figures, highlighting, resolved and filtered
    /// addresses, filtered raw HTML. Without it the output is what the CommonMark specification
    /// shows for its examples.
    pub dressed: bool,
}

impl Dialect {
    /// What authors write.
    pub const BLOG: Self = Self {
        options: Options::ENABLE_TABLES
            .union(Options::ENABLE_FOOTNOTES)
            .union(Options::ENABLE_STRIKETHROUGH)
            .union(Options::ENABLE_TASKLISTS)
            .union(Options::ENABLE_SMART_PUNCTUATION)
            .union(Options::ENABLE_HEADING_ATTRIBUTES)
            .union(Options::ENABLE_MATH)
            .union(Options::ENABLE_GFM)
            .union(Options::ENABLE_DEFINITION_LIST)
            .union(Options::ENABLE_SUPERSCRIPT)
            .union(Options::ENABLE_SUBSCRIPT),
        dressed: true,
    };

    /// The blog's syntax in the specification's markup.
    pub const UNDRESSED: Self = Self { dressed: false, ..Self::BLOG };

    /// CommonMark and nothing else.
    pub const COMMONMARK: Self = Self { options: Options::empty(), dressed: false };
}
