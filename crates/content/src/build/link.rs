//! All posts together: their order, and whether the links between them lead somewhere.

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source, did_you_mean};
use crate::build::images::decode_percent;
use crate::build::{post::Post, series};
use crate::render::{Target, target};
use crate::slug::slugify;
use std::collections::{BTreeMap, BTreeSet};

/// Pages and files of the site beside posts and tags.
const SITE: [&str; 13] = [
    "/",
    "/about/",
    "/archive/",
    "/search/",
    "/tags/",
    "/atom.xml",
    "/rss.xml",
    "/feed.xml",
    "/feed.json",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
    "/404.html",
];

/// Puts the posts in order, newest first and by slug within a day, and tells what only all of them
/// together can: slugs, aliases and tags that collide, and links that lead nowhere.
pub fn link_posts(posts: &mut [Post]) -> Vec<Diagnostic> {
    posts.sort_by(|a, b| (&b.meta.date, &a.meta.slug).cmp(&(&a.meta.date, &b.meta.slug)));
    let site = Site::new(posts);
    let mut found = site.collisions(posts);
    found.extend(series::check(posts));
    for post in posts.iter() {
        let source = Source::new(&post.path, &post.markdown);
        for (dest, range) in &post.links {
            found.extend(
                site.check(post, dest)
                    .map(|(code, message, help)| source.error(code, range.clone(), message).with_help_if(help)),
            );
        }
    }
    found
}

/// What an address may lead to.
struct Site<'p> {
    /// Path → the post.
    posts: BTreeMap<String, &'p Post>,
    /// Paths of all other pages and files, those of the posts' folders included.
    others: BTreeSet<String>,
}

