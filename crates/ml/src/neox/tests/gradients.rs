//! Gradients by two other ways: the tape, and central differences.

use super::recipe::{WIDER, batch, flat, gradients, pass, sine};
use crate::Axis;
use crate::neox::layout::Pair;
use crate::neox::{Batch, Config, Layout, Model, Trained, Trainer};
use crate::tape::{Heads, Tape, Var};

/// The model on the tape, from the same vector of weights.
struct OnTape<'a> {
    tape: Tape,
    model: &'a Model,
    leaves: Vec<(usize, Var)>,
}

impl OnTape<'_> {
    fn leaf(&mut self, range: std::ops::Range<usize>, rows: usize) -> Var {
        let values = &self.model.weights()[range.clone()];
        let var = self.tape.param(values, [rows, values.len() / rows]).unwrap();
        self.leaves.push((range.start, var));
        var
    }

    fn norm(&mut self, x: Var, pair: &Pair) -> Var {
        let (gain, bias) = (self.leaf(pair.weight.clone(), 1), self.leaf(pair.bias.clone(), 1));
        self.tape.layer_norm(x, gain, bias).unwrap()
    }

    fn linear(&mut self, x: Var, pair: &Pair) -> Var {
        let (weight, bias) = (self.leaf(pair.weight.clone(), pair.bias.len()), self.leaf(pair.bias.clone(), 1));
        let product = self.tape.matmul_abt(x, weight).unwrap();
        self.tape.add(product, bias).unwrap()
    }

    /// Query, key or value of all heads side by side, from rows that hold the three of each head in turn.
    fn part(&mut self, of: Var, part: usize) -> Var {
        let config = self.model.config();
        let d = config.head_width();
        let heads: Vec<Var> = (0..config.n_heads)
            .map(|head| self.tape.slice(of, Axis::Cols, (3 * head + part) * d..(3 * head + part + 1) * d).unwrap())
            .collect();
        self.tape.concat(&heads, Axis::Cols).unwrap()
    }

    /// Rotary positions of one sequence, as `x · cos + rotate_half(x) · sin`.
    fn rotate(&mut self, x: Var, time: usize) -> Var {
        let config = *self.model.config();
        let (d, r) = (config.head_width(), config.rotary_width());
        let angle =
            |t: usize, i: usize| t as f64 * f64::from(config.rotary_base).powf(-2.0 * (i % (r / 2)) as f64 / r as f64);
        let table = |f: fn(f64) -> f64, rest: f32| -> Vec<f32> {
            let of = |t, i| if i < r { f(angle(t, i)) as f32 } else { rest };
            (0..time).flat_map(|t| (0..config.width).map(move |i| (t, i % d))).map(|(t, i)| of(t, i)).collect()
        };
        let cos = self.tape.constant(&table(f64::cos, 1.0), [time, config.width]).unwrap();
        let sin = self.tape.constant(&table(f64::sin, 0.0), [time, config.width]).unwrap();
        let mut turned = Vec::new();
        for head in 0..config.n_heads {
            let from = head * d;
            let low = self.tape.slice(x, Axis::Cols, from..from + r / 2).unwrap();
            let high = self.tape.slice(x, Axis::Cols, from + r / 2..from + r).unwrap();
            let minus = self.tape.scale(high, -1.0).unwrap();
            turned.extend([minus, low, self.tape.slice(x, Axis::Cols, from + r..from + d).unwrap()]);
        }
        let turned = self.tape.concat(&turned, Axis::Cols).unwrap();
        let (plain, turned) = (self.tape.mul(x, cos).unwrap(), self.tape.mul(turned, sin).unwrap());
        self.tape.add(plain, turned).unwrap()
    }

    /// The mean loss over the tokens that count. All rows of all blocks are computed.
    fn loss(&mut self, tokens: &[u32], counts: &[bool]) -> Var {
        let config = *self.model.config();
        let (time, layout) = (tokens.len() - 1, self.model.layout().clone());
        let embeddings = self.leaf(layout.embeddings(), config.vocabulary);
        let mut x = self.tape.gather_rows(embeddings, &tokens[..time]).unwrap();
        for layer in 0..config.n_layers {
            let block = layout.block(layer);
            let normed = self.norm(x, &block.attention_norm);
            let query_key_value = self.linear(normed, &block.query_key_value);
            let [q, k, v] = [0, 1, 2].map(|part| self.part(query_key_value, part));
            let (q, k) = (self.rotate(q, time), self.rotate(k, time));
            let heads = Heads { n_heads: config.n_heads, time };
            let mixed = self.tape.causal_attention(q, k, v, heads).unwrap();
            let attention = self.linear(mixed, &block.dense);
            let normed = self.norm(x, &block.mlp_norm);
            let hidden = self.linear(normed, &block.expand);
            let hidden = self.tape.gelu(hidden).unwrap();
            let mlp = self.linear(hidden, &block.contract);
            x = self.tape.add(x, attention).unwrap();
            x = self.tape.add(x, mlp).unwrap();
        }
        let normed = self.norm(x, &layout.last_norm());
        let head = self.leaf(layout.head(), config.vocabulary);
        let logits = self.tape.matmul_abt(normed, head).unwrap();
        self.tape.cross_entropy(logits, &tokens[1..], Some(&counts[1..])).unwrap()
    }
}

