//! Training by data parallelism: replicas of one model, each on its part of a batch.
//!
//! Every replica adds the gradients of all workers in the workers' order to zero, so that all hold the same bits and
//! make the same update, whichever thread was first.

use ml::neox::{Batch, Error, Model, Progress, Trained, Trainer, Update};
use std::thread;

/// What a worker hands to the others after its pass.
#[derive(Debug, Default)]
struct Gradients {
    dense: Vec<f32>,
    tokens: Vec<u32>,
    /// A row for each of `tokens`.
    rows: Vec<f32>,
    /// Sum of the losses of its part.
    loss: f64,
}

/// A model on several threads.
#[derive(Debug)]
pub struct Parallel {
    /// At least one.
    replicas: Vec<Trainer>,
}

impl Parallel {
    /// `workers` replicas of `model`, all of whose weights are trained.
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::new`].
    pub fn new(model: &Model, workers: usize) -> Result<Self, Error> {
        let replicas = (0..workers.max(1)).map(|_| Trainer::new(model.clone(), Trained::Full));
        Ok(Self { replicas: replicas.collect::<Result<_, _>>()? })
    }

    /// One step on a part of a batch for each worker; the mean loss before it, in nats.
    ///
    /// # Errors
    ///
    /// Those of a pass or an update, of the first worker that has one.
    pub fn step(&mut self, parts: &[Batch], update: Update) -> Result<f64, Error> {
        let counted: usize = parts.iter().map(Batch::n_counted).sum();
        let d_loss = 1.0 / counted.max(1) as f32;
        let passes = self.on_threads(parts, |trainer, part| {
            trainer.begin_pass(part, d_loss)?;
            finish(trainer)?;
            Ok(gradients(trainer))
        })?;
        let loss = passes.iter().map(|g| g.loss).sum::<f64>() / counted.max(1) as f64;
        self.on_threads(parts, |trainer, _| {
            trainer.clear_gradients();
            for worker in &passes {
                add(trainer, worker)?;
            }
            trainer.begin_update(update)?;
            finish(trainer)
        })?;
        Ok(loss)
    }

    /// Sum of the losses of the parts, without training, in nats.
    ///
    /// # Errors
    ///
    /// Those of a pass, of the first worker that has one.
    pub fn loss(&mut self, parts: &[Batch]) -> Result<f64, Error> {
        let losses = self.on_threads(parts, |trainer, part| {
            trainer.begin_evaluation(part)?;
            finish(trainer)?;
            Ok(sum(trainer.losses()))
        })?;
        Ok(losses.iter().sum())
    }

    /// The model, all its rows at the present step.
    ///
    /// # Errors
    ///
    /// [`Error::Order`] after a step that failed.
    pub fn model(&mut self) -> Result<Model, Error> {
        let first = &mut self.replicas[0];
        first.begin_settling()?;
        finish(first)?;
        Ok(first.model().clone())
    }

    fn on_threads<T: Send>(
        &mut self,
        parts: &[Batch],
        work: impl Fn(&mut Trainer, &Batch) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let work = &work;
        thread::scope(|scope| {
            let pairs = self.replicas.iter_mut().zip(parts);
            let threads: Vec<_> = pairs.map(|(trainer, part)| scope.spawn(move || work(trainer, part))).collect();
            let joined = threads.into_iter().map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            joined.collect()
        })
    }
}

fn finish(trainer: &mut Trainer) -> Result<(), Error> {
    while trainer.advance()? == Progress::Working {}
    Ok(())
}

fn sum(losses: &[f32]) -> f64 {
    losses.iter().map(|&l| f64::from(l)).sum()
}

fn gradients(trainer: &Trainer) -> Gradients {
    let tokens = trainer.tokens_with_gradient().to_vec();
    let rows = tokens.iter().flat_map(|&t| trainer.embedding_gradient(t).iter().copied()).collect();
    Gradients { dense: trainer.dense_gradients().to_vec(), tokens, rows, loss: sum(trainer.losses()) }
}

fn add(trainer: &mut Trainer, from: &Gradients) -> Result<(), Error> {
    trainer.add_dense_gradients(&from.dense)?;
    let width = trainer.model().config().width;
    from.tokens.iter().zip(from.rows.chunks(width)).try_for_each(|(&t, row)| trainer.add_embedding_gradient(t, row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ml::neox::Config;

    fn part(tokens: &[u32]) -> Batch {
        let mut batch = Batch::new();
        batch.push(tokens, &vec![true; tokens.len()]).unwrap();
        batch
    }

    fn small() -> Model {
        let config = Config { n_layers: 1, width: 16, n_heads: 2, hidden: 32, vocabulary: 11, ..Config::pocket() };
        Model::initial(config, 1).unwrap()
    }

    #[test]
    fn two_workers_train_as_one_with_the_joined_batch() {
        let (a, b) = (vec![1, 2, 3, 4, 5, 6], vec![7, 8, 9, 10]);
        let mut joined = part(&a);
        joined.push(&b, &[true; 4]).unwrap();
        let mut two = Parallel::new(&small(), 2).unwrap();
        let mut one = Parallel::new(&small(), 1).unwrap();
        for _ in 0..5 {
            let by_two = two.step(&[part(&a), part(&b)], Update::default()).unwrap();
            let by_one = one.step(std::slice::from_ref(&joined), Update::default()).unwrap();
            assert!((by_two - by_one).abs() < 1e-5, "{by_two} {by_one}");
        }
        assert!(two.loss(&[part(&a), part(&b)]).unwrap() / 8.0 < 2.39);
    }

    #[test]
    fn replicas_stay_equal_bit_for_bit() {
        let mut two = Parallel::new(&small(), 2).unwrap();
        for _ in 0..3 {
            two.step(&[part(&[1, 2, 3, 4]), part(&[5, 6, 5, 6])], Update::default()).unwrap();
        }
        assert_eq!(two.replicas[0].model().weights(), two.replicas[1].model().weights());
    }
}
