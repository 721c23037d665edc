//! Chromium, driven through its own protocol.

mod chrome;
mod journal;
mod keys;
mod resources;
mod tab;
mod trace;
mod view;

pub use chrome::Chrome;
pub use journal::{Journal, Line, Request, Source};
pub use keys::Key;
pub use tab::Tab;
pub use trace::Task;
pub use view::{Connection, View};
