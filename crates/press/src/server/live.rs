//! Open pages follow the build: they reload when it succeeds and show what is wrong when it fails.
//!
//! Builds write one small file, the server watches it and tells its pages by server-sent events.
//! Nothing of this is in the built site: the script is put in as a page is served.

use super::answer::{Body, with_body};
use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Response, StatusCode,
    body::Frame,
    header::{self, HeaderValue},
};
use std::{
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};
use tokio::sync::mpsc;

const EVENTS: &str = "/__live";
const SCRIPT: &str = "/__live.js";
/// How soon a page hears of a build.
const PULSE: Duration = Duration::from_millis(150);

/// Writes how the build went, whole or not at all.
pub(super) fn announce(file: &Path, outcome: Result<(), &str>) -> Result<()> {
    let text = match outcome {
        Ok(()) => "ok\n".to_owned(),
        Err(why) => format!("failed\n{why}"),
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    }
    let beside = file.with_extension("new");
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, file))
        .with_context(|| format!("cannot write `{}`", file.display()))
}

/// The answer to the two addresses of this module.
pub(super) fn answer(file: &Path, path: &str) -> Option<Response<Body>> {
    let mut response = match path {
        SCRIPT => with_body(
            StatusCode::OK,
            "application/javascript; charset=utf-8",
            Bytes::from_static(include_bytes!("live.js")),
        ),
        EVENTS => {
            let (sender, receiver) = mpsc::channel(4);
            tokio::spawn(watch(file.to_owned(), sender));
            let mut response = Response::new(Events(receiver).boxed_unsync());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            response
        }
        _ => return None,
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(response)
}

/// The page with the script that listens.
pub(super) fn inject(page: Vec<u8>) -> Vec<u8> {
    let tag = format!("<script src=\"{SCRIPT}\" defer></script>\n");
    let end = b"</body>";
    let at = page.windows(end.len()).rposition(|window| window == end).unwrap_or(page.len());
    [&page[..at], tag.as_bytes(), &page[at..]].concat()
}

async fn watch(file: PathBuf, sender: mpsc::Sender<Bytes>) {
    let mut seen = None;
    while !sender.is_closed() {
        let changed = fs::metadata(&file).and_then(|about| about.modified()).ok();
        if let Some(changed) = changed
            && seen != Some(changed)
            && let Ok(text) = fs::read_to_string(&file)
        {
            seen = Some(changed);
            if sender.send(event(&text, changed).into()).await.is_err() {
                return;
            }
        }
        tokio::time::sleep(PULSE).await;
    }
}

/// Source: HTML Living Standard, §9.2.6, "Interpreting an event stream".
fn event(text: &str, changed: SystemTime) -> String {
    match text.split_once('\n') {
        Some(("failed", why)) => {
            let lines: String = why.lines().map(|line| format!("data: {line}\n")).collect();
            format!("event: failed\n{lines}\n")
        }
        _ => {
            let since = changed.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            format!("event: built\ndata: {}\n\n", since.as_nanos())
        }
    }
}

/// A body that goes on as long as events come.
struct Events(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_at_the_end_of_the_page() {
        let page = inject(b"<body><p>a</p>\n</body></html>".to_vec());
        assert_eq!(
            String::from_utf8(page).unwrap(),
            "<body><p>a</p>\n<script src=\"/__live.js\" defer></script>\n</body></html>"
        );
    }

    #[test]
    fn what_is_wrong_keeps_its_lines() {
        assert_eq!(
            event("failed\na: b\n\nc", SystemTime::UNIX_EPOCH),
            "event: failed\ndata: a: b\ndata: \ndata: c\n\n"
        );
        assert_eq!(event("ok\n", SystemTime::UNIX_EPOCH), "event: built\ndata: 0\n\n");
    }
}
