//! Every statement on reference rows.

use std::sync::Arc;

use sqlx::{PgConnection, types::Json};
use time::Date;

use super::model::{Entry, Reference, ReferenceKind, ThresholdItems, asked_words, class_words, described, under_words};
use crate::{
    addresses::{self as at, Address},
    audit::Values,
    checks::model::CheckType,
    db::{Change, kept::Kept},
    error::{AppError, Result},
    id::ReferenceId,
    parties::model::PartyRole,
    text::{Line, dollars, many},
    web::filters::day_words,
};

/// The kinds this program knows; while an older and a newer program run side by side, the newer one's own are none of
/// its concern.
fn kinds() -> Vec<String> {
    ReferenceKind::ALL.iter().map(ToString::to_string).collect()
}

/// All rows, whatever their days.
#[derive(Debug)]
pub struct Rows(Vec<Arc<Entry>>);

impl Rows {
    /// Those that hold on a day.
    pub fn on(&self, day: Date) -> Reference {
        Reference(self.0.iter().filter(|entry| entry.holds_on(day)).cloned().collect())
    }
}

/// One program serves one database; while an administrator changes a row, it sees two versions.
static KEPT: Kept<Rows> = Kept::new(8);

/// The rows that hold on a day, as [`rows`] gives them.
pub async fn on(conn: &mut PgConnection, day: Date) -> Result<Reference> {
    Ok(rows(conn).await?.on(day))
}

/// All rows. They stay in the process; whether they are still those of the database is asked each time, by one small
/// statement, inside the transaction of whoever judges by them.
pub async fn rows(conn: &mut PgConnection) -> Result<Arc<Rows>> {
    let version = sqlx::query_scalar!("select version from kept_versions where of_what = 'reference'")
        .fetch_one(&mut *conn)
        .await?;
    if let Some(rows) = KEPT.of(version) {
        return Ok(rows);
    }
    let read = sqlx::query!(
        r#"select version, (select coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('confirmed', e.confirmed_at is not null)
               order by e.kind, e.position, e.label), '[]') from reference_entries e where e.kind = any($1)) as "rows!: Json<Vec<Entry>>"
           from kept_versions where of_what = 'reference'"#,
        &kinds()
    );
    let read = read.fetch_one(conn).await?;
    let rows = Arc::new(Rows(read.rows.0.into_iter().map(Arc::new).collect()));
    KEPT.keep(read.version, &rows);
    Ok(rows)
}

/// The rows of a kind, past and coming ones too.
pub async fn of_kind(conn: &mut PgConnection, kind: ReferenceKind) -> Result<Vec<Entry>> {
    let rows = sqlx::query_scalar!(
        r#"select coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('confirmed', e.confirmed_at is not null)
               order by e.ends_on nulls first, e.position, e.label, e.starts_on), '[]') as "rows!: Json<Vec<Entry>>"
           from reference_entries e where e.kind = $1"#,
        kind as ReferenceKind
    );
    Ok(rows.fetch_one(conn).await?.0)
}

/// What the page of a kind is asked for to show the rows that wait for an administrator.
pub const WAITING: &str = "waiting";

/// What an administrator has to do about the rows of a kind.
#[derive(Debug)]
pub struct KindRow {
    pub kind: ReferenceKind,
    pub all: i64,
    /// How many that hold, or will, nobody has confirmed.
    pub unconfirmed: i64,
    /// How many are to be looked at again by now.
    pub to_look_at: i64,
    /// How many wait for one or the other.
    pub waiting: i64,
}

