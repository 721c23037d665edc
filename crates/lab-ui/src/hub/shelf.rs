//! Models that are kept in the origin's private file system, or in memory where the browser gives none.
//!
//! A file is kept in pieces of one size, the last one shorter, so that what has come survives whatever ends the page,
//! and nothing is copied again when the last piece is there. Names are `KEY~FILE~PIECE`; `KEY~FILE~from` tells of whence
//! the pieces are, and `KEY~FILE~whole` that none is missing.

use super::js::{self, Blob, Directory, Handle, Keys, Next, STORAGE, Writable};
use js_sys::{Array, Promise, Uint8Array};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};

/// Bytes of a piece.
pub(super) const PIECE: usize = 1 << 20;
/// Its folder.
const FOLDER: &str = "models";

/// A model that is kept, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// As it was called when it came.
    pub key: String,
    /// Its files.
    pub files: Vec<ShelvedFile>,
}

/// A file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelvedFile {
    /// `model.safetensors`.
    pub name: String,
    /// What is kept of it.
    pub size_bytes: u64,
    /// Whether that is all.
    pub is_whole: bool,
}

impl Shelved {
    /// What the model takes.
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }

    /// Whether all three files of a model are there.
    pub fn is_whole(&self) -> bool {
        self.files.iter().filter(|file| file.is_whole).count() == super::addresses::FILES.len()
    }
}

/// Where models are kept. Clones are the same shelf.
#[derive(Clone)]
pub struct Shelf {
    place: Rc<Place>,
    /// Ends with the last download that was asked for; they come one after the other.
    pub(super) last: Rc<RefCell<Promise>>,
}

enum Place {
    Disk(Directory),
    Memory(RefCell<Vec<(String, Blob)>>),
}

impl Shelf {
    /// The origin's; in memory alone where there is none that can be written, as in some private windows.
    pub async fn open() -> Self {
        let place = match folder(FOLDER).await {
            Some(folder) if is_writable(&folder).await => Place::Disk(folder),
            _ => Place::Memory(RefCell::default()),
        };
        Self { place: Rc::new(place), last: Rc::new(RefCell::new(Promise::resolve(&JsValue::UNDEFINED))) }
    }

    /// Whether what is kept outlasts the page. If not, the reader should be told.
    pub fn is_lasting(&self) -> bool {
        matches!(*self.place, Place::Disk(_))
    }

    /// All that is kept, whole or in part, by key.
    pub async fn list(&self) -> Vec<Shelved> {
        let mut models: Vec<Shelved> = Vec::new();
        for (path, size_bytes) in self.entries("").await {
            let mut parts = path.split('~');
            let (Some(key), Some(name), Some(piece)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let at = models.iter().position(|model| model.key == key).unwrap_or_else(|| {
                models.push(Shelved { key: key.to_owned(), files: Vec::new() });
                models.len() - 1
            });
            let files = &mut models[at].files;
            let at = files.iter().position(|file| file.name == name).unwrap_or_else(|| {
                files.push(ShelvedFile { name: name.to_owned(), size_bytes: 0, is_whole: false });
                files.len() - 1
            });
            match piece {
                WHOLE => files[at].is_whole = true,
                FROM => {}
                _ => files[at].size_bytes += size_bytes,
            }
        }
        models
    }

    /// The bytes of a file that is whole, in a buffer of their own, ready to be transferred to a worker.
    ///
    /// # Errors
    /// A sentence if it is not there, or cannot be read.
    pub async fn read(&self, key: &str, name: &str) -> Result<Uint8Array, String> {
        let file = Pieces::of(self, key, name);
        if !file.is_whole().await {
            return Err([name, " is not kept here as a whole; fetch it again."].concat());
        }
        file.bytes().await.map_err(|error| [name, " cannot be read: ", &js::why(&error)].concat())
    }

    /// Forgets all of a model.
    ///
    /// # Errors
    /// A sentence if a file of it is held by another tab.
    pub async fn delete(&self, key: &str) -> Result<(), String> {
        // Whole files first cease to count as such.
        let entries = self.entries(&[key, "~"].concat()).await;
        let of = |is_mark: bool| entries.iter().filter(move |(path, _)| path.ends_with(WHOLE) == is_mark);
        for (path, _) in of(true).chain(of(false)) {
            self.remove(path).await.map_err(|error| ["It cannot be deleted: ", &js::why(&error)].concat())?;
        }
        Ok(())
    }

    /// Names that begin so, and their sizes.
    async fn entries(&self, with: &str) -> Vec<(String, u64)> {
        let directory = match &*self.place {
            Place::Disk(directory) => directory,
            Place::Memory(blobs) => {
                let blobs = blobs.borrow();
                let found = blobs.iter().filter(|(path, _)| path.starts_with(with));
                return found.map(|(path, blob)| (path.clone(), blob.size() as u64)).collect();
            }
        };
        let mut found = Vec::new();
        let keys: Keys = directory.keys();
        while let Ok(next) = keys.next().await {
            let next: Next = next.unchecked_into();
            if next.done() {
                break;
            }
            let Some(path) = next.value().as_string().filter(|path| path.starts_with(with)) else { continue };
            if let Some(blob) = self.get(&path).await {
                found.push((path, blob.size() as u64));
            }
        }
        found
    }

    async fn get(&self, path: &str) -> Option<Blob> {
        match &*self.place {
            Place::Memory(blobs) => {
                let blobs = blobs.borrow();
                blobs.iter().find(|(of, _)| of == path).map(|(_, blob)| blob.clone())
            }
            Place::Disk(directory) => {
                let handle: Handle = directory.get_file_handle(path, &JsValue::UNDEFINED).await.ok()?.unchecked_into();
                handle.get_file().await.ok().map(JsCast::unchecked_into)
            }
        }
    }

    async fn set(&self, path: &str, parts: &Array) -> Result<(), JsValue> {
        let blob = Blob::of_parts(parts);
        match &*self.place {
            Place::Memory(blobs) => {
                let mut blobs = blobs.borrow_mut();
                blobs.retain(|(of, _)| of != path);
                blobs.push((path.to_owned(), blob));
                Ok(())
            }
            Place::Disk(directory) => write(directory, path, &blob).await,
        }
    }

    async fn remove(&self, path: &str) -> Result<(), JsValue> {
        match &*self.place {
            Place::Memory(blobs) => {
                blobs.borrow_mut().retain(|(of, _)| of != path);
                Ok(())
            }
            Place::Disk(directory) => directory.remove_entry(path).await.map(|_| ()),
        }
    }
}

const WHOLE: &str = "whole";
const FROM: &str = "from";

/// One file on the shelf, as it is being filled.
pub(super) struct Pieces<'s> {
    shelf: &'s Shelf,
    of: String,
}

