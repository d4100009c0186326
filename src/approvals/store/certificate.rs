//! The certificate of a license, and the signatures on it.

use crate::{
    approvals::model::Signer,
    db::Change,
    duties,
    error::{AppError, Result},
    id::{CertificateId, LicenseId},
    licenses::model::{SignatureRecorded, SignatureVerified},
};

/// Keeps the certificate of a license under that id, in place of the one that was read (version 0: none).
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_certificate(
    change: &mut Change,
    (id, license): (CertificateId, LicenseId),
    form: &str,
    kept_at: &str,
    host_government: bool,
    read: i32,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query_scalar!(
        r#"insert into certificates (id, license_id, form, kept_at, host_government_needed, recorded_by, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (license_id) do update set form = $3, kept_at = $4, host_government_needed = $5, recorded_by = $6, recorded_at = $7,
               version = certificates.version + 1
           where certificates.version = $8 returning id as "id: CertificateId""#,
        id.0,
        license.0,
        form,
        kept_at,
        host_government,
        person,
        at,
        read
    );
    saved.fetch_optional(change.conn()).await?.map(drop).ok_or(AppError::Stale)
}

/// Keeps a signature on a certificate.
pub async fn save_signature(change: &mut Change, recorded: &SignatureRecorded) -> Result<()> {
    let person = change.person().map(|person| person.0);
    sqlx::query!(
        "insert into certificate_signatures (id, certificate_id, signer, signer_name, signed_on, recorded_by, recorded_at_post)
         values ($1, $2, $3, $4, $5, $6, $7)",
        recorded.signature().0,
        recorded.certificate().0,
        *recorded.signer() as Signer,
        recorded.name().as_str(),
        *recorded.day(),
        person,
        change.post().map(|post| post.0)
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Notes that a signature is genuine, through a contact.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn verify_signature(change: &mut Change, verified: &SignatureVerified, read: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "update certificate_signatures set verified_by = $3, verified_at = $4, verified_contact_id = $5, lapsed = null, version = version + 1
         where id = $1 and version = $2",
        verified.signature().0,
        read,
        person,
        at,
        verified.contact().0
    );
    if saved.execute(change.conn()).await.map_err(duties::refused)?.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::Stale)
    }
}
