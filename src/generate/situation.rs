//! Where a check that is open stands, and how often one does.

use time::{Duration, OffsetDateTime};

use super::plot::office;
use crate::{generate::world::World, words};

words! {
    /// Where an open check stands, so that every page has something to show.
    pub enum Situation {
        /// No license or subject yet.
        Begun = "begun", "A draft that lacks what it is about";
        Drafted = "drafted", "A draft that may be sent";
        /// Nobody took it up.
        Requested = "requested", "A new request";
        /// Taken up, nothing done.
        Acknowledged = "acknowledged", "Taken up";
        Contacted = "contacted", "A first contact";
        Half = "half", "Some findings";
        /// The visit is still to come.
        Visit = "visit", "A required visit is missing";
        /// Something contradicts itself, and the post has to explain it.
        Unexplained = "unexplained", "A contradiction for the post";
        Found = "found", "Every finding";
        Written = "written", "A recommendation to sign";
        Signed = "signed", "A reply to clear";
        /// Changed since it was signed.
        Changed = "changed", "Changed after the signature";
        /// Came back with questions.
        Back = "back", "Given back";
        Replied = "replied", "A result to propose";
        Contradictory = "contradictory", "A contradiction for Washington";
        Proposed = "proposed", "A result to sign";
        /// Unfavorable, and signed once.
        Countersign = "countersign", "A result to countersign";
        Declined = "declined", "A declined result";
        Held = "held", "On hold";
        /// With a license to decide.
        Decide = "decide", "A license to decide";
        /// With a license that somebody on a list blocks.
        Blocked = "blocked", "A license blocked by a party";
        /// With a license approved on conditions.
        Waiting = "waiting", "Waiting for permits";
        /// With a license that may issue.
        Ready = "ready", "Ready to issue";
    }
}

impl Situation {
    /// How many in a thousand stand there.
    fn weight(self) -> usize {
        match self {
            Self::Contacted | Self::Half => 90,
            Self::Requested => 110,
            Self::Replied | Self::Waiting => 70,
            Self::Acknowledged | Self::Proposed => 60,
            Self::Signed | Self::Held | Self::Decide => 50,
            Self::Found => 40,
            Self::Contradictory | Self::Ready => 35,
            Self::Written | Self::Back | Self::Drafted => 30,
            Self::Unexplained => 25,
            Self::Visit | Self::Countersign => 20,
            Self::Begun | Self::Changed => 15,
            Self::Declined | Self::Blocked => 10,
        }
    }

    /// How many days it takes to come there.
    pub(super) fn days(self) -> i64 {
        match self {
            Self::Begun | Self::Drafted => 1,
            Self::Requested => 3,
            Self::Acknowledged => 7,
            Self::Contacted => 12,
            Self::Half | Self::Visit => 18,
            Self::Unexplained | Self::Found | Self::Written | Self::Signed | Self::Changed | Self::Held => 25,
            Self::Replied | Self::Contradictory => 35,
            Self::Back | Self::Proposed | Self::Declined => 50,
            Self::Countersign | Self::Decide | Self::Blocked => 60,
            Self::Waiting | Self::Ready => 100,
        }
    }

    /// Whether the post has it and may be late with it.
    pub(super) fn is_at_post(self) -> bool {
        self.days() > 1 && self.days() <= 25 && self != Self::Held
    }

    /// Whether it takes a license, and one that is not decided.
    pub(super) fn needs_application(self) -> bool {
        matches!(self, Self::Decide | Self::Blocked | Self::Waiting | Self::Ready | Self::Unexplained)
    }
}

/// So many situations, as often as they are frequent; of a few, one each.
pub(super) fn situations(open: usize) -> Vec<Situation> {
    let all: usize = Situation::ALL.iter().map(|situation| situation.weight()).sum();
    let mut sum = 0;
    let mut ends = Vec::new();
    for situation in Situation::ALL {
        sum += situation.weight();
        ends.push((sum, *situation));
    }
    let at = |number: usize| {
        ends.iter()
            .find(|(end, _)| number * all / open < *end)
            .map_or(Situation::Requested, |(_, situation)| *situation)
    };
    (0..open).map(at).collect()
}

/// When an open check was opened, and whether it is late.
pub(super) fn dated(world: &mut World, situation: Situation) -> (OffsetDateTime, Situation, bool) {
    let late = situation.is_at_post() && world.dice.chance(300);
    let slack =
        if late { world.dice.between(20, 90) } else { world.dice.between(0, 12).max(world.dice.between(0, 60) - 20) };
    let held = if situation == Situation::Held { world.dice.between(10, 300) } else { 0 };
    let at = world.today - Duration::days(situation.days() + 2 + slack + held);
    (office(world, at), situation, late)
}
