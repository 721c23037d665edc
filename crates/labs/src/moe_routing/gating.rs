//! The part of routing that gradients flow through: affinities, the weights of outputs, and the losses that ask
//! for balance.
//!
//! `T` tokens, `N` routed experts, `K` of them active; what is chosen comes from [`routing`](super::routing).

use super::routing::load_fractions;
use ml::{
    Axis, Error,
    tape::{Tape, Var},
};

/// How a router's logits become affinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Over all experts of a token: they compete, and the affinities sum to 1.
    Softmax,
    /// Each expert by itself.
    Sigmoid,
}

impl Gate {
    /// The affinities of logits `[T, N]`.
    ///
    /// # Errors
    /// As the tape's.
    pub fn affinities(self, tape: &mut Tape, logits: Var) -> Result<Var, Error> {
        match self {
            Self::Softmax => tape.softmax(logits),
            Self::Sigmoid => tape.sigmoid(logits),
        }
    }

    /// Whether the weights of the chosen are divided by their sum.
    ///
    /// Sigmoid affinities are, as in DeepSeek-V3. A single choice is not: its weight would be 1 whatever the
    /// router says, and the router would learn nothing. Softmax affinities are not, as in Switch.
    pub fn is_normalized(self, n_active: usize) -> bool {
        self == Self::Sigmoid && n_active > 1
    }

    /// The affinities `[T, N]` as a distribution over the experts of each token.
    fn probabilities(self, tape: &mut Tape, affinities: Var) -> Result<Var, Error> {
        match self {
            Self::Softmax => Ok(affinities),
            Self::Sigmoid => {
                let sums = tape.sum_axis(affinities, Axis::Cols)?;
                tape.div(affinities, sums)
            }
        }
    }
}

/// The weights of the chosen experts' outputs, `[T, K]`: their affinities, divided by the sum over a token's
/// chosen if `is_normalized`, times `route_scale`. Whatever bias helped to choose has no part in them.
///
/// # Shapes
/// `affinities`: `[T, N]`; `chosen`: `[T, K]`.
///
/// # Errors
/// As the tape's.
///
/// Source: DeepSeek-AI 2024 (DeepSeek-V3, arXiv 2412.19437), equations 12–16.
pub fn weights(
    tape: &mut Tape,
    affinities: Var,
    chosen: &[usize],
    is_normalized: bool,
    route_scale: f32,
) -> Result<Var, Error> {
    let shape = tape.shape(affinities)?;
    let n_active = chosen.len() / shape.rows.max(1);
    let elements: Vec<u32> = chosen
        .chunks_exact(n_active.max(1))
        .enumerate()
        .flat_map(|(token, experts)| experts.iter().map(move |expert| (token * shape.cols + expert) as u32))
        .collect();
    let flat = tape.reshape(affinities, [shape.len(), 1])?;
    let of_chosen = tape.gather_rows(flat, &elements)?;
    let mut weights = tape.reshape(of_chosen, [shape.rows, n_active])?;
    if is_normalized {
        let sums = tape.sum_axis(weights, Axis::Cols)?;
        weights = tape.div(weights, sums)?;
    }
    if route_scale == 1.0 { Ok(weights) } else { tape.scale(weights, route_scale) }
}

/// The balancing loss `Σ f_i · P_i`, without its weight α: 1 in balance, `N` where one expert gets every token
/// with certainty.
///
/// `f_i` is the load as a multiple of its mean, a count that no gradient flows through; `P_i` is the mean
/// affinity over the batch. Sigmoid affinities are first divided by their sum over a token's experts.
///
/// # Errors
/// As the tape's.
///
/// Sources: Switch Transformers, equations 4–6, there for `K` = 1 and with the factor `N` before the sum;
/// DeepSeekMoE (Dai et al. 2024, arXiv 2401.06066), equations 12–14; DeepSeek-V3, equations 17–20, for sigmoid
/// affinities, there for each sequence.
pub fn balance_loss(tape: &mut Tape, gate: Gate, affinities: Var, loads: &[u32]) -> Result<Var, Error> {
    let probabilities = gate.probabilities(tape, affinities)?;
    let means = tape.mean_axis(probabilities, Axis::Rows)?;
    let fractions = tape.constant(&load_fractions(loads), [1, loads.len()])?;
    let terms = tape.mul(fractions, means)?;
    tape.sum(terms)
}

