//! What a reader may set, and the mixture that it amounts to.

use super::{gating::Gate, routing};
use crate::{
    model::{ModelError, Preset},
    parameters::{Kind, Parameter, Scale, Values},
};

/// Width of an uncut expert's hidden layer.
pub const HIDDEN: usize = 16;

/// What asks for balance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Balance {
    /// Nothing.
    None,
    /// A balancing loss of this weight, and a z-loss of that weight (0: none).
    Loss {
        /// α.
        alpha: f32,
        /// Of the z-loss.
        z_weight: f32,
    },
    /// A selection bias that moves by this much after each batch.
    Bias {
        /// u.
        step: f32,
    },
}

/// A mixture and its training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Routed experts, after segmentation and without the shared one.
    pub n_routed: usize,
    /// Of these, how many a token gets.
    pub n_active: usize,
    /// Whether one more expert gets every token.
    pub has_shared: bool,
    /// Width of each expert's hidden layer.
    pub hidden: usize,
    /// How logits become affinities.
    pub gate: Gate,
    /// What asks for balance.
    pub balance: Balance,
    /// An expert accepts this multiple of the mean load from a batch; all, if there is no such number.
    pub capacity_factor: Option<f64>,
    /// Of Adam.
    pub learning_rate: f32,
}

impl Settings {
    /// The mixture that these values amount to.
    ///
    /// Segmentation cuts each of `experts` experts into `segments` and gives a token `segments` times as many. A
    /// shared expert takes the place of one that a token would get, so that neither changes what experts cost.
    ///
    /// # Errors
    /// If a shared expert would leave nothing to route.
    ///
    /// Source: DeepSeekMoE (Dai et al. 2024, arXiv 2401.06066), §3.1 and §3.2.
    pub fn new(values: &Values) -> Result<Self, ModelError> {
        let segments = number(values.choice("segments")).unwrap_or(1.0) as usize;
        let n_shared = usize::from(values.is_on("shared"));
        let n_active = values.whole("top_k") as usize * segments;
        if n_active <= n_shared {
            return Err(ModelError::Settings(
                "a shared expert takes the place of one that a token gets, so a token must get at least two: \
                 choose two experts per token, or cut experts into two"
                    .to_owned(),
            ));
        }
        let loss = |z_weight| Balance::Loss { alpha: values.number("alpha") as f32, z_weight };
        Ok(Self {
            n_routed: values.whole("experts") as usize * segments - n_shared,
            n_active: (n_active - n_shared).min(routing::MAX_ACTIVE),
            has_shared: n_shared > 0,
            hidden: HIDDEN / segments,
            gate: if values.choice("gate") == "sigmoid" { Gate::Sigmoid } else { Gate::Softmax },
            balance: match values.choice("balance") {
                "switch" => loss(0.0),
                "switch-z" => loss(values.number("z_weight") as f32),
                "loss-free" => Balance::Bias { step: values.number("bias_step") as f32 },
                _ => Balance::None,
            },
            capacity_factor: number(values.choice("capacity")),
            learning_rate: values.number("learning_rate") as f32,
        })
    }

    /// Choices that one expert accepts from a batch of `n_tokens`.
    pub fn capacity(&self, n_tokens: usize) -> Option<usize> {
        self.capacity_factor.map(|factor| routing::capacity(n_tokens, self.n_routed, self.n_active, factor))
    }
}

/// The number that the name of an option is, if it is one. The standard library's reading of decimals
/// would add a fifth to the worker.
fn number(option: &str) -> Option<f64> {
    Some(match option {
        "1" => 1.0,
        "1.25" => 1.25,
        "1.5" => 1.5,
        "2" => 2.0,
        "4" => 4.0,
        _ => return None,
    })
}

/// What may be set.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "experts",
        label: "Experts",
        unit: "",
        help: "How many experts there are before segmentation; each is a network with one hidden layer of 16.",
        kind: Kind::Whole { min: 4, max: 16, default: 8 },
    },
    Parameter {
        name: "top_k",
        label: "Experts per token",
        unit: "",
        help: "How many experts compute each token, before segmentation.",
        kind: Kind::Whole { min: 1, max: 4, default: 1 },
    },
    Parameter {
        name: "segments",
        label: "Segments per expert",
        unit: "",
        help: "Cuts each expert into this many narrower ones and gives a token as many times more of them.",
        kind: Kind::Choice { options: &[("1", "1 (uncut)"), ("2", "2"), ("4", "4")], default: 0 },
    },
    Parameter {
        name: "shared",
        label: "Shared expert",
        unit: "",
        help: "One of a token’s experts is the same for all tokens and is not routed.",
        kind: Kind::Switch { default: false },
    },
    Parameter {
        name: "gate",
        label: "Gate",
        unit: "",
        help: "Softmax lets the experts of a token compete; sigmoid scores each by itself.",
        kind: Kind::Choice { options: &[("softmax", "Softmax"), ("sigmoid", "Sigmoid")], default: 0 },
    },
    Parameter {
        name: "balance",
        label: "Balancing",
        unit: "",
        help: "What keeps the loads of the experts even.",
        kind: Kind::Choice {
            options: &[
                ("none", "None"),
                ("switch", "Switch loss"),
                ("switch-z", "Switch loss and z-loss"),
                ("loss-free", "Loss-free bias"),
            ],
            default: 0,
        },
    },
    Parameter {
        name: "alpha",
        label: "Weight α of the Switch loss",
        unit: "",
        help: "The balancing loss is 1 in balance; α times it is added to the task loss.",
        kind: Kind::Number { min: 1e-4, max: 100.0, default: 0.01, scale: Scale::Log },
    },
    Parameter {
        name: "z_weight",
        label: "Weight of the z-loss",
        unit: "",
        help: "How strongly large router logits are punished.",
        kind: Kind::Number { min: 1e-5, max: 0.1, default: 1e-3, scale: Scale::Log },
    },
    Parameter {
        name: "bias_step",
        label: "Bias step u",
        unit: "",
        help: "How far the selection bias of an expert moves after each batch.",
        kind: Kind::Number { min: 1e-4, max: 0.1, default: 0.004, scale: Scale::Log },
    },
    Parameter {
        name: "capacity",
        label: "Capacity factor",
        unit: "",
        help: "An expert drops what exceeds this multiple of the mean load; dropped tokens pass unchanged.",
        kind: Kind::Choice {
            options: &[("off", "No limit"), ("1", "1"), ("1.25", "1.25"), ("1.5", "1.5"), ("2", "2")],
            default: 0,
        },
    },
    Parameter {
        name: "learning_rate",
        label: "Learning rate",
        unit: "",
        help: "Step size of Adam.",
        kind: Kind::Number { min: 1e-4, max: 0.1, default: 0.005, scale: Scale::Log },
    },
];

