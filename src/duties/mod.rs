//! Separation of duties: what a person has done on a file, and what they may not do on it any more, whatever role or
//! post they moved to since. The rules, the pages and the database read one table.

pub mod model;

use crate::error::{AppError, constraint};

/// What the database refuses although the rules let it pass, such as the second of two acts at the same moment: in the
/// same words.
pub fn refused(error: sqlx::Error) -> AppError {
    let raised =
        error.as_database_error().and_then(|raised| raised.try_downcast_ref::<sqlx::postgres::PgDatabaseError>());
    let place = raised.and_then(sqlx::postgres::PgDatabaseError::detail).unwrap_or("this file");
    match constraint(&error).and_then(|name| model::Separated::by_the_database(name, place)) {
        Some(separated) => AppError::Refused(separated.to_string()),
        None => error.into(),
    }
}
