//! What templates do to values: dates and moments as people write them.
#![expect(missing_docs, clippy::inline_always, reason = "made by askama's attribute")]

use askama::{Result, Values};
use time::{Date, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year]");
const MOMENT: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year] [hour]:[minute]");

/// `18 Jun 2008`.
pub fn day_words(date: Date) -> String {
    date.format(DAY).unwrap_or_default()
}

/// `18 Jun 2008 14:05Z`.
pub fn moment_words(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(MOMENT).map(|text| text + "Z").unwrap_or_default()
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
