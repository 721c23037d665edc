//! The worked numbers of "PPO & GRPO for LLM Alignment".

use super::{Article, near};

const SLUG: &str = "ppo-and-grpo";

/// The clipped objective of one token, and whether its gradient is on.
fn clipped(ratio: f64, advantage: f64, below: f64, above: f64) -> (f64, bool) {
    let capped = ratio.clamp(1.0 - below, 1.0 + above) * advantage;
    let free = ratio * advantage;
    (free.min(capped), free <= capped)
}

#[test]
fn five_cases_of_the_clip() {
    let article = Article::read(SLUG);
    for (ratio, advantage, row, text, is_on) in [
        (1.5, 1.0, "| 1.5 | +1 | 1.5 | 1.2 | 1.2 | off", "1.2", false),
        (1.5, -1.0, "| 1.5 | −1 | −1.5 | −1.2 | −1.5 | on", "−1.5", true),
        (0.5, 1.0, "| 0.5 | +1 | 0.5 | 0.8 | 0.5 | on", "0.5", true),
        (0.5, -1.0, "| 0.5 | −1 | −0.5 | −0.8 | −0.8 | off", "−0.8", false),
        (1.1, 2.0, "| 1.1 | +2 | 2.2 | 2.2 | 2.2 | on", "2.2", true),
    ] {
        let (value, on) = clipped(ratio, advantage, 0.2, 0.2);
        article.says(row, &[(value, text)]);
        assert_eq!(on, is_on, "{row}");
    }
    article.says(
        "On, since $1.25 < 1.28$; off; off, since $0.75 < 0.8$ and the advantage is negative; on, since the advantage is positive and the clip acts only above.",
        &[],
    );
    let on = [(1.25, 1.0), (1.3, 1.0), (0.75, -1.0), (0.75, 1.0)].map(|(r, a)| clipped(r, a, 0.2, 0.28).1);
    assert_eq!(on, [true, false, false, true]);
    assert!(!clipped(1.25, 1.0, 0.2, 0.2).1);
}

#[test]
fn ratios_that_the_clip_does_not_hold() {
    let article = Article::read(SLUG);
    article.says(
        "The second ratio cannot exceed $1/0.95 = 1.05$, so it never meets the clip, and its sample never stops pushing.",
        &[(1.0 / 0.95, "1.05")],
    );
    article.says(
        r"a thousand tokens with $\rho = 1.02$ each, all well inside the band, make the answer $1.02^{1000} \approx 4 \times 10^{8}$ times as likely.",
        &[(1.02_f64.powi(1000) / 1e8, "4")],
    );
    // The program of the article, and what its figure says.
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let old = [sigmoid(0.0), sigmoid(3.0)];
    let mut w = 0.0;
    let mut ratios = [1.0; 2];
    for step in 0..=200 {
        let p = [sigmoid(w), sigmoid(3.0 + w)];
        ratios = [p[0] / old[0], p[1] / old[1]];
        if step == 3 {
            article.says("step   3  ratio 1: 1.199 on   ratio 2: 1.016 on", &[(ratios[0], "1.199")]);
        }
        let push = |i: usize| if ratios[i] <= 1.2 { ratios[i] * (1.0 - p[i]) } else { 0.0 };
        w += 0.5 * (push(0) + push(1)) / 2.0;
    }
    article.says("step 200  ratio 1: 1.614 off  ratio 2: 1.037 on", &[(ratios[0], "1.614"), (ratios[1], "1.037")]);
}

/// Mean and standard deviation with `n − ddof` in the denominator.
fn spread(rewards: &[f64], ddof: f64) -> (f64, f64) {
    let n = rewards.len() as f64;
    let mean = rewards.iter().sum::<f64>() / n;
    (mean, (rewards.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - ddof)).sqrt())
}

#[test]
fn advantages_of_a_group() {
    let article = Article::read(SLUG);
    let rewards = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    let (mean, population) = spread(&rewards, 0.0);
    let (_, sample) = spread(&rewards, 1.0);
    article.says(
        r"Let two of eight answers be right: the mean is $0.25$ and the standard deviation $\sqrt{0.25 \times 0.75} = 0.433$.",
        &[(mean, "0.25"), (population, "0.433")],
    );
    article.says(
        "A right answer gets $0.75/0.433 = 1.732$, a wrong one $-0.577$.",
        &[(0.75 / population, "1.732"), (-0.25 / population, "-0.577")],
    );
    for (row, std, right, wrong) in [
        ("default) | 1.7321 | −0.5774 |", population, "1.7321", "−0.5774"),
        ("default) | 1.6202 | −0.5401 |", sample, "1.6202", "−0.5401"),
        ("as in TRL [@vonwerra2020trl] | 1.6198 | −0.5399 |", sample + 1e-4, "1.6198", "−0.5399"),
        ("as in Dr. GRPO | 0.75 | −0.25 |", 1.0, "0.75", "−0.25"),
    ] {
        article.says(row, &[((1.0 - mean) / std, right), (-mean / std, wrong)]);
    }
    let rewards = [0.2, 1.0, -0.5, 0.7];
    let (mean, std) = spread(&rewards, 0.0);
    // NumPy 2.4, population standard deviation.
    near((rewards[0] - mean) / std, -0.264_135_271_9, 1e-9);
    let a = rewards.map(|r| (r - mean) / std);
    article.says(
        r"The mean is $0.35$ and the standard deviation $0.5679$, so the advantages are $-0.2641,\ 1.1446,\ -1.4968,\ 0.6163$.",
        &[(mean, "0.35"), (std, "0.5679"), (a[0], "-0.2641"), (a[1], "1.1446"), (a[2], "-1.4968"), (a[3], "0.6163")],
    );
}

