//! Short names for what a script and its WebAssembly have of each other.
//!
//! wasm-bindgen gives each function a long name with a hash in it, which stands once in either file and hardly shrinks in
//! transit: some 5 % of all that a reader of the first page fetches of the client. Nobody else uses these names.
//!
//! Source: WebAssembly Core Specification 2.0, §5.5.5 and §5.5.10.

use super::wasm::{self, Reader, Section};
use anyhow::{Result, bail, ensure};
use std::collections::{HashMap, HashSet};

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// The kind of a function among what is imported and exported.
const FUNCTION: u8 = 0;
/// How the names of exported functions begin that have a hash.
const HASHED_EXPORT: &str = "wasm_bindgen__";

/// Script and module with short names for each other's functions: of the script's those that it keeps in one object for
/// its module, of the module's those whose names have a hash.
///
/// # Errors
/// The module is none, or the script is not its script.
pub(super) fn shorten(script: &str, module: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut names = Names::default();
    let mut shortened = wasm::HEADER.to_vec();
    for Section { id, body, whole } in wasm::sections(module)? {
        let body = match id {
            IMPORTS => names.imports(body)?,
            EXPORTS => names.exports(body)?,
            _ => {
                shortened.extend_from_slice(whole);
                continue;
            }
        };
        shortened.push(id);
        push_number(&mut shortened, body.len());
        shortened.extend(body);
    }
    Ok((names.in_script(script)?, shortened))
}

/// Which short name stands for which.
#[derive(Default)]
struct Names {
    short: HashMap<String, String>,
    n_exports: usize,
    /// What the module calls the script.
    script: Option<String>,
}

impl Names {
    fn imports(&mut self, body: &[u8]) -> Result<Vec<u8>> {
        let (mut rest, mut out) = (Reader(body), Vec::with_capacity(body.len()));
        let n_imports = rest.number()?;
        push_number(&mut out, n_imports);
        for _ in 0..n_imports {
            let (from, name) = (rest.name()?, rest.name()?);
            let start = rest.0;
            let kind = rest.byte()?;
            rest.skip_import(kind)?;
            let is_own = kind == FUNCTION && is_script(from);
            if is_own {
                self.script = Some(from.to_owned());
                if !self.short.contains_key(name) {
                    self.short.insert(name.to_owned(), letters(self.short.len()));
                }
            }
            push_name(&mut out, if is_own { "." } else { from });
            push_name(&mut out, if is_own { &self.short[name] } else { name });
            out.extend_from_slice(&start[..start.len() - rest.0.len()]);
        }
        Ok(out)
    }

    fn exports(&mut self, body: &[u8]) -> Result<Vec<u8>> {
        let (mut rest, mut out) = (Reader(body), Vec::with_capacity(body.len()));
        let n_exports = rest.number()?;
        push_number(&mut out, n_exports);
        for _ in 0..n_exports {
            let name = rest.name()?;
            if name.starts_with(HASHED_EXPORT) {
                // The script has a function of the same name, so this must be the name of nothing else in it.
                self.short.insert(name.to_owned(), ["$", &letters(self.n_exports)].concat());
                self.n_exports += 1;
            }
            push_name(&mut out, self.short.get(name).map_or(name, String::as_str));
            out.push(rest.byte()?);
            push_number(&mut out, rest.number()?);
        }
        Ok(out)
    }

    /// The script with the short names.
    fn in_script(&self, script: &str) -> Result<String> {
        let script = match &self.script {
            None => script.to_owned(),
            Some(name) => {
                let quoted = format!("\"{name}\"");
                ensure!(script.matches(&quoted).count() == 1, "the script does not name {quoted} once");
                script.replace(&quoted, "\".\"")
            }
        };
        let mut out = String::with_capacity(script.len());
        let mut met = HashSet::new();
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let mut rest = script.as_str();
        while let Some(at) = rest.find(is_of_name) {
            let (before, from) = rest.split_at(at);
            let (word, after) = from.split_at(from.find(|c| !is_of_name(c)).unwrap_or(from.len()));
            out.push_str(before);
            match self.short.get_key_value(word) {
                Some((name, short)) => {
                    met.insert(name);
                    out.push_str(short);
                }
                None => {
                    ensure!(!self.is_taken(word), "the script has something called `{word}` already");
                    out.push_str(word);
                }
            }
            rest = after;
        }
        out.push_str(rest);
        if let Some(lost) = self.short.keys().filter(|name| !met.contains(name)).min() {
            bail!("the script does not know `{lost}` of its WebAssembly");
        }
        Ok(out)
    }

    /// Whether a name of the script's own is one that an export gets.
    fn is_taken(&self, word: &str) -> bool {
        word.starts_with('$') && (0..self.n_exports).any(|export_idx| word[1..] == letters(export_idx))
    }
}

/// Whether what a module imports from is the script that wasm-bindgen wrote for it.
fn is_script(from: &str) -> bool {
    from.strip_prefix("./").and_then(|file| file.strip_suffix("_bg.js")).is_some_and(|name| !name.contains('/'))
}

/// `a` to `z`, then `aa` and so on.
fn letters(mut idx: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'a' + (idx % 26) as u8));
        if idx < 26 {
            return name;
        }
        idx = idx / 26 - 1;
    }
}

fn push_name(out: &mut Vec<u8>, name: &str) {
    push_number(out, name.len());
    out.extend_from_slice(name.as_bytes());
}

/// As unsigned LEB128.
fn push_number(out: &mut Vec<u8>, mut n: usize) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[cfg(test)]
mod tests;
