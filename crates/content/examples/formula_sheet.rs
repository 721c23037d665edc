//! Writes a page with formulas as they are shown, to be looked at in a browser.
//!
//! ```sh
//! cargo run -p content --features build --example formula_sheet -- style/fonts [FILE…] > sheet.html
//! ```
//! The first argument is the folder of fonts as the page will find it; the files are lists of
//! formulas, one a line, by default those that stand in `tests/formulas/looked-at.list`.

use content::build::FormulaError;
use content::build::math::{Engine, classes};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Enough of the site's tokens for the rules of formulas.
const STYLE: &str = "
:root { color-scheme: light dark; --paper: light-dark(#fbfaf6, #181715); --ink: light-dark(#211e1a, #e6e1d6);
  --soft: light-dark(#5f594f, #aaa294); --rule: light-dark(#d9d4c8, #3a3630); --accent: light-dark(#a5331c, #f0987c);
  --tint: light-dark(#f6e6dc, #3a2620); --d1: light-dark(#345587, #579ae7); --d2: light-dark(#874000, #eda761);
  --serif: 'STIX Two Text', 'STIX Two Math', serif; --sans: 'Source Sans 3', sans-serif;
  --mono: 'Source Code Pro', monospace; }
body { margin: 1rem; background: var(--paper); color: var(--ink); font: 1.125rem/1.5 var(--serif); }
math { font-family: 'STIX Two Math', 'STIX Two Text', math; font-size: 1em; }
figure { margin: 0; padding: .6rem 0; border-top: 1px solid var(--rule); }
code { font: .7rem/1.3 var(--mono); color: var(--soft); overflow-wrap: anywhere; }
math[display='block'] { padding-block: .3em; overflow: auto hidden; }
.eq { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1em; align-items: center; }
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let fonts = arguments.next().unwrap_or_else(|| "style/fonts".to_owned());
    let mut files: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    if files.is_empty() {
        files.push(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formulas/looked-at.list")));
    }
    let engine = Engine::new(&BTreeMap::new())?;
    println!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
    );
    println!("<title>Formulas</title><style>");
    let faces =
        [("STIX Two Math", "math"), ("STIX Two Text", "text"), ("Source Sans 3", "sans"), ("Source Code Pro", "code")];
    for (family, file) in faces {
        println!("@font-face {{ font-family: '{family}'; src: url({fonts}/{file}.woff2); }}");
    }
    println!("{STYLE}{}</style><body>", classes::RULES);
    for file in files {
        for tex in std::fs::read_to_string(file)?.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
            println!("<figure>{}<code>{}</code></figure>", shown(&engine, tex), escaped(tex));
        }
    }
    Ok(())
}

fn shown(engine: &Engine, tex: &str) -> String {
    match engine.convert(tex, true) {
        Ok(mathml) => format!("<div class=\"eq\">{mathml}</div>"),
        Err(FormulaError { offset, message, help }) => {
            format!("<p>{offset}: {}; {}</p>", escaped(&message), escaped(&help.unwrap_or_default()))
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
