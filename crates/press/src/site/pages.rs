//! Which pages the site has, and each as HTML.

use super::head::{self, Surroundings};
use crate::{
    offline::{INSTEAD_FILE, Offline},
    posts::{Collection, Entry},
    shell::template::Fill,
};
use anyhow::{Context, Result};
use blog::{
    head::Head,
    list::List,
    page::{Article, Boot, PageData},
    prerender::{self, Around},
};
use content::render::Place;

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
    /// A list of posts.
    List(&'c List),
    /// The search.
    Search,
    /// About the blog.
    About,
    /// The glossary.
    Glossary,
    /// A post.
    Post(&'c Entry),
    /// What is served under every address that does not exist.
    Missing,
    /// What is shown in place of a page that was not kept.
    Instead,
}

/// Every page: lists, posts, search, About, not found, and not kept if anything is.
pub fn plan<'c>(collection: &'c Collection, lists: &'c [List], offline: Offline) -> Vec<Subject<'c>> {
    let mut subjects: Vec<_> = lists.iter().map(Subject::List).collect();
    subjects.extend([Subject::Search, Subject::About]);
    if collection.site.glossary {
        subjects.push(Subject::Glossary);
    }
    subjects.extend(collection.entries.iter().map(Subject::Post));
    subjects.push(Subject::Missing);
    if offline != Offline::Never {
        subjects.push(Subject::Instead);
    }
    subjects
}

impl Subject<'_> {
    /// The page's path under the base. Two pages are shown under addresses that do not exist or were not kept; the
    /// empty route agrees with none of them, so that the client builds the page that the address asks for.
    pub fn route(&self) -> String {
        match self {
            Self::List(list) => list.path(),
            Self::Search => "/search/".to_owned(),
            Self::About => "/about/".to_owned(),
            Self::Glossary => "/glossary/".to_owned(),
            Self::Post(entry) => entry.meta.path(),
            Self::Missing | Self::Instead => String::new(),
        }
    }

    /// The page's file, with `/`.
    pub fn file(&self) -> String {
        match self {
            Self::Missing => "404.html".to_owned(),
            Self::Instead => INSTEAD_FILE.to_owned(),
            _ => format!("{}index.html", self.route().trim_start_matches('/')),
        }
    }

    /// The page with all that it shows.
    pub fn page(&self, collection: &Collection, base: &str) -> Page {
        let page = match self {
            Self::List(list) => PageData::List(Box::new((*list).clone())),
            Self::Search => PageData::Search,
            Self::About => PageData::About,
            Self::Glossary => PageData::Glossary { terms: collection.glossary.clone() },
            Self::Post(entry) => {
                let place = Place { base, slug: &entry.meta.slug };
                PageData::Post(Box::new(Article::assemble(&entry.markdown, &entry.sidecar, place)))
            }
            Self::Missing => PageData::NotFound,
            Self::Instead => PageData::Offline,
        };
        let boot = Boot { base: base.to_owned(), route: self.route(), site: collection.site.clone(), page };
        Page { file: self.file(), boot }
    }
}

/// What all pages, or all articles, have alike.
#[derive(Clone, Debug)]
pub struct Alike {
    head: head::Fixed,
    start: String,
    style: String,
    /// Around the text of an article.
    article: Option<Around>,
}

impl Alike {
    /// For these surroundings.
    pub fn new(around: Surroundings<'_>, collection: &Collection) -> Self {
        let Surroundings { address, shell, .. } = around;
        let style = address.path(&format!("/{}", shell.style_name));
        let first = collection.entries.first().map(|entry| Subject::Post(entry).page(collection, address.base()));
        Self {
            head: head::Fixed::new(around),
            start: shell.start(address),
            style: format!("<link rel=\"stylesheet\" href=\"{style}\">"),
            article: first.and_then(|page| Around::of(&page.boot)),
        }
    }
}

/// The whole page.
///
/// # Errors
/// A date of the page is none, or its data cannot be written as JSON.
pub fn html(page: &Page, head: &Head, around: Surroundings<'_>, alike: &Alike) -> Result<String> {
    let Surroundings { site, address, shell, .. } = around;
    let root = match (&page.boot.page, &alike.article) {
        (PageData::Post(_), Some(article)) => article.root_html(&page.boot),
        _ => prerender::root_html(&page.boot),
    };
    let boot = prerender::boot_json(&page.boot).with_context(|| format!("cannot write the data of `{}`", page.file))?;
    let end = format!("<script type=\"application/json\" id=\"boot\">{boot}</script>\n{}", alike.start);
    let fill = Fill {
        language: &site.language,
        base: address.base(),
        head: &head::markup(page, head, around, &alike.head)?,
        style: &alike.style,
        root: &root,
        end: &end,
    };
    Ok(shell.template.fill(&fill))
}
