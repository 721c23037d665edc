//! Where a model comes from, and what is known of it.

use crate::parameters::Values;
use ml::neox::Config;

/// A model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The one that comes with the site.
    #[default]
    Pocket,
    /// Pythia-14M, from the hub.
    Hub,
    /// Three files of the reader.
    Disk,
}

impl Which {
    /// All, in the order of the parameter's options.
    pub const ALL: [Self; 3] = [Self::Pocket, Self::Hub, Self::Disk];

    /// The one that is set.
    pub fn of(values: &Values) -> Self {
        match values.choice("model") {
            "hub" => Self::Hub,
            "disk" => Self::Disk,
            _ => Self::Pocket,
        }
    }

    /// As the parameter has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pocket => "pocket",
            Self::Hub => "hub",
            Self::Disk => "disk",
        }
    }
}

/// A download that is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coming {
    /// Bytes that have come, kept ones included.
    pub done: u64,
    /// Of all files, as far as it is known.
    pub total: Option<u64>,
    /// About how long the rest will take.
    pub seconds_left: Option<f64>,
}

/// What a worker said of a model that it has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Weights.
    pub n_weights: u64,
    /// Of these, outside the tables of embeddings.
    pub n_body_weights: u64,
    /// The most tokens of a sequence.
    pub context: u32,
    /// Blocks, channels, heads, rows of the tables.
    pub shape: [u32; 4],
}

/// All models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models {
    /// Whose files are at hand.
    pub at_hand: Option<Which>,
    /// Counts how often other files came to hand.
    pub version: u32,
    /// Whose files are being fetched or chosen.
    pub coming: Option<(Which, Coming)>,
    /// Of the model that the first worker has read.
    pub info: Option<Info>,
    /// Whether an adapter of the reader's is added to what is at hand.
    pub has_adapter: bool,
    /// What is kept of the hub's model, in bytes; and whether nothing is missing.
    pub kept: Option<(u64, bool)>,
    /// Whether what is kept outlasts the page.
    pub is_kept_for_good: bool,
    /// Who made the hub's model and what it is called; nothing where this page may not ask the hub.
    pub hub_title: Option<String>,
}

impl Models {
    /// What is known of a model: what a worker said, and of the one that comes with the site what its shape says.
    pub fn info_of(&self, which: Which) -> Option<Info> {
        if let Some(info) = self.info.filter(|_| self.at_hand == Some(which)) {
            return Some(info);
        }
        let config = Config::pocket();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (which == Which::Pocket).then(|| Info {
            n_weights: config.n_weights() as u64,
            n_body_weights: config.n_body_weights() as u64,
            context: count(config.context),
            shape: [config.n_layers, config.width, config.n_heads, config.vocabulary].map(count),
        })
    }
}
