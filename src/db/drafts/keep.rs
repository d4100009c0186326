//! What was typed is kept, listed, discarded; and filled in for a person.

use std::str::FromStr;

use sqlx::{PgConnection, PgPool, types::Json};
use time::{Duration, OffsetDateTime};

use super::{
    Continued, Draft, DraftPage, Filled, MOST, MOST_BYTES, Mark, Source, Unsent,
    claim::{Claimed, claim, lock, settle},
};
use crate::{
    addresses::route,
    error::{AppError, Result},
    id::{FormId, PersonId},
};

/// The newest draft of a person for a page.
pub async fn newest(pool: &PgPool, person: PersonId, path: &str) -> Result<Option<Draft>> {
    let draft = sqlx::query_as!(
        Draft,
        r#"select d.form_id as "form_id: FormId", d.body, d.saved_at, count(*) over () - 1 as "others!", s.shown as "source?: Json<Source>"
           from drafts d left join draft_sources s on s.person_id = d.person_id and s.path = d.path
               and (s.form_id = d.form_id or strpos(d.body, 'continues=' || s.form_id || '.') > 0)
           where d.person_id = $1 and d.path = $2 order by d.saved_at desc, d.form_id desc limit 1"#,
        person.0,
        path
    );
    Ok(draft.fetch_optional(pool).await?)
}

/// Everything a person typed and did not send, the newest first.
pub async fn unsent(pool: &PgPool, person: PersonId) -> Result<Vec<Unsent>> {
    let all = sqlx::query_as!(
        Unsent,
        r#"select form_id as "form_id: FormId", path, title, saved_at, encode(sha256(convert_to(body, 'UTF8')), 'hex') as "hash!"
           from drafts where person_id = $1 order by saved_at desc, form_id desc"#,
        person.0
    );
    Ok(all.fetch_all(pool).await?)
}

/// What became of a text that was to be kept.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    Kept,
    /// It is not: the form was sent or discarded before, or is another person's.
    Used,
    /// It is not: there is no room.
    Full(Full),
}

/// A person's drafts are at a limit.
#[derive(Debug, PartialEq, Eq)]
pub struct Full {
    /// Whether it is the limit of bytes; else that of texts.
    pub of_bytes: bool,
    /// What to discard: the page's title of the largest text, or of the oldest.
    pub title: String,
    /// When that was last kept.
    pub saved_at: OffsetDateTime,
}

/// Keeps what was typed into a form. The first time, the draft it goes on with is taken over, unless that was changed
/// meanwhile.
pub async fn keep(
    pool: &PgPool,
    person: PersonId,
    form: FormId,
    continues: Option<&Continued>,
    page: DraftPage<'_>,
    body: &str,
    at: OffsetDateTime,
) -> Result<Kept> {
    let mut tx = pool.begin().await?;
    let ids: Vec<FormId> = continues.map(|continued| continued.draft).into_iter().chain([form]).collect();
    lock(&mut tx, &ids, Some(person)).await?;
    if let Some(continued) = continues {
        sqlx::query!(
            "delete from drafts where form_id = $1 and person_id = $2 and encode(sha256(convert_to(body, 'UTF8')), 'hex') = $3
                 and not exists (select from drafts where form_id = $4)",
            continued.draft.0,
            person.0,
            continued.hash,
            form.0
        )
        .execute(&mut *tx)
        .await?;
    }
    let known = sqlx::query!(
        r#"select (exists (select from submissions where form_id = $2)
                   or exists (select from drafts where form_id = $2 and person_id <> $1)) as "used!",
               count(*) filter (where form_id <> $2) as "others!",
               coalesce(sum(octet_length(body)) filter (where form_id <> $2), 0) as "bytes!",
               coalesce(sum(octet_length(body)) filter (where form_id = $2), 0) as "before!"
           from drafts where person_id = $1"#,
        person.0,
        form.0
    )
    .fetch_one(&mut *tx)
    .await?;
    if known.used {
        return Ok(Kept::Used);
    }
    let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
    let of_bytes = size > known.before && known.bytes.saturating_add(size) > MOST_BYTES;
    if of_bytes || (known.before == 0 && known.others >= MOST) {
        drop(tx);
        return full(pool, person, of_bytes).await;
    }
    sqlx::query!(
        "insert into drafts (form_id, person_id, path, title, body, saved_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (form_id) do update set body = excluded.body, saved_at = excluded.saved_at",
        form.0,
        person.0,
        page.path,
        page.title,
        body,
        at
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Kept::Kept)
}

