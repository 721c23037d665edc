//! What an author may get wrong, through the command: one clear finding each, and nothing written.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

mod given;

const CONFIG: &str =
    "title = \"T\"\ntagline = \"t\"\ndescription = \"d\"\nlanguage = \"en\"\norigin = \"https://example.org\"\n";
const BUDGET: &str =
    "client_kb = 200\nclient_and_renderer_kb = 290\nfirst_paint_kb = 60\nlab_module_kb = 140\nlab_worker_kb = 70\n";

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
        "6 pages prerendered in ",
        "the client  ",
        "HTML and style of /posts/sound/",
        "wrote dist for https://example.org/repo/",
        "posts  ",
    ] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    assert!(fs::read_to_string(root.path().join("dist/posts/sound/index.html")).unwrap().contains("Part"));
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
    assert!(manifest.ends_with("\"posts\":[]}"), "{manifest}");
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
