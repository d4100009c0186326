//! The cells of the permit matrix: proposed from the country rules, and recorded one by one.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Approval, ApprovalState, Permit},
    store::{self, ApprovalData},
};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    audit::{Event, Events, Made, Subject, Verb},
    db::Change,
    error::{AppError, Result},
    form,
    id::{AuthorityId, ContactId, ItemGroupId, LicenseId, PermitId},
    licenses::{
        self,
        model::{ItemGroup, LicenseFile},
    },
    text::{Day, Line, Optional, Text},
    web::{Form, Layout, Path, Sent, YesForm, html},
    words::Choice,
};

form! {
    pub struct CellForm reads Cell {
        state: Field<ApprovalState>,
        applied_on: Field<Optional<Day>>,
        permit: Field<Optional<PermitId>>,
        waits_for: Field<Optional<Line>>,
        given_on: Field<Optional<Day>>,
        proof: Field<Optional<Text>>,
        contact: Field<Optional<ContactId>>,
        note: Field<Optional<Line>>,
    }
}

#[derive(Template)]
#[template(path = "approvals/cell.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    item: String,
    authority: String,
    permits: Vec<Choice>,
    contacts: Vec<Choice>,
    sent: Sent<CellForm>,
}

/// A license whose evidence the reader's post may record now: pending or approved on conditions.
pub(super) fn recordable(license: &LicenseFile, actor: &Actor) -> Result<()> {
    if !license.checks.iter().any(|check| actor.sees_post(check.post_id)) {
        return Err(AppError::NotFound);
    }
    if license.status.is_open() {
        Ok(())
    } else {
        Err(AppError::Refused(format!(
            "The license is {}; its approvals can no longer be changed.",
            license.status.label().to_lowercase()
        )))
    }
}

/// Adds every cell the country rules ask for and nobody recorded.
pub async fn submit_propose(can: Can<WorkChecks>, Path(id): Path<LicenseId>, sent: Sent<YesForm>) -> Result<Response> {
    licenses::store::find(&can, id).await?;
    let mut change = can.change(&sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    recordable(&license, &can)?;
    let mut added = 0;
    for item in &license.items {
        for rule in
            license.rules.iter().filter(|rule| rule.item_class == item.item_class && rule.authority_id.is_some())
        {
            let new = store::propose(&mut change, id, item.id, rule.authority_id, rule.id, rule.usual_days).await?;
            added += i32::from(new);
        }
    }
    if added == 0 {
        return Err(AppError::Refused(
            "The country rules ask for nothing that is not recorded. Record a cell yourself, with its proof.".into(),
        ));
    }
    licenses::store::touch(&mut change, id).await?;
    let event =
        Event::new(Verb::ApprovalRecorded, id, format!("proposed {added} import approvals from the country rules"));
    change.commit(event, &format!("/licenses/{id}#approvals")).await
}

fn cell(license: &LicenseFile, item: ItemGroupId, authority: Option<AuthorityId>) -> Option<&Approval> {
    license.approvals.iter().find(|row| row.item_group_id == item && row.authority_id == authority)
}

fn filled(approval: Option<&Approval>) -> CellForm {
    let mut form = CellForm::blank();
    let day = |day: Option<time::Date>| day.map(|day| Day(day).to_string()).unwrap_or_default();
    if let Some(row) = approval {
        form.state.set(row.state);
        form.applied_on.set(day(row.applied_on));
        form.permit.set(row.permit_id.map(|id| id.to_string()).unwrap_or_default());
        form.waits_for.set(&row.waits_for);
        form.given_on.set(day(row.given_on));
        form.proof.set(&row.proof);
        form.contact.set(row.contact_id.map(|id| id.to_string()).unwrap_or_default());
        form.note.set(&row.note);
    }
    form
}

/// An authority of the address: its id, or `none` for "the country asks for no approval at all".
fn authority(text: &str) -> Result<Option<AuthorityId>> {
    if text == "none" { Ok(None) } else { text.parse().map(Some).map_err(|_| AppError::NotFound) }
}

async fn page(
    can: &Can<WorkChecks>,
    license: LicenseFile,
    item: ItemGroupId,
    of: Option<AuthorityId>,
    sent: Sent<CellForm>,
) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let authorities = store::authorities(&mut conn, &license.destination).await?;
    let authority = match of {
        None => "No approval asked for".to_owned(),
        Some(id) => authorities
            .into_iter()
            .find(|choice| choice.value == id.to_string())
            .map(|choice| choice.label)
            .ok_or(AppError::NotFound)?,
    };
    let contacts = store::contacts(&mut conn, can, license.id).await?;
    let contacts = contacts.into_iter().map(|contact| Choice::new(contact.id, contact_named(&contact))).collect();
    let permits = license
        .permits
        .iter()
        .filter(|permit| !permit.is_withdrawn())
        .map(|permit| Choice::new(permit.id, format!("{} of {}", permit.number, permit.issuer)))
        .collect();
    let item = license.item(item).ok_or(AppError::NotFound)?.named();
    html(&Page { layout: can.layout(), license, item, authority, permits, contacts, sent })
}

