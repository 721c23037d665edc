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
use crate::slug::slugify;
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap, HashSet},
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
pub struct Words {
    counted: Vec<(u64, u32)>,
    /// The number of each in a [`Vocabulary`].
    numbers: Vec<u32>,
}

impl Words {
    /// Counts the words of the title, the description and the text; code and formulas are left out.
    pub fn of(post: &Post) -> Self {
        Self::count(&[&post.meta.title, "\n", &post.meta.description, "\n", &post.text].concat())
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
        Self { counted, numbers: Vec::new() }
    }
}

/// FNV-1a over the small letters of a word, a plural's `s` left out; nothing for what is no word.
/// Source: Fowler, Noll and Vo, RFC 9923. Two words of one hash would be taken for one, which among the 10⁵ or so words
/// of a large blog has a chance of about 10⁵ · 10⁵ / 2 / 2⁶⁴ < 10⁻⁹.
fn hash(word: &str) -> Option<u64> {
    let stem = word.strip_suffix(['s', 'S']).filter(|stem| stem.len() > LEAST_LETTERS && !stem.ends_with(['s', 'S']));
    let word = stem.unwrap_or(word);
    let is_word = word.chars().take(LEAST_LETTERS).count() == LEAST_LETTERS && word.starts_with(char::is_alphabetic);
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let begin = 0xcbf2_9ce4_8422_2325;
    is_word.then(|| match word.is_ascii() {
        // As most are, and then no tables are asked.
        true => word.bytes().fold(begin, |hash, byte| add(hash, byte.to_ascii_lowercase())),
        false => {
            let mut bytes = [0; 4];
            let letters = word.chars().flat_map(char::to_lowercase);
            letters.fold(begin, |hash, letter| letter.encode_utf8(&mut bytes).bytes().fold(hash, add))
        }
    })
}

/// A hash of what is one already.
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
}

/// Numbers for the words of many posts, in the order in which they were first met. No result depends on that order.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    numbers: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
}

impl Vocabulary {
    /// Numbers the words of a post.
    pub fn number(&mut self, words: &mut Words) {
        let number = |(hash, _): &(u64, u32)| {
            let n_known = self.numbers.len() as u32;
            *self.numbers.entry(*hash).or_insert(n_known)
        };
        words.numbers = words.counted.iter().map(number).collect();
    }
}

/// How rare each word is among all posts.
#[derive(Clone, Debug)]
pub struct Rarities {
    /// By the word's number: how many posts have it, and `ln(N / df)`.
    of: Vec<(u32, f64)>,
}

/// The words by which a post is found, by their numbers, with their weights, of a vector of length 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept(Vec<(u32, f64)>);

impl Rarities {
    /// Of the words of all posts, numbered by this vocabulary.
    pub fn new(vocabulary: &Vocabulary, words: &[Words]) -> Self {
        let mut of = vec![(0_u32, 0.0); vocabulary.numbers.len()];
        for number in words.iter().flat_map(|words| &words.numbers) {
            of[*number as usize].0 += 1;
        }
        for (n_posts, weight) in &mut of {
            *weight = (words.len() as f64 / f64::from((*n_posts).max(1))).ln();
        }
        Self { of }
    }

    /// The words that tell a post from others and that others have too, the heaviest first.
    pub fn kept(&self, words: &Words) -> Kept {
        let mut length = 0.0;
        // With the hash, which parts what weighs the same.
        let mut kept: Vec<(f64, u64, u32)> = Vec::new();
        for ((hash, n), number) in words.counted.iter().zip(&words.numbers) {
            let (n_posts, rarity) = self.of[*number as usize];
            let often = if *n == 1 { 1.0 } else { 1.0 + f64::from(*n).ln() };
            let weight = often * rarity;
            length += weight * weight;
            if (2..=MOST_POSTS).contains(&(n_posts as usize)) && weight > 0.0 {
                kept.push((weight, *hash, *number));
            }
        }
        let heaviest = |a: &(f64, u64, u32), b: &(f64, u64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if kept.len() > KEPT {
            kept.select_nth_unstable_by(KEPT, heaviest);
            kept.truncate(KEPT);
        }
        kept.sort_unstable_by(heaviest);
        let length = length.sqrt();
        Kept(kept.into_iter().map(|(weight, _, number)| (number, weight / length)).collect())
    }
}

/// All posts, ready to be asked.
pub struct Related<'p> {
    posts: &'p [Post],
    kept: &'p [Kept],
    /// By the word's number, the posts that keep it, with its weight there.
    by_word: Vec<Vec<(u32, f64)>>,
    /// Numbers of each post's tags, in the order of their slugs.
    tags: Vec<Vec<usize>>,
    /// Of each tag its posts, in the order given.
    by_tag: Vec<Vec<usize>>,
    /// Of each tag, how little it is used.
    tag_weights: Vec<f64>,
}

