//! Lantern: end-use checks on arms-export licenses, from the request to the issued license.
//!
//! The map: a feature is a folder (`checks`, `licenses`, ...), in it one file a page; `web`, `db`, `access`, `error` and
//! `audit` serve them and name none of them.

/// Who asks, and what they may.
pub mod access;
/// People and how they come in.
pub mod accounts;
/// Host-country import approvals.
pub mod approvals;
/// End-use checks.
pub mod checks;
/// What the program does from the terminal.
//pub mod commands;
/// What a post learns.
pub mod evidence;
/// Licenses.
pub mod licenses;
/// Parties.
pub mod parties;
/// Posts.
pub mod posts;
/// Countries.
pub mod countries;
/// Reference data.
pub mod reference;
/// What every request shares.
pub mod app;
/// The log.
pub mod audit;
/// The present moment and a place's calendar day.
pub mod clock;
/// Every setting.
pub mod config;
/// The two doors to PostgreSQL.
pub mod db;
/// What is typed and not yet submitted.
pub mod drafts;
/// What can go wrong in a request.
pub mod error;
/// Typed identifiers.
pub mod id;
/// Every feature's addresses, the layers, the accept loop.
pub mod server;
/// What people type, fit to be stored.
pub mod text;
/// Forms, frame, addresses, layers.
pub mod web;
/// Closed vocabularies.
pub mod words;
