//! What every lab's figure is made of: its charts' places, its controls, and what a run is at.
//!
//! [`session`] decides, [`state`] tells the view, the view asks through [`Host`]. Effects (worker,
//! timers, clipboard, download, address) are the host's: `lab-ui` has them, a still has none.

pub mod ask;
#[cfg(feature = "view")]
mod buttons;
pub mod controls;
#[cfg(feature = "view")]
mod figure;
mod panels;
pub mod session;
pub mod share;
#[cfg(feature = "view")]
pub mod state;

pub use ask::Ask;
#[cfg(feature = "view")]
pub use figure::Figure;
pub use panels::{NUMBERS, Panel, Picture, Width};
pub(crate) use panels::{push_numbers, push_panel};
#[cfg(feature = "view")]
pub use state::{FigureState, Host};

/// The seed of a still, and of a run before anybody sets another.
pub const DEFAULT_SEED: u64 = 1;

/// What a figure is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// It shows the picture of the page.
    #[default]
    Still,
    /// The worker is being loaded.
    Starting,
    /// The model computes.
    Running,
    /// It can go on.
    Paused,
    /// It has ended.
    Finished,
    /// It cannot go on; a sentence says why.
    Failed,
}

impl Phase {
    /// For the style sheet and tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Still => "still",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }

    /// Whether steps are being made, or will be as soon as the worker is there.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }
}
