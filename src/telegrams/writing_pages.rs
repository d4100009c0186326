//! Writing a telegram: its body is composed from the case file and may be changed while it is a draft; sending it composes the header,
//! numbers and dates it, and keeps it as it was sent.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Telegram, TelegramState, Written, may_write, writable},
    reading::Direction,
    store::{self, Final, Outgoing},
    writing::{self, Envelope},
};
use crate::{
    access::{Actor, Can, permission::WriteTelegrams},
    audit::{Event, Made, Subject, Verb},
    checks::{
        self,
        model::{CaseFile, CheckState},
        store::Texts,
    },
    error::{AppError, Result, constraint},
    form,
    id::{CheckId, PostId, TelegramId},
    text::{Line, Optional, Quantity},
    web::{Form, Layout, Path, Sent, YesForm, filters, html},
};

form! {
    /// What a person writes.
    pub struct WriteForm reads Wrote {
        subject: Field<Line>,
        body: Field<Written>,
        composed: Field<Optional<Line>>,
    }
}

form! {
    /// The number, where it is not the next one.
    pub struct SendForm reads Numbered {
        number: Field<Optional<Quantity>>,
    }
}

#[derive(Template)]
#[template(path = "telegrams/write.html")]
struct WritePage {
    layout: Layout,
    back: (String, String),
    title: String,
    /// What the case file says now, where that is something else than what the draft was composed from.
    now: Option<String>,
    sent: Sent<WriteForm>,
}

#[derive(Template)]
#[template(path = "telegrams/written.html")]
struct WrittenPage<'a> {
    layout: Layout,
    telegram: &'a Telegram,
    text: String,
    may_write: bool,
    /// Whether the case file says something else than what the draft was composed from.
    is_behind: bool,
}

#[derive(Template)]
#[template(path = "telegrams/send.html")]
struct SendPage {
    layout: Layout,
    telegram: Telegram,
    sent: Sent<SendForm>,
}

/// The form of a new telegram, composed from the case file.
pub async fn show(can: Can<WriteTelegrams>, Path((id, direction)): Path<(CheckId, String)>) -> Result<Response> {
    let direction = known(&direction)?;
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    may(&can, &file, direction)?;
    let check = &file.check;
    let (body, digest) = writing::composed(&file, direction);
    let mut form = WriteForm::blank();
    form.subject.set(writing::lines::plain(&format!("{} check {}: {}", check.check_type.label(), check.reference, check.subject)));
    form.body.set(body);
    form.composed.set(digest);
    let sent = can.form(form, 0).await?;
    write_page(&can, &file, direction, None, sent)
}

fn write_page(can: &Actor, file: &CaseFile, direction: Direction, telegram: Option<&Telegram>, sent: Sent<WriteForm>) -> Result<Response> {
    let back = (format!("/checks/{}#telegrams", file.check.id), file.check.reference.clone());
    let title = format!("Write the {} telegram", direction.label().to_lowercase());
    let now = telegram.filter(|telegram| is_behind(telegram, file)).map(|_| writing::composed(file, direction).0);
    html(&WritePage { layout: can.layout(), back, title, now, sent })
}

/// Whether the case file says something else than when the draft was composed, or looked at last.
fn is_behind(telegram: &Telegram, file: &CaseFile) -> bool {
    telegram.state == TelegramState::Draft && telegram.composed.as_ref() != Some(&writing::composed(file, telegram.direction).1)
}

fn known(direction: &str) -> Result<Direction> {
    direction.parse().ok().filter(|direction| *direction != Direction::Other).ok_or(AppError::NotFound)
}

fn may(can: &Actor, file: &CaseFile, direction: Direction) -> Result<()> {
    if !may_write(can, direction) {
        return Err(AppError::Forbidden("Washington writes requests and reminders, the post writes replies and interim replies."));
    }
    if writable(can, file).contains(&direction) {
        return Ok(());
    }
    let state = file.check.state.label().to_lowercase();
    Err(AppError::Refused(format!("The check is {state}; this is not the time for such a telegram.")))
}

/// Keeps the draft.
pub async fn submit(can: Can<WriteTelegrams>, Path((id, direction)): Path<(CheckId, String)>, sent: Sent<WriteForm>) -> Result<Response> {
    let direction = known(&direction)?;
    let done = write(&can, id, direction, &sent).await;
    sent.answer(done, async |sent| write_page(&can, &checks::store::find(&can, id, Texts::Whole).await?, direction, None, sent)).await
}

