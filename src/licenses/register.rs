//! Registering a license, on a check or alone, and changing what its application says. A known number offers that
//! license.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use time::Date;

use crate::{
    access::{Actor, Can, permission::RegisterLicenses},
    addresses as at,
    audit::{Event, Made, Subject, Values, Verb, says},
    checks::{self, model::CheckFile},
    countries,
    db::Change,
    error::{AppError, Refuses, Result},
    faults::{has_come, is_number},
    form,
    id::{CheckId, LicenseId},
    licenses::{
        model::{KnownNumber, LicenseFile, Refusal, is_new, perhaps, stated},
        store::{self, LicenseData},
    },
    reference::{
        self,
        model::{Reference, ReferenceKind},
    },
    text::{Day, Dollars, Likeness, Line, Optional, Text},
    web::{Form, Layout, Path, Query, Sent, form::Spare, html},
    words::Choice,
};

impl Spare for LicenseForm {
    fn is_blank(&self) -> bool {
        let (number, form, destination) = (self.number.raw(), self.license_form.raw(), self.destination.raw());
        let days = [self.received_on.raw(), self.approved_on.raw()].map(|day| day.trim_matches('/'));
        let said = [number, form, destination, self.value_usd.raw(), self.purpose.raw()];
        said.iter().chain(&days).all(|said| said.trim().is_empty()) && !self.other_license.is_answered()
    }
}

form! {
    /// What the application says.
    pub struct LicenseForm reads Registered {
        number: Field<Line>,
        // Of each license that it perhaps is: that it is another one.
        other_license: Fields<Line>,
        license_form: Field<Line>,
        destination: Field<Line>,
        value_usd: Field<Optional<Dollars>>,
        received_on: Dated<Optional<Day>>,
        approved_on: Dated<Optional<Day>>,
        purpose: Field<Optional<Text>>,
    }
}

/// What another page knows of the license.
#[derive(Debug, Clone, Deserialize)]
pub struct Known {
    /// The check it is for.
    pub(super) check: Option<CheckId>,
    #[serde(default)]
    pub(super) number: String,
}

#[derive(Template)]
#[template(path = "licenses/register.html")]
struct Page {
    layout: Layout,
    title: &'static str,
    forms: Vec<Choice>,
    countries: Vec<Choice>,
    /// Whether the day of approval is asked: of licenses first seen when already issued.
    asks_approval: bool,
    /// The license that has the number already, and those that perhaps have it.
    same: Option<KnownNumber>,
    alike: Vec<Choice>,
    sent: Sent<LicenseForm>,
}

async fn page(
    actor: &Actor,
    title: &'static str,
    edited: Option<LicenseId>,
    sent: Sent<LicenseForm>,
) -> Result<Response> {
    let countries = countries::store::choices(actor.reads()).await?;
    let mut conn = actor.reads().acquire().await?;
    let forms = reference::store::on(&mut conn, actor.washington_today()).await?.choices(ReferenceKind::LicenseForm);
    let (number, form) = (sent.form.number.raw(), sent.form.license_form.raw());
    let is_asked = sent.form.number.error().is_some() || sent.form.other_license.error().is_some();
    let mut known = if is_asked { store::numbers_like(&mut conn, number).await? } else { Vec::new() };
    known.retain(|known| Some(known.id) != edited);
    let another = |known: &KnownNumber| Choice::new(known.said(), format!("Another one than {}", known.said()));
    let alike = perhaps(&known, number, form).map(another).collect();
    let same = known.iter().find(|known| known.compare(number, form) == Likeness::Same).cloned();
    let asks_approval = edited.is_none();
    html(&Page { layout: actor.layout(), title, forms, countries, asks_approval, same, alike, sent })
}

/// The form of a new license.
pub async fn show(can: Can<RegisterLicenses>, Query(known): Query<Known>) -> Result<Response> {
    let mut form = LicenseForm::blank();
    form.number.set(known.number);
    let sent = can.form(form, 0).await?;
    page(&can, "Register a license", None, sent).await
}

