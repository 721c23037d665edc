//! What the old site's own file says of addresses.

use crate::Tree;
use crate::codes;
use crate::head::values::{self, Format};
use crate::site::System;
use content::build::yaml::{Node, Value};
use content::build::{Diagnostic, Source};
use std::collections::{BTreeMap, BTreeSet};

/// Of the old site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Scheme and host, if it is known.
    pub origin: String,
    /// The path before all addresses, without a slash at its end.
    pub base: String,
    /// Section → pattern of addresses; Jekyll's has the section "".
    pub permalinks: BTreeMap<String, String>,
}

impl Settings {
    pub(crate) fn read(system: System, tree: &dyn Tree, names: &BTreeSet<String>, found: &mut Vec<Diagnostic>) -> Self {
        let files: &[&str] = match system {
            System::Jekyll => &["_config.yml", "_config.yaml"],
            System::Hugo => &[
                "hugo.toml",
                "hugo.yaml",
                "hugo.yml",
                "hugo.json",
                "config.toml",
                "config.yaml",
                "config.yml",
                "config.json",
                "config/_default/hugo.toml",
                "config/_default/config.toml",
                "config/_default/hugo.yaml",
                "config/_default/config.yaml",
            ],
            System::Zola => &["zola.toml", "config.toml"],
        };
        let mut settings = Settings::default();
        let Some(path) = files.iter().find(|path| names.contains(**path)) else { return settings };
        let text = String::from_utf8_lossy(&tree.read(path).unwrap_or_default()).into_owned();
        let format = match path.rsplit('.').next() {
            Some("toml") => Format::Toml,
            Some("json") => Format::Json,
            _ => Format::Yaml,
        };
        match values::parse(format, &text) {
            Ok(entries) => entries.iter().for_each(|(key, value)| settings.entry(key, value)),
            Err((span, message)) => {
                let message = format!(
                    "the site's settings cannot be read, so its old addresses are taken for the usual ones: {message}"
                );
                found.push(Source::new(path, &text).warning(codes::SETTINGS, span, message));
            }
        }
        settings
    }

    fn entry(&mut self, key: &Node, value: &Node) {
        let Value::Text(key) = &key.value else { return };
        match (key.to_lowercase().as_str(), &value.value) {
            // Jekyll has host and path apart, the others together.
            ("url", Value::Text(url)) => self.origin = url.trim_end_matches('/').to_owned(),
            ("baseurl" | "base_url", Value::Text(url)) => match url.split_once("://") {
                Some((scheme, rest)) => {
                    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                    self.origin = format!("{scheme}://{host}");
                    self.base = base(path);
                }
                None => self.base = base(url),
            },
            ("permalink", Value::Text(pattern)) => {
                self.permalinks.insert(String::new(), pattern.clone());
            }
            ("permalinks", Value::Map(entries)) => {
                for (section, pattern) in entries {
                    match (&section.value, &pattern.value) {
                        (Value::Text(section), Value::Text(pattern)) => {
                            self.permalinks.insert(section.clone(), pattern.clone());
                        }
                        // Since 0.131, Hugo has patterns for pages and for sections apart.
                        (Value::Text(kind), Value::Map(inner)) if kind == "page" => {
                            for (section, pattern) in inner {
                                if let (Value::Text(section), Value::Text(pattern)) = (&section.value, &pattern.value) {
                                    self.permalinks.insert(section.clone(), pattern.clone());
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn base(path: &str) -> String {
    match path.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        let mut settings = Settings::default();
        for (key, value) in values::parse(Format::Yaml, text).unwrap() {
            settings.entry(&key, &value);
        }
        settings
    }

    #[test]
    fn host_and_path_are_told_apart() {
        let expected = |base: &str| ("https://a.example".to_owned(), base.to_owned());
        let got = |settings: Settings| (settings.origin, settings.base);
        assert_eq!(got(read("url: https://a.example/\nbaseurl: /blog/")), expected("/blog"));
        assert_eq!(got(read("baseURL: https://a.example/blog/")), expected("/blog"));
        assert_eq!(got(read("base_url: https://a.example")), expected(""));
    }

    #[test]
    fn patterns_are_kept_by_section() {
        let settings = read("permalinks: {post: '/:slug/', page: {note: /n/:title/}}");
        let expected = [("note", "/n/:title/"), ("post", "/:slug/")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(settings.permalinks, expected.into());
        assert_eq!(read("permalink: pretty").permalinks, [(String::new(), "pretty".to_owned())].into());
    }
}
