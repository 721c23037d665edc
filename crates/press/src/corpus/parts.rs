//! What a technical post has beside its sentences: formulas, programs, a table.

use super::{chance::Chance, words::fill};

/// Formulas that stand in a line.
const INLINE: &[&str] = &[
    r"@x_@k \in \R^{@c}",
    r"@g \le @x_{@k} + @k",
    r"\E[@x \mid @y_{@k}]",
    r"@x^\top @y / \sqrt{@c}",
    r"O(@x \log @y_{@k})",
    r"\lVert @x - @y \rVert_2 < 10^{-@k}",
    r"p_{@g}(@x_{@k} \mid @x_{<@k})",
    r"\{@x_1, \ldots, @x_{@c}\}",
    r"\hat{@x}_{@k} = @g @x + (1 - @g) @y",
    r"f\colon \R^{@c} \to [0, @k]",
];

/// Formulas with a line of their own.
const DISPLAY: &[&str] = &[
    r"\mathcal{L}(@g) = -\frac{1}{@c} \sum_{i=1}^{@c} \log p_{@g}(@x_i \mid @y_i) + @k \lVert @g \rVert^2",
    r"\operatorname{softmax}\left(\frac{Q K^\top}{\sqrt{@c}}\right) V = \sum_{@x=1}^{@k} \frac{e^{@y_@x}}{\sum_j e^{@y_j}} v_@x",
    r"\begin{aligned} @x_{t+1} &= @x_t - @g \nabla f(@x_t) \\ @y_{t+1} &= \beta_{@k} @y_t + (1 - \beta_{@k}) @x_{t+1} \end{aligned}",
    r"\int_0^{@k} @x^{@k} e^{-@g @x} \, d@x \le \frac{@c!}{@g^{@k}}",
    r"W_{@k} = \begin{pmatrix} @x_1 & @y_1 & 0 \\ @x_2 & @y_2 & @k \\ 0 & @c & 1 \end{pmatrix}",
    r"r(@x, @y) = \begin{cases} @g \log @x & \text{if } @x > @k \\ -@y^2 & \text{otherwise} \end{cases}",
    r"\Pr\left[\left|\frac{1}{@c}\sum_{i} @x_i - \mu\right| \ge @g\right] \le 2 e^{-2 \cdot @c @g^2}",
];

const PYTHON: &str = "import numpy as np

def @i(@x, @y, rate=0.@c):
    # The @a @n comes first.
    scores = @x @T @y.T / np.sqrt(@x.shape[-1])
    scores -= scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    for step in range(@c):
        weights *= 1.0 - rate ** (step + @k)
    return weights / weights.sum(axis=-1, keepdims=True)

print(@i(np.ones((@k, @c)), np.eye(@c)).shape)
";

const RUST: &str = "/// The @n of @p.
pub fn @i(values: &[f32], limit: usize) -> Option<f32> {
    let mut sum = 0.0_f32;
    for (place, value) in values.iter().enumerate().take(limit) {
        if value.is_nan() || place > @c {
            return None; // a @a @n
        }
        sum += value * @k.5 - \"@r\".len() as f32;
    }
    (sum > @c.0).then_some(sum / values.len() as f32)
}
";

const SHELL: &str = "# Builds the @n anew.
set -eu
for @n in @r @r @r; do
  mkdir -p \"out/$@n\"
  ./train --rate 0.@c --steps @c --@n \"$@n\" > \"out/$@n/log.txt\"
done
grep -c '@r' out/*/log.txt | sort | head -n @k
";

const YAML: &str = "# A @a @n.
model:
  name: \"@r-@r\"
  layers: @c
  @n: [@k, @k, @c]
train:
  rate: 0.@c
  @n: true
  seed: @c
";

/// The LaTeX of a formula.
pub fn formula(display: bool, chance: &mut Chance) -> String {
    let pattern = chance.one(if display { DISPLAY } else { INLINE });
    fill(pattern, chance)
}

/// Three fenced blocks of code in three languages of four.
pub fn programs(chance: &mut Chance) -> [String; 3] {
    let languages = [("python", PYTHON), ("rust", RUST), ("bash", SHELL), ("yaml", YAML)];
    let left_out = chance.below(languages.len());
    let mut kept = languages.into_iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, kept)| kept);
    std::array::from_fn(|_| {
        let (language, pattern) = kept.next().unwrap_or(("yaml", YAML));
        // Python's product of matrices is the sign of a place in a pattern.
        let code = fill(&pattern.replace(" @T ", " \u{1} "), chance).replace('\u{1}', "@");
        format!("```{language}\n{code}```\n")
    })
}

/// A table of five rows, with its caption.
pub fn table(chance: &mut Chance) -> String {
    let mut table = fill("Table: The @n of @a @p, by @r.\n\n| @n | @n | @n | @n |\n|---|---:|---:|---:|\n", chance);
    for _ in 0..5 {
        table.push_str(&fill("| @a @n | 0.@c | @c | @k.@k % |\n", chance));
    }
    table
}
