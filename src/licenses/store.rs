//! Every statement on licenses, their items, parties, conditions and decisions.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime};

use super::model::{
    Act, Condition, Decided, Decision, Exception, ItemGroup, LicenseCheck, LicenseFile, LicenseParty, LicenseStatus,
};
use crate::{
    access::{Actor, Role, Scope},
    approvals::model::{Approval, BeforeApplication, Certificate, CountryRule, CustodyStep, Permit, SerialCount},
    audit::{Event, Verb},
    clock::Zone,
    db::Change,
    duties::{self, model::Done},
    error::{AppError, Result},
    id::{CheckId, ConditionId, DecisionId, ItemGroupId, LicenseId, PermitId, PersonId, ProvisoId, ResultId},
    mistakes::model::Mistake,
    reference,
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
        destination: row.destination,
        destination_name: row.destination_name,
        value_usd: row.value_usd,
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
        conditions: row.conditions.0,
        decisions: row.decisions.0,
        exceptions: row.exceptions.0,
        checks: row.checks.0,
        duties: row.duties.0,
        mistakes: row.mistakes.0,
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

/// Raises the revision of a license and of the open checks on it: everything beneath them changed.
pub async fn touch(change: &mut Change, id: LicenseId) -> Result<()> {
    sqlx::query!(
        "with raised as (update checks set revision = revision + 1
             where id in (select check_id from check_licenses where license_id = $1) and state <> 'closed')
         update licenses set revision = revision + 1 where id = $1",
        id.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// As [`touch_facts`] if a save changed what a result speaks of; as [`touch`] if it left that as it was.
pub async fn touch_changed(change: &mut Change, id: LicenseId, changed: bool) -> Result<()> {
    if changed { touch_facts(change, id).await } else { touch(change, id).await }
}

/// As [`touch`], for what a result speaks of: items, parties, destination, value. A result signed before no longer
/// bears an approval.
pub async fn touch_facts(change: &mut Change, id: LicenseId) -> Result<()> {
    let at = change.at;
    sqlx::query!("update licenses set facts_changed_at = $2 where id = $1", id.0, at).execute(change.conn()).await?;
    touch(change, id).await
}

/// Raises the revisions, and tells whether the change made the license ready to issue.
pub async fn settle(change: &mut Change, before: &LicenseFile) -> Result<Option<Event>> {
    touch(change, before.id).await?;
    let today = Zone::named(Zone::WASHINGTON).day(change.at);
    let reference = reference::store::on(change.conn(), today).await?;
    let after =
        files(change.conn(), EVERYTHING, &[before.id], today).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let became = after.is_ready(&reference, today) && !before.is_ready(&reference, today);
    Ok(became
        .then(|| Event::new(Verb::BecameReady, before.id, format!("license {} became ready to issue", before.number))))
}

/// Raises the revisions of licenses that a change elsewhere concerns, and tells which of them it made ready to issue.
pub async fn settle_all(change: &mut Change, before: &[LicenseFile]) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for license in before {
        events.extend(settle(change, license).await?);
    }
    Ok(events)
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

/// Stores a decided act, with its provisos. A returned or denied license releases its permits' numbers.
pub async fn save_decision(
    change: &mut Change,
    decided: &Decided,
    reasons: &str,
    provisos: &[String],
) -> Result<DecisionId> {
    let (id, at, person) = (DecisionId::new(), change.at, change.person().ok_or(AppError::NotFound)?);
    let license = decided.license().0;
    sqlx::query!(
        "insert into decisions (id, license_id, number, act, reasons, decided_by, decided_at, revision_read, value_usd)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        license,
        decided.number(),
        decided.act() as Act,
        reasons,
        person.0,
        at,
        decided.revision(),
        decided.amount()
    )
    .execute(change.conn())
    .await
    .map_err(duties::refused)?;
    if !provisos.is_empty() {
        let ids: Vec<uuid::Uuid> = provisos.iter().map(|_| ProvisoId::new().0).collect();
        sqlx::query!(
            "insert into provisos (id, decision_id, number, text)
             select v.id, $1, v.number, v.text from unnest($2::uuid[], $3::text[]) with ordinality as v (id, text, number)",
            id.0,
            &ids,
            provisos
        )
        .execute(change.conn())
        .await?;
    }
    sqlx::query!(
        "update licenses set status = $2, revision = revision + 1, version = version + 1 where id = $1",
        license,
        decided.status() as LicenseStatus
    )
    .execute(change.conn())
    .await?;
    if matches!(decided.status(), LicenseStatus::Returned | LicenseStatus::Denied) {
        release_numbers(change, decided.license()).await?;
    }
    Ok(id)
}

/// Gives the permit numbers that a license no longer uses (it is returned or denied, or the paper is withdrawn) to the
/// oldest live license that has the same paper. A paper that its authority revoked is nobody's.
pub async fn release_numbers(change: &mut Change, license: LicenseId) -> Result<()> {
    sqlx::query!(
        "update permits set holds_number = false where license_id = $1 and holds_number and (withdrawn_at is not null or exists
                      (select from licenses where id = $1 and status in ('returned', 'denied')))",
        license.0
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "update permits set holds_number = true where id in (
             select distinct on (p.authority_id, p.number_normalized) p.id from permits p join licenses l on l.id = p.license_id
             where l.status not in ('returned', 'denied') and p.withdrawn_at is null and not exists (select from permits h where h.holds_number
                     and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized)
                 and not exists (select from permits h where h.revoked_on is not null and h.withdrawn_at is null
                     and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized)
                 and (p.authority_id, p.number_normalized) in (select authority_id, number_normalized from permits where license_id = $1)
             order by p.authority_id, p.number_normalized, p.id)",
        license.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// The license of a number, in any spelling; the same number under several forms gives several.
pub async fn by_number(conn: &mut PgConnection, number: &str) -> Result<Vec<(LicenseId, String, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: LicenseId", number, form from licenses where number_normalized = $1 order by form"#,
        crate::text::folded(number)
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.number, row.form)).collect())
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