/// Registers it, and puts it on the check it is for.
pub async fn submit(
    can: Can<RegisterLicenses>,
    Query(known): Query<Known>,
    mut sent: Sent<LicenseForm>,
) -> Result<Response> {
    let done = register(&can, &known, &mut sent).await;
    sent.answer(done, async |sent| page(&can, "Register a license", None, sent).await).await
}

async fn register(can: &Can<RegisterLicenses>, known: &Known, sent: &mut Sent<LicenseForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, known.check, sent).await).await
}

/// Registers a license within a change, and puts it on the check it is for.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    check: Option<CheckId>,
    sent: &mut Sent<LicenseForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let reference = reference::store::on(change.conn(), can.washington_today()).await?;
    read.judge(&reference, can.washington_today(), &mut sent.form);
    sent.read()?;
    let others = read.judge_number(change, None, &mut sent.form).await?;
    let draft = match check {
        None => None,
        Some(id) => Some(checks::store::find_for_update(change, can, id, None).await?.check),
    };
    let (id, event) = read.register(can, change, (&reference, &others), draft.as_ref(), &mut sent.form).await?;
    Ok(Made::new(Subject::License(id), event, at::license(id)))
}

/// A license as the log shows it, with its destination's name.
pub(crate) fn described(license: &LicenseData<'_>, reference: &Reference, destination: &str) -> Values {
    says("Number", license.number)
        .and("Form", reference.label(ReferenceKind::LicenseForm, license.form))
        .and("Destination", destination)
        .and("Value", stated(license.value))
        .and("Received on", license.received_on)
        .and("Approved on", license.approved_on)
        .and("Purpose", license.purpose)
}

async fn told(can: &Actor, license: &LicenseData<'_>, reference: &Reference) -> Result<Values> {
    let (destination, _) = countries::store::find(can.reads(), license.destination).await?;
    Ok(described(license, reference, &destination))
}

impl LicenseForm {
    /// The day by whose classes and categories its items are judged, as far as the application says.
    pub(crate) fn applied_on(&self) -> Option<Date> {
        let mut days = [&self.received_on, &self.approved_on].into_iter();
        days.find_map(|day| day.raw().parse::<Optional<Day>>().ok()?.0).map(|day| day.0)
    }
}

impl Registered {
    fn data(&self) -> LicenseData<'_> {
        LicenseData {
            number: self.number.as_str(),
            form: self.license_form.as_str(),
            destination: self.destination.as_str(),
            value: self.value_usd.0.map(|value| value.0),
            received_on: self.received_on.0.map(|day| day.0),
            purpose: self.purpose.0.as_ref().map_or("", Text::as_str),
            approved_on: self.approved_on.0.map(|day| day.0),
        }
    }

    /// Refuses what answers that parsed cannot be.
    pub(crate) fn judge(&self, reference: &Reference, today: Date, form: &mut LicenseForm) {
        if !reference.knows(ReferenceKind::LicenseForm, self.license_form.as_str()) {
            form.license_form.refuse(Refusal::Form);
        }
        form.number.judged(is_number(self.number.as_str()));
        form.approved_on.judged(has_come(self.approved_on.0.as_ref().map(|day| day.0), today));
    }

    /// Asks about licenses whose number is perhaps this one, and refuses the one that is; of a license that keeps
    /// number and form, nothing is asked. Gives what a person said of them, for the log.
    pub(crate) async fn judge_number(
        &self,
        change: &mut Change,
        file: Option<&LicenseFile>,
        asked: &mut LicenseForm,
    ) -> Result<String> {
        let (number, form) = (self.number.as_str(), self.license_form.as_str());
        if file.is_some_and(|file| file.number == number && file.form == form) {
            return Ok(String::new());
        }
        let mut known = store::hold_numbers_like(change, number).await?;
        known.retain(|known| file.is_none_or(|file| known.id != file.id));
        let said: Vec<String> = self.other_license.iter().map(Line::to_string).collect();
        match is_new(&known, number, form, &said) {
            Ok(others) if others.is_empty() => return Ok(String::new()),
            Ok(others) => return Ok(format!("; it is another one than {}", others.join(", "))),
            Err(refusal @ Refusal::NumberAlike { .. }) => asked.other_license.refuse(refusal),
            Err(refusal) => asked.number.refuse(refusal),
        }
        Err(AppError::Invalid)
    }

    /// Registers it, and puts it on the draft it is for; `others` is what was said of licenses it perhaps is.
    pub(crate) async fn register(
        &self,
        can: &Actor,
        change: &mut Change,
        (reference, others): (&Reference, &str),
        draft: Option<&CheckFile>,
        form: &mut LicenseForm,
    ) -> Result<(LicenseId, Event)> {
        if let Some(check) = draft {
            check.takes_licenses()?;
            let fits = check.fits_issue(self.approved_on.0.as_ref().map(|day| day.0));
            form.approved_on.judged(fits).ok_or(AppError::Invalid)?;
        }
        let data = self.data();
        let inserted = store::insert(change, &data).await;
        let id = inserted.map_err(|error| refuse(error, form))?;
        let event = Event::new(Verb::LicenseRegistered, id, format!("registered license {}{others}", self.number));
        let mut event = event.after(told(can, &data, reference).await?);
        if let Some(check) = draft {
            checks::store::add_license(change, check.id, id).await?;
            event = event.on_check(check.id);
        }
        Ok((id, event))
    }
}

