//! Posts, and the people who come and go: every duty is a seat that somebody holds at any time, for two or three years
//! at a post, and longer in Washington. The first posts and some of today's people are those of the demonstration.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use time::{Date, Duration, OffsetDateTime, Time};

use super::{
    dice::Dice,
    language,
    parties::Parties,
    rows::{self, Ledger},
};
use crate::{
    access::Role,
    accounts::{hashing::hash_salted, model::NewPassword},
    approvals::model::{BeforeApplication, CountryRule},
    audit::{By, Event, Verb, says},
    demo,
    error::Result,
    id::{AssignmentId, AuthorityId, EventId, PersonId, PostId},
    licenses::model::Listing,
    reference::model::Reference,
    web::filters::day_words,
};

/// How many posts there are.
const POSTS: usize = 200;
/// How many people there were and are.
const PEOPLE: usize = 3000;
/// How far back everything goes.
const YEARS: i64 = 25;
/// Who works in Washington.
const WASHINGTON: &[(Role, usize)] =
    &[(Role::CaseOfficer, 40), (Role::Reviewer, 24), (Role::Supervisor, 8), (Role::Auditor, 6), (Role::Admin, 4)];
/// What a reviewer may decide, in millions of U.S. dollars, one seat after the other.
const AUTHORITY: &[i64] = &[5, 5, 25, 100, 5, 1000];
/// A zone for the posts of a region.
const ZONES: &[(&str, &str)] = &[
    ("AF", "Africa/Nairobi"),
    ("EAP", "Asia/Bangkok"),
    ("EUR", "Europe/Prague"),
    ("NEA", "Asia/Dubai"),
    ("SCA", "Asia/Kolkata"),
    ("WHA", "America/Guatemala"),
];

#[derive(Debug, Clone)]
pub struct Country {
    pub code: String,
    pub name: String,
    pub region: String,
}

/// What stands in the reference tables.
#[derive(Debug, Default)]
pub struct Book {
    /// The rows of the day. A file that is written has them meanwhile.
    pub reference: Reference,
    /// What people read for a screening list's code.
    pub lists: BTreeMap<String, String>,
    pub rules: BTreeMap<String, Vec<CountryRule>>,
    /// What Commerce asks to be in hand before an application, by country.
    pub before: BTreeMap<String, Vec<BeforeApplication>>,
    /// By country, with their short names.
    pub authorities: BTreeMap<String, Vec<(AuthorityId, String)>>,
    /// All of them, by code.
    pub countries: Vec<Country>,
}

impl Book {
    /// A party's own place on a list.
    pub fn listing(&self, list: &str) -> Listing {
        Listing { list: list.to_owned(), label: self.list(list), of: None }
    }

    /// What people read for a screening list's code.
    pub fn list(&self, list: &str) -> String {
        self.lists.get(list).cloned().unwrap_or_else(|| list.to_owned())
    }

    /// A country of that code.
    pub fn country(&self, code: &str) -> Option<&Country> {
        self.countries.iter().find(|country| country.code == code)
    }
}

#[derive(Debug)]
pub struct Place {
    pub id: PostId,
    pub name: String,
    pub country: String,
    pub zone: String,
    /// How much of the work it has.
    pub weight: usize,
    seats: Vec<usize>,
}

#[derive(Debug)]
pub struct Human {
    pub id: PersonId,
    pub name: String,
    /// What they may decide.
    pub authority: Decimal,
    account: String,
    since: Date,
}

/// A person's time on a seat.
#[derive(Debug)]
struct Tour {
    from: Date,
    until: Date,
    person: usize,
}

/// A duty that somebody has at any time.
#[derive(Debug)]
struct Seat {
    role: Role,
    post: Option<usize>,
    tours: Vec<Tour>,
}

/// Somebody who acts, in the duty of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// Who, by the place in [`World::people`].
    pub person: usize,
    pub role: Role,
    /// Where, if at a post.
    pub post: Option<usize>,
}

/// The last number of each series.
#[derive(Debug, Default)]
pub struct Numbers {
    pub checks: BTreeMap<i32, i32>,
    pub licenses: u32,
    pub permits: u32,
    pub serials: u32,
    /// Of telegrams, by originator and year.
    pub telegrams: BTreeMap<(String, i32), i32>,
}

