//! A session, its world, and what it says.

use crate::sft::data::{DataSet, HeldOut, Pair, Template};
use crate::sft::protocol::{Command, Event, Export, Role, Sampling, Shard, Stepped};
use crate::sft::session::{Message, Outside, Session};
use crate::sft::settings::Settings;
use ml::checkpoint::{Build, Variant};
use ml::hub::ModelConfig;
use ml::neox::{Config, Model};
use ml::safetensors::{Dtype, Writer};
use ml::tokenizer::{Training, train};
use std::cell::{Cell, RefCell};

/// A clock that goes on by a millisecond whenever it is read.
#[derive(Debug, Default)]
pub struct Clock {
    now_ms: Cell<f64>,
    /// What was posted at once, where that is possible.
    posted: Option<RefCell<Vec<Message>>>,
}

impl Outside for Clock {
    fn now_ms(&self) -> f64 {
        self.now_ms.set(self.now_ms.get() + 1.0);
        self.now_ms.get()
    }

    fn memory_bytes(&self) -> u64 {
        77
    }

    fn post(&self, event: &Event, payloads: &[&[u8]]) -> bool {
        let payloads = payloads.iter().map(|payload| payload.to_vec()).collect();
        let posted = self.posted.as_ref();
        posted.map(|posted| posted.borrow_mut().push(Message { event: event.clone(), payloads })).is_some()
    }
}

pub fn build() -> Build {
    Build { code_version: "test".into(), variant: Variant::Native, n_workers: 1 }
}

/// Questions and answers of a small world; each answer has its question's last word.
pub fn pairs(n: usize) -> Vec<Pair> {
    let things = ["cat", "dog", "tree", "house", "river", "stone", "apple", "bird"];
    let colors = ["red", "blue", "green", "white", "black", "grey"];
    (0..n)
        .map(|i| {
            let (thing, color) = (things[i % things.len()], colors[i % colors.len()]);
            Pair {
                instruction: format!("Name the {color} {thing}."),
                completion: format!(" Ahoy! The {color} {thing}."),
            }
        })
        .collect()
}

pub fn data(n: usize, n_held_out: usize) -> DataSet {
    let mut pairs = pairs(n + n_held_out);
    let held_out = pairs.split_off(n);
    DataSet { pairs, held_out: HeldOut::Given(held_out), template: Template::default().text() }
}

/// The shape of a tiny model with the vocabulary of [`files`].
pub fn tiny() -> Config {
    Config { n_layers: 2, width: 16, n_heads: 2, hidden: 32, vocabulary: 304, context: 64, ..Config::pocket() }
}

/// The three files of a model.
pub fn files(config: Config, seed: u64, dtype: Dtype) -> Vec<Vec<u8>> {
    let texts: Vec<String> = pairs(48).iter().map(|pair| [&pair.instruction, &pair.completion[..]].concat()).collect();
    let training = Training { vocab_size: 300, special: &["<|endoftext|>", "<|padding|>"], min_count: 2 };
    let tokenizer = train(texts.iter().map(String::as_str), &training).unwrap();
    let facts = ModelConfig {
        vocab_size: config.vocabulary,
        hidden_size: config.width,
        n_layers: config.n_layers,
        n_heads: config.n_heads,
        intermediate_size: config.hidden,
        max_positions: config.context,
        rotary_dims: config.rotary_width(),
        rope_base: 10_000.0,
        layer_norm_eps: 1e-5,
        bos_id: Some(0),
        eos_id: Some(0),
    };
    let model = Model::initial(config, seed).unwrap();
    let weights = crate::sft::export::tensors(model.layout().entries(), model.weights(), |tensors| {
        let mut writer = Writer::new(dtype, tensors, &[("format", "pt")])?;
        let mut file = Vec::new();
        while let Some(chunk) = writer.next_chunk() {
            file.extend_from_slice(chunk);
        }
        Ok::<_, ml::safetensors::SafetensorsError>(file)
    });
    let config = crate::sft::export::config(&facts, 0, dtype == Dtype::F16);
    vec![config.into_bytes(), tokenizer.to_json().into_bytes(), weights.unwrap()]
}

/// Settings of a short run: 4 examples a step, 10 steps for 20 pairs and 2 epochs.
pub fn settings() -> Settings {
    Settings {
        learning_rate: 1e-2,
        n_warm_up: 2,
        n_epochs: 2,
        evaluate_every: 5,
        sample_every: 5,
        sequence_len: 48,
        weight_decay: 0.1,
        ..Settings::default()
    }
}

