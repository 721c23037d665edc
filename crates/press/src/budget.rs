//! What the site may weigh, and what it does weigh.

use anyhow::{Context, Result, bail};
use flate2::Compression;
use serde::Deserialize;
use std::{fmt, fs, path::Path};

/// The limits of `budget.toml`, in units of 1024 bytes after gzip -9.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// JavaScript and WebAssembly that the client starts with.
    pub client_kb: f64,
    /// The same together with the renderer, which follows when the page is at rest.
    pub client_and_renderer_kb: f64,
    /// HTML of the longest article and the style sheet.
    pub first_paint_kb: f64,
    /// JavaScript and WebAssembly of the module that shows all labs, if there is one lab.
    pub lab_module_kb: f64,
    /// What each further lab may add to it.
    pub further_lab_module_kb: f64,
    /// JavaScript and WebAssembly of the worker that steps all labs, if there is one lab.
    pub lab_worker_kb: f64,
    /// What each further lab may add to it.
    pub further_lab_worker_kb: f64,
    /// The service worker and what registers it.
    pub offline_kb: f64,
    /// What answers the buttons of what other sites add to articles, where any do.
    pub embeds_kb: f64,
    /// What answers a search.
    pub finder_kb: f64,
    /// The same of the worker that fine-tunes a language model, in either variant.
    pub lm_worker_kb: f64,
    /// What shows the lab that fine-tunes a language model, which is a module of its own: how much larger than the
    /// module that shows the other labs.
    pub language_module_more_kb: f64,
    /// The files of the pocket model, which hosts do not compress: as they are.
    pub pocket_kb: f64,
}

impl Budget {
    /// Reads the file.
    ///
    /// # Errors
    /// It is missing, or lacks a limit, or has one that nobody checks.
    pub fn read(file: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read the size limits in `{}`", file.display()))?;
        toml::from_str(&text).with_context(|| format!("`{}` is not right", file.display()))
    }

    /// What an article and the style sheet may have, in bytes.
    pub fn first_paint_bytes(&self) -> usize {
        (self.first_paint_kb * 1024.0).max(0.0) as usize
    }

    /// The limits of module and worker that hold `n_labs` labs.
    pub fn of_labs(&self, n_labs: usize) -> (f64, f64) {
        let n_further = n_labs.saturating_sub(1) as f64;
        (
            self.lab_module_kb + n_further * self.further_lab_module_kb,
            self.lab_worker_kb + n_further * self.further_lab_worker_kb,
        )
    }
}

/// One thing weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// What it is.
    pub name: String,
    /// In bytes, after gzip -9 unless its name says otherwise.
    pub size_bytes: usize,
    /// In units of 1024 bytes.
    pub limit_kb: f64,
}

impl Weight {
    /// Weighs files that are fetched together but compressed one by one.
    pub fn of<'a>(name: impl Into<String>, files: impl IntoIterator<Item = &'a [u8]>, limit_kb: f64) -> Self {
        Self { name: name.into(), size_bytes: files.into_iter().map(gzip_size).sum(), limit_kb }
    }

    /// The same of files that no host compresses.
    pub fn uncompressed<'a>(name: impl Into<String>, files: impl IntoIterator<Item = &'a [u8]>, limit_kb: f64) -> Self {
        Self { name: name.into(), size_bytes: files.into_iter().map(<[u8]>::len).sum(), limit_kb }
    }

    fn size_kb(&self) -> f64 {
        // A site has fewer bytes than a double's 53 bits can count.
        self.size_bytes as f64 / 1024.0
    }

    fn is_over(&self) -> bool {
        self.size_kb() > self.limit_kb
    }
}

/// Size after gzip -9, as a static host would send it at best.
pub fn gzip_size(bytes: &[u8]) -> usize {
    crate::server::gzip(bytes, Compression::best()).len()
}

/// All that was weighed; displays as a small table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(pub Vec<Weight>);

impl Weights {
    /// Whether everything is light enough.
    ///
    /// # Errors
    /// One sentence that names what is too heavy, and by how much.
    pub fn check(&self) -> Result<()> {
        let over: Vec<_> = self.0.iter().filter(|weight| weight.is_over()).collect();
        if over.is_empty() {
            return Ok(());
        }
        let parts: Vec<_> = over
            .iter()
            .map(|weight| {
                let (size, limit) = (weight.size_kb(), weight.limit_kb);
                format!(
                    "{} has {size:.1} KB, {:.1} KB more than the {limit} KB that budget.toml allows",
                    weight.name,
                    size - limit
                )
            })
            .collect();
        bail!("over budget: {}", parts.join("; "))
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|weight| weight.name.chars().count()).max().unwrap_or(0);
        writeln!(f, "Budget (gzip -9, KB of 1024 bytes)")?;
        for weight in &self.0 {
            let verdict = if weight.is_over() { "  over" } else { "" };
            writeln!(f, "  {:width$}  {:7.1} of {:5.1}{verdict}", weight.name, weight.size_kb(), weight.limit_kb)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `gzip -9 -n` writes 100,000 zero bytes: 133 bytes with zlib; other encoders differ by a few.
    #[test]
    fn sizes_are_those_of_gzip() {
        let size = gzip_size(&vec![0; 100_000]);
        assert!((100..200).contains(&size), "{size}");
    }

    fn weights(size_bytes: usize) -> Weights {
        Weights(vec![Weight { name: "the client".into(), size_bytes, limit_kb: 270.0 }])
    }

    #[test]
    fn what_is_too_heavy_fails_with_one_sentence() {
        assert!(weights(270 * 1024).check().is_ok());
        let message = weights(288_154).check().unwrap_err().to_string();
        assert_eq!(
            message,
            "over budget: the client has 281.4 KB, 11.4 KB more than the 270 KB that budget.toml allows"
        );
        assert_eq!(
            weights(288_154).to_string(),
            "Budget (gzip -9, KB of 1024 bytes)\n  the client    281.4 of 270.0  over\n"
        );
    }

    #[test]
    fn each_lab_after_the_first_adds_to_the_limits() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let budget = Budget::read(&root.join("budget.toml")).unwrap();
        assert_eq!([0, 1, 3].map(|n_labs| budget.of_labs(n_labs)), [(110.0, 70.0), (110.0, 70.0), (134.0, 86.0)]);
    }

    #[test]
    fn the_committed_file_is_read_and_a_wrong_one_refused() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Budget::read(&root.join("budget.toml")).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("budget.toml");
        let whole = fs::read_to_string(root.join("budget.toml")).unwrap();
        for text in [
            "client_kb = 1".to_owned(),
            format!("{whole}\nlab_kb = 1"),
            whole.replace("client_kb = 200", "client_kb = \"200\""),
        ] {
            fs::write(&file, &text).unwrap();
            assert!(Budget::read(&file).is_err(), "{text}");
        }
    }
}
