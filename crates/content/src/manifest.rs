//! What is known of the site, and of each post without its text.

use crate::sidecar::PostLink;
use serde::{Deserialize, Serialize};

/// The site's own words, from `blog.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The blog's name; also the author in feeds, since no person is named.
    pub title: String,
    /// One line under the name on the home page.
    pub tagline: String,
    /// A sentence for search engines and social cards.
    pub description: String,
    /// BCP 47, for `<html lang>`.
    pub language: String,
    /// The whole address of the site without trailing slash, `https://host/repo`, for what is quoted elsewhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Whether it has a glossary.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub glossary: bool,
    /// The routes of articles whose pages have a policy of their own, as `/posts/x/`. A document keeps its policy, so the
    /// document of another page cannot show them, nor theirs another page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<String>,
    /// Markup at the end of every article: what other sites add to it, if its reader asks for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub embeds: String,
    /// Where the source lives, for the footer and edit links; absent if unset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
}

/// What the list shows of a post, and what its page's head needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PostMeta {
    /// The folder's name under `posts/`, the last part of the URL.
    pub slug: String,
    /// Plain text; typographic quotes are put in by the build.
    pub title: String,
    /// Plain text, shown under the title.
    pub description: String,
    /// For meta and social description where `description` is too short or long for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// ISO 8601 calendar date, `YYYY-MM-DD`.
    pub date: String,
    /// As `date`; later than it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// As the author wrote them; [`crate::slug::slugify`] makes their URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The series that this post is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// File name of the social image in the post's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Minutes at 230 words a minute, code and formulas counted by length, rounded up, at least 1.
    pub minutes: u32,
    /// How many labs stand in the post.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub labs: u32,
    /// How many of them compute; the others are planned.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub live_labs: u32,
    /// The drawing beside the title on the home page: sanitized SVG markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<String>,
    /// Not for the public: shown by `serve` only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl PostMeta {
    /// The sentence for `<meta name="description">` and social cards.
    pub fn meta_description(&self) -> &str {
        self.summary.as_deref().unwrap_or(&self.description)
    }

    /// Its title and address.
    pub fn link(&self) -> PostLink {
        PostLink { slug: self.slug.clone(), title: self.title.clone() }
    }

    /// The page's path under the base: `/posts/<slug>/`.
    pub fn path(&self) -> String {
        format!("/posts/{}/", self.slug)
    }
}
