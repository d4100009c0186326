//! What people made of proposals, and what is known by the names a telegram has.

use serde::Deserialize;
use sqlx::{PgConnection, types::Json};

use crate::{
    access::Scope,
    db::Change,
    error::{AppError, Refuses, Result},
    id::{AuthorityId, CheckId, LicenseId, PartyId, TelegramId},
    telegrams::{
        model::{Answer, NewAnswer, Origins},
        refusal::Refusal,
    },
};

/// Keeps what a person made of a proposal. A rejection may be thought over; what was accepted stays.
///
/// # Errors
/// [`AppError::Stale`] when it was accepted in between.
pub async fn save_answer(change: &mut Change, new: &NewAnswer<'_>) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query!(
        "insert into telegram_answers (telegram_id, key, kind, answer, paragraph, words, says, proposed, check_id, license_id, subject_kind,
             subject_id, answered_by, answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (telegram_id, key, proposed_digest) do update set answer = $4, check_id = $9, license_id = $10, subject_kind = $11, subject_id = $12,
             answered_by = $13, answered_at = $14
         where telegram_answers.answer = 'rejected'",
        new.telegram.0,
        new.key,
        new.kind,
        new.answer as Answer,
        new.paragraph,
        new.words,
        new.says,
        new.proposed,
        new.check.map(|id| id.0),
        new.license.map(|id| id.0),
        new.row.map(|(kind, _)| kind),
        new.row.map(|(_, id)| id),
        person,
        at
    );
    let saved = saved.execute(change.conn()).await.map_err(Refusal::said)?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// The paragraphs that rows of a check and its licenses came from, as far as the reader may see those telegrams; of
/// each the first `characters`.
pub async fn origins(
    conn: &mut PgConnection,
    scope: Scope,
    check: Option<CheckId>,
    licenses: &[LicenseId],
    characters: i32,
) -> Result<Vec<Origins>> {
    let licenses: Vec<uuid::Uuid> = licenses.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select a.telegram_id as "telegram: TelegramId", t.originator, t.number, a.kind, a.paragraph, left(a.words, $5) as "words!",
               length(a.words) > $5 as "is_cut!", a.says, a.subject_id, a.subject_kind
           from telegram_answers a join telegrams t on t.id = a.telegram_id
           where a.answer <> 'rejected' and (a.check_id = (select $1::uuid) or a.license_id = any((select $2::uuid[])::uuid[]))
               and ((select $3::boolean) or t.post_id = $4)
           order by a.telegram_id, a.key limit 2000"#,
        check.map(|id| id.0),
        &licenses,
        scope.all,
        scope.post,
        characters
    );
    let rows = rows.fetch_all(conn).await?;
    let origins = rows.into_iter().map(|row| Origins {
        telegram: row.telegram,
        named: match (row.originator, row.number) {
            (Some(originator), Some(number)) => format!("{originator} {number}"),
            _ => "a telegram".to_owned(),
        },
        kind: row.kind,
        paragraph: row.paragraph,
        words: row.words,
        is_cut: row.is_cut,
        says: row.says,
        row: row.subject_id,
        row_kind: row.subject_kind,
    });
    Ok(origins.collect())
}

/// An authority, with the names a telegram may call it by.
#[derive(Debug, Clone, Deserialize)]
pub struct NamedAuthority {
    pub id: AuthorityId,
    pub country: String,
    pub name: String,
    pub short_name: String,
    /// The authority that does its work by now.
    pub successor: Option<AuthorityId>,
}

/// A party that is known by one of some folded names.
#[derive(Debug, Clone, Deserialize)]
pub struct NamedParty {
    pub id: PartyId,
    /// The folded name it was found by.
    pub folded: String,
}

/// What is known by the names and numbers of a telegram.
#[derive(Debug, Default)]
pub struct Known {
    /// The authorities of the countries it may be about.
    pub authorities: Vec<NamedAuthority>,
    /// The parties known by its names, records that were merged aside.
    pub parties: Vec<NamedParty>,
    /// The licenses known by its numbers, with these as they are folded.
    pub licenses: Vec<(LicenseId, String)>,
}

/// What is known by some names: one statement.
pub async fn known(
    conn: &mut PgConnection,
    countries: &[String],
    names: &[String],
    numbers: &[String],
) -> Result<Known> {
    let row = sqlx::query!(
        r#"select
               (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'country', country, 'name', name, 'short_name', short_name,
                    'successor', successor_id) order by country, name), '[]') from authorities where country = any((select $1::text[])::text[])) as "authorities!: Json<Vec<NamedAuthority>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'folded', f.folded)), '[]') from (
                    select id, name_key(name_folded) as folded from parties where standing <> 'merged' and name_key(name_folded) = any((select $2::text[])::text[])
                    union select p.id, name_key(a.name_folded) from party_aliases a join parties p on p.id = a.party_id
                    where p.standing <> 'merged' and name_key(a.name_folded) = any((select $2::text[])::text[])) f) as "parties!: Json<Vec<NamedParty>>",
               (select coalesce(jsonb_agg(jsonb_build_array(id, number_normalized) order by id), '[]')
                from licenses where number_normalized = any((select $3::text[])::text[])) as "licenses!: Json<Vec<(LicenseId, String)>>""#,
        countries,
        names,
        numbers
    );
    let row = row.fetch_one(conn).await?;
    Ok(Known { authorities: row.authorities.0, parties: row.parties.0, licenses: row.licenses.0 })
}