/// Keeps what of a form that is sent stays unsent, as a text of its own: that form is used up, with the text it goes on
/// with.
pub(in crate::db) async fn leave(
    conn: &mut PgConnection,
    sent: &Mark,
    person: PersonId,
    page: DraftPage<'_>,
    body: &str,
    at: OffsetDateTime,
) -> Result<Kept> {
    lock(conn, &[], Some(person)).await?;
    let form = FormId::new();
    let body = format!("form_id={form}&{body}");
    let used: Vec<uuid::Uuid> = sent.ids().iter().map(|id| id.0).collect();
    let known = sqlx::query!(
        r#"select count(*) as "others!", coalesce(sum(octet_length(body)), 0) as "bytes!" from drafts
           where person_id = $1 and form_id <> all ($2)"#,
        person.0,
        &used
    );
    let known = known.fetch_one(&mut *conn).await?;
    let of_bytes = known.bytes.saturating_add(i64::try_from(body.len()).unwrap_or(i64::MAX)) > MOST_BYTES;
    if of_bytes || known.others >= MOST {
        return full(conn, person, of_bytes).await;
    }
    sqlx::query!(
        "insert into drafts (form_id, person_id, path, title, body, saved_at) values ($1, $2, $3, $4, $5, $6)",
        form.0,
        person.0,
        page.path,
        page.title,
        body,
        at
    )
    .execute(conn)
    .await?;
    Ok(Kept::Kept)
}

async fn full<'e>(
    database: impl sqlx::Executor<'e, Database = sqlx::Postgres>,
    person: PersonId,
    of_bytes: bool,
) -> Result<Kept> {
    let first = sqlx::query!(
        "select title, saved_at from drafts where person_id = $1 order by case when $2 then octet_length(body) end desc, saved_at limit 1",
        person.0,
        of_bytes
    );
    let first = first.fetch_optional(database).await?;
    let (title, saved_at) =
        first.map_or((String::new(), OffsetDateTime::UNIX_EPOCH), |first| (first.title, first.saved_at));
    Ok(Kept::Full(Full { of_bytes, title, saved_at }))
}

/// Whether this very text is kept for that page already.
pub async fn is_kept(pool: &PgPool, person: PersonId, path: &str, body: &str) -> Result<bool> {
    let kept = sqlx::query_scalar!(
        r#"select exists (select from drafts where person_id = $1 and path = $2 and body = $3) as "kept!""#,
        person.0,
        path,
        body
    );
    Ok(kept.fetch_one(pool).await?)
}

/// A text that a person takes away.
#[derive(Debug)]
pub struct Discarded {
    /// The form it was typed into.
    pub form: FormId,
    /// Its hash as the person saw it: changed since, it stays. None: whatever it says by now.
    pub hash: Option<String>,
}

impl FromStr for Discarded {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('.') {
            Some((form, hash)) => Ok(Self { form: form.parse()?, hash: Some(hash.to_owned()) }),
            None => Ok(Self { form: text.parse()?, hash: None }),
        }
    }
}

/// Forgets texts. Their forms are used up, so that a save under way does not bring them back. Gives the page of the
/// text that is next among those that were filled together with one of them.
pub async fn discard(
    pool: &PgPool,
    person: PersonId,
    texts: &[Discarded],
    to: &str,
    at: OffsetDateTime,
) -> Result<Option<String>> {
    let mut tx = pool.begin().await?;
    lock(&mut tx, &texts.iter().map(|text| text.form).collect::<Vec<_>>(), None).await?;
    let mut pages = Vec::new();
    for Discarded { form, hash } in texts {
        let page = sqlx::query_scalar!(
            "delete from drafts where form_id = $1 and person_id = $2 and encode(sha256(convert_to(body, 'UTF8')), 'hex') = coalesce($3, \
                 encode(sha256(convert_to(body, 'UTF8')), 'hex')) returning path",
            form.0,
            person.0,
            hash.as_deref()
        );
        pages.extend(page.fetch_optional(&mut *tx).await?);
        sqlx::query!(
            "insert into submissions (form_id, person_id, redirect, at, answers_hash, address)
             select $1, $2, $3, $4, '', $5 where not exists (select from drafts where form_id = $1) on conflict (form_id) do nothing",
            form.0,
            person.0,
            to,
            at,
            route::draft_discard
        )
        .execute(&mut *tx)
        .await?;
    }
    // What a text was filled from goes with its last draft.
    let gone = sqlx::query!(
        r#"delete from draft_sources s where s.person_id = $1 and not exists (select from drafts d where d.person_id = s.person_id and d.path = s.path
             and (d.form_id = s.form_id or strpos(d.body, 'continues=' || s.form_id || '.') > 0))
         returning path, filled_by as "filled_by: FormId", form_id as "form_id: FormId""#,
        person.0
    );
    let gone = gone.fetch_all(&mut *tx).await?;
    let next = match gone.iter().find(|gone| pages.contains(&gone.path)) {
        Some(gone) => next(&mut tx, person, gone.filled_by, gone.form_id).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(next)
}

