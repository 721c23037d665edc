//! The only fetch: status checked, a time limit, one retry.

use super::pause;
use crate::store::Failure;
use gloo_net::http::Request;
use leptos::either::Either;
use std::{pin::pin, time::Duration};
use web_sys::AbortController;

/// How long one attempt may take.
const LIMIT: Duration = Duration::from_secs(12);
/// How long to wait before the second attempt.
const BREATH: Duration = Duration::from_millis(400);

/// The text at `url`.
///
/// # Errors
/// Why it did not come, after a second attempt where one may help.
pub async fn text(url: &str) -> Result<String, Failure> {
    String::from_utf8(bytes(url).await?).map_err(|_| Failure::Unreadable)
}

/// The bytes at `url`.
///
/// # Errors
/// As [`text`].
pub async fn bytes(url: &str) -> Result<Vec<u8>, Failure> {
    match attempt(url).await {
        Err(Failure::Network | Failure::Timeout | Failure::Status(500..)) => {
            pause(BREATH).await;
            attempt(url).await
        }
        done => done,
    }
}

async fn attempt(url: &str) -> Result<Vec<u8>, Failure> {
    let abort = AbortController::new().ok();
    let signal = abort.as_ref().map(AbortController::signal);
    let answer = async {
        let response = Request::get(url).abort_signal(signal.as_ref()).send().await.map_err(|_| Failure::Network)?;
        match response.status() {
            200..=299 => response.binary().await.map_err(|_| Failure::Network),
            404 | 410 => Err(Failure::Missing),
            status => Err(Failure::Status(status)),
        }
    };
    match first(answer, pause(LIMIT)).await {
        Either::Left(result) => result,
        Either::Right(()) => {
            if let Some(abort) = abort {
                abort.abort();
            }
            Err(Failure::Timeout)
        }
    }
}

/// Whichever of the two ends first.
async fn first<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    std::future::poll_fn(|context| {
        if let std::task::Poll::Ready(done) = a.as_mut().poll(context) {
            return std::task::Poll::Ready(Either::Left(done));
        }
        b.as_mut().poll(context).map(Either::Right)
    })
    .await
}
