//! Every lab that an article may name in a ```` ```lab ```` block.
//!
//! A built lab is one line of [`built!`]: its folder's name. One that computes in a worker of its own stands in
//! [`APART`]. A planned one is a caption and a question; its block shows both and offers no control.

use crate::{
    model::{About, Advance, Model, ModelError},
    parameters::Values,
    protocol::encode,
    runner::{Run, Runner},
};
#[cfg(feature = "view")]
use crate::{
    parts::{Panel, Picture},
    protocol::{DecodeError, decode},
};

/// One lab.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lab {
    /// Its name in Markdown, in URLs and as CSS prefix.
    pub name: &'static str,
    /// Names the figure.
    pub caption: &'static str,
    /// What the reader will try first.
    pub question: &'static str,
    /// What is known of it once it is built; nothing while it is planned.
    pub about: Option<&'static About>,
}

/// Labs whose figures start the language model's workers and fetch models.
const WITH_LANGUAGE_MODEL: [&str; 1] = ["sft"];

impl Lab {
    /// Whether its figure starts the language model's workers and fetches models, so that its page has a policy of its
    /// own. A planned lab needs nothing.
    pub fn needs_language_model(&self) -> bool {
        self.about.is_some() && WITH_LANGUAGE_MODEL.contains(&self.name)
    }
}

/// How a lab shows its reports. Knows the model's report, not the model.
#[cfg(feature = "view")]
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// What is known of the lab.
    pub about: &'static About,
    /// Where its charts stand.
    pub panels: &'static [Panel],
    /// What is shown of a report that [`encode`] wrote.
    pub picture: fn(&Values, &[u8]) -> Result<Picture, DecodeError>,
}

/// Makes the tables of built labs from the names of their folders. What computes is apart from what
/// is known: a module that links the second does not link the first.
macro_rules! built {
    ($($folder:ident)*) => {
        /// What is known of the labs that are built.
        pub const BUILT: &[About] = &[$(<crate::$folder::Model as Model>::ABOUT),*];

        /// A runner of the lab called `name`.
        pub fn runner(name: &str) -> Option<Box<dyn Run>> {
            $(if name == <crate::$folder::Model as Model>::ABOUT.name {
                return Some(Box::new(Runner::<crate::$folder::Model>::default()));
            })*
            let _ = name;
            None
        }

        /// Runs the lab called `name` to its end, or for `n_steps` steps where that is less, and
        /// gives its report as bytes, and the number of completed steps.
        ///
        /// # Errors
        /// If there is no such lab, its settings do not go together, or it fails.
        pub fn run(name: &str, values: &Values, seed: u64, n_steps: u32) -> Result<(Vec<u8>, u32), ModelError> {
            $(if name == <crate::$folder::Model as Model>::ABOUT.name {
                return run_model::<crate::$folder::Model>(values, seed, n_steps);
            })*
            let _ = (values, seed, n_steps);
            Err(ModelError::Settings(format!("there is no lab `{name}`")))
        }

        /// The losses of the first `n_steps` steps of the lab called `name`.
        ///
        /// # Errors
        /// As [`run`].
        pub fn losses(name: &str, values: &Values, seed: u64, n_steps: u32) -> Result<Vec<f64>, ModelError> {
            $(if name == <crate::$folder::Model as Model>::ABOUT.name {
                return model_losses::<crate::$folder::Model>(values, seed, n_steps);
            })*
            let _ = (values, seed, n_steps);
            Err(ModelError::Settings(format!("there is no lab `{name}`")))
        }

        /// How the lab called `name` shows its reports.
        #[cfg(feature = "view")]
        pub fn view(name: &str) -> Option<View> {
            $(if name == <crate::$folder::Model as Model>::ABOUT.name {
                return Some(View {
                    about: &<crate::$folder::Model as Model>::ABOUT,
                    panels: crate::$folder::view::PANELS,
                    picture: |values, report| Ok(crate::$folder::view::picture(values, decode(report)?)),
                });
            })*
            let _ = name;
            None
        }

        /// Calls `$check::<Model>()` for each built lab.
        #[cfg(test)]
        macro_rules! every_model {
            ($check:ident) => { $($check::<crate::$folder::Model>();)* };
        }
    };
}

