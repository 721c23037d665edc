//! The kinds of findings. A code is stable: it may be named in documentation and searched for.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: &str = $code;)+
        /// All of them, in the order of this file.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

codes! {
    /// The file is not UTF-8.
    NOT_UTF8 = "not-utf8";
    /// The file begins with a byte order mark.
    BYTE_ORDER_MARK = "byte-order-mark";
    /// The file does not begin with `---`.
    FRONT_MATTER_MISSING = "front-matter-missing";
    /// The second `---` is missing.
    FRONT_MATTER_UNTERMINATED = "front-matter-unterminated";
    /// The front matter is no YAML.
    FRONT_MATTER_SYNTAX = "front-matter-syntax";
    /// YAML that could grow: anchors, aliases, more than one document, thousands of nodes.
    FRONT_MATTER_LIMIT = "front-matter-limit";
    /// A key that front matter or `blog.toml` does not have.
    UNKNOWN_KEY = "unknown-key";
    /// A key stands twice.
    DUPLICATE_KEY = "duplicate-key";
    /// A required key is missing.
    MISSING_KEY = "missing-key";
    /// A value of another type than the key's.
    WRONG_TYPE = "wrong-type";
    /// A value of the right type that cannot be.
    BAD_VALUE = "bad-value";
    /// No date of the calendar, or `updated` before `date`.
    BAD_DATE = "bad-date";
    /// The summary is shorter than 60 or longer than 160 characters.
    SUMMARY_LENGTH = "summary-length";
    /// The description does not suit search engines and there is no summary.
    DESCRIPTION_LENGTH = "description-length";
    /// `blog.toml` is no TOML.
    CONFIG_SYNTAX = "config-syntax";
    /// Raw HTML against the grammar of HTML.
    HTML_SYNTAX = "html-syntax";
    /// An element that raw HTML may not use.
    HTML_ELEMENT = "html-element";
    /// An attribute that raw HTML may not use.
    HTML_ATTRIBUTE = "html-attribute";
    /// An address that raw HTML may not name.
    HTML_URL = "html-url";
    /// Tags that do not balance.
    HTML_BALANCE = "html-balance";
    /// An element where a browser would not leave it.
    HTML_NESTING = "html-nesting";
    /// The second reading of the markup differs from the first.
    HTML_DIFFERS = "html-differs";
    /// A drawing that is no XML.
    SVG_SYNTAX = "svg-syntax";
    /// An element that a drawing may not use.
    SVG_ELEMENT = "svg-element";
    /// An attribute, or a value of it, that a drawing may not use.
    SVG_ATTRIBUTE = "svg-attribute";
    /// A reference to an id that the drawing does not have, or out of the drawing.
    SVG_REFERENCE = "svg-reference";
    /// A drawing without a name for those who cannot see it.
    SVG_TITLE = "svg-title";
    /// A plate that does not keep to the form of plates.
    SVG_PLATE = "svg-plate";
    /// A colour that does not follow the theme.
    SVG_COLOUR = "svg-colour";
    /// The second reading of the drawing differs from the first.
    SVG_DIFFERS = "svg-differs";
    /// An image that is not in the post's folder.
    IMAGE_MISSING = "image-missing";
    /// An image whose size cannot be told.
    IMAGE_FORMAT = "image-format";
    /// An image without words for those who cannot see it.
    IMAGE_ALT = "image-alt";
    /// A bitmap that is slow to load.
    IMAGE_WEIGHT = "image-weight";
    /// A file of the folder that the post neither shows nor links to.
    FILE_UNUSED = "file-unused";
    /// A drawing shown twice, whose ids would be doubled.
    IMAGE_TWICE = "image-twice";
    /// A formula that cannot be converted.
    FORMULA = "formula";
    /// A `$$` that is not read as a formula's.
    FORMULA_UNREAD = "formula-unread";
    /// A language that is not highlighted.
    CODE_LANGUAGE = "code-language";
    /// A work of the bibliography that cannot be read or found.
    BIBLIOGRAPHY = "bibliography";
    /// A citation of no known work.
    CITATION = "citation";
    /// A term of the glossary that cannot be read.
    GLOSSARY = "glossary";
    /// A label that names nothing, or a reference to one that does not exist.
    LABEL = "label";
    /// Output that belongs to no program.
    CODE_OUTPUT = "code-output";
    /// A lab that is not registered.
    LAB_UNKNOWN = "lab-unknown";
    /// A lab block whose info string cannot be read, or that stands where no figure can.
    LAB_INFO = "lab-info";
    /// A lab block that is no TOML, or sets something twice.
    LAB_SYNTAX = "lab-syntax";
    /// Parameters that the lab does not take, or values that are not theirs.
    LAB_PARAMETERS = "lab-parameters";
    /// A lab that cannot be drawn with its settings, or whose drawing is too heavy.
    LAB_STILL = "lab-still";
    /// A lab that is not built yet.
    LAB_PLANNED = "lab-planned";
    /// A word that no dictionary has.
    SPELLING = "spelling";
    /// An entry of `spelling.txt` that is none, out of order, or not needed.
    SPELLING_LIST = "spelling-list";
    /// Nothing after the front matter.
    EMPTY_BODY = "empty-body";
    /// A heading that skips a level.
    HEADING_LEVEL = "heading-level";
    /// A heading of level 1 in the body, where the title is the page's.
    TITLE_HEADING = "title-heading";
    /// An anchor stands twice.
    DUPLICATE_ID = "duplicate-id";
    /// A note that nothing refers to.
    UNUSED_NOTE = "unused-note";
    /// The folder's name cannot be part of an address.
    BAD_SLUG = "bad-slug";
    /// Two posts of one slug.
    DUPLICATE_SLUG = "duplicate-slug";
    /// Two pages of one address.
    DUPLICATE_ALIAS = "duplicate-alias";
    /// Two tags of one address that are written differently.
    TAG_SPELLING = "tag-spelling";
    /// A series written in two ways, or two posts that are the same part of one.
    SERIES = "series";
    /// A link to a page or a file that does not exist.
    DEAD_LINK = "dead-link";
    /// A link to a place that the page does not have.
    DEAD_ANCHOR = "dead-anchor";
    /// A link of a published post to a draft.
    DRAFT_LINK = "draft-link";
}
