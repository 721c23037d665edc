//! The worked numbers of "Positional Encodings for LLMs: From Sinusoidal to RoPE".
use super::{Article, near};
use std::f64::consts::PI;

const SLUG: &str = "positional-encodings";

/// Which coordinates of a vector turn together.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Interleaved,
    HalfSplit,
}

/// `base^(-2i/d)`, one for each pair.
fn frequencies(d: usize, base: f64) -> Vec<f64> {
    (0..d / 2).map(|i| base.powf(-2.0 * i as f64 / d as f64)).collect()
}

/// The vector at position `m`, every pair turned by its angle.
fn turned(x: [f64; 4], m: f64, layout: Layout) -> [f64; 4] {
    let mut out = [0.0; 4];
    for (i, theta) in frequencies(4, 1e4).into_iter().enumerate() {
        let (a, b) = if layout == Layout::Interleaved { (2 * i, 2 * i + 1) } else { (i, i + 2) };
        let (sin, cos) = (m * theta).sin_cos();
        out[a] = cos * x[a] - sin * x[b];
        out[b] = sin * x[a] + cos * x[b];
    }
    out
}

fn score(m: f64, n: f64, layout: Layout) -> f64 {
    let (q, k) = (turned([1.0, 0.0, 0.5, -1.0], m, layout), turned([0.2, 1.0, -0.3, 0.7], n, layout));
    q.iter().zip(k).map(|(q, k)| q * k).sum()
}

fn sinusoid(position: f64, d: usize) -> Vec<f64> {
    frequencies(d, 1e4).iter().flat_map(|w| [(position * w).sin(), (position * w).cos()]).collect()
}

/// Mean of `cos(delta theta_i)` over the pairs of a head of width 64.
fn mean_cosine(delta: f64) -> f64 {
    frequencies(64, 1e4).iter().map(|theta| (delta * theta).cos()).sum::<f64>() / 32.0
}

fn ntk_base(base: f64, s: f64, d: f64) -> f64 {
    base * s.powf(d / (d - 2.0))
}

/// YaRN's frequencies at `d = 64`, base 1e4, `L = 4096`, `s = 40`; `keeps` says how much of each is kept.
fn yarn(keeps: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let mix = |(i, theta): (usize, f64)| {
        let gamma = keeps(i, 4096.0 * theta / (2.0 * PI)).clamp(0.0, 1.0);
        (1.0 - gamma) * theta / 40.0 + gamma * theta
    };
    frequencies(64, 1e4).into_iter().enumerate().map(mix).collect()
}

/// The ramp of the paper, over the number of turns.
fn over_turns(_: usize, turns: f64) -> f64 {
    (turns - 1.0) / 31.0
}

/// The ramp of the programs, over the index, between bounds rounded outwards.
fn over_index(i: usize, _: f64) -> f64 {
    let index = |turns: f64| 64.0 * (4096.0 / (turns * 2.0 * PI)).ln() / (2.0 * 1e4_f64.ln());
    near(index(32.0), 10.472_240_81, 1e-8);
    near(index(1.0), 22.513_440_64, 1e-8);
    let (low, high) = (index(32.0).floor(), index(1.0).ceil());
    1.0 - (i as f64 - low) / (high - low)
}

#[test]
fn sines_of_a_position() {
    let article = Article::read(SLUG);
    let p = sinusoid(3.0, 8);
    for (value, expected) in p.iter().zip([
        0.141_120_008_1,
        -0.989_992_496_6,
        0.295_520_206_7,
        0.955_336_489_1,
        0.029_995_500_2,
        0.999_550_033_7,
        0.002_999_995_5,
        0.999_995_5,
    ]) {
        near(*value, expected, 1e-10);
    }
    article.says(
        r"p_3 = \left(0.1411,\ -0.9900,\ 0.2955,\ 0.9553,\ 0.0300,\ 0.9996,\ 0.0030,\ 1.0000\right).",
        &[
            (p[0], "0.1411"),
            (p[1], "-0.9900"),
            (p[2], "0.2955"),
            (p[3], "0.9553"),
            (p[4], "0.0300"),
            (p[5], "0.9996"),
            (p[6], "0.0030"),
            (p[7], "1.0000"),
        ],
    );
    let product = |m, n| sinusoid(m, 8).iter().zip(sinusoid(n, 8)).map(|(a, b)| a * b).sum::<f64>();
    near(product(3.0, 7.0), 2.266_609_479_8, 1e-10);
    near(product(103.0, 107.0), product(3.0, 7.0), 1e-12);
    article.says(
        r"$+ \cos 0.04 + \cos 0.004$ $= 2.2666$, and positions 103 and 107 give the same.",
        &[(product(3.0, 7.0), "2.2666")],
    );
    article.says("For 1,024 positions of width 768 that is 786,432 parameters.", &[(1024.0 * 768.0, "786,432")]);
}

