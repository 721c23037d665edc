//! Which pages the site has, and each as HTML.

use super::{
    head::{self, Surroundings},
    lists,
};
use crate::{
    offline::{INSTEAD_FILE, Offline},
    posts::Collection,
    shell::template::Fill,
};
use anyhow::{Context, Result};
use blog::{
    page::{Article, Boot, PageData},
    prerender,
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

/// Every page: lists, posts, search, About, not found, and not kept if anything is.
pub fn plan(collection: &Collection, base: &str, offline: Offline) -> Vec<Page> {
    let page = |route: &str, page: PageData| page_at(collection, base, route, page);
    let mut pages = plan_lists(collection, base);
    pages.extend([page("/search/", PageData::Search), page("/about/", PageData::About)]);
    if collection.site.glossary {
        pages.push(page("/glossary/", PageData::Glossary { terms: collection.glossary.clone() }));
    }
    pages.extend(crate::threads::map(&collection.entries, |entry| {
        let place = Place { base, slug: &entry.meta.slug };
        let article = Article::assemble(&entry.markdown, &entry.sidecar, place);
        page(&entry.meta.path(), PageData::Post(Box::new(article)))
    }));
    // They are shown under addresses that do not exist or were not kept; the empty route agrees with none of
    // them, so that the client builds the page that the address asks for.
    let missing = page("", PageData::NotFound);
    pages.push(Page { file: "404.html".to_owned(), ..missing });
    if offline != Offline::Never {
        let instead = page("", PageData::Offline);
        pages.push(Page { file: INSTEAD_FILE.to_owned(), ..instead });
    }
    pages
}

/// The pages that list posts.
pub fn plan_lists(collection: &Collection, base: &str) -> Vec<Page> {
    let lists = lists::all(collection).into_iter();
    lists.map(|list| page_at(collection, base, &list.path(), PageData::List(Box::new(list)))).collect()
}

fn page_at(collection: &Collection, base: &str, route: &str, page: PageData) -> Page {
    Page {
        file: format!("{}index.html", route.trim_start_matches('/')),
        boot: Boot { base: base.to_owned(), route: route.to_owned(), site: collection.site.clone(), page },
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
