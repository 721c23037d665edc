//! `press new-post "Title"`: a folder with a draft in it.

use crate::swap::Staging;
use anyhow::{Result, ensure};
use content::build::{ascii_slug, front_matter::FrontMatter};
use std::path::Path;

/// What the description says until its author has written one; it has the length that search engines want.
const DESCRIPTION: &str =
    "To be written: what a reader will have learnt at the end, in a sentence of 60 to 160 characters.";

/// Letters that a title may have: what is longer is cut off in lists and by search engines.
const LONGEST: usize = 120;

/// Letters that the last part of an address may have.
const LONGEST_SLUG: usize = 60;

/// Writes `posts/<slug>/index.md` and returns the slug.
///
/// # Errors
/// One sentence if the title can be none, or if its slug is taken, with the nearest free one.
pub fn new_post(root: &Path, title: &str, slug: Option<&str>, today: &str) -> Result<String> {
    let title = title.trim();
    ensure!(!title.is_empty(), "the title is empty; write `new-post \"A title\"`");
    ensure!(!title.contains(|c: char| c.is_control()), "the title must be a single line without control characters");
    let n_letters = title.chars().count();
    ensure!(n_letters <= LONGEST, "the title has {n_letters} characters, more than the {LONGEST} that lists show");
    let slug = match slug {
        Some(slug) => {
            let plain = ascii_slug(slug);
            ensure!(!plain.is_empty(), "`--slug {slug}` has no letter or digit that an address can have");
            ensure!(
                plain == slug,
                "`--slug {slug}` is not made of lower-case letters, digits and single hyphens; write `{plain}`"
            );
            plain
        }
        None => cut(&ascii_slug(title)),
    };
    ensure!(!slug.is_empty(), "the title `{title}` has no letter or digit that an address can have; add `--slug name`");
    let posts = root.join("posts");
    ensure!(posts.is_dir(), "there is no folder `{}`", posts.display());
    let is_taken = |slug: &str| std::fs::symlink_metadata(posts.join(slug)).is_ok();
    if is_taken(&slug) {
        let free = (2..).map(|number| format!("{slug}-{number}")).find(|slug| !is_taken(slug)).unwrap_or_default();
        anyhow::bail!("`posts/{slug}` is there already, and nothing was written; `--slug {free}` is free");
    }
    let front = FrontMatter {
        title: title.to_owned(),
        description: DESCRIPTION.to_owned(),
        date: today.to_owned(),
        draft: true,
        toc: true,
        ..FrontMatter::default()
    };
    let staging = Staging::beside(&posts.join(&slug))?;
    let text = "The first paragraph says what the question is, and why a reader would ask it.\n\n## The first section\n\nText.\n";
    staging.write("index.md", format!("{}\n{text}", front.to_yaml()))?;
    staging.commit()?;
    Ok(slug)
}

/// Whole words of a slug, as many as an address should have.
fn cut(slug: &str) -> String {
    if slug.len() <= LONGEST_SLUG {
        return slug.to_owned();
    }
    let end = slug[..=LONGEST_SLUG].rfind('-').unwrap_or(LONGEST_SLUG);
    slug[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn blog() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("posts")).unwrap();
        root
    }

    #[test]
    fn a_post_is_a_folder_with_a_draft() {
        let root = blog();
        let slug = new_post(root.path(), "  Größe: \"n\" & Ångström ", None, "2026-03-08").unwrap();
        assert_eq!(slug, "grosse-n-and-angstrom");
        let text = fs::read_to_string(root.path().join("posts/grosse-n-and-angstrom/index.md")).unwrap();
        let head = format!(
            "---\ntitle: \"Größe: \\\"n\\\" & Ångström\"\ndescription: \"{DESCRIPTION}\"\ndate: 2026-03-08\ndraft: true\n---\n\nThe first"
        );
        assert!(text.starts_with(&head), "{text}");
        assert_eq!(fs::read_dir(root.path().join("posts")).unwrap().count(), 1, "nothing beside it");
    }

    #[test]
    fn long_titles_have_short_addresses() {
        let root = blog();
        let title = "A long title about the many ways in which a gradient can vanish on its way down a network";
        assert_eq!(
            new_post(root.path(), title, None, "2026-03-08").unwrap(),
            "a-long-title-about-the-many-ways-in-which-a-gradient-can"
        );
    }

    #[test]
    fn bad_input_is_one_sentence() {
        let root = blog();
        new_post(root.path(), "Taken", None, "2026-03-08").unwrap();
        new_post(root.path(), "Taken", Some("taken-2"), "2026-03-08").unwrap();
        for (title, slug, expected) in [
            (" ", None, "the title is empty; write `new-post \"A title\"`".to_owned()),
            ("a\nb", None, "the title must be a single line without control characters".to_owned()),
            (&"a".repeat(121), None, "the title has 121 characters, more than the 120 that lists show".to_owned()),
            (
                "模型",
                None,
                "the title `模型` has no letter or digit that an address can have; add `--slug name`".to_owned(),
            ),
            (
                "T",
                Some("A b"),
                "`--slug A b` is not made of lower-case letters, digits and single hyphens; write `a-b`".to_owned(),
            ),
            ("T", Some("!"), "`--slug !` has no letter or digit that an address can have".to_owned()),
            (
                "Taken",
                None,
                "`posts/taken` is there already, and nothing was written; `--slug taken-3` is free".to_owned(),
            ),
        ] {
            assert_eq!(new_post(root.path(), title, slug, "2026-03-08").unwrap_err().to_string(), expected);
        }
        assert_eq!(fs::read_dir(root.path().join("posts")).unwrap().count(), 2);
    }
}
