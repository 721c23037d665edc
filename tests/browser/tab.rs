//! A tab: where a reader would look, click and type.

use super::{Connection, Journal, Key, View, journal::Keeper};
use anyhow::{Context, Result, bail, ensure};
use chromiumoxide::{
    Browser, Page,
    cdp::{
        browser_protocol::{
            browser::{BrowserContextId, PermissionDescriptor, PermissionSetting, SetPermissionParams},
            emulation::{
                MediaFeature, SetCpuThrottlingRateParams, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams,
                SetFocusEmulationEnabledParams, SetScriptExecutionDisabledParams,
            },
            input::{DispatchMouseEventParams, DispatchMouseEventType, MouseButton},
            network::{
                BlockPattern, EmulateNetworkConditionsByRuleParams, NetworkConditions, OverrideNetworkStateParams,
                SetBlockedUrLsParams,
            },
            page::{AddScriptToEvaluateOnNewDocumentParams, CrashParams, ReloadParams, Viewport},
            storage::OverrideQuotaForOriginParams,
            target::{CreateBrowserContextParams, CreateTargetParams, SetAutoAttachParams},
        },
        js_protocol::runtime::EvaluateParams,
    },
    page::ScreenshotParams,
};
use serde::de::DeserializeOwned;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long anything may take that a test waits for, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);
/// How long the browser may take to answer to one command.
const ANSWER: Duration = Duration::from_secs(8);
/// How long a tab that is killed may take to be gone.
const LAST_WORD: Duration = Duration::from_secs(1);
/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_millis(15);
/// Runs in every document first and keeps what happens in it.
const WATCH: &str = include_str!("../page/watch.js");
/// What stands still for so long does not move.
const FRAMES: Duration = Duration::from_millis(50);
/// Gives the middle of an element that can be clicked there; see the file.
const FREE_MIDDLE: &str = include_str!("../page/free_middle.js");

/// An open tab.
pub struct Tab {
    pub(super) page: Page,
    keeper: Keeper,
    pub(super) context: BrowserContextId,
}

impl Tab {
    pub(super) async fn open(browser: &Browser, view: View) -> Result<Self> {
        let context = browser.create_browser_context(CreateBrowserContextParams::default()).await?;
        Self::open_in(browser, context, view).await
    }

    /// Opens a tab with the storage of another.
    pub(super) async fn open_in(browser: &Browser, context: BrowserContextId, view: View) -> Result<Self> {
        let mut target = CreateTargetParams::new("about:blank");
        target.browser_context_id = Some(context.clone());
        let page = browser.new_page(target).await?;
        let keeper = Keeper::attend(&page).await?;
        let tab = Self { page, keeper, context };
        // The library has every new worker wait until it has let it go, and leaves service workers at once; at times it is
        // gone before the browser has heard that the worker may run, which then never does.
        let mut attach = SetAutoAttachParams::new(true, false);
        attach.flatten = Some(true);
        tab.page.execute(attach).await?;
        tab.page.execute(SetFocusEmulationEnabledParams::new(true)).await?;
        tab.before(&format!("{WATCH}\n{}", view.before)).await?;
        tab.resize(view.width, view.height, view.scale).await?;
        tab.lit(view.dark, view.still).await?;
        if !view.scripts {
            tab.page.execute(SetScriptExecutionDisabledParams::new(true)).await?;
        }
        if view.slower > 1.0 {
            tab.page.execute(SetCpuThrottlingRateParams::new(view.slower)).await?;
        }
        if let Some(connection) = view.connection {
            tab.connect(false, connection).await?;
        }
        Ok(tab)
    }

