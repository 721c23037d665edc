//! What a reader or an author may set: typed, ranged, and written as text.
//!
//! A lab lists its [`Parameter`]s once. The TOML of a ```` ```lab ```` block, the controls of the
//! figure, share links and the worker's `Start` all go through the same list, so that a value out
//! of its range can come from none of them.

use ml::decimal::{self, shortest};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// One thing to set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in TOML and in share links: `top_k`.
    pub name: &'static str,
    /// Its name beside the control: `Experts per token`.
    pub label: &'static str,
    /// The unit after the number; empty where it has none.
    pub unit: &'static str,
    /// One sentence for a reader who wonders what it does.
    pub help: &'static str,
    /// Its type, range and default.
    pub kind: Kind,
}

/// Type, range (both ends included) and default of a [`Parameter`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A whole number.
    Whole {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
        /// Before anybody sets it.
        default: u32,
    },
    /// A real number.
    Number {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
        /// Before anybody sets it.
        default: f64,
        /// How a slider runs from one end to the other.
        scale: Scale,
    },
    /// One of several names.
    Choice {
        /// Name in TOML and label of each, in order.
        options: &'static [(&'static str, &'static str)],
        /// Index of the one before anybody sets it.
        default: usize,
    },
    /// On or off.
    Switch {
        /// Before anybody sets it.
        default: bool,
    },
}

/// How a slider runs over a range of real numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Evenly, in steps of this size.
    Linear(f64),
    /// By equal factors; the range's ends are positive.
    Log,
}

/// A value of some [`Kind`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Of [`Kind::Whole`].
    Whole(u32),
    /// Of [`Kind::Number`].
    Number(f64),
    /// Of [`Kind::Choice`]: the option's index.
    Choice(usize),
    /// Of [`Kind::Switch`].
    Switch(bool),
}

/// Why a text is no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParameterError {
    /// No parameter has this name.
    #[error("there is no parameter `{name}`")]
    Unknown {
        /// As written.
        name: String,
    },
    /// The text is of another type.
    #[error("`{name}` must be {expected}, not `{found}`")]
    Type {
        /// The parameter.
        name: &'static str,
        /// What it takes, with its range.
        expected: String,
        /// As written.
        found: String,
    },
    /// The text is longer than any setting of this lab can be.
    #[error("the settings are {length} characters long, more than the {limit} that they can be")]
    Long {
        /// As found.
        length: usize,
        /// What is read at most.
        limit: usize,
    },
}

impl Parameter {
    /// The value before anybody sets it.
    pub fn default(&self) -> Value {
        match self.kind {
            Kind::Whole { default, .. } => Value::Whole(default),
            Kind::Number { default, .. } => Value::Number(default),
            Kind::Choice { default, .. } => Value::Choice(default),
            Kind::Switch { default } => Value::Switch(default),
        }
    }

    /// Reads a value.
    ///
    /// # Errors
    /// If `text` is of another type or out of the range.
    pub fn parse(&self, text: &str) -> Result<Value, ParameterError> {
        let text = text.trim();
        let value = match self.kind {
            Kind::Whole { min, max, .. } => text.parse().ok().filter(|n| (min..=max).contains(n)).map(Value::Whole),
            Kind::Number { min, max, .. } => decimal::read(text).filter(|x| (min..=max).contains(x)).map(Value::Number),
            Kind::Choice { options, .. } => options.iter().position(|(name, _)| *name == text).map(Value::Choice),
            Kind::Switch { .. } => match text {
                "true" => Some(Value::Switch(true)),
                "false" => Some(Value::Switch(false)),
                _ => None,
            },
        };
        value.ok_or_else(|| ParameterError::Type {
            name: self.name,
            expected: self.kind.to_string(),
            found: text.chars().take(40).collect(),
        })
    }

    /// Writes a value as [`Self::parse`] reads it.
    pub fn text(&self, value: Value) -> String {
        match (value, self.kind) {
            (Value::Whole(n), _) => n.to_string(),
            (Value::Number(x), _) => shortest(x),
            (Value::Choice(option_idx), Kind::Choice { options, .. }) => {
                options.get(option_idx).map_or("", |(name, _)| name).to_owned()
            }
            (Value::Choice(option_idx), _) => option_idx.to_string(),
            (Value::Switch(is_on), _) => is_on.to_string(),
        }
    }
}