pub(crate) fn contact_named(contact: &store::LicenseContact) -> String {
    let when = contact.occurred_on.map_or_else(|| "date not stated".to_owned(), crate::web::filters::day_words);
    format!(
        "{} with {}, {when} (channel: {})",
        contact.kind.label(),
        contact.with_whom,
        contact.channel.label().to_lowercase()
    )
}

/// The form of a cell.
pub async fn show(
    can: Can<WorkChecks>,
    Path((id, item, of)): Path<(LicenseId, ItemGroupId, String)>,
) -> Result<Response> {
    let (license, of) = (licenses::store::find(&can, id).await?, authority(&of)?);
    let row = cell(&license, item, of);
    let sent = can.form(filled(row), row.map_or(0, |row| row.version)).await?;
    page(&can, license, item, of, sent).await
}

pub async fn submit(
    can: Can<WorkChecks>,
    Path((id, item, of)): Path<(LicenseId, ItemGroupId, String)>,
    mut sent: Sent<CellForm>,
) -> Result<Response> {
    let of = authority(&of)?;
    let done = record(&can, id, item, of, &mut sent).await;
    sent.answer(done, async |sent| {
        let license = licenses::store::find(&can, id).await?;
        let row = cell(&license, item, of);
        let sent = sent.against(&filled(row), row.map_or(0, |row| row.version));
        page(&can, license, item, of, sent).await
    })
    .await
}

async fn record(
    can: &Can<WorkChecks>,
    id: LicenseId,
    item: ItemGroupId,
    of: Option<AuthorityId>,
    sent: &mut Sent<CellForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, item, of, sent).await).await
}

