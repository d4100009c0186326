//! Merged by mistake: two records of one party become two again. The page says what goes back by itself and what
//! lapses, and asks of each row that was recorded since whose it is.

use askama::Template;
use axum::response::Response;
use sqlx::PgConnection;

use super::{
    model::{Merge, Whose},
    refusal::Refusal,
    store,
};
use crate::{
    access::{Actor, Can, permission::UndoMerges},
    addresses as at, approvals,
    audit::Event,
    basis::Changed,
    db::Change,
    error::{AppError, Result},
    form,
    id::{ContactId, PartyId},
    licenses, mistakes,
    mistakes::model::MistakeKind,
    parties::model::Move,
    text::Reasons,
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// Whose each row is that was recorded since, and what was wrong.
    pub struct UnmergeForm reads Unmerge {
        whose: Each<Whose>,
        reason: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "parties/unmerge.html")]
struct Page {
    layout: Layout,
    merge: Merge,
    whose: Vec<Choice>,
    refused: Option<String>,
    sent: Sent<UnmergeForm>,
}

pub async fn show(can: Can<UndoMerges>, Path(id): Path<PartyId>) -> Result<Response> {
    let merge = find(can.reads().acquire().await?.as_mut(), id).await?;
    let sent = can.form(UnmergeForm::blank(), merge.version).await?;
    page(&can, merge, sent).await
}

/// Makes two records of one again.
pub async fn submit(can: Can<UndoMerges>, Path(id): Path<PartyId>, mut sent: Sent<UnmergeForm>) -> Result<Response> {
    let done = unmerge(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let merge = find(can.reads().acquire().await?.as_mut(), id).await?;
        sent.renew(merge.version);
        page(&can, merge, sent).await
    })
    .await
}

async fn find(conn: &mut PgConnection, into: PartyId) -> Result<Merge> {
    store::whole_merge(conn, into).await?.ok_or(AppError::NotFound)
}

async fn page(can: &Actor, merge: Merge, sent: Sent<UnmergeForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let serving = mistakes::store::serving_in_washington(&mut conn, can.washington_today()).await?;
    let refused = merge.may_undo(&can.reader(), &serving).err().map(|refusal| refusal.to_string());
    let whose = vec![
        Choice::new(Whose::Stays, format!("Stays with {}", merge.into.1)),
        Choice::new(Whose::Goes, format!("Is {}'s", merge.from.1)),
    ];
    html(&Page { layout: can.layout(), merge, whose, refused, sent })
}

async fn unmerge(can: &Can<UndoMerges>, id: PartyId, sent: &mut Sent<UnmergeForm>) -> Result<Response> {
    let mut change = can.change(sent).await?;
    let merge = locked(&mut change, id).await?;
    if merge.version != sent.version {
        return Err(AppError::Stale);
    }
    let serving = mistakes::store::serving_in_washington(change.conn(), can.washington_today()).await?;
    merge.may_undo(&can.reader(), &serving)?;
    let unsaid = merge.unsaid(|key| sent.form.whose.has(key));
    sent.form.whose.refuse(&unsaid, Refusal::Unsaid);
    let read = sent.read()?;
    let undone = merge.undo(&read.whose, read.reason.as_str(), &can.reader(), &serving)?;
    let (from, into) = (*undone.went(), *undone.stays());
    let before = licenses::store::open_of_both(&mut change, from, into).await?;
    let lapsed = lapse(&mut change, undone.moves(), &merge).await?;
    let files = store::files_of(change.conn(), from, into).await?;
    store::unmerge(&mut change, &undone, &files).await?;
    let ready = licenses::store::settle_all(&mut change, &before).await?;
    // A check of one of the licenses shows what its license tells.
    let checks: Vec<_> = files.checks.iter().filter(|(_, licensed)| !licensed).map(|(check, _)| *check).collect();
    let events = undone.told(&files.licenses, &checks).and_all(lapsed).and_all(ready);
    change.commit(events, &at::party(into)).await
}

/// The merge as it stands, with its open files and both records locked.
async fn locked(change: &mut Change, id: PartyId) -> Result<Merge> {
    let merge = store::next_merge(change.conn(), id).await?.ok_or(AppError::NotFound)?;
    store::open_files(change, merge.from.0, id).await?;
    find(change.conn(), id).await
}

/// Lapses what was verified through contacts that are the other party's.
async fn lapse(change: &mut Change, moves: &[Move], merge: &Merge) -> Result<Vec<Event>> {
    let with = |name: &str| Some(format!("with {name}"));
    let changed = [Changed { before: with(&merge.into.1), after: with(&merge.from.1) }];
    let mut events = Vec::new();
    for contact in moves.iter().filter(|moved| moved.kind == MistakeKind::Contact).flat_map(|moved| &moved.ids) {
        events.extend(approvals::store::lapse_verifications(change, ContactId(*contact), &changed).await?);
    }
    Ok(events)
}
