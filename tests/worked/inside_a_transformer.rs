//! The worked numbers of "WTF Is Happening Inside a Transformer (Linear Algebra Edition)".
use super::{Article, near};

const SLUG: &str = "inside-a-transformer";

type Row3 = [f64; 3];

/// Three tokens of four features.
const X: [[f64; 4]; 3] = [[1.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 2.0], [1.0, 1.0, 1.0, 1.0]];
const W_Q: [[f64; 2]; 4] = [[0.5, 0.0], [0.0, 0.5], [0.5, 0.0], [0.0, 0.5]];
const W_K: [[f64; 2]; 4] = [[0.0, 0.5], [0.5, 0.0], [0.0, 0.5], [0.5, 0.5]];
const W_V: [[f64; 2]; 4] = [[1.0, 0.0], [0.0, 2.0], [0.0, 1.0], [1.0, 0.0]];

/// `a @ b`.
fn product<const N: usize, const K: usize, const M: usize>(a: [[f64; K]; N], b: [[f64; M]; K]) -> [[f64; M]; N] {
    a.map(|row| std::array::from_fn(|m| (0..K).map(|k| row[k] * b[k][m]).sum()))
}

fn transposed<const N: usize, const M: usize>(a: [[f64; M]; N]) -> [[f64; N]; M] {
    std::array::from_fn(|m| std::array::from_fn(|n| a[n][m]))
}

/// Scores before the softmax, `QK^T / sqrt(2)`.
fn scores() -> [Row3; 3] {
    product(product(X, W_Q), transposed(product(X, W_K))).map(|row| row.map(|score| score / 2_f64.sqrt()))
}

fn mixing(is_causal: bool) -> [Row3; 3] {
    let scores = scores();
    std::array::from_fn(|i| {
        let weights: Row3 = std::array::from_fn(|j| if is_causal && j > i { 0.0 } else { scores[i][j].exp() });
        let sum: f64 = weights.iter().sum();
        weights.map(|weight| weight / sum)
    })
}

fn entropy(row: Row3) -> f64 {
    row.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum()
}

/// The Taylor series, exact enough for the arguments below 5 that occur here.
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for k in 1..120 {
        term *= -x * x / f64::from(k);
        sum += term / f64::from(2 * k + 1);
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}

fn gelu(x: f64) -> f64 {
    x / 2.0 * (1.0 + erf(x / 2_f64.sqrt()))
}

fn gelu_tanh(x: f64) -> f64 {
    x / 2.0 * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh())
}

