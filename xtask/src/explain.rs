//! One sentence for each way in which a tool commonly fails.

/// What a failure's output contains, and the sentence that says what to do.
struct Cause {
    /// Any of these, in lower case.
    signs: &'static [&'static str],
    sentence: &'static str,
}

/// From the most telling to the least: the first that matches wins.
const CAUSES: &[Cause] = &[
    Cause {
        signs: &[
            "linker `cc` not found",
            "linker `link.exe` not found",
            "linker `gcc` not found",
            "linker `clang` not found",
        ],
        sentence: "The linker is missing: install a C compiler (Debian, Ubuntu: `apt-get install build-essential`; \
                   Fedora: `dnf install gcc`; Arch: `pacman -S gcc`; Alpine: `apk add build-base`; \
                   macOS: `xcode-select --install`; Windows: the Visual Studio Build Tools).",
    },
    Cause {
        signs: &[
            "requires rustc 1.",
            "is not supported by the following package",
            "requires a newer cargo",
            "newer version of cargo",
        ],
        sentence: "This Rust is too old for a crate that the build needs: run `rustup update stable`.",
    },
    Cause {
        signs: &["target may not be installed", "can't find crate for `core`", "can't find crate for `std`"],
        sentence: "The WebAssembly target is missing: run `rustup target add wasm32-unknown-unknown`.",
    },
    Cause {
        signs: &["is not installed for the toolchain", "no such command: `fmt`", "no such command: `clippy`"],
        sentence: "rustfmt or clippy is missing: run `rustup component add rustfmt clippy`.",
    },
    Cause { signs: &["no space left on device"], sentence: "The disk is full: a first build needs about 6 GB." },
    Cause {
        signs: &["--locked was passed", "cannot update the lock file"],
        sentence: "Cargo.lock does not fit the manifests: run `cargo check` once and commit the new Cargo.lock.",
    },
    Cause {
        signs: &["address already in use"],
        sentence: "The port is taken by another program: choose another with `--port`.",
    },
    Cause {
        signs: &[
            "could not resolve host",
            "couldn't resolve host",
            "could not connect to server",
            "couldn't connect to server",
            "failed to connect to",
            "failed to download from",
            "download of config.json failed",
            "could not download file",
            "spurious network error",
            "network is unreachable",
            "temporary failure resolving",
            "temporary failure in name resolution",
            "dns error",
            "error sending http request",
            "error sending request for url",
            "timeout was reached",
            "connection timed out",
            "you're using offline mode",
            "--offline was specified",
            "enotfound",
            "eai_again",
            "econnrefused",
            "etimedout",
            "enetunreach",
            "failed to fetch",
            "unable to connect to",
        ],
        sentence: "A download failed: check the network (or the proxy) and run the same command again; \
                   what is already installed is kept.",
    },
];

/// The sentence for a failure whose output is `output`, if its cause is a known one.
pub fn explain(output: &str) -> Option<&'static str> {
    let output = output.to_lowercase();
    CAUSES.iter().find(|cause| cause.signs.iter().any(|sign| output.contains(sign))).map(|cause| cause.sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_failures_get_their_sentence() {
        // Outputs: rustc, cargo, rustup, npm and apt-get, as they print them.
        let cases = [
            (
                "error: linker `cc` not found\n  |\n  = note: No such file or directory (os error 2)",
                "The linker is missing",
            ),
            (
                "error: rustc 1.80.1 is not supported by the following package:\n  blog@0.1.0 requires rustc 1.95",
                "This Rust is too old",
            ),
            (
                "error[E0463]: can't find crate for `core`\n = note: the `wasm32-unknown-unknown` target may not be installed",
                "The WebAssembly target is missing",
            ),
            (
                "error: failed to get `serde`\n  [6] Could not resolve hostname (Could not resolve host: index)",
                "A download failed",
            ),
            ("error: could not download file from 'https://…' to '/tmp/rustup/x'", "A download failed"),
            ("npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", "A download failed"),
            ("Err:1 http://deb stable InRelease\n  Temporary failure resolving 'deb'", "A download failed"),
            (
                "error: 'cargo-fmt' is not installed for the toolchain 'stable-x86_64-unknown-linux-gnu'.",
                "rustfmt or clippy",
            ),
            ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
            ("Error: Address already in use (os error 98)", "The port is taken"),
            (
                "error: the lock file /x/Cargo.lock needs to be updated but --locked was passed to prevent this",
                "Cargo.lock does not fit",
            ),
        ];
        for (output, expected) in cases {
            let sentence = explain(output).unwrap_or_default();
            assert!(sentence.starts_with(expected), "{output}\n→ {sentence}");
        }
    }

    #[test]
    fn an_ordinary_compile_error_speaks_for_itself() {
        let output =
            "error[E0425]: cannot find value `x` in this scope\n --> src/app.rs:3:5\nerror: could not compile `blog`";
        assert_eq!(explain(output), None);
    }

    #[test]
    fn every_entry_is_one_line_in_lower_case_signs() {
        for cause in CAUSES {
            assert!(!cause.sentence.contains('\n') && cause.sentence.ends_with(['.']), "{}", cause.sentence);
            for sign in cause.signs {
                assert_eq!(*sign, sign.to_lowercase());
            }
        }
    }
}
