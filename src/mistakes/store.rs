//! Every statement on what was recorded by mistake.

use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{InFile, Mistake, MistakeKind, TakenBack};
use crate::{
    access::Role,
    approvals::model::Tally,
    db::Change,
    error::{AppError, Result},
    id::{ItemGroupId, LicenseId, MistakeId, PersonId},
};

/// Takes the row out of its table, with what goes with it, and keeps all of that.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn strike(change: &mut Change, taken: &TakenBack) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let gone = sqlx::query_scalar!(
        r#"select strike($1, $2, $3, $4, $5, $6, $7, $8, $9) as "gone!""#,
        MistakeId::new().0,
        taken.kind().code(),
        *taken.row(),
        *taken.version(),
        taken.reason().as_str(),
        taken.said().as_str(),
        taken.side().code(),
        person,
        at
    );
    let gone = gone.fetch_one(change.conn()).await?;
    if gone { Ok(()) } else { Err(AppError::Stale) }
}

/// Takes back all that was counted in one change, known by one of its numbers.
///
/// # Errors
/// [`AppError::Stale`] when one of them was counted anew or taken back in between.
pub async fn strike_count(change: &mut Change, taken: &TakenBack) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let gone = sqlx::query_scalar!(
        r#"select strike_count($1, $2, $3, $4, $5, $6, $7, $8) as "gone!""#,
        MistakeId::new().0,
        *taken.row(),
        i64::from(*taken.version()),
        taken.reason().as_str(),
        taken.said().as_str(),
        taken.side().code(),
        person,
        at
    );
    let gone = gone.fetch_one(change.conn()).await?;
    if gone { Ok(()) } else { Err(AppError::Stale) }
}

/// Keeps what stood there of a row that stays in its table: a permit.
pub async fn note(change: &mut Change, license: LicenseId, taken: &TakenBack) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into mistakes (id, kind, row_id, license_id, said, reason, taken_back_by, taken_back_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        MistakeId::new().0,
        *taken.kind() as MistakeKind,
        *taken.row(),
        license.0,
        taken.said().as_str(),
        taken.reason().as_str(),
        person,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Who recorded a row and when, as the log has it: the first entry about it.
pub async fn recorded(
    conn: &mut PgConnection,
    file: InFile,
    row: Uuid,
) -> Result<Option<(Option<PersonId>, OffsetDateTime)>> {
    macro_rules! first {
        ($statement:literal $(, $of:expr)?) => {{
            let found = sqlx::query!($statement, row $(, $of)?).fetch_optional(conn).await?;
            found.map(|row| (row.by, row.at))
        }};
    }
    Ok(match file {
        InFile::Check(id) => first!(
            r#"select actor_id as "by: PersonId", at from audit_events where subject_id = $1 and check_id = $2 order by at, id limit 1"#,
            id.0
        ),
        InFile::License(id) => first!(
            r#"select actor_id as "by: PersonId", at from audit_events where subject_id = $1 and license_id = $2 order by at, id limit 1"#,
            id.0
        ),
        InFile::Party(id) => first!(
            r#"select actor_id as "by: PersonId", at from audit_events where subject_id = $1 and party_id = $2 order by at, id limit 1"#,
            id.0
        ),
        InFile::Other => first!(
            r#"select actor_id as "by: PersonId", at from audit_events where subject_id = $1
                   and verb in ('assignment_changed', 'country_rule_changed', 'authority_changed', 'reference_changed') order by at, id limit 1"#
        ),
    })
}

/// Who serves in Washington today, administrators included.
pub async fn serving_in_washington(conn: &mut PgConnection, today: time::Date) -> Result<Vec<(PersonId, Role)>> {
    let rows = sqlx::query!(
        r#"select a.person_id as "person: PersonId", a.role as "role: Role" from assignments a join people p on p.id = a.person_id
           where a.post_id is null and p.disabled_at is null and $1 between a.starts_on and coalesce(a.ends_on, 'infinity')"#,
        today
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.person, row.role)).collect())
}

/// What was taken back of a person's roles, of a country, or of a kind of reference data; and which rows of law and
/// practice still may be: those whose first entry in the log is of today.
#[derive(Debug)]
pub struct Beside {
    pub mistakes: Vec<Mistake>,
    pub recorded_today: Vec<Uuid>,
}

/// What stands beside such rows: one statement.
pub async fn beside(conn: &mut PgConnection, file: &str, now: OffsetDateTime) -> Result<Beside> {
    let row = sqlx::query!(
        r#"select (select coalesce(jsonb_agg(jsonb_build_object('kind', y.kind, 'row_id', y.row_id, 'said', y.said, 'reason', y.reason,
                    'by', called(m.id, m.name, y.taken_back_at), 'at', y.taken_back_at) order by y.id), '[]')
                from mistakes y join people m on m.id = y.taken_back_by where y.other_file = $1) as "mistakes!: Json<Vec<Mistake>>",
               array(select e.subject_id from audit_events e
                where e.verb in ('country_rule_changed', 'authority_changed', 'reference_changed')
                    and e.at >= date_trunc('day', $2::timestamptz, 'America/New_York') and not exists (select from audit_events o where o.verb = e.verb
                        and o.subject_id = e.subject_id and o.at < date_trunc('day', $2::timestamptz, 'America/New_York'))) as "today!""#,
        file,
        now
    );
    let row = row.fetch_one(conn).await?;
    Ok(Beside { mistakes: row.mistakes.0, recorded_today: row.today })
}

