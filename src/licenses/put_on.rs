//! A known license is put on a draft check, and taken off it.

use askama::Template;
use axum::response::Response;

use crate::{
    access::{Actor, Can, permission::RegisterLicenses},
    addresses as at,
    audit::{Event, Made, Subject, Verb},
    checks::{self, store::Texts},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, LicenseId},
    licenses::{
        model::{KnownNumber, Refusal},
        store,
    },
    text::{Line, Optional},
    web::{Form, Layout, Path, Sent, YesForm, html},
    words::Choice,
};

form! {
    /// The number of a license, in any spelling; and which license, where several forms have it.
    pub struct NumberForm reads Numbered {
        number: Field<Line>,
        license: Field<Optional<LicenseId>>,
    }
}

#[derive(Template)]
#[template(path = "licenses/add.html")]
struct AddPage {
    layout: Layout,
    check: (CheckId, String),
    /// The licenses of the number typed, where it is several.
    known: Vec<Choice>,
    sent: Sent<NumberForm>,
}

async fn add_page(can: &Actor, id: CheckId, sent: Sent<NumberForm>) -> Result<Response> {
    let file = checks::store::find(can, id, Texts::Left).await?;
    let mut conn = can.reads().acquire().await?;
    let typed = sent.form.number.raw();
    let rows =
        if crate::text::folded(typed).is_empty() { Vec::new() } else { store::by_number(&mut conn, typed).await? };
    let named = |known: &KnownNumber| Choice::new(known.id, known.number.clone()).hint(known.form_label.clone());
    let known = if rows.len() > 1 { rows.iter().map(named).collect() } else { Vec::new() };
    html(&AddPage { layout: can.layout(), check: (id, file.check.reference), known, sent })
}

/// The form that puts a license on a draft check.
pub async fn show(can: Can<RegisterLicenses>, Path(id): Path<CheckId>) -> Result<Response> {
    let sent = can.form(NumberForm::blank(), 0).await?;
    add_page(&can, id, sent).await
}

/// Puts a known license on the check, or leads on to register it.
pub async fn submit(
    can: Can<RegisterLicenses>,
    Path(id): Path<CheckId>,
    mut sent: Sent<NumberForm>,
) -> Result<Response> {
    let done = add(&can, id, &mut sent).await;
    sent.answer(done, async |sent| add_page(&can, id, sent).await).await
}

async fn add(can: &Can<RegisterLicenses>, id: CheckId, sent: &mut Sent<NumberForm>) -> Result<Response> {
    sent.read()?;
    let mut change = can.change(sent).await?;
    let made = put_on(can, &mut change, id, sent).await?;
    change.make(made).await
}

/// Puts a known license on a draft check, within a change.
pub(crate) async fn put_on(can: &Actor, change: &mut Change, id: CheckId, sent: &mut Sent<NumberForm>) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    file.check.takes_known_licenses()?;
    let found = store::by_number(change.conn(), read.number.as_str()).await?;
    let chosen = match found.as_slice() {
        [] => {
            sent.form.number.refuse(Refusal::UnknownNumber);
            return Err(AppError::Invalid);
        }
        [only] => only,
        several => {
            let Some(chosen) = several.iter().find(|known| Some(known.id) == read.license.0) else {
                sent.form.license.refuse(Refusal::SeveralForms);
                return Err(AppError::Invalid);
            };
            chosen
        }
    };
    let license = chosen.id;
    file.is_without(license, &chosen.number)?;
    checks::store::add_license(change, id, license).await?;
    let event = Event::new(Verb::CheckChanged, id, format!("added license {}", chosen.said())).on_license(license);
    Ok(Made::new(Subject::License(license), event, at::check(id).at("licenses")))
}

/// Takes a license off a draft check.
pub async fn submit_remove(
    can: Can<RegisterLicenses>,
    Path((id, license)): Path<(CheckId, LicenseId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let file = checks::store::find_for_update(&mut change, &can, id, None).await?;
    let number = file.license(license).map(|license| license.number.clone()).ok_or(AppError::NotFound)?;
    file.check.is_draft_of("licenses")?;
    checks::store::remove_license(&mut change, id, license).await?;
    let event = Event::new(Verb::CheckChanged, id, format!("took license {number} off")).on_license(license);
    change.commit(event, &at::check(id).at("licenses")).await
}
