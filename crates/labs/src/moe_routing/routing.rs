//! Who is chosen, how even that is, and what a bias does about it: the part of routing that no gradient sees.
//!
//! Conventions, for the whole lab:
//!
//! - `T` tokens of a batch, `N` routed experts, `K` of them active per token. A load `c_i` counts the choices of
//!   expert `i` in a batch, so that the loads sum to `K·T`; it is counted before any token is dropped.
//! - An affinity `s_i` is a router's output after softmax or sigmoid. A selection bias `b_i` is added to it to
//!   decide *who* is chosen and never enters the weight of an output.
//! - Among equal scores the lowest index is chosen.
//!
//! Sources: Fedus, Zoph and Shazeer 2021 (Switch Transformers, arXiv 2101.03961), §2.2; Wang et al. 2024
//! (auxiliary-loss-free load balancing, arXiv 2408.15664), §3.

/// Writes the indices of the largest `scores` to `chosen`, best first; as many as `chosen` holds, which is at
/// most `scores.len()`.
pub fn top_k(scores: impl IntoIterator<Item = f32>, chosen: &mut [usize]) {
    // At most 16 are chosen of at most 64: insertion into a short sorted list.
    let mut best = [f32::NEG_INFINITY; MAX_ACTIVE];
    let k = chosen.len().min(MAX_ACTIVE);
    for (index, score) in scores.into_iter().enumerate() {
        let mut at = index.min(k);
        while at > 0 && score > best[at - 1] {
            at -= 1;
        }
        if at < k {
            best.copy_within(at..k - 1, at + 1);
            chosen.copy_within(at..k - 1, at + 1);
            best[at] = score;
            chosen[at] = index;
        }
    }
}

/// The most experts that one token may have: four, each cut into four.
pub const MAX_ACTIVE: usize = 16;

/// How often each of `n_experts` experts is among the `chosen` of all tokens.
pub fn loads(chosen: &[usize], n_experts: usize) -> Vec<u32> {
    let mut counts = vec![0; n_experts];
    for &expert in chosen {
        counts[expert] += 1;
    }
    counts
}

/// Maximal violation of balance, `(max − mean) / mean` of the loads: 0 is perfect balance, `N − 1` total
/// collapse with one expert per token. Dimensionless; 0 where there is no load.
///
/// Source: Wang et al. 2024, §4.1.
pub fn max_violation(loads: &[u32]) -> f32 {
    let (total, max) = (loads.iter().sum::<u32>(), loads.iter().max().copied().unwrap_or(0));
    if total == 0 { 0.0 } else { max as f32 * loads.len() as f32 / total as f32 - 1.0 }
}

/// The fractions of the Switch loss, `f_i = N / (K·T) · c_i`: all 1 in balance, for every `K`.
///
/// Source: Switch Transformers, equation 5, there for `K` = 1 and without the factor `N`, which stands before the
/// sum; DeepSeekMoE (Dai et al. 2024, arXiv 2401.06066), equation 13.
pub fn load_fractions(loads: &[u32]) -> Vec<f32> {
    let total: u32 = loads.iter().sum();
    loads.iter().map(|&load| load as f32 * loads.len() as f32 / total.max(1) as f32).collect()
}

/// Moves each selection bias by `u` against its expert's load: `b_i += u · sign(c̄ − c_i)`, so that an
/// overloaded expert's bias goes *down*. An expert with exactly the mean load keeps its bias.
///
/// Source: Wang et al. 2024, algorithm 1.
pub fn step_bias(bias: &mut [f32], loads: &[u32], u: f32) {
    let total: u64 = loads.iter().map(|&load| u64::from(load)).sum();
    for (bias, &load) in bias.iter_mut().zip(loads) {
        // Times N on both sides, so that the comparison is one of whole numbers.
        match (u64::from(load) * loads.len() as u64).cmp(&total) {
            std::cmp::Ordering::Greater => *bias -= u,
            std::cmp::Ordering::Less => *bias += u,
            std::cmp::Ordering::Equal => {}
        }
    }
}

/// Choices that one expert accepts from a batch: `K·T / N · factor`, rounded up, so that a factor of 1 drops
/// nothing in balance.
///
/// Source: Switch Transformers, equation 3; GShard (Lepikhin et al. 2020, arXiv 2006.16668), §2.2, for `K` = 2.
/// Neither fixes the rounding.
pub fn capacity(n_tokens: usize, n_experts: usize, n_active: usize, factor: f64) -> usize {
    let seats = (n_tokens * n_active) as f64 / n_experts.max(1) as f64 * factor;
    // 320 × 1.1 is a little above 352 in binary.
    (seats - 1e-9 * seats).ceil() as usize
}

/// One accepted choice: this expert computes this token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Row of the batch.
    pub token: usize,
    /// Which of the token's choices: 0 is its first.
    pub rank: usize,
}

/// Gives out seats: for each expert its tokens, in the order of the batch.
///
/// All first choices are seated before any second one, and tokens in the order of the batch, as in GShard. A
/// choice that finds its expert full is dropped: nothing computes it, and the token keeps what the residual
/// carries.
pub fn dispatch(chosen: &[usize], n_active: usize, n_experts: usize, capacity: Option<usize>) -> Vec<Vec<Seat>> {
    let mut seats: Vec<Vec<Seat>> = vec![Vec::new(); n_experts];
    for rank in 0..n_active {
        for (token, experts) in chosen.chunks_exact(n_active).enumerate() {
            let taken = &mut seats[experts[rank]];
            if capacity.is_none_or(|capacity| taken.len() < capacity) {
                taken.push(Seat { token, rank });
            }
        }
    }
    // From here on the order within an expert is free; rows in ascending order are read faster.
    seats.iter_mut().for_each(|taken| taken.sort_unstable_by_key(|seat| seat.token));
    seats
}

#[cfg(test)]
pub(crate) mod tests;
