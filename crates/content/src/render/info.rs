//! The info string of a code block: ```` ```python title="rope.py" numbers mark="3,5-7" ````.

/// The language of a block that is what the program above it prints.
const OUTPUT: &str = "output";

/// A language and how the block is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Info<'i> {
    /// As written; empty if none is given.
    pub language: &'i str,
    /// What stands above the code.
    pub title: Option<&'i str>,
    /// Whether lines are numbered.
    pub numbers: bool,
    /// Lines and ranges of lines that are marked, from 1: `3,5-7`.
    pub mark: &'i str,
    /// Whether the block is a whole program, which a test runs.
    pub runs: bool,
    /// What the program needs beside the standard library and NumPy.
    pub needs: &'i str,
    /// Whether the block is what the program above it prints.
    pub is_output: bool,
}

impl<'i> Info<'i> {
    /// Reads an info string; what it does not know, it passes over.
    pub(super) fn parse(info: &'i str) -> Self {
        let info = info.trim();
        let end = info.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(info.len());
        let (language, mut rest) = info.split_at(end);
        let mut parsed = match language {
            OUTPUT => Self { language: "text", title: Some("Output"), is_output: true, ..Self::default() },
            language => Self { language, ..Self::default() },
        };
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                return parsed;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == ',' || c == '=').unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            let value;
            (value, rest) = match after.strip_prefix('=') {
                Some(after) => value_of(after),
                None => ("", after),
            };
            match key {
                "title" => parsed.title = Some(value).filter(|title| !title.is_empty()),
                "numbers" => parsed.numbers = true,
                "mark" => parsed.mark = value,
                "run" => parsed.runs = true,
                "needs" => parsed.needs = value,
                _ => {}
            }
        }
    }

    /// Whether any line is marked.
    pub(super) fn marks(&self) -> bool {
        !self.mark.is_empty()
    }

    /// Whether `line`, from 1, is marked.
    pub(super) fn is_marked(&self, line: u32) -> bool {
        self.mark.split(',').any(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
                (Ok(first), Ok(last)) => (first..=last).contains(&line),
                _ => false,
            }
        })
    }
}

/// A value in quotes or up to white space, and what follows it.
fn value_of(text: &str) -> (&str, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &text[1..];
        return inner.split_once(quote).unwrap_or((inner, ""));
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_follow_the_language() {
        let info = Info::parse(r#"python title="rope, half = split.py" numbers mark="3,5-7""#);
        assert_eq!((info.language, info.title, info.numbers), ("python", Some("rope, half = split.py"), true));
        let marked: Vec<u32> = (0..10).filter(|line| info.is_marked(*line)).collect();
        assert_eq!(marked, [3, 5, 6, 7]);
    }

    #[test]
    fn programs_and_their_output_are_told_apart() {
        let info = Info::parse("python run needs=\"torch\"");
        assert_eq!((info.language, info.runs, info.needs, info.is_output), ("python", true, "torch", false));
        let info = Info::parse("output");
        assert_eq!((info.language, info.title, info.is_output), ("text", Some("Output"), true));
    }

    #[test]
    fn anything_else_is_passed_over() {
        for (text, language) in
            [("", ""), ("rust,ignore", "rust"), ("  c++  x=1 =", "c++"), ("a title=\"", "a"), ("b mark=x-,", "b")]
        {
            let info = Info::parse(text);
            assert_eq!((info.language, info.title, info.is_marked(1)), (language, None, false), "{text}");
        }
    }
}
