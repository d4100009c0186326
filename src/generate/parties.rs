//! Parties. Who was on a license before is likely to be on the next one: so a few come to stand on hundreds, and most
//! on one or two.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime};

use super::{
    language, rows,
    world::{Hand, World},
};
use crate::{
    access::Role,
    audit::{Event, Verb, says},
    error::Result,
    id::{AliasId, CheckId, FactId, ListingId, PartyId},
    licenses::model::Listing,
    parties::{
        model::{FactKind, PartyKind, PartyRole, Standing},
        store::PartyData,
    },
    text::folded_name,
};

/// Lists a party may stand on; each is a `screening_list` code.
pub const LISTS: &[&str] = &["aeca_statutory", "sdn", "denied_persons", "entity_list"];

/// A party that is known.
#[derive(Debug)]
pub struct Known {
    pub id: PartyId,
    pub name: String,
    pub country: String,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// The list it stands on, between these days.
    pub listed: Option<(&'static str, Date, Date)>,
}

/// Every party, and who is taken for what.
#[derive(Debug, Default)]
pub struct Parties {
    pub all: Vec<Known>,
    pools: BTreeMap<(usize, String), Pool>,
}

/// Those who do the same in the same country.
#[derive(Debug, Default)]
struct Pool {
    members: Vec<usize>,
    /// Each as often as it was taken.
    taken: Vec<usize>,
}

/// Where a new party was found, by whom.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub check: CheckId,
    pub role: PartyRole,
    /// How it is known.
    pub source: &'a str,
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, Default)]
struct Fate<'a> {
    found: Option<Found<'a>>,
    merged: Option<(usize, OffsetDateTime)>,
}

impl World {
    /// The lists on which a party stands that day.
    pub(super) fn on_lists(&self, known: &Known, day: Date) -> Vec<Listing> {
        let that_day = known.listed.iter().filter(|(_, from, until)| (*from..=*until).contains(&day));
        that_day.map(|(list, ..)| self.book.listing(list)).collect()
    }

    pub(super) fn country_name(&self, code: &str) -> String {
        self.book.country(code).map(|country| country.name.clone()).unwrap_or_default()
    }

    /// A party for a role on a license or check of a country: one that is known, or one that a case officer registers
    /// now.
    pub fn party(&mut self, at: OffsetDateTime, by: Hand, role: PartyRole, country: &str) -> Result<usize> {
        // In a thousand: how often it is a new one. Of go-betweens there are few.
        let (pool, new) = match role {
            PartyRole::Applicant | PartyRole::Manufacturer => (0, 60),
            PartyRole::EndUser => (1, 300),
            PartyRole::ForeignConsignee => (2, 260),
            PartyRole::Broker | PartyRole::Seller => (3, 120),
            PartyRole::FreightForwarder | PartyRole::IntermediateConsignee => (4, 100),
        };
        let home = match pool {
            0 => "US".to_owned(),
            1 | 2 => country.to_owned(),
            _ => String::new(),
        };
        let key = (pool, home);
        let known = self.parties.pools.get(&key).filter(|pool| !pool.members.is_empty() && !self.dice.chance(new));
        let party = match known {
            Some(pool) if self.dice.chance(450) => pool.members[self.dice.below(pool.members.len())],
            Some(pool) => pool.taken[self.dice.below(pool.taken.len())],
            None => {
                let home = if key.1.is_empty() { self.any_country() } else { key.1.clone() };
                let kind = kind_for(role, self.dice.below(100));
                let party = self.register(at, by, kind, &home, Fate::default())?;
                self.parties.pools.entry(key.clone()).or_default().members.push(party);
                party
            }
        };
        self.parties.pools.entry(key).or_default().taken.push(party);
        // Now and then somebody does not see that it is known, and the two records become one a year later.
        let merged = at + Duration::days(self.dice.between(300, 390));
        if merged.date() < self.today && self.dice.chance(4) {
            let home = self.parties.all[party].country.clone();
            return self.register(
                at,
                by,
                PartyKind::Company,
                &home,
                Fate { merged: Some((party, merged)), ..Fate::default() },
            );
        }
        Ok(party)
    }

    /// A party that a post came across and nobody has linked yet.
    pub fn found(&mut self, at: OffsetDateTime, by: Hand, country: &str, found: Found<'_>) -> Result<usize> {
        self.register(at, by, PartyKind::Company, country, Fate { found: Some(found), ..Fate::default() })
    }

