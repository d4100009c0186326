//! Going through a telegram, side by side with what it proposes: each proposal is accepted as it is, changed on the
//! page it belongs to, or rejected; and every sentence can be pointed at, and filed by the page of what the person says
//! it is. A long telegram is shown in parts.

mod act;
mod rows;
mod shown;

use std::ops::Range;

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use self::{
    act::{AT_ONCE, answer, change, point},
    rows::{Shown, sections},
    shown::{Block, Left, blocks, fates, left},
};
use crate::{
    access::{
        Actor, Can, Permission,
        permission::{FileTelegrams, ReadTelegrams},
    },
    addresses::{self as at, Address},
    checks::model::CheckState,
    db::drafts::DraftPage,
    error::{AppError, Result},
    form,
    id::{CheckId, FormId, TelegramId},
    telegrams::{
        desk::{Desk, Offers},
        filing,
        model::{Answered, Telegram, TelegramState, Way},
        reading::{Direction, Piece, Span, Value},
        store, written,
    },
    text::{Line, Optional},
    web::{Form as _, Layout, Path, Query, Sent, filters, html},
};

/// About how many characters of a telegram a page shows.
const PART: usize = 14_000;

form! {
    /// What to do with the ticked proposals, with a whole section, or with the ticked sentences.
    pub struct ReviewForm reads Reviewed {
        tick: Fields<Line>,
        sentence: Fields<Line>,
        topic: Field<Optional<Line>>,
        cell: Field<Optional<Line>>,
        act: Field<Optional<Line>>,
    }
}

/// Which file it is filed into, and from which piece on it is shown.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct View {
    check: Option<CheckId>,
    #[serde(default)]
    from: usize,
    /// How many proposals were just gone through.
    #[serde(default)]
    done: usize,
    /// How many of those that seemed ready were not accepted.
    #[serde(default)]
    not: usize,
}

/// The paragraph that a link leads to.
#[derive(Debug, Deserialize)]
pub struct Place {
    #[serde(default)]
    paragraph: String,
}

#[derive(Template)]
#[template(path = "telegrams/review.html")]
struct Page<'a> {
    layout: Layout,
    desk: &'a Desk,
    view: View,
    /// Where its forms are sent.
    here: Address,
    blocks: Vec<Block>,
    sections: Vec<Shown>,
    /// How many proposals can be accepted at once, in all sections.
    ready: usize,
    warnings: Vec<String>,
    /// Why it may be another check's.
    strays: Vec<String>,
    /// What ticked sentences may become.
    offers: Offers,
    /// Whether sentences may be ticked.
    may_point: bool,
    left: Left,
    /// Where the next and the previous part begin.
    next: Option<usize>,
    may_file: bool,
    may_open: bool,
    /// Whether it tells a purpose that opens a check.
    opens: bool,
    /// Whether it may be taken off the check beside it: nothing of it was accepted there.
    may_leave: bool,
    sent: Sent<ReviewForm>,
}

impl Page<'_> {
    /// Whether what it says cannot be accepted before the request went out that it answers.
    fn waits_for_the_request(&self) -> bool {
        let is_draft = self.desk.file.as_ref().is_some_and(|file| file.check.state == CheckState::Draft);
        is_draft && self.desk.telegram.direction != Direction::Request
    }
}

pub async fn show(
    can: Can<ReadTelegrams>,
    Path(id): Path<TelegramId>,
    Query(mut view): Query<View>,
    Query(place): Query<Place>,
) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let telegram = store::find(&mut conn, can.scope(), id).await?;
    drop(conn);
    if telegram.way == Way::Out {
        return written::show(&can, &telegram).await;
    }
    let desk = filing::beside(&can, telegram, view.check).await?;
    view.from = part_of(&desk, paragraph(&desk, &place.paragraph).unwrap_or(view.from));
    let sent = can.form_at(&here(id, beside(&desk.telegram, view)), ReviewForm::blank(), 0).await?;
    page(&can, desk, view, sent)
}

/// The piece at which a paragraph begins.
fn paragraph(desk: &Desk, label: &str) -> Option<usize> {
    let is_it = |piece: &Piece| !label.is_empty() && piece.paragraph.as_deref() == Some(label);
    desk.reading.pieces.iter().position(is_it)
}

/// Where the part begins that has a piece: what was ticked in it is kept under that.
fn part_of(desk: &Desk, piece: usize) -> usize {
    let mut found = part(desk, 0);
    while found.end <= piece && found.end < desk.reading.pieces.len() {
        found = part(desk, found.end);
    }
    found.start
}

/// The telegram as it came or was sent, to be kept elsewhere.
pub async fn text(can: Can<ReadTelegrams>, Path(id): Path<TelegramId>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let telegram = store::find(&mut conn, can.scope(), id).await?;
    let bytes =
        telegram.original.clone().filter(|_| telegram.state != TelegramState::Draft).ok_or(AppError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.txt\"", file_name(&telegram))),
    ];
    Ok((headers, bytes).into_response())
}

fn file_name(telegram: &Telegram) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    telegram.named().chars().map(safe).collect()
}