/// What was found for a set of posts, so that for another, mostly the same, little has to be looked up anew.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Of each post what decides whom its tags lead to.
    marks: Vec<(String, Vec<String>, Option<String>)>,
    kept: Vec<Kept>,
    near: Vec<Vec<usize>>,
}

impl Found {
    /// Takes posts, what each keeps, and what [`Related::of`] told of each, all in one order. Words must have the same
    /// numbers each time.
    pub fn new(posts: &[Post], kept: Vec<Kept>, near: Vec<Vec<usize>>) -> Self {
        Self { marks: posts.iter().map(mark).collect(), kept, near }
    }

    /// What is known of each of these posts. Nothing of one that may meet a post which keeps something else than before,
    /// and of none where posts, their order, tags or series are others.
    pub fn known(&self, posts: &[Post], kept: &[Kept]) -> Vec<Option<&Vec<usize>>> {
        let is_same =
            self.marks.len() == posts.len() && self.marks.iter().zip(posts).all(|(known, post)| *known == mark(post));
        if !is_same {
            return vec![None; posts.len()];
        }
        let changed = self.kept.iter().zip(kept).filter(|(before, now)| before != now);
        let words: HashSet<u32> =
            changed.flat_map(|(before, now)| before.0.iter().chain(&now.0)).map(|(word, _)| *word).collect();
        let meets = |kept: &Kept| kept.0.iter().any(|(word, _)| words.contains(word));
        let known = self.near.iter().zip(&self.kept).zip(kept);
        known.map(|((near, before), now)| (before == now && !meets(now)).then_some(near)).collect()
    }
}

fn mark(post: &Post) -> (String, Vec<String>, Option<String>) {
    (post.meta.slug.clone(), post.meta.tags.clone(), post.series.as_ref().map(|(name, _)| name.clone()))
}

/// What a post has in [`SUMS`] that was not met; weights are positive, and so are sums.
const UNMET: f64 = -1.0;