impl KindRow {
    /// `28 of 28 to confirm; 2 to look at again`.
    pub fn said(&self) -> String {
        let confirm = (self.unconfirmed > 0).then(|| format!("{} to confirm", self.unconfirmed));
        let look = (self.to_look_at > 0).then(|| format!("{} to look at again", self.to_look_at));
        [confirm, look].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Its page, with those rows alone.
    pub fn address(&self) -> Address {
        at::reference_kind(self.kind.code()).with("only", WAITING)
    }
}

/// The rows of each kind that hold or will, counted.
pub async fn counts(conn: &mut PgConnection, day: Date) -> Result<Vec<KindRow>> {
    let rows = sqlx::query_as!(
        KindRow,
        r#"select kind as "kind: ReferenceKind", count(*) filter (where starts_on <= $1 or not beginning_known) as "all!",
               count(*) filter (where confirmed_at is null) as "unconfirmed!", count(*) filter (where look_again_on <= $1) as "to_look_at!",
               count(*) filter (where confirmed_at is null or look_again_on <= $1) as "waiting!"
           from reference_entries where $1 <= coalesce(ends_on, 'infinity') and kind = any($2)
           group by kind order by kind"#,
        day,
        &kinds()
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Notes that an administrator compared rows of a kind with their source. Gives those nobody had confirmed, with their
/// labels.
pub async fn confirm(
    change: &mut Change,
    kind: ReferenceKind,
    ids: &[ReferenceId],
) -> Result<Vec<(ReferenceId, String)>> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"update reference_entries set confirmed_by = $3, confirmed_at = $4 where kind = $1 and id = any($2) and confirmed_at is null
           returning id as "id: ReferenceId", label"#,
        kind as ReferenceKind,
        &ids,
        person,
        at
    );
    Ok(rows.fetch_all(change.conn()).await?.into_iter().map(|row| (row.id, row.label)).collect())
}

/// Ends a row; it holds through that day.
pub async fn end(change: &mut Change, id: ReferenceId, last: Date) -> Result<()> {
    let saved = sqlx::query!(
        "update reference_entries set ends_on = $2 where id = $1 and ends_on is null and starts_on <= $2",
        id.0,
        last
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Lets a row hold on that was ended by another one, which was recorded by mistake.
pub async fn hold_on(change: &mut Change, id: ReferenceId) -> Result<()> {
    sqlx::query!("update reference_entries set ends_on = null where id = $1", id.0).execute(change.conn()).await?;
    Ok(())
}

/// When a topic is asked.
#[derive(Debug, Default)]
pub struct Asking {
    check_types: Vec<CheckType>,
    party_roles: Vec<PartyRole>,
    item_classes: Vec<String>,
}

impl Asking {
    /// On checks of these types, of parties in these roles (none: once), for items of these classes (none: all).
    pub fn of(types: &[CheckType], roles: &[PartyRole], classes: &[Line]) -> Self {
        let item_classes = classes.iter().map(|class| class.as_str().to_owned()).collect();
        Self { check_types: types.to_vec(), party_roles: roles.to_vec(), item_classes }
    }
}

/// A row to be added.
#[derive(Debug)]
pub struct EntryData<'a> {
    pub kind: ReferenceKind,
    /// The code that other tables store.
    pub code: &'a str,
    pub label: &'a str,
    pub detail: &'a str,
    /// The country, for kinds that are about one.
    pub country: Option<&'a str>,
    /// The group a threshold is for.
    pub country_group: Option<&'a str>,
    /// The topic that a question is asked under.
    pub topic: Option<&'a str>,
    pub items: Option<ThresholdItems>,
    pub amount: Option<rust_decimal::Decimal>,
    /// How long to wait.
    pub waiting_days: Option<i32>,
    /// When a topic is asked.
    pub asked: Asking,
    /// Statute, regulation or standard.
    pub source: &'a str,
    pub starts_on: Date,
    /// When to look again.
    pub look_again_on: Option<Date>,
}

impl EntryData<'_> {
    /// As the log shows it.
    pub fn described(&self) -> Values {
        let mut parts: Vec<String> = Vec::new();
        parts.extend((!self.detail.is_empty()).then(|| self.detail.to_owned()));
        parts.extend(self.amount.map(dollars));
        parts.extend(self.waiting_days.map(|days| many(days, "day")));
        if self.kind == ReferenceKind::Topic {
            parts.push(asked_words(&self.asked.check_types, &self.asked.party_roles, &self.asked.item_classes));
        } else if let Some(topic) = self.topic {
            parts.push(under_words(topic, &self.asked.check_types, &self.asked.item_classes));
        } else if !self.asked.item_classes.is_empty() {
            parts.push(class_words(&self.asked.item_classes));
        }
        parts.extend(self.look_again_on.map(|day| format!("look again on {}", day_words(day))));
        described(self.label, &parts.join("; "), self.source, self.starts_on)
    }
}

/// Ends a row the day before another takes its place.
///
/// # Errors
/// A row that holds at the same time breaks `reference_entries_one_at_a_time`.
pub async fn replace(change: &mut Change, id: ReferenceId, entry: &EntryData<'_>) -> Result<ReferenceId, sqlx::Error> {
    let position = sqlx::query_scalar!(
        "update reference_entries set ends_on = $2::date - 1 where id = $1 and ends_on is null and starts_on < $2 returning position",
        id.0,
        entry.starts_on
    );
    let position = position.fetch_one(change.conn()).await?;
    insert_at(change, entry, position).await
}

/// Adds a row at the end of its kind, confirmed by who adds it.
///
/// # Errors
/// A row that holds at the same time breaks `reference_entries_one_at_a_time`.
pub async fn insert(change: &mut Change, entry: &EntryData<'_>) -> Result<ReferenceId, sqlx::Error> {
    insert_at(change, entry, 1000).await
}

async fn insert_at(change: &mut Change, entry: &EntryData<'_>, position: i32) -> Result<ReferenceId, sqlx::Error> {
    let (id, at, person) = (ReferenceId::new(), change.at, change.person().map(|person| person.0));
    let types: Vec<String> = entry.asked.check_types.iter().map(ToString::to_string).collect();
    let roles: Vec<String> = entry.asked.party_roles.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into reference_entries (id, kind, code, label, detail, country, country_group, items, amount, waiting_days, check_types,
             party_roles, item_classes, position, source, starts_on, confirmed_by, confirmed_at, look_again_on, topic)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        id.0,
        entry.kind as ReferenceKind,
        entry.code,
        entry.label,
        entry.detail,
        entry.country,
        entry.country_group,
        entry.items as Option<ThresholdItems>,
        entry.amount,
        entry.waiting_days,
        &types,
        &roles,
        &entry.asked.item_classes,
        position,
        entry.source,
        entry.starts_on,
        person,
        at,
        entry.look_again_on,
        entry.topic
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}
