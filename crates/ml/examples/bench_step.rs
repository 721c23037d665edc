//! How long a training step of a small mixture of experts takes, most of which is the tape's own work:
//! `cargo run -p ml --profile native --example bench_step`

use ml::Error;
use ml::optim::{AdamW, AdamWConstants};
use ml::params::{ParamId, Params};
use ml::random::Random;
use ml::tape::{Tape, Var};
use std::time::Instant;

const TOKENS: usize = 256;
const WIDTH: usize = 2;
const HIDDEN: usize = 16;
const N_EXPERTS: usize = 16;
const TOP_K: usize = 2;
const STEPS: u32 = 2000;

struct Model {
    params: Params,
    router: ParamId,
    experts: Vec<[ParamId; 4]>,
}

impl Model {
    fn new() -> Result<Self, Error> {
        let (mut params, mut random) = (Params::new(), Random::new(1, 0));
        let router = params.add_normal("router", [WIDTH, N_EXPERTS], 0.1, &mut random)?;
        let mut experts = Vec::new();
        for _ in 0..N_EXPERTS {
            experts.push([
                params.add_normal("in", [WIDTH, HIDDEN], 0.5, &mut random)?,
                params.add_zeros("in bias", [1, HIDDEN])?,
                params.add_normal("out", [HIDDEN, WIDTH], 0.25, &mut random)?,
                params.add_zeros("out bias", [1, WIDTH])?,
            ]);
        }
        Ok(Self { params, router, experts })
    }

    /// The loss of one batch, by the experts that the router likes best.
    fn loss(&self, tape: &mut Tape, x: Var, target: Var) -> Result<Var, Error> {
        let router = tape.read(&self.params, self.router)?;
        let logits = tape.matmul(x, router)?;
        let gates = tape.softmax(logits)?;
        let chosen = chosen(tape.value(gates)?);
        let mut out = tape.constant(&[0.0; TOKENS * WIDTH], [TOKENS, WIDTH])?;
        for (expert, tokens) in chosen.iter().enumerate() {
            let [w_in, b_in, w_out, b_out] = self.experts[expert].map(|id| tape.read(&self.params, id));
            let mine = tape.gather_rows(x, tokens)?;
            let hidden = tape.matmul(mine, w_in?)?;
            let hidden = tape.add(hidden, b_in?)?;
            let hidden = tape.gelu(hidden)?;
            let result = tape.matmul(hidden, w_out?)?;
            let result = tape.add(result, b_out?)?;
            let gate = tape.gather_rows(gates, tokens)?;
            let gate = tape.slice(gate, ml::Axis::Cols, expert..expert + 1)?;
            let result = tape.mul(result, gate)?;
            out = tape.index_add(out, result, tokens)?;
        }
        tape.mean_squared_error(out, target)
    }
}

/// The tokens of each expert.
fn chosen(gates: &[f32]) -> Vec<Vec<u32>> {
    let mut tokens = vec![Vec::new(); N_EXPERTS];
    for (token, gates) in gates.chunks_exact(N_EXPERTS).enumerate() {
        let mut order: Vec<usize> = (0..N_EXPERTS).collect();
        order.sort_by(|&a, &b| gates[b].total_cmp(&gates[a]));
        for &expert in &order[..TOP_K] {
            tokens[expert].push(token as u32);
        }
    }
    tokens
}

fn main() -> Result<(), Error> {
    let mut model = Model::new()?;
    let constants = AdamWConstants { learning_rate: 3e-3, weight_decay: 0.0, ..Default::default() };
    let mut adam = AdamW::new(&model.params, constants);
    let mut tape = Tape::new();
    let begun = Instant::now();
    let mut losses = Vec::new();
    for step in 0..STEPS {
        let mut random = Random::at(1, 1, u64::from(step));
        let x: Vec<f32> = (0..TOKENS * WIDTH).map(|_| random.normal()).collect();
        let y: Vec<f32> = x.chunks_exact(WIDTH).flat_map(|p| [p[0] * p[1], libm::sinf(2.0 * p[0])]).collect();
        tape.reset();
        let x = tape.constant(&x, [TOKENS, WIDTH])?;
        let target = tape.constant(&y, [TOKENS, WIDTH])?;
        let loss = model.loss(&mut tape, x, target)?;
        tape.backward(loss)?;
        model.params.zero_gradients();
        tape.add_gradients(&mut model.params)?;
        adam.step(&mut model.params)?;
        losses.push(tape.item(loss)?);
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{STEPS} steps in {seconds:.2} s, {:.0} µs a step", 1e6 * seconds / f64::from(STEPS));
    println!("loss {:.4} at first, {:.4} at last", losses[0], losses[losses.len() - 1]);
    Ok(())
}
