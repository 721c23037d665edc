//! Fast kernels against naive ones in WebAssembly: plain, with SIMD and with relaxed SIMD.
//!
//! The modules are built as those of the labs are, with the features given to rustc, and run by an interpreter: no
//! browser, no Node. It fuses a relaxed multiply-add, as a machine with such an instruction does.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::path::Path;
use std::process::Command;
use wasmi::{Config, Engine, Linker, Module, Store};

/// The example `twins_module`, built with rustc flags.
fn module(flags: &str) -> Vec<u8> {
    // One target directory for each set of flags, so that none is built twice; kept between runs.
    let name = if flags.is_empty() { "plain" } else { flags.rsplit('+').next().unwrap() };
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let output = Command::new(env!("CARGO"))
        .args(["build", "--package", "ml", "--example", "twins_module", "--profile", "native", "--locked"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", flags)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the module could not be built (is the target installed?):\n{told}");
    std::fs::read(target.join("wasm32-unknown-unknown/native/examples/twins_module.wasm")).unwrap()
}

/// What `compare` in the module reports.
fn report(module: &[u8]) -> String {
    let mut config = Config::default();
    config.wasm_simd(true).wasm_relaxed_simd(true);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, module).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
    let compare = instance.get_typed_func::<(), i32>(&store, "compare").unwrap();
    let at = compare.call(&mut store, ()).unwrap() as u32 as usize;
    let bytes = instance.get_memory(&store, "memory").unwrap().data(&store);
    let len = u32::from_le_bytes(*bytes[at..].first_chunk().unwrap()) as usize;
    String::from_utf8(bytes[at + 4..][..len].to_vec()).unwrap()
}

#[test]
fn every_fast_kernel_equals_its_naive_twin_in_webassembly() {
    for (lanes, flags) in [
        ("scalar", ""),
        ("simd128", "-C target-feature=+simd128"),
        ("relaxed-simd", "-C target-feature=+simd128,+relaxed-simd"),
    ] {
        let report = report(&module(flags));
        println!("{report}");
        let compared = report.strip_prefix(&format!("{lanes}: compared ")).map(|number| number.parse::<u32>().unwrap());
        assert!(compared.is_some_and(|compared| compared > 50_000), "built with `{flags}`: {report}");
    }
}