/// Everything that files are made of.
#[derive(Debug)]
pub struct World {
    pub dice: Dice,
    pub ledger: Ledger,
    pub book: Book,
    pub posts: Vec<Place>,
    pub people: Vec<Human>,
    pub parties: Parties,
    pub numbers: Numbers,
    pub begin: Date,
    /// The day on which all of this is made; nothing is later than its beginning.
    pub today: Date,
    seats: Vec<Seat>,
}

/// A moment of that day, so many hours after its beginning.
pub fn hour(day: Date, hour: u8) -> OffsetDateTime {
    day.with_time(Time::from_hms(hour, 0, 0).unwrap_or(Time::MIDNIGHT)).assume_utc()
}

impl World {
    /// The posts and people of that day, back to the beginning, in the ledger.
    pub fn new(seed: u64, today: Date, book: Book, out: rows::Out) -> Result<Self> {
        let begin = today - Duration::days(YEARS * 365);
        let ledger = Ledger::new(begin - Duration::days(30), out);
        let mut world = Self {
            dice: Dice::new(seed),
            ledger,
            book,
            posts: Vec::new(),
            people: Vec::new(),
            parties: Parties::default(),
            numbers: Numbers::default(),
            begin,
            today,
            seats: Vec::new(),
        };
        world.found_posts();
        world.place_seats();
        world.appoint();
        world.name_todays_people();
        world.write_people()?;
        Ok(world)
    }

    fn found_posts(&mut self) {
        let at = hour(self.begin - Duration::days(20), 15);
        let mut named: Vec<(String, String, String)> = demo::POSTS
            .iter()
            .map(|(name, country, zone)| ((*name).to_owned(), (*country).to_owned(), (*zone).to_owned()))
            .collect();
        let known: BTreeSet<String> = named.iter().map(|(_, country, _)| country.clone()).collect();
        let others: Vec<&Country> = self
            .book
            .countries
            .iter()
            .filter(|country| country.region != "US" && !known.contains(&country.code))
            .collect();
        for round in 0..3 {
            for country in &others {
                let zone =
                    ZONES.iter().find(|(region, _)| *region == country.region).map_or("Etc/UTC", |(_, zone)| zone);
                let name = if round == 0 {
                    country.name.clone()
                } else {
                    format!("{} {}", country.name, ["", "North", "South"][round])
                };
                named.push((name, country.code.clone(), zone.to_owned()));
            }
        }
        named.truncate(POSTS);
        let quiet = demo::POSTS.len() - 1;
        for (index, (name, country, zone)) in named.into_iter().enumerate() {
            // The last of the demonstration's posts is a quiet one.
            let rank = if index == quiet { POSTS - 1 } else { index - usize::from(index > quiet) };
            let weight = 10_000 / (rank + 1);
            self.posts.push(Place { id: PostId(self.dice.id(at)), name, country, zone, weight, seats: Vec::new() });
        }
    }

    fn place_seats(&mut self) {
        for (role, count) in WASHINGTON {
            self.seats.extend((0..*count).map(|_| Seat { role: *role, post: None, tours: Vec::new() }));
        }
        for post in 0..self.posts.len() {
            let (officers, supervisors) = match self.posts[post].weight {
                1000.. => (4, 1),
                250.. => (2, 1),
                84.. => (1, 1),
                _ => (1, 0),
            };
            let roles = [(Role::PostOfficer, officers), (Role::PostSupervisor, supervisors)];
            for role in roles.into_iter().flat_map(|(role, count)| std::iter::repeat_n(role, count)) {
                self.posts[post].seats.push(self.seats.len());
                self.seats.push(Seat { role, post: Some(post), tours: Vec::new() });
            }
        }
    }

