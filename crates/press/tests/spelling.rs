//! Misspellings, through the command: told with place and suggestion, and a failure of the check alone.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

mod given;

const CONFIG: &str = "title = \"The table\"\ntagline = \"the table\"\ndescription = \"the table\"\nlanguage = \"en\"\norigin = \"https://example.org\"\n";
const POST: &str = "---\ntitle: The table\ndescription: The length of the table of the length of the table of the length of the table\ndate: 2026-01-02\n---\n\n";
const WORKS: &str = "@misc{a, author = {Tabel, Ada}, title = {T}, year = {2020}, url = {https://a.example}}";

fn write(root: &Path, name: &str, contents: &str) {
    fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
    fs::write(root.join(name), contents).unwrap();
}

/// A blog of one post with this body, and a Hunspell dictionary of a few words.
fn blog(body: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    given::shell(&root.path().join("shell"));
    for (name, contents) in [
        ("blog.toml", CONFIG),
        ("references.bib", WORKS),
        ("dictionary/index.aff", "SET UTF-8\nTRY esianrtolcd\n"),
        ("dictionary/index.dic", "4\nlength\nof\nthe\ntable\n"),
        ("posts/x/index.md", &format!("{POST}{body}\n")),
    ] {
        write(root.path(), name, contents);
    }
    root
}

/// Whether the command succeeds, and what it says.
fn press(root: &Path, arguments: &str) -> (bool, String) {
    let mut press = Command::new(env!("CARGO_BIN_EXE_press"));
    for variable in ["FORCE_COLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR"] {
        press.env_remove(variable);
    }
    let output = press.current_dir(root).args(arguments.split(' ')).args(["--today", "2026-06-01"]).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

const CHECK: &str = "check --dictionary dictionary";
const SITE: &str = "site --shell shell --out dist --no-budget --dictionary dictionary";

#[test]
fn a_misspelling_fails_the_check_and_not_the_page() {
    let root = blog("The lenght of the *tabel*.");
    write(root.path(), "spelling.txt", "of\nsoftmax\ntabel # a comment\n");
    for (command, severity) in [(CHECK, "error"), (SITE, "warning")] {
        let (has_passed, said) = press(root.path(), command);
        for part in [
            &format!("{severity}[spelling]: no dictionary has the word `lenght`\n --> posts/x/index.md:7:5\n"),
            "  = help: did you mean `length`? add it to `spelling.txt` if it is right\n",
            &format!("{severity}[spelling-list]: the dictionary has `of` already\n --> spelling.txt:1:1\n"),
            &format!("{severity}[spelling-list]: no text has the word `softmax`\n --> spelling.txt:2:1\n"),
            "  = help: delete the line\n",
        ] {
            assert!(said.contains(part), "no {part} in {said}");
        }
        assert_eq!(said.matches("[spelling").count(), 3, "{said}");
        assert_eq!(has_passed, command == SITE, "{said}");
        let sum = "error: the spelling of the posts is not right (3 errors, 1 warning)\n";
        assert_eq!(said.ends_with(sum), command == CHECK, "{said}");
    }
}

#[test]
fn a_drawing_is_read_and_a_cited_name_is_right() {
    let root = blog("The table.");
    write(root.path(), "posts/x/a.svg", "<svg><title>The tabel</title></svg>");
    let (has_passed, said) = press(root.path(), CHECK);
    assert!(!has_passed, "{said}");
    assert!(said.contains("`tabel`\n --> posts/x/a.svg:1:17\n") && said.contains("did you mean `table`"), "{said}");
    write(root.path(), "posts/x/a.svg", "<svg><title>The Tabel</title></svg>");
    let (has_passed, said) = press(root.path(), CHECK);
    assert!(has_passed, "{said}");
}

#[test]
fn a_misspelling_beside_another_error_is_told_in_the_same_go() {
    let root = blog("The lenght of [the table](../tabel/index.md).");
    let (has_passed, said) = press(root.path(), CHECK);
    assert!(!has_passed && said.contains("error[dead-link]") && said.contains("error[spelling]"), "{said}");
    assert!(said.ends_with("error: the posts cannot be published (2 errors, 1 warning)\n"), "{said}");
}

#[test]
fn without_a_dictionary_everything_else_is_checked() {
    let root = blog("The lenght.");
    let (has_passed, said) = press(root.path(), "check");
    assert!(has_passed && !said.contains("[spelling"), "{said}");
    let (has_passed, said) = press(root.path(), "check --dictionary nowhere");
    assert!(!has_passed && said.contains("cannot read the dictionary `nowhere/index.aff`"), "{said}");
}

/// Builds `root` for the first time, and again after each of the changes; returns how each build was answered, and what
/// was said of it.
fn again(root: &Path, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let told = root.join("told");
    let mut press = Command::new(env!("CARGO_BIN_EXE_press"));
    press.current_dir(root).args(SITE.split(' ')).args(["--no-cards", "--again", "--today", "2026-06-01"]);
    press.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(fs::File::create(&told).unwrap());
    let mut press = press.spawn().unwrap();
    let mut answers = BufReader::new(press.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut answer = |n_told: usize| {
        let answer = answers.find(|line| ["built", "failed"].contains(&line.as_str())).unwrap();
        (answer, fs::read_to_string(&told).unwrap().split_off(n_told))
    };
    let mut n_told = 0;
    let mut answered = vec![answer(n_told)];
    let mut tasks = press.stdin.take().unwrap();
    for (name, contents) in changes {
        n_told += answered.last().unwrap().1.len();
        write(root, name, contents);
        tasks.write_all(b"\n").unwrap();
        answered.push(answer(n_told));
    }
    drop(tasks);
    assert!(press.wait().unwrap().success(), "it ends with its input");
    answered
}

#[test]
fn a_press_that_builds_again_checks_what_may_be_another_word_now() {
    let root = blog("The lenght of the *tabel*.");
    let answered = again(
        root.path(),
        &[
            ("spelling.txt", "tabel\n"),
            ("blog.toml", &CONFIG.replace("\"the table\"", "\"the\"")),
            ("dictionary/index.dic", "5\nlength\nof\nthe\ntable\nlenght\n"),
            ("posts/x/index.md", &format!("{POST}The tabl.\n")),
            ("posts/x/index.md", &format!("{}The table.\n", POST.replace("date:", "dat:"))),
            ("posts/x/index.md", &format!("{POST}The table.\n")),
        ],
    );
    let words = |said: &str| {
        ["lenght", "tabel", "tabl"].map(|word| said.contains(&format!("no dictionary has the word `{word}`\n")))
    };
    let told: Vec<_> = answered.iter().map(|(answer, said)| (answer.as_str(), words(said))).collect();
    assert_eq!(
        told,
        [
            ("built", [true, true, false]),
            ("built", [true, false, false]),
            ("built", [true, false, false]),
            ("built", [false, false, false]),
            ("built", [false, false, true]),
            ("failed", [false, false, false]),
            ("built", [false, false, false]),
        ],
        "{answered:#?}"
    );
    assert!(answered[5].1.contains("unknown key `dat`"), "{}", answered[5].1);
}
