//! The one source of the present moment, and of a place's own calendar day.
//! Legal days ("valid until", "due on") are dates in a zone; moments are UTC.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use time::{Date, Duration, OffsetDateTime};

/// Tells the time: the system's, or one a test or the demonstration sets.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    fixed: Option<Arc<Mutex<OffsetDateTime>>>,
}

impl Clock {
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `now` until it is set or advanced; clones share it.
    pub fn fixed(now: OffsetDateTime) -> Self {
        Self { fixed: Some(Arc::new(Mutex::new(now))) }
    }

    /// The present moment, in UTC, to the microsecond PostgreSQL keeps.
    pub fn now(&self) -> OffsetDateTime {
        let now = match &self.fixed {
            Some(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
            None => OffsetDateTime::now_utc(),
        };
        now.replace_nanosecond(now.nanosecond() / 1000 * 1000).unwrap_or(now)
    }

    /// Sets a fixed clock; the system's clock stays as it is.
    pub fn set(&self, now: OffsetDateTime) {
        if let Some(fixed) = &self.fixed {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    /// Moves a fixed clock.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

/// A time zone by its IANA name, such as `America/Guatemala`.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Washington's zone, where licenses are decided.
    pub const WASHINGTON: &'static str = "America/New_York";

    /// The zone of that name, or UTC if the zone database does not know it (names are checked when a post is saved).
    pub fn named(name: &str) -> Self {
        Self(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    }

    /// Whether it is the name of a place's zone (`America/Guatemala`). Other names the zone database has, such as
    /// `localtime`, are no place's, and `Etc/Unknown` stands for none.
    pub fn is_known(name: &str) -> bool {
        let placed =
            name.contains('/') && name != "Etc/Unknown" && !name.starts_with("posix/") && !name.starts_with("right/");
        placed && TimeZone::get(name).is_ok()
    }

    /// Every place's zone, as one looks for it: the place first, then where it is (`Guatemala (America)`).
    pub fn places() -> Vec<(String, String)> {
        let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        let parts = [
            "Africa/",
            "America/",
            "Antarctica/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        let mut places: Vec<(String, String)> = names
            .filter(|name| parts.iter().any(|part| name.starts_with(part)) && Self::is_known(name))
            .map(|name| {
                let (around, place) = name.rsplit_once('/').unwrap_or(("", &name));
                let called = format!("{} ({})", place.replace('_', " "), around.replace('/', ", ").replace('_', " "));
                (called, name)
            })
            .collect();
        places.sort();
        places
    }

    /// The calendar day there at that moment.
    pub fn day(&self, at: OffsetDateTime) -> Date {
        at.to_offset(self.offset(at)).date()
    }

    /// The moment as it reads on a clock there.
    pub fn local(&self, at: OffsetDateTime) -> OffsetDateTime {
        at.to_offset(self.offset(at))
    }

    /// The calendar day there at that moment: from when until when.
    pub fn span_of_day(&self, at: OffsetDateTime) -> (OffsetDateTime, OffsetDateTime) {
        let today = self.day(at);
        (
            self.begins(today).unwrap_or(at),
            today.next_day().and_then(|next| self.begins(next)).unwrap_or(at + Duration::days(1)),
        )
    }

    /// The first moment of a day, which is not midnight where that is left out.
    pub fn begins(&self, day: Date) -> Option<OffsetDateTime> {
        let day = jiff::civil::date(
            day.year().try_into().ok()?,
            u8::from(day.month()).try_into().ok()?,
            day.day().try_into().ok()?,
        );
        let moment = self.0.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible().ok()?;
        OffsetDateTime::from_unix_timestamp(moment.as_second()).ok()
    }

    fn offset(&self, at: OffsetDateTime) -> time::UtcOffset {
        let Ok(timestamp) = jiff::Timestamp::from_second(at.unix_timestamp()) else { return time::UtcOffset::UTC };
        time::UtcOffset::from_whole_seconds(self.0.to_offset(timestamp).seconds()).unwrap_or(time::UtcOffset::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn each_zone_has_its_own_day() {
        let noon = datetime!(2026-06-30 10:30 UTC);
        assert_eq!(Zone::named("Pacific/Kiritimati").day(noon), date!(2026 - 07 - 01), "UTC+14");
        assert_eq!(Zone::named("Pacific/Pago_Pago").day(noon), date!(2026 - 06 - 29), "UTC-11");
        assert_eq!(Zone::named("America/Guatemala").day(noon), date!(2026 - 06 - 30));
    }

    #[test]
    fn a_day_begins_at_its_first_moment() {
        let new_york = |at| Zone::named("America/New_York").span_of_day(at);
        let (first, second) = (datetime!(2026-07-01 04:00 UTC), datetime!(2026-07-02 04:00 UTC));
        assert_eq!(new_york(datetime!(2026-07-01 12:00 UTC)), (first, second));
        assert_eq!(new_york(first), (first, second), "a day that has just begun");
        let back = (datetime!(2026-11-01 04:00 UTC), datetime!(2026-11-02 05:00 UTC));
        assert_eq!(new_york(datetime!(2026-11-01 12:00 UTC)), back, "the clocks go back");
        // Where midnight is left out, the day begins an hour later.
        let beirut = Zone::named("Asia/Beirut").span_of_day(datetime!(2026-03-29 12:00 UTC));
        assert_eq!(beirut, (datetime!(2026-03-28 22:00 UTC), datetime!(2026-03-29 21:00 UTC)));
    }

    #[test]
    fn a_zone_is_a_places() {
        for known in
            ["America/Guatemala", "Pacific/Apia", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "Etc/UTC"]
        {
            assert!(Zone::is_known(known), "{known}");
        }
        for unknown in [
            "Etc/Unknown",
            "localtime",
            "Factory",
            "posixrules",
            "posix/America/Lima",
            "Mars/Olympus",
            "+02:00",
            "",
            "/",
        ] {
            assert!(!Zone::is_known(unknown), "{unknown}");
        }
    }

    #[test]
    fn a_fixed_clock_is_shared_by_its_clones() {
        let clock = Clock::fixed(datetime!(2026-01-01 00:00 UTC));
        let other = clock.clone();
        other.advance(Duration::days(31));
        assert_eq!(clock.now(), datetime!(2026-02-01 00:00 UTC));
    }

    /// PostgreSQL keeps microseconds: what is stored and read again is the same moment.
    #[test]
    fn a_moment_is_kept_to_the_microsecond() {
        let clock = Clock::fixed(datetime!(2026-01-01 00:00:00.123_456_789 UTC));
        assert_eq!(clock.now(), datetime!(2026-01-01 00:00:00.123_456 UTC));
    }
}