    /// Gives every seat to one person after the other: new ones, until there were so many as there are, and those who
    /// are free again.
    fn appoint(&mut self) {
        let mut tours: Vec<(Date, Date, usize)> = Vec::new();
        for seat in 0..self.seats.len() {
            let mut from = self.begin;
            while from <= self.today {
                let days = if self.seats[seat].post.is_some() {
                    self.dice.between(700, 1130)
                } else {
                    self.dice.between(900, 2200)
                };
                let days = if from == self.begin { days / self.dice.between(1, 6) } else { days };
                let until = from + Duration::days(days);
                tours.push((from, until, seat));
                from = until + Duration::days(1);
            }
        }
        tours.sort_unstable();
        // Whoever judges results and licenses in Washington goes to no post: there, each of their acts on a file would
        // bar the next one.
        let mut free: [Vec<(Date, usize)>; 2] = Default::default();
        let all = tours.len();
        for (index, (from, until, seat)) in tours.into_iter().enumerate() {
            let free = &mut free[usize::from(matches!(
                self.seats[seat].role,
                Role::CaseOfficer | Role::PostOfficer | Role::PostSupervisor
            ))];
            let back =
                |(since, _): &(Date, usize)| *since + Duration::days(20) < from && *since + Duration::days(2500) > from;
            let candidates: Vec<usize> = (0..free.len()).filter(|place| back(&free[*place])).collect();
            let is_new =
                candidates.is_empty() || self.dice.below(all - index) < PEOPLE.saturating_sub(self.people.len());
            let person = if is_new {
                self.people.push(Human {
                    id: PersonId(self.dice.id(hour(from - Duration::days(6), 14))),
                    name: language::person(&mut self.dice),
                    authority: Decimal::ZERO,
                    account: String::new(),
                    since: from,
                });
                self.people.len() - 1
            } else {
                free.swap_remove(candidates[self.dice.below(candidates.len())]).1
            };
            free.push((until, person));
            self.seats[seat].tours.push(Tour { from, until, person });
        }
        let reviewers = self.seats.iter().filter(|seat| seat.role == Role::Reviewer);
        for (seat, millions) in reviewers.zip(AUTHORITY.iter().cycle()) {
            for tour in &seat.tours {
                let authority = &mut self.people[tour.person].authority;
                *authority = (*authority).max(Decimal::from(millions * 1_000_000));
            }
        }
    }

    /// The people of the demonstration sit where they do there; everybody else is called after their name.
    fn name_todays_people(&mut self) {
        let mut taken: BTreeSet<String> = demo::PEOPLE.iter().map(|(account, ..)| (*account).to_owned()).collect();
        let mut named = BTreeSet::new();
        for (account, name, role, post) in demo::PEOPLE {
            let free = |person: &usize| !named.contains(person);
            let fitting = self.seats.iter().filter(|seat| seat.role == *role && seat.post == *post);
            let holders = fitting.filter_map(|seat| seat.tours.last()).map(|tour| tour.person);
            if let Some(person) = holders.into_iter().find(free) {
                named.insert(person);
                (*account).clone_into(&mut self.people[person].account);
                (*name).clone_into(&mut self.people[person].name);
            }
        }
        for human in self.people.iter_mut().filter(|human| human.account.is_empty()) {
            let plain = human.name.to_lowercase().replace(' ', ".");
            let account = (1..=PEOPLE)
                .map(|count| if count == 1 { plain.clone() } else { format!("{plain}{count}") })
                .find(|name| !taken.contains(name));
            human.account = account.unwrap_or_default();
            taken.insert(human.account.clone());
        }
    }

    /// The rows of posts and people, and their entries: the server's terminal adds the first administrator, and
    /// administrators the rest.
    fn write_people(&mut self) -> Result<()> {
        let hashed = hash_salted(&NewPassword::published(demo::PASSWORD), &self.dice.salt())?;
        let first = self.seats.iter().position(|seat| seat.role == Role::Admin).unwrap_or_default();
        let mut order: Vec<usize> = (0..self.people.len()).collect();
        let administrator = self.seats[first].tours[0].person;
        order.sort_by_key(|person| (*person != administrator, self.people[*person].since));
        for person in order {
            let human = &self.people[person];
            let day = human.since - Duration::days(if human.since == self.begin { 20 } else { 6 });
            let at = hour(day, if person == administrator { 13 } else { 14 });
            let (id, name) = (human.id, human.name.clone());
            let row = rows::Person {
                id,
                account: &human.account,
                name: &name,
                password_hash: &hashed,
                decision_authority: human.authority,
                created_at: at,
            };
            self.ledger.put(at, &row)?;
            if person == administrator {
                let event = Event::new(
                    Verb::PersonAdded,
                    id,
                    format!("added {} as administrator", self.people[person].account),
                );
                self.enter(at, &By::Job("terminal"), event)?;
            } else {
                let by = self.administrator(first, day);
                self.log(at, by, Event::new(Verb::PersonAdded, id, format!("added {name}")))?;
            }
        }
        for post in 0..self.posts.len() {
            let at = hour(self.begin - Duration::days(20), 15);
            let place = &self.posts[post];
            let event = Event::new(Verb::PostAdded, place.id, format!("added the post {}", place.name))
                .after(says("Time zone", &place.zone));
            let row = rows::Post { id: place.id, name: &place.name, country: &place.country, zone: &place.zone };
            self.ledger.put(at, &row)?;
            self.log(at, self.administrator(first, at.date()), event)?;
        }
        for seat in 0..self.seats.len() {
            for tour in 0..self.seats[seat].tours.len() {
                self.write_assignment(first, seat, tour)?;
            }
        }
        Ok(())
    }