    /// A country that deals with arms.
    fn any_country(&mut self) -> String {
        let post = self.some_post();
        if self.dice.chance(300) { "US".into() } else { self.posts[post].country.clone() }
    }

    fn register(
        &mut self,
        at: OffsetDateTime,
        by: Hand,
        kind: PartyKind,
        country: &str,
        fate: Fate<'_>,
    ) -> Result<usize> {
        let country_name =
            self.book.country(country).map_or_else(|| country.to_owned(), |country| country.name.clone());
        let name = match fate.merged {
            Some((same, _)) => language::respelled(&mut self.dice, &self.parties.all[same].name),
            None => language::party(&mut self.dice, kind, &country_name),
        };
        let address = if self.dice.chance(700) { language::address(&mut self.dice) } else { String::new() };
        let id = PartyId(self.dice.id(at));
        let created_by = self.people[by.person].id;
        let into = fate.merged.map(|(same, _)| self.parties.all[same].id);
        let row = rows::Party {
            id,
            kind,
            name: &name,
            name_folded: &folded_name(&name),
            country,
            address: &address,
            standing: match (fate.merged, fate.found) {
                (Some(_), _) => Standing::Merged,
                (None, Some(_)) => Standing::Found,
                (None, None) => Standing::Established,
            },
            merged_into: into,
            found_on_check: fate.found.map(|found| found.check),
            found_role: fate.found.map(|found| found.role),
            found_source: fate.found.map(|found| found.source),
            created_by,
            created_at: at,
        };
        self.ledger.put(at, &row)?;
        let country_name = self.book.country(country).map_or("", |country| country.name.as_str());
        let mut after = PartyData { name: &name, kind, country, address: &address }.described(country_name);
        let event = match fate.found {
            Some(found) => {
                after = after.and("Source", found.source);
                let sentence = format!("found a party: {name} as {}", found.role.label().to_lowercase());
                Event::new(Verb::PartyRecorded, id, sentence).on_check(found.check)
            }
            None => Event::new(Verb::PartyRecorded, id, format!("registered {name}")),
        };
        self.log(at, by, event.after(after))?;
        self.parties.all.push(Known { id, name, country: country.to_owned(), aliases: Vec::new(), listed: None });
        let party = self.parties.all.len() - 1;
        match fate.merged {
            Some((same, merged)) => self.merge(party, same, merged)?,
            None => self.tell_more(party, at)?,
        }
        Ok(party)
    }

    fn merge(&mut self, party: usize, same: usize, at: OffsetDateTime) -> Result<()> {
        let by = self.in_washington(Role::CaseOfficer, at.date())[0];
        let source = "The same register entry";
        let (from, into) = (&self.parties.all[party], &self.parties.all[same]);
        let row = rows::Alias {
            id: AliasId(self.dice.id(at)),
            party_id: into.id,
            name: &from.name,
            name_folded: &folded_name(&from.name),
            source,
            recorded_by: self.people[by.person].id,
            recorded_at: at,
        };
        let is_known = into.aliases.iter().chain([&into.name]).any(|name| folded_name(name) == row.name_folded);
        let event = Event::new(Verb::PartiesMerged, into.id, format!("merged {} into {}", from.name, into.name));
        let country = self.book.country(&from.country).map_or("", |country| country.name.as_str());
        let event = event
            .before(says("Name", &from.name).and("Country", country).and("Address", ""))
            .after(says("Name", &into.name).and("Source", source));
        let alias = from.name.clone();
        if !is_known {
            self.ledger.put(at, &row)?;
            self.parties.all[same].aliases.push(alias);
        }
        self.log(at, by, event)
    }

    /// Other names, facts and listings that come to be known of some.
    fn tell_more(&mut self, party: usize, created: OffsetDateTime) -> Result<()> {
        let room = (self.today - created.date()).whole_days() - 3;
        if room < 3 {
            return Ok(());
        }
        let later = |world: &mut Self| created + Duration::days(world.dice.between(1, room.min(300)));
        if self.dice.chance(120) {
            let at = later(self);
            self.add_alias(party, at)?;
        }
        for _ in 0..self.dice.weighed(&[(860, 0), (100, 1), (40, 3)]) {
            let at = later(self);
            self.add_fact(party, at)?;
        }
        if self.dice.chance(4) { self.list(party, created + Duration::hours(20)) } else { Ok(()) }
    }

