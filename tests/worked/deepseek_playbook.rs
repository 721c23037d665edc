//! The worked numbers of "DeepSeek's Technical Playbook: From MLA to Conditional Memory".
use super::{Article, near};

const SLUG: &str = "deepseek-playbook";

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// `m` times `x`.
fn times(m: [[f64; 2]; 2], x: [f64; 2]) -> [f64; 2] {
    m.map(|row| dot(row, x))
}

fn transposed(m: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    [[m[0][0], m[1][0]], [m[0][1], m[1][1]]]
}

/// One head of latent attention over three cached tokens.
struct Head {
    up_key: [[f64; 2]; 2],
    up_value: [[f64; 2]; 2],
    query: [f64; 2],
    rotary_query: [f64; 2],
}

const LATENTS: [[f64; 2]; 3] = [[1.0, 0.5], [-0.5, 1.0], [0.25, -1.0]];
const ROTARY_KEYS: [[f64; 2]; 3] = [[0.3, 0.1], [0.2, -0.4], [1.0, 0.5]];
const HEADS: [Head; 2] = [
    Head {
        up_key: [[1.0, 0.5], [0.0, 1.0]],
        up_value: [[1.0, 0.0], [0.5, 1.0]],
        query: [0.4, -0.2],
        rotary_query: [0.1, 0.6],
    },
    Head {
        up_key: [[0.5, -1.0], [1.0, 0.0]],
        up_value: [[0.0, 1.0], [1.0, 1.0]],
        query: [1.0, 0.3],
        rotary_query: [-0.5, 0.2],
    },
];

impl Head {
    fn rotary(&self) -> [f64; 3] {
        ROTARY_KEYS.map(|k| dot(self.rotary_query, k))
    }

    fn absorbed_query(&self) -> [f64; 2] {
        times(transposed(self.up_key), self.query)
    }

    fn expanded_scores(&self) -> [f64; 3] {
        std::array::from_fn(|t| (dot(self.query, times(self.up_key, LATENTS[t])) + self.rotary()[t]) / 2.0)
    }

    fn absorbed_scores(&self) -> [f64; 3] {
        std::array::from_fn(|t| (dot(self.absorbed_query(), LATENTS[t]) + self.rotary()[t]) / 2.0)
    }

    fn weights(&self) -> [f64; 3] {
        let e = self.absorbed_scores().map(f64::exp);
        let sum: f64 = e.iter().sum();
        e.map(|e| e / sum)
    }

    fn mean_latent(&self) -> [f64; 2] {
        let a = self.weights();
        std::array::from_fn(|i| (0..3).map(|t| a[t] * LATENTS[t][i]).sum())
    }
}

