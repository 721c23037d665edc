//! Takes out of scripts what browsers do not need.

use super::{Asset, Files};
use crate::digest;
use anyhow::{Context, Result};

/// The script without indentation, empty lines, and comments that have lines of their own: a tenth less after gzip.
/// One with a text over several lines stays as it is.
pub(crate) fn lean(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut is_in_comment = false;
    let mut lean = String::with_capacity(script.len());
    for line in script.lines().map(str::trim) {
        is_in_comment |= line.starts_with("/*");
        if !is_in_comment && !line.is_empty() && !line.starts_with("//") {
            lean.push_str(line);
            lean.push('\n');
        }
        is_in_comment &= !line.ends_with("*/");
    }
    lean
}

/// The client's script, lean and named after what is in it now.
pub(super) fn client(asset: &Asset, files: &mut Files) -> Result<Asset> {
    let script = files.remove(&asset.name).with_context(|| format!("the page names `{}` twice", asset.name))?;
    let script = String::from_utf8(script).with_context(|| format!("`{}` is no text", asset.name))?;
    let script = lean(&script);
    let (crate_name, _) = asset.name.split_once('-').unwrap_or((&asset.name, ""));
    let asset = Asset { name: format!("{crate_name}-{}.js", digest::short(script.as_bytes())), integrity: None };
    files.insert(asset.name.clone(), script.into_bytes());
    Ok(asset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_keeps_what_runs() {
        let script = "/**\n * Gives one.\n * @returns {number}\n */\nexport function one() {\n    // Why.\n\n    \
                      /* so */\n    return 1; // So.\n}\nconst two = `/**`;\n";
        assert_eq!(lean(script), "export function one() {\nreturn 1; // So.\n}\nconst two = `/**`;\n");
        let poem = "const poem = `one\n  // two`;\n";
        assert_eq!(lean(poem), poem, "a text over several lines");
    }
}
