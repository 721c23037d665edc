//! What an author may get wrong, through the command: one clear finding each, and nothing written.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use labs::{
    model::About,
    parameters::{Kind, Parameter},
    registry::{self, BUILT},
};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

mod given;

const CONFIG: &str =
    "title = \"T\"\ntagline = \"t\"\ndescription = \"d\"\nlanguage = \"en\"\norigin = \"https://example.org\"\n";
const BUDGET: &str = "client_kb = 200\nclient_and_renderer_kb = 290\nfirst_paint_kb = 60\nlab_module_kb = 140\n\
     further_lab_module_kb = 12\nlab_worker_kb = 70\nfurther_lab_worker_kb = 8\nlm_worker_kb = 120\n\
     language_module_more_kb = 45\npocket_kb = 3072\nfinder_kb = 30\noffline_kb = 4\nembeds_kb = 3\n";

/// A sound post; its description has the length that search engines want.
fn post(body: &str) -> String {
    format!(
        "---\ntitle: X\ndescription: A sentence that is long enough to be shown by search engines, and no longer than that.\ndate: 2026-01-02\ntags: [a]\n---\n\n{body}\n"
    )
}

/// A blog with one sound post, a built client and an old `dist`.
fn blog() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("blog.toml"), CONFIG).unwrap();
    fs::write(root.path().join("budget.toml"), BUDGET).unwrap();
    given::shell(&root.path().join("shell"));
    write(root.path(), "posts/sound/index.md", post("## Part {#part}\n\nText."));
    write(root.path(), "dist/index.html", "the old site");
    root
}

fn write(root: &Path, name: &str, contents: impl AsRef<[u8]>) {
    fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
    fs::write(root.join(name), contents).unwrap();
}

