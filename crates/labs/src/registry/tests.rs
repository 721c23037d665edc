//! One loop over all labs.

use super::*;
use std::collections::HashSet;

#[test]
fn names_are_unique_and_fit_urls() {
    let names: HashSet<_> = labs().map(|lab| lab.name).collect();
    assert_eq!(names.len(), labs().count());
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')));
}

#[test]
fn the_labs_of_all_thirteen_articles_are_there() {
    let of_articles = [
        "moe-routing",
        "sft",
        "scaling-laws",
        "mixing-matrix",
        "kv-cache",
        "reward-dpo",
        "positions",
        "dualpath",
        "policy-gradient",
        "ppo-grpo",
        "lsh",
        "matrix-factorisation",
        "recommender-funnel",
    ];
    for name in of_articles {
        assert!(find(name).is_some(), "{name}");
    }
    assert_eq!(find("Moe-Routing"), None);
}

#[test]
fn every_lab_names_itself_and_asks() {
    let template = &crate::lab_name::Model::ABOUT;
    let template =
        Lab { name: template.name, caption: template.caption, question: template.question, about: Some(template) };
    for Lab { caption, question, about, .. } in labs().chain([template]) {
        assert!(!caption.ends_with('.') && caption.chars().count() <= 90, "{caption}");
        assert!(question.ends_with('?') && question.chars().count() <= 160, "{question}");
        if let Some(about) = about {
            assert!(about.computes.ends_with('.'), "{}", about.computes);
        }
    }
}

#[test]
fn parameters_and_presets_are_in_range() {
    for about in BUILT.iter().chain(APART).chain([&crate::lab_name::Model::ABOUT]) {
        let names: HashSet<_> = about.parameters.iter().map(|parameter| parameter.name).collect();
        assert_eq!(names.len(), about.parameters.len(), "{}", about.name);
        for parameter in about.parameters {
            let text = parameter.text(parameter.default());
            assert_eq!(parameter.parse(&text), Ok(parameter.default()), "{} {}", about.name, parameter.name);
        }
        for preset in about.presets {
            let values = Values::decode(about.parameters, preset.settings);
            assert_eq!(values.map(|values| values.encode()).as_deref(), Ok(preset.settings), "{}", preset.label);
        }
    }
}

#[test]
fn ten_steps_are_finite_and_the_same_seed_gives_the_same_numbers() {
    fn check<M: Model>() {
        let trace = |seed| {
            let mut model = M::new(&Values::defaults(M::ABOUT.parameters), seed).unwrap();
            let mut losses = Vec::new();
            while model.step() < 10 {
                if model.advance().unwrap() != Advance::Within {
                    losses.push(model.loss());
                }
            }
            (losses, encode(&model.report()))
        };
        let (losses, report) = trace(1);
        assert!(losses.iter().all(|loss| loss.is_finite()), "{} {losses:?}", M::ABOUT.name);
        assert_eq!(trace(1), (losses.clone(), report), "{}", M::ABOUT.name);
        assert_ne!(trace(2).0, losses, "{}", M::ABOUT.name);
    }
    every_model!(check);
    check::<crate::lab_name::Model>();
}

#[test]
fn the_loss_falls() {
    fn check<M: Model>() {
        let mut model = M::new(&Values::defaults(M::ABOUT.parameters), 1).unwrap();
        let mut losses = Vec::new();
        while model.advance().unwrap() != Advance::Finished {
            losses.push(model.loss());
        }
        let tenth = losses.len() / 10;
        let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
        let (first, last) = (mean(&losses[..tenth]), mean(&losses[losses.len() - tenth..]));
        assert!(last < first, "{}: {first} → {last}", M::ABOUT.name);
    }
    every_model!(check);
    check::<crate::lab_name::Model>();
}
