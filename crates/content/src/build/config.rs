//! `blog.toml`: the site's own words, the macros of its formulas, the hub that its labs may ask, and what other sites add.

mod embeds;
mod hub;

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source, did_you_mean};
use crate::manifest::Site;
pub use embeds::{Comments, Counts, Embeds};
pub use hub::{Hub, MODEL_FILES};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The keys that `blog.toml` may have.
const KEYS: [&str; 11] = [
    "title",
    "tagline",
    "description",
    "language",
    "origin",
    "repository",
    "macros",
    "hub",
    "offline",
    "comments",
    "counts",
];
/// Those that it must have.
const REQUIRED: usize = 5;

/// What `blog.toml` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// What the client needs of it.
    pub site: Site,
    /// The absolute origin for feeds, canonical links and the sitemap, without a slash at its end:
    /// `https://example.org`.
    pub origin: String,
    /// LaTeX macro → its replacement: `\R` → `\mathbb{R}`.
    pub macros: BTreeMap<String, String>,
    /// From where labs may fetch a model; absent if from nowhere.
    pub hub: Option<Hub>,
    /// Whether readers' browsers keep what was read for the time without a network; so unless it is forbidden.
    pub offline: bool,
    /// What other sites add to articles; nothing unless there are tables that say so.
    pub embeds: Embeds,
}

