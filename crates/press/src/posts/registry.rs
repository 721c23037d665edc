//! The labs that an article may name, as its figures show them.

use super::stills::{Key, Stills};
use content::{
    build::{Lab, Labs, Refusal, Setting, Value},
    suggest,
};
use labs::{
    parameters::{Kind, Values},
    registry, still,
};
use std::path::Path;

// `SHARED` and `OF_LABS`, from build.rs.
include!(concat!(env!("OUT_DIR"), "/lab_code.rs"));

/// Characters of a refused value that are repeated.
const SHOWN: usize = 40;

/// The registry of the crate `labs`.
#[derive(Clone, Debug)]
pub struct Registry {
    stills: Stills,
}

impl Registry {
    /// With the still pictures that are kept under `root`.
    pub fn of(root: &Path) -> Self {
        Self { stills: Stills::of(root) }
    }
}

impl Labs for Registry {
    fn find(&self, name: &str) -> Option<Box<dyn Lab + '_>> {
        let lab = registry::find(name)?;
        let values = lab.about.map(|about| Values::defaults(about.parameters));
        Some(Box::new(Block { lab, values, stills: &self.stills }))
    }

    fn names(&self) -> Vec<String> {
        registry::labs().map(|lab| lab.name.to_owned()).collect()
    }
}

/// A lab and what a block sets of it; a planned lab has no values.
struct Block<'r> {
    lab: registry::Lab,
    values: Option<Values>,
    stills: &'r Stills,
}

impl Lab for Block<'_> {
    fn caption(&self) -> &str {
        self.lab.caption
    }

    fn question(&self) -> &str {
        self.lab.question
    }

    fn computes(&self) -> Option<&str> {
        self.lab.about.map(|about| about.computes)
    }

    fn parameters(&self) -> Vec<&str> {
        let parameters = self.values.as_ref().map(Values::spec).unwrap_or_default();
        parameters.iter().map(|parameter| parameter.name).collect()
    }

    fn set(&mut self, setting: &Setting<'_>) -> Result<(), Refusal> {
        let spec = self.values.as_ref().map(Values::spec).unwrap_or_default();
        let parameter = spec.iter().find(|parameter| parameter.name == setting.parameter);
        let (Some(parameter), Some(values)) = (parameter, &mut self.values) else {
            return Err(Refusal { message: format!("there is no parameter `{}`", setting.parameter), help: None });
        };
        let is_set = text(parameter.kind, &setting.value).is_some_and(|text| values.set(parameter.name, &text).is_ok());
        if is_set {
            return Ok(());
        }
        let found = match setting.value {
            Value::Other(noun) => noun.to_owned(),
            _ => format!("`{}`", setting.text.chars().take(SHOWN).collect::<String>()),
        };
        let message = format!("`{}` must be {}, not {found}", parameter.name, parameter.kind);
        let help = meant(parameter.kind, &setting.value)
            .filter(|meant| parameter.parse(meant.trim_matches('"')).is_ok())
            .map(|meant| format!("write `{} = {meant}`", parameter.name));
        Err(Refusal { message, help })
    }

    fn settings(&self) -> String {
        self.values.as_ref().map(Values::encode).unwrap_or_default()
    }

    fn needs_language_model(&self) -> bool {
        self.lab.needs_language_model()
    }

    fn stage(&self, id: &str) -> Result<String, String> {
        let Some(values) = &self.values else { return Err("it is not built yet".to_owned()) };
        let (name, settings) = (self.lab.name, values.encode());
        let key = Key { lab: name, code: &code(name), settings: &settings, id };
        self.stills.get(key, || still::stage(name, values, id).map_err(|error| error.to_string()))
    }
}

/// The value as [`Values::set`] reads it, if it is of the type; whether it is in the range, that tells.
fn text(kind: Kind, value: &Value) -> Option<String> {
    match (kind, value) {
        (Kind::Whole { .. } | Kind::Number { .. }, Value::Whole(n)) => Some(n.to_string()),
        (Kind::Number { .. }, Value::Number(x)) => Some(x.to_string()),
        (Kind::Choice { .. }, Value::Text(name)) => Some(name.clone()),
        (Kind::Switch { .. }, Value::Switch(is_on)) => Some(is_on.to_string()),
        _ => None,
    }
}

/// What the author may have meant, as TOML writes it.
fn meant(kind: Kind, value: &Value) -> Option<String> {
    match (kind, value) {
        (Kind::Choice { options, .. }, Value::Text(name)) => {
            suggest::nearest(name, options.iter().map(|(name, _)| *name)).map(|name| format!("\"{name}\""))
        }
        (Kind::Choice { .. }, _) => None,
        (_, Value::Text(text)) => Some(text.trim().to_owned()),
        (Kind::Whole { .. }, Value::Number(x)) if x.fract() == 0.0 => Some(x.to_string()),
        (Kind::Switch { .. }, Value::Whole(0)) => Some("false".to_owned()),
        (Kind::Switch { .. }, Value::Whole(1)) => Some("true".to_owned()),
        _ => None,
    }
}

