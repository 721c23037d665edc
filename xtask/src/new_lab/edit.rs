//! The lines of the crate `labs` that name a lab.

use super::name::Name;
use anyhow::{Context, Result, bail};

/// What the registry says of a lab that is not built yet, as literals of Rust.
#[derive(Debug, PartialEq, Eq)]
pub struct Planned {
    /// Names the figure.
    pub caption: String,
    /// What to try first.
    pub question: String,
}

/// `lib.rs` with the module, in alphabetical order as rustfmt wants it.
///
/// # Errors
/// If there is no list of modules, or the module is there.
pub fn with_module(text: &str, name: &Name) -> Result<String> {
    let line = format!("pub mod {};", name.snake());
    let lines: Vec<&str> = text.lines().collect();
    if lines.contains(&line.as_str()) {
        bail!("there is a line `{line}` already");
    }
    let is_module = |line: &str| line.starts_with("pub mod ") && line.ends_with(';');
    let first = lines.iter().position(|line| is_module(line)).context("there is no line `pub mod …;`")?;
    let smaller = lines.iter().rposition(|other| is_module(other) && *other < line.as_str());
    Ok(inserted(&lines, smaller.map_or(first, |at| at + 1), &line))
}

/// `registry.rs` with the lab among those that are built, and what was planned of it.
///
/// # Errors
/// If the file has not the form that it had when this was written.
pub fn with_lab(text: &str, name: &Name) -> Result<(String, Option<Planned>)> {
    // As rustfmt writes a list of none.
    let text = text.replace("\nbuilt! {}\n", "\nbuilt! {\n}\n");
    let mut lines: Vec<&str> = text.lines().collect();
    let planned = take_planned(&mut lines, name.kebab())?;
    let begin = lines.iter().position(|line| *line == "built! {").context("there is no line `built! {`")?;
    let end = lines.iter().skip(begin).position(|line| *line == "}").context("`built! {` has no end")? + begin;
    let line = format!("    {}", name.snake());
    if lines[begin..end].contains(&line.as_str()) {
        bail!("the lab `{}` is built already", name.kebab());
    }
    Ok((inserted(&lines, end, &line), planned))
}

/// Takes the entry `planned("name", "caption", "question"),` out, one argument a line.
fn take_planned(lines: &mut Vec<&str>, kebab: &str) -> Result<Option<Planned>> {
    let Some(at) = lines.iter().position(|line| line.trim() == format!("\"{kebab}\",")) else { return Ok(None) };
    let is_entry =
        at > 0 && lines[at - 1].trim() == "planned(" && lines.get(at + 3).is_some_and(|line| line.trim() == "),");
    if !is_entry {
        bail!("the entry of `{kebab}` is not of the form `planned(\"{kebab}\", caption, question),` with a line each");
    }
    let literal = |line: &str| line.trim().trim_end_matches(',').to_owned();
    let planned = Planned { caption: literal(lines[at + 1]), question: literal(lines[at + 2]) };
    lines.drain(at - 1..at + 4);
    Ok(Some(planned))
}

/// The text with another literal for a field that stands on a line of its own.
pub fn with_literal(text: &str, field: &str, literal: &str) -> String {
    let start = format!("{field}: \"");
    let lines = text.lines().map(|line| match line.trim_start().starts_with(&start) {
        true => {
            let indent = &line[..line.len() - line.trim_start().len()];
            format!("{indent}{field}: {literal},\n")
        }
        false => format!("{line}\n"),
    });
    lines.collect()
}

fn inserted(lines: &[&str], at: usize, line: &str) -> String {
    let (before, after) = lines.split_at(at);
    before.iter().chain([&line]).chain(after).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(kebab: &str) -> Name {
        Name::new(kebab).unwrap()
    }

    #[test]
    fn modules_keep_their_order() {
        let text = "//! Docs.\n\npub mod chart;\n#[cfg(feature = \"view\")]\npub mod parts;\nmod own;\n\nfn f() {}\n";
        let with = |kebab| with_module(text, &name(kebab)).unwrap();
        assert!(with("a").contains("\n\npub mod a;\npub mod chart;\n"));
        assert!(with("kv-cache").contains("pub mod chart;\npub mod kv_cache;\n#[cfg"));
        assert!(with("sft").contains("pub mod parts;\npub mod sft;\nmod own;\n"));
        assert_eq!(
            with_module(text, &name("chart")).unwrap_err().to_string(),
            "there is a line `pub mod chart;` already"
        );
        assert!(with_module("fn f() {}\n", &name("a")).is_err());
    }

    const REGISTRY: &str = "built! {\n    demo\n}\n\nconst PLANNED: &[Lab] = &[\n    planned(\n        \"sft\",\n        \"A \\\"caption\\\", with commas,\",\n        \"Why?\",\n    ),\n];\n";

    #[test]
    fn a_lab_goes_to_those_that_are_built() {
        let (text, planned) = with_lab(REGISTRY, &name("kv-cache")).unwrap();
        assert_eq!((text, planned), (REGISTRY.replace("    demo\n", "    demo\n    kv_cache\n"), None));
        let (text, planned) = with_lab(REGISTRY, &name("sft")).unwrap();
        assert_eq!(text, "built! {\n    demo\n    sft\n}\n\nconst PLANNED: &[Lab] = &[\n];\n");
        let expected = Planned { caption: "\"A \\\"caption\\\", with commas,\"".into(), question: "\"Why?\"".into() };
        assert_eq!(planned, Some(expected));
        // With no lab built: as new-lab would leave it, and as rustfmt writes it.
        for none in [REGISTRY.replace("    demo\n", ""), REGISTRY.replace("{\n    demo\n}", "{}")] {
            let (text, _) = with_lab(&format!("//! Docs.\n{none}"), &name("a")).unwrap();
            assert!(text.starts_with("//! Docs.\nbuilt! {\n    a\n}\n"), "{text}");
        }
    }

    #[test]
    fn another_form_is_refused() {
        assert_eq!(with_lab(REGISTRY, &name("demo")).unwrap_err().to_string(), "the lab `demo` is built already");
        let other = REGISTRY.replace("        \"Why?\",\n", "        \"Why?\",\n        \"More\",\n");
        assert!(
            with_lab(&other, &name("sft"))
                .unwrap_err()
                .to_string()
                .starts_with("the entry of `sft` is not of the form")
        );
        assert!(with_lab("", &name("a")).is_err());
    }

    #[test]
    fn a_literal_takes_the_place_of_another() {
        let text = "About {\n    caption: \"a\",\n    question: \"b\",\n}\n";
        assert_eq!(
            with_literal(text, "caption", "\"c, d\""),
            "About {\n    caption: \"c, d\",\n    question: \"b\",\n}\n"
        );
    }
}
