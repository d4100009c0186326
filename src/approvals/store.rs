//! Every statement on permits, import approvals, certificates, custody steps and serial numbers.

use sqlx::PgConnection;
use time::Date;

use super::model::{ApprovalState, Confirmation, CustodyStage, SerialState, Signer};
use crate::{
    access::Actor,
    db::Change,
    duties,
    error::{AppError, Result},
    evidence::model::{ChannelSource, ContactKind},
    id::{
        ApprovalId, AuthorityId, CertificateId, CheckId, ContactId, CountryRuleId, CustodyStepId, ItemGroupId,
        LicenseId, PartyId, PermitId, SerialId, SignatureId,
    },
    text::folded,
    web::filters::day_words,
    words::Choice,
};

/// Adds a cell that a country rule proposes, unless it is there.
pub async fn propose(
    change: &mut Change,
    license: LicenseId,
    item: ItemGroupId,
    authority: Option<AuthorityId>,
    rule: CountryRuleId,
    days: Option<i32>,
) -> Result<bool> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let added = sqlx::query!(
        "insert into import_approvals (id, license_id, item_group_id, authority_id, state, usual_days, country_rule_id, recorded_by, recorded_at,
             recorded_at_post)
         values ($1, $2, $3, $4, 'needed', $5, $6, $7, $8, $9) on conflict do nothing",
        ApprovalId::new().0,
        license.0,
        item.0,
        authority.map(|id| id.0),
        days,
        rule.0,
        person,
        at,
        change.post().map(|post| post.0)
    );
    Ok(added.execute(change.conn()).await?.rows_affected() == 1)
}

/// What the form says of a cell.
#[derive(Debug)]
pub struct ApprovalData<'a> {
    /// How far it has come.
    pub state: ApprovalState,
    /// When it was applied for.
    pub applied_on: Option<Date>,
    /// The permit that shows it.
    pub permit: Option<PermitId>,
    /// What the end-user waits for.
    pub waits_for: &'a str,
    /// When the end-user was given it.
    pub given_on: Option<Date>,
    /// Why none is required.
    pub proof: &'a str,
    pub rule: Option<CountryRuleId>,
    /// The contact that told it.
    pub contact: Option<ContactId>,
    pub note: &'a str,
}

/// Keeps a cell, in place of the one that was read (version 0: none).
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_approval(
    change: &mut Change,
    license: LicenseId,
    item: ItemGroupId,
    authority: Option<AuthorityId>,
    data: &ApprovalData<'_>,
    read: i32,
) -> Result<ApprovalId> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query_scalar!(
        r#"insert into import_approvals (id, license_id, item_group_id, authority_id, state, applied_on, permit_id, waits_for, given_on, proof,
             country_rule_id, contact_id, note, recorded_by, recorded_at, recorded_at_post)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17)
         on conflict (item_group_id, authority_id) do update set state = $5, applied_on = $6, permit_id = $7, waits_for = $8, given_on = $9,
             proof = $10, country_rule_id = coalesce($11, import_approvals.country_rule_id), contact_id = $12, note = $13, recorded_by = $14,
             recorded_at = $15, recorded_at_post = $17, version = import_approvals.version + 1
         where import_approvals.version = $16 returning id as "id: ApprovalId""#,
        ApprovalId::new().0,
        license.0,
        item.0,
        authority.map(|id| id.0),
        data.state as ApprovalState,
        data.applied_on,
        data.permit.map(|id| id.0),
        data.waits_for,
        data.given_on,
        data.proof,
        data.rule.map(|id| id.0),
        data.contact.map(|id| id.0),
        data.note,
        person,
        at,
        read,
        change.post().map(|post| post.0)
    );
    saved.fetch_optional(change.conn()).await?.ok_or(AppError::Stale)
}

/// Takes back that the country asks for no approval of an item group at all.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn remove_exemption(change: &mut Change, item: ItemGroupId, read: i32) -> Result<()> {
    let removed = sqlx::query!(
        "delete from import_approvals where item_group_id = $1 and authority_id is null and version = $2",
        item.0,
        read
    );
    if removed.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// What the form says of a permit.
