//! A form is submitted once: a repeat is led where the first submit led.

use sqlx::{PgConnection, PgPool, types::Json};
use time::OffsetDateTime;

use super::{Filled, Mark};
use crate::{
    error::{AppError, Result, Used},
    id::{FormId, PersonId},
};

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
pub(in crate::db) enum Claimed {
    /// It was sent before, and led there.
    Before(String),
    /// It is this change's; and what its text was filled from, if it was.
    Now(Option<Box<Filled>>),
}

/// Claims a form, and with it the text it goes on with, for one submit.
pub(in crate::db) async fn claim(
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
pub(in crate::db) async fn settle(
    conn: &mut PgConnection,
    mark: &Mark,
    person: PersonId,
    redirect: &str,
) -> Result<()> {
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
pub(super) async fn lock(conn: &mut PgConnection, ids: &[FormId], person: Option<PersonId>) -> Result<()> {
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
    use crate::db::drafts::{Continued, body_hash};

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
