//! Who has the items on their way, and which serial numbers were counted.

use sqlx::{PgConnection, types::Json};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    approvals::{
        counted::Run,
        model::{SerialState, Tally, counted},
    },
    db::Change,
    error::{AppError, Result},
    id::{CheckId, ItemGroupId, LicenseId, PartyId, SerialId},
    licenses::model::{PathOrdered, StepRecorded},
    text::folded,
};

/// Adds steps of a license at the end of their paths, in their order.
pub async fn insert_steps(change: &mut Change, license: LicenseId, recorded: &[&StepRecorded]) -> Result<()> {
    let (person, post) = (change.person().map(|person| person.0), change.post().map(|post| post.0));
    let (rows, stages) = (Columns::of(recorded), recorded.iter().map(|step| step.says().stage.code().to_owned()));
    sqlx::query!(
        "insert into custody_steps (id, license_id, stage, position, holder, party_id, what, on_date, quantity, item_group_id, recorded_by, recorded_at_post)
         select n.id, $1, n.stage, ((select coalesce(max(s.position), 0) from custody_steps s where s.license_id = $1 and s.stage = n.stage)
             + row_number() over (partition by n.stage order by n.place))::integer,
             n.holder, n.party, n.what, n.on_date, n.quantity, n.item, $10, $11
         from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::date[], $8::bigint[], $9::uuid[])
             with ordinality as n (id, stage, holder, party, what, on_date, quantity, item, place)",
        license.0,
        &rows.ids,
        &stages.collect::<Vec<_>>(),
        &rows.holders,
        &rows.parties as &[Option<Uuid>],
        &rows.whats,
        &rows.days as &[Option<Date>],
        &rows.quantities as &[Option<i64>],
        &rows.items as &[Option<Uuid>],
        person,
        post
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Keeps what steps say from now on, each in place of the one that was read.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_steps(change: &mut Change, recorded: &[(&StepRecorded, i32)]) -> Result<()> {
    let (person, post) = (change.person().map(|person| person.0), change.post().map(|post| post.0));
    let (steps, read): (Vec<&StepRecorded>, Vec<i32>) = recorded.iter().copied().unzip();
    let rows = Columns::of(&steps);
    let saved = sqlx::query!(
        "update custody_steps s set holder = n.holder, party_id = n.party, what = n.what, on_date = n.on_date, quantity = n.quantity,
             item_group_id = n.item, recorded_by = $9, recorded_at_post = $10, version = s.version + 1
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::uuid[], $5::text[], $6::date[], $7::bigint[], $8::uuid[])
             as n (id, read, holder, party, what, on_date, quantity, item)
         where s.id = n.id and s.version = n.read",
        &rows.ids,
        &read,
        &rows.holders,
        &rows.parties as &[Option<Uuid>],
        &rows.whats,
        &rows.days as &[Option<Date>],
        &rows.quantities as &[Option<i64>],
        &rows.items as &[Option<Uuid>],
        person,
        post
    );
    let saved = saved.execute(change.conn()).await?.rows_affected();
    if usize::try_from(saved).is_ok_and(|saved| saved == recorded.len()) { Ok(()) } else { Err(AppError::Stale) }
}

/// What steps say, a column each.
struct Columns {
    ids: Vec<Uuid>,
    holders: Vec<String>,
    parties: Vec<Option<Uuid>>,
    whats: Vec<String>,
    days: Vec<Option<Date>>,
    quantities: Vec<Option<i64>>,
    items: Vec<Option<Uuid>>,
}

impl Columns {
    fn of(recorded: &[&StepRecorded]) -> Self {
        let says = || recorded.iter().map(|step| step.says());
        Self {
            ids: recorded.iter().map(|step| step.step().0).collect(),
            holders: says().map(|step| step.holder.clone()).collect(),
            parties: says().map(|step| step.party.map(|id| id.0)).collect(),
            whats: says().map(|step| step.what.clone()).collect(),
            days: says().map(|step| step.on_date).collect(),
            quantities: says().map(|step| step.quantity).collect(),
            items: says().map(|step| step.item.map(|id| id.0)).collect(),
        }
    }
}

