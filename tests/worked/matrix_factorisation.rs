//! The worked numbers of "Implementing Matrix Factorisation using Tensorflow".
use super::{Article, near};

const SLUG: &str = "matrix-factorisation";

type Pair = [f64; 2];

/// The table of the article; 0 marks an empty cell.
const RATINGS: [[f64; 4]; 5] =
    [[5.0, 3.0, 0.0, 1.0], [4.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 5.0], [1.0, 0.0, 0.0, 4.0], [0.0, 1.0, 5.0, 4.0]];

const START: [Pair; 4] = [[1.0, 0.5], [0.2, 1.0], [0.7, -0.3], [-0.5, 1.2]];

fn dot(a: Pair, b: Pair) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// Minimises the weighted squared error plus `lambda` times the squared length; each of the
/// `cells` is a weight, a target and the fixed factor.
fn ridge(cells: &[(f64, f64, Pair)], lambda: f64) -> Pair {
    let (mut a, mut b, mut d) = (lambda, 0.0, lambda);
    let mut h = [0.0, 0.0];
    for &(weight, target, q) in cells {
        a += weight * q[0] * q[0];
        b += weight * q[0] * q[1];
        d += weight * q[1] * q[1];
        h = [h[0] + weight * target * q[0], h[1] + weight * target * q[1]];
    }
    let determinant = a * d - b * b;
    [(d * h[0] - b * h[1]) / determinant, (a * h[1] - b * h[0]) / determinant]
}

fn solve_users(q: &[Pair; 4], lambda: f64) -> [Pair; 5] {
    RATINGS.map(|row| {
        let known: Vec<_> = (0..4).filter(|&i| row[i] > 0.0).map(|i| (1.0, row[i], q[i])).collect();
        ridge(&known, lambda)
    })
}

fn solve_items(p: &[Pair; 5], lambda: f64) -> [Pair; 4] {
    [0, 1, 2, 3].map(|i| {
        let known: Vec<_> = (0..5).filter(|&u| RATINGS[u][i] > 0.0).map(|u| (1.0, RATINGS[u][i], p[u])).collect();
        ridge(&known, lambda)
    })
}

/// Sum of squared errors and number of the known cells.
fn squared_error(p: &[Pair; 5], q: &[Pair; 4]) -> (f64, f64) {
    let known = (0..5).flat_map(|u| (0..4).map(move |i| (u, i))).filter(|&(u, i)| RATINGS[u][i] > 0.0);
    known.fold((0.0, 0.0), |(sum, n), (u, i)| (sum + (RATINGS[u][i] - dot(p[u], q[i])).powi(2), n + 1.0))
}

fn objective(p: &[Pair; 5], q: &[Pair; 4], lambda: f64) -> f64 {
    let lengths: f64 = p.iter().chain(q).map(|&v| dot(v, v)).sum();
    squared_error(p, q).0 + lambda * lengths
}

fn converged(lambda: f64) -> ([Pair; 5], [Pair; 4]) {
    let mut q = START;
    let mut p = solve_users(&q, lambda);
    for _ in 0..501 {
        q = solve_items(&p, lambda);
        p = solve_users(&q, lambda);
    }
    (p, q)
}

#[test]
fn cells_and_parameters() {
    let article = Article::read(SLUG);
    let known = RATINGS.iter().flatten().filter(|&&rating| rating > 0.0).count() as f64;
    article.says(
        "Take five people, four films and 13 known ratings from 1 to 5; seven cells are empty:",
        &[(known, "13")],
    );
    near(20.0 - known, 7.0, 0.0);
    article.says(
        "With $k = 2$ the small table has $5 \\cdot 2 + 4 \\cdot 2 = 18$ numbers to choose, for 13 ratings.",
        &[(5.0 * 2.0 + 4.0 * 2.0, "18"), (known, "13")],
    );
}

