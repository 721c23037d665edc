//! What keeps the site for the time without a network: a service worker, the module that registers it, and what lets a
//! browser install the site as an app.
//!
//! The scripts stand beside this file and are the same for every site; `sw.js` gets the build's id and lists of files as
//! its first line. See ARCHITECTURE.md, "Without a network".

mod app;
mod icon;

use crate::{
    address::Address,
    digest,
    shell::{Shell, script::lean},
};
use anyhow::{Context, Result};
pub use app::{MANIFEST_FILE, manifest};
pub use icon::{TOUCH_ICON, icons};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The service worker, without the line that the build puts before it.
const WORKER: &str = include_str!("worker.js");
/// The module that pages import to register it.
const PAGE: &str = include_str!("page.js");
/// What stands in the worker's place where nothing is to be kept.
const GONE: &str = include_str!("gone.js");

/// The worker's file. It never changes its name, since browsers look there for a new version.
pub const WORKER_FILE: &str = "sw.js";
/// The page that stands for those that were not kept.
pub const INSTEAD_FILE: &str = "offline.html";

/// Stands in the pages of the frame for the build's id, which depends on what they say; no page holds this character.
pub const MARK: &str = "\u{f8fd}";

/// Who keeps the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offline {
    /// Nobody; a worker of an earlier build removes itself.
    #[default]
    Never,
    /// Readers of the published site: where it is served by `https:`.
    Published,
    /// Whoever opens it, on this machine too.
    Anywhere,
}

/// What `sw.js` knows of its build. Paths are relative to the site's.
#[derive(Serialize)]
struct Build<'a> {
    id: String,
    /// What every reader needs: the frame, the client, the lists, the fonts.
    files: Vec<String>,
    /// What the labs of an article need.
    labs: Vec<&'a str>,
    /// What the lab needs that fine-tunes a language model.
    language: Vec<&'a str>,
    /// Shown in place of a page that was not kept.
    instead: &'a str,
}

/// The link by which a page of the build `id` finds the module that registers the worker; nothing if nobody keeps the
/// site.
pub fn link(offline: Offline, address: &Address, id: &str) -> Option<String> {
    let anywhere = match offline {
        Offline::Never => return None,
        Offline::Published => "",
        Offline::Anywhere => " data-anywhere=\"yes\"",
    };
    let url = address.path(&format!("/{}", page_file()));
    Some(format!("<link rel=\"module-later\" id=\"offline-js\" href=\"{url}\" data-build=\"{id}\"{anywhere}>"))
}

/// A build as its readers keep it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its id, which every page says; nothing if nobody keeps the site.
    pub id: String,
    /// The files to be published beside the pages: names and contents.
    pub files: Vec<(String, String)>,
}

/// What is to be kept of a build. `frame` are the pages of the frame with [`MARK`] for the id, `data` is what the client
/// fetches for lists: names and contents.
///
/// # Errors
/// The worker's first line cannot be written, which does not happen.
pub fn keep<'f>(
    offline: Offline,
    frame: impl IntoIterator<Item = (&'f str, &'f str)>,
    data: &[(&str, &[u8])],
    shell: &Shell,
) -> Result<Kept> {
    if offline == Offline::Never {
        return Ok(Kept { id: String::new(), files: vec![(WORKER_FILE.to_owned(), lean(GONE))] });
    }
    let page = lean(PAGE);
    let (mut files, mut sum) = (Vec::new(), Sha256::new());
    let mut add = |file: &str, bytes: &[u8]| {
        files.push(file.strip_suffix("index.html").unwrap_or(file).to_owned());
        sum.update(file);
        sum.update(Sha256::digest(bytes));
    };
    for (file, html) in frame {
        add(file, html.as_bytes());
    }
    for (file, bytes) in data {
        add(file, bytes);
    }
    let renderer = shell.modules.iter().filter(|module| module.name == "renderer");
    let renderer = renderer.flat_map(|module| [module.script.as_str(), module.wasm.as_str()]);
    let client: Vec<&str> = shell.client_files().chain([shell.style_name.as_str()]).chain(renderer).collect();
    for (file, bytes) in &shell.files {
        if client.contains(&file.as_str()) || file.ends_with(".woff2") || file.ends_with(".svg") {
            add(file, bytes);
        }
    }
    add(&page_file(), page.as_bytes());
    let of = |is_wanted: fn(&str) -> bool| {
        let modules = shell.modules.iter().filter(move |module| is_wanted(&module.name));
        modules.flat_map(|module| [module.script.as_str(), module.wasm.as_str()]).collect::<Vec<_>>()
    };
    let labs = of(|name| matches!(name, "lab-ui" | "lab-worker"));
    let language = of(|name| matches!(name, "lab-ui-language" | "lm-worker" | "lm-worker-relaxed"));
    labs.iter().chain(&language).for_each(|file| sum.update(file));
    sum.update(WORKER);
    let id: String = sum.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let build = Build { id: id.clone(), files, labs, language, instead: INSTEAD_FILE };
    let build = serde_json::to_string(&build).context("cannot write what the service worker knows of its build")?;
    let worker = format!("const build = {build};\n{}", lean(WORKER));
    Ok(Kept { id, files: vec![(WORKER_FILE.to_owned(), worker), (page_file(), page)] })
}

/// The pages that are kept before anybody has read them: as many of a large site as of a small one.
pub fn is_frame(file: &str) -> bool {
    let names = ["", "tags/", "search/", "about/", "glossary/"];
    file == INSTEAD_FILE || file.strip_suffix("index.html").is_some_and(|folder| names.contains(&folder))
}

fn page_file() -> String {
    format!("offline-{}.js", digest::short(lean(PAGE).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_does_not_grow_with_the_site() {
        let kept = ["index.html", "tags/index.html", "offline.html"];
        assert!(kept.iter().all(|file| is_frame(file)));
        assert!(!["posts/x/index.html", "tags/x/index.html", "404.html"].iter().any(|file| is_frame(file)));
    }
}
