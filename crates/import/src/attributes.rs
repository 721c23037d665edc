//! kramdown's attribute lists: `{: .wide #id}`.
//!
//! Source: kramdown's documentation, "Attribute List Definitions" and "Inline Attribute Lists".

use crate::body::{Body, shown};
use crate::code::{code, holding};
use crate::codes;
use crate::draft::Edit;

/// Keeps the ids of headings, takes away the rest and tells it.
pub(crate) fn convert(body: &mut Body<'_>) {
    let text = body.draft.text().to_owned();
    let code = code(&text);
    let mut edits = Vec::new();
    for (at, _) in text.match_indices("{:") {
        let Some(end) = text[at..].find(['}', '\n']).map(|end| at + end + 1) else { continue };
        if !text[..end].ends_with('}') || holding(&code, at).is_some() {
            continue;
        }
        let list = text[at + 2..end - 1].trim();
        let line_start = text[..at].rfind('\n').map_or(0, |found| found + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |found| end + found);
        let is_alone = text[line_start..at].trim().is_empty() && text[end..line_end].trim().is_empty();
        let whole = line_start..(line_end + 1).min(text.len());
        let above_end = line_start.saturating_sub(1);
        let above = text[..above_end].rfind('\n').map_or(0, |found| found + 1)..above_end;
        let above_line = &text[above.clone()];
        if is_alone && list.trim_start_matches('.') == "toc" && is_item(above_line) {
            // The page has its list of contents anyway.
            edits.push(Edit::new(above.start..whole.end, ""));
            continue;
        }
        let id = list.split_whitespace().find_map(|word| word.strip_prefix('#')).filter(|id| !id.is_empty());
        let heading = |line: &str| line.trim_start().starts_with('#');
        let has_kept = match id {
            Some(id) if is_alone && heading(above_line) => {
                edits.push(Edit::new(above.end..above.end, format!(" {{#{id}}}")));
                edits.push(Edit::new(whole.clone(), ""));
                true
            }
            Some(id) if !is_alone && heading(&text[line_start..at]) => {
                edits.push(Edit::new(at..end, format!("{{#{id}}}")));
                true
            }
            _ => {
                edits.push(Edit::new(if is_alone { whole.clone() } else { at..end }, ""));
                false
            }
        };
        if !has_kept || list.split_whitespace().count() > 1 {
            let shown = shown(&text[at..end]);
            let message = match has_kept {
                true => format!("of the attribute list `{shown}` only the id is carried over"),
                false => format!("the attribute list `{shown}` is not carried over"),
            };
            body.note(codes::ATTRIBUTE_LIST, &(at..end), message);
        }
    }
    body.draft.apply(edits);
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['*', '-', '+']) || (digits.len() < line.len() && digits.starts_with('.'))
}