/// A counted serial number: as it was counted, of which items, its version, and who counted it.
pub async fn serial(
    conn: &mut PgConnection,
    license: LicenseId,
    id: Uuid,
) -> Result<Option<(String, ItemGroupId, i32, PersonId)>> {
    let row = sqlx::query!(
        r#"select number, item_group_id as "item: ItemGroupId", version, recorded_by as "by: PersonId" from serials
           where license_id = $1 and id = $2"#,
        license.0,
        id
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.number, row.item, row.version, row.by)))
}

/// What one change counted of a license, as far as it still stands; and what became of the rest of it.
#[derive(Debug)]
pub struct Count {
    pub found: Json<Vec<Tally>>,
    pub by: PersonId,
    pub by_name: String,
    pub at: OffsetDateTime,
    pub numbers: i64,
    /// Their versions, in all.
    pub version: i64,
    /// Of how many something was said before.
    pub before: i64,
    /// How many were counted anew since, and how many taken back alone.
    pub since: i64,
    pub taken: i64,
}

/// The count that a serial number was last told by.
pub async fn count(conn: &mut PgConnection, license: LicenseId, id: Uuid) -> Result<Option<Count>> {
    let row = sqlx::query_as!(
        Count,
        r#"select (select jsonb_agg(jsonb_build_object('item', g.label, 'state', f.state, 'numbers', f.numbers) order by g.position, f.state)
                from (select item_group_id, state, count(*) as numbers from serials s
                    where (s.license_id, s.recorded_by, s.recorded_at) = (n.license_id, n.recorded_by, n.recorded_at) group by 1, 2) f
                join item_groups g on g.id = f.item_group_id) as "found!: Json<Vec<Tally>>", n.recorded_by as "by: PersonId",
               called(m.id, m.name, n.recorded_at) as "by_name!", n.recorded_at as at, c.numbers as "numbers!", c.version as "version!",
               c.before as "before!",
               (select count(*) from serials s where s.license_id = $1 and exists (
                    select from jsonb_to_recordset(s.counted_before) w (recorded_by uuid, recorded_at timestamptz)
                    where (w.recorded_by, w.recorded_at) = (n.recorded_by, n.recorded_at))) as "since!",
               (select count(*) from mistakes y where y.license_id = $1 and y.kind = 'serial'
                    and (y.kept #>> '{serials,0,recorded_by}')::uuid = n.recorded_by
                    and (y.kept #>> '{serials,0,recorded_at}')::timestamptz = n.recorded_at) as "taken!"
           from serials n join people m on m.id = n.recorded_by
           cross join lateral (select count(*) as numbers, sum(s.version) as version, count(*) filter (where s.counted_before <> '[]') as before
               from serials s where (s.license_id, s.recorded_by, s.recorded_at) = (n.license_id, n.recorded_by, n.recorded_at)) c
           where n.license_id = $1 and n.id = $2"#,
        license.0,
        id
    );
    Ok(row.fetch_optional(conn).await?)
}

/// How many papers and rules name an authority.
pub async fn named(conn: &mut PgConnection, authority: Uuid) -> Result<i64> {
    let named = sqlx::query_scalar!(
        r#"select (select count(*) from country_rules where authority_id = $1) + (select count(*) from permit_authorities where authority_id = $1)
               + (select count(*) from import_approvals where authority_id = $1) + (select count(*) from contacts where authority_id = $1)
               + (select count(*) from custody_steps where authority_id = $1) + (select count(*) from authorities where $1 in (parent_id, successor_id))
               as "named!""#,
        authority
    );
    Ok(named.fetch_one(conn).await?)
}

/// How many cells of permit matrices rest on a country rule.
pub async fn resting_on_rule(conn: &mut PgConnection, rule: Uuid) -> Result<i64> {
    let resting =
        sqlx::query_scalar!(r#"select count(*) as "resting!" from import_approvals where country_rule_id = $1"#, rule);
    Ok(resting.fetch_one(conn).await?)
}

/// Gives what was split off an item group back to it.
pub async fn join(
    change: &mut Change,
    whole: ItemGroupId,
    quantity: i64,
    value: Option<rust_decimal::Decimal>,
) -> Result<()> {
    sqlx::query!(
        "update item_groups set quantity = quantity + $2, value_usd = case when value_usd is null or $3::numeric is null then value_usd
             else value_usd + $3 end, version = version + 1 where id = $1",
        whole.0,
        quantity,
        value
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Lets the permits that were taken back before go of a contact that is taken back now.
pub async fn let_go_of_contact(change: &mut Change, contact: Uuid) -> Result<()> {
    sqlx::query!(
        "update permits set verified_by = null, verified_at = null, verified_contact_id = null
         where verified_contact_id = $1 and withdrawn_at is not null",
        contact
    )
    .execute(change.conn())
    .await?;
    Ok(())
}