#[test]
fn objective_of_two_answers() {
    let article = Article::read(SLUG);
    let token = |pi: f64, old: f64, reference: f64, advantage: f64| {
        let delta = reference - pi;
        let (value, _) = clipped((pi - old).exp(), advantage, 0.2, 0.2);
        value - 0.04 * (delta.exp() - delta - 1.0)
    };
    let first = [token(-1.0, -1.1, -1.2, 1.0), token(-0.5, -0.6, -0.5, 1.0), token(-2.0, -1.7, -1.9, 1.0)];
    let second = [token(-0.7, -0.9, -0.8, -1.0), token(-1.2, -1.0, -1.1, -1.0)];
    // PyTorch in double precision, from the formula of the paper.
    near(first[0], 1.104_421_688_0, 1e-9);
    near(second[1], -0.818_937_589_8, 1e-9);
    article.says(
        r"So $\rho = e^{0.1} = 1.1052$, inside the band, and $D = e^{-0.2} + 0.2 - 1 = 0.0187$; the token contributes $1.10517 - 0.04 \times 0.01873 = 1.1044$.",
        &[(0.1_f64.exp(), "1.1052"), ((-0.2_f64).exp() + 0.2 - 1.0, "0.0187"), (first[0], "1.1044")],
    );
    article.says("terms [1.1044 1.1052 0.7406]", &[(first[0], "1.1044"), (first[1], "1.1052"), (first[2], "0.7406")]);
    article.says("terms [-1.2216 -0.8189]", &[(second[0], "-1.2216"), (second[1], "-0.8189")]);
    let [a, b] = [first.iter().sum::<f64>(), second.iter().sum::<f64>()];
    article.says("(GRPO)     -0.0184", &[((a / 3.0 + b / 2.0) / 2.0, "-0.0184")]);
    article.says("(DAPO)     +0.1819", &[((a + b) / 5.0, "0.1819")]);
    article.says("(Dr. GRPO) +0.1137", &[((a + b) / 8.0, "0.1137")]);
}

#[test]
fn weight_of_a_prompt() {
    let article = Article::read(SLUG);
    let weight = |p: f64, g: i32| {
        let choose = |k: i32| (0..k).map(|j| f64::from(g - j) / f64::from(j + 1)).product::<f64>();
        let chance = |k: i32| choose(k) * p.powi(k) * (1.0 - p).powi(g - k);
        let sum = |f: &dyn Fn(f64) -> f64| (0..=g).map(|k| chance(k) * f(f64::from(k))).sum::<f64>();
        let n = f64::from(g);
        let divided = sum(&|k| (k * (n - k)).sqrt()) / n / (p * (1.0 - p));
        let plain = sum(&|k| k * (n - k)) / n / n / (p * (1.0 - p));
        (divided, plain)
    };
    let (middle, plain) = weight(0.5, 8);
    let (end, _) = weight(1e-6, 8);
    near(plain, 1.0 - 1.0 / 8.0, 1e-12);
    article.says(
        "Without division it is flat at 0.875. Divided by the standard deviation with eight answers it is 1.86 in the middle and rises to 2.6 at both ends.",
        &[(plain, "0.875"), (middle, "1.86"), (end, "2.6")],
    );
    article.says(
        "With eight answers the distortion is mild, a factor of 1.4 between the middle and the ends, and it grows with the group.",
        &[(end / middle, "1.4")],
    );
    // The limit of large groups.
    near(weight(0.3, 900).0, 1.0 / (0.3_f64 * 0.7).sqrt(), 2e-3);
}

