//! A form's id is the key of its draft and of its one submit. A form that goes on with an earlier draft has an id of
//! its own and names the draft: two windows are two texts, and of one text that was opened twice only one submit
//! counts.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool, types::Json};
use time::{Duration, OffsetDateTime};

use crate::{
    error::{AppError, Result, Used},
    id::{FormId, PersonId},
};

/// The most texts that are kept for a person.
pub const MOST: i64 = 200;
/// The most bytes of them in all.
pub const MOST_BYTES: i64 = 5_000_000;
/// How long a text is kept after its last change.
pub const AGE: Duration = Duration::days(90);

/// Where a form is discarded: the address of the one submit of a form that was.
pub const DISCARD: &str = "/drafts/discard";

/// What a person typed into a form and has not submitted.
#[derive(Debug)]
pub struct Draft {
    /// The form it was typed into.
    pub form_id: FormId,
    pub body: String,
    /// When it was last saved.
    pub saved_at: OffsetDateTime,
    /// How many texts are kept for the same page beside it.
    pub others: i64,
    /// What it was filled from, if its person did not begin it.
    pub source: Option<Json<Source>>,
}

/// The words that a draft was filled from, to be shown above its form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// `Telegram GUATEMALA 773, paragraph 7`.
    pub cited: String,
    pub words: String,
    /// Names in them, to choose from.
    #[serde(default)]
    pub names: Vec<String>,
    /// Numbers in them, to choose from.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Days in them, as people read them.
    #[serde(default)]
    pub days: Vec<String>,
    /// Whether lines (A), (B), (C) in them are known to be a list.
    #[serde(default)]
    pub has_list: bool,
    /// Whether they may fill another form of the page once this one was sent.
    #[serde(default)]
    pub again: bool,
    /// The page on which they stand.
    #[serde(default)]
    pub back: String,
    /// What was saved of them just before, in words without who did it.
    #[serde(default)]
    pub saved: String,
}

/// A draft that is filled in for its person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Filled {
    /// The address of its page.
    pub path: String,
    /// What it is called in the list of what is not sent.
    pub title: String,
    pub body: String,
    /// What is shown above it.
    pub shown: Source,
    /// What its feature notes when it is sent.
    pub noted: serde_json::Value,
    /// The form that filled it.
    pub filled_by: FormId,
}

/// A text in the list of those that are not sent.
#[derive(Debug, serde::Deserialize)]
pub struct Unsent {
    /// The form it was typed into.
    pub form_id: FormId,
    /// The address of the form's page.
    pub path: String,
    /// The page's title, or nothing.
    pub title: String,
    /// When the text was last kept.
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: OffsetDateTime,
    /// The hash of the text.
    pub hash: String,
}

impl Unsent {
    /// What it is called.
    pub fn named(&self) -> &str {
        if self.title.is_empty() { "A form that came after your session had ended" } else { &self.title }
    }

    /// The text as it stands, for discarding it.
    pub fn named_exactly(&self) -> String {
        format!("{}.{}", self.form_id, self.hash)
    }
}

/// The draft that a form goes on with, as its page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continued {
    /// The form in which the text was begun. Of all forms that go on with it one is sent, and the others are told.
    pub root: FormId,
    pub draft: FormId,
    /// The hash of the text as it was read: changed since, it stays where it is.
    pub hash: String,
}

impl Continued {
    /// The draft as it was read, for discarding it.
    pub fn named_exactly(&self) -> String {
        format!("{}.{}", self.draft, self.hash)
    }
}

impl fmt::Display for Continued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.root, self.draft, self.hash)
    }
}

impl FromStr for Continued {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().unwrap_or_default();
        Ok(Self { root: part().parse()?, draft: part().parse()?, hash: part().to_owned() })
    }
}

/// What a sent form knows of itself.
#[derive(Debug, Clone)]
pub struct Mark {
    pub form: FormId,
    /// The draft it goes on with.
    pub continues: Option<Continued>,
    /// A hash of its answers.
    pub answers: Vec<u8>,
    /// Whether a password is among them.
    pub secret: bool,
    /// Whether the same words are to fill another form of this page once it was sent.
    pub another: bool,
}

impl Mark {
    /// The form in which its text was begun.
    pub fn root(&self) -> FormId {
        self.continues.as_ref().map_or(self.form, |continued| continued.root)
    }

