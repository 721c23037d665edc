//! The worked numbers of "DualPath: Breaking the Storage Bandwidth Bottleneck in Agentic LLM Inference".
use super::{Article, near};

const SLUG: &str = "dualpath";
/// Bytes a second of one network card.
const CARD: f64 = 50e9;
/// The article's assumed operations a second of a prefill node.
const NODE: f64 = 3.2e15;

/// The cache of one token: 512 one-byte numbers, 16 bytes of scales and 64 two-byte numbers in 61 layers.
fn bytes_per_token() -> f64 {
    (512.0 + 16.0 + 128.0) * 61.0
}

/// Operations of one new token for (parameters, attention, index) behind `context` cached ones.
fn operations(context: f64) -> [f64; 3] {
    [2.0 * 37e9, 61.0 * 2.0 * 2048.0 * (576.0 + 512.0) * 128.0, 61.0 * 2.0 * 64.0 * 128.0 * context]
}

fn read_seconds(context: f64) -> f64 {
    bytes_per_token() * context / CARD
}

fn compute_seconds(context: f64, append: f64) -> f64 {
    append * operations(context).iter().sum::<f64>() / NODE
}

#[test]
fn one_turn_by_hand() {
    let article = Article::read(SLUG);
    near(bytes_per_token(), 40_016.0, 0.0);
    article.says(
        "The turn must read $32{,}721 \\times 40{,}016 = 1.309 \\times 10^9$ bytes.",
        &[(bytes_per_token() * 32_721.0 / 1e9, "1.309")],
    );
    near(read_seconds(32_721.0), 0.0261872707, 1e-9);
    article.says(
        "A node with one storage card of 400 Gbit/s reads 50 GB/s, so this takes 26.2 ms.",
        &[(read_seconds(32_721.0) * 1e3, "26.2"), (400.0 / 8.0, "50")],
    );
    let [_, attention, index] = operations(32_721.0);
    article.says("A new token costs $2 \\times 37 \\times 10^9$ operations for the active parameters, $34.8 \\times 10^9$ for attention over the 2,048 selected tokens and $32.7 \\times 10^9$ for the index over all 32,721 tokens; the [playbook](../deepseek-playbook/index.md#dsa-cost) derives the last two.", &[
        (attention / 1e9, "34.8"),
        (index / 1e9, "32.7"),
    ]);
    let total: f64 = operations(32_721.0).iter().sum();
    article.says(
        "That makes 141.5 billion operations, and $60.7 \\times 10^{12}$ for the 429 tokens of the turn.",
        &[(total / 1e9, "141.5"), (429.0 * total / 1e12, "60.7")],
    );
    article.says("Then the work takes 19.0 ms.", &[(compute_seconds(32_721.0, 429.0) * 1e3, "19.0")]);
    near(8.0 * 400e12, NODE, 0.0);
    article.says("The keys of the index are left out, as they seem to be in the paper: in this way one gets 21.6 GB for each $10^{15}$ operations, and the paper says about 22.", &[(
        bytes_per_token() * 32_721.0 / 1e9 / (429.0 * total / 1e15),
        "21.6",
    )]);
}

#[test]
fn hit_rates_of_the_traces() {
    let article = Article::read(SLUG);
    for (row, context, append, rate) in [
        ("| up to 32K | 60 | 17,183 | 608 | 148 | 96.6 % |", 17_183.0, 608.0, "96.6"),
        ("| up to 48K | 106 | 25,120 | 474 | 172 | 98.1 % |", 25_120.0, 474.0, "98.1"),
        ("| up to 64K | 157 | 32,721 | 429 | 176 | 98.7 % |", 32_721.0, 429.0, "98.7"),
    ] {
        article.says(row, &[(100.0 * context / (context + append), rate)]);
    }
}