#[test]
fn buckets_and_slopes() {
    let article = Article::read(SLUG);
    let bucket = |distance: f64| {
        if distance < 16.0 { distance } else { (16.0 + (16.0 * (distance / 16.0).ln() / 8_f64.ln()).floor()).min(31.0) }
    };
    assert!(bucket(112.0) < 31.0);
    article.says(
        "Distance 20 is in bucket 17, distance 64 in bucket 26, and everything from 113 on shares bucket 31.",
        &[(bucket(20.0), "17"), (bucket(64.0), "26"), (bucket(113.0), "31"), (bucket(5000.0), "31")],
    );
    let slope = |h: f64, n: f64| 2_f64.powf(-8.0 * h / n);
    article.says(
        r"Eight heads get the slopes $0.5,\ 0.25,\ \dots,\ 0.00390625$.",
        &[(slope(1.0, 8.0), "0.5"), (slope(2.0, 8.0), "0.25"), (slope(8.0, 8.0), "0.00390625")],
    );
    article.says(
        "which is 1.4 tokens for the first head and 177 for the last.",
        &[(2_f64.ln() / slope(1.0, 8.0), "1.4"), (2_f64.ln() / slope(8.0, 8.0), "177")],
    );
    article.says(
        r"12 heads get the eight above and then $0.7071,\ 0.3536,\ 0.1768,\ 0.0884$.",
        &[
            (slope(1.0, 16.0), "0.7071"),
            (slope(3.0, 16.0), "0.3536"),
            (slope(5.0, 16.0), "0.1768"),
            (slope(7.0, 16.0), "0.0884"),
        ],
    );
}

#[test]
fn rotations_by_hand() {
    let article = Article::read(SLUG);
    let pair = |q: [f64; 2], k: [f64; 2], phi: f64| {
        (q[0] * k[0] + q[1] * k[1]) * phi.cos() + (q[1] * k[0] - q[0] * k[1]) * phi.sin()
    };
    let first = |distance: f64| pair([1.0, 0.0], [0.2, 1.0], -distance);
    let (fast, slow) = (first(2.0), pair([0.5, -1.0], [-0.3, 0.7], -0.02));
    article.says(r"0.2\cos(-2) + (-1)\sin(-2) = \phantom{-}0.8261,", &[(fast, "0.8261")]);
    article.says(r"{-0.85}\cos(-0.02) + (-0.05)\sin(-0.02) = -0.8488 .", &[(slow, "-0.8488")]);
    article.says(r"The sum is $-0.0228$, before the usual division by $\sqrt d$.", &[(fast + slow, "-0.0228")]);
    near(score(5.0, 3.0, Layout::Interleaved), fast + slow, 1e-12);
    near(score(5.0, 3.0, Layout::Interleaved), -0.022_762_012_8, 1e-10);
    near(score(102.0, 100.0, Layout::Interleaved), score(5.0, 3.0, Layout::Interleaved), 5e-11);
    near(score(5.0, 3.0, Layout::HalfSplit), -1.064_387_650_5, 1e-10);
    near(score(102.0, 100.0, Layout::HalfSplit), -1.064_387_650_5, 1e-10);
    article.says(
        "score $-1.0644$ in the half-split layout instead of $-0.0228$.",
        &[(score(5.0, 3.0, Layout::HalfSplit), "-1.0644")],
    );
    for (layout, expected) in [
        (Layout::Interleaved, [-0.416_146_836_5, 0.909_297_426_8, 0.519_898_67, -0.989_800_673_3]),
        (Layout::HalfSplit, [-0.870_795_55, 0.019_998_666_7, 0.701_224_008_6, -0.999_800_006_7]),
    ] {
        for (value, expected) in turned([1.0, 0.0, 0.5, -1.0], 2.0, layout).iter().zip(expected) {
            near(*value, expected, 1e-9);
        }
    }
    article.says(
        "Before rotation the inner product is 0.200. At positions 5 and 3, and again at positions 102 and 100, the arrows point elsewhere but keep the same angle between them, and the inner product is 0.826 both times.",
        &[(first(0.0), "0.200"), (fast, "0.826")],
    );
    article.says(
        "So $S(0) = 0.2$ and $S(2) = -0.0832 + 0.9093 = 0.8261$.",
        &[(first(0.0), "0.2"), (0.2 * 2_f64.cos(), "-0.0832"), (2_f64.sin(), "0.9093"), (first(2.0), "0.8261")],
    );
    article.says(
        r"The maximum over the reals is at $\tan\Delta = 5$, $\Delta = 1.373$, with value $\sqrt{1.04} = 1.0198$.",
        &[(5_f64.atan(), "1.373"), (first(5_f64.atan()), "1.0198")],
    );
    article.says(
        r"Among whole numbers $\Delta = 1$ wins, with $0.1081 + 0.8415 \approx 0.950$.",
        &[(0.2 * 1_f64.cos(), "0.1081"), (1_f64.sin(), "0.8415"), (first(1.0), "0.950")],
    );
    assert!([0.0, 2.0, 3.0, 4.0, 5.0].iter().all(|distance| first(*distance) < first(1.0)));
}

