//! The corpus of formulas: what must convert, what must be refused and how, and that broken
//! formulas are refused and nothing else. The lists in `formulas/` say where their formulas are from.

// What helps a test may end it, as the test itself may.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(feature = "build")]

use content::build::FormulaError;
use content::build::math::{Engine, classes};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// What MathML Core and our pages know. Of text, only `mtext`; of HTML, only the tag.
const ELEMENTS: &[(&str, Children)] = &[
    ("math", Children::Any),
    ("mrow", Children::Any),
    ("mphantom", Children::Any),
    ("mpadded", Children::Any),
    ("msqrt", Children::Any),
    ("mi", Children::Letters),
    ("mn", Children::Letters),
    ("mo", Children::Letters),
    ("mtext", Children::Text),
    ("mspace", Children::Exactly(0)),
    ("mfrac", Children::Exactly(2)),
    ("mroot", Children::Exactly(2)),
    ("msub", Children::Exactly(2)),
    ("msup", Children::Exactly(2)),
    ("msubsup", Children::Exactly(3)),
    ("munder", Children::Exactly(2)),
    ("mover", Children::Exactly(2)),
    ("munderover", Children::Exactly(3)),
    ("mmultiscripts", Children::Any),
    ("mprescripts", Children::Exactly(0)),
    ("mtable", Children::Only("mtr")),
    ("mtr", Children::Only("mtd")),
    ("mtd", Children::Any),
    ("span", Children::Any),
];

#[derive(Clone, Copy)]
enum Children {
    Any,
    Exactly(usize),
    Only(&'static str),
    /// At least one character and no element.
    Letters,
    /// Characters, perhaps none, and no element.
    Text,
}

const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "class",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathbackground",
    "mathcolor",
    "mathsize",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rspace",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formulas")
}

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).map(str::to_owned).collect()
}

/// All formulas of the corpus.
fn corpus() -> Vec<String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files.iter().flat_map(|path| lines(path)).collect()
}

fn engine() -> Engine {
    Engine::new(&BTreeMap::new()).unwrap()
}

/// All that must be true of any output.
fn check(tex: &str, mathml: &str, known_classes: &HashSet<String>) {
    let page = format!("<page>{mathml}</page>");
    let document = roxmltree::Document::parse(&page).unwrap_or_else(|error| panic!("{tex}\n{mathml}\n{error}"));
    assert!(mathml.starts_with("<math>") || mathml.starts_with("<math display=\"block\">"), "{tex}\n{mathml}");
    for node in document.root_element().descendants().skip(1) {
        if node.is_text() {
            let text = node.text().unwrap();
            assert!(
                !text.contains(|c: char| c.is_control() || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)),
                "{tex}\n{mathml}"
            );
            continue;
        }
        let name = node.tag_name().name();
        let Some((_, children)) = ELEMENTS.iter().find(|(known, _)| *known == name) else {
            panic!("<{name}>\n{tex}\n{mathml}")
        };
        let elements: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
        let letters: String = node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect();
        let right = match children {
            Children::Any => name == "span" || letters.is_empty(),
            Children::Exactly(count) => elements.len() == *count && letters.is_empty(),
            Children::Only(only) => {
                !elements.is_empty()
                    && letters.is_empty()
                    && elements.iter().all(|child| child.tag_name().name() == *only)
            }
            Children::Letters => elements.is_empty() && !letters.is_empty(),
            Children::Text => elements.is_empty(),
        };
        assert!(right, "the children of <{name}>\n{tex}\n{mathml}");
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{}\n{tex}\n{mathml}", attribute.name());
            if attribute.name() == "class" && name != "span" {
                for class in attribute.value().split(' ') {
                    assert!(known_classes.contains(class), "no rule for .{class}\n{tex}\n{mathml}");
                }
            }
        }
    }
    let leaves = document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "mi" | "mn" | "mo" | "mtext" | "mspace" | "mtable"));
    assert_ne!(leaves.count(), 0, "{tex} shows nothing");
}

/// The classes that the rules for style sheets know.
fn known_classes() -> HashSet<String> {
    let rules = classes::RULES;
    rules
        .match_indices(".m-")
        .map(|(start, _)| rules[start + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
        .collect()
}

#[test]
fn the_corpus_converts_and_what_is_refused_is_listed() {
    let (engine, known_classes, formulas) = (engine(), known_classes(), corpus());
    let distinct: BTreeSet<&String> = formulas.iter().collect();
    assert_eq!(distinct.len(), formulas.len(), "a formula stands twice");
    assert!(formulas.len() >= 1000, "only {} formulas", formulas.len());
    let mut refused = String::from("# What the corpus' refused formulas are told: offset, message, help.\n");
    let mut count = 0;
    for tex in &formulas {
        match engine.convert(tex, true) {
            Ok(mathml) => check(tex, &mathml, &known_classes),
            Err(FormulaError { offset, message, help }) => {
                count += 1;
                refused += &format!("{tex}\n    {offset}: {message}; {}\n", help.unwrap_or_default());
            }
        }
    }
    assert!(count * 100 <= formulas.len(), "{count} of {} formulas are refused", formulas.len());
    let list = folder().join("refused.list");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&list, &refused).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&list).unwrap(), refused, "run with UPDATE=1 if this is meant");
}

