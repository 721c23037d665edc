//! The parameters of a model and their gradients, each in one flat vector.

use crate::kernels::length;
use crate::random::Random;
use crate::{Error, Shape};
use std::ops::Range;

/// Which parameter of its [`Params`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(usize);

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    shape: Shape,
    start: usize,
}

impl Entry {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.shape.len()
    }
}

/// `shape`, unless it asks for more memory than a browser gives.
fn small(shape: Shape) -> Result<Shape, Error> {
    const MOST: usize = 1 << 30;
    match shape.len() {
        found if found > MOST => Err(Error::Length { op: "params", operand: "values", expected: MOST, found }),
        _ => Ok(shape),
    }
}

/// Named parameters, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct Params {
    entries: Vec<Entry>,
    values: Vec<f32>,
    gradients: Vec<f32>,
}

impl Params {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter that begins at `values`.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many values as `shape` has elements.
    pub fn add(&mut self, name: &str, shape: impl Into<Shape>, values: &[f32]) -> Result<ParamId, Error> {
        let shape = shape.into();
        length("params", "values", shape.len(), values.len())?;
        self.entries.push(Entry { name: name.to_owned(), shape, start: self.values.len() });
        self.values.extend_from_slice(values);
        self.gradients.resize(self.values.len(), 0.0);
        Ok(ParamId(self.entries.len() - 1))
    }

    /// Adds a parameter whose elements are normal with mean 0 and standard deviation `std`.
    ///
    /// # Errors
    /// [`Error::Length`] for a shape of more than 2³⁰ elements.
    pub fn add_normal(
        &mut self,
        name: &str,
        shape: impl Into<Shape>,
        std: f32,
        random: &mut Random,
    ) -> Result<ParamId, Error> {
        let shape = small(shape.into())?;
        let values: Vec<f32> = (0..shape.len()).map(|_| std * random.normal()).collect();
        self.add(name, shape, &values)
    }

    /// Adds a parameter that begins at zero, as a bias does.
    ///
    /// # Errors
    /// [`Error::Length`] for a shape of more than 2³⁰ elements.
    pub fn add_zeros(&mut self, name: &str, shape: impl Into<Shape>) -> Result<ParamId, Error> {
        let shape = small(shape.into())?;
        self.add(name, shape, &vec![0.0; shape.len()])
    }

    fn entry(&self, id: ParamId) -> Result<&Entry, Error> {
        self.entries.get(id.0).ok_or(Error::Index { op: "params", expected: self.entries.len(), found: id.0 })
    }

    /// What a parameter is called.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn name(&self, id: ParamId) -> Result<&str, Error> {
        self.entry(id).map(|entry| entry.name.as_str())
    }

    /// Its shape.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn shape(&self, id: ParamId) -> Result<Shape, Error> {
        self.entry(id).map(|entry| entry.shape)
    }

    /// Its values.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn get(&self, id: ParamId) -> Result<&[f32], Error> {
        Ok(&self.values[self.entry(id)?.range()])
    }

    /// Its values, to be changed.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn get_mut(&mut self, id: ParamId) -> Result<&mut [f32], Error> {
        let range = self.entry(id)?.range();
        Ok(&mut self.values[range])
    }

    /// The sum of the gradients that were added for it.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn gradient(&self, id: ParamId) -> Result<&[f32], Error> {
        Ok(&self.gradients[self.entry(id)?.range()])
    }

    /// The same, to be changed.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn gradient_mut(&mut self, id: ParamId) -> Result<&mut [f32], Error> {
        let range = self.entry(id)?.range();
        Ok(&mut self.gradients[range])
    }

    /// All parameters, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = ParamId> + use<> {
        (0..self.entries.len()).map(ParamId)
    }

    /// The number of weights in all.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no weight.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values, one parameter after the other.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All gradients, likewise.
    pub fn gradients(&self) -> &[f32] {
        &self.gradients
    }

    /// All gradients, to be changed: to sum those of several workers, or to scale them.
    pub fn gradients_mut(&mut self) -> &mut [f32] {
        &mut self.gradients
    }

    /// Values and gradients together, for an optimizer.
    pub fn split_mut(&mut self) -> (&mut [f32], &mut [f32]) {
        (&mut self.values, &mut self.gradients)
    }

    /// Forgets all gradients.
    pub fn zero_gradients(&mut self) {
        self.gradients.fill(0.0);
    }
}
