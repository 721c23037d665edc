//! What was found, told to the author: with the line it is about, and in colour where that can be seen.

use content::build::{Diagnostic, Severity};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    fs,
    io::IsTerminal,
    path::Path,
};

/// A line longer than this is shown in part only, which miette cannot do: a drawing may be one line.
const LONG: usize = 400;

/// How it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// For terminals.
    Colour,
    /// For logs, and for the page that shows a failed build.
    Plain,
}

impl Style {
    /// What suits the standard error of this process, as the usual variables and cargo's own say.
    pub fn of_stderr() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let is_forced = is_set("FORCE_COLOR")
            || is_set("CLICOLOR_FORCE")
            || std::env::var_os("CARGO_TERM_COLOR").is_some_and(|value| value == "always");
        match is_forced || std::io::stderr().is_terminal() {
            true if !is_set("NO_COLOR") => Self::Colour,
            _ => Self::Plain,
        }
    }
}

/// All findings, errors last (they stand nearest to the prompt), then how many of each there are.
///
/// Notes take a line each. The files are read anew for their lines, under `root`.
pub fn render(root: &Path, findings: &[Diagnostic], style: Style) -> String {
    let mut ordered: Vec<_> = findings.iter().collect();
    ordered.sort_by_key(|one| std::cmp::Reverse(one.severity));
    let mut sources: BTreeMap<&str, String> = BTreeMap::new();
    let mut out = String::new();
    for one in ordered {
        if one.severity == Severity::Note {
            let _ = writeln!(out, "{one}");
            continue;
        }
        let source = sources.entry(&one.path).or_insert_with(|| {
            let bytes = fs::read(root.join(&one.path)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&excerpt(one, source, style));
    }
    if let Some(sum) = sum(findings) {
        let _ = writeln!(out, "\n{sum}");
    }
    out
}

/// "2 errors, 1 warning"; nothing if there is neither.
pub fn sum(findings: &[Diagnostic]) -> Option<String> {
    let counted = |severity: Severity, name: &str| {
        let n = findings.iter().filter(|one| one.severity == severity).count();
        (n > 0).then(|| format!("{n} {name}{}", if n == 1 { "" } else { "s" }))
    };
    let parts: Vec<_> =
        [counted(Severity::Error, "error"), counted(Severity::Warning, "warning")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn excerpt(one: &Diagnostic, source: &str, style: Style) -> String {
    let line = source.split('\n').nth(one.line.saturating_sub(1) as usize).unwrap_or_default();
    if style == Style::Plain || line.len() > LONG {
        return one.render_excerpt(source);
    }
    let shown = Shown { one, source: NamedSource::new(&one.path, source.to_owned()) };
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).with_width(110);
    let mut out = String::new();
    match handler.render_report(&mut out, &shown) {
        Ok(()) => out,
        Err(_) => one.render_excerpt(source),
    }
}

/// A finding as miette wants it.
#[derive(Debug)]
struct Shown<'a> {
    one: &'a Diagnostic,
    source: NamedSource<String>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.one.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.one.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.one.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.one.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let size = self.source.inner().len();
        let (start, end) = (self.one.span.start.min(size), self.one.span.end.min(size));
        Some(Box::new(std::iter::once(LabeledSpan::underline(start..end.max(start)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::build::Source;

    fn findings() -> Vec<Diagnostic> {
        let source = Source::new("posts/x/index.md", "---\ntitel: x\n---\n");
        vec![
            source.error("unknown-key", 4..9, "unknown key `titel`").with_help("did you mean `title`?"),
            source.note("description-length", 0..0, "short"),
            source.warning("empty-body", 17..17, "the article is empty"),
        ]
    }

    fn root() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("posts/x")).unwrap();
        fs::write(root.path().join("posts/x/index.md"), "---\ntitel: x\n---\n").unwrap();
        root
    }

    #[test]
    fn plain_text_has_the_line_and_the_sum_and_errors_stand_last() {
        let text = render(root().path(), &findings(), Style::Plain);
        let expected = "posts/x/index.md:1:1: note: short\n\nwarning[empty-body]: the article is empty\n --> posts/x/index.md:4:1\n  |\n4 | \n  | ^\n\n\
            error[unknown-key]: unknown key `titel`\n --> posts/x/index.md:2:1\n  |\n2 | titel: x\n  | ^^^^^\n  = help: did you mean `title`?\n\n1 error, 1 warning\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_terminal_gets_colour_the_line_and_the_way_on() {
        let text = render(root().path(), &findings()[..1], Style::Colour);
        for part in [
            "\u{1b}[",
            "unknown-key",
            "unknown key `titel`",
            "titel: x",
            "did you mean `title`?",
            "posts/x/index.md:2:1",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }

    #[test]
    fn a_drawing_of_one_line_is_shown_in_part() {
        let root = root();
        let drawing = format!("<svg>{}</svg>", "<path/>".repeat(10_000));
        fs::write(root.path().join("posts/x/a.svg"), &drawing).unwrap();
        let finding = Source::new("posts/x/a.svg", &drawing).error("svg-element", 30_000..30_005, "no");
        assert!(render(root.path(), &[finding], Style::Colour).len() < 1000);
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(render(Path::new("."), &[], Style::Plain), "");
        assert_eq!(sum(&findings()[1..2]), None);
    }
}
