//! Every statement on contacts, statements, documents and findings. A frozen file refuses them in the database too.

use time::Date;

use super::model::{ChannelSource, Contact, ContactKind, FindingAnswer, PortionMark, Refusal, SourceGrade};
use crate::{
    checks::model::FindingRecorded,
    db::Change,
    error::{AppError, Refuses, Result},
    id::{AuthorityId, CheckId, ContactId, DocumentId, FindingId, PartyId, StatementId},
};

/// A contact to be kept.
#[derive(Debug, PartialEq, Eq)]
pub struct ContactData<'a> {
    pub kind: ContactKind,
    pub occurred_on: Option<Date>,
    pub with_whom: &'a str,
    /// With which authority, if with one.
    pub authority: Option<AuthorityId>,
    /// With which party, if with one.
    pub party: Option<PartyId>,
    pub place: &'a str,
    /// Where the channel came from.
    pub channel: ChannelSource,
    pub summary: &'a str,
}

impl<'a> ContactData<'a> {
    /// A contact as it is kept.
    pub fn of(contact: &'a Contact) -> Self {
        Self {
            kind: contact.kind,
            occurred_on: contact.occurred_on,
            with_whom: &contact.with_whom,
            authority: contact.authority_id,
            party: contact.party_id,
            place: &contact.place,
            channel: contact.channel_source,
            summary: &contact.summary,
        }
    }
}

/// Keeps a contact under an id that others of its change name already.
pub async fn insert_contact(
    change: &mut Change,
    check: CheckId,
    id: ContactId,
    contact: &ContactData<'_>,
) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into contacts (id, check_id, kind, occurred_on, with_whom, place, channel_source, summary, recorded_by, recorded_at,
             authority_id, party_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        check.0,
        contact.kind as ContactKind,
        contact.occurred_on,
        contact.with_whom,
        contact.place,
        contact.channel as ChannelSource,
        contact.summary,
        person,
        at,
        contact.authority.map(|authority| authority.0),
        contact.party.map(|party| party.0)
    )
    .execute(change.conn())
    .await
    .map_err(Refusal::said)?;
    Ok(())
}

/// Changes a contact.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_contact(
    change: &mut Change,
    check: CheckId,
    id: ContactId,
    contact: &ContactData<'_>,
    read: i32,
) -> Result<()> {
    let saved = sqlx::query!(
        "update contacts set kind = $4, occurred_on = $5, with_whom = $6, place = $7, channel_source = $8, summary = $9,
             authority_id = $10, party_id = $11, version = version + 1 where id = $1 and check_id = $2 and version = $3",
        id.0,
        check.0,
        read,
        contact.kind as ContactKind,
        contact.occurred_on,
        contact.with_whom,
        contact.place,
        contact.channel as ChannelSource,
        contact.summary,
        contact.authority.map(|authority| authority.0),
        contact.party.map(|party| party.0)
    );
    let saved = saved.execute(change.conn()).await.map_err(Refusal::said)?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// A statement to be kept.
#[derive(Debug)]
pub struct StatementData<'a> {
    pub contact: ContactId,
    pub text: &'a str,
    pub topic: Option<&'a str>,
    pub about: Option<PartyId>,
    /// The grade of its source.
    pub grade: SourceGrade,
}