impl Kind {
    /// Whether a value is of this type and in the range.
    pub fn holds(&self, value: Value) -> bool {
        match (self, value) {
            (Self::Whole { min, max, .. }, Value::Whole(n)) => (min..=max).contains(&&n),
            (Self::Number { min, max, .. }, Value::Number(x)) => (min..=max).contains(&&x),
            (Self::Choice { options, .. }, Value::Choice(option_idx)) => option_idx < options.len(),
            (Self::Switch { .. }, Value::Switch(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { min, max, .. } => write!(f, "a whole number from {min} to {max}"),
            Self::Number { min, max, .. } => write!(f, "a number from {} to {}", shortest(*min), shortest(*max)),
            Self::Choice { options, .. } => {
                f.write_str("one of ")?;
                for (option_idx, (name, _)) in options.iter().enumerate() {
                    let before = if option_idx == 0 { "" } else { ", " };
                    write!(f, "{before}`{name}`")?;
                }
                Ok(())
            }
            Self::Switch { .. } => f.write_str("`true` or `false`"),
        }
    }
}

/// A value for each parameter of a lab, in the order of its list, each in its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    spec: &'static [Parameter],
    values: Vec<Value>,
}

/// What [`Values::decode`] reads at most, in bytes: share links are strangers' text.
pub const MAX_TEXT_BYTES: usize = 1024;

impl Values {
    /// What nobody has set.
    pub fn defaults(spec: &'static [Parameter]) -> Self {
        Self { spec, values: spec.iter().map(Parameter::default).collect() }
    }

    /// The values themselves, in the order of the list: for the worker, which reads no text.
    pub fn list(&self) -> &[Value] {
        &self.values
    }

    /// What [`Self::list`] gave; nothing unless there is one for each parameter, in its range.
    pub fn of_list(spec: &'static [Parameter], list: &[Value]) -> Option<Self> {
        let fits = spec.iter().zip(list).all(|(parameter, value)| parameter.kind.holds(*value));
        (fits && spec.len() == list.len()).then(|| Self { spec, values: list.to_vec() })
    }

    /// The list that these are values of.
    pub fn spec(&self) -> &'static [Parameter] {
        self.spec
    }

