//! The rows of a license that change until its last check is over.

use time::OffsetDateTime;

use crate::{
    error::Result,
    generate::{rows, story::Kept, world::World},
};

impl World {
    /// The rows of a license that change until its last check is over.
    pub(super) fn write_license(&mut self, kept: &Kept, at: OffsetDateTime) -> Result<()> {
        let (license, records) = (&kept.file, &kept.records);
        let row = rows::License {
            id: license.id,
            number: &license.number,
            number_normalized: &license.number_normalized,
            form: &license.form,
            status: license.status,
            registered_approved_on: license.registered_approved_on,
            destination: &license.destination,
            value_usd: license.value_usd,
            received_on: license.received_on,
            purpose: &license.purpose,
            certified_on: license.certified_on,
            registered_by: records.registered.0,
            registered_at: records.registered.1,
            facts_changed_at: license.facts_changed_at,
            revision: license.revision,
            version: license.version,
        };
        self.ledger.put(at, &row)?;
        for party in &license.parties {
            let row = rows::LicenseParty {
                id: party.id,
                license_id: license.id,
                party_id: party.party_id,
                role: party.role,
                takes_possession: party.takes_possession,
                version: party.version,
            };
            self.ledger.put(at, &row)?;
        }
        for (condition, (raised_by, raised_at, met_by)) in license.conditions.iter().zip(&records.conditions) {
            let row = rows::Condition {
                id: condition.id,
                license_id: license.id,
                text: &condition.text,
                who_acts: &condition.who_acts,
                raised_by: *raised_by,
                raised_at: *raised_at,
                met_at: condition.met_at,
                met_by: *met_by,
                evidence: condition.evidence.as_deref(),
                version: condition.version,
            };
            self.ledger.put(at, &row)?;
        }
        self.write_permits(kept, at)?;
        self.write_approvals(kept, at)?;
        self.write_certificate(kept, at)
    }

    fn write_permits(&mut self, kept: &Kept, at: OffsetDateTime) -> Result<()> {
        let (license, records) = (&kept.file, &kept.records);
        for (permit, (recorded_at, contact, revoked_by)) in license.permits.iter().zip(&records.permits) {
            let row = rows::Permit {
                id: permit.id,
                license_id: license.id,
                authority_id: permit.authority_id,
                number: &permit.number,
                number_normalized: &permit.number_normalized,
                issued_on: permit.issued_on,
                valid_from: permit.valid_from,
                valid_until: permit.valid_until,
                quantity: permit.quantity,
                unit: &permit.unit,
                named_party: &permit.named_party,
                kept_at: &permit.kept_at,
                holds_number: permit.holds_number,
                verified_by: permit.verified_by,
                verified_at: permit.verified_at,
                verified_contact_id: *contact,
                revoked_on: permit.revoked_on,
                revoked_by: *revoked_by,
                recorded_by: permit.recorded_by,
                recorded_at_post: permit.recorded_at_post,
                recorded_at: *recorded_at,
                version: permit.version,
            };
            self.ledger.put(at, &row)?;
            self.ledger.put(at, &rows::PermitAuthority { permit_id: permit.id, authority_id: permit.authority_id })?;
        }
        Ok(())
    }

    fn write_approvals(&mut self, kept: &Kept, at: OffsetDateTime) -> Result<()> {
        let (license, records) = (&kept.file, &kept.records);
        for (row, (recorded_by, recorded_at)) in license.approvals.iter().zip(&records.approvals) {
            let row = rows::Approval {
                id: row.id,
                license_id: license.id,
                item_group_id: row.item_group_id,
                authority_id: row.authority_id,
                state: row.state,
                applied_on: row.applied_on,
                permit_id: row.permit_id,
                waits_for: &row.waits_for,
                given_on: row.given_on,
                usual_days: row.usual_days,
                proof: &row.proof,
                country_rule_id: row.country_rule_id,
                contact_id: row.contact_id,
                note: &row.note,
                recorded_by: *recorded_by,
                recorded_at_post: row.recorded_at_post,
                recorded_at: *recorded_at,
                version: row.version,
            };
            self.ledger.put(at, &row)?;
        }
        Ok(())
    }

    fn write_certificate(&mut self, kept: &Kept, at: OffsetDateTime) -> Result<()> {
        let (license, records) = (&kept.file, &kept.records);
        let (Some(paper), Some((recorded_by, recorded_at))) = (&license.certificate, records.certificate) else {
            return Ok(());
        };
        let row = rows::Certificate {
            id: paper.id,
            license_id: license.id,
            form: &paper.form,
            kept_at: &paper.kept_at,
            host_government_needed: paper.host_government_needed,
            recorded_by,
            recorded_at,
        };
        self.ledger.put(at, &row)?;
        for (signature, verified) in paper.signatures.iter().zip(&records.signatures) {
            let row = rows::Signature {
                id: signature.id,
                certificate_id: paper.id,
                signer: signature.signer,
                signer_name: &signature.signer_name,
                signed_on: signature.signed_on,
                verified_contact_id: verified.map(|(contact, _)| contact),
                verified_by: signature.verified_by,
                verified_at: verified.map(|(_, at)| at),
                recorded_by: signature.recorded_by,
                recorded_at_post: signature.recorded_at_post,
                version: signature.version,
            };
            self.ledger.put(at, &row)?;
        }
        Ok(())
    }
}