fn page(can: &Actor, desk: Desk, view: View, sent: Sent<ReviewForm>) -> Result<Response> {
    let view = beside(&desk.telegram, view);
    let pieces = part(&desk, view.from);
    let next = (pieces.end < desk.reading.pieces.len()).then_some(pieces.end);
    let span = span_of(&desk, &pieces);
    let warnings = desk.reading.warnings.iter().map(|warning| warning.text.clone()).collect();
    let may_file = can.may(Permission::FileTelegrams);
    let offers = if may_file { desk.offers(|permission| can.may(permission)) } else { Offers::default() };
    let fates = fates(&desk);
    let strays = desk.strays();
    let sections = sections(can, &desk, span, !strays.is_empty());
    let here = here(desk.telegram.id, view);
    let layout = Layout { path: here.to_string(), ..can.layout() };
    html(&Page {
        layout,
        here,
        blocks: blocks(&desk, pieces, &fates),
        ready: sections.iter().map(|shown| shown.ready).sum(),
        sections,
        warnings,
        strays,
        may_point: offers.any(),
        offers,
        left: left(&desk, view, &fates),
        next,
        may_file,
        may_open: can.may(Permission::OpenChecks),
        opens: desk.reading.proposals.iter().any(|proposal| matches!(proposal.value, Value::Check { .. })),
        may_leave: may_file && desk.may_leave(),
        view,
        sent,
        desk: &desk,
    })
}

/// What is shown where an address names no check: what was ticked is kept under one address, however one came.
fn beside(telegram: &Telegram, view: View) -> View {
    View { check: view.check.or_else(|| telegram.checks.first().map(|(id, _)| *id)), ..view }
}

/// The address of the page, with what it shows.
fn here(id: TelegramId, view: View) -> Address {
    let from = Some(view.from).filter(|from| *from > 0);
    at::telegram(id).with_some("check", view.check).with_some("from", from)
}

/// The pieces of the part that begins at `from`.
fn part(desk: &Desk, from: usize) -> Range<usize> {
    let pieces = &desk.reading.pieces;
    let from = from.min(pieces.len());
    let mut length = 0;
    let many = pieces[from..].iter().take_while(|piece| {
        length += piece.span.end - piece.span.start;
        length <= PART
    });
    from..(from + many.count().max(1)).min(pieces.len())
}

fn span_of(desk: &Desk, pieces: &Range<usize>) -> Span {
    let shown = &desk.reading.pieces[pieces.clone()];
    Span {
        start: shown.first().map_or(0, |piece| piece.span.start),
        end: shown.last().map_or(0, |piece| piece.span.end),
    }
}

/// Does what was asked with the ticked proposals or with a section.
pub async fn submit(
    can: Can<FileTelegrams>,
    Path(id): Path<TelegramId>,
    Query(view): Query<View>,
    sent: Sent<ReviewForm>,
) -> Result<Response> {
    let done = go_through(&can, id, view, &sent).await;
    Box::pin(sent.answer(done, async |sent| page(&can, filing::desk(&can, id, view.check).await?, view, sent))).await
}

async fn go_through(can: &Can<FileTelegrams>, id: TelegramId, view: View, sent: &Sent<ReviewForm>) -> Result<Response> {
    let read = sent.read()?;
    let asked = read.act.0.clone().map(String::from).unwrap_or_default();
    let done = match asked.split_once(':') {
        Some(("file", act)) => point(can, id, view, sent, &read, act).await,
        Some(("change", key)) => change(can, id, view, sent, key).await,
        _ => answer(can, id, view, sent, &read, &asked).await,
    }?;
    if let Err(error) = keep_other_ticks(can, id, view, &read, &asked).await {
        tracing::warn!(%error, "ticks are not kept");
    }
    Ok(done)
}

/// Keeps the ticks that the pressed button did not ask for: whoever comes back has them again.
async fn keep_other_ticks(
    can: &Can<FileTelegrams>,
    id: TelegramId,
    view: View,
    read: &Reviewed,
    asked: &str,
) -> Result<()> {
    if other_ticks(read, asked, &[]).is_empty() {
        return Ok(());
    }
    let mut conn = can.reads().acquire().await?;
    let telegram = store::find(&mut conn, can.scope(), id).await?;
    drop(conn);
    let left = other_ticks(read, asked, &telegram.answers);
    if left.is_empty() {
        return Ok(());
    }
    let (path, title) = (here(id, beside(&telegram, view)), telegram.titled());
    can.keep_draft(FormId::new(), None, DraftPage { path: &path, title: &title }, &left).await
}

/// The ticks that a button did not ask for and that nothing was done about, as a form sends them.
fn other_ticks(read: &Reviewed, asked: &str, answered: &[Answered]) -> String {
    let (verb, key) = asked.split_once(':').unwrap_or((asked, ""));
    let is_done = |tick: &str| tick == key || answered.iter().any(|answered| answered.key == tick);
    let ticks = read.tick.iter().filter(|tick| !matches!(verb, "accept" | "" | "reject") && !is_done(tick.as_str()));
    let sentences = read.sentence.iter().filter(|_| !matches!(verb, "file" | "aside"));
    let left = ticks.map(|tick| ("tick", tick)).chain(sentences.map(|sentence| ("sentence", sentence)));
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(left.map(|(name, value)| (name, value.as_str())));
    body.finish()
}
