//! Options of code blocks: `rust,linenos,hl_lines=1 3-4` and `go {linenos=table,hl_lines=[8,"15-17"]}`.

use crate::body::{Body, listed};
use crate::codes;
use crate::draft::Edit;
use crate::template::args::Args;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

/// Rewrites what other systems write after the language. The code itself is left alone.
pub(crate) fn convert(body: &mut Body<'_>) {
    let text = body.draft.text().to_owned();
    let mut edits = Vec::new();
    for (event, range) in Parser::new_ext(&text, crate::code::OPTIONS).into_offset_iter() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else { continue };
        let end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
        let Some(at) = text[range.start..end].find(&*info).map(|at| range.start + at) else { continue };
        let place = at..at + info.len();
        let (language, rest) = info.split_at(info.find([',', ' ', '{']).unwrap_or(info.len()));
        let (mut written, mut dropped) = (info.to_string(), Vec::new());
        let foreign = info.contains('{')
            || ["linenos", "hl_lines", "linenostart", "name="].iter().any(|word| rest.contains(word));
        if foreign {
            let args = Args::parse(&rest.replace(['{', '}'], " "));
            (written, dropped) = self::info(language, &options(&args));
        }
        // What these words mean here, a block of another blog cannot mean.
        let means_other = matches!(language, "lab" | "output") || (language == "math" && written != "math");
        if means_other {
            written = written.replacen(language, "text", 1);
            dropped.push(language.to_owned());
        }
        if !dropped.is_empty() {
            let names = listed(dropped.iter().map(String::as_str));
            body.note(codes::FENCE, &place, format!("{names} of the code block is not carried over"));
        }
        if written != *info {
            edits.push(Edit::new(place, written));
        }
    }
    body.draft.apply(edits);
}

/// Options in a row: a number without a name is one more line to be marked.
pub(crate) fn options(args: &Args) -> Vec<(String, String)> {
    let mut options = args.named.clone();
    for flag in &args.positional {
        let is_lines = flag.chars().all(|c| c.is_ascii_digit() || c == '-');
        match options.iter_mut().find(|(name, _)| is_lines && name == "hl_lines") {
            Some((_, lines)) => lines.push_str(&format!(" {flag}")),
            None => options.push((flag.clone(), String::new())),
        }
    }
    options
}

/// Our info string, and the options that it has no word for.
pub(crate) fn info(language: &str, options: &[(String, String)]) -> (String, Vec<String>) {
    let mut info = language.trim().to_owned();
    let mut dropped = Vec::new();
    for (name, value) in options {
        match name.as_str() {
            "linenos" | "lineNos" => match value.as_str() {
                "false" => {}
                _ => info.push_str(" numbers"),
            },
            "hl_lines" | "hl_Lines" | "mark" => {
                let lines: Vec<&str> =
                    value.split([' ', ',', '"', '\'', '[', ']']).filter(|line| !line.is_empty()).collect();
                info.push_str(&format!(" mark=\"{}\"", lines.join(",")));
            }
            "name" | "title" => info.push_str(&format!(" title=\"{}\"", value.replace('"', "'"))),
            "numbers" => info.push_str(" numbers"),
            _ => dropped.push(name.clone()),
        }
    }
    (info, dropped)
}
