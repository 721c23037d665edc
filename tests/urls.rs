//! Every address of the site answers, and every link in it leads somewhere.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use site_tests::{
    browser::{Chrome, View},
    site::{Build, Site},
};
use std::collections::{BTreeMap, BTreeSet};

/// Gives what a page links to and its anchors; see the file.
const ADDRESSES: &str = include_str!("page/addresses.js");

/// What a page names.
#[derive(Deserialize)]
struct Page {
    /// Addresses of other pages and files, as written.
    links: Vec<String>,
    /// Addresses that the browser loads by itself.
    loads: Vec<String>,
    /// What can be the target of `#…`.
    anchors: BTreeSet<String>,
}

#[tokio::test]
async fn every_file_answers_as_on_github_pages() -> Result<()> {
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        for file in site.files()? {
            let path = site.path(&format!("/{file}"));
            let answer = site.get(&path).await?;
            ensure!(answer.status == 200, "{path} answers {}", answer.status);
            // Weights and the pieces of the search are bytes to whoever asks for them.
            let is_bytes = file.starts_with('.') || file.ends_with(".safetensors") || file.ends_with(".bin");
            let has_type = !answer.content_type.contains("octet-stream") || is_bytes;
            ensure!(has_type, "{path} has no type of its own");
            ensure!(answer.body == std::fs::read(site.dist.join(&file))?, "{path} is not the file");
        }
        for route in site.routes()? {
            let path = site.path(&route);
            let answer = site.get(&path).await?;
            ensure!(answer.status == 200 && answer.content_type.starts_with("text/html"), "{path}: {answer:?}");
            let Some(bare) = path.strip_suffix('/').filter(|bare| !bare.is_empty()) else { continue };
            let answer = site.get(bare).await?;
            let location = answer.location.unwrap_or_default();
            ensure!(
                answer.status == 301 && location.ends_with(&path),
                "{bare} answers {} to {location}",
                answer.status
            );
        }
        let unknown = site.get(&site.path("/posts/no-such-post/")).await?;
        ensure!(unknown.status == 404, "an unknown address answers {}", unknown.status);
        ensure!(unknown.body == site.read("404.html")?.as_bytes(), "an unknown address does not get 404.html");
    }
    Ok(())
}

#[tokio::test]
async fn every_link_and_anchor_resolves() -> Result<()> {
    let chrome = Chrome::start().await?;
    let tab = chrome.tab(View::default()).await?;
    let mut faults = Vec::new();
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let mut pages = BTreeMap::new();
        for file in site.files()?.into_iter().filter(|file| file.ends_with(".html")) {
            let path = site.path(&format!("/{}", file.trim_end_matches("index.html")));
            let html = serde_json::to_string(&site.read(&file)?)?;
            let page: Page = tab.eval(&format!("({ADDRESSES})({html})")).await?;
            pages.insert(path, page);
        }
        for (path, page) in &pages {
            let here = reqwest::Url::parse(&site.origin())?.join(path)?;
            for load in &page.loads {
                let url = here.join(load).with_context(|| format!("{path}: {load}"))?;
                if url.scheme() != "data" && url.origin() != here.origin() {
                    faults.push(format!("{path} loads {load} from elsewhere"));
                }
            }
            for link in page.links.iter().chain(&page.loads) {
                let url = here.join(link).with_context(|| format!("{path}: {link}"))?;
                if !matches!(url.scheme(), "http" | "https") || url.origin() != here.origin() {
                    continue;
                }
                match answer(&site, &pages, url.path()).await? {
                    200 => {}
                    status => faults.push(format!("{path} links {link}: {status}")),
                }
                let anchor = percent_decoded(url.fragment().unwrap_or_default());
                if let Some(target) = pages.get(url.path())
                    && !anchor.is_empty()
                    && !target.anchors.contains(&anchor)
                {
                    faults.push(format!("{path} links {link}: the page has no such anchor"));
                }
            }
        }
    }
    ensure!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    chrome.stop().await
}

/// The status of a path; pages that exist are not asked for again.
async fn answer(site: &Site, pages: &BTreeMap<String, Page>, path: &str) -> Result<u16> {
    if pages.contains_key(path) { Ok(200) } else { Ok(site.get(path).await?.status) }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn what_machines_read_leads_to_pages() -> Result<()> {
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let routes: BTreeSet<String> = site.routes()?.iter().map(|route| site.path(route)).collect();
        // What a search found is nothing to be found by a search engine.
        let to_be_found: BTreeSet<String> =
            routes.iter().filter(|route| **route != site.path("/search/")).cloned().collect();
        let mapped: BTreeSet<String> =
            between(&site.read("sitemap.xml")?, "<loc>", "</loc>").map(|url| path_of(&url)).collect();
        ensure!(mapped == to_be_found, "sitemap.xml names {mapped:?}, the site has {routes:?}");
        for (file, before, after) in
            [("atom.xml", "<link href=\"", "\""), ("rss.xml", "<link>", "</link>"), ("llms.txt", "](", ")")]
        {
            let addresses: Vec<_> = between(&site.read(file)?, before, after).collect();
            ensure!(addresses.len() >= 13, "{file} names {} addresses", addresses.len());
            for address in addresses {
                let status = site.get(&path_of(&address)).await?.status;
                ensure!(status == 200, "{file} names {address}, which answers {status}");
            }
        }
        let feed: serde_json::Value = serde_json::from_str(&site.read("feed.json")?)?;
        for item in feed["items"].as_array().context("feed.json has no items")? {
            let url = item["url"].as_str().context("an item has no url")?;
            ensure!(routes.contains(&path_of(url)), "feed.json names {url}");
        }
        ensure!(
            site.read("robots.txt")?.contains(&format!("{}/sitemap.xml", build.base())),
            "robots.txt names no sitemap"
        );
    }
    Ok(())
}

fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(after).map(|(found, _)| found.to_owned()))
}

fn path_of(url: &str) -> String {
    reqwest::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.path().to_owned())
}

#[tokio::test]
async fn no_request_leaves_the_site() -> Result<()> {
    let chrome = Chrome::start().await?;
    let site = Site::serve(Build::Repo)?;
    let tab = chrome.tab(View::default()).await?;
    for route in site.routes()? {
        tab.goto_live(&site.url(&route)).await?;
    }
    let (own, data) = (site.url("/"), "data:");
    let strangers: Vec<_> = tab
        .journal()
        .requests
        .into_iter()
        .map(|request| request.url)
        .filter(|url| !url.starts_with(&own) && !url.starts_with(data))
        .collect();
    ensure!(strangers.is_empty(), "these requests left the site: {strangers:?}");
    chrome.stop().await
}
