//! axe-core: one script, taken from the npm registry's package and checked against its digest in `tools.toml`.

use super::packages::{self, Want};
use crate::children;
use crate::repo::Repo;
use crate::say::Step;
use crate::tools::NpmPackage;
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};
use std::path::PathBuf;

/// The path of `axe.min.js`, downloaded unless it is here.
pub fn ensure(repo: &Repo, package: &NpmPackage) -> Result<PathBuf> {
    let name = format!("axe-core-{}", package.version);
    let home = repo.tools_dir().join(&name);
    let script = home.join("axe.min.js");
    // The folder gets its name only after all has been checked.
    if script.is_file() {
        return Ok(script);
    }
    if super::version_answer(repo, "npm").is_none() {
        packages::install(repo, Want::Npm)?;
    }
    let step = Step::begin(format!("{name}: downloading it into .tools/"), "a few seconds");
    let work = repo.tools_dir().join(format!("{name}.part"));
    if work.exists() {
        std::fs::remove_dir_all(&work).context("an unfinished download cannot be removed")?;
    }
    std::fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
    let mut pack = repo.command("npm");
    pack.args(["pack", "--silent", "--ignore-scripts", &format!("axe-core@{}", package.version), "--pack-destination"]);
    children::run(pack.arg(&work), "Downloading axe-core")?;
    let archive = work.join(format!("{name}.tgz"));
    let bytes = std::fs::read(&archive).with_context(|| format!("npm left no {}", archive.display()))?;
    check(&bytes, &package.integrity)?;
    let mut unpack = repo.command("tar");
    unpack.arg("-xzf").arg(&archive).arg("-C").arg(&work).args(["package/axe.min.js", "package/LICENSE"]);
    children::run(&mut unpack, "Unpacking axe-core")?;
    std::fs::rename(work.join("package"), &home).with_context(|| format!("{} cannot be made", home.display()))?;
    std::fs::remove_dir_all(&work).context("the download cannot be removed")?;
    step.done();
    Ok(script)
}

/// Holds `bytes` against an integrity string as npm writes it.
fn check(bytes: &[u8], integrity: &str) -> Result<()> {
    let found = format!("sha512-{}", STANDARD.encode(Sha512::digest(bytes)));
    if found != integrity {
        bail!("The downloaded axe-core is not the one that tools.toml names: expected {integrity}, found {found}.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() {
        // From `printf abc | openssl dgst -sha512 -binary | base64 -w0`; the digest is also FIPS 180-2, C.1.
        let abc = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        check(b"abc", abc).unwrap();
        let message = check(b"abd", abc).unwrap_err().to_string();
        assert!(message.contains("not the one that tools.toml names"), "{message}");
    }
}
