//! What the whole-site tests share: a real browser, the site behind a server, and the posts as written.
//!
//! A test says what a reader would see. Every wait names what it waits for and has a limit; nothing
//! sleeps in the hope that something has happened by then.

pub mod browser;
pub mod check;
pub mod lab;
pub mod measure;
pub mod second_origin;
pub mod site;
pub mod source;
pub mod stand_in;

use anyhow::{Context, Result};
use std::path::PathBuf;

/// A path that `cargo xtask test` hands over in the environment.
///
/// # Errors
/// If the variable is not set, with the command that sets it.
pub fn path_from_env(name: &str) -> Result<PathBuf> {
    let value = std::env::var_os(name)
        .with_context(|| format!("{name} is not set: run `cargo xtask test`, which builds the sites and sets it"))?;
    Ok(value.into())
}
