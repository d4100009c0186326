//! What happens: which checks there were, how far each went, and where those that are open stand today.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime, Time};

use super::{
    situation::{Situation, dated, situations},
    stand::Early,
};
use crate::{
    audit::{By, Event, Verb},
    checks::model::{CheckType, Priority, SiteVisit},
    demo,
    error::Result,
    generate::{
        Order,
        goods::{GOODS, Good},
        language,
        opening::Opening,
        story::{Kept, Story},
        world::World,
    },
    id::{CheckId, ReferenceId},
    licenses::model::LicenseStatus,
};

/// How many checks are open, whatever their number.
pub const OPEN: usize = 800;

/// How many checks of which kind there are in a thousand.
const TYPES: &[(usize, CheckType)] = &[
    (300, CheckType::PreLicense),
    (20, CheckType::PostLicense),
    (80, CheckType::PostShipment),
    (340, CheckType::BrokerInquiry),
    (260, CheckType::CompanyReview),
];

/// How many licenses at most wait for a check after their issue; of more, the oldest are let go.
const KEPT: usize = 4000;

/// The checks of all these years, one after the other.
pub struct Plot {
    waiting: BTreeMap<(Date, usize), Kept>,
    count: usize,
}

impl Plot {
    /// Plays so many checks; tells now and then how many are played.
    ///
    /// # Errors
    /// With the sentence of a rule that says no, which is a fault of the plot.
    pub fn play(mut world: World, order: Order, mut told: impl FnMut(usize)) -> Result<()> {
        let checks = order.checks;
        let open = OPEN.min(checks / 2);
        let mut openings: Vec<(OffsetDateTime, Situation, bool)> =
            situations(open).into_iter().map(|situation| dated(&mut world, situation)).collect();
        openings.sort_by_key(|(at, ..)| *at);
        let mut openings = openings.into_iter().peekable();
        let mut plot = Self { waiting: BTreeMap::new(), count: 0 };
        for number in 0..checks - open {
            let at = moment(&mut world, number, checks - open);
            while let Some((at, situation, late)) = openings.next_if(|(other, ..)| *other <= at) {
                world.ledger.until(at.date())?;
                plot.open(&mut world, at, situation, late)?;
            }
            world.ledger.until(at.date())?;
            plot.closed(&mut world, at)?;
            if number % 1000 == 0 {
                told(number);
            }
        }
        for (at, situation, late) in openings {
            world.ledger.until(at.date())?;
            plot.open(&mut world, at, situation, late)?;
        }
        let last = world.today.midnight().assume_utc() - Duration::seconds(1);
        for kept in std::mem::take(&mut plot.waiting).into_values() {
            world.write_license(&kept, last)?;
        }
        world.write_numbers(last)?;
        // What everybody may know the passwords of is served by `lantern demo` alone.
        let sentence = format!("generated {checks} checks from seed {}", order.seed);
        let id = ReferenceId(world.dice.id(last));
        world.enter(last, &By::Job(demo::JOB), Event::new(Verb::ReferenceLoaded, id, sentence))?;
        world.ledger.close()
    }

    /// A check that is closed today.
    fn closed(&mut self, world: &mut World, at: OffsetDateTime) -> Result<()> {
        self.count += 1;
        let mut check_type = world.dice.weighed(TYPES);
        let mut post = world.some_post();
        let known = if check_type.follows_issue() && world.dice.chance(700) { self.due(at.date()) } else { None };
        if let Some(kept) = &known {
            post = kept.post;
        } else if check_type.has_licenses() && is_proscribed(world, post) {
            check_type = CheckType::CompanyReview;
        }
        let good = world.dice.weighed(GOODS);
        let early = world.dice.weighed(&[
            (560, None),
            (250, Some(Early::Requested)),
            (40, Some(Early::Held)),
            (120, Some(Early::InProgress)),
            (30, Some(Early::Replied)),
        ]);
        let age = (world.today - at.date()).whole_days();
        let pace = (age * 1000 / 450).clamp(20, 1000);
        let opening = opening(world, at, post, check_type, good, known.as_ref(), pace);
        let mut story = Story::open(world, opening)?;
        story.add_what_it_is_about(good, known, Wish::default())?;
        story.go(early)?;
        let settled = story.file.now;
        let kept = story.finish()?;
        for one in kept {
            let again =
                one.file.status == LicenseStatus::Approved && one.file.checks.len() == 1 && world.dice.chance(400);
            if again {
                let due = settled.date() + Duration::days(world.dice.between(120, 800));
                // Two licenses of one check may be due on the same day: the first of them is looked at no more.
                if let Some(other) = self.waiting.insert((due, self.count), one) {
                    world.write_license(&other, at)?;
                }
            } else {
                world.write_license(&one, at)?;
            }
        }
        while self.waiting.len() > KEPT {
            if let Some((_, oldest)) = self.waiting.pop_first() {
                world.write_license(&oldest, at)?;
            }
        }
        Ok(())
    }