/// Records a cell within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: LicenseId,
    item: ItemGroupId,
    of: Option<AuthorityId>,
    sent: &mut Sent<CellForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let license = licenses::store::find_for_update(change, can.scope(), id).await?;
    recordable(&license, can)?;
    let group = license.item(item).ok_or(AppError::NotFound)?;
    let known = cell(&license, item, of);
    if let Some(post) = known.and_then(|row| row.word_of_another(|post| can.sees_post(post))) {
        return Err(AppError::Refused(format!("This is the word of {post}. Ask them to change it.")));
    }
    let to_come = |day: Optional<Day>| day.0.is_some_and(|day| day.0 > can.today());
    for (field, day) in
        [(&mut sent.form.applied_on, read.applied_on.clone()), (&mut sent.form.given_on, read.given_on.clone())]
    {
        if to_come(day) {
            field.refuse("This day is still to come.");
        }
    }
    let contacts = store::contacts(change.conn(), can, id).await?;
    let told_by = read.contact.0.and_then(|contact| contacts.iter().find(|known| known.id == contact));
    if read.contact.0.is_some() && told_by.is_none() {
        sent.form.contact.refuse("Choose a contact of your post.");
    }
    let none_needed =
        license.rules.iter().find(|rule| rule.item_class == group.item_class && rule.authority_id.is_none());
    let by_rule = of.is_none() && none_needed.is_some_and(|rule| rule.confirmed_on.is_some());
    let proven = by_rule || told_by.is_some_and(|contact| contact.kind.is_written());
    judge(&license, group, of, &read, proven, sent)?;
    if of.is_none() && read.state == ApprovalState::Needed {
        store::remove_exemption(change, item, sent.version).await?;
        licenses::store::touch(change, id).await?;
        let sentence = format!("took back that no import approval is required for {}", group.named());
        let event =
            Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", item.0), sentence).on_license(id);
        let event = event.before(known.map(|row| &row.proof));
        return Ok(Made::new(Subject::Row("import_approval", item.0), event, format!("/licenses/{id}#approvals")));
    }
    let (waits_for, proof, note) = (read.waits_for.or_empty(), read.proof.or_empty(), read.note.or_empty());
    let data = ApprovalData {
        state: read.state,
        applied_on: read.applied_on.0.map(|day| day.0),
        permit: read.permit.0.filter(|_| read.state == ApprovalState::Issued),
        waits_for: &waits_for,
        given_on: read.given_on.0.map(|day| day.0),
        proof: &proof,
        rule: none_needed.map(|rule| rule.id).filter(|_| read.state == ApprovalState::NotRequired),
        contact: read.contact.0,
        note: &note,
    };
    let row = store::save_approval(change, id, item, of, &data, sent.version).await?;
    let ready = licenses::store::settle(change, &license).await?;
    let whose = match of {
        None => "any authority".to_owned(),
        Some(of) => store::authority_name(change.conn(), of).await?,
    };
    let sentence = format!("import approval of {whose} for {}: {}", group.named(), read.state.label().to_lowercase());
    let mut event =
        Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", item.0), sentence).on_license(id);
    if let Some(before) = known {
        event = event.before((
            before.state,
            before.permit_id,
            &before.proof,
            &before.waits_for,
            before.given_on,
            &before.note,
        ));
    }
    let events =
        Events::from(event.after((read.state, read.permit.0, data.proof, data.waits_for, data.given_on, data.note)))
            .and_all(ready);
    Ok(Made::new(Subject::Row("import_approval", row.0), events, format!("/licenses/{id}#approvals")))
}

/// What a state asks for (guard 4): issued needs a permit, not required needs proof on paper or a confirmed country
/// rule; a spoken promise is neither.
fn judge(
    license: &LicenseFile,
    group: &ItemGroup,
    of: Option<AuthorityId>,
    read: &Cell,
    proven: bool,
    sent: &mut Sent<CellForm>,
) -> Result<()> {
    match read.state {
        ApprovalState::Issued if read.permit.0.is_none() => {
            sent.form.permit.refuse("Issued means on paper: record the permit first, and choose it here. A spoken promise is no permit.");
        }
        ApprovalState::NotRequired if read.proof.0.is_none() => {
            sent.form.proof.refuse("Say what shows that none is required: the country rule you confirmed, or the paper.");
        }
        ApprovalState::NotRequired if !proven => sent.form.contact.refuse(
            "A spoken word is no proof. Choose the letter, e-mail or diplomatic note that says so, or confirm the country's rule that none is needed.",
        ),
        ApprovalState::Applied if read.applied_on.0.is_none() => sent.form.applied_on.refuse("Give the day it was applied for."),
        _ => {}
    }
    if of.is_none() {
        let asks = license.rules.iter().find(|rule| rule.item_class == group.item_class && rule.authority_id.is_some());
        match (read.state, asks) {
            (ApprovalState::NotRequired, Some(rule)) => sent.form.state.refuse(format!(
                "The country's rules ask for {}. Say of that authority alone that it is not required, with its proof.",
                rule.authority.as_deref().unwrap_or("an authority")
            )),
            (ApprovalState::NotRequired, None) => {}
            (ApprovalState::Needed, _) if license.exempt(group).is_some() => {}
            _ => sent
                .form
                .state
                .refuse("Without an authority the only answers are: not required, or needed to take that back."),
        }
    }
    if read.permit.0.is_some_and(|id| license.permit(Some(id)).is_some_and(Permit::is_withdrawn)) {
        sent.form.permit.refuse("This permit was taken back as recorded by mistake.");
    }
    if read.permit.0.is_some_and(|id| license.permit(Some(id)).is_none()) {
        sent.form.permit.refuse("Choose a permit of this license.");
    }
    sent.read().map(|_| ())
}
