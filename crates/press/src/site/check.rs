//! What no page of the site may have, and what each must: looked at once more after all is written.

use crate::{address::Address, address::without_dots, digest, shell::MODEL_LATER, threads};
use anyhow::{Result, anyhow, bail};
use lol_html::{RewriteStrSettings, element, html_content::Element, rewrite_str, text};
use percent_encoding::percent_decode_str;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// How many findings are told in full.
const TOLD: usize = 20;

/// What a page holds, as far as others and the policy are concerned.
#[derive(Default)]
struct Seen {
    ids: BTreeSet<String>,
    /// Addresses that the reader may follow.
    links: Vec<String>,
    /// Addresses that the page loads by itself.
    loads: Vec<String>,
    scripts: Vec<String>,
    policy: String,
    faults: Vec<String>,
}

/// Checks the pages (file name and HTML) against each other and against all files of the site.
///
/// No inline style and no handler attribute, which the policy would block; every inline script
/// allowed by the policy; ids unique; every internal link, anchor and file there; nothing loaded
/// from elsewhere.
///
/// # Errors
/// What was found, a line each.
pub fn check(pages: &[(String, String)], files: &BTreeSet<String>, address: &Address) -> Result<()> {
    let seen = threads::map(pages, |(file, html)| look(html).map(|seen| (file.as_str(), seen)));
    let seen = seen.into_iter().collect::<Result<BTreeMap<&str, Seen>>>()?;
    let mut faults = Vec::new();
    for (file, page) in &seen {
        let mut tell = |fault: String| faults.push(format!("{file}: {fault}"));
        page.faults.iter().cloned().for_each(&mut tell);
        for script in &page.scripts {
            if !page.policy.contains(&digest::csp(script)) {
                let head: String = script.trim().chars().take(40).collect();
                tell(format!("the policy does not allow the inline script `{head}…`"));
            }
        }
        for link in &page.loads {
            if is_elsewhere(link) && !link.starts_with("data:") {
                tell(format!("loads `{link}` from another site"));
            }
        }
        for link in page.links.iter().chain(&page.loads).filter(|link| !is_elsewhere(link)) {
            if let Err(fault) = follow(link, file, address, files, &seen) {
                tell(fault);
            }
        }
    }
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

fn follow(
    link: &str,
    from: &str,
    address: &Address,
    files: &BTreeSet<String>,
    seen: &BTreeMap<&str, Seen>,
) -> Result<(), String> {
    let (path, fragment) = link.split_once('#').map_or((link, None), |(path, fragment)| (path, Some(fragment)));
    let path = path.split('?').next().unwrap_or_default();
    let file = match path {
        "" => from.to_owned(),
        path => {
            let folder = &from[..from.rfind('/').map_or(0, |at| at + 1)];
            let whole = if path.starts_with('/') { path.to_owned() } else { address.path(&format!("/{folder}{path}")) };
            let whole = percent_decode_str(&without_dots(&whole)).decode_utf8_lossy().into_owned();
            let inside = whole.strip_prefix(address.base()).and_then(|inside| inside.strip_prefix('/'));
            let Some(inside) = inside else {
                return Err(format!("`{link}` leads out of the site, whose base path is `{}/`", address.base()));
            };
            if inside.is_empty() || inside.ends_with('/') { format!("{inside}index.html") } else { inside.to_owned() }
        }
    };
    if !files.contains(&file) {
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

fn look(html: &str) -> Result<Seen> {
    let seen = RefCell::new(Seen::default());
    let handlers = [
        element!("*", |el| {
            element(el, &mut seen.borrow_mut());
            Ok(())
        }),
        text!("script", |chunk| {
            if let Some(script) = seen.borrow_mut().scripts.last_mut() {
                script.push_str(chunk.as_str());
            }
            Ok(())
        }),
    ];
    let settings =
        handlers.into_iter().fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    rewrite_str(html, settings).map_err(|error| anyhow!("a page cannot be read: {error}"))?;
    let mut seen = seen.into_inner();
    // Data blocks are no scripts; their places were kept so that their text went nowhere else.
    seen.scripts.retain(|script| !script.starts_with(DATA));
    Ok(seen)
}

/// Stands before the text of a script element that does not run.
const DATA: char = '\u{f8ff}';

fn element(el: &Element<'_, '_>, seen: &mut Seen) {
    let name = el.tag_name();
    if name == "style" {
        seen.faults.push("has a <style> element".to_owned());
    }
    let get = |attribute: &str| el.get_attribute(attribute).map(|value| crate::markup::unescape(&value));
    for attribute in el.attributes() {
        let key = attribute.name();
        if key == "style" || key.starts_with("on") {
            seen.faults.push(format!("<{name}> has the attribute `{key}`"));
        }
    }
    if let Some(id) = get("id")
        && !seen.ids.insert(id.clone())
    {
        seen.faults.push(format!("the id `{id}` stands twice"));
    }
    let rel = get("rel").unwrap_or_default();
    match name.as_str() {
        "meta" if get("http-equiv").as_deref() == Some("Content-Security-Policy") => {
            seen.policy = el.get_attribute("content").unwrap_or_default();
        }
        "script" => {
            let kind = get("type").unwrap_or_default();
            let is_run = matches!(kind.as_str(), "" | "module" | "text/javascript");
            seen.scripts.push(if is_run && get("src").is_none() { String::new() } else { DATA.to_string() });
        }
        // Its address is the whole one, which the pages' own addresses decide.
        "link" if rel == "canonical" => return,
        // No browser fetches it by itself; what a lab may fetch, the policy says.
        "link" if rel == MODEL_LATER && get("href").is_some_and(|href| is_elsewhere(&href)) => return,
        _ => {}
    }
    let candidates = get("srcset").unwrap_or_default();
    let candidates =
        candidates.split(',').filter_map(|candidate| candidate.split_whitespace().next()).map(str::to_owned);
    seen.loads.extend(["src", "poster"].iter().filter_map(|key| get(key)).chain(candidates));
    match (name.as_str(), get("href")) {
        ("link", Some(href)) if !["alternate", "prev", "next"].contains(&rel.as_str()) => seen.loads.push(href),
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
        check(&pages, &files, &Address::new("https://example.org", "/repo").unwrap())
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
