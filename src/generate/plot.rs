//! What happens: which checks there were, how far each went, and where those that are open stand today.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime, Time};

use super::{
    Order, language,
    license::{GOODS, Good, Wanted},
    story::{Bears, Kept, Opening, Story},
    world::World,
};
use crate::{
    approvals::model::CustodyStage,
    audit::{Event, Verb},
    checks::model::{CheckType, EndedBecause, Priority, RecommendationWord, ResultWord, SiteVisit},
    db::By,
    demo,
    error::Result,
    evidence::model::{ContactKind, FindingAnswer, SourceGrade},
    id::{CheckId, ContactId, DocumentId, ReferenceId},
    licenses::model::{Act, LicenseStatus},
    parties::model::PartyRole,
    telegrams::reading::Direction,
    words,
};

/// How many checks are open, whatever their number.
pub const OPEN: usize = 800;

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
    fn days(self) -> i64 {
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
    fn is_at_post(self) -> bool {
        self.days() > 1 && self.days() <= 25 && self != Self::Held
    }

    /// Whether it takes a license, and one that is not decided.
    fn needs_application(self) -> bool {
        matches!(self, Self::Decide | Self::Blocked | Self::Waiting | Self::Ready | Self::Unexplained)
    }
}

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

/// Where a check that was ended early had come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Early {
    Requested,
    Held,
    InProgress,
    Replied,
}

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
    fn open(&mut self, world: &mut World, at: OffsetDateTime, situation: Situation, late: bool) -> Result<()> {
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
struct Wish {
    listed: bool,
    never: bool,
}

/// So many situations, as often as they are frequent; of a few, one each.
fn situations(open: usize) -> Vec<Situation> {
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
fn dated(world: &mut World, situation: Situation) -> (OffsetDateTime, Situation, bool) {
    let late = situation.is_at_post() && world.dice.chance(300);
    let slack =
        if late { world.dice.between(20, 90) } else { world.dice.between(0, 12).max(world.dice.between(0, 60) - 20) };
    let held = if situation == Situation::Held { world.dice.between(10, 300) } else { 0 };
    let at = world.today - Duration::days(situation.days() + 2 + slack + held);
    (office(world, at), situation, late)
}

fn office(world: &mut World, day: Date) -> OffsetDateTime {
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

impl Story<'_> {
    fn add_what_it_is_about(&mut self, good: Good, known: Option<Kept>, wish: Wish) -> Result<()> {
        if let Some(kept) = known {
            return self.take_up(kept).map(|_| ());
        }
        if !self.file.check.check_type.has_licenses() {
            let role = if self.file.check.check_type == CheckType::BrokerInquiry {
                PartyRole::Broker
            } else {
                PartyRole::EndUser
            };
            self.add_subject(role)?;
            return if self.world.dice.chance(80) { self.add_subject(PartyRole::FreightForwarder) } else { Ok(()) };
        }
        let dear = self.world.dice.chance(6);
        let wanted = Wanted { good, dear, listed: wish.listed, never: wish.never };
        let index = self.register(wanted)?;
        if self.world.dice.chance(180) {
            let more = self.world.dice.weighed(GOODS);
            let quantity = self.world.dice.between(2, 20);
            self.add_item(index, more, quantity, None)?;
        }
        if self.world.dice.chance(40) {
            self.register(Wanted { dear: false, ..wanted })?;
        }
        Ok(())
    }

    /// All the way, or until it is ended early.
    fn go(&mut self, early: Option<Early>) -> Result<()> {
        self.request()?;
        if self.world.dice.chance(60) {
            self.telegram(Direction::Request)?;
        }
        if early == Some(Early::Requested) {
            return self.end();
        }
        if early == Some(Early::Held) || self.world.dice.chance(25) {
            self.pass(1, 20);
            self.hold()?;
            if early == Some(Early::Held) {
                return self.end();
            }
            self.resume()?;
        }
        self.acknowledge()?;
        if self.world.dice.chance(30) {
            self.file_telegram(true)?;
        }
        self.visit_or_waive()?;
        let first = self.first_contact()?;
        if early == Some(Early::InProgress) {
            return self.end();
        }
        if self.world.dice.chance(70) {
            self.extend()?;
        }
        if self.world.dice.chance(50) {
            self.interim()?;
        }
        let bad = self.world.dice.chance(130);
        let whole = self.world.dice.chance(550);
        self.investigate(first, bad, usize::MAX)?;
        self.settle_before_reply(whole)?;
        self.reply(bad)?;
        if self.world.dice.chance(60) {
            self.give_back()?;
            self.pass(1, 9);
            self.contact(ContactKind::Call, None, CALLED)?;
            self.reply(bad)?;
        }
        if self.world.dice.chance(50) {
            self.telegram(Direction::Reply)?;
        }
        if early == Some(Early::Replied) {
            return self.end();
        }
        self.judge(bad)?;
        self.settle_licenses()
    }

    /// As far as it stands today.
    fn stand(&mut self, situation: Situation) -> Result<()> {
        use Situation as S;
        if matches!(situation, S::Begun | S::Drafted) {
            return Ok(());
        }
        self.request()?;
        if self.world.dice.chance(200) {
            self.telegram(Direction::Request)?;
        }
        if situation == S::Requested {
            return Ok(());
        }
        if situation == S::Held && self.world.dice.chance(500) {
            return self.hold();
        }
        self.acknowledge()?;
        if situation == S::Acknowledged {
            return Ok(());
        }
        let first = self.first_contact()?;
        if self.world.dice.chance(80) {
            self.find_party()?;
        }
        match situation {
            S::Contacted if self.world.dice.chance(200) => return self.file_telegram(false),
            S::Contacted => return Ok(()),
            S::Held => return self.hold(),
            S::Half => return self.investigate(first, false, 2),
            S::Visit => {
                // Whoever was seen was not seen on site.
                self.file.check.contacts.retain(|contact| contact.kind != ContactKind::SiteVisit);
                return Ok(());
            }
            _ => {}
        }
        let bad = situation == S::Countersign;
        self.investigate(first, bad, usize::MAX)?;
        if let Some((index, party)) = self.never().filter(|_| situation == S::Unexplained) {
            return self.custody(index, CustodyStage::Actual, Some(party));
        }
        if situation == S::Found {
            return Ok(());
        }
        self.settle_before_reply(matches!(situation, S::Decide | S::Blocked))?;
        if situation == S::Contradictory {
            self.contradict(first)?;
        }
        let word = self.word(bad);
        self.recommend(word)?;
        if situation == S::Written {
            return Ok(());
        }
        self.sign()?;
        match situation {
            S::Signed => return Ok(()),
            S::Changed => return self.contact(ContactKind::Email, None, CALLED).map(|_| ()),
            _ => {}
        }
        self.clear()?;
        match situation {
            S::Replied | S::Contradictory => return Ok(()),
            S::Back => return self.give_back(),
            _ => {}
        }
        self.explain(false)?;
        if bad {
            self.propose(ResultWord::Unfavorable)?;
            return self.sign_result();
        }
        let word = self.bearable(ResultWord::Favorable);
        self.propose(word)?;
        match situation {
            S::Proposed => return Ok(()),
            S::Declined => return self.decline(),
            _ => {}
        }
        self.sign_result()?;
        for index in 0..self.file.licenses.len() {
            let open = !self.file.licenses[index].open_conditions(&self.file.reference, self.file.today()).is_empty();
            match situation {
                S::Waiting | S::Ready => {
                    if !open {
                        self.raise(index)?;
                    }
                    // Who asked for the license looked first, and not always found another party.
                    self.except(index)?;
                    self.decide(index, Act::ApproveOnConditions)?;
                    if situation == S::Ready {
                        self.pass(5, 20);
                        self.fulfil(index)?;
                    } else if self.world.dice.chance(150) {
                        self.revoke_a_permit(index)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Ends it early, and returns what it was about.
    fn end(&mut self) -> Result<()> {
        let because = self.world.dice.weighed(&[
            (550, EndedBecause::Withdrawn),
            (250, EndedBecause::Moot),
            (80, EndedBecause::RefusedByHost),
            (120, EndedBecause::Other),
        ]);
        self.end_early(because)?;
        self.settle_licenses()
    }

    fn visit_or_waive(&mut self) -> Result<()> {
        if self.file.check.site_visit != SiteVisit::Required {
            return Ok(());
        }
        self.pass(1, 9);
        if self.world.dice.chance(250) {
            self.waive()
        } else {
            self.contact(ContactKind::SiteVisit, None, VISITED).map(|_| ())
        }
    }

    fn first_contact(&mut self) -> Result<ContactId> {
        self.pass(1, 8);
        let kind = self.world.dice.weighed(&[
            (300, ContactKind::Call),
            (300, ContactKind::Meeting),
            (150, ContactKind::Email),
            (100, ContactKind::Letter),
            (130, ContactKind::SiteVisit),
            (20, ContactKind::DiplomaticNote),
        ]);
        let openings = if kind == ContactKind::SiteVisit { VISITED } else { CALLED };
        self.contact(kind, None, openings)
    }

    /// Contacts, statements, documents, and as many of the findings that are asked for.
    fn investigate(&mut self, first: ContactId, bad: bool, most: usize) -> Result<()> {
        let mut contacts = vec![first];
        let mut documents: Vec<DocumentId> = Vec::new();
        for _ in 0..self.world.dice.weighed(&[(500, 0), (350, 1), (120, 2), (29, 5), (1, 40)]) {
            contacts.push(self.first_contact()?);
        }
        let about = self.file.parties().first().map(|(party, ..)| *party);
        if self.world.dice.chance(550) {
            let claim = self.statement(first, SourceGrade::PartyItself, about, Bears::Alone)?;
            if self.world.dice.chance(200) {
                let last = contacts[contacts.len() - 1];
                let bears = if self.world.dice.chance(850) { Bears::Alone } else { Bears::ContradictedBy(claim) };
                let official = self.statement(last, SourceGrade::OfficialOral, about, bears)?;
                if bears == Bears::Alone {
                    self.statement(first, SourceGrade::ThirdParty, about, Bears::ConfirmedBy(official))?;
                }
            }
        }
        if self.world.dice.chance(300) || self.file.check.check_type == CheckType::PostShipment {
            documents.push(self.document()?);
        }
        if self.file.check.check_type == CheckType::PostShipment && most > 2 {
            self.count()?;
        }
        self.learn_possession()?;
        self.pass(0, 4);
        for (place, asked) in self.file.unanswered().iter().take(most).enumerate() {
            let answer = match (bad, place) {
                (true, 0) => FindingAnswer::No,
                _ => self.world.dice.weighed(&[
                    (920, FindingAnswer::Yes),
                    (60, FindingAnswer::Partly),
                    (20, FindingAnswer::CouldNotEstablish),
                ]),
            };
            let contact = contacts[self.world.dice.below(contacts.len())];
            let paper = documents.first().copied().filter(|_| self.world.dice.chance(350));
            self.finding(asked, answer, vec![contact], paper.into_iter().collect())?;
        }
        Ok(())
    }

    /// What the host country says and what a certificate needs, and what contradicts itself, before the post replies.
    fn settle_before_reply(&mut self, whole: bool) -> Result<()> {
        for index in 0..self.file.licenses.len() {
            if !self.file.licenses[index].status.is_open() {
                continue;
            }
            self.consent(index, whole)?;
            self.certify_use(index, whole)?;
        }
        if let Some((index, party)) = self.never().filter(|_| self.world.dice.chance(60)) {
            self.custody(index, CustodyStage::Planned, Some(party))?;
        } else if !self.file.licenses.is_empty() && self.world.dice.chance(120) {
            self.custody(0, CustodyStage::Planned, None)?;
        }
        self.explain(true)
    }

    /// Two statements that say the opposite.
    fn contradict(&mut self, contact: ContactId) -> Result<()> {
        let claim = self.statement(contact, SourceGrade::PartyItself, None, Bears::Alone)?;
        self.statement(contact, SourceGrade::ThirdParty, None, Bears::ContradictedBy(claim)).map(|_| ())
    }

    /// Post's word on the file as it is.
    fn word(&mut self, bad: bool) -> RecommendationWord {
        let open = !self.file.open_conditions().is_empty();
        let dice = &mut self.world.dice;
        match (bad, open) {
            (true, _) => dice.weighed(&[(600, RecommendationWord::Oppose), (400, RecommendationWord::CannotDetermine)]),
            (false, true) => dice
                .weighed(&[(850, RecommendationWord::SupportWithConditions), (150, RecommendationWord::NoObjection)]),
            (false, false) => {
                dice.weighed(&[(850, RecommendationWord::Support), (150, RecommendationWord::NoObjection)])
            }
        }
    }

    fn reply(&mut self, bad: bool) -> Result<()> {
        let word = self.word(bad);
        self.recommend(word)?;
        self.sign()?;
        self.clear()
    }

    /// A word that the facts bear, as near to the wanted one as can be.
    fn bearable(&self, word: ResultWord) -> ResultWord {
        if self.file.bears(word, &[]).is_ok() { word } else { ResultWord::Inconclusive }
    }

    fn judge(&mut self, bad: bool) -> Result<()> {
        self.explain(false)?;
        let wanted = if bad {
            self.world.dice.weighed(&[(700, ResultWord::Unfavorable), (300, ResultWord::Inconclusive)])
        } else {
            self.world.dice.weighed(&[
                (830, ResultWord::Favorable),
                (150, ResultWord::FavorableWithCaveat),
                (20, ResultWord::Inconclusive),
            ])
        };
        let word = if wanted == ResultWord::Unfavorable { wanted } else { self.bearable(wanted) };
        self.propose(word)?;
        if self.world.dice.chance(20) {
            self.decline()?;
            self.propose(word)?;
        }
        self.sign_result()?;
        if word == ResultWord::Unfavorable { self.countersign() } else { Ok(()) }
    }

    /// Decides whatever the result left open.
    fn settle_licenses(&mut self) -> Result<()> {
        let word = self.file.check.result.as_ref().map(|result| result.word);
        let favorable = word.is_some_and(ResultWord::is_favorable);
        for index in 0..self.file.licenses.len() {
            let status = self.file.licenses[index].status;
            if status == LicenseStatus::Approved {
                if word == Some(ResultWord::Unfavorable) && self.world.dice.chance(350) {
                    self.decide(index, Act::Suspend)?;
                    let then =
                        self.world.dice.weighed(&[(500, None), (300, Some(Act::Revoke)), (200, Some(Act::Reinstate))]);
                    if let Some(act) = then {
                        self.pass(20, 90);
                        self.decide(index, act)?;
                    }
                }
                continue;
            }
            let act = self.decision(index, favorable)?;
            self.decide(index, act)?;
            if act == Act::ApproveOnConditions {
                self.pass(5, 40);
                self.fulfil(index)?;
                if self.world.dice.chance(8) {
                    self.revoke_a_permit(index)?;
                }
                let act = if self.is_ready(index) && self.world.dice.chance(960) { Act::Confirm } else { Act::Return };
                self.decide(index, act)?;
            }
        }
        Ok(())
    }

    fn decision(&mut self, index: usize, favorable: bool) -> Result<Act> {
        let no = self.world.dice.weighed(&[(600, Act::Return), (400, Act::Deny)]);
        if !favorable {
            return Ok(no);
        }
        if !self.file.licenses[index].blocked_parties(&self.file.reference).is_empty() {
            if self.world.dice.chance(600) {
                return Ok(Act::Deny);
            }
            self.except(index)?;
        }
        let license = &self.file.licenses[index];
        if license.bears_approval().is_err() {
            return Ok(no);
        }
        let open = !license.open_conditions(&self.file.reference, self.file.today()).is_empty();
        Ok(if open { Act::ApproveOnConditions } else { Act::Approve })
    }
}

const REASONS: &[&str] = &[
    "A {new|first} {end-user|consignee} {in the region|of this applicant}.",
    "The {quantity|value} is {large|unusual} for {the need|such an end-user}.",
    "A {broker|forwarder} {nobody knows|named before in a denied case}.",
    "{Routine|Random} selection.",
    "The {address|telephone number} is {shared with another firm|a private house}.",
];
const CALLED: &[&str] = &[
    "About the {order|contract|store|end-use}.",
    "{Confirmed|Described} the {order|need}, and promised {papers|a visit|names}.",
    "{Knows|Does not know} the {firm|end-user}; {will ask|sent a paper}.",
];
const VISITED: &[&str] = &[
    "Saw the {store|armory|warehouse}: {steel door, two locks|a cage and a register|one room, one guard}.",
    "{Counted|Was shown} {n} pieces of an earlier delivery.",
];