    /// Sets the parameter called `name` to what `text` says.
    ///
    /// # Errors
    /// If there is none of that name, or the text is no value of it; nothing changes then.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), ParameterError> {
        let Some(at) = self.position(name) else {
            return Err(ParameterError::Unknown { name: name.chars().take(40).collect() });
        };
        self.values[at] = self.spec[at].parse(text)?;
        Ok(())
    }

    /// The value of the parameter called `name`.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.position(name).and_then(|at| self.values.get(at)).copied()
    }

    /// The whole number called `name`; 0 if the lab has none of that name and type.
    pub fn whole(&self, name: &str) -> u32 {
        if let Some(Value::Whole(n)) = self.get(name) { n } else { 0 }
    }

    /// The real number called `name`; 0 if the lab has none of that name and type.
    pub fn number(&self, name: &str) -> f64 {
        if let Some(Value::Number(x)) = self.get(name) { x } else { 0.0 }
    }

    /// The name of the option chosen for `name`; empty if the lab has none of that name and type.
    pub fn choice(&self, name: &str) -> &'static str {
        let option = self.position(name).map(|at| (self.spec[at].kind, self.values[at]));
        match option {
            Some((Kind::Choice { options, .. }, Value::Choice(at))) => options.get(at).map_or("", |(name, _)| name),
            _ => "",
        }
    }

    /// Whether the switch called `name` is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name) == Some(Value::Switch(true))
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.spec.iter().position(|parameter| parameter.name == name)
    }

    /// What differs from the defaults, as `experts=8;top_k=2`: for share links and the page.
    pub fn encode(&self) -> String {
        let differing = self.spec.iter().zip(&self.values).filter(|(parameter, value)| parameter.default() != **value);
        let settings: Vec<_> =
            differing.map(|(parameter, value)| [parameter.name, "=", &parameter.text(*value)].concat()).collect();
        settings.join(";")
    }

    /// Reads what [`Self::encode`] writes. The text may be anybody's.
    ///
    /// # Errors
    /// On the first setting that is none, and where the text is longer than [`MAX_TEXT_BYTES`].
    pub fn decode(spec: &'static [Parameter], text: &str) -> Result<Self, ParameterError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(ParameterError::Long { length: text.len(), limit: MAX_TEXT_BYTES });
        }
        let mut values = Self::defaults(spec);
        for setting in text.split(';').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            values.set(name, value)?;
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &[Parameter] = &[
        Parameter {
            name: "experts",
            label: "Experts",
            unit: "",
            help: "",
            kind: Kind::Whole { min: 4, max: 16, default: 8 },
        },
        Parameter {
            name: "alpha",
            label: "Weight of the loss",
            unit: "",
            help: "",
            kind: Kind::Number { min: 1e-4, max: 1.0, default: 0.01, scale: Scale::Log },
        },
        Parameter {
            name: "balance",
            label: "Balancing",
            unit: "",
            help: "",
            kind: Kind::Choice { options: &[("none", "None"), ("switch", "Switch loss")], default: 0 },
        },
        Parameter { name: "shared", label: "Shared", unit: "", help: "", kind: Kind::Switch { default: false } },
    ];

    #[test]
    fn settings_survive_being_written() {
        let mut values = Values::defaults(SPEC);
        assert_eq!(values.encode(), "");
        for (name, text) in [("experts", "16"), ("alpha", "0.3"), ("balance", "switch"), ("shared", "true")] {
            values.set(name, text).unwrap();
        }
        assert_eq!(values.encode(), "experts=16;alpha=0.3;balance=switch;shared=true");
        assert_eq!(Values::decode(SPEC, &values.encode()), Ok(values.clone()));
        assert_eq!((values.whole("experts"), values.number("alpha")), (16, 0.3));
        assert_eq!((values.choice("balance"), values.is_on("shared")), ("switch", true));
    }

    #[test]
    fn what_is_no_setting_is_one_sentence() {
        let cases = [
            ("expert=8", "there is no parameter `expert`"),
            ("experts=3", "`experts` must be a whole number from 4 to 16, not `3`"),
            ("experts=8.5", "`experts` must be a whole number from 4 to 16, not `8.5`"),
            ("alpha=NaN", "`alpha` must be a number from 0.0001 to 1, not `NaN`"),
            ("alpha=inf", "`alpha` must be a number from 0.0001 to 1, not `inf`"),
            ("balance=Switch", "`balance` must be one of `none`, `switch`, not `Switch`"),
            ("shared=1", "`shared` must be `true` or `false`, not `1`"),
            ("shared", "`shared` must be `true` or `false`, not ``"),
        ];
        for (text, message) in cases {
            assert_eq!(Values::decode(SPEC, text).unwrap_err().to_string(), message);
        }
        let long = "x".repeat(MAX_TEXT_BYTES + 1);
        assert!(matches!(Values::decode(SPEC, &long), Err(ParameterError::Long { .. })));
    }

    #[test]
    fn a_list_of_another_lab_is_none() {
        let mut values = Values::defaults(SPEC);
        values.set("alpha", "0.3").unwrap();
        assert_eq!(Values::of_list(SPEC, values.list()), Some(values.clone()));
        let mut list = values.list().to_vec();
        for (at, value) in
            [(0, Value::Whole(3)), (0, Value::Number(8.0)), (1, Value::Number(f64::NAN)), (2, Value::Choice(2))]
        {
            let before = std::mem::replace(&mut list[at], value);
            assert_eq!(Values::of_list(SPEC, &list), None, "{value:?}");
            list[at] = before;
        }
        assert_eq!(Values::of_list(SPEC, &list[1..]), None);
    }

    #[test]
    fn a_refused_setting_changes_nothing() {
        let mut values = Values::defaults(SPEC);
        assert!(values.set("experts", "99").is_err());
        assert_eq!(values, Values::defaults(SPEC));
    }
}
