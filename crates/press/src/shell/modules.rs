//! Wasm modules beside the client, which Trunk writes under names that never change.
//!
//! A cached old one would meet a new page, so they get names that change with their contents. The
//! page names each in a link, by which the client finds it.

use super::{Files, names::shorten, script::lean, wasm::without_names};
use crate::digest;
use anyhow::{Context, Result};

/// A module that the client imports when it wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// As its crate is called.
    pub name: String,
    /// Its JavaScript file.
    pub script: String,
    /// Its WebAssembly file.
    pub wasm: String,
}

impl Module {
    /// Whether it is wanted only where a language model is fine-tuned.
    pub fn is_of_language_model(&self) -> bool {
        self.name.starts_with("lm-")
    }
}

/// Finds the modules among the shell's files (`name.js` beside `name_bg.wasm`, but for the
/// client's) and gives both files of each their new names.
///
/// # Errors
/// A script is no text or does not name its WebAssembly.
pub(super) fn rename(files: &mut Files, client_wasm: &str) -> Result<Vec<Module>> {
    let suffix = "_bg.wasm";
    let found = files.keys().filter(|name| *name != client_wasm && !name.contains('/'));
    let found: Vec<_> = found.filter_map(|name| name.strip_suffix(suffix)).map(str::to_owned).collect();
    let mut modules = Vec::new();
    for name in found {
        let (old_script, old_wasm) = (format!("{name}.js"), format!("{name}{suffix}"));
        let (Some(script), Some(wasm)) = (files.remove(&old_script), files.remove(&old_wasm)) else {
            anyhow::bail!("the module `{name}` lacks its `{old_script}`");
        };
        let wasm = without_names(&wasm).with_context(|| format!("in `{old_wasm}`"))?;
        let script = String::from_utf8(script).with_context(|| format!("`{old_script}` is no text"))?;
        anyhow::ensure!(script.contains(&old_wasm), "`{old_script}` does not name `{old_wasm}`");
        let (script, wasm) = shorten(&lean(&script), &wasm).with_context(|| format!("in `{old_script}`"))?;
        let new_wasm = format!("{name}-{}{suffix}", digest::short(&wasm));
        let script = script.replace(&old_wasm, &new_wasm);
        let new_script = format!("{name}-{}.js", digest::short(script.as_bytes()));
        files.insert(new_wasm.clone(), wasm);
        files.insert(new_script.clone(), script.into_bytes());
        modules.push(Module { name, script: new_script, wasm: new_wasm });
    }
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WASM: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn a_module_is_named_after_its_contents() {
        let mut files = Files::from([
            ("blog-1.js".to_owned(), b"client".to_vec()),
            ("blog-1_bg.wasm".to_owned(), WASM.to_vec()),
            ("renderer.js".to_owned(), b"new URL('renderer_bg.wasm', import.meta.url)".to_vec()),
            ("renderer_bg.wasm".to_owned(), WASM.to_vec()),
        ]);
        let modules = rename(&mut files, "blog-1_bg.wasm").unwrap();
        let [module] = modules.as_slice() else { panic!("{modules:?}") };
        // `printf '\0asm\1\0\0\0' | sha256sum`
        assert_eq!((module.name.as_str(), module.wasm.as_str()), ("renderer", "renderer-93a44bbb96c75121_bg.wasm"));
        assert_eq!(files[&module.script], b"new URL('renderer-93a44bbb96c75121_bg.wasm', import.meta.url)\n");
        assert_eq!(module.script, format!("renderer-{}.js", digest::short(&files[&module.script])));
        assert_eq!(files.len(), 4, "the old names are gone");
    }

    #[test]
    fn half_a_module_is_an_error() {
        let mut files = Files::from([("renderer_bg.wasm".to_owned(), WASM.to_vec())]);
        assert_eq!(
            rename(&mut files, "blog-1_bg.wasm").unwrap_err().to_string(),
            "the module `renderer` lacks its `renderer.js`"
        );
    }
}
