//! Taking back what was recorded by mistake on a license: each kind of row, what keeps it, and what lapses with it.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    file::{Condition, ItemGroup, LicenseFile, LicenseParty},
    refusal::Refusal,
};
use crate::{
    approvals::model::{Certificate, CustodyStep, Permit, Signature},
    id::PostId,
    mistakes::model::{MistakeKind, Recorded, Row, Side},
    text::{day_words, dollars, grouped, many},
};

impl LicenseFile {
    /// A row of the license by its kind and id, as it would be taken back; none that was taken back already. Who
    /// recorded it the log knows, where the row does not say.
    pub fn mistaken(&self, kind: MistakeKind, id: Uuid, today: Date) -> Option<Row> {
        match kind {
            MistakeKind::Permit => {
                let permit = self.permits.iter().find(|permit| permit.id.0 == id && !permit.is_withdrawn());
                permit.map(|permit| self.mistaken_permit(permit, today))
            }
            MistakeKind::CertificateSignature => {
                let certificate = self.certificate.as_ref()?;
                let signature = certificate.signatures.iter().find(|signature| signature.id.0 == id);
                signature.map(|signature| self.mistaken_signature(certificate, signature))
            }
            MistakeKind::Certificate => {
                let certificate = self.certificate.as_ref().filter(|certificate| certificate.id.0 == id);
                certificate.map(|certificate| self.mistaken_certificate(certificate))
            }
            MistakeKind::CustodyStep => {
                self.custody.iter().find(|step| step.id.0 == id).map(|step| self.mistaken_step(step))
            }
            MistakeKind::ItemGroup => {
                self.items.iter().find(|item| item.id.0 == id).map(|item| self.mistaken_item(item))
            }
            MistakeKind::LicenseParty => {
                self.parties.iter().find(|party| party.id.0 == id).map(|party| self.mistaken_party(party))
            }
            MistakeKind::Condition => {
                let condition = self.conditions.iter().find(|condition| condition.id.0 == id);
                condition.map(|condition| self.mistaken_condition(condition))
            }
            _ => None,
        }
    }

    /// Why the papers of the license stay as they are: a decision that issued or ended it rested on them.
    fn keeps_papers(&self) -> Option<String> {
        (!self.status.is_open()).then(|| Refusal::Rested(self.status.label().to_lowercase()).to_string())
    }

    /// Why what it licenses stays as it is.
    fn keeps_facts(&self) -> Option<String> {
        self.changeable().err().map(|refusal| refusal.to_string())
    }

    /// Why custody and counts stay as they are: nobody follows the items any more.
    pub fn keeps_counts(&self) -> Option<String> {
        self.takes_counts(|_| true).err().map(|refusal| refusal.to_string())
    }

    fn mistaken_permit(&self, permit: &Permit, today: Date) -> Row {
        Row {
            kind: MistakeKind::Permit,
            id: permit.id.0,
            version: permit.version,
            said: permit.said(),
            recorded: permit.recorded(),
            kept: self.keeps_papers(),
            lapses: self.lapses_with_permit(permit, today),
            section: "approvals",
        }
    }

    fn mistaken_signature(&self, certificate: &Certificate, signature: &Signature) -> Row {
        Row {
            kind: MistakeKind::CertificateSignature,
            id: signature.id.0,
            version: signature.version,
            said: signature.said(&certificate.form),
            recorded: signature.recorded(),
            kept: self.keeps_papers(),
            lapses: self.lapses_with_signature(signature),
            section: "certificate",
        }
    }

    fn mistaken_certificate(&self, certificate: &Certificate) -> Row {
        let signatures = certificate.signatures.len();
        let mut lapses = Vec::new();
        if signatures > 0 {
            lapses.push(format!("What is signed on it: {}", many(signatures, "signature")));
        }
        lapses.extend(self.lapses_around(None));
        let kept_at = if certificate.kept_at.is_empty() { "" } else { ", kept at " };
        Row {
            kind: MistakeKind::Certificate,
            id: certificate.id.0,
            version: certificate.version,
            said: format!("{}{kept_at}{}", certificate.form, certificate.kept_at),
            recorded: Recorded {
                by: None,
                side: Side::Post,
                at_post: None,
                carries: certificate.signatures.iter().any(|signature| signature.verified_by.is_some()),
            },
            kept: self.keeps_papers(),
            lapses,
            section: "certificate",
        }
    }

