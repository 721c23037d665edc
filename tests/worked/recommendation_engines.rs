//! The worked numbers of "How exactly is machine learning used in recommendation engines?".
use super::{Article, near};

const SLUG: &str = "recommendation-engines";

/// Discounted cumulative gain of grades from top to bottom.
fn dcg(grades: &[f64], gain: fn(f64) -> f64) -> f64 {
    grades.iter().zip(2..).map(|(&grade, rank)| gain(grade) / f64::from(rank).log2()).sum()
}

fn ideal(grades: &[f64]) -> Vec<f64> {
    let mut sorted = grades.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted
}

fn exponential(grade: f64) -> f64 {
    grade.exp2() - 1.0
}

fn linear(grade: f64) -> f64 {
    grade
}

const GRADES: [f64; 6] = [3.0, 2.0, 3.0, 0.0, 1.0, 2.0];

#[test]
fn time_of_the_stages() {
    let article = Article::read(SLUG);
    near(10e6 * 0.1e-3, 1000.0, 1e-9);
    article.says("For ten million items that is 1,000 seconds.", &[]);
    article.says("For 500 it is 50 milliseconds.", &[(500.0 * 0.1, "50")]);
}

#[test]
fn cosines_of_items() {
    let article = Article::read(SLUG);
    let rows = [[5.0, 4.0, 0.0, 1.0], [4.0, 5.0, 1.0, 0.0], [1.0, 0.0, 5.0, 4.0], [0.0, 1.0, 4.0, 5.0]];
    let product = |i: usize, j: usize| rows.iter().map(|row: &[f64; 4]| row[i] * row[j]).sum::<f64>();
    let cosine = |i: usize, j: usize| product(i, j) / (product(i, i) * product(j, j)).sqrt();
    near(cosine(0, 1), 0.952_380_952_4, 1e-9);
    article.says(
        "For items 1 and 2 it is $(20 + 20 + 0 + 0)/42 = 0.952$, for items 1 and 3 it is $(0 + 4 + 5 + 0)/42 = 0.214$.",
        &[(product(0, 0), "42"), (cosine(0, 1), "0.952"), (cosine(0, 2), "0.214")],
    );
}

#[test]
fn corrected_softmax() {
    let article = Article::read(SLUG);
    let (scores, sampling) = ([2.0_f64, 1.5, 1.0, 0.5], [0.5_f64, 0.2, 0.2, 0.1]);
    let first = |logits: [f64; 4]| logits[0].exp() / logits.iter().map(|logit| logit.exp()).sum::<f64>();
    let plain = first(scores);
    let corrected = first(std::array::from_fn(|j| scores[j] - sampling[j].ln()));
    near(plain, 0.455_054_233_9, 1e-9);
    near(-corrected.ln(), 1.515_495_528_5, 1e-9);
    article.says(
        "Without correction its probability is $0.455$; with it, $0.220$, and the loss is $1.515$.",
        &[(plain, "0.455"), (corrected, "0.220"), (-corrected.ln(), "1.515")],
    );
}

#[test]
fn odds_of_watch_time() {
    let article = Article::read(SLUG);
    let odds = |n: f64, k: f64, total: f64| total / (n - k);
    near(odds(100.0, 2.0, 240.0), 2.448_979_591_8, 1e-9);
    // The derivative of the weighted loss vanishes at the logarithm of the odds.
    let z = odds(100.0, 2.0, 240.0).ln();
    let sigma = 1.0 / (1.0 + (-z).exp());
    near(-240.0 * (1.0 - sigma) + 98.0 * sigma, 0.0, 1e-9);
    article.says(
        "With 100 impressions and two clicks, watched for 60 and 180 seconds, the odds are $240/98 = 2.449$ seconds.",
        &[(60.0 + 180.0, "240"), (100.0 - 2.0, "98"), (odds(100.0, 2.0, 240.0), "2.449")],
    );
    article.says(
        "The true mean is $2.4$, and $2.4 \\times 1.02 = 2.448$.",
        &[(240.0 / 100.0, "2.4"), (2.4 * (1.0 + 2.0 / 100.0), "2.448")],
    );
    article.says(
        "The odds are $300 \\cdot 40 / 700 = 17.14$ seconds, the mean is $12$.",
        &[(odds(1000.0, 300.0, 12_000.0), "17.14"), (12_000.0 / 1000.0, "12")],
    );
    article.says("The ratio is $1/(1 - P) = 1.429$.", &[(1.0 / (1.0 - 0.3), "1.429")]);
}

