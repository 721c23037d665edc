//! The worked numbers of "Scaling Laws for LLMs: The 3 Knobs You Actually Have".
use super::{Article, near};

const SLUG: &str = "scaling-laws";

/// FLOP of Gopher as Hoffmann and others 2022 count them.
const GOPHER: f64 = 5.76e23;

/// `L(N, D) = E + A/N^alpha + B/D^beta`, in nats per token.
#[derive(Clone, Copy)]
struct Law {
    e: f64,
    a: f64,
    b: f64,
    alpha: f64,
    beta: f64,
}

/// Hoffmann and others 2022, Equation 10.
const PRINTED: Law = Law { e: 1.69, a: 406.4, b: 410.7, alpha: 0.34, beta: 0.28 };
/// The same with the digits of the paper's TeX source.
const UNROUNDED: Law = Law { e: 1.6934, a: 406.4, b: 410.7, alpha: 0.3392, beta: 0.2849 };
/// Besiroglu and others 2024.
const REFIT: Law = Law { e: 1.8172, a: 482.01, b: 2085.43, alpha: 0.3478, beta: 0.3658 };

impl Law {
    fn loss(self, n: f64, d: f64) -> f64 {
        self.e + self.a / n.powf(self.alpha) + self.b / d.powf(self.beta)
    }

    fn g(self) -> f64 {
        (self.alpha * self.a / (self.beta * self.b)).powf(1.0 / (self.alpha + self.beta))
    }

    fn exponent(self) -> f64 {
        self.beta / (self.alpha + self.beta)
    }

    /// Exponent of the budget in tokens per parameter.
    fn drift(self) -> f64 {
        (self.alpha - self.beta) / (self.alpha + self.beta)
    }

    fn gamma(self) -> f64 {
        self.alpha * self.beta / (self.alpha + self.beta)
    }

    /// Parameters and tokens of the best split of `c` FLOP.
    fn split(self, c: f64) -> (f64, f64) {
        let n = self.g() * (c / 6.0).powf(self.exponent());
        (n, c / (6.0 * n))
    }

    fn best(self, c: f64) -> f64 {
        let (n, d) = self.split(c);
        self.loss(n, d)
    }

    fn ratio(self, c: f64) -> f64 {
        let (n, d) = self.split(c);
        d / n
    }

    /// The share of `c` that a well-split budget needs for `loss`.
    fn worth(self, loss: f64, c: f64) -> f64 {
        ((loss - self.e) / (self.best(c) - self.e)).powf(-1.0 / self.gamma())
    }

    /// The cheapest way to `target` with `served` tokens of use: parameters, tokens, total FLOP.
    fn serve(self, target: f64, served: f64) -> (f64, f64, f64) {
        let tokens = |n: f64| (self.b / (target - self.e - self.a / n.powf(self.alpha))).powf(1.0 / self.beta);
        let total = |log: f64| 6.0 * log.exp() * tokens(log.exp()) + 2.0 * log.exp() * served;
        // The total is convex in the logarithm of the size: ternary search above the least size.
        let (mut low, mut high) = (self.least(target).ln() + 1e-9, 1e14_f64.ln());
        for _ in 0..300 {
            let (left, right) = ((2.0 * low + high) / 3.0, (low + 2.0 * high) / 3.0);
            if total(left) < total(right) { high = right } else { low = left }
        }
        (low.exp(), tokens(low.exp()), total(low))
    }

    /// The size below which no amount of data reaches `target`.
    fn least(self, target: f64) -> f64 {
        (self.a / (target - self.e)).powf(1.0 / self.alpha)
    }
}

/// Kaplan and others 2020, Equation 1.5 and Table 2, as a sum of two terms to the power 0.103.
const KAPLAN_POWER: f64 = 0.103;

fn kaplan_inner() -> Law {
    let alpha = 0.076 / KAPLAN_POWER;
    Law { e: 0.0, a: 6.4e13_f64.powf(alpha), b: 1.8e13, alpha, beta: 1.0 }
}