/// Puts the steps of stages of a license in those orders; where each stood first stays known.
pub async fn order_steps(change: &mut Change, license: LicenseId, ordered: &[&PathOrdered]) -> Result<()> {
    let all = ordered.iter().flat_map(|path| (1_i32..).zip(path.steps()));
    let (places, steps): (Vec<i32>, Vec<Uuid>) = all.map(|(place, id)| (place, id.0)).unzip();
    sqlx::query!(
        "update custody_steps s set position = o.place, first_position = coalesce(s.first_position, s.position)
         from unnest($2::uuid[], $3::integer[]) as o (id, place)
         where s.id = o.id and s.license_id = $1 and s.position <> o.place",
        license.0,
        &steps,
        &places
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Which of these numbers, none of them recorded yet, differ from others of the license or from each other in what is
/// easily misread: the first few pairs, as they are written.
pub async fn alike_serials(change: &mut Change, license: LicenseId, numbers: &[String]) -> Result<Vec<String>> {
    let normalized: Vec<String> = numbers.iter().map(|number| folded(number)).collect();
    let pairs = sqlx::query_scalar!(
        r#"with typed as (select distinct on (n) n, w from unnest($2::text[], $3::text[]) as v (n, w)),
               recorded as (select number_normalized as n, number as w from serials where license_id = $1),
               others as (select n, w, look_alike(n) as alike, true as is_recorded from recorded
                   union all select n, w, look_alike(n), false from typed where n not in (select n from recorded))
           select t.w || ' and ' || o.w as "pair!" from typed t join others o on o.alike = look_alike(t.n)
           where t.n <> o.n and (o.is_recorded or t.n < o.n) and t.n not in (select n from recorded) order by t.n, o.n limit 5"#,
        license.0,
        &normalized,
        numbers
    );
    Ok(pairs.fetch_all(change.conn()).await?)
}

/// What was counted of these numbers before: how many stand in which state.
pub async fn counted_before(
    conn: &mut PgConnection,
    item: ItemGroupId,
    numbers: &[String],
) -> Result<Vec<(SerialState, i64)>> {
    let normalized: Vec<String> = numbers.iter().map(|number| folded(number)).collect();
    let rows = sqlx::query!(
        r#"select state as "state: SerialState", count(*) as "count!" from serials
           where item_group_id = $1 and number_normalized = any($2) group by state order by state"#,
        item.0,
        &normalized
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.state, row.count)).collect())
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
) -> Result<i64> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let normalized: Vec<String> = numbers.iter().map(|number| folded(number)).collect();
    let ids: Vec<uuid::Uuid> = numbers.iter().map(|_| SerialId::new().0).collect();
    let saved = sqlx::query!(
        "insert into serials (id, item_group_id, license_id, number, number_normalized, state, location, holder_party_id, check_id, recorded_by,
             recorded_at)
         select distinct on (v.normalized) v.id, $1, $2, v.number, v.normalized, $6, $7, $8, $9, $10, $11
         from unnest($3::uuid[], $4::text[], $5::text[]) as v (id, number, normalized) order by v.normalized, v.id
         on conflict (item_group_id, number_normalized) do update set state = $6, location = $7, holder_party_id = $8, check_id = $9,
             recorded_by = $10, recorded_at = $11, version = serials.version + 1,
             counted_before = jsonb_build_array(jsonb_build_object('state', serials.state, 'location', serials.location,
                 'holder_party_id', serials.holder_party_id, 'check_id', serials.check_id, 'recorded_by', serials.recorded_by,
                 'recorded_at', serials.recorded_at)) || serials.counted_before",
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
    Ok(i64::try_from(saved.execute(change.conn()).await?.rows_affected()).unwrap_or(i64::MAX))
}

