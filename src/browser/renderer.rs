//! The Markdown renderer, a wasm module of its own: fetched when the page is at rest, or when a
//! page needs it.

use super::pause;
use crate::store::Failure;
use content::{
    flat,
    render::{Place, Rendered},
    sidecar::Resolved,
};
use leptos::{prelude::document, task::spawn_local};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Imports a module and starts its WebAssembly. Only a script can say `import(url)`; the page's
    /// first script defines this.
    #[wasm_bindgen(js_name = startModule, catch)]
    pub async fn start_module(url: &str) -> Result<JsValue, JsValue>;

    #[derive(Clone)]
    type Module;

    #[wasm_bindgen(method, catch)]
    fn render(
        this: &Module,
        markdown: &str,
        resolved: Vec<String>,
        base: &str,
        slug: &str,
    ) -> Result<Vec<String>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn prose(this: &Module, markdown: &str) -> Result<String, JsValue>;
}

/// The loaded module.
#[derive(Clone)]
pub struct Renderer(Module);

thread_local! {
    static LOADED: RefCell<Option<Renderer>> = const { RefCell::new(None) };
}

/// How long after the start the page counts as at rest.
const REST: Duration = Duration::from_millis(1500);

/// Fetches the module once the page is at rest.
pub fn load_at_rest() {
    spawn_local(async {
        pause(REST).await;
        let _ = load().await;
    });
}

/// The renderer.
///
/// # Errors
/// If the module cannot be fetched: the connection failed, or a new deploy has another one.
pub async fn load() -> Result<Renderer, Failure> {
    if let Some(renderer) = LOADED.with_borrow(Clone::clone) {
        return Ok(renderer);
    }
    let link = document().get_element_by_id("renderer-js").and_then(|link| link.get_attribute("href"));
    // Plain Trunk gives its extra modules no hash and no link.
    let url = link.unwrap_or_else(|| "/renderer.js".to_owned());
    let module: Module = start_module(&url).await.map_err(|_| Failure::Network)?.unchecked_into();
    let renderer = Renderer(module);
    LOADED.set(Some(renderer.clone()));
    Ok(renderer)
}

impl Renderer {
    /// The words of a post's file.
    pub fn prose(&self, markdown: &str) -> Option<String> {
        self.0.prose(markdown).ok()
    }

    /// Renders a post's file.
    ///
    /// # Errors
    /// If the module ended in a panic, or speaks another form than this client.
    pub fn render(&self, markdown: &str, resolved: &Resolved, place: Place<'_>) -> Result<Rendered, Failure> {
        let list = self.0.render(markdown, flat::write_resolved(resolved), place.base, place.slug);
        list.ok().and_then(flat::read_rendered).ok_or(Failure::Unreadable)
    }
}