#[test]
fn gain_and_its_ceilings() {
    let article = Article::read(SLUG);
    let (read, compute) = (read_seconds(32_721.0), compute_seconds(32_721.0, 429.0));
    near(2.0 / read, 76.3729837, 1e-6);
    near(6.0 / read, 229.1189511, 1e-6);
    near(2.0 / compute, 105.4319108, 1e-6);
    article.says("With $P = 2$, $D = 4$ and the turn above, one path allows $2/0.02619 = 76.4$ requests a second, two paths would allow 229.1, and computing allows 105.4.", &[
        (read, "0.02619"),
        (2.0 / read, "76.4"),
        (6.0 / read, "229.1"),
        (2.0 / compute, "105.4"),
    ]);
    article.says(
        "So the gain is $105.4/76.4 = 1.38$, far below the ceiling of 3.",
        &[(read / compute, "1.38"), (6.0 / 2.0, "3")],
    );
    let appended = |gain: f64| read / (compute / 429.0) / gain;
    for (gain, text) in [(3.0, "197"), (2.0, "296"), (1.0, "592")] {
        article.says(
            "At one to two the line stays at 3 up to 197 tokens, at one to one at 2 up to 296 tokens. Both then fall along the same curve to 1 at 592 tokens.",
            &[(appended(gain), text)],
        );
    }
    let needed = 429.0 * operations(32_721.0).iter().sum::<f64>() / (read / 1.87);
    article.says("$t_s/t_c = 1.87$ with $t_s = 26.19$ ms gives $t_c = 14.0$ ms, so $60.7 \\times 10^{12} / 0.0140 = 4.33 \\times 10^{15}$ operations a second, 542 trillion for each accelerator.", &[
        (read * 1e3, "26.19"),
        (read / 1.87 * 1e3, "14.0"),
        (needed / 1e15, "4.33"),
        (needed / 8.0 / 1e12, "542"),
    ]);
}

/// Loads of (prefill out, prefill in, decode out, decode in, decode memory), where 1 is full, by adding
/// up the streams; `memory` is the decode node's memory in units of one compute card.
fn loads(prefill: f64, decode: f64, cards: f64, storage: f64, memory: f64) -> [f64; 5] {
    let own = storage / cards;
    let to_decode = (prefill + decode) * storage / (decode * cards);
    [
        own + own,
        own + decode * storage / (prefill * cards),
        own + to_decode,
        prefill * storage / (decode * cards) + to_decode,
        (2.0 * storage + prefill / decode * storage + (prefill + decode) / decode * storage) / memory,
    ]
}

fn band(cards: f64, storage: f64, memory: f64) -> (f64, f64) {
    let upper =
        [(cards - 2.0 * storage) / storage, (cards - storage) / (2.0 * storage), (memory / storage - 3.0) / 2.0];
    (storage / (cards - storage), upper.into_iter().fold(f64::INFINITY, f64::min))
}

#[test]
fn loads_of_cards_and_the_band() {
    let article = Article::read(SLUG);
    let load = loads(2.0, 4.0, 8.0, 1.0, 10.0);
    article.says("At two prefill and four decode nodes the loads are 0.25 and 0.375 for the prefill cards, 0.3125 and 0.25 for the decode cards, and the decode memory carries 200 of 500 GB/s.", &[
        (load[0], "0.25"),
        (load[1], "0.375"),
        (load[2], "0.3125"),
        (load[3], "0.25"),
        (load[4] * 500.0, "200"),
    ]);
    let (lower, upper) = band(8.0, 1.0, 10.0);
    near(lower, 1.0 / 7.0, 1e-12);
    near(upper, 3.5, 1e-12);
    // At the ends of the band the fullest resource is just full.
    let fullest = |ratio: f64, cards, memory| loads(ratio, 1.0, cards, 1.0, memory).into_iter().fold(0.0, f64::max);
    near(fullest(lower, 8.0, 10.0), 1.0, 1e-12);
    near(fullest(upper, 8.0, 10.0), 1.0, 1e-12);
    article.says("For its machines, $g = 8$, $s = 1$, $B = 50$ GB/s and about $M = 500$ GB/s, the band runs from $1/7$ to $7/2$: wide enough for any ratio one would run.", &[]);

    let (lower, upper) = band(4.0, 1.0, 8.0);
    near(fullest(lower, 4.0, 8.0), 1.0, 1e-12);
    near(fullest(upper, 4.0, 8.0), 1.0, 1e-12);
    near(loads(upper, 1.0, 4.0, 1.0, 8.0)[3], 1.0, 1e-12);
    article.says("The lower end is $1/(4-1) = 0.333$.", &[(lower, "0.333")]);
    article
        .says("The upper candidates are $(4-2)/1 = 2$, $(4-1)/2 = 1.5$ and $(400/50 - 3)/2 = 2.5$.", &[(upper, "1.5")]);
}

#[test]
fn averages_and_scale_of_the_results() {
    let article = Article::read(SLUG);
    article.says("| online, average of the two | | | 1.96 | |", &[((2.25 + 1.67) / 2.0, "1.96")]);
    article.says("Two prefill and four decode nodes finish 2,000 agents in 3,167 seconds; 48 and 96 nodes, 1,152 accelerators, finish 48,000 agents in 3,201.", &[]);
    near((48.0 + 96.0) * 8.0, 1152.0, 0.0);
    article.says(
        "That is 24 times the work on 24 times the machines in 1 % more time.",
        &[(48_000.0 / 2_000.0, "24"), ((48.0 + 96.0) / (2.0 + 4.0), "24"), (100.0 * (3201.0 / 3167.0 - 1.0), "1")],
    );
}
