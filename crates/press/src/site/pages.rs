//! Which pages the site has, and each as HTML.

use super::head::{self, Surroundings};
use crate::{
    posts::{Collection, Entry},
    shell::template::Fill,
};
use anyhow::{Context, Result};
use blog::{
    page::{Article, Boot, PageData},
    prerender,
};
use content::{manifest::PostMeta, render::Place, slug::slugify};
use std::collections::BTreeSet;

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its file, with `/`.
    pub file: String,
    /// What it brings along for the client.
    pub boot: Boot,
}

/// What a page is about; its data are put together when it is written, so that ten thousand need not be in memory.
#[derive(Clone, Debug)]
pub enum Subject<'c> {
    /// The list of all posts.
    Home,
    /// All tags.
    Tags,
    /// The search.
    Search,
    /// About the blog.
    About,
    /// The glossary.
    Glossary,
    /// The posts of the tag with this slug.
    Tag(String),
    /// A post.
    Post(&'c Entry),
    /// What is served under every address that does not exist.
    Missing,
}

/// Every page: home, tags, search, About, posts, not found.
pub fn plan(collection: &Collection) -> Vec<Subject<'_>> {
    let mut subjects = vec![Subject::Home, Subject::Tags, Subject::Search, Subject::About];
    if collection.site.glossary {
        subjects.push(Subject::Glossary);
    }
    let tags: BTreeSet<String> =
        collection.entries.iter().flat_map(|entry| &entry.meta.tags).map(|tag| slugify(tag)).collect();
    subjects.extend(tags.into_iter().map(Subject::Tag));
    subjects.extend(collection.entries.iter().map(Subject::Post));
    subjects.push(Subject::Missing);
    subjects
}

impl Subject<'_> {
    /// The page with all that it shows.
    pub fn page(&self, collection: &Collection, base: &str) -> Page {
        let posts = || collection.entries.iter().map(|entry| entry.meta.clone()).collect();
        let page = |route: &str, page: PageData| Page {
            file: format!("{}index.html", route.trim_start_matches('/')),
            boot: Boot { base: base.to_owned(), route: route.to_owned(), site: collection.site.clone(), page },
        };
        match self {
            Self::Home => page("/", PageData::Home { posts: posts() }),
            Self::Tags => page("/tags/", PageData::Tags { posts: posts() }),
            Self::Search => page("/search/", PageData::Search),
            Self::About => page("/about/", PageData::About),
            Self::Glossary => page("/glossary/", PageData::Glossary { terms: collection.glossary.clone() }),
            Self::Tag(tag) => page(&format!("/tags/{tag}/"), PageData::Tag { tag: tag.clone(), posts: posts() }),
            Self::Post(entry) => {
                let place = Place { base, slug: &entry.meta.slug };
                let article = Article::assemble(&entry.markdown, &entry.sidecar, place);
                page(&entry.meta.path(), PageData::Post(Box::new(article)))
            }
            // The empty route agrees with no address, so that the client builds the page that the address asks for.
            Self::Missing => Page { file: "404.html".to_owned(), ..page("", PageData::NotFound) },
        }
    }
}

impl Page {
    /// What is left when the page is written: enough for its [head](blog::head::Head), without text and lists.
    pub fn without_text(mut self) -> Self {
        match &mut self.boot.page {
            PageData::Post(article) => {
                let meta = std::mem::take(&mut article.meta);
                **article = Article { meta, ..Article::default() };
            }
            PageData::Home { posts } | PageData::Tags { posts } => *posts = Vec::new(),
            PageData::Tag { tag, posts } => {
                // The tag's name is found in a post.
                let has_it = |post: &PostMeta| post.tags.iter().any(|other| slugify(other) == *tag);
                *posts = posts.iter().find(|post| has_it(post)).cloned().into_iter().collect();
            }
            PageData::Glossary { terms } => *terms = String::new(),
            PageData::Search | PageData::About | PageData::NotFound => {}
        }
        self
    }
}

/// The whole page.
///
/// # Errors
/// A date of the page is none, or its data cannot be written as JSON.
pub fn html(page: &Page, around: Surroundings<'_>) -> Result<String> {
    let Surroundings { site, address, shell, .. } = around;
    let root = prerender::root_html(&page.boot);
    let boot = prerender::boot_json(&page.boot).with_context(|| format!("cannot write the data of `{}`", page.file))?;
    let end = format!("<script type=\"application/json\" id=\"boot\">{boot}</script>\n{}", shell.start(address));
    let style = format!("<link rel=\"stylesheet\" href=\"{}\">", address.path(&format!("/{}", shell.style_name)));
    let fill = Fill {
        language: &site.language,
        base: address.base(),
        head: &head::markup(page, around)?,
        style: &style,
        root: &root,
        end: &end,
    };
    Ok(shell.template.fill(&fill))
}
