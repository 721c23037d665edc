//! Text that a model writes and reads, and files that come back.

use super::world::*;
use crate::sft::data::{HeldOut, Part};
use crate::sft::protocol::{Command, Event, Export, Sampling, ScoredToken};
use crate::sft::settings::{Settings, Train};
use ml::neox::{Config, Model};
use ml::safetensors::Dtype;
use ml::tokenizer::Tokenizer;

fn score(world: &mut World, instruction: &str, completion: &str) -> Vec<ScoredToken> {
    let (instruction, completion) = (instruction.to_owned(), completion.to_owned());
    let messages = world.ask(Command::Score { ask: 2, instruction, completion });
    let Some(Event::Scored { ask: 2, tokens }) = events(&messages).pop() else { panic!("{messages:?}") };
    tokens
}

fn generate(world: &mut World, text: &str, sampling: Sampling) -> (String, bool) {
    let messages = world.ask(Command::Generate { ask: 7, text: text.into(), is_raw: false, sampling });
    let mut all = String::new();
    for event in events(&messages) {
        let Event::Generated { ask: 7, text, is_done, ended } = event else { panic!("{event:?}") };
        all += &text;
        if is_done {
            return (all, ended);
        }
    }
    panic!("no end")
}

/// Log-probabilities of the model's own logits.
#[test]
fn scores_are_log_probabilities() {
    let files = files(tiny(), 5, Dtype::F32);
    let mut world = World::of(files.clone(), data(8, 0));
    let tokens = score(&mut world, "Name the red cat.", " Ahoy!");
    let text: String = tokens.iter().map(|token| token.text.as_str()).collect();
    assert_eq!(text, "Instruction: Name the red cat.\nResponse: Ahoy!<|endoftext|>"[1..]);
    assert_eq!(tokens.last().unwrap().part, Part::End);

    let tokenizer = Tokenizer::from_json(&files[1]).unwrap();
    let mut ids = tokenizer.encode("Instruction: Name the red cat.\nResponse:");
    ids.extend(tokenizer.encode(" Ahoy!"));
    let n = ids.len();
    let logits = Model::initial(tiny(), 5).unwrap().logits(None, &ids).unwrap();
    ids.push(0);
    assert_eq!(tokens.len(), n);
    for (at, logits) in logits.chunks_exact(tiny().vocabulary).enumerate() {
        let sum: f64 = logits.iter().map(|logit| f64::from(*logit).exp()).sum();
        let expected = f64::from(logits[ids[at + 1] as usize]) - sum.ln();
        assert!((f64::from(tokens[at].log_probability) - expected).abs() < 1e-5, "{at}");
    }
    let raw = score(&mut world, "", "The red cat.");
    assert!(raw.iter().all(|token| token.part == Part::Completion));
}

#[test]
fn the_same_seed_writes_the_same_text_and_ends_within_the_context() {
    let mut world = World::new(20, 6);
    let sampling = Sampling { temperature: 1.0, top_k: 50, top_p: 0.95, seed: 3, max_tokens: 20 };
    let first = generate(&mut world, "Name the red cat.", sampling);
    assert_eq!(generate(&mut world, "Name the red cat.", sampling), first);
    assert_ne!(generate(&mut world, "Name the red cat.", Sampling { seed: 4, ..sampling }), first);
    // 64 positions are the context; what is longer is cut or ends.
    let endless = Sampling { max_tokens: u32::MAX, ..sampling };
    generate(&mut world, "Name it.", endless);
    generate(&mut world, &"Name the red cat. ".repeat(60), endless);
    let odd = Sampling { temperature: f32::NAN, top_k: u32::MAX, top_p: f32::NAN, seed: 0, max_tokens: 0 };
    assert_eq!(generate(&mut world, "Name it.", odd).0, "");
}