#[derive(Debug)]
pub struct PermitData<'a> {
    pub issuer: AuthorityId,
    /// Every authority whose consent it carries.
    pub authorities: &'a [AuthorityId],
    pub number: &'a str,
    /// When it was issued.
    pub issued_on: Option<Date>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    pub quantity: i64,
    pub unit: &'a str,
    /// The party it names.
    pub named_party: &'a str,
    /// Where it is kept.
    pub kept_at: &'a str,
}

/// Records a permit. Its number counts for this license unless it counts for another live one.
pub async fn insert_permit(change: &mut Change, license: LicenseId, permit: &PermitData<'_>) -> Result<PermitId> {
    let (id, at, person) = (PermitId::new(), change.at, change.person().map(|person| person.0));
    let number = folded(permit.number);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("permit {} {number}", permit.issuer))
        .fetch_one(change.conn())
        .await?;
    sqlx::query!(
        "insert into permits (id, license_id, authority_id, number, number_normalized, issued_on, valid_from, valid_until, quantity, unit,
             named_party, kept_at, holds_number, recorded_by, recorded_at, recorded_at_post)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
             not exists (select from permits h where h.authority_id = $3 and h.number_normalized = $5 and h.holds_number), $13, $14, $15",
        id.0,
        license.0,
        permit.issuer.0,
        permit.number,
        number,
        permit.issued_on,
        permit.valid_from,
        permit.valid_until,
        permit.quantity,
        permit.unit,
        permit.named_party,
        permit.kept_at,
        person,
        at,
        change.post().map(|post| post.0)
    )
    .execute(change.conn())
    .await?;
    let mut authorities: Vec<uuid::Uuid> = permit.authorities.iter().map(|id| id.0).collect();
    authorities.push(permit.issuer.0);
    sqlx::query!(
        "insert into permit_authorities (permit_id, authority_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        id.0,
        &authorities
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Lets a permit fill cells.
pub async fn fill_cells(
    change: &mut Change,
    license: LicenseId,
    permit: PermitId,
    cells: &[(ItemGroupId, AuthorityId)],
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let (items, authorities): (Vec<uuid::Uuid>, Vec<uuid::Uuid>) =
        cells.iter().map(|(item, authority)| (item.0, authority.0)).unzip();
    sqlx::query!(
        "insert into import_approvals (id, license_id, item_group_id, authority_id, state, permit_id, recorded_by, recorded_at, recorded_at_post)
         select gen_random_uuid(), $1, v.item, v.authority, 'issued', $2, $5, $6, $7
         from unnest($3::uuid[], $4::uuid[]) as v (item, authority)
         on conflict (item_group_id, authority_id) do update set state = 'issued', permit_id = $2, recorded_by = $5, recorded_at = $6,
             recorded_at_post = $7, version = import_approvals.version + 1",
        license.0,
        permit.0,
        &items,
        &authorities,
        person,
        at,
        change.post().map(|post| post.0)
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Notes that the authority confirmed a permit as genuine, through a contact.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between; the separation of duties has its own constraints.
pub async fn verify_permit(
    change: &mut Change,
    id: PermitId,
    contact: ContactId,
    read: i32,
) -> Result<bool, sqlx::Error> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "update permits set verified_by = $3, verified_at = $4, verified_contact_id = $5, version = version + 1
         where id = $1 and version = $2 and verified_at is null",
        id.0,
        read,
        person,
        at,
        contact.0
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

/// Notes that the authority took a permit back.
pub async fn revoke_permit(change: &mut Change, id: PermitId, day: Date, read: i32) -> Result<()> {
    let person = change.person().map(|person| person.0);
    let saved = sqlx::query!(
        "update permits set revoked_on = $3, revoked_by = $4, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        day,
        person
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes a permit back that was recorded by mistake: it fills no cell and holds no number any more.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn withdraw_permit(change: &mut Change, id: PermitId, reason: &str, read: i32) -> Result<()> {
    let at = change.at;
    let saved = sqlx::query!(
        "update permits set withdrawn_at = $3, withdrawn_reason = $4, holds_number = false, version = version + 1
         where id = $1 and version = $2 and withdrawn_at is null",
        id.0,
        read,
        at,
        reason
    );
    if saved.execute(change.conn()).await?.rows_affected() != 1 {
        return Err(AppError::Stale);
    }
    sqlx::query!(
        "update import_approvals set state = case when applied_on is null then 'needed' else 'applied' end, permit_id = null,
             version = version + 1 where permit_id = $1",
        id.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// A contact of the reader's post on a license's checks.
#[derive(Debug)]
pub struct LicenseContact {
    pub id: ContactId,
    pub kind: ContactKind,
    pub with_whom: String,
    pub occurred_on: Option<Date>,
    /// Where the channel came from.
    pub channel: ChannelSource,
    /// The authority it was with, if with one.
    pub authority: Option<AuthorityId>,
}

impl LicenseContact {
    /// What it is worth as a confirmation of a paper.
    pub fn confirmation(&self) -> Confirmation {
        Confirmation { channel: self.channel, authority: self.authority, occurred_on: self.occurred_on }
    }
}

/// The contacts of the reader's post on a license's checks, the last first.
pub async fn contacts(conn: &mut PgConnection, actor: &Actor, license: LicenseId) -> Result<Vec<LicenseContact>> {
    let scope = actor.scope();
    let rows = sqlx::query_as!(
        LicenseContact,
        r#"select t.id as "id: ContactId", t.kind as "kind: ContactKind", t.with_whom, t.occurred_on, t.channel_source as "channel: ChannelSource",
               t.authority_id as "authority: AuthorityId"
           from contacts t join checks c on c.id = t.check_id join check_licenses k on k.check_id = c.id
           where k.license_id = $1 and ($2 or c.post_id = $3) order by t.occurred_on desc nulls last, t.id desc limit 100"#,
        license.0,
        scope.all,
        scope.post
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The authorities of a country, as a form offers them.
pub async fn authorities(conn: &mut PgConnection, country: &str) -> Result<Vec<Choice>> {
    authorities_of(conn, &[country.to_owned()]).await
}

/// The authorities of several countries, as a form offers them.
pub async fn authorities_of(conn: &mut PgConnection, countries: &[String]) -> Result<Vec<Choice>> {
    let rows = sqlx::query!(
        r#"select id as "id: AuthorityId", name, short_name, ended_on from authorities where country = any($1)
           order by country, ended_on is not null, name"#,
        countries
    );
    let rows = rows.fetch_all(conn).await?;
    let until = |day: Option<Date>| day.map(|day| format!(", until {}", day_words(day))).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| Choice::new(row.id, format!("{} ({}){}", row.name, row.short_name, until(row.ended_on))))
        .collect())
}

/// An authority's short name.
pub async fn authority_name(conn: &mut PgConnection, id: AuthorityId) -> Result<String> {
    Ok(sqlx::query_scalar!("select short_name from authorities where id = $1", id.0).fetch_one(conn).await?)
}

/// Keeps the certificate of a license, in place of the one that was read (version 0: none).
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_certificate(
    change: &mut Change,
    license: LicenseId,
    form: &str,
    kept_at: &str,
    host_government: bool,
    read: i32,
) -> Result<CertificateId> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query_scalar!(
        r#"insert into certificates (id, license_id, form, kept_at, host_government_needed, recorded_by, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (license_id) do update set form = $3, kept_at = $4, host_government_needed = $5, recorded_by = $6, recorded_at = $7,
               version = certificates.version + 1
           where certificates.version = $8 returning id as "id: CertificateId""#,
        CertificateId::new().0,
        license.0,
        form,
        kept_at,
        host_government,
        person,
        at,
        read
    );
    saved.fetch_optional(change.conn()).await?.ok_or(AppError::Stale)
}

/// Keeps a signature on a certificate; a changed one has to be verified again.
pub async fn save_signature(
    change: &mut Change,
    certificate: CertificateId,
    signer: Signer,
    name: &str,
    day: Date,
) -> Result<SignatureId> {
    let person = change.person().map(|person| person.0);
    let id = sqlx::query_scalar!(
        r#"insert into certificate_signatures (id, certificate_id, signer, signer_name, signed_on, recorded_by, recorded_at_post)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (certificate_id, signer) do update set signer_name = $4, signed_on = $5, recorded_by = $6, recorded_at_post = $7, verified_by = null,
               verified_at = null, verified_contact_id = null, version = certificate_signatures.version + 1
           returning id as "id: SignatureId""#,
        SignatureId::new().0,
        certificate.0,
        signer as Signer,
        name,
        day,
        person,
        change.post().map(|post| post.0)
    );
    Ok(id.fetch_one(change.conn()).await?)
}

/// Takes a signature off the certificate that was recorded by mistake; what it said is kept among the mistakes.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn remove_signature(change: &mut Change, id: SignatureId, read: i32) -> Result<()> {
    let removed = sqlx::query!("delete from certificate_signatures where id = $1 and version = $2", id.0, read);
    if removed.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Notes that a signature is genuine, through a contact.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn verify_signature(change: &mut Change, id: SignatureId, contact: ContactId, read: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "update certificate_signatures set verified_by = $3, verified_at = $4, verified_contact_id = $5, version = version + 1
         where id = $1 and version = $2",
        id.0,
        read,
        person,
        at,
        contact.0
    );
    if saved.execute(change.conn()).await.map_err(duties::refused)?.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::Stale)
    }
}

/// What the form says of a custody step.
#[derive(Debug)]
pub struct StepData<'a> {
    pub stage: CustodyStage,
    /// Who holds the items.
    pub holder: &'a str,
    /// The party, if it is one.
    pub party: Option<PartyId>,
    pub what: &'a str,
    pub on_date: Option<Date>,
    pub quantity: Option<i64>,
    pub item: Option<ItemGroupId>,
}

/// Adds a step at the end of the path.
pub async fn insert_step(change: &mut Change, license: LicenseId, step: &StepData<'_>) -> Result<CustodyStepId> {
    let (id, person) = (CustodyStepId::new(), change.person().map(|person| person.0));
    sqlx::query!(
        "insert into custody_steps (id, license_id, stage, position, holder, party_id, what, on_date, quantity, item_group_id, recorded_by)
         select $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8, $9, $10 from custody_steps where license_id = $2 and stage = $3",
        id.0,
        license.0,
        step.stage as CustodyStage,
        step.holder,
        step.party.map(|id| id.0),
        step.what,
        step.on_date,
        step.quantity,
        step.item.map(|id| id.0),
        person
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Takes a step off the path.
pub async fn remove_step(change: &mut Change, id: CustodyStepId) -> Result<()> {
    sqlx::query!("delete from custody_steps where id = $1", id.0).execute(change.conn()).await?;
    Ok(())
}

/// Keeps what a count found of serial numbers; a number counted before is set anew. Gives how many rows there are now.
#[expect(clippy::too_many_arguments, reason = "one count: of what, which, how, where, with whom, on which check")]
pub async fn save_serials(
    change: &mut Change,
    license: LicenseId,
    item: ItemGroupId,
    numbers: &[String],
    state: SerialState,
    location: &str,
    holder: Option<PartyId>,
    check: Option<CheckId>,
) -> Result<u64> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let normalized: Vec<String> = numbers.iter().map(|number| folded(number)).collect();
    let ids: Vec<uuid::Uuid> = numbers.iter().map(|_| SerialId::new().0).collect();
    let saved = sqlx::query!(
        "insert into serials (id, item_group_id, license_id, number, number_normalized, state, location, holder_party_id, check_id, recorded_by,
             recorded_at)
         select distinct on (v.normalized) v.id, $1, $2, v.number, v.normalized, $6, $7, $8, $9, $10, $11
         from unnest($3::uuid[], $4::text[], $5::text[]) as v (id, number, normalized) order by v.normalized, v.id
         on conflict (item_group_id, number_normalized) do update set state = $6, location = $7, holder_party_id = $8, check_id = $9,
             recorded_by = $10, recorded_at = $11, version = serials.version + 1",
        item.0,
        license.0,
        &ids,
        numbers,
        &normalized,
        state as SerialState,
        location,
        holder.map(|id| id.0),
        check.map(|id| id.0),
        person,
        at
    );
    Ok(saved.execute(change.conn()).await?.rows_affected())
}

/// A counted serial number.
#[derive(Debug)]
pub struct Serial {
    pub item: String,
    pub number: String,
    /// What the count found.
    pub state: SerialState,
    pub location: String,
}

/// The first serial numbers of a license, the missing ones first.
pub async fn serials(conn: &mut PgConnection, license: LicenseId, limit: i64) -> Result<Vec<Serial>> {
    let rows = sqlx::query_as!(
        Serial,
        r#"select g.label as item, s.number, s.state as "state: SerialState", s.location from serials s
           join item_groups g on g.id = s.item_group_id where s.license_id = $1
           order by array_position(array['missing', 'not_counted', 'elsewhere', 'seen'], s.state), g.position, s.number_normalized limit $2"#,
        license.0,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}
