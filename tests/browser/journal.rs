//! What the browser told about a tab: console, exceptions, requests.

use anyhow::Result;
use chromiumoxide::{
    Page,
    cdp::IntoEventKind,
    cdp::{
        browser_protocol::{
            log::{EnableParams, EventEntryAdded, LogEntryLevel, LogEntrySource},
            network::EventRequestWillBeSent,
        },
        js_protocol::runtime::{ConsoleApiCalledType, EventConsoleApiCalled, EventExceptionThrown},
    },
};
use futures::StreamExt;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a line of the console came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The page called `console`.
    Page,
    /// An exception that nobody caught.
    Exception,
    /// The browser, about a request that failed.
    Network,
    /// The browser, about anything else: policy, deprecation, interventions.
    Browser,
}

/// A line of the console.
#[derive(Clone, Debug)]
pub struct Line {
    /// Who wrote it.
    pub source: Source,
    /// An error, not a warning or a remark.
    pub is_error: bool,
    /// What it says.
    pub text: String,
}

/// A request that the tab made.
#[derive(Clone, Debug)]
pub struct Request {
    /// The whole address.
    pub url: String,
}

/// Everything so far, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// The console.
    pub lines: Vec<Line>,
    /// The network.
    pub requests: Vec<Request>,
}

/// Writes a tab's journal for as long as the tab lives.
#[derive(Clone, Default)]
pub(super) struct Keeper(Arc<Mutex<Journal>>);

impl Keeper {
    pub(super) async fn attend(page: &Page) -> Result<Self> {
        let keeper = Self::default();
        keeper
            .follow(page, |journal, event: &EventConsoleApiCalled| {
                let words = event.args.iter().map(|argument| match (&argument.value, &argument.description) {
                    (Some(serde_json::Value::String(text)), _) => text.clone(),
                    (_, Some(text)) => text.clone(),
                    (value, None) => format!("{value:?}"),
                });
                let text = words.collect::<Vec<_>>().join(" ");
                let is_error = matches!(event.r#type, ConsoleApiCalledType::Error | ConsoleApiCalledType::Assert);
                journal.lines.push(Line { source: Source::Page, is_error, text });
            })
            .await?;
        keeper
            .follow(page, |journal, event: &EventExceptionThrown| {
                let details = &event.exception_details;
                let thrown =
                    details.exception.as_ref().and_then(|thrown| thrown.description.clone()).unwrap_or_default();
                let text = format!("{} {thrown}", details.text);
                journal.lines.push(Line { source: Source::Exception, is_error: true, text });
            })
            .await?;
        keeper
            .follow(page, |journal, event: &EventEntryAdded| {
                let source = match event.entry.source {
                    LogEntrySource::Network => Source::Network,
                    _ => Source::Browser,
                };
                let url = event.entry.url.clone().unwrap_or_default();
                let is_error = event.entry.level == LogEntryLevel::Error;
                journal.lines.push(Line { source, is_error, text: format!("{} {url}", event.entry.text) });
            })
            .await?;
        keeper
            .follow(page, |journal, event: &EventRequestWillBeSent| {
                journal.requests.push(Request { url: event.request.url.clone() });
            })
            .await?;
        page.execute(EnableParams::default()).await?;
        Ok(keeper)
    }

    async fn follow<E: IntoEventKind + Unpin + Send + Sync>(
        &self,
        page: &Page,
        write: impl Fn(&mut Journal, &E) + Send + 'static,
    ) -> Result<()> {
        let mut events = page.event_listener::<E>().await?;
        let keeper = self.clone();
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                keeper.with(|journal| write(journal, &event));
            }
        });
        Ok(())
    }

    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Journal) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
