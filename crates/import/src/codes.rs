//! The kinds of findings.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: &str = $code;)+
        /// All of them, in the order of this file.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

codes! {
    /// Files of another system, which are not read.
    OTHER_SYSTEM = "import-other-system";
    /// The old site's settings cannot be read, or hold an address that cannot be computed.
    SETTINGS = "import-settings";
    /// A file among the posts that is none.
    NO_POST = "import-no-post";
    /// A page or a section's text, which is no post.
    PAGE = "import-page";
    /// The file is not UTF-8.
    NOT_UTF8 = "import-not-utf8";
    /// Front matter that cannot be read.
    FRONT_MATTER = "import-front-matter";
    /// A key that this blog's front matter has no word for.
    KEY = "import-key";
    /// A value that the key cannot have here.
    VALUE = "import-value";
    /// No date, or one that cannot be read.
    DATE = "import-date";
    /// No title.
    TITLE = "import-title";
    /// No description.
    DESCRIPTION = "import-description";
    /// Two posts would have one folder.
    SLUG = "import-slug";
    /// An old address that cannot be an alias.
    ALIAS = "import-alias";
    /// Liquid or a shortcode that has no counterpart.
    TEMPLATE = "import-template";
    /// Liquid or a shortcode in code, which stays.
    TEMPLATE_IN_CODE = "import-template-in-code";
    /// What a figure had and cannot have here.
    FIGURE = "import-figure";
    /// An attribute list of kramdown's.
    ATTRIBUTE_LIST = "import-attribute-list";
    /// Options of a code block.
    FENCE = "import-fence";
    /// An element that is not allowed.
    HTML_ELEMENT = "import-html-element";
    /// An attribute that is not allowed.
    HTML_ATTRIBUTE = "import-html-attribute";
    /// Markup that the build refuses where it stands.
    HTML_REFUSED = "import-html-refused";
    /// An image that is not there, or that cannot be shown.
    IMAGE = "import-image";
    /// A link that leads to nothing here.
    LINK = "import-link";
    /// A formula that cannot be converted.
    FORMULA = "import-formula";
    /// What means something else here, and is written so that it means itself.
    ESCAPED = "import-escaped";
    /// An id that stands twice.
    ID = "import-id";
    /// A file of the post's folder that the post does not name.
    UNUSED = "import-unused";
    /// What the build refuses and nothing could mend.
    REFUSED = "import-refused";
}