    /// The form, its hash fit to be stored: nobody who reads it can try passwords against it.
    #[must_use]
    pub fn peppered(self, pepper: &[u8]) -> Self {
        if !self.secret {
            return self;
        }
        let answers = Sha256::new().chain_update(pepper).chain_update(self.answers).finalize().to_vec();
        Self { answers, secret: false, ..self }
    }

    /// What the form goes by after it was given back: under a new id if its own is used; without what it went on with
    /// if that was sent.
    pub fn renewed(self, used: Used) -> (FormId, Option<Continued>) {
        match used {
            Used::Form => (FormId::new(), None),
            Used::Text => (self.form, self.continues.map(|continued| Continued { root: self.form, ..continued })),
        }
    }

    fn ids(&self) -> Vec<FormId> {
        let mut ids = vec![self.form, self.root()];
        ids.extend(self.continues.iter().map(|continued| continued.draft));
        ids
    }
}

/// The page of a draft.
#[derive(Debug, Clone, Copy)]
pub struct DraftPage<'a> {
    /// Its address, with its query.
    pub path: &'a str,
    /// Its title, where the browser told it.
    pub title: &'a str,
}

impl<'a> DraftPage<'a> {
    /// A page of this site, if the path is of one.
    pub fn local(path: &'a str, title: &'a str) -> Option<Self> {
        let fits = path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= 500
            && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | '#'));
        fits.then_some(Self { path: without_search(path), title })
    }
}

/// A page's address without what is looked for on it: a text that was begun there goes on whatever is found.
pub fn without_search(path: &str) -> &str {
    path.split_once("?q=").map_or(path, |(page, _)| page)
}

/// The hash of a draft's body, as the statements below compute it.
pub fn body_hash(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
}

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