    fn add_alias(&mut self, party: usize, at: OffsetDateTime) -> Result<()> {
        let by = self.in_washington(Role::CaseOfficer, at.date())[0];
        let alias = language::respelled(&mut self.dice, &self.parties.all[party].name);
        let (known, source) =
            (&self.parties.all[party], self.dice.pick(&["Its letterhead", "A trade register", "An invoice"]));
        let folded = folded_name(&alias);
        if folded.is_empty() || known.aliases.iter().chain([&known.name]).any(|name| folded_name(name) == folded) {
            return Ok(());
        }
        let row = rows::Alias {
            id: AliasId(self.dice.id(at)),
            party_id: known.id,
            name: &alias,
            name_folded: &folded,
            source,
            recorded_by: self.people[by.person].id,
            recorded_at: at,
        };
        self.ledger.put(at, &row)?;
        let event = Event::new(Verb::PartyFactAdded, known.id, format!("added another name: {alias}"));
        let event = event.after(says("Name", &alias).and("Source", source));
        self.parties.all[party].aliases.push(alias);
        self.log(at, by, event)
    }

    fn add_fact(&mut self, party: usize, at: OffsetDateTime) -> Result<()> {
        let by = self.in_washington(Role::CaseOfficer, at.date())[0];
        let kind = FactKind::ALL[self.dice.below(FactKind::ALL.len())];
        let text = match kind {
            FactKind::Address => language::address(&mut self.dice),
            FactKind::Telephone => {
                format!("+{} {}", self.dice.between(1, 990), self.dice.between(1_000_000, 99_999_999))
            }
            FactKind::Registration => {
                format!("Register of {}, {}", language::word(&mut self.dice), self.dice.between(1000, 999_999))
            }
            FactKind::Owner => language::person(&mut self.dice),
            FactKind::Other => language::text(
                &mut self.dice,
                &["Known to the {embassy|customs office|chamber of commerce} since {n} years."],
            ),
        };
        let source =
            self.dice.pick(&["A trade register", "Post's file", "Its own letter", "The embassy's commercial section"]);
        let id = self.parties.all[party].id;
        let row = rows::Fact {
            id: FactId(self.dice.id(at)),
            party_id: id,
            kind,
            text: &text,
            source,
            recorded_by: self.people[by.person].id,
            recorded_at: at,
        };
        self.ledger.put(at, &row)?;
        let event = Event::new(Verb::PartyFactAdded, id, format!("added a fact: {}", kind.label().to_lowercase()));
        self.log(at, by, event.after(says("Fact", text).and("Source", source)))
    }

    /// Records a party on a list.
    pub fn list(&mut self, party: usize, at: OffsetDateTime) -> Result<()> {
        let by = self.in_washington(Role::CaseOfficer, at.date())[0];
        let list = self.dice.pick(LISTS);
        let list = LISTS.iter().find(|known| **known == list).copied().unwrap_or(LISTS[0]);
        let starts_on = at.date() - Duration::days(self.dice.between(2, 2000));
        let ends_on = Some(at.date() + Duration::days(self.dice.between(300, 4000))).filter(|_| self.dice.chance(500));
        let (id, name) = (self.parties.all[party].id, self.parties.all[party].name.clone());
        let source = "Notice of the list";
        let row = rows::Listing {
            id: ListingId(self.dice.id(at)),
            party_id: id,
            list,
            source,
            starts_on,
            ends_on,
            recorded_by: self.people[by.person].id,
            recorded_at: at,
        };
        self.ledger.put(at, &row)?;
        self.parties.all[party].listed = Some((list, starts_on, ends_on.unwrap_or(Date::MAX)));
        let label = self.book.list(list);
        let event = Event::new(Verb::PartyFactAdded, id, format!("recorded {name} on a list: {label}"));
        let after = says("List", label).and("First day", starts_on).and("Last day", ends_on).and("Source", source);
        self.log(at, by, event.after(after))
    }
}

fn kind_for(role: PartyRole, percent: usize) -> PartyKind {
    match (role, percent) {
        (PartyRole::EndUser, 40..) => PartyKind::GovernmentBody,
        (PartyRole::EndUser, 35..) => PartyKind::InternationalOrganization,
        (PartyRole::Broker | PartyRole::EndUser, 28..) if role == PartyRole::EndUser || percent > 88 => {
            PartyKind::Person
        }
        _ => PartyKind::Company,
    }
}
