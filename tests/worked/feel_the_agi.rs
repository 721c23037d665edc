//! The worked numbers of "Feel the AGI: Supervised Fine-Tuning in Your Browser".

use super::{Article, near};

const SLUG: &str = "feel-the-agi";

/// Parameters between the two tables of a GPT-NeoX model: layer norms, attention and MLP with biases.
fn body(layers: u64, d: u64, ff: u64) -> u64 {
    let norms = 4 * d;
    let attention = (3 * d * d + 3 * d) + (d * d + d);
    let mlp = (d * ff + ff) + (ff * d + d);
    layers * (norms + attention + mlp) + 2 * d
}

fn float(n: u64) -> f64 {
    n as f64
}

#[test]
fn loss_of_one_pair() {
    let article = Article::read(SLUG);
    let terms = [0.02_f64, 0.3, 0.001].map(|p| -p.ln());
    let before = terms.iter().sum::<f64>() / 3.0;
    article.says(
        r"\tfrac13\,\bigl( -\ln 0.02 - \ln 0.3 - \ln 0.001 \bigr) = \tfrac13\,(3.912 + 1.204 + 6.908) = 4.008 .",
        &[(terms[0], "3.912"), (terms[1], "1.204"), (terms[2], "6.908"), (before, "4.008")],
    );
    let after = [0.5_f64, 0.9, 0.95].iter().map(|p| -p.ln()).sum::<f64>() / 3.0;
    article.says("After some training let them be $0.5$, $0.9$ and $0.95$: the loss is $0.283$.", &[(after, "0.283")]);
    let with_prompt = |loss: f64| (9.0 * 3.0 + 3.0 * loss) / 12.0;
    article.says(
        "If the nine labels inside the prompt counted too, at 3 nats each, the same two models would score $3.252$ and $2.321$.",
        &[(with_prompt(before), "3.252"), (with_prompt(after), "2.321")],
    );
    article.says(
        r"gives all rows of the table the same probability must score $\ln 50304 = 10.8258$;",
        &[(50_304_f64.ln(), "10.8258")],
    );
    article.says(
        "the first convention reports $(30 \\times 1 + 3 \\times 2)/33 = 1.091$, the second $1.5$.",
        &[((30.0 + 6.0) / 33.0, "1.091"), (1.5, "1.5")],
    );
    article.says(
        "At $p = 0.001$ this is $1.998$, nearly the largest possible; at $p = 0.95$ it is $0.1$.",
        &[(2.0 * (1.0 - 0.001), "1.998"), (2.0 * (1.0 - 0.95), "0.1")],
    );
}

#[test]
fn parameters_and_work() {
    let article = Article::read(SLUG);
    let table = 50_304 * 128;
    // The model cards of the family list these counts.
    assert_eq!(body(6, 128, 512), 1_189_888);
    assert_eq!(body(6, 128, 512) + 2 * table, 14_067_712);
    assert_eq!(body(6, 512, 2048) + 2 * 50_304 * 512, 70_426_624);
    article.says("Between the two tables stand 1,189,888 parameters", &[]);
    article.says("| input table | $50304 \\times 128$ | 6,438,912 |", &[]);
    assert_eq!(table, 6_438_912);
    article.says("$6 \\times 49{,}536$ |", &[]);
    assert_eq!(128 * 384 + 384, 49_536);
    article.says("$6 \\times 16{,}512$ |", &[]);
    assert_eq!(128 * 128 + 128, 16_512);
    article.says("$6 \\times 131{,}712$ |", &[]);
    assert_eq!(2 * 128 * 512 + 512 + 128, 131_712);
    article.says("$6 \\times 512 + 256$ |", &[]);
    assert_eq!(6 * (49_536 + 16_512 + 131_712 + 512) + 256, 1_189_888);
    let matrices: u64 = 6 * (4 * 128 * 128 + 2 * 128 * 512);
    article.says(
        "By @fig:where and the program, the output table takes 84.5 % of a forward pass",
        &[(100.0 * float(table) / float(matrices + table), "84.5")],
    );
    let [layer_work, head_work] = [2.0 * float(matrices) / 1e6, 2.0 * float(table) / 1e6];
    article.says(
        "Work of a forward pass per token: body 2.36 MFLOP, output table 12.88 MFLOP.",
        &[(layer_work, "2.36"), (head_work, "12.88")],
    );
    let scores = 6.0 * 4.0 * 64.0 * 128.0 / 1e6;
    near(scores / (layer_work + head_work), 0.0129, 1e-4);
    article.says(
        "for our pair that is 3 places of 12, and the work falls from 183 to 67 MFLOP.",
        &[(12.0 * (layer_work + head_work), "183"), (12.0 * layer_work + 3.0 * head_work, "67")],
    );
    let [all, some] = [59.0 * (layer_work + head_work), 59.0 * layer_work + 20.0 * head_work];
    article.says(
        r"With all logits the work is $59 \times (2.359 + 12.878) = 899$ MFLOP; with 20 it is $59 \times 2.359 + 20 \times 12.878 = 397$ MFLOP.",
        &[(layer_work, "2.359"), (head_work, "12.878"), (all, "899"), (some, "397")],
    );
    article.says("So 56 % is saved.", &[(100.0 * (1.0 - some / all), "56")]);
}

