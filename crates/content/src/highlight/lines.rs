//! Languages whose lines say by their beginnings what they are.

use super::{Class, lexer::Lexer, shell};

pub(super) fn diff(source: &str, out: &mut dyn FnMut(Class, &str)) {
    let mut lexer = Lexer::new(source, out);
    while !lexer.is_at_end() {
        let line = lexer.rest();
        let starts = |with: &[&str]| with.iter().any(|start| line.starts_with(start));
        let class = match () {
            () if starts(&["@@", "+++ ", "--- ", "diff ", "index "]) => Class::Hunk,
            () if starts(&["+"]) => Class::Inserted,
            () if starts(&["-"]) => Class::Deleted,
            () => Class::Plain,
        };
        lexer.token(class, lexer.line_len());
        lexer.skip(1);
    }
    lexer.flush();
}

/// What is typed after a prompt is the shell's, the rest is what came out.
pub(super) fn console(source: &str, out: &mut dyn FnMut(Class, &str)) {
    let mut rest = source;
    while !rest.is_empty() {
        let typed = ["$ ", "# ", "% ", "> "].iter().any(|prompt| rest.starts_with(prompt));
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if !typed || !line.trim_end_matches('\n').ends_with('\\') {
                break;
            }
        }
        let (text, after) = rest.split_at(end);
        match text.split_at_checked(2) {
            Some((prompt, text)) if typed => {
                out(Class::Comment, prompt);
                shell::spans(text, out);
            }
            _ => out(Class::Plain, text),
        }
        rest = after;
    }
}
