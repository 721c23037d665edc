//! CommonMark 0.31.2: exact without extensions, and where our dialect parts from it.

use crate::examples::{Example, examples, html, read};
use content::render::Dialect;
use pulldown_cmark::Options;
use std::{fmt::Write, fs};

const DIFFERENCES: &str = "commonmark/differences.txt";

#[test]
fn every_example_comes_out_exactly() {
    let examples = examples("commonmark/spec.txt");
    assert_eq!(examples.len(), 652);
    for Example { number, section, markdown, html: expected } in examples {
        assert_eq!(html(&markdown, Dialect::COMMONMARK), expected, "example {number}, {section}:\n{markdown}");
    }
}

#[test]
fn our_dialect_differs_where_we_say_and_nowhere_else() {
    let mut differences = String::from(
        "The examples of CommonMark 0.31.2 that our dialect's syntax reads otherwise: number, the option\n\
         that causes it (without it the example comes out as specified), the example and our output.\n",
    );
    let mut n_differences = 0;
    for example in examples("commonmark/spec.txt") {
        let ours = html(&example.markdown, Dialect::UNDRESSED);
        if ours != example.html {
            n_differences += 1;
            let fence = "`".repeat(32);
            let (number, option) = (example.number, cause(&example));
            let markdown = example.markdown.replace('\t', "→");
            write!(differences, "\n## {number}: {option}\n\n{fence} example\n{markdown}.\n{ours}{fence}\n").unwrap();
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/commonmark/differences.txt"), &differences).unwrap();
    }
    assert_eq!(read(DIFFERENCES), differences, "see tests/README.md");
    assert!(n_differences <= 40, "{n_differences} examples differ");
}

/// The one option without which the example comes out as specified.
fn cause(example: &Example) -> String {
    let options = Dialect::UNDRESSED.options;
    let without = |option: Options| Dialect { options: options.difference(option), dressed: false };
    let cause = options.iter_names().find(|(_, option)| html(&example.markdown, without(*option)) == example.html);
    cause.map_or_else(|| panic!("example {} has no single cause", example.number), |(name, _)| name.to_owned())
}
