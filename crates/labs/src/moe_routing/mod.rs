//! Collapse, then cure: what keeps the experts of a mixture busy, and what it costs.
//!
//! # What it asks
//! A router that learns only from the task prefers experts that are already good, and those get better: without
//! balancing, how many of eight experts are left? A balancing loss, a z-loss, a bias without a loss, a shared
//! expert, finer experts and a capacity limit can each be switched on, alone or together.
//!
//! # What is computed
//! A router and its experts are trained with Adam for 2,000 steps of 256 points of the plane, through the tape of
//! `ml`, with dispatched tokens: an expert computes the tokens that chose it and no others. Every batch is new. The
//! size is that of a toy (eight clusters, 680 weights by default) and the mechanism that of the papers.
//!
//! # What to watch
//! The heat-map of loads, MaxVio, the task loss, and the plane in the colours of the experts that come first.
//! What evens out the loads and what serves the task are two questions; the second is answered by the task loss.
//!
//! # What is smaller here than in a language model
//! A linear router in the plane leaves some experts without any token from the first batch on: their logit is
//! nowhere the largest. In the many dimensions of a language model that is rarer, so there more of a collapse comes
//! from training. The router's part of the cost is larger here, and the experts that survive a collapse can fit this
//! task as well as all of them, so that a collapse costs task loss only together with a capacity limit.
//!
//! # Sources
//! Fedus, Zoph and Shazeer 2021 (Switch Transformers, arXiv 2101.03961); Zoph et al. 2022 (ST-MoE, arXiv
//! 2202.08906); Dai et al. 2024 (DeepSeekMoE, arXiv 2401.06066); Wang et al. 2024 (auxiliary-loss-free load
//! balancing, arXiv 2408.15664); DeepSeek-AI 2024 (DeepSeek-V3, arXiv 2412.19437).
//!
//! # Budget
//! 2,000 steps in at most 3 s in a Web Worker; a report of at most 8 KB.
//!
//! Order of reading: [`routing`], [`gating`], [`mixture`], [`data`], [`model`]; [`settings`] has what may be set.

pub mod data;
pub mod flops;
pub mod gating;
pub mod history;
pub mod mixture;
pub mod model;
pub mod routing;
pub mod settings;
#[cfg(feature = "view")]
pub mod view;

pub use model::{Model, Report};
