//! What templates do to values: dates and moments as people write them.
#![expect(missing_docs, clippy::inline_always, reason = "made by askama's attribute")]

use askama::{Result, Values};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};

pub use crate::text::{day_words, dollars, grouped, many, moment_words, weekday_words};

/// `$48,200`.
#[askama::filter_fn]
pub fn usd(amount: &Decimal, _: &dyn Values) -> Result<String> {
    Ok(dollars(*amount))
}

/// `50,000`.
#[askama::filter_fn]
pub fn thousands(number: &i64, _: &dyn Values) -> Result<String> {
    Ok(grouped(&number.to_string()))
}

/// `18 Jun 2008`.
#[askama::filter_fn]
pub fn date(date: &Date, _: &dyn Values) -> Result<String> {
    Ok(day_words(*date))
}

/// `18 Jun 2008 14:05Z`.
#[askama::filter_fn]
pub fn datetime(at: &OffsetDateTime, _: &dyn Values) -> Result<String> {
    Ok(moment_words(*at))
}
