//! `config.json` of a GPT-NeoX model.
//!
//! Source: the class `GPTNeoXConfig` of Hugging Face transformers, releases 4 (`rotary_pct`, `rotary_emb_base`) and 5
//! (`rope_parameters`), whose defaults are taken for what a file leaves out. Sizes it may not leave out.

use crate::json::{Json, JsonError};
use thiserror::Error;

/// The facts of a GPT-NeoX model. All of it have parallel residuals, exact GELU, biases in every linear layer but
/// the head, and a head of its own: other files are refused.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelConfig {
    /// Rows of the embedding and of the head: at least the tokenizer's vocabulary.
    pub vocab_size: usize,
    /// Channels.
    pub hidden_size: usize,
    /// Blocks.
    pub n_layers: usize,
    /// Attention heads; they divide the channels.
    pub n_heads: usize,
    /// Channels inside the feed-forward part.
    pub intermediate_size: usize,
    /// The longest sequence that the model was trained for.
    pub max_positions: usize,
    /// The dimensions of each head that rotate: the first ones. Even.
    pub rotary_dims: usize,
    /// The base of the rotation's wavelengths.
    pub rope_base: f64,
    /// What layer norm adds to the variance.
    pub layer_norm_eps: f64,
    /// The token that begins a text, if one does.
    pub bos_id: Option<u32>,
    /// The token that ends one.
    pub eos_id: Option<u32>,
}

/// Why a model cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The file holds bytes that are no text.
    #[error("the model's configuration is not UTF-8 at byte {at}")]
    NotText {
        /// How many bytes before it are.
        at: usize,
    },
    /// The file is no JSON.
    #[error("the model's configuration is no valid JSON: {0}")]
    Json(#[from] JsonError),
    /// A member is absent, or not what it can be.
    #[error("the model's configuration: `{member}` should be {expected} and is {found}")]
    Member {
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The model is of a kind that is not computed here.
    #[error("the model's configuration: `{member}` is {found}; this program runs {expected}")]
    Kind {
        /// The member.
        member: &'static str,
        /// What is run.
        expected: &'static str,
        /// What the file asks for.
        found: String,
    },
}

type Result<T> = std::result::Result<T, ConfigError>;

/// More than any size of a model that fits a browser, and small enough that products of two do not overflow.
const MOST: u64 = 1 << 24;

fn shown(value: Option<&Json<'_>>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Json::Number(text)) => text.chars().take(40).collect(),
        Some(Json::Text(text)) => format!("`{}`", text.chars().take(40).collect::<String>()),
        Some(Json::Bool(value)) => value.to_string(),
        Some(other) => other.kind().to_owned(),
    }
}

fn member(member: &'static str, expected: &'static str, found: Option<&Json<'_>>) -> ConfigError {
    ConfigError::Member { member, expected, found: shown(found) }
}

/// A size that must be there.
fn size(root: &Json<'_>, name: &'static str) -> Result<usize> {
    let value = root.get(name);
    let size = value.and_then(Json::as_u64).filter(|size| (1..=MOST).contains(size));
    size.map(|size| size as usize).ok_or_else(|| member(name, "a whole number from 1 to 16,777,216", value))
}

/// A positive number, or `default` where there is none.
fn positive(value: Option<&Json<'_>>, name: &'static str, default: f64) -> Result<f64> {
    let Some(value) = value else { return Ok(default) };
    let number = value.as_f64().filter(|number| *number > 0.0 && number.is_finite());
    number.ok_or_else(|| member(name, "a positive number", Some(value)))
}

/// That a member, where it is there, has the value of all models that are run.
fn only(root: &Json<'_>, name: &'static str, value: &Json<'_>, expected: &'static str) -> Result<()> {
    match root.get(name) {
        Some(found) if found != value => Err(ConfigError::Kind { member: name, expected, found: shown(Some(found)) }),
        _ => Ok(()),
    }
}

fn token(root: &Json<'_>, name: &'static str) -> Result<Option<u32>> {
    let Some(value) = root.get(name) else { return Ok(None) };
    let id = value.as_u64().filter(|id| *id < MOST);
    id.map(|id| Some(id as u32)).ok_or_else(|| member(name, "the id of a token", Some(value)))
}

