//! What Trunk has built, seen as a template: the page without any content, and the files beside it.

pub mod css;
mod modules;
mod names;
mod pocket;
pub(crate) mod script;
pub mod template;
mod wasm;

use crate::{address::Address, digest};
use anyhow::{Context, Result, ensure};
pub use modules::Module;
pub use pocket::ModelFile;
use std::{collections::BTreeMap, fs, path::Path};
use template::Template;

/// The script that starts the client, the same in every page.
pub const START: &str = include_str!("../../../../src/browser/start.js");

/// The relation of a page to a model's file that a lab may fetch.
pub const MODEL_LATER: &str = "model-later";

/// Files by name, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A file that the start of the client fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Path in the shell's folder, with `/`.
    pub name: String,
    /// Its checksum, for the `integrity` attribute.
    pub integrity: Option<String>,
}

/// Trunk's output, read and understood.
#[derive(Debug)]
pub struct Shell {
    /// The page around the content.
    pub template: Template,
    /// Name of the one style sheet that stands for all of Trunk's, its hash in it.
    pub style_name: String,
    /// Its text.
    pub style: String,
    /// All files to be published but pages and posts.
    pub files: Files,
    /// Modules that the client imports later.
    pub modules: Vec<Module>,
    /// The files of the model that the site brings along.
    pub pocket: Vec<ModelFile>,
    wasm: Asset,
}

impl Shell {
    /// Reads the folder that `trunk build` has written.
    ///
    /// # Errors
    /// There is none, it lacks a client or a style sheet, or its `index.html` lacks a place that is to be filled.
    pub fn read(folder: &Path) -> Result<Self> {
        let index = folder.join("index.html");
        let html = fs::read_to_string(&index).with_context(|| {
            format!("there is no built client at `{}`; run `trunk build --release` first", index.display())
        })?;
        let mut files = Files::new();
        list(folder, "", &mut files)?;
        let mut template = Template::parse(&html, &files).with_context(|| format!("in `{}`", index.display()))?;
        files.retain(|name, _| name != "index.html" && !name.starts_with("posts/"));
        let style = join_sheets(&template.sheets, &mut files)?;
        let style_name = style_name(&style);
        files.insert(style_name.clone(), style.clone().into_bytes());
        let modules = modules::rename(&mut files, &template.wasm)?;
        let pocket = pocket::rename(&mut files);
        let (client, wasm) = slim(&template.client.name, &template.wasm, &mut files)?;
        template.client = client;
        Ok(Self { template, style_name, style, files, modules, pocket, wasm })
    }

    /// Adds a minified style sheet at the end of the one that there is.
    pub(crate) fn add_style(&mut self, more: &str) {
        self.files.remove(&self.style_name);
        self.style.push_str(more);
        self.style_name = style_name(&self.style);
        self.files.insert(self.style_name.clone(), self.style.clone().into_bytes());
    }

    /// The web font of the running text: the first of the style sheet.
    pub fn text_font(&self) -> Option<&str> {
        css::first_url(&self.style, ".woff2").filter(|name| self.files.contains_key(*name))
    }

    /// Every script that a page runs, for the policy: first the template's own, then the start.
    pub fn scripts(&self) -> impl Iterator<Item = &str> {
        self.template.scripts.iter().map(String::as_str).chain([START])
    }

    /// The names of all files that the start of the client fetches.
    pub fn client_files(&self) -> impl Iterator<Item = &str> {
        let template = &self.template;
        std::iter::once(&template.client).chain(&template.snippets).chain([&self.wasm]).map(|asset| asset.name.as_str())
    }