#[test]
fn the_tape_computes_the_same_gradients() {
    const NO: bool = false;
    for counts in [
        [true; 9],
        [NO, NO, NO, NO, true, true, true, true, true],
        [NO, true, NO, NO, true, NO, true, true, NO],
        [NO, NO, NO, NO, NO, true, NO, NO, true],
    ] {
        the_tape_computes_the_same_where(&counts);
    }
}

fn the_tape_computes_the_same_where(counts: &[bool]) {
    let model = sine(WIDER, 0.15);
    let tokens = [3, 14, 8, 17, 5, 11, 2, 0, 14];
    let mut sequence = Batch::new();
    sequence.push(&tokens, counts).unwrap();
    let (loss, trainer) = gradients(model.clone(), Trained::Full, &sequence);
    let mut on_tape = OnTape { tape: Tape::new(), model: &model, leaves: Vec::new() };
    let of_tape = on_tape.loss(&tokens, counts);
    on_tape.tape.backward(of_tape).unwrap();
    assert!((loss - on_tape.tape.item(of_tape).unwrap()).abs() < 1e-5);
    let (found, mut compared) = (flat(&trainer), 0);
    for (start, leaf) in on_tape.leaves {
        let expected = on_tape.tape.grad(leaf).unwrap();
        let largest = expected.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
        for (i, (f, e)) in found[start..].iter().zip(expected).enumerate() {
            compared += 1;
            assert!((f - e).abs() <= 1e-5 * largest, "weight {}: {f}, by the tape {e}", start + i);
        }
    }
    assert_eq!(compared, found.len());
}

/// A model so small that each of its weights can be moved; its vocabulary ends within a chunk, its width within a
/// panel.
const TINY: Config =
    Config { n_layers: 1, width: 12, n_heads: 3, hidden: 20, vocabulary: 11, rotary_fraction: 0.5, ..WIDER };

#[test]
fn central_differences_of_all_weights() {
    const STEP: f32 = 1e-2;
    let mut sequences = Batch::new();
    sequences.push(&[1, 9, 4, 4, 0], &[false, false, true, false, true]).unwrap();
    sequences.push(&[7, 2, 10], &[true; 3]).unwrap();
    let model = sine(TINY, 0.4);
    let (_, trainer) = gradients(model.clone(), Trained::Full, &sequences);
    let found = flat(&trainer);
    let loss = |weights: Vec<f32>| {
        let mut trainer = Trainer::new(Model::new(TINY, weights).unwrap(), Trained::Full).unwrap();
        trainer.begin_evaluation(&sequences).unwrap();
        super::recipe::finish(&mut trainer);
        trainer.losses().iter().map(|&loss| f64::from(loss)).sum::<f64>() / sequences.n_counted() as f64
    };
    for index in 0..model.weights().len() {
        let at = |moved: f32| {
            let mut weights = model.weights().to_vec();
            weights[index] += moved;
            loss(weights)
        };
        let difference = ((at(STEP) - at(-STEP)) / (2.0 * f64::from(STEP))) as f32;
        let gradient = found[index];
        assert!(
            (gradient - difference).abs() <= 1e-3 * (1.0 + difference.abs()),
            "weight {index}: {gradient}, by differences {difference}"
        );
    }
}

#[test]
fn training_the_body_finds_its_part_of_the_gradients() {
    let tokens = [3, 14, 8, 17, 5, 11];
    let (full_loss, full) = gradients(sine(WIDER, 0.15), Trained::Full, &batch(&tokens, 2));
    let (loss, body) = gradients(sine(WIDER, 0.15), Trained::Body, &batch(&tokens, 2));
    assert_eq!(loss, full_loss);
    assert!(body.tokens_with_gradient().is_empty());
    let range = Layout::new(WIDER).unwrap().body();
    assert_eq!(body.dense_gradients(), &flat(&full)[range]);
}