async fn write(can: &Can<WriteTelegrams>, id: CheckId, direction: Direction, sent: &Sent<WriteForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    may(can, &file, direction)?;
    let telegram = store::insert_draft(&mut change, id, &outgoing(&read, file.check.post_id, direction)).await?;
    let event =
        Event::new(Verb::TelegramWritten, Subject::Telegram(telegram), format!("wrote the {} telegram", direction.label().to_lowercase()));
    change.commit(event.on_check(id), &format!("/telegrams/{telegram}")).await
}

fn outgoing(read: &Wrote, post: PostId, direction: Direction) -> Outgoing<'_> {
    let composed = read.composed.0.as_ref().map(Line::as_str).unwrap_or_default();
    Outgoing { post, direction, subject: read.subject.as_str(), body: read.body.as_str(), composed }
}

/// The draft of a telegram that the person may write, with its check.
async fn draft(can: &Actor, id: TelegramId) -> Result<(Telegram, CaseFile)> {
    let mut conn = can.reads().acquire().await?;
    let telegram = store::find(&mut conn, can.scope(), id).await?;
    drop(conn);
    let check = telegram.checks.first().map(|(id, _)| *id).ok_or(AppError::NotFound)?;
    let file = checks::store::find(can, check, Texts::Whole).await?;
    still_a_draft(can, &telegram)?;
    Ok((telegram, file))
}

fn still_a_draft(can: &Actor, telegram: &Telegram) -> Result<()> {
    if telegram.state != TelegramState::Draft {
        return Err(AppError::Refused("This telegram is kept as it is. Write another one.".into()));
    }
    if may_write(can, telegram.direction) { Ok(()) } else { Err(AppError::Forbidden("The other side writes this telegram.")) }
}

/// The form of a draft. Where the case file says something else by now, the page shows that, and who keeps the draft has seen it.
fn filled(telegram: &Telegram, file: &CaseFile) -> WriteForm {
    let mut form = WriteForm::blank();
    form.composed.set(writing::composed(file, telegram.direction).1);
    form.subject.set(&telegram.subject);
    form.body.set(telegram.body.as_deref().unwrap_or_default());
    form
}

/// The form of a draft.
pub async fn show_edit(can: Can<WriteTelegrams>, Path(id): Path<TelegramId>) -> Result<Response> {
    let (telegram, file) = draft(&can, id).await?;
    let sent = can.form(filled(&telegram, &file), telegram.version).await?;
    write_page(&can, &file, telegram.direction, Some(&telegram), sent)
}

/// Changes a draft.
pub async fn submit_edit(can: Can<WriteTelegrams>, Path(id): Path<TelegramId>, sent: Sent<WriteForm>) -> Result<Response> {
    let done = edit(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let (telegram, file) = draft(&can, id).await?;
        let sent = sent.against(&filled(&telegram, &file), telegram.version);
        write_page(&can, &file, telegram.direction, Some(&telegram), sent)
    })
    .await
}

async fn edit(can: &Can<WriteTelegrams>, id: TelegramId, sent: &Sent<WriteForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let telegram = store::find_for_update(&mut change, can.scope(), id).await?;
    still_a_draft(can, &telegram)?;
    store::save_draft(&mut change, id, &outgoing(&read, telegram.post_id, telegram.direction), sent.version).await?;
    let mut event = Event::new(Verb::TelegramWritten, Subject::Telegram(id), "changed a telegram that is not sent".to_owned());
    if let Some((check, _)) = telegram.checks.first() {
        event = event.on_check(*check);
    }
    change.commit(event, &format!("/telegrams/{id}")).await
}

