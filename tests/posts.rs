//! The posts are the thirteen that were promised, and the whole ones are whole.

use anyhow::{Context, Result, ensure};
use content::{
    manifest::PostMeta,
    sidecar::{PostLink, Sidecar},
};
use press::day;
use site_tests::{
    site::{Build, Site},
    source,
};

/// Slug, title and description, newest first.
const POSTS: [(&str, &str, &str); 13] = [
    (
        "training-moe-right",
        "Training MoE Right: Making Every Expert Count",
        "The techniques that prevent expert collapse in Mixture-of-Experts LLMs: load balancing losses, routing strategies, shared experts, auxiliary-loss-free methods, and fine-grained expert segmentation.",
    ),
    (
        "feel-the-agi",
        "Feel the AGI: Supervised Fine-Tuning in Your Browser",
        "Fine-tune a 14M parameter language model in your browser. Load Pythia-14M, train on instruction-completion pairs, and watch it learn.",
    ),
    (
        "scaling-laws",
        "Scaling Laws for LLMs: The 3 Knobs You Actually Have",
        "Scaling is not \"bigger model.\" It's a budget allocation problem across parameters, tokens, and compute. A first-principles guide to what scaling laws actually say.",
    ),
    (
        "inside-a-transformer",
        "WTF Is Happening Inside a Transformer (Linear Algebra Edition)",
        "An intuition-first guide to what transformers actually compute. Q, K, V demystified, attention as a data-dependent mixing matrix, and the MLP's expand-activate-compress pattern.",
    ),
    (
        "deepseek-playbook",
        "DeepSeek's Technical Playbook: From MLA to Conditional Memory",
        "A deep dive into DeepSeek's key innovations: Multi-head Latent Attention, sparse MoE, sparse attention, scalable RL, and the Engram conditional memory architecture.",
    ),
    (
        "reward-modeling-and-dpo",
        "Reward Modeling and DPO: Learning What \"Good\" Means",
        "How reward models turn human preferences into training signal, and how DPO skips the reward model entirely. Bradley-Terry, preference data, and offline alignment explained.",
    ),
    (
        "positional-encodings",
        "Positional Encodings for LLMs: From Sinusoidal to RoPE",
        "How transformers understand token order. An intuition-first guide covering sinusoidal positional encodings and Rotary Position Embeddings (RoPE).",
    ),
    (
        "dualpath",
        "DualPath: Breaking the Storage Bandwidth Bottleneck in Agentic LLM Inference",
        "How DeepSeek uses idle decode-side NICs to double KV-Cache loading throughput in prefill-decode disaggregated serving.",
    ),
    (
        "reinforcement-learning-for-llms",
        "Reinforcement Learning for LLMs",
        "An intuition-first guide to the RL concepts behind RLHF, PPO, and GRPO — the background you need before diving into alignment algorithms.",
    ),
    (
        "ppo-and-grpo",
        "PPO & GRPO for LLM Alignment",
        "A first-principles guide to PPO and GRPO for LLM alignment, for ML engineers with minimal RL background.",
    ),
    ("hashing-for-similarity", "Hashing for large scale similarity", "Machine Learning"),
    ("matrix-factorisation", "Implementing Matrix Factorisation using Tensorflow", "My quora response"),
    ("recommendation-engines", "How exactly is machine learning used in recommendation engines?", "My quora response"),
];

/// The last so many are short: they began as answers, not as articles.
const N_SHORT: usize = 3;

/// Typographic quotes are the build's; the words are the author's.
fn plain(text: &str) -> String {
    text.replace(['“', '”'], "\"").replace(['‘', '’'], "'")
}

/// What is known of each post, newest first.
fn posts() -> Result<Vec<PostMeta>> {
    let site = Site::serve(Build::Root)?;
    let names: Vec<PostLink> = serde_json::from_str(&site.read("posts/_lists/names.json")?)?;
    let sidecar =
        |slug: &str| -> Result<Sidecar> { Ok(serde_json::from_str(&site.read(&format!("posts/{slug}/post.json"))?)?) };
    names.iter().map(|post| Ok(sidecar(&post.slug)?.meta)).collect()
}

#[test]
fn thirteen_posts_stand_in_their_order() -> Result<()> {
    let posts = posts()?;
    let listed: Vec<_> =
        posts.iter().map(|post| (post.slug.clone(), plain(&post.title), plain(&post.description))).collect();
    let promised: Vec<_> =
        POSTS.iter().map(|(slug, title, text)| (slug.to_string(), title.to_string(), text.to_string())).collect();
    for (found, expected) in listed.iter().zip(&promised) {
        ensure!(found == expected, "the list has {found:?} where {expected:?} should stand");
    }
    ensure!(listed.len() == promised.len(), "the list has {} posts", listed.len());
    Ok(())
}

#[test]
fn dates_keep_the_order_and_none_is_in_the_future() -> Result<()> {
    let posts = posts()?;
    let today = day::today();
    for pair in posts.windows(2) {
        ensure!(
            pair[0].date > pair[1].date,
            "{} ({}) stands before {} ({})",
            pair[0].slug,
            pair[0].date,
            pair[1].slug,
            pair[1].date
        );
    }
    for post in &posts {
        ensure!(post.date <= today, "{} is of {}", post.slug, post.date);
        if let Some(updated) = &post.updated {
            ensure!(*updated > post.date && *updated <= today, "{} was updated on {updated}", post.slug);
        }
        let words = post.meta_description().chars().count();
        ensure!((40..=220).contains(&words), "{} is described to machines in {words} characters", post.slug);
    }
    // Its sources are of March 2026; so are those of whatever says more than 2018 knew.
    let dual_path = posts.iter().find(|post| post.slug == "dualpath").context("no dualpath")?;
    ensure!(dual_path.date.as_str() >= "2026-03", "dualpath is of {}, before its sources", dual_path.date);
    for post in &posts[10..] {
        ensure!(
            post.date.as_str() < "2020" && post.updated.is_some(),
            "{} is old and rewritten: it has both dates",
            post.slug
        );
    }
    Ok(())
}

#[test]
fn whole_articles_are_whole() -> Result<()> {
    for (post_idx, (slug, ..)) in POSTS.iter().enumerate() {
        let article = source::read(slug)?;
        let is_short = post_idx + N_SHORT >= POSTS.len();
        let (words, least_programs) = if is_short { (1200..=2500, 1) } else { (2000..=3500, 2) };
        let n_words = article.prose_words;
        ensure!(words.contains(&n_words), "{slug} has {n_words} words of prose");
        let counts = [
            ("figures", article.images, 2),
            ("tables", article.tables, 1),
            ("programs", article.programs, least_programs),
            ("formulas", article.formulas, 20),
            ("works that it cites", article.cited.len(), 4),
            ("labs", article.labs.len(), 1),
        ];
        for (what, count, least) in counts {
            ensure!(count >= least, "{slug} has {count} {what}, fewer than {least}");
        }
        for name in ["Exercises", "Further reading"] {
            ensure!(article.headings.contains(&source::words(name)), "{slug} has no section “{name}”");
        }
    }
    Ok(())
}
