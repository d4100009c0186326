//! Separation of duties: what a person has done on a file, and what they may not do on it any more, whatever role or
//! post they moved to since. The rules, the pages and the database read one table.

pub mod model;

use crate::error::{AppError, Refuses};

/// What the database refuses although the rules let it pass, such as the second of two acts at the same moment: in the
/// same words.
pub fn refused(error: sqlx::Error) -> AppError {
    model::Separated::said(error)
}
