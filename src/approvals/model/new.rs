//! What is to be recorded of a license's papers, before a rule has judged it; and the contacts that confirm a paper.

use time::Date;

use super::{ApprovalState, Confirmation, CustodyStage, Permit, Refusal};
use crate::{
    audit::{Values, says},
    evidence::model::{ChannelSource, ContactKind},
    faults::has_come,
    id::{AuthorityId, ContactId, CountryRuleId, ItemGroupId, PartyId, PermitId},
    text::{day_words, many},
};

/// A contact of the reader's post on a license's checks.
#[derive(Debug)]
pub struct LicenseContact {
    pub id: ContactId,
    pub kind: ContactKind,
    pub with_whom: String,
    pub occurred_on: Option<Date>,
    /// Where the channel came from.
    pub channel: ChannelSource,
    /// The authority it was with, if with one.
    pub authority: Option<AuthorityId>,
    /// The party it was with, if with one.
    pub party: Option<PartyId>,
}

impl LicenseContact {
    /// What it is worth as a confirmation of a paper.
    pub fn confirmation(&self) -> Confirmation {
        let (channel, authority, party) = (self.channel, self.authority, self.party);
        Confirmation { channel, authority, party, occurred_on: self.occurred_on }
    }

    /// What it is worth as a word on a cell.
    pub fn told(&self) -> ToldBy {
        ToldBy { kind: self.kind, authority: self.authority }
    }

    /// `Meeting with Col. A., 18 Jun 2008 (channel: a directory)`.
    pub fn named(&self) -> String {
        let when = self.occurred_on.map_or_else(|| "date not stated".to_owned(), day_words);
        let (kind, channel) = (self.kind.label(), self.channel.label().to_lowercase());
        format!("{kind} with {}, {when} (channel: {channel})", self.with_whom)
    }
}

/// The authority of a cell.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    pub id: AuthorityId,
    pub name: &'a str,
    /// The authority above it, which speaks for it too.
    pub parent: Option<AuthorityId>,
}

/// How, and by which authority, a cell was told.
#[derive(Debug, Clone, Copy)]
pub struct ToldBy {
    pub kind: ContactKind,
    pub authority: Option<AuthorityId>,
}

impl ToldBy {
    /// That none is required says, in writing, whoever's consent it is; of the country as a whole, any authority of it
    /// (guard 4).
    pub fn shows_none_required(&self, of: Option<Whose<'_>>) -> Result<(), Refusal> {
        let with = match of {
            Some(whose) => self.authority.is_some_and(|with| with == whose.id || Some(with) == whose.parent),
            None => self.authority.is_some(),
        };
        match self.kind.is_written() {
            false => Err(Refusal::Spoken),
            true if with => Ok(()),
            true => Err(Refusal::OfAnother(of.map_or("an authority of the country", |whose| whose.name).to_owned())),
        }
    }
}

/// What a cell of the matrix is to say.
#[derive(Debug, Clone)]
pub struct NewCell {
    /// How far it has come.
    pub state: ApprovalState,
    pub applied_on: Option<Date>,
    /// The permit that shows it.
    pub permit: Option<PermitId>,
    /// What the end-user waits for.
    pub waits_for: String,
    /// When the end-user was given it.
    pub given_on: Option<Date>,
    /// Why none is required.
    pub proof: String,
    /// The contact that told it.
    pub contact: Option<ContactId>,
    pub note: String,
}

/// A cell that a country rule asks for.
#[derive(Debug)]
pub struct AskedCell {
    pub item: ItemGroupId,
    pub authority: AuthorityId,
    pub rule: CountryRuleId,
    /// How long it usually takes.
    pub days: Option<i32>,
}

/// A permit whose number is perhaps the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alike {
    /// One that the reader may see; of the other they learn no number.
    Seen(String),
    /// On a license outside the reader's scope.
    Elsewhere,
}

impl Alike {
    /// As a person is asked about it.
    pub fn asked(&self, issuer: &str) -> String {
        match self {
            Self::Seen(number) => format!("the permit {number} of {issuer}"),
            Self::Elsewhere => format!("a permit of {issuer} on another license"),
        }
    }

    /// As a person said of a paper that it is another one.
    fn denied(&self) -> String {
        match self {
            Self::Seen(number) => format!("another one than {number}"),
            Self::Elsewhere => "not the one on another license whose number is like it".to_owned(),
        }
    }
}

/// What a permit is to say.
#[derive(Debug, Clone)]
pub struct NewPermit {
    pub issuer: AuthorityId,
    /// Every other authority whose consent it carries.
    pub authorities: Vec<AuthorityId>,
    pub number: String,
    pub issued_on: Option<Date>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    pub items: Vec<ItemGroupId>,
    pub quantity: i64,
    pub unit: String,
    /// The party it names.
    pub named_party: String,
    /// Where it is kept.
    pub kept_at: String,
    /// Another permit of the issuer, on whichever license, that is perhaps the same.
    pub alike: Option<Alike>,
    /// Whether a person said that it is another one.
    pub is_another: bool,
    /// Whether a person said that it is valid for so long.
    pub is_long_valid: bool,
}

/// Of more years than these a validity is asked about.
const YEARS: i32 = 10;

/// A permit as the log shows it beside its number and quantity.
pub fn valid(named_party: &str, from: Option<Date>, until: Option<Date>) -> Values {
    says("Names", named_party).and("Valid from", from).and("Valid until", until)
}

impl NewPermit {
    /// For how many years it is valid, if for more than is usual.
    pub fn long_valid(&self, today: Date) -> Option<i32> {
        let (from, until) = (self.valid_from.or(self.issued_on).unwrap_or(today), self.valid_until?);
        let (begun, ended) = ((u8::from(from.month()), from.day()), (u8::from(until.month()), until.day()));
        let years = until.year() - from.year() - i32::from(ended < begun);
        (years > YEARS || years == YEARS && ended != begun).then_some(years)
    }

    /// What its person said of it when they were asked, for the log.
    pub fn answered(&self, today: Date) -> String {
        let another = self.alike.as_ref().map(Alike::denied);
        let long =
            self.long_valid(today).map(|years| format!("valid for {} as it stands on the paper", many(years, "year")));
        let said: Vec<String> = another.into_iter().chain(long).collect();
        if said.is_empty() { String::new() } else { format!("; it is {}", said.join(", and ")) }
    }
}

impl Permit {
    /// One that was taken back is neither verified nor revoked.
    pub fn is_standing(&self) -> Result<(), Refusal> {
        if self.is_withdrawn() { Err(Refusal::TakenBack) } else { Ok(()) }
    }
}

impl CustodyStage {
    /// What is to come is planned.
    pub fn holds_on(self, day: Option<Date>, today: Date) -> Result<(), Refusal> {
        if self == Self::Actual { has_come(day, today).map_err(|_| Refusal::Planned) } else { Ok(()) }
    }
}
