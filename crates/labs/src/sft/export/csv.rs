//! The numbers of a run, a line a step.

use crate::sft::protocol::{Evaluated, Stepped};
use std::fmt::Write;

/// The file. The line of step 0 is before training; what was not measured at a step is empty.
pub fn csv(steps: &[Stepped], evaluations: &[Evaluated]) -> String {
    let mut out = String::from(
        "step,train_loss,learning_rate,gradient_norm,tokens,tokens_per_s,held_out_loss,paragraph_perplexity\n",
    );
    let start = Stepped::default();
    let has_start = evaluations.first().is_some_and(|evaluated| evaluated.step == 0);
    for stepped in has_start.then_some(&start).into_iter().chain(steps) {
        let Stepped { step, train_loss, learning_rate, gradient_norm, n_tokens, tokens_per_s } = stepped;
        // Writing to a string never fails.
        let _ = if *step == 0 {
            write!(out, "0,,,,,,")
        } else {
            write!(out, "{step},{train_loss},{learning_rate},{gradient_norm},{n_tokens},{tokens_per_s:.1},")
        };
        match evaluations.iter().find(|evaluated| evaluated.step == *step) {
            Some(Evaluated { held_out_loss: Some(loss), paragraph_perplexity, .. }) => {
                let _ = writeln!(out, "{loss},{paragraph_perplexity}");
            }
            Some(Evaluated { paragraph_perplexity, .. }) => {
                let _ = writeln!(out, ",{paragraph_perplexity}");
            }
            None => out += ",\n",
        }
    }
    out
}