pub async fn insert_statement(
    change: &mut Change,
    check: CheckId,
    statement: &StatementData<'_>,
) -> Result<StatementId> {
    let (id, at, person) = (StatementId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into statements (id, check_id, contact_id, text, topic, about_party_id, source_grade, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        check.0,
        statement.contact.0,
        statement.text,
        statement.topic,
        statement.about.map(|party| party.0),
        statement.grade as SourceGrade,
        person,
        at
    )
    .execute(change.conn())
    .await
    .map_err(Refusal::said)?;
    Ok(id)
}

/// Changes a statement; a link to another one stays.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_statement(
    change: &mut Change,
    id: StatementId,
    statement: &StatementData<'_>,
    read: i32,
) -> Result<()> {
    let saved = sqlx::query!(
        "update statements set contact_id = $3, text = $4, topic = $5, about_party_id = $6, source_grade = $7, version = version + 1
         where id = $1 and version = $2",
        id.0,
        read,
        statement.contact.0,
        statement.text,
        statement.topic,
        statement.about.map(|party| party.0),
        statement.grade as SourceGrade
    );
    let saved = saved.execute(change.conn()).await.map_err(Refusal::said)?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Links a statement to the one that bears it out, or to the one that says the opposite.
pub async fn link_statement(
    change: &mut Change,
    id: StatementId,
    confirmed_by: Option<StatementId>,
    contradicted_by: Option<StatementId>,
    read: i32,
) -> Result<()> {
    let saved = sqlx::query!(
        "update statements set confirmed_by = $2, contradicted_by = $3, version = version + 1 where id = $1 and version = $4",
        id.0,
        confirmed_by.map(|id| id.0),
        contradicted_by.map(|id| id.0),
        read
    );
    let saved = saved.execute(change.conn()).await.map_err(Refusal::said)?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// A document to be described.
#[derive(Debug)]
pub struct DocumentData<'a> {
    pub kind: &'a str,
    pub issuer: &'a str,
    pub number: &'a str,
    pub dated: Option<Date>,
    /// Where it is kept.
    pub kept_at: &'a str,
    pub description: &'a str,
}

pub async fn insert_document(change: &mut Change, check: CheckId, document: &DocumentData<'_>) -> Result<DocumentId> {
    let (id, at, person) = (DocumentId::new(), change.at, change.person().map(|person| person.0));
    sqlx::query!(
        "insert into documents (id, check_id, kind, issuer, number, dated, kept_at, description, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.0,
        check.0,
        document.kind,
        document.issuer,
        document.number,
        document.dated,
        document.kept_at,
        document.description,
        person,
        at
    )
    .execute(change.conn())
    .await
    .map_err(Refusal::said)?;
    Ok(id)
}

/// Changes a document's description.
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_document(change: &mut Change, id: DocumentId, document: &DocumentData<'_>, read: i32) -> Result<()> {
    let saved = sqlx::query!(
        "update documents set kind = $3, issuer = $4, number = $5, dated = $6, kept_at = $7, description = $8, version = version + 1
         where id = $1 and version = $2",
        id.0,
        read,
        document.kind,
        document.issuer,
        document.number,
        document.dated,
        document.kept_at,
        document.description
    );
    let saved = saved.execute(change.conn()).await.map_err(Refusal::said)?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(AppError::Stale) }
}

/// Keeps the finding on a topic, in place of the one that was read (version 0: none).
///
/// # Errors
/// [`AppError::Stale`] when another save came in between.
pub async fn save_finding(change: &mut Change, recorded: &FindingRecorded, read: i32) -> Result<FindingId> {
    let (check, finding) = (recorded.check(), recorded.says());
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let saved = sqlx::query_scalar!(
        r#"insert into findings (id, check_id, topic, party_id, answer, text, portion_mark, recorded_by, recorded_at)
           values ($1, $2, $3, coalesce((select f.party_id from findings f join parties w on w.id = f.party_id where f.check_id = $2
               and f.topic = $3 and coalesce(w.merged_into, w.id) = $4 order by w.merged_into is not null, f.id limit 1), $4),
               $5, $6, $7, $8, $9)
           on conflict (check_id, topic, party_id) do update set answer = $5, text = $6, portion_mark = $7, recorded_by = $8,
               recorded_at = $9, version = findings.version + 1
           where findings.version = $10
           returning id as "id: FindingId""#,
        FindingId::new().0,
        check.0,
        finding.topic.as_str(),
        finding.party.map(|party| party.0),
        finding.answer as FindingAnswer,
        finding.text.as_str(),
        finding.mark as PortionMark,
        person,
        at,
        read
    );
    let id = saved.fetch_optional(change.conn()).await.map_err(Refusal::said)?.ok_or(AppError::Stale)?;
    let contacts: Vec<uuid::Uuid> = finding.contacts.iter().map(|id| id.0).collect();
    let documents: Vec<uuid::Uuid> = finding.documents.iter().map(|id| id.0).collect();
    sqlx::query!("delete from finding_basis where finding_id = $1", id.0).execute(change.conn()).await?;
    sqlx::query!(
        "insert into finding_basis (finding_id, contact_id, document_id)
         select $1::uuid, c.id, null::uuid from contacts c where c.check_id = $2 and c.id = any($3)
         union all select $1::uuid, null::uuid, d.id from documents d where d.check_id = $2 and d.id = any($4)",
        id.0,
        check.0,
        &contacts,
        &documents
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}
