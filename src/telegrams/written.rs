//! A telegram that goes out: its draft, or its text as it was sent.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Telegram, TelegramState, may_write},
    refusal::Refusal,
    store,
    write::{is_behind, still_a_draft},
};
use crate::{
    access::{Actor, Can, permission::WriteTelegrams},
    addresses as at,
    audit::{Event, Subject, Verb},
    checks::{self, store::Texts},
    error::{AppError, Result},
    id::TelegramId,
    web::{Layout, Path, Sent, YesForm, filters, html},
};

impl TelegramState {
    pub const fn is_draft(self) -> bool {
        matches!(self, Self::Draft)
    }
}

#[derive(Template)]
#[template(path = "telegrams/written.html")]
struct Page<'a> {
    layout: Layout,
    telegram: &'a Telegram,
    text: String,
    may_write: bool,
    /// Whether the case file says something else than what the draft was composed from.
    is_behind: bool,
    /// Why the draft goes out no more, whatever it says.
    refused: Option<Refusal>,
}

/// The page of a telegram that goes out: its text as sent, or as it stands.
pub async fn show(can: &Actor, telegram: &Telegram) -> Result<Response> {
    let may_write = may_write(can, telegram.direction);
    let (is_behind, refused) = match telegram.checks.first() {
        Some((check, _)) if may_write && telegram.state == TelegramState::Draft => {
            let file = checks::store::find(can, *check, Texts::Whole).await?;
            let refused = telegram.is_for(file.check.post_id).err();
            (refused.is_none() && is_behind(telegram, &file), refused)
        }
        _ => (false, None),
    };
    let text = match &telegram.original {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => telegram.body.clone().unwrap_or_default(),
    };
    html(&Page { layout: can.layout(), text, may_write, is_behind, refused, telegram })
}

/// Takes a draft away.
pub async fn submit_discard(
    can: Can<WriteTelegrams>,
    Path(id): Path<TelegramId>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let version = sent.version;
    let mut conn = can.reads().acquire().await?;
    still_a_draft(&can, &store::find(&mut conn, can.scope(), id).await?)?;
    drop(conn);
    let mut change = can.change(&sent).await?;
    let telegram = store::find_for_update(&mut change, can.scope(), id).await?;
    still_a_draft(&can, &telegram)?;
    let (check, reference) = telegram.checks.first().cloned().ok_or(AppError::NotFound)?;
    store::discard_draft(&mut change, id, version).await?;
    let sentence = format!(
        "discarded the {} telegram of {reference} that was not sent",
        telegram.direction.label().to_lowercase()
    );
    let event = Event::new(Verb::TelegramDiscarded, Subject::Telegram(id), sentence).on_check(check);
    change.commit(event, &at::check(check).at("telegrams")).await
}