#[test]
fn singular_values_of_the_filled_table() {
    let article = Article::read(SLUG);
    // Power iteration with deflation on the 4 by 4 Gram matrix.
    let mut gram = [[0.0_f64; 4]; 4];
    for row in RATINGS {
        for i in 0..4 {
            for j in 0..4 {
                gram[i][j] += row[i] * row[j];
            }
        }
    }
    let mut values = Vec::new();
    for _ in 0..4 {
        let mut v = [1.0, 0.6, -0.3, 0.2];
        let mut eigenvalue = 0.0;
        for _ in 0..5000 {
            let w: [f64; 4] = std::array::from_fn(|i| (0..4).map(|j| gram[i][j] * v[j]).sum());
            eigenvalue = w.iter().map(|x| x * x).sum::<f64>().sqrt();
            v = w.map(|x| x / eigenvalue);
        }
        values.push(eigenvalue.sqrt());
        for i in 0..4 {
            for j in 0..4 {
                gram[i][j] -= eigenvalue * v[i] * v[j];
            }
        }
    }
    // numpy.linalg.svd of the same table.
    for (value, expected) in values.iter().zip([9.031_719_736_2, 6.229_255_574_1, 3.773_970_377, 1.838_902_170_5]) {
        near(*value, expected, 1e-7);
    }
    article.says(
        "The singular values of the zero-filled table are $9.03$, $6.23$, $3.77$ and $1.84$, so rank 2 leaves an error of $\\sqrt{3.77^2 + 1.84^2} \\approx 4.20$",
        &[(values[0], "9.03"), (values[1], "6.23"), (values[2], "3.77"), (values[3], "1.84"), (values[2].hypot(values[3]), "4.20")],
    );
}

#[test]
fn gradient_step_by_hand() {
    let article = Article::read(SLUG);
    let (b_u, b_i, p, q, eta, lambda) = (0.1, -0.2, [0.3, -0.1], [0.2, 0.5], 0.01, 0.02);
    let prediction = 3.5 + b_u + b_i + dot(p, q);
    let e = 4.0 - prediction;
    let step = |own: f64, other: f64| own + eta * (e * other - lambda * own);
    article.says(
        "The prediction is $3.5 + 0.1 - 0.2 + (0.06 - 0.05) = 3.41$, so $e = 0.59$.",
        &[(p[0] * q[0], "0.06"), (-p[1] * q[1], "0.05"), (prediction, "3.41"), (e, "0.59")],
    );
    article.says(
        "b_u &\\leftarrow 0.10588, & p_u &\\leftarrow (0.30112,\\ -0.09703), \\\\",
        &[(step(b_u, 1.0), "0.10588"), (step(p[0], q[0]), "0.30112"), (step(p[1], q[1]), "-0.09703")],
    );
    article.says(
        "b_i &\\leftarrow -0.19406, & \\qquad q_i &\\leftarrow (0.20173,\\ 0.49931).",
        &[(step(b_i, 1.0), "-0.19406"), (step(q[0], p[0]), "0.20173"), (step(q[1], p[1]), "0.49931")],
    );
    let slipped = [step(q[0], step(p[0], q[0])), step(q[1], step(p[1], q[1]))];
    article.says(
        "$= (0.201737, 0.499328)$ instead of $(0.201730, 0.499310)$.",
        &[
            (slipped[0], "0.201737"),
            (slipped[1], "0.499328"),
            (step(q[0], p[0]), "0.201730"),
            (step(q[1], p[1]), "0.499310"),
        ],
    );
}

#[test]
fn least_squares_by_hand() {
    let article = Article::read(SLUG);
    let [q1, _, q3, q4] = START;
    let (a, b, d) = (
        dot([q1[0], q4[0]], [q1[0], q4[0]]) + 0.1,
        dot([q1[0], q4[0]], [q1[1], q4[1]]),
        dot([q1[1], q4[1]], [q1[1], q4[1]]) + 0.1,
    );
    article.says(
        "= \\begin{bmatrix} 1.35 & -0.1 \\\\ -0.1 & 1.79 \\end{bmatrix}, \\\\",
        &[(a, "1.35"), (b, "-0.1"), (d, "1.79")],
    );
    article.says(
        "= \\begin{bmatrix} 3.5 \\\\ 3.2 \\end{bmatrix}, \\\\",
        &[(4.0 * q1[0] + q4[0], "3.5"), (4.0 * q1[1] + q4[1], "3.2")],
    );
    article.says("p_2 &= \\frac{1}{2.4065}", &[(a * d - b * b, "2.4065")]);
    let p2 = ridge(&[(1.0, 4.0, q1), (1.0, 1.0, q4)], 0.1);
    near(p2[0], 2.736_339_081_7, 1e-9);
    near(p2[1], 1.940_577_602_3, 1e-9);
    article.says("= \\begin{bmatrix} 2.736 \\\\ 1.941 \\end{bmatrix}.", &[(p2[0], "2.736"), (p2[1], "1.941")]);
    let p4 = ridge(&[(1.0, 1.0, q1), (1.0, 4.0, q4)], 0.1);
    article.says(
        "so $p_4 = (-1.26, 7.055)/2.4065$ $= (-0.524, 2.932)$.",
        &[(p4[0] * (a * d - b * b), "-1.26"), (p4[1] * (a * d - b * b), "7.055"), (p4[0], "-0.524"), (p4[1], "2.932")],
    );
    article.says("The prediction is $-0.524 \\cdot 0.7 - 2.932 \\cdot 0.3 = -1.246$", &[(dot(p4, q3), "-1.246")]);
}

