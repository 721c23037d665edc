//! Files of the reader: chosen from the disk, and saved to it.

use super::{
    addresses::FILES,
    js::{self, Blob},
};
use crate::browser::document;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, Url};

/// The names of an adapter's files, in the order in which a worker takes them.
pub const ADAPTER_FILES: [&str; 2] = ["adapter_config.json", "adapter_model.safetensors"];
/// The most bytes of each of a model's files, in the order of [`FILES`]. Weights of that size, trained in 32 bits with
/// AdamW, would already take more memory than a tab should.
const MOST_BYTES: [u64; 3] = [1 << 20, 32 << 20, 256 << 20];
/// The most bytes of a file of pairs.
pub const MOST_BYTES_OF_PAIRS: u64 = 32 << 20;

/// A file that the reader chose; nothing of it has been read.
#[derive(Clone, Debug)]
pub struct Picked {
    /// As the disk calls it.
    pub name: String,
    /// Its length.
    pub size_bytes: u64,
    file: Blob,
}

/// The files in the `files` of a file input, or of what was dropped (`event.dataTransfer`).
pub fn picked(from: &JsValue) -> Vec<Picked> {
    let files = Reflect::get(from, &"files".into()).unwrap_or_default();
    if !files.is_object() {
        return Vec::new();
    }
    let files = Array::from(&files).into_iter().map(JsCast::unchecked_into);
    files
        .map(|file: Blob| Picked { name: file.file_name().unwrap_or_default(), size_bytes: file.size() as u64, file })
        .collect()
}

/// Lets go of what a file input holds, so that the same file can be chosen again.
pub fn forget(input: &JsValue) {
    let _ = Reflect::set(input, &"value".into(), &"".into());
}

/// The files of these names among those that were chosen, in the order in which a worker takes them.
///
/// # Errors
/// A sentence if one is missing, or one is too large.
pub async fn together(picked: &[Picked], names: &[&str]) -> Result<Vec<Uint8Array>, String> {
    let mut files = Vec::new();
    for &name in names {
        let is_weights = name.ends_with(".safetensors");
        // Weights may be called as one likes; the others share an ending.
        let is_it = |one: &&Picked| one.name == name || (is_weights && one.name.ends_with(".safetensors"));
        let file = picked
            .iter()
            .find(is_it)
            .ok_or_else(|| [name, " is missing: choose ", &names.join(" and "), " together."].concat())?;
        let most = MOST_BYTES[if is_weights { 2 } else { usize::from(name == FILES[1]) }];
        files.push(bytes(file, most).await?);
    }
    Ok(files)
}

/// All bytes of a file, in a buffer of their own.
///
/// # Errors
/// A sentence if it has more than `most_bytes`, or cannot be read.
pub async fn bytes(picked: &Picked, most_bytes: u64) -> Result<Uint8Array, String> {
    let mega = |bytes: u64| bytes.div_ceil(1 << 20).to_string();
    if picked.size_bytes > most_bytes {
        return Err([
            &picked.name,
            " has ",
            &mega(picked.size_bytes),
            " MB, more than the ",
            &mega(most_bytes),
            " MB that can be taken here.",
        ]
        .concat());
    }
    js::bytes(&picked.file).await.map_err(|error| [&picked.name, " cannot be read: ", &js::why(&error)].concat())
}

/// Saves a file of these parts, which are not copied together before.
pub fn save(name: &str, kind: &str, parts: &[Uint8Array]) {
    let parts: Array = parts.iter().collect();
    let blob = Blob::of_kind(&parts, &js::object(&[("type", &kind.into())]));
    let Ok(url) = Url::create_object_url_with_blob(blob.unchecked_ref()) else { return };
    if let Ok(link) = document().create_element("a").map(|link| link.unchecked_into::<HtmlAnchorElement>()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}
