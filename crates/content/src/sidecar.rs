//! `posts/<slug>/post.json`: everything about a post that was worked out at build time.

use crate::manifest::PostMeta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the client fetches beside the Markdown of a post.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`source_hash`] of the Markdown file that this was made from. A client that meets another
    /// Markdown (a deploy between the two fetches) loads the page whole instead.
    pub source: String,
    /// The post's own entry, without its plate.
    pub meta: PostMeta,
    /// The post before this one in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<PostLink>,
    /// The post after this one in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<PostLink>,
    /// File name of the picture that other sites show beside a link to the post, where the build drew it: then the post
    /// has no image of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// Its place in its series, if it is a part of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesPlace>,
    /// Posts about the same, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<PostLink>,
    /// Whether the page shows its list of contents.
    pub toc: bool,
    /// What the renderer looks up.
    pub resolved: Resolved,
    /// Lab's id, as [`crate::render::LabRef::id`] → what its figure says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labs: BTreeMap<String, LabCard>,
}

/// A neighbour's title and address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PostLink {
    /// See [`PostMeta::slug`].
    pub slug: String,
    /// See [`PostMeta::title`].
    pub title: String,
}

/// Where a post stands among the parts of its series, whose name is [`PostMeta::series`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesPlace {
    /// Which part it is, from 1.
    pub part: u32,
    /// How many there are.
    pub n_parts: u32,
    /// The part before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PostLink>,
    /// The part after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<PostLink>,
}

/// What the renderer cannot or must not work out itself, keyed by what the author wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// Formula → MathML. Key: [`math_key`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub math: BTreeMap<String, String>,
    /// Image destination as written → what stands for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub images: BTreeMap<String, Image>,
    /// Raw HTML as the Markdown parser hands it over → the checked and normalized markup.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub html: BTreeMap<String, String>,
    /// Citation or reference as written → its markup.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tokens: BTreeMap<String, String>,
    /// A term of the glossary, in each form that occurs → what it means.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, Term>,
    /// The list of cited works, as the end of the article; empty if it cites none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub references: String,
}

/// A term of the glossary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Its place in the glossary's page.
    pub id: String,
    /// One or two sentences.
    pub definition: String,
}

/// An image of the post's folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Image {
    /// A bitmap: width and height in CSS pixels.
    Bitmap(u32, u32),
    /// An inlined drawing: sanitized `<svg>` markup, ids prefixed, and the narrow drawing for
    /// phones where the folder holds `<stem>.narrow.svg`.
    Drawing {
        /// The drawing.
        wide: String,
        /// Its redrawing at 346 CSS pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrow: Option<String>,
    },
}

/// What a lab's figure says before the lab itself arrives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LabCard {
    /// Names the figure.
    pub caption: String,
    /// What to try first.
    pub question: String,
    /// What a lab that is built has besides; nothing while it is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<LiveLab>,
}

/// What the build worked out of a lab that computes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveLab {
    /// What is being computed, in one sentence.
    pub computes: String,
    /// What the block sets, in the lab's own writing: `experts=8;top_k=2`; empty for the defaults.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub settings: String,
    /// The still picture: the markup of the figure's stage after a run of the lab's own model.
    pub stage: String,
}

/// The key of a formula in [`Resolved::math`]: `$` (inline) or `$$` (display), then the LaTeX
/// exactly as the Markdown parser hands it over.
pub fn math_key(tex: &str, display: bool) -> String {
    format!("{}{tex}", if display { "$$" } else { "$" })
}

/// A short fingerprint of a Markdown file: FNV-1a, 64 bit, as 16 hexadecimal digits.
///
/// It tells two versions of a page apart; it is no defence against forgery.
/// Source: Fowler, Noll and Vo, RFC 9923.
pub fn source_hash(markdown: &str) -> String {
    let hash = markdown
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}
