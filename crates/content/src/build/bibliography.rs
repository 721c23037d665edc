//! `references.bib`: the works that articles cite, as they are shown in an article's list.

use super::{
    codes,
    diagnostic::{Diagnostic, Source},
    escape::attribute,
};
use biblatex::{ChunksExt, DateValue, Entry, EntryType, PermissiveType, Person, RawBibliography};
use std::collections::{BTreeMap, BTreeSet};

/// Authors that a list shows before it says "and others".
const MAX_AUTHORS: usize = 8;

/// The works that articles may cite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bibliography {
    works: BTreeMap<String, Work>,
    names: BTreeSet<String>,
}

/// One work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// `Fedus and others, 2021`: what a citation is called by those who hear it.
    pub short: String,
    /// Where it is to be found; empty if it has no address.
    pub address: String,
    /// Its line in the list: authors, year, title, place, link.
    pub html: String,
    /// Its place in the file.
    pub span: std::ops::Range<usize>,
}

impl Bibliography {
    /// The work of this key.
    pub fn get(&self, key: &str) -> Option<&Work> {
        self.works.get(key)
    }

    /// All keys, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.works.keys().map(String::as_str)
    }

    /// The words of which the authors' names are made.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// All works by key.
    pub fn works(&self) -> impl Iterator<Item = (&str, &Work)> {
        self.works.iter().map(|(key, work)| (key.as_str(), work))
    }
}

/// Reads a BibTeX file. What can be read is in the answer, with a diagnostic for each work that lacks
/// what a reader needs to find it: title, year, authors, and an address or a place of publication.
pub fn parse_bibliography(path: &str, bytes: &[u8]) -> (Bibliography, Vec<Diagnostic>) {
    let text = match super::text::decode(path, bytes) {
        Ok(text) => text,
        Err(diagnostic) => return (Bibliography::default(), vec![diagnostic]),
    };
    let source = Source::new(path, text);
    let raw = RawBibliography::parse(text);
    let places: BTreeMap<String, std::ops::Range<usize>> = raw
        .iter()
        .flat_map(|raw| &raw.entries)
        .map(|entry| (entry.v.key.v.to_owned(), entry.v.key.span.clone()))
        .collect();
    let parsed = match raw.and_then(biblatex::Bibliography::from_raw) {
        Ok(parsed) => parsed,
        Err(error) => {
            let message = format!("the bibliography cannot be read here: {}", error.kind);
            return (Bibliography::default(), vec![source.error(codes::BIBLIOGRAPHY, error.span, message)]);
        }
    };
    let mut found = Vec::new();
    let mut bibliography = Bibliography::default();
    for entry in parsed.iter() {
        let span = places.get(&entry.key).cloned().unwrap_or_default();
        let mut lacks = |what: &str| {
            let message = format!("the work `{}` has no {what}", entry.key);
            found.push(source.error(codes::BIBLIOGRAPHY, span.clone(), message));
        };
        if entry.title().is_err() {
            lacks("title");
        }
        if people(entry).is_empty() {
            lacks("author");
        }
        if year(entry).is_none() {
            lacks("year");
        }
        if place(entry).is_empty() && link(entry).is_none() {
            lacks("journal, book title, publisher, eprint, doi or url");
        }
        let address = link(entry).map(|(_, address)| address).unwrap_or_default();
        let work = Work { short: short(entry), address, html: html(entry), span };
        bibliography.works.insert(entry.key.clone(), work);
        for person in people(entry) {
            let parts = [&person.prefix, &person.name, &person.given_name, &person.suffix];
            let words = parts.into_iter().flat_map(|part| part.split(|c: char| !c.is_alphabetic() && c != '\''));
            bibliography.names.extend(words.filter(|word| word.chars().count() > 1).map(str::to_owned));
        }
    }
    (bibliography, found)
}

fn people(entry: &Entry) -> Vec<Person> {
    entry.author().unwrap_or_default()
}

fn family(person: &Person) -> String {
    match person.prefix.is_empty() {
        true => person.name.clone(),
        false => format!("{} {}", person.prefix, person.name),
    }
}

fn year(entry: &Entry) -> Option<i32> {
    match entry.date().ok()? {
        PermissiveType::Typed(date) => match date.value {
            DateValue::At(day) | DateValue::After(day) | DateValue::Before(day) | DateValue::Between(day, _) => {
                Some(day.year)
            }
        },
        PermissiveType::Chunks(_) => None,
    }
}

fn short(entry: &Entry) -> String {
    let names: Vec<_> = people(entry).iter().map(family).collect();
    let year = year(entry).unwrap_or_default();
    match names.as_slice() {
        [] => year.to_string(),
        [one] => format!("{one}, {year}"),
        [one, two] => format!("{one} and {two}, {year}"),
        [first, ..] => format!("{first} and others, {year}"),
    }
}

/// `D. P. Kingma`: initials of the given names, hyphens kept.
fn full(person: &Person) -> String {
    if person.given_name.is_empty() {
        return family(person);
    }
    let initials = |name: &str| {
        let parts: Vec<_> = name.split('-').filter_map(|part| part.chars().next()).map(|c| format!("{c}.")).collect();
        parts.join("-")
    };
    let given: Vec<_> = person.given_name.split_whitespace().map(initials).collect();
    let suffix = if person.suffix.is_empty() { String::new() } else { format!(" {}", person.suffix) };
    format!("{} {}{suffix}", given.join(" "), family(person))
}