async fn full(pool: &PgPool, person: PersonId, of_bytes: bool) -> Result<Kept> {
    let first = sqlx::query!(
        "select title, saved_at from drafts where person_id = $1 order by case when $2 then octet_length(body) end desc, saved_at limit 1",
        person.0,
        of_bytes
    );
    let first = first.fetch_optional(pool).await?;
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

/// Forgets texts. Their forms are used up, so that a save under way does not bring them back.
pub async fn discard(pool: &PgPool, person: PersonId, texts: &[Discarded], to: &str, at: OffsetDateTime) -> Result<()> {
    let mut tx = pool.begin().await?;
    lock(&mut tx, &texts.iter().map(|text| text.form).collect::<Vec<_>>(), None).await?;
    for Discarded { form, hash } in texts {
        sqlx::query!(
            "delete from drafts where form_id = $1 and person_id = $2 and encode(sha256(convert_to(body, 'UTF8')), 'hex') = coalesce($3, \
                 encode(sha256(convert_to(body, 'UTF8')), 'hex'))",
            form.0,
            person.0,
            hash.as_deref()
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "insert into submissions (form_id, person_id, redirect, at, answers_hash, address)
             select $1, $2, $3, $4, '', $5 where not exists (select from drafts where form_id = $1) on conflict (form_id) do nothing",
            form.0,
            person.0,
            to,
            at,
            DISCARD
        )
        .execute(&mut *tx)
        .await?;
    }
    // What a text was filled from goes with its last draft.
    sqlx::query!(
        "delete from draft_sources s where s.person_id = $1 and not exists (select from drafts d where d.person_id = s.person_id and d.path = s.path
             and (d.form_id = s.form_id or strpos(d.body, 'continues=' || s.form_id || '.') > 0))",
        person.0
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
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
    let known = sqlx::query!(
        r#"select count(*) as "texts!", coalesce(sum(octet_length(body)), 0) as "bytes!" from drafts where person_id = $1"#,
        person.0
    );
    let known = known.fetch_one(&mut *tx).await?;
    let more = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let of_bytes = known.bytes.saturating_add(more(texts.iter().map(|text| text.body.len()).sum())) > MOST_BYTES;
    if of_bytes || known.texts.saturating_add(more(texts.len())) > MOST {
        drop(tx);
        return full(pool, person, of_bytes).await;
    }
    // The newest draft of a page is the one it shows: the first is written last.
    for text in texts.iter().rev() {
        if !renew(&mut tx, person, text, at).await? {
            write(&mut tx, person, text, at).await?;
        }
    }
    settle(&mut tx, mark, person, &first.path).await?;
    tx.commit().await?;
    Ok(Kept::Kept)
}

/// Makes the draft that was filled from the same words before, and was not sent, the one that its page shows; whether
/// there is one. What was typed into it stays.
async fn renew(conn: &mut PgConnection, person: PersonId, text: &Filled, at: OffsetDateTime) -> Result<bool> {
    let renewed = sqlx::query!(
        "with begun as (update draft_sources s set filled_by = $4, filled_at = $5 from drafts d
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
pub(super) async fn write(conn: &mut PgConnection, person: PersonId, text: &Filled, at: OffsetDateTime) -> Result<()> {
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
pub(super) async fn next(
    conn: &mut PgConnection,
    person: PersonId,
    filled_by: FormId,
    done: FormId,
) -> Result<Option<String>> {
    let next = sqlx::query_scalar!(
        "select s.path from draft_sources s where s.person_id = $1 and s.filled_by = $2 and s.form_id <> $3 order by s.form_id desc limit 1",
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

/// What is known of a form that is sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not sent before.
    Free,
    /// The same person sent the same answers to the same address before; this is where that led.
    Done(String),
    /// Something else was done with it.
    Used(Used),
}

/// What was done with a form.
#[derive(Debug)]
struct Use {
    form_id: FormId,
    own: bool,
    redirect: String,
    answers_hash: Vec<u8>,
    address: Option<String>,
}

/// How a sent form stands.
pub async fn standing<'e>(
    database: impl sqlx::Executor<'e, Database = sqlx::Postgres>,
    mark: &Mark,
    person: PersonId,
    address: &str,
) -> Result<Standing> {
    let before = sqlx::query_as!(
        Use,
        r#"select form_id as "form_id!: FormId", person_id = $2 as "own!", redirect as "redirect!", answers_hash as "answers_hash!", address
               from submissions where form_id in ($1, $3)
           union all
           select form_id, false, '', '', null from drafts where form_id in ($1, $3) and person_id <> $2"#,
        mark.form.0,
        person.0,
        mark.root().0
    );
    Ok(judge(before.fetch_all(database).await?, mark, address))
}

fn judge(before: Vec<Use>, mark: &Mark, address: &str) -> Standing {
    let mut used = None;
    for other in before {
        let same_address = other.address.as_deref().is_none_or(|known| known == address);
        if other.own && same_address && other.answers_hash == mark.answers {
            return Standing::Done(other.redirect);
        }
        if other.form_id == mark.form {
            used = Some(Used::Form);
        }
        used = used.or(Some(Used::Text));
    }
    used.map_or(Standing::Free, Standing::Used)
}

/// What came of claiming a form.
#[derive(Debug)]
pub(super) enum Claimed {
    /// It was sent before, and led there.
    Before(String),
    /// It is this change's; and what its text was filled from, if it was.
    Now(Option<Box<Filled>>),
}

/// Claims a form, and with it the text it goes on with, for one submit.
pub(super) async fn claim(
    conn: &mut PgConnection,
    mark: &Mark,
    person: PersonId,
    address: &str,
    at: OffsetDateTime,
) -> Result<Claimed> {
    lock(conn, &mark.ids(), None).await?;
    match standing(&mut *conn, mark, person, address).await? {
        Standing::Done(redirect) => return Ok(Claimed::Before(redirect)),
        Standing::Used(used) => return Err(AppError::OtherAnswers(used)),
        Standing::Free => {}
    }
    let (draft, hash) = mark.continues.as_ref().map(|continued| (continued.draft.0, continued.hash.as_str())).unzip();
    // The form in which the text was begun is used up too, unless a window went on typing there: that is another text
    // by now.
    let claimed = sqlx::query!(
        r#"insert into submissions (form_id, person_id, redirect, at, answers_hash, address)
           select distinct id, $3::uuid, '', $4::timestamptz, $5::bytea, $6::text from unnest(array[$1, $2]::uuid[]) id
           where id = $1 or not exists (select from drafts d where d.form_id = id
               and (d.form_id, encode(sha256(convert_to(d.body, 'UTF8')), 'hex')) is distinct from ($7::uuid, $8::text))
           on conflict (form_id) do nothing returning form_id as "form_id: FormId",
               (select jsonb_build_object('path', s.path, 'title', s.title, 'body', s.body, 'shown', s.shown, 'noted', s.noted,
                    'filled_by', s.filled_by)
                from draft_sources s where s.form_id = $2 and s.person_id = $3 and s.path = $6) as "filled?: Json<Filled>""#,
        mark.form.0,
        mark.root().0,
        person.0,
        at,
        mark.answers,
        address,
        draft,
        hash
    )
    .fetch_all(conn)
    .await?;
    // A program that knows no locks was quicker: sending again finds out how that ended.
    let own = claimed.into_iter().find(|claimed| claimed.form_id == mark.form).ok_or(AppError::Late(None))?;
    Ok(Claimed::Now(own.filled.map(|filled| Box::new(filled.0))))
}

/// Notes that a form repeats another that went on with the same text: it led there too, and its draft goes.
pub async fn repeat(
    pool: &PgPool,
    mark: &Mark,
    person: PersonId,
    address: &str,
    redirect: &str,
    at: OffsetDateTime,
) -> Result<()> {
    if mark.root() == mark.form {
        return Ok(());
    }
    let mut tx = pool.begin().await?;
    lock(&mut tx, &mark.ids(), None).await?;
    sqlx::query!(
        "insert into submissions (form_id, person_id, redirect, at, answers_hash, address) values ($1, $2, $3, $4, $5, $6)
         on conflict (form_id) do nothing",
        mark.form.0,
        person.0,
        redirect,
        at,
        mark.answers,
        address
    )
    .execute(&mut *tx)
    .await?;
    settle(&mut tx, mark, person, redirect).await?;
    tx.commit().await?;
    Ok(())
}

/// Stores where the submit led, and drops its draft, the one it took over, and what that was filled from.
pub(super) async fn settle(conn: &mut PgConnection, mark: &Mark, person: PersonId, redirect: &str) -> Result<()> {
    let (draft, hash) = mark.continues.as_ref().map(|continued| (continued.draft.0, continued.hash.as_str())).unzip();
    sqlx::query!(
        "with led as (update submissions set redirect = $6 where form_id in ($2, $5) and redirect = ''),
             done as (delete from draft_sources where person_id = $1 and form_id = $5)
         delete from drafts d where person_id = $1 and (form_id = $2
             or (form_id = $3 and encode(sha256(convert_to(body, 'UTF8')), 'hex') = $4
                 and not exists (select from drafts o where o.form_id = $2)))",
        person.0,
        mark.form.0,
        draft,
        hash,
        mark.root().0,
        redirect
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Waits for whoever keeps, sends or discards one of these forms at this moment. Always in one order, a person's own
/// lock last.
async fn lock(conn: &mut PgConnection, ids: &[FormId], person: Option<PersonId>) -> Result<()> {
    let mut keys: Vec<String> = ids.iter().map(FormId::to_string).collect();
    keys.sort();
    keys.extend(person.map(|person| format!("drafts of {person}")));
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest($1::text[]) with ordinality k (key, n) order by n",
        &keys
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(form: FormId, root: Option<FormId>) -> Mark {
        let continues = root.map(|root| Continued { root, draft: root, hash: body_hash("a=b") });
        Mark { form, continues, answers: vec![1], secret: false, another: false }
    }

    fn sent(form_id: FormId, own: bool, answers: u8, address: Option<&str>) -> Use {
        Use { form_id, own, redirect: "/led".into(), answers_hash: vec![answers], address: address.map(str::to_owned) }
    }

    #[test]
    fn only_the_same_answers_of_the_same_person_to_the_same_address_are_a_repeat() {
        let (form, root) = (FormId::new(), FormId::new());
        assert_eq!(judge(Vec::new(), &mark(form, Some(root)), "/a"), Standing::Free);
        for own in [true, false] {
            for answers in [1, 2] {
                for address in [Some("/a"), Some("/b"), None] {
                    for at in [form, root] {
                        let used = if at == form { Used::Form } else { Used::Text };
                        let same = own && answers == 1 && address != Some("/b");
                        let expected = if same { Standing::Done("/led".into()) } else { Standing::Used(used) };
                        let before = vec![sent(at, own, answers, address)];
                        assert_eq!(
                            judge(before, &mark(form, Some(root)), "/a"),
                            expected,
                            "{own} {answers} {address:?} {used:?}"
                        );
                    }
                }
            }
        }
        let both = vec![sent(root, true, 2, None), sent(form, true, 2, None)];
        assert_eq!(
            judge(both, &mark(form, Some(root)), "/a"),
            Standing::Used(Used::Form),
            "the form itself comes first"
        );
    }

    #[test]
    fn what_a_form_goes_on_with_survives_its_page() {
        let continued = Continued { root: FormId::new(), draft: FormId::new(), hash: body_hash("summary=caf%C3%A9") };
        assert_eq!(continued.to_string().parse(), Ok(continued.clone()));
        assert_eq!(continued.hash.len(), 64);
        for wrong in ["", ".", "none", "1.2.3"] {
            assert!(wrong.parse::<Continued>().is_err(), "{wrong}");
        }
    }
}