/// Kaplan and others 2020, Table 6, at the critical batch size: `C = 2 C_min`, in PF-days of 8.64e19 FLOP.
fn kaplan_frontier(c: f64) -> (f64, f64) {
    let n = 1.3e9 * (c / 8.64e19 / 2.0).powf(0.73);
    (n, c / (6.0 * n))
}

#[test]
fn gopher_and_chinchilla() {
    let article = Article::read(SLUG);
    let (gopher, chinchilla) = (6.0 * 2.8e11 * 3.0e11, 6.0 * 7.0e10 * 1.4e12);
    article.says(
        r"C_{\text{Gopher}} &= 6 \times \left(2.8\times10^{11}\right) \times \left(3.0\times10^{11}\right) = 5.04\times10^{23}\ \text{FLOP},",
        &[(gopher / 1e23, "5.04")],
    );
    article.says(
        r"C_{\text{Chinchilla}} &= 6 \times \left(7.0\times10^{10}\right) \times \left(1.4\times10^{12}\right) = 5.88\times10^{23}\ \text{FLOP}.",
        &[(chinchilla / 1e23, "5.88")],
    );
    let (model, data) = (REFIT.a / 7e10_f64.powf(REFIT.alpha), REFIT.b / 1.4e12_f64.powf(REFIT.beta));
    let (smaller, larger) = (4_f64.powf(-REFIT.alpha), (14.0 / 3.0_f64).powf(REFIT.beta));
    let (small, large) = (REFIT.loss(7e10, 1.4e12), REFIT.loss(2.8e11, 3e11));
    near(small, 1.973_881_86, 1e-8);
    near(large, 1.999_607_68, 1e-8);
    near(REFIT.e + smaller * model + larger * data, large, 1e-12);
    article.says(
        r"L(70\,\text{B},\ 1.4\,\text{T}) = 1.8172 + 0.0815 + 0.0752 = 1.9739 .",
        &[(model, "0.0815"), (data, "0.0752"), (small, "1.9739")],
    );
    article.says(r"so the model term shrinks by $4^{-0.3478} = 0.617$.", &[(smaller, "0.617")]);
    article.says(r"so the data term grows by $(14/3)^{0.3658} = 1.757$:", &[(larger, "1.757")]);
    article.says(
        r"\underbrace{0.617 \times 0.0815}_{0.0503} + \underbrace{1.757 \times 0.0752}_{0.1321} = 1.9996 .",
        &[(smaller * model, "0.0503"), (larger * data, "0.1321"), (large, "1.9996")],
    );
    article.says("Quadrupling the parameters bought 0.031 nats.", &[(model * (1.0 - smaller), "0.031")]);
    article.says("Starving the model of tokens cost 0.057 nats.", &[(data * (larger - 1.0), "0.057")]);
}

#[test]
fn units_and_attention() {
    let article = Article::read(SLUG);
    article.says(r"$10^{15} \times 86{,}400 = 8.64\times10^{19}$ FLOP.", &[(1e15 * 86_400.0 / 1e19, "8.64")]);
    let share = 100.0 * 4096.0 / (12.0 * 4096.0);
    article.says("so a context of 4,096 in a model of width 4,096 adds about 8 %,", &[(share, "8")]);
}

