//! Stands in for `browser` where there is none: at build time nothing is fetched, scrolled or stored.

use crate::store::Store;
use leptos::prelude::{Memo, RwSignal};

/// How the reader wants the page lit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
}

impl Theme {
    /// For the switch's label.
    pub fn name(self) -> &'static str {
        "system"
    }
}

/// A path as it is written in an address, here always plain.
pub fn unescaped(path: &str) -> String {
    path.to_owned()
}

/// Would go on to the next theme.
pub fn next_theme(_theme: RwSignal<Theme>) {}

/// Would read the reader's choice.
pub fn read_theme(_theme: RwSignal<Theme>) {}

/// Would fetch what the page shows, and bring the reader there.
pub fn show(_store: Store, _path: Memo<String>) {}
