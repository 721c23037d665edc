//! What training holds at once, by the sizes of what it keeps.

use super::step::MICRO_POSITIONS;
use crate::sft::settings::{Settings, Train};
use ml::neox::Config;

/// Bytes of a 32-bit float.
const FLOAT: u64 = 4;

/// Weights; gradients and two moments of what is trained; what is kept to go back to; activations of one pass. Of the
/// input embeddings only the rows of a batch have gradients.
///
/// The start of a model in half precision takes two bytes a number; that is assumed here.
pub(super) fn estimate(config: &Config, settings: &Settings) -> u64 {
    let n_trained = settings.n_trained(config) as u64;
    let is_adapter = matches!(settings.train, Train::Lora { .. });
    let kept = n_trained * if is_adapter { FLOAT } else { FLOAT / 2 };
    let best = if settings.keeps_best { n_trained * FLOAT } else { 0 };
    let sequence_len = settings.sequence_len as u64;
    let batch = u64::from(settings.batch_size) * sequence_len;
    let positions = batch.min((MICRO_POSITIONS as u64).max(sequence_len));
    let [l, c, f, h] = [config.n_layers, config.width, config.hidden, config.n_heads].map(|n| n as u64);
    // Per block: layer norm, what attention mixes, query, key and value, what GELU is of, and the probabilities of
    // attention. Beside it: the residual stream, what is computed again for one block, and gradients of its inner values.
    let block = positions * (5 * c + f + h * sequence_len);
    let beside = positions * (13 * c + 2 * f);
    // The head keeps the exponentials of all logits of a group of positions.
    let head = positions.min(MICRO_POSITIONS as u64) * config.vocabulary as u64;
    let n_lazy = if settings.train == Train::Full { config.vocabulary as u64 * c } else { 0 };
    let gradients = n_trained - n_lazy + positions * c;
    let passes = l * block + beside + head;
    (config.n_weights() as u64 + gradients + 2 * n_trained + passes) * FLOAT + kept + best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The article's table: 225.1 MB for everything, 70.5 MB for the body, 56.6 MB for an adapter, kept weights not
    /// counted, and 52 MB of exponentials and other activations.
    #[test]
    fn the_article_s_table_is_within() {
        let lora = Train::Lora { rank: 8, alpha: 16.0, targets: [true, false, false, false] };
        for (train, megabytes, n_trained) in
            [(Train::Full, 225.1, 14_067_712.0), (Train::Body, 70.5, 1_189_888.0), (lora.clone(), 56.6, 24_576.0)]
        {
            let kept = if train == lora { 4.0 } else { 2.0 } * n_trained / 1e6;
            let settings = Settings { train, keeps_best: false, ..Settings::default() };
            let found = estimate(&Config::pythia_14m(), &settings) as f64 / 1e6 - kept;
            assert!((megabytes..megabytes + 80.0).contains(&found), "{found} for {megabytes}");
            let best = estimate(&Config::pythia_14m(), &Settings { keeps_best: true, ..settings }) as f64 / 1e6;
            assert!((best - found - kept - 4.0 * n_trained / 1e6).abs() < 0.01);
        }
    }
}