#[test]
fn tokens_read_and_memory() {
    let article = Article::read(SLUG);
    let tokens: u64 = 143_000 * 2_097_152;
    assert_eq!(tokens, 299_892_736_000);
    article.says(
        "The model has read 143,000 batches of 2,097,152 tokens, which is 299.9 billion tokens or 21,318 for each parameter.",
        &[(float(tokens) / 1e9, "299.9")],
    );
    near(float(tokens) / 14_067_712.0, 21_318.0, 0.5);
    let weights = 4.0 * 14_067_712.0 / 1e6;
    let lora = 6.0 * 8.0 * (128.0 + 384.0);
    article.says("56.3 MB of weights in each case", &[(weights, "56.3")]);
    for (row, trained, text) in [
        ("| everything | 14,067,712 | 225.1 MB |", 14_067_712.0, "225.1"),
        ("| the body | 1,189,888 | 70.5 MB |", 1_189_888.0, "70.5"),
        ("| LoRA of rank 8 on query, key and value | 24,576 | 56.6 MB |", lora, "56.6"),
    ] {
        article.says(row, &[(weights + 12.0 * trained / 1e6, text)]);
    }
    near(lora, 24_576.0, 0.0);
    article.says("A network of 6,799 weights", &[]);
    assert_eq!(6 * 15 * 64 + 64 + 64 * 15 + 15, 6_799);
}

#[test]
fn three_steps_of_adamw() {
    let article = Article::read(SLUG);
    let [mut w, mut m, mut v] = [1.0_f64, 0.0, 0.0];
    let mut path = [0.0; 3];
    for (k, gradient) in [0.5, -0.25, 0.1].into_iter().enumerate() {
        let step = i32::try_from(k).unwrap() + 1;
        m = 0.9 * m + 0.1 * gradient;
        v = 0.95 * v + 0.05 * gradient * gradient;
        let fraction = (m / (1.0 - 0.9_f64.powi(step))) / ((v / (1.0 - 0.95_f64.powi(step))).sqrt() + 1e-8);
        w -= 0.01 * 0.1 * w + 0.01 * fraction;
        path[k] = w;
    }
    // torch.optim.AdamW in double precision.
    for (value, expected) in path.iter().zip([0.989_000_000_2, 0.985_327_305_8, 0.981_129_127_8]) {
        near(*value, expected, 1e-9);
    }
    article.says("the weight moves by $0.01$, plus $0.001$ of decay, to $0.9890$.", &[(path[0], "0.9890")]);
    article.says(
        "yet the weight goes on to $0.9853$, since $m$ remembers; the third brings $0.9811$.",
        &[(path[1], "0.9853"), (path[2], "0.9811")],
    );
}

#[test]
fn confidently_wrong() {
    let article = Article::read(SLUG);
    article.says(
        r"so the two words cost $(3 \times 2.99 + \ln 0.89)/2 = 4.4$ nats each, far more than a blind guess among twelve, $\ln 12 = 2.48$: the model is confidently wrong.",
        &[(f64::midpoint(3.0 * 2.99, 0.89_f64.ln()), "4.4"), (12_f64.ln(), "2.48")],
    );
}