type Fault = (&'static str, String, Option<String>);

impl<'p> Site<'p> {
    fn new(posts: &'p [Post]) -> Self {
        let mut others: BTreeSet<String> = SITE.map(str::to_owned).into();
        // Many posts share a tag.
        let tags: BTreeSet<&str> = posts.iter().flat_map(|post| &post.tags).map(|(tag, _)| tag.as_str()).collect();
        for tag in tags {
            let page = format!("/tags/{}/", slugify(tag));
            others.extend([format!("{page}atom.xml"), page]);
        }
        for post in posts {
            others.extend(post.series.iter().map(|(series, _)| format!("/series/{}/", slugify(series))));
            others.extend(post.files.iter().map(|file| format!("{}{file}", post.meta.path())));
            others.extend(post.aliases.iter().map(|(alias, _)| format!("{}/", page(alias))));
        }
        let posts = posts.iter().rev().map(|post| (post.meta.path(), post)).collect();
        Site { posts, others }
    }

    fn collisions(&self, posts: &[Post]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut slugs: BTreeMap<&str, &Post> = BTreeMap::new();
        let mut aliases: BTreeMap<String, String> = BTreeMap::new();
        let mut tags: BTreeMap<String, &str> = BTreeMap::new();
        let mut tag_slugs: BTreeMap<&str, String> = BTreeMap::new();
        // Most sites have no alias that could collide with anything.
        let has_aliases = posts.iter().any(|post| !post.aliases.is_empty());
        for path in self
            .posts
            .keys()
            .chain(self.others.iter().filter(|path| {
                SITE.contains(&path.as_str()) || path.starts_with("/tags/") || path.starts_with("/series/")
            }))
            .filter(|_| has_aliases)
        {
            aliases.insert(page(path), format!("the page `{path}`"));
        }
        for post in posts {
            let source = Source::new(&post.path, &post.markdown);
            if let Some(first) = slugs.insert(&post.meta.slug, post) {
                let message = format!("the slug `{}` is taken by {}", post.meta.slug, first.path);
                found.push(source.error(codes::DUPLICATE_SLUG, 0..0, message).with_help("rename one of the folders"));
            }
            for (alias, range) in &post.aliases {
                let owner = format!("an alias in {}", post.path);
                if let Some(first) = aliases.insert(page(alias), owner) {
                    found.push(source.error(
                        codes::DUPLICATE_ALIAS,
                        range.clone(),
                        format!("the alias `{alias}` is taken by {first}"),
                    ));
                }
            }
            for (tag, range) in &post.tags {
                let slug = tag_slugs.entry(tag).or_insert_with(|| slugify(tag));
                let first = tags.entry(slug.clone()).or_insert(tag);
                if first != tag {
                    let message = format!("the tag `{tag}` is written `{first}` elsewhere and has the same page");
                    found.push(
                        source
                            .warning(codes::TAG_SPELLING, range.clone(), message)
                            .with_help(format!("write `{first}`")),
                    );
                }
            }
        }
        found
    }

    fn check(&self, post: &Post, dest: &str) -> Option<Fault> {
        let (path, suffix) = match target(dest, &post.meta.slug) {
            Target::External(_) | Target::Contact(_) => return None,
            Target::Refused => {
                return Some((codes::DEAD_LINK, format!("the link `{dest}` has a scheme that no page may use"), None));
            }
            Target::Fragment(fragment) => return anchor_fault(post, post, fragment),
            Target::Local { path, suffix } => (decode_percent(&path), suffix),
        };
        let Some(other) = self.posts.get(&path) else {
            return (!self.others.contains(&path)).then(|| self.dead(post, dest, &path));
        };
        if other.meta.draft && !post.meta.draft {
            let message = format!("the link `{dest}` leads to a draft");
            return Some((
                codes::DRAFT_LINK,
                message,
                Some("publish that post first, or make this one a draft".into()),
            ));
        }
        let (_, fragment) = suffix.split_once('#')?;
        anchor_fault(post, other, fragment)
    }

    fn dead(&self, post: &Post, dest: &str, path: &str) -> Fault {
        let slug =
            path.strip_prefix("/posts/").and_then(|rest| rest.strip_suffix('/')).filter(|slug| !slug.contains('/'));
        let own = path.strip_prefix(&post.meta.path()).filter(|file| !file.is_empty());
        if let Some(slug) = slug {
            let help = crate::suggest::nearest(slug, self.posts.values().map(|post| post.meta.slug.as_str()));
            let help = help.map(|slug| format!("did you mean `../{slug}/index.md`?"));
            return (codes::DEAD_LINK, format!("the link `{dest}` leads to no post"), help);
        }
        if let Some(file) = own {
            let message = format!("the link `{dest}` leads to no file of the post's folder");
            return (codes::DEAD_LINK, message, did_you_mean(file, post.files.iter().map(String::as_str)));
        }
        let pages = self.posts.keys().chain(&self.others).map(String::as_str);
        (codes::DEAD_LINK, format!("the link `{dest}` leads to no page of this site"), did_you_mean(path, pages))
    }
}

/// An anchor that the post's page does not have.
fn anchor_fault(post: &Post, other: &Post, fragment: &str) -> Option<Fault> {
    let anchor = decode_percent(fragment);
    // An empty fragment and `top` are the top of any page. Source: WHATWG HTML, §7.4.6.4.
    if anchor.is_empty() || anchor.eq_ignore_ascii_case("top") || other.anchors.contains(&anchor) {
        return None;
    }
    let holder = if std::ptr::eq(post, other) { "the page".to_owned() } else { format!("`{}`", other.meta.slug) };
    let help = crate::suggest::nearest(&anchor, other.anchors.iter().map(String::as_str))
        .map(|near| format!("did you mean `#{near}`?"));
    Some((codes::DEAD_ANCHOR, format!("{holder} has no place `#{anchor}`"), help))
}

/// A path as the server sees it: `/a`, `/a/` and `/a/index.html` are one page.
fn page(path: &str) -> String {
    let path = path.strip_suffix("index.html").unwrap_or(path);
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests;
