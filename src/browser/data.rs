//! Brings pages into the store, each once.

use super::{fetch, json, renderer};
use crate::{
    list::{List, Manifest},
    page::{Article, Page, PageData},
    pages,
    store::{Failure, Load, Store},
};
use content::{render::Place, sidecar::source_hash};
use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, collections::HashMap, sync::Arc};

/// The site's words and what home shows.
const MANIFEST: &str = "/posts/manifest.json";

thread_local! {
    /// Those who wait for a page that is under way, by its path.
    static UNDER_WAY: RefCell<HashMap<String, Vec<oneshot::Sender<()>>>> = RefCell::default();
}

/// Whether the page is here.
pub fn is_here(store: Store, path: &str) -> bool {
    matches!(untrack(|| store.page(path)), Load::Ready(_))
}

/// Sees to it that the page comes, unless it failed to come just now.
pub fn need(store: Store, path: String) {
    if untrack(|| store.page(&path)) == Load::Absent {
        again(store, path);
    }
}

/// Sees to it that the page comes, though it may have failed to come before.
pub fn again(store: Store, path: String) {
    spawn_local(async move {
        bring(store, path).await;
    });
}

/// Brings the page unless it is here; says why if it does not come.
pub async fn bring(store: Store, path: String) -> Option<Failure> {
    if let Some(turn) = queue_up(&path) {
        let _ = turn.await;
    } else {
        if !is_here(store, &path) {
            // A reader who asks again shall see that something is under way.
            if untrack(|| store.page(&path)) != Load::Absent {
                store.pages.update(|pages| {
                    pages.remove(&path);
                });
            }
            let page = make(store, &path).await;
            let state = match page {
                Ok(page) => Load::Ready(Arc::new(page)),
                Err(failure) => Load::Failed(failure),
            };
            store.pages.update(|pages| {
                pages.insert(path.clone(), state);
            });
        }
        call_next(&path);
    }
    match untrack(|| store.page(&path)) {
        Load::Failed(failure) => Some(failure),
        _ => None,
    }
}

async fn make(store: Store, path: &str) -> Result<Page, Failure> {
    let base = store.base();
    let parts = path.trim_matches('/').split('/').collect::<Vec<_>>();
    // Where no prerendered page brought the site's words, title and frame need them.
    if parts[..] != [""] && store.site.with_untracked(|site| site.title.is_empty()) {
        learn(store, &fetch::text(&store.url(MANIFEST)).await?)?;
    }
    let file = match parts[..] {
        [""] => MANIFEST.to_owned(),
        ["page" | "tags" | "archive" | "series", ..] => ["/posts/_lists", path, "index.json"].concat(),
        ["glossary"] => "/posts/glossary.html".to_owned(),
        _ => String::new(),
    };
    let text = if file.is_empty() { file } else { fetch::text(&store.url(&file)).await? };
    let data = match parts[..] {
        [""] => PageData::List(Box::new(learn(store, &text)?)),
        ["page" | "tags" | "archive" | "series", ..] => {
            PageData::List(Box::new(json::list(&text).ok_or(Failure::Unreadable)?))
        }
        ["about"] => PageData::About,
        ["search"] => PageData::Search,
        ["glossary"] => PageData::Glossary { terms: text },
        ["posts", slug] => PageData::Post(Box::new(article(store, slug, &base).await?)),
        _ => return Err(Failure::Missing),
    };
    Ok(store.site.with_untracked(|site| pages::page(&data, site, &base)))
}

/// The page that says that there is none, with the nearest posts if the list of them comes.
pub async fn bring_not_found(store: Store, path: String) {
    let posts = fetch::text(&store.url("/posts/_lists/names.json")).await;
    let posts = posts.ok().and_then(|posts| json::names(&posts)).unwrap_or_default();
    let page = store.site.with_untracked(|site| pages::not_found(&path, &posts, site, &store.base()));
    store.pages.update(|pages| {
        pages.insert(path, Load::Ready(Arc::new(page)));
    });
}

/// Learns the site's words from the manifest; the rest of it is what home shows.
fn learn(store: Store, json: &str) -> Result<List, Failure> {
    let Manifest { site, list } = json::manifest(json).ok_or(Failure::Unreadable)?;
    if store.site.with_untracked(|known| *known != site) {
        store.site.set(site);
    }
    Ok(list)
}

async fn article(store: Store, slug: &str, base: &str) -> Result<Article, Failure> {
    let (sidecar_url, markdown_url) =
        (store.url(&format!("/posts/{slug}/post.json")), store.url(&format!("/posts/{slug}/index.md")));
    let (sidecar, markdown, renderer) =
        futures::join!(fetch::text(&sidecar_url), fetch::text(&markdown_url), renderer::load());
    let (sidecar, markdown, renderer) = (sidecar?, markdown?, renderer?);
    let sidecar = json::sidecar(&sidecar).ok_or(Failure::Unreadable)?;
    if sidecar.source != source_hash(&markdown) {
        return Err(Failure::Unreadable);
    }
    let rendered = renderer.render(&markdown, &sidecar.resolved, Place { base, slug })?;
    Ok(Article::with_body(rendered, &sidecar))
}

/// Where the work is under way, a place among those who wait for it; else it is the caller's to do.
fn queue_up(key: &str) -> Option<oneshot::Receiver<()>> {
    UNDER_WAY.with_borrow_mut(|under_way| match under_way.get_mut(key) {
        Some(queue) => {
            let (sender, receiver) = oneshot::channel();
            queue.push(sender);
            Some(receiver)
        }
        None => {
            under_way.insert(key.to_owned(), Vec::new());
            None
        }
    })
}

/// Tells all who wait that the work is done.
fn call_next(key: &str) {
    let queue = UNDER_WAY.with_borrow_mut(|under_way| under_way.remove(key)).unwrap_or_default();
    for sender in queue {
        let _ = sender.send(());
    }
}
