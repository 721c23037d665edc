//! The worked numbers of "Reward Modeling and DPO: Learning What "Good" Means".

use super::{Article, near};

const SLUG: &str = "reward-modeling-and-dpo";

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

#[test]
fn two_answers_and_a_chain() {
    let article = Article::read(SLUG);
    let difference = (7.0_f64 / 3.0).ln();
    near(difference, 0.847_297_860_4, 1e-9);
    article.says(r"so seven to three means $r_1 - r_2 = \ln(7/3) = 0.8473$.", &[(difference, "0.8473")]);
    article.says(
        r"multiply by $400/\ln 10$ and the difference is 147 Elo points.",
        &[(400.0 / 10_f64.ln() * difference, "147")],
    );
    let odds = 7.0 / 3.0 * 6.0 / 4.0;
    article.says(
        r"A should beat C with odds $\frac73 \times \frac64 = 3.5$, which is a chance of $0.778$.",
        &[(odds, "3.5"), (odds / (1.0 + odds), "0.778")],
    );
}

#[test]
fn scores_of_three_answers() {
    let article = Article::read(SLUG);
    let wins = [[0.0, 7.0, 9.0], [3.0, 0.0, 6.0], [1.0, 4.0, 0.0]];
    let mut p = [1.0_f64; 3];
    for _ in 0..400 {
        p = std::array::from_fn(|i| {
            let won: f64 = wins[i].iter().sum();
            let weight: f64 = (0..3).filter(|j| *j != i).map(|j| (wins[i][j] + wins[j][i]) / (p[i] + p[j])).sum();
            won / weight
        });
    }
    let logs = p.map(f64::ln);
    let mean = logs.iter().sum::<f64>() / 3.0;
    let r = logs.map(|l| l - mean);
    // SciPy's minimiser of the same likelihood.
    for (score, expected) in r.iter().zip([0.943_605_849_9, -0.160_160_697_2, -0.783_445_152_7]) {
        near(*score, expected, 1e-8);
    }
    // The derivative of the likelihood vanishes: each answer wins as often as the model expects.
    for i in 0..3 {
        let expected: f64 = (0..3).filter(|j| *j != i).map(|j| (wins[i][j] + wins[j][i]) * sigmoid(r[i] - r[j])).sum();
        near(expected, wins[i].iter().sum(), 1e-8);
    }
    article.says(
        "scores [ 0.9436 -0.1602 -0.7834]  Elo [ 164.  -28. -136.]",
        &[(r[0], "0.9436"), (r[1], "-0.1602"), (r[2], "-0.7834"), (400.0 / 10_f64.ln() * r[0], "164")],
    );
    for (i, j, line, text) in [
        (0, 1, "A beats B: model 0.751  seen 0.7", "0.751"),
        (1, 2, "B beats C: model 0.651  seen 0.6", "0.651"),
        (0, 2, "A beats C: model 0.849  seen 0.9", "0.849"),
    ] {
        article.says(line, &[(sigmoid(r[i] - r[j]), text)]);
    }
    let nll: f64 = (0..9).map(|k| (k / 3, k % 3)).map(|(i, j)| -wins[i][j] * sigmoid(r[i] - r[j]).ln()).sum();
    near(nll, 16.324_990_494_3, 1e-8);
    article.says("negative log-likelihood 16.3250", &[(nll, "16.3250")]);
}

/// Mean of the largest of `n` standard normal numbers, by the trapezoidal rule.
fn largest_normal(n: i32) -> f64 {
    let step = 1e-3;
    let mut cumulative = 0.0;
    let mut mean = 0.0;
    let mut last = 0.0;
    for i in -9_000..=9_000 {
        let z = f64::from(i) * step;
        let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
        cumulative += (density + last) / 2.0 * step;
        last = density;
        mean += z * f64::from(n) * cumulative.powi(n - 1) * density * step;
    }
    mean
}

#[test]
fn best_of_n() {
    let article = Article::read(SLUG);
    // The exact value for two is 1/√π.
    near(largest_normal(2), 1.0 / std::f64::consts::PI.sqrt(), 1e-6);
    for (n, row, kl_text, mean_text) in [
        (2, "| 2 | 0.193 | 0.564 |", "0.193", "0.564"),
        (4, "| 4 | 0.636 | 1.029 |", "0.636", "1.029"),
        (16, "| 16 | 1.835 | 1.766 |", "1.835", "1.766"),
        (64, "| 64 | 3.175 | 2.344 |", "3.175", "2.344"),
    ] {
        let kl = f64::from(n).ln() - f64::from(n - 1) / f64::from(n);
        article.says(row, &[(kl, kl_text), (largest_normal(n), mean_text)]);
    }
}