/// Fills in drafts for a person, in the order in which they are to be gone through, by a form that is sent once for it.
/// Gives the address of the first.
///
/// # Errors
/// [`AppError::AlreadyDone`] and [`AppError::OtherAnswers`] of a form that was sent before.
pub async fn fill(
    pool: &PgPool,
    mark: &Mark,
    person: PersonId,
    address: &str,
    texts: &[Filled],
    at: OffsetDateTime,
) -> Result<Kept> {
    let Some(first) = texts.first() else { return Ok(Kept::Kept) };
    let mut tx = pool.begin().await?;
    if let Claimed::Before(redirect) = claim(&mut tx, mark, person, address, at).await? {
        return Err(AppError::AlreadyDone(redirect));
    }
    lock(&mut tx, &[], Some(person)).await?;
    // The newest draft of a page is the one it shows: the first is written last.
    let mut moment = at;
    for text in texts.iter().rev() {
        if !renew(&mut tx, person, text, moment).await? {
            write(&mut tx, person, text, moment).await?;
        }
        moment += Duration::microseconds(1);
    }
    settle(&mut tx, mark, person, &first.path).await?;
    let kept = sqlx::query!(
        r#"select count(*) as "texts!", coalesce(sum(octet_length(body)), 0) as "bytes!" from drafts where person_id = $1"#,
        person.0
    );
    let kept = kept.fetch_one(&mut *tx).await?;
    if kept.bytes > MOST_BYTES || kept.texts > MOST {
        drop(tx);
        return full(pool, person, kept.bytes > MOST_BYTES).await;
    }
    tx.commit().await?;
    Ok(Kept::Kept)
}

/// Makes the draft that was filled from the same words before, and was not sent, the one that its page shows; whether
/// there is one. What was typed into it stays; that something was saved just before is said once.
async fn renew(conn: &mut PgConnection, person: PersonId, text: &Filled, at: OffsetDateTime) -> Result<bool> {
    let renewed = sqlx::query!(
        "with begun as (update draft_sources s set filled_by = $4, filled_at = $5, shown = s.shown || '{\"saved\": \"\"}' from drafts d
             where s.person_id = $1 and s.path = $2 and s.noted = $3 and d.person_id = $1 and d.path = $2
                 and (d.form_id = s.form_id or strpos(d.body, 'continues=' || s.form_id || '.') > 0) returning d.form_id)
         update drafts set saved_at = $5 where form_id in (select form_id from begun)",
        person.0,
        text.path,
        text.noted,
        text.filled_by.0,
        at
    );
    Ok(renewed.execute(conn).await?.rows_affected() > 0)
}

/// Writes one draft that is filled in.
pub(in crate::db) async fn write(
    conn: &mut PgConnection,
    person: PersonId,
    text: &Filled,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "with d as (insert into drafts (form_id, person_id, path, title, body, saved_at) values ($1, $2, $3, $4, $5, $6))
         insert into draft_sources (form_id, person_id, path, title, body, shown, noted, filled_by, filled_at)
         values ($1, $2, $3, $4, $5, $7, $8, $9, $6)",
        FormId::new().0,
        person.0,
        text.path,
        text.title,
        text.body,
        at,
        Json(&text.shown) as _,
        text.noted,
        text.filled_by.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The page of the draft that is next among those that one form filled, but for one that is done.
pub(in crate::db) async fn next(
    conn: &mut PgConnection,
    person: PersonId,
    filled_by: FormId,
    done: FormId,
) -> Result<Option<String>> {
    let next = sqlx::query_scalar!(
        "select s.path from draft_sources s where s.person_id = $1 and s.filled_by = $2 and s.form_id <> $3 order by s.filled_at desc, s.form_id desc
             limit 1",
        person.0,
        filled_by.0,
        done.0
    );
    Ok(next.fetch_optional(conn).await?)
}

/// What a form that goes on with a draft was filled from.
pub async fn source(pool: &PgPool, person: PersonId, root: FormId, path: &str) -> Result<Option<Source>> {
    let shown = sqlx::query_scalar!(
        r#"select shown as "shown: Json<Source>" from draft_sources where form_id = $1 and person_id = $2 and path = $3"#,
        root.0,
        person.0,
        path
    );
    Ok(shown.fetch_optional(pool).await?.map(|shown| shown.0))
}
