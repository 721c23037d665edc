//! `config.json` of a model that was trained here.

use ml::{decimal::shortest, hub::ModelConfig};

/// The file, in the words of transformers 4, which version 5 reads too.
pub fn config(facts: &ModelConfig, end: u32, is_half: bool) -> String {
    let dtype = if is_half { "float16" } else { "float32" };
    let share = shortest(facts.rotary_dims as f64 / (facts.hidden_size / facts.n_heads) as f64);
    let begin = facts.bos_id.unwrap_or(end);
    format!(
        r#"{{
  "architectures": ["GPTNeoXForCausalLM"],
  "attention_bias": true,
  "bos_token_id": {begin},
  "eos_token_id": {end},
  "hidden_act": "gelu",
  "hidden_size": {hidden_size},
  "initializer_range": 0.02,
  "intermediate_size": {intermediate_size},
  "layer_norm_eps": {layer_norm_eps},
  "max_position_embeddings": {max_positions},
  "model_type": "gpt_neox",
  "num_attention_heads": {n_heads},
  "num_hidden_layers": {n_layers},
  "rotary_emb_base": {rope_base},
  "rotary_pct": {share},
  "tie_word_embeddings": false,
  "torch_dtype": "{dtype}",
  "use_cache": true,
  "use_parallel_residual": true,
  "vocab_size": {vocab_size}
}}
"#,
        hidden_size = facts.hidden_size,
        intermediate_size = facts.intermediate_size,
        layer_norm_eps = shortest(facts.layer_norm_eps),
        max_positions = facts.max_positions,
        n_heads = facts.n_heads,
        n_layers = facts.n_layers,
        rope_base = shortest(facts.rope_base),
        vocab_size = facts.vocab_size,
    )
}
