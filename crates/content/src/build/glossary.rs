//! `glossary.toml`: the terms of the articles, each with definition, symbol and first source.

use super::{
    bibliography::Bibliography,
    codes,
    diagnostic::{Diagnostic, Source, did_you_mean},
    escape::attribute,
    formula::Formulas,
};
use crate::{sidecar::Term, slug::slugify};
use serde::Deserialize;
use std::{collections::BTreeMap, ops::Range};

/// The terms, by what they are called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    entries: Vec<Entry>,
    forms: BTreeMap<String, usize>,
    sources: Vec<String>,
}

/// One term as the glossary shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Its place in the glossary's page.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its symbol as MathML, if it has one.
    pub symbol: Option<String>,
    /// One or two sentences, plain.
    pub definition: String,
    /// The work that the term comes from: what it is called, and its address.
    pub source: (String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    term: Vec<toml::Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    symbol: Option<String>,
    definition: String,
    source: String,
    #[serde(default)]
    aliases: Vec<String>,
}

impl Glossary {
    /// All terms in alphabetical order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The keys of the works that terms come from.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(String::as_str)
    }

    /// Those whose forms stand in `text`: form → what the page says of it.
    pub fn in_text(&self, text: &str) -> BTreeMap<String, Term> {
        let lower = text.to_lowercase();
        let found = self.forms.iter().filter(|(form, _)| lower.contains(&form.to_lowercase()));
        let term = |entry: &Entry| Term { id: entry.id.clone(), definition: entry.definition.clone() };
        found.filter_map(|(form, at)| Some((form.clone(), term(self.entries.get(*at)?)))).collect()
    }

    /// The body of the glossary's page.
    pub fn html(&self) -> String {
        let mut out = "<dl class=\"terms\">\n".to_owned();
        for entry in &self.entries {
            let (words, address) = &entry.source;
            out.push_str(&format!("<div id=\"{}\"><dt>{}", attribute(&entry.id), attribute(&entry.name)));
            if let Some(symbol) = &entry.symbol {
                out.push_str(&format!(" <span class=\"symbol\">{symbol}</span>"));
            }
            out.push_str(&format!("</dt><dd>{} ", attribute(&entry.definition)));
            out.push_str(&match address.is_empty() {
                true => format!("<small>{}</small>", attribute(words)),
                false => format!(
                    "<small><a href=\"{}\" class=\"ext\" rel=\"external\">{}</a></small>",
                    attribute(address),
                    attribute(words)
                ),
            });
            out.push_str("</dd></div>\n");
        }
        out.push_str("</dl>\n");
        out
    }
}

/// Reads the glossary. What can be read is in the answer, with a diagnostic for everything else.
pub fn parse_glossary(
    path: &str,
    bytes: &[u8],
    bibliography: &Bibliography,
    formulas: &dyn Formulas,
) -> (Glossary, Vec<Diagnostic>) {
    let text = match super::text::decode(path, bytes) {
        Ok(text) => text,
        Err(diagnostic) => return (Glossary::default(), vec![diagnostic]),
    };
    let source = Source::new(path, text);
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let found = source.error(codes::GLOSSARY, error.span().unwrap_or(0..0), error.message().to_owned());
            return (Glossary::default(), vec![found]);
        }
    };
    let mut reader =
        Reader { source: &source, bibliography, formulas, glossary: Glossary::default(), found: Vec::new() };
    for term in file.term {
        let span = term.span();
        reader.term(term.into_inner(), &span);
    }
    (reader.glossary, reader.found)
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    bibliography: &'s Bibliography,
    formulas: &'s dyn Formulas,
    glossary: Glossary,
    found: Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn error(&mut self, span: &Range<usize>, message: String, help: Option<String>) {
        self.found.push(self.source.error(codes::GLOSSARY, span.clone(), message).with_help_if(help));
    }

    fn term(&mut self, term: Written, span: &Range<usize>) {
        let name = &term.name;
        if let Some(before) =
            self.glossary.entries.last().filter(|before| before.name.to_lowercase() > name.to_lowercase())
        {
            let message = format!("the term `{name}` stands after `{}`", before.name);
            self.error(span, message, Some("terms stand in alphabetical order".into()));
        }
        let symbol = term.symbol.as_ref().and_then(|tex| match self.formulas.convert(tex, false) {
            Ok(mathml) => Some(mathml),
            Err(error) => {
                self.error(span, format!("the symbol of `{name}`: {}", error.message), error.help);
                None
            }
        });
        let source = match self.bibliography.get(&term.source) {
            Some(work) => (work.short.clone(), work.address.clone()),
            None => {
                let help = did_you_mean(&term.source, self.bibliography.keys());
                let message = format!("the term `{name}` has the source `{}`, which is no work", term.source);
                self.error(span, message, help);
                (String::new(), String::new())
            }
        };
        self.glossary.sources.push(term.source);
        let at = self.glossary.entries.len();
        for form in std::iter::once(name).chain(&term.aliases) {
            if self.glossary.forms.insert(form.clone(), at).is_some() {
                self.error(span, format!("`{form}` stands twice in the glossary"), None);
            }
        }
        let definition = super::quotes::typographic(&term.definition);
        self.glossary.entries.push(Entry { id: slugify(name), name: term.name, symbol, definition, source });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{FormulaError, parse_bibliography};

    struct Wrap;
    impl Formulas for Wrap {
        fn convert(&self, tex: &str, _: bool) -> Result<String, FormulaError> {
            Ok(format!("<math>{tex}</math>"))
        }
    }

    fn parse(text: &str) -> (Glossary, Vec<String>) {
        let works = "@misc{a, author = {Ada, A.}, title = {T}, year = {2020}, url = {https://a.example}}";
        let (bibliography, _) = parse_bibliography("references.bib", works.as_bytes());
        let (glossary, found) = parse_glossary("glossary.toml", text.as_bytes(), &bibliography, &Wrap);
        (glossary, found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn terms_are_read_and_found_by_all_their_forms() {
        let (glossary, found) = parse(
            "[[term]]\nname = \"expert\"\nsymbol = \"E_i\"\ndefinition = \"One of several networks.\"\nsource = \"a\"\naliases = [\"experts\"]\n",
        );
        assert_eq!(found, [""; 0]);
        assert_eq!(
            glossary.html(),
            "<dl class=\"terms\">\n<div id=\"expert\"><dt>expert <span class=\"symbol\"><math>E_i</math></span></dt>\
             <dd>One of several networks. <small><a href=\"https://a.example\" class=\"ext\" rel=\"external\">Ada, 2020</a></small></dd></div>\n</dl>\n"
        );
        assert_eq!(glossary.in_text("Experts agree.").keys().collect::<Vec<_>>(), ["expert", "experts"]);
        assert!(glossary.in_text("Nobody does.").is_empty());
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let (_, found) = parse(
            "[[term]]\nname = \"b\"\ndefinition = \"D\"\nsource = \"a\"\n\n[[term]]\nname = \"a\"\ndefinition = \"D\"\nsource = \"x\"\naliases = [\"b\"]\n",
        );
        assert_eq!(
            found,
            [
                "glossary.toml:6:1: error: the term `a` stands after `b`; terms stand in alphabetical order",
                "glossary.toml:6:1: error: the term `a` has the source `x`, which is no work",
                "glossary.toml:6:1: error: `b` stands twice in the glossary",
            ]
        );
        let (_, found) = parse("[[term]]\nname = \"b\"\ncolour = 1\n");
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