/// The seven optima to eight digits: closed form, checked with a grid of 400,001 sizes in NumPy.
#[test]
fn optima() {
    let article = Article::read(SLUG);
    for (law, c, n, d, ratio, loss) in [
        (PRINTED, 1e19, 2.279_559_1e8, 7.311_355_3e9, 32.073_55, 2.985_740_6),
        (PRINTED, 1e21, 1.824_217_7e9, 9.136_336_5e10, 50.083_586, 2.328_882_9),
        (PRINTED, GOPHER, 3.218_985_9e10, 2.982_305_7e12, 92.647_367, 1.930_748_1),
        (UNROUNDED, GOPHER, 4.031_049_6e10, 2.381_513_7e12, 59.079_246, 1.918_387_1),
        (REFIT, 1e19, 2.621_681e8, 6.357_244_3e9, 24.248_733, 2.927_103_2),
        (REFIT, 1e21, 2.778_459_5e9, 5.998_527_9e10, 21.589_402, 2.305_528_6),
        (REFIT, GOPHER, 7.224_870_3e10, 1.328_743_6e12, 18.391_245, 1.974_441_1),
    ] {
        let split = law.split(c);
        near(split.0 / n, 1.0, 1e-7);
        near(split.1 / d, 1.0, 1e-7);
        near(law.ratio(c) / ratio, 1.0, 1e-7);
        near(law.best(c), loss, 1e-7);
        // The marginal terms are equal, and no neighbour on the budget line is better.
        near(law.alpha * law.a / n.powf(law.alpha), law.beta * law.b / d.powf(law.beta), 1e-6);
        for step in [0.99, 1.01] {
            assert!(law.loss(n * step, d / step) > law.best(c));
        }
    }
    for (law, g) in [(PRINTED, 1.344_710_6), (UNROUNDED, 1.300_385_4), (REFIT, 0.119_629_85)] {
        near(law.g(), g, 1e-7);
    }
    let ((n, d), best) = (REFIT.split(1e21), REFIT.best(1e21));
    article.says(
        "with its lowest point at 2.78 billion parameters and 60 billion tokens, 0.488 nats above E.",
        &[(n / 1e9, "2.78"), (d / 1e9, "60"), (best - REFIT.e, "0.488")],
    );
    let model = |n: f64| REFIT.a / n.powf(REFIT.alpha);
    let data = |n: f64| REFIT.b / (1e21 / (6.0 * n)).powf(REFIT.beta);
    article.says(
        "The model term falls from 0.63 to 0.10 nats, the data term rises from 0.09 to 0.63.",
        &[(model(2e8), "0.63"), (model(4e10), "0.10"), (data(2e8), "0.09"), (data(4e10), "0.63")],
    );
}

#[test]
fn the_valley_is_flat() {
    let article = Article::read(SLUG);
    let (n, d) = REFIT.split(1e21);
    let best = REFIT.best(1e21);
    let after = |factor: f64| REFIT.loss(n * factor, d / factor);
    for factor in [0.5, 2.0] {
        article.says(
            "a model half or twice the best size loses 0.015 nats, which is what a 16 % smaller budget, well spent, would lose.",
            &[(after(factor) - best, "0.015"), (100.0 * (1.0 - REFIT.worth(after(factor), 1e21)), "16")],
        );
    }
    for factor in [0.25, 4.0] {
        near(after(factor) - best, 0.06, 0.003);
        near(REFIT.worth(after(factor), 1e21), 0.53, 0.02);
    }
    article.says(
        "Four times off in either direction loses about 0.06 nats, and that wastes nearly half of the compute.",
        &[],
    );
    // Gopher's loss on the best path.
    near(REFIT.worth(REFIT.loss(2.8e11, 3e11), 5.04e23), 0.5, 0.02);
    article.says("at a loss that the path reaches for half of Gopher's compute.", &[]);
}

#[test]
fn the_price_of_progress() {
    let article = Article::read(SLUG);
    let gamma = REFIT.gamma();
    near((REFIT.best(1e22) - REFIT.e) / (REFIT.best(1e21) - REFIT.e), 10_f64.powf(-gamma), 1e-12);
    article.says(r"With the refit $\gamma = 0.178$.", &[(gamma, "0.178")]);
    article.says("Ten times the compute removes 34 % of", &[(100.0 * (1.0 - 10_f64.powf(-gamma)), "34")]);
    article.says(
        r"Halving the reducible loss takes $2^{1/\gamma} \approx 49$ times the compute.",
        &[(2_f64.powf(1.0 / gamma), "49")],
    );
}

