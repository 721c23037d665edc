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
/// Where wasm-bindgen's script comes to what fetches and starts the module, for pages of all kinds.
const LOADER: &str = "\nasync function __wbg_load(";

/// What it calls the function that gives what the module imports, and the one that begins with the instance.
const IMPORTS: &str = "__wbg_get_imports";
const FINISH: &str = "__wbg_finalize_init";

/// Loops keep the pointers that their source has. LLVM would count anew in each turn where they stand, and hides from the
/// browser that some lie a few bytes behind others: 2 to 3 % of the time of a training step, and 1 KB. The option is
/// LLVM's own; a compiler without it says so when a worker is built, and it can then be left out.
const LOOPS: &str = "-C llvm-args=-disable-lsr";

/// A worker that a page can start.
struct Worker {
    /// Of its files.
    name: &'static str,
    /// The package's program.
    program: &'static str,
    /// How it is compiled: one of the workspace's profiles.
    profile: &'static str,
    /// What its browser must know.
    features: &'static str,
    /// Its target folder: one for each set of features.
    target: &'static str,
    /// For messages.
    called: &'static str,
}

const WORKERS: [Worker; 3] = [
    Worker {
        name: "lab-worker",
        program: "lab-worker",
        profile: "worker",
        features: "+simd128",
        target: "lab-worker",
        called: "the labs' worker",
    },
    Worker {
        name: "lm-worker",
        program: "lm-worker",
        profile: "lm-worker",
        features: "+simd128",
        target: "lab-worker",
        called: "the language model's worker",
    },
    Worker {
        name: "lm-worker-relaxed",
        program: "lm-worker",
        profile: "lm-worker",
        features: "+simd128,+relaxed-simd",
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
        let flags = format!("-C target-feature={} {LOOPS}", self.features);
        command.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", flags);
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
        let started = self_starting(&script, self.name)?;
        fs::write(&path, started).with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// The script with a way to start that suits a worker, and without indentation and comments: 2.6 KB instead of 3.7,
/// after gzip. A failure to start becomes an error event of the worker, which its page hears; a rejected promise would
/// stay within.
fn self_starting(script: &str, name: &str) -> Result<String> {
    let (body, _) = script
        .split_once(LOADER)
        .with_context(|| format!("wasm-bindgen wrote a script without `{}`", LOADER.trim()))?;
    ensure!(body.contains(&format!("function {IMPORTS}(")), "wasm-bindgen wrote a script without `{IMPORTS}`");
    ensure!(body.contains(&format!("function {FINISH}(")), "wasm-bindgen wrote a script without `{FINISH}`");
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut started = lines.collect::<Vec<_>>().join("\n");
    // The second way is for hosts that do not say that the file is WebAssembly.
    started.push_str(&format!(
        "\nconst url = new URL('{name}_bg.wasm', import.meta.url), imports = {IMPORTS}();\n\
         WebAssembly.instantiateStreaming(fetch(url), imports)\n\
         .catch(async () => WebAssembly.instantiate(await (await fetch(url)).arrayBuffer(), imports))\n\
         .then(({{ instance, module }}) => {FINISH}(instance, module)).catch(reportError);\n"
    ));
    Ok(started)
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
        let script = "function __wbg_get_imports() {\n    // Why.\n    return 1; // So.\n}\n\n\
                      function __wbg_finalize_init(instance) {}\nasync function __wbg_load(module) {}\nexport {};";
        let started = self_starting(script, "lab-worker").unwrap();
        assert!(started.starts_with(
            "function __wbg_get_imports() {\nreturn 1; // So.\n}\nfunction __wbg_finalize_init(instance) {}\nconst url"
        ));
        assert!(started.contains("new URL('lab-worker_bg.wasm', import.meta.url)"));
        assert!(started.ends_with("__wbg_finalize_init(instance, module)).catch(reportError);\n"));
        assert!(!started.contains("__wbg_load") && !started.contains("export"));
    }

    #[test]
    fn a_script_of_another_kind_is_refused() {
        let whole =
            "function __wbg_get_imports() {}\nfunction __wbg_finalize_init() {}\nasync function __wbg_load() {}";
        assert!(self_starting(whole, "x").is_ok());
        for part in ["__wbg_get_imports", "__wbg_finalize_init", "__wbg_load"] {
            let refusal = self_starting(&whole.replace(part, "other"), "x").unwrap_err().to_string();
            assert!(refusal.contains(part), "{refusal}");
        }
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