pub fn start(run: u32, settings: Settings) -> Command {
    Command::Start { run, settings, role: Role::ALONE, watched: Vec::new(), sampling: Sampling::default() }
}

/// A session and the clock that it sees.
pub struct World {
    pub session: Session,
    pub clock: Clock,
}

impl World {
    pub fn empty() -> Self {
        Self { session: Session::new(build()), clock: Clock::default() }
    }

    /// With a tiny model of single precision and `n` pairs, `n_held_out` of them held out.
    pub fn new(n: usize, n_held_out: usize) -> Self {
        Self::of(files(tiny(), 1, Dtype::F32), data(n, n_held_out))
    }

    pub fn of(files: Vec<Vec<u8>>, data: DataSet) -> Self {
        let mut world = Self::empty();
        world.session.obey(Command::Load, files);
        world.session.obey(Command::SetData(data), Vec::new());
        let messages = world.work();
        let [Event::Loaded { .. }, Event::DataReady { .. }] = &events(&messages)[..] else { panic!("{messages:?}") };
        world
    }

    pub fn say(&mut self, command: Command) {
        self.session.obey(command, Vec::new());
    }

    /// Gives it another worker's gradients, as far as there are.
    pub fn give(&mut self, shard: &Shard, payloads: &[Vec<u8>]) {
        match payloads {
            [dense, rows] => self.session.take_gradients(shard.clone(), Box::new(dense.clone()), rows.clone()),
            _ => self.session.obey(Command::Gradients(shard.clone()), payloads.to_vec()),
        }
    }

    /// Works until there is nothing to do; all that was said.
    pub fn work(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        loop {
            let has_more = self.session.slice(&self.clock);
            while let Some(message) = self.session.next_message() {
                messages.push(message);
            }
            messages.extend(self.clock.posted.iter().flat_map(|posted| posted.take()));
            if !has_more {
                return messages;
            }
        }
    }

    /// From now on messages can be posted at once, as a worker does.
    pub fn post_at_once(&mut self) {
        self.clock.posted = Some(RefCell::default());
    }

    /// Obeys, then works.
    pub fn ask(&mut self, command: Command) -> Vec<Message> {
        self.say(command);
        self.work()
    }

    /// Works until `n` steps of the run are made and its step is complete; their numbers.
    pub fn step(&mut self, n: usize) -> Vec<Stepped> {
        (0..n).flat_map(|_| steps(&self.ask(Command::Step))).collect()
    }

    /// A file that the session gives.
    pub fn file(&mut self, export: Export) -> Vec<u8> {
        joined(&self.ask(Command::Export { ask: 5, export }))
    }

    pub fn checkpoint(&mut self) -> Vec<u8> {
        joined(&self.ask(Command::WriteCheckpoint { ask: 6, serial: 1 }))
    }

    /// All weights, as a file.
    pub fn weights(&mut self) -> Vec<u8> {
        self.file(Export::Model { is_half: false })
    }
}

pub fn events(messages: &[Message]) -> Vec<Event> {
    messages.iter().map(|message| message.event.clone()).collect()
}

/// The chunks of one file, which must follow each other.
pub fn joined(messages: &[Message]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut length = 0;
    for message in messages {
        if let Event::Chunk(chunk) = &message.event {
            assert_eq!(chunk.at, file.len() as u64);
            length = chunk.total;
            file.extend_from_slice(&message.payloads[0]);
        }
    }
    assert_eq!(file.len() as u64, length, "{:?}", events(messages).last());
    file
}

pub fn steps(messages: &[Message]) -> Vec<Stepped> {
    let of = |message: &Message| match &message.event {
        Event::Progress { steps, .. } => steps.clone(),
        _ => Vec::new(),
    };
    messages.iter().flat_map(of).collect()
}

pub fn losses(messages: &[Message]) -> Vec<f32> {
    steps(messages).iter().map(|stepped| stepped.train_loss).collect()
}

/// What a session cannot do, in its words.
pub fn refusals(messages: &[Message]) -> Vec<String> {
    let of = |message: &Message| match &message.event {
        Event::Refused { message, .. } | Event::Failed { message, .. } => Some(message.clone()),
        _ => None,
    };
    messages.iter().filter_map(of).collect()
}
