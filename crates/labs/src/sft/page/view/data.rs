//! The table of pairs, and one pair as tokens.

use super::super::Page;
use super::super::pairs::{PAGE_ROWS, Row};
use super::push_button;
use crate::chart::{number::fixed, push_escaped};
use crate::parts::controls::push;
use crate::sft::data::{Part, truncation};

/// The table, its files and its template.
pub(super) fn data(page: &Page, id: &str) -> String {
    let mut out = String::new();
    let (rows, first) = (&page.pairs.rows, page.pairs.first);
    let last = rows.len().min(first + PAGE_ROWS);
    let n_held_out = page.pairs.places(true).count();
    let [n, of_first, of_last, n_trained, n_held_out] =
        [rows.len(), (first + 1).min(last), last, rows.len() - n_held_out, n_held_out].map(|n| fixed(n as f64, 0));
    push(
        &mut out,
        &[
            "<p class=\"lab-note\">",
            &n_trained,
            " pairs to train on, ",
            &n_held_out,
            " held out. ",
            &truncated(page),
            "</p>",
        ],
    );
    for (row_idx, row) in rows.iter().enumerate().take(last).skip(first) {
        push_row(&mut out, id, row_idx, row, page.settings().sequence_len);
    }
    out.push_str("<div class=\"lab-row\">");
    push_button(&mut out, "turn:-1", "Previous", first > 0);
    push(&mut out, &["<span>", &of_first, "–", &of_last, " of ", &n, "</span>"]);
    push_button(&mut out, "turn:1", "Next", last < rows.len());
    push_button(&mut out, "add", "Add a pair", true);
    push_button(&mut out, "count", "Count the tokens", true);
    let percent = page.percent_held_out().to_string();
    push(
        &mut out,
        &[
            "</div><div class=\"lab-row\"><label class=\"lab-file\">Read pairs (JSONL)<input type=\"file\" \
             accept=\".jsonl,.json,.txt\" data-file=\"pairs\"></label><label class=\"lab-file\">Read held-out pairs\
             <input type=\"file\" accept=\".jsonl,.json,.txt\" data-file=\"held-out\"></label>\
             <label class=\"lab-file\">Hold out, in %<input class=\"num\" type=\"text\" inputmode=\"numeric\" \
             autocomplete=\"off\" data-type=\"split\" value=\"",
            &percent,
            "\"></label></div><div class=\"lab-row\">",
        ],
    );
    push_button(&mut out, "export:pairs", "Save the pairs", true);
    push_button(&mut out, "export:held-out", "Save the held-out ones", true);
    out.push_str("</div>");
    if !page.pairs.faults.is_empty() {
        out.push_str("<ul class=\"lab-faults\">");
        for fault in &page.pairs.faults {
            out.push_str("<li>");
            push_escaped(&mut out, fault);
            out.push_str("</li>");
        }
        out.push_str("</ul>");
    }
    push(
        &mut out,
        &[
            "<label class=\"lab-text\" for=\"",
            id,
            "-template\">Template, with one place for the instruction</label><textarea rows=\"2\" spellcheck=\"false\" id=\"",
            id,
            "-template\" data-type=\"template\">",
        ],
    );
    push_escaped(&mut out, &page.pairs.template);
    out.push_str("</textarea>");
    if page.pairs.prompt_ends_in_space {
        out.push_str(
            "<p class=\"lab-note\">Prompts end in a space here. It would belong to the first token of the completion, and \
             models have seldom seen text that is cut so.</p>",
        );
    }
    out
}

/// What the sequence's length leaves out, once lengths are known.
fn truncated(page: &Page) -> String {
    let lengths = page.pairs.rows.iter().filter(|row| !row.is_held_out).filter_map(|row| row.lengths);
    let found = truncation(lengths, page.settings().sequence_len as usize);
    if found.n_cut + found.n_dropped == 0 {
        return String::new();
    }
    let [n_cut, n_dropped] = [found.n_cut, found.n_dropped].map(|n| fixed(n.into(), 0));
    format!(
        "With sequences of {} tokens, {n_cut} pairs lose the end of their completion and {n_dropped} have no room for any \
         of it.",
        page.settings().sequence_len
    )
}

