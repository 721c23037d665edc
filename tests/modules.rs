//! The WebAssembly that the site publishes: which of it needs what of a browser.

use anyhow::{Context, Result, ensure};
use site_tests::site::{Build, Site};
use std::{collections::BTreeSet, fs};
use wasmparser::{BinaryReader, Parser, Payload, Validator, WasmFeatures};

/// Name of each module that may use SIMD: a page starts it only after it has asked the browser.
const WITH_SIMD: [&str; 1] = ["lab-worker"];

/// What compilers call their SIMD instructions in a module's list of features.
const SIMD_NAMES: [&str; 2] = ["simd128", "relaxed-simd"];

/// What a module says it needs: its section `target_features`.
fn features(module: &[u8]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload? else { continue };
        if section.name() != "target_features" {
            continue;
        }
        // A count, then for each feature a sign and a name.
        let mut reader = BinaryReader::new(section.data(), 0);
        for _ in 0..reader.read_var_u32()? {
            if reader.read_u8()? == b'+' {
                names.insert(reader.read_string()?.to_owned());
            }
        }
    }
    Ok(names)
}

/// Whether a browser without these features can compile the module.
fn compiles_without(module: &[u8], features: WasmFeatures) -> bool {
    Validator::new_with_features(WasmFeatures::default() - features).validate_all(module).is_ok()
}

#[test]
fn only_workers_use_simd() -> Result<()> {
    for build in [Build::Root, Build::Repo, Build::Plain] {
        let site = Site::serve(build)?;
        let mut seen = BTreeSet::new();
        for file in site.files()?.into_iter().filter(|file| file.ends_with(".wasm")) {
            let module = fs::read(site.dist.join(&file))?;
            let may_use_simd = WITH_SIMD.iter().any(|name| file.starts_with(name));
            let said = features(&module).with_context(|| format!("{file} cannot be read"))?;
            ensure!(!said.is_empty(), "{file} does not say what it needs");
            let says_simd = SIMD_NAMES.iter().any(|name| said.contains(*name));
            ensure!(says_simd == may_use_simd, "{file} says that it needs {said:?}");
            let simd = WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD;
            ensure!(compiles_without(&module, WasmFeatures::empty()), "{file} is no module of today's browsers");
            ensure!(compiles_without(&module, simd) != may_use_simd, "{file}: its code has SIMD or lacks it");
            seen.insert(file.split(['-', '_', '.']).next().unwrap_or_default().to_owned());
        }
        let expected = ["blog", "finder", "lab", "renderer"].map(str::to_owned);
        ensure!(seen == BTreeSet::from(expected), "the modules of {:?} are {seen:?}", site.dist);
    }
    Ok(())
}