#[test]
fn estimators_of_the_divergence() {
    let article = Article::read(SLUG);
    let k2 = |d: f64| d * d / 2.0;
    let k3 = |d: f64| d.exp() - d - 1.0;
    article.says("| $k_2$ | 0.125 | 0.125 | 2 | 0.0025, 1.42 | 0.25, 1.73 |", &[(k2(0.5), "0.125"), (k2(-2.0), "2")]);
    article.says(
        "| $k_3$ | 0.1487 | 0.1065 | 1.1353 | 0, 1.42 | 0, 1.70 |",
        &[(k3(0.5), "0.1487"), (k3(-0.5), "0.1065"), (k3(-2.0), "1.1353")],
    );
    // Unit normals: x ~ N(0, 1) is the policy and N(mu, 1) the reference, so delta = mu x − mu²/2.
    for (mu, texts) in [(0.1, ["20", "0.0025", "1.42", "1.42"]), (1.0, ["2", "0.25", "1.73", "1.70"])] {
        let truth = mu * mu / 2.0;
        let mean = |f: &dyn Fn(f64) -> f64| {
            let step = 1e-3;
            (-12_000..=12_000)
                .map(|i| {
                    let x = f64::from(i) * step;
                    (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt() * step * f(mu * x - mu * mu / 2.0)
                })
                .sum::<f64>()
        };
        let relative = |k: &dyn Fn(f64) -> f64| {
            let first = mean(k);
            ((first - truth) / truth, (mean(&|d| k(d).powi(2)) - first * first).sqrt() / truth)
        };
        let [one, two, three] = [relative(&|d| -d), relative(&k2), relative(&k3)];
        near(one.0, 0.0, 1e-9);
        near(three.0, 0.0, 1e-9);
        for (value, text) in [(one.1, texts[0]), (two.0, texts[1]), (two.1, texts[2]), (three.1, texts[3])] {
            let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
            assert_eq!(format!("{value:.decimals$}"), text);
        }
    }
    // Three tokens, by enumeration.
    let [pi, reference] = [[0.5, 0.3, 0.2], [0.4, 0.4, 0.2]];
    let delta: [f64; 3] = std::array::from_fn(|a| f64::ln(reference[a] / pi[a]));
    let gradient = |weight: [f64; 3]| -> [f64; 3] {
        // Σ_b π_b weight_b (1[a = b] − π_a)
        let total: f64 = (0..3).map(|b| pi[b] * weight[b]).sum();
        std::array::from_fn(|a| pi[a] * (weight[a] - total))
    };
    for (line, values) in [
        ("gradient [0.0989, -0.0939, -0.0051]", gradient(delta.map(|d| -d))),
        ("loss [0.0989, -0.0939, -0.0051]  reward [0.0, 0.005, -0.005]", gradient(delta.map(|d| -d))),
        ("loss [0.1, -0.1, 0.0]", gradient(delta.map(|d| 1.0 - d.exp()))),
        ("reward [-0.0011, 0.0061, -0.0051]", gradient(delta.map(k3))),
    ] {
        article.says(line, &[]);
        let list = line.split(['[', ']']).nth(1).unwrap();
        for (value, text) in values.iter().zip(list.split(", ")) {
            near(*value, text.parse().unwrap(), 5.1e-5);
        }
    }
    let ten = 10_f64.ln();
    article.says(
        r"For the first, $\Delta = -\ln 10 = -2.3026$: $k_2 = 2.651$ with derivative $2.303$, and $k_3 = 0.1 + 2.3026 - 1 = 1.403$ with derivative $0.9$.",
        &[(-ten, "-2.3026"), (k2(-ten), "2.651"), (ten, "2.303"), (k3(-ten), "1.403"), (1.0 - (-ten).exp(), "0.9")],
    );
    article.says(
        r"For the second, $\Delta = 2.3026$: $k_2 = 2.651$ with derivative $-2.303$, and $k_3 = 10 - 2.3026 - 1 = 6.697$ with derivative $-9$.",
        &[(k2(ten), "2.651"), (k3(ten), "6.697"), (1.0 - ten.exp(), "-9")],
    );
}

#[test]
fn silent_prompts_and_memory() {
    let article = Article::read(SLUG);
    let silent = |p: f64| 100.0 * (p.powi(8) + (1.0 - p).powi(8));
    assert!(silent(0.5) < 1.0);
    article.says(
        "less than 1 % at $p = 0.5$, but 43 % at $p = 0.1$ and again at $p = 0.9$.",
        &[(silent(0.1), "43"), (silent(0.9), "43")],
    );
    article.says(
        "With $\\varepsilon = 0.2$, a token of probability $0.01$ may rise to $0.012$ before its gradient stops, while one of probability $0.9$ never meets the clip, for it would have to reach $1.08$",
        &[(0.01 * 1.2, "0.012"), (0.9 * 1.2, "1.08")],
    );
    article.says("Raising only the upper end, to $0.28$, gives the rare token $0.0128$.", &[(0.01 * 1.28, "0.0128")]);
    let [trained, frozen] = [7.0 * 16.0, 7.0 * 2.0];
    article.says(
        "For 7 billion weights, a trained model takes 112 GB and a frozen one 14 GB, activations and caches not counted.",
        &[(trained, "112"), (frozen, "14")],
    );
    article.says(
        r"PPO's four models take $2 \times 112 + 2 \times 14 = 252$ GB.",
        &[(2.0 * trained + 2.0 * frozen, "252")],
    );
    article.says(
        "GRPO with a reference and a reward model takes $140$ GB, with a reference and a program as the judge $126$, and without a reference $112$.",
        &[(trained + 2.0 * frozen, "140"), (trained + frozen, "126"), (trained, "112")],
    );
}
