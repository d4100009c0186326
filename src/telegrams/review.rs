//! Going through a telegram, side by side with what it proposes: each proposal is accepted as it is, changed on the
//! page it belongs to, or rejected; and every sentence can be pointed at, and filed by the page of what the person says
//! it is. A long telegram is shown in parts.

use std::ops::Range;

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    desk::{Act, Desk, Form, Offers, Plan, Pointed, name},
    filing::{self, Noted},
    model::{Answer, Telegram, TelegramState, Way},
    reading::{Confidence, Piece, PieceKind, Proposal, Sentence, Span, Value, told::told},
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
    db::{Change, drafts::Source},
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

/// How many sentences the list of what is left shows.
const LEFT: usize = 40;

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
    here: String,
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
    /// The sentence they are of.
    of: Option<Told>,
}

/// A sentence, as it stands in the text.
#[derive(Debug, Clone)]
struct Told {
    /// The name by which it is linked to.
    id: String,
    /// The name by which it is chosen.
    value: String,
    begins: bool,
    ends: bool,
    tone: &'static str,
    /// What it was filed as, and where that stands.
    became: Vec<(String, Option<String>)>,
    is_aside: bool,
}

/// What became of a sentence.
#[derive(Debug, Clone, Default)]
struct Fate {
    became: Vec<(String, Option<String>)>,
    is_aside: bool,
}

/// The outlined sentences that nobody dealt with yet.
#[derive(Debug, Default)]
struct Left {
    /// How many sentences are outlined.
    outlined: usize,
    /// How many of those were filed.
    filed: usize,
    /// How many were set aside.
    aside: usize,
    /// How many are left.
    count: usize,
    /// The first of those: where each stands, its paragraph, its words.
    first: Vec<(String, String, String)>,
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
    became: Option<String>,
    /// Why there is nothing to do now.
    why: String,
    /// What a finding would rest on, in words.
    rests_on: String,
    /// Whether it can be changed on its page.
    may_change: bool,
    /// Whether it can be ticked.
    may_tick: bool,
    /// Whether it can be accepted as it is; with others at once, if it is certain.
    ready: bool,
    /// Whether it can once another of its section was accepted.
    follows: bool,
}