/// The five settings that the article compares, in its order.
pub const PRESETS: &[Preset] = &[
    Preset {
        label: "Collapse",
        settings: "",
        watch: "Four to six of the eight experts get tokens at first, three or four at the end: without tokens there is no gradient.",
    },
    Preset {
        label: "Too much balancing loss",
        settings: "balance=switch;alpha=30",
        watch: "The loads even out, and the task loss stays well above that of the loss-free bias.",
    },
    Preset {
        label: "Loss-free bias",
        settings: "balance=loss-free",
        watch: "The loads even out within a few hundred steps, and no gradient asks for it.",
    },
    Preset {
        label: "Bias step too large",
        settings: "balance=loss-free;bias_step=0.04",
        watch: "Loads swing: what is overloaded in one batch is starved in the next.",
    },
    Preset {
        label: "Fine segmentation",
        settings: "segments=4;balance=loss-free;bias_step=0.001",
        watch: "Four of 32 narrow experts cost what one of eight cost, and can be combined in 35,960 ways.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_that_is_a_number_is_read() {
        for parameter in PARAMETERS {
            let Kind::Choice { options, .. } = parameter.kind else { continue };
            for (name, _) in options {
                assert_eq!(number(name), name.parse().ok(), "{name}");
            }
        }
    }
    use crate::moe_routing::flops::expert_flops;

    fn settings(text: &str) -> Result<Settings, ModelError> {
        Settings::new(&Values::decode(PARAMETERS, text).unwrap())
    }

    #[test]
    fn segmentation_and_sharing_keep_what_experts_cost() {
        for (text, routed, active, hidden) in [
            ("top_k=2", 8, 2, 16),
            ("top_k=2;segments=2", 16, 4, 8),
            ("top_k=2;segments=4", 32, 8, 4),
            ("top_k=2;shared=true", 7, 1, 16),
            ("top_k=2;segments=4;shared=true", 31, 7, 4),
        ] {
            let settings = settings(text).unwrap();
            assert_eq!((settings.n_routed, settings.n_active, settings.hidden), (routed, active, hidden), "{text}");
            let n_computed = settings.n_active + usize::from(settings.has_shared);
            assert_eq!(expert_flops(n_computed, 2, settings.hidden), expert_flops(2, 2, 16), "{text}");
        }
    }

    #[test]
    fn a_shared_expert_must_leave_something_to_route() {
        assert!(settings("shared=true").unwrap_err().to_string().contains("at least two"));
        assert!(settings("shared=true;segments=2").is_ok());
    }

    #[test]
    fn each_choice_is_what_it_says() {
        assert_eq!(settings("").unwrap().balance, Balance::None);
        assert_eq!(settings("balance=switch;alpha=0.1").unwrap().balance, Balance::Loss { alpha: 0.1, z_weight: 0.0 });
        let with_z = settings("balance=switch-z;z_weight=0.01").unwrap().balance;
        assert_eq!(with_z, Balance::Loss { alpha: 0.01, z_weight: 0.01 });
        assert_eq!(settings("balance=loss-free").unwrap().balance, Balance::Bias { step: 0.004 });
        assert_eq!(settings("").unwrap().capacity(256), None);
        assert_eq!(settings("capacity=1.25").unwrap().capacity(256), Some(40));
        assert_eq!(
            (settings("").unwrap().gate, settings("gate=sigmoid").unwrap().gate),
            (Gate::Softmax, Gate::Sigmoid)
        );
    }

    #[test]
    fn every_setting_in_range_fits_the_selection() {
        let most = settings("experts=16;top_k=4;segments=4").unwrap();
        assert_eq!((most.n_routed, most.n_active), (64, routing::MAX_ACTIVE));
        let all = settings("experts=4;top_k=4;shared=true").unwrap();
        assert_eq!((all.n_routed, all.n_active), (3, 3));
    }
}