#[test]
fn queries_keys_and_values() {
    let article = Article::read(SLUG);
    assert_eq!(product(X, W_Q), [[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]);
    assert_eq!(product(X, W_K), [[0.0, 1.0], [2.0, 1.0], [1.0, 1.5]]);
    assert_eq!(product(X, W_V), [[1.0, 1.0], [2.0, 4.0], [2.0, 3.0]]);
    article.says(
        r"Q = XW_Q = \begin{bmatrix} 1 & 0 \\ 0 & 2 \\ 1 & 1 \end{bmatrix},
\qquad
K = XW_K = \begin{bmatrix} 0 & 1 \\ 2 & 1 \\ 1 & \frac32 \end{bmatrix},
\qquad
V = XW_V = \begin{bmatrix} 1 & 1 \\ 2 & 4 \\ 2 & 3 \end{bmatrix}.",
        &[],
    );
    let dots = product(product(X, W_Q), transposed(product(X, W_K)));
    assert_eq!(dots, [[0.0, 2.0, 1.0], [2.0, 2.0, 3.0], [1.0, 3.0, 2.5]]);
    article.says(r"QK^{\top} = \begin{bmatrix} 0 & 2 & 1 \\ 2 & 2 & 3 \\ 1 & 3 & \frac52 \end{bmatrix},", &[]);
}

/// The matrix to ten digits as NumPy's float64 gives it.
#[test]
fn the_mixing_matrix() {
    let article = Article::read(SLUG);
    let a = mixing(false);
    for (row, expected) in a.iter().zip([
        [0.140_029_245, 0.575_975_345_2, 0.283_995_409_7],
        [0.248_255_078_3, 0.248_255_078_3, 0.503_489_843_5],
        [0.124_976_137_4, 0.514_058_144_5, 0.360_965_718_1],
    ]) {
        for (p, expected) in row.iter().zip(expected) {
            near(*p, expected, 1e-9);
        }
        near(row.iter().sum(), 1.0, 1e-15);
    }
    let e = scores()[0].map(f64::exp);
    article.says(
        r"$e^{0} = 1$, $e^{2/\sqrt2} \approx 4.113$ and $e^{1/\sqrt2} \approx 2.028$, with sum $7.141$.",
        &[(e[0], "1"), (e[1], "4.113"), (e[2], "2.028"), (e.iter().sum(), "7.141")],
    );
    article.says(
        r"\approx \begin{pmatrix} 0.140 & 0.576 & 0.284 \end{pmatrix}.",
        &[(a[0][0], "0.140"), (a[0][1], "0.576"), (a[0][2], "0.284")],
    );
    article.says(
        r"0.140 & 0.576 & 0.284 \\ 0.248 & 0.248 & 0.503 \\ 0.125 & 0.514 & 0.361",
        &[
            (a[1][0], "0.248"),
            (a[1][1], "0.248"),
            (a[1][2], "0.503"),
            (a[2][0], "0.125"),
            (a[2][1], "0.514"),
            (a[2][2], "0.361"),
        ],
    );
    let y = product(a, product(X, W_V));
    near(y[0][0], 1.859_970_755, 1e-9);
    near(y[2][1], 3.264_105_869_7, 1e-9);
    article.says(
        r"1.860 & 3.296 \\ 1.752 & 2.752 \\ 1.875 & 3.264",
        &[
            (y[0][0], "1.860"),
            (y[0][1], "3.296"),
            (y[1][0], "1.752"),
            (y[1][1], "2.752"),
            (y[2][0], "1.875"),
            (y[2][1], "3.264"),
        ],
    );
    article.says(
        "token 1 takes 14 % of its own value, 58 % of token 2's and 28 % of token 3's.",
        &[(100.0 * a[0][0], "14"), (100.0 * a[0][1], "58"), (100.0 * a[0][2], "28")],
    );
    assert!(a.iter().flatten().all(|p| *p < 0.6));
    let s = scores();
    article.says(
        "Scores: 0, 1.41, 0.71; 1.41, 1.41, 2.12; 0.71, 2.12, 1.77.",
        &[(s[0][1], "1.41"), (s[0][2], "0.71"), (s[1][2], "2.12"), (s[2][1], "2.12"), (s[2][2], "1.77")],
    );
    article.says(
        "token 1 takes 0.58 of token 2, which takes only 0.25 of token 1.",
        &[(a[0][1], "0.58"), (a[1][0], "0.25")],
    );
}

#[test]
fn the_mask_and_the_entropies() {
    let article = Article::read(SLUG);
    let (free, causal) = (mixing(false), mixing(true));
    assert_eq!(causal[0], [1.0, 0.0, 0.0]);
    assert_eq!(causal[1], [0.5, 0.5, 0.0]);
    assert_eq!(causal[2], free[2]);
    article.says("In the example row 1 becomes $(1, 0, 0)$.", &[]);
    article.says(r"Row 2 becomes $(\frac12, \frac12, 0)$, because its first two scores are equal.", &[]);
    article.says(r"| 1 | 0.9505 | 0 | $\ln 1 = 0$ |", &[(entropy(free[0]), "0.9505"), (entropy(causal[0]), "0")]);
    article.says(
        r"| 2 | 1.0373 | 0.6931 | $\ln 2 \approx 0.6931$ |",
        &[(entropy(free[1]), "1.0373"), (entropy(causal[1]), "0.6931"), (2_f64.ln(), "0.6931")],
    );
    article.says(
        r"| 3 | 0.9698 | 0.9698 | $\ln 3 \approx 1.0986$ |",
        &[(entropy(free[2]), "0.9698"), (entropy(causal[2]), "0.9698"), (3_f64.ln(), "1.0986")],
    );
}

#[test]
fn eigenvalues_and_singular_values() {
    let article = Article::read(SLUG);
    let a = mixing(false);
    let det = a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0])
        + a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
    // One eigenvalue is 1; trace and determinant give the sum and the product of the other two.
    let (sum, root) = (a[0][0] + a[1][1] + a[2][2] - 1.0, det);
    let half = (sum * sum / 4.0 - root).sqrt();
    let (low, high) = (sum / 2.0 - half, sum / 2.0 + half);
    near(low, -0.290_762_81, 1e-8);
    near(high, 0.040_012_851_3, 1e-9);
    article.says("the three are 1, $-0.291$ and $0.040$.", &[(low, "-0.291"), (high, "0.040")]);
    article.says(r"$1$, $\frac12$ and $0.361$.", &[(a[2][2], "0.361")]);
    // Power iteration on the Gram matrix.
    let gram = product(transposed(a), a);
    let mut v = [[1.0], [1.0], [1.0]];
    let mut largest = 0.0;
    for _ in 0..200 {
        let w = product(gram, v);
        largest = w.iter().map(|w| w[0] * w[0]).sum::<f64>().sqrt();
        v = w.map(|w| [w[0] / largest]);
    }
    near(largest.sqrt(), 1.062_109_09, 1e-8);
    article.says("The largest singular value may exceed 1; here it is 1.062.", &[(largest.sqrt(), "1.062")]);
}