#[test]
fn a_trained_model_answers_while_its_run_pauses() {
    let mut world = World::new(20, 6);
    world.ask(start(1, Settings { n_epochs: 12, learning_rate: 2e-2, ..settings() }));
    let (text, ended) = generate(&mut world, "Name the blue dog.", Sampling::default());
    assert!(text.starts_with(" Ahoy! The ") && ended, "{text}");
    // A question in the middle of a step is answered after it, and the run goes on as if it had not come.
    let plain = losses(&World::new(20, 6).ask(start(1, settings())));
    let mut world = World::new(20, 6);
    world.say(start(1, settings()));
    for _ in 0..40 {
        world.session.advance(&world.clock);
    }
    world.say(Command::Generate { ask: 1, text: "Name it.".into(), is_raw: true, sampling: Sampling::default() });
    world.say(Command::Score { ask: 2, instruction: String::new(), completion: "Name it.".into() });
    let messages = world.work();
    assert!(events(&messages).iter().any(|event| matches!(event, Event::Scored { .. })));
    assert_eq!(losses(&messages), plain);
}

#[test]
fn an_exported_model_comes_back_with_the_same_scores() {
    let lora = Train::Lora { rank: 4, alpha: 8.0, targets: [true; 4] };
    for train in [Train::Full, lora.clone()] {
        let mut world = World::new(20, 6);
        world.ask(start(1, Settings { train: train.clone(), ..settings() }));
        let weights = world.weights();
        let mut files = files(tiny(), 1, Dtype::F32);
        files[2] = weights;
        let mut other = World::of(files, data(20, 6));
        let [there, here] = [&mut world, &mut other].map(|world| score(world, "Name the red cat.", " Ahoy! The"));
        for (there, here) in there.iter().zip(&here) {
            assert_eq!(there.text, here.text);
            // Merging an adapter rounds otherwise than computing with it.
            let tolerance = if train == lora { 1e-4 } else { 0.0 };
            assert!((there.log_probability - here.log_probability).abs() <= tolerance, "{there:?} {here:?}");
        }
    }
    let mut world = World::new(20, 6);
    let sentence = "There is no adapter: this run trains the weights themselves.";
    assert_eq!(refusals(&world.ask(Command::Export { ask: 1, export: Export::Adapter })), [sentence]);
    world.ask(start(1, Settings { train: lora, ..settings() }));
    let file = world.file(Export::Adapter);
    let file = ml::safetensors::Safetensors::read(&file).unwrap();
    assert_eq!(file.header().entries.len(), 2 * 4 * 2, "A and B of four layers of two blocks");
}

#[test]
fn masks_are_shown_token_by_token() {
    let mut world = World::new(8, 0);
    let command = |sequence_len, masks_prompt| Command::Explain {
        ask: 1,
        instruction: "Name the red cat.".into(),
        completion: " Ahoy!".into(),
        sequence_len,
        masks_prompt,
    };
    let mut explain = |sequence_len, masks_prompt| {
        let Some(Event::Explained { tokens, n_taken, .. }) =
            events(&world.ask(command(sequence_len, masks_prompt))).pop()
        else {
            panic!()
        };
        (tokens, n_taken as usize)
    };
    let (tokens, n_taken) = explain(48, true);
    assert_eq!(tokens.len(), n_taken);
    assert!(tokens.iter().all(|token| token.counts == (token.part != Part::Prompt)));
    let (cut, n_taken) = explain(10, true);
    assert_eq!((cut.len(), n_taken), (tokens.len(), 11), "ten positions and the last label");
    assert!(cut[11..].iter().all(|token| !token.counts));
    let (unmasked, _) = explain(48, false);
    assert!(!unmasked[0].counts && unmasked[1..].iter().all(|token| token.counts));
}

#[test]
fn data_are_tokenized_again_for_another_model_and_a_draw_is_the_same() {
    let mut drawn = data(30, 0);
    drawn.held_out = HeldOut::Drawn { percent: 20, seed: 4 };
    let mut world = World::of(files(tiny(), 1, Dtype::F32), drawn);
    world.session.obey(Command::Load, files(Config { n_layers: 1, ..tiny() }, 2, Dtype::F16));
    let events = events(&world.work());
    let [Event::Loaded { .. }, Event::DataReady { n_trained, n_held_out, lengths, .. }] = &events[..] else { panic!() };
    assert_eq!((*n_trained, *n_held_out, lengths.len()), (24, 6, 30));
}
