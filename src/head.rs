//! What stands in a page's `<head>`: one description that the build writes and the client keeps true.
//! What the client never changes is left out of its copy.

use crate::{
    html::html,
    list::List,
    page::{Article, PageData},
};
use content::manifest::Site;
use serde::Serialize;

/// Whether a page is an article, for OpenGraph and JSON-LD.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A list, About, not found.
    #[default]
    Website,
    /// A post.
    Article,
}

impl Kind {
    /// Its name in OpenGraph and in the page's note.
    pub fn name(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Article => "article",
        }
    }

    /// The kind of that name; anything unknown is a website.
    pub fn named(name: &str) -> Self {
        if name == "article" { Self::Article } else { Self::Website }
    }
}

/// A page's title and what machines read of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Head {
    /// For `<title>`.
    pub title: String,
    /// For `<meta name="description">` and social cards.
    pub description: String,
    /// The path under the base, with trailing slash; canonical links are made of it.
    pub path: String,
    /// Article or not.
    pub kind: Kind,
    /// Path under the base of the picture that other sites show beside a link to the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Whether the build drew that picture, and so knows its size.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_card: bool,
    /// ISO date of an article.
    #[serde(skip)]
    pub published: Option<String>,
    /// ISO date of its last change of substance.
    #[serde(skip)]
    pub updated: Option<String>,
    /// Its tags.
    #[serde(skip)]
    pub tags: Vec<String>,
    /// Whether search engines should keep the page.
    #[serde(skip)]
    pub index: bool,
}

/// Type and size of the pictures that the build draws, in pixels.
pub const CARD_SIZE: &str = "<meta property=\"og:image:type\" content=\"image/png\">
<meta property=\"og:image:width\" content=\"1200\">
<meta property=\"og:image:height\" content=\"630\">
";

impl Head {
    /// The kind of card that Twitter shows.
    pub fn twitter_card(&self) -> &'static str {
        if self.image.is_some() { "summary_large_image" } else { "summary" }
    }

    /// The tags of the page's picture, in lines: `address` is where the picture stands, `alt` what it says.
    /// Source: the Open Graph protocol, "Structured Properties"; Twitter takes what is not its own from there.
    pub fn picture(&self, address: &str, alt: &str) -> String {
        let mut out = String::new();
        html!(&mut out, "<meta property=\"og:image\" content=\"" (address) "\">\n");
        if self.is_card {
            out.push_str(CARD_SIZE);
        }
        html!(
            &mut out,
            "<meta property=\"og:image:alt\" content=\"" (alt) "\">\n<meta name=\"twitter:image:alt\" content=\"" (alt) "\">"
        );
        out
    }

    /// The head of any page.
    pub fn of(page: &PageData, site: &Site) -> Self {
        match page {
            PageData::List(list) => Self::list(list, site),
            PageData::Post(article) => Self::post(article, site),
            PageData::Glossary { .. } => Self::website(
                format!("Glossary · {}", site.title),
                format!("The terms of {}, each with definition, symbol and first source.", site.title),
                "/glossary/",
            ),
            PageData::Search => Self {
                index: false,
                ..Self::website(
                    format!("Search · {}", site.title),
                    format!("Full text of all articles of {}.", site.title),
                    "/search/",
                )
            },
            PageData::About => Self::about(site),
            PageData::NotFound => Self::not_found(site),
            #[cfg(feature = "ssr")]
            PageData::Offline => Self {
                index: false,
                ..Self::website(
                    format!("Offline · {}", site.title),
                    "This page was not kept for the time without a network.".to_owned(),
                    "/offline.html",
                )
            },
        }
    }

    fn website(title: String, description: String, path: &str) -> Self {
        Self {
            title,
            description,
            path: path.to_owned(),
            kind: Kind::Website,
            image: None,
            is_card: false,
            published: None,
            updated: None,
            tags: Vec::new(),
            index: true,
        }
    }

    /// A list of posts.
    fn list(list: &List, site: &Site) -> Self {
        let title = match list.name() {
            Some(name) => [&name, " · ", &site.title].concat(),
            None => site.title.clone(),
        };
        Self::website(title, list.description(site), &list.path())
    }

    /// An article.
    fn post(article: &Article, site: &Site) -> Self {
        let meta = &article.meta;
        Self {
            title: format!("{} · {}", meta.title, site.title),
            description: meta.meta_description().to_owned(),
            path: meta.path(),
            kind: Kind::Article,
            image: meta.image.as_ref().or(article.card.as_ref()).map(|name| format!("{}{name}", meta.path())),
            is_card: meta.image.is_none() && article.card.is_some(),
            published: Some(meta.date.clone()),
            updated: meta.updated.clone(),
            tags: meta.tags.clone(),
            index: !meta.draft,
        }
    }

    /// About the blog.
    fn about(site: &Site) -> Self {
        Self::website(
            format!("About · {}", site.title),
            format!("What {} is, and how its labs compute in the reader’s own browser.", site.title),
            "/about/",
        )
    }

    /// No such page.
    fn not_found(site: &Site) -> Self {
        let head = Self::website(
            format!("Page not found · {}", site.title),
            "There is no page at this address.".to_owned(),
            "/404.html",
        );
        Self { index: false, ..head }
    }
}