#[test]
fn laws_of_kaplan_and_others() {
    let article = Article::read(SLUG);
    let headline = (8.8e13_f64 / 1e9).powf(0.076);
    let joint = |n: f64, d: f64| kaplan_inner().loss(n, d).powf(KAPLAN_POWER);
    near(headline, 2.375_640_295_1, 1e-9);
    near(joint(1e9, f64::INFINITY), 2.318_834_098_1, 1e-9);
    near(joint(1e9, 1e10), 2.419_651_819_2, 1e-9);
    near(joint(1.5e9, 2.2e10), 2.312_548_483_4, 1e-9);
    article.says(
        "For one billion parameters and unlimited data the headline law gives 2.376 and the joint law 2.319.",
        &[(headline, "2.376"), (joint(1e9, f64::INFINITY), "2.319")],
    );
    let frontier = kaplan_frontier(1e21).0 / 1e9;
    article.says(r"With that factor, $C = 10^{21}$ FLOP gives 4.68 billion parameters,", &[(frontier, "4.68")]);
    let exponent = kaplan_inner().exponent();
    article.says(r"an exponent of $\alpha_D/(\alpha_N+\alpha_D) = 0.575$, not 0.73.", &[(exponent, "0.575")]);
}

#[test]
fn rounding_moves_the_plan() {
    let article = Article::read(SLUG);
    article.says(
        "The unrounded set gives 40.3 billion; the printed set gives 32.2 billion.",
        &[(UNROUNDED.split(GOPHER).0 / 1e9, "40.3"), (PRINTED.split(GOPHER).0 / 1e9, "32.2")],
    );
    // Tokens of the best split whose model has 67 billion parameters.
    let tokens = |law: Law| {
        let c = 6.0 * (6.7e10 / law.g()).powf(1.0 / law.exponent());
        law.split(c).1 / 1e12
    };
    let (unrounded, printed) = (tokens(UNROUNDED), tokens(PRINTED));
    article.says("the unrounded set says 4.4, the printed one 7.3.", &[(unrounded, "4.4"), (printed, "7.3")]);
}

/// The cells of a row after its name.
fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').skip(1).map(str::trim).collect()
}

#[test]
fn table_of_constants() {
    let article = Article::read(SLUG);
    for (law, row) in [
        (PRINTED, "| Hoffmann, printed | 1.69 | 406.4 | 410.7 | 0.34 | 0.28 | 0.452 | +0.097 |"),
        (UNROUNDED, "| Hoffmann, unrounded | 1.6934 | 406.4 | 410.7 | 0.3392 | 0.2849 | 0.456 | +0.087 |"),
        (REFIT, "| Epoch refit | 1.8172 | 482.01 | 2085.43 | 0.3478 | 0.3658 | 0.513 | −0.025 |"),
        (kaplan_inner(), "| Kaplan, joint law (ours) | none | – | – | 0.076 | 0.103 | 0.575 | −0.151 |"),
    ] {
        article.says(row, &[(law.exponent(), cells(row)[5]), (law.drift(), cells(row)[6])]);
    }
    article.says("| Kaplan, frontier | none | – | – | – | – | 0.73 | −0.46 |", &[(1.0 - 2.0 * 0.73, "−0.46")]);
}

