//! Going through a telegram, side by side with what it proposes: each proposal is accepted as it is, changed on the page it belongs to,
//! or rejected; ticked ones and whole sections at once. A long telegram is shown in parts.

use std::ops::Range;

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    desk::{Act, Desk, Form, Plan},
    filing::{self, Filed},
    model::{Answer, Telegram, TelegramState, Way},
    origin::Origin,
    reading::{Confidence, Piece, PieceKind, Proposal, Span, Value},
    store,
    wording::{Section, says},
    written,
};
use crate::{
    access::{
        Actor, Can, Permission,
        permission::{FileTelegrams, ReadTelegrams},
    },
    audit::Events,
    db::Change,
    error::{AppError, Result},
    evidence::model::Contact,
    form,
    id::{CheckId, TelegramId},
    text::{Line, Optional},
    web::{Form as _, Layout, Path, Query, Sent, filters, html},
};

/// How many proposals are gone through in one change: each is judged by its page on the file as the one before left it.
const AT_ONCE: usize = 60;

/// About how many characters of a telegram a page shows.
const PART: usize = 14_000;

form! {
    /// What to do with the ticked proposals, or with a whole section.
    pub struct ReviewForm reads Reviewed {
        tick: Fields<Line>,
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
    here: String,
    blocks: Vec<Block>,
    sections: Vec<Shown>,
    warnings: Vec<String>,
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

/// A piece of the telegram, with the words that proposals rest on marked.
#[derive(Debug)]
struct Block {
    kind: PieceKind,
    /// The number of the paragraph that begins here.
    begins: Option<String>,
    runs: Vec<Run>,
}

/// Words of a piece that the same proposals rest on.
#[derive(Debug)]
struct Run {
    text: String,
    marked: bool,
    /// The proposals whose words begin here.
    keys: Vec<String>,
}

/// A section of proposals.
#[derive(Debug)]
struct Shown {
    section: Section,
    rows: Vec<Row>,
    /// How many can be accepted at once.
    ready: usize,
}

/// A proposal as it stands on the page.
#[derive(Debug)]
struct Row {
    key: String,
    label: String,
    words: String,
    confidence: Confidence,
    paragraph: String,
    /// What was made of it: the word, its color class, by whom.
    made: Option<(&'static str, &'static str, String)>,
    /// What it became.
    became: Option<String>,
    /// Why there is nothing to do now.
    why: String,
    /// What a finding would rest on, in words.
    rests_on: String,
    /// The page on which it is changed.
    change: Option<String>,
    /// Whether it can be ticked.
    may_tick: bool,
    /// Whether it can be accepted as it is.
    ready: bool,
    /// Whether it can once another of its section was accepted.
    follows: bool,
}

/// The page.
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
    let sent = can.form(ReviewForm::blank(), 0).await?;
    let desk = filing::beside(&can, telegram, view.check).await?;
    if let Some(at) = begins(&desk, &place.paragraph).filter(|at| !part(&desk, view.from).contains(at)) {
        view.from = at;
    }
    page(&can, desk, view, sent)
}

/// Where a paragraph begins.
fn begins(desk: &Desk, paragraph: &str) -> Option<usize> {
    let is_it = |piece: &Piece| !paragraph.is_empty() && piece.paragraph.as_deref() == Some(paragraph);
    desk.reading.pieces.iter().position(is_it)
}

/// The telegram as it came or was sent, to be kept elsewhere.
pub async fn text(can: Can<ReadTelegrams>, Path(id): Path<TelegramId>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let telegram = store::find(&mut conn, can.scope(), id).await?;
    let bytes = telegram.original.clone().filter(|_| telegram.state != TelegramState::Draft).ok_or(AppError::NotFound)?;
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
    let pieces = part(&desk, view.from);
    let next = (pieces.end < desk.reading.pieces.len()).then_some(pieces.end);
    let span = span_of(&desk, &pieces);
    let warnings = desk.reading.warnings.iter().map(|warning| warning.text.clone()).collect();
    html(&Page {
        layout: can.layout(),
        here: here(desk.telegram.id, view),
        blocks: blocks(&desk, pieces),
        sections: sections(can, &desk, span),
        warnings,
        next,
        may_file: can.may(Permission::FileTelegrams),
        may_open: can.may(Permission::OpenChecks),
        opens: desk.reading.proposals.iter().any(|proposal| matches!(proposal.value, Value::Check { .. })),
        may_leave: can.may(Permission::FileTelegrams) && desk.may_leave(),
        view,
        sent,
        desk: &desk,
    })
}

/// The address of the page, with what it shows.
fn here(id: TelegramId, view: View) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    if let Some(check) = view.check {
        pairs.append_pair("check", &check.to_string());
    }
    if view.from > 0 {
        pairs.append_pair("from", &view.from.to_string());
    }
    let query = pairs.finish();
    if query.is_empty() { format!("/telegrams/{id}") } else { format!("/telegrams/{id}?{query}") }
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
    Span { start: shown.first().map_or(0, |piece| piece.span.start), end: shown.last().map_or(0, |piece| piece.span.end) }
}

