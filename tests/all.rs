//! All tests of the whole site, a file for each thing that readers rely on.

mod accessibility;
mod checkpoints;
mod comments;
mod faults;
mod harness;
mod history;
mod hub;
mod labs;
mod labs_access;
mod labs_faults;
mod labs_worker;
mod language;
mod lists;
mod modules;
mod navigation;
mod no_script;
mod offline;
mod offline_visits;
mod plain;
mod posts;
mod reading;
mod search;
mod takeover;
mod urls;
mod worked;
