//! Formulas in the spellings of MathJax, KaTeX and kramdown → `$…$` and `$$…$$`.

use crate::body::Body;
use crate::code::{holding, not_prose};
use crate::draft::Edit;
use crate::site::System;
use std::ops::Range;

/// Environments that MathJax reads without marks around.
const ENVIRONMENTS: [&str; 8] =
    ["equation", "equation*", "align", "align*", "gather", "gather*", "eqnarray", "eqnarray*"];

/// Rewrites the marks of all formulas.
pub(crate) fn convert(body: &mut Body<'_>, system: System) {
    let text = body.draft.text().to_owned();
    let skipped = not_prose(&text);
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(['$', '\\']).map(|found| at + found) {
        if let Some(range) = holding(&skipped, start) {
            at = range.end.max(start + 1);
            continue;
        }
        let rest = &text[start..];
        let found = OPEN.iter().find(|(open, ..)| rest.starts_with(open)).and_then(|(open, close, kind)| {
            let inner = start + open.len();
            let length = text[inner..].find(close)?;
            let range = start..inner + length + close.len();
            (holding(&skipped, range.end - 1).is_none()).then(|| (range, inner..inner + length, *kind))
        });
        let environment = || {
            let name = rest.strip_prefix("\\begin{")?.split('}').next()?;
            let close = format!("\\end{{{name}}}");
            let end = start + rest.find(&close)? + close.len();
            ENVIRONMENTS.contains(&name).then_some((start..end, start..end, Kind::Display))
        };
        match found.or_else(environment) {
            Some((range, inner, kind)) => {
                at = range.end;
                edits.extend(edit(&text, &range, &text[inner], kind, system));
            }
            // An escaped character is text, a `$` alone is the build's matter.
            None => {
                at =
                    start + 1 + rest.strip_prefix('\\').and_then(|after| after.chars().next()).map_or(0, char::len_utf8)
            }
        }
    }
    body.draft.apply(edits);
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Dollars,
    Inline,
    /// `\[`, which may be an escaped bracket.
    Bracket,
    Display,
}

const OPEN: [(&str, &str, Kind); 5] = [
    ("$$", "$$", Kind::Dollars),
    ("\\\\(", "\\\\)", Kind::Inline),
    ("\\(", "\\)", Kind::Inline),
    ("\\\\[", "\\\\]", Kind::Bracket),
    ("\\[", "\\]", Kind::Bracket),
];

fn edit(text: &str, range: &Range<usize>, tex: &str, kind: Kind, system: System) -> Option<Edit> {
    let before = &text[text[..range.start].rfind('\n').map_or(0, |at| at + 1)..range.start];
    let after = text[range.end..].split('\n').next().unwrap_or_default();
    let marks = before.trim_start_matches(['>', ' ']);
    let is_alone =
        (marks.is_empty() || marks.chars().all(|c| matches!(c, '-' | '*' | '+' | ' '))) && after.trim().is_empty();
    let has_signs = tex.contains(['\\', '^', '_', '=', '{']);
    let one_line = || tex.split_whitespace().collect::<Vec<_>>().join(" ");
    if tex.trim().is_empty() || (kind == Kind::Inline && tex.contains("\n\n")) {
        return None;
    }
    let with = match kind {
        Kind::Inline => format!("${}$", one_line()),
        Kind::Bracket if !is_alone && !has_signs => return None,
        // kramdown's marks are the same for both; what stands in a line is a part of it.
        Kind::Dollars if !is_alone && system == System::Jekyll => format!("${}$", one_line()),
        Kind::Dollars if is_alone && has_hazard(tex) => block(before, tex),
        Kind::Dollars => return None,
        Kind::Bracket | Kind::Display if is_alone && has_hazard(tex) => block(before, tex),
        Kind::Bracket | Kind::Display => format!("$${tex}$$"),
    };
    Some(Edit::new(range.clone(), with))
}

/// Whether Markdown would see something else in the lines: a blank one, a list, a heading, a rule.
fn has_hazard(tex: &str) -> bool {
    let trimmed = tex.trim_matches('\n');
    trimmed.lines().skip(usize::from(!tex.starts_with('\n'))).any(|line| {
        let line = line.trim();
        let is_rule = !line.is_empty() && (line.chars().all(|c| c == '=') || line.chars().all(|c| c == '-'));
        line.is_empty()
            || is_rule
            || line == "+"
            || ["- ", "+ ", "* ", "#", ">", "|", "<"].iter().any(|mark| line.starts_with(mark))
    })
}

/// A block of code is safe from all that.
fn block(before: &str, tex: &str) -> String {
    let indent: String = before.chars().map(|c| if matches!(c, '>' | ' ') { c } else { ' ' }).collect();
    let lines: Vec<String> = tex
        .trim()
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{indent}{}", line.trim_start_matches(['>', ' '])))
        .collect();
    format!("```math\n{}\n{indent}```", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use content::build::Source;

    fn check(system: System, text: &str, expected: &str) {
        let source = Source::new("f", text);
        let mut body = Body { draft: Draft::new(text, 0), source: &source, found: Vec::new() };
        convert(&mut body, system);
        assert_eq!(body.draft.text(), expected, "{text}");
    }

    #[test]
    fn marks_become_ours() {
        for system in [System::Jekyll, System::Hugo, System::Zola] {
            check(system, r"A \(x_1\) and \\(y\\), \[z = 1\].", "A $x_1$ and $y$, $$z = 1$$.");
            check(system, "\\[\nx\n\\]\n", "$$\nx\n$$\n");
            check(
                system,
                "a\n\n\\begin{align}\nx &= 1\n\\end{align}\n",
                "a\n\n$$\\begin{align}\nx &= 1\n\\end{align}$$\n",
            );
            check(system, "$$\nx\n$$\n", "$$\nx\n$$\n");
            check(system, "$$\nx\n\n= y\n$$\n", "```math\nx\n= y\n```\n");
            check(system, "$$\nx\n=\n+ y\n$$\n", "```math\nx\n=\n+ y\n```\n");
        }
    }

    #[test]
    fn two_dollars_in_a_line_are_a_part_of_it_to_kramdown() {
        check(System::Jekyll, "The sum $$a +\nb$$ of both.", "The sum $a + b$ of both.");
        check(System::Hugo, "The sum $$a$$ of both.", "The sum $$a$$ of both.");
    }

    #[test]
    fn what_is_no_formula_stays() {
        for text in [
            r"\[1\] is a note",
            r"`\(x\)`",
            "    \\[ x_1 \\]\n",
            "```\n$$\n\n$$\n```\n",
            r"[a](b\(c\))",
            r"costs \$5 and \(",
            "a $x$ and $5",
            "<span title=\"\\(x\\)\">y</span>",
        ] {
            check(System::Jekyll, text, text);
        }
    }
}
