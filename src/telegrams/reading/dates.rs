//! Days as telegrams write them: `June 18`, `18 June 2008`, `3 Mar`, `6/18/2008`. A day without a year is the latest
//! such day that is not after the telegram.

use std::{ops::Range, sync::LazyLock};

use regex::{Captures, Regex};
use time::{Date, Month};

use super::{lines::MONTHS, words::pattern};

static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let month = r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?";
    pattern(&format!(
        r"\b(?:{month} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {month}(?:,? (\d{{4}}))?|(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})|(\d{{4}})-(\d{{2}})-(\d{{2}}))\b"
    ))
});

/// The days in a text, where they stand; `sent`: the day of the telegram.
pub fn days(text: &str, sent: Option<Date>) -> Vec<(Range<usize>, Date)> {
    let mut found = Vec::new();
    let all: Vec<_> = DAY.captures_iter(text).collect();
    for (at, captures) in all.iter().enumerate() {
        let part = |index: usize| captures.get(index).map(|part| part.as_str());
        // `May 3 and May 4, 2010`: the year stands at the last day.
        let next = all.get(at + 1).filter(|next| joined(text, captures, next));
        let sent =
            sent.or_else(|| next.and_then(|next| Date::from_calendar_date(year(next)?, Month::December, 31).ok()));
        let date = match (part(1), part(5), part(7), part(10)) {
            (Some(month), _, _, _) => date(part(3), month, part(2), sent),
            (_, Some(month), _, _) => date(part(6), month, part(4), sent),
            (_, _, Some(month), _) => numbers(part(9), Some(month), part(8)),
            (_, _, _, year) => numbers(year, part(11), part(12)),
        };
        if let (Some(date), Some(whole)) = (date, captures.get(0)) {
            found.push((whole.range(), date));
        }
    }
    found
}

fn year(captures: &Captures<'_>) -> Option<i32> {
    [3, 6, 9, 10].into_iter().find_map(|group| captures.get(group)).and_then(|year| year.as_str().parse().ok())
}

fn joined(text: &str, one: &Captures<'_>, other: &Captures<'_>) -> bool {
    let (Some(one), Some(other)) = (one.get(0), other.get(0)) else { return false };
    matches!(&text[one.end()..other.start()], " and " | ", " | " to " | " through " | " or " | ", and ")
}

fn numbers(year: Option<&str>, month: Option<&str>, day: Option<&str>) -> Option<Date> {
    let month = Month::try_from(month?.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year?.parse().ok()?, month, day?.parse().ok()?).ok()
}

fn date(year: Option<&str>, month: &str, day: Option<&str>, sent: Option<Date>) -> Option<Date> {
    let month = MONTHS.iter().position(|name| month.to_ascii_uppercase().starts_with(name))?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let day: u8 = day?.parse().ok()?;
    if let Some(year) = year {
        return Date::from_calendar_date(year.parse().ok()?, month, day).ok();
    }
    let sent = sent?;
    let this = Date::from_calendar_date(sent.year(), month, day).ok()?;
    if this <= sent { Some(this) } else { Date::from_calendar_date(sent.year() - 1, month, day).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn days_that_share_a_year_share_it() {
        let one = |text| days(text, None).into_iter().map(|(_, day)| day).collect::<Vec<_>>();
        assert_eq!(one("on May 3 and May 4, 2010"), [date!(2010 - 05 - 03), date!(2010 - 05 - 04)]);
        assert_eq!(one("on May 3 he saw the permit of June 4, 2008"), [date!(2008 - 06 - 04)]);
    }

    #[test]
    fn a_day_without_a_year_is_the_latest_not_after_the_telegram() {
        let sent = Some(date!(2008 - 06 - 19));
        let one = |text| days(text, sent).into_iter().map(|(_, day)| day).collect::<Vec<_>>();
        assert_eq!(one("On June 18, Poloff met"), [date!(2008 - 06 - 18)]);
        assert_eq!(one("on 3 Mar and December 5"), [date!(2008 - 03 - 03), date!(2007 - 12 - 05)]);
        assert_eq!(one("dated 12 May 2007"), [date!(2007 - 05 - 12)]);
        assert_eq!(one("on 6/18/2008"), [date!(2008 - 06 - 18)]);
        assert_eq!(one("May 45 or the May rules"), []);
        assert_eq!(days("June 18", None).len(), 0);
    }
}