    fn write_assignment(&mut self, first: usize, seat: usize, tour: usize) -> Result<()> {
        let Seat { role, post, tours } = &self.seats[seat];
        let (role, post, tour, is_last) = (*role, *post, &tours[tour], tour + 1 == tours.len());
        let (from, until, person) = (tour.from, tour.until, tour.person);
        // Of a role that goes on, the last day is often not known; of the administrators', never.
        let ends = Some(until).filter(|_| !is_last || (role != Role::Admin && self.dice.chance(500)));
        let day = from - Duration::days(if from == self.begin { 19 } else { 4 });
        let (at, by) = (hour(day, 15), self.administrator(first, day));
        let id = AssignmentId(self.dice.id(at));
        let place = post.map(|post| &self.posts[post]);
        let row = rows::Assignment {
            id,
            person_id: self.people[person].id,
            role,
            post_id: place.map(|place| place.id),
            starts_on: from,
            ends_on: ends,
        };
        self.ledger.put(at, &row)?;
        let sentence =
            format!("made {} {} from {}", self.people[person].name, role.label().to_lowercase(), day_words(from));
        let post = place.map(|place| &place.name);
        let after = says("Role", role).and("Post", post).and("First day", from).and("Last day", ends);
        self.log(at, by, Event::new(Verb::AssignmentChanged, id, sentence).after(after))
    }

    /// Who administers on a day; before the beginning, the first one.
    fn administrator(&self, seat: usize, day: Date) -> Hand {
        Hand { person: self.holder(seat, day.max(self.begin)), role: Role::Admin, post: None }
    }

    fn holder(&self, seat: usize, day: Date) -> usize {
        let tours = &self.seats[seat].tours;
        let place = tours.partition_point(|tour| tour.from <= day).saturating_sub(1);
        tours[place].person
    }

    /// Who serves at a post on a day.
    pub fn at_post(&self, post: usize, day: Date) -> Vec<Hand> {
        let hand =
            |seat: &usize| Hand { person: self.holder(*seat, day), role: self.seats[*seat].role, post: Some(post) };
        self.posts[post].seats.iter().map(hand).collect()
    }

    /// Those in Washington with a role on a day, beginning with any of them.
    pub fn in_washington(&mut self, role: Role, day: Date) -> Vec<Hand> {
        let seats: Vec<usize> = (0..self.seats.len()).filter(|seat| self.seats[*seat].role == role).collect();
        let first = self.dice.below(seats.len());
        let order = (0..seats.len()).map(|place| seats[(first + place) % seats.len()]);
        order.map(|seat| Hand { person: self.holder(seat, day), role, post: None }).collect()
    }

    /// Where a check is asked: the busy posts have most of them.
    pub fn some_post(&mut self) -> usize {
        let mut left = self.dice.below(self.posts.iter().map(|post| post.weight).sum());
        for (index, post) in self.posts.iter().enumerate() {
            if left < post.weight {
                return index;
            }
            left -= post.weight;
        }
        0
    }

    /// Adds a person's entry to the log.
    pub fn log(&mut self, at: OffsetDateTime, hand: Hand, event: Event) -> Result<()> {
        let office = hand.post.map_or(1, |post| post + 20);
        let by = By::Person {
            id: self.people[hand.person].id,
            role: Some(hand.role.code()),
            post: hand.post.map(|post| self.posts[post].id),
            address: format!("10.{office}.{}.{}", hand.person / 250, hand.person % 250 + 1),
        };
        self.enter(at, &by, event)
    }

    /// Adds an entry to the log.
    pub fn enter(&mut self, at: OffsetDateTime, by: &By, event: Event) -> Result<()> {
        let row = rows::Entry {
            id: EventId(self.dice.id(at)),
            at,
            actor_id: by.person(),
            job: by.job(),
            role: by.role(),
            post_id: by.post(),
            address: by.address(),
            verb: event.verb.code(),
            subject_kind: event.subject.0,
            subject_id: event.subject.1,
            check_id: event.check,
            license_id: event.license,
            party_id: event.party,
            summary: &event.summary,
            before: event.before.as_ref(),
            after: event.after.as_ref(),
        };
        self.ledger.put(at, &row)
    }
}
