//! Verifications that lapse, because the contact they were made through is changed.

use sqlx::types::Json;

use crate::{
    audit::{Event, Subject, Verb},
    basis::{Changed, joined},
    db::Change,
    error::Result,
    id::{ContactId, LicenseId, PermitId, SignatureId},
    licenses,
};

/// Lapses every verification of a paper through a contact that is about to be changed, before it is.
pub async fn lapse_verifications(change: &mut Change, contact: ContactId, changed: &[Changed]) -> Result<Vec<Event>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let (mut papers, why) = (lapse_permits(change, contact, changed).await?, joined(changed));
    papers.extend(lapse_signatures(change, contact, changed).await?);
    let mut events = Vec::new();
    for (license, row, paper) in papers {
        licenses::store::touch(change, license).await?;
        let sentence = format!("the verification of {paper} lapsed, because the contact was changed: {why}");
        events.push(Event::new(Verb::VerificationLapsed, row, sentence).on_license(license));
    }
    Ok(events)
}

type Lapsing = Vec<(LicenseId, Subject, String)>;

async fn lapse_permits(change: &mut Change, contact: ContactId, changed: &[Changed]) -> Result<Lapsing> {
    let rows = sqlx::query!(
        r#"update permits p set verified_by = null, verified_at = null, verified_contact_id = null, version = p.version + 1,
               lapsed = jsonb_build_object('by', m.name, 'post', k.post_id, 'at', p.verified_at, 'changes', $2::jsonb)
           from people m, authorities a, contacts v, checks k where v.id = $1 and k.id = v.check_id and p.verified_contact_id = $1 and p.withdrawn_at is null and m.id = p.verified_by and a.id = p.authority_id
           returning p.id as "id: PermitId", p.license_id as "license: LicenseId", p.number, a.short_name"#,
        contact.0,
        Json(changed) as Json<&[Changed]>
    );
    let rows = rows.fetch_all(change.conn()).await?.into_iter();
    let paper = |number, issuer| format!("permit {number} of {issuer}");
    Ok(rows.map(|row| (row.license, Subject::Row("permit", row.id.0), paper(row.number, row.short_name))).collect())
}

async fn lapse_signatures(change: &mut Change, contact: ContactId, changed: &[Changed]) -> Result<Lapsing> {
    let rows = sqlx::query!(
        r#"update certificate_signatures s set verified_by = null, verified_at = null, verified_contact_id = null, version = s.version + 1,
               lapsed = jsonb_build_object('by', m.name, 'post', k.post_id, 'at', s.verified_at, 'changes', $2::jsonb)
           from people m, certificates c, contacts v, checks k where v.id = $1 and k.id = v.check_id and s.verified_contact_id = $1 and m.id = s.verified_by and c.id = s.certificate_id
           returning s.id as "id: SignatureId", c.license_id as "license: LicenseId", s.signer_name"#,
        contact.0,
        Json(changed) as Json<&[Changed]>
    );
    let rows = rows.fetch_all(change.conn()).await?.into_iter();
    let row = |id: SignatureId| Subject::Row("certificate_signature", id.0);
    Ok(rows.map(|found| (found.license, row(found.id), format!("the signature of {}", found.signer_name))).collect())
}
