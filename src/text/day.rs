//! Days, as people type them.

use std::{fmt, str::FromStr};

use time::{Date, Month};

use super::{day_words, number::plain_digit};

/// A calendar date, typed as it can only be meant: `18 Jun 2008`, `18/6/2008`, but not `3/4/2008`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

const NEEDED: &str = "Give the date as day, month and year, such as 19 Nov 2026.";
const NO_MONTH: &str = "The month is a number from 1 to 12.";

impl Day {
    /// A day of which it is said what each part is: a form of three fields, as programs of before sent it.
    pub fn of_parts(day: &str, month: &str, year: &str) -> Result<Self, String> {
        let [day, month, year] =
            [day, month, year].map(|part| part.trim().chars().map(plain_digit).collect::<String>());
        of_parts(&day, &month, &year)
    }

    /// What "today" and "yesterday" mean on a day.
    pub fn relative(typed: &str, today: Date) -> Option<Self> {
        match typed.trim().to_lowercase().as_str() {
            "today" => Some(Self(today)),
            "yesterday" => today.previous_day().map(Self),
            _ => None,
        }
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let text: String = raw.chars().map(plain_digit).collect();
        let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let [first, second, third] = parts[..] else { return Err(NEEDED.into()) };
        if first.len() == 4 && number::<i32>(first).is_some() {
            return of_parts(third, second, first);
        }
        if month_named(second).is_some() {
            return of_parts(first, second, third);
        }
        if month_named(first).is_some() {
            return of_parts(second, first, third);
        }
        let (day_first, month_first) = (of_parts(first, second, third), of_parts(second, first, third));
        match (day_first, month_first) {
            (Ok(one), Ok(other)) if one != other => Err(format!(
                "Is {} {} or {}? Write the month as a word.",
                raw.trim(),
                day_words(one.0),
                day_words(other.0)
            )),
            (Ok(day), _) | (Err(_), Ok(day)) => Ok(day),
            (refused, _) => refused,
        }
    }
}

fn of_parts(day: &str, month: &str, year: &str) -> Result<Day, String> {
    let number: u8 = number(day).ok_or("The day is a number from 1 to 31.")?;
    let Some(month) = month_named(month).or_else(|| month.parse().ok().and_then(|month: u8| month.try_into().ok()))
    else {
        return Err(swapped(number, month, year).unwrap_or_else(|| NO_MONTH.into()));
    };
    let year = year_of(year)?;
    Date::from_calendar_date(year, month, number).map(Day).map_err(|_| format!("{month} {year} has no day {number}."))
}

/// Digits and nothing else: no sign.
fn number<N: FromStr>(text: &str) -> Option<N> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A month by its name, or by its first letters, at least three.
fn month_named(typed: &str) -> Option<Month> {
    let typed = typed.trim_end_matches('.').to_lowercase();
    let is = |month: &Month| typed.len() >= 3 && month.to_string().to_lowercase().starts_with(&typed);
    std::iter::successors(Some(Month::January), |month| Some(month.next())).take(12).find(is)
}

/// Day and month in the order of the United States.
fn swapped(month: u8, day: &str, year: &str) -> Option<String> {
    let (year, month) = (year_of(year).ok()?, Month::try_from(month).ok()?);
    let day = Date::from_calendar_date(year, month, number(day)?).ok()?;
    Some(format!("Is it {}? Then {} is the day and {} the month.", day_words(day), day.day(), u8::from(day.month())))
}

