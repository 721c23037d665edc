//! Front matter in the spelling that authors of this blog use.

use super::FrontMatter;

impl FrontMatter {
    /// The lines from `---` to `---`: keys in the order of [`super::KEYS`] but for the summary, what is not set left
    /// out, words in double quotes. Reading them gives the same front matter, places aside.
    pub fn to_yaml(&self) -> String {
        let mut out = String::from("---\n");
        let mut line = |key: &str, value: String| out.push_str(&format!("{key}: {value}\n"));
        line("title", quoted(&self.title));
        line("description", quoted(&self.description));
        line("date", self.date.clone());
        if let Some(updated) = &self.updated {
            line("updated", updated.clone());
        }
        if let Some(summary) = &self.summary {
            line("summary", quoted(summary));
        }
        if !self.tags.is_empty() {
            line("tags", list(self.tags.iter().map(|(tag, _)| tag.as_str())));
        }
        if let Some((series, _)) = &self.series {
            line("series", quoted(series));
        }
        if let Some((part, _)) = self.part {
            line("part", part.to_string());
        }
        if self.draft {
            line("draft", "true".into());
        }
        if !self.aliases.is_empty() {
            line("aliases", list(self.aliases.iter().map(|(alias, _)| alias.as_str())));
        }
        if let Some((image, _)) = &self.image {
            line("image", quoted(image));
        }
        if !self.toc {
            line("toc", "false".into());
        }
        out.push_str("---\n");
        out
    }
}

fn list<'i>(items: impl Iterator<Item = &'i str>) -> String {
    format!("[{}]", items.map(item).collect::<Vec<_>>().join(", "))
}

/// A plain word stands without quotes, as long as YAML takes it for no number, date or switch.
fn item(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '/' | '-' | '_' | '.');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let is_word =
        !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    match begins && is_word && text.chars().all(is_plain) && !text.ends_with(' ') {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A string of YAML in double quotes. Source: YAML 1.2.2, §7.3.1 and §5.7.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{FrontMatter, parse_front_matter};
    use crate::build::Source;

    fn listed(items: &[&str]) -> Vec<(String, std::ops::Range<usize>)> {
        items.iter().map(|item| ((*item).to_owned(), 0..0)).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = FrontMatter {
            title: "A \"title\": with # and \\ and 'ß'".into(),
            description: "A description of a length that search engines show to their readers.".into(),
            date: "2026-03-08".into(),
            updated: Some("2026-04-01".into()),
            summary: Some("A summary of a length that search engines will show to the ones who look.".into()),
            tags: listed(&["language models", "C++", "2024", "no", "a, b", "- x", "[rl]"]),
            series: Some(("Zero: one".into(), 0..0)),
            part: Some((2, 0..0)),
            draft: true,
            aliases: listed(&["/2026/03/08/a.html", "/größe/"]),
            image: Some(("card.png".into(), 0..0)),
            toc: false,
            length: 0,
        };
        let text = written.to_yaml();
        let (mut read, found) = parse_front_matter(&Source::new("f", &text));
        assert!(found.is_empty(), "{found:?}\n{text}");
        for (_, span) in read.tags.iter_mut().chain(&mut read.aliases).chain(&mut read.image).chain(&mut read.series) {
            *span = 0..0;
        }
        read.part.iter_mut().for_each(|(_, span)| *span = 0..0);
        read.length = 0;
        assert_eq!(read, written, "{text}");
    }

    #[test]
    fn what_is_not_set_is_not_written() {
        let front = FrontMatter {
            title: "T".into(),
            description: "D".into(),
            date: "2026-03-08".into(),
            tags: listed(&["language models", "2024"]),
            toc: true,
            ..FrontMatter::default()
        };
        let expected =
            "---\ntitle: \"T\"\ndescription: \"D\"\ndate: 2026-03-08\ntags: [language models, \"2024\"]\n---\n";
        assert_eq!(front.to_yaml(), expected);
    }
}