built! {
    moe_routing
}

/// What is known of the built labs whose worker is none of the labs' models: it has its own protocol, and its figure a
/// state machine of its own.
pub const APART: &[About] = &[crate::sft::about::ABOUT];

fn run_model<M: Model>(values: &Values, seed: u64, n_steps: u32) -> Result<(Vec<u8>, u32), ModelError> {
    let mut model = M::new(values, seed)?;
    while model.step() < n_steps.min(M::ABOUT.n_steps) {
        model.advance()?;
    }
    Ok((encode(&model.report()), model.step()))
}

fn model_losses<M: Model>(values: &Values, seed: u64, n_steps: u32) -> Result<Vec<f64>, ModelError> {
    let mut model = M::new(values, seed)?;
    let mut losses = Vec::new();
    while model.step() < n_steps.min(M::ABOUT.n_steps) {
        if model.advance()? != Advance::Within {
            losses.push(model.loss());
        }
    }
    Ok(losses)
}

const fn planned(name: &'static str, caption: &'static str, question: &'static str) -> Lab {
    Lab { name, caption, question, about: None }
}

/// Those that are not built yet, in the order of the articles.
const PLANNED: &[Lab] = &[
    planned(
        "scaling-laws",
        "Loss along a fixed compute budget, split between parameters and tokens",
        "For the same compute, how far apart are the best model sizes that four published fits of the law recommend?",
    ),
    planned(
        "mixing-matrix",
        "The attention matrix of a short sequence, computed live from its queries and keys",
        "What happens to the rows of the matrix when you switch off the division by the square root of the head width?",
    ),
    planned(
        "kv-cache",
        "Bytes of key–value cache per token under MHA, GQA, MQA and MLA",
        "How many tokens of context fit into 80 GB under each scheme, and does the compressed cache give exactly the same attention output?",
    ),
    planned(
        "reward-dpo",
        "Scores fitted to pairwise labels, and a policy trained by DPO on the same pairs",
        "Can the loss of DPO fall while the probability of the preferred answer falls too?",
    ),
    planned(
        "positions",
        "Scores of a fixed query and key against distance, for each positional scheme",
        "Which of the schemes give the same score when you shift the query and the key by the same distance?",
    ),
    planned(
        "dualpath",
        "A simulated cluster that loads key–value caches over one path or over two",
        "At which length of newly appended text does the second path stop helping, and which resource is the limit from there on?",
    ),
    planned(
        "policy-gradient",
        "Sampled policy gradients of a small bandit against the exact gradient",
        "Which baseline makes the sampled gradient least noisy, and is it the mean reward?",
    ),
    planned(
        "ppo-grpo",
        "PPO and GRPO on one toy language model, with its true reward and exact KL",
        "When you divide each answer’s loss by its own length, do the wrong answers become longer or shorter?",
    ),
    planned(
        "lsh",
        "Chance that a pair becomes a candidate, against its similarity: theory and measured",
        "How few candidate pairs need an exact check if nine in ten of the planted neighbours must still be found?",
    ),
    planned(
        "matrix-factorisation",
        "Training and test error while a factorisation learns generated ratings",
        "The ratings have four hidden factors; at which rank does the test error begin to rise while the training error still falls?",
    ),
    planned(
        "recommender-funnel",
        "From 5,000 items to ten: a simulated recommender with a feedback loop",
        "After twenty simulated days, what has the loop done to the share of views that the most popular items get, and how much exploration undoes it?",
    ),
];

/// All labs, the built ones first.
pub fn labs() -> impl Iterator<Item = Lab> {
    let built = BUILT.iter().chain(APART).map(|about| Lab {
        name: about.name,
        caption: about.caption,
        question: about.question,
        about: Some(about),
    });
    built.chain(PLANNED.iter().copied())
}

/// The lab of this name.
pub fn find(name: &str) -> Option<Lab> {
    labs().find(|lab| lab.name == name)
}

#[cfg(test)]
mod tests;
