//! What is remembered of a site, so that it is built again in less time.

use super::{
    pressed::{Made, Pressed},
    search,
};
use crate::{
    budget::gzip_size,
    cards::Cards,
    digest::Key,
    embeds, offline,
    posts::folder::Listing,
    shell::Shell,
    swap::{Laid, Spare},
    threads,
};
use anyhow::{Context, Result};
use content::build::Embeds;
use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// One site's, in one place, as long as this process lives.
#[derive(Debug, Default)]
pub struct Memory {
    client: Option<Arc<Client>>,
    /// The files that stand in the site's place.
    pub(super) laid: Arc<Laid>,
    /// By file, the pages of the frame, with what decides them.
    pub(super) frame: HashMap<String, (Key, Made)>,
    /// By file, what is left of all pages.
    pub(super) pages: HashMap<String, Arc<Pressed>>,
    pub(super) cards: Cards,
    pub(super) search: search::Remembered,
    pub(super) spare: Option<Spare>,
    pub(super) out: PathBuf,
}

impl Memory {
    /// Does what the next build would have to do first: after the first one it removes what stood in the place, and
    /// has a second folder ready.
    pub fn prepare(&mut self) {
        self.spare = self.spare.take().filter(Spare::is_known);
        if self.spare.is_none() {
            // Without one the next build takes a little longer.
            self.spare = Spare::ahead(&self.out, &self.laid).ok();
        }
    }

    /// The client in `folder`, read anew if a file of it is another.
    pub(super) fn client(&mut self, folder: &Path, embeds: &Embeds) -> Result<Arc<Client>> {
        let key = tree(folder, Key::of([format!("{embeds:?}").as_bytes()]));
        if let Some(client) = self.client.as_ref().filter(|client| key.as_ref().is_ok_and(|key| client.key == *key)) {
            return Ok(client.clone());
        }
        // What it says of a folder that is not there is better.
        let mut shell = Shell::read(folder)?;
        let key = key?;
        embeds::join(embeds, &mut shell)?;
        let icons = icons(&shell)?;
        let client = Arc::new(Client { key, shell, icons, packed: OnceLock::new() });
        self.client = Some(client.clone());
        Ok(client)
    }
}

/// What Trunk built, and what is worked out of it.
#[derive(Debug)]
pub(super) struct Client {
    /// Stands for all its files.
    pub(super) key: Key,
    pub(super) shell: Shell,
    /// The icons of the app: names and files.
    pub(super) icons: Vec<(&'static str, Vec<u8>)>,
    packed: OnceLock<BTreeMap<String, usize>>,
}

impl Client {
    /// What the files of the client and its modules have after gzip -9, by their names.
    pub(super) fn packed(&self) -> &BTreeMap<String, usize> {
        self.packed.get_or_init(|| {
            let modules = self.shell.modules.iter().flat_map(|module| [module.script.as_str(), module.wasm.as_str()]);
            let names: Vec<&str> = self.shell.client_files().chain(modules).collect();
            let packed = threads::map(&names, |name| self.shell.files.get(*name).map_or(0, |bytes| gzip_size(bytes)));
            names.into_iter().map(str::to_owned).zip(packed).collect()
        })
    }
}

/// Stands for all files below a folder.
fn tree(path: &Path, beside: Key) -> Result<Key> {
    let folder = Listing::open(path)?;
    let key = folder.stamp(beside);
    folder.inner.iter().try_fold(key, |key, inner| tree(&path.join(inner), key))
}

fn icons(shell: &Shell) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let is_icon = |name: &str| name.starts_with("icon-") && name.ends_with(".svg");
    let (name, svg) =
        shell.files.iter().find(|(name, _)| is_icon(name)).context("Trunk has written no `icon-….svg`")?;
    let svg = std::str::from_utf8(svg).with_context(|| format!("`{name}` is not UTF-8"))?;
    offline::icons(svg)
}
