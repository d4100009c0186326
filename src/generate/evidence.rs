//! What a story's post learns: contacts, statements, documents.

use time::Duration;

use super::story::{Story, length};
use crate::{
    approvals::model::LicenseContact,
    audit::{Event, Subject, Verb, says},
    error::Result,
    evidence::{
        link::linked,
        model::{ChannelSource, Contact, ContactKind, Document, SourceGrade, Statement},
    },
    generate::{language, rows, world::Hand},
    id::{AuthorityId, ContactId, DocumentId, PartyId, StatementId},
};

/// An authority or a party, with its name.
type With = (Option<(AuthorityId, String)>, Option<(PartyId, String)>);

impl Story<'_> {
    pub(super) fn contact(
        &mut self,
        kind: ContactKind,
        authority: Option<(AuthorityId, String)>,
        openings: &[&str],
    ) -> Result<ContactId> {
        self.contact_with(kind, (authority, None), openings)
    }

    /// A contact with an authority or a party: over a channel that confirms what they signed.
    pub(super) fn contact_with(
        &mut self,
        kind: ContactKind,
        (authority, party): With,
        openings: &[&str],
    ) -> Result<ContactId> {
        self.soon();
        let by = self.officer();
        let contact = self.drawn_contact(kind, (authority, party), openings, by);
        let (id, check_id) = (contact.id, self.file.check.id);
        let row = rows::Contact {
            id,
            check_id,
            kind,
            occurred_on: contact.occurred_on,
            with_whom: &contact.with_whom,
            authority_id: contact.authority_id,
            party_id: contact.party_id,
            place: &contact.place,
            channel_source: contact.channel_source,
            summary: &contact.summary,
            recorded_by: self.person(by),
            recorded_at: contact.recorded_at,
        };
        self.put(&row)?;
        let sentence = format!("recorded a contact: {} with {}", kind.label().to_lowercase(), contact.with_whom);
        let event = Event::new(Verb::ContactRecorded, Subject::Row("contact", id.0), sentence)
            .on_check(check_id)
            .after(says("Day", contact.occurred_on).and("Summary", &contact.summary));
        self.file.check.contacts.insert(0, contact);
        self.touch();
        self.log(by, event)?;
        Ok(id)
    }

    fn drawn_contact(&mut self, kind: ContactKind, (authority, party): With, openings: &[&str], by: Hand) -> Contact {
        let dice = &mut self.world.dice;
        let known = authority.as_ref().map(|(_, name)| name).or(party.as_ref().map(|(_, name)| name));
        let with_whom = match known {
            Some(name) => format!("{}, {name}", language::person(dice)),
            None => language::drawn(dice, "{name}, {manager|director|owner|clerk|guard|deputy}"),
        };
        let channel_source = known.map_or_else(|| dice.weighed(CHANNELS), |_| ChannelSource::Directory);
        let place =
            if kind == ContactKind::SiteVisit || dice.chance(200) { language::address(dice) } else { String::new() };
        let undated = known.is_none() && dice.chance(30);
        let summary = language::text(dice, openings);
        Contact {
            id: ContactId(self.id()),
            kind,
            occurred_on: Some(self.post_day()).filter(|_| !undated),
            with_whom,
            authority_id: authority.as_ref().map(|(id, _)| *id),
            authority: authority.map(|(_, name)| name),
            party_id: party.as_ref().map(|(id, _)| *id),
            party: party.map(|(_, name)| name),
            channel_source,
            place,
            summary_length: length(&summary),
            summary,
            recorded_by_name: self.name(by),
            recorded_at: self.file.now,
            version: 1,
        }
    }

    pub(super) fn contact_named(&self, contact: ContactId) -> String {
        let known = self.file.check.contacts.iter().find(|known| known.id == contact);
        let known = known.map(|known| LicenseContact {
            id: known.id,
            kind: known.kind,
            with_whom: known.with_whom.clone(),
            occurred_on: known.occurred_on,
            channel: known.channel_source,
            authority: known.authority_id,
            party: known.party_id,
        });
        known.map(|known| known.named()).unwrap_or_default()
    }

    fn whom(&self, contact: ContactId) -> String {
        let known = self.file.check.contacts.iter().find(|known| known.id == contact);
        known.map(|known| known.with_whom.clone()).unwrap_or_default()
    }

    /// Marks a statement as confirmed by another one, or as contradicted.
    fn mark(&mut self, (id, whom): (StatementId, &str), bears: Bears, by: Hand) -> Result<()> {
        self.soon();
        let (confirmed_by, contradicted_by) = bears.links();
        let word = if contradicted_by.is_some() { "contradicted" } else { "confirmed" };
        let row = Subject::Row("statement", id.0);
        let event = Event::new(Verb::StatementRecorded, row, format!("marked what {whom} stated as {word}"))
            .on_check(self.file.check.id)
            .before(linked(&self.file, None, None))
            .after(linked(&self.file, confirmed_by, contradicted_by));
        self.touch();
        self.log(by, event)
    }

    /// Records what a contact stated; `bears` is how it stands to another statement of the file.
    pub(super) fn statement(
        &mut self,
        contact: ContactId,
        grade: SourceGrade,
        about: Option<PartyId>,
        bears: Bears,
    ) -> Result<StatementId> {
        self.soon();
        let by = self.officer();
        let topic = self.world.dice.pick(&["order", "end_use", "need", "storage", "other"]);
        let text = language::text(&mut self.world.dice, STATED);
        let (id, now, check_id) = (StatementId(self.id()), self.file.now, self.file.check.id);
        let with_whom = self.whom(contact);
        let row = Subject::Row("statement", id.0);
        let event = Event::new(Verb::StatementRecorded, row, format!("recorded what {with_whom} stated"));
        let event = event.on_check(check_id).after(says("Statement", &text).and("Source", grade));
        self.touch();
        self.log(by, event)?;
        let (confirmed_by, contradicted_by) = bears.links();
        if bears != Bears::Alone {
            self.mark((id, &with_whom), bears, by)?;
        }
        let version = if bears == Bears::Alone { 1 } else { 2 };
        let recorded_by = self.person(by);
        let row = rows::Statement {
            id,
            check_id,
            contact_id: contact,
            text: &text,
            topic: Some(topic),
            about_party_id: about,
            source_grade: grade,
            confirmed_by,
            contradicted_by,
            recorded_by,
            recorded_at: now,
            version,
        };
        self.put(&row)?;
        let about_name = about.and_then(|id| {
            self.file.parties().iter().find(|(party, ..)| *party == id).map(|(_, name, _)| (*name).to_owned())
        });
        let statement = Statement {
            id,
            contact_id: contact,
            with_whom,
            text_length: length(&text),
            text,
            topic: Some(topic.to_owned()),
            about_party_id: about,
            about_called: about_name.clone(),
            about: about_name,
            source_grade: grade,
            confirmed_by,
            contradicted_by,
            version,
        };
        self.file.check.statements.insert(0, statement);
        Ok(id)
    }

    pub(super) fn document(&mut self) -> Result<DocumentId> {
        self.soon();
        let by = self.officer();
        let dice = &mut self.world.dice;
        let kind = dice.pick(&[
            "Invoice",
            "Purchase order",
            "Register extract",
            "Letter",
            "Photographs of the store",
            "Contract",
        ]);
        let issuer = if dice.chance(500) { language::word(dice) } else { language::person(dice) };
        let number = if dice.chance(600) {
            format!("{}-{}", dice.between(10, 99), dice.between(1000, 99_999))
        } else {
            String::new()
        };
        let kept_at = dice.pick(&["Post's file", "Post's safe", "With the firm; seen by the officer"]);
        let dated = Some(dice.between(1, 200))
            .filter(|days| *days < 180)
            .map(|days| self.file.now.date() - Duration::days(days));
        let description = if dice.chance(400) { language::text(dice, DESCRIBED) } else { String::new() };
        let (id, now, check_id, recorded_by) =
            (DocumentId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let row = rows::Document {
            id,
            check_id,
            kind,
            issuer: &issuer,
            number: &number,
            dated,
            kept_at,
            description: &description,
            recorded_by,
            recorded_at: now,
        };
        self.put(&row)?;
        let event = Event::new(
            Verb::DocumentRecorded,
            Subject::Row("document", id.0),
            format!("described a document: {kind} of {issuer}"),
        );
        let event = event.on_check(check_id).after(says("Number", &number).and("Kept at", kept_at));
        let document = Document {
            id,
            kind: kind.to_owned(),
            issuer,
            number,
            dated,
            kept_at: kept_at.to_owned(),
            description,
            version: 1,
        };
        self.file.check.documents.insert(0, document);
        self.touch();
        self.log(by, event)?;
        Ok(id)
    }
}

