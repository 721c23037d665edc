//! Related posts: which others are about the same.
//!
//! Two posts are as near as the cosine of their tf–idf vectors, `w(t, d) = (1 + ln tf) · ln(N / df)`, plus
//! [`TAGS_WEIGHT`] times what their tags share, `Σ idf(shared) / Σ idf(either)`. Both are dimensionless, 0 to 1.
//! Source: Manning, Raghavan and Schütze, "Introduction to Information Retrieval" (2008), §6.2 and §6.3 for weights and
//! cosine; §7.1.2, "Index elimination", for what follows.
//!
//! No post is compared with every other one. An inverted index holds, of each post, only its [`KEPT`] heaviest words, and
//! of each word only those that at most [`MOST_POSTS`] posts keep; so a post meets at most `KEPT · MOST_POSTS` entries,
//! and all posts together a number that grows as they do. A tag that thousands share finds nobody by itself: of each tag
//! only the [`BESIDE`] posts before and after in time are looked at.

use crate::build::Post;
use crate::render::plain_text;
use crate::slug::slugify;
use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasherDefault, Hasher},
};

/// How many related posts a page names.
pub const MOST_RELATED: usize = 3;
/// What shared tags weigh beside shared words.
const TAGS_WEIGHT: f64 = 0.25;
/// Words by which a post is found.
const KEPT: usize = 32;
/// Posts that a word may find; a word of more says too little.
const MOST_POSTS: usize = 128;
/// Posts of a tag that are looked at, in either direction of time.
const BESIDE: usize = 8;
/// Posts without a common tag must share so much of their words to be related.
const LEAST_COSINE: f64 = 0.05;
/// Shorter words are the language's, not the subject's.
const LEAST_LETTERS: usize = 3;

/// The words of a post, each as a hash with the times that it occurs, in the order of the hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<(u64, u32)>);

impl Words {
    /// Counts the words of the title, the description and the text; code and formulas are left out.
    pub fn of(post: &Post) -> Self {
        Self::count(&[&post.meta.title, "\n", &post.meta.description, "\n", &plain_text(&post.markdown)].concat())
    }

    fn count(text: &str) -> Self {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let mut hashes: Vec<u64> = words.filter_map(hash).collect();
        hashes.sort_unstable();
        let mut counted: Vec<(u64, u32)> = Vec::new();
        for hash in hashes {
            match counted.last_mut() {
                Some((last, n)) if *last == hash => *n += 1,
                _ => counted.push((hash, 1)),
            }
        }
        Self(counted)
    }
}

