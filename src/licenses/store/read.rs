//! Licenses as they stand: whole files, a license by its number, and what stands around one.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime};

use crate::{
    access::{Actor, Role, Scope},
    approvals::model::{Approval, BeforeApplication, Certificate, CountryRule, CustodyStep, Permit, SerialCount},
    clock::Zone,
    corrections::model::Correction,
    db::Change,
    duties::model::Done,
    error::{AppError, Result},
    id::{CheckId, LicenseId, PermitId, PersonId},
    licenses::model::{
        Condition, Decision, Exception, ItemGroup, KnownNumber, LicenseCheck, LicenseFile, LicenseParty, LicenseStatus,
        Recounted, Shared,
    },
    mistakes::model::Mistake,
    text::LicenseNumber,
};

/// Everything, for who reads a license through a check they may see.
pub const EVERYTHING: Scope = Scope { all: true, post: None };

/// Licenses with everything they own: one statement, whatever their number. Outside the scope they are not there.
pub async fn files(conn: &mut PgConnection, scope: Scope, ids: &[LicenseId], today: Date) -> Result<Vec<LicenseFile>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_file!("src/licenses/file.sql", &ids, scope.all, scope.post, today);
    let files = rows.fetch_all(conn).await?.into_iter().map(|row| LicenseFile {
        id: row.id,
        number: row.number,
        number_normalized: row.number_normalized,
        form: row.form,
        status: row.status,
        registered_approved_on: row.registered_approved_on,
        applied_on: row.applied_on,
        destination: row.destination,
        destination_name: row.destination_name,
        value_usd: row.value_usd,
        value_stated: row.value_stated,
        received_on: row.received_on,
        purpose: row.purpose,
        certified_on: row.certified_on,
        facts_changed_at: row.facts_changed_at,
        revision: row.revision,
        version: row.version,
        items: row.items.0,
        parties: row.parties.0,
        rules: row.rules.0,
        before_application: row.before_application.0,
        approvals: row.approvals.0,
        permits: row.permits.0,
        certificate: row.certificate.map(|certificate| certificate.0),
        custody: row.custody.0,
        serials: row.serials.0,
        shared: row.shared.0,
        recounted: row.recounted.0,
        conditions: row.conditions.0,
        decisions: row.decisions.0,
        exceptions: row.exceptions.0,
        checks: row.checks.0,
        duties: row.duties.0,
        mistakes: row.mistakes.0,
        corrections: row.corrections.0,
    });
    Ok(files.collect())
}

/// One license within the reader's scope, with the checks the reader may see: one post never reads of another's, not
/// even that they are. Rules judge the whole file, by [`find_for_update`].
pub async fn find(actor: &Actor, id: LicenseId) -> Result<LicenseFile> {
    let mut conn = actor.reads().acquire().await?;
    let found = files(&mut conn, actor.scope(), &[id], actor.washington_today()).await?;
    let mut file = found.into_iter().next().ok_or(AppError::NotFound)?;
    file.checks.retain(|check| actor.sees_post(check.post_id));
    Ok(file)
}

/// One license, locked until the change ends. `read` is the revision or the version the person's form was read from.
pub async fn find_for_update(change: &mut Change, scope: Scope, id: LicenseId) -> Result<LicenseFile> {
    sqlx::query!("select id from licenses where id = $1 for update", id.0)
        .fetch_optional(change.conn())
        .await?
        .ok_or(AppError::NotFound)?;
    let today = Zone::named(Zone::WASHINGTON).day(change.at);
    let found = files(change.conn(), scope, &[id], today).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// The open licenses a party is on, locked: another name of it may make a permit count.
pub async fn open_of_party(change: &mut Change, party: crate::id::PartyId) -> Result<Vec<LicenseFile>> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id: LicenseId" from licenses where status in ('pending', 'approved_on_conditions')
               and id in (select license_id from license_parties where party_id = $1) order by id for update"#,
        party.0
    );
    let ids = ids.fetch_all(change.conn()).await?;
    locked(change, &ids).await
}

/// The open licenses that one of two parties is on, locked.
pub async fn open_of_both(
    change: &mut Change,
    one: crate::id::PartyId,
    other: crate::id::PartyId,
) -> Result<Vec<LicenseFile>> {
    let mut files = open_of_party(change, one).await?;
    for file in open_of_party(change, other).await? {
        if files.iter().all(|known| known.id != file.id) {
            files.push(file);
        }
    }
    Ok(files)
}