#[test]
fn latent_attention_in_both_forms() {
    let article = Article::read(SLUG);
    for head in &HEADS {
        for (expanded, absorbed) in head.expanded_scores().into_iter().zip(head.absorbed_scores()) {
            near(expanded, absorbed, 1e-12);
        }
        let values = LATENTS.map(|c| times(head.up_value, c));
        let late = times(head.up_value, head.mean_latent());
        for i in 0..2 {
            near((0..3).map(|t| head.weights()[t] * values[t][i]).sum(), late[i], 1e-12);
        }
    }
    let head = &HEADS[0];
    let key = times(head.up_key, LATENTS[0]);
    let scores = head.absorbed_scores();
    article.says(
        "The first is $W^{UK}_1 c_1 = (1.25, 0.5)$, its product with the query is $0.5 - 0.1 = 0.4$, the rotary part adds $0.03 + 0.06 = 0.09$, and half of $0.49$ is $0.245$.",
        &[
            (key[0], "1.25"),
            (key[1], "0.5"),
            (dot(key, head.query), "0.4"),
            (head.rotary()[0], "0.09"),
            (scores[0] * 2.0, "0.49"),
            (scores[0], "0.245"),
        ],
    );
    near(head.absorbed_query()[0], 0.4, 1e-12);
    near(head.absorbed_query()[1], 0.0, 1e-12);
    article.says(
        "and take products with the latents themselves: $0.4$, $-0.2$ and $0.1$.",
        &[
            (dot(head.absorbed_query(), LATENTS[0]), "0.4"),
            (dot(head.absorbed_query(), LATENTS[1]), "-0.2"),
            (dot(head.absorbed_query(), LATENTS[2]), "0.1"),
        ],
    );
    article.says(
        "With the rotary parts $0.09$, $-0.22$ and $0.4$, and halved, the scores are $0.245$, $-0.21$ and $0.25$, the first as before.",
        &[
            (head.rotary()[1], "-0.22"),
            (head.rotary()[2], "0.4"),
            (scores[0], "0.245"),
            (scores[1], "-0.21"),
            (scores[2], "0.25"),
        ],
    );
    let weights = head.weights();
    near(weights[0], 0.3788653038, 1e-9); // NumPy 2.4, float64
    article.says(
        "The softmax gives $0.379$, $0.240$ and $0.381$.",
        &[(weights[0], "0.379"), (weights[1], "0.240"), (weights[2], "0.381")],
    );
    let output = times(head.up_value, head.mean_latent());
    near(output[1], 0.2259742181, 1e-9); // NumPy 2.4, float64
    article.says(
        "Average the latents with these weights, which gives $(0.354, 0.049)$, and only then apply $W^{UV}_1$: the output is $(0.354, 0.226)$.",
        &[(head.mean_latent()[0], "0.354"), (head.mean_latent()[1], "0.049"), (output[1], "0.226")],
    );

    let head = &HEADS[1];
    let (query, scores) = (head.absorbed_query(), head.absorbed_scores());
    article.says(
        "$\\tilde q_2 = W^{UK\\top}_2 q_2$ $= (0.5 + 0.3,\\ -1 + 0)$ $= (0.8, -1)$.",
        &[(query[0], "0.8"), (query[1], "-1")],
    );
    article.says(
        "Its products with the latents are $0.3$, $-1.4$ and $1.2$.",
        &[(dot(query, LATENTS[0]), "0.3"), (dot(query, LATENTS[1]), "-1.4"), (dot(query, LATENTS[2]), "1.2")],
    );
    article.says(
        "The rotary parts are $-0.13$, $-0.18$ and $-0.4$.",
        &[(head.rotary()[0], "-0.13"), (head.rotary()[1], "-0.18"), (head.rotary()[2], "-0.4")],
    );
    article.says(
        "Half of the sums: $0.085$, $-0.79$ and $0.4$.",
        &[(scores[0], "0.085"), (scores[1], "-0.79"), (scores[2], "0.4")],
    );
}

#[test]
fn caches_of_the_table() {
    let article = Article::read(SLUG);
    let gigabytes = |bytes: f64| bytes * 131_072.0 / 1e9;
    let multi_head = 2.0 * 128.0 * 128.0 * 60.0;
    let latent = (512.0 + 64.0) * 60.0;
    near(multi_head, 1_966_080.0, 0.0);
    near(latent, 34_560.0, 0.0);
    near(multi_head / latent, 56.8888888889, 1e-9);
    near(latent / (2.0 * 128.0 * 60.0), 2.25, 1e-12);
    for (row, bytes, size) in [
        ("| multi-head | $2 n_h d_h l$ | 1,966,080 | 3,932,160 | 515.4 GB |", 2.0 * multi_head, "515.4"),
        ("| grouped, 8 groups | $2 n_g d_h l$ | 122,880 | 245,760 | 32.2 GB |", 2.0 * 2.0 * 8.0 * 128.0 * 60.0, "32.2"),
        ("| multi-query | $2 d_h l$ | 15,360 | 30,720 | 4.0 GB |", 2.0 * 2.0 * 128.0 * 60.0, "4.0"),
        ("| latent | $(d_c + d_R)\\, l$ | 34,560 | 69,120 | 9.1 GB |", 2.0 * latent, "9.1"),
        ("| DeepSeek-V3, 61 layers | latent | 35,136 | 70,272 | 9.2 GB |", 2.0 * 576.0 * 61.0, "9.2"),
        ("| Qwen2.5 72B, 80 layers | 8 groups | 163,840 | 327,680 | 42.9 GB |", 2.0 * 2.0 * 8.0 * 128.0 * 80.0, "42.9"),
        (
            "| Llama 3.1 405B, 126 layers | 8 groups | 258,048 | 516,096 | 67.6 GB |",
            2.0 * 2.0 * 8.0 * 128.0 * 126.0,
            "67.6",
        ),
    ] {
        let with_commas = |number: f64| {
            let digits = format!("{number:.0}");
            let mut text = String::new();
            for (i, digit) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i).is_multiple_of(3) {
                    text.push(',');
                }
                text.push(digit);
            }
            text
        };
        assert!(row.contains(&with_commas(bytes)) && row.contains(&with_commas(bytes / 2.0)), "{row}");
        article.says(row, &[(gigabytes(bytes), size)]);
    }
    let tokens = 100.0 * 32_768.0;
    article.says("DeepSeek-V3: $\\times\\, 70{,}272 = 230.3$ GB.", &[(tokens * 70_272.0 / 1e9, "230.3")]);
    article.says(
        "Llama 3.1 405B: $\\times\\, 516{,}096 = 1{,}691.1$ GB, 7.3 times as much.",
        &[(516_096.0 / 70_272.0, "7.3")],
    );
    near(tokens * 516_096.0 / 1e9, 1691.1, 0.05);
    article.says(
        "At 6 bits the first becomes $230.3 \\times 6/16 = 86.4$ GB.",
        &[(tokens * 70_272.0 / 1e9 * 6.0 / 16.0, "86.4")],
    );
}

