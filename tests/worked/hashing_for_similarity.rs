//! The worked numbers of "Hashing for large scale similarity".
use std::{collections::BTreeSet, f64::consts::PI};

use super::{Article, near};

const SLUG: &str = "hashing-for-similarity";

/// Chance that a pair of similarity `s` agrees in all of `r` values of at least one of `b` bands.
fn candidate(s: f64, r: i32, b: i32) -> f64 {
    1.0 - (1.0 - s.powi(r)).powi(b)
}

fn even_chance(r: f64, b: f64) -> f64 {
    (1.0 - 2f64.powf(-1.0 / b)).powf(1.0 / r)
}

/// Distribution function of the standard normal, by Simpson's rule from 0 to `z`.
fn normal(z: f64) -> f64 {
    let n = 2000;
    let h = z / f64::from(n);
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * PI).sqrt();
    let inner: f64 = (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * density(f64::from(i) * h)).sum();
    0.5 + h / 3.0 * (density(0.0) + inner + density(z))
}

/// Chance of sharing a slot of width `w` at Euclidean distance `c`.
fn same_slot(c: f64, w: f64) -> f64 {
    let tail = 2.0 * normal(-w / c);
    1.0 - tail - 2.0 * c / ((2.0 * PI).sqrt() * w) * (1.0 - (-w * w / (2.0 * c * c)).exp())
}

fn bit_equal(cosine: f64) -> f64 {
    1.0 - cosine.acos() / PI
}

#[test]
fn pairs_of_a_million() {
    let article = Article::read(SLUG);
    let pairs: f64 = 1e6 * (1e6 - 1.0) / 2.0;
    near(pairs, 499_999_500_000.0, 0.5);
    article.says("A million documents make half a million million pairs.", &[]);
}

#[test]
fn shingles_of_fox_and_dog() {
    let article = Article::read(SLUG);
    let shingles = |text: &str| -> BTreeSet<String> {
        let letters: Vec<char> = text.chars().collect();
        letters.windows(3).map(|window| window.iter().collect()).collect()
    };
    let (fox, dog) = (shingles("the quick brown fox jumps"), shingles("the quick brown dog jumps"));
    let (both, either) = (fox.intersection(&dog).count() as f64, fox.union(&dog).count() as f64);
    // 18/28, checked with the Jaccard similarity of Python sets.
    near(both / either, 0.642_857_142_9, 1e-9);
    article.says(
        "*The quick brown fox jumps* and *the quick brown dog jumps* share 18 shingles of 28 that occur in either, so $J = 18/28 \\approx 0.643$.",
        &[(both, "18"), (either, "28"), (both / either, "0.643")],
    );
}

#[test]
fn deviation_of_the_estimate() {
    let article = Article::read(SLUG);
    let deviation = |j: f64, k: f64| (j * (1.0 - j) / k).sqrt();
    near(deviation(0.5, 128.0), 0.044_194_173_8, 1e-9);
    article.says("With $J = 0.5$ and $k = 128$ that is $0.044$", &[(deviation(0.5, 128.0), "0.044")]);
    article.says(
        "With $k = 4$ the standard deviation is $0.247$, so this was a good day.",
        &[(deviation(3.0 / 7.0, 4.0), "0.247")],
    );
}

#[test]
fn four_hashes_by_hand() {
    let article = Article::read(SLUG);
    let (set_a, set_b) = ([1, 4, 9, 16, 25], [1, 4, 8, 16, 27]);
    let mut agree = 0.0;
    for (a, c, name) in [(3, 1, "3x + 1"), (7, 5, "7x + 5"), (11, 2, "11x + 2"), (17, 9, "17x + 9")] {
        let values = |set: [i32; 5]| set.map(|x| (a * x + c) % 31);
        let list = |set: [i32; 5]| values(set).map(|value| value.to_string()).join(", ");
        let least = |set: [i32; 5]| values(set).into_iter().min().unwrap();
        let row = format!("| ${name}$ | {} | {} | {} | {} |", list(set_a), least(set_a), list(set_b), least(set_b));
        article.says(&row, &[]);
        if least(set_a) == least(set_b) {
            agree += 1.0;
        }
    }
    article.says("Two of the four agree, so the estimate is $0.5$.", &[(agree / 4.0, "0.5")]);
    let common = set_a.iter().filter(|x| set_b.contains(x)).count() as f64;
    article.says("The truth is $J = 3/7 \\approx 0.429$.", &[(common / (10.0 - common), "0.429")]);
    article.says(
        "The chance of that at $s = 3/7$ is $1 - (40/49)^2 = 801/2401 \\approx 0.334$.",
        &[(candidate(3.0 / 7.0, 2, 2), "0.334")],
    );
    near(candidate(3.0 / 7.0, 2, 2), 801.0 / 2401.0, 1e-12);
}

