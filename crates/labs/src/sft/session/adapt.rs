//! An adapter from the two files that peft keeps it in, merged into the weights that it was trained beside.

use super::failure::{Failure, Reason};
use crate::sft::export::suffix;
use ml::json::Json;
use ml::neox::{Adapter, Lora, Model, Target};
use ml::safetensors::Safetensors;

/// Merges the adapter of `adapter_config.json` and `adapter_model.safetensors` into a model.
pub(super) fn merge(config: &[u8], weights: &[u8], model: &mut Model) -> Result<(), Failure> {
    let mut adapter = Adapter::new(model.config(), read_config(config)?, 0)?;
    let file = Safetensors::read(weights)?;
    let places: Vec<_> = adapter.entries().to_vec();
    file.header().check_names(&|name| places.iter().any(|place| place.name() == name), &|_| false)?;
    for place in &places {
        let dims: Vec<u64> = place.dims().iter().map(|&n| n as u64).collect();
        let values = &mut adapter.weights_mut()[place.range()];
        file.get(place.name())?.expect_shape(&dims)?.to_f32(values)?;
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Reason::Weight(place.name().to_owned()).into());
        }
    }
    Ok(adapter.merge_into(model)?)
}

/// Reads `adapter_config.json`. Whatever makes of an adapter more than `s·B·A` is refused.
///
/// Source: the class `LoraConfig` of Hugging Face peft, release 0.21.
fn read_config(file: &[u8]) -> Result<Lora, Failure> {
    let text = std::str::from_utf8(file).map_err(|_| Reason::AdapterText)?;
    let root = Json::parse(text).map_err(Reason::AdapterJson)?;
    let wrong = |member, expected| Err(Reason::Adapter { member, expected }.into());
    let of_text = |name| root.get(name).and_then(Json::as_text);
    if of_text("peft_type") != Some("LORA") {
        return wrong("peft_type", "`LORA`");
    }
    if root.get("bias").is_some() && of_text("bias") != Some("none") {
        return wrong("bias", "`none`");
    }
    for name in ["use_rslora", "use_dora", "fan_in_fan_out"] {
        if root.get(name).is_some_and(|value| *value != Json::Bool(false)) {
            return wrong(name, "false");
        }
    }
    for name in ["modules_to_save", "layers_to_transform", "layer_replication", "rank_pattern", "alpha_pattern"] {
        let Some(value) = root.get(name) else { continue };
        if value.as_list().map(<[_]>::len).or(value.as_object().map(<[_]>::len)) != Some(0) {
            return wrong(name, "empty");
        }
    }
    let Some(rank) = root.get("r").and_then(Json::as_u64) else { return wrong("r", "a whole number") };
    let Some(alpha) = root.get("lora_alpha").and_then(Json::as_f64) else { return wrong("lora_alpha", "a number") };
    let names = root.get("target_modules").and_then(Json::as_list).unwrap_or_default();
    let target_of = |name: &Json<'_>| {
        let name = name.as_text()?;
        Target::ALL.into_iter().find(|target| [target.name(), suffix(*target)].contains(&name))
    };
    let targets: Option<Vec<Target>> = names.iter().map(target_of).collect();
    let Some(targets) = targets.filter(|targets| !targets.is_empty()) else {
        return wrong("target_modules", "a list of linear layers of a GPT-NeoX block");
    };
    // A rank beyond a machine word is one that no model has.
    Ok(Lora { rank: usize::try_from(rank).unwrap_or(usize::MAX), alpha: alpha as f32, targets })
}
