//! Fine-tunes a model as the lab's worker does, and writes what the lab exports, for `src/sft/export/reference.py`.
//!
//! `cargo run --profile native -p labs --example sft_export -- MODEL_FOLDER OUT_FOLDER`
//!
//! Twenty-two steps on the preset `style`, once of all weights and once of an adapter of rank 8 on all linear layers. Beside
//! the files stand logits of a prompt as 32-bit floats, computed from the exported weights by this project's engine.

use labs::sft::data::{DataSet, HeldOut, Template, jsonl};
use labs::sft::export::{adapter_config, config};
use labs::sft::preset::Preset;
use labs::sft::protocol::{Command, Event, Export, Role, Sampling};
use labs::sft::session::{Outside, Session};
use labs::sft::settings::{Settings, Train};
use ml::checkpoint::{Build, Variant, bytes_of};
use ml::hub::ModelConfig;
use ml::neox::{Config, Layout, Model, Trained};
use ml::safetensors::Safetensors;
use ml::tokenizer::Tokenizer;
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

/// What the logits are of.
const PROMPT: &str = "Instruction: What is a lemon?\nResponse: Ahoy! A lemon is a yellow fruit, shipmate!";

/// Neither time nor memory is looked at here.
struct Nothing;

impl Outside for Nothing {
    fn now_ms(&self) -> f64 {
        0.0
    }

    fn memory_bytes(&self) -> u64 {
        0
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, out] = arguments.as_slice() else {
        return Err("two folders are wanted: the model's and the output's".into());
    };
    let read = |name: &str| std::fs::read(Path::new(model).join(name));
    let files = vec![read("config.json")?, read("tokenizer.json")?, read("model.safetensors")?];
    let facts = ModelConfig::from_json(&files[0])?;
    let tokenizer = Tokenizer::from_json(&files[1])?;
    let end = facts.eos_id.ok_or("the configuration names no end token")?;
    let tokens = tokenizer.encode(PROMPT);
    let lora = Train::Lora { rank: 8, alpha: 16.0, targets: [true; 4] };
    for (name, train, learning_rate) in [("full", Train::Full, 1e-3), ("lora", lora, 1e-2)] {
        let settings = Settings { train, learning_rate, n_epochs: 2, sequence_len: 64, ..Settings::default() };
        let mut session = tuned(&files, &settings)?;
        let weights = export(&mut session, Export::Model { is_half: false })?;
        let folder = Path::new(out).join(name);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("logits.f32"), bytes_of(&logits(&facts, &weights, &tokens)?))?;
        std::fs::write(folder.join("tokens.u32"), tokens.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<_>>())?;
        std::fs::write(folder.join("model.safetensors"), weights)?;
        std::fs::write(folder.join("config.json"), config(&facts, end, false))?;
        std::fs::write(folder.join("tokenizer.json"), &files[1])?;
        if let Trained::Lora(lora, _) = settings.trained() {
            let folder = Path::new(out).join("adapter");
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("adapter_model.safetensors"), export(&mut session, Export::Adapter)?)?;
            std::fs::write(folder.join("adapter_config.json"), adapter_config(&lora))?;
        }
    }
    Ok(())
}

/// A session whose run is over.
fn tuned(files: &[Vec<u8>], settings: &Settings) -> Result<Session, Failure> {
    let pairs = jsonl::read(Preset::Style.trained().as_bytes())?.pairs;
    let held_out = HeldOut::Given(jsonl::read(Preset::Style.held_out().as_bytes())?.pairs);
    let data = DataSet { pairs, held_out, template: Template::default().text() };
    let build = Build { code_version: env!("CARGO_PKG_VERSION").to_owned(), variant: Variant::Native, n_workers: 1 };
    let mut session = Session::new(build);
    session.obey(Command::Load, files.to_vec());
    session.obey(Command::SetData(data), Vec::new());
    work(&mut session)?;
    let (settings, role) = (settings.clone(), Role::ALONE);
    let start = Command::Start { run: 1, settings, role, watched: Vec::new(), sampling: Sampling::default() };
    session.obey(start, Vec::new());
    work(&mut session)?;
    Ok(session)
}

/// Works to the end; the payloads of what was said.
fn work(session: &mut Session) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while session.advance(&Nothing) {}
    while let Some(message) = session.next_message() {
        match message.event {
            Event::Failed { message, .. } | Event::Refused { message, .. } => return Err(message.into()),
            Event::Progress { steps, .. } => {
                steps.iter().for_each(|step| println!("step {:3}  loss {:.4}", step.step, step.train_loss));
            }
            _ => message.payloads.iter().for_each(|payload| bytes.extend_from_slice(payload)),
        }
    }
    Ok(bytes)
}

fn export(session: &mut Session, export: Export) -> Result<Vec<u8>, Failure> {
    session.obey(Command::Export { ask: 1, export }, Vec::new());
    work(session)
}

/// Of a file of weights, `[T, V]`.
fn logits(facts: &ModelConfig, weights: &[u8], tokens: &[u32]) -> Result<Vec<f32>, Failure> {
    let shape = Config {
        n_layers: facts.n_layers,
        width: facts.hidden_size,
        n_heads: facts.n_heads,
        hidden: facts.intermediate_size,
        vocabulary: facts.vocab_size,
        context: facts.max_positions,
        rotary_fraction: facts.rotary_dims as f32 / (facts.hidden_size / facts.n_heads) as f32,
        rotary_base: facts.rope_base as f32,
        epsilon: facts.layer_norm_eps as f32,
    };
    let (file, layout) = (Safetensors::read(weights)?, Layout::new(shape)?);
    let mut values = vec![0.0; layout.len()];
    for entry in layout.entries() {
        file.get(entry.name())?.to_f32(&mut values[entry.range()])?;
    }
    Ok(Model::new(shape, values)?.logits(None, tokens)?)
}
