//! The worked numbers of "Reinforcement Learning for LLMs".

use super::{Article, near};

const SLUG: &str = "reinforcement-learning-for-llms";

/// The toy of three tokens: logits and rewards.
const THETA: [f64; 3] = [0.5, -0.2, 0.1];
const REWARD: [f64; 3] = [1.0, 0.0, 2.0];

fn softmax(logits: [f64; 3]) -> [f64; 3] {
    let exps = logits.map(f64::exp);
    let sum: f64 = exps.iter().sum();
    exps.map(|e| e / sum)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Squared length of the score of each action of a softmax: `1 − 2π_a + Σ π_c²`.
fn score_squares(pi: &[f64; 3]) -> [f64; 3] {
    let sum = dot(pi, pi);
    pi.map(|p| 1.0 - 2.0 * p + sum)
}

/// Variance of a single-sample policy gradient with baseline `b`, summed over the logits.
fn variance(pi: &[f64; 3], gradient: &[f64; 3], b: f64) -> f64 {
    let squares = score_squares(pi);
    (0..3).map(|a| pi[a] * (REWARD[a] - b).powi(2) * squares[a]).sum::<f64>() - dot(gradient, gradient)
}

#[test]
fn exact_gradient_of_the_bandit() {
    let article = Article::read(SLUG);
    let pi = softmax(THETA);
    let j = dot(&pi, &REWARD);
    // NumPy in double precision, and the closed form.
    near(pi[0], 0.461_487_623_4, 1e-9);
    near(j, 1.080_176_433_3, 1e-9);
    article
        .says(r"\pi = (0.4615,\ 0.2292,\ 0.3093), \qquad", &[(pi[0], "0.4615"), (pi[1], "0.2292"), (pi[2], "0.3093")]);
    article.says(
        r"J = \sum_a \pi_a r_a = 0.46149 + 2 \times 0.30934 = 1.0802 .",
        &[(j, "1.0802"), (pi[0], "0.46149"), (pi[2], "0.30934")],
    );
    let gradient: [f64; 3] = std::array::from_fn(|a| pi[a] * (REWARD[a] - j));
    // The same by central differences.
    for a in 0..3 {
        let [mut up, mut down] = [THETA; 2];
        up[a] += 1e-5;
        down[a] -= 1e-5;
        let difference = (dot(&softmax(up), &REWARD) - dot(&softmax(down), &REWARD)) / 2e-5;
        near(gradient[a], difference, 1e-9);
    }
    article.says(
        r"which is $(-0.0370,\ -0.2475,\ 0.2845)$.",
        &[(gradient[0], "-0.0370"), (gradient[1], "-0.2475"), (gradient[2], "0.2845")],
    );
    near(gradient.iter().sum(), 0.0, 1e-12);
    article.says(
        "Its score is $(1, 0, 0) - \\pi$ $= (0.5385, -0.2292, -0.3093)$, and its reward is 1.",
        &[(1.0 - pi[0], "0.5385"), (-pi[1], "-0.2292"), (-pi[2], "-0.3093")],
    );
    article.says(
        "So the estimate raises logit 1 by 0.5385, although the exact gradient says to lower it by 0.0370.",
        &[(1.0 - pi[0], "0.5385"), (-gradient[0], "0.0370")],
    );
}

#[test]
fn variance_against_the_baseline() {
    let article = Article::read(SLUG);
    let pi = softmax(THETA);
    let j = dot(&pi, &REWARD);
    let gradient: [f64; 3] = std::array::from_fn(|a| pi[a] * (REWARD[a] - j));
    let squares = score_squares(&pi);
    let weights: [f64; 3] = std::array::from_fn(|a| pi[a] * squares[a]);
    let best = dot(&weights, &REWARD) / weights.iter().sum::<f64>();
    near(best, 1.035_663_993_6, 1e-9);
    article.says(
        "On the toy the weights are $0.4382$, $0.9028$ and $0.7425$, and $b^{\\ast} = 1.0357$, close to $J = 1.0802$.",
        &[(squares[0], "0.4382"), (squares[1], "0.9028"), (squares[2], "0.7425"), (best, "1.0357"), (j, "1.0802")],
    );
    let v = |b| variance(&pi, &gradient, b);
    near(v(0.0), 0.977_362_416_6, 1e-9);
    near(v(j), 0.293_432_814_939, 1e-11);
    near(v(best), 0.292_167_089_7, 1e-9);
    // The parabola of the article.
    near(v(2.0 * j), v(best) + (2.0 * j - best).powi(2) * weights.iter().sum::<f64>(), 1e-12);
    article.says(
        "The best baseline cuts the variance by a factor of 3.3, and the mean reward comes within half a per cent of it.",
        &[(v(0.0) / v(best), "3.3")],
    );
    assert!(v(j) / v(best) < 1.005);
}

#[test]
fn returns_and_discounts() {
    let article = Article::read(SLUG);
    let mut returns = [0.0, 0.0, 1.0, -1.0, 2.0];
    for t in (0..4).rev() {
        returns[t] += 0.9 * returns[t + 1];
    }
    article.says(
        r"Rewards $(0, 0, 1, -1, 2)$ with $\gamma = 0.9$ give $G = (1.3932,\ 1.548,\ 1.72,\ 0.8,\ 2)$.",
        &[(returns[0], "1.3932"), (returns[1], "1.548"), (returns[2], "1.72"), (returns[3], "0.8"), (returns[4], "2")],
    );
    article.says(
        r"A reward at the end of a thousand tokens, discounted by 0.99, arrives at the first token as $0.99^{1000} \approx 4.3\times10^{-5}$ of itself, and there is no reason to want short answers by accident.",
        &[(0.99_f64.powi(1000) * 1e5, "4.3")],
    );
    article.says(
        r"The final surprise reaches a token 20 steps earlier with weight $0.95^{20} = 0.36$ and one 100 steps earlier with weight $0.006$.",
        &[(0.95_f64.powi(20), "0.36"), (0.95_f64.powi(100), "0.006")],
    );
}

/// Generalised advantage estimates of the three tokens, rewards (0, 0, 1), values (0.5, 0.6, 0.8, 0).
fn advantages(gamma: f64, lambda: f64) -> [f64; 3] {
    let [reward, value] = [[0.0, 0.0, 1.0, 0.0], [0.5, 0.6, 0.8, 0.0]];
    let mut next = 0.0;
    let mut estimates = [0.0; 3];
    for t in (0..3).rev() {
        next = reward[t] + gamma * value[t + 1] - value[t] + gamma * lambda * next;
        estimates[t] = next;
    }
    estimates
}

#[test]
fn advantages_of_three_tokens() {
    let article = Article::read(SLUG);
    for (lambda, row, texts) in [
        (0.0, "| 0 | 0.1 | 0.2 | 0.2 |", ["0.1", "0.2", "0.2"]),
        (0.95, "| 0.95 | 0.4705 | 0.39 | 0.2 |", ["0.4705", "0.39", "0.2"]),
        (1.0, "| 1 | 0.5 | 0.4 | 0.2 |", ["0.5", "0.4", "0.2"]),
    ] {
        let estimates = advantages(1.0, lambda);
        article.says(row, &std::array::from_fn::<_, 3, _>(|t| (estimates[t], texts[t])));
    }
    let estimates = advantages(0.99, 0.95);
    near(estimates[0], 0.451_484_05, 1e-12);
    article.says(
        r"From the back with factor $\gamma\lambda = 0.9405$: $\hat A_3 = 0.2$, $\hat A_2 = 0.192 + 0.1881 = 0.3801$, $\hat A_1 = 0.094 + 0.9405 \times 0.3801$ $= 0.4515$.",
        &[(0.99 * 0.95, "0.9405"), (estimates[2], "0.2"), (estimates[1], "0.3801"), (estimates[0], "0.4515")],
    );
}

#[test]
fn exact_optimum_under_the_leash() {
    let article = Article::read(SLUG);
    let [reference, reward] = [[0.5, 0.3, 0.2], [1.0, 2.0, 0.0]];
    let optimum = |beta: f64| {
        let weights: [f64; 3] = std::array::from_fn(|a| reference[a] * f64::exp(reward[a] / beta));
        let z: f64 = weights.iter().sum();
        let pi = weights.map(|w| w / z);
        let kl: f64 = (0..3).map(|a| pi[a] * (pi[a] / reference[a]).ln()).sum();
        (pi, weights, dot(&pi, &reward), kl, beta * z.ln())
    };
    let (_, weights, mean, kl, value) = optimum(1.0);
    // SciPy's minimiser over the simplex agrees with the closed form.
    near(value, 1.328_627_573_8, 1e-9);
    near(mean - kl, value, 1e-12);
    article.says(
        "The weights are $0.5e = 1.3591$, $0.3e^2 = 2.2167$ and $0.2$, their sum is $Z = 3.776$, and the optimum has value $\\ln Z = 1.329$.",
        &[(weights[0], "1.3591"), (weights[1], "2.2167"), (weights.iter().sum(), "3.776"), (value, "1.329")],
    );
    for (beta, row, pi_texts, texts) in [
        (
            5.0,
            "| 5 | 0.485, 0.356, 0.159 | 1.197 | 0.010 | 1.149 |",
            ["0.485", "0.356", "0.159"],
            ["1.197", "0.010", "1.149"],
        ),
        (
            1.0,
            "| 1 | 0.360, 0.587, 0.053 | 1.534 | 0.205 | 1.329 |",
            ["0.360", "0.587", "0.053"],
            ["1.534", "0.205", "1.329"],
        ),
        (
            0.5,
            "| 0.5 | 0.182, 0.808, 0.010 | 1.798 | 0.587 | 1.505 |",
            ["0.182", "0.808", "0.010"],
            ["1.798", "0.587", "1.505"],
        ),
    ] {
        let (pi, _, mean, kl, value) = optimum(beta);
        article.says(row, &std::array::from_fn::<_, 3, _>(|a| (pi[a], pi_texts[a])));
        article.says(row, &[(mean, texts[0]), (kl, texts[1]), (value, texts[2])]);
    }
    article.says("| 0 | 0, 1, 0 | 2 | 1.204 | 2 |", &[(-f64::ln(0.3), "1.204")]);
    article.says(
        r"If the log-ratio of each of 1,000 tokens has an independent spread of only $0.05$, that of the whole answer has $0.05\sqrt{1000} = 1.58$: one standard deviation is a factor of 4.9.",
        &[(0.05 * 1000_f64.sqrt(), "1.58"), ((0.05 * 1000_f64.sqrt()).exp(), "4.9")],
    );
}