/// Reads `blog.toml`. There is a [`Config`] exactly if no diagnostic is an error.
pub fn parse_config(path: &str, bytes: &[u8]) -> (Option<Config>, Vec<Diagnostic>) {
    let text = match super::text::decode(path, bytes) {
        Ok(text) => text,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let source = Source::new(path, text);
    let mut reader = Reader { source: &source, found: Vec::new() };
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in faults {
        let message = format!("not valid TOML: {}", fault.message().lines().collect::<Vec<_>>().join(", "));
        reader.error(codes::CONFIG_SYNTAX, fault.span().unwrap_or(0..0), message);
    }
    if !reader.found.is_empty() {
        return (None, reader.found);
    }
    let config = reader.config(table.get_ref());
    match reader.found.is_empty() {
        true => (Some(config), reader.found),
        false => (None, reader.found),
    }
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    found: Vec<Diagnostic>,
}

type Entry<'e, 'i> = (&'e Spanned<DeString<'i>>, &'e Spanned<DeValue<'i>>);

impl Reader<'_, '_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config { offline: true, ..Config::default() };
        let mut entries: Vec<Entry<'_, '_>> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in &entries {
            let name = key.get_ref().as_ref();
            match name {
                "title" => config.site.title = self.text(name, value),
                "tagline" => config.site.tagline = self.text(name, value),
                "description" => config.site.description = self.text(name, value),
                "language" => config.site.language = self.language(value),
                "repository" => config.site.repository = self.address(name, value, &["https://", "http://"]),
                "origin" => config.origin = self.origin(value),
                "macros" => config.macros = self.macros(value),
                "hub" => config.hub = self.hub(value),
                "offline" => config.offline = self.flag(name, value),
                "comments" => config.embeds.comments = self.comments(value),
                "counts" => config.embeds.counts = self.counts(value),
                _ => {
                    let help = did_you_mean(name, KEYS).unwrap_or_else(|| format!("the keys are {}", KEYS.join(", ")));
                    self.error(codes::UNKNOWN_KEY, key.span(), format!("unknown key `{name}`"));
                    self.help(help);
                }
            }
        }
        for name in &KEYS[..REQUIRED] {
            let misspelt = entries.iter().any(|(key, _)| {
                did_you_mean(key.get_ref(), KEYS).is_some_and(|help| help.contains(&format!("`{name}`")))
            });
            if !table.contains_key(*name) && !misspelt {
                self.error(codes::MISSING_KEY, 0..0, format!("the key `{name}` is missing"));
            }
        }
        config
    }

    fn text(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> String {
        match value.get_ref().as_str().map(str::trim) {
            Some("") => self.error(codes::BAD_VALUE, value.span(), format!("`{name}` is empty")),
            Some(text) => return text.to_owned(),
            None => {
                let message = format!("`{name}` must be a string, found {}", article(value.get_ref().type_str()));
                self.error(codes::WRONG_TYPE, value.span(), message);
            }
        }
        String::new()
    }

    fn flag(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> bool {
        if let Some(flag) = value.get_ref().as_bool() {
            return flag;
        }
        let message = format!("`{name}` must be true or false, found {}", article(value.get_ref().type_str()));
        self.error(codes::WRONG_TYPE, value.span(), message);
        false
    }

    /// A tag such as `en` or `pt-BR`. Source: BCP 47 (RFC 5646), §2.1, without its rarer parts.
    fn language(&mut self, value: &Spanned<DeValue<'_>>) -> String {
        let language = self.text("language", value);
        let mut parts = language.split('-');
        let primary = parts
            .next()
            .is_some_and(|part| matches!(part.len(), 2..=3) && part.bytes().all(|b| b.is_ascii_alphabetic()));
        let well_formed =
            primary && parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !language.is_empty() && !well_formed {
            self.error(codes::BAD_VALUE, value.span(), format!("`{language}` is not a language tag"));
            self.help("write one such as `en` or `pt-BR`");
        }
        language
    }

    /// An address without a slash at its end.
    fn address(&mut self, name: &str, value: &Spanned<DeValue<'_>>, schemes: &[&str]) -> Option<String> {
        let address = self.text(name, value);
        if address.is_empty() {
            return None;
        }
        let host = schemes.iter().find_map(|scheme| address.strip_prefix(scheme)).unwrap_or_default();
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '`' | '?' | '#');
        if host.trim_matches('/').is_empty() || !host.chars().all(plain) {
            self.error(
                codes::BAD_VALUE,
                value.span(),
                format!("`{name}` must begin with {} and name a host", schemes.join(" or ")),
            );
            return None;
        }
        Some(address.trim_end_matches('/').to_owned())
    }

    fn origin(&mut self, value: &Spanned<DeValue<'_>>) -> String {
        let origin = self.address("origin", value, &["https://", "http://"]).unwrap_or_default();
        if let Some((scheme, rest)) = origin.split_once("://")
            && let Some((host, path)) = rest.split_once('/')
        {
            self.error(codes::BAD_VALUE, value.span(), format!("`origin` holds the path `/{path}`"));
            self.help(format!("write `{scheme}://{host}` and give the path to the build as `--public-url`"));
        }
        origin
    }

    fn macros(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, String> {
        let mut macros = BTreeMap::new();
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("`macros` must be a table, found {}", article(value.get_ref().type_str()));
            self.error(codes::WRONG_TYPE, value.span(), message);
            return macros;
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let command = name.strip_prefix('\\').unwrap_or_default();
            let letters = !command.is_empty() && command.chars().all(|c| c.is_ascii_alphabetic());
            let is_name = letters || (command.len() == 1 && command.is_ascii());
            if !is_name {
                self.error(codes::BAD_VALUE, key.span(), format!("`{name}` is not the name of a macro"));
                self.help("a name is a backslash and letters: `\"\\\\R\" = \"\\\\mathbb{R}\"`");
            } else if let Some(text) = value.get_ref().as_str() {
                macros.insert(name.to_owned(), text.to_owned());
            } else {
                let message =
                    format!("the macro `{name}` must be a string, found {}", article(value.get_ref().type_str()));
                self.error(codes::WRONG_TYPE, value.span(), message);
            }
        }
        macros
    }

    fn unknown(&mut self, table: &str, keys: &[&str], key: &Spanned<DeString<'_>>) {
        let name = key.get_ref().as_ref();
        let help = did_you_mean(name, keys.iter().copied());
        self.error(codes::UNKNOWN_KEY, key.span(), format!("unknown key `{name}` in `[{table}]`"));
        self.help(help.unwrap_or_else(|| format!("the keys of `[{table}]` are {}", keys.join(", "))));
    }

    /// Tells which of the first keys a table lacks, but for one that is there misspelt.
    fn missing(&mut self, name: &str, table: &DeTable<'_>, keys: &[&str], n_required: usize, at: usize) {
        let misspelt: Vec<String> = table
            .keys()
            .filter(|key| !keys.contains(&key.get_ref().as_ref()))
            .filter_map(|key| did_you_mean(key.get_ref(), keys.iter().copied()))
            .collect();
        for key in &keys[..n_required] {
            let is_misspelt = misspelt.iter().any(|help| help.contains(&format!("`{key}`")));
            if !table.contains_key(*key) && !is_misspelt {
                self.error(codes::MISSING_KEY, at..at, format!("the key `{key}` is missing in `[{name}]`"));
            }
        }
    }

    fn error(&mut self, code: &'static str, span: Range<usize>, message: String) {
        self.found.push(self.source.error(code, span, message));
    }

    fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.found.last_mut() {
            last.help = Some(help.into());
        }
    }
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "title = \"T\"\ntagline = \"L\"\ndescription = \"D\"\nlanguage = \"en\"\norigin = \"http://localhost:8080/\"\n";

    fn check(text: &str, expected: &[&str]) {
        let (config, found) = parse_config("blog.toml", text.as_bytes());
        let found: Vec<String> = found.iter().map(|one| one.to_string().replacen("blog.toml", "", 1)).collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(config.is_some(), expected.is_empty());
    }

    fn check_more(line: &str, expected: &[&str]) {
        check(&format!("{GOOD}{line}"), expected);
    }

    #[test]
    fn a_good_file_is_read() {
        let text = format!(
            "{GOOD}repository = \"https://example.org/x/y/\"\n[macros]\n\"\\\\R\" = \"\\\\mathbb{{R}}\"\n'\\,' = ' '\n"
        );
        let (config, found) = parse_config("blog.toml", text.as_bytes());
        assert_eq!(found, []);
        let expected = Config {
            site: Site {
                title: "T".into(),
                tagline: "L".into(),
                description: "D".into(),
                language: "en".into(),
                address: String::new(),
                glossary: false,
                apart: Vec::new(),
                embeds: String::new(),
                repository: Some("https://example.org/x/y".into()),
            },
            origin: "http://localhost:8080".into(),
            macros: [(r"\R".into(), r"\mathbb{R}".into()), (r"\,".into(), " ".into())].into(),
            hub: None,
            offline: true,
            embeds: Embeds::default(),
        };
        assert_eq!(config, Some(expected));
        let (config, _) = parse_config("blog.toml", format!("{GOOD}offline = false").as_bytes());
        assert!(config.is_some_and(|config| !config.offline));
    }

    #[test]
    fn the_repositorys_own_file_is_good() {
        let (config, found) = parse_config("blog.toml", include_bytes!("../../../../blog.toml"));
        assert_eq!(found, []);
        let config = config.unwrap();
        assert_eq!(config.site.title, "Machine Learning and Recommender Systems");
        assert!(config.hub.is_some());
    }

    #[test]
    fn keys() {
        check_more("titel = 3", &[":6:1: error: unknown key `titel`; did you mean `title`?"]);
        check_more(
            "zzz = 3",
            &[
                ":6:1: error: unknown key `zzz`; the keys are title, tagline, description, language, origin, repository, macros, hub, offline, comments, counts",
            ],
        );
        check(
            "titel = \"x\"",
            &[
                ":1:1: error: unknown key `titel`; did you mean `title`?",
                ":1:1: error: the key `tagline` is missing",
                ":1:1: error: the key `description` is missing",
                ":1:1: error: the key `language` is missing",
                ":1:1: error: the key `origin` is missing",
            ],
        );
    }

    #[test]
    fn values() {
        check(&GOOD.replace("\"T\"", "3"), &[":1:9: error: `title` must be a string, found an integer"]);
        check(&GOOD.replace("\"T\"", "' '"), &[":1:9: error: `title` is empty"]);
        check(
            &GOOD.replace("\"en\"", "'english'"),
            &[":4:12: error: `english` is not a language tag; write one such as `en` or `pt-BR`"],
        );
        check(
            &GOOD.replace("http://localhost:8080/", "localhost"),
            &[":5:10: error: `origin` must begin with https:// or http:// and name a host"],
        );
        check(
            &GOOD.replace("http://localhost:8080/", "https://"),
            &[":5:10: error: `origin` must begin with https:// or http:// and name a host"],
        );
        check(
            &GOOD.replace("http://localhost:8080/", "https://a.b/repo/"),
            &[
                ":5:10: error: `origin` holds the path `/repo`; write `https://a.b` and give the path to the build as `--public-url`",
            ],
        );
        check_more("offline = 'no'", &[":6:11: error: `offline` must be true or false, found a string"]);
        check_more(
            "repository = 'javascript:alert(1)'",
            &[":6:14: error: `repository` must begin with https:// or http:// and name a host"],
        );
    }

    #[test]
    fn macros() {
        check_more("macros = 3", &[":6:10: error: `macros` must be a table, found an integer"]);
        check_more(
            "[macros]\nR = 'x'",
            &[
                r#":7:1: error: `R` is not the name of a macro; a name is a backslash and letters: `"\\R" = "\\mathbb{R}"`"#,
            ],
        );
        check_more("[macros]\n'\\R' = 3", &[r":7:8: error: the macro `\R` must be a string, found an integer"]);
    }

    #[test]
    fn faults_of_the_file() {
        check("title = \"x\ntagline = 3", &[":1:11: error: not valid TOML: invalid basic string, expected `\"`"]);
        check("title = 'x'\ntitle = 'y'", &[":2:1: error: not valid TOML: duplicate key"]);
        let (_, found) = parse_config("blog.toml", b"title = 'x'\ntagline = '\xff'");
        assert_eq!(found[0].to_string(), "blog.toml:2:12: error: the file is not UTF-8: byte 0xFF; save it as UTF-8");
    }
}