#[test]
fn in_running_text_only_lines_and_tags_are_refused() {
    let (engine, known_classes) = (engine(), known_classes());
    for tex in corpus() {
        match engine.convert(&tex, false) {
            Ok(mathml) => check(&tex, &mathml, &known_classes),
            Err(error) => {
                let refused_anyway = engine.convert(&tex, true).is_err();
                assert!(refused_anyway || tex.contains(r"\tag") || tex.contains(r"\newline"), "{tex}: {error}");
            }
        }
    }
}

/// Names are facts: each one that KaTeX documents is used somewhere in the corpus.
#[test]
fn the_corpus_uses_every_command_that_katex_documents() {
    let formulas = corpus().join("\n");
    let used: HashSet<String> = formulas
        .match_indices('\\')
        .map(|(start, _)| {
            let rest = &formulas[start..];
            let length = 1 + rest[1..].chars().take_while(char::is_ascii_alphabetic).count();
            match rest[..length].strip_prefix(r"\begin") {
                Some("") => rest.split_inclusive('}').next().unwrap_or(rest).to_owned(),
                _ => rest[..length].to_owned(),
            }
        })
        .collect();
    let missing: Vec<String> = lines(&folder().join("katex-names.list"))
        .into_iter()
        .filter(|name| {
            !used.contains(if name.starts_with(r"\begin{") { name.as_str() } else { name.trim_end_matches('*') })
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_formulas_that_were_looked_at_are_sixty_of_the_corpus() {
    let (looked_at, corpus) = (lines(&folder().join("looked-at.list")), corpus());
    assert!(looked_at.len() >= 60, "only {}", looked_at.len());
    for tex in looked_at {
        assert!(corpus.contains(&tex), "{tex}");
    }
}

/// Knuth's MMIX constants, as in the PCG family's plainest member; the high bits only.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// The tokens of a formula as text: commands, or single characters.
fn tokens(tex: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = tex;
    while let Some(first) = rest.chars().next() {
        let letters = rest[first.len_utf8()..].chars().take_while(char::is_ascii_alphabetic).count();
        let length = match first {
            '\\' if letters > 0 => 1 + letters,
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => first.len_utf8(),
        };
        tokens.push(&rest[..length]);
        rest = &rest[length..];
    }
    tokens
}

#[test]
fn broken_formulas_give_an_error_or_right_mathml_and_never_a_panic() {
    let (engine, known_classes, formulas) = (engine(), known_classes(), corpus());
    let mut random = Random(7);
    let (mut fine, mut refused) = (0, 0);
    for case in 0..20_000 {
        let tex = &formulas[random.below(formulas.len())];
        let mut broken: Vec<&str> = tokens(tex);
        for _ in 0..=random.below(3) {
            if broken.is_empty() {
                break;
            }
            let (one, other) = (random.below(broken.len()), random.below(broken.len()));
            match random.below(4) {
                0 => drop(broken.remove(one)),
                1 => broken.insert(other, broken[one]),
                2 => broken.swap(one, other),
                _ => broken.truncate(one.max(1)),
            }
        }
        let broken = broken.concat();
        match engine.convert(&broken, case % 2 == 0) {
            Ok(mathml) => {
                check(&broken, &mathml, &known_classes);
                fine += 1;
            }
            Err(FormulaError { offset, message, .. }) => {
                assert!(broken.is_char_boundary(offset) && offset <= broken.len(), "{offset} in {broken}");
                assert!(
                    !message.is_empty() && !message.ends_with('.') && !message.contains("converter"),
                    "{broken}: {message}"
                );
                refused += 1;
            }
        }
    }
    assert!(
        fine > 4_000 && refused > 4_000,
        "{fine} fine, {refused} refused: the mutations are too weak or too strong"
    );
}

/// Formulas that are made to hurt: depth, length, loops.
#[test]
fn what_is_too_much_is_refused() {
    let engine = engine();
    let deep = |open: &str, close: &str| format!("{}x{}", open.repeat(3000), close.repeat(3000));
    for tex in [
        deep("{", "}"),
        deep(r"\left(", r"\right)"),
        deep("x^{", "}"),
        deep(r"\text{$", "$}"),
        deep(r"\begin{matrix}", r"\end{matrix}"),
        r"\hat".repeat(3000) + "x",
        r"x^\hat".repeat(2000) + "x",
        r"\def\a{\a}\a".to_owned(),
        r"\def\a{\b\b}\def\b{\c\c}\def\c{\d\d}\def\d{\a\a}\a".to_owned(),
        "x".repeat(100_000),
    ] {
        let error = engine.convert(&tex, true).unwrap_err();
        assert!(error.offset <= tex.len(), "{}", error.message);
    }
}
