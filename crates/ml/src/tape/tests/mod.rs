mod edges;
mod gradients;
mod training;