    /// A license whose time for a second check has come.
    fn due(&mut self, day: Date) -> Option<Kept> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= day).then(|| first.remove())
    }

    /// A check that is open today.
    pub(super) fn open(
        &mut self,
        world: &mut World,
        at: OffsetDateTime,
        situation: Situation,
        late: bool,
    ) -> Result<()> {
        self.count += 1;
        let mut post = world.some_post();
        while is_proscribed(world, post) {
            post = world.some_post();
        }
        let mut check_type = world.dice.weighed(TYPES);
        if situation.needs_application() || (situation == Situation::Contradictory && !check_type.has_licenses()) {
            check_type = CheckType::PreLicense;
        }
        let good = if situation == Situation::Waiting { GOODS[0].1 } else { world.dice.weighed(GOODS) };
        let mut opening = opening(world, at, post, check_type, good, None, 700);
        opening.site_visit = match situation {
            Situation::Visit => SiteVisit::Required,
            _ => world.dice.weighed(&[(700, SiteVisit::Optional), (300, SiteVisit::Requested)]),
        };
        let age = i32::try_from((world.today - at.date()).whole_days()).unwrap_or(30);
        if situation.is_at_post() && !late {
            opening.days = opening.days.max(age + 3);
        } else if late {
            opening.days = opening.days.min(age - 4).max(1);
        }
        let mut story = Story::open(world, opening)?;
        let wish = Wish { listed: situation == Situation::Blocked, never: situation == Situation::Unexplained };
        if situation != Situation::Begun {
            story.add_what_it_is_about(good, None, wish)?;
        }
        story.stand(situation)?;
        for kept in story.finish()? {
            world.write_license(&kept, at)?;
        }
        Ok(())
    }
}

/// What is asked of a license beside what it is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wish {
    pub(super) listed: bool,
    pub(super) never: bool,
}

pub(super) fn office(world: &mut World, day: Date) -> OffsetDateTime {
    day.with_time(Time::MIDNIGHT + Duration::seconds(world.dice.between(13 * 3600, 21 * 3600))).assume_utc()
}

/// When a closed check was opened: there are more of them from year to year.
fn moment(world: &mut World, number: usize, all: usize) -> OffsetDateTime {
    #[expect(clippy::cast_precision_loss, reason = "a share of the years")]
    let share = (number + 1) as f64 / (all + 1) as f64;
    let days = (world.today - world.begin).whole_days() - 90;
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a day of some thousands")]
    let day = (days as f64 * f64::midpoint(share, share.sqrt())) as i64;
    let begin = world.begin;
    office(world, begin + Duration::days(day + 2))
}

fn is_proscribed(world: &World, post: usize) -> bool {
    world.book.reference.proscription(&world.posts[post].country).is_some()
}

fn opening(
    world: &mut World,
    at: OffsetDateTime,
    post: usize,
    check_type: CheckType,
    good: Good,
    known: Option<&Kept>,
    pace: i64,
) -> Opening {
    let follows: Option<(CheckId, String)> = known.map(|kept| (kept.check, kept.reference.clone()));
    let dice = &mut world.dice;
    let subject = match (known, check_type) {
        (Some(kept), _) => kept.subject.clone(),
        (None, CheckType::BrokerInquiry) => language::drawn(
            dice,
            "{Broker|Agent|Middleman} of {town}, {named in|found on|behind} {n} {applications|invoices}",
        ),
        (None, CheckType::CompanyReview) => {
            language::drawn(dice, "{Trading firm|Dealer|Security company|Freight agent} in {town}")
        }
        (None, _) => language::drawn(
            dice,
            &format!(
                "{} for {{a guard force|a police district|a flying school|a dealer|a mine|the border guard|a shooting club}} {{in|near|of}} {{town}}",
                good.label(0)
            ),
        ),
    };
    let usual = i32::try_from(check_type.days()).unwrap_or(30);
    Opening {
        at,
        post,
        check_type,
        priority: dice.weighed(&[(800, Priority::Routine), (150, Priority::Priority), (50, Priority::Urgent)]),
        site_visit: dice.weighed(&[
            (600, SiteVisit::Optional),
            (280, SiteVisit::Requested),
            (120, SiteVisit::Required),
        ]),
        subject,
        reason: language::text(dice, REASONS),
        days: if dice.chance(900) { usual } else { usual / 2 },
        follows,
        pace,
    }
}

const REASONS: &[&str] = &[
    "A {new|first} {end-user|consignee} {in the region|of this applicant}.",
    "The {quantity|value} is {large|unusual} for {the need|such an end-user}.",
    "A {broker|forwarder} {nobody knows|named before in a denied case}.",
    "{Routine|Random} selection.",
    "The {address|telephone number} is {shared with another firm|a private house}.",
];
