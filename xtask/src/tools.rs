//! `tools.toml`: the one file of all tool versions, and what must agree with it.

use crate::version::Version;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::Path;

/// The file `tools.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tools {
    /// What the compiler must be and have.
    pub rust: Rust,
    /// Bundles the client.
    pub trunk: CargoTool,
    /// Writes the client's JavaScript; bound to the crate of the same version.
    pub wasm_bindgen_cli: CargoTool,
    /// Checks advisories and licences.
    pub cargo_deny: CargoTool,
    /// Checks pages for accessibility.
    pub axe_core: NpmPackage,
    /// The words that the articles may use.
    pub dictionary_en_gb: NpmPackage,
    /// What the programs in the articles compute with.
    pub numpy: PythonPackage,
}

/// The compiler.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rust {
    /// The oldest release that builds the project.
    pub minimum: String,
    /// The target of the client.
    pub target: String,
}

/// A tool that `cargo install` builds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CargoTool {
    /// Exactly this release.
    pub version: String,
    /// Its cargo features.
    #[serde(default)]
    pub features: Vec<String>,
    /// Whether its default features are on.
    #[serde(default = "yes")]
    pub default_features: bool,
}

/// A package of the Python registry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PythonPackage {
    /// Exactly this release.
    pub version: String,
}

/// A package of the npm registry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NpmPackage {
    /// Exactly this release.
    pub version: String,
    /// `sha512-` and the Base64 of the package's digest.
    pub integrity: String,
}

fn yes() -> bool {
    true
}

impl Tools {
    /// Reads `tools.toml` at the repository's root and holds it against Cargo.lock beside it.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join("tools.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let tools: Self = toml::from_str(&text).context("tools.toml is not as expected")?;
        let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
        tools.agrees_with_lock(&lock)?;
        Ok(tools)
    }

    /// Fails, in one sentence, if the wasm-bindgen tool is not of the version of the crate in Cargo.lock.
    pub fn agrees_with_lock(&self, lock: &str) -> Result<()> {
        let locked = locked_version(lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
        if locked != self.wasm_bindgen_cli.version {
            bail!(
                "tools.toml asks for wasm-bindgen-cli {}, but Cargo.lock holds wasm-bindgen {locked}: the two must be equal.",
                self.wasm_bindgen_cli.version
            );
        }
        Ok(())
    }

    /// Fails, in one sentence, if `answer` (of `rustc --version`) is older than the minimum.
    pub fn accepts_rustc(&self, answer: &str) -> Result<()> {
        let minimum = Version::parse(&self.rust.minimum).context("rust.minimum in tools.toml is no version")?;
        match Version::find(answer) {
            Some(found) if found < minimum => {
                bail!("Rust {found} is too old: this project needs {minimum} or newer; run `rustup update stable`.")
            }
            Some(_) => Ok(()),
            None => bail!("`rustc --version` answered something else than a version: {}", answer.trim()),
        }
    }
}

/// The version of a crate in the text of a Cargo.lock, if it is there exactly once.
fn locked_version(lock: &str, name: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let lock: Lock = toml::from_str(lock).ok()?;
    let mut found = lock.package.into_iter().filter(|package| package.name == name);
    let first = found.next()?;
    found.next().is_none().then_some(first.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOLS: &str = include_str!("../../tools.toml");
    const LOCK: &str = include_str!("../../Cargo.lock");
    const MANIFEST: &str = include_str!("../../Cargo.toml");

    fn tools() -> Tools {
        toml::from_str(TOOLS).unwrap()
    }

    #[test]
    fn the_committed_file_agrees_with_the_lock_and_the_manifest() {
        tools().agrees_with_lock(LOCK).unwrap();
        let manifest: toml::Table = toml::from_str(MANIFEST).unwrap();
        let rust_version = manifest["workspace"]["package"]["rust-version"].as_str();
        assert_eq!(rust_version, Some(tools().rust.minimum.as_str()));
        for package in [tools().axe_core, tools().dictionary_en_gb] {
            assert!(package.integrity.starts_with("sha512-"), "{package:?}");
        }
    }

    #[test]
    fn another_wasm_bindgen_in_the_lock_is_one_sentence() {
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.99\"\n";
        let message = tools().agrees_with_lock(lock).unwrap_err().to_string();
        assert!(message.contains("0.2.99") && message.contains(&tools().wasm_bindgen_cli.version), "{message}");
        assert_eq!(message.lines().count(), 1);
    }

    #[test]
    fn an_old_compiler_is_one_sentence() {
        let message = tools().accepts_rustc("rustc 1.80.1 (3f5fd8dd4 2024-08-06)").unwrap_err().to_string();
        assert!(message.starts_with("Rust 1.80.1 is too old"), "{message}");
        tools().accepts_rustc("rustc 1.95.0 (59807616e 2026-04-14)").unwrap();
        tools().accepts_rustc("rustc 2.0.0").unwrap();
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(toml::from_str::<Tools>(&format!("{TOOLS}\n[nextest]\nversion = \"1\"\n")).is_err());
    }
}