/// What the registering form says of a license.
#[derive(Debug)]
pub struct LicenseData<'a> {
    pub number: &'a str,
    pub form: &'a str,
    pub destination: &'a str,
    pub value: rust_decimal::Decimal,
    /// When the application came.
    pub received_on: Option<Date>,
    /// What it is for.
    pub purpose: &'a str,
    /// First seen when already issued, on that day.
    pub approved_on: Option<Date>,
}

/// Registers a license: pending, or approved on the day given.
///
/// # Errors
/// A number known under the same form breaks `licenses_number_key`.
pub async fn insert(change: &mut Change, license: &LicenseData<'_>) -> Result<LicenseId, sqlx::Error> {
    let (id, at, person) = (LicenseId::new(), change.at, change.person().map(|person| person.0));
    let status = if license.approved_on.is_some() { LicenseStatus::Approved } else { LicenseStatus::Pending };
    sqlx::query!(
        "insert into licenses (id, number, number_normalized, form, status, registered_approved_on, destination, value_usd, received_on,
             purpose, registered_by, registered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        license.number,
        crate::text::folded(license.number),
        license.form,
        status as LicenseStatus,
        license.approved_on,
        license.destination,
        license.value,
        license.received_on,
        license.purpose,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes a license. Says whether the version fitted.
///
/// # Errors
/// As [`insert`].
pub async fn save(
    change: &mut Change,
    id: LicenseId,
    license: &LicenseData<'_>,
    read: i32,
) -> Result<bool, sqlx::Error> {
    let saved = sqlx::query!(
        "update licenses set number = $3, number_normalized = $4, form = $5, destination = $6, value_usd = $7, received_on = $8,
             purpose = $9, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        license.number,
        crate::text::folded(license.number),
        license.form,
        license.destination,
        license.value,
        license.received_on,
        license.purpose
    );
    Ok(saved.execute(change.conn()).await?.rows_affected() == 1)
}

/// Notes the day the notification was certified to Congress.
pub async fn save_certified(change: &mut Change, id: LicenseId, day: Option<Date>) -> Result<()> {
    sqlx::query!("update licenses set certified_on = $2, version = version + 1 where id = $1", id.0, day)
        .execute(change.conn())
        .await?;
    Ok(())
}

/// What the form says of an item group.
#[derive(Debug, PartialEq)]
pub struct ItemData<'a> {
    /// Such as `9 mm pistols`.
    pub label: &'a str,
    pub item_class: &'a str,
    pub usml_category: Option<&'a str>,
    pub significant: bool,
    pub major: bool,
    pub quantity: i64,
    pub unit: &'a str,
    pub value: Option<rust_decimal::Decimal>,
    pub jurisdiction: super::model::Jurisdiction,
}

impl<'a> ItemData<'a> {
    /// What an item group says already.
    pub fn of(item: &'a ItemGroup) -> Self {
        Self {
            label: &item.label,
            item_class: &item.item_class,
            usml_category: item.usml_category.as_deref(),
            significant: item.significant_military_equipment,
            major: item.major_defense_equipment,
            quantity: item.quantity,
            unit: &item.unit,
            value: item.value_usd,
            jurisdiction: item.jurisdiction,
        }
    }
}

/// Adds an item group at the end of the list.
pub async fn insert_item(
    change: &mut Change,
    license: LicenseId,
    item: &ItemData<'_>,
    split_from: Option<ItemGroupId>,
) -> Result<ItemGroupId> {
    let id = ItemGroupId::new();
    sqlx::query!(
        "insert into item_groups (id, license_id, label, item_class, usml_category, significant_military_equipment, major_defense_equipment,
             quantity, unit, value_usd, jurisdiction, split_from, position)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce(max(position), 0) + 1 from item_groups where license_id = $2",
        id.0,
        license.0,
        item.label,
        item.item_class,
        item.usml_category,
        item.significant,
        item.major,
        item.quantity,
        item.unit,
        item.value,
        item.jurisdiction as super::model::Jurisdiction,
        split_from.map(|id| id.0)
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Changes an item group.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_item(change: &mut Change, id: ItemGroupId, item: &ItemData<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update item_groups set label = $3, item_class = $4, usml_category = $5, significant_military_equipment = $6,
             major_defense_equipment = $7, quantity = $8, unit = $9, value_usd = $10, jurisdiction = $11, version = version + 1
         where id = $1 and version = $2",
        id.0,
        read,
        item.label,
        item.item_class,
        item.usml_category,
        item.significant,
        item.major,
        item.quantity,
        item.unit,
        item.value,
        item.jurisdiction as super::model::Jurisdiction
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes some of an item group away, for the group split off it.
pub async fn reduce_item(
    change: &mut Change,
    id: ItemGroupId,
    quantity: i64,
    value: Option<rust_decimal::Decimal>,
) -> Result<()> {
    sqlx::query!(
        "update item_groups set quantity = $2, value_usd = $3, version = version + 1 where id = $1",
        id.0,
        quantity,
        value
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Puts a party in a role on a license.
///
/// # Errors
/// A party that is in that role already breaks `license_parties_once`.
pub async fn insert_party(
    change: &mut Change,
    license: LicenseId,
    party: crate::id::PartyId,
    role: crate::parties::model::PartyRole,
    possession: crate::parties::model::TakesPossession,
) -> Result<crate::id::LicensePartyId, sqlx::Error> {
    let row = crate::id::LicensePartyId::new();
    sqlx::query!(
        "insert into license_parties (id, license_id, party_id, role, takes_possession) values ($1, $2, $3, $4, $5)",
        row.0,
        license.0,
        party.0,
        role as crate::parties::model::PartyRole,
        possession as crate::parties::model::TakesPossession
    )
    .execute(change.conn())
    .await?;
    Ok(row)
}

/// Changes whether a party takes possession.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_party(
    change: &mut Change,
    id: crate::id::LicensePartyId,
    possession: crate::parties::model::TakesPossession,
    read: i32,
) -> Result<()> {
    let saved = sqlx::query!(
        "update license_parties set takes_possession = $3, version = version + 1 where id = $1 and version = $2",
        id.0,
        read,
        possession as crate::parties::model::TakesPossession
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes a party's role off a license.
pub async fn remove_party(change: &mut Change, id: crate::id::LicensePartyId) -> Result<()> {
    sqlx::query!("delete from license_parties where id = $1", id.0).execute(change.conn()).await?;
    Ok(())
}

/// Adds a condition in words.
pub async fn insert_condition(
    change: &mut Change,
    license: LicenseId,
    text: &str,
    who_acts: &str,
) -> Result<ConditionId> {
    let (id, at, person) = (ConditionId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into conditions (id, license_id, text, who_acts, raised_by, raised_at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        license.0,
        text,
        who_acts,
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Notes that a condition is met, and by what.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn meet_condition(change: &mut Change, id: ConditionId, evidence: &str, read: i32) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "update conditions set met_at = $3, met_by = $4, evidence = $5, version = version + 1 where id = $1 and version = $2 and met_at is null",
        id.0,
        read,
        at,
        person,
        evidence
    );
    if saved.execute(change.conn()).await.map_err(duties::refused)?.rows_affected() == 1 {
        Ok(())
    } else {
        Err(AppError::Stale)
    }
}

/// Keeps a supervisor's exception.
///
/// # Errors
/// A second exception for a party breaks `exceptions_once`; duties by person have their own constraints.
pub async fn insert_exception(
    change: &mut Change,
    license: LicenseId,
    guard: i32,
    party: Option<crate::id::PartyId>,
    result: Option<ResultId>,
    reason: &str,
) -> Result<(), sqlx::Error> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into exceptions (id, license_id, guard, party_id, reason, excepted_by, excepted_at, result_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        crate::id::ExceptionId::new().0,
        license.0,
        guard,
        party.map(|party| party.0),
        reason,
        person,
        at,
        result.map(|result| result.0)
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// The largest value a person may decide.
pub async fn authority_of(change: &mut Change, person: crate::id::PersonId) -> Result<rust_decimal::Decimal> {
    Ok(sqlx::query_scalar!("select decision_authority from people where id = $1", person.0)
        .fetch_one(change.conn())
        .await?)
}

/// A license in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct LicenseRow {
    pub id: LicenseId,
    pub number: String,
    pub form: String,
    pub status: LicenseStatus,
    pub destination: String,
    pub value_usd: rust_decimal::Decimal,
    /// The end-users and consignees.
    pub parties: String,
}

/// Licenses within the reader's scope beyond `beyond`: the newest first, or those whose number begins with `number` by
/// their numbers.
pub async fn list(
    actor: &Actor,
    status: Option<LicenseStatus>,
    number: &str,
    beyond: Option<LicenseId>,
    limit: i64,
) -> Result<Vec<LicenseRow>> {
    let scope = actor.scope();
    let mut query = sqlx::QueryBuilder::new(
        "select l.id, l.number, coalesce(e.label, l.form) as form, l.status, d.name as destination, l.value_usd,
             (select coalesce(string_agg(distinct p.name, ', '), '') from license_parties lp join parties w on w.id = lp.party_id
              join parties p on p.id = coalesce(w.merged_into, w.id)
              where lp.license_id = l.id and lp.role in ('end_user', 'foreign_consignee')) as parties from ",
    );
    let number = crate::text::folded(number);
    // A post's licenses stand in order in a list of their own, from which each is fetched by its key (`offset 0`);
    // whether they are still the post's is asked of each, until a page is full.
    query.push(match (scope.all, number.is_empty() && status.is_none()) {
        (true, _) => "licenses l",
        (false, true) => {
            "post_licenses q cross join lateral (select * from licenses l where l.id = q.license_id offset 0) l"
        }
        (false, false) => "post_licenses q join licenses l on l.id = q.license_id",
    });
    query.push(
        " join countries d on d.code = l.destination
          left join reference_entries e on e.kind = 'license_form' and e.code = l.form and e.ends_on is null where true",
    );
    let seen = |query: &mut sqlx::QueryBuilder<sqlx::Postgres>| {
        if !scope.all {
            query.push(
                " and exists (select from check_licenses k join checks c on c.id = k.check_id where k.license_id = l.id and c.post_id = ",
            );
            query.push_bind(scope.post).push(" and c.state <> 'draft' offset 0)");
        }
    };
    if !scope.all {
        query.push(" and q.post_id = ").push_bind(scope.post);
    }
    seen(&mut query);
    if let Some(status) = status {
        query.push(" and l.status = ").push_bind(status);
    }
    // The key is always asked, so that the first page is read as the others are.
    if number.is_empty() {
        let key = if scope.all { "l.id" } else { "q.license_id" };
        query.push(" and ").push(key).push(" < ").push_bind(beyond.map_or(uuid::Uuid::max(), |license| license.0));
        query.push(" order by ").push(key).push(" desc");
    } else {
        query.push(" and l.number_normalized collate \"C\" like ").push_bind(format!("{number}%"));
        if let Some(beyond) = beyond {
            query
                .push(" and (l.number_normalized collate \"C\", l.id) > (select l.number_normalized collate \"C\", l.id from licenses l where l.id = ")
                .push_bind(beyond.0);
            // A license out of scope is as good as none here too.
            seen(&mut query);
            query.push(")");
        }
        query.push(" order by l.number_normalized collate \"C\", l.id");
    }
    query.push(" limit ").push_bind(limit);
    Ok(query.build_query_as().fetch_all(actor.searches()).await?)
}
