//! The files of checkpoints: two, written by turns, so that one is whole whatever happens to the other.
//!
//! A worker writes and reads them itself, by the handles that this gives
//! ([`Command::WriteCheckpoint`](labs::sft::protocol::Command::WriteCheckpoint)). Which of the two is newer, and whether
//! it is whole, the worker tells too
//! ([`Command::InspectCheckpoint`](labs::sft::protocol::Command::InspectCheckpoint)).

use super::{
    js::{self, Blob, Directory, Handle},
    shelf,
};
use wasm_bindgen::{JsCast, JsValue};

/// How many there are.
pub const N_SLOTS: usize = 2;
/// Their folder.
const FOLDER: &str = "checkpoints";

/// Where checkpoints are kept.
#[derive(Clone)]
pub struct Slots {
    folder: Directory,
    /// Of whose runs.
    of: String,
}

impl Slots {
    /// The files for the runs of `of` (a lab's figure); nothing where the browser has no private file system.
    pub async fn open(of: &str) -> Option<Self> {
        Some(Self { folder: shelf::folder(FOLDER).await?, of: of.to_owned() })
    }

    fn name(&self, slot: usize) -> String {
        [&self.of, "~", &slot.to_string()].concat()
    }

    /// The length of each; nothing where a slot is empty.
    pub async fn sizes(&self) -> [Option<u64>; N_SLOTS] {
        let mut sizes = [None; N_SLOTS];
        for (slot, size) in sizes.iter_mut().enumerate() {
            *size = self.size(slot).await.filter(|size| *size > 0);
        }
        sizes
    }

    async fn size(&self, slot: usize) -> Option<u64> {
        let handle = self.folder.get_file_handle(&self.name(slot), &JsValue::UNDEFINED).await.ok()?;
        let file: Blob = handle.unchecked_into::<Handle>().get_file().await.ok()?.unchecked_into();
        Some(file.size() as u64)
    }

    /// Whether a checkpoint of so many bytes has room in a slot, in place of what is there.
    ///
    /// # Errors
    /// A sentence with both numbers in megabytes if it has not.
    pub async fn check_room(&self, slot: usize, size_bytes: u64) -> Result<(), String> {
        let freed = self.size(slot).await.unwrap_or(0);
        match shelf::room_bytes().await {
            Some(room) if room + freed < size_bytes => {
                let mega = |bytes: u64| bytes.div_ceil(1_000_000).to_string();
                Err([
                    "A checkpoint takes ",
                    &mega(size_bytes),
                    " MB, and the browser lets this site keep only ",
                    &mega(room + freed),
                    " MB more.",
                ]
                .concat())
            }
            _ => Ok(()),
        }
    }

    /// The handle of a slot's file, to be sent to a worker.
    ///
    /// # Errors
    /// A sentence if the browser makes none.
    pub async fn handle(&self, slot: usize) -> Result<JsValue, String> {
        let options = js::object(&[("create", &JsValue::TRUE)]);
        let handle = self.folder.get_file_handle(&self.name(slot), &options).await;
        handle.map_err(|error| ["The checkpoint has no file: ", &js::why(&error)].concat())
    }

    /// Forgets both.
    ///
    /// # Errors
    /// A sentence if one is being written, by this tab or another.
    pub async fn delete(&self) -> Result<(), String> {
        for slot in 0..N_SLOTS {
            match self.folder.remove_entry(&self.name(slot)).await {
                Err(error) if !js::is_called(&error, "NotFoundError") => {
                    return Err(["The checkpoint cannot be deleted: ", &js::why(&error)].concat());
                }
                _ => {}
            }
        }
        Ok(())
    }
}
