//! Source code → spans, by small lexers that the build and the browser share.
//!
//! They know what a reader's eye needs (comments, strings, numbers, keywords, what is being
//! defined) and no grammar. Whatever they are given, the spans put together are the source.

mod code;
mod languages;
mod lexer;
mod lines;
mod shell;
mod strings;
#[cfg(test)]
mod tests;
mod yaml;

use languages::{Grammar, LANGUAGES};

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing in particular.
    Plain,
    /// A word of the language.
    Keyword,
    /// A string, a character, a regular expression.
    String,
    /// A number.
    Number,
    /// A comment, or a prompt.
    Comment,
    /// The name of a function where it is defined, a macro, a command.
    Function,
    /// The name of a type, or of a section.
    Type,
    /// `true`, `None`, `self`, a lifetime.
    Literal,
    /// An attribute, a decorator, a directive.
    Attribute,
    /// A variable of the shell, a key.
    Key,
    /// A line that a diff puts in.
    Inserted,
    /// A line that a diff takes away.
    Deleted,
    /// A line of a diff that says where.
    Hunk,
}

impl Class {
    /// The letter after `h` in the name of its CSS class; a space for [`Class::Plain`].
    pub fn letter(self) -> char {
        match self {
            Class::Plain => ' ',
            Class::Keyword => 'k',
            Class::String => 's',
            Class::Number => 'n',
            Class::Comment => 'c',
            Class::Function => 'f',
            Class::Type => 't',
            Class::Literal => 'l',
            Class::Attribute => 'a',
            Class::Key => 'v',
            Class::Inserted => 'i',
            Class::Deleted => 'd',
            Class::Hunk => 'h',
        }
    }
}

/// A language that can be highlighted.
#[derive(Clone, Copy)]
pub struct Language(&'static languages::Entry);

/// Names that [`language`] knows, for suggestions; it knows some more short forms.
pub const NAMES: &[&str] = &[
    "python",
    "rust",
    "javascript",
    "js",
    "typescript",
    "ts",
    "bash",
    "sh",
    "console",
    "toml",
    "json",
    "yaml",
    "c",
    "c++",
    "cpp",
    "cuda",
    "diff",
    "text",
];

/// The language of that name, in any case.
pub fn language(name: &str) -> Option<Language> {
    let is_named = |entry: &&languages::Entry| entry.names.split(' ').any(|known| known.eq_ignore_ascii_case(name));
    LANGUAGES.iter().find(is_named).filter(|_| !name.is_empty()).map(Language)
}

impl Language {
    /// What readers call it.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Hands `source` on in pieces, from the first byte to the last.
    pub fn spans(self, source: &str, out: &mut dyn FnMut(Class, &str)) {
        match self.0.grammar {
            Grammar::Code(rules) => code::spans(rules, source, out),
            Grammar::Shell => shell::spans(source, out),
            Grammar::Console => lines::console(source, out),
            Grammar::Yaml => yaml::spans(source, out),
            Grammar::Diff => lines::diff(source, out),
            Grammar::Text => out(Class::Plain, source),
        }
    }
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
