//! Packages of the npm registry: downloaded into .tools/ and checked against their digests in `tools.toml`.

use super::packages::{self, Want};
use crate::children;
use crate::repo::Repo;
use crate::say::Step;
use crate::tools::NpmPackage;
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};
use std::path::{Path, PathBuf};

/// What of a package is kept.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// As the registry calls the package.
    pub name: &'static str,
    /// The files that are used, and the licence under which they are.
    pub files: &'static [&'static str],
}

impl Wanted {
    /// The folder of the files, if they are here.
    pub fn find(&self, repo: &Repo, package: &NpmPackage) -> Option<PathBuf> {
        // The folder gets its name only after all has been checked.
        let home = repo.tools_dir().join(self.folder(package));
        self.files.iter().all(|file| home.join(file).is_file()).then_some(home)
    }

    /// The folder of the files, downloaded unless they are here.
    pub fn ensure(&self, repo: &Repo, package: &NpmPackage) -> Result<PathBuf> {
        if let Some(home) = self.find(repo, package) {
            return Ok(home);
        }
        if super::version_answer(repo, "npm").is_none() {
            packages::install(repo, Want::Npm)?;
        }
        let name = self.folder(package);
        let step = Step::begin(format!("{name}: downloading it into .tools/"), "a few seconds");
        let work = repo.tools_dir().join(format!("{name}.part"));
        remove(&work)?;
        std::fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
        let release = format!("{}@{}", self.name, package.version);
        let mut pack = repo.command("npm");
        // By itself npm waits for minutes when there is no network.
        pack.args(["--fetch-retry-mintimeout", "500", "--fetch-retry-maxtimeout", "2000"]);
        pack.args(["pack", "--ignore-scripts", &release, "--pack-destination"]);
        // It tells a missing network in twenty lines.
        if children::ask(pack.arg(&work)).is_none() {
            bail!("{release} cannot be downloaded: check the network (or the proxy); `npm pack {release}` says more.");
        }
        let archive = work.join(format!("{name}.tgz"));
        let bytes = std::fs::read(&archive).with_context(|| format!("npm left no {}", archive.display()))?;
        check(self.name, &bytes, &package.integrity)?;
        let mut unpack = repo.command("tar");
        unpack.arg("-xzf").arg(&archive).arg("-C").arg(&work);
        unpack.args(self.files.iter().map(|file| format!("package/{file}")));
        children::run(&mut unpack, &format!("Unpacking {}", self.name))?;
        let home = repo.tools_dir().join(&name);
        remove(&home)?;
        std::fs::rename(work.join("package"), &home).with_context(|| format!("{} cannot be made", home.display()))?;
        remove(&work)?;
        step.done();
        Ok(home)
    }

    fn folder(&self, package: &NpmPackage) -> String {
        format!("{}-{}", self.name, package.version)
    }
}

/// Removes a folder that may not be there.
fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}

/// Holds `bytes` against an integrity string as npm writes it.
fn check(name: &str, bytes: &[u8], integrity: &str) -> Result<()> {
    let found = format!("sha512-{}", STANDARD.encode(Sha512::digest(bytes)));
    if found != integrity {
        bail!("The downloaded {name} is not the one that tools.toml names: expected {integrity}, found {found}.");
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
        check("abc", b"abc", abc).unwrap();
        let message = check("abc", b"abd", abc).unwrap_err().to_string();
        assert!(message.starts_with("The downloaded abc is not the one that tools.toml names"), "{message}");
    }
}
