//! What is wrong with an answer, whatever page asks for it: each sentence once, with the rule that says it.

use time::Date;

use crate::{error::Refuses, text::folded};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("This day is still to come.")]
    ToCome,
    #[error("The last day is before the first.")]
    EndsFirst,
    #[error("The number has letters or digits.")]
    NoNumber,
    #[error("Choose a country from the list.")]
    Country,
    #[error("Choose a class from the list.")]
    Class,
}

impl Refuses for Fault {}

/// Whether the day is no later than today, of what has happened.
pub fn has_come(day: impl Into<Option<Date>>, today: Date) -> Result<(), Fault> {
    if day.into().is_some_and(|day| day > today) { Err(Fault::ToCome) } else { Ok(()) }
}

/// Whether the days stand in order, as far as both are given.
pub fn in_order(first: impl Into<Option<Date>>, last: impl Into<Option<Date>>) -> Result<(), Fault> {
    if first.into().zip(last.into()).is_some_and(|(first, last)| last < first) { Err(Fault::EndsFirst) } else { Ok(()) }
}

/// Whether a number is one in any spelling: numbers are known by their letters and digits alone.
pub fn is_number(typed: &str) -> Result<(), Fault> {
    if folded(typed).is_empty() { Err(Fault::NoNumber) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_day_has_come_through_today_and_days_stand_in_order_through_the_same_day() {
        let today = date!(2026 - 06 - 18);
        let (before, after) = (date!(2026 - 06 - 17), date!(2026 - 06 - 19));
        assert_eq!([has_come(None, today), has_come(before, today), has_come(today, today)], [Ok(()); 3]);
        assert_eq!(has_come(after, today), Err(Fault::ToCome));
        assert_eq!([in_order(today, today), in_order(today, after), in_order(None, after)], [Ok(()); 3]);
        assert_eq!(in_order(today, None), Ok(()));
        assert_eq!(in_order(today, before), Err(Fault::EndsFirst));
    }

    #[test]
    fn a_number_has_letters_or_digits() {
        assert_eq!(is_number("4471-B"), Ok(()));
        assert_eq!(is_number(" -/. "), Err(Fault::NoNumber));
    }
}
