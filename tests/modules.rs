//! The WebAssembly that the site publishes: which of it needs what of a browser.

use anyhow::{Context, Result, ensure};
use site_tests::site::{Build, Site};
use std::{collections::BTreeSet, fs};
use wasmparser::{BinaryReader, Parser, Payload, Validator, WasmFeatures};

/// Every module and what it needs beside the WebAssembly of any browser, as compilers call it: a page starts it only
/// after it has asked the browser.
const MODULES: &[(&str, &[&str])] = &[
    ("blog", &[]),
    ("finder", &[]),
    ("renderer", &[]),
    ("lab-ui-language", &[]),
    ("lab-ui", &[]),
    ("lab-worker", &["simd128"]),
    ("lm-worker", &["simd128"]),
    ("lm-worker-relaxed", &["relaxed-simd", "simd128"]),
];

/// The name of a module, from that of its file: `lab-ui-3eacbc682588bf86_bg.wasm`, without the digits in plain Trunk's
/// other modules. Trunk writes no zeros before the first digit.
fn name_of(file: &str) -> &str {
    let name = file.strip_suffix("_bg.wasm").unwrap_or(file);
    match name.rsplit_once('-') {
        Some((name, digits)) if digits.len() > 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => name,
        _ => name,
    }
}

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
            let name = name_of(&file);
            let (_, may_use) = MODULES.iter().find(|(module, _)| *module == name).with_context(|| file.clone())?;
            let said = features(&module).with_context(|| format!("{file} cannot be read"))?;
            ensure!(!said.is_empty(), "{file} does not say what it needs");
            ensure!(compiles_without(&module, WasmFeatures::empty()), "{file} is no module of today's browsers");
            // Without a feature that it may not use it must compile, and without one that it may it must not.
            let (simd, relaxed) = (WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD, WasmFeatures::RELAXED_SIMD);
            for (feature, missing) in [("simd128", simd), ("relaxed-simd", relaxed)] {
                let may_use_it = may_use.contains(&feature);
                ensure!(said.contains(feature) == may_use_it, "{file} says that it needs {said:?}");
                ensure!(compiles_without(&module, missing) != may_use_it, "{file}: its code has {feature} or lacks it");
            }
            seen.insert(name.to_owned());
        }
        let expected = MODULES.iter().map(|(name, _)| (*name).to_owned()).collect();
        ensure!(seen == expected, "the modules of {:?} are {seen:?}", site.dist);
    }
    Ok(())
}
