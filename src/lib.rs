//! Lantern: end-use checks on arms-export licenses, from the request to the issued license.
//!
//! The map: a feature is a folder (`checks`, `licenses`, ...), in it one file a page; `web`, `db`, `access`, `error`
//! and `audit` serve them and name none of them.

pub mod about;
pub mod access;
pub mod accounts;
pub mod addresses;
pub mod app;
pub mod approvals;
pub mod aside;
pub mod audit;
pub mod basis;
pub mod checks;
pub mod clock;
pub mod commands;
pub mod config;
pub mod corrections;
pub mod countries;
pub mod db;
pub mod demo;
pub mod drafts;
pub mod duties;
pub mod error;
pub mod evidence;
pub mod faults;
pub mod generate;
pub mod home;
pub mod id;
pub mod licenses;
pub mod mistakes;
pub mod opening;
pub mod parties;
pub mod posts;
pub mod proof;
pub mod reference;
pub mod regions;
pub mod remarks;
pub mod rulebook;
#[cfg(test)]
mod sample;
pub mod server;
pub mod signing;
pub mod spills;
pub mod telegrams;
pub mod text;
pub mod verbs;
pub mod vocabulary;
pub mod web;
pub mod words;