/// The header of a telegram of a check.
fn envelope(file: &CaseFile, telegram: &Telegram, others: &[Telegram], number: i32, sent_at: time::OffsetDateTime) -> Envelope {
    let named = |other: &&Telegram| other.number.is_some() && other.originator.is_some() && other.id != telegram.id;
    Envelope {
        post: file.check.post_name.clone(),
        country: file.check.post_country.clone(),
        originator: originator(telegram),
        number,
        sent_at,
        priority: file.check.priority,
        direction: telegram.direction,
        reference: file.check.reference.clone(),
        answers: others.iter().rev().filter(named).map(Telegram::named).collect(),
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

/// The page of a telegram that goes out: its text as sent, or as it stands.
pub async fn show_written(can: &Actor, telegram: &Telegram) -> Result<Response> {
    let may_write = may_write(can, telegram.direction);
    let is_behind = match telegram.checks.first() {
        Some((check, _)) if may_write && telegram.state == TelegramState::Draft => {
            is_behind(telegram, &checks::store::find(can, *check, Texts::Whole).await?)
        }
        _ => false,
    };
    let text = match &telegram.original {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => telegram.body.clone().unwrap_or_default(),
    };
    html(&WrittenPage { layout: can.layout(), text, may_write, is_behind, telegram })
}

/// The form that sends it.
pub async fn show_send(can: Can<WriteTelegrams>, Path(id): Path<TelegramId>) -> Result<Response> {
    let (telegram, _) = draft(&can, id).await?;
    let sent = can.form(SendForm::blank(), telegram.version).await?;
    html(&SendPage { layout: can.layout(), telegram, sent })
}

/// Sends it.
pub async fn submit_send(can: Can<WriteTelegrams>, Path(id): Path<TelegramId>, mut sent: Sent<SendForm>) -> Result<Response> {
    let done = send(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let (telegram, _) = draft(&can, id).await?;
        sent.renew(telegram.version);
        html(&SendPage { layout: can.layout(), telegram, sent })
    })
    .await
}

/// A request goes out once the check was sent, a reply once it was cleared.
fn is_due(file: &CaseFile, direction: Direction) -> Result<()> {
    let check = &file.check;
    let refused = match direction {
        Direction::Request if check.state == CheckState::Draft => Some("Send the request to the post first; then its telegram goes out."),
        Direction::Reply if check.replied_at.is_none() => {
            Some("The reply is not cleared yet: sign it and have it cleared, then its telegram goes out.")
        }
        _ if check.state == CheckState::Closed => Some("The check is closed."),
        _ => None,
    };
    refused.map_or(Ok(()), |sentence| Err(AppError::Refused(sentence.into())))
}

async fn send(can: &Can<WriteTelegrams>, id: TelegramId, sent: &mut Sent<SendForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let telegram = store::find_for_update(&mut change, can.scope(), id).await?;
    still_a_draft(can, &telegram)?;
    let check = telegram.checks.first().map(|(check, _)| *check).ok_or(AppError::NotFound)?;
    let file = checks::store::find_for_update(&mut change, can, check, None).await?;
    is_due(&file, telegram.direction)?;
    may(can, &file, telegram.direction)?;
    if is_behind(&telegram, &file) {
        let sentence = "The case file says something else than when this was written. Change the draft: what it says now stands beside it.";
        return Err(AppError::Refused(sentence.into()));
    }
    let (originator, year, at) = (originator(&telegram), change.at.year(), change.at);
    let number = match read.number.0 {
        Some(number) if number.0 <= 999_999 => i32::try_from(number.0).unwrap_or(i32::MAX),
        Some(_) => {
            sent.form.number.refuse("A message number has at most six digits.");
            return Err(AppError::Invalid);
        }
        None => store::next_number(&mut change, &originator, year).await?,
    };
    if number > 999_999 {
        sent.form.number.refuse("The numbers of this year's series are used up to six digits. Give a number that is free.");
        return Err(AppError::Invalid);
    }
    let others = store::of_check(change.conn(), can.scope(), check).await?;
    let text = writing::whole(&envelope(&file, &telegram, &others, number, at), telegram.body.as_deref().unwrap_or_default());
    let last = Final { originator: &originator, number, year, sent_at: at, text: &text };
    let hash = super::model::fingerprint(&text);
    match store::send(&mut change, id, &last, &hash, sent.version).await {
        Ok(true) => {}
        Ok(false) => return Err(AppError::Stale),
        Err(error) if constraint(&error) == Some("telegrams_number_key") => {
            sent.form.number.refuse("This number was given to another telegram this year.");
            return Err(AppError::Invalid);
        }
        Err(error) => return Err(error.into()),
    }
    let event = Event::new(Verb::TelegramSent, Subject::Telegram(id), format!("sent telegram {originator} {number}")).on_check(check);
    change.make(Made::new(Subject::Telegram(id), event, format!("/telegrams/{id}"))).await
}

/// Takes a draft away.
pub async fn submit_discard(can: Can<WriteTelegrams>, Path(id): Path<TelegramId>, sent: Sent<YesForm>) -> Result<Response> {
    let version = sent.version;
    let mut change = can.change(&sent).await?;
    let telegram = store::find_for_update(&mut change, can.scope(), id).await?;
    still_a_draft(&can, &telegram)?;
    let (check, reference) = telegram.checks.first().cloned().ok_or(AppError::NotFound)?;
    store::discard_draft(&mut change, id, version).await?;
    let sentence = format!("discarded the {} telegram of {reference} that was not sent", telegram.direction.label().to_lowercase());
    let event = Event::new(Verb::TelegramDiscarded, Subject::Telegram(id), sentence).on_check(check);
    change.commit(event, &format!("/checks/{check}#telegrams")).await
}
