//! Trunk's `index.html`, taken apart: what stays is a page with places to fill.

use super::{Asset, Files};
use anyhow::{Context, Result, anyhow, ensure};
use lol_html::{RewriteStrSettings, comments, element, html_content::ContentType, rewrite_str, text};
use std::cell::{Cell, RefCell};

/// Stands around the name of a place in the text of a template; no page holds this character.
const MARK: char = '\u{f8fe}';

/// What goes into the places.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fill<'a> {
    /// BCP 47.
    pub language: &'a str,
    /// `""` or `"/repo"`.
    pub base: &'a str,
    /// Markup for `<!--head-->`.
    pub head: &'a str,
    /// Markup in place of Trunk's style sheets.
    pub style: &'a str,
    /// Markup inside `<div id="root">`.
    pub root: &'a str,
    /// Markup before `</body>`.
    pub end: &'a str,
}

/// The page around the content.
#[derive(Debug)]
pub struct Template {
    /// Text and names of places by turns; text first.
    parts: Vec<String>,
    /// The inline scripts that stay.
    pub(super) scripts: Vec<String>,
    /// Trunk's style sheets, in order.
    pub(super) sheets: Vec<String>,
    /// The client's JavaScript.
    pub(super) client: Asset,
    /// What it imports.
    pub(super) snippets: Vec<Asset>,
    /// The client itself, named as Trunk names it.
    pub(super) wasm: String,
}

#[derive(Default)]
struct Found {
    scripts: RefCell<Vec<String>>,
    sheets: RefCell<Vec<String>>,
    modules: RefCell<Vec<Asset>>,
    wasm: RefCell<Vec<String>>,
    heads: Cell<u32>,
    roots: Cell<u32>,
}

impl Template {
    /// Takes Trunk's page apart. `files` are the names of the shell's files.
    ///
    /// # Errors
    /// A place or a part of the client is missing, or stands there twice.
    pub(super) fn parse(html: &str, files: &Files) -> Result<Self> {
        ensure!(!html.contains(MARK), "the page holds the character U+F8FE, which is kept for places to fill");
        let found = Found::default();
        let marked = take_apart(html, files, &found)?;
        ensure!(found.heads.get() == 1, "the page must hold `<!--head-->` once");
        ensure!(found.roots.get() == 1, "the page must hold one empty `<div id=\"root\"></div>`");
        let sheets = found.sheets.into_inner();
        ensure!(!sheets.is_empty(), "the page links no style sheet");
        let mut modules = found.modules.into_inner();
        // Trunk names the client's own module first, then what it imports.
        ensure!(!modules.is_empty(), "the page preloads no client (`<link rel=\"modulepreload\">`)");
        let client = modules.remove(0);
        let wasm = found
            .wasm
            .into_inner()
            .pop()
            .context("the page preloads no WebAssembly (`<link rel=\"preload\" as=\"fetch\">`)")?;
        // Where Trunk's own elements stood, empty lines are left.
        let marked = marked.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
        let parts = format!("{marked}\n").split(MARK).map(str::to_owned).collect();
        Ok(Self { parts, scripts: found.scripts.into_inner(), sheets, client, snippets: modules, wasm })
    }

    /// The page with its places filled.
    pub fn fill(&self, fill: &Fill<'_>) -> String {
        let mut page = String::with_capacity(4096 + fill.head.len() + fill.root.len() + fill.end.len());
        for (part_idx, part) in self.parts.iter().enumerate() {
            page.push_str(match (part_idx % 2, part.as_str()) {
                (0, text) => text,
                (_, "language") => fill.language,
                (_, "base") => fill.base,
                (_, "head") => fill.head,
                (_, "style") => fill.style,
                (_, "root") => fill.root,
                (_, "end") => fill.end,
                (_, _) => "",
            });
        }
        page
    }
}

fn place(name: &str) -> String {
    format!("{MARK}{name}{MARK}")
}

/// The shell's file that a link names, whatever public path Trunk has put before it.
fn file_of<'f>(link: &str, files: &'f Files) -> Option<&'f str> {
    let path = link.split(['?', '#']).next()?;
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts.filter_map(|start| files.get_key_value(&path[start..])).map(|(name, _)| name.as_str()).next()
}

