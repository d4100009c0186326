//! Taking a telegram in: pasted or uploaded, refused if it is classified, kept as it came, and put on the check it
//! names.

use askama::Template;
use axum::response::Response;

use super::{
    desk,
    model::{Headed, Incoming, Joining, TelegramText, fingerprint, joining},
    reading::{Direction, MessageNumber, Reading, Value, proposals::check_references},
    readings,
    refusal::Refusal,
    store::{self, Named},
};
use crate::{
    access::{Actor, Can, permission::FileTelegrams},
    addresses as at,
    audit::{Event, Events, Subject, Verb},
    checks,
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, PostId, TelegramId},
    posts,
    text::{LicenseNumber, Optional},
    web::{Form, Layout, Sent, html},
    words,
    words::Choice,
};

words! {
    /// The answer of who files a telegram that was filed before.
    pub enum Again {
        /// They looked, and want it twice.
        Yes = "yes", "File it again all the same";
    }
}

form! {
    pub struct TelegramForm reads Pasted {
        post: Field<Optional<PostId>>,
        text: Field<Optional<TelegramText>>,
        file: Field<Optional<TelegramText>>,
        again: Fields<Again>,
    }
}

#[derive(Template)]
#[template(path = "telegrams/read.html")]
struct Page {
    layout: Layout,
    /// For Washington; a post files what is its own.
    posts: Vec<Choice>,
    /// The same telegram, filed before.
    same: Vec<TelegramId>,
    sent: Sent<TelegramForm>,
}

async fn page(can: &Actor, mut sent: Sent<TelegramForm>) -> Result<Response> {
    // A browser does not fill a file in again: what it read stands in the text, if it is text.
    let read = sent.form.file.raw().to_owned();
    if read.contains('\0') {
        sent.form.file = crate::web::form::Answer::blank("file");
        sent.form.file.refuse(Refusal::NotPlain);
    } else if sent.form.text.raw().trim().is_empty() && !read.is_empty() {
        let error = sent.form.file.error().map(str::to_owned);
        sent.form.text.set(read);
        if let Some(error) = error {
            sent.form.text.refuse(error);
        }
        sent.form.file = crate::web::form::Answer::blank("file");
    }
    let typed = sent.form.text.raw();
    let posts = if can.post().is_some() { Vec::new() } else { posts::store::choices(can).await? };
    let mut conn = can.reads().acquire().await?;
    let same =
        if typed.is_empty() { Vec::new() } else { store::same(&mut conn, can.scope(), &fingerprint(typed)).await? };
    html(&Page { layout: can.layout(), posts, same, sent })
}

pub async fn show(can: Can<FileTelegrams>) -> Result<Response> {
    let sent = can.form(TelegramForm::blank(), 0).await?;
    page(&can, sent).await
}

/// Files it, and leads on to going through it.
pub async fn submit(can: Can<FileTelegrams>, mut sent: Sent<TelegramForm>) -> Result<Response> {
    let done = file(&can, &mut sent).await;
    sent.answer(done, async |sent| page(&can, sent).await).await
}

async fn file(can: &Can<FileTelegrams>, sent: &mut Sent<TelegramForm>) -> Result<Response> {
    let answers = sent.read()?;
    let is_pasted = answers.text.0.is_some();
    let text = match (answers.text.0, answers.file.0) {
        (Some(text), None) | (None, Some(text)) => text,
        (None, None) => {
            sent.form.text.refuse(Refusal::Nothing);
            return Err(AppError::Invalid);
        }
        (Some(_), Some(_)) => {
            sent.form.file.refuse(Refusal::TextAndFile);
            return Err(AppError::Invalid);
        }
    };
    let unmarked = !sent.unmarked().is_empty();
    let read = readings::read(text.as_str().into(), unmarked).await?;
    if let Some(refusal) = refusal(&read) {
        let field = if is_pasted { &mut sent.form.text } else { &mut sent.form.file };
        field.refuse(refusal);
        return Err(AppError::Invalid);
    }
    let mut change = can.change(sent).await?;
    let Some(post) = post_of(can, &mut change, answers.post.0, &read.reading).await? else {
        sent.form.post.refuse(Refusal::NoPost);
        return Err(AppError::Invalid);
    };
    let hash = fingerprint(text.as_str());
    if !store::same_for_update(&mut change, can.scope(), &hash).await?.is_empty() && answers.again.is_empty() {
        sent.form.text.refuse(Refusal::FiledBefore);
        return Err(AppError::Invalid);
    }
    let (name, country) = store::post_name(change.conn(), post).await?;
    let reading = &read.reading;
    let head = Headed::of(reading).named_by_its_station(reading, &name, &country);
    let named = head
        .originator
        .as_ref()
        .zip(head.number)
        .map_or_else(String::new, |(originator, number)| format!(" {originator} {number}"));
    let incoming = Incoming { post, direction: direction(reading), text: text.as_str(), unmarked, head };
    let id = store::insert_incoming(&mut change, &incoming, &hash).await?;
    let event = Event::new(Verb::TelegramFiled, Subject::Telegram(id), format!("filed telegram{named}"));
    let mut events = Events::from(event);
    let candidates = store::candidates(change.conn(), can.scope(), &names(reading, post)).await?;
    let reading = read.keep(&mut change, id).await?;
    let mut to = at::telegram(id);
    match joining(&candidates) {
        Joining::One(check) if fits(can, &mut change, check, &reading).await? => {
            events = events
                .and(put_on(&mut change, id, check, &format!("put telegram{named} on the check it names")).await?);
        }
        // Reference and license point elsewhere, or at several, or something else does not fit: the person is asked at
        // once.
        Joining::One(_) | Joining::Ask => to = at::telegram_join(id),
        Joining::None => {}
    }
    change.commit(events, &to).await
}