/// Sequences of different lengths, together and each by itself, weighed by the number of positions that count in all.
#[test]
fn passes_add_up_to_the_gradient_of_the_whole_batch() {
    let sequences: [&[u32]; 3] = [&[3, 14, 8, 17, 5, 11, 2], &[1, 2], &[18, 0, 18, 0, 9]];
    let mut together = Batch::new();
    for tokens in sequences {
        together.push(tokens, &vec![true; tokens.len()]).unwrap();
    }
    let (_, trainer) = gradients(sine(WIDER, 0.15), Trained::Full, &together);
    let mut apart = Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap();
    for tokens in sequences {
        apart.begin_pass(&batch(tokens, 1), 1.0 / together.n_counted() as f32).unwrap();
        super::recipe::finish(&mut apart);
    }
    let (whole, sum) = (flat(&trainer), flat(&apart));
    let largest = whole.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
    assert!(whole.iter().zip(&sum).all(|(a, b)| (a - b).abs() <= 1e-6 * largest));
}

/// Adds the gradients of an eighth of the losses where `counts` says so, by the place in a sequence; all losses.
fn add(trainer: &mut Trainer, counts: fn(usize) -> bool) -> Vec<f32> {
    let sequences: [&[u32]; 3] = [&[3, 14, 8, 17, 5, 11, 2], &[1, 2, 7], &[18, 0, 18, 0, 9, 4]];
    let mut batch = Batch::new();
    for tokens in sequences {
        batch.push(tokens, &(0..tokens.len()).map(counts).collect::<Vec<_>>()).unwrap();
    }
    trainer.begin_pass(&batch, 0.125).unwrap();
    super::recipe::finish(trainer);
    trainer.losses().to_vec()
}

/// Where all positions count, the last block has the rows of all. So what counts, and then the rest, must have the
/// losses and the gradients that all have together.
#[test]
fn rows_that_are_left_out_are_not_missed() {
    let trainer = || Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap();
    let (mut whole, mut parts) = (trainer(), trainer());
    let losses = add(&mut whole, |_| true);
    let (some, rest) = (add(&mut parts, |i| i % 3 == 0), add(&mut parts, |i| i % 3 != 0));
    assert_eq!((some.len(), rest.len(), losses.len()), (3, 10, 13));
    // The first sequence has seven tokens, the second three, the third six; nothing predicts the first of each.
    let places = (1..7).chain(1..3).chain(1..6);
    let (mut some, mut rest) = (some.into_iter(), rest.into_iter());
    for (i, expected) in places.zip(losses) {
        let found = if i % 3 == 0 { some.next() } else { rest.next() }.unwrap();
        assert!((found - expected).abs() <= 1e-6 * expected, "{found}, with all rows {expected}");
    }
    let (expected, found) = (flat(&whole), flat(&parts));
    let largest = expected.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
    assert!(found.iter().zip(&expected).all(|(f, e)| (f - e).abs() <= 1e-6 * largest));
}

/// More positions than are held at once: the same gradient as half of the weight on each of two equal halves.
#[test]
fn positions_beyond_a_group_count_as_those_within() {
    let tokens: Vec<u32> = (0..181).map(|i| (i * i + 3 * i) % 19).collect();
    let config = Config { context: 180, ..WIDER };
    let mut twice = batch(&tokens, 1);
    twice.push(&tokens, &vec![true; tokens.len()]).unwrap();
    assert!(twice.n_counted() > 256);
    let mut trainer = Trainer::new(sine(config, 0.15), Trained::Full).unwrap();
    let once_loss = pass(&mut trainer, &batch(&tokens, 1));
    let once = flat(&trainer);
    trainer.clear_gradients();
    let loss = pass(&mut trainer, &twice);
    assert!((loss - once_loss).abs() < 1e-6);
    let largest = once.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
    assert!(flat(&trainer).iter().zip(&once).all(|(a, b)| (a - b).abs() <= 3e-6 * largest));
}

/// A caller that pads its sequences and does not count the padding gets the same bits.
#[test]
fn padding_does_not_matter() {
    let of = |padding: &[u32]| {
        let mut padded = Batch::new();
        for tokens in [[3, 14, 8, 17, 5, 11].as_slice(), &[1, 2, 7]] {
            let all = [tokens, padding].concat();
            let counts: Vec<bool> = (0..all.len()).map(|i| (1..tokens.len()).contains(&i)).collect();
            padded.push(&all, &counts).unwrap();
        }
        let (loss, trainer) = gradients(sine(WIDER, 0.15), Trained::Full, &padded);
        (loss, flat(&trainer))
    };
    assert_eq!(of(&[]), of(&[0; 9]));
    assert_eq!(of(&[]), of(&[18]));
}
