//! The desk is loaded: a telegram, the file beside it, and what is known by its names and numbers.

use sqlx::PgConnection;

use crate::{
    access::{Actor, Permission},
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::{AppError, Result},
    id::{CheckId, TelegramId},
    telegrams::{
        desk::Desk,
        model::Telegram,
        reading::{Proposal, Reading, Value},
        readings,
        store::{self, Known},
    },
    text::{LicenseNumber, name_key},
};

/// A telegram beside the check that is asked for, else the first it is on.
pub async fn desk(actor: &Actor, id: TelegramId, check: Option<CheckId>) -> Result<Desk> {
    let mut conn = actor.reads().acquire().await?;
    let telegram = store::find(&mut conn, actor.scope(), id).await?.came_in()?;
    drop(conn);
    beside(actor, telegram, check).await
}

/// As [`desk()`], of a telegram that was read already.
pub async fn beside(actor: &Actor, mut telegram: Telegram, check: Option<CheckId>) -> Result<Desk> {
    let reading = readings::of(&mut telegram).await?.keep_aside(actor, telegram.id).await;
    let file = match target(&telegram, check)? {
        Some(check) => Some(checks::store::find(actor, check, Texts::Whole).await?),
        None => None,
    };
    let mut conn = actor.reads().acquire().await?;
    lay(&mut conn, actor, telegram, reading, file).await
}

/// As [`desk()`], with telegram and check locked.
pub async fn desk_for_update(
    actor: &Actor,
    change: &mut Change,
    id: TelegramId,
    check: Option<CheckId>,
) -> Result<Desk> {
    let mut telegram = store::find_for_update(change, actor.scope(), id).await?.came_in()?;
    let reading = readings::of(&mut telegram).await?.keep(change, id).await?;
    let file = file_for_update(actor, change, &telegram, check).await?;
    lay(change.conn(), actor, telegram, reading, file).await
}

/// Loads a desk again from which something was filed in this change. The original never changes, so it is not read
/// again.
pub async fn refresh(actor: &Actor, change: &mut Change, desk: &mut Desk, check: Option<CheckId>) -> Result<()> {
    store::reread(change, actor.scope(), &mut desk.telegram).await?;
    let file = file_for_update(actor, change, &desk.telegram, check).await?;
    desk.lay(file);
    desk.known = known(change.conn(), actor, &desk.telegram, &desk.reading, desk.file.as_ref()).await?;
    Ok(())
}

async fn file_for_update(
    actor: &Actor,
    change: &mut Change,
    telegram: &Telegram,
    check: Option<CheckId>,
) -> Result<Option<CaseFile>> {
    Ok(match target(telegram, check)? {
        Some(check) => Some(checks::store::find_for_update(change, actor, check, None).await?),
        None => None,
    })
}

fn target(telegram: &Telegram, check: Option<CheckId>) -> Result<Option<CheckId>> {
    match check {
        Some(check) if telegram.checks.iter().any(|(id, _)| *id == check) => Ok(Some(check)),
        Some(_) => Err(AppError::NotFound),
        None => Ok(telegram.checks.first().map(|(id, _)| *id)),
    }
}

async fn lay(
    conn: &mut PgConnection,
    actor: &Actor,
    telegram: Telegram,
    reading: Reading,
    file: Option<CaseFile>,
) -> Result<Desk> {
    let known = known(conn, actor, &telegram, &reading, file.as_ref()).await?;
    Ok(Desk::new(telegram, reading, file, known, actor.post().is_some()))
}

/// Looks up the parties that are known by the names in some words, for whom sees all of them.
pub async fn know_parties(actor: &Actor, desk: &mut Desk, words: &[String]) -> Result<()> {
    if actor.may(Permission::RegisterLicenses) {
        let names: Vec<String> = words.iter().map(|name| name_key(name)).collect();
        let mut conn = actor.reads().acquire().await?;
        desk.known.parties = store::known(&mut conn, &[], &names, &[]).await?.parties;
    }
    Ok(())
}

async fn known(
    conn: &mut PgConnection,
    actor: &Actor,
    telegram: &Telegram,
    reading: &Reading,
    file: Option<&CaseFile>,
) -> Result<Known> {
    let mut countries = vec![telegram.post_country.clone()];
    countries.extend(file.into_iter().flat_map(|file| &file.licenses).map(|license| license.destination.clone()));
    // What is registered elsewhere is looked up for those alone who see all of it.
    let registers = actor.may(Permission::RegisterLicenses);
    let (names, numbers) = if registers { (names(reading), numbers(reading)) } else { (Vec::new(), Vec::new()) };
    store::known(conn, &countries, &names, &numbers).await
}

fn names(reading: &Reading) -> Vec<String> {
    let mut names = Vec::new();
    for proposal in &reading.proposals {
        if let Value::Party { name, short_name, .. } = &proposal.value {
            names.extend([Some(name), short_name.as_ref()].into_iter().flatten().map(|name| name_key(name)));
        }
    }
    names
}

fn numbers(reading: &Reading) -> Vec<String> {
    let number = |proposal: &Proposal| match &proposal.value {
        Value::License { number, .. } => LicenseNumber::new(number).spellings(),
        _ => Vec::new(),
    };
    reading.proposals.iter().flat_map(number).collect()
}
