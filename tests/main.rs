//! Every test that needs a database or a browser, in one binary. `support` starts a private cluster once, and gives
//! each test a database and a server of its own.
#![allow(clippy::unwrap_used, reason = "a panic in a test is its failure, helpers included")]

mod support;

mod access;
mod accounts;
mod architecture;
mod bounds;
mod browser;
mod corrections;
mod database;
mod drafts;
mod ended;
mod facts;
mod files;
mod filing;
mod forms;
mod generate;
mod guatemala;
mod guessing;
mod identity;
mod interview;
mod lists;
mod log;
mod marks;
mod migrations;
mod mistakes;
mod offices;
mod opening;
mod outage;
mod owners;
mod pages;
mod papers;
mod parties;
mod plans;
mod program;
mod proofs;
mod readings;
mod recalls;
mod reference;
mod refusals;
mod remarks;
mod rulebook;
mod rules;
mod schema;
mod searches;
mod security;
mod sentences;
mod spills;
mod standings;
mod telegrams;
mod templates;
mod tidy;
mod weapons;
mod worksheet;