/// The router z-loss, without its weight: the mean over tokens of `(ln Σ exp logits)²`, which keeps logits small.
///
/// # Errors
/// As the tape's.
///
/// Source: Zoph et al. 2022 (ST-MoE, arXiv 2202.08906), equation 5.
pub fn z_loss(tape: &mut Tape, logits: Var) -> Result<Var, Error> {
    let log_sums = tape.logsumexp(logits)?;
    let squares = tape.square(log_sums)?;
    tape.mean(squares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moe_routing::routing::{
        loads,
        tests::{LOGITS, close},
        top_k,
    };

    fn logits(tape: &mut Tape) -> Var {
        tape.param(LOGITS.as_flattened(), [8, 4]).unwrap()
    }

    /// Expected values here: the formulas of the docs above, evaluated in 64-bit floats with NumPy 2.4.6.
    fn loss(gate: Gate, counts: &[u32]) -> f32 {
        let mut tape = Tape::new();
        let logits = logits(&mut tape);
        let affinities = gate.affinities(&mut tape, logits).unwrap();
        let loss = balance_loss(&mut tape, gate, affinities, counts).unwrap();
        tape.item(loss).unwrap()
    }

    #[test]
    fn mean_affinities() {
        let means = |gate: Gate| {
            let mut tape = Tape::new();
            let logits = logits(&mut tape);
            let affinities = gate.affinities(&mut tape, logits).unwrap();
            let probabilities = gate.probabilities(&mut tape, affinities).unwrap();
            let means = tape.mean_axis(probabilities, Axis::Rows).unwrap();
            tape.value(means).unwrap().to_vec()
        };
        close(&means(Gate::Softmax), &[0.411_939_594_1, 0.237_211_594_4, 0.166_548_889_8, 0.184_299_921_7]);
        close(&means(Gate::Sigmoid), &[0.296_131_935_7, 0.264_967_133_1, 0.220_502_024_1, 0.218_398_907_1]);
    }

    #[test]
    fn balance_losses() {
        close(&[loss(Gate::Softmax, &[5, 1, 1, 1])], &[1.323_879_188_3]);
        close(&[loss(Gate::Softmax, &[7, 6, 2, 1])], &[1.206_061_107]);
        close(&[loss(Gate::Sigmoid, &[7, 6, 2, 1])], &[1.080_532_326]);
    }

    /// Closed forms: 1 for a uniform router, `N` for one that is certain of one expert.
    #[test]
    fn the_extremes_of_the_balance_loss() {
        let loss = |row: [f32; 4], counts: &[u32]| {
            let mut tape = Tape::new();
            let affinities = tape.constant([row; 8].as_flattened(), [8, 4]).unwrap();
            let loss = balance_loss(&mut tape, Gate::Softmax, affinities, counts).unwrap();
            tape.item(loss).unwrap()
        };
        assert_eq!(loss([0.25; 4], &[2; 4]), 1.0);
        assert_eq!(loss([1.0, 0.0, 0.0, 0.0], &[8, 0, 0, 0]), 4.0);
    }

    /// The gradient is that of the mean affinities alone: `f_i / T` for each token, since `f` is a count.
    #[test]
    fn no_gradient_flows_through_the_loads() {
        let mut tape = Tape::new();
        let affinities = tape.param(&[0.25; 32], [8, 4]).unwrap();
        let loss = balance_loss(&mut tape, Gate::Softmax, affinities, &[5, 1, 1, 1]).unwrap();
        tape.backward(loss).unwrap();
        for row in tape.grad(affinities).unwrap().chunks_exact(4) {
            assert_eq!(row, [2.5 / 8.0, 0.5 / 8.0, 0.5 / 8.0, 0.5 / 8.0]);
        }
    }

    #[test]
    fn the_z_loss() {
        let mut tape = Tape::new();
        let logits = logits(&mut tape);
        let loss = z_loss(&mut tape, logits).unwrap();
        close(&[tape.item(loss).unwrap()], &[5.946_553_043]);
    }

    /// Origin: the rule of DeepSeek-V3, equations 12–16, with its route scale of 2.5, in 64-bit floats.
    #[test]
    fn the_bias_chooses_and_never_weighs() {
        let gate = |bias: [f32; 4]| {
            let mut tape = Tape::new();
            let logits = tape.constant(&[2.0, 1.0, 0.0, -1.0], [1, 4]).unwrap();
            let affinities = Gate::Sigmoid.affinities(&mut tape, logits).unwrap();
            let mut chosen = [0; 2];
            top_k(tape.value(affinities).unwrap().iter().zip(bias).map(|(s, b)| s + b), &mut chosen);
            let weights = weights(&mut tape, affinities, &chosen, true, 2.5).unwrap();
            (chosen, tape.value(weights).unwrap().to_vec())
        };
        let (chosen, weights) = gate([0.0; 4]);
        assert_eq!(chosen, [0, 1]);
        close(&weights, &[1.366_122_757_8, 1.133_877_242_2]);
        let (chosen, weights) = gate([-0.2, -0.1, 0.2, 0.1]);
        assert_eq!(chosen, [2, 0]);
        close(&weights, &[0.905_274_221_6, 1.594_725_778_4]);
    }

    #[test]
    fn a_single_choice_keeps_its_affinity() {
        assert!(Gate::Sigmoid.is_normalized(2) && !Gate::Sigmoid.is_normalized(1));
        assert!(!Gate::Softmax.is_normalized(1) && !Gate::Softmax.is_normalized(2));
        let mut tape = Tape::new();
        let affinities = tape.constant(&[0.25, 0.75, 0.5, 0.1], [2, 2]).unwrap();
        let weights = weights(&mut tape, affinities, &[1, 0], false, 1.0).unwrap();
        assert_eq!(tape.value(weights).unwrap(), [0.75, 0.5]);
    }

    #[test]
    fn loads_of_the_affinities_are_those_of_the_logits() {
        let mut tape = Tape::new();
        let logits = logits(&mut tape);
        for gate in [Gate::Softmax, Gate::Sigmoid] {
            let affinities = gate.affinities(&mut tape, logits).unwrap();
            let mut chosen = vec![0; 16];
            for (row, chosen) in tape.value(affinities).unwrap().chunks_exact(4).zip(chosen.chunks_exact_mut(2)) {
                top_k(row.iter().copied(), chosen);
            }
            assert_eq!(loads(&chosen, 4), [7, 6, 2, 1]);
        }
    }
}
