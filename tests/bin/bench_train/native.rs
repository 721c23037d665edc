//! The engine without a browser: the worker's session in this process, on one thread.

use crate::job::{BATCH, Job, Mask, Told};
use anyhow::{Result, bail};
use labs::sft::{
    protocol::Role,
    session::{Outside, Session},
};
use ml::checkpoint::{Build, Variant};
use std::time::Instant;

struct Clock(Instant);

impl Outside for Clock {
    fn now_ms(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1_000.0
    }

    fn memory_bytes(&self) -> u64 {
        0
    }
}

/// A run of the job, told as a worker would.
pub fn run(job: &Job, mask: Mask) -> Result<Told> {
    let build = Build { code_version: "bench".to_owned(), variant: Variant::Native, n_workers: 1 };
    let (mut session, clock, mut told) = (Session::new(build), Clock(Instant::now()), Told::of(BATCH));
    for (at, command) in job.commands(mask, Role::ALONE, BATCH, job.n_steps).into_iter().enumerate() {
        session.obey(command, if at == 0 { job.files.to_vec() } else { Vec::new() });
        loop {
            // Not in slices: so a step is told when it ends, and not with what of the next was begun.
            let has_more = session.advance(&clock);
            let now_ms = clock.now_ms();
            while let Some(message) = session.next_message() {
                if told.hear(now_ms, &message.event)? {
                    return Ok(told);
                }
            }
            if !has_more {
                break;
            }
        }
    }
    bail!("the run came to no end")
}
