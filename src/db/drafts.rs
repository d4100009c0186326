//! A form's id is the key of its draft and of its one submit.

use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

use crate::{
    error::{AppError, Result},
    id::{FormId, PersonId},
};

/// What a person typed into a form and has not submitted.
#[derive(Debug)]
pub struct Draft {
    /// The form it was typed into; continued under the same id.
    pub form_id: FormId,
    /// The urlencoded body.
    pub body: String,
    /// When it was last saved.
    pub saved_at: OffsetDateTime,
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
        fits.then_some(Self { path, title })
    }
}

/// The newest draft of a person for a page.
pub async fn newest(pool: &PgPool, person: PersonId, path: &str) -> Result<Option<Draft>> {
    let draft = sqlx::query_as!(
        Draft,
        r#"select form_id as "form_id: FormId", body, saved_at from drafts
           where person_id = $1 and path = $2 order by saved_at desc limit 1"#,
        person.0,
        path
    );
    Ok(draft.fetch_optional(pool).await?)
}

/// Keeps what was typed. A form that was submitted meanwhile, or that is another person's, keeps nothing.
pub async fn keep(pool: &PgPool, person: PersonId, form: FormId, page: DraftPage<'_>, body: &str, at: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "insert into drafts (form_id, person_id, path, title, body, saved_at)
         select $1, $2, $3, $4, $5, $6 where not exists (select from submissions where form_id = $1)
         on conflict (form_id) do update set body = excluded.body, saved_at = excluded.saved_at
         where drafts.person_id = excluded.person_id",
        form.0,
        person.0,
        page.path,
        page.title,
        body,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets a person's drafts for a page.
pub async fn discard(pool: &PgPool, person: PersonId, path: &str) -> Result<()> {
    sqlx::query!("delete from drafts where person_id = $1 and path = $2", person.0, path).execute(pool).await?;
    Ok(())
}

/// Where a person's form led, if it was submitted.
pub async fn led(pool: &PgPool, form: FormId, person: PersonId) -> Result<Option<String>> {
    let led = sqlx::query_scalar!("select redirect from submissions where form_id = $1 and person_id = $2", form.0, person.0);
    Ok(led.fetch_optional(pool).await?)
}

/// Claims a form for one submit. Gives the first submit's redirect if there was one.
pub(super) async fn claim(
    conn: &mut PgConnection,
    form: FormId,
    person: PersonId,
    answers: &[u8],
    at: OffsetDateTime,
) -> Result<Option<String>> {
    let claimed = sqlx::query!(
        "insert into submissions (form_id, person_id, redirect, at, answers_hash) values ($1, $2, '', $3, $4) on conflict (form_id) do nothing",
        form.0,
        person.0,
        at,
        answers
    )
    .execute(&mut *conn)
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(None);
    }
    let first =
        sqlx::query!("select person_id, redirect, answers_hash from submissions where form_id = $1", form.0).fetch_one(conn).await?;
    match (first.person_id == person.0, first.answers_hash == answers) {
        (false, _) => Err(AppError::BadRequest("This form belongs to another person.")),
        (true, false) => Err(AppError::OtherAnswers),
        (true, true) => Ok(Some(first.redirect)),
    }
}

/// Stores where the submit led and drops the draft.
pub(super) async fn settle(conn: &mut PgConnection, form: FormId, redirect: &str) -> Result<()> {
    sqlx::query!("update submissions set redirect = $2 where form_id = $1", form.0, redirect).execute(&mut *conn).await?;
    sqlx::query!("delete from drafts where form_id = $1", form.0).execute(conn).await?;
    Ok(())
}
