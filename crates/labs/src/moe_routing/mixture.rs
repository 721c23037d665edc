//! The network: a linear router, experts with one hidden layer, and a residual around them.
//!
//! `y = x + Σ_shared FFN(x) + Σ_{i chosen} g_i FFN_i(x)` with `FFN(x) = W₂ gelu(W₁ x + b₁) + b₂`. Tokens are
//! dispatched: each expert computes the rows that chose it and no others.
//!
//! Source: DeepSeekMoE (Dai et al. 2024, arXiv 2401.06066), equations 9–11; with one expert per token and no shared
//! one it is the layer of Switch Transformers. Initial weights are uniform within `±1/√inputs`, PyTorch's default
//! for `nn.Linear`.

use super::{
    data::Stream,
    gating,
    routing::{self, Seat},
    settings::Settings,
};
use ml::{
    Axis, Error,
    params::{ParamId, Params},
    random::Random,
    tape::{Tape, Var},
};

/// Numbers of a token.
pub const WIDTH: usize = 2;

/// A linear layer `x W + b`.
#[derive(Clone, Copy, Debug)]
struct Linear {
    weight: ParamId,
    bias: ParamId,
}

impl Linear {
    fn new(params: &mut Params, name: &str, shape: [usize; 2], random: &mut Random) -> Result<Self, Error> {
        let bound = 1.0 / libm::sqrtf(shape[0] as f32);
        let mut add = |name: &str, shape: [usize; 2]| {
            let values: Vec<f32> = (0..shape[0] * shape[1]).map(|_| bound * (2.0 * random.uniform() - 1.0)).collect();
            params.add(name, shape, &values)
        };
        Ok(Self {
            weight: add(&[name, ".weight"].concat(), shape)?,
            bias: add(&[name, ".bias"].concat(), [1, shape[1]])?,
        })
    }

    fn forward(self, tape: &mut Tape, params: &Params, x: Var) -> Result<Var, Error> {
        let (weight, bias) = (tape.read(params, self.weight)?, tape.read(params, self.bias)?);
        let product = tape.matmul(x, weight)?;
        tape.add(product, bias)
    }
}

/// A network with one hidden layer.
#[derive(Clone, Copy, Debug)]
struct Expert {
    up: Linear,
    down: Linear,
}

impl Expert {
    fn new(params: &mut Params, name: &str, hidden: usize, random: &mut Random) -> Result<Self, Error> {
        Ok(Self {
            up: Linear::new(params, &[name, ".up"].concat(), [WIDTH, hidden], random)?,
            down: Linear::new(params, &[name, ".down"].concat(), [hidden, WIDTH], random)?,
        })
    }

    fn forward(self, tape: &mut Tape, params: &Params, x: Var) -> Result<Var, Error> {
        let hidden = self.up.forward(tape, params, x)?;
        let active = tape.gelu(hidden)?;
        self.down.forward(tape, params, active)
    }
}

/// A mixture of experts.
#[derive(Debug)]
pub struct Mixture {
    settings: Settings,
    /// All weights.
    pub params: Params,
    router: Linear,
    shared: Option<Expert>,
    routed: Vec<Expert>,
}

/// What a forward pass leaves on the tape, and whom it chose.
#[derive(Debug)]
pub struct Forward {
    /// `[T, 2]`.
    pub output: Var,
    /// Of the router, `[T, N]`.
    pub logits: Var,
    /// Of all experts, without bias, `[T, N]`.
    pub affinities: Var,
    /// Choices of each expert, before any is dropped.
    pub loads: Vec<u32>,
    /// Choices that found their expert full.
    pub n_dropped: usize,
}

impl Mixture {
    /// With the initial weights of `seed`.
    ///
    /// # Errors
    /// As those of the parameters' store.
    pub fn new(settings: Settings, seed: u64) -> Result<Self, Error> {
        let (mut params, mut random) = (Params::new(), Random::new(seed, Stream::Weights as u32));
        let router = Linear::new(&mut params, "router", [WIDTH, settings.n_routed], &mut random)?;
        let mut expert = |name: &str| Expert::new(&mut params, name, settings.hidden, &mut random);
        let shared = if settings.has_shared { Some(expert("shared")?) } else { None };
        let routed = (0..settings.n_routed).map(|i| expert(&format!("expert{i}"))).collect::<Result<_, _>>()?;
        Ok(Self { settings, params, router, shared, routed })
    }

    /// Logits and affinities of the tokens `x`, and the choices of each, `[T, K]`, best first.
    ///
    /// # Errors
    /// As the tape's.
    pub fn route(
        &self,
        tape: &mut Tape,
        x: Var,
        bias: &[f32],
        n_active: usize,
    ) -> Result<(Var, Var, Vec<usize>), Error> {
        let logits = self.router.forward(tape, &self.params, x)?;
        let affinities = self.settings.gate.affinities(tape, logits)?;
        let mut chosen = vec![0; tape.shape(x)?.rows * n_active];
        let rows = tape.value(affinities)?.chunks_exact(self.settings.n_routed);
        for (row, chosen) in rows.zip(chosen.chunks_exact_mut(n_active)) {
            routing::top_k(row.iter().zip(bias).map(|(affinity, bias)| affinity + bias), chosen);
        }
        Ok((logits, affinities, chosen))
    }

    /// The outputs for tokens `x`, `[T, 2]`, chosen with the help of `bias`, one number for each routed expert.
    ///
    /// # Errors
    /// As the tape's.
    pub fn forward(&self, tape: &mut Tape, x: Var, bias: &[f32]) -> Result<Forward, Error> {
        let Settings { n_routed, n_active, gate, .. } = self.settings;
        let n_tokens = tape.shape(x)?.rows;
        let (logits, affinities, chosen) = self.route(tape, x, bias, n_active)?;
        let loads = routing::loads(&chosen, n_routed);
        let seats = routing::dispatch(&chosen, n_active, n_routed, self.settings.capacity(n_tokens));

        let mut output = x;
        if let Some(shared) = self.shared {
            let of_all = shared.forward(tape, &self.params, x)?;
            output = tape.add(output, of_all)?;
        }
        let mut outputs = Vec::with_capacity(n_routed);
        for (expert, seats) in self.routed.iter().zip(&seats).filter(|(_, seats)| !seats.is_empty()) {
            let tokens: Vec<u32> = seats.iter().map(|seat| seat.token as u32).collect();
            let of_expert = tape.gather_rows(x, &tokens)?;
            outputs.push(expert.forward(tape, &self.params, of_expert)?);
        }
        let seated: Vec<Seat> = seats.into_iter().flatten().collect();
        let tokens: Vec<u32> = seated.iter().map(|seat| seat.token as u32).collect();
        let choices: Vec<u32> = seated.iter().map(|seat| (seat.token * n_active + seat.rank) as u32).collect();
        let weights = gating::weights(tape, affinities, &chosen, gate.is_normalized(n_active), 1.0)?;
        let weights = tape.reshape(weights, [chosen.len(), 1])?;
        let weights = tape.gather_rows(weights, &choices)?;
        let outputs = tape.concat(&outputs, Axis::Rows)?;
        let weighted = tape.mul(outputs, weights)?;
        let output = tape.index_add(output, weighted, &tokens)?;
        Ok(Forward { output, logits, affinities, loads, n_dropped: chosen.len() - seated.len() })
    }
}

#[cfg(test)]
mod tests;