/// Mean true reward of the best of `n` by a measured reward: truth is standard normal, the error has
/// the density and distribution function given. Trapezoidal rule over truth and measurement.
fn truth_of_best(n: i32, density: impl Fn(f64) -> f64, distribution: impl Fn(f64) -> f64) -> f64 {
    let truths: Vec<(f64, f64)> = (-140..=140)
        .map(|i| f64::from(i) * 0.05)
        .map(|g| (g, (-g * g / 2.0).exp() / std::f64::consts::TAU.sqrt() * 0.05))
        .collect();
    let at = |measured: f64| {
        let mut sums = [0.0; 3];
        for (g, weight) in &truths {
            let joint = density(measured - g) * weight;
            sums[0] += joint;
            sums[1] += joint * g;
            sums[2] += distribution(measured - g) * weight;
        }
        (sums[1] / sums[0].max(1e-300), sums[2].powi(n))
    };
    // Fine steps where most measurements lie, growing ones in the tail.
    let mut measured = -12.0;
    let mut last = at(measured);
    let mut total = 0.0;
    while measured < 2000.0 {
        measured += (measured.abs() * 0.01).max(0.02);
        let next = at(measured);
        total += (last.0 + next.0) / 2.0 * (next.1 - last.1);
        last = next;
    }
    total
}

#[test]
fn truth_turns_around_under_heavy_tails() {
    let article = Article::read(SLUG);
    // Student's t with three degrees of freedom, scaled to variance 1: with u the error, t = √3 u and
    // t/√3 = u, so the closed forms are in u itself.
    let density = |u: f64| 2.0 / (std::f64::consts::PI * (1.0 + u * u).powi(2));
    let distribution = |u: f64| 0.5 + (u / (1.0 + u * u) + u.atan()) / std::f64::consts::PI;
    let heavy = |n| truth_of_best(n, density, distribution);
    let peak = heavy(42);
    assert!(peak > heavy(36) && peak > heavy(50));
    article.says("With heavy-tailed errors it peaks at 1.34 with n = 42 and falls to 0.4", &[(peak, "1.34")]);
    near(heavy(1000) / peak, 0.5, 0.015);
    // With normal errors of the same variance half of the gain is real, and the spread is √2.
    article.says("n   42  measured  3.09  true  1.54", &[(largest_normal(42) / 2_f64.sqrt(), "1.54")]);
}

#[test]
fn loss_of_one_pair() {
    let article = Article::read(SLUG);
    let pair = |h: f64, beta: f64| (-sigmoid(beta * h).ln(), beta * sigmoid(-beta * h));
    let margin = |policy: [f64; 2], reference: [f64; 2]| (policy[0] - reference[0]) - (policy[1] - reference[1]);
    let won = margin([-12.0, -14.0], [-12.5, -13.0]);
    let lost = margin([-30.0, -28.0], [-29.0, -29.5]);
    // PyTorch's logsigmoid in double precision.
    near(pair(won, 0.1).0, 0.620_957_047_8, 1e-9);
    near(pair(lost, 0.5).0, 1.501_929_081_3, 1e-9);
    article.says(
        "The preferred answer has gained $0.5$ and the rejected one has lost $1$, so $h = 1.5$.",
        &[(won, "1.5")],
    );
    article.says(
        r"With $\beta = 0.1$ the loss is $-\log \sigma(0.15) = 0.6210$.",
        &[(0.1 * won, "0.15"), (pair(won, 0.1).0, "0.6210")],
    );
    for (h, beta, row, texts) in [
        (0.0, 0.1, "| as the reference | any | 0.1 | 0 | 0.6931 | 0.0500 |", ["0.6931", "0.0500"]),
        (won, 0.1, r"| $-12,\ -14$ | $-12.5,\ -13$ | 0.1 | 1.5 | 0.6210 | 0.0463 |", ["0.6210", "0.0463"]),
        (lost, 0.1, r"| $-30,\ -28$ | $-29,\ -29.5$ | 0.1 | $-2.5$ | 0.8259 | 0.0562 |", ["0.8259", "0.0562"]),
        (lost, 0.5, r"| $-30,\ -28$ | $-29,\ -29.5$ | 0.5 | $-2.5$ | 1.5019 | 0.3886 |", ["1.5019", "0.3886"]),
    ] {
        let (loss, weight) = pair(h, beta);
        article.says(row, &[(loss, texts[0]), (weight, texts[1])]);
        let difference = (pair(h + 1e-5, beta).0 - pair(h - 1e-5, beta).0) / 2e-5;
        near(weight, -difference, 1e-8);
    }
    let seven_to_three = (7.0_f64 / 3.0).ln();
    article.says(
        r"$h$ must reach $0.8473/\beta$, which is $8.5$ nats for $\beta = 0.1$ and $1.7$ for $\beta = 0.5$.",
        &[(seven_to_three, "0.8473"), (seven_to_three / 0.1, "8.5"), (seven_to_three / 0.5, "1.7")],
    );
    article.says(
        r"then $h = 2$, and with $\beta = 0.1$ the loss improves from $0.693$ to $0.598$, although the preferred answer is now $e^{-1} = 0.37$ times as likely as before.",
        &[(pair(0.0, 0.1).0, "0.693"), (pair(-1.0 + 3.0, 0.1).0, "0.598"), ((-1_f64).exp(), "0.37")],
    );
    article.says(
        r"has its minimum where $\sigma(\beta h) = 0.9$, at $\beta h = \ln 9 = 2.197$: a pair can be finished.",
        &[(9_f64.ln(), "2.197"), (sigmoid(9_f64.ln()), "0.9")],
    );
}

