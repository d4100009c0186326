//! Lantern: end-use checks on arms-export licenses, from the request to the issued license.
//!
//! The map: a feature is a folder (`checks`, `licenses`, ...), in it one file a page; `web`, `db`, `access`, `error` and
//! `audit` serve them and name none of them.

/// The present moment and a place's calendar day.
pub mod clock;
/// Typed identifiers.
pub mod id;
/// What people type, fit to be stored.
pub mod text;
/// Closed vocabularies.
pub mod words;
