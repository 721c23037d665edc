//! What the tests of the site begin with: a client as Trunk writes it, and three posts.
#![allow(dead_code, reason = "each file of tests uses a part")]

use content::{
    manifest::{PostMeta, Site},
    render::{Overview, overview},
    sidecar::{Sidecar, source_hash},
};
use press::{
    address::Address,
    budget::Budget,
    offline::Offline,
    posts::{Collection, Entry},
    site::{self, Plan, Report},
};
use std::{fs, path::Path};

/// `index.html` as `trunk build --release` 0.21.14 writes it for this repository's own.
const INDEX: &str = r#"<!doctype html>
<html lang="en" data-base="">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<!--head-->
<script>try{const t=localStorage.theme;if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}</script>
<link rel="stylesheet" href="/tokens-64f1b55363f1fd65.css" integrity="sha384-hc3"/>
<link rel="stylesheet" href="/base-8220b34724f2bd4b.css" integrity="sha384-laU"/>

<link rel="icon" href="/icon-bcf130eb9d598d3b.svg" integrity="sha384-mv2"/>

<script type="module">
import init, * as bindings from '/blog-3eacbc682588bf86.js';
const wasm = await init({ module_or_path: '/blog-3eacbc682588bf86_bg.wasm' });
window.wasmBindings = bindings;
dispatchEvent(new CustomEvent("TrunkApplicationStarted", {detail: {wasm}}));
</script>
<link rel="modulepreload" href="/blog-3eacbc682588bf86.js" crossorigin="anonymous" integrity="sha384-lbC"><link rel="modulepreload" href="/snippets/blog-680414cd2bd728e3/inline0.js" crossorigin="anonymous" integrity="sha384-fKv"><link rel="preload" href="/blog-3eacbc682588bf86_bg.wasm" crossorigin="anonymous" integrity="sha384-xTn" as="fetch" type="application/wasm"></head>
<body>
<div id="root"></div>
</body>
</html>
"#;

/// The site's drawing.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">\
                    <rect width=\"8\" height=\"8\" fill=\"#fbfaf6\"/><circle cx=\"4\" cy=\"4\" r=\"2\" fill=\"#a5331c\"/></svg>";

/// Writes Trunk's output.
pub fn shell(dir: &Path) {
    let files = [
        ("index.html", INDEX),
        (
            "tokens-64f1b55363f1fd65.css",
            "@layer tokens, base;\n@layer tokens { :root { --paper: light-dark(#fbfaf6, #181715); } }\n",
        ),
        (
            "base-8220b34724f2bd4b.css",
            "/* base */\n@layer base {\n@font-face { font-family: \"STIX Two Text\"; src: url(fonts/text.woff2); }\n}\n",
        ),
        ("icon-bcf130eb9d598d3b.svg", ICON),
        ("blog-3eacbc682588bf86.js", "import './snippets/blog-680414cd2bd728e3/inline0.js'; export default () => {};"),
        ("snippets/blog-680414cd2bd728e3/inline0.js", "export const hi = 1;"),
        ("blog-3eacbc682588bf86_bg.wasm", "\0asm\x01\0\0\0\0\x05\x04name"),
        ("renderer.js", "export default () => new URL('renderer_bg.wasm', import.meta.url);"),
        ("renderer_bg.wasm", "\0asm\x01\0\0\0"),
        ("lab-ui.js", "export default () => new URL('lab-ui_bg.wasm', import.meta.url);"),
        ("lab-ui_bg.wasm", "\0asm\x01\0\0\0"),
        ("lab-worker.js", "new URL('lab-worker_bg.wasm', import.meta.url)"),
        ("lab-worker_bg.wasm", "\0asm\x01\0\0\0"),
        ("lm-worker.js", "new URL('lm-worker_bg.wasm', import.meta.url)"),
        ("lm-worker_bg.wasm", "\0asm\x01\0\0\0"),
        ("lm-worker-relaxed.js", "new URL('lm-worker-relaxed_bg.wasm', import.meta.url)"),
        ("lm-worker-relaxed_bg.wasm", "\0asm\x01\0\0\0"),
        ("pocket/config.json", "{}"),
        ("pocket/tokenizer.json", "{ }"),
        ("pocket/model.safetensors", "weights"),
        ("fonts/text.woff2", "font"),
        ("posts/manifest.json", "an old one, which must not be copied"),
    ];
    for (name, text) in files {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), text).unwrap();
    }
}

/// A post that is worked out already.
pub fn entry(slug: &str, title: &str, date: &str, body: &str) -> Entry {
    let markdown = format!("---\ntitle: \"{title}\"\ndescription: \"About {title}\"\ndate: {date}\n---\n\n{body}\n");
    let meta = PostMeta {
        slug: slug.into(),
        title: title.into(),
        description: format!("About {title} & more"),
        date: date.into(),
        tags: vec!["language models".into()],
        minutes: 3,
        ..PostMeta::default()
    };
    let sidecar = Sidecar { source: source_hash(&markdown), meta: meta.clone(), toc: true, ..Sidecar::default() };
    let Overview { survey, text, .. } = overview(&markdown);
    let headings = survey.headings.into_iter().map(|heading| heading.value.text).collect();
    Entry { meta, markdown, text, headings, sidecar, ..Entry::default() }
}

/// Three posts, the middle one with an alias and a later change.
pub fn collection() -> Collection {
    let site = Site {
        title: "Learning & Recommending".into(),
        tagline: "How the models work.".into(),
        description: "Articles <from> first principles.".into(),
        language: "en".into(),
        ..Site::default()
    };
    let mut second = entry("second-post", "Second \"Post\"", "2026-02-22", "The [first](../first/index.md).");
    second.meta.updated = Some("2026-05-01".into());
    second.sidecar.meta.updated = second.meta.updated.clone();
    second.aliases = vec!["/old/second/".into(), "/2nd.html".into()];
    let entries = vec![
        entry("third", "Third", "2026-03-08", "Some *text* with `code`."),
        second,
        entry("first", "First", "2018-05-20", "## A heading\n\nText."),
    ];
    Collection { site, origin: "http://localhost:8080".into(), entries, ..Collection::default() }
}

/// Builds the collection into `home/dist` for `https://example.org` and the base.
pub fn build(home: &Path, collection: &Collection, base: &str, budget: Option<Budget>) -> anyhow::Result<Report> {
    build_kept(home, collection, base, budget, Offline::Published)
}

/// The same for readers who keep it, or who do not.
pub fn build_kept(
    home: &Path,
    collection: &Collection,
    base: &str,
    budget: Option<Budget>,
    offline: Offline,
) -> anyhow::Result<Report> {
    let (shell_dir, out) = (home.join("shell"), home.join("dist"));
    if !shell_dir.exists() {
        shell(&shell_dir);
    }
    let address = Address::new("https://example.org", base)?;
    let cards = home.join("cards");
    let today = "2026-06-01";
    let plan = Plan { shell: &shell_dir, out: &out, address: &address, today, cards: Some(&cards), offline, budget };
    site::build(&mut collection.clone(), plan)
}

/// A file of the built site.
pub fn read(home: &Path, name: &str) -> String {
    fs::read_to_string(home.join("dist").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All that stands between the first `before` and the next `after`.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let from = text.find(before).unwrap_or_else(|| panic!("no {before}")) + before.len();
    &text[from..from + text[from..].find(after).unwrap_or_else(|| panic!("no {after} after {before}"))]
}