#[test]
fn three_thresholds() {
    let article = Article::read(SLUG);
    let (r, b) = (5.0, 20.0);
    let steepest = ((r - 1.0) / (b * r - 1.0_f64)).powf(1.0 / r);
    let popular = (1.0 / b).powf(1.0 / r);
    near(even_chance(r, b), 0.508_695_961_8, 1e-9);
    near(popular, 0.549_280_271_7, 1e-9);
    near(candidate(even_chance(r, b), 5, 20), 0.5, 1e-12);
    // At the steepest point the slope is larger than a little to either side.
    let slope = |s: f64| (candidate(s + 1e-5, 5, 20) - candidate(s - 1e-5, 5, 20)) / 2e-5;
    assert!(slope(steepest) > slope(steepest + 0.01) && slope(steepest) > slope(steepest - 0.01));
    article.says(
        "For $r = 5$ and $b = 20$ they are $0.509$ and $0.526$.",
        &[(even_chance(r, b), "0.509"), (steepest, "0.526")],
    );
    article.says("The popular rule $(1/b)^{1/r}$ gives $0.549$", &[(popular, "0.549")]);
    article.says(
        "which is $0.642$ for 20 bands and never falls below $1 - 1/e \\approx 0.632$.",
        &[(candidate(popular, 5, 20), "0.642"), (1.0 - (-1f64).exp(), "0.632")],
    );
}

#[test]
fn table_of_settings() {
    let article = Article::read(SLUG);
    // Values of the first setting at similarity 0.2 and 0.5, computed with Python's floats.
    near(candidate(0.2, 5, 20), 0.006_380_581_3, 1e-9);
    near(candidate(0.5, 5, 20), 0.470_050_715_3, 1e-9);
    let rows = [
        (
            5,
            20,
            "| 5,&nbsp;20 | 100 | 0.0064 | 0.470 | 0.975 | 0.9996 | 1.0000 | 0.509 | 99,990,401 |",
            ["0.0064", "0.470", "0.975", "0.9996", "1.0000", "0.509"],
            99_990_401.0,
        ),
        (
            8,
            14,
            "| 8,&nbsp;14 | 112 | 0.00004 | 0.053 | 0.565 | 0.924 | 0.9996 | 0.685 | 70,000 |",
            ["0.00004", "0.053", "0.565", "0.924", "0.9996", "0.685"],
            70_000.0,
        ),
        (
            10,
            50,
            "| 10,&nbsp;50 | 500 | 0.000005 | 0.048 | 0.761 | 0.9966 | 1.0000 | 0.651 | 2,500 |",
            ["0.000005", "0.048", "0.761", "0.9966", "1.0000", "0.651"],
            2_500.0,
        ),
    ];
    for (r, b, row, texts, at_a_tenth) in rows {
        let mut values: Vec<f64> = [0.2, 0.5, 0.7, 0.8, 0.9].map(|s| candidate(s, r, b)).to_vec();
        values.push(even_chance(f64::from(r), f64::from(b)));
        let numbers: Vec<(f64, &str)> = values.into_iter().zip(texts).collect();
        article.says(row, &numbers);
        near(candidate(0.1, r, b) * 1e6 * (1e6 - 1.0) / 2.0, at_a_tenth, 0.5);
    }
}

#[test]
fn bands_for_a_million_documents() {
    let article = Article::read(SLUG);
    let (p1, p2, n) = (0.8_f64, 0.2_f64, 1e6_f64);
    let rho = p1.ln() / p2.ln();
    article.says(
        "For MinHash with $p_1 = 0.8$, $p_2 = 0.2$ and a million documents, $\\rho = 0.139$, $r = 8.6$ and $b = 6.8$.",
        &[(rho, "0.139"), (n.ln() / (1.0 / p2).ln(), "8.6"), (n.powf(rho), "6.8")],
    );
    article.says(
        "Rounded up to $r = 9$ and $b = 8$, a similar pair is caught with probability $0.684$ at about $4.1$ wrong candidates per query.",
        &[(candidate(p1, 9, 8), "0.684"), (n * candidate(p2, 9, 8), "4.1")],
    );
    article.says(
        "With 32 bands it is caught with probability $0.990$, at 16.",
        &[(candidate(p1, 9, 32), "0.990"), (n * candidate(p2, 9, 32), "16")],
    );
}

#[test]
fn bits_and_slots() {
    let article = Article::read(SLUG);
    near(bit_equal(0.9), 0.856_433_706_9, 1e-9);
    article.says(
        "A cosine of $0.9$ gives $0.856$, a cosine of $0$ gives $0.5$.",
        &[(bit_equal(0.9), "0.856"), (bit_equal(0.0), "0.5")],
    );
    let angle = 3.0 / 64.0 * PI;
    article.says(
        "64 bits differ in 3 on average at an angle of 8.4°, which is a cosine of $0.989$; at a cosine of $0.9$ about $9.2$ bits differ.",
        &[(angle.to_degrees(), "8.4"), (angle.cos(), "0.989"), (64.0 * (1.0 - bit_equal(0.9)), "9.2")],
    );
    // Values of the closed form with SciPy's normal distribution.
    near(same_slot(1.0, 4.0), 0.800_532_432_4, 1e-9);
    near(same_slot(2.0, 4.0), 0.609_548_422_2, 1e-9);
    let rho = same_slot(1.0, 4.0).ln() / same_slot(2.0, 4.0).ln();
    near(rho, 0.449_417_483_4, 1e-9);
    article.says(
        "With $w = 4$, $p(1) = 0.801$ and $p(2) = 0.610$, so finding what is within distance 1 while ignoring what is beyond 2 has $\\rho = 0.449$.",
        &[(same_slot(1.0, 4.0), "0.801"), (same_slot(2.0, 4.0), "0.610"), (rho, "0.449")],
    );
}