fn blocks(desk: &Desk, pieces: Range<usize>) -> Vec<Block> {
    let bytes = desk.telegram.original.as_deref().unwrap_or_default();
    let shown = span_of(desk, &pieces);
    let here = desk.reading.proposals.iter().filter(|found| found.source.start < shown.end && found.source.end > shown.start);
    let mut sources: Vec<(Span, &str)> = here.map(|found| (found.source, found.key.as_str())).collect();
    sources.sort_unstable();
    let mut label = pieces.start.checked_sub(1).and_then(|before| desk.reading.pieces[before].paragraph.clone());
    let mut blocks = Vec::new();
    for piece in &desk.reading.pieces[pieces] {
        let begins = piece.paragraph.clone().filter(|own| !own.is_empty() && Some(own) != label.as_ref());
        if piece.paragraph.is_some() {
            label.clone_from(&piece.paragraph);
        }
        blocks.push(Block { kind: piece.kind, begins, runs: runs(bytes, piece.span, &sources) });
    }
    blocks
}

/// A piece cut where the words of proposals begin and end.
fn runs(bytes: &[u8], piece: Span, sources: &[(Span, &str)]) -> Vec<Run> {
    let within: Vec<&(Span, &str)> = sources.iter().filter(|(span, _)| span.start < piece.end && span.end > piece.start).collect();
    let mut cuts = vec![piece.start, piece.end];
    for (span, _) in &within {
        cuts.extend([span.start, span.end].into_iter().filter(|cut| (piece.start..piece.end).contains(cut)));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let run = |pair: &[usize]| {
        let (start, end) = (pair[0], pair[1]);
        let keys = within.iter().filter(|(span, _)| span.start.max(piece.start) == start && span.start >= piece.start);
        Run {
            text: String::from_utf8_lossy(bytes.get(start..end).unwrap_or_default()).into_owned(),
            marked: within.iter().any(|(span, _)| span.start <= start && span.end >= end),
            keys: keys.map(|(_, key)| (*key).to_owned()).collect(),
        }
    };
    cuts.windows(2).map(run).collect()
}

fn sections(can: &Actor, desk: &Desk, shown: Span) -> Vec<Shown> {
    let mut sections: Vec<Shown> = Vec::new();
    for section in Section::ALL {
        let here = |proposal: &&Proposal| {
            Section::of(&proposal.value) == *section && (shown.start..shown.end.max(shown.start + 1)).contains(&proposal.source.start)
        };
        let rows: Vec<Row> = desk.reading.proposals.iter().filter(here).map(|proposal| row(can, desk, proposal)).collect();
        if !rows.is_empty() {
            let ready = rows.iter().filter(|row| row.made.is_none() && (row.ready || row.follows)).count();
            sections.push(Shown { section: *section, rows, ready });
        }
    }
    sections
}

fn row(can: &Actor, desk: &Desk, proposal: &Proposal) -> Row {
    let (label, words) = says(&proposal.value);
    let check = desk.file.as_ref().map(|file| file.check.id);
    let mut row = Row {
        key: proposal.key.clone(),
        label,
        words,
        confidence: proposal.confidence,
        paragraph: proposal.paragraph.clone().unwrap_or_default(),
        made: None,
        became: None,
        why: String::new(),
        rests_on: String::new(),
        change: None,
        may_tick: false,
        ready: false,
        follows: false,
    };
    if let Some(answered) = desk.answered(&proposal.key) {
        let tone = if answered.answer == Answer::Rejected { "" } else { "good" };
        row.made = Some((answered.answer.label(), tone, answered.by.clone()));
        row.became = became(desk, answered.subject_kind.as_deref(), answered.subject_id);
        if answered.answer != Answer::Rejected {
            return row;
        }
    }
    let may_file = can.may(Permission::FileTelegrams);
    match desk.plan(proposal) {
        Plan::Act(act) if can.may(act.form.permission()) && may_file => {
            row.change = Some(Origin::address(&act, desk.telegram.id, &proposal.key, check));
            row.ready = act.by_hand.is_none() && filing::is_whole(&act);
            row.rests_on = rests_on(desk, &act);
            row.may_tick = true;
            if let Some(why) = act.by_hand {
                row.why = why.into();
            } else if !row.ready {
                row.why = "The telegram does not say all of it: complete it with Change.".into();
            }
        }
        Plan::Act(act) => {
            let whose =
                if act.form.permission() == Permission::WorkChecks { "The post accepts this." } else { "A case officer accepts this." };
            row.why = whose.into();
        }
        Plan::Note => (row.may_tick, row.ready) = (may_file, may_file),
        Plan::Known(why) => row.why = why,
        // Why nothing can be accepted yet stands above, once.
        Plan::Later(_) if desk.file.is_none() => {}
        Plan::Later(why) => {
            row.why = why;
            row.may_tick = may_file;
        }
        Plan::Follows(why) => {
            row.why = why;
            (row.may_tick, row.follows) = (may_file, may_file);
        }
    }
    row
}

/// What a finding that is accepted as it is would rest on.
fn rests_on(desk: &Desk, act: &Act) -> String {
    if !matches!(act.form, Form::Finding(..)) {
        return String::new();
    }
    let Some(file) = &desk.file else { return String::new() };
    let named = |(field, id): &(&str, String)| match *field {
        "contacts" => file.check.contacts.iter().find(|contact| contact.id.to_string() == *id).map(Contact::named),
        "documents" => file.check.documents.iter().find(|document| document.id.to_string() == *id).map(|document| document.kind.clone()),
        _ => None,
    };
    let basis: Vec<String> = act.answers.iter().filter_map(named).collect();
    if basis.is_empty() { "It rests on nothing yet: add that with Change.".into() } else { format!("It rests on {}.", basis.join("; ")) }
}

/// Where the row stands that a proposal became.
fn became(desk: &Desk, kind: Option<&str>, id: Option<uuid::Uuid>) -> Option<String> {
    let (kind, id, file) = (kind?, id?, desk.file.as_ref());
    let check = file.map(|file| file.check.id);
    // A telegram on several checks: the row may stand on another one.
    let is_elsewhere = file.is_some_and(|file| match kind {
        "contact" => file.check.contacts.iter().all(|contact| contact.id.0 != id),
        "statement" => file.check.statements.iter().all(|statement| statement.id.0 != id),
        "finding" => file.check.findings.iter().all(|finding| finding.id.0 != id),
        _ => false,
    });
    if is_elsewhere {
        return None;
    }
    Some(match kind {
        "check" => format!("/checks/{id}"),
        "license" => format!("/licenses/{id}"),
        "party" => format!("/parties/{id}"),
        "contact" | "statement" => format!("/checks/{}#{kind}-{id}", check?),
        "finding" => format!("/checks/{}#findings", check?),
        "document" => format!("/checks/{}#documents", check?),
        "recommendation" => format!("/checks/{}#recommendation", check?),
        "item_group" => format!("/checks/{}#licenses", check?),
        "license_party" => format!("/checks/{}#parties", check?),
        "import_approval" => format!("/checks/{}#approvals", check?),
        _ => return None,
    })
}

/// Does what was asked with the ticked proposals or with a section.
pub async fn submit(
    can: Can<FileTelegrams>,
    Path(id): Path<TelegramId>,
    Query(view): Query<View>,
    sent: Sent<ReviewForm>,
) -> Result<Response> {
    let done = go_through(&can, id, view, &sent).await;
    sent.answer(done, async |sent| page(&can, filing::desk(&can, id, view.check).await?, view, sent)).await
}

async fn go_through(can: &Can<FileTelegrams>, id: TelegramId, view: View, sent: &Sent<ReviewForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let mut desk = filing::desk_for_update(can, &mut change, id, view.check).await?;
    let asked = read.act.0.map(String::from).unwrap_or_default();
    let mut ticked: Vec<&Proposal> = read.tick.iter().filter_map(|key| desk.proposal(key.as_str())).collect();
    ticked.sort_by_key(|proposal| Section::of(&proposal.value).place());
    let (events, place) = match asked.split_once(':') {
        Some(("section", section)) => (accept_section(can, &mut change, &mut desk, view, section).await?, section.to_owned()),
        _ if ticked.len() > AT_ONCE => return Err(AppError::Refused(format!("Tick at most {AT_ONCE} at once."))),
        _ if ticked.is_empty() => return Err(AppError::Refused("Tick what you want to accept or reject first.".into())),
        _ => {
            let place = Section::of(&ticked[0].value).code().to_owned();
            let keys: Vec<String> = ticked.iter().map(|proposal| proposal.key.clone()).collect();
            match asked.as_str() {
                // The key that sends a form presses no button.
                "accept" | "" => (accept_ticked(can, &mut change, &mut desk, view, &keys).await?, place),
                "reject" => (reject_each(&mut change, &desk, &keys).await?, place),
                _ => return Err(AppError::BadRequest("This button is unknown. Go back to the telegram.")),
            }
        }
    };
    let to = here(id, view);
    let sign = if to.contains('?') { '&' } else { '?' };
    let to = format!("{to}{sign}done={}#{place}", events.len());
    let events = events.into_iter().reduce(Events::join).ok_or(AppError::NotFound)?;
    change.commit(events, &to).await
}

/// Accepts the ticked proposals: all of them, or none.
async fn accept_ticked(can: &Actor, change: &mut Change, desk: &mut Desk, view: View, keys: &[String]) -> Result<Vec<Events>> {
    let open = |desk: &Desk, proposal: &Proposal| desk.answered(&proposal.key).is_none_or(|answered| answered.answer == Answer::Rejected);
    let done = accept_each(can, change, desk, view, keys, open).await?;
    if done.is_empty() { Err(AppError::Refused("These were accepted before.".into())) } else { Ok(done) }
}

/// Accepts what of a section, as far as it is shown, can be accepted as it is.
async fn accept_section(can: &Actor, change: &mut Change, desk: &mut Desk, view: View, section: &str) -> Result<Vec<Events>> {
    let span = span_of(desk, &part(desk, view.from));
    let mut keys: Vec<String> = Vec::new();
    for shown in sections(can, desk, span).into_iter().filter(|shown| shown.section.code() == section) {
        keys.extend(shown.rows.into_iter().filter(|row| row.made.is_none() && (row.ready || row.follows)).map(|row| row.key));
    }
    keys.truncate(AT_ONCE);
    let done = accept_each(can, change, desk, view, &keys, |desk, proposal| row(can, desk, proposal).ready).await?;
    if done.is_empty() {
        return Err(AppError::Refused("Nothing of this section waits to be accepted any more: look at what became of it below.".into()));
    }
    Ok(done)
}

/// Accepts one after the other those that `may` be when it is their turn: what one makes, the next may rest on.
async fn accept_each(
    can: &Actor,
    change: &mut Change,
    desk: &mut Desk,
    view: View,
    keys: &[String],
    may: impl Fn(&Desk, &Proposal) -> bool,
) -> Result<Vec<Events>> {
    let mut all = Vec::new();
    let mut stale = false;
    for key in keys {
        if stale {
            filing::refresh(can, change, desk, view.check).await?;
        }
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        stale = may(desk, proposal);
        if stale {
            all.push(filing::accept(can, change, desk, proposal).await?.events);
        }
    }
    Ok(all)
}

async fn reject_each(change: &mut Change, desk: &Desk, keys: &[String]) -> Result<Vec<Events>> {
    let mut all = Vec::new();
    for key in keys {
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        if desk.answered(key).is_some_and(|answered| answered.answer != Answer::Rejected) {
            return Err(AppError::Refused("What was accepted stays; change the row it became.".into()));
        }
        let noted = filing::note(change, desk, proposal, Filed { answer: Answer::Rejected, made: None }).await?;
        all.push(noted.events);
    }
    Ok(all)
}