thread_local! {
    /// Of each post the sum of a question's products, all [`UNMET`] between questions: so none begins with a table as
    /// long as the blog.
    static SUMS: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

impl<'p> Related<'p> {
    /// Takes posts newest first, and the words that each keeps.
    pub fn new(posts: &'p [Post], kept: &'p [Kept]) -> Self {
        let n_words = kept.iter().flat_map(|kept| &kept.0).map(|(word, _)| word + 1).max().unwrap_or(0);
        let mut by_word = vec![Vec::new(); n_words as usize];
        for (kept, post) in kept.iter().zip(0..) {
            for (word, weight) in &kept.0 {
                by_word[*word as usize].push((post, *weight));
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
        SUMS.with_borrow_mut(|sums| {
            let met = self.meet(post_idx, sums);
            let near = self.nearest(post_idx, met.iter().map(|idx| (*idx, sums[*idx])));
            met.into_iter().for_each(|idx| sums[idx] = UNMET);
            near
        })
    }

    /// Adds to the sums of all posts that this one meets; tells which these are, each once.
    fn meet(&self, post_idx: usize, sums: &mut Vec<f64>) -> Vec<usize> {
        sums.resize(sums.len().max(self.posts.len()), UNMET);
        let mut met = Vec::new();
        let mut meet = |idx: usize, product: f64| {
            if sums[idx] == UNMET {
                met.push(idx);
                sums[idx] = 0.0;
            }
            sums[idx] += product;
        };
        for (word, weight) in &self.kept[post_idx].0 {
            for (other, other_weight) in &self.by_word[*word as usize] {
                meet(*other as usize, weight * other_weight);
            }
        }
        for posts in self.tags[post_idx].iter().map(|tag| &self.by_tag[*tag]) {
            let at = posts.partition_point(|idx| *idx < post_idx);
            posts[at.saturating_sub(BESIDE)..posts.len().min(at + 1 + BESIDE)].iter().for_each(|idx| meet(*idx, 0.0));
        }
        met
    }

    /// The nearest of these, each with its cosine.
    fn nearest(&self, post_idx: usize, cosines: impl Iterator<Item = (usize, f64)>) -> Vec<usize> {
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
        Post { meta, text: text.into(), ..Post::default() }
    }

    fn kept(posts: &[Post]) -> Vec<Kept> {
        kept_by(&mut Vocabulary::default(), posts)
    }

    fn kept_by(vocabulary: &mut Vocabulary, posts: &[Post]) -> Vec<Kept> {
        let mut words: Vec<_> = posts.iter().map(Words::of).collect();
        words.iter_mut().for_each(|words| vocabulary.number(words));
        let rarities = Rarities::new(vocabulary, &words);
        words.iter().map(|words| rarities.kept(words)).collect()
    }

    fn related(posts: &[Post], slug: &str) -> Vec<String> {
        let post_idx = posts.iter().position(|post| post.meta.slug == slug).unwrap();
        let found = Related::new(posts, &kept(posts)).of(post_idx);
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
        assert_eq!(words("Texts").counted, [(0xfa04_f4ef_1995_407e, 1)]);
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

    #[test]
    fn what_is_known_stays_known_where_nothing_near_has_changed() {
        let text = |n: usize| format!("topic{} subject{}", n / 3, n / 6);
        let of = |texts: &[String]| -> Vec<Post> {
            texts.iter().enumerate().map(|(n, text)| post(&format!("p{n}"), &[], text)).collect()
        };
        let mut texts: Vec<String> = (0..30).map(text).collect();
        let posts = of(&texts);
        let all = |posts: &[Post]| -> Vec<Vec<usize>> {
            let kept = kept(posts);
            let related = Related::new(posts, &kept);
            (0..posts.len()).map(|idx| related.of(idx)).collect()
        };
        let mut vocabulary = Vocabulary::default();
        let mut kept = |posts: &[Post]| kept_by(&mut vocabulary, posts);
        let found = Found::new(&posts, kept(&posts), all(&posts));
        assert!(found.known(&posts, &kept(&posts)).iter().all(Option::is_some));
        // Words that are counted as often as before, elsewhere: what others weigh is as it was.
        texts.swap(7, 20);
        let changed = of(&texts);
        let known = found.known(&changed, &kept(&changed));
        for (idx, (known, near)) in known.iter().zip(all(&changed)).enumerate() {
            let is_near = [6..12, 18..24].iter().any(|near| near.contains(&idx));
            assert_eq!(known.is_none(), is_near, "{idx}");
            assert!(known.is_none_or(|known| *known == near), "{idx}");
        }
        let fewer = &changed[..29];
        assert!(found.known(fewer, &kept(fewer)).iter().all(Option::is_none));
        let mut tagged = posts.clone();
        tagged[0].meta.tags.push("x".into());
        assert!(found.known(&tagged, &kept(&tagged)).iter().all(Option::is_none));
    }

    /// Of 4,000 posts of one tag and of words that all share, none meets more than a few: the lists are short.
    #[test]
    fn what_thousands_share_finds_nobody() {
        let posts: Vec<_> =
            (0..4000).map(|n| post(&format!("p{n}"), &["x"], &format!("common words here topic{}", n / 4))).collect();
        let kept = kept(&posts);
        let related = Related::new(&posts, &kept);
        assert_eq!(related.by_word.iter().map(Vec::len).max(), Some(4));
        assert_eq!(related.of(2000), [2001, 2002, 2003], "its own topic's");
    }
}
