//! What the page's main thread does, as the browser's own trace tells it.

use super::Tab;
use anyhow::{Context, Result};
use chromiumoxide::cdp::browser_protocol::tracing::{
    EndParams, EventDataCollected, EventTracingComplete, StartParams, StartTransferMode, TraceConfig,
};
use futures::StreamExt;
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use tokio::time::timeout;

/// How long the browser may take to hand over a trace.
const LIMIT: Duration = Duration::from_secs(60);

/// A task of the main thread.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// When it began, on the trace's own clock.
    pub at_ms: f64,
    /// How long it took.
    pub ms: f64,
    /// How long the processor worked for it; the rest of the time others had the core.
    pub work_ms: f64,
}

impl Tab {
    /// The tasks of the page's main thread while `work` goes on.
    ///
    /// # Errors
    /// If the browser does not trace, or `work` fails.
    pub async fn trace(&self, work: impl Future<Output = Result<()>>) -> Result<Vec<Task>> {
        let mut parts = self.page.event_listener::<EventDataCollected>().await?;
        let mut ends = self.page.event_listener::<EventTracingComplete>().await?;
        let config = TraceConfig {
            excluded_categories: Some(vec!["*".to_owned()]),
            included_categories: Some(vec!["disabled-by-default-devtools.timeline".to_owned()]),
            ..TraceConfig::default()
        };
        let start = StartParams {
            transfer_mode: Some(StartTransferMode::ReportEvents),
            trace_config: Some(config),
            ..StartParams::default()
        };
        self.page.execute(start).await?;
        work.await?;
        self.page.execute(EndParams::default()).await?;
        timeout(LIMIT, ends.next()).await.context("the trace does not end")?;
        let mut events = Vec::new();
        // All parts came before the end; none that is still to be read needs waiting for.
        while let Ok(Some(part)) = timeout(Duration::from_millis(200), parts.next()).await {
            events.extend(part.value.iter().cloned());
        }
        Ok(main_thread(&events))
    }
}

/// The tasks of the thread that does nearly all the script work: other pages of the browser are idle.
fn main_thread(events: &[Value]) -> Vec<Task> {
    let thread = |event: &Value| Some((event["pid"].as_u64()?, event["tid"].as_u64()?));
    let is_main = |event: &&Value| event["name"] == "thread_name" && event["args"]["name"] == "CrRendererMain";
    let mains: BTreeSet<_> = events.iter().filter(is_main).filter_map(thread).collect();
    let tasks_of = |main| {
        let tasks = events.iter().filter(move |event| event["name"] == "RunTask" && thread(event) == Some(main));
        let ms = |event: &Value, key: &str| Some(event[key].as_f64()? / 1000.0);
        let task = move |event| {
            let dur = ms(event, "dur")?;
            Some(Task { at_ms: ms(event, "ts")?, ms: dur, work_ms: ms(event, "tdur").unwrap_or(dur).min(dur) })
        };
        tasks.filter_map(task).collect::<Vec<_>>()
    };
    let total = |tasks: &Vec<Task>| tasks.iter().map(|task| task.ms).sum::<f64>();
    mains.into_iter().map(tasks_of).max_by(|a, b| total(a).total_cmp(&total(b))).unwrap_or_default()
}
