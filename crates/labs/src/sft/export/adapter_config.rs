//! `adapter_config.json`: of an adapter that was trained here, and of one that is brought back.

use crate::sft::settings::Train;
use ml::decimal::shortest_single;
use ml::json::{Json, JsonError};
use ml::neox::{Lora, Target};
use thiserror::Error;

/// Why an adapter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AdapterError {
    /// The file holds bytes that are no text.
    #[error("the adapter's configuration is not UTF-8")]
    NotText,
    /// The file is no JSON.
    #[error("the adapter's configuration is no valid JSON: {0}")]
    Json(#[from] JsonError),
    /// A member is absent, or asks for what is not computed here.
    #[error("the adapter's configuration: `{member}` should be {expected}")]
    Member {
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// What peft finds a kind of layer by: the end of its name within the model. No other layer's name ends so.
fn suffix(target: Target) -> &'static str {
    let name = target.name();
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

/// The file, as peft reads it.
pub fn adapter_config(lora: &Lora) -> String {
    let mut targets = String::new();
    for target in Target::ALL.into_iter().filter(|target| lora.targets.contains(target)) {
        targets += if targets.is_empty() { "\"" } else { ", \"" };
        targets += suffix(target);
        targets += "\"";
    }
    format!(
        r#"{{
  "base_model_name_or_path": null,
  "bias": "none",
  "fan_in_fan_out": false,
  "inference_mode": true,
  "init_lora_weights": true,
  "lora_alpha": {alpha},
  "lora_dropout": 0.0,
  "modules_to_save": null,
  "peft_type": "LORA",
  "r": {rank},
  "target_modules": [{targets}],
  "task_type": "CAUSAL_LM",
  "use_rslora": false
}}
"#,
        alpha = shortest_single(lora.alpha),
        rank = lora.rank,
    )
}

/// Reads the file. Whatever makes of an adapter more than `s·B·A` is refused.
///
/// # Errors
/// [`AdapterError`] if the file is damaged, or describes another adapter than LoRA's on linear layers of GPT-NeoX.
///
/// Source: the class `LoraConfig` of Hugging Face peft, release 0.21.
pub fn adapter_shape(file: &[u8]) -> Result<Train, AdapterError> {
    let text = std::str::from_utf8(file).map_err(|_| AdapterError::NotText)?;
    let root = Json::parse(text)?;
    let wrong = |member, expected| Err(AdapterError::Member { member, expected });
    let text_of = |name: &str| root.get(name).and_then(Json::as_text);
    if text_of("peft_type") != Some("LORA") {
        return wrong("peft_type", "`LORA`");
    }
    if root.get("bias").is_some() && text_of("bias") != Some("none") {
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
    let Some(rank) = root.get("r").and_then(Json::as_u64).and_then(|rank| u32::try_from(rank).ok()) else {
        return wrong("r", "a whole number");
    };
    let Some(alpha) = root.get("lora_alpha").and_then(Json::as_f64) else { return wrong("lora_alpha", "a number") };
    let mut targets = [false; 4];
    for name in root.get("target_modules").and_then(Json::as_list).unwrap_or_default() {
        let is_it =
            |target: &Target| name.as_text().is_some_and(|name| [target.name(), suffix(*target)].contains(&name));
        let Some(target_idx) = Target::ALL.iter().position(is_it) else {
            return wrong("target_modules", "a list of linear layers of a GPT-NeoX block");
        };
        targets[target_idx] = true;
    }
    if targets == [false; 4] {
        return wrong("target_modules", "a list of linear layers of a GPT-NeoX block");
    }
    Ok(Train::Lora { rank, alpha: alpha as f32, targets })
}