/// How a statement stands to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bears {
    Alone,
    /// The other one, of a better source, bears it out.
    ConfirmedBy(StatementId),
    /// The other one says the opposite.
    ContradictedBy(StatementId),
}

impl Bears {
    /// What bears it out, and what says the opposite.
    fn links(self) -> (Option<StatementId>, Option<StatementId>) {
        match self {
            Self::Alone => (None, None),
            Self::ConfirmedBy(other) => (Some(other), None),
            Self::ContradictedBy(other) => (None, Some(other)),
        }
    }
}

/// Where the number or address of a contact came from, how often of a thousand.
const CHANNELS: &[(usize, ChannelSource)] = &[
    (450, ChannelSource::Directory),
    (200, ChannelSource::EarlierFile),
    (200, ChannelSource::Embassy),
    (100, ChannelSource::Paper),
    (50, ChannelSource::NotStated),
];
const STATED: &[&str] = &[
    "The {order|contract} is {theirs|ours|genuine}.",
    "{The weapons|The items|All of it} {stay|stays} in the {armory|store|depot}.",
    "They {know|have signed} the rules on {nontransfer|resale}.",
    "They never {sold|lent|moved} {anything|a piece} of it.",
    "The {guard force|unit|squadron} has {n} people.",
    "The {price|amount} was {paid|agreed} with the {broker|seller|ministry}.",
];
const DESCRIBED: &[&str] = &["{One page|Two pages}, {signed|stamped} by {name}.", "Names {name} as {buyer|consignee}."];
