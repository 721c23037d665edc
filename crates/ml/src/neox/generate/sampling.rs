//! Choosing a token by its logits.

use super::super::Error;
use crate::random::Random;

/// How to choose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// What logits are divided by; with 0 the most probable token is chosen, of equals the first.
    pub temperature: f32,
    /// Only so many of the most probable tokens are chosen among; 0 for all.
    pub top_k: usize,
    /// Only the fewest most probable tokens whose probabilities, after `top_k`, sum to at least this; 1 for all.
    ///
    /// Source: Holtzman, Buys, Du, Forbes and Choi 2020, §3.1.
    pub top_p: f32,
}

impl Default for Sampling {
    /// By the model's own probabilities.
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 1.0 }
    }
}

impl Sampling {
    /// A token. The choice depends on the logits and on one number of `random`.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the largest logit is not finite, [`Error::Nothing`] without logits.
    pub fn choose(&self, logits: &[f32], random: &mut Random) -> Result<u32, Error> {
        let mut best = 0;
        for (token, logit) in logits.iter().enumerate() {
            if *logit > logits[best] || logit.is_nan() {
                best = token;
            }
        }
        let max = *logits.get(best).ok_or(Error::Nothing("to choose from"))?;
        if !max.is_finite() {
            return Err(Error::NotFinite { what: "largest logit", found: max });
        }
        if self.temperature <= 0.0 || self.temperature.is_nan() {
            return Ok(best as u32);
        }
        let weight = |token: u32| libm::exp(f64::from((logits[token as usize] - max) / self.temperature));
        let mut tokens: Vec<u32> = (0..logits.len() as u32).collect();
        if self.top_k > 0 || self.top_p < 1.0 {
            crate::order::sort(&mut tokens, &|a, b| logits[b as usize].total_cmp(&logits[a as usize]).then(a.cmp(&b)));
        }
        if self.top_k > 0 {
            tokens.truncate(self.top_k);
        }
        if self.top_p < 1.0 {
            let total: f64 = tokens.iter().map(|&token| weight(token)).sum();
            let mut sum = 0.0;
            let enough = tokens.iter().position(|&token| {
                sum += weight(token);
                sum >= f64::from(self.top_p) * total
            });
            tokens.truncate(enough.map_or(tokens.len(), |last| last + 1));
        }
        let total: f64 = tokens.iter().map(|&token| weight(token)).sum();
        let mut left = f64::from(random.uniform()) * total;
        for &token in &tokens {
            left -= weight(token);
            if left < 0.0 {
                return Ok(token);
            }
        }
        // Rounding may leave a rest.
        Ok(tokens.last().copied().unwrap_or(best as u32))
    }
}