#[test]
fn alternating_least_squares() {
    let article = Article::read(SLUG);
    let p = solve_users(&START, 0.1);
    near(objective(&p, &START, 0.1), 34.664_019_242, 1e-8);
    let q = solve_items(&p, 0.1);
    near(objective(&p, &q, 0.1), 14.932_262_547_9, 1e-8);
    article.says("objective 34.6640", &[(objective(&p, &START, 0.1), "34.6640")]);
    article.says("objective 14.9323", &[(objective(&p, &q, 0.1), "14.9323")]);
    let (p, q) = converged(0.1);
    let (sum, n) = squared_error(&p, &q);
    near(objective(&p, &q, 0.1), 3.854_849_226_2, 1e-8);
    article.says(
        "The root-mean-square error on the known cells falls to $0.065$, and that number is worth little.",
        &[((sum / n).sqrt(), "0.065")],
    );
    article.says("now $5.80$ on a scale that ends at 5", &[(dot(p[2], q[2]), "5.80")]);
    let (weak_p, weak_q) = converged(0.01);
    assert!(dot(weak_p[2], weak_q[2]) > dot(p[2], q[2]));
    assert!(squared_error(&weak_p, &weak_q).0 < sum);
    let (p, q) = converged(1.0);
    let (sum, n) = squared_error(&p, &q);
    article.says(
        "With $\\lambda = 1$ that prediction is $3.87$ and the error on known cells is $0.523$.",
        &[(dot(p[2], q[2]), "3.87"), ((sum / n).sqrt(), "0.523")],
    );
}

#[test]
fn two_conventions_of_confidence() {
    let article = Article::read(SLUG);
    let first = |confidence: fn(f64) -> f64| {
        let cells: Vec<_> = (0..4)
            .map(|i| {
                let rating = RATINGS[0][i];
                if rating > 0.0 { (confidence(rating), 1.0, START[i]) } else { (1.0, 0.0, START[i]) }
            })
            .collect();
        ridge(&cells, 0.1)
    };
    let (paper, library) = (first(|r| 1.0 + 40.0 * r), first(|r| 40.0 * r));
    // The first from NumPy's dense solver, the second from the library `implicit` 0.7.3, which
    // computes in single precision.
    near(paper[0], 0.503_949_609_4, 1e-9);
    near(library[0], 0.504_414_156, 1e-6);
    near(library[1], 0.955_549_001, 1e-6);
    article.says(
        "the first person's vector is $(0.5039, 0.9561)$ in one convention and $(0.5044, 0.9555)$ in the other",
        &[(paper[0], "0.5039"), (paper[1], "0.9561"), (library[0], "0.5044"), (library[1], "0.9555")],
    );
}

#[test]
fn personalised_ranking_step() {
    let article = Article::read(SLUG);
    let (p, q_i, q_j) = ([0.5, 0.2, -0.3], [0.1, 0.4, 0.2], [0.3, -0.2, 0.1]);
    let difference: [f64; 3] = std::array::from_fn(|f| q_i[f] - q_j[f]);
    let x: f64 = p.iter().zip(difference).map(|(a, b)| a * b).sum();
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let loss = -sigmoid(x).ln();
    near(loss, 0.698_159_680_5, 1e-9);
    article.says(
        "$x = p_u^{\\top}(q_i - q_j)$ $= -0.1 + 0.12 - 0.03 = -0.01$, so the loss is $-\\ln\\sigma(-0.01) = 0.6982$.",
        &[(p[0] * difference[0], "-0.1"), (p[1] * difference[1], "0.12"), (x, "-0.01"), (loss, "0.6982")],
    );
    let gain = sigmoid(-x);
    let stepped: [f64; 3] = std::array::from_fn(|f| p[f] + 0.05 * (gain * difference[f] - 0.01 * p[f]));
    article.says(
        "p_u + \\eta\\,(0.5025\\,(q_i - q_j) - \\lambda p_u)$ $= (0.4947, 0.2150, -0.2973)$.",
        &[(gain, "0.5025"), (stepped[0], "0.4947"), (stepped[1], "0.2150"), (stepped[2], "-0.2973")],
    );
}

#[test]
fn contest_and_penalty() {
    let article = Article::read(SLUG);
    article.says("which is 10.06 % less; neither is reproduced here.", &[(100.0 * (1.0 - 0.8567 / 0.9525), "10.06")]);
    article.says("with about 6,000 known cells, $\\lambda \\approx 0.18$.", &[(6000.0 * 3e-5, "0.18")]);
}
