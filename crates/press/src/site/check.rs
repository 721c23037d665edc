//! What no page of the site may have, and what each must: looked at once more after all is written.

use super::scan::{Tag, scan};
use crate::{address::Address, address::without_dots, digest, shell::MODEL_LATER, threads};
use anyhow::{Result, anyhow, bail};
use percent_encoding::percent_decode_str;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

/// How many findings are told in full.
const TOLD: usize = 20;

/// What a page holds, as far as others are concerned, and what is wrong with it alone.
#[derive(Debug, Default)]
pub struct Seen {
    ids: BTreeSet<String>,
    /// Addresses that the reader may follow.
    links: Vec<String>,
    /// Addresses that the page loads by itself.
    loads: Vec<String>,
    faults: Vec<String>,
}

impl Seen {
    /// Whether every place of another page is a place of this one too.
    pub fn has_places_of(&self, other: &Self) -> bool {
        other.ids.is_subset(&self.ids)
    }
}

/// Checks the pages that `is_due` names, by their files' names, against each other and against all files of the site:
/// every internal link, anchor and file is there. What is wrong with a page alone, [`look`] has found.
///
/// # Errors
/// What was found, a line each.
pub fn check(
    seen: &BTreeMap<&str, &Seen>,
    is_due: impl Fn(&str) -> bool,
    files: &HashSet<String>,
    address: &Address,
) -> Result<()> {
    let by_file = seen.iter().map(|(file, page)| (*file, *page)).collect();
    let site = Site { seen: &by_file, files, address };
    let pages: Vec<_> = seen.iter().filter(|(file, _)| is_due(file)).collect();
    let faults = threads::map(&pages, |(file, page)| {
        let links = page.links.iter().chain(&page.loads).filter(|link| !is_elsewhere(link));
        let dead = links.filter_map(|link| site.follow(link, file).err());
        page.faults.iter().cloned().chain(dead).map(|fault| format!("{file}: {fault}")).collect::<Vec<_>>()
    });
    let mut faults = faults.concat();
    if faults.is_empty() {
        return Ok(());
    }
    let n_more = faults.len().saturating_sub(TOLD);
    faults.truncate(TOLD);
    let more = if n_more > 0 { format!("\n  and {n_more} more") } else { String::new() };
    bail!("the pages are not right:\n  {}{more}", faults.join("\n  "))
}

/// Addresses of this site carry no scheme and no host in our pages, but for the canonical link.
fn is_elsewhere(link: &str) -> bool {
    let scheme = link.split(['/', '?', '#']).next().unwrap_or_default();
    link.starts_with("//") || scheme.contains(':')
}

/// What links may lead to.
struct Site<'s> {
    seen: &'s HashMap<&'s str, &'s Seen>,
    files: &'s HashSet<String>,
    address: &'s Address,
}

impl Site<'_> {
    fn follow(&self, link: &str, from: &str) -> Result<(), String> {
        let Self { seen, files, address } = self;
        let (path, fragment) = link.split_once('#').map_or((link, None), |(path, fragment)| (path, Some(fragment)));
        let path = path.split('?').next().unwrap_or_default();
        let file = match path {
            "" => from.to_owned(),
            path => {
                let folder = &from[..from.rfind('/').map_or(0, |at| at + 1)];
                let whole =
                    if path.starts_with('/') { path.to_owned() } else { address.path(&format!("/{folder}{path}")) };
                let whole = percent_decode_str(&without_dots(&whole)).decode_utf8_lossy().into_owned();
                let inside = whole.strip_prefix(address.base()).and_then(|inside| inside.strip_prefix('/'));
                let Some(inside) = inside else {
                    return Err(format!("`{link}` leads out of the site, whose base path is `{}/`", address.base()));
                };
                if inside.is_empty() || inside.ends_with('/') {
                    format!("{inside}index.html")
                } else {
                    inside.to_owned()
                }
            }
        };
        if !files.contains(file.as_str()) {
            return Err(format!("`{link}` leads nowhere: there is no `{file}`"));
        }
        let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else { return Ok(()) };
        let fragment = percent_decode_str(fragment).decode_utf8_lossy();
        match seen.get(file.as_str()) {
            Some(page) if !page.ids.contains(fragment.as_ref()) => {
                Err(format!("`{link}` leads to no place: `{file}` has no id `{fragment}`"))
            }
            _ => Ok(()),
        }
    }
}

/// Looks a page through: no inline style and no handler attribute, which the policy would block; every inline script
/// allowed by the policy; ids unique; nothing loaded from elsewhere.
///
/// # Errors
/// It is no HTML that can be read. What is wrong with it is told by [`check`].
pub fn look(html: &str) -> Result<Seen> {
    let (mut seen, mut page) = (Seen::default(), Alone::default());
    scan(html, |tag| element(tag, &mut seen, &mut page))
        .map_err(|at| anyhow!("a page cannot be read: what begins at byte {at} has no end"))?;
    for script in &page.scripts {
        if !page.policy.contains(&digest::csp(script)) {
            let head: String = script.trim().chars().take(40).collect();
            seen.faults.push(format!("the policy does not allow the inline script `{head}…`"));
        }
    }
    for link in seen.loads.iter().filter(|link| is_elsewhere(link) && !link.starts_with("data:")) {
        seen.faults.push(format!("loads `{link}` from another site"));
    }
    Ok(seen)
}

/// What matters inside a page alone.
#[derive(Debug, Default)]
struct Alone<'h> {
    /// Inline scripts that run; data blocks do not.
    scripts: Vec<&'h str>,
    policy: String,
}

