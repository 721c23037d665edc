//! `press import` and `press new-post`, through the command: what is written builds, and nothing is lost.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const CONFIG: &str =
    "title = \"T\"\ntagline = \"t\"\ndescription = \"d\"\nlanguage = \"en\"\norigin = \"https://example.org\"\n";

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../import/tests/samples")
}

fn blog() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("blog.toml"), CONFIG).unwrap();
    fs::create_dir(root.path().join("posts")).unwrap();
    root
}

/// Whether the command succeeds, and what it says.
fn press(root: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut press = Command::new(env!("CARGO_BIN_EXE_press"));
    for variable in ["FORCE_COLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR"] {
        press.env_remove(variable);
    }
    let output = press.current_dir(root).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// All files of a folder with their contents.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push((path.clone(), fs::read(&path).unwrap())),
        }
    }
    found.sort();
    found
}

#[test]
fn the_samples_build_without_error_and_a_second_import_changes_nothing() {
    for (system, n_posts) in [("jekyll", 3), ("hugo", 3), ("zola", 2)] {
        let root = blog();
        let old = samples().join(system);
        let (has_passed, told, said) = press(root.path(), &["import", old.to_str().unwrap()]);
        assert!(has_passed, "{said}");
        assert!(told.ends_with(&format!(": {n_posts} posts written, 0 not imported\n")), "{told}");
        assert!(said.contains("is not carried over"), "{said}");
        let before = files(root.path());
        let (has_passed, _, said) = press(root.path(), &["check", "--today", "2026-06-01"]);
        assert!(has_passed && !said.contains("error"), "{said}");
        let (has_passed, told, said) = press(root.path(), &["import", old.to_str().unwrap()]);
        assert!(has_passed, "{said}");
        assert!(
            told.ends_with(&format!(": 0 posts written, {n_posts} there already and the same, 0 not imported\n")),
            "{told}"
        );
        assert_eq!(files(root.path()), before);
    }
}

#[test]
fn a_post_that_is_there_is_not_overwritten() {
    let root = blog();
    fs::create_dir(root.path().join("posts/proof")).unwrap();
    fs::write(root.path().join("posts/proof/index.md"), "mine").unwrap();
    let (has_passed, told, said) = press(root.path(), &["import", samples().join("zola").to_str().unwrap()]);
    assert!(!has_passed);
    assert_eq!(told, "Zola: 1 posts written, 1 not imported\n");
    assert!(
        said.contains(
            "error[import-exists]: `posts/proof/index.md` is there already and differs; it is not overwritten\n"
        ),
        "{said}"
    );
    assert!(said.contains(" --> content/notes/2023-03-04-proof.md:1:1\n"), "{said}");
    assert!(said.ends_with("error: 1 of the posts could not be imported; the others are in posts/\n"), "{said}");
    assert_eq!(fs::read_to_string(root.path().join("posts/proof/index.md")).unwrap(), "mine");
    assert!(root.path().join("posts/gauss/bell.png").is_file());
    assert_eq!(fs::read_dir(root.path().join("posts")).unwrap().count(), 2, "nothing is left beside them");
}

#[test]
fn a_folder_that_is_no_old_site_is_told_in_a_sentence() {
    let root = blog();
    let (has_passed, _, said) = press(root.path(), &["import", "posts"]);
    assert!(!has_passed);
    assert_eq!(
        said,
        "error: `posts`: no posts of Jekyll, Hugo or Zola: there is no `_posts/*.md` and no `content/**/*.md`\n"
    );
    let (_, _, said) = press(root.path(), &["import", "none"]);
    assert!(said.starts_with("error: there is no folder `none`"), "{said}");
    let (_, _, said) = press(root.path(), &["import"]);
    assert_eq!(said, "error: `press import` needs the folder of the old site\n");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_not_followed() {
    let root = blog();
    let old = root.path().join("old");
    fs::create_dir_all(old.join("_posts")).unwrap();
    fs::write(root.path().join("secret.png"), "secret").unwrap();
    fs::write(old.join("_posts/2020-01-02-x.md"), "---\ntitle: T\n---\nText ![a](/a.png).\n").unwrap();
    std::os::unix::fs::symlink("../secret.png", old.join("a.png")).unwrap();
    let (has_passed, _, said) = press(root.path(), &["import", "old"]);
    assert!(has_passed, "{said}");
    let told = "warning[import-link-outside]: the link `a.png` leads out of the folder, to a folder or nowhere, and is not followed\n";
    assert!(said.contains(told), "{said}");
    assert!(said.contains("warning[import-image]: there is no file for the image `/a.png`"), "{said}");
    assert_eq!(fs::read_dir(root.path().join("posts/x")).unwrap().count(), 1);
}

#[test]
fn a_new_post_is_a_draft_that_passes_the_check() {
    let root = blog();
    let (has_passed, told, said) = press(root.path(), &["new-post", "Größe & \"scale\"", "--today", "2026-06-01"]);
    assert!(has_passed, "{said}");
    assert_eq!(
        told,
        "The draft stands in posts/grosse-and-scale/index.md. Write its description, then delete `draft: true`.\n"
    );
    let (has_passed, told, said) = press(root.path(), &["check", "--today", "2026-06-01"]);
    assert!(has_passed, "{said}");
    assert_eq!((told.as_str(), said.as_str()), ("1 posts, 0 live labs, 0 planned: no errors\n", ""));
    let (has_passed, _, said) = press(root.path(), &["new-post", "Größe & scale"]);
    assert!(!has_passed);
    assert_eq!(
        said,
        "error: `posts/grosse-and-scale` is there already, and nothing was written; `--slug grosse-and-scale-2` is free\n"
    );
}
