//! Telegrams of a story: composed from its file by the program's own writer.

use super::{language, rows, story::Story};
use crate::{
    audit::{Event, Subject, Verb},
    error::Result,
    id::{PersonId, TelegramId},
    telegrams::{
        desk,
        model::{Answer, TelegramState, Way, fingerprint},
        reading::{self, Direction},
        wording,
        writing::{self, Envelope, lines::plain},
    },
};

impl Story<'_> {
    /// Writes a telegram of that direction on the check, and sends it.
    pub(super) fn telegram(&mut self, direction: Direction) -> Result<()> {
        self.soon();
        let by = match direction {
            Direction::Request | Direction::Reminder => self.case_officer(),
            _ => self.officer(),
        };
        let id = TelegramId(self.id());
        let (recorded_at, person, check_id) = (self.file.now, self.person(by), self.file.check.id);
        let (body, digest) = writing::composed(&self.file, direction);
        let sentence = format!("wrote the {} telegram", direction.label().to_lowercase());
        self.log(by, Event::new(Verb::TelegramWritten, Subject::Telegram(id), sentence).on_check(check_id))?;
        self.put(&rows::TelegramCheck { telegram_id: id, check_id, joined_by: person, joined_at: recorded_at })?;
        self.soon();
        let envelope = self.envelope(direction);
        let text = writing::whole(&envelope, &body);
        let row = rows::Telegram {
            id,
            way: Way::Out,
            state: TelegramState::Sent,
            direction,
            post_id: self.file.check.post_id,
            original: Some(text.as_bytes()),
            fingerprint: Some(&fingerprint(&text)),
            body: Some(&body),
            composed_digest: Some(&digest),
            originator: Some(&envelope.originator),
            number: Some(envelope.number),
            year: Some(envelope.sent_at.year()),
            sent_at: Some(envelope.sent_at),
            subject: &envelope.subject,
            recorded_by: person,
            recorded_at,
            sent_by: Some(person),
        };
        self.world.ledger.put(recorded_at, &row)?;
        let sentence = format!("sent telegram {} {}", envelope.originator, envelope.number);
        self.log(by, Event::new(Verb::TelegramSent, Subject::Telegram(id), sentence).on_check(check_id))
    }

    /// Files a telegram that came in from the post: on the check it names, or on none where it names none that is
    /// known.
    pub(super) fn file_telegram(&mut self, names_it: bool) -> Result<()> {
        self.soon();
        let by = self.officer();
        let (id, now, person, check_id) = (TelegramId(self.id()), self.file.now, self.person(by), self.file.check.id);
        let mut envelope = self.envelope(Direction::Interim);
        if !names_it {
            envelope.reference = format!("BL-{}-{}", now.year() - 30, self.world.dice.between(1, 99));
        }
        let paragraphs: Vec<String> = (1..=self.world.dice.between(2, 6))
            .map(|number| format!("{number}. (SBU) {}", language::text(&mut self.world.dice, CAME)))
            .collect();
        let text = writing::whole(&envelope, &writing::lines::fitted(&paragraphs.join("\n\n")));
        let row = rows::Telegram {
            id,
            way: Way::In,
            state: TelegramState::Filed,
            direction: Direction::Interim,
            post_id: self.file.check.post_id,
            original: Some(text.as_bytes()),
            fingerprint: Some(&fingerprint(&text)),
            body: None,
            composed_digest: None,
            originator: Some(&envelope.originator),
            number: Some(envelope.number),
            year: Some(envelope.sent_at.year()),
            sent_at: Some(envelope.sent_at),
            subject: &envelope.subject,
            recorded_by: person,
            recorded_at: now,
            sent_by: None::<PersonId>,
        };
        self.put(&row)?;
        let named = format!("{} {}", envelope.originator, envelope.number);
        self.log(by, Event::new(Verb::TelegramFiled, Subject::Telegram(id), format!("filed telegram {named}")))?;
        if !names_it {
            return Ok(());
        }
        self.put(&rows::TelegramCheck { telegram_id: id, check_id, joined_by: person, joined_at: now })?;
        self.touch();
        let sentence = format!("put telegram {named} on the check it names");
        self.log(by, Event::new(Verb::TelegramJoined, Subject::Telegram(id), sentence).on_check(check_id))?;
        self.reject(id, &named, &text)
    }

    /// Some of what it says is of no use to the file.
    fn reject(&mut self, id: TelegramId, named: &str, text: &str) -> Result<()> {
        let reading = reading::read(text.as_bytes());
        for proposal in reading.proposals.iter().filter(|proposal| proposal.paragraph.is_some()).take(2) {
            self.soon();
            let by = self.officer();
            let (now, check_id, person) = (self.file.now, self.file.check.id, self.person(by));
            let (kind, proposed) = desk::proposed(proposal);
            let (label, says) = wording::says(&proposal.value);
            let paragraph = proposal.paragraph.as_deref().unwrap_or_default();
            let words = reading
                .paragraphs
                .iter()
                .find(|known| known.label == paragraph)
                .map_or("", |known| known.text.as_str());
            let says = format!("{label}: {says}");
            let row = rows::TelegramAnswer {
                telegram_id: id,
                key: &proposal.key,
                kind: &kind,
                answer: Answer::Rejected,
                paragraph,
                words,
                says: &says,
                proposed,
                check_id: Some(check_id),
                answered_by: person,
                answered_at: now,
            };
            self.put(&row)?;
            let sentence = format!("rejected from telegram {named}, paragraph {paragraph}: {says}");
            self.log(by, Event::new(Verb::TelegramAnswered, Subject::Telegram(id), sentence).on_check(check_id))?;
        }
        Ok(())
    }

    /// The header of a telegram of this moment, under the next number of its series.
    fn envelope(&mut self, direction: Direction) -> Envelope {
        let check = &self.file.check;
        let originator = match direction {
            Direction::Request | Direction::Reminder => "STATE".to_owned(),
            _ => plain(&check.post_name).to_uppercase(),
        };
        let number = self.world.numbers.telegrams.entry((originator.clone(), self.file.now.year())).or_default();
        *number += 1;
        Envelope {
            post: check.post_name.clone(),
            country: check.post_country.clone(),
            originator,
            number: *number,
            sent_at: self.file.now,
            priority: check.priority,
            direction,
            reference: check.reference.clone(),
            answers: Vec::new(),
            subject: plain(&format!("{} check {}: {}", check.check_type.label(), check.reference, check.subject)),
        }
    }
}

impl super::world::World {
    /// The last number of each year's checks.
    pub(super) fn write_numbers(&mut self, at: time::OffsetDateTime) -> Result<()> {
        for (year, last) in std::mem::take(&mut self.numbers.checks) {
            self.ledger.put(at, &rows::CheckNumber { year, last })?;
        }
        Ok(())
    }
}

const CAME: &[&str] = &[
    "Post {met|called} {name} on the {order|store}.",
    "Post {has|sees} no objection to the {order|sale}.",
    "{name} {stated|said} that {n} pieces are in {town}.",
];