fn take_apart(html: &str, files: &Files, found: &Found) -> Result<String> {
    let is_in_kept_script = Cell::new(false);
    let handlers = [
        element!("html", |el| {
            el.set_attribute("lang", &place("language"))?;
            el.set_attribute("data-base", &place("base"))?;
            Ok(())
        }),
        element!("link", |el| {
            let (rel, href) =
                (el.get_attribute("rel").unwrap_or_default(), el.get_attribute("href").unwrap_or_default());
            let Some(name) = file_of(&href, files).map(str::to_owned) else {
                return Err(format!("the page links `{href}`, which Trunk has not written").into());
            };
            let asset = Asset { name, integrity: el.get_attribute("integrity") };
            let is_fetched = el.get_attribute("as").as_deref() == Some("fetch");
            match rel.as_str() {
                "stylesheet" => {
                    let mut sheets = found.sheets.borrow_mut();
                    match sheets.is_empty() {
                        true => el.replace(&place("style"), ContentType::Html),
                        false => el.remove(),
                    }
                    sheets.push(asset.name);
                }
                "modulepreload" => {
                    el.remove();
                    found.modules.borrow_mut().push(asset);
                }
                "preload" if is_fetched => {
                    el.remove();
                    found.wasm.borrow_mut().push(asset.name);
                }
                _ => {
                    el.set_attribute("href", &format!("{}/{}", place("base"), asset.name))?;
                    el.remove_attribute("integrity");
                }
            }
            Ok(())
        }),
        element!("script", |el| {
            // Trunk's start is the page's only module; ours takes its place.
            let is_module = el.get_attribute("type").as_deref() == Some("module");
            is_in_kept_script.set(!is_module);
            match is_module {
                true => el.remove(),
                false => found.scripts.borrow_mut().push(String::new()),
            }
            Ok(())
        }),
        text!("script", |chunk| {
            if is_in_kept_script.get()
                && let Some(script) = found.scripts.borrow_mut().last_mut()
            {
                script.push_str(chunk.as_str());
            }
            Ok(())
        }),
        comments!("head", |comment| {
            if comment.text().trim() == "head" {
                found.heads.set(found.heads.get() + 1);
                comment.replace(&place("head"), ContentType::Html);
            }
            Ok(())
        }),
        element!("div#root", |el| {
            found.roots.set(found.roots.get() + 1);
            el.set_inner_content(&place("root"), ContentType::Html);
            Ok(())
        }),
        element!("body", |el| {
            el.append(&place("end"), ContentType::Html);
            Ok(())
        }),
    ];
    let settings =
        handlers.into_iter().fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    rewrite_str(html, settings).map_err(|error| anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `trunk build --release` 0.21.14 writes it, checksums shortened.
    pub(crate) const TRUNK: &str = r#"<!doctype html>
<html lang="en" data-base="">
<head>
<meta charset="utf-8">
<!--head-->
<script>theme()</script>
<link rel="stylesheet" href="/repo/tokens-1.css" integrity="sha384-t"/>
<link rel="stylesheet" href="/repo/base-2.css" integrity="sha384-b"/>


<link rel="icon" href="/repo/icon-3.svg" integrity="sha384-i"/>

<script type="module">
import init, * as bindings from '/repo/blog-4.js';
const wasm = await init({ module_or_path: '/repo/blog-4_bg.wasm' });
</script>
<link rel="modulepreload" href="/repo/blog-4.js" crossorigin="anonymous" integrity="sha384-j"><link rel="modulepreload" href="/repo/snippets/blog-5/inline0.js" crossorigin="anonymous" integrity="sha384-s"><link rel="preload" href="/repo/blog-4_bg.wasm" crossorigin="anonymous" integrity="sha384-w" as="fetch" type="application/wasm"></head>
<body>
<div id="root"></div>
</body>
</html>
"#;

    fn files() -> Files {
        [
            "index.html",
            "tokens-1.css",
            "base-2.css",
            "icon-3.svg",
            "blog-4.js",
            "blog-4_bg.wasm",
            "snippets/blog-5/inline0.js",
        ]
        .map(|name| (name.to_owned(), Vec::new()))
        .into()
    }

    #[test]
    fn trunks_page_is_taken_apart_and_filled() {
        let template = Template::parse(TRUNK, &files()).unwrap();
        assert_eq!(template.scripts, ["theme()"]);
        assert_eq!(template.sheets, ["tokens-1.css", "base-2.css"]);
        assert_eq!(template.client, Asset { name: "blog-4.js".into(), integrity: Some("sha384-j".into()) });
        assert_eq!(template.snippets[0].name, "snippets/blog-5/inline0.js");
        assert_eq!(template.wasm, "blog-4_bg.wasm");
        let fill = Fill { language: "de", base: "/b", head: "[head]", style: "[style]", root: "[root]", end: "[end]" };
        let expected = r#"<!doctype html>
<html lang="de" data-base="/b">
<head>
<meta charset="utf-8">
[head]
<script>theme()</script>
[style]
<link rel="icon" href="/b/icon-3.svg" />
</head>
<body>
<div id="root">[root]</div>
[end]</body>
</html>
"#;
        assert_eq!(template.fill(&fill), expected);
    }

    #[test]
    fn a_page_that_lacks_a_part_is_refused() {
        let cases = [
            ("<!--head-->", "the page must hold `<!--head-->` once"),
            ("<div id=\"root\"></div>", "the page must hold one empty `<div id=\"root\"></div>`"),
            ("rel=\"modulepreload\"", "the page preloads no client (`<link rel=\"modulepreload\">`)"),
            ("as=\"fetch\"", "the page preloads no WebAssembly (`<link rel=\"preload\" as=\"fetch\">`)"),
            ("rel=\"stylesheet\"", "the page links no style sheet"),
        ];
        for (part, message) in cases {
            assert_eq!(Template::parse(&TRUNK.replace(part, ""), &files()).unwrap_err().to_string(), message);
        }
        let message = Template::parse(&TRUNK.replace("icon-3", "icon-9"), &files()).unwrap_err().to_string();
        assert!(message.contains("the page links `/repo/icon-9.svg`, which Trunk has not written"), "{message}");
    }
}
