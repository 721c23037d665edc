//! The picture that other sites show beside a link to a post: title, site, and a drawing.
//!
//! Order of reading: [`fonts`] are the site's own; [`lines`] breaks the title; [`motif`] draws where a post has no
//! drawing of its own; [`mod@draw`] puts the card together as SVG; [`picture`] makes a PNG of it.
//!
//! Pure: no files but the fonts that are linked in, no clock, no chance that is not the post's own name. So the same
//! card is the same bytes, and what a card is drawn from can stand for it in a cache.
//!
//! Lengths are pixels of a card of 1200 × 630, the size that link previews of all large sites show uncut.

pub mod draw;
pub mod fonts;
pub mod lines;
pub mod motif;
pub mod picture;

pub use draw::{Card, Palette, draw};
pub use fonts::Fonts;
pub use picture::png;

/// Width of a card.
pub const WIDTH: u32 = 1200;

/// Height of a card.
pub const HEIGHT: u32 = 630;

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// One of the site's fonts cannot be read.
    #[error("the font `{name}` cannot be read: {why}")]
    Font {
        /// Its file.
        name: &'static str,
        /// In the words of its reader.
        why: String,
    },
    /// The drawing is none that can be shown.
    #[error("the card cannot be drawn: {0}")]
    Drawing(String),
    /// The picture cannot be written.
    #[error("the card cannot be written as PNG: {0}")]
    Picture(#[from] png::EncodingError),
}
