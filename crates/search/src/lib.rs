//! Full-text search over all posts in the reader's browser, without a server.
//!
//! The build writes an index that is cut into files ([`write`]), so that a question costs the same however many posts
//! there are: one directory of some kilobytes, the pieces that hold the words asked for, and the descriptions of the
//! posts that are shown. [`Index`] says which files a question needs, takes their bytes, and answers. It knows no
//! browser and fetches nothing.
//!
//! Order of reading: [`words`] (text to terms), [`score`] (what a post is worth for a term), [`write`] and [`Index`],
//! [`excerpt`](excerpt()) (what a result shows of the post).

mod bytes;
mod excerpt;
mod index;
mod piece;
mod postings;
mod question;
pub mod score;
pub mod words;
#[cfg(feature = "build")]
pub mod write;

pub use bytes::Damage;
pub use excerpt::{Stretch, excerpt};
pub use index::{DIRECTORY, Entry, File, Hit, Hits, Index};
pub use question::Question;

/// The version of the files. A reader takes no other.
pub const FORMAT: u8 = 3;
