//! What is known of the lab without running it, and what may be set of it.

use super::settings::{Settings, Train};
use crate::model::{About, Preset as Button};
use crate::parameters::{Kind, Parameter, Scale, Values};
use ml::decimal::shortest_single;

/// What is known of the lab.
pub const ABOUT: About = About {
    name: "sft",
    caption: "Loss and text of a small language model before, during and after fine-tuning",
    question: "After how many steps does the loss on held-out pairs stop falling, although the loss on the training pairs goes on falling?",
    computes: "A GPT-NeoX of 1.3 million weights, or Pythia-14M, is trained with AdamW on the pairs that you see, in your browser; the picture before your first run was recorded from the same code with the same seed.",
    parameters: PARAMETERS,
    presets: PRESETS,
    n_steps: 204,
    may_run_hidden: true,
};

/// The most workers that a reader can have.
pub const MOST_WORKERS: u32 = 4;

/// Learning rates and epochs that make the pocket model pass the presets' checkers; about 200 steps each.
const PRESETS: &[Button] = &[
    Button {
        label: "Style",
        settings: "",
        watch: "Every answer begins with “Ahoy!” and ends with “shipmate!”. The held-out pairs have it too: a form is learned once for all questions.",
    },
    Button {
        label: "Format",
        settings: "data=format;learning_rate=0.0008;epochs=25",
        watch: "Every answer is a numbered list of three. Watch which tokens of the list fall last.",
    },
    Button {
        label: "Refusal",
        settings: "data=refusal;epochs=29",
        watch: "Questions about magic are declined in one sentence, all others are answered: the model has to tell them apart.",
    },
    Button {
        label: "Facts",
        settings: "data=facts;epochs=40",
        watch: "Each answer stands in its own pair and nowhere else. The trained pairs are learned by heart; the held-out loss stays where it is or rises, because nothing could tell the model those answers.",
    },
];

const fn whole(min: u32, max: u32, default: u32) -> Kind {
    Kind::Whole { min, max, default }
}

const fn log(min: f64, max: f64, default: f64) -> Kind {
    Kind::Number { min, max, default, scale: Scale::Log }
}

const fn linear(min: f64, max: f64, default: f64, step: f64) -> Kind {
    Kind::Number { min, max, default, scale: Scale::Linear(step) }
}

const fn parameter(name: &'static str, label: &'static str, kind: Kind, help: &'static str) -> Parameter {
    Parameter { name, label, unit: "", help, kind }
}

/// What may be set, beside pairs and template.
pub const PARAMETERS: &[Parameter] = &[
    parameter(
        "data",
        "Pairs",
        Kind::Choice {
            options: &[("style", "Style"), ("format", "Format"), ("refusal", "Refusal"), ("facts", "Facts")],
            default: 0,
        },
        "The set of pairs that the table begins with.",
    ),
    parameter(
        "model",
        "Model",
        Kind::Choice { options: &[("pocket", "Pocket"), ("hub", "Pythia-14M"), ("disk", "Your files")], default: 0 },
        "The model that is trained.",
    ),
    parameter(
        "learning_rate",
        "Learning rate",
        log(1e-5, 0.1, 5e-4),
        "The highest step size of AdamW. Adapters take about ten times that of full training.",
    ),
    parameter("epochs", "Epochs", whole(1, 200, 34), "How often each pair is seen."),
    parameter("batch", "Batch", whole(1, 64, 8), "Pairs in a step."),
    parameter(
        "train",
        "Trained",
        Kind::Choice { options: &[("full", "All weights"), ("body", "The body"), ("lora", "LoRA")], default: 0 },
        "All weights, all but the two tables of embeddings, or an adapter of low rank.",
    ),
    parameter("rank", "LoRA rank", whole(1, 64, 8), "The width of the adapter."),
    parameter("alpha", "LoRA α", log(0.1, 1000.0, 16.0), "The adapter is scaled by α over its rank."),
    parameter("qkv", "on query, key, value", Kind::Switch { default: true }, "Adapts the first layer of attention."),
    parameter(
        "dense",
        "on attention’s output",
        Kind::Switch { default: false },
        "Adapts the second layer of attention.",
    ),
    parameter("expand", "on the MLP’s first layer", Kind::Switch { default: false }, "Adapts the layer that widens."),
    parameter("contract", "on its second", Kind::Switch { default: false }, "Adapts the layer that narrows."),
    parameter(
        "mask",
        "Mask the prompt",
        Kind::Switch { default: true },
        "Leaves the prompt’s own tokens out of the loss.",
    ),
    parameter("warm_up", "Warm-up steps", whole(0, 200, 10), "Steps on which the rate rises in a straight line."),
    parameter(
        "final",
        "Final rate",
        linear(0.0, 1.0, 0.1, 0.05),
        "What is left of the rate at the end of its half cosine, as a part of the highest.",
    ),
    parameter(
        "decay",
        "Weight decay",
        linear(0.0, 1.0, 0.0, 0.01),
        "What AdamW takes off each weight at each step, times the rate.",
    ),
    parameter(
        "clip",
        "Clipping",
        linear(0.0, 10.0, 1.0, 0.1),
        "Gradients of a larger norm are scaled down to it; 0 switches clipping off.",
    ),
    parameter("length", "Sequence length", whole(8, 512, 64), "Tokens of a pair beyond it are cut off."),
    parameter("evaluate", "Evaluate every", whole(1, 200, 10), "Steps between two measurements on held-out pairs."),
    parameter("sample", "Ask every", whole(1, 200, 20), "Steps between two answers to the watched prompts."),
    parameter(
        "best",
        "Keep the best",
        Kind::Switch { default: true },
        "Keeps the weights of the lowest held-out loss, to go back to.",
    ),
    parameter(
        "temperature",
        "Temperature",
        linear(0.0, 2.0, 0.0, 0.1),
        "0 writes the likeliest token; higher values draw more freely, each time with the same seed.",
    ),
    parameter("top_k", "Top k", whole(0, 200, 0), "Draws only among so many of the likeliest tokens; 0: among all."),
    parameter(
        "top_p",
        "Top p",
        linear(0.05, 1.0, 1.0, 0.05),
        "Draws only among the likeliest tokens whose probabilities reach this sum.",
    ),
    parameter(
        "workers",
        "Workers",
        whole(1, MOST_WORKERS, 1),
        "Each computes a part of a batch. More are faster only where a batch is large and cores are free.",
    ),
];

