//! The model, at rest or in training.

use super::failure::{Failure, Reason};
use ml::neox::{Adapter, Error, Model, Progress, Trained, Trainer};

#[derive(Debug)]
pub(super) enum Engine {
    Resting(Model),
    Training(Box<Trainer>),
    /// An error left nothing: the model must be loaded again.
    Lost,
}

impl Engine {
    pub(super) fn model(&self) -> Result<&Model, Failure> {
        match self {
            Self::Resting(model) => Ok(model),
            Self::Training(trainer) => Ok(trainer.model()),
            Self::Lost => Err(Reason::NoModel.into()),
        }
    }

    pub(super) fn adapter(&self) -> Option<&Adapter> {
        if let Self::Training(trainer) = self { trainer.adapter() } else { None }
    }

    pub(super) fn trainer(&mut self) -> Result<&mut Trainer, Failure> {
        if let Self::Training(trainer) = self { Ok(trainer) } else { Err(Reason::NoRun.into()) }
    }

    /// Begins to train what is at rest.
    pub(super) fn train(&mut self, trained: Trained) -> Result<(), Failure> {
        // An adapter that does not fit would take the model with it.
        if let Trained::Lora(lora, seed) = &trained {
            Adapter::new(self.model()?.config(), lora.clone(), *seed)?;
        }
        match std::mem::replace(self, Self::Lost) {
            Self::Resting(model) => *self = Self::Training(Box::new(Trainer::new(model, trained)?)),
            other => *self = other,
        }
        Ok(())
    }

    /// Ends training. The weights stay as they are; an adapter goes.
    pub(super) fn rest(&mut self) {
        *self = match std::mem::replace(self, Self::Lost) {
            Self::Training(trainer) => Self::Resting(trainer.into_parts().0),
            other => other,
        };
    }

    /// Brings the input embeddings of some tokens to the present.
    pub(super) fn refresh(&mut self, tokens: &[u32]) -> Result<(), Failure> {
        if let Self::Training(trainer) = self {
            trainer.refresh(tokens)?;
        }
        Ok(())
    }

    /// Does a part of bringing all input embeddings to the present; whether they are.
    pub(super) fn settle(&mut self, has_begun: &mut bool) -> Result<bool, Error> {
        let Self::Training(trainer) = self else { return Ok(true) };
        if !*has_begun {
            trainer.begin_settling()?;
            *has_begun = true;
        }
        Ok(trainer.advance()? == Progress::Finished)
    }
}
