//! Trouble on purpose, for tests.

use bytes::Bytes;
use hyper::body::{Body, Frame};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// What happens to a request instead of its answer, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// As if there were no such file.
    Missing,
    /// This status and an empty body.
    Status(u16),
    /// The connection breaks without an answer.
    Break,
    /// The connection breaks in the middle of the answer.
    Cut,
    /// The answer comes, but later.
    Delay(Duration),
}

/// Faults by path; the latest that fits counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Vec<(String, Fault)>);

impl Faults {
    pub(super) fn set(&mut self, path: &str, fault: Fault) {
        self.0.push((path.to_owned(), fault));
    }

    pub(super) fn of(&self, path: &str) -> Option<Fault> {
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == pattern,
        };
        self.0.iter().rev().find(|(pattern, _)| fits(pattern)).map(|(_, fault)| *fault)
    }
}

/// How long a connection stays once half of an answer is written: closed at once, the half might stay behind.
const FLUSH: Duration = Duration::from_millis(50);

/// A body that ends before the length that its answer named, whereupon the connection is closed.
pub(super) struct Half {
    rest: Bytes,
    end: Option<Pin<Box<Sleep>>>,
}

impl Half {
    pub(super) fn of(whole: Bytes) -> Self {
        Self { rest: whole.slice(..whole.len() / 2), end: None }
    }
}

impl Body for Half {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(rest))));
        }
        self.end.get_or_insert_with(|| Box::pin(sleep(FLUSH))).as_mut().poll(context).map(|()| None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_fault_that_fits_counts() {
        let mut faults = Faults::default();
        faults.set("/posts/*", Fault::Missing);
        faults.set("/posts/a/post.json", Fault::Break);
        assert_eq!(faults.of("/posts/a/post.json"), Some(Fault::Break));
        assert_eq!(faults.of("/posts/b/"), Some(Fault::Missing));
        assert_eq!(faults.of("/about/"), None);
    }
}
