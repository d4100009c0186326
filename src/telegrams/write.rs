//! Writing a telegram: its body is composed from the case file and may be changed while it is a draft.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Telegram, TelegramState, Written, may_write, writable},
    reading::Direction,
    refusal::Refusal,
    store::{self, Outgoing},
    writing,
};
use crate::{
    access::{Actor, Can, permission::WriteTelegrams},
    addresses::{self as at, Address},
    audit::{Event, Subject, Verb},
    checks::{self, model::CaseFile, store::Texts},
    error::{AppError, Result},
    form,
    id::{CheckId, PostId, TelegramId},
    text::{Line, Optional},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    /// What a person writes.
    pub struct WriteForm reads Wrote {
        subject: Field<Line>,
        body: Field<Written>,
        composed: Field<Optional<Line>>,
    }
}

#[derive(Template)]
#[template(path = "telegrams/write.html")]
struct Page {
    layout: Layout,
    back: (Address, String),
    title: String,
    /// What the case file says now, where that is something else than what the draft was composed from.
    now: Option<String>,
    sent: Sent<WriteForm>,
}

/// The form of a new telegram, composed from the case file.
pub async fn show(can: Can<WriteTelegrams>, Path((id, direction)): Path<(CheckId, String)>) -> Result<Response> {
    let direction = known(&direction)?;
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    may(&can, &file, direction)?;
    let check = &file.check;
    let (body, digest) = writing::composed(&file, direction);
    let mut form = WriteForm::blank();
    form.subject.set(writing::lines::plain(&format!(
        "{} check {}: {}",
        check.check_type.label(),
        check.reference,
        check.subject
    )));
    form.body.set(body);
    form.composed.set(digest);
    let sent = can.form(form, 0).await?;
    page(&can, &file, direction, None, sent)
}

fn page(
    can: &Actor,
    file: &CaseFile,
    direction: Direction,
    telegram: Option<&Telegram>,
    sent: Sent<WriteForm>,
) -> Result<Response> {
    let back = (at::check(file.check.id).at("telegrams"), file.check.reference.clone());
    let title = format!("Write the {} telegram", direction.label().to_lowercase());
    let now = telegram.and_then(|telegram| behind(telegram, file));
    html(&Page { layout: can.layout(), back, title, now, sent })
}

/// Whether the case file says something else than when the draft was composed, or looked at last.
pub(super) fn is_behind(telegram: &Telegram, file: &CaseFile) -> bool {
    behind(telegram, file).is_some()
}

/// What the case file says now, if that is something else than when the draft was composed, or looked at last.
fn behind(telegram: &Telegram, file: &CaseFile) -> Option<String> {
    let (now, digest) = writing::composed(file, telegram.direction);
    (telegram.state == TelegramState::Draft && telegram.composed.as_ref() != Some(&digest)).then_some(now)
}

fn known(direction: &str) -> Result<Direction> {
    direction.parse().ok().filter(|direction| *direction != Direction::Other).ok_or(AppError::NotFound)
}

/// Whether a person may write such a telegram now.
pub(super) fn may(can: &Actor, file: &CaseFile, direction: Direction) -> Result<()> {
    if !may_write(can, direction) {
        return Err(AppError::Forbidden(
            "Washington writes requests and reminders, the post writes replies and interim replies.",
        ));
    }
    if writable(can, file).contains(&direction) {
        return Ok(());
    }
    let state = file.check.state.label().to_lowercase();
    Err(Refusal::NotTheTime(state).into())
}

pub async fn submit(
    can: Can<WriteTelegrams>,
    Path((id, direction)): Path<(CheckId, String)>,
    sent: Sent<WriteForm>,
) -> Result<Response> {
    let direction = known(&direction)?;
    let done = write(&can, id, direction, &sent).await;
    sent.answer(done, async |sent| {
        page(&can, &checks::store::find(&can, id, Texts::Whole).await?, direction, None, sent)
    })
    .await
}

async fn write(
    can: &Can<WriteTelegrams>,
    id: CheckId,
    direction: Direction,
    sent: &Sent<WriteForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    may(can, &file, direction)?;
    let telegram = store::insert_draft(&mut change, id, &outgoing(&read, file.check.post_id, direction)).await?;
    let event = Event::new(
        Verb::TelegramWritten,
        Subject::Telegram(telegram),
        format!("wrote the {} telegram", direction.label().to_lowercase()),
    );
    change.commit(event.on_check(id), &at::telegram(telegram)).await
}

fn outgoing(read: &Wrote, post: PostId, direction: Direction) -> Outgoing<'_> {
    let composed = read.composed.0.as_ref().map(Line::as_str).unwrap_or_default();
    Outgoing { post, direction, subject: read.subject.as_str(), body: read.body.as_str(), composed }
}

/// The draft of a telegram that the person may write, with its check.
pub(super) async fn draft(can: &Actor, id: TelegramId) -> Result<(Telegram, CaseFile)> {
    let mut conn = can.reads().acquire().await?;
    let telegram = store::find(&mut conn, can.scope(), id).await?;
    drop(conn);
    let check = telegram.checks.first().map(|(id, _)| *id).ok_or(AppError::NotFound)?;
    let file = checks::store::find(can, check, Texts::Whole).await?;
    still_a_draft(can, &telegram)?;
    telegram.is_for(file.check.post_id)?;
    Ok((telegram, file))
}

pub(super) fn still_a_draft(can: &Actor, telegram: &Telegram) -> Result<()> {
    if telegram.state != TelegramState::Draft {
        return Err(Refusal::Kept.into());
    }
    if may_write(can, telegram.direction) {
        Ok(())
    } else {
        Err(AppError::Forbidden("The other side writes this telegram."))
    }
}

/// The form of a draft. Where the case file says something else by now, the page shows that, and who keeps the draft
/// has seen it.
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
    page(&can, &file, telegram.direction, Some(&telegram), sent)
}

pub async fn submit_edit(
    can: Can<WriteTelegrams>,
    Path(id): Path<TelegramId>,
    sent: Sent<WriteForm>,
) -> Result<Response> {
    let done = edit(&can, id, &sent).await;
    sent.answer(done, async |sent| {
        let (telegram, file) = draft(&can, id).await?;
        let sent = sent.against(&filled(&telegram, &file), telegram.version);
        page(&can, &file, telegram.direction, Some(&telegram), sent)
    })
    .await
}

async fn edit(can: &Can<WriteTelegrams>, id: TelegramId, sent: &Sent<WriteForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let telegram = store::find_for_update(&mut change, can.scope(), id).await?;
    still_a_draft(can, &telegram)?;
    let check = telegram.checks.first().map(|(check, _)| *check).ok_or(AppError::NotFound)?;
    telegram.is_for(checks::store::find_for_update(&mut change, can, check, None).await?.check.post_id)?;
    store::save_draft(&mut change, id, &outgoing(&read, telegram.post_id, telegram.direction), sent.version).await?;
    let event =
        Event::new(Verb::TelegramWritten, Subject::Telegram(id), "changed a telegram that is not sent".to_owned());
    change.commit(event.on_check(check), &at::telegram(id)).await
}
