//! Recording a contact, and mending one while the check is in progress. Contacts may be added until the check closes.

use askama::Template;
use axum::response::Response;

use super::{
    model::{ChannelSource, Contact, ContactKind, Refusal, confirms},
    record::Kind,
    statement::parties,
    store::{self, ContactData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at, approvals,
    audit::{Event, Subject, Verb, says},
    checks::model::CaseFile,
    db::Change,
    error::Result,
    faults::has_come,
    form,
    id::{AuthorityId, CheckId, ContactId, PartyId},
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Sent, html},
    words::Choice,
};

form! {
    pub struct ContactForm reads Recorded {
        kind: Field<ContactKind>,
        occurred_on: Field<Optional<Day>>,
        with_whom: Field<Line>,
        authority: Field<Optional<AuthorityId>>,
        party: Field<Optional<PartyId>>,
        place: Field<Optional<Line>>,
        channel_source: Field<ChannelSource>,
        summary: Field<Text>,
    }
}

#[derive(Template)]
#[template(path = "evidence/contact.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    /// The one that is changed, if one is.
    changes: Option<ContactId>,
    /// The papers that were verified through it.
    papers: Vec<String>,
    authorities: Vec<Choice>,
    parties: Vec<Choice>,
    sent: Sent<ContactForm>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        if self.changes.is_some() { "Change a contact" } else { "Record a contact" }
    }
}

impl Kind for Contact {
    const NAMES: (&'static str, &'static str) = ("contact", "contacts");
    type Id = ContactId;
    type Form = ContactForm;
    type Read = Recorded;

    fn of(file: &CaseFile) -> &[Self] {
        &file.check.contacts
    }

    fn key(&self) -> (ContactId, i32) {
        (self.id, self.version)
    }

    fn filled(&self) -> ContactForm {
        let mut form = ContactForm::blank();
        form.kind.set(self.kind);
        form.occurred_on.set(self.occurred_on.map(|day| Day(day).to_string()).unwrap_or_default());
        form.with_whom.set(&self.with_whom);
        form.authority.set(self.authority_id.map(|id| id.to_string()).unwrap_or_default());
        form.party.set(self.party_id.map(|id| id.to_string()).unwrap_or_default());
        form.place.set(&self.place);
        form.channel_source.set(self.channel_source);
        form.summary.set(&self.summary);
        form
    }

    async fn page(
        can: &Can<WorkChecks>,
        file: &CaseFile,
        before: Option<&Self>,
        sent: Sent<ContactForm>,
    ) -> Result<Response> {
        let authorities = authorities(can, file).await?;
        let papers = before.map_or_else(Vec::new, |contact| file.papers_verified_through(contact.id));
        let parties = parties(file);
        html(&Page {
            layout: can.layout(),
            file,
            changes: before.map(|contact| contact.id),
            papers,
            authorities,
            parties,
            sent,
        })
    }

    async fn judge(
        can: &Actor,
        file: &CaseFile,
        _: Option<&Self>,
        read: &Recorded,
        form: &mut ContactForm,
    ) -> Result<()> {
        let occurred_on = read.occurred_on.0.as_ref().map(|day| day.0);
        if has_come(occurred_on, file.check.post_day(can.at)).is_err() {
            form.occurred_on.refuse(Refusal::ToCome);
            return Ok(());
        }
        if let Some(authority) = read.authority.0
            && authorities(can, file).await?.iter().all(|choice| choice.value != authority.to_string())
        {
            form.authority.refuse(Refusal::Authority);
        }
        if read.party.0.is_some_and(|with| file.parties().iter().all(|(party, _, _)| *party != with)) {
            form.party.refuse(Refusal::Party);
        }
        Ok(())
    }

    async fn lapse(change: &mut Change, file: &CaseFile, before: &Self, read: &Recorded) -> Result<Vec<Event>> {
        let known = file.parties();
        let party = known.iter().find(|(party, _, _)| Some(*party) == read.party.0).map(|(id, name, _)| (*id, *name));
        let authority = match read.authority.0 {
            Some(authority) => Some((authority, approvals::store::authority_in_full(change.conn(), authority).await?)),
            None => None,
        };
        let now = confirms(
            (read.kind, read.with_whom.as_str()),
            read.occurred_on.0.as_ref().map(|day| day.0),
            authority.as_ref().map(|(id, name)| (*id, name.as_str())),
            party,
            read.channel_source,
        );
        approvals::store::lapse_verifications(change, before.id, &before.confirms().changes(&now)).await
    }

    async fn save(
        change: &mut Change,
        check: CheckId,
        before: Option<&Self>,
        read: &Recorded,
        version: i32,
    ) -> Result<ContactId> {
        let data = ContactData {
            kind: read.kind,
            occurred_on: read.occurred_on.0.map(|day| day.0),
            with_whom: read.with_whom.as_str(),
            authority: read.authority.0,
            party: read.party.0,
            place: read.place.0.as_ref().map_or("", Line::as_str),
            channel: read.channel_source,
            summary: read.summary.as_str(),
        };
        let Some(before) = before else { return store::insert_contact(change, check, &data).await };
        store::save_contact(change, check, before.id, &data, version).await?;
        Ok(before.id)
    }

    fn event(_: &CaseFile, before: Option<&Self>, read: &Recorded, row: Subject) -> Event {
        let verb = if before.is_some() { "changed" } else { "recorded" };
        let sentence = format!("{verb} a contact: {} with {}", read.kind.label().to_lowercase(), read.with_whom);
        let told = |day: Option<time::Date>, summary: &str| says("Day", day).and("Summary", summary);
        Event::new(Verb::ContactRecorded, row, sentence)
            .before(before.map(|before| told(before.occurred_on, &before.summary)))
            .after(told(read.occurred_on.0.map(|day| day.0), read.summary.as_str()))
    }
}

/// The authorities of the post's country and of where the licenses go.
async fn authorities(can: &Actor, file: &CaseFile) -> Result<Vec<Choice>> {
    let mut countries: Vec<String> = file.licenses.iter().map(|license| license.destination.clone()).collect();
    countries.push(file.check.post_country.clone());
    let mut conn = can.reads().acquire().await?;
    approvals::store::authorities_of(&mut conn, &countries).await
}
