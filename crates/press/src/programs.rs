//! Runs the programs that articles show and compares what they print with what the articles say.

use anyhow::{Context, Result, bail};
use content::render::{Program, survey};
use std::{
    fmt::Write as _,
    fs,
    io::{Read, Seek},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// A program that takes longer does not end, or is too slow for an article.
const LIMIT: Duration = Duration::from_secs(60);

/// What a program may need beyond NumPy. Whoever lacks it skips the program.
const HEAVY: [&str; 2] = ["torch", "tensorflow"];

/// How a program went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It printed what the article says, or ran where the article shows no output.
    Held,
    /// It did not run for want of this module.
    Skipped(String),
    /// Why it is not right.
    Failed(String),
}

/// A program and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// `posts/x/index.md:12 rope.py`
    pub place: String,
    /// How it went.
    pub outcome: Outcome,
    /// Whether the article shows what it prints.
    pub has_output: bool,
}

/// Runs every program of the posts under `root`, in order, each in a process of its own.
///
/// # Errors
/// The posts cannot be read, or `python` cannot be started.
pub fn run_all(root: &Path, python: &Path, mut tell: impl FnMut(&Ran)) -> Result<Vec<Ran>> {
    let folder = root.join("posts");
    let entries = fs::read_dir(&folder).with_context(|| format!("there is no folder `{}`", folder.display()))?;
    let mut slugs: Vec<String> =
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<Result<_>>()?;
    slugs.sort();
    let mut all = Vec::new();
    for slug in slugs {
        let path = format!("posts/{slug}/index.md");
        let Ok(markdown) = fs::read_to_string(root.join(&path)) else { continue };
        for found in survey(&markdown).programs {
            let line = markdown[..found.range.start].matches('\n').count() + 1;
            let ran = Ran {
                place: format!("{path}:{line} {}", found.value.title).trim_end().to_owned(),
                outcome: run(python, &found.value)?,
                has_output: found.value.output.is_some(),
            };
            tell(&ran);
            all.push(ran);
        }
    }
    Ok(all)
}

/// Runs one program.
fn run(python: &Path, program: &Program) -> Result<Outcome> {
    if program.language != "python" {
        let message = format!("programs in `{}` are not run; only those in `python` are", program.language);
        return Ok(Outcome::Failed(message));
    }
    if !program.needs.is_empty() {
        if !HEAVY.contains(&program.needs.as_str()) {
            let message = format!("it needs `{}`; an article may need {}", program.needs, HEAVY.join(" or "));
            return Ok(Outcome::Failed(message));
        }
        let (is_there, _, _) = execute(python, &format!("import {}", program.needs))?;
        if !is_there {
            return Ok(Outcome::Skipped(program.needs.clone()));
        }
    }
    let (has_succeeded, printed, complaint) = execute(python, &program.code)?;
    Ok(match &program.output {
        _ if !has_succeeded => Outcome::Failed(complaint.trim().to_owned()),
        Some(expected) => compare(expected, &printed),
        None => Outcome::Held,
    })
}

/// Whether the program ended well, what it printed, and what it complained of.
fn execute(python: &Path, code: &str) -> Result<(bool, String, String)> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let file = folder.path().join("program.py");
    fs::write(&file, code)?;
    let (mut printed, mut complaint) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut child = Command::new(python)
        .arg("-X")
        .arg("utf8")
        .arg(&file)
        .current_dir(folder.path())
        .env("PYTHONHASHSEED", "0")
        .env("TF_CPP_MIN_LOG_LEVEL", "3")
        .stdin(Stdio::null())
        .stdout(printed.try_clone()?)
        .stderr(complaint.try_clone()?)
        .spawn()
        .with_context(|| format!("`{}` cannot be started", python.display()))?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok((false, String::new(), format!("it ran longer than {} s", LIMIT.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let read = |file: &mut fs::File| -> Result<String> {
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    Ok((status.success(), read(&mut printed)?, read(&mut complaint)?))
}

/// The first line that differs, if any; blanks at the ends of lines do not count.
fn compare(expected: &str, printed: &str) -> Outcome {
    let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (expected, printed) = (lines(expected), lines(printed));
    let differing = (0..expected.len().max(printed.len())).find(|&idx| expected.get(idx) != printed.get(idx));
    let Some(idx) = differing else { return Outcome::Held };
    let shown = |lines: &[String]| lines.get(idx).map_or("nothing".to_owned(), |line| format!("`{line}`"));
    let mut message = String::new();
    let _ =
        write!(message, "line {} of the output is {}, the article says {}", idx + 1, shown(&printed), shown(&expected));
    Outcome::Failed(message)
}

/// Sums up, and fails if a program does, or if fewer ran than `least`.
///
/// # Errors
/// One sentence.
pub fn judge(all: &[Ran], least: usize) -> Result<()> {
    let count = |is: fn(&Outcome) -> bool| all.iter().filter(|ran| is(&ran.outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let shown = all.iter().filter(|ran| ran.has_output && ran.outcome == Outcome::Held).count();
    if failed > 0 {
        bail!("{failed} of the {} programs in the articles are not right; they are named above", all.len());
    }
    if shown < least {
        bail!("only {shown} programs with output ran, fewer than the {least} that the articles promise");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice;

    fn python() -> &'static Path {
        Path::new("python3")
    }

    fn program(code: &str, output: Option<&str>) -> Program {
        Program {
            language: "python".into(),
            title: String::new(),
            needs: String::new(),
            code: code.into(),
            output: output.map(Into::into),
        }
    }

    #[test]
    fn a_program_is_held_to_what_the_article_says() {
        let cases = [
            ("print(1 + 1)", Some("2"), Outcome::Held),
            ("print('a ')\nprint('b')", Some("a\nb\n"), Outcome::Held),
            ("x = 1", None, Outcome::Held),
            ("print(3)", Some("2"), Outcome::Failed("line 1 of the output is `3`, the article says `2`".into())),
            ("print(2)", Some("2\n4"), Outcome::Failed("line 2 of the output is nothing, the article says `4`".into())),
        ];
        for (code, output, outcome) in cases {
            assert_eq!(run(python(), &program(code, output)).unwrap(), outcome, "{code}");
        }
    }

    #[test]
    fn what_breaks_or_is_not_ours_to_run_fails() {
        let Outcome::Failed(message) = run(python(), &program("1 / 0", None)).unwrap() else { panic!("it ran") };
        assert!(message.ends_with("ZeroDivisionError: division by zero"), "{message}");
        let mut other = program("print(1)", None);
        other.needs = "scipy".into();
        assert_eq!(
            run(python(), &other).unwrap(),
            Outcome::Failed("it needs `scipy`; an article may need torch or tensorflow".into())
        );
    }

    #[test]
    fn too_few_programs_are_a_failure() {
        let ran = Ran { place: "p".into(), outcome: Outcome::Held, has_output: true };
        assert!(judge(slice::from_ref(&ran), 1).is_ok());
        assert!(judge(slice::from_ref(&ran), 2).is_err());
        let skipped = Ran { outcome: Outcome::Skipped("torch".into()), ..ran.clone() };
        assert!(judge(&[ran.clone(), skipped], 1).is_ok());
        let failed = Ran { outcome: Outcome::Failed("why".into()), ..ran };
        assert!(judge(&[failed], 0).is_err());
    }
}
