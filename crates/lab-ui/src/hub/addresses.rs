//! Where the page says that workers and models lie.
//!
//! The build writes links into the page of an article whose lab needs them, and into no other. Plain Trunk writes none:
//! then worker and pocket model lie at fixed addresses, and no hub may be asked.

use crate::browser::document;
use web_sys::Element;

/// A file to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// As it is called on the [`Shelf`](super::shelf::Shelf).
    pub name: &'static str,
    /// Where it lies. An address of another site is a whole one.
    pub url: String,
    /// Its checksum in hexadecimal digits, where the site pins it.
    pub sha256: Option<String>,
}

/// A model that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteModel {
    /// As its folder on the [`Shelf`](super::shelf::Shelf) is called; another revision has another.
    pub key: String,
    /// For the reader: `EleutherAI/pythia-14m-deduped`.
    pub title: String,
    /// `config.json`, `tokenizer.json`, `model.safetensors`, in the order in which a worker takes them.
    pub files: [RemoteFile; 3],
}

/// The names of a model's files, in the order in which a worker takes them.
pub const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];
/// The ends of the ids of their links, in the same order.
const LINKS: [&str; 3] = ["config", "tokenizer", "weights"];

/// The model that the site brings along.
pub fn pocket() -> RemoteModel {
    let file = |at: usize| {
        let link = link(&["pocket-", LINKS[at]].concat());
        let fixed = || ["/pocket/", FILES[at]].concat();
        remote(FILES[at], link.as_ref()).unwrap_or_else(|| RemoteFile { name: FILES[at], url: fixed(), sha256: None })
    };
    let files = [0, 1, 2].map(file);
    // The build names each file by its contents, so another model has another address.
    RemoteModel { key: "pocket".to_owned(), title: "Pocket".to_owned(), files }
}

/// The model of the hub, where this document's policy lets it be fetched.
pub fn hub() -> Option<RemoteModel> {
    let first = link("hub-config")?;
    let [repository, revision] = ["data-repository", "data-revision"].map(|name| first.get_attribute(name));
    let title = repository?;
    let key = [&title.replace('/', "--"), "--", revision?.get(..8)?].concat();
    let file = |at: usize| remote(FILES[at], link(&["hub-", LINKS[at]].concat()).as_ref());
    Some(RemoteModel { key, title, files: [file(0)?, file(1)?, file(2)?] })
}

/// Where a worker's script lies.
pub(super) fn script(module: &str) -> String {
    let link = link(&[module, "-js"].concat());
    link.and_then(|link| link.get_attribute("href")).unwrap_or_else(|| ["/", module, ".js"].concat())
}

fn link(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn remote(name: &'static str, link: Option<&Element>) -> Option<RemoteFile> {
    let link = link?;
    Some(RemoteFile { name, url: link.get_attribute("href")?, sha256: link.get_attribute("data-sha256") })
}
