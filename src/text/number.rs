//! Days, quantities and amounts, as people type them.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use time::{Date, Month};

/// A calendar date, typed as day, month and year (`18/6/2008`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

/// A whole number of at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(pub i64);

/// An amount in U.S. dollars, not negative, with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(pub Decimal);

impl FromStr for Day {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let mut parts = raw.split('/').map(str::trim);
        let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("Give the date as day, month and year.".into());
        };
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return Err("Give the date as day, month and year.".into());
        }
        let day: u8 = day.parse().map_err(|_| "The day is a number from 1 to 31.")?;
        let month: u8 = month.parse().map_err(|_| "The month is a number from 1 to 12.")?;
        let month = Month::try_from(month).map_err(|_| "The month is a number from 1 to 12.")?;
        let year: i32 = year.parse().map_err(|_| "The year has four digits.")?;
        if !(1900..=2200).contains(&year) {
            return Err("The year has four digits.".into());
        }
        Date::from_calendar_date(year, month, day).map(Self).map_err(|_| format!("{month} {year} has no day {day}."))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.0.day(), u8::from(self.0.month()), self.0.year())
    }
}

impl FromStr for Quantity {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let digits: String = raw.trim().chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        match digits.parse() {
            Ok(quantity @ 1..=1_000_000_000) => Ok(Self(quantity)),
            _ => Err("Give a whole number from 1 to 1,000,000,000."),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Dollars {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let digits: String = raw.trim().trim_start_matches('$').chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        match digits.parse::<Decimal>() {
            Ok(amount) if plain && amount.scale() <= 2 && amount < Decimal::from(10_i64.pow(14)) => Ok(Self(amount)),
            _ => Err("Give an amount in U.S. dollars, such as 48200 or 48,200.50."),
        }
    }
}

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
