//! Sending a telegram: the header is composed around its body, it is numbered and dated, and kept as it was sent.
//! Lantern does not transmit.

use askama::Template;
use axum::response::Response;
use sqlx::PgConnection;

use super::{
    model::Telegram,
    reading::Direction,
    refusal::Refusal,
    store::{self, Final},
    write::{draft, is_behind, may, still_a_draft},
    writing::{self, Envelope},
};
use crate::{
    access::{Actor, Can, permission::WriteTelegrams},
    addresses as at,
    audit::{Event, Made, Subject, Verb},
    checks::{
        self,
        model::{CaseFile, CheckState},
    },
    error::{AppError, Refuses, Result},
    form,
    id::{CheckId, TelegramId},
    text::{Optional, Quantity},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    /// The number, where it is not the next one.
    pub struct SendForm reads Numbered {
        number: Field<Optional<Quantity>>,
    }
}

#[derive(Template)]
#[template(path = "telegrams/send.html")]
struct Page {
    layout: Layout,
    telegram: Telegram,
    /// The whole telegram as it would go out now.
    text: String,
    sent: Sent<SendForm>,
}

async fn page(can: &Actor, (telegram, file): (Telegram, CaseFile), sent: Sent<SendForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let number = store::last_number(&mut conn, &originator(&telegram), can.at.year()).await? + 1;
    let answers = answers(&mut conn, can, &telegram, file.check.id).await?;
    let text = writing::whole(
        &envelope(&file, &telegram, answers, number, can.at),
        telegram.body.as_deref().unwrap_or_default(),
    );
    html(&Page { layout: can.layout(), telegram, text, sent })
}

/// The form that sends it, with the whole telegram.
pub async fn show(can: Can<WriteTelegrams>, Path(id): Path<TelegramId>) -> Result<Response> {
    let found = draft(&can, id).await?;
    let sent = can.form(SendForm::blank(), found.0.version).await?;
    page(&can, found, sent).await
}

pub async fn submit(
    can: Can<WriteTelegrams>,
    Path(id): Path<TelegramId>,
    mut sent: Sent<SendForm>,
) -> Result<Response> {
    let done = send(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let found = draft(&can, id).await?;
        sent.renew(found.0.version);
        page(&can, found, sent).await
    })
    .await
}

/// A request goes out once the check was sent, a reply once it was cleared.
fn is_due(file: &CaseFile, direction: Direction) -> Result<()> {
    let check = &file.check;
    let refused = match direction {
        Direction::Request if check.state == CheckState::Draft => Refusal::RequestNotSent,
        Direction::Reply if check.replied_at.is_none() => Refusal::NotCleared,
        _ if check.state == CheckState::Closed => Refusal::CheckClosed,
        _ => return Ok(()),
    };
    Err(refused.into())
}

async fn send(can: &Can<WriteTelegrams>, id: TelegramId, sent: &mut Sent<SendForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let telegram = store::find_for_update(&mut change, can.scope(), id).await?;
    still_a_draft(can, &telegram)?;
    let check = telegram.checks.first().map(|(check, _)| *check).ok_or(AppError::NotFound)?;
    let file = checks::store::find_for_update(&mut change, can, check, None).await?;
    telegram.is_for(file.check.post_id)?;
    is_due(&file, telegram.direction)?;
    may(can, &file, telegram.direction)?;
    if is_behind(&telegram, &file) {
        return Err(Refusal::Behind.into());
    }
    let (originator, year, at) = (originator(&telegram), change.at.year(), change.at);
    let number = match read.number.0 {
        Some(number) if number.0 <= 999_999 => i32::try_from(number.0).unwrap_or(i32::MAX),
        Some(_) => {
            sent.form.number.refuse(Refusal::LongNumber);
            return Err(AppError::Invalid);
        }
        None => store::next_number(&mut change, &originator, year).await?,
    };
    if number > 999_999 {
        sent.form.number.refuse(Refusal::SeriesFull);
        return Err(AppError::Invalid);
    }
    if read.number.0.is_some() && store::is_taken(change.conn(), &originator, year, number).await? {
        sent.form.number.refuse(Refusal::NumberTaken);
        return Err(AppError::Invalid);
    }
    let answers = answers(change.conn(), can, &telegram, check).await?;
    let text =
        writing::whole(&envelope(&file, &telegram, answers, number, at), telegram.body.as_deref().unwrap_or_default());
    let last = Final { originator: &originator, number, year, sent_at: at, text: &text };
    let hash = super::model::fingerprint(&text);
    match store::send(&mut change, id, &last, &hash, sent.version).await {
        Ok(true) => {}
        Ok(false) => return Err(AppError::Stale),
        Err(error) => {
            sent.form.number.refuse(Refusal::held(error)?.to_string());
            return Err(AppError::Invalid);
        }
    }
    let event = Event::new(Verb::TelegramSent, Subject::Telegram(id), format!("sent telegram {originator} {number}"))
        .on_check(check);
    change.make(Made::new(Subject::Telegram(id), event, at::telegram(id))).await
}

/// What a telegram answers or goes on from: what its check's telegrams with its post quote, and those themselves, the
/// first first. Of what was written to another post, this one reads not even the number.
async fn answers(conn: &mut PgConnection, can: &Actor, telegram: &Telegram, check: CheckId) -> Result<Vec<String>> {
    let mut answers = store::quoted(conn, check, telegram.post_id).await?;
    for other in store::of_check(conn, can.scope(), check).await?.iter().rev() {
        let is_named = other.number.is_some() && other.originator.is_some() && other.id != telegram.id;
        if is_named && other.post_id == telegram.post_id && !answers.contains(&other.named()) {
            answers.push(other.named());
        }
    }
    Ok(answers)
}

/// The header of a telegram of a check.
fn envelope(
    file: &CaseFile,
    telegram: &Telegram,
    answers: Vec<String>,
    number: i32,
    sent_at: time::OffsetDateTime,
) -> Envelope {
    Envelope {
        post: file.check.post_name.clone(),
        country: file.check.post_country.clone(),
        originator: originator(telegram),
        number,
        sent_at,
        priority: file.check.priority,
        direction: telegram.direction,
        reference: file.check.reference.clone(),
        answers,
        subject: telegram.subject.clone(),
    }
}

/// Washington's telegrams are `STATE`'s, a post's are its own.
fn originator(telegram: &Telegram) -> String {
    match telegram.direction {
        Direction::Request | Direction::Reminder => "STATE".to_owned(),
        _ => writing::lines::plain(&telegram.post_name).to_uppercase(),
    }
}
