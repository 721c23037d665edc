//! The numbers of a run, a line a step.

use crate::sft::protocol::{Evaluated, Stepped};
use ml::decimal::shortest_single;

/// The file. The line of step 0 is before training; what was not measured at a step is empty.
pub fn csv(steps: &[Stepped], evaluations: &[Evaluated]) -> String {
    let mut out = String::from(
        "step,train_loss,learning_rate,gradient_norm,tokens,tokens_per_s,held_out_loss,paragraph_perplexity\n",
    );
    let start = Stepped::default();
    let has_start = evaluations.first().is_some_and(|evaluated| evaluated.step == 0);
    for stepped in has_start.then_some(&start).into_iter().chain(steps) {
        out += &stepped.step.to_string();
        if stepped.step == 0 {
            out += ",,,,,";
        } else {
            for x in [stepped.train_loss, stepped.learning_rate, stepped.gradient_norm] {
                out.extend([",", &shortest_single(x)]);
            }
            let tenths = (stepped.tokens_per_s * 10.0).round() as u64;
            for (n, before) in [(u64::from(stepped.n_tokens), ","), (tenths / 10, ","), (tenths % 10, ".")] {
                out.extend([before, &n.to_string()]);
            }
        }
        let evaluated = evaluations.iter().find(|evaluated| evaluated.step == stepped.step);
        let loss = evaluated.and_then(|evaluated| evaluated.held_out_loss);
        for x in [loss, evaluated.map(|evaluated| evaluated.paragraph_perplexity)] {
            out.extend([",", &x.map(shortest_single).unwrap_or_default()]);
        }
        out.push('\n');
    }
    out
}
