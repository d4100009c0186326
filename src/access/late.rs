//! A form that was sent before, or after its session ended: it is not done twice, and its text is not lost.

use axum::http::{Method, request::Parts};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::{refusal::Refusal, request::address, session};
use crate::{
    addresses::route,
    app::App,
    db::drafts::{self, DraftPage, Full, Kept, Mark, Source, Standing},
    error::{AppError, KeptText, Result, Used},
    id::{FormId, PersonId},
    text::many,
    web::{
        body::Typed,
        filters::moment_words,
        form::{Pairs, holds_a_secret, mark, storable},
    },
};

/// What of this form was submitted before with other answers, if anything was, and what it was filled from. Two submits
/// at once meet later, at the claim.
///
/// # Errors
/// [`AppError::AlreadyDone`] for a repeat, whatever has become of the file since: a row that is gone, a session that
/// ended.
pub(super) async fn sent_before(
    app: &App,
    parts: &Parts,
    person: PersonId,
    at: OffsetDateTime,
) -> Result<(Option<Used>, Option<Source>)> {
    let typed =
        parts.extensions.get::<Typed>().filter(|_| parts.method == Method::POST && parts.uri.path() != route::drafts);
    let Some(mark) = typed.and_then(|typed| mark(typed.as_str())) else { return Ok((None, None)) };
    let mark = mark.peppered(&session::pepper(&app.site, &parts.headers));
    let used = match drafts::standing(app.db.reads(), &mark, person, address(parts)).await? {
        Standing::Free => None,
        Standing::Used(used) => Some(used),
        Standing::Done(led) => return Err(done_before(app.db.scratch(), &mark, person, address(parts), led, at).await),
    };
    // A text that was begun elsewhere may have been filled in.
    let source = match &mark.continues {
        Some(continued) => drafts::source(app.db.reads(), person, continued.root, address(parts)).await?,
        None => None,
    };
    Ok((used, source))
}

pub(super) async fn done_before(
    pool: &PgPool,
    mark: &Mark,
    person: PersonId,
    address: &str,
    led: String,
    at: OffsetDateTime,
) -> AppError {
    match drafts::repeat(pool, mark, person, address, &led, at).await {
        Ok(()) => AppError::AlreadyDone(led),
        Err(error) => error,
    }
}

/// That there is no room for a draft, and which to discard.
pub(super) fn no_room(full: &Full) -> Refusal {
    let (room, which) = if full.of_bytes {
        (format!("{} MB", drafts::MOST_BYTES / 1_000_000), "largest")
    } else {
        (many(drafts::MOST, "text"), "oldest")
    };
    let title = if full.title.is_empty() { "without a title".to_owned() } else { full.title.clone() };
    Refusal::NoRoom { room, which, title, kept: moment_words(full.saved_at) }
}

/// The text of a form that came without a session, if it may be kept.
///
/// # Errors
/// Classified text is refused here too, so that the page which carries it says what to do.
fn late_text(parts: &Parts) -> Result<Option<&str>> {
    if parts.method != Method::POST || parts.uri.path() == route::draft_discard {
        return Ok(None);
    }
    let typed =
        parts.extensions.get::<Typed>().map(Typed::as_str).filter(|typed| !typed.is_empty() && !holds_a_secret(typed));
    typed.map_or(Ok(()), storable).map_err(Refusal::Unstorable)?;
    Ok(typed)
}

/// What becomes of the text of a form whose sender is unknown.
pub(super) fn carried(parts: &Parts) -> Result<KeptText> {
    Ok(late_text(parts)?.map_or(KeptText::None, |_| KeptText::OnThePage))
}

/// The one write without a session: what was submitted late is filed as the draft of the person whose session ended by
/// age.
pub(super) async fn file_late_submit(
    app: &App,
    parts: &Parts,
    person: PersonId,
    at: OffsetDateTime,
) -> Result<KeptText> {
    let Some(typed) = late_text(parts)? else { return Ok(KeptText::None) };
    let pairs = Pairs::parse(typed);
    if !pairs.has_answers() {
        return Ok(KeptText::None);
    }
    // What the browser kept by itself meanwhile says which page it was typed on.
    if parts.uri.path() == route::drafts {
        let (Some(mark), Some(page)) = (mark(typed), DraftPage::local(pairs.last("path"), "")) else {
            return Ok(KeptText::OnThePage);
        };
        let kept = drafts::keep(app.db.scratch(), person, mark.form, mark.continues.as_ref(), page, typed, at).await?;
        return Ok(if kept == Kept::Kept { KeptText::Draft } else { KeptText::OnThePage });
    }
    file_late(app, person, address(parts), typed, at).await
}

/// Files what was submitted without a session as a draft of the person it is known to be from. What was sent before is
/// not kept again; another text under the same id is, under a new one, and so is a text without an id.
pub async fn file_late(app: &App, person: PersonId, path: &str, typed: &str, at: OffsetDateTime) -> Result<KeptText> {
    let Some(page) = DraftPage::local(path, "") else { return Ok(KeptText::OnThePage) };
    let scratch = app.db.scratch();
    let mut kept = Kept::Used;
    if let Some(mark) = mark(typed) {
        if let Standing::Done(led) = drafts::standing(scratch, &mark, person, path).await? {
            drafts::repeat(scratch, &mark, person, path, &led, at).await?;
            return Ok(KeptText::Sent(led));
        }
        kept = drafts::keep(scratch, person, mark.form, mark.continues.as_ref(), page, typed, at).await?;
    }
    if kept == Kept::Used {
        kept = if drafts::is_kept(scratch, person, path, typed).await? {
            Kept::Kept
        } else {
            drafts::keep(scratch, person, FormId::new(), None, page, typed, at).await?
        };
    }
    Ok(if kept == Kept::Kept { KeptText::Draft } else { KeptText::OnThePage })
}