#[test]
fn the_form_is_not_symmetric() {
    let article = Article::read(SLUG);
    let qk = product(W_Q, transposed(W_K));
    assert_eq!(qk, [[0.0, 0.25, 0.0, 0.25], [0.25, 0.0, 0.25, 0.25], [0.0, 0.25, 0.0, 0.25], [0.25, 0.0, 0.25, 0.25]]);
    article
        .says(r"Entry $(2, 4)$ is $\frac14$ while entry $(4, 2)$ is 0: the form is not symmetric.", &[(qk[3][1], "0")]);
    // Rows 1 and 3, and rows 2 and 4, are equal, and the two kinds are independent.
    assert!(qk[0] == qk[2] && qk[1] == qk[3] && qk[0] != qk[1]);
}

#[test]
fn scaling_keeps_the_softmax_alive() {
    let article = Article::read(SLUG);
    let largest = |score: f64| score.exp() / (score.exp() + 15.0);
    let (sharp, soft) = (largest(8.0), largest(1.0));
    near(sharp, 0.994_993_254_2, 1e-9);
    near(soft, 0.153_416_784_7, 1e-9);
    article.says("With $d_k = 64$ a typical score is 8 in size.", &[(64_f64.sqrt(), "8")]);
    article.says("one of them 8 and the rest 0: the largest weight is 0.995.", &[(sharp, "0.995")]);
    article.says(r"Divide by $\sqrt{64} = 8$ first, and it is 0.153.", &[(soft, "0.153")]);
    article.says(
        "The saturated derivative is 26 times smaller.",
        &[(soft * (1.0 - soft) / (sharp * (1.0 - sharp)), "26")],
    );
}

#[test]
fn an_mlp_by_hand() {
    let article = Article::read(SLUG);
    let w_1 = [[1.0, -1.0, 0.0, 0.0, 1.0, -1.0, 1.0, -1.0], [0.0, 0.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0]];
    let w_2 = transposed([[0.0, 0.0, 0.0, 0.0, 0.5, 0.5, -0.5, -0.5], [1.0, 1.0, -1.0, -1.0, 0.0, 0.0, 0.0, 0.0]]);
    let mlp = |a: f64, b: f64| product(product([[a, b]], w_1).map(|z| z.map(|z: f64| z.max(0.0))), w_2)[0];
    assert_eq!(product([[2.0, -1.0]], w_1)[0], [2.0, -2.0, -1.0, 1.0, 1.0, -1.0, 3.0, -3.0]);
    assert_eq!(mlp(2.0, -1.0), [-1.0, 1.0]);
    assert_eq!(mlp(-2.0, 1.0), [-1.0, 1.0]);
    article.says(
        r"y = hW_2 &= \begin{pmatrix} \tfrac12(1 - 3) & 2 - 1 \end{pmatrix} = \begin{pmatrix} -1 & 1 \end{pmatrix}",
        &[(mlp(2.0, -1.0)[0], "-1"), (mlp(2.0, -1.0)[1], "1")],
    );
    for (a, b) in [(2.0, -1.0), (0.5, 3.0), (-1.5, -0.25), (-4.0, 1.0)] {
        let (a, b): (f64, f64) = (a, b);
        near(mlp(a, b)[0], (a * b).signum() * a.abs().min(b.abs()), 1e-12);
        near(mlp(a, b)[1], a.abs() - b.abs(), 1e-12);
    }
    article.says(r"= \operatorname{sign}(ab)\,\min(|a|, |b|),", &[]);
    assert_eq!(product(w_1, w_2), [[0.0, 0.0], [0.0, 0.0]]);
    article.says("$W_1 W_2 = 0$ here.", &[]);
}