#[test]
fn table_of_plans() {
    let article = Article::read(SLUG);
    // Approach 1: sizes read from Hoffmann and others 2022, Appendix D.4 and Table 3; the tokens follow.
    let first = |c: f64| if c > 1e23 { 6.7e10 } else { 2.86e9 };
    let says = |row: &str, size: &dyn Fn(f64) -> f64, loss: Option<f64>| {
        let numbers = [1e21, GOPHER].into_iter().flat_map(|c| {
            let n = size(c);
            [n / 1e9, c / (6.0 * n) / 1e9, c / (6.0 * n * n)]
        });
        let numbers: Vec<_> = numbers.chain(loss).zip(cells(row)).collect();
        article.says(row, &numbers);
    };
    for (law, row) in [
        (PRINTED, "| Hoffmann, printed | 1.82 | 91.4 | 50.1 | 32.2 | 2,982 | 92.6 | 1.931 |"),
        (UNROUNDED, "| Hoffmann, unrounded | 2.21 | 75.3 | 34.0 | 40.3 | 2,382 | 59.1 | 1.918 |"),
        (REFIT, "| Epoch refit | 2.78 | 60.0 | 21.6 | 72.2 | 1,329 | 18.4 | 1.974 |"),
    ] {
        says(row, &|c| law.split(c).0, Some(law.best(GOPHER)));
    }
    says("| Approach 1 | 2.86 | 58.3 | 20.4 | 67 | 1,433 | 21.4 | – |", &first, None);
    says(
        "| Kaplan, joint law (ours) | 6.23 | 26.7 | 4.3 | 242 | 397 | 1.6 | 1.618 |",
        &|c| kaplan_inner().split(c).0,
        Some(kaplan_inner().best(GOPHER).powf(KAPLAN_POWER)),
    );
    says("| Kaplan, frontier | 4.68 | 35.6 | 7.6 | 485 | 198 | 0.41 | – |", &|c| kaplan_frontier(c).0, None);
    let least = kaplan_frontier(GOPHER).1 / kaplan_frontier(GOPHER).0;
    article.says(
        "At Gopher's budget the advice runs from 0.4 to 93 tokens per parameter.",
        &[(least, "0.4"), (PRINTED.ratio(GOPHER), "93")],
    );
    assert!(PRINTED.ratio(GOPHER) / least > 200.0);
    article.says("with numbers that differ by a factor of more than two hundred.", &[]);
}

#[test]
fn figure_of_ratios() {
    let article = Article::read(SLUG);
    let frontier = |c: f64| kaplan_frontier(c).1 / kaplan_frontier(c).0;
    article.says("the printed one from 26 to 153.", &[(PRINTED.ratio(1e18), "26"), (PRINTED.ratio(1e26), "153")]);
    article.says("The Epoch line falls gently from 26 to 16", &[(REFIT.ratio(1e18), "26"), (REFIT.ratio(1e26), "16")]);
    article.says(
        "Kaplan's joint law falls from 12 to 0.8 and Kaplan's frontier from 182 to below 0.1.",
        &[(kaplan_inner().ratio(1e18), "12"), (kaplan_inner().ratio(1e26), "0.8"), (frontier(1e18), "182")],
    );
    assert!(frontier(1e26) < 0.1);
    let sizes = [PRINTED, UNROUNDED, REFIT].map(|law| law.split(1e20).0);
    let spread = sizes.iter().fold(0.0_f64, |a, &b| a.max(b)) / sizes.iter().fold(f64::INFINITY, |a, &b| a.min(b));
    near(spread, 1.33, 0.04);
    article.says("the best sizes of the Hoffmann and Epoch sets differ by about a third at most.", &[]);
}

#[test]
fn a_wrong_plan_and_a_cap() {
    let article = Article::read(SLUG);
    let (n, d) = PRINTED.split(GOPHER);
    let (loss, best) = (REFIT.loss(n, d), REFIT.best(GOPHER));
    article.says("The predicted loss is 1.9810 instead of 1.9744.", &[(loss, "1.9810"), (best, "1.9744")]);
    let lost = 100.0 * (1.0 - REFIT.worth(loss, GOPHER));
    article.says("That is what a perfectly split budget 20 % smaller would reach", &[(lost, "20")]);
    let n = GOPHER / (6.0 * 3e11);
    article.says(
        "forces 320 billion parameters and a loss of 1.997 instead of 1.974.",
        &[(n / 1e9, "320"), (REFIT.loss(n, 3e11), "1.997"), (best, "1.974")],
    );
}