#[test]
fn descent_reaches_the_optimum() {
    let article = Article::read(SLUG);
    let [reference, reward] = [[0.5, 0.3, 0.2], [1.0, 2.0, 0.0]];
    let softmax = |theta: [f64; 3]| {
        let sum: f64 = theta.iter().map(|t| t.exp()).sum();
        theta.map(|t| t.exp() / sum)
    };
    let optimum = softmax(std::array::from_fn(|a| f64::ln(reference[a]) + reward[a]));
    near(optimum[0], 0.359_955_540_3, 1e-9);
    let dpo = |seen: &dyn Fn(usize, usize) -> bool| {
        let mut theta = reference.map(f64::ln);
        for _ in 0..4000 {
            let pi = softmax(theta);
            let s: [f64; 3] = std::array::from_fn(|a| (pi[a] / reference[a]).ln());
            let mut step = [0.0; 3];
            for (i, j) in (0..9).map(|k| (k / 3, k % 3)).filter(|(i, j)| i != j && seen(*i, *j)) {
                let push = sigmoid(reward[i] - reward[j]) / 6.0 * sigmoid(s[j] - s[i]);
                step[i] += push;
                step[j] -= push;
            }
            theta = std::array::from_fn(|a| theta[a] + 0.5 * step[a]);
        }
        softmax(theta)
    };
    let all = dpo(&|_, _| true);
    let one = dpo(&|i, j| i < 2 && j < 2);
    for a in 0..3 {
        near(all[a], optimum[a], 1e-6);
    }
    article.says("true labels     [0.36   0.5871 0.053 ]", &[(all[0], "0.36"), (all[1], "0.5871"), (all[2], "0.053")]);
    article
        .says("one pair only   [0.3039 0.4957 0.2004]", &[(one[0], "0.3039"), (one[1], "0.4957"), (one[2], "0.2004")]);
    article.says("$0.2004$ instead of $0.0530$.", &[(one[2], "0.2004"), (optimum[2], "0.0530")]);
    article.says(
        r"$\pi_1/\pi_0 = (0.3/0.5)\, e^{(2-1)/1} = 1.631$, and $0.4957/0.3039 = 1.631$.",
        &[(0.6 * 1_f64.exp(), "1.631"), (one[1] / one[0], "1.631")],
    );
}

#[test]
fn displaced_answer() {
    let article = Article::read(SLUG);
    let probabilities = |theta: f64| {
        let weights = [0.0, 1.0, 3.0].map(|feature| f64::exp(theta * feature));
        let sum: f64 = weights.iter().sum();
        weights.map(|w| w / sum)
    };
    let pi = probabilities(1.0);
    article.says(
        r"At $\theta = 1$ the weights are $1$, $e = 2.718$ and $e^3 = 20.086$: the rejected answer has probability $0.042$, the preferred one $0.114$, and the third $0.844$.",
        &[
            (1_f64.exp(), "2.718"),
            (3_f64.exp(), "20.086"),
            (pi[0], "0.042"),
            (pi[1], "0.114"),
            (pi[2], "0.844"),
        ],
    );
    article.says("the third answer, which no label mentions, rises to 0.98.", &[(probabilities(2.0)[2], "0.98")]);
    let slope = (probabilities(1e-6)[1].ln() - probabilities(-1e-6)[1].ln()) / 2e-6;
    near(slope, -1.0 / 3.0, 1e-6);
    article.says(r"For $\varphi_z = 3$ it is $-\tfrac13$, the fall in the figure.", &[]);
}

#[test]
fn length_memory_and_the_ceiling() {
    let article = Article::read(SLUG);
    article.says(
        "A policy that has drifted by $0.01$ nats per token towards its own style has given an answer of 500 tokens 5 nats and one of 100 tokens 1 nat.",
        &[(0.01 * 500.0, "5"), (0.01 * 100.0, "1")],
    );
    article.says(r"With $\beta = 0.1$ that is a reward of $0.4$ for length alone.", &[(0.1 * (5.0 - 1.0), "0.4")]);
    article.says(
        "7 billion weights take $112 + 14 = 126$ GB before activations",
        &[(7.0 * 16.0, "112"), (7.0 * 2.0, "14"), (7.0 * 18.0, "126")],
    );
    let q = f64::midpoint(1.0, f64::sqrt(2.0 * 0.726 - 1.0));
    near(q * q + (1.0 - q).powi(2), 0.726, 1e-12);
    article.says(r"so $q = \tfrac12\bigl(1 + \sqrt{2 \times 0.726 - 1}\bigr) = 0.836$.", &[(q, "0.836")]);
    article.says("A perfect model would agree with a label on $83.6$ % of pairs.", &[(100.0 * q, "83.6")]);
}
