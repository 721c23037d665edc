//! What workers say.

use super::models::Info;
use super::pairs::sentence;
use super::verdict::When;
use super::{Do, Page, With};
use crate::parts::Phase;
use crate::parts::session::Loss;
use crate::sft::protocol::{AskId, Command, Event, PROTOCOL, Role, Shard};

impl Page {
    /// Hears a worker; `n_bytes` is the length of the event's first payload. Events of an earlier run are dropped.
    pub fn hear(&mut self, from: u32, event: Event, n_bytes: u64) -> Vec<Do> {
        self.n_silent = 0;
        if from > 0 {
            return self.hear_helper(from, event);
        }
        match event {
            Event::Ready { protocol } => self.ready(from, protocol),
            Event::Loaded { n_weights, n_body_weights, context, shape, .. } => {
                self.models.info = Some(Info { n_weights, n_body_weights, context, shape });
                self.has_model(from)
            }
            Event::DataReady { lengths, prompt_ends_in_space, .. } => {
                self.pairs.measure(&lengths);
                self.pairs.prompt_ends_in_space = prompt_ends_in_space;
                self.has_pairs(from)
            }
            Event::Explained { ask, tokens, n_taken } if ask == self.explains => {
                if let Some(mask) = &mut self.mask {
                    (mask.tokens, mask.n_taken) = (tokens, n_taken as usize);
                }
                Vec::new()
            }
            Event::Probed { estimate, .. } => {
                self.estimate = Some(estimate);
                self.status = "Measured.".to_owned();
                Vec::new()
            }
            Event::Progress { run, step, n_steps, steps, evaluations, memory_bytes } if run == self.run => {
                (self.step, self.n_steps) = (step, n_steps);
                self.report.steps.extend(steps);
                self.report.evaluations.extend(evaluations);
                self.report.memory_bytes = memory_bytes;
                Vec::new()
            }
            Event::Sample { run, sampled } if run == self.run => {
                self.report.take(sampled);
                Vec::new()
            }
            Event::Generated { ask, text, is_done, ended } => self.generated(ask, &text, is_done, ended),
            Event::Chunk(chunk) => self.collect(chunk, n_bytes),
            Event::Written { ask, .. } => self.written(ask),
            Event::Inspected { ask, held } => self.inspected(ask, Some(held)),
            Event::TakenUp { run, held, data, steps, evaluations, watched } if run == self.run => {
                self.taken_up(held, data, steps, evaluations, watched)
            }
            Event::Gradients(shard) => self.relay(from, shard),
            Event::Rewound { run, step } if run == self.run => {
                self.step = step;
                self.report.go_back(step);
                self.verdict.after = None;
                self.phase = Phase::Paused;
                self.status = self.at("Back");
                self.copy_to_helpers()
            }
            Event::Paused { run } if run == self.run => {
                self.is_awaited = false;
                if self.n_pauses > 0 {
                    self.n_pauses -= 1;
                } else if !self.is_held && self.phase == Phase::Running {
                    self.phase = Phase::Paused;
                }
                if self.phase == Phase::Paused {
                    self.status = self.at("Paused");
                }
                Vec::new()
            }
            Event::Done { run } if run == self.run => {
                (self.is_awaited, self.is_held) = (false, false);
                self.phase = Phase::Finished;
                self.status = self.at(if self.step >= self.n_steps { "Finished" } else { "Stopped" });
                self.judge(When::After(self.run, self.step))
            }
            Event::Failed { run, message } if run == self.run || run == 0 || self.goal.is_some() => {
                let todo = if run == 0 { self.lose_model() } else { Vec::new() };
                self.fail(message);
                todo
            }
            Event::Refused { ask, message } => self.refused(ask, &message),
            _ => Vec::new(),
        }
    }

