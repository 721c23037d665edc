//! Pages as HTML, at build time.

use crate::{
    App,
    app::NOT_FOUND,
    head::Head,
    page::{Boot, Note},
    store::Store,
};
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use std::sync::Arc;

/// What stands inside `<div id="root">`.
pub fn root_html(boot: &Boot) -> String {
    // Views may spawn tasks; nothing runs them, since a page is plain signals without resources.
    // A second initialization answers with an error that means "there already".
    let _ = any_spawner::Executor::init_futures_executor();
    let owner = Owner::new_root(Some(Arc::new(hydration_context::SsrSharedContext::new())));
    let boot = boot.clone();
    owner.with(|| {
        let path = if boot.route.is_empty() { NOT_FOUND } else { &boot.route };
        provide_context(RequestUrl::new(&format!("{}{path}", boot.base)));
        let store = Store::from(boot);
        view! { <App store/> }.to_html()
    })
}

/// What the page tells the client about itself, for `<script type="application/json" id="boot">`.
///
/// # Errors
/// None that is known; serializing strings does not fail.
pub fn boot_json(boot: &Boot) -> Result<String, serde_json::Error> {
    let note = Note {
        base: boot.base.clone(),
        route: boot.route.clone(),
        site: boot.site.clone(),
        head: Head::of(&boot.page, &boot.site),
    };
    // `</script>` and `<!--` must not appear inside a script element.
    Ok(serde_json::to_string(&note)?.replace('<', "\\u003c"))
}

/// What the client fetches of a page that the build alone can make: its head and its `<main>`.
///
/// # Errors
/// As [`boot_json`].
pub fn piece_json(boot: &Boot) -> Result<String, serde_json::Error> {
    serde_json::to_string(&crate::pages::page(&boot.page, &boot.site, &boot.base))
}
