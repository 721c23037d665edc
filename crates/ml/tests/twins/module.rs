//! The module that `tests/wasm.rs` builds and runs: the comparison of all kernels, in WebAssembly.

#[path = "mod.rs"]
mod kernels;

use std::sync::OnceLock;

/// How the module was built, for the test to know that it runs what it means to.
const LANES: &str = match (cfg!(target_feature = "simd128"), cfg!(target_feature = "relaxed-simd")) {
    (_, true) => "relaxed-simd",
    (true, false) => "simd128",
    (false, false) => "scalar",
};

/// Compares all kernels; returns where the report is: its length in four bytes, then so many of UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn compare() -> *const u8 {
    static REPORT: OnceLock<Vec<u8>> = OnceLock::new();
    let report = REPORT.get_or_init(|| {
        let report = match kernels::Twins::compare_all() {
            Ok(compared) => format!("{LANES}: compared {compared}"),
            Err(difference) => format!("{LANES}: failed: {difference}"),
        };
        let mut bytes = (report.len() as u32).to_le_bytes().to_vec();
        bytes.extend(report.bytes());
        bytes
    });
    report.as_ptr()
}