    fn mistaken_step(&self, step: &CustodyStep) -> Row {
        let day = step.on_date.map(|day| format!(", {}", day_words(day))).unwrap_or_default();
        Row {
            kind: MistakeKind::CustodyStep,
            id: step.id.0,
            version: step.version,
            said: format!("{}: {}, {}{day}", step.stage.label(), step.holder, step.what),
            recorded: Recorded {
                by: Some(step.recorded_by),
                side: Side::Post,
                at_post: step.recorded_at_post,
                carries: false,
            },
            kept: self.keeps_counts(),
            lapses: self.lapses_around(None).into_iter().collect(),
            section: "custody",
        }
    }

    fn mistaken_item(&self, item: &ItemGroup) -> Row {
        let cells = self.approvals.iter().filter(|row| row.item_group_id == item.id).count();
        let counted: i64 =
            self.serials.iter().filter(|count| count.item_group_id == item.id).map(|count| count.count).sum();
        let steps = self.custody.iter().filter(|step| step.item_group_id == Some(item.id)).count();
        let value = item.value_usd.map(|value| format!(", {}", dollars(value))).unwrap_or_default();
        let mut lapses = Vec::new();
        if let Some(whole) = item.split_from.and_then(|whole| self.item(whole)) {
            let back = grouped(&item.quantity.to_string());
            lapses.push(format!("The split: {back} {} go back to {}", item.unit, whole.label));
        }
        if cells > 0 {
            lapses.push(format!("Its row of the permit matrix, with {}", many(cells, "answer")));
        }
        if counted > 0 {
            lapses.push(format!("What was counted of it: {}", many(counted, "serial number")));
        }
        if steps > 0 {
            lapses.push(format!("That it is named on the custody path: in {}", many(steps, "step")));
        }
        lapses.extend(self.lapses_around(None));
        Row {
            kind: MistakeKind::ItemGroup,
            id: item.id.0,
            version: item.version,
            said: format!("{}, {} {}{value}", item.label, grouped(&item.quantity.to_string()), item.unit),
            recorded: Recorded { by: None, side: Side::Washington, at_post: None, carries: cells > 0 || counted > 0 },
            kept: self.keeps_facts(),
            lapses,
            section: "items",
        }
    }

    fn mistaken_party(&self, party: &LicenseParty) -> Row {
        let excepted = self.exceptions.iter().filter(|made| made.party_id == Some(party.party_id)).count();
        let signed = self.certificate.iter().flat_map(|certificate| &certificate.signatures);
        let signed = signed.filter(|signature| self.signing(signature.signer).contains(&party.party_id)).count();
        let mut lapses = Vec::new();
        if excepted > 0 {
            lapses.push("The exception that a supervisor made for it".to_owned());
        }
        if signed > 0 {
            lapses.push("Whose signature on the certificate its is: it has to be another party's".to_owned());
        }
        lapses.extend(self.lapses_around(None));
        Row {
            kind: MistakeKind::LicenseParty,
            id: party.id.0,
            version: party.version,
            said: format!("{}, {}", party.name, party.role.label().to_lowercase()),
            recorded: Recorded { by: None, side: Side::Washington, at_post: None, carries: excepted > 0 },
            kept: self.keeps_facts(),
            lapses,
            section: "parties",
        }
    }

    fn mistaken_condition(&self, condition: &Condition) -> Row {
        let mut lapses = Vec::new();
        if let Some(by) = &condition.met_by_name {
            lapses.push(format!("That {by} noted it as met"));
        }
        lapses.extend(self.lapses_around(None));
        Row {
            kind: MistakeKind::Condition,
            id: condition.id.0,
            version: condition.version,
            said: condition.text.clone(),
            recorded: Recorded { by: None, side: Side::Washington, at_post: None, carries: condition.met_at.is_some() },
            kept: self.may_raise().err().map(|refusal| refusal.to_string()),
            lapses,
            section: "conditions",
        }
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

    /// What a change of the license does to a decision on it. Signatures under a reply keep what they saw.
    pub fn lapses_around(&self, verified_at: Option<OffsetDateTime>) -> Option<String> {
        let rested = self.decisions.iter().any(|decision| verified_at.is_some_and(|at| at < decision.decided_at));
        rested.then(|| "The decision that rested on it stands, marked as such".into())
    }

    /// Whether one of the checks on it is at a post that the reader sees.
    pub fn is_at(&self, sees: impl Fn(PostId) -> bool) -> bool {
        self.checks.iter().any(|check| sees(check.post_id))
    }
}
