//! The worked numbers of "Training MoE Right: Making Every Expert Count".
use super::{Article, near};

const SLUG: &str = "training-moe-right";

/// The logits of the first example, one row a token.
const LOGITS: [[f64; 4]; 8] = [
    [2.0, 1.0, 0.0, -1.0],
    [1.5, 0.5, 0.0, 0.0],
    [3.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.5, 0.0],
    [0.2, 0.1, 0.0, 2.0],
    [1.0, 0.9, 0.8, 0.7],
    [2.5, 2.4, -1.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
];

/// Those of the second example, where no two logits of a token are equal.
const UNTIED: [[f64; 4]; 8] = [
    [2.0, 1.0, 0.0, -1.0],
    [1.5, 0.5, 0.0, 0.1],
    [3.0, 0.05, 0.0, -0.1],
    [0.0, 1.0, 0.5, -0.2],
    [0.2, 0.1, 0.0, 2.0],
    [1.0, 0.9, 0.8, 0.7],
    [2.5, 2.4, -1.0, 0.3],
    [0.12, 0.03, 1.0, -0.07],
];

fn softmax(z: [f64; 4]) -> [f64; 4] {
    let e = z.map(f64::exp);
    let sum: f64 = e.iter().sum();
    e.map(|e| e / sum)
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn dot(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The `k` experts with the largest scores; ties go to the lower index.
fn top(scores: [f64; 4], k: usize) -> Vec<usize> {
    let mut order = vec![0, 1, 2, 3];
    order.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]));
    order.truncate(k);
    order
}

fn counts(scores: &[[f64; 4]; 8], k: usize) -> [f64; 4] {
    let mut counts = [0.0; 4];
    for &row in scores {
        for i in top(row, k) {
            counts[i] += 1.0;
        }
    }
    counts
}

fn mean_rows(rows: &[[f64; 4]; 8]) -> [f64; 4] {
    std::array::from_fn(|i| rows.iter().map(|row| row[i]).sum::<f64>() / 8.0)
}

fn max_violation(counts: [f64; 4]) -> f64 {
    let mean = counts.iter().sum::<f64>() / 4.0;
    counts.iter().fold(0.0_f64, |max, c| max.max(*c)) / mean - 1.0
}

