//! Formulas that the Markdown parser has not seen as such.

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source};
use crate::render::{Dialect, Formula, Found, Survey};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Tells each `$$` that is left in the words of the article: the formula that it should open or close
/// is none, because a blank line, a heading's underline or a list's mark stands in it.
pub(crate) fn check_dollars(source: &Source<'_>, survey: &Survey) -> Vec<Diagnostic> {
    let (body, base) = crate::render::body(source.text());
    let mut found: Vec<Diagnostic> = Vec::new();
    // Where all of them are the marks of formulas that were read, none is left.
    let is_marked = |formula: &&Found<Formula>| body[..formula.range.start - base].ends_with("$$");
    if body.matches("$$").count() == 2 * survey.formulas.iter().filter(is_marked).count() {
        return found;
    }
    let mut in_code = false;
    // The parser may hand over the two signs as two texts; an escaped one has its backslash between.
    let mut last_end = None;
    for (event, range) in Parser::new_ext(body, Dialect::BLOG.options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if !in_code => {
                let start = last_end
                    .filter(|end| *end == range.start && body[..*end].ends_with('$'))
                    .map_or(range.start, |end| end - 1);
                for (at, _) in body[start..range.end].match_indices("$$") {
                    let at = base + start + at;
                    if !is_escaped(&source.text()[..at]) && found.last().is_none_or(|last| last.span.end <= at) {
                        let message = "this `$$` is not read as the mark of a formula";
                        let help = "in a formula stand no blank line and no line of `=`, `-` or `+` alone; for dollar signs write `\\$`";
                        found.push(source.error(codes::FORMULA_UNREAD, at..at + 2, message).with_help(help));
                    }
                }
                last_end = Some(range.end);
            }
            _ => {}
        }
    }
    found
}

/// Whether an odd number of backslashes stands at the end.
fn is_escaped(before: &str) -> bool {
    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &[(u32, u32)]) {
        let found = check_dollars(&Source::new("f", markdown), &crate::render::survey(markdown));
        assert_eq!(found.iter().map(|one| (one.line, one.column)).collect::<Vec<_>>(), expected, "{markdown}");
    }

    #[test]
    fn formulas_that_are_none() {
        check("$$\na\n=\nb\n$$\n", &[(1, 1), (5, 1)]);
        check("a\n\n$$\na\n\nb\n$$\n", &[(3, 1), (7, 1)]);
        check("$$\na\n- b\n$$\n", &[(1, 1), (4, 1)]);
        check("- x $$ y\n", &[(1, 5)]);
    }

    #[test]
    fn formulas_and_other_dollars() {
        for markdown in [
            "$$\na\n$$\n",
            "a $$b$$ c",
            "`$$`",
            "```sh\necho $$\n```\n",
            "\\$\\$ and \\$$ 5",
            "costs $5 and $10",
            "    $$ code",
            "```math\n$$\n```\n",
        ] {
            check(markdown, &[]);
        }
    }
}
