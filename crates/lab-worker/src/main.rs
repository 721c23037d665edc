//! Steps a lab's model off the page's main thread.
//!
//! A page makes a worker for each figure that runs and names it after the lab. The worker says that
//! it is ready, then obeys commands. While a run goes on it works in slices and returns to its event
//! loop after each, so that a command waits for one slice at most; [`labs::runner`] says how long
//! that is. Built with SIMD, which nothing else of this site is: `cargo xtask` does that.

mod channel;
mod scope;

use labs::{
    protocol::{Command, Event, PROTOCOL, RunId, decode},
    registry,
    runner::Run,
};
use scope::post;
use std::{
    cell::{Cell, RefCell},
    panic::PanicHookInfo,
};

thread_local! {
    /// Steps the model; nothing where the page asks for a lab that this worker does not have.
    static RUNNER: RefCell<Option<Box<dyn Run>>> = const { RefCell::new(None) };
    /// The run that the page has begun last; 0 before the first.
    static RUN: Cell<RunId> = const { Cell::new(0) };
    /// Whether a slice is due already.
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

fn main() {
    std::panic::set_hook(Box::new(tell_of_panic));
    RUNNER.set(registry::runner(&scope::name()));
    scope::listen(obey);
    channel::listen(slice);
    post(Event::Ready { protocol: PROTOCOL });
}

/// Does what a message says. Its bytes are nothing where the message is no array of bytes.
fn obey(bytes: Option<Vec<u8>>) {
    let command = match bytes.as_deref().map(decode::<Command>) {
        Some(Ok(command)) => command,
        Some(Err(error)) => return fail(format!("The page and its worker do not understand each other: {error}.")),
        None => return fail("The page and its worker do not understand each other.".to_owned()),
    };
    if let Command::Start { run, .. } = command {
        RUN.set(run);
    }
    let is_known = with_runner(|runner| runner.obey(command, &mut post)).is_some();
    if !is_known {
        return fail(format!("There is no lab “{}” here; loading the page again may bring it.", scope::name()));
    }
    if !IS_DUE.replace(true) {
        channel::ask();
    }
}

/// Works for a moment, then lets messages through before it goes on.
fn slice() {
    let has_more = with_runner(|runner| runner.slice(&scope::now, &mut post)) == Some(true);
    IS_DUE.set(has_more);
    if has_more {
        channel::ask();
    }
}

/// Nothing comes back where there is no runner, or a trap left it in the middle of its work.
fn with_runner<T>(work: impl FnOnce(&mut Box<dyn Run>) -> T) -> Option<T> {
    RUNNER.with(|runner| {
        let mut runner = runner.try_borrow_mut().ok()?;
        runner.as_mut().map(work)
    })
}

fn fail(message: String) {
    post(Event::Failed { run: RUN.get(), message });
}

/// Tells the page before the trap that follows.
fn tell_of_panic(info: &PanicHookInfo<'_>) {
    fail(format!("The computation broke off by a fault of this lab ({info})."));
}