/// Values of the exact GELU from SciPy's `erf`, to ten digits.
#[test]
fn two_forms_of_the_gelu() {
    let article = Article::read(SLUG);
    for (x, expected) in [
        (-1.0, -0.158_655_253_9),
        (-0.5, -0.154_268_769_4),
        (0.5, 0.345_731_230_6),
        (2.0, 1.954_499_736_1),
        (-3.0, -0.004_049_694_1),
    ] {
        near(gelu(x), expected, 1e-9);
    }
    near(gelu_tanh(-3.0), -0.003_637_392_1, 1e-9);
    article
        .says("at $x = 1$ they give 0.841345 and 0.841192.", &[(gelu(1.0), "0.841345"), (gelu_tanh(1.0), "0.841192")]);
    for z in [0.3, 1.0, 2.5] {
        near(gelu(z) - gelu(-z), z, 1e-12);
        near(gelu(z) + gelu(-z), z * erf(z / 2_f64.sqrt()), 1e-12);
    }
    article.says(r"Show that $\operatorname{GELU}(z) - \operatorname{GELU}(-z) = z$.", &[]);
}

#[test]
fn two_normalisations() {
    let article = Article::read(SLUG);
    let row = [1.0, 2.0, 3.0, 4.0];
    let mean = row.iter().sum::<f64>() / 4.0;
    let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4.0;
    let layer = row.map(|x| (x - mean) / (variance + 1e-5).sqrt());
    near(layer[3], 1.341_635_42, 1e-8);
    article.says(
        "becomes $(-1.3416, -0.4472, 0.4472, 1.3416)$ with",
        &[(layer[0], "-1.3416"), (layer[1], "-0.4472"), (layer[2], "0.4472"), (layer[3], "1.3416")],
    );
    let root = (row.iter().map(|x| x * x).sum::<f64>() / 4.0 + 1e-6).sqrt();
    article.says(
        "the same row becomes $(0.3651, 0.7303, 1.0954, 1.4606)$.",
        &[(1.0 / root, "0.3651"), (2.0 / root, "0.7303"), (3.0 / root, "1.0954"), (4.0 / root, "1.4606")],
    );
}

#[test]
fn parameters_and_work() {
    let article = Article::read(SLUG);
    let d = 768.0;
    let (blocks, tables, norm) = (12.0 * (12.0 * d * d + 13.0 * d), 50_257.0 * d + 1024.0 * d, 2.0 * d);
    article.says(
        "['85,054,464', '39,383,808', '1,536'] 124,439,808",
        &[(blocks, "85,054,464"), (tables, "39,383,808"), (norm, "1,536"), (blocks + tables + norm, "124,439,808")],
    );
    article.says(
        "  weights 14,155,776   attention 3,145,728   equal at n = 4,608",
        &[(24.0 * d * d, "14,155,776"), (4.0 * 1024.0 * d, "3,145,728"), (6.0 * d, "4,608")],
    );
    article.says("KV cache at 16 bits, 1024 tokens: 36 MiB", &[(2.0 * 12.0 * 1024.0 * d * 2.0 / 1_048_576.0, "36")]);
    article.says("For $d = 768$ that is 4,608 tokens and for $d = 4096$ it is 24,576.", &[(6.0 * 4096.0, "24,576")]);
    let wide = (8.0 / 3.0 * 4096.0_f64 / 256.0).ceil() * 256.0;
    article.says(
        "| LLaMA 7B | 32 | 4,096 | 32 | 128 | 11,008 | 2.69 | SwiGLU | RMS before |",
        &[(wide, "11,008"), (wide / 4096.0, "2.69"), (4096.0 / 32.0, "128")],
    );
    article.says(r"gives $m = \frac83 \cdot 1024 \approx 2730.7$;", &[(8.0 / 3.0 * 1024.0, "2730.7")]);
    article.says("so the two are equal at $n = 6d = 6144$ tokens,", &[(6.0 * 1024.0, "6144")]);
    near(2688.0 % 128.0 + 2816.0 % 128.0, 0.0, 0.0);
}

#[test]
fn a_query_that_asks_for_nothing() {
    let article = Article::read(SLUG);
    let values = product(X, W_V);
    let mean: [f64; 2] = std::array::from_fn(|c| values.iter().map(|row| row[c]).sum::<f64>() / 3.0);
    near(mean[0], 5.0 / 3.0, 1e-15);
    near(mean[1], 8.0 / 3.0, 1e-15);
    near(entropy([1.0 / 3.0; 3]), 3_f64.ln(), 1e-15);
    article.says(r"$\frac13(1 + 2 + 2,\; 1 + 4 + 3) = (\frac53, \frac83)$, the centroid of the triangle.", &[]);
}