    /// Closes the tab and forgets its storage.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn close(self, browser: &super::Chrome) -> Result<()> {
        self.page.close().await?;
        browser.forget(self.context).await
    }

    /// Ends the tab's process; its storage stays.
    pub(super) async fn crash(self) -> BrowserContextId {
        // Nobody is left to answer to the first, and what is left of the tab may be gone before the second.
        let _ = timeout(LAST_WORD, self.page.execute(CrashParams::default())).await;
        let _ = timeout(ANSWER, self.page.close()).await;
        self.context
    }

    /// From the next document on, runs a script before its own.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn before(&self, script: &str) -> Result<()> {
        self.page.execute(AddScriptToEvaluateOnNewDocumentParams::new(script)).await?;
        Ok(())
    }

    /// Sets the viewport, in CSS pixels.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn resize(&self, width: u32, height: u32, scale: f64) -> Result<()> {
        self.page.execute(SetDeviceMetricsOverrideParams::new(width, height, scale, false)).await?;
        Ok(())
    }

    /// Sets what the system asks of pages: dark colours, reduced motion.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn lit(&self, dark: bool, still: bool) -> Result<()> {
        let feature = |name: &str, value: &str| MediaFeature::new(name, value);
        let features = vec![
            feature("prefers-color-scheme", if dark { "dark" } else { "light" }),
            feature("prefers-reduced-motion", if still { "reduce" } else { "no-preference" }),
        ];
        self.page.execute(SetEmulatedMediaParams::builder().features(features).build()).await?;
        Ok(())
    }

    /// Cuts the network, or brings it back without a limit.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.connect(offline, Connection { bytes_per_s: -1.0, latency_ms: 0.0 }).await?;
        // What pages are told: conditions for requests alone leave `navigator.onLine` as it is.
        self.page.execute(OverrideNetworkStateParams::new(offline, 0.0, -1.0, -1.0)).await?;
        Ok(())
    }

    async fn connect(&self, offline: bool, connection: Connection) -> Result<()> {
        let Connection { bytes_per_s, latency_ms } = connection;
        // An empty pattern means every request.
        let conditions = NetworkConditions::new("", latency_ms, bytes_per_s, bytes_per_s);
        self.page.execute(EmulateNetworkConditionsByRuleParams::new(offline, vec![conditions])).await?;
        Ok(())
    }

    /// Leaves the site's origin this many bytes of storage, or what the disk has.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn set_quota(&self, origin: &str, quota_bytes: Option<u32>) -> Result<()> {
        let mut quota = OverrideQuotaForOriginParams::new(origin);
        quota.quota_size = quota_bytes.map(f64::from);
        self.page.execute(quota).await?;
        Ok(())
    }

    /// Makes requests for files of this ending fail before they leave, or none any more.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn block(&self, ending: Option<&str>) -> Result<()> {
        let patterns = ending.map(|ending| BlockPattern::new(format!("*://*:*/*{ending}"), true)).into_iter();
        self.page.execute(SetBlockedUrLsParams::builder().url_patterns(patterns).build()).await?;
        Ok(())
    }

    /// Waits until the browser told something; `what` ends the sentence "waited for …".
    ///
    /// # Errors
    /// If it does not in time.
    pub async fn wait_told(&self, is_there: impl Fn(&Journal) -> bool, what: &str) -> Result<()> {
        let start = Instant::now();
        while !self.keeper.with(|journal| is_there(journal)) {
            ensure!(start.elapsed() < LIMIT, "waited {LIMIT:?} for {what}; the browser told {:?}", self.journal());
            tokio::time::sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Lets the page read and write the clipboard.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn allow_clipboard(&self) -> Result<()> {
        for name in ["clipboard-read", "clipboard-write"] {
            let mut grant = SetPermissionParams::new(PermissionDescriptor::new(name), PermissionSetting::Granted);
            grant.browser_context_id = Some(self.context.clone());
            self.page.execute(grant).await?;
        }
        Ok(())
    }

    /// Loads a page, as from the address bar.
    ///
    /// # Errors
    /// If it does not load.
    pub async fn goto(&self, url: &str) -> Result<()> {
        // The library makes more of its own command for this than it can keep track of, and at times never answers.
        // The old page may be gone before it has answered; whether the new one comes is seen below.
        let go = format!("window.isOld = true; void location.assign({})", serde_json::to_string(url)?);
        let _ = self.eval::<()>(&go).await;
        self.wait_for("!window.isOld && document.readyState === 'complete'", &format!("{url} to load")).await
    }

    /// Loads a page and waits until the client has taken it over.
    ///
    /// # Errors
    /// If it does not.
    pub async fn goto_live(&self, url: &str) -> Result<()> {
        self.goto(url).await?;
        self.live().await
    }

    /// Waits until the client runs and no part of the page is left to be laid out later.
    ///
    /// # Errors
    /// If it does not.
    pub async fn live(&self) -> Result<()> {
        self.wait_for("document.documentElement.dataset.client === 'ready'", "the client to be ready").await?;
        let is_whole = "document.adoptedStyleSheets.every((sheet) => !sheet.cssRules.length)";
        self.wait_for(is_whole, "the whole page to be laid out").await?;
        // What is laid out late may be the first to need a font, which then changes how high it is; scroll anchoring
        // follows a new layout with the next frames. A tab behind another has none.
        let frames = "new Promise((done) => { setTimeout(() => done(true), 1500); \
                      requestAnimationFrame(() => requestAnimationFrame(() => done(true))) })";
        self.wait_for(frames, "a frame of the whole page").await?;
        self.wait_for("document.fonts.status === 'loaded'", "the fonts").await?;
        self.wait_for(frames, "a frame with the fonts").await
    }

    /// Reloads the page.
    ///
    /// # Errors
    /// If it does not load.
    pub async fn reload(&self) -> Result<()> {
        self.eval::<()>("void (window.isOld = true)").await?;
        self.page.execute(ReloadParams::default()).await?;
        self.wait_for("!window.isOld && document.readyState === 'complete'", "the page to load again").await
    }

    /// One page back.
    ///
    /// # Errors
    /// If the page does not answer.
    pub async fn back(&self) -> Result<()> {
        self.eval("void setTimeout(() => history.back())").await
    }

    /// One page forward.
    ///
    /// # Errors
    /// If the page does not answer.
    pub async fn forward(&self) -> Result<()> {
        self.eval("void setTimeout(() => history.forward())").await
    }

    /// The value of an expression in the page; promises are awaited.
    ///
    /// # Errors
    /// If it throws, or is not a `T`.
    pub async fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        let mut call = EvaluateParams::new(expression);
        call.return_by_value = Some(true);
        call.await_promise = Some(true);
        let answer =
            self.page.execute(call).await.with_context(|| format!("`{}` was not answered", short(expression)))?;
        if let Some(thrown) = &answer.exception_details {
            let what = thrown.exception.as_ref().and_then(|thrown| thrown.description.as_deref());
            bail!("`{}` threw {}", short(expression), what.unwrap_or(&thrown.text));
        }
        let value = answer.result.result.value.unwrap_or_default();
        serde_json::from_value(value).with_context(|| format!("`{}` gives something else", short(expression)))
    }

    /// Waits until a condition in the page holds; `what` ends the sentence "waited for …".
    ///
    /// # Errors
    /// If it does not hold in time, with what the tab shows then.
    pub async fn wait_for(&self, condition: &str, what: &str) -> Result<()> {
        let start = Instant::now();
        let expression = format!("(async () => !!({condition}))()");
        loop {
            // A page that is being replaced cannot answer; the next one will.
            if let Ok(Ok(true)) = timeout(ANSWER, self.eval::<bool>(&expression)).await {
                return Ok(());
            }
            if start.elapsed() > LIMIT {
                let place = "`${location.href}, scrolled to ${scrollY} of ${document.documentElement.scrollHeight}`";
                let place: String = self.eval(place).await.unwrap_or_default();
                let lines = self.journal().lines;
                bail!("waited {LIMIT:?} for {what} at {place}: `{}` stays false; console: {lines:?}", short(condition));
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Brings an element into the window, without animation.
    ///
    /// # Errors
    /// If there is none.
    pub async fn reveal(&self, selector: &str) -> Result<()> {
        let found = format!(
            "(() => {{ const it = document.querySelector({selector:?}); \
             it?.scrollIntoView({{ block: 'nearest', behavior: 'instant' }}); return !!it }})()"
        );
        if self.eval::<bool>(&found).await? {
            Ok(())
        } else {
            bail!("there is no `{selector}` to bring into the window")
        }
    }

    /// Moves the mouse over an element, once it stands still and nothing lies over it: a page may scroll
    /// smoothly, and a view transition covers it for a moment.
    ///
    /// # Errors
    /// If there is none, or something stays over it.
    pub async fn hover(&self, selector: &str) -> Result<(f64, f64)> {
        let (start, middle) = (Instant::now(), format!("({FREE_MIDDLE})({selector:?})"));
        let mut before = None;
        let (x, y) = loop {
            let now: Option<(f64, f64)> = self.eval(&middle).await.unwrap_or(None);
            if let Some(place) = now.filter(|_| now == before) {
                break place;
            }
            if start.elapsed() > LIMIT {
                let under: String =
                    self.eval(&format!("document.querySelector({selector:?})?.outerHTML ?? ''")).await?;
                bail!("waited {LIMIT:?} for `{selector}` to stand still with nothing over it: {}", short(&under));
            }
            before = now;
            tokio::time::sleep(FRAMES).await;
        };
        self.page.execute(DispatchMouseEventParams::new(DispatchMouseEventType::MouseMoved, x, y)).await?;
        Ok((x, y))
    }

    /// Clicks an element with the mouse.
    ///
    /// # Errors
    /// If there is none, or something lies over it.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let (x, y) = self.hover(selector).await?;
        for kind in [DispatchMouseEventType::MousePressed, DispatchMouseEventType::MouseReleased] {
            let mut event = DispatchMouseEventParams::new(kind, x, y);
            event.button = Some(MouseButton::Left);
            event.click_count = Some(1);
            self.page.execute(event).await?;
        }
        Ok(())
    }

    /// Presses a key.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn press(&self, key: Key) -> Result<()> {
        for event in key.events() {
            self.page.execute(event).await?;
        }
        Ok(())
    }

    /// What the browser told so far.
    pub fn journal(&self) -> Journal {
        self.keeper.with(|journal| journal.clone())
    }

    /// Begins a new journal.
    pub fn forget(&self) {
        self.keeper.with(std::mem::take);
    }

    /// Writes a picture of the page's first `height` CSS pixels.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn screenshot(&self, path: &Path, width: u32, height: u32) -> Result<()> {
        let clip = Viewport { x: 0.0, y: 0.0, width: width.into(), height: height.into(), scale: 1.0 };
        let shot = ScreenshotParams::builder().clip(clip).capture_beyond_viewport(true).build();
        std::fs::write(path, self.page.screenshot(shot).await?)?;
        Ok(())
    }
}

fn short(expression: &str) -> String {
    let one_line = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() > 160 { one_line.chars().take(160).chain(['…']).collect() } else { one_line }
}