fn push_row(out: &mut String, id: &str, row_idx: usize, row: &Row, sequence_len: u32) {
    let (at, number) = (row_idx.to_string(), fixed(row_idx as f64 + 1.0, 0));
    let own = [id, "-pair-", &at].concat();
    push(out, &["<div class=\"lab-pair\" role=\"group\" aria-label=\"Pair ", &number, "\"><b>", &number, "</b>"]);
    for (side, label, text) in
        [("instruction", "Instruction", &row.pair.instruction), ("completion", "Completion", &row.pair.completion)]
    {
        push(
            out,
            &[
                "<div><label for=\"",
                &own,
                side,
                "\">",
                label,
                "</label><textarea rows=\"2\" id=\"",
                &own,
                side,
                "\" data-type=\"",
                side,
                ":",
                &at,
                "\">",
            ],
        );
        // A line break after the tag would be taken for none of the text's.
        out.push_str(if text.starts_with('\n') { "\n" } else { "" });
        push_escaped(out, text);
        out.push_str("</textarea></div>");
    }
    let held = if row.is_held_out { " checked" } else { "" };
    push(
        out,
        &[
            "<div class=\"lab-row\"><label><input type=\"checkbox\" data-type=\"hold:",
            &at,
            "\"",
            held,
            "> held out</label><span>",
        ],
    );
    if let Some(lengths) = row.lengths {
        let [all, prompt] = [lengths.n_tokens, lengths.n_prompt].map(|n| fixed(n.into(), 0));
        push(out, &[&all, " tokens, ", &prompt, " of them in the prompt"]);
        if lengths.n_tokens > sequence_len + 1 {
            out.push_str("; its end is cut off");
        }
    }
    out.push_str("</span>");
    push_button(out, &["explain:", &at].concat(), "Tokens", true);
    push_button(out, &["delete:", &at].concat(), "Delete", true);
    out.push_str("</div></div>");
}

/// One pair as tokens: what is read, what counts, what is cut off.
pub(super) fn mask(page: &Page) -> String {
    let mut out = String::from("<div class=\"lab-row\">");
    push_button(&mut out, "explain:0", "Show the first pair", true);
    out.push_str("</div>");
    let Some(mask) = page.mask.as_ref().filter(|mask| !mask.tokens.is_empty()) else {
        out.push_str("<p class=\"lab-note\">Or press “Tokens” beside any pair. Showing tokens loads the model.</p>");
        return out;
    };
    let n_counted = mask.tokens.iter().filter(|token| token.counts).count();
    let [row, n, counted] = [mask.row + 1, mask.tokens.len(), n_counted].map(|n| fixed(n as f64, 0));
    push(
        &mut out,
        &[
            "<p class=\"lab-note\">Pair ",
            &row,
            ": ",
            &n,
            " tokens. The loss counts the ",
            &counted,
            " that are underlined; a dot is a space.</p><ol class=\"lab-tokens\">",
        ],
    );
    for (at, token) in mask.tokens.iter().enumerate() {
        let class = match (at >= mask.n_taken, token.counts) {
            (true, _) => "cut",
            (false, true) => "counts",
            (false, false) => "",
        };
        push(&mut out, &["<li class=\"", class, "\" title=\"", &token.id.to_string(), "\">"]);
        push_token(&mut out, &token.text, token.part);
        out.push_str("</li>");
    }
    out.push_str("</ol>");
    out
}

/// A token's text with its spaces to be seen.
pub(super) fn push_token(out: &mut String, text: &str, part: Part) {
    if part == Part::End {
        out.push_str("end");
    } else {
        push_escaped(out, &text.replace(' ', "·").replace('\n', "⏎"));
    }
}
