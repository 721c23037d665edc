//! What a post is worth for a term: BM25F, worked out by the build.
//!
//! Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", §3.6: the counts of a
//! term in the fields of a document, each by its field's weight and length, are summed before they saturate. The
//! weight of a rare term is Lucene's, ln(1 + (N − n + ½)/(n + ½)), which is never negative.

/// Where words stand, in the order in which weights are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The post's title.
    Title,
    /// Its tags.
    Tags,
    /// Its headings.
    Headings,
    /// Its description.
    Description,
    /// Its prose.
    Body,
}

impl Field {
    /// All.
    pub const ALL: [Self; 5] = [Self::Title, Self::Tags, Self::Headings, Self::Description, Self::Body];

    /// How much a word there counts beside one of the prose.
    pub const fn weight(self) -> f32 {
        match self {
            Self::Title => 12.0,
            Self::Tags => 6.0,
            Self::Headings => 4.0,
            Self::Description => 3.0,
            Self::Body => 1.0,
        }
    }

    /// How much a long text lowers the count: 0 not at all, 1 in proportion.
    const fn by_length(self) -> f32 {
        match self {
            Self::Body => 0.75,
            _ => 0.3,
        }
    }
}

/// Where the count of a term saturates: half of the most at this many.
const K1: f32 = 1.2;

/// How much the lengths of a document's fields lower its counts. `lengths` and `means` are in words.
pub fn by_length(lengths: [u32; 5], means: [f32; 5]) -> [f32; 5] {
    std::array::from_fn(|at| {
        let by_length = Field::ALL[at].by_length();
        let relative = if means[at] > 0.0 { lengths[at] as f32 / means[at] } else { 1.0 };
        1.0 - by_length + by_length * relative
    })
}

/// The sum of a term's counts in a document, each lowered [`by_length`].
pub fn frequency(counts: [u32; 5], by_length: [f32; 5]) -> f32 {
    let stands = Field::ALL.into_iter().enumerate().filter(|(at, _)| counts[*at] > 0);
    stands.map(|(at, field)| field.weight() * counts[at] as f32 / by_length[at]).sum()
}

/// What a term is worth that `n_with` of `n_all` documents have.
pub fn rarity(n_with: u32, n_all: u32) -> f32 {
    let (n_with, n_all) = (n_with as f32, n_all as f32);
    (1.0 + (n_all - n_with + 0.5) / (n_with + 0.5)).ln()
}

/// The score of a document for one term.
pub fn score(frequency: f32, rarity: f32) -> f32 {
    rarity * frequency / (K1 + frequency)
}

/// A score as a byte: 1 to 255 in proportion to the highest that any term can have, the [`rarity`] of one that stands in
/// a single document.
pub fn impact(score: f32, highest: f32) -> u8 {
    (score / highest * 255.0).ceil().clamp(1.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_and_titles_are_worth_more() {
        let means = [8.0, 3.0, 20.0, 25.0, 900.0];
        let lengths = [8, 3, 20, 25, 900];
        let once = |at: usize| {
            let mut counts = [0; 5];
            counts[at] = 1;
            frequency(counts, by_length(lengths, means))
        };
        // At the mean length a count is its field's weight.
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert!((once(at) - field.weight()).abs() < 1e-6, "{field:?}");
        }
        let long = frequency([0, 0, 0, 0, 1], by_length([8, 3, 20, 25, 1800], means));
        assert!((long - 1.0 / 1.75).abs() < 1e-6, "{long}");
        assert!(rarity(1, 1000) > rarity(10, 1000) && rarity(1000, 1000) > 0.0);
        // ln(1 + 990.5/10.5), worked out with Python's math.log.
        assert!((rarity(10, 1000) - 4.557_379_5).abs() < 1e-5, "{}", rarity(10, 1000));
        assert!((score(1.2, 2.0) - 1.0).abs() < 1e-6, "half of the most at K1");
    }

    #[test]
    fn a_score_fits_a_byte() {
        assert_eq!(impact(0.0, rarity(1, 10)), 1);
        assert_eq!(impact(rarity(1, 10), rarity(1, 10)), 255);
        assert_eq!(impact(1e9, rarity(1, 1)), 255);
    }
}
