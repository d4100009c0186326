//! Days, moments and amounts as people read them.

use std::fmt::Display;

use rust_decimal::Decimal;
use time::{Date, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year]");
const WEEKDAY: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday], [day padding:none] [month repr:long] [year]");
const MOMENT: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year] [hour]:[minute]");

/// `18 Jun 2008`.
pub fn day_words(date: Date) -> String {
    date.format(DAY).unwrap_or_default()
}

/// `18 Jun 2008 14:05Z`.
pub fn moment_words(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(MOMENT).map(|text| text + "Z").unwrap_or_default()
}

/// `Wednesday, 18 June 2008`.
pub fn weekday_words(date: Date) -> String {
    date.format(WEEKDAY).unwrap_or_default()
}

/// `50,000`.
pub fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && !shown.ends_with('-') {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown + rest
}

/// `$48,200`; cents only where there are any.
pub fn dollars(amount: Decimal) -> String {
    let shown = if amount.is_integer() { amount.trunc().to_string() } else { format!("{amount:.2}") };
    format!("${}", grouped(&shown))
}

/// Whether a text is the mark that stands where one was hidden (`spill_mark` of the database).
pub fn is_spill_mark(said: &str) -> bool {
    said.strip_prefix("[removed on ").is_some_and(|rest| rest.ends_with(": reported as classified]"))
}

/// `1 contact`, `3 contacts`, `0 parties`.
pub fn many(count: impl Display, one: &str) -> String {
    let count = count.to_string();
    format!("{} {}", grouped(&count), of_many(&count, one))
}

/// The word alone: `reply`, where there is one, or `replies`.
pub fn of_many(count: impl Display, one: &str) -> String {
    let stem = one.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match stem {
        _ if count.to_string() == "1" => one.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None if one.ends_with(['s', 'x', 'h']) => format!("{one}es"),
        None => format!("{one}s"),
    }
}

/// What goes on after a count: `1 check is`, `3 checks are`.
pub fn is(count: impl Display) -> &'static str {
    if count.to_string() == "1" { "is" } else { "are" }
}

/// `1 check waits`, `3 checks wait`.
pub fn wait(count: impl Display) -> &'static str {
    if count.to_string() == "1" { "waits" } else { "wait" }
}

/// `a reviewer`, `an auditor`.
pub fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_thousands_separators_and_cents_only_where_there_are_any() {
        let shown =
            ["48200", "48200.00", "1234567.5", "999", "-1000", "0"].map(|amount| dollars(amount.parse().unwrap()));
        assert_eq!(shown, ["$48,200", "$48,200", "$1,234,567.50", "$999", "$-1,000", "$0"]);
    }

    #[test]
    fn moments_days_and_counts_are_said_as_people_read_them() {
        use time::macros::{date, datetime};
        assert_eq!(moment_words(datetime!(2008-06-18 16:05 +2)), "18 Jun 2008 14:05Z");
        assert_eq!(moment_words(datetime!(2008-06-08 04:05 UTC)), "8 Jun 2008 04:05Z");
        assert_eq!([day_words(date!(2008 - 06 - 18)), day_words(date!(2008 - 06 - 08))], ["18 Jun 2008", "8 Jun 2008"]);
        assert_eq!(weekday_words(date!(2008 - 06 - 18)), "Wednesday, 18 June 2008");
        let counted = [0, 1, 2, 1500].map(|count| many(count, "contact"));
        assert_eq!(counted, ["0 contacts", "1 contact", "2 contacts", "1,500 contacts"]);
        assert_eq!(["auditor", "reviewer", "end-use"].map(a), ["an auditor", "a reviewer", "an end-use"]);
        let words = ["day", "party", "reply", "address", "box"].map(|word| many(2, word));
        assert_eq!(words, ["2 days", "2 parties", "2 replies", "2 addresses", "2 boxes"]);
        let numbers = ["", "1", "999", "1000", "50000", "123456", "-123456", "-1234567.891", "0.12345"].map(grouped);
        assert_eq!(numbers, ["", "1", "999", "1,000", "50,000", "123,456", "-123,456", "-1,234,567.891", "0.12345"]);
    }
}