#[test]
fn intervals_and_bandit() {
    let article = Article::read(SLUG);
    // The 97.5 % point of the standard normal.
    let z = 1.959_963_984_540_054_f64;
    let lower = |hits: f64, n: f64| {
        let rate = hits / n;
        let spread = z * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
        (rate + z * z / (2.0 * n) - spread) / (1.0 + z * z / n)
    };
    // statsmodels' proportion_confint with method "wilson".
    near(lower(8.0, 10.0), 0.490_162_471_5, 1e-9);
    article.says(
        "$0.207$ for 1 of 1, $0.490$ for 8 of 10, $0.711$ for 80 of 100.",
        &[(lower(1.0, 1.0), "0.207"), (lower(8.0, 10.0), "0.490"), (lower(80.0, 100.0), "0.711")],
    );
    article.says("as $0.4 + \\sqrt{2 \\ln 100 / 10} = 1.360$", &[(0.4 + (2.0 * 100_f64.ln() / 10.0).sqrt(), "1.360")]);
}

#[test]
fn cumulated_gain() {
    let article = Article::read(SLUG);
    let best = ideal(&GRADES);
    let (gain, most) = (dcg(&GRADES, exponential), dcg(&best, exponential));
    near(gain, 13.848_263_629_3, 1e-9);
    near(most, 14.595_390_756_5, 1e-9);
    article.says(
        "For grades $3, 2, 3, 0, 1, 2$ the exponential DCG is $13.848$ of at most $14.595$, so NDCG is $0.949$.",
        &[(gain, "13.848"), (most, "14.595"), (gain / most, "0.949")],
    );
    // scikit-learn's ndcg_score, whose gain is linear.
    let linear_score = dcg(&GRADES, linear) / dcg(&best, linear);
    near(linear_score, 0.960_808_194_3, 1e-9);
    article.says("With linear gains the same list scores $0.961$.", &[(linear_score, "0.961")]);
    let mut swapped = GRADES;
    swapped.swap(1, 2);
    let terms = |grades: [f64; 6]| exponential(grades[1]) / 3_f64.log2() + exponential(grades[2]) / 2.0;
    article.says(
        "$3/\\log_2 3 + 7/\\log_2 4 = 5.393$ become $7/\\log_2 3 + 3/\\log_2 4 = 5.917$, so DCG is $14.372$ and NDCG is $0.985$.",
        &[
            (terms(GRADES), "5.393"),
            (terms(swapped), "5.917"),
            (dcg(&swapped, exponential), "14.372"),
            (dcg(&swapped, exponential) / most, "0.985"),
        ],
    );
}

#[test]
fn measures_of_hits() {
    let article = Article::read(SLUG);
    let hits = [true, false, true, true, false, false];
    let mut found = 0.0;
    let (mut precisions, mut in_order) = (0.0, 0.0);
    for (place, &hit) in (1..).zip(&hits) {
        if hit {
            found += 1.0;
            precisions += found / f64::from(place);
        } else {
            in_order += found;
        }
    }
    article.says(
        "average precision is $(1 + \\tfrac23 + \\tfrac34)/3 = 0.806$, and AUC is $7/9 = 0.778$.",
        &[(precisions / found, "0.806"), (in_order, "7"), (in_order / (found * 3.0), "0.778")],
    );
}

#[test]
fn inverse_propensities() {
    let article = Article::read(SLUG);
    let log = [(1.0, 1.0), (0.0, 0.5), (1.0, 0.25)];
    let weighted: f64 = log.iter().map(|(click, propensity)| click / propensity).sum();
    let weights: f64 = log.iter().map(|(_, propensity)| 1.0 / propensity).sum();
    article.says(
        "For clicks $1, 0, 1$ with propensities $1,\\ 0.5,\\ 0.25$ the weighted clicks add up to 5.",
        &[(weighted, "5")],
    );
    article.says("IPS says $5/3 = 1.667$", &[(weighted / 3.0, "1.667")]);
    article.says(
        "SNIPS says $5/7 = 0.714$; the plain mean is $0.667$.",
        &[(weights, "7"), (weighted / weights, "0.714"), (2.0 / 3.0, "0.667")],
    );
}

#[test]
fn spread_of_views() {
    let article = Article::read(SLUG);
    let views = [5.0, 5.0, 10.0, 30.0, 50.0_f64];
    let total: f64 = views.iter().sum();
    let differences: f64 = views.iter().flat_map(|a| views.iter().map(move |b| (a - b).abs())).sum();
    let gini = differences / (2.0 * 5.0 * total);
    article.says("For five items with 50, 30, 10, 5 and 5 views it is $0.46$.", &[(gini, "0.46")]);
    article.says(
        "$2000 \\cdot 10 \\cdot \\varepsilon / 200 = 100\\,\\varepsilon$ showings",
        &[(2000.0 * 10.0 / 200.0, "100")],
    );
}