#[test]
fn the_famous_reduction() {
    let article = Article::read(SLUG);
    let older = 2.0 * 8.0 * 128.0 * 95.0;
    near(older, 194_560.0, 0.0);
    article.says("But a 56.9-fold reduction is one of 98.2 %, so 93.3 % must be something else, and it is: a comparison with DeepSeek 67B, an older model of another shape, which already used grouped-query attention with 8 groups over 95 layers [@deepseek2024llm, Section 2.2].", &[
        (1_966_080.0 / 34_560.0, "56.9"),
        (100.0 * (1.0 - 34_560.0 / 1_966_080.0), "98.2"),
    ]);
    article.says(
        "That model caches $2 \\cdot 8 \\cdot 128 \\cdot 95 = 194{,}560$ numbers, so 34,560 would save only 82.2 %.",
        &[(100.0 * (1.0 - 34_560.0 / older), "82.2")],
    );
    near(34_560.0 * 0.75, 25_920.0, 0.0);
    near(older * 2.0, 389_120.0, 0.0);
    article.says(
        "Then $34{,}560 \\times 0.75 = 25{,}920$ bytes stand against $194{,}560 \\times 2 = 389{,}120$, and the saving is 93.3 %.[^ours]",
        &[(100.0 * (1.0 - 25_920.0 / 389_120.0), "93.3")],
    );
}

#[test]
fn operations_for_a_cached_token() {
    let article = Article::read(SLUG);
    let (plain, absorbed) = (4.0 * 128.0 * 128.0, 2.0 * 128.0 * 576.0 + 2.0 * 128.0 * 512.0);
    near(plain, 65_536.0, 0.0);
    near(absorbed, 278_528.0, 0.0);
    article.says(
        "Absorbed latent attention does $2 n_h (d_c + d_R) + 2 n_h d_c = 278{,}528$ operations and reads $576 \\times 2 = 1{,}152$ bytes: 242 operations a byte.",
        &[(absorbed / 1152.0, "242")],
    );
    near(absorbed / plain, 4.25, 1e-12);
    near(65_536.0 / 1152.0, 56.9, 0.05);
    // What the drawing of the two orders says.
    near(128.0 * 256.0 + 64.0, 32_832.0, 0.0);
    near(2.0 * 128.0 * 192.0 + 2.0 * 128.0 * 128.0, 81_920.0, 0.0);

    let indexer = 2.0 * 64.0 * 128.0;
    near(indexer, 16_384.0, 0.0);
    let (l, chosen) = (131_072.0, 2048.0);
    article.says(
        "At $L = 131{,}072$ this is $2.15 + 0.57 = 2.72$ billion operations against 36.5 billion, 13.4 times fewer.",
        &[
            (indexer * l / 1e9, "2.15"),
            (absorbed * chosen / 1e9, "0.57"),
            ((indexer * l + absorbed * chosen) / 1e9, "2.72"),
            (absorbed * l / 1e9, "36.5"),
            (absorbed * l / (indexer * l + absorbed * chosen), "13.4"),
        ],
    );
    near(absorbed * chosen / (absorbed - indexer), 2176.0, 1e-9);
    article.says("Below 2,176 tokens it costs more than it saves.", &[]);
    article.says(
        "And the ratio can never exceed $278{,}528/16{,}384 = 17$, because the indexer still looks at every past token.",
        &[(absorbed / indexer, "17")],
    );
    near(absorbed * chosen / indexer, 34_816.0, 1e-9);
    article.says(
        "For $L = 131{,}072$ the indexer must be $131{,}072/34{,}816 = 3.76$ times cheaper: 17 heads instead of 64.",
        &[(l / 34_816.0, "3.76"), (64.0 * 34_816.0 / l, "17")],
    );
    near(absorbed / (2.0 * 17.0 * 128.0), 64.0, 1e-12);
    article.says(
        "In that code an index key takes 128 bytes and a 4-byte scale for each token and layer, about 11 % on top of a 16-bit latent's 1,152.",
        &[(100.0 * 132.0 / 1152.0, "11")],
    );
}

