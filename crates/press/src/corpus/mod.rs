//! A blog as large as wanted, to measure the build with: posts of about 890 words, 14 formulas, 3 programs, a table, 2
//! notes and 3 tags each. The same seed gives the same bytes, and a smaller blog is the beginning of a larger one.

mod chance;
mod parts;
mod words;

use crate::threads;
use anyhow::{Context, Result, ensure};
use chance::Chance;
use chrono::{Days, NaiveDate};
use std::{fs, path::Path};
use words::{fill, sentence};

/// Any number does; a change of it is another corpus.
const SEED: u64 = 890;

const CONFIG: &str = "\
title = \"A large blog\"
tagline = \"Posts made by a program, to measure the build with.\"
description = \"A generated blog of many posts with formulas, programs, tables and notes, to measure the build with.\"
language = \"en\"
origin = \"https://blog.example\"

[macros]
\"\\\\R\" = \"\\\\mathbb{R}\"
\"\\\\E\" = \"\\\\mathbb{E}\"
";

/// Sections, each with three paragraphs.
const N_SECTIONS: usize = 5;

/// Words at which a paragraph ends; with the last sentence over it, headings, table and notes the post has about 890.
const PARAGRAPH: usize = 38;

/// Writes `n_posts` posts and the site's files into `dir`, which must be empty or absent.
///
/// # Errors
/// There is something in the folder, or as of the file system.
pub fn write(dir: &Path, n_posts: usize, budget: &Path) -> Result<()> {
    let is_free = fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_free, "`{}` is not empty: name another folder, or remove it first", dir.display());
    fs::create_dir_all(dir.join("posts")).with_context(|| format!("cannot create `{}`", dir.display()))?;
    fs::write(dir.join("blog.toml"), CONFIG)?;
    fs::copy(budget, dir.join("budget.toml")).with_context(|| format!("cannot copy `{}`", budget.display()))?;
    let numbers: Vec<usize> = (0..n_posts).collect();
    let written = threads::map(&numbers, |post_idx| {
        let folder = dir.join("posts").join(slug(*post_idx));
        fs::create_dir(&folder).and_then(|()| fs::write(folder.join("index.md"), post(*post_idx)))
    });
    written.into_iter().collect::<std::io::Result<()>>().context("cannot write a post")
}

/// The folder of a post.
pub fn slug(post_idx: usize) -> String {
    let mut chance = Chance::of(SEED, post_idx);
    format!("{}-{post_idx:05}", fill("@a-@n-and-@n", &mut chance))
}

/// The text of a post, front matter included.
pub fn post(post_idx: usize) -> String {
    let mut chance = Chance::of(SEED ^ 1, post_idx);
    let mut text = front_matter(post_idx, &mut chance);
    let mut programs = parts::programs(&mut chance).into_iter();
    paragraph(&mut text, 0, &mut chance);
    for (section, ordinal) in ORDINALS.into_iter().enumerate() {
        text.push_str(&fill(&format!("## {ordinal} @a @n and its @p\n\n"), &mut chance));
        // Nine formulas in lines, two in each section but the last, which has one.
        paragraph(&mut text, 1, &mut chance);
        text.push_str(&format!("$$\n{}\n$$\n\n", parts::formula(true, &mut chance)));
        paragraph(&mut text, usize::from(section + 1 < N_SECTIONS), &mut chance);
        match section {
            0 => text.push_str(&earlier(post_idx, &mut chance)),
            1 => text.push_str(&format!("{}\n", parts::table(&mut chance))),
            _ => text.push_str(&format!("{}\n", programs.next().unwrap_or_default())),
        }
        paragraph(&mut text, 0, &mut chance);
        if section % 3 == 0 {
            text.truncate(text.trim_end().len());
            text.push_str(&format!("[^note-{section}]\n\n[^note-{section}]: {}\n\n", sentence(&mut chance)));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

const ORDINALS: [&str; N_SECTIONS] = ["First a", "Then a", "Also a", "Further a", "Last a"];

fn front_matter(post_idx: usize, chance: &mut Chance) -> String {
    // Two posts a day: ten thousand take less than fourteen years.
    let date = NaiveDate::from_ymd_opt(2012, 1, 1).unwrap_or_default() + Days::new(post_idx as u64 / 2);
    let tags = words::tags(chance).join(", ");
    let title = fill("How a @a @n @v the @n of @p", chance);
    let description = fill("Why the @n of @a @p @v the @r, and what a @a @n has to do with it", chance);
    format!("---\ntitle: \"{title}\"\ndescription: \"{description}\"\ndate: {date}\ntags: [{tags}]\n---\n\n")
}

/// A paragraph; its first sentences end with a formula each.
fn paragraph(text: &mut String, n_formulas: usize, chance: &mut Chance) {
    let (mut n_words, mut n_sentences) = (0, 0);
    while n_words < PARAGRAPH {
        let mut sentence = sentence(chance);
        n_words += sentence.split_whitespace().count();
        if n_sentences < n_formulas {
            sentence.pop();
            sentence.push_str(&format!(", where ${}$ is *meant*.", parts::formula(false, chance)));
            n_words += 3;
        }
        text.push_str(&sentence);
        text.push('\n');
        n_sentences += 1;
    }
    text.push('\n');
}

/// A link to an earlier post; the first has none to link to.
fn earlier(post_idx: usize, chance: &mut Chance) -> String {
    match post_idx {
        0 => String::new(),
        _ => {
            let slug = slug(chance.below(post_idx));
            format!("More of this stands in [an earlier post](../{slug}/index.md), with `{}`.\n\n", fill("@i", chance))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::render::{survey, words};

    /// What the issue of measuring asks of a post; notes and tags are counted in the text.
    #[test]
    fn a_post_has_what_it_must() {
        let n_posts = 200;
        let mut n_words = 0;
        for post_idx in 0..n_posts {
            let text = post(post_idx);
            let (words, survey) = (words(&text), survey(&text));
            assert_eq!((words.formulas, survey.formulas.len()), (14, 14), "post {post_idx}");
            assert_eq!(survey.languages.len(), 3, "post {post_idx}");
            assert_eq!(text.matches("\n|---|").count(), 1, "post {post_idx}");
            assert_eq!(text.matches("[^note-").count(), 4, "two notes, each named twice");
            assert!((800..1000).contains(&words.prose), "post {post_idx} has {} words", words.prose);
            n_words += words.prose;
        }
        let mean = f64::from(n_words) / n_posts as f64;
        assert!((865.0..915.0).contains(&mean), "{mean:.1} words on average");
    }

    #[test]
    fn posts_depend_on_their_number_alone() {
        assert_eq!(post(7), post(7));
        assert_ne!(post(7), post(8));
        assert_ne!(slug(7), slug(8));
    }
}
