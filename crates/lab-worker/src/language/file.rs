//! Files of the origin's private file system, which a worker alone can read and write without waiting.

use labs::sft::session::Source;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Handle;

    #[wasm_bindgen(method, catch, js_name = createSyncAccessHandle)]
    fn create_sync_access_handle(this: &Handle) -> Result<Promise, JsValue>;

    type Promise;

    #[wasm_bindgen(method)]
    fn then(this: &Promise, done: &JsValue, failed: &JsValue);

    type Access;

    #[wasm_bindgen(method, catch)]
    fn read(this: &Access, into: &mut [u8], options: &JsValue) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn write(this: &Access, bytes: &[u8], options: &JsValue) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn truncate(this: &Access, size: f64) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn flush(this: &Access) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Access);

    type Failure;

    #[wasm_bindgen(method, getter)]
    fn message(this: &Failure) -> Option<String>;
}

/// Bytes that are read at once.
const PART: usize = 1 << 20;

/// A file that was opened.
pub struct Opened(Access);

/// A file that a checkpoint is written to.
pub struct File {
    access: Access,
    /// Whether writing failed; what follows is dropped then.
    is_broken: bool,
}

/// A file that a checkpoint is read from.
pub struct FileSource {
    access: Access,
    at: f64,
}

/// Opens the file of a handle; `done` is told once, with the reason if it cannot be.
pub fn open(handle: JsValue, done: impl FnOnce(Result<Opened, String>) + 'static) {
    let promise = match handle.unchecked_into::<Handle>().create_sync_access_handle() {
        Ok(promise) => promise,
        Err(error) => return done(Err(why(&error))),
    };
    // One of the two is called, and both need what is to be done.
    let done = std::rc::Rc::new(std::cell::Cell::new(Some(done)));
    let other = done.clone();
    let opened = Closure::once_into_js(move |access: JsValue| {
        if let Some(done) = done.take() {
            done(Ok(Opened(access.unchecked_into())));
        }
    });
    let failed = Closure::once_into_js(move |error: JsValue| {
        if let Some(done) = other.take() {
            done(Err(why(&error)));
        }
    });
    promise.then(&opened, &failed);
}

/// What the browser says of an error, as a sentence.
fn why(error: &JsValue) -> String {
    let message = error.is_object().then(|| error.unchecked_ref::<Failure>().message()).flatten();
    let stop = if message.as_ref().is_none_or(|message| message.ends_with('.')) { "" } else { "." };
    ["The checkpoint’s file cannot be used: ", message.as_deref().unwrap_or("the browser does not say why."), stop]
        .concat()
}

/// `{ at }`.
fn place(at: f64) -> JsValue {
    let options = js_sys::Object::new();
    // A new object takes any property.
    let _ = js_sys::Reflect::set(&options, &"at".into(), &at.into());
    options.into()
}

impl Opened {
    /// Without what it held.
    pub fn emptied(self) -> Result<File, String> {
        match self.0.truncate(0.0) {
            Ok(()) => Ok(File { access: self.0, is_broken: false }),
            Err(error) => {
                self.0.close();
                Err(why(&error))
            }
        }
    }

    /// To be read from its beginning.
    pub fn source(self) -> Result<FileSource, String> {
        Ok(FileSource { access: self.0, at: 0.0 })
    }
}

impl File {
    /// Writes some bytes; brings all to the disk with the last. After a failure nothing more is told.
    pub fn write(&mut self, at: u64, bytes: &[u8], is_last: bool) -> Result<(), String> {
        if self.is_broken {
            return Ok(());
        }
        let written = self.access.write(bytes, &place(at as f64)).and_then(|n| {
            if n as usize != bytes.len() {
                return Err(JsValue::NULL);
            }
            if is_last { self.access.flush() } else { Ok(()) }
        });
        written.map_err(|error| {
            self.is_broken = true;
            // So that what is there is not taken for a checkpoint, and its space is free again.
            let _ = self.access.truncate(0.0);
            why(&error)
        })
    }

    /// Lets go of the file; whether all was written.
    pub fn close(self) -> bool {
        self.access.close();
        !self.is_broken
    }
}

impl Drop for FileSource {
    fn drop(&mut self) {
        self.access.close();
    }
}

impl Source for FileSource {
    fn next(&mut self, chunk: &mut Vec<u8>) -> Result<bool, String> {
        chunk.resize(PART, 0);
        let n = self.access.read(chunk, &place(self.at)).map_err(|error| why(&error))?;
        chunk.truncate(n as usize);
        self.at += n;
        Ok(n > 0.0)
    }

    fn rewind(&mut self) {
        self.at = 0.0;
    }
}