    /// The links by which the client finds the modules that it imports later, and, on a page that
    /// [needs them](crate::posts::Entry::needs_language_model), by which a lab finds the language model's workers and
    /// the pocket model. Their relations are such that browsers do not know, so that they fetch nothing by themselves.
    pub fn module_links(&self, address: &Address, with_language_model: bool) -> Vec<String> {
        let modules = self.modules.iter().filter(|module| with_language_model || !module.is_of_language_model());
        let links = modules.map(|module| {
            let url = address.path(&format!("/{}", module.script));
            format!("<link rel=\"module-later\" id=\"{}-js\" href=\"{url}\">", module.name)
        });
        let pocket = self.pocket.iter().filter(|_| with_language_model).map(|file| {
            let (url, part, sum) = (address.path(&format!("/{}", file.file)), file.part, &file.sha256);
            format!("<link rel=\"{MODEL_LATER}\" id=\"pocket-{part}\" href=\"{url}\" data-sha256=\"{sum}\">")
        });
        links.chain(pocket).collect()
    }

    /// The links that the start looks up, then the start: the end of every page's body.
    pub fn start(&self, address: &Address) -> String {
        let link = |attributes: &str, asset: &Asset| {
            let url = address.path(&format!("/{}", asset.name));
            let integrity = asset.integrity.as_ref().map(|sum| format!(" integrity=\"{sum}\"")).unwrap_or_default();
            format!("<link {attributes} href=\"{url}\" crossorigin=\"anonymous\" fetchpriority=\"low\"{integrity}>\n")
        };
        let mut markup = link("rel=\"modulepreload\" id=\"client-js\"", &self.template.client);
        for snippet in &self.template.snippets {
            markup.push_str(&link("rel=\"modulepreload\"", snippet));
        }
        markup.push_str(&link("rel=\"preload\" id=\"client-wasm\" as=\"fetch\" type=\"application/wasm\"", &self.wasm));
        markup.push_str(&format!("<script type=\"module\">{START}</script>\n"));
        markup
    }
}

/// The name says what is in it.
fn style_name(style: &str) -> String {
    format!("style-{}.css", digest::short(style.as_bytes()))
}

fn join_sheets(names: &[String], files: &mut Files) -> Result<String> {
    let mut sheets = Vec::new();
    for name in names {
        ensure!(!name.contains('/'), "the style sheet `{name}` must stand at the top of Trunk's folder");
        let sheet = files.remove(name).with_context(|| format!("the style sheet `{name}` is linked twice"))?;
        sheets
            .push((name, String::from_utf8(sheet).with_context(|| format!("the style sheet `{name}` is not UTF-8"))?));
    }
    css::bundle(sheets.iter().map(|(name, sheet)| (name.as_str(), sheet.as_str())))
}

/// Takes out of the client's script and WebAssembly what browsers do not need. What is in a file decides its name, so
/// those are new; Trunk's checksums fit no more, and browsers ignore one (and complain) where they preload for `fetch`.
fn slim(script_name: &str, wasm_name: &str, files: &mut Files) -> Result<(Asset, Asset)> {
    let mut take = |name: &str| {
        files.remove(name).with_context(|| format!("the page names `{name}` twice, or preloads it as something else"))
    };
    let (script, wasm) = (take(script_name)?, take(wasm_name)?);
    let script = String::from_utf8(script).with_context(|| format!("`{script_name}` is no text"))?;
    let wasm = wasm::without_names(&wasm).with_context(|| format!("in `{wasm_name}`"))?;
    let (script, wasm) =
        names::shorten(&script::lean(&script), &wasm).with_context(|| format!("in `{script_name}`"))?;
    let mut asset = |old_name: &str, ending: &str, bytes: Vec<u8>| {
        let (crate_name, _) = old_name.split_once('-').unwrap_or((old_name, ""));
        let name = format!("{crate_name}-{}{ending}", digest::short(&bytes));
        files.insert(name.clone(), bytes);
        Asset { name, integrity: None }
    };
    Ok((asset(script_name, ".js", script.into_bytes()), asset(wasm_name, "_bg.wasm", wasm)))
}

fn list(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{name}");
        match entry.file_type()?.is_dir() {
            true => list(&entry.path(), &format!("{name}/"), files)?,
            false => {
                let bytes =
                    fs::read(entry.path()).with_context(|| format!("cannot read `{}`", entry.path().display()))?;
                files.insert(name, bytes);
            }
        }
    }
    Ok(())
}
