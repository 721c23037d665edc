//! The corpus' words: sentences of a small grammar, with rare words as real texts have them.

use super::chance::Chance;

/// How many rare words there are. A real blog's vocabulary goes on growing; so does this one's.
const N_RARE: f64 = 60_000.0;

const NOUNS: &[&str] = &[
    "gradient",
    "kernel",
    "router",
    "token",
    "vector",
    "matrix",
    "layer",
    "ranking",
    "prior",
    "posterior",
    "sample",
    "batch",
    "schedule",
    "optimizer",
    "reward",
    "policy",
    "critic",
    "cache",
    "query",
    "key",
    "value",
    "embedding",
    "index",
    "catalogue",
    "session",
    "rating",
    "factor",
    "residual",
    "norm",
    "bound",
    "proof",
    "estimate",
    "variance",
    "bias",
    "loss",
    "curve",
    "plateau",
    "step",
    "threshold",
    "mask",
    "window",
    "head",
    "block",
    "tensor",
    "shard",
    "buffer",
    "stream",
    "graph",
    "node",
    "edge",
    "path",
    "tree",
    "hash",
    "bucket",
    "sketch",
    "filter",
    "feature",
    "label",
    "margin",
    "budget",
    "horizon",
    "episode",
    "trace",
    "lattice",
    "corpus",
    "vocabulary",
    "segment",
    "slope",
];

const PLURALS: &[&str] = &[
    "gradients",
    "experts",
    "tokens",
    "rankings",
    "samples",
    "batches",
    "rewards",
    "policies",
    "queries",
    "embeddings",
    "ratings",
    "factors",
    "norms",
    "bounds",
    "estimates",
    "losses",
    "steps",
    "masks",
    "heads",
    "tensors",
    "shards",
    "graphs",
    "paths",
    "buckets",
    "sketches",
    "features",
    "labels",
    "margins",
    "episodes",
    "traces",
    "weights",
];

const ADJECTIVES: &[&str] = &[
    "sparse", "dense", "slow", "quick", "stable", "noisy", "smooth", "convex", "shallow", "deep", "frozen", "shared",
    "causal", "local", "global", "exact", "biased", "greedy", "lazy", "robust", "tied", "gated", "learned", "sampled",
    "pruned", "scaled", "hidden", "linear", "cyclic", "warm", "cold", "heavy", "light", "narrow", "wide", "recent",
];

const VERBS: &[&str] = &[
    "bounds",
    "follows",
    "shifts",
    "limits",
    "explains",
    "replaces",
    "averages",
    "repeats",
    "reorders",
    "compresses",
    "predicts",
    "scales",
    "flattens",
    "sharpens",
    "delays",
    "splits",
    "joins",
    "samples",
    "measures",
    "corrects",
    "absorbs",
    "forgets",
    "mirrors",
    "outweighs",
    "precedes",
    "governs",
];

const SENTENCES: &[&str] = &[
    "The @a @n @v the @n of every @n, which the @r alone never does.",
    "A @n that is @a @v its @n, and the @p that remain tell little about the @r.",
    "Once the @n is @a, each @n @v the next, so that @p come in the order of the @n.",
    "What the @n @v is a matter of the @r, as long as the @p are @a.",
    "Nothing in the @n asks for a @a @n; it is the @r that @v it.",
    "For a reader the difference is small: the @a @n @v the @n, and the @r hides the rest.",
    "With fewer @p the @n @v more of the @n than a @a @n would.",
    "It pays to look at the @n before the @r, since a @a @n @v whatever comes behind it.",
    "The @p of a @a @n add up, but the @n of the @r @v only one of them.",
    "Where the @n ends, the @r begins, and the @a @n @v both.",
    "Two @p with the same @n need not share a @r; the @a one @v the other.",
    "In practice the @r @v the @n long before the @p are @a.",
    "A @a @n is cheap to keep, and it @v the @n as often as the @p change.",
    "This holds for the @n and for the @r, yet not for @p that are @a.",
    "If the @n were @a, the @r would follow from the @n by itself.",
    "The @n @v the @r in the first @p and loses it in the last, @a ones.",
    "Every @n has a @a side, on which the @r @v the @n without @p.",
    "From here on the @n means the @a one, and its @r is that of all @p.",
];