#[test]
fn inner_product_against_cosine() {
    let article = Article::read(SLUG);
    let (x, y) = ([0.6_f64, 0.8_f64], [0.5_f64, 0.0_f64]);
    let lift = |v: [f64; 2]| [v[0], v[1], (1.0 - v[0] * v[0] - v[1] * v[1]).max(0.0).sqrt()];
    article.says("The inner products are $0.6$ and $0.5$, so $x$ should win.", &[(x[0], "0.6"), (y[0], "0.5")]);
    article.says(
        "The cosines are $0.6$ and $1$, so SimHash prefers $y$.",
        &[(x[0] / x[0].hypot(x[1]), "0.6"), (y[0] / y[0].hypot(y[1]), "1")],
    );
    article.says("In the example $M = 1$ and $\\tilde y = (0.5, 0, 0.866)$.", &[(lift(y)[2], "0.866")]);
    near(lift(x)[2], 0.0, 1e-7);
    article.says(
        "Bits now agree with probability $0.705$ for $x$ and $0.667$ for $y$, in the right order.",
        &[(bit_equal(lift(x)[0]), "0.705"), (bit_equal(lift(y)[0]), "0.667")],
    );
}

#[test]
fn settings_that_datasketch_chooses() {
    let article = Article::read(SLUG);
    // Half the area under the curve before the threshold and half the area above it behind, by
    // the midpoint rule; the same choice as `_optimal_param` of datasketch 2.0.0.
    let error = |threshold: f64, b: i32, r: i32| {
        let n = 1000;
        let area = |from: f64, to: f64, f: &dyn Fn(f64) -> f64| {
            let width = (to - from) / f64::from(n);
            (0..n).map(|i| f(from + (f64::from(i) + 0.5) * width) * width).sum::<f64>()
        };
        let caught = |s: f64| candidate(s, r, b);
        0.5 * area(0.0, threshold, &caught) + 0.5 * area(threshold, 1.0, &|s| 1.0 - caught(s))
    };
    let choice = |threshold: f64| {
        let all = (1..=128).flat_map(|b| (1..=128 / b).map(move |r| (b, r)));
        all.min_by(|&(b, r), &(c, q)| error(threshold, b, r).total_cmp(&error(threshold, c, q))).unwrap()
    };
    let ((b, r), (c, q)) = (choice(0.5), choice(0.8));
    article.says(
        "For 128 hashes it chooses 25 bands of 5 at threshold $0.5$ and 9 of 13 at $0.8$.",
        &[(f64::from(b), "25"), (f64::from(r), "5"), (f64::from(c), "9"), (f64::from(q), "13")],
    );
}

#[test]
fn exercises() {
    let article = Article::read(SLUG);
    article.says("A band agrees with probability $0.8^5 = 0.32768$.", &[(0.8_f64.powi(5), "0.32768")]);
    let bands = 0.01_f64.ln() / (1.0 - 0.8_f64.powi(5)).ln();
    article.says(
        "From $(1 - 0.32768)^b \\le 0.01$ follows $b \\ge \\ln 0.01 / \\ln 0.67232 = 11.6$, so 12 bands.",
        &[(bands, "11.6")],
    );
    article.says(
        "At $s = 0.3$ a band agrees with probability $0.00243$, and twelve bands give $0.0288$.",
        &[(0.3_f64.powi(5), "0.00243"), (candidate(0.3, 5, 12), "0.0288")],
    );
    article.says("All 100 values agree with probability $0.99^{100} = 0.366$.", &[(0.99_f64.powi(100), "0.366")]);
    article.says("a curve with its even chance at $0.993$.", &[(even_chance(100.0, 1.0), "0.993")]);
    article.says(
        "A bit differs with probability $1/3$, so $42.7$ bits with standard deviation $\\sqrt{128 \\cdot \\tfrac13 \\cdot \\tfrac23} = 5.3$.",
        &[(128.0 * (1.0 - bit_equal(0.5)), "42.7"), ((128.0_f64 * 2.0 / 9.0).sqrt(), "5.3")],
    );
    article.says(
        "At cosine $0.6$ the probability is $0.295$, which makes $37.8$ bits.",
        &[(1.0 - bit_equal(0.6), "0.295"), (128.0 * (1.0 - bit_equal(0.6)), "37.8")],
    );
}