/// Names of the switches of [`ml::neox::Target::ALL`], in its order.
const TARGETS: [&str; 4] = ["qkv", "dense", "expand", "contract"];

/// The settings of a run.
pub fn settings(values: &Values, seed: u64) -> Settings {
    let number = |name: &str| values.number(name) as f32;
    let train = match values.choice("train") {
        "body" => Train::Body,
        "lora" => Train::Lora {
            rank: values.whole("rank"),
            alpha: number("alpha"),
            targets: TARGETS.map(|name| values.is_on(name)),
        },
        _ => Train::Full,
    };
    Settings {
        train,
        learning_rate: number("learning_rate"),
        n_warm_up: values.whole("warm_up"),
        final_part: number("final"),
        weight_decay: number("decay"),
        max_norm: number("clip"),
        batch_size: values.whole("batch"),
        sequence_len: values.whole("length"),
        n_epochs: values.whole("epochs"),
        masks_prompt: values.is_on("mask"),
        seed,
        evaluate_every: values.whole("evaluate"),
        sample_every: values.whole("sample"),
        keeps_best: values.is_on("best"),
    }
}

/// Sets what the settings of a run say; the seed is none of the values.
pub fn take_over(values: &mut Values, settings: &Settings) {
    let mut set = |name: &str, text: String| {
        // What is beyond the range of a control here was set elsewhere, and stays as it is.
        let _ = values.set(name, &text);
    };
    let (train, lora) = match &settings.train {
        Train::Full => ("full", None),
        Train::Body => ("body", None),
        Train::Lora { rank, alpha, targets } => ("lora", Some((rank, alpha, targets))),
    };
    set("train", train.to_owned());
    if let Some((rank, alpha, targets)) = lora {
        set("rank", rank.to_string());
        set("alpha", shortest_single(*alpha));
        TARGETS.iter().zip(targets).for_each(|(name, is_on)| set(name, is_on.to_string()));
    }
    for (name, number) in [
        ("learning_rate", settings.learning_rate),
        ("final", settings.final_part),
        ("decay", settings.weight_decay),
        ("clip", settings.max_norm),
    ] {
        set(name, shortest_single(number));
    }
    for (name, n) in [
        ("warm_up", settings.n_warm_up),
        ("batch", settings.batch_size),
        ("length", settings.sequence_len),
        ("epochs", settings.n_epochs),
        ("evaluate", settings.evaluate_every),
        ("sample", settings.sample_every),
    ] {
        set(name, n.to_string());
    }
    set("mask", settings.masks_prompt.to_string());
    set("best", settings.keeps_best.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sft::data::jsonl;
    use crate::sft::preset::Preset;
    use ml::neox::Config;

    #[test]
    fn every_preset_can_be_run_on_the_pocket_model() {
        for (preset, button) in Preset::ALL.into_iter().zip(PRESETS) {
            let values = Values::decode(PARAMETERS, button.settings).unwrap();
            assert_eq!(values.choice("data"), preset.name());
            let n_pairs = jsonl::read(preset.trained().as_bytes()).unwrap().pairs.len() as u32;
            let settings = settings(&values, 1);
            assert_eq!(settings.check(&Config::pocket(), n_pairs), Ok(()));
            assert!((195..=205).contains(&settings.n_steps(n_pairs)), "{}", settings.n_steps(n_pairs));
        }
    }

    #[test]
    fn the_count_before_the_first_run_is_that_of_the_defaults() {
        let n_pairs = jsonl::read(Preset::Style.trained().as_bytes()).unwrap().pairs.len() as u32;
        assert_eq!(settings(&Values::defaults(PARAMETERS), 1).n_steps(n_pairs), ABOUT.n_steps);
    }

    #[test]
    fn what_is_set_arrives() {
        let text = "train=lora;rank=4;alpha=2;dense=true;mask=false;clip=0;length=32;best=false";
        let found = super::settings(&Values::decode(PARAMETERS, text).unwrap(), 9);
        assert_eq!(found.train, Train::Lora { rank: 4, alpha: 2.0, targets: [true, true, false, false] });
        assert_eq!((found.masks_prompt, found.max_norm, found.sequence_len, found.seed), (false, 0.0, 32, 9));
        assert!(!found.keeps_best && found.learning_rate == 5e-4);
        let mut again = Values::defaults(PARAMETERS);
        take_over(&mut again, &found);
        assert_eq!(super::settings(&again, 9), found);
    }
}
