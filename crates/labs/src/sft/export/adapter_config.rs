//! `adapter_config.json` of an adapter that was trained here.

use ml::neox::{Lora, Target};

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
        alpha = lora.alpha,
        rank = lora.rank,
    )
}