fn names(people: &[Person]) -> String {
    let shown: Vec<_> = people.iter().take(MAX_AUTHORS).map(full).collect();
    match shown.split_last() {
        None => String::new(),
        Some(_) if people.len() > shown.len() => format!("{} and others", shown.join(", ")),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

/// Where it appeared: journal, proceedings, publisher or institution, with volume and pages.
fn place(entry: &Entry) -> String {
    let text = |key: &str| entry.get(key).map(|chunks| chunks.format_verbatim()).unwrap_or_default();
    let first = ["journaltitle", "journal", "booktitle", "publisher", "institution", "organization", "school"]
        .iter()
        .map(|key| text(key))
        .find(|text| !text.is_empty());
    let mut place = first.unwrap_or_default();
    for (before, key) in [(" ", "volume"), (", ", "howpublished"), (", ", "series"), (", pages ", "pages")] {
        let value = text(key).replace("--", "–");
        if !value.is_empty() {
            place.push_str(if place.is_empty() { "" } else { before });
            place.push_str(&value);
        }
    }
    place
}

/// Words and address of the link: arXiv, DOI, or the address itself.
fn link(entry: &Entry) -> Option<(String, String)> {
    let text = |key: &str| entry.get(key).map(|chunks| chunks.format_verbatim()).filter(|text| !text.is_empty());
    let is_arxiv =
        text("eprinttype").or_else(|| text("archiveprefix")).is_some_and(|kind| kind == "arXiv" || kind == "arxiv");
    if let Some(eprint) = text("eprint").filter(|_| is_arxiv) {
        return Some((format!("arXiv:{eprint}"), format!("https://arxiv.org/abs/{eprint}")));
    }
    if let Some(doi) = text("doi") {
        return Some((format!("doi:{doi}"), format!("https://doi.org/{doi}")));
    }
    let url = text("url").filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let words = url.split("//").nth(1).unwrap_or(&url).split('/').next().unwrap_or_default().to_owned();
    Some((words, url))
}

fn html(entry: &Entry) -> String {
    let mut out = String::new();
    out.push_str(&attribute(&names(&people(entry))));
    if let Some(year) = year(entry) {
        out.push_str(&format!(" ({year})"));
    }
    out.push_str(". ");
    let title = entry.title().map(|chunks| chunks.format_verbatim()).unwrap_or_default();
    // A paper's title stands in roman, that of a book or a program in italics.
    let is_whole = matches!(entry.entry_type, EntryType::Book | EntryType::Software | EntryType::Dataset);
    let (open, close) = if is_whole { ("<cite>", "</cite>") } else { ("“", "”") };
    out.push_str(open);
    out.push_str(&attribute(&title));
    out.push_str(close);
    out.push_str(". ");
    let place = place(entry);
    if !place.is_empty() {
        out.push_str(&attribute(&place));
        out.push_str(". ");
    }
    if let Some((words, url)) = link(entry) {
        out.push_str("<a href=\"");
        out.push_str(&attribute(&url));
        out.push_str("\" class=\"ext\" rel=\"external\">");
        out.push_str(&attribute(&words));
        out.push_str("</a>");
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Bibliography, Vec<String>) {
        let (bibliography, found) = parse_bibliography("references.bib", text.as_bytes());
        (bibliography, found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_work_is_shown_with_authors_year_title_and_link() {
        let (bibliography, found) = parse(
            r#"@article{fedus2021switch, author = {Fedus, William and Zoph, Barret and Shazeer, Noam},
              title = {Switch {T}ransformers: Scaling \& more}, journal = {JMLR}, volume = {23}, pages = {1--39},
              year = {2022}, eprint = {2101.03961}, archiveprefix = {arXiv}}
            @book{sutton, author = {Sutton, Richard S. and van der Berg, Jan-Willem}, title = {RL}, year = {2018},
              publisher = {MIT Press}, url = {http://incompleteideas.net/book/}}"#,
        );
        assert_eq!(found, [""; 0]);
        let work = bibliography.get("fedus2021switch").unwrap();
        assert_eq!(work.short, "Fedus and others, 2022");
        assert_eq!(
            work.html,
            "W. Fedus, B. Zoph and N. Shazeer (2022). “Switch Transformers: Scaling &amp; more”. JMLR 23, pages 1–39. \
             <a href=\"https://arxiv.org/abs/2101.03961\" class=\"ext\" rel=\"external\">arXiv:2101.03961</a>"
        );
        let work = bibliography.get("sutton").unwrap();
        assert_eq!(work.short, "Sutton and van der Berg, 2018");
        assert!(work.html.starts_with("R. S. Sutton and J.-W. van der Berg (2018). <cite>RL</cite>. MIT Press. "));
    }

    #[test]
    fn what_a_work_lacks_is_told_with_its_place() {
        let (_, found) = parse(
            "@misc{a,\n  title = {T}, year = {2020}, url = {https://x.example}}\n\n@misc{b, author = {A}, title = {T}, year = {2020}}",
        );
        assert_eq!(
            found,
            [
                "references.bib:1:7: error: the work `a` has no author",
                "references.bib:4:7: error: the work `b` has no journal, book title, publisher, eprint, doi or url",
            ]
        );
    }

    #[test]
    fn a_file_that_is_none_is_one_sentence() {
        for text in
            ["@article{x", "@article{x, title = }", "@misc{a, title={T}} @misc{a, title={T}}", "@misc{a, title={\\}}"]
        {
            let (bibliography, found) = parse(text);
            assert_eq!((bibliography, found.len()), (Bibliography::default(), 1), "{text}: {found:?}");
        }
    }
}