fn choose(n: u64, k: u64) -> u64 {
    (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
}

/// Steps the biases and gives the counts of each step, and the last biases.
fn balance(u: f64, n_steps: usize) -> (Vec<[f64; 4]>, [f64; 4]) {
    let affinities = UNTIED.map(|row| row.map(sigmoid));
    let mut bias = [0.0; 4];
    let mut history = Vec::new();
    for _ in 0..n_steps {
        let counts = counts(&affinities.map(|row| std::array::from_fn(|i| row[i] + bias[i])), 1);
        for i in 0..4 {
            let error = 2.0 - counts[i];
            bias[i] += if error == 0.0 { 0.0 } else { u * error.signum() };
        }
        history.push(counts);
    }
    (history, bias)
}

#[test]
fn parameters_of_deepseek_v3_in_experts() {
    let article = Article::read(SLUG);
    let expert = 3.0 * 7168.0 * 2048.0;
    let (all, active) = (expert * 257.0 * 58.0, expert * 9.0 * 58.0);
    near(expert, 44_040_192.0, 0.0);
    near(all, 656_463_101_952.0, 0.0);
    near(active, 22_988_980_224.0, 0.0);
    near(9.0 * 2048.0, 18_432.0, 0.0);
    article.says(
        "In DeepSeek-V3 an expert has three matrices of $7168 \\times 2048$, that is 44.0 million parameters.",
        &[(expert / 1e6, "44.0")],
    );
    article.says(
        "There are 257 experts in each of 58 layers, so the experts alone hold 656.5 billion of the model's 671 billion parameters.",
        &[(all / 1e9, "656.5")],
    );
    article.says(
        "Nine of the 257 are used for a token, which makes 23.0 billion of the 37 billion that are active [@deepseek2024v3, Section 4.2].",
        &[(active / 1e9, "23.0")],
    );
    article.says("All: $44{,}040{,}192 \\times 257 \\times 58$ $= 656{,}463{,}101{,}952$.", &[]);
    article.says("Active: $44{,}040{,}192 \\times 9 \\times 58$ $= 22{,}988{,}980{,}224$.", &[]);
}

#[test]
fn shares_and_means_of_the_batch() {
    let article = Article::read(SLUG);
    let counts = counts(&LOGITS, 1);
    assert_eq!(counts, [5.0, 1.0, 1.0, 1.0]);
    let f = counts.map(|c| c / 8.0);
    let rows = LOGITS.map(softmax);
    let p = mean_rows(&rows);
    // NumPy 2.4, float64.
    for (p, expected) in p.into_iter().zip([0.4119395941, 0.2372115944, 0.1665488898, 0.1842999217]) {
        near(p, expected, 1e-9);
    }
    article.says(
        "Here $f = (0.625, 0.125, 0.125, 0.125)$ and $P \\approx (0.412, 0.237, 0.167, 0.184)$.",
        &[(f[0], "0.625"), (f[1], "0.125"), (p[0], "0.412"), (p[1], "0.237"), (p[2], "0.167"), (p[3], "0.184")],
    );
    article.says(
        "Token 6 is nearly undecided, with probabilities from 0.21 to 0.29; in $P$ it counts a little for everyone, in $f$ it counts for expert 1 alone.",
        &[(rows[5][3], "0.21"), (rows[5][0], "0.29")],
    );
    near(max_violation(counts), 1.5, 1e-12);
    article.says(
        "Here it is $(5 - 2)/2 = 1.5$: the layer takes $1 + 1.5 = 2.5$ times as long as a balanced one.",
        &[(max_violation(counts), "1.5"), (5.0 / 2.0, "2.5")],
    );
    near(1024.0 / 8.0 * 1.25, 160.0, 0.0);
    near(8.0 / 4.0 * 1.5, 3.0, 0.0);
    article.says(
        "For 1,024 tokens, 8 experts and a factor of 1.25 the capacity is 160 tokens.",
        &[(1024.0 / 8.0 * 1.25, "160")],
    );
}

#[test]
fn penalty_and_its_gradient() {
    let article = Article::read(SLUG);
    let rows = LOGITS.map(softmax);
    let f = counts(&LOGITS, 1).map(|c| c / 8.0);
    let sum = dot(&f, &mean_rows(&rows));
    near(4.0 * sum, 1.3238791883, 1e-9); // NumPy 2.4, float64
    article.says(
        "For the example the sum times $N$ is $4 \\times 0.33097 = 1.32388$, and with $\\alpha = 0.01$ the loss grows by 0.0132.",
        &[(sum, "0.33097"), (4.0 * sum, "1.32388"), (0.04 * sum, "0.0132")],
    );
    let even = [0.25; 4];
    near(4.0 * dot(&even, &even), 1.0, 1e-12);
    let all = [1.0, 0.0, 0.0, 0.0];
    near(4.0 * dot(&all, &all), 4.0, 1e-12);

    let gradient = |t: usize, j: usize| 4.0 / 8.0 * rows[t][j] * (f[j] - dot(&f, &rows[t]));
    let met = dot(&f, &rows[0]);
    article.says(
        "Try token 1, with $p = (0.644, 0.237, 0.087, 0.032)$ and $\\alpha = 1$.",
        &[(rows[0][0], "0.644"), (rows[0][1], "0.237"), (rows[0][2], "0.087"), (rows[0][3], "0.032")],
    );
    article.says(
        "It expects to meet a load of $0.625 \\times 0.644 + 0.125 \\times 0.356 = 0.447$.",
        &[(1.0 - rows[0][0], "0.356"), (met, "0.447")],
    );
    article.says(
        "The gradient for expert 1 is $\\tfrac{4}{8} \\times 0.644 \\times (0.625 - 0.447) = 0.0573$.",
        &[(gradient(0, 0), "0.0573")],
    );
    assert!((0..8).all(|t| gradient(t, 0) > 0.0));
    assert!((0..8).all(|t| gradient(t, 0) <= gradient(6, 0)));
    article.says(
        "The push is hardest, 0.0625, on token 7, which is torn between experts 1 and 2, and that is sensible.",
        &[(gradient(6, 0), "0.0625")],
    );
    article.says(
        "But token 3, for which expert 1 has probability 0.87, is pushed as well, by 0.0283.",
        &[(rows[2][0], "0.87"), (gradient(2, 0), "0.0283")],
    );
}

#[test]
fn two_choices_and_the_z_loss() {
    let article = Article::read(SLUG);
    let counts = counts(&LOGITS, 2);
    assert_eq!(counts, [7.0, 6.0, 2.0, 1.0]);
    let f = counts.map(|c| c * 4.0 / 16.0);
    let loss = dot(&f, &mean_rows(&LOGITS.map(softmax)));
    near(loss, 1.206061107, 1e-9); // NumPy 2.4, float64
    near(max_violation(counts), 0.75, 1e-12);
    article.says(
        "For the example with $K = 2$ the counts are $(7, 6, 2, 1)$, hence $f = (1.75, 1.5, 0.5, 0.25)$, and the sum is 1.2061.",
        &[(f[0], "1.75"), (f[1], "1.5"), (f[2], "0.5"), (f[3], "0.25"), (loss, "1.2061")],
    );
    let normalized = LOGITS.map(|row| {
        let s = row.map(sigmoid);
        let sum: f64 = s.iter().sum();
        s.map(|s| s / sum)
    });
    near(dot(&f, &mean_rows(&normalized)), 1.080532326, 1e-9); // NumPy 2.4, float64
    let z_loss = LOGITS.iter().map(|row| row.iter().map(|z| z.exp()).sum::<f64>().ln().powi(2)).sum::<f64>() / 8.0;
    near(z_loss, 5.946553043, 1e-9); // NumPy 2.4, float64
    article.says("In the example it is 5.947 before the weight.", &[(z_loss, "5.947")]);
    let step = |c: f64| 0.001 * (4.0 - c).signum();
    article.says(
        "For counts $(7, 6, 2, 1)$ with mean 4 and $u = 0.001$ the biases become $(-0.001, -0.001, +0.001, +0.001)$.",
        &[(step(counts[0]), "-0.001"), (step(counts[3]), "0.001")],
    );
}

#[test]
fn gate_with_and_without_bias() {
    let article = Article::read(SLUG);
    let s = [2.0, 1.0, 0.0, -1.0].map(sigmoid);
    let weight = |i: usize, chosen: &[usize]| 2.5 * s[i] / chosen.iter().map(|&i| s[i]).sum::<f64>();
    let chosen = top(s, 2);
    assert_eq!(chosen, [0, 1]);
    near(weight(0, &chosen), 1.3661227578, 1e-9); // DeepSeek-V3's gate in PyTorch, float64
    article.says(
        "Its affinities are $(0.881, 0.731, 0.5, 0.269)$, it goes to experts 1 and 2, and the weights in DeepSeek-V3's gate, which multiplies the normalised affinities by 2.5, are 1.366 and 1.134.",
        &[(s[0], "0.881"), (s[1], "0.731"), (s[2], "0.5"), (s[3], "0.269"), (weight(0, &chosen), "1.366"), (weight(1, &chosen), "1.134")],
    );
    let bias = [-0.2, -0.1, 0.2, 0.1];
    let sums: [f64; 4] = std::array::from_fn(|i| s[i] + bias[i]);
    let chosen = top(sums, 2);
    assert_eq!(chosen, [2, 0]);
    article.says(
        "With $b = (-0.2, -0.1, 0.2, 0.1)$ the sums are $(0.681, 0.631, 0.7, 0.369)$, so experts 3 and 1 are chosen.",
        &[(sums[0], "0.681"), (sums[1], "0.631"), (sums[2], "0.7"), (sums[3], "0.369")],
    );
    near(weight(2, &chosen), 0.9052742216, 1e-9);
    article.says(
        "Their weights are 0.905 and 1.595, from the affinities 0.5 and 0.881.",
        &[(weight(2, &chosen), "0.905"), (weight(0, &chosen), "1.595"), (s[2], "0.5"), (s[0], "0.881")],
    );
}

#[test]
fn bias_hunts_at_one_speed_and_settles_at_another() {
    let article = Article::read(SLUG);
    let (history, bias) = balance(0.03, 12);
    let start = [
        [5.0, 1.0, 1.0, 1.0],
        [3.0, 3.0, 1.0, 1.0],
        [3.0, 2.0, 2.0, 1.0],
        [3.0, 2.0, 1.0, 2.0],
        [3.0, 2.0, 2.0, 1.0],
        [2.0, 3.0, 1.0, 2.0],
    ];
    assert_eq!(history[..6], start);
    for (step, counts) in history.iter().enumerate().skip(6) {
        assert_eq!(*counts, if step % 2 == 0 { [3.0, 1.0, 3.0, 1.0] } else { [1.0, 3.0, 1.0, 3.0] });
    }
    for (b, expected) in bias.into_iter().zip([-0.15, -0.03, 0.12, 0.12]) {
        near(b, expected, 1e-9);
    }
    article.says(
        "With $u = 0.03$ the first step already brings the fullest expert from five tokens down to three, and no later step does better: from the seventh batch on the load flips between $(3,1,3,1)$ and $(1,3,1,3)$ for ever.",
        &[],
    );
    assert!(balance(0.01, 400).0.iter().all(|counts| *counts != [2.0; 4]));
    let (history, bias) = balance(0.003, 400);
    assert_eq!(history.iter().position(|counts| *counts == [2.0; 4]), Some(65));
    assert_eq!(history[399], [2.0; 4]);

    let affinities = UNTIED.map(|row| row.map(sigmoid));
    let free: f64 = affinities.iter().map(|row| row[top(*row, 1)[0]]).sum();
    let sums = affinities.map(|row| std::array::from_fn::<f64, 4, _>(|i| row[i] + bias[i]));
    let even: f64 = affinities.iter().zip(&sums).map(|(row, sums)| row[top(*sums, 1)[0]]).sum();
    let dual = sums.iter().map(|row| row[top(*row, 1)[0]]).sum::<f64>() - 2.0 * bias.iter().sum::<f64>();
    near(dual, even, 1e-9);
    near(even, 6.320537245, 1e-9); // the optimum by scipy.optimize.linear_sum_assignment, SciPy 1.17
    article.says(
        "The last line shows the price of balance: 6.6491 of affinity when every token goes where it likes, 6.3205 in the best even split, and the dual value agrees to the last digit, so no even split is better.",
        &[(free, "6.6491"), (even, "6.3205")],
    );

    // The even biases: token t of expert i asks for b_j - b_i <= s_ti - s_tj. Shortest paths close
    // these bounds, and from one source all of them are attained at once, so that with the mean held
    // at zero b_i spans the mean of its differences' spans.
    let mut bound = [[f64::INFINITY; 4]; 4];
    for (row, sums) in affinities.iter().zip(&sums) {
        let i = top(*sums, 1)[0];
        for j in 0..4 {
            bound[i][j] = bound[i][j].min(row[i] - row[j]);
        }
    }
    for k in 0..4 {
        for i in 0..4 {
            for j in 0..4 {
                bound[i][j] = bound[i][j].min(bound[i][k] + bound[k][j]);
            }
        }
    }
    let span = |i: usize| (0..4).map(|j| bound[i][j] + bound[j][i]).sum::<f64>() / 4.0;
    let widest = (0..4).map(span).fold(0.0, f64::max);
    article.says(
        "Up to a common shift, the biases that balance this batch form a small cell, no wider than 0.0094 along any expert's bias.",
        &[(widest, "0.0094")],
    );
}

#[test]
fn teams_of_experts() {
    let article = Article::read(SLUG);
    assert_eq!(choose(16, 2), 120);
    assert_eq!(choose(8, 2), 28);
    assert_eq!(choose(64, 8), 4_426_165_368);
    assert_eq!(choose(63, 7), 553_270_671);
    article.says("Two of 16 can be chosen in $\\binom{16}{2} = 120$ ways.", &[(choose(16, 2) as f64, "120")]);
    article.says("With $m = 4$, eight of 64 can be chosen in $\\binom{64}{8} = 4{,}426{,}165{,}368$ ways.", &[]);
    article.says(
        "It even reduces the number of teams, to $\\binom{63}{7} = 553{,}270{,}671$: the gain cannot come from counting teams alone.",
        &[],
    );
}

#[test]
fn penalty_below_one() {
    let article = Article::read(SLUG);
    let first = (3.0 * 0.51 + 0.01) / 4.0;
    let sum = 2.0 * (0.75 * first + 0.25 * (1.0 - first));
    article.says(
        "$f = (0.75, 0.25)$ and $P_1 = (3 \\times 0.51 + 0.01)/4 = 0.385$, so $P = (0.385, 0.615)$.",
        &[(first, "0.385"), (1.0 - first, "0.615")],
    );
    article.says("The sum is $2\\,(0.75 \\times 0.385 + 0.25 \\times 0.615)$ $= 0.885$, below one.", &[(sum, "0.885")]);
    let met = 0.75 * 0.51 + 0.25 * 0.49;
    article.says(
        "The push still points the right way: the first token expects a load of $0.75 \\times 0.51 + 0.25 \\times 0.49 = 0.505$, and $0.75 - 0.505 > 0$, so the logit of expert 1 is pushed down.",
        &[(met, "0.505")],
    );
}