/// FNV-1a over the small letters of a word, a plural's `s` left out; nothing for what is no word.
/// Source: Fowler, Noll and Vo, RFC 9923. Two words of one hash would be taken for one, which among the 10⁵ or so words
/// of a large blog has a chance of about 10⁵ · 10⁵ / 2 / 2⁶⁴ < 10⁻⁹.
fn hash(word: &str) -> Option<u64> {
    let stem = word.strip_suffix(['s', 'S']).filter(|stem| stem.len() > LEAST_LETTERS && !stem.ends_with(['s', 'S']));
    let word = stem.unwrap_or(word);
    let is_word = word.chars().take(LEAST_LETTERS).count() == LEAST_LETTERS && word.starts_with(char::is_alphabetic);
    let mut bytes = [0; 4];
    is_word.then(|| {
        word.chars().flat_map(char::to_lowercase).fold(0xcbf2_9ce4_8422_2325, |hash, letter| {
            letter
                .encode_utf8(&mut bytes)
                .bytes()
                .fold(hash, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
        })
    })
}

/// A table by the hashes of words, which need not be hashed again; `AsItIs` also takes numbers of posts.
type ByWord<T> = HashMap<u64, T, BuildHasherDefault<AsItIs>>;

#[derive(Clone, Copy, Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Never asked for: a table by `u64` writes that alone.
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    /// Numbers in a row are spread over the table by the golden ratio. Source: Knuth, "The Art of Computer
    /// Programming", vol. 3 (2nd ed. 1998), §6.4, "multiplicative hashing".
    fn write_usize(&mut self, n: usize) {
        self.0 = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// All posts, ready to be asked.
pub struct Related<'p> {
    posts: &'p [Post],
    /// Of each post the words by which it is found, with their weights, of a vector of length 1.
    kept: Vec<Vec<(u64, f64)>>,
    /// Word → the posts that keep it, with its weight there.
    by_word: ByWord<Vec<(usize, f64)>>,
    /// Numbers of each post's tags, in the order of their slugs.
    tags: Vec<Vec<usize>>,
    /// Of each tag its posts, in the order given.
    by_tag: Vec<Vec<usize>>,
    /// Of each tag, how little it is used.
    tag_weights: Vec<f64>,
}

/// How many posts have a word, and what it weighs in each: `ln(N / df)`.
type Rarity = (u32, f64);

impl<'p> Related<'p> {
    /// Takes posts newest first, and the words of each.
    pub fn new(posts: &'p [Post], words: &[Words]) -> Self {
        let mut rarities = ByWord::<Rarity>::default();
        for (word, _) in words.iter().flat_map(|words| &words.0) {
            rarities.entry(*word).or_default().0 += 1;
        }
        for (n_posts, weight) in rarities.values_mut() {
            *weight = (posts.len() as f64 / f64::from(*n_posts)).ln();
        }
        let kept: Vec<_> = words.iter().map(|words| heaviest(words, &rarities)).collect();
        let mut by_word = ByWord::<Vec<(usize, f64)>>::default();
        for (post_idx, words) in kept.iter().enumerate() {
            for (word, weight) in words {
                by_word.entry(*word).or_default().push((post_idx, *weight));
            }
        }
        let slugs: Vec<BTreeSet<String>> =
            posts.iter().map(|post| post.meta.tags.iter().map(|tag| slugify(tag)).collect()).collect();
        let all: BTreeSet<&String> = slugs.iter().flatten().collect();
        let numbers: HashMap<&String, usize> = all.into_iter().zip(0..).collect();
        let tags: Vec<Vec<usize>> =
            slugs.iter().map(|slugs| slugs.iter().filter_map(|slug| numbers.get(slug).copied()).collect()).collect();
        let mut by_tag = vec![Vec::new(); numbers.len()];
        for (post_idx, tags) in tags.iter().enumerate() {
            tags.iter().for_each(|tag| by_tag[*tag].push(post_idx));
        }
        let tag_weights = by_tag.iter().map(|own| (1.0 + posts.len() as f64 / own.len() as f64).ln()).collect();
        Self { posts, kept, by_word, tags, by_tag, tag_weights }
    }

    /// The posts nearest to one, by their indices, the nearest first; at most [`MOST_RELATED`]. Parts of its own series
    /// are left out, since the page names them anyway. Of equally near ones those nearer in time come first.
    pub fn of(&self, post_idx: usize) -> Vec<usize> {
        let mut cosines: HashMap<usize, f64, BuildHasherDefault<AsItIs>> = HashMap::default();
        let mut meet = |idx: usize, product: f64| *cosines.entry(idx).or_default() += product;
        for (word, weight) in &self.kept[post_idx] {
            for (other_idx, other) in self.by_word.get(word).into_iter().flatten() {
                meet(*other_idx, weight * other);
            }
        }
        for posts in self.tags[post_idx].iter().map(|tag| &self.by_tag[*tag]) {
            let at = posts.partition_point(|idx| *idx < post_idx);
            posts[at.saturating_sub(BESIDE)..posts.len().min(at + 1 + BESIDE)].iter().for_each(|idx| meet(*idx, 0.0));
        }
        let series = |idx: usize| self.posts[idx].series.as_ref().map(|(name, _)| slugify(name));
        let own = series(post_idx);
        let is_other = |idx: usize| idx != post_idx && (own.is_none() || series(idx) != own);
        let mut near: Vec<(f64, usize, usize)> = Vec::with_capacity(MOST_RELATED + 1);
        for (idx, cosine) in cosines {
            // Most are out of the running whatever their tags are.
            let is_hopeless = near.get(MOST_RELATED - 1).is_some_and(|last| cosine + TAGS_WEIGHT < last.0);
            if is_hopeless || !is_other(idx) {
                continue;
            }
            let shared = self.shared_tags(post_idx, idx);
            if shared > 0.0 || cosine >= LEAST_COSINE {
                let one = (cosine + TAGS_WEIGHT * shared, idx.abs_diff(post_idx), idx);
                let is_nearer =
                    |a: &(f64, usize, usize)| a.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(a.1, a.2))).is_gt();
                near.insert(near.partition_point(is_nearer), one);
                near.truncate(MOST_RELATED);
            }
        }
        near.into_iter().map(|(_, _, idx)| idx).collect()
    }

    /// What the tags of two posts share, each weighed by how few posts have it: 0 for nothing, 1 for all.
    fn shared_tags(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (&self.tags[one], &self.tags[other]);
        let sum = |tags: &mut dyn Iterator<Item = &usize>| tags.map(|tag| self.tag_weights[*tag]).sum::<f64>();
        let shared = sum(&mut one.iter().filter(|tag| other.contains(tag)));
        if shared > 0.0 { shared / (sum(&mut one.iter()) + sum(&mut other.iter()) - shared) } else { 0.0 }
    }
}