fn press(root: &Path, command: &str, options: &[&str]) -> Output {
    let mut press = Command::new(env!("CARGO_BIN_EXE_press"));
    for variable in ["FORCE_COLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR"] {
        press.env_remove(variable);
    }
    press.current_dir(root).arg(command);
    if command == "site" {
        press.args(["--shell", "shell"]);
    }
    press.args(["--out", "dist", "--today", "2026-06-01"]).args(options).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The build fails with exactly this error, and the old site stands.
fn check(root: &Path, error: &str) {
    let output = press(root, "site", &[]);
    let said = said(&output);
    assert!(!output.status.success(), "{said}");
    let errors: Vec<_> = said.lines().filter(|line| line.starts_with("error[")).collect();
    assert_eq!(errors, [error], "{said}");
    assert!(said.ends_with("error: the posts cannot be published (1 error); nothing was written\n"), "{said}");
    assert_eq!(fs::read_to_string(root.join("dist/index.html")).unwrap(), "the old site");
    assert_eq!(fs::read_dir(root.join("dist")).unwrap().count(), 1, "nothing beside it");
    no_leftovers(root);
}

/// No folder that was being written, or stood in the place before.
fn no_leftovers(root: &Path) {
    let hidden: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with('.'))
        .collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn a_sound_blog_is_built() {
    let root = blog();
    let output = press(root.path(), "site", &["--base", "/repo/", "--time"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output), "");
    let told = String::from_utf8(output.stdout).unwrap();
    for part in [
        "9 pages prerendered in ",
        "the client  ",
        "HTML and style of /posts/sound/",
        "wrote dist for https://example.org/repo/",
        "posts  ",
    ] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    assert!(fs::read_to_string(root.path().join("dist/posts/sound/index.html")).unwrap().contains("Part"));
    // It took the place of the old site, and takes its own.
    no_leftovers(root.path());
    assert!(press(root.path(), "site", &[]).status.success());
    no_leftovers(root.path());
}

#[test]
fn no_posts_are_a_note() {
    let root = blog();
    fs::remove_dir_all(root.path().join("posts/sound")).unwrap();
    for command in ["site", "content"] {
        let output = press(root.path(), command, &[]);
        assert!(output.status.success());
        assert_eq!(said(&output), "note: there are no posts yet; `posts/<name>/index.md` makes one\n");
    }
    let manifest = fs::read_to_string(root.path().join("dist/posts/manifest.json")).unwrap();
    assert!(manifest.contains("\"posts\":[]"), "{manifest}");
}

#[test]
fn a_file_that_is_not_utf8() {
    let root = blog();
    let mut bytes = post("Gr").into_bytes();
    bytes.push(0xfc);
    write(root.path(), "posts/x/index.md", bytes);
    check(root.path(), "error[not-utf8]: the file is not UTF-8: byte 0xFC");
}

#[test]
fn a_post_of_five_megabytes() {
    let root = blog();
    write(root.path(), "posts/x/index.md", post(&"Words and words. ".repeat(300_000)));
    check(root.path(), "error[too-large]: the post has 5.1 MB, more than the 1 MB that a page can bear");
}

#[test]
fn broken_front_matter() {
    let root = blog();
    write(root.path(), "posts/x/index.md", post("Text.").replace("title: X", "titel: X\ntitle: X"));
    check(root.path(), "error[unknown-key]: unknown key `titel`");
    let said = said(&press(root.path(), "site", &[]));
    assert!(said.contains("--> posts/x/index.md:2:1\n") && said.contains("did you mean `title`?"), "{said}");
}

#[test]
fn a_missing_image() {
    let root = blog();
    write(root.path(), "posts/x/index.md", post("![A picture](picture.png)"));
    check(root.path(), "error[image-missing]: there is no image `picture.png` in the post's folder");
}

#[test]
fn a_dead_link() {
    let root = blog();
    write(root.path(), "posts/x/index.md", post("[There](../sounds/index.md)"));
    check(root.path(), "error[dead-link]: the link `../sounds/index.md` leads to no post");
}

#[test]
fn a_dead_anchor() {
    let root = blog();
    write(root.path(), "posts/x/index.md", post("[There](../sound/index.md#parts)"));
    check(root.path(), "error[dead-anchor]: `sound` has no place `#parts`");
}

#[test]
fn a_folder_without_a_text() {
    let root = blog();
    write(root.path(), "posts/x/picture.png", "");
    check(root.path(), "error[no-text]: the folder `posts/x` has no `index.md`");
}

#[test]
fn a_broken_macro() {
    let root = blog();
    fs::write(root.path().join("blog.toml"), format!("{CONFIG}[macros]\n\"\\\\R\" = \"\\\\mathbb{{R\"\n")).unwrap();
    let output = press(root.path(), "site", &[]);
    let said = said(&output);
    assert!(
        !output.status.success()
            && said.contains("error[macro]: the macro `\\R` ")
            && said.contains("--> blog.toml:7:2\n"),
        "{said}"
    );
}

#[test]
fn all_files_are_told_at_once() {
    let root = blog();
    write(root.path(), "posts/x/index.md", post("Text.").replace("2026-01-02", "2026-02-30"));
    write(root.path(), "posts/y/index.md", post("```lab no-such-lab\n```"));
    fs::write(root.path().join("blog.toml"), CONFIG.replace("language = \"en\"\n", "")).unwrap();
    let output = press(root.path(), "content", &[]);
    let said = said(&output);
    for part in ["error[missing-key]", "error[bad-date]", "error[lab-unknown]", "(3 errors)"] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert!(!output.status.success());
    assert_eq!(fs::read_to_string(root.path().join("dist/index.html")).unwrap(), "the old site");
}

/// The first lab that is built and has a parameter; these tests hold for whichever it is.
fn built_lab() -> (&'static About, &'static Parameter) {
    let about = BUILT.iter().find(|about| !about.parameters.is_empty()).expect("a lab with a parameter");
    (about, &about.parameters[0])
}

fn check_posts(root: &Path) -> Output {
    let mut press = Command::new(env!("CARGO_BIN_EXE_press"));
    for variable in ["FORCE_COLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR"] {
        press.env_remove(variable);
    }
    press.current_dir(root).args(["check", "--today", "2026-06-01"]).output().unwrap()
}

#[test]
fn mistakes_in_a_lab_block_are_told_at_once_and_where_they_stand() {
    let root = blog();
    let (About { name, .. }, Parameter { name: parameter, kind, .. }) = built_lab();
    let misspelt = parameter.replacen(&parameter[1..2], "", 1);
    let body =
        format!("```lab {name}\n{misspelt} = 1\n{parameter} = {{ x = 1 }}\n{parameter} = 2\n{parameter}: 3\n```");
    write(root.path(), "posts/x/index.md", post(&body));
    let output = check_posts(root.path());
    let (carets, indent) = ("^".repeat(parameter.len()), " ".repeat(parameter.len()));
    let expected = format!(
        "error[lab-parameters]: the lab `{name}` has no parameter `{misspelt}`\n \
         --> posts/x/index.md:9:1\n  |\n9 | {misspelt} = 1\n  | {}\n  = help: did you mean `{parameter}`?\n\n\
         error[lab-parameters]: `{parameter}` must be {kind}, not a table\n  \
         --> posts/x/index.md:10:{}\n   |\n10 | {parameter} = {{ x = 1 }}\n   | {indent}   ^^^^^^^^^\n\n\
         error[lab-syntax]: `{parameter}` is set twice\n  \
         --> posts/x/index.md:11:1\n   |\n11 | {parameter} = 2\n   | {carets}\n   = help: the first is on line 10\n\n\
         error[lab-syntax]: not valid TOML: invalid unquoted key, expected letters, numbers, `-`, `_`\n  \
         --> posts/x/index.md:12:{}\n   |\n12 | {parameter}: 3\n   | {indent}^\n   = help: write `{parameter} = 3`\n\n\
         4 errors\nerror: the posts cannot be published (4 errors)\n",
        "^".repeat(misspelt.len()),
        parameter.len() + 4,
        parameter.len() + 1,
    );
    assert_eq!(said(&output), expected);
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn planned_labs_are_notes_of_the_check_and_no_failure() {
    let root = blog();
    let planned = registry::labs().find(|lab| lab.about.is_none()).expect("a lab that is planned").name;
    let draft = post(&format!("Text.\n\n```lab {planned}\n```")).replace("tags:", "draft: true\ntags:");
    write(root.path(), "posts/x/index.md", draft);
    let output = check_posts(root.path());
    let expected = format!(
        "posts/x/index.md:11:1: note: the lab `{planned}` is planned: its place is shown, and that it is not built yet\n"
    );
    assert_eq!((said(&output), output.status.success()), (expected, true));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "2 posts, 0 live labs, 1 planned: no errors\n");
    assert!(!root.path().join("dist/posts").exists(), "nothing is written");
    // It is no news at every build, and its parameters are an error.
    assert_eq!(said(&press(root.path(), "site", &["--drafts"])), "");
    write(root.path(), "posts/x/index.md", post(&format!("```lab {planned}\na = 1\n```")));
    fs::write(root.path().join("dist/index.html"), "the old site").unwrap();
    let output = check_posts(root.path());
    assert!(
        said(&output).starts_with(&format!(
            "error[lab-parameters]: the lab `{planned}` is not built yet and takes no parameters\n --> posts/x/index.md:9:1\n"
        )),
        "{}",
        said(&output)
    );
}

#[test]
fn labs_stand_in_the_page_with_their_pictures() {
    let root = blog();
    let (about, parameter) = built_lab();
    let least = match parameter.kind {
        Kind::Whole { min, .. } => min.to_string(),
        Kind::Number { min, .. } => min.to_string(),
        Kind::Choice { options, .. } => format!("\"{}\"", options[options.len() - 1].0),
        Kind::Switch { default } => (!default).to_string(),
    };
    let name = about.name;
    let body = format!("```lab {name}\n```\n\nText.\n\n```lab {name}\n{} = {least}\n```", parameter.name);
    write(root.path(), "posts/x/index.md", post(&body));
    let build = || {
        let output = press(root.path(), "site", &["--no-budget"]);
        assert!(output.status.success(), "{}", said(&output));
        fs::read_to_string(root.path().join("dist/posts/x/index.html")).unwrap()
    };
    let page = build();
    let settings = format!("{}={}", parameter.name, least.trim_matches('"'));
    for (id, settings) in [(name.to_owned(), ""), (format!("{name}-2"), settings.as_str())] {
        let begin = format!("<figure class=\"lab wide\" id=\"{id}\" data-lab=\"{name}\" data-settings=\"{settings}\">");
        assert_eq!(page.matches(&begin).count(), 1, "{begin}");
    }
    let stages: Vec<_> = page.split("<div class=\"lab-stage\">").skip(1).collect();
    assert_eq!(stages.len(), 2);
    assert!(stages.iter().all(|stage| stage.contains("data-slot=")), "{page}");
    assert!(page.contains(&format!("<a href=\"#{name}\" class=\"live\">live lab</a>")));
    let home = fs::read_to_string(root.path().join("dist/index.html")).unwrap();
    assert!(home.contains("<span class=\"live\">live lab</span>"), "{home}");
    // A damaged picture is made anew: the page is the same.
    let kept: Vec<_> =
        fs::read_dir(root.path().join("target/stills")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 2);
    let whole = fs::read(&kept[0]).unwrap();
    fs::write(&kept[0], &whole[..whole.len() / 2]).unwrap();
    assert_eq!(build(), page);
    assert_eq!(fs::read(&kept[0]).unwrap(), whole);
}

#[test]
fn drafts_and_the_future_are_left_out_unless_asked_for() {
    let root = blog();
    write(root.path(), "posts/draft/index.md", post("Text.").replace("tags:", "draft: true\ntags:"));
    write(root.path(), "posts/future/index.md", post("Text.").replace("2026-01-02", "2026-06-02"));
    let slugs = |options: &[&str]| {
        let output = press(root.path(), "site", options);
        assert!(output.status.success(), "{}", said(&output));
        let posts = root.path().join("dist/posts");
        let mut slugs: Vec<_> = fs::read_dir(posts)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().into_string().unwrap())
            // The lists' pieces stand among the posts; no post's name begins so.
            .filter(|name| !name.starts_with('_'))
            .collect();
        slugs.sort();
        slugs
    };
    assert_eq!(slugs(&[]), ["sound"]);
    assert_eq!(slugs(&["--drafts"]), ["draft", "future", "sound"]);
    let feed = fs::read_to_string(root.path().join("dist/atom.xml")).unwrap();
    assert!(feed.contains("posts/sound/") && !feed.contains("posts/draft/") && !feed.contains("posts/future/"));
    assert_eq!(slugs(&["--today", "2026-06-02"]), ["future", "sound"], "the last --today counts");
    // A reader would follow it to a page that is not there yet.
    write(root.path(), "posts/sound/index.md", post("[Soon](../future/index.md)"));
    let output = press(root.path(), "site", &[]);
    assert!(said(&output).contains("it belongs to a post that is a draft or dated in the future"), "{}", said(&output));
}