#[test]
fn wavelengths() {
    let article = Article::read(SLUG);
    near(2.0 * PI / frequencies(64, 1e4)[31], 47_117.242_78, 1e-4);
    near(2.0 * PI / frequencies(128, 1e4)[63], 54_410.143_13, 1e-4);
    near(2.0 * PI / frequencies(128, 5e5)[63], 2_559_195.517, 1e-2);
    for (d, base, context, row, written, count) in [
        (
            64,
            1e4,
            4096.0,
            "| $d=64$, $b=10^4$ | 6.28 | 62.8 | 628 | 6,283 | 47,117 | 9 of 32 in 4,096 |",
            ["6.28", "62.8", "628", "6,283", "47,117"],
            9,
        ),
        (
            128,
            1e4,
            4096.0,
            "| $d=128$, $b=10^4$ | 6.28 | 62.8 | 628 | 6,283 | 54,410 | 18 of 64 in 4,096 |",
            ["6.28", "62.8", "628", "6,283", "54,410"],
            18,
        ),
        (
            128,
            5e5,
            8192.0,
            r"| $d=128$, $b=5\cdot10^5$ | 6.28 | 167 | 4,443 | 118,143 | 2,559,196 | 29 of 64 in 8,192 |",
            ["6.28", "167", "4,443", "118,143", "2,559,196"],
            29,
        ),
    ] {
        let lambda: Vec<f64> = frequencies(d, base).iter().map(|theta| 2.0 * PI / theta).collect();
        let places = [0, d / 8, d / 4, 3 * d / 8, d / 2 - 1];
        let numbers: Vec<_> = places.iter().zip(written).map(|(i, text)| (lambda[*i], text)).collect();
        article.says(row, &numbers);
        assert_eq!(lambda.iter().filter(|lambda| **lambda > context).count(), count);
    }
}

#[test]
fn what_decays() {
    let article = Article::read(SLUG);
    for (distance, expected) in [(1.0, 0.966_150_989_4), (16.0, 0.605_400_633_1), (256.0, 0.353_683_379_7)] {
        near(mean_cosine(distance), expected, 1e-9);
    }
    article.says(
        "For $d=64$ it is $0.966$ at distance 1, $0.605$ at 16 and $0.354$ at 256.",
        &[(mean_cosine(1.0), "0.966"), (mean_cosine(16.0), "0.605"), (mean_cosine(256.0), "0.354")],
    );
    article.says("at 32 it is $0.611$, more than at 16.", &[(mean_cosine(32.0), "0.611")]);
}

#[test]
fn stretching() {
    let article = Article::read(SLUG);
    let degrees = 180.0 / PI;
    article.says(
        r"The fastest pair used to turn 1 radian, or $57.3^{\circ}$, between neighbours; with $s = 40$ it turns $1.4^{\circ}$.",
        &[(degrees, "57.3"), (degrees / 40.0, "1.4")],
    );
    near(ntk_base(1e4, 4.0, 128.0), 40_889.942_43, 1e-4);
    near(ntk_base(1e4, 8.0, 64.0), 85_550.375_89, 1e-4);
    article.says("For $d = 128$ and $s = 4$ this is $b' = 40{,}890$,", &[(ntk_base(1e4, 4.0, 128.0), "40{,}890")]);
    article.says(r"$b' = 10000 \cdot 2^{128/126} = 20{,}221.3$.", &[(ntk_base(1e4, 2.0, 128.0), "20{,}221.3")]);
    near(2_f64.powf(2.0 * 31.5 / 126.0), 2_f64.sqrt(), 1e-12);
    // Pairs short of one turn, and how far each leaves its trained arc at the new length.
    let (old, new) = (frequencies(64, 1e4), frequencies(64, ntk_base(1e4, 8.0, 64.0)));
    let beyond: Vec<_> =
        (0..32).filter(|&i| 4096.0 * old[i] < 2.0 * PI && 8.0 * new[i] / old[i] > 1.0 + 1e-9).collect();
    assert_eq!(beyond, (23..31).collect::<Vec<_>>());
    article.says(
        "these are pairs 23 to 30, and pair 23 overshoots by a factor of 1.71.",
        &[(8.0 * new[23] / old[23], "1.71")],
    );
}

