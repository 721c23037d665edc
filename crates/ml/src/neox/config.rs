//! The numbers that make a model, and how many weights they amount to.

use super::Error;

/// The shape of a GPT-NeoX model. [`Layout::new`](super::Layout::new) checks it.
///
/// Source: Black et al. 2022, "GPT-NeoX-20B", §2.1; the sizes of Pythia: Biderman et al. 2023, table 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Config {
    /// `L`: blocks of attention and feed-forward network.
    pub n_layers: usize,
    /// `C`: channels of the residual stream.
    pub width: usize,
    /// `H`; each head is `D = C / H` wide.
    pub n_heads: usize,
    /// `F`: channels inside a feed-forward network.
    pub hidden: usize,
    /// `V`: rows of both tables of embeddings.
    pub vocabulary: usize,
    /// The most tokens of a sequence.
    pub context: usize,
    /// The part of a head's channels that rotary positions turn, from the first on.
    pub rotary_fraction: f32,
    /// Channel pair `i` of `R` rotated channels turns by `rotary_base^(−2i/R)` radians a position.
    pub rotary_base: f32,
    /// What layer normalization adds to the variance.
    pub epsilon: f32,
}

/// More weights than a browser holds four times over.
const MOST_WEIGHTS: usize = 1 << 28;

impl Config {
    /// EleutherAI's Pythia with 14 million weights.
    ///
    /// Source: `models/14M/pythia-14m.yml` of github.com/EleutherAI/pythia. A checkpoint's own `config.json` decides
    /// about the context.
    pub const fn pythia_14m() -> Self {
        Self {
            n_layers: 6,
            width: 128,
            n_heads: 4,
            hidden: 512,
            vocabulary: 50_304,
            context: 2048,
            rotary_fraction: 0.25,
            rotary_base: 10_000.0,
            epsilon: 1e-5,
        }
    }

    /// A model of 1.3 million weights that a page can bring along.
    pub const fn pocket() -> Self {
        Self { n_layers: 4, vocabulary: 2048, context: 256, ..Self::pythia_14m() }
    }

    /// `D`: channels of a head.
    pub const fn head_width(&self) -> usize {
        self.width / self.n_heads
    }

    /// `R`: channels of a head that rotary positions turn.
    pub fn rotary_width(&self) -> usize {
        (self.head_width() as f32 * self.rotary_fraction) as usize
    }

    /// Weights of one block: two layer norms, four linear layers with biases.
    pub(super) const fn n_layer_weights(&self) -> usize {
        let (c, f) = (self.width, self.hidden);
        4 * c + (3 * c * c + 3 * c) + (c * c + c) + (f * c + f) + (c * f + c)
    }

    /// All weights outside the two tables of embeddings.
    pub const fn n_body_weights(&self) -> usize {
        self.n_layers * self.n_layer_weights() + 2 * self.width
    }

    /// All weights.
    pub const fn n_weights(&self) -> usize {
        self.n_body_weights() + 2 * self.vocabulary * self.width
    }

    /// `self`, if a model can have this shape.
    ///
    /// # Errors
    /// [`Error::Config`] with the first field that breaks a rule.
    pub fn checked(self) -> Result<Self, Error> {
        let broken = |field, found: f64, rule| Err(Error::Config { field, found, rule });
        let counts = [
            ("n_layers", self.n_layers),
            ("width", self.width),
            ("n_heads", self.n_heads),
            ("hidden", self.hidden),
            ("vocabulary", self.vocabulary),
            ("context", self.context),
        ];
        for (field, found) in counts {
            // So bounded, no product below overflows 64 bits.
            if !(1..=1 << 20).contains(&found) {
                return broken(field, found as f64, "it must be from 1 to 1048576");
            }
        }
        if !self.width.is_multiple_of(self.n_heads) {
            return broken("width", self.width as f64, "it must be a multiple of the number of heads");
        }
        if !(0.0..=1.0).contains(&self.rotary_fraction) || !self.rotary_width().is_multiple_of(2) {
            let rule = "it must be from 0 to 1 and leave an even number of channels of a head";
            return broken("rotary_fraction", self.rotary_fraction.into(), rule);
        }
        if !(self.rotary_base.is_finite() && self.rotary_base > 0.0) {
            return broken("rotary_base", self.rotary_base.into(), "it must be above 0 and finite");
        }
        if !(self.epsilon.is_finite() && self.epsilon > 0.0) {
            return broken("epsilon", self.epsilon.into(), "it must be above 0 and finite");
        }
        let [l, c, f, v] = [self.n_layers, self.width, self.hidden, self.vocabulary].map(|n| n as u64);
        let total = u128::from(l) * u128::from(4 * c * c + 2 * c * f) + u128::from(2 * v * c);
        if total > MOST_WEIGHTS as u128 {
            return broken("the number of weights", total as f64, "more than 268435456 do not fit a browser");
        }
        Ok(self)
    }
}