impl<'s> Pieces<'s> {
    /// The file `name` of the model `key`.
    pub(super) fn of(shelf: &'s Shelf, key: &str, name: &str) -> Self {
        Self { shelf, of: [key, "~", name, "~"].concat() }
    }

    fn path(&self, piece: &str) -> String {
        [&self.of, piece].concat()
    }

    /// All pieces from the first on, as far as none is missing.
    pub(super) async fn all(&self) -> Vec<Blob> {
        let mut pieces = Vec::new();
        while let Some(piece) = self.shelf.get(&self.path(&pieces.len().to_string())).await {
            pieces.push(piece);
        }
        pieces
    }

    /// All bytes, in a buffer of their own.
    pub(super) async fn bytes(&self) -> Result<Uint8Array, JsValue> {
        let pieces: Array = self.all().await.iter().collect();
        js::bytes(&Blob::of_parts(&pieces)).await
    }

    /// Whether nothing is missing.
    pub(super) async fn is_whole(&self) -> bool {
        self.shelf.get(&self.path(WHOLE)).await.is_some()
    }

    /// What [`Self::begin`] was told.
    pub(super) async fn from(&self) -> Option<String> {
        let note = js::bytes(&self.shelf.get(&self.path(FROM)).await?).await.ok()?;
        String::from_utf8(note.to_vec()).ok()
    }

    /// Notes whence the pieces come.
    pub(super) async fn begin(&self, from: &str) -> Result<(), JsValue> {
        self.shelf.set(&self.path(FROM), &Array::of1(&from.into())).await
    }

    /// Keeps a piece.
    pub(super) async fn put(&self, piece_idx: usize, parts: &Array) -> Result<(), JsValue> {
        self.shelf.set(&self.path(&piece_idx.to_string()), parts).await
    }

    /// Nothing is missing now.
    pub(super) async fn finish(&self) -> Result<(), JsValue> {
        self.shelf.set(&self.path(WHOLE), &Array::of1(&"1".into())).await
    }

    /// Forgets all that is kept of it.
    pub(super) async fn clear(&self) {
        // That it is whole must be forgotten first.
        let _ = self.shelf.remove(&self.path(WHOLE)).await;
        for (path, _) in self.shelf.entries(&self.of).await {
            let _ = self.shelf.remove(&path).await;
        }
    }
}

/// A folder of the origin's private file system, where there is one.
pub(super) async fn folder(name: &str) -> Option<Directory> {
    let storage = STORAGE.with(Clone::clone)?;
    let root: Directory = storage.get_directory().await.ok()?.unchecked_into();
    let options = js::object(&[("create", &JsValue::TRUE)]);
    root.get_directory_handle(name, &options).await.ok().map(JsCast::unchecked_into)
}

/// The bytes that the origin may still keep, as the browser estimates.
pub async fn room_bytes() -> Option<u64> {
    let estimate: js::Estimate = STORAGE.with(Clone::clone)?.estimate().await.ok()?.unchecked_into();
    Some((estimate.quota()? - estimate.usage()?).max(0.0) as u64)
}

/// Some browsers have the folder, but let a page write nothing there.
async fn is_writable(folder: &Directory) -> bool {
    const PROBE: &str = "probe";
    let written = write(folder, PROBE, &Blob::of_parts(&Array::new())).await.is_ok();
    written && folder.remove_entry(PROBE).await.is_ok()
}

async fn write(folder: &Directory, name: &str, blob: &Blob) -> Result<(), JsValue> {
    let options = js::object(&[("create", &JsValue::TRUE)]);
    let handle: Handle = folder.get_file_handle(name, &options).await?.unchecked_into();
    if !js_sys::Reflect::has(&handle, &"createWritable".into())? {
        return Err(JsValue::UNDEFINED);
    }
    let writable: Writable = handle.create_writable().await?.unchecked_into();
    // What was written stands there only after the close; an error leaves what was there before.
    writable.write(blob).await?;
    writable.close().await.map(|_| ())
}

/// Why something could not be kept.
pub(super) fn no_room(error: &JsValue) -> String {
    match js::is_called(error, "QuotaExceededError") {
        true => "There is no room for it: the browser lets this site keep no more. Delete a model or a checkpoint, or \
                 free some of the disk."
            .to_owned(),
        false => ["The browser could not keep it: ", &js::why(error)].concat(),
    }
}