#[test]
fn two_ramps() {
    let article = Article::read(SLUG);
    let root = 0.1 * 40_f64.ln() + 1.0;
    near(root, 1.368_887_945_4, 1e-10);
    near(root * root, 1.873_854_207_1, 1e-10);
    article.says(
        "so queries and keys are each multiplied by $1.3689$, or the scores once by its square, $1/t = 1.8739$.",
        &[(root, "1.3689"), (root * root, "1.8739")],
    );
    let (paper, code) = (yarn(over_turns), yarn(over_index));
    for (i, expected) in [
        (0, 1.0),
        (10, 0.056_234_132_52),
        (15, 0.008_334_508_951),
        (20, 0.000_790_569_415),
        (23, 3.333_803_58e-5),
        (31, 3.333_803_58e-6),
    ] {
        near(code[i] / expected, 1.0, 1e-8);
    }
    article.says("At pair 15 the two ramps differ by a factor of 2.3;", &[(code[15] / paper[15], "2.3")]);
    let theta = frequencies(64, 1e4)[20];
    let turns = 4096.0 * theta / (2.0 * PI);
    article.says(
        r"so $r_{20} = 4096 \times 0.003162/6.2832$ $= 2.061$ and $\gamma = 1.061/31 = 0.0342$.",
        &[(theta, "0.003162"), (2.0 * PI, "6.2832"), (turns, "2.061"), (over_turns(20, turns), "0.0342")],
    );
    article.says(
        r"The ratio is $0.0342 + 0.9658/40 = 0.0584$, which gives $\theta'_{20} = 1.85\times10^{-4}$.",
        &[(1.0 - over_turns(20, turns), "0.9658"), (paper[20] / theta, "0.0584"), (paper[20] * 1e4, "1.85")],
    );
    article.says(
        r"$1 - (20-10)/13 = 0.2308$ is kept, so the ratio is $0.2308 + 0.7692/40 = 0.25$ and $\theta'_{20} = 7.906\times10^{-4}$.",
        &[(over_index(20, turns), "0.2308"), (code[20] / theta, "0.25"), (code[20] * 1e4, "7.906")],
    );
    article.says("The second is 4.3 times the first.", &[(code[20] / paper[20], "4.3")]);
}

#[test]
fn no_encoding_and_practice() {
    let article = Article::read(SLUG);
    article.says("$0.25$ at the fourth token, $0.1$ at the tenth.", &[(1.0 / 4.0, "0.25"), (1.0 / 10.0, "0.1")]);
    let stretched = frequencies(64, ntk_base(1e4, 2.0, 64.0))[16];
    near(frequencies(64, 1e4)[16], 0.01, 1e-15);
    article.says(r"where $\theta'_{16} = 0.00699$.", &[(stretched, "0.00699")]);
    article.says(
        r"The angle between them should be $0.007$; it is $3001 \times 0.0069925$ $- 3000 \times 0.01$ $= -9.016$ radians.",
        &[(stretched, "0.007"), (stretched, "0.0069925"), (3001.0 * stretched - 30.0, "-9.016")],
    );
    // Eight significant bits: integers up to 256, then steps of 2, …, and of 16 from 2,048 to 4,096.
    let step = |x: f64| 2_f64.powf(x.log2().floor() - 7.0);
    near(step(257.0), 2.0, 0.0);
    article.says(
        "near 4,000 its steps are 16 apart, more than two full turns of the fastest pair.",
        &[(step(4000.0), "16")],
    );
    assert!(step(4000.0) > 2.0 * 2.0 * PI);
    article.says("24 of 96 dimensions", &[(0.25 * 6144.0 / 64.0, "24"), (6144.0 / 64.0, "96")]);
}
