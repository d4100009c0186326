//! A contact's own answers: whom the post met, when and how. They are a part of the page of a contact, where what was
//! said and what it settles stand beside them.

use super::{
    model::{ChannelSource, Contact, ContactKind, Refusal, confirms, named},
    store::ContactData,
};
use crate::{
    access::Actor,
    approvals::{
        self,
        model::{LicenseContact, Sketch, ToldBy},
    },
    audit::{Event, Subject, Verb, says},
    checks::model::CaseFile,
    db::Change,
    error::Result,
    faults::has_come,
    form,
    id::{AuthorityId, ContactId, PartyId},
    text::{Day, Line, Optional, Text},
    web::Form,
    words::Choice,
};

form! {
    pub struct ContactForm reads Recorded {
        kind: Field<ContactKind>,
        occurred_on: Dated<Optional<Day>>,
        with_whom: Field<Line>,
        authority: Field<Optional<AuthorityId>>,
        party: Field<Optional<PartyId>>,
        place: Field<Optional<Line>>,
        channel_source: Field<ChannelSource>,
        summary: Field<Text>,
    }
}

impl ContactForm {
    /// The form as it was recorded.
    pub(super) fn of(contact: &Contact) -> Self {
        let mut form = Self::blank();
        form.kind.set(contact.kind);
        form.occurred_on.set(contact.occurred_on.map(|day| Day(day).to_string()).unwrap_or_default());
        form.with_whom.set(&contact.with_whom);
        form.authority.set(contact.authority_id.map(|id| id.to_string()).unwrap_or_default());
        form.party.set(contact.party_id.map(|id| id.to_string()).unwrap_or_default());
        form.place.set(&contact.place);
        form.channel_source.set(contact.channel_source);
        form.summary.set(&contact.summary);
        form
    }

    /// The contact as far as it is typed, right or wrong.
    pub(super) fn sketch(&self) -> Sketch {
        let day = self.occurred_on.raw().parse::<Optional<Day>>().ok().and_then(|day| day.0);
        Sketch {
            channel: self.channel_source.raw().parse().ok(),
            authority: self.authority.raw().parse().ok(),
            party: self.party.raw().parse().ok(),
            occurred_on: day.map(|day| day.0),
        }
    }
}

impl Recorded {
    fn day(&self) -> Option<time::Date> {
        self.occurred_on.0.as_ref().map(|day| day.0)
    }

    /// What is kept of it.
    pub(super) fn data(&self) -> ContactData<'_> {
        ContactData {
            kind: self.kind,
            occurred_on: self.day(),
            with_whom: self.with_whom.as_str(),
            authority: self.authority.0,
            party: self.party.0,
            place: self.place.0.as_ref().map_or("", Line::as_str),
            channel: self.channel_source,
            summary: self.summary.as_str(),
        }
    }

    /// As its papers and findings name it.
    pub(super) fn named(&self) -> String {
        named(self.kind, self.with_whom.as_str(), self.day())
    }

    /// As what a paper is verified by it.
    pub(super) fn as_confirming(&self, id: ContactId) -> LicenseContact {
        LicenseContact {
            id,
            kind: self.kind,
            with_whom: self.with_whom.to_string(),
            occurred_on: self.day(),
            channel: self.channel_source,
            authority: self.authority.0,
            party: self.party.0,
        }
    }

    /// Refuses what answers that parsed cannot be on this file.
    pub(super) async fn judge(
        &self,
        can: &Actor,
        file: &CaseFile,
        before: Option<&Contact>,
        form: &mut ContactForm,
    ) -> Result<()> {
        let now = ToldBy { kind: self.kind, authority: self.authority.0 };
        if let Some(Err(refusal)) = before.map(|before| file.still_shows(before, now)) {
            form.authority.refuse(refusal);
        }
        if has_come(self.day(), file.check.post_day(can.at)).is_err() {
            form.occurred_on.refuse(Refusal::ToCome);
        }
        if let Some(authority) = self.authority.0
            && authorities(can, file).await?.iter().all(|choice| choice.value != authority.to_string())
        {
            form.authority.refuse(Refusal::Authority);
        }
        if self.party.0.is_some_and(|with| file.parties().iter().all(|(party, _, _)| *party != with)) {
            form.party.refuse(Refusal::Party);
        }
        Ok(())
    }

    /// Lapses what was verified through the contact as it was, before it is changed to this.
    pub(super) async fn lapse(&self, change: &mut Change, file: &CaseFile, before: &Contact) -> Result<Vec<Event>> {
        let known = file.parties();
        let party = known.iter().find(|(party, _, _)| Some(*party) == self.party.0).map(|(id, name, _)| (*id, *name));
        let authority = match self.authority.0 {
            Some(authority) => Some((authority, approvals::store::authority_in_full(change.conn(), authority).await?)),
            None => None,
        };
        let now = confirms(
            (self.kind, self.with_whom.as_str()),
            self.day(),
            authority.as_ref().map(|(id, name)| (*id, name.as_str())),
            party,
            self.channel_source,
        );
        approvals::store::lapse_verifications(change, before.id, &before.confirms().changes(&now)).await
    }

    /// Its entry in the log; `with` says what else one save recorded.
    pub(super) fn event(&self, before: Option<&Contact>, with: &str, row: Subject) -> Event {
        let verb = if before.is_some() { "changed" } else { "recorded" };
        let sentence = format!("{verb} a contact: {} with {}{with}", self.kind.label().to_lowercase(), self.with_whom);
        let told = |day: Option<time::Date>, summary: &str| says("Day", day).and("Summary", summary);
        Event::new(Verb::ContactRecorded, row, sentence)
            .before(before.map(|before| told(before.occurred_on, &before.summary)))
            .after(told(self.day(), self.summary.as_str()))
    }
}

/// The authorities of the post's country and of where the licenses go.
pub(super) async fn authorities(can: &Actor, file: &CaseFile) -> Result<Vec<Choice>> {
    let mut countries: Vec<String> = file.licenses.iter().map(|license| license.destination.clone()).collect();
    countries.push(file.check.post_country.clone());
    let mut conn = can.reads().acquire().await?;
    approvals::store::authorities_of(&mut conn, &countries).await
}
