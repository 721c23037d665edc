//! Why something does not go, in words for the reader.

use super::super::data::DataError;
use super::super::protocol::Stepped;
use super::super::settings::{Settings, SettingsError, Train};
use ml::checkpoint::CheckpointError;
use ml::decimal::Decimal;
use ml::hub::ConfigError;
use ml::neox;
use ml::safetensors::SafetensorsError;
use ml::tokenizer::TokenizerError;
use thiserror::Error;

/// Why something does not go. In a box: a result that is one pointer is passed on with a tenth of the code that a result
/// of seventy bytes takes.
#[derive(Debug, PartialEq)]
pub(in crate::sft) struct Failure(pub(super) Box<Reason>);

/// Why.
#[derive(Debug, Clone, PartialEq, Error)]
pub(in crate::sft) enum Reason {
    #[error("no model is loaded yet")]
    NoModel,
    #[error("there are no data yet")]
    NoData,
    #[error("no run has begun")]
    NoRun,
    #[error("the run is over; a new one can be started")]
    RunOver,
    #[error("too many questions wait for their answers")]
    Busy,
    #[error("a model is three files, an adapter two more, and {0} came")]
    Files(usize),
    #[error(
        "the tokenizer has {tokens} tokens, and the model's tables have only {rows} rows: they do not belong together"
    )]
    Vocabulary { tokens: usize, rows: usize },
    #[error("neither the model's configuration nor its tokenizer names a token that ends a text")]
    NoEnd,
    #[error("the end token {found} is outside the model's vocabulary of {rows}")]
    End { found: u32, rows: usize },
    #[error("the tensor `{0}` holds a number that is not finite: the file is damaged")]
    Weight(String),
    #[error("none of the {n_pairs} pairs has room for its completion in sequences of {sequence_len} tokens")]
    NoRoom { n_pairs: usize, sequence_len: u32 },
    #[error("there is no kept {0} to go back to")]
    NotKept(&'static str),
    #[error("worker {worker} of {n_workers} cannot be: there are from 1 to 16, counted from 0")]
    Role { worker: u32, n_workers: u32 },
    #[error("the prompt is empty")]
    NoPrompt,
    #[error("there are {found} prompts to watch; 8 is the most")]
    TooManyWatched { found: usize },
    #[error("another worker's gradients do not fit: {0}")]
    Gradients(&'static str),
    #[error("there is no adapter: this run trains the weights themselves")]
    NoAdapter,
    #[error("the checkpoint holds {0}")]
    Checkpoint(&'static str),
    #[error("the checkpoint belongs to another model than the one that is loaded")]
    OtherModel,
    #[error("a speed can be measured only while no run holds the memory")]
    RunHolds,
    #[error("{0}")]
    Diverged(String),
    #[error("the file cannot be read: {0}")]
    Source(String),
    #[error(transparent)]
    Damaged(#[from] CheckpointError),
    #[error(transparent)]
    Model(#[from] neox::Error),
    #[error(transparent)]
    Kernel(#[from] ml::Error),
    #[error(transparent)]
    Safetensors(#[from] SafetensorsError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl From<Reason> for Failure {
    // In one place: it is asked for in a hundred.
    #[cold]
    #[inline(never)]
    fn from(why: Reason) -> Self {
        Self(Box::new(why))
    }
}

/// What `?` does with the errors of what lies below.
macro_rules! boxed {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            #[cold]
            #[inline(never)]
            fn from(why: $error) -> Self {
                Reason::from(why).into()
            }
        })*
    };
}

boxed!(
    CheckpointError,
    neox::Error,
    ml::Error,
    SafetensorsError,
    ConfigError,
    TokenizerError,
    DataError,
    SettingsError
);

impl Failure {
    /// As a sentence: a capital at its beginning, a full stop at its end.
    pub(super) fn sentence(&self) -> String {
        self.0.sentence()
    }
}

impl Reason {
    /// As a sentence: a capital at its beginning, a full stop at its end.
    pub(super) fn sentence(&self) -> String {
        let mut text = self.to_string();
        // The tables of all scripts' capitals would be 5 KB of the worker.
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        if !text.ends_with('.') {
            text.push('.');
        }
        text
    }
}

/// With one digit after the point.
fn tenths(x: f32) -> String {
    let tenths = (x * 10.0 + 0.5) as u64;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The steps that are looked back on.
const N_PAST: usize = 20;

/// What probably made a number infinite or none at all, by the settings and the steps before.
pub(super) fn diverged(error: &neox::Error, settings: &Settings, step: u32, past: &[Stepped]) -> Failure {
    let neox::Error::NotFinite { what, found } = *error else { return (*error).into() };
    let found = if found.is_nan() { "no number any more" } else { "infinite" };
    let usual: f32 = if let Train::Lora { .. } = settings.train { 2e-2 } else { 3e-3 };
    let past = &past[past.len().saturating_sub(N_PAST)..];
    let norms = || past.iter().map(|step| step.gradient_norm).filter(|norm| norm.is_finite());
    let (least, most) = (norms().fold(f32::INFINITY, f32::min), norms().fold(0.0, f32::max));
    let grew = most > 10.0 * least;
    let shrinks_by = settings.learning_rate * settings.weight_decay;
    let cause = if shrinks_by >= 1.0 {
        format!(
            "The likely cause: the learning rate times the weight decay is {}, so that each step throws all weights past \
             zero. Lower one of them",
            Decimal(shrinks_by.into())
        )
    } else if settings.learning_rate > usual {
        format!(
            "The likely cause is the learning rate of {}: more than {} is rarely survived here. Try a tenth of it",
            Decimal(settings.learning_rate.into()),
            Decimal(usual.into())
        )
    } else if settings.max_norm <= 0.0 && grew {
        format!("The likely cause: gradients are not clipped, and their norm went up to {}. Clip at 1", tenths(most))
    } else if grew {
        format!(
            "The likely cause: the gradient's norm rose from {} to {}, so steps are too long. Lower the learning rate, \
             or warm up for longer",
            tenths(least),
            tenths(most)
        )
    } else {
        "Nothing before it stands out; weights of a damaged file could do that. Lower the learning rate, or load the \
         model again"
            .to_owned()
    };
    Reason::Diverged(format!(
        "After step {step} the {what} was {found}, so training stopped. {cause}; going back to the start or to the best \
         weights makes the model usable again."
    ))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_cause_is_named() {
        let error = neox::Error::NotFinite { what: "loss", found: f32::NAN };
        let say = |settings: &Settings, norms: &[f32]| {
            let stepped = |&gradient_norm| Stepped { gradient_norm, ..Stepped::default() };
            diverged(&error, settings, 12, &norms.iter().map(stepped).collect::<Vec<_>>()).sentence()
        };
        let calm = Settings { learning_rate: 1e-4, ..Settings::default() };
        let fast = Settings { learning_rate: 0.5, ..calm.clone() };
        let found = say(&fast, &[]);
        assert!(found.starts_with("After step 12 the loss was no number any more, so training stopped. "), "{found}");
        assert!(found.contains("the learning rate of 0.5") && found.ends_with("usable again."));
        assert!(say(&Settings { weight_decay: 4.0, ..fast }, &[]).contains("times the weight decay is 2"));
        let open = Settings { max_norm: 0.0, ..calm.clone() };
        assert!(say(&open, &[1.0, 2.0, 400.0]).contains("gradients are not clipped, and their norm went up to 400.0"));
        assert!(say(&calm, &[1.0, 2.0, 400.0]).contains("norm rose from 1.0 to 400.0"));
        assert!(say(&calm, &[1.0, 1.2]).contains("Nothing before it stands out"));
        // What is no divergence stays what it is.
        let other = neox::Error::Nothing("to go on from");
        assert_eq!(diverged(&other, &calm, 1, &[]).sentence(), "There is no token to go on from.");
    }
}