/// The words that tell a post from others and that others have too, the heaviest first, of a vector of length 1.
fn heaviest(words: &Words, rarities: &ByWord<Rarity>) -> Vec<(u64, f64)> {
    let mut length = 0.0;
    let mut kept: Vec<(u64, f64)> = Vec::new();
    for (word, n) in &words.0 {
        let (n_posts, rarity) = rarities.get(word).copied().unwrap_or_default();
        let often = if *n == 1 { 1.0 } else { 1.0 + f64::from(*n).ln() };
        let weight = often * rarity;
        length += weight * weight;
        if (2..=MOST_POSTS).contains(&(n_posts as usize)) && weight > 0.0 {
            kept.push((*word, weight));
        }
    }
    kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept.truncate(KEPT);
    let length = length.sqrt();
    kept.iter_mut().for_each(|(_, weight)| *weight /= length);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::PostMeta;

    fn post(slug: &str, tags: &[&str], text: &str) -> Post {
        let meta = PostMeta {
            slug: slug.into(),
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            ..PostMeta::default()
        };
        Post { meta, markdown: text.into(), ..Post::default() }
    }

    fn related(posts: &[Post], slug: &str) -> Vec<String> {
        let words: Vec<_> = posts.iter().map(Words::of).collect();
        let post_idx = posts.iter().position(|post| post.meta.slug == slug).unwrap();
        let found = Related::new(posts, &words).of(post_idx);
        found.into_iter().map(|idx| posts[idx].meta.slug.clone()).collect()
    }

    #[test]
    fn words_are_counted_without_case_and_plural() {
        let words = |text| Words::count(text);
        assert_eq!(words("Experts, expert EXPERT's"), words("expert expert expert"));
        assert_eq!(words("loss"), words("Loss"));
        assert_ne!(words("loss"), words("los"), "two s are no plural");
        assert_eq!(words("of 17 1st a"), Words::default());
        // FNV-1a 64 of "text", as in `publish`.
        assert_eq!(words("Texts").0, [(0xfa04_f4ef_1995_407e, 1)]);
    }

    #[test]
    fn rare_words_decide_and_common_ones_do_not() {
        let posts = [
            post("a", &[], "the router sends tokens to experts and the load is balanced"),
            post("b", &[], "the model and the data and the loss"),
            post("c", &[], "experts collapse where the router has no balanced load"),
            post("d", &[], "the minhash of the sets and their buckets"),
        ];
        assert_eq!(related(&posts, "a"), ["c"], "`the` is in all four and weighs nothing");
        assert_eq!(related(&posts, "d"), [""; 0], "nothing is near, and nothing is named");
    }

    #[test]
    fn tags_decide_between_equal_texts_and_rare_tags_more() {
        let posts = [
            post("a", &["models", "moe"], "one two three"),
            post("b", &["models"], "four five six"),
            post("c", &["models", "moe"], "seven eight nine"),
            post("d", &["hashing"], "ten eleven twelve"),
        ];
        assert_eq!(related(&posts, "a"), ["c", "b"]);
        assert_eq!(related(&posts, "d"), [""; 0]);
    }

    #[test]
    fn at_most_three_and_none_of_its_own_series() {
        let mut posts: Vec<_> = (0..9).map(|n| post(&format!("p{n}"), &["x"], "router experts balance")).collect();
        posts[3].series = Some(("Zero".into(), 0..0));
        posts[4].series = Some(("zero".into(), 0..0));
        assert_eq!(related(&posts, "p4"), ["p5", "p2", "p6"], "nearest in time first, without p3");
        posts[4].series = None;
        assert_eq!(related(&posts, "p4"), ["p3", "p5", "p2"], "two without a series are not one");
    }

    /// Of 4,000 posts of one tag and of words that all share, none meets more than a few: the lists are short.
    #[test]
    fn what_thousands_share_finds_nobody() {
        let posts: Vec<_> =
            (0..4000).map(|n| post(&format!("p{n}"), &["x"], &format!("common words here topic{}", n / 4))).collect();
        let words: Vec<_> = posts.iter().map(Words::of).collect();
        let related = Related::new(&posts, &words);
        assert_eq!(related.by_word.values().map(Vec::len).max(), Some(4));
        assert_eq!(related.of(2000), [2001, 2002, 2003], "its own topic's");
    }
}
