//! What a person does with proposals and sentences: files, changes, accepts, rejects, sets aside.

use axum::response::Response;

use super::{
    ReviewForm, Reviewed, View, here, part,
    rows::{Row, row, sections},
    span_of,
};
use crate::{
    access::{Actor, Can, permission::FileTelegrams},
    audit::Events,
    db::{Change, drafts::Source},
    error::{AppError, Result},
    id::TelegramId,
    telegrams::{
        desk::{Act, Desk, Plan, Pointed, name},
        filing::{self, Noted},
        model::Answer,
        reading::{Proposal, Sentence, told::told},
        refusal::Refusal,
        wording::Section,
    },
    text::Line,
    web::{Sent, filters},
};

/// How many proposals are gone through in one change: each is judged by its page on the file as the one before left it.
pub(super) const AT_ONCE: usize = 60;

/// Leads on to the pages of what the ticked sentences are, filled with them.
pub(super) async fn point(
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
    let acts = desk.pointed(Pointed { act, topic, cell }, &chosen)?;
    let draft = |(act, sentences): &(Act, Vec<&Sentence>)| {
        may(can, act)?;
        filing::draft(act, desk.shown(sentences), &desk.noted(sentences, act.form.named()), sent.form_id)
    };
    let drafts: Vec<_> = acts.iter().map(draft).collect::<Result<_>>()?;
    can.fill_drafts(sent, &drafts).await
}

/// The ticked sentences, in the order of the text.
fn chosen<'a>(desk: &'a Desk, ticked: &[Line]) -> Result<Vec<&'a Sentence>> {
    let found = ticked.iter().map(|named| desk.sentence(named.as_str()).ok_or(Refusal::ReadOtherwise));
    let mut chosen: Vec<&Sentence> = found.collect::<Result<_, _>>()?;
    chosen.sort_by_key(|sentence| sentence.span);
    chosen.dedup_by_key(|sentence| sentence.span);
    Ok(chosen)
}

fn may(can: &Actor, act: &Act) -> Result<()> {
    let permission = act.form.permission();
    if can.may(permission) { Ok(()) } else { Err(Refusal::Told(permission.refusal().into()).into()) }
}

/// Leads on to the page of a proposal, filled with it.
pub(super) async fn change(
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
        Plan::Known(why) | Plan::Later(why) | Plan::Follows(why) => return Err(Refusal::Told(why).into()),
        Plan::Note => {
            return Err(Refusal::NoRow.into());
        }
    };
    may(can, &act)?;
    if desk.answered(key).is_some_and(|answered| answered.answer != Answer::Rejected) {
        return Err(Refusal::Accepted.into());
    }
    let words = desk.words(proposal).into_owned();
    let told = told(&words, desk.reading.header.sent_at);
    let shown = Source {
        cited: desk.cited(proposal.paragraph.as_deref()),
        words,
        names: told.names,
        numbers: told.numbers,
        days: told.days.into_iter().map(filters::day_words).collect(),
        ..Source::default()
    };
    let draft = filing::draft(&act, shown, &Noted::of(&desk, proposal), sent.form_id)?;
    can.fill_drafts(sent, &[draft]).await
}

/// Accepts, rejects, or sets aside.
pub(super) async fn answer(
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
        _ if keys.len() > AT_ONCE => return Err(Refusal::TooMany(AT_ONCE).into()),
        "" if keys.is_empty() && !read.sentence.is_empty() => {
            return Err(Refusal::NothingPressed.into());
        }
        _ if keys.is_empty() => return Err(Refusal::NothingTicked.into()),
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
    let not = Some(done.not).filter(|not| *not > 0);
    let to = here(id, view).with("done", done.events.len()).with_some("not", not).at(place);
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
    pub(super) fn all(events: Vec<Events>) -> Self {
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
    if all.is_empty() { Err(Refusal::AcceptedBefore.into()) } else { Ok(all) }
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
        return Err(Refusal::Astray.into());
    }
    let span = span_of(desk, &part(desk, view.from));
    let shown = sections(can, desk, span, false)
        .into_iter()
        .filter(|shown| section.is_none_or(|code| shown.section.code() == code));
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
            Err(refused @ AppError::Refused(_)) => {
                done.not += 1;
                why = why.or(Some(refused));
            }
            Err(error) => return Err(error),
        }
    }
    if done.events.is_empty() {
        return Err(why.unwrap_or_else(|| Refusal::NothingWaits.into()));
    }
    Ok(done)
}

async fn reject_each(change: &mut Change, desk: &Desk, keys: &[String]) -> Result<Vec<Events>> {
    let mut all = Vec::new();
    for key in keys {
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        if desk.answered(key).is_some_and(|answered| answered.answer != Answer::Rejected) {
            return Err(Refusal::Accepted.into());
        }
        all.push(filing::note(change, &Noted::of(desk, proposal), Answer::Rejected, None).await?.events);
    }
    Ok(all)
}

/// Notes of each sentence that it does not matter.
async fn set_aside(change: &mut Change, desk: &Desk, chosen: &[&Sentence]) -> Result<Vec<Events>> {
    if chosen.is_empty() {
        return Err(Refusal::NoSentence.into());
    }
    if chosen.len() > AT_ONCE {
        return Err(Refusal::TooManySentences(AT_ONCE).into());
    }
    let mut all = Vec::new();
    for sentence in chosen {
        all.push(
            filing::note(change, &desk.noted(&[sentence], "Does not matter"), Answer::Rejected, None).await?.events,
        );
    }
    Ok(all)
}
