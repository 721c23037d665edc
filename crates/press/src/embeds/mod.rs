//! What other sites add to an article when its reader asks for it: comments, and how often it was read.
//!
//! Both are off unless `blog.toml` has their tables. Then every article ends with their sections, its page's policy names
//! their sites, and all pages load the script beside this file, which answers the buttons. Nothing is asked of another
//! site before, and no script of another site ever runs in a page: comments come as a frame, a count as a number.
//! See ARCHITECTURE.md, "What other sites add".

mod comments;
mod counts;

use crate::{
    address::Address,
    digest,
    shell::{Shell, css, script::lean},
};
use anyhow::Result;
use content::build::Embeds;

/// Answers the buttons.
const SCRIPT: &str = include_str!("embeds.js");
/// How the sections look; a part of the site's style sheet where they stand.
const STYLE: &str = include_str!("embeds.css");

/// What a page's policy says more, where the sections stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permits {
    /// Whose pages may stand in a frame.
    pub frames: Option<String>,
    /// Whom the page may ask.
    pub asks: Option<String>,
}

/// Whether there is any.
pub fn is_any(embeds: &Embeds) -> bool {
    embeds.comments.is_some() || embeds.counts.is_some()
}

/// The sections at the end of every article of a site in this language; nothing where there are none.
pub fn markup(embeds: &Embeds, language: &str) -> String {
    let counts = embeds.counts.as_ref().map(counts::section);
    let comments = embeds.comments.as_ref().map(|of| comments::section(of, language));
    counts.into_iter().chain(comments).collect()
}

/// What the policy of an article's page says more.
pub fn permits(embeds: &Embeds) -> Permits {
    Permits {
        frames: embeds.comments.as_ref().map(|comments| comments.address.clone()),
        asks: embeds.counts.as_ref().map(|counts| counts.address.clone()),
    }
}

/// Puts the script beside the shell's files, and the style into its style sheet; nothing where there is no section.
///
/// # Errors
/// The style cannot be joined to the others, which a test would have seen.
pub fn join(embeds: &Embeds, shell: &mut Shell) -> Result<()> {
    if is_any(embeds) {
        shell.add_style(&css::bundle([("embeds.css", STYLE)])?);
        shell.files.insert(file(), lean(SCRIPT).into_bytes());
    }
    Ok(())
}

/// The script's file, if any page loads it.
pub fn script(embeds: &Embeds) -> Option<(String, String)> {
    is_any(embeds).then(|| (file(), lean(SCRIPT)))
}

/// The element by which a page loads the script, without waiting for it.
pub fn link(embeds: &Embeds, address: &Address) -> Option<String> {
    let url = address.path(&format!("/{}", file()));
    is_any(embeds).then(|| format!("<script type=\"module\" src=\"{url}\" async fetchpriority=\"low\"></script>"))
}

fn file() -> String {
    format!("embeds-{}.js", digest::short(lean(SCRIPT).as_bytes()))
}

/// `host` of `https://host`, as readers are told of it.
fn host(address: &str) -> &str {
    address.split("//").last().unwrap_or(address)
}