    /// Of a helper only what moves the run on is heard, and what ends it.
    fn hear_helper(&mut self, from: u32, event: Event) -> Vec<Do> {
        match event {
            Event::Ready { protocol } => self.ready(from, protocol),
            Event::Loaded { .. } => self.has_model(from),
            Event::DataReady { .. } => self.has_pairs(from),
            Event::Gradients(shard) => self.relay(from, shard),
            // It waits for the first one's gradients from now on.
            Event::TakenUp { run, .. } if run == self.run => {
                if let Some((n_waiting, _)) = &mut self.crew.copying {
                    *n_waiting -= 1;
                    if *n_waiting == 0 {
                        self.crew.copying = None;
                        self.status = self.at("Ready");
                    }
                }
                vec![Do::Send(from, Command::Resume, With::Nothing)]
            }
            Event::Failed { run, message } if run == self.run || run == 0 => {
                self.fail(format!("A helping worker cannot go on: {message}"));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn ready(&mut self, from: u32, protocol: u32) -> Vec<Do> {
        if protocol != PROTOCOL {
            return self
                .give_up("The computation is of another version than this page. Reload the page to get both anew.");
        }
        if let Some(worker) = self.crew.workers.get_mut(from as usize) {
            worker.is_ready = true;
        }
        self.pursue()
    }

    fn has_model(&mut self, from: u32) -> Vec<Do> {
        if let Some((_, is_there)) = self.crew.workers.get_mut(from as usize).and_then(|worker| worker.model.as_mut()) {
            *is_there = true;
        }
        self.pursue()
    }

    fn has_pairs(&mut self, from: u32) -> Vec<Do> {
        if let Some((_, is_there)) = self.crew.workers.get_mut(from as usize).and_then(|worker| worker.pairs.as_mut()) {
            *is_there = true;
        }
        self.pursue()
    }

    /// What was sent is no model: the next wish brings it anew. An adapter is likelier to be the reason than the model.
    fn lose_model(&mut self) -> Vec<Do> {
        self.crew.workers.iter_mut().for_each(|worker| worker.model = None);
        if !self.models.has_adapter {
            self.models.at_hand = None;
        }
        self.lose_adapter()
    }

    fn generated(&mut self, ask: AskId, text: &str, is_done: bool, ended: bool) -> Vec<Do> {
        if ask == self.trial.ask {
            self.trial.answer.push_str(text);
            self.trial.is_done = is_done;
            return Vec::new();
        }
        let when = self.verdict.under_way.as_ref().map(|asking| asking.when);
        if !self.verdict.take(ask, text, is_done, ended) || !is_done {
            return Vec::new();
        }
        if self.verdict.under_way.is_some() {
            return self.ask_on();
        }
        if let Some(When::After(..)) = when {
            self.status = self.at(match self.phase {
                Phase::Finished if self.step >= self.n_steps => "Finished",
                Phase::Finished => "Stopped",
                _ => "Paused",
            });
        }
        self.pursue()
    }

    fn relay(&mut self, from: u32, shard: Shard) -> Vec<Do> {
        let others: Vec<u32> = (0..self.crew.n_in_run).filter(|worker| *worker != from).collect();
        if shard.run != self.run || others.is_empty() { Vec::new() } else { vec![Do::Relay(others, shard)] }
    }

    /// After the first worker went back, helpers take over its state.
    pub(super) fn copy_to_helpers(&mut self) -> Vec<Do> {
        let n_helpers = self.crew.helpers().len() as u32;
        if n_helpers == 0 {
            return Vec::new();
        }
        let (ask, serial) = (self.next_ask(), 0);
        self.crew.copying = Some((n_helpers, ask));
        self.status = "Handing the state to the other workers.".to_owned();
        vec![self.send(Command::WriteCheckpoint { ask, serial })]
    }

    /// The first worker's state is all there.
    pub(super) fn hand_to_helpers(&mut self, ask: AskId) -> Vec<Do> {
        let (run, n_workers) = (self.run, self.crew.n_in_run);
        let command = |worker: u32| Command::ReadCheckpoint { run, role: Role { worker, n_workers } };
        self.crew.helpers().map(|worker| Do::Send(worker, command(worker), With::Collected(ask))).collect()
    }

    /// A question has no answer, or a command was not obeyed.
    pub fn refused(&mut self, ask: AskId, message: &str) -> Vec<Do> {
        if self.checkpoints.is_inspected(ask) {
            return self.inspected(ask, None);
        }
        self.exports.retain(|(of, _)| *of != ask);
        if let Some(run) = self.checkpoints.give_up(ask) {
            if run == self.run {
                self.status = format!("No checkpoint was written. {message}");
            }
            return Vec::new();
        }
        if self.goal.take().is_some() {
            // The pairs cannot be used, or what was asked of them.
            self.crew.workers.iter_mut().for_each(|worker| worker.pairs = None);
            self.phase = if self.phase == Phase::Starting { Phase::Failed } else { self.phase };
        }
        self.verdict.under_way = None;
        self.status.clear();
        self.tell_problem(&sentence(message))
    }

    /// A worker is lost.
    pub fn lose(&mut self, loss: Loss) -> Vec<Do> {
        let was_ready = self.crew.is_ready();
        self.give_up(match loss {
            Loss::NoSimd => {
                "The computation needs WebAssembly SIMD, which this browser lacks. Browsers since 2023 have it."
            }
            Loss::Ended if was_ready => "The computation ended unexpectedly.",
            Loss::Ended => "The computation could not be loaded. The network may be down.",
            Loss::Garbled => "The computation sent what this page cannot read.",
        })
    }

    /// Ends all workers and says why, and what is left.
    pub(super) fn give_up(&mut self, why: &str) -> Vec<Do> {
        let n_workers = self.crew.workers.len() as u32;
        let had_run = self.of_run.is_some() && self.step > 0;
        self.crew = super::Crew::default();
        let mut what = why.to_owned();
        if had_run {
            what += match self.checkpoints.written_at {
                Some(_) => " The run can be taken up from its last checkpoint; your pairs are as they were.",
                None => " A new run begins from the first step; your pairs are as they were.",
            };
        }
        self.of_run = None;
        self.exports.clear();
        self.checkpoints.lose();
        self.fail(what);
        (0..n_workers).map(Do::End).collect()
    }
}
