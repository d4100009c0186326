//! When a check is due, as people read it: on the post's own calendar, and only while it is the post's turn.

use time::{Date, OffsetDateTime};

use super::model::CheckState;
use crate::{
    clock::Zone,
    text::{day_words, many},
};

/// What the words on a due date rest on.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a> {
    /// Where the check stands.
    pub state: CheckState,
    /// The day, once it is sent.
    pub on: Option<Date>,
    /// When it was sent.
    pub requested_at: Option<OffsetDateTime>,
    pub zone: &'a str,
}

impl Due<'_> {
    fn today(self, now: OffsetDateTime) -> Date {
        Zone::named(self.zone).day(now)
    }

    /// Whether the post is late.
    pub fn is_over(self, now: OffsetDateTime) -> bool {
        self.state.is_at_post() && self.on.is_some_and(|due| due < self.today(now))
    }

    /// In words: `due today`, `12 days left`, `3 days late`.
    pub fn words(self, now: OffsetDateTime) -> String {
        let Some(due) = self.on else { return "no due date yet".into() };
        if !self.state.is_at_post() {
            return format!("was due {}", day_words(due));
        }
        match (due - self.today(now)).whole_days() {
            0 => "due today".into(),
            days if days > 0 => format!("{} left", many(days, "day")),
            days => format!("{} late", many(-days, "day")),
        }
    }

    /// How many days late.
    pub fn days_late(self, now: OffsetDateTime) -> i64 {
        self.on.map_or(0, |due| (self.today(now) - due).whole_days())
    }

    /// How much of the time is used, in percent, for the bar.
    pub fn percent(self, now: OffsetDateTime) -> i64 {
        let (Some(due), Some(requested)) = (self.on, self.requested_at) else { return 0 };
        let begun = Zone::named(self.zone).day(requested);
        let all = (due - begun).whole_days().max(1);
        ((self.today(now) - begun).whole_days() * 100 / all).clamp(0, 100)
    }
}