/// Minimal total FLOP for a loss of 2.1 nats: checked with a grid of two million sizes in NumPy.
#[test]
fn serving() {
    let article = Article::read(SLUG);
    for (served, n, d, total) in [
        (0.0, 1.336_285_7e10, 2.670_397_6e11, 2.141_048_5e22),
        (1e12, 7.480_42e9, 5.557_35e11, 3.990_36e22),
        (1e13, 4.401_08e9, 1.737_01e12, 1.338_9e23),
    ] {
        let found = REFIT.serve(2.1, served);
        near(found.0 / n, 1.0, 1e-5);
        near(found.1 / d, 1.0, 1e-5);
        near(found.2 / total, 1.0, 1e-5);
    }
    let [never, some, much] = [0.0, 1e12, 1e13].map(|served| REFIT.serve(2.1, served));
    article.says(
        "Never served: lowest at 13.4 billion. One trillion tokens served: lowest at 7.5 billion. Ten trillion tokens served: lowest at 4.4 billion.",
        &[(never.0 / 1e9, "13.4"), (some.0 / 1e9, "7.5"), (much.0 / 1e9, "4.4")],
    );
    let alone = never.2 + 2.0 * never.0 * 1e13;
    near(1.0 - much.2 / alone, 0.54, 0.005);
    article.says(
        "At ten trillion tokens the best plan trains on 395 tokens per parameter and halves the bill.",
        &[(much.1 / much.0, "395")],
    );
}

#[test]
fn exercises() {
    let article = Article::read(SLUG);
    let b = 482.0 * 20_f64.powf(0.35);
    near(Law { e: 0.0, a: 482.0, b, alpha: 0.35, beta: 0.35 }.ratio(1e22), 20.0, 1e-9);
    article.says(r"482 \times 20^{0.35} \approx 1375$.", &[(b, "1375")]);
    article.says("The ratio starts at 59.1.", &[(UNROUNDED.ratio(GOPHER), "59.1")]);
    let (alpha, beta) = (Law { alpha: 0.34, ..UNROUNDED }, Law { beta: 0.28, ..UNROUNDED });
    article.says(
        r"Rounding only $\alpha$ to 0.34 gives 62.4; rounding only $\beta$ to 0.28 gives 87.7; both give 92.6.",
        &[(alpha.ratio(GOPHER), "62.4"), (beta.ratio(GOPHER), "87.7"), (PRINTED.ratio(GOPHER), "92.6")],
    );
    article.says(
        r"at a trillion tokens, $D^{0.0049} = e^{0.0049 \times 27.6} \approx 1.145$,",
        &[(1e12_f64.ln(), "27.6"), (1e12_f64.powf(0.0049), "1.145")],
    );
    let times = |law: Law| 2_f64.powf(1.0 / law.gamma());
    for (law, sentence, gamma, written) in [
        (PRINTED, r"The printed set has $\gamma = 0.1535$ and asks for 91 times;", "0.1535", "91"),
        (UNROUNDED, r"the unrounded set has $\gamma = 0.1548$ and asks for 88;", "0.1548", "88"),
        (REFIT, r"the refit has $\gamma = 0.1783$ and asks for 49.", "0.1783", "49"),
    ] {
        article.says(sentence, &[(law.gamma(), gamma), (times(law), written)]);
    }
    article.says(r"A reducible loss of 0.2 in the refit is $L^{\ast} = 2.0172$.", &[(REFIT.e + 0.2, "2.0172")]);
    article.says("because no model below 5.3 billion can reach that loss.", &[(REFIT.least(2.0172) / 1e9, "5.3")]);
    let (never, much) = (REFIT.serve(2.0172, 0.0), REFIT.serve(2.0172, 1e13));
    article.says(
        "the cheapest model has 36.2 billion parameters and 19 tokens for each; with ten trillion tokens served, 14.6 billion and 183.",
        &[(never.0 / 1e9, "36.2"), (never.1 / never.0, "19"), (much.0 / 1e9, "14.6"), (much.1 / much.0, "183")],
    );
}
