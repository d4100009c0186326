//! Taking back what was recorded by mistake: what lapses with it, and what it leaves marked.

use time::{Date, OffsetDateTime};

use super::{file::LicenseFile, refusal::Refusal};
use crate::{
    access::Reader,
    approvals::model::{Permit, Signature},
    audit::{Event, Subject, Verb, says},
    id::LicenseId,
    mistakes::model::{self as mistakes, MistakeKind, Recorded, Row, Serving},
    proof,
    vocabulary::CheckState,
};

proof! {
    /// Proof that a row may be taken back as recorded by mistake.
    pub struct TakenBack {
        license: LicenseId,
        kind: MistakeKind,
        row: uuid::Uuid,
        version: i32,
        /// What stood there, in one line.
        said: String,
        reason: String,
    }
}

impl LicenseFile {
    /// Taking a row back, where it is the reader's to take back: what stood there and what lapses is logged with why.
    pub fn take_back(
        &self,
        (kind, verb): (MistakeKind, Verb),
        row: &Row,
        reason: &str,
        reader: &Reader,
        serving: &Serving,
    ) -> Result<TakenBack, Refusal> {
        self.takes_back(row.recorded, reader, serving)?;
        let sentence = format!("took back as recorded by mistake: {}", row.said);
        let event = Event::new(verb, Subject::Row(kind.code(), row.id), sentence).on_license(self.id);
        Ok(TakenBack {
            license: self.id,
            kind,
            row: row.id,
            version: row.version,
            said: row.said.clone(),
            reason: reason.to_owned(),
            event: event
                .before(says("Record", &row.said).and("What lapses", &row.lapses))
                .after(says("Reason", reason)),
        })
    }

    /// Taking back what was recorded by mistake: on an open license, by whom the post has for it. What a decision that
    /// issued or ended the license rested on stays.
    pub fn takes_back(&self, row: Recorded, reader: &Reader, serving: &Serving) -> Result<(), Refusal> {
        if !self.status.is_open() {
            return Err(Refusal::Rested(self.status.label().to_lowercase()));
        }
        let post = reader.post.ok_or(mistakes::Refusal::AnotherPost)?;
        Ok(row.taken_back_by(reader.id, post, serving)?)
    }

    /// What lapses when a permit is taken back.
    pub fn lapses_with_permit(&self, permit: &Permit, today: Date) -> Vec<String> {
        let mut lapses = Vec::new();
        let rows = self.approvals.iter().filter(|row| row.permit_id == Some(permit.id));
        for (row, item) in rows.filter_map(|row| Some((row, self.item(row.item_group_id)?))) {
            let counts = if self.judged(item, row, today).counts() { ", which counts today" } else { "" };
            lapses.push(format!(
                "{} of {}{counts}: open again",
                item.named(),
                row.authority.as_deref().unwrap_or("the authority")
            ));
        }
        if permit.verified_at.is_some() {
            let post = permit.verified_post_name.as_deref().unwrap_or("the post");
            lapses.push(format!("Its verification by {post}"));
        }
        lapses.push(format!(
            "Its hold on the number {}: the number is free for this license and for others",
            permit.number
        ));
        lapses.extend(self.lapses_around(permit.verified_at));
        lapses
    }

    /// What lapses when a signature on the certificate is taken back.
    pub fn lapses_with_signature(&self, signature: &Signature) -> Vec<String> {
        let mut lapses = vec![format!(
            "The certificate lacks the signature of the {} again",
            signature.signer.label().to_lowercase()
        )];
        if signature.verified_by.is_some() {
            lapses.push("Its verification".into());
        }
        lapses.extend(self.lapses_around(None));
        lapses
    }

    /// What a change of the papers does to a reply under way and to a decision on conditions.
    fn lapses_around(&self, verified_at: Option<OffsetDateTime>) -> Option<String> {
        if self.decisions.iter().any(|decision| verified_at.is_some_and(|at| at < decision.decided_at)) {
            return Some("The decision that rested on it stands, marked as such".into());
        }
        let replying = self.checks.iter().any(|check| check.state == CheckState::InProgress);
        replying.then(|| "A signature under a recommendation that is not cleared yet: it is given again".into())
    }
}
