//! The log-probability of each token of a text.

use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use crate::sft::data::{Example, Pair, Part};
use crate::sft::protocol::{AskId, Event, ScoredToken};
use ml::neox::{Batch, Evaluation, Progress};

/// Scores one text. Shared by what the page asks for and by what is watched.
#[derive(Debug, Default)]
pub(super) struct Scoring {
    example: Option<Example>,
    evaluation: Evaluation,
}

impl Scoring {
    /// Does a piece of work; all tokens but the first with their log-probabilities, when it is done.
    pub(super) fn advance(&mut self, pair: &Pair, desk: &mut Desk<'_>) -> Result<Option<Vec<ScoredToken>>, Failure> {
        let context = desk.loaded.config().context;
        let Some(example) = &self.example else {
            let example = example(pair, desk)?;
            let mut batch = Batch::new();
            let tokens = example.cut(context);
            batch.push(tokens, &vec![true; tokens.len()])?;
            let engine = &mut desk.loaded.engine;
            engine.refresh(batch.tokens())?;
            self.evaluation.begin(engine.model()?, &batch)?;
            self.example = Some(example);
            return Ok(None);
        };
        let engine = &desk.loaded.engine;
        if self.evaluation.advance(engine.model()?, engine.adapter())? == Progress::Working {
            return Ok(None);
        }
        let tokens = example.cut(context).iter().enumerate().skip(1).zip(self.evaluation.losses());
        let shown = |((at, &id), loss): ((usize, &u32), &f32)| {
            let part = if pair.instruction.is_empty() { Part::Completion } else { example.part(at) };
            ScoredToken { text: desk.loaded.tokenizer.text(id).into_owned(), log_probability: -loss, part }
        };
        Ok(Some(tokens.map(shown).collect()))
    }
}

/// The pair in its template, or the completion alone where there is no instruction.
fn example(pair: &Pair, desk: &Desk<'_>) -> Result<Example, Failure> {
    if pair.instruction.is_empty() {
        return Ok(Example { tokens: desk.loaded.tokenizer.encode(&pair.completion), n_prompt: 0 });
    }
    let data = desk.data.ok_or(Reason::NoData)?;
    Ok(data.recipe(desk.loaded).example(pair))
}

/// Answers the page.
#[derive(Debug)]
pub(super) struct Score {
    ask: AskId,
    pair: Pair,
    scoring: Scoring,
}

impl Score {
    pub(super) fn new(ask: AskId, instruction: String, completion: String) -> Self {
        Self { ask, pair: Pair { instruction, completion }, scoring: Scoring::default() }
    }
}

impl Job for Score {
    fn ask(&self) -> Option<AskId> {
        Some(self.ask)
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        match self.scoring.advance(&self.pair, desk)? {
            None => Ok(JobProgress::Working),
            Some(tokens) => {
                desk.out.tell(Event::Scored { ask: self.ask, tokens });
                Ok(JobProgress::Finished)
            }
        }
    }
}