/// Whether nothing of what a telegram says is another check's.
async fn fits(can: &Actor, change: &mut Change, check: CheckId, reading: &Reading) -> Result<bool> {
    let file = checks::store::find_for_update(change, can, check, None).await?;
    Ok(desk::strays(reading, &file, |_| false).is_empty())
}

/// Why a telegram is not taken once it was read.
fn refusal(read: &readings::Read) -> Option<String> {
    read.reading
        .refused
        .as_ref()
        .map(|refusal| refusal.text.clone())
        .or_else(|| read.is_too_long().then(|| Refusal::TooLong.to_string()))
}

/// What it is for, as far as was read.
fn direction(reading: &Reading) -> Direction {
    let told = reading.proposals.iter().find_map(|proposal| match proposal.value {
        Value::Check { direction, .. } => Some(direction),
        _ => None,
    });
    told.unwrap_or(Direction::Other)
}

/// The post a telegram is of: the filer's own; the one that was chosen; else the one post that sent it, that it was
/// sent to, or that is alone in the country of its TAGS.
async fn post_of(
    can: &Actor,
    change: &mut Change,
    chosen: Option<PostId>,
    reading: &Reading,
) -> Result<Option<PostId>> {
    if let Some(own) = can.post() {
        return Ok(Some(own.id));
    }
    if chosen.is_some() {
        return Ok(chosen);
    }
    let header = &reading.header;
    let office = |line: &String| {
        let mut words = line
            .split_whitespace()
            .skip(1)
            .filter(|word| !matches!(*word, "PRIORITY" | "IMMEDIATE" | "ROUTINE" | "FLASH"));
        let first = words.next()?.to_owned();
        Some(
            words
                .take_while(|word| word.chars().all(char::is_alphabetic))
                .fold(first, |name, word| format!("{name} {word}")),
        )
    };
    let mut names: Vec<String> = header.message.iter().map(|message| message.originator.clone()).collect();
    names.extend(header.from.iter().chain(&header.to).filter_map(office));
    let names: Vec<String> = names.into_iter().map(|name| name.to_lowercase()).collect();
    let countries: Vec<String> = header.countries.iter().cloned().chain(header.station_country()).collect();
    store::post_called(change.conn(), &names, &countries).await
}

/// The telegrams, the checks and the licenses that a telegram of a post names.
pub(super) fn names(reading: &Reading, post: PostId) -> Named {
    let (mut messages, mut references, mut licenses) = (Vec::new(), Vec::new(), Vec::new());
    let number =
        |message: &MessageNumber| Some((message.originator.clone(), i32::try_from(message.number).ok()?, message.year));
    for proposal in &reading.proposals {
        match &proposal.value {
            Value::Reference { text, message, .. } => {
                messages.extend(message.as_ref().and_then(number));
                references.extend(check_references(text));
            }
            Value::License { number, .. } => licenses.extend(LicenseNumber::new(number).spellings()),
            _ => {}
        }
    }
    Named { post, sent_at: reading.header.sent_at, messages, references, licenses }
}

/// Puts a telegram on a check.
pub(super) async fn put_on(change: &mut Change, id: TelegramId, check: CheckId, sentence: &str) -> Result<Event> {
    if store::join(change, id, check).await? {
        checks::store::touch(change, check).await?;
    }
    Ok(Event::new(Verb::TelegramJoined, Subject::Telegram(id), sentence).on_check(check))
}