#[test]
fn indexer_by_hand() {
    let article = Article::read(SLUG);
    let queries = [[1.0, 0.5], [-0.5, 1.0]];
    let keys = [[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0], [0.5, 0.5], [1.0, -2.0]];
    let score = |key: [f64; 2], cut: fn(f64) -> f64| 0.7 * cut(dot(queries[0], key)) + 0.3 * cut(dot(queries[1], key));
    let relu = keys.map(|key| score(key, |x| x.max(0.0)));
    let plain = keys.map(|key| score(key, |x| x));
    article.says(
        "For the third key the products are $-0.5$ and $1.5$; the first is cut to zero, so $I = 0.3 \\times 1.5 = 0.45$.",
        &[(dot(queries[0], keys[2]), "-0.5"), (dot(queries[1], keys[2]), "1.5"), (relu[2], "0.45")],
    );
    article.says(
        "All five scores are $0.7$, $0.65$, $0.45$, $0.6$ and $0$, and the two best tokens are the first and the second.",
        &[(relu[0], "0.7"), (relu[1], "0.65"), (relu[2], "0.45"), (relu[3], "0.6"), (relu[4], "0")],
    );
    article.says(
        "Without the ReLU they would be $0.55$, $0.65$, $0.1$, $0.6$ and $-0.75$, and the choice would fall on the second and the fourth.",
        &[(plain[0], "0.55"), (plain[1], "0.65"), (plain[2], "0.1"), (plain[3], "0.6"), (plain[4], "-0.75")],
    );
}

#[test]
fn advantages_of_a_group() {
    let article = Article::read(SLUG);
    let rewards = [1.0, 0.0, 0.0, 1.0];
    let mean = rewards.iter().sum::<f64>() / 4.0;
    let deviation = (rewards.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / 4.0).sqrt();
    article.says(
        "Four answers with rewards $(1, 0, 0, 1)$ have mean $0.5$ and standard deviation $0.5$, so the advantages are $(1, -1, -1, 1)$.",
        &[(mean, "0.5"), (deviation, "0.5"), ((rewards[0] - mean) / deviation, "1"), ((rewards[1] - mean) / deviation, "-1")],
    );
}

#[test]
fn addresses_of_engram() {
    let article = Article::read(SLUG);
    let ids = [5_u64, 9, 2, 9, 2, 7];
    let mix = |t: usize| (ids[t] * 7) ^ if t > 0 { ids[t - 1] * 11 } else { 0 };
    let slots = |prime: u64| (0..6).map(|t| mix(t) % prime).collect::<Vec<_>>();
    assert_eq!(slots(101), [35, 8, 8, 41, 8, 39]);
    assert_eq!(slots(103), [35, 8, 6, 41, 6, 39]);
    assert_eq!(0b11_1111 ^ 0b11_0111, 0b00_1000);
    assert_eq!((9 * 7, 5 * 11, mix(1)), (0b11_1111, 0b11_0111, 8));
    article.says(
        "At the second position, $9 \\cdot 7 = 63$ and $5 \\cdot 11 = 55$; in binary $111111 \\oplus 110111 = 001000$, so the address is 8.",
        &[],
    );
    article.says("At the third, $14 \\oplus 99 = 109$, and $109 \\bmod 101 = 8$ as well.", &[(mix(2) as f64, "109")]);
    article.says(
        "A second head modulo 103 sends them to 8 and 6, and the pair of addresses tells them apart.",
        &[(slots(103)[1] as f64, "8"), (slots(103)[2] as f64, "6")],
    );
    let shared = 1.0 - (1.0 - 1.0 / 646_403.0_f64).powi(499_999);
    near(shared, 0.54, 0.005);
    near(shared.powi(8), 0.0071, 0.00005);
    article.says("The last line assumes independent hashes and half a million pairs in a table of the demonstration's size: more than half of them collide in any one head, and fewer than one in a hundred in all eight.", &[]);
    article.says("The paper reports that a table of 100 billion parameters in host memory slows a 4-billion model from 9,032 to 8,858 tokens a second, 1.9 %, and an 8-billion model by 2.8 %.[^engram-numbers]", &[
        (100.0 * (1.0 - 8858.0 / 9032.0), "1.9"),
        (100.0 * (1.0 - 6140.02 / 6315.52), "2.8"),
    ]);
}