/// A year of this calendar; of others, what it would be here is asked.
fn year_of(typed: &str) -> Result<i32, String> {
    const NEEDED: &str = "The year has four digits.";
    let year: i32 = number(typed).ok_or(NEEDED)?;
    match year {
        1900..=2200 if typed.len() == 4 => Ok(year),
        0..=99 if typed.len() == 2 => Err(format!("Is {typed} the year 20{typed} or 19{typed}? Write four digits.")),
        2443..=2743 => Err(format!("Is {year} a Buddhist year? Here it is {}: write that.", year - 543)),
        1279..=1600 => {
            let (lunar, solar) = ((year * 970 + 621_577 + year * 224 / 1000) / 1000, year + 621);
            Err(format!(
                "Is {year} a Hijri year (begun in {lunar}, or in {solar} by the solar calendar)? Write day, month and year of the \
                 Gregorian calendar."
            ))
        }
        _ => Err(NEEDED.into()),
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&day_words(self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::text::Optional;

    #[test]
    fn a_day_in_three_fields_is_judged_part_by_part() {
        let parts = |typed: &str| {
            let parts: Vec<&str> = typed.split('/').collect();
            Day::of_parts(parts[0], parts[1], parts[2])
        };
        for (typed, day) in [
            ("18/6/2008", date!(2008 - 06 - 18)),
            ("03/04/2026", date!(2026 - 04 - 03)),
            ("3/nov/2026", date!(2026 - 11 - 03)),
            ("3/Sept./2026", date!(2026 - 09 - 03)),
            ("3/NOVEMBER/2026", date!(2026 - 11 - 03)),
            ("\u{663}/\u{664}/\u{662}\u{660}\u{662}\u{666}", date!(2026 - 04 - 03)),
        ] {
            assert_eq!(parts(typed), Ok(Day(day)), "{typed}");
        }
        for (typed, said) in [
            ("31/2/2026", "February 2026 has no day 31."),
            ("x/6/2008", "The day is a number from 1 to 31."),
            ("+3/6/2008", "The day is a number from 1 to 31."),
            ("3/no/2026", NO_MONTH),
            ("3/13/2026", "Is it 13 Mar 2026? Then 13 is the day and 3 the month."),
            ("13/13/2026", NO_MONTH),
            ("18/6/08", "Is 08 the year 2008 or 1908? Write four digits."),
            ("18/6/2569", "Is 2569 a Buddhist year? Here it is 2026: write that."),
            (
                "18/6/1447",
                "Is 1447 a Hijri year (begun in 2025, or in 2068 by the solar calendar)? Write day, month and year of the Gregorian \
                 calendar.",
            ),
            ("18/6/20260", "The year has four digits."),
            ("18/6/2", "The year has four digits."),
            ("18/6/0208", "The year has four digits."),
            ("18/6/", "The year has four digits."),
        ] {
            assert_eq!(parts(typed), Err(said.to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_day_in_one_field_is_taken_as_it_can_only_be_meant_or_asked_about() {
        for (typed, day) in [
            ("18/6/2008", date!(2008 - 06 - 18)),
            ("6/18/2008", date!(2008 - 06 - 18)),
            ("4/4/2026", date!(2026 - 04 - 04)),
            ("2026-04-03", date!(2026 - 04 - 03)),
            ("3 nov 2026", date!(2026 - 11 - 03)),
            ("Nov 3, 2026", date!(2026 - 11 - 03)),
            ("June 3, 2026", date!(2026 - 06 - 03)),
            ("Sept 3 2026", date!(2026 - 09 - 03)),
            ("31.12.2026", date!(2026 - 12 - 31)),
        ] {
            assert_eq!(typed.parse(), Ok(Day(day)), "{typed}");
        }
        for (typed, said) in [
            ("03/04/2026", "Is 03/04/2026 3 Apr 2026 or 4 Mar 2026? Write the month as a word."),
            ("03.04.2026", "Is 03.04.2026 3 Apr 2026 or 4 Mar 2026? Write the month as a word."),
            ("3 nov 26", "Is 26 the year 2026 or 1926? Write four digits."),
            ("18/6/2569", "Is 2569 a Buddhist year? Here it is 2026: write that."),
            ("tomorrow", NEEDED),
            ("today", NEEDED),
            ("18/6", NEEDED),
            ("//", NEEDED),
            ("", NEEDED),
            ("32/13/2026", NO_MONTH),
        ] {
            assert_eq!(typed.parse::<Day>(), Err(said.to_owned()), "{typed}");
        }
        assert_eq!(" ".parse::<Optional<Day>>().unwrap().0, None);
    }

    #[test]
    fn a_day_may_be_said_as_seen_from_today() {
        let on = date!(2026 - 03 - 01);
        assert_eq!(Day::relative(" Today", on), Some(Day(on)));
        assert_eq!(Day::relative("yesterday", on), Some(Day(date!(2026 - 02 - 28))));
        assert_eq!(Day::relative("1 Mar 2026", on), None);
    }

    proptest! {
        /// What was accepted is the same again from how it is printed.
        #[test]
        fn what_is_accepted_reads_the_same_printed(typed in "([0-9]{1,2}|nov|may|June|Sept)[/. -]([0-9]{1,2}|nov|may)[/. -](20)?[0-9]{2}") {
            if let Ok(day) = typed.parse::<Day>() {
                prop_assert_eq!(day.to_string().parse(), Ok(day));
            }
        }
    }
}
