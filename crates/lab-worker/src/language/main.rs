//! Fine-tunes a language model off the page's main thread.
//!
//! [`labs::sft::protocol`] says what a page and this worker tell each other, [`labs::sft::session`] what it does. Work is
//! done in slices; after each the worker returns to its event loop, so that a command waits for one slice at most. It
//! fetches nothing: models and data come from the page. Built twice, with SIMD and with relaxed SIMD; a page starts the
//! one that its browser knows.

#[path = "../channel.rs"]
mod channel;
mod file;
mod scope;

use file::{File, Opened};
use labs::protocol::decode;
use labs::sft::protocol::{AskId, Command, Event, PROTOCOL};
use labs::sft::session::{Message, Session};
use ml::checkpoint::{Build, Variant};
use scope::{Received, World, post};
use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: heap::Allocator = heap::Allocator::new();

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
    /// Files that checkpoints are being written to.
    static FILES: RefCell<Vec<(AskId, File)>> = const { RefCell::new(Vec::new()) };
    /// The run that the page has begun last; 0 before the first.
    static RUN: Cell<u32> = const { Cell::new(0) };
    /// Whether a slice is due already.
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// How this module was compiled: the last bits of sums depend on it.
const VARIANT: Variant = if cfg!(target_feature = "relaxed-simd") {
    Variant::RelaxedSimd
} else if cfg!(target_feature = "simd128") {
    Variant::Simd
} else {
    Variant::Scalar
};

fn main() {
    std::panic::set_hook(Box::new(tell_of_panic));
    let build = Build { code_version: env!("CARGO_PKG_VERSION").to_owned(), variant: VARIANT, n_workers: 1 };
    SESSION.set(Some(Session::normalizing(build, scope::normalize)));
    scope::listen(receive);
    channel::listen(slice);
    post(Message { event: Event::Ready { protocol: PROTOCOL }, payloads: Vec::new() });
}

/// Does what a message says.
fn receive(received: Option<Received>) {
    let Some(received) = received else {
        return fail("The page and its worker do not understand each other.".to_owned());
    };
    let command = match decode::<Command>(&received.command) {
        Ok(command) => command,
        Err(error) => return fail(format!("The page and its worker do not understand each other: {error}.")),
    };
    if let Command::Start { run, .. } | Command::ReadCheckpoint { run, .. } = command {
        RUN.set(run);
    }
    let Some(file) = received.file() else {
        let gradients = matches!(command, Command::Gradients(_)).then(|| received.gradients()).flatten();
        return obey(|session| match (command, gradients) {
            (Command::Gradients(shard), Some((dense, rows))) => session.take_gradients(shard, dense, rows),
            (command, _) => session.obey(command, received.payloads()),
        });
    };
    file::open(file, move |opened| match command {
        Command::WriteCheckpoint { ask, .. } => match opened.and_then(Opened::emptied) {
            Ok(file) => {
                FILES.with_borrow_mut(|files| files.push((ask, file)));
                obey(|session| session.obey(command, Vec::new()));
            }
            Err(why) => refuse(ask, why),
        },
        Command::InspectCheckpoint { ask } => match opened.and_then(Opened::source) {
            Ok(mut source) => obey(|session| session.inspect(ask, &mut source)),
            Err(why) => refuse(ask, why),
        },
        Command::ReadCheckpoint { run, role } => match opened.and_then(Opened::source) {
            Ok(mut source) => obey(|session| session.read_checkpoint(run, role, &mut source)),
            Err(why) => fail(why),
        },
        command => obey(|session| session.obey(command, Vec::new())),
    });
}

/// Has the session do something, and asks for a slice.
fn obey(work: impl FnOnce(&mut Session)) {
    go_on(with_session(work).is_some());
}

/// Tells what came of it; apart from [`obey`], which there is one of for each kind of work.
#[inline(never)]
fn go_on(has_obeyed: bool) {
    if !has_obeyed {
        return fail(
            "The worker broke off by a fault of this lab; loading the page again may bring it back.".to_owned(),
        );
    }
    tell();
    if !IS_DUE.replace(true) {
        channel::ask();
    }
}

/// Works for a moment, then lets messages through before it goes on.
fn slice() {
    let has_more = with_session(|session| session.slice(&World)) == Some(true);
    tell();
    IS_DUE.set(has_more);
    if has_more {
        channel::ask();
    }
}

/// Posts what the session has to say; chunks of a checkpoint that has a file go there instead.
fn tell() {
    while let Some(message) = with_session(Session::next_message).flatten() {
        match &message.event {
            Event::Chunk(chunk) if FILES.with_borrow(|files| files.iter().any(|(ask, _)| *ask == chunk.ask)) => {
                let chunk = *chunk;
                let bytes = message.payloads.first().map_or(&[][..], Vec::as_slice);
                let is_last = chunk.at + bytes.len() as u64 == chunk.total;
                let written = FILES.with_borrow_mut(|files| {
                    let file = files.iter_mut().find(|(ask, _)| *ask == chunk.ask);
                    file.map_or(Ok(()), |(_, file)| file.write(chunk.at, bytes, is_last))
                });
                match written {
                    Err(why) => refuse(chunk.ask, why),
                    Ok(()) if is_last && close(chunk.ask) => {
                        let event = Event::Written { ask: chunk.ask, size_bytes: chunk.total };
                        post(Message { event, payloads: Vec::new() });
                    }
                    Ok(()) => {}
                }
            }
            Event::Refused { ask, .. } => {
                close(*ask);
                post(message);
            }
            _ => post(message),
        }
    }
}

/// Closes the file of a question; whether there was one that could be written.
fn close(ask: AskId) -> bool {
    FILES.with_borrow_mut(|files| {
        let at = files.iter().position(|(of, _)| *of == ask);
        at.is_some_and(|at| files.swap_remove(at).1.close())
    })
}

/// Nothing comes back where a trap left the session in the middle of its work.
fn with_session<T>(work: impl FnOnce(&mut Session) -> T) -> Option<T> {
    SESSION.with(|session| {
        let mut session = session.try_borrow_mut().ok()?;
        session.as_mut().map(work)
    })
}

fn refuse(ask: AskId, why: String) {
    post(Message { event: Event::Refused { ask, message: why }, payloads: Vec::new() });
}

fn fail(message: String) {
    post(Message { event: Event::Failed { run: RUN.get(), message }, payloads: Vec::new() });
}

/// Tells the page before the trap that follows.
fn tell_of_panic(info: &PanicHookInfo<'_>) {
    fail(format!("The computation broke off by a fault of this lab ({info})."));
}
