//! The extensions of GitHub Flavored Markdown that we have.

use crate::examples::{Example, examples, html, plain_quotes};

/// Check boxes are ours: they say "done" and "to do".
fn with_our_boxes(html: &str) -> String {
    html.replace(
        "<input checked=\"\" disabled=\"\" type=\"checkbox\">",
        "<input type=\"checkbox\" checked disabled aria-label=\"done\" />",
    )
    .replace("<input disabled=\"\" type=\"checkbox\">", "<input type=\"checkbox\" disabled aria-label=\"to do\" />")
}

#[test]
fn tables_task_lists_and_strikethrough_come_out_as_specified() {
    let examples = examples("gfm/extensions.txt");
    let count = |section: &str| examples.iter().filter(|example| example.section.starts_with(section)).count();
    assert_eq!([count("## Tables"), count("## Task"), count("## Strike")], [8, 2, 2]);
    for Example { number, section, markdown, html: expected } in &examples {
        assert_eq!(
            html(markdown, plain_quotes()),
            with_our_boxes(expected),
            "example {number}, {section}:\n{markdown}"
        );
    }
}