#[test]
fn those_who_watch_are_told() {
    let root = blog();
    let live = root.path().join("live");
    press(root.path(), "site", &["--live", "live"]);
    assert_eq!(fs::read_to_string(&live).unwrap(), "ok\n");
    write(root.path(), "posts/x/index.md", post("[There](../sounds/index.md)"));
    press(root.path(), "site", &["--live", "live"]);
    let told = fs::read_to_string(&live).unwrap();
    assert!(told.starts_with("failed\nerror[dead-link]: the link `../sounds/index.md` leads to no post\n"), "{told}");
    fs::remove_dir_all(root.path().join("posts/x")).unwrap();
    fs::write(root.path().join("budget.toml"), BUDGET.replace("200", "0.01")).unwrap();
    press(root.path(), "site", &["--live", "live"]);
    let told = fs::read_to_string(&live).unwrap();
    assert!(told.starts_with("failed\nerror: over budget: the client has "), "{told}");
}

#[test]
fn a_wrong_command_line_is_said_in_a_sentence() {
    let root = blog();
    let said = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_press")).current_dir(root.path()).args(arguments).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(said(&["sites"]), "error: there is no command `sites`; `press help` lists them\n");
    assert!(said(&["serve", "--drafts"]).starts_with("error: `press serve` has no option `--drafts`; it has --dir, "));
    assert_eq!(said(&["site", "--out", "dist"]), "error: `press site` needs --shell\n");
    assert!(
        said(&["site", "--shell", "none", "--out", "dist"])
            .starts_with("error: there is no built client at `none/index.html`")
    );
    assert!(said(&["content", "--out", "dist", "--today", "tomorrow"]).starts_with("error: `tomorrow` is not a date"));
}
