//! One browser process with a profile of its own.

use super::{Tab, View};
use anyhow::{Context, Result, anyhow};
use chromiumoxide::{Browser, BrowserConfig, cdp::browser_protocol::browser::BrowserContextId};
use futures::StreamExt;
use std::{path::PathBuf, time::Duration};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// What keeps a headless browser quiet, deterministic and away from the network. The library's own
/// list is left out: it turns on features that readers' browsers do not have.
const ARGUMENTS: [&str; 16] = [
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
    "disable-breakpad",
    "disable-default-apps",
    "disable-dev-shm-usage",
    "disable-backgrounding-occluded-windows",
    "disable-background-timer-throttling",
    "disable-renderer-backgrounding",
    "metrics-recording-only",
    "enable-automation",
    "force-color-profile=srgb",
    "password-store=basic",
];

/// How long the browser may take to start on a busy machine.
const START: Duration = Duration::from_secs(60);
/// How long one question may take: a machine with two busy cores needs a while for a whole article.
const ANSWER: Duration = Duration::from_secs(180);

/// A running browser. [`Chrome::stop`] ends it; dropping it kills it.
pub struct Chrome {
    browser: Browser,
    pump: JoinHandle<()>,
    profile: TempDir,
}

impl Chrome {
    /// Starts what shows a page soonest: the headless shell named by `CHROME_SHELL`, else the whole browser. The engine
    /// is the same.
    ///
    /// # Errors
    /// If there is none, or it does not start.
    pub async fn start() -> Result<Self> {
        Self::launch(named("CHROME_SHELL").unwrap_or_else(whole)).await
    }

    /// Starts the whole browser, named by `CHROME`, else the system's Chromium: for what the shell has not, the keys
    /// that go through the history and the places that it keeps.
    ///
    /// # Errors
    /// If there is none, or it does not start.
    pub async fn start_whole() -> Result<Self> {
        Self::launch(whole()).await
    }

    async fn launch(program: PathBuf) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut config = BrowserConfig::builder()
            .chrome_executable(&program)
            .new_headless_mode()
            .disable_default_args()
            .args(ARGUMENTS)
            .viewport(None)
            .launch_timeout(START)
            .request_timeout(ANSWER)
            .user_data_dir(profile.path());
        if runs_as_root() {
            config = config.no_sandbox();
        }
        let config = config.build().map_err(|message| anyhow!(message))?;
        let (browser, mut events) =
            Browser::launch(config).await.with_context(|| format!("{} did not start", program.display()))?;
        // Messages that the library cannot read are of no interest here; the stream ends with the browser.
        let pump = tokio::spawn(async move { while events.next().await.is_some() {} });
        Ok(Self { browser, pump, profile })
    }

    /// Opens a tab with storage, cache and connections of its own.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn tab(&self, view: View) -> Result<Tab> {
        Tab::open(&self.browser, view).await
    }

    /// Kills a tab's process in the middle of what it does, its workers with it; another tab has its storage.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn kill(&self, tab: Tab, view: View) -> Result<Tab> {
        let context = tab.crash().await;
        Tab::open_in(&self.browser, context, view).await
    }

    /// Opens another tab of the same reader: it shares storage, cache and connections with the first.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn tab_beside(&self, tab: &Tab, view: View) -> Result<Tab> {
        Tab::open_in(&self.browser, tab.context.clone(), view).await
    }

    /// Forgets a tab's storage, cache and connections.
    pub(super) async fn forget(&self, context: BrowserContextId) -> Result<()> {
        Ok(self.browser.dispose_browser_context(context).await?)
    }

    /// Ends the browser and removes its profile.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn stop(mut self) -> Result<()> {
        self.browser.close().await?;
        self.browser.wait().await?;
        self.pump.abort();
        // Helper processes may outlive the browser by a moment and write a last file.
        let _ = self.profile.close();
        Ok(())
    }
}

fn whole() -> PathBuf {
    named("CHROME").unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"))
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The sandbox refuses to run as root, as in most containers.
fn runs_as_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
