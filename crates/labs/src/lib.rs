//! The live labs of the blog. So far each is planned: its block shows caption and question.

pub mod registry;
