//! Putting a telegram on a check where it is not plain which: the reference and the license point elsewhere, at
//! several, or at none.

use askama::Template;
use axum::response::Response;

use super::{
    desk, filing,
    model::{Candidate, Telegram},
    read_in, readings,
    refusal::Refusal,
    store,
};
use crate::{
    access::{Actor, Can, permission::FileTelegrams},
    addresses as at,
    audit::{Event, Subject, Verb},
    checks,
    error::{AppError, Result},
    form,
    id::{CheckId, TelegramId},
    text::{CheckReference, Line, Optional},
    web::{Form, Layout, Path, Sent, YesForm, html},
    words,
    words::Choice,
};

words! {
    /// The answer of who looked at what does not fit.
    pub enum Anyway {
        /// They want it there.
        Yes = "yes", "It belongs there all the same";
    }
}

form! {
    /// A check: one of those offered, or by its reference.
    pub struct JoinForm reads Joined {
        check: Field<Optional<CheckId>>,
        reference: Field<Optional<Line>>,
        anyway: Fields<Anyway>,
    }
}

#[derive(Template)]
#[template(path = "telegrams/join.html")]
struct Page {
    layout: Layout,
    telegram: Telegram,
    offered: Vec<Choice>,
    sent: Sent<JoinForm>,
}

fn why(candidate: &Candidate) -> String {
    let why = match (candidate.by_reference, candidate.by_license) {
        (true, true) => "its reference and its license",
        (true, false) => "its reference",
        _ => "its license",
    };
    let closed = if candidate.is_closed { "; closed" } else { "" };
    format!("named by {why}{closed}: {}", candidate.subject)
}

async fn page(can: &Actor, id: TelegramId, sent: Sent<JoinForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let mut telegram = store::find(&mut conn, can.scope(), id).await?.came_in()?;
    drop(conn);
    let reading = readings::of(&mut telegram).await?.keep_aside(can, id).await;
    let mut conn = can.reads().acquire().await?;
    let candidates = store::candidates(&mut conn, can.scope(), &read_in::names(&reading, telegram.post_id)).await?;
    let on = |candidate: &&Candidate| telegram.checks.iter().all(|(check, _)| *check != candidate.id);
    let offered = candidates
        .iter()
        .filter(on)
        .map(|found| Choice::new(found.id, found.reference.clone()).hint(why(found)))
        .collect();
    html(&Page { layout: can.layout(), telegram, offered, sent })
}

pub async fn show(can: Can<FileTelegrams>, Path(id): Path<TelegramId>) -> Result<Response> {
    let sent = can.form(JoinForm::blank(), 0).await?;
    page(&can, id, sent).await
}

pub async fn submit(can: Can<FileTelegrams>, Path(id): Path<TelegramId>, mut sent: Sent<JoinForm>) -> Result<Response> {
    let done = join(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page(&can, id, sent).await).await
}

async fn join(can: &Can<FileTelegrams>, id: TelegramId, sent: &mut Sent<JoinForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let mut telegram = store::find_for_update(&mut change, can.scope(), id).await?.came_in()?;
    let check = match (read.check.0, &read.reference.0) {
        (Some(check), _) => Some(check),
        (None, Some(reference)) => {
            checks::store::by_reference_within(&mut change, can.scope(), &CheckReference::or_typed(reference.as_str()))
                .await?
        }
        (None, None) => {
            sent.form.reference.refuse(Refusal::NoCheck);
            return Err(AppError::Invalid);
        }
    };
    let Some(check) = check else {
        sent.form.reference.refuse(checks::model::Refusal::NoSuchCheck);
        return Err(AppError::Invalid);
    };
    let file = checks::store::find_for_update(&mut change, can, check, None).await?;
    let sentence = format!("put telegram {} on {}", telegram.named(), file.check.reference);
    let event = read_in::put_on(&mut change, id, check, &sentence).await?;
    let reading = readings::of(&mut telegram).await?.keep(&mut change, id).await?;
    let strays = desk::strays(&reading, &file, |_| false);
    if !strays.is_empty() && read.anyway.is_empty() {
        sent.form.anyway.refuse(Refusal::Strays(strays.join(" ")));
        return Err(AppError::Invalid);
    }
    change.commit(event, &at::telegram(id).with("check", check)).await
}

/// Takes it off a check into which nothing of it was accepted.
pub async fn submit_leave(
    can: Can<FileTelegrams>,
    Path((id, check)): Path<(TelegramId, CheckId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    store::find(&mut conn, can.scope(), id).await?.came_in()?;
    drop(conn);
    let mut change = can.change(&sent).await?;
    let desk = filing::desk_for_update(&can, &mut change, id, Some(check)).await?;
    if !desk.may_leave() {
        return Err(Refusal::Stays.into());
    }
    store::leave(&mut change, id, check).await?;
    checks::store::touch(&mut change, check).await?;
    let reference = desk.file.as_ref().map(|file| file.check.reference.as_str()).unwrap_or_default();
    let sentence = format!("took telegram {} off {reference}", desk.telegram.named());
    let event = Event::new(Verb::TelegramLeft, Subject::Telegram(id), sentence).on_check(check);
    change.commit(event, &at::telegram(id)).await
}
