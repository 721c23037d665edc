//! Which prompts are asked before, during and after a run.

use super::{Do, Page};
use crate::parts::Phase;
use crate::sft::data::Pair;
use crate::sft::protocol::{MOST_WATCHED, Watched};

/// Where a watched prompt is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is trained on.
    Trained,
    /// It is never trained on.
    HeldOut,
    /// The reader asks it; what should follow is not known.
    Reader,
}

impl Page {
    /// Prompts of the next run, as a field shows them: one a line.
    pub fn watched_lines(&self) -> String {
        let lines: Vec<String> = self.to_watch().into_iter().map(|(watched, _)| watched.instruction).collect();
        lines.join("\n")
    }

    /// Prompts of the next run: the reader's own, or those of the first two pairs of each kind.
    pub(super) fn to_watch(&self) -> Vec<(Watched, Origin)> {
        if self.watched.is_empty() {
            let rows = self.pairs.places(false).take(2).chain(self.pairs.places(true).take(2));
            return rows.map(|row| self.watch_row(row)).collect();
        }
        self.watched
            .iter()
            .map(|prompt| self.watch(Watched { instruction: prompt.clone(), completion: String::new() }))
            .collect()
    }

    /// A prompt that stands in the table has its pair's completion, and is of its kind.
    pub(super) fn watch(&self, watched: Watched) -> (Watched, Origin) {
        match self.pairs.rows.iter().position(|row| row.pair.instruction == watched.instruction) {
            Some(row) => self.watch_row(row),
            None => (watched, Origin::Reader),
        }
    }

    fn watch_row(&self, row: usize) -> (Watched, Origin) {
        let row = &self.pairs.rows[row];
        let Pair { instruction, completion } = row.pair.clone();
        let origin = if row.is_held_out { Origin::HeldOut } else { Origin::Trained };
        (Watched { instruction, completion }, origin)
    }

    /// Takes the reader's prompts; without any, those of the pairs again.
    pub(super) fn watch_prompts(&mut self, text: &str) -> Vec<Do> {
        let prompts: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if prompts.len() > MOST_WATCHED {
            return self.tell_problem(&format!("These are {} prompts; {MOST_WATCHED} is the most.", prompts.len()));
        }
        self.problem.clear();
        self.watched = prompts.into_iter().map(str::to_owned).collect();
        if self.phase != Phase::Still {
            self.status = "The next run asks these prompts.".to_owned();
        }
        Vec::new()
    }
}