/// What the database says first, where it stands on the form.
fn refuse(error: sqlx::Error, form: &mut LicenseForm) -> AppError {
    match Refusal::held(error) {
        Ok(Refusal::NumberTaken) => form.number.refuse(Refusal::NumberTaken),
        Ok(Refusal::Fault(fault)) => form.destination.refuse(fault),
        Ok(other) => return other.into(),
        Err(error) => return error,
    }
    AppError::Invalid
}

fn filled(file: &LicenseFile) -> LicenseForm {
    let mut form = LicenseForm::blank();
    let day = |day: Option<time::Date>| day.map(|day| Day(day).to_string()).unwrap_or_default();
    form.number.set(&file.number);
    form.license_form.set(&file.form);
    form.destination.set(&file.destination);
    form.value_usd.set(file.value().map(|value| value.to_string()).unwrap_or_default());
    form.received_on.set(day(file.received_on));
    form.approved_on.set(day(file.registered_approved_on));
    form.purpose.set(&file.purpose);
    form
}

/// The form of a registered license.
pub async fn show_edit(can: Can<RegisterLicenses>, Path(id): Path<LicenseId>) -> Result<Response> {
    let file = store::find(&can, id).await?;
    let sent = can.form(filled(&file), file.version).await?;
    page(&can, "Change a license", Some(id), sent).await
}

/// Changes it, while it is pending.
pub async fn submit_edit(
    can: Can<RegisterLicenses>,
    Path(id): Path<LicenseId>,
    mut sent: Sent<LicenseForm>,
) -> Result<Response> {
    let done = edit(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id).await?;
        page(&can, "Change a license", Some(id), sent.against(&filled(&file), file.version)).await
    })
    .await
}

async fn edit(can: &Can<RegisterLicenses>, id: LicenseId, sent: &mut Sent<LicenseForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can.scope(), id).await?;
    file.changeable()?;
    let reference = reference::store::on(change.conn(), can.washington_today()).await?;
    read.judge(&reference, can.washington_today(), &mut sent.form);
    sent.read()?;
    let others = read.judge_number(&mut change, Some(&file), &mut sent.form).await?;
    let now = read.data();
    let saved = store::save(&mut change, id, &now, sent.version).await;
    if !saved.map_err(|error| refuse(error, &mut sent.form))? {
        return Err(AppError::Stale);
    }
    store::touch_changed(&mut change, id, now.destination != file.destination || now.value != file.value()).await?;
    let event = Event::new(Verb::LicenseChanged, id, format!("changed license {}{others}", file.number));
    let was = LicenseData {
        number: &file.number,
        form: &file.form,
        destination: &file.destination,
        value: file.value(),
        received_on: file.received_on,
        purpose: &file.purpose,
        approved_on: file.registered_approved_on,
    };
    let event = event.before(described(&was, &reference, &file.destination_name));
    change.commit(event.after(told(can, &now, &reference).await?), &at::license(id)).await
}
