//! Light or dark. The choice is kept in the browser; a script in the page's head applies it before
//! the first paint, so that nothing flashes.

use leptos::prelude::*;
use web_sys::Storage;

/// How the reader wants the page lit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The key in the browser's storage; the script in `index.html` reads it too.
const KEY: &str = "theme";

impl Theme {
    /// For the switch's label, the page's attribute and the browser's storage.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn stored() -> Theme {
    match storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

fn apply(theme: Theme) {
    if let Some(html) = document().document_element() {
        let _ = match theme {
            Theme::System => html.remove_attribute("data-theme"),
            theme => html.set_attribute("data-theme", theme.name()),
        };
    }
}

/// Reads the reader's choice into the switch.
pub fn read_theme(theme: RwSignal<Theme>) {
    if theme.get_untracked() != stored() {
        theme.set(stored());
    }
}

/// Goes on to the next theme and keeps it.
pub fn next_theme(theme: RwSignal<Theme>) {
    let next = theme.get_untracked().next();
    if let Some(storage) = storage() {
        let _ = match next {
            Theme::System => storage.remove_item(KEY),
            next => storage.set_item(KEY, next.name()),
        };
    }
    apply(next);
    theme.set(next);
}

/// Follows a choice made in another tab.
pub fn follow_other_tabs() {
    super::navigation::listen("storage", |_| apply(stored()));
}
