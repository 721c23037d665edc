//! Turns posts and the built client into the site.
//!
//! Order of reading: [`address`] and [`swap`] are the ground; [`posts`] reads what authors wrote;
//! [`shell`] reads what Trunk built; [`site`] puts both together, with [`feeds`], [`cards`], what other sites add
//! ([`embeds`]) and what keeps the site [`offline`] beside the pages and a [`budget`] over them; [`server`] serves the
//! result as a static host would. [`new_post`], [`old_site`] and, to measure with, [`corpus`] write posts.
//!
//! Nothing here knows a browser, and nothing here is reached by one.

pub mod address;
pub mod budget;
pub mod cards;
pub mod corpus;
pub mod day;
pub mod digest;
pub mod embeds;
pub mod feeds;
pub mod links;
mod markup;
pub mod new_post;
pub mod offline;
pub mod old_site;
pub mod phases;
pub mod posts;
pub mod programs;
pub mod server;
pub mod shell;
pub mod site;
pub mod swap;
mod threads;
