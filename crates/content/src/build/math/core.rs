//! The converter behind a shield: it may panic, we may not.

use super::draft::{Draft, Style};
use super::polish::{Fragment, polish};
use crate::build::formula::FormulaError;
use math_core::{LatexError, LatexToMathML, MathCoreConfig, MathDisplay};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// What the converter wraps around the smaller styles; the element around a fragment sets them.
const SCRIPT_ROWS: [&str; 2] =
    [r#"<mrow displaystyle="false" scriptlevel="1">"#, r#"<mrow displaystyle="false" scriptlevel="2">"#];

/// The converter.
#[derive(Debug)]
pub(super) struct Core {
    converter: LatexToMathML,
}

impl Core {
    /// A converter without macros, since we expand them ourselves.
    pub fn new() -> Self {
        hush_panics();
        let config = MathCoreConfig { allow_unreliable_rendering: true, ..MathCoreConfig::default() };
        // Only macros can make it fail.
        Self { converter: LatexToMathML::new(config).unwrap_or_default() }
    }

    /// The MathML of a draft, without `<math>`.
    ///
    /// # Errors
    /// What the converter refuses, at its place in the author's formula.
    pub fn convert(&self, draft: &Draft, style: Style) -> Result<Fragment, FormulaError> {
        let display = if style == Style::Display { MathDisplay::Block } else { MathDisplay::Inline };
        let result = shielded(|| self.converter.convert_with_local_state(&draft.tex, display));
        let refused = |offset: usize, message: String, help: Option<&str>| FormulaError {
            offset: draft.place(offset),
            message,
            help: help.map(str::to_owned),
        };
        match result {
            None => Err(refused(0, "this formula breaks the converter".to_owned(), Some("write it in a simpler way"))),
            Some(Err(error)) => {
                let (message, help) = reword(&error);
                Err(refused(error.0.start, message, help))
            }
            Some(Ok(done)) => {
                let inner = done.mathml.find('>').map_or("", |start| &done.mathml[start + 1..]);
                let inner = inner.strip_suffix("</math>").unwrap_or(inner);
                polish(within_script(inner, style), &draft.islands).ok_or_else(|| {
                    refused(
                        0,
                        "the converter's output for this formula is unknown to us".to_owned(),
                        Some("write it in a simpler way"),
                    )
                })
            }
        }
    }
}

fn within_script(inner: &str, style: Style) -> &str {
    let row = match style {
        Style::Display | Style::Text => return inner,
        Style::Script => SCRIPT_ROWS[0],
        Style::ScriptScript => SCRIPT_ROWS[1],
    };
    inner.strip_prefix(row).and_then(|rest| rest.strip_suffix("</mrow>")).unwrap_or(inner)
}

/// The converter's words, as a sentence without full stop, and a way on.
fn reword(error: &LatexError) -> (String, Option<&'static str>) {
    let message = error.error_message();
    let known: &[(&str, &str, Option<&'static str>)] = &[
        (
            "Duplicate sub",
            "a base has two superscripts or two subscripts",
            Some("put braces around the first: `{x^a}^b`"),
        ),
        (
            "'^' or '_' directly",
            "`^` or `_` has nothing behind it",
            Some("give it an argument, or write it with a backslash"),
        ),
        ("Expected argument", "a command lacks an argument", None),
        ("Expected a relation", r"`\not` needs a sign that it can strike out", Some(r"write `\not=` or `\cancel{…}`")),
        ("Expected a large operator", r"`\sideset` needs an operator such as `\sum` behind it", None),
        (
            "Found \"\\limits",
            r"`\limits` must follow an operator such as `\sum`",
            Some(r"make one with `\operatorname*{…}` or `\mathop{…}`"),
        ),
        ("Found \"\\nolimits", r"`\nolimits` must follow an operator such as `\sum`", None),
        ("Found \"\\displaylimits", r"`\displaylimits` must follow an operator such as `\sum`", None),
        ("There must be a paren", "a delimiter such as `(` or `|` is missing here", None),
        ("Expected length", "a length with its unit is missing here", Some("write for example `2pt` or `.5em`")),
        ("Not valid in math mode", r"this command works only inside `\text{…}`", None),
    ];
    match known.iter().find(|(start, ..)| message.starts_with(start)) {
        Some((_, sentence, help)) => ((*sentence).to_owned(), *help),
        None => {
            let mut letters = message.trim_end_matches('.').replace('"', "`");
            if let Some(first) = letters.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            (letters, None)
        }
    }
}

thread_local! {
    static SHIELDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; `None` if it panics, without a word on the terminal.
fn shielded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = SHIELDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    SHIELDED.set(before);
    result.ok()
}

/// Keeps the panics that [`shielded`] catches from being printed; all others are printed as before.
fn hush_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !SHIELDED.get() {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_converter_is_an_error() {
        hush_panics();
        assert_eq!(shielded(|| -> u8 { panic!("never seen") }), None);
        assert_eq!(shielded(|| 1), Some(1));
    }

    #[test]
    fn errors_lead_back_to_the_author() {
        let mut draft = Draft::default();
        draft.raw("x", 10);
        draft.raw("^a", 20);
        draft.raw("^b", 30);
        let error = Core::new().convert(&draft, Style::Text).unwrap_err();
        assert_eq!((error.offset, error.message.as_str()), (30, "a base has two superscripts or two subscripts"));
    }

    #[test]
    fn smaller_styles_leave_no_row() {
        let mut draft = Draft::default();
        draft.raw(r"\scriptstyle a=b", 0);
        let xml = Core::new().convert(&draft, Style::Script).unwrap().xml;
        assert_eq!(xml, r#"<mi>a</mi><mo lspace="0" rspace="0">=</mo><mi>b</mi>"#);
    }
}