impl ModelConfig {
    /// Reads the bytes of a `config.json`.
    ///
    /// # Errors
    /// [`ConfigError`] if the file is damaged, or describes another model than a GPT-NeoX that is run here.
    pub fn from_json(file: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(file).map_err(|error| ConfigError::NotText { at: error.valid_up_to() })?;
        let root = Json::parse(text)?;
        let text = |text: &'static str| Json::Text(text.into());
        match root.get("model_type").and_then(Json::as_text) {
            Some("gpt_neox") => {}
            Some(_) => only(&root, "model_type", &text("gpt_neox"), "gpt_neox")?,
            None => return Err(member("model_type", "`gpt_neox`", root.get("model_type"))),
        }
        only(&root, "hidden_act", &text("gelu"), "gelu, the exact one")?;
        only(&root, "use_parallel_residual", &Json::Bool(true), "parallel residuals")?;
        only(&root, "attention_bias", &Json::Bool(true), "attention with biases")?;
        only(&root, "tie_word_embeddings", &Json::Bool(false), "models whose head is a matrix of its own")?;
        let rope = root.get("rope_parameters").or(root.get("rope_scaling"));
        let kind = rope.and_then(|rope| rope.get("rope_type").or(rope.get("type")));
        if let Some(found) = kind.filter(|kind| kind.as_text() != Some("default")) {
            let expected = "rotary positions without scaling";
            return Err(ConfigError::Kind { member: "rope_type", expected, found: shown(Some(found)) });
        }
        let of_rope = |name| rope.and_then(|rope| rope.get(name));
        let share = of_rope("partial_rotary_factor").or(root.get("rotary_pct")).or(root.get("partial_rotary_factor"));
        let base = of_rope("rope_theta").or(root.get("rotary_emb_base")).or(root.get("rope_theta"));
        let (hidden_size, n_heads) = (size(&root, "hidden_size")?, size(&root, "num_attention_heads")?);
        if !hidden_size.is_multiple_of(n_heads) {
            let expected = "a divisor of `hidden_size`";
            return Err(member("num_attention_heads", expected, root.get("num_attention_heads")));
        }
        let rotary_dims = (hidden_size / n_heads) as f64 * positive(share, "rotary_pct", 0.25)?;
        let rotary_dims = rotary_dims as usize;
        if !(2..=hidden_size / n_heads).contains(&rotary_dims) || !rotary_dims.is_multiple_of(2) {
            let expected = "a share that makes an even number of dimensions, from 2 to those of a head";
            return Err(member("rotary_pct", expected, share));
        }
        Ok(Self {
            vocab_size: size(&root, "vocab_size")?,
            hidden_size,
            n_layers: size(&root, "num_hidden_layers")?,
            n_heads,
            intermediate_size: size(&root, "intermediate_size")?,
            max_positions: size(&root, "max_position_embeddings")?,
            rotary_dims,
            rope_base: positive(base, "rotary_emb_base", 10_000.0)?,
            layer_norm_eps: positive(root.get("layer_norm_eps"), "layer_norm_eps", 1e-5)?,
            bos_id: token(&root, "bos_token_id")?,
            eos_id: token(&root, "eos_token_id")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes of `models/14M/pythia-14m.yml` in EleutherAI's repository `pythia`, in the form of transformers 4.
    const FOUR: &str = r#"{"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0, "eos_token_id": 0,
        "hidden_act": "gelu", "hidden_size": 128, "initializer_range": 0.02, "intermediate_size": 512,
        "layer_norm_eps": 1e-05, "max_position_embeddings": 512, "model_type": "gpt_neox", "num_attention_heads": 4,
        "num_hidden_layers": 6, "rotary_emb_base": 10000, "rotary_pct": 0.25, "tie_word_embeddings": false,
        "torch_dtype": "float16", "use_cache": true, "use_parallel_residual": true, "vocab_size": 50304}"#;

    #[test]
    fn both_forms_say_the_same() {
        let config = ModelConfig::from_json(FOUR.as_bytes()).unwrap();
        assert_eq!(
            config,
            ModelConfig {
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
            }
        );
        let rope = r#""rope_parameters": {"partial_rotary_factor": 0.25, "rope_theta": 10000, "rope_type": "default"}"#;
        let five = FOUR.replace(r#""rotary_emb_base": 10000, "rotary_pct": 0.25"#, rope);
        assert_eq!(ModelConfig::from_json(five.as_bytes()).unwrap(), config);
        let short = FOUR.replace(r#""rotary_emb_base": 10000, "rotary_pct": 0.25,"#, r#""rope_scaling": null,"#);
        assert_eq!(ModelConfig::from_json(short.as_bytes()).unwrap(), config);
        let other = five.replace("0.25", "0.5").replace("10000", "500000.0");
        let other = ModelConfig::from_json(other.as_bytes()).unwrap();
        assert_eq!((other.rotary_dims, other.rope_base), (16, 500_000.0));
    }

    #[test]
    fn what_cannot_be_run_is_one_sentence() {
        let begin = "the model's configuration: ";
        for (from, to, expected) in [
            ("\"gpt_neox\"", "\"llama\"", "`model_type` is `llama`; this program runs gpt_neox"),
            ("\"model_type\"", "\"kind\"", "`model_type` should be `gpt_neox` and is absent"),
            ("\"gelu\"", "\"gelu_new\"", "`hidden_act` is `gelu_new`; this program runs gelu, the exact one"),
            (
                "\"use_parallel_residual\": true",
                "\"use_parallel_residual\": false",
                "`use_parallel_residual` is false; this program runs parallel residuals",
            ),
            (
                "\"tie_word_embeddings\": false",
                "\"tie_word_embeddings\": true",
                "`tie_word_embeddings` is true; this program runs models whose head is a matrix of its own",
            ),
            (
                "\"use_cache\"",
                "\"attention_bias\": false, \"use_cache\"",
                "`attention_bias` is false; this program runs attention with biases",
            ),
            (
                "\"use_cache\"",
                "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}, \"use_cache\"",
                "`rope_type` is `linear`; this program runs rotary positions without scaling",
            ),
            (
                "\"vocab_size\": 50304",
                "\"vocab_size\": 0",
                "`vocab_size` should be a whole number from 1 to 16,777,216 and is 0",
            ),
            (
                "\"vocab_size\": 50304",
                "\"vocab_size\": 1e3",
                "`vocab_size` should be a whole number from 1 to 16,777,216 and is 1e3",
            ),
            (", \"vocab_size\": 50304", "", "`vocab_size` should be a whole number from 1 to 16,777,216 and is absent"),
            (
                "\"num_attention_heads\": 4",
                "\"num_attention_heads\": 5",
                "`num_attention_heads` should be a divisor of `hidden_size` and is 5",
            ),
            (
                "0.25",
                "0.1",
                "`rotary_pct` should be a share that makes an even number of dimensions, from 2 to those of a head and is 0.1",
            ),
            ("0.25", "-1", "`rotary_pct` should be a positive number and is -1"),
            ("1e-05", "\"small\"", "`layer_norm_eps` should be a positive number and is `small`"),
            (
                "\"eos_token_id\": 0",
                "\"eos_token_id\": [0]",
                "`eos_token_id` should be the id of a token and is an array",
            ),
        ] {
            assert!(FOUR.contains(from), "{from}");
            let found = ModelConfig::from_json(FOUR.replacen(from, to, 1).as_bytes()).unwrap_err().to_string();
            assert_eq!(found.strip_prefix(begin), Some(expected), "{from} → {to}");
        }
        let error = ModelConfig::from_json(&FOUR.as_bytes()[..40]).unwrap_err().to_string();
        assert!(error.starts_with("the model's configuration is no valid JSON: line 1, column "), "{error}");
        assert_eq!(ModelConfig::from_json(b"\xff"), Err(ConfigError::NotText { at: 0 }));
    }
}
