//! What a story's post finds, and how a contradiction is explained.

use super::story::{Story, length};
use crate::{
    audit::{Event, Subject, Verb, says},
    checks::{
        model::{Explanation, FoundParty},
        verbs::CheckVerb,
    },
    error::Result,
    evidence::model::{Finding, FindingAnswer, PortionMark},
    generate::{language, rows},
    id::{ContactId, DocumentId, ExplanationId, FindingId},
    parties::model::PartyRole,
    reference::model::Asked,
};

impl Story<'_> {
    /// Records a finding that rests on these.
    pub(super) fn finding(
        &mut self,
        asked: &Asked,
        answer: FindingAnswer,
        contacts: Vec<ContactId>,
        documents: Vec<DocumentId>,
    ) -> Result<()> {
        self.soon();
        let by = self.officer();
        let text = language::text(&mut self.world.dice, openings(answer, &asked.topic));
        let portion_mark = if self.world.dice.chance(820) { PortionMark::Sbu } else { PortionMark::U };
        let (id, now, check_id, recorded_by) =
            (FindingId(self.id()), self.file.now, self.file.check.id, self.person(by));
        let party_id = asked.party.as_ref().map(|(id, _)| *id);
        let row = rows::Finding {
            id,
            check_id,
            topic: &asked.topic,
            party_id,
            answer,
            text: &text,
            portion_mark,
            recorded_by,
            recorded_at: now,
        };
        self.put(&row)?;
        for contact in &contacts {
            self.put(&rows::Basis { finding_id: id, contact_id: Some(*contact), document_id: None })?;
        }
        for document in &documents {
            self.put(&rows::Basis { finding_id: id, contact_id: None, document_id: Some(*document) })?;
        }
        let about = asked.party.as_ref().map(|(_, name)| format!(" ({name})")).unwrap_or_default();
        let sentence = format!("found on {}{about}: {}", asked.label.to_lowercase(), answer.label().to_lowercase());
        let event = Event::new(Verb::FindingRecorded, Subject::Row("finding", id.0), sentence)
            .on_check(check_id)
            .after(says("Answer", answer).and("Text", &text));
        let finding = Finding {
            id,
            topic: asked.topic.clone(),
            party_id,
            party_name: asked.party.as_ref().map(|(_, name)| name.clone()),
            party_called: asked.party.as_ref().map(|(_, name)| name.clone()),
            answer,
            text_length: length(&text),
            text,
            portion_mark,
            contacts,
            documents,
            recorded_by,
            version: 1,
        };
        self.file.check.findings.push(finding);
        self.touch();
        self.log(by, event)
    }

    /// Records a party that the post came across.
    pub(super) fn find_party(&mut self) -> Result<()> {
        self.soon();
        let (by, check, country) = (self.officer(), self.file.check.id, self.file.check.post_country.clone());
        let role = self.world.dice.weighed(&[
            (1, PartyRole::Broker),
            (1, PartyRole::FreightForwarder),
            (1, PartyRole::Seller),
        ]);
        let source = "Named by the end-user's purchasing office";
        let party =
            self.world.found(self.file.now, by, &country, crate::generate::parties::Found { check, role, source })?;
        let known = &self.world.parties.all[party];
        let found = FoundParty {
            id: known.id,
            name: known.name.clone(),
            role,
            country,
            address: String::new(),
            source: source.to_owned(),
            by: self.name(by),
            at: self.file.now,
        };
        self.file.check.found.push(found);
        self.touch();
        Ok(())
    }

    /// Explains every contradiction that waits for the post, or for Washington.
    pub(super) fn explain(&mut self, by_post: bool) -> Result<()> {
        let waiting: Vec<_> = self
            .file
            .contradictions()
            .into_iter()
            .filter(|found| found.explanation.is_none() && found.by_post == by_post)
            .collect();
        for found in waiting {
            self.soon();
            let by = if by_post { self.officer() } else { self.case_officer() };
            let text = language::text(&mut self.world.dice, EXPLAINED);
            let (id, now, check_id, person) =
                (ExplanationId(self.id()), self.file.now, self.file.check.id, self.person(by));
            let row = rows::Explanation {
                id,
                check_id,
                contradiction: &found.key,
                fingerprint: &found.fingerprint,
                text: &text,
                explained_by: person,
                explained_at: now,
            };
            self.put(&row)?;
            self.touch();
            let event = CheckVerb::Explain.event(&self.file.check, format!(": {}", found.sentence));
            let event = event.after(says("Explanation", &text));
            let explanation = Explanation {
                id,
                contradiction: found.key,
                fingerprint: found.fingerprint,
                said: None,
                text,
                explained_by_name: self.name(by),
                explained_at: now,
            };
            self.file.check.explanations.insert(0, explanation);
            self.log(by, event)?;
        }
        Ok(())
    }
}

/// How the words of an answer on a topic begin.
fn openings(answer: FindingAnswer, topic: &str) -> &'static [&'static str] {
    match (answer, topic) {
        (FindingAnswer::Yes, "storage" | "inventory" | "receipt") => KEPT_SAFE,
        (FindingAnswer::Yes, "bona_fides" | "intermediaries") => EXISTS,
        (FindingAnswer::Yes, _) => FOUND,
        (FindingAnswer::No, "storage" | "inventory" | "receipt") => KEPT_BADLY,
        (FindingAnswer::No, _) => FOUND_NOT,
        (FindingAnswer::Partly | FindingAnswer::CouldNotEstablish, _) => FOUND_PARTLY,
    }
}

const FOUND: &[&str] = &[
    "As {stated|the application says}.",
    "Confirmed {on site|in writing|by the manager}.",
    "{Records|Papers|Registers} are {complete|in order}; {n} entries were compared.",
    "Yes, says {name}, and {showed|sent} the {paper|order|contract}.",
];
const KEPT_SAFE: &[&str] = &[
    "{Steel door, two locks, a guard|A cage and a register|An armory with a duty officer}.",
    "{Every piece|The lot} was {shown|counted}; {records|registers} are in order.",
    "As {stated|the application says}.",
];
const EXISTS: &[&str] = &[
    "{The firm|The office} {exists|is known} and {answered|showed} everything that was asked.",
    "{Registered|At this address} since {n} years, {says the register|says the landlord}.",
    "Confirmed {on site|in writing|by the manager}.",
];
const FOUND_NOT: &[&str] = &[
    "{Nobody|No firm} of this name is {known|registered} at the address.",
    "The {order|contract} {was never placed|is not theirs}, says {name}.",
];
const KEPT_BADLY: &[&str] = &[
    "{The store is|Both rooms are} {open|without a lock|used by others}.",
    "{n} pieces {could not be shown|are not in the register}.",
];
const FOUND_PARTLY: &[&str] = &[
    "{n} of the pieces were {seen|shown}; the others are {on duty|in another depot}.",
    "{The firm|The office} {did not answer|gave two answers}; post {could not learn|was not told} more.",
    "The {register|ledger} is kept, but not {signed|up to date}.",
];

const EXPLAINED: &[&str] = &[
    "{A slip of the pen|A typing error}: the {ledger|invoice} has it right.",
    "The {lot|crate} was {counted|sealed} as a whole; its pieces have no numbers of their own.",
    "Both are {right|true}: the {first|second} speaks of {last|next} year.",
    "It {signed|held the keys} for {one night|two days} while customs was closed.",
];
