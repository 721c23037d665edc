//! The tokenizer of GPT-NeoX for tests: the committed reduction of its vocabulary, and the whole where it is at hand.

use std::path::{Path, PathBuf};

/// The variable that names the whole `tokenizer.json` of GPT-NeoX-20B.
pub const WHOLE: &str = "GPT_NEOX_TOKENIZER";

/// Where the committed reduction lies.
pub fn reduction() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tokenizer/gpt-neox-reduced.json")
}

/// Where the whole file lies, if [`WHOLE`] says so. Says visibly that `what` is left out, if not.
pub fn whole(what: &str) -> Option<PathBuf> {
    let path = std::env::var_os(WHOLE).map(PathBuf::from);
    if path.is_none() {
        // Tests print to a place that is shown only when they fail; this is shown always.
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "SKIPPED: {what} with the whole vocabulary: {WHOLE} is not set");
    }
    path
}
