//! The parts of the browser's interface that this folder asks for, declared by hand: a binding for each method that is
//! called, and for no other.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Anything that was thrown.
    pub type Thrown;

    #[wasm_bindgen(method, getter)]
    pub fn name(this: &Thrown) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub fn message(this: &Thrown) -> Option<String>;

    #[wasm_bindgen(catch)]
    pub async fn fetch(url: &str, init: &JsValue) -> Result<JsValue, JsValue>;

    pub type Response;

    #[wasm_bindgen(method, getter)]
    pub fn status(this: &Response) -> u16;

    #[wasm_bindgen(method, getter)]
    pub fn headers(this: &Response) -> Headers;

    #[wasm_bindgen(method, getter)]
    pub fn body(this: &Response) -> Option<Stream>;

    pub type Headers;

    #[wasm_bindgen(method)]
    pub fn get(this: &Headers, name: &str) -> Option<String>;

    pub type Stream;

    #[wasm_bindgen(method, js_name = getReader)]
    pub fn get_reader(this: &Stream) -> Reader;

    pub type Reader;

    #[wasm_bindgen(method, catch)]
    pub async fn read(this: &Reader) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    /// What a reader or an iterator gives.
    pub type Next;

    #[wasm_bindgen(method, getter)]
    pub fn done(this: &Next) -> bool;

    #[wasm_bindgen(method, getter)]
    pub fn value(this: &Next) -> JsValue;

    pub type AbortController;

    #[wasm_bindgen(constructor)]
    pub fn new() -> AbortController;

    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &AbortController) -> JsValue;

    #[wasm_bindgen(method)]
    pub fn abort(this: &AbortController);

    /// A file too.
    #[derive(Clone, Debug)]
    pub type Blob;

    #[wasm_bindgen(constructor)]
    pub fn of_parts(parts: &Array) -> Blob;

    #[wasm_bindgen(constructor)]
    pub fn of_kind(parts: &Array, options: &JsValue) -> Blob;

    #[wasm_bindgen(method, getter)]
    pub fn size(this: &Blob) -> f64;

    #[wasm_bindgen(method, getter, js_name = name)]
    pub fn file_name(this: &Blob) -> Option<String>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub async fn array_buffer(this: &Blob) -> Result<JsValue, JsValue>;

    /// `navigator.storage`; nothing where the page's origin is not trustworthy.
    #[derive(Clone)]
    pub type Storage;

    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = storage)]
    pub static STORAGE: Option<Storage>;

    #[wasm_bindgen(method, catch, js_name = getDirectory)]
    pub async fn get_directory(this: &Storage) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn estimate(this: &Storage) -> Result<JsValue, JsValue>;

    pub type Estimate;

    #[wasm_bindgen(method, getter)]
    pub fn quota(this: &Estimate) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub fn usage(this: &Estimate) -> Option<f64>;

    /// A folder of the origin's private file system.
    #[derive(Clone, Debug)]
    pub type Directory;

    #[wasm_bindgen(method, catch, js_name = getDirectoryHandle)]
    pub async fn get_directory_handle(this: &Directory, name: &str, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getFileHandle)]
    pub async fn get_file_handle(this: &Directory, name: &str, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = removeEntry)]
    pub async fn remove_entry(this: &Directory, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub fn keys(this: &Directory) -> Keys;

    pub type Keys;

    #[wasm_bindgen(method, catch)]
    pub async fn next(this: &Keys) -> Result<JsValue, JsValue>;

    /// The handle of a file.
    pub type Handle;

    #[wasm_bindgen(method, catch, js_name = getFile)]
    pub async fn get_file(this: &Handle) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createWritable)]
    pub async fn create_writable(this: &Handle) -> Result<JsValue, JsValue>;

    pub type Writable;

    #[wasm_bindgen(method, catch)]
    pub async fn write(this: &Writable, data: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn close(this: &Writable) -> Result<JsValue, JsValue>;

    /// `crypto.subtle`; nothing where the page's origin is not trustworthy.
    #[derive(Clone)]
    pub type Subtle;

    #[wasm_bindgen(thread_local_v2, js_namespace = crypto, js_name = subtle)]
    pub static SUBTLE: Option<Subtle>;

    #[wasm_bindgen(method, catch)]
    pub async fn digest(this: &Subtle, algorithm: &str, data: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// `{ key: value, … }`.
pub fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in fields {
        // A new object takes any property.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}

/// What the browser says of an error, as a sentence.
pub fn why(error: &JsValue) -> String {
    let message = error.is_object().then(|| error.unchecked_ref::<Thrown>().message()).flatten();
    let message = message.filter(|message| !message.is_empty());
    let message = message.as_deref().unwrap_or("The browser does not say why.");
    [message, if message.ends_with('.') { "" } else { "." }].concat()
}

/// Whether an error has this name.
pub fn is_called(error: &JsValue, name: &str) -> bool {
    error.is_object() && error.unchecked_ref::<Thrown>().name().as_deref() == Some(name)
}

/// All bytes of a blob.
pub async fn bytes(blob: &Blob) -> Result<Uint8Array, JsValue> {
    Ok(Uint8Array::new(&blob.array_buffer().await?))
}