/// Fingerprint of all code that draws a lab.
fn code(name: &str) -> String {
    let folder = name.replace('-', "_");
    let own = OF_LABS.iter().find(|(of, _)| *of == folder).map_or(0, |(_, code)| *code);
    format!("{SHARED:016x}{own:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use labs::parameters::{Parameter, Scale};

    fn registry() -> (tempfile::TempDir, Registry) {
        let root = tempfile::tempdir().unwrap();
        let registry = Registry::of(root.path());
        (root, registry)
    }

    #[test]
    fn every_lab_introduces_itself_and_every_built_one_is_drawn() {
        let (_root, registry) = registry();
        for name in registry.names() {
            let lab = registry.find(&name).unwrap();
            assert!(!lab.caption().is_empty() && lab.question().ends_with('?'), "{name}");
            if lab.computes().is_some() {
                let stage = lab.stage("an-id").unwrap();
                assert!(stage.starts_with('<') && !stage.contains("style="), "{name}: {stage}");
                // The second answer is the kept one.
                assert_eq!(lab.stage("an-id"), Ok(stage), "{name}");
                assert!(OF_LABS.iter().any(|(folder, _)| *folder == name.replace('-', "_")), "{name} has no code");
            }
        }
        assert!(registry.find("no-such-lab").is_none());
    }

    const SPEC: &[Parameter] = &[
        parameter("experts", Kind::Whole { min: 4, max: 16, default: 8 }),
        parameter("alpha", Kind::Number { min: 0.001, max: 1.0, default: 0.01, scale: Scale::Log }),
        parameter("balance", Kind::Choice { options: &[("none", "None"), ("switch", "Switch loss")], default: 0 }),
        parameter("shared", Kind::Switch { default: false }),
    ];

    const fn parameter(name: &'static str, kind: Kind) -> Parameter {
        Parameter { name, label: "", unit: "", help: "", kind }
    }

    /// Sets `parameter` in a lab of [`SPEC`]; gives the settings or what is said.
    fn set(parameter: &str, value: Value, text: &str) -> Result<String, String> {
        let (_root, Registry { stills }) = registry();
        let lab = registry::labs().next().unwrap();
        let mut block = Block { lab, values: Some(Values::defaults(SPEC)), stills: &stills };
        let outcome = block.set(&Setting { parameter, value, text });
        outcome.map(|()| block.settings()).map_err(|Refusal { message, help }| match help {
            Some(help) => format!("{message}; {help}"),
            None => message,
        })
    }

    #[test]
    fn values_of_their_type_and_range_are_taken() {
        let cases = [
            ("experts", Value::Whole(16), "experts=16"),
            ("experts", Value::Whole(8), ""),
            ("alpha", Value::Number(1e-3), "alpha=0.001"),
            ("alpha", Value::Whole(1), "alpha=1"),
            ("balance", Value::Text("switch".into()), "balance=switch"),
            ("shared", Value::Switch(true), "shared=true"),
        ];
        for (parameter, value, settings) in cases {
            assert_eq!(set(parameter, value, "").as_deref(), Ok(settings), "{parameter}");
        }
    }

    #[test]
    fn others_are_refused_with_what_would_be_right() {
        let text = |text: &str| Value::Text(text.into());
        let cases = [
            ("experts", Value::Whole(17), "17", "`experts` must be a whole number from 4 to 16, not `17`"),
            ("experts", Value::Whole(-4), "-4", "`experts` must be a whole number from 4 to 16, not `-4`"),
            (
                "experts",
                text("8"),
                "\"8\"",
                "`experts` must be a whole number from 4 to 16, not `\"8\"`; write `experts = 8`",
            ),
            ("experts", text("99"), "'99'", "`experts` must be a whole number from 4 to 16, not `'99'`"),
            (
                "experts",
                Value::Number(8.0),
                "8.0",
                "`experts` must be a whole number from 4 to 16, not `8.0`; write `experts = 8`",
            ),
            ("experts", Value::Number(8.5), "8.5", "`experts` must be a whole number from 4 to 16, not `8.5`"),
            ("alpha", Value::Number(f64::NAN), "nan", "`alpha` must be a number from 0.001 to 1, not `nan`"),
            ("alpha", Value::Number(1.5), "1.5", "`alpha` must be a number from 0.001 to 1, not `1.5`"),
            ("alpha", Value::Other("a table"), "{ x = 1 }", "`alpha` must be a number from 0.001 to 1, not a table"),
            (
                "balance",
                text("swich"),
                "'swich'",
                "`balance` must be one of `none`, `switch`, not `'swich'`; write `balance = \"switch\"`",
            ),
            ("balance", text("aux"), "\"aux\"", "`balance` must be one of `none`, `switch`, not `\"aux\"`"),
            ("balance", Value::Whole(1), "1", "`balance` must be one of `none`, `switch`, not `1`"),
            ("shared", Value::Whole(1), "1", "`shared` must be `true` or `false`, not `1`; write `shared = true`"),
            (
                "shared",
                text("true"),
                "\"true\"",
                "`shared` must be `true` or `false`, not `\"true\"`; write `shared = true`",
            ),
        ];
        for (parameter, value, text, told) in cases {
            assert_eq!(set(parameter, value, text), Err(told.to_owned()), "{parameter} = {text}");
        }
    }
}
