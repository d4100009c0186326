//! Lantern: end-use checks on arms-export licenses, from the request to the issued license.
//!
//! The map: a feature is a folder (`checks`, `licenses`, ...), in it one file a page; `web`, `db`, `access`, `error` and
//! `audit` serve them and name none of them.

/// What Lantern is, and whose work is in it.
pub mod about;
/// Who asks, and what they may.
pub mod access;
/// People and how they come in.
pub mod accounts;
/// What every request shares.
pub mod app;
/// Host-country import approvals.
pub mod approvals;
/// Long work, done aside.
pub mod aside;
/// The log.
pub mod audit;
/// End-use checks.
pub mod checks;
/// The present moment and a place's calendar day.
pub mod clock;
/// What the program does from the terminal.
pub mod commands;
/// Every setting.
pub mod config;
/// Countries.
pub mod countries;
/// The two doors to PostgreSQL.
pub mod db;
/// The demonstration.
pub mod demo;
/// What is typed and not yet submitted.
pub mod drafts;
/// Separation of duties.
pub mod duties;
/// What can go wrong in a request.
pub mod error;
/// What a post learns.
pub mod evidence;
/// Invented data at any size.
pub mod generate;
/// What do I do now?
pub mod home;
/// Typed identifiers.
pub mod id;
/// Licenses.
pub mod licenses;
/// What was recorded by mistake.
pub mod mistakes;
/// Parties.
pub mod parties;
/// Posts.
pub mod posts;
/// Reference data.
pub mod reference;
/// What is refused and why, for people.
pub mod rulebook;
/// Files for the tests of the rules.
#[cfg(test)]
mod sample;
/// Every feature's addresses, the layers, the accept loop.
pub mod server;
/// Telegrams in and out.
pub mod telegrams;
/// What people type, fit to be stored.
pub mod text;
/// What people do with a file.
pub mod verbs;
/// Forms, frame, addresses, layers.
pub mod web;
/// Closed vocabularies.
pub mod words;