/// In small letters, as almost all names are already.
fn lower(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => name.to_ascii_lowercase().into(),
        false => name.into(),
    }
}

fn element<'h>(tag: Tag<'h>, seen: &mut Seen, page: &mut Alone<'h>) {
    let name = lower(tag.name);
    if name == "style" {
        seen.faults.push("has a <style> element".to_owned());
    }
    // As most are; only a script without attributes says something.
    if tag.is_bare() && name != "script" {
        return;
    }
    let [mut id, mut href, mut rel, mut kind, mut src, mut poster, mut srcset, mut http_equiv, mut content] = [None; 9];
    for (key, value) in tag.attributes() {
        let key = lower(key);
        if key == "style" || key.starts_with("on") {
            seen.faults.push(format!("<{name}> has the attribute `{key}`"));
        }
        let kept = match key.as_ref() {
            "id" => &mut id,
            "href" => &mut href,
            "rel" => &mut rel,
            "type" => &mut kind,
            "src" => &mut src,
            "poster" => &mut poster,
            "srcset" => &mut srcset,
            "http-equiv" => &mut http_equiv,
            "content" => &mut content,
            _ => continue,
        };
        // Of two of the same name, the first counts.
        kept.get_or_insert(value);
    }
    let text = |value: &str| if value.contains('&') { crate::markup::unescape(value) } else { value.to_owned() };
    if let Some(id) = id.map(text)
        && !seen.ids.insert(id.clone())
    {
        seen.faults.push(format!("the id `{id}` stands twice"));
    }
    let (href, rel) = (href.map(text), rel.unwrap_or_default());
    match name.as_ref() {
        "meta" if http_equiv == Some("Content-Security-Policy") => {
            page.policy = content.unwrap_or_default().to_owned();
        }
        "script" if src.is_none() && matches!(kind, None | Some("" | "module" | "text/javascript")) => {
            page.scripts.push(tag.text);
        }
        // Its address is the whole one, which the pages' own addresses decide.
        "link" if rel == "canonical" => return,
        // No browser fetches it by itself; what a lab may fetch, the policy says.
        "link" if rel == MODEL_LATER && href.as_deref().is_some_and(is_elsewhere) => return,
        _ => {}
    }
    let candidates = srcset.map(text).unwrap_or_default();
    let candidates =
        candidates.split(',').filter_map(|candidate| candidate.split_whitespace().next()).map(str::to_owned);
    seen.loads.extend([src, poster].into_iter().flatten().map(text).chain(candidates));
    match (name.as_ref(), href) {
        ("link", Some(href)) if !["alternate", "prev", "next"].contains(&rel) => seen.loads.push(href),
        ("use" | "image", Some(href)) => seen.loads.push(href),
        (_, Some(href)) => seen.links.push(href),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(html: &str) -> String {
        let pages = [
            ("index.html".to_owned(), html.to_owned()),
            ("posts/x/index.html".to_owned(), "<h2 id=\"größe\">x</h2>".to_owned()),
        ];
        let files = ["index.html", "posts/x/index.html", "posts/x/a b.png", "fonts/t.woff2"].map(String::from).into();
        let seen: Vec<_> = pages.iter().map(|(file, html)| (file.as_str(), look(html).unwrap())).collect();
        let seen = seen.iter().map(|(file, seen)| (*file, seen)).collect();
        check(&seen, |_| true, &files, &Address::new("https://example.org", "/repo").unwrap())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_page_that_is_right_passes() {
        let script = "run()";
        let html = format!(
            r##"<meta http-equiv="Content-Security-Policy" content="script-src '{}'"><script>{script}</script>
            <script type="application/json">{{"a":"<b style=''>"}}</script><script src="/repo/fonts/t.woff2"></script>
            <a href="/repo/posts/x/#gr%C3%B6%C3%9Fe">x</a><a href="posts/x/">y</a><a href="#a" id="a">z</a><a href="https://arxiv.org/">w</a>
            <img src="/repo/posts/x/a%20b.png"><img src="data:image/png;base64,AA"><a href="?q=1&amp;r=2">q</a>"##,
            digest::csp(script)
        );
        assert_eq!(faults(&html), "");
    }

    #[test]
    fn each_fault_is_told_with_its_page() {
        let cases = [
            ("<p style=\"color: red\">", "index.html: <p> has the attribute `style`"),
            ("<p onclick=\"x()\">", "index.html: <p> has the attribute `onclick`"),
            ("<style>a{}</style>", "index.html: has a <style> element"),
            ("<script>run()</script>", "index.html: the policy does not allow the inline script `run()…`"),
            ("<p id=\"a\"><p id=\"a\">", "index.html: the id `a` stands twice"),
            (
                "<img src=\"https://elsewhere.example/a.png\">",
                "index.html: loads `https://elsewhere.example/a.png` from another site",
            ),
            (
                "<a href=\"/repo/posts/y/\">",
                "index.html: `/repo/posts/y/` leads nowhere: there is no `posts/y/index.html`",
            ),
            ("<a href=\"/posts/x/\">", "index.html: `/posts/x/` leads out of the site, whose base path is `/repo/`"),
            (
                "<a href=\"posts/x/#b\">",
                "index.html: `posts/x/#b` leads to no place: `posts/x/index.html` has no id `b`",
            ),
            ("<a href=\"#b\">", "index.html: `#b` leads to no place: `index.html` has no id `b`"),
            ("<img src=\"a.png\">", "index.html: `a.png` leads nowhere: there is no `a.png`"),
        ];
        for (html, fault) in cases {
            assert_eq!(faults(html), format!("the pages are not right:\n  {fault}"), "{html}");
        }
    }
}
