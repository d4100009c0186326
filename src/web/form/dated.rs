//! Days: typed into one field as people say them.

use std::{
    ops::{Deref, DerefMut},
    str::FromStr,
};

use super::{
    fault::Fault,
    field::{Answer, Field},
    pairs::Pairs,
};
use crate::text::Day;

/// A [`Field`] of a [`Day`], or of one that may be left out. "Today" is a day of whoever typed it.
#[derive(Debug, Clone)]
pub struct Dated<T>(Field<T>);

impl<T> Deref for Dated<T> {
    type Target = Field<T>;

    fn deref(&self) -> &Field<T> {
        &self.0
    }
}

impl<T> DerefMut for Dated<T> {
    fn deref_mut(&mut self) -> &mut Field<T> {
        &mut self.0
    }
}

/// What is said beside every field of a day, before what is said of this one.
pub fn with_example(hint: &str) -> String {
    format!("Such as 19 Nov 2026, or today. {hint}").trim_end().to_owned()
}

/// The three fields that a day was typed into by the programs of before: their drafts and their open pages still come.
const PARTS: [&str; 3] = ["day", "month", "year"];

/// What was typed, as it is understood and shown again, and why it is no day where that shows in its three parts alone.
fn typed(name: &str, pairs: &Pairs) -> (String, Option<String>) {
    if !pairs.has(&format!("{name}.day")) {
        let raw = pairs.last(name);
        let said = pairs.today().and_then(|today| Day::relative(raw, today)).or_else(|| raw.parse().ok());
        return (said.map_or_else(|| raw.to_owned(), |day| day.to_string()), None);
    }
    let [day, month, year] = PARTS.map(|part| pairs.last(&format!("{name}.{part}")).trim());
    if month.is_empty() && year.is_empty() {
        return (day.to_owned(), None);
    }
    match Day::of_parts(day, month, year) {
        Ok(day) => (day.to_string(), None),
        Err(error) => (format!("{day}/{month}/{year}"), Some(error)),
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Dated<T> {
    type Value = T;

    fn blank(name: &'static str) -> Self {
        Self(Field::blank(name))
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        let (raw, error) = typed(name, pairs);
        let mut field = Field::of(name, &raw);
        if let Some(error) = error {
            field.refuse(error);
        }
        Self(field)
    }

    fn fill(&mut self, pairs: &Pairs, on_file: bool) {
        let name = self.name().to_owned();
        if pairs.has(&name) || pairs.has(&format!("{name}.day")) {
            self.0.filled(&typed(&name, pairs).0, on_file);
        }
    }

    fn value(&self) -> Option<T> {
        self.0.value()
    }

    fn faults(&self) -> Vec<Fault> {
        self.0.faults()
    }

    fn quiet(&mut self) {
        self.0.quiet();
    }

    fn within(&mut self, block: &str) {
        self.0.within(block);
    }

    fn beside(&mut self, theirs: &Self) {
        self.0.beside(&theirs.0);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::text::Optional;

    fn sent(body: &str) -> Dated<Day> {
        Dated::sent("on", &Pairs::parse(body).typed_on(Some(date!(2026 - 11 - 19))))
    }

    #[test]
    fn a_day_is_read_from_one_field_or_from_the_three_of_before() {
        for (body, day) in [
            ("on=19+Nov+2026", Some(date!(2026 - 11 - 19))),
            ("on=19/11/2026", Some(date!(2026 - 11 - 19))),
            ("on=Today", Some(date!(2026 - 11 - 19))),
            ("on=yesterday", Some(date!(2026 - 11 - 18))),
            ("on=3/4/2026", None),
            ("on.day=3&on.month=4&on.year=2026", Some(date!(2026 - 04 - 03))),
            ("on.day=3+Apr+2026&on.month=&on.year=", Some(date!(2026 - 04 - 03))),
            ("on.day=31&on.month=2&on.year=2026", None),
            ("on.day=&on.month=&on.year=", None),
            ("on=", None),
            ("", None),
        ] {
            let field = sent(body);
            assert_eq!(field.value().map(|day| day.0), day, "{body}");
            assert_eq!(field.faults().is_empty(), day.is_some(), "{body}");
        }
        for said in ["today", "19/11/2026", "Nov 19, 2026"] {
            assert_eq!(sent(&format!("on={said}")).raw(), "19 Nov 2026", "how it is understood is shown");
        }
        assert_eq!(sent("on.day=31&on.month=2&on.year=2026").raw(), "31/2/2026", "nothing typed is lost");
        assert_eq!(sent("on.day=31&on.month=2&on.year=2026").error(), Some("February 2026 has no day 31."));
        let left_out = Dated::<Optional<Day>>::sent("on", &Pairs::parse("on.day=&on.month=&on.year="));
        assert_eq!(left_out.value().map(|day| day.0), Some(None));
        // Of words whose day nobody knows any more, no day is made.
        assert!(Dated::<Day>::sent("on", &Pairs::parse("on=today")).value().is_none());
    }

    #[test]
    fn a_day_is_filled_in_from_either_beside_what_is_on_file() {
        for body in ["on=19+Nov+2026", "on.day=19&on.month=11&on.year=2026"] {
            let mut field = Dated::<Day>::blank("on");
            field.set("18 Nov 2026");
            field.fill(&Pairs::parse(body), true);
            assert_eq!((field.raw(), field.theirs()), ("19 Nov 2026", Some("18 Nov 2026")), "{body}");
            field.fill(&Pairs::parse("other=1"), true);
            assert_eq!(field.raw(), "19 Nov 2026");
        }
    }
}