impl Row {
    /// Whether it is accepted with others at once: what is certain and complete, or will be when another of its section
    /// is.
    fn at_once(&self) -> bool {
        self.made.is_none() && self.confidence == Confidence::Certain && (self.ready || self.follows)
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
    let pieces = part(&desk, view.from);
    let next = (pieces.end < desk.reading.pieces.len()).then_some(pieces.end);
    let span = span_of(&desk, &pieces);
    let warnings = desk.reading.warnings.iter().map(|warning| warning.text.clone()).collect();
    let may_file = can.may(Permission::FileTelegrams);
    let offers = if may_file { desk.offers(|permission| can.may(permission)) } else { Offers::default() };
    let fates = fates(&desk);
    let sections = sections(can, &desk, span);
    html(&Page {
        layout: can.layout(),
        here: here(desk.telegram.id, view),
        blocks: blocks(&desk, pieces, &fates),
        ready: sections.iter().map(|shown| shown.ready).sum(),
        sections,
        warnings,
        strays: desk.strays(),
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
    Span {
        start: shown.first().map_or(0, |piece| piece.span.start),
        end: shown.last().map_or(0, |piece| piece.span.end),
    }
}

/// What became of each sentence, in the file beside the telegram.
fn fates(desk: &Desk) -> Vec<Fate> {
    let sentences = &desk.reading.sentences;
    let mut fates = vec![Fate::default(); sentences.len()];
    let here = desk.file.as_ref().map(|file| file.check.id);
    let mut add = |span: Span, answer: Answer, kind: Option<&str>, row: Option<uuid::Uuid>| {
        let first = sentences.partition_point(|sentence| sentence.span.end <= span.start);
        for (fate, _) in fates[first..]
            .iter_mut()
            .zip(&sentences[first..])
            .take_while(|(_, sentence)| sentence.span.start < span.end)
        {
            if answer == Answer::Rejected {
                fate.is_aside = true;
            } else {
                fate.became.push((kind.unwrap_or("noted").replace('_', " "), became(desk, kind, row)));
            }
        }
    };
    for answered in desk.telegram.answers.iter().filter(|answered| answered.check_id == here) {
        let (kind, row) = (answered.subject_kind.as_deref(), answered.subject_id);
        if let Some(spans) =
            answered.proposed.get("spans").and_then(|spans| Vec::<(usize, usize)>::deserialize(spans).ok())
        {
            for (start, end) in spans {
                add(Span { start, end }, answered.answer, kind, row);
            }
        }
    }
    for proposal in desk.reading.proposals.iter().filter(|proposal| says_it_all(proposal)) {
        let accepted = desk
            .answered(&proposal.key)
            .filter(|answered| answered.answer != Answer::Rejected && answered.check_id == here);
        if let Some(answered) = accepted {
            add(proposal.source, answered.answer, answered.subject_kind.as_deref(), answered.subject_id);
        }
    }
    fates
}

/// How long a line of items is at most that says nothing else.
const ITEM_LINE: usize = 120;

/// Whether a proposal takes what its sentence says: a number or the purpose is only named in it.
fn says_it_all(proposal: &Proposal) -> bool {
    match &proposal.value {
        Value::Check { .. } | Value::Message { .. } | Value::Reference { .. } | Value::License { .. } => false,
        Value::ItemGroup { .. } => proposal.source.end - proposal.source.start <= ITEM_LINE,
        _ => true,
    }
}

/// The outlined sentences that are neither filed nor set aside.
fn left(desk: &Desk, view: View, fates: &[Fate]) -> Left {
    let mut left = Left::default();
    let pieces = part(desk, view.from);
    for (sentence, fate) in desk.reading.sentences.iter().zip(fates).filter(|(sentence, _)| sentence.matters) {
        left.outlined += 1;
        if !fate.became.is_empty() {
            left.filed += 1;
        } else if fate.is_aside {
            left.aside += 1;
        } else {
            left.count += 1;
            if left.first.len() < LEFT {
                let piece = desk.reading.pieces.partition_point(|piece| piece.span.end <= sentence.span.start);
                let place = if pieces.contains(&piece) {
                    String::new()
                } else {
                    here(desk.telegram.id, View { from: piece, ..view })
                };
                left.first.push((
                    format!("{place}#{}", name(sentence.span)),
                    sentence.paragraph.clone(),
                    sentence.text.clone(),
                ));
            }
        }
    }
    left
}

fn blocks(desk: &Desk, pieces: Range<usize>, fates: &[Fate]) -> Vec<Block> {
    let bytes = desk.telegram.original.as_deref().unwrap_or_default();
    let shown = span_of(desk, &pieces);
    let here =
        desk.reading.proposals.iter().filter(|found| found.source.start < shown.end && found.source.end > shown.start);
    let mut sources: Vec<(Span, &str)> = here.map(|found| (found.source, found.key.as_str())).collect();
    sources.sort_unstable();
    let first = desk.reading.sentences.partition_point(|sentence| sentence.span.start < shown.start);
    let of: Vec<(&Sentence, &Fate)> = desk.reading.sentences[first..].iter().zip(&fates[first..]).collect();
    let mut label = pieces.start.checked_sub(1).and_then(|before| desk.reading.pieces[before].paragraph.clone());
    let mut blocks = Vec::new();
    for piece in &desk.reading.pieces[pieces] {
        let begins = piece.paragraph.clone().filter(|own| !own.is_empty() && Some(own) != label.as_ref());
        if piece.paragraph.is_some() {
            label.clone_from(&piece.paragraph);
        }
        blocks.push(Block { kind: piece.kind, begins, runs: runs(bytes, piece.span, &sources, &of) });
    }
    blocks
}

/// A piece cut where sentences and the words of proposals begin and end.
fn runs(bytes: &[u8], piece: Span, sources: &[(Span, &str)], of: &[(&Sentence, &Fate)]) -> Vec<Run> {
    let within: Vec<&(Span, &str)> =
        sources.iter().filter(|(span, _)| span.start < piece.end && span.end > piece.start).collect();
    let first = of.partition_point(|(sentence, _)| sentence.span.end <= piece.start);
    let of: Vec<_> = of[first..].iter().take_while(|(sentence, _)| sentence.span.start < piece.end).collect();
    let mut cuts = vec![piece.start, piece.end];
    for span in within.iter().map(|(span, _)| *span).chain(of.iter().map(|(sentence, _)| sentence.span)) {
        cuts.extend([span.start, span.end].into_iter().filter(|cut| (piece.start..piece.end).contains(cut)));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let run = |pair: &[usize]| {
        let (start, end) = (pair[0], pair[1]);
        let keys = within.iter().filter(|(span, _)| span.start.max(piece.start) == start && span.start >= piece.start);
        let of = of.iter().find(|(sentence, _)| sentence.span.start <= start && sentence.span.end >= end);
        let text = String::from_utf8_lossy(bytes.get(start..end).unwrap_or_default()).into_owned();
        Run {
            marked: !text.trim().is_empty() && within.iter().any(|(span, _)| span.start <= start && span.end >= end),
            keys: keys.map(|(_, key)| (*key).to_owned()).collect(),
            text,
            of: of.map(|(sentence, fate)| as_told(sentence, fate, start, end)),
        }
    };
    cuts.windows(2).map(run).collect()
}

/// A stretch of a sentence.
fn as_told(sentence: &Sentence, fate: &Fate, start: usize, end: usize) -> Told {
    let tone = match (fate.became.is_empty(), fate.is_aside, sentence.matters) {
        (false, ..) => "filed",
        (true, true, _) => "aside",
        (true, false, true) => "matters",
        (true, false, false) => "plain",
    };
    Told {
        id: name(sentence.span),
        value: format!("{}-{}", sentence.span.start, sentence.span.end),
        begins: start == sentence.span.start,
        ends: end == sentence.span.end,
        tone,
        became: fate.became.clone(),
        is_aside: fate.is_aside && fate.became.is_empty(),
    }
}

fn sections(can: &Actor, desk: &Desk, shown: Span) -> Vec<Shown> {
    let (mut sections, is_stray): (Vec<Shown>, bool) = (Vec::new(), !desk.strays().is_empty());
    for section in Section::ALL {
        let here = |proposal: &&Proposal| {
            Section::of(&proposal.value) == *section
                && (shown.start..shown.end.max(shown.start + 1)).contains(&proposal.source.start)
        };
        let rows: Vec<Row> =
            desk.reading.proposals.iter().filter(here).map(|proposal| row(can, desk, proposal)).collect();
        if !rows.is_empty() {
            // What may be another check's is filed one by one, after a look.
            let ready = if is_stray { 0 } else { rows.iter().filter(|row| row.at_once()).count() };
            sections.push(Shown { section: *section, rows, ready });
        }
    }
    sections
}

fn row(can: &Actor, desk: &Desk, proposal: &Proposal) -> Row {
    let (label, words) = says(&proposal.value);
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
        may_change: false,
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
            row.may_change = true;
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
            let whose = if act.form.permission() == Permission::WorkChecks {
                "The post accepts this."
            } else {
                "A case officer accepts this."
            };
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
        "documents" => file
            .check
            .documents
            .iter()
            .find(|document| document.id.to_string() == *id)
            .map(|document| document.kind.clone()),
        _ => None,
    };
    let basis: Vec<String> = act.answers.iter().filter_map(named).collect();
    if basis.is_empty() {
        "It rests on nothing yet: add that with Change.".into()
    } else {
        format!("It rests on {}.", basis.join("; "))
    }
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
    let asked = read.act.0.clone().map(String::from).unwrap_or_default();
    match asked.split_once(':') {
        Some(("file", act)) => point(can, id, view, sent, &read, act).await,
        Some(("change", key)) => change(can, id, view, sent, key).await,
        _ => answer(can, id, view, sent, &read, &asked).await,
    }
}

/// Leads on to the pages of what the ticked sentences are, filled with them.
async fn point(
    can: &Can<FileTelegrams>,
    id: TelegramId,
    view: View,
    sent: &Sent<ReviewForm>,
    read: &Reviewed,
    act: &str,
) -> Result<Response> {
    let mut desk = filing::desk(can, id, view.check).await?;
    if act.starts_with("party") {
        let names = chosen(&desk, &read.sentence)?
            .into_iter()
            .flat_map(|sentence| told(&sentence.text, None).names)
            .collect::<Vec<_>>();
        filing::know_parties(can, &mut desk, &names).await?;
    }
    let chosen = chosen(&desk, &read.sentence)?;
    let (topic, cell) = (read.topic.0.as_ref().map_or("", Line::as_str), read.cell.0.as_ref().map_or("", Line::as_str));
    let acts = desk.pointed(Pointed { act, topic, cell }, &chosen).map_err(AppError::Refused)?;
    let draft = |(act, sentences): &(Act, Vec<&Sentence>)| {
        may(can, act)?;
        filing::draft(act, desk.shown(sentences), &desk.noted(sentences, act.form.named()), sent.form_id)
    };
    let drafts: Vec<_> = acts.iter().map(draft).collect::<Result<_>>()?;
    can.fill_drafts(sent, &drafts).await
}

/// The ticked sentences, in the order of the text.
fn chosen<'a>(desk: &'a Desk, ticked: &[Line]) -> Result<Vec<&'a Sentence>> {
    const OTHERWISE: &str =
        "These words are no sentence of this telegram, or are read otherwise by now. Look at it again.";
    let found =
        ticked.iter().map(|named| desk.sentence(named.as_str()).ok_or_else(|| AppError::Refused(OTHERWISE.into())));
    let mut chosen: Vec<&Sentence> = found.collect::<Result<_>>()?;
    chosen.sort_by_key(|sentence| sentence.span);
    chosen.dedup_by_key(|sentence| sentence.span);
    Ok(chosen)
}

fn may(can: &Actor, act: &Act) -> Result<()> {
    let permission = act.form.permission();
    if can.may(permission) { Ok(()) } else { Err(AppError::Refused(permission.refusal().into())) }
}

/// Leads on to the page of a proposal, filled with it.
async fn change(
    can: &Can<FileTelegrams>,
    id: TelegramId,
    view: View,
    sent: &Sent<ReviewForm>,
    key: &str,
) -> Result<Response> {
    let desk = filing::desk(can, id, view.check).await?;
    let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
    let act = match desk.plan(proposal) {
        Plan::Act(act) => act,
        Plan::Known(why) | Plan::Later(why) | Plan::Follows(why) => return Err(AppError::Refused(why)),
        Plan::Note => {
            return Err(AppError::Refused(
                "It becomes no row of the file: accept it, and it is kept on the check.".into(),
            ));
        }
    };
    may(can, &act)?;
    if desk.answered(key).is_some_and(|answered| answered.answer != Answer::Rejected) {
        return Err(AppError::Refused("What was accepted stays; change the row it became.".into()));
    }
    let words = desk.words(proposal).into_owned();
    let told = told(&words, desk.reading.header.sent_at);
    let shown = Source {
        cited: desk.cited(proposal.paragraph.as_deref()),
        words,
        names: told.names,
        numbers: told.numbers,
        days: told.days.into_iter().map(filters::day_words).collect(),
        has_list: desk.telegram.has_list,
        ..Source::default()
    };
    let draft = filing::draft(&act, shown, &Noted::of(&desk, proposal), sent.form_id)?;
    can.fill_drafts(sent, &[draft]).await
}

/// Accepts, rejects, or sets aside.
async fn answer(
    can: &Can<FileTelegrams>,
    id: TelegramId,
    view: View,
    sent: &Sent<ReviewForm>,
    read: &Reviewed,
    asked: &str,
) -> Result<Response> {
    let mut change = can.change(sent).await?;
    let mut desk = filing::desk_for_update(can, &mut change, id, view.check).await?;
    let mut ticked: Vec<&Proposal> = read.tick.iter().filter_map(|key| desk.proposal(key.as_str())).collect();
    ticked.sort_by_key(|proposal| Section::of(&proposal.value).place());
    let keys: Vec<String> = ticked.iter().map(|proposal| proposal.key.clone()).collect();
    let (done, place) = match asked {
        "aside" => {
            let chosen = chosen(&desk, &read.sentence)?;
            let place = chosen.first().map(|sentence| name(sentence.span)).unwrap_or_default();
            (Done::all(set_aside(&mut change, &desk, &chosen).await?), place)
        }
        "ready" => (accept_ready(can, &mut change, &mut desk, view, None).await?, "what-was-read".to_owned()),
        _ if let Some(section) = asked.strip_prefix("section:") => {
            (accept_ready(can, &mut change, &mut desk, view, Some(section)).await?, section.to_owned())
        }
        _ if keys.len() > AT_ONCE => return Err(AppError::Refused(format!("Tick at most {AT_ONCE} at once."))),
        "" if keys.is_empty() && !read.sentence.is_empty() => {
            return Err(AppError::Refused("Press what the ticked sentences are, in the bar below.".into()));
        }
        _ if keys.is_empty() => return Err(AppError::Refused("Tick what you want to accept or reject first.".into())),
        // The key that sends a form presses no button.
        "accept" | "" | "reject" => {
            let place = Section::of(&ticked[0].value).code().to_owned();
            let events = if asked == "reject" {
                reject_each(&mut change, &desk, &keys).await?
            } else {
                accept_ticked(can, &mut change, &mut desk, view, &keys).await?
            };
            (Done::all(events), place)
        }
        _ => return Err(AppError::BadRequest("This button is unknown. Go back to the telegram.")),
    };
    let to = here(id, view);
    let sign = if to.contains('?') { '&' } else { '?' };
    let not = if done.not > 0 { format!("&not={}", done.not) } else { String::new() };
    let to = format!("{to}{sign}done={}{not}#{place}", done.events.len());
    let events = done.events.into_iter().reduce(Events::join).ok_or(AppError::NotFound)?;
    change.commit(events, &to).await
}

/// What was gone through at once.
struct Done {
    events: Vec<Events>,
    /// How many were tried and refused.
    not: usize,
}

impl Done {
    fn all(events: Vec<Events>) -> Self {
        Self { events, not: 0 }
    }
}

/// Accepts the ticked proposals: all of them, or none.
async fn accept_ticked(
    can: &Actor,
    change: &mut Change,
    desk: &mut Desk,
    view: View,
    keys: &[String],
) -> Result<Vec<Events>> {
    let mut all = Vec::new();
    let mut stale = false;
    for key in keys {
        if stale {
            filing::refresh(can, change, desk, view.check).await?;
        }
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        stale = desk.answered(key).is_none_or(|answered| answered.answer == Answer::Rejected);
        if stale {
            all.push(filing::accept(can, change, desk, proposal).await?.events);
        }
    }
    if all.is_empty() { Err(AppError::Refused("These were accepted before.".into())) } else { Ok(all) }
}

/// Accepts one after the other what of a section, or of all, is certain and complete when it is its turn, as far as it
/// is shown: what one makes, the next may rest on. What is refused holds up no other.
async fn accept_ready(
    can: &Actor,
    change: &mut Change,
    desk: &mut Desk,
    view: View,
    section: Option<&str>,
) -> Result<Done> {
    if !desk.strays().is_empty() {
        return Err(AppError::Refused(
            "This telegram may be another check's: look at what is said on top, and accept one by one.".into(),
        ));
    }
    let span = span_of(desk, &part(desk, view.from));
    let shown =
        sections(can, desk, span).into_iter().filter(|shown| section.is_none_or(|code| shown.section.code() == code));
    let mut keys: Vec<String> = shown.flat_map(|shown| shown.rows).filter(Row::at_once).map(|row| row.key).collect();
    keys.truncate(AT_ONCE);
    let mut done = Done::all(Vec::new());
    let mut why = None;
    for key in &keys {
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        if !row(can, desk, proposal).ready {
            done.not += 1;
            continue;
        }
        match change.attempt(async |change| filing::accept(can, change, desk, proposal).await).await {
            Ok(made) => {
                done.events.push(made.events);
                filing::refresh(can, change, desk, view.check).await?;
            }
            Err(AppError::Refused(sentence)) => {
                done.not += 1;
                why = why.or(Some(sentence));
            }
            Err(error) => return Err(error),
        }
    }
    if done.events.is_empty() {
        let nothing = "Nothing here waits to be accepted any more: look at what became of it below.";
        return Err(AppError::Refused(why.unwrap_or_else(|| nothing.into())));
    }
    Ok(done)
}

async fn reject_each(change: &mut Change, desk: &Desk, keys: &[String]) -> Result<Vec<Events>> {
    let mut all = Vec::new();
    for key in keys {
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        if desk.answered(key).is_some_and(|answered| answered.answer != Answer::Rejected) {
            return Err(AppError::Refused("What was accepted stays; change the row it became.".into()));
        }
        all.push(filing::note(change, &Noted::of(desk, proposal), Answer::Rejected, None).await?.events);
    }
    Ok(all)
}

/// Notes of each sentence that it does not matter.
async fn set_aside(change: &mut Change, desk: &Desk, chosen: &[&Sentence]) -> Result<Vec<Events>> {
    if chosen.is_empty() {
        return Err(AppError::Refused("Tick the sentences in the text first.".into()));
    }
    if chosen.len() > AT_ONCE {
        return Err(AppError::Refused(format!("Tick at most {AT_ONCE} sentences at once.")));
    }
    let mut all = Vec::new();
    for sentence in chosen {
        all.push(
            filing::note(change, &desk.noted(&[sentence], "Does not matter"), Answer::Rejected, None).await?.events,
        );
    }
    Ok(all)
}