/// The other open licenses that have a permit of the same number as this one, or as one paper of it, locked: what
/// becomes of the number may make theirs count.
pub async fn open_with_same_permits(
    change: &mut Change,
    license: LicenseId,
    paper: Option<PermitId>,
) -> Result<Vec<LicenseFile>> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id: LicenseId" from licenses where status in ('pending', 'approved_on_conditions') and id <> $1
               and id in (select o.license_id from permits p join permits o on o.authority_id = p.authority_id
                   and o.number_normalized = p.number_normalized
                   where p.license_id = $1 and ($2::uuid is null or p.id = $2)) order by id for update"#,
        license.0,
        paper.map(|paper| paper.0)
    );
    let ids = ids.fetch_all(change.conn()).await?;
    locked(change, &ids).await
}

async fn locked(change: &mut Change, ids: &[LicenseId]) -> Result<Vec<LicenseFile>> {
    let today = Zone::named(Zone::WASHINGTON).day(change.at);
    files(change.conn(), EVERYTHING, ids, today).await
}

/// The licenses that are perhaps of a number, in any spelling: what of them is, a rule says.
pub async fn numbers_like(conn: &mut PgConnection, number: &str) -> Result<Vec<KnownNumber>> {
    let number = LicenseNumber::new(number);
    let rows = sqlx::query_as!(
        KnownNumber,
        r#"select l.id as "id: LicenseId", l.number, l.form, coalesce((select e.label from reference_entries e
               where e.kind = 'license_form' and e.code = l.form order by e.starts_on desc limit 1), l.form) as "form_label!"
           from licenses l where l.number_normalized = any($1) or license_alike(l.number, l.number_normalized) = $2
           order by l.number_normalized, l.form"#,
        &number.spellings(),
        number.alike()
    );
    Ok(rows.fetch_all(conn).await?)
}

/// As [`numbers_like`], before one of them is registered: nobody else registers one until the change ends.
pub async fn hold_numbers_like(change: &mut Change, number: &str) -> Result<Vec<KnownNumber>> {
    let held = format!("license {}", LicenseNumber::new(number).alike());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", held).fetch_one(change.conn()).await?;
    numbers_like(change.conn(), number).await
}

/// The license of a number, in any spelling; the same number under several forms gives several.
pub async fn by_number(conn: &mut PgConnection, number: &str) -> Result<Vec<KnownNumber>> {
    let mut known = numbers_like(conn, number).await?;
    let number = LicenseNumber::new(number);
    known.retain(|known| number.is_spelled(&known.number));
    Ok(known)
}

/// A draft check a license is on.
#[derive(Debug, Deserialize)]
pub struct DraftCheck {
    pub id: CheckId,
    pub reference: String,
}

/// Another license on one of a license's checks.
#[derive(Debug, Deserialize)]
pub struct Sibling {
    pub id: LicenseId,
    pub number: String,
    /// The roles on it that the license itself has not.
    pub lacking: i64,
}

/// What stands around a license.
#[derive(Debug)]
pub struct Around {
    /// The drafts it is on; they are Washington's alone.
    pub drafts: Vec<DraftCheck>,
    /// The other licenses of its checks.
    pub siblings: Vec<Sibling>,
    /// Who serves at the reader's post today, and as what.
    pub serving: Vec<(PersonId, Role)>,
}

/// What stands around a license: one statement.
pub async fn around(conn: &mut PgConnection, scope: Scope, id: LicenseId, now: OffsetDateTime) -> Result<Around> {
    let row = sqlx::query!(
        r#"select (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'reference', c.reference) order by c.id), '[]')
                from check_licenses k join checks c on c.id = k.check_id
                where k.license_id = $1 and c.state = 'draft' and (select $2::boolean)) as "drafts!: Json<Vec<DraftCheck>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'number', o.number, 'lacking',
                    (select count(*) from (select coalesce(w.merged_into, w.id), p.role from license_parties p
                         join parties w on w.id = p.party_id where p.license_id = o.id
                     except select coalesce(w.merged_into, w.id), p.role from license_parties p
                         join parties w on w.id = p.party_id where p.license_id = $1) roles)) order by o.number), '[]')
                from licenses o where o.id <> $1 and (select $2::boolean) and o.id in (select j.license_id from check_licenses k
                    join check_licenses j on j.check_id = k.check_id where k.license_id = $1)) as "siblings!: Json<Vec<Sibling>>",
               (select coalesce(jsonb_agg(jsonb_build_array(a.person_id, a.role)), '[]')
                from assignments a join people m on m.id = a.person_id join posts o on o.id = a.post_id
                where a.post_id = $3 and m.disabled_at is null and ($4::timestamptz at time zone o.zone)::date
                    between a.starts_on and coalesce(a.ends_on, 'infinity')) as "serving!: Json<Vec<(PersonId, Role)>>""#,
        id.0,
        scope.all,
        scope.post,
        now
    );
    let row = row.fetch_one(conn).await?;
    Ok(Around { drafts: row.drafts.0, siblings: row.siblings.0, serving: row.serving.0 })
}