const SYLLABLES: &[&str] = &[
    "ba", "be", "bi", "bo", "da", "de", "di", "do", "fa", "fe", "fi", "ga", "ge", "ka", "ke", "ki", "ko", "la", "le",
    "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "pi", "po", "ra", "re", "ri", "ro", "sa",
    "se", "si", "so", "ta", "te", "ti", "to", "va", "ve", "vi", "zo", "zu",
];

/// A sentence.
pub fn sentence(chance: &mut Chance) -> String {
    let pattern = chance.one(SENTENCES);
    fill(pattern, chance)
}

/// The pattern with every `@` and the letter behind it replaced: `n` noun, `p` plural, `a` adjective, `v` verb, `r`
/// rare word, `x` Latin and `g` Greek letter, `k` digit, `c` number, `i` name in a program.
pub fn fill(pattern: &str, chance: &mut Chance) -> String {
    const LETTERS: &[&str] = &["x", "y", "z", "u", "v", "w", "q", "h", "s", "t", "p", "r"];
    const GREEK: &[&str] = &[r"\alpha", r"\beta", r"\gamma", r"\lambda", r"\mu", r"\theta", r"\sigma", r"\eta"];
    let mut filled = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('@') {
        filled.push_str(before);
        match after.chars().next() {
            Some('n') => filled.push_str(chance.one(NOUNS)),
            Some('p') => filled.push_str(chance.one(PLURALS)),
            Some('a') => filled.push_str(chance.one(ADJECTIVES)),
            Some('v') => filled.push_str(chance.one(VERBS)),
            Some('r') => filled.push_str(&rare(chance)),
            Some('x') => filled.push_str(chance.one(LETTERS)),
            Some('g') => filled.push_str(chance.one(GREEK)),
            Some('k') => filled.push_str(&(1 + chance.below(9)).to_string()),
            Some('c') => filled.push_str(&(10 + chance.below(990)).to_string()),
            Some('i') => filled.push_str(&format!("{}_{}", chance.one(ADJECTIVES), chance.one(NOUNS))),
            _ => filled.push('@'),
        }
        rest = after.get(1..).unwrap_or_default();
    }
    filled.push_str(rest);
    filled
}

/// A word whose rank is as likely as one divided by it. Source: Zipf's law, exponent 1.
fn rare(chance: &mut Chance) -> String {
    // Between 1 and `N_RARE`, far below what a pointer counts.
    let mut rank = N_RARE.powf(chance.unit()) as usize + SYLLABLES.len();
    let mut word = String::new();
    while rank > 0 {
        word.push_str(SYLLABLES.get(rank % SYLLABLES.len()).copied().unwrap_or_default());
        rank /= SYLLABLES.len();
    }
    word
}

/// Three tags of forty, the first ones oftenest.
pub fn tags(chance: &mut Chance) -> [String; 3] {
    let mut tags = [const { String::new() }; 3];
    for tag_idx in 0..tags.len() {
        let fresh = loop {
            let number = (chance.unit() * chance.unit() * 40.0) as usize;
            let name = format!("{} {}", ADJECTIVES[number % 8], PLURALS[number % PLURALS.len()]);
            if !tags.contains(&name) {
                break name;
            }
        };
        tags[tag_idx] = fresh;
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_place_of_a_pattern_is_filled() {
        let mut chance = Chance::of(1, 1);
        for pattern in SENTENCES {
            let filled = fill(pattern, &mut chance);
            assert!(!filled.contains('@') && filled.ends_with('.'), "{filled}");
        }
        assert_eq!(fill("a@", &mut chance), "a@");
    }

    #[test]
    fn rare_words_are_many_and_few_of_them_frequent() {
        let mut chance = Chance::of(1, 2);
        let words: Vec<String> = (0..10_000).map(|_| rare(&mut chance)).collect();
        let distinct = words.iter().collect::<BTreeSet<_>>().len();
        assert!((3_000..6_000).contains(&distinct), "{distinct} distinct words");
    }

    #[test]
    fn the_three_tags_differ() {
        for post_idx in 0..200 {
            let tags = tags(&mut Chance::of(3, post_idx));
            assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), 3);
        }
    }
}
