//! What a tab holds and hands out: workers, listeners, downloads.

use super::Tab;
use anyhow::{Context, Result, ensure};
use chromiumoxide::cdp::{
    browser_protocol::{
        browser::{BrowserContextId, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams},
        performance::{EnableParams, GetMetricsParams},
        target::GetTargetsParams,
    },
    js_protocol::heap_profiler::CollectGarbageParams,
};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// How long a download or the end of a worker may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How often they are looked at.
const GLANCE: Duration = Duration::from_millis(15);

impl Tab {
    /// Has the tab save downloads into a folder without asking.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn save_into(&self, folder: &Path) -> Result<()> {
        let mut behavior = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Allow);
        behavior.browser_context_id = Some(self.context.clone());
        behavior.download_path = Some(folder.display().to_string());
        self.page.execute(behavior).await?;
        Ok(())
    }

    /// Waits for a download whose name ends so, and reads it.
    ///
    /// # Errors
    /// If none comes, or it is no text.
    pub async fn saved(&self, folder: &Path, ending: &str) -> Result<String> {
        let start = Instant::now();
        loop {
            // Until a download is whole its name ends otherwise; an empty file may hold its place.
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                let text = if path.to_string_lossy().ends_with(ending) { fs::read_to_string(path)? } else { continue };
                if !text.is_empty() {
                    return Ok(text);
                }
            }
            ensure!(start.elapsed() < LIMIT, "waited {LIMIT:?} for a download …{ending}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// How many dedicated workers run in the tab's browser context.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn n_workers(&self) -> Result<usize> {
        let targets = self.page.execute(GetTargetsParams::default()).await?.result.target_infos;
        let is_ours = |context: &Option<BrowserContextId>| context.as_ref() == Some(&self.context);
        Ok(targets.iter().filter(|target| target.r#type == "worker" && is_ours(&target.browser_context_id)).count())
    }

    /// Waits until so many dedicated workers run: one that is ended is gone a moment later.
    ///
    /// # Errors
    /// If others live on.
    pub async fn wait_workers(&self, n_workers: usize) -> Result<()> {
        let start = Instant::now();
        loop {
            let now = self.n_workers().await?;
            if now == n_workers {
                return Ok(());
            }
            ensure!(start.elapsed() < LIMIT, "waited {LIMIT:?} for {n_workers} workers, there are {now}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// How many listeners the page's scripts hold, garbage collected before.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn n_listeners(&self) -> Result<u64> {
        self.page.execute(EnableParams::default()).await?;
        // What only a collected thing kept alive goes with the next collection.
        for _ in 0..3 {
            self.page.execute(CollectGarbageParams::default()).await?;
        }
        let metrics = self.page.execute(GetMetricsParams::default()).await?.result.metrics;
        let listeners = metrics.into_iter().find(|metric| metric.name == "JSEventListeners");
        Ok(listeners.context("the browser counts no listeners")?.value as u64)
    }
}
