//! The grammar's notation, read into rules.
//!
//! A rule is `= name` and below it one alternative a line, `3* ` before it for three times the weight. In it,
//! `[…]` stands in half of the texts, `\n` ends a line, and braces ask for words:
//!
//! | notation | meaning |
//! |---|---|
//! | `{fruit}` | a bound name; else a member of a kind, group or list; else the expansion of a rule |
//! | `{x:fruit}` | the same, kept as `x` |
//! | `{=x:fruit}` | kept and not written |
//! | `{a x}` | with `a`, `an` or `some` |
//! | `{x.kind.s}` | attributes, from left to right |

use super::error::CorpusError;
use super::lexicon::lines;
use std::collections::BTreeMap;

/// A piece of an alternative.
#[derive(Debug, PartialEq, Eq)]
pub enum Node {
    /// As it stands.
    Text(String),
    /// Words to be found.
    Slot(Slot),
    /// Written in half of the texts.
    Maybe(Vec<Node>),
}

/// What stands between braces.
#[derive(Debug, PartialEq, Eq)]
pub struct Slot {
    /// With an article.
    pub article: bool,
    /// Written, and not only kept.
    pub written: bool,
    /// Under which name it is kept.
    pub bind: Option<&'static str>,
    /// What is asked for, and its attributes.
    pub path: Vec<&'static str>,
}

/// An alternative of a rule.
#[derive(Debug)]
pub struct Alternative {
    /// How often it is chosen, against the others.
    pub weight: u32,
    /// Its pieces.
    pub nodes: Vec<Node>,
}

/// All rules by name.
#[derive(Debug, Default)]
pub struct Grammar {
    /// Their alternatives.
    pub rules: BTreeMap<&'static str, Vec<Alternative>>,
}

const FILES: [(&str, &str); 5] = [
    ("grammar/talk.txt", include_str!("grammar/talk.txt")),
    ("grammar/facts.txt", include_str!("grammar/facts.txt")),
    ("grammar/story.txt", include_str!("grammar/story.txt")),
    ("grammar/echo.txt", include_str!("grammar/echo.txt")),
    ("grammar/papers.txt", include_str!("grammar/papers.txt")),
];

impl Grammar {
    /// Reads the crate's grammar.
    ///
    /// # Errors
    ///
    /// The first line that is neither a rule's head nor an alternative.
    pub fn read() -> Result<Self, CorpusError> {
        let mut grammar = Self::default();
        for (file, text) in FILES {
            let mut rule = None;
            for (line, text) in lines(text) {
                if let Some(name) = text.strip_prefix("= ") {
                    rule = Some(name);
                    grammar.rules.entry(name).or_default();
                    continue;
                }
                let bad = |expected| CorpusError::Line { file, line, expected };
                let alternatives = rule.and_then(|name| grammar.rules.get_mut(name));
                let alternatives = alternatives.ok_or_else(|| bad("`= name` before the first alternative"))?;
                let (weight, body) = match text.split_once("* ") {
                    Some((digits, body)) if digits.chars().all(|c| c.is_ascii_digit()) => {
                        (digits.parse().map_err(|_| bad("a weight below 2³²"))?, body)
                    }
                    _ => (1, text),
                };
                let mut rest = body;
                let nodes = nodes(&mut rest).filter(|_| rest.is_empty());
                let nodes = nodes.ok_or_else(|| bad("braces and brackets in pairs"))?;
                alternatives.push(Alternative { weight, nodes });
            }
        }
        Ok(grammar)
    }
}

/// Reads up to a closing bracket or the end.
fn nodes(rest: &mut &'static str) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while !rest.is_empty() && !rest.starts_with(']') {
        if let Some(after) = rest.strip_prefix('{') {
            let (inner, after) = after.split_once('}')?;
            nodes.push(Node::Slot(slot(inner)));
            *rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            *rest = after;
            nodes.push(Node::Maybe(self::nodes(rest)?));
            *rest = rest.strip_prefix(']')?;
        } else {
            let end = rest.find(['{', '[', ']']).unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            nodes.push(Node::Text(text.replace("\\n", "\n")));
            *rest = after;
        }
    }
    Some(nodes)
}

fn slot(inner: &'static str) -> Slot {
    let (article, inner) = match inner.strip_prefix("a ") {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let (written, inner) = match inner.strip_prefix('=') {
        Some(inner) => (false, inner),
        None => (true, inner),
    };
    let (bind, path) = match inner.split_once(':') {
        Some((name, path)) => (Some(name), path),
        None => (None, inner),
    };
    Slot { article, written, bind, path: path.split('.').collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_read() {
        let full = Slot { article: true, written: true, bind: Some("x"), path: vec!["fruit", "kind"] };
        assert_eq!(slot("a x:fruit.kind"), full);
        assert_eq!(slot("=x:fruit"), Slot { article: false, written: false, bind: Some("x"), path: vec!["fruit"] });
    }

    #[test]
    fn brackets_nest_and_must_close() {
        let mut rest = "a[b{c}[d]]e";
        let read = nodes(&mut rest);
        assert_eq!((read.map(|n| n.len()), rest), (Some(3), ""));
        assert_eq!(nodes(&mut "a[b"), None);
        assert_eq!(nodes(&mut "a{b"), None);
    }

    #[test]
    fn the_grammar_is_read() {
        let grammar = Grammar::read().unwrap();
        assert!(grammar.rules.len() > 80, "{}", grammar.rules.len());
        assert!(grammar.rules.values().all(|alternatives| !alternatives.is_empty()));
    }
}
