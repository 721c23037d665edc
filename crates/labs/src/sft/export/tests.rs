//! What the files say.

use super::*;
use crate::sft::protocol::{Evaluated, Stepped};
use crate::sft::settings::Train;
use ml::hub::ModelConfig;
use ml::neox::{Lora, Target};

#[test]
fn a_configuration_is_read_as_it_was_meant() {
    let facts = ModelConfig {
        vocab_size: 50_304,
        hidden_size: 128,
        n_layers: 6,
        n_heads: 4,
        intermediate_size: 512,
        max_positions: 512,
        rotary_dims: 8,
        rope_base: 10_000.0,
        layer_norm_eps: 1e-5,
        bos_id: Some(0),
        eos_id: Some(0),
    };
    let text = config(&facts, 0, false);
    assert_eq!(ModelConfig::from_json(text.as_bytes()), Ok(facts));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((json["torch_dtype"].as_str(), json["rotary_pct"].as_f64()), (Some("float32"), Some(0.25)));
}

#[test]
fn an_adapter_s_configuration_names_layers_by_the_end_of_their_names() {
    let lora = Lora { rank: 8, alpha: 16.5, targets: vec![Target::Contract, Target::QueryKeyValue] };
    let json: serde_json::Value = serde_json::from_str(&adapter_config(&lora)).unwrap();
    assert_eq!(json["target_modules"], serde_json::json!(["query_key_value", "dense_4h_to_h"]));
    assert_eq!((json["r"].as_u64(), json["lora_alpha"].as_f64()), (Some(8), Some(16.5)));
}

#[test]
fn an_adapter_s_configuration_is_read_and_more_than_plain_lora_is_refused() {
    let lora = Lora { rank: 8, alpha: 16.5, targets: vec![Target::Contract, Target::QueryKeyValue] };
    let text = adapter_config(&lora);
    let train = Train::Lora { rank: 8, alpha: 16.5, targets: [true, false, false, true] };
    assert_eq!(adapter_shape(text.as_bytes()), Ok(train.clone()));
    // As peft 0.21 writes what it was not told.
    let more = r#"{"alpha_pattern": {}, "rank_pattern": {}, "layers_to_transform": null, "use_dora": false, "runtime_config": 1,"#;
    assert_eq!(adapter_shape(text.replacen('{', more, 1).as_bytes()), Ok(train));
    let whole = "\"attention.query_key_value\"";
    assert!(adapter_shape(text.replace("\"query_key_value\"", whole).as_bytes()).is_ok());
    let said = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        adapter_shape(text.replace(old, new).as_bytes()).unwrap_err().to_string()
    };
    for (old, new, member) in [
        ("LORA", "IA3", "`peft_type` should be `LORA`"),
        ("\"none\"", "\"all\"", "`bias` should be `none`"),
        ("\"use_rslora\": false", "\"use_rslora\": true", "`use_rslora` should be false"),
        ("\"modules_to_save\": null", "\"modules_to_save\": [\"embed_in\"]", "`modules_to_save` should be empty"),
        ("\"r\": 8", "\"r\": 8.5", "`r` should be a whole number"),
        ("\"r\": 8", "\"r\": 99999999999", "`r` should be a whole number"),
        ("16.5", "\"all\"", "`lora_alpha` should be a number"),
        ("query_key_value", "q_proj", "`target_modules` should be a list of linear layers of a GPT-NeoX block"),
        ("[\"query_key_value\", \"dense_4h_to_h\"]", "\".*\"", "`target_modules` should be a list"),
    ] {
        assert!(said(old, new).starts_with(&format!("the adapter's configuration: {member}")), "{}", said(old, new));
    }
    assert!(said("{", "{,").starts_with("the adapter's configuration is no valid JSON: line 1"), "{}", said("{", "{,"));
    assert_eq!(adapter_shape(&[0xff]), Err(AdapterError::NotText));
}

#[test]
fn a_run_is_a_line_a_step() {
    let stepped = |step| Stepped {
        step,
        train_loss: 2.5,
        learning_rate: 0.001,
        gradient_norm: 1.25,
        n_tokens: 256,
        tokens_per_s: 700.04,
    };
    let evaluated =
        |step, held_out_loss| Evaluated { step, held_out_loss, paragraph_perplexity: 40.5, ..Evaluated::default() };
    let text = csv(&[stepped(1), stepped(2)], &[evaluated(0, Some(3.5)), evaluated(2, None)]);
    assert_eq!(
        text,
        "step,train_loss,learning_rate,gradient_norm,tokens,tokens_per_s,held_out_loss,paragraph_perplexity\n\
         0,,,,,,3.5,40.5\n\
         1,2.5,0.001,1.25,256,700.0,,\n\
         2,2.5,0.001,1.25,256,700.0,,40.5\n"
    );
}
