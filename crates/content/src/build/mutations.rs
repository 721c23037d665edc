//! Damaged posts: whatever stands in a file, the build says something about it and goes on.

use super::post::tests::{Files, parse};
use super::{Drawing, Severity, link_posts, parse_config, sanitize_svg};

const POST: &str = "---\ntitle: What \"Good\" Means\ndescription: A description of a length that search engines show to readers.\n\
    date: 2026-03-08\ntags: [a, 'ü']\naliases:\n  - /old/\n---\nA $x_1$ paragraph, `code`, ü and \u{1d53c}.[^n]\n\n$$\n\\frac{a}{b}\n$$\n\n## Dials {#dials}\n\n\
    ![Knobs](d.svg)\nCaption.\n\n<details><summary>A &amp; b</summary>\n\n> - [b](#dials) <kbd id=\"key\">k</kbd>\n>   <abbr\n>   title='x'>y</abbr>\n\n</details>\n\n\
    | a | b |\n|--:|---|\n| 1 | <b>2</b> |\n\n```rust title=\"x\"\nfn f() {}\n```\n\n```lab moe-routing\n```\n\n> [!NOTE]\n> ~sub~ ^sup^\n\nword\n: meaning\n\n[^n]: Note.\n";

const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' class='chart' viewBox='0 0 9 9'><title>T ü</title><defs><marker id='m'/></defs>\
    <path class='ln' d='M1 2L3 4' marker-end='url(#m)'/><use href='#m'/><text x='1'>a<tspan>b</tspan></text></svg>";

const CONFIG: &str = include_str!("../../../../blog.toml");

/// Pieces that break things where they are put.
const SHARDS: [&str; 24] = [
    "<",
    ">",
    "</",
    "<b>",
    "</details>",
    "<!--",
    "-->",
    "\"",
    "'",
    "&",
    "&#x110000;",
    "---\n",
    "```",
    "$",
    "$$",
    "\n\n",
    "\0",
    "\u{feff}",
    "{#dials}",
    "[^n]",
    "![",
    "](",
    "<![CDATA[",
    "\r",
];

/// SplitMix64. Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", §4.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// One to four damages: a cut, a doubled piece, a changed byte, a shard.
fn damage(text: &str, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let start = random.below(bytes.len());
        let end = (start + random.below(40)).min(bytes.len());
        match random.below(4) {
            0 => drop(bytes.drain(start..end)),
            1 => {
                let piece = bytes[start..end].to_vec();
                let at = random.below(bytes.len());
                bytes.splice(at..at, piece);
            }
            2 if start < bytes.len() => bytes[start] = random.below(256) as u8,
            _ => {
                let shard = SHARDS[random.below(SHARDS.len())];
                bytes.splice(start..start, shard.bytes());
            }
        }
    }
    bytes
}

#[test]
fn the_whole_post_is_good() {
    let (post, found) = parse("x", POST.as_bytes(), Files(vec![("d.svg", SVG.into())]));
    assert_eq!(found, []);
    assert_eq!(link_posts(&mut [post.unwrap()]), []);
}

#[test]
fn no_damage_makes_a_panic() {
    let mut n_refused = 0;
    for seed in 0..500 {
        let (bytes, drawing) = (damage(POST, seed), damage(SVG, seed + 1_000_000));
        let (post, found) = parse("x", &bytes, Files(vec![("d.svg", drawing.clone())]));
        assert_eq!(post.is_none(), found.iter().any(|one| one.severity == Severity::Error), "seed {seed}");
        let text = String::from_utf8_lossy(&bytes);
        for one in &found {
            assert!(one.line >= 1 && one.column >= 1 && one.span.start <= one.span.end, "seed {seed}: {one}");
            assert!(!one.render_excerpt(&text).is_empty());
        }
        n_refused += usize::from(post.is_none());
        if let Some(post) = post {
            link_posts(&mut [post]);
        }
        sanitize_svg("d.svg", &drawing, Drawing::Plate { prefix: "p" });
        parse_config("blog.toml", &damage(CONFIG, seed));
    }
    assert!((100..500).contains(&n_refused), "the damage is neither harmless nor always deadly: {n_refused}");
}
