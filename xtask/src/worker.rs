//! Building the labs' workers: the modules with SIMD.
//!
//! Trunk gives all modules that it builds the same compiler flags, so that a feature of a worker would reach the client,
//! which must start in any browser. Here cargo and wasm-bindgen build them, in target folders of their own; Trunk only
//! copies their files, which `index.html` names.

use crate::children;
use crate::repo::Repo;
use crate::site::Lock;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// The package of all of them.
const PACKAGE: &str = "lab-worker";
/// What wasm-bindgen calls the function that fetches and starts the module.
const START: &str = "__wbg_init";

/// A worker that a page can start.
struct Worker {
    /// Of its files.
    name: &'static str,
    /// The package's program.
    program: &'static str,
    /// How it is compiled: one of the workspace's profiles.
    profile: &'static str,
    /// What its browser must know.
    flags: &'static str,
    /// Its target folder: one for each set of flags.
    target: &'static str,
    /// For messages.
    called: &'static str,
}

const WORKERS: [Worker; 3] = [
    Worker {
        name: "lab-worker",
        program: "lab-worker",
        profile: "worker",
        flags: "-C target-feature=+simd128",
        target: "lab-worker",
        called: "the labs' worker",
    },
    Worker {
        name: "lm-worker",
        program: "lm-worker",
        profile: "lm-worker",
        flags: "-C target-feature=+simd128",
        target: "lab-worker",
        called: "the language model's worker",
    },
    Worker {
        name: "lm-worker-relaxed",
        program: "lm-worker",
        profile: "lm-worker",
        flags: "-C target-feature=+simd128,+relaxed-simd",
        target: "lab-worker-relaxed",
        called: "the language model's worker with relaxed SIMD",
    },
];

/// Brings `NAME.js` and `NAME_bg.wasm` of every worker in `target/content/` up to date.
pub fn build(repo: &Repo, lock: Lock) -> Result<()> {
    WORKERS.iter().try_for_each(|worker| worker.build(repo, lock))
}

impl Worker {
    fn build(&self, repo: &Repo, lock: Lock) -> Result<()> {
        let target = repo.target(self.target);
        let mut command = repo.cargo();
        command.args(["build", "--quiet", "--package", PACKAGE, "--bin", self.program]);
        command.args(["--target", "wasm32-unknown-unknown", "--profile", self.profile]);
        command.arg("--target-dir").arg(&target);
        if lock == Lock::Kept {
            command.arg("--locked");
        }
        // In cargo's order of precedence the first of the two would hide the second.
        command.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", self.flags);
        children::run(&mut command, &format!("Building {}", self.called))?;
        let module = target.join("wasm32-unknown-unknown").join(self.profile).join(self.program).with_extension("wasm");
        let out = repo.target("content");
        if is_newer(&out.join(format!("{}.js", self.name)), &module) {
            return Ok(());
        }
        self.bind(repo, &module, &out)
    }

    /// Writes the module's JavaScript, which starts it as soon as a worker runs it.
    fn bind(&self, repo: &Repo, module: &Path, out: &Path) -> Result<()> {
        let mut command = repo.command("wasm-bindgen");
        command.args(["--target", "web", "--no-typescript", "--out-name", self.name, "--out-dir"]).arg(out).arg(module);
        children::run(&mut command, &format!("Writing the JavaScript of {}", self.called))?;
        let path = out.join(format!("{}.js", self.name));
        let script = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let started = self_starting(&script)?;
        fs::write(&path, started).with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// The script with a last line that starts the module. A failure to start becomes an error event of the worker,
/// which its page hears; a rejected promise would stay within.
fn self_starting(script: &str) -> Result<String> {
    ensure!(script.contains(&format!("function {START}(")), "wasm-bindgen wrote a script without `{START}`");
    Ok(format!("{script}\n{START}().catch(reportError);\n"))
}

/// Whether `product` was written after `source`.
fn is_newer(product: &Path, source: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    changed(product).is_some_and(|product| Some(product) > changed(source).or(Some(SystemTime::now())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_starts_itself() {
        let script = "async function __wbg_init(input) {}\nexport { __wbg_init as default };";
        assert!(self_starting(script).unwrap().ends_with("default };\n__wbg_init().catch(reportError);\n"));
        assert!(self_starting("export {};").is_err());
    }

    #[test]
    fn a_product_is_made_anew_only_after_a_change() {
        let dir = std::env::temp_dir().join(format!("xtask-worker-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let (source, product) = (dir.join("source"), dir.join("product"));
        assert!(!is_newer(&product, &source), "there is none yet");
        fs::write(&source, "").unwrap();
        fs::write(&product, "").unwrap();
        let now = SystemTime::now();
        let minute = std::time::Duration::from_secs(60);
        fs::File::options().write(true).open(&product).unwrap().set_modified(now).unwrap();
        for (age, expected) in [(now - minute, true), (now + minute, false)] {
            fs::File::options().write(true).open(&source).unwrap().set_modified(age).unwrap();
            assert_eq!(is_newer(&product, &source), expected);
        }
        fs::remove_dir_all(dir).unwrap();
    }
}