/// What one change counted of a license, as far as it still stands.
#[derive(Debug)]
pub struct Count {
    /// One of its numbers.
    pub id: SerialId,
    pub found: Json<Vec<Tally>>,
    pub by: String,
    pub at: OffsetDateTime,
}

impl Count {
    pub fn said(&self) -> String {
        counted(&self.found)
    }
}

/// The last counts of more than one number of a license.
pub async fn counts(conn: &mut PgConnection, license: LicenseId) -> Result<Vec<Count>> {
    let rows = sqlx::query_as!(
        Count,
        r#"select c.id as "id!: SerialId", c.found as "found!: Json<Vec<Tally>>", called(m.id, m.name, c.recorded_at) as "by!", c.recorded_at as at
           from (select (array_agg(n.id order by n.id))[1] as id, n.recorded_by, n.recorded_at, jsonb_agg(jsonb_build_object('item', g.label,
                   'state', n.state, 'numbers', n.numbers) order by g.position, n.state) as found
               from (select (array_agg(id order by id))[1] as id, item_group_id, state, recorded_by, recorded_at, count(*) as numbers from serials
                   where license_id = $1 group by 2, 3, 4, 5) n join item_groups g on g.id = n.item_group_id
               group by 2, 3 having sum(n.numbers) > 1 order by n.recorded_at desc limit 20) c
           join people m on m.id = c.recorded_by order by c.recorded_at desc"#,
        license.0
    );
    Ok(rows.fetch_all(conn).await?)
}

/// A serial number that is looked for.
#[derive(Debug)]
pub struct FoundSerial {
    pub id: SerialId,
    pub number: String,
    pub item: String,
    pub state: SerialState,
}

/// The serial numbers of a license that contain what was typed, in any spelling: the first twenty.
pub async fn find_serials(conn: &mut PgConnection, license: LicenseId, typed: &str) -> Result<Vec<FoundSerial>> {
    let rows = sqlx::query_as!(
        FoundSerial,
        r#"select s.id as "id: SerialId", s.number, g.label as item, s.state as "state: SerialState" from serials s
           join item_groups g on g.id = s.item_group_id where s.license_id = $1 and strpos(s.number_normalized, $2) > 0
           order by s.number_normalized limit 20"#,
        license.0,
        folded(typed)
    );
    Ok(rows.fetch_all(conn).await?)
}

/// What counts found of the numbers of these licenses, neighbors together: the missing ones first. A page shows no more
/// than the first so many.
pub async fn runs(conn: &mut PgConnection, licenses: &[LicenseId], limit: i64) -> Result<Vec<Run>> {
    let licenses: Vec<Uuid> = licenses.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Run,
        r#"with ends as (select s.*, regexp_replace(s.number, '[0-9]{1,15}$', '') as stem, substring(s.number from '[0-9]{1,15}$') as digits
               from serials s where s.license_id = any($1)),
           placed as (select e.*, e.digits::bigint - row_number() over (partition by e.license_id, e.item_group_id, e.state, e.location,
               e.holder_party_id, e.stem, length(e.digits) order by e.digits::bigint) as place from ends e)
           select p.license_id as "license: LicenseId", g.label as item, p.state as "state: SerialState", p.location,
               coalesce(into_one.name, w.name) as "holder?", min(p.number) as "first!", max(p.number) as "last!", count(*) as "count!",
               min(p.recorded_at) as "since!"
           from placed p join item_groups g on g.id = p.item_group_id left join parties w on w.id = p.holder_party_id
           left join parties into_one on into_one.id = w.merged_into
           group by p.license_id, p.item_group_id, g.label, g.position, p.state, p.location, w.name, into_one.name, p.stem, length(p.digits), p.place
           order by p.license_id, array_position(array['missing', 'not_counted', 'elsewhere', 'seen'], p.state), g.position, p.location,
               "holder?" nulls last, "first!" limit $2"#,
        &licenses,
        limit
    );
    Ok(rows.fetch_all(conn).await?)
}
