//! What the page shows beside what was typed: what there is to choose from, the license of the number, and the known
//! parties of each name.

use std::borrow::Borrow;

use time::Date;

use super::open::OpeningForm;
use crate::{
    access::Actor,
    countries,
    error::{AppError, Result},
    id::PartyId,
    licenses::{
        self,
        model::{KnownNumber, LicenseFile, perhaps},
        register::LicenseForm,
    },
    parties::{self, store::PartyRow},
    posts,
    reference::{
        self,
        model::{Reference, ReferenceKind},
    },
    text::{LicenseNumber, folded, folded_name, name_key},
    web::form::Spare,
    words::Choice,
};

/// How many known parties are offered for a name.
const OFFERED: i64 = 5;

#[derive(Debug)]
pub struct Beside {
    pub posts: Vec<Choice>,
    pub countries: Vec<Choice>,
    pub forms: Vec<Choice>,
    pub classes: Vec<Choice>,
    pub categories: Vec<Choice>,
    /// The one that is chosen, with what is on it.
    pub license: Option<LicenseFile>,
    /// Those of the number.
    pub known: Vec<Choice>,
    /// Those that are perhaps of the number.
    pub alike: Vec<Choice>,
    /// The known parties of the name in each block.
    matches: Vec<Vec<Choice>>,
}

impl Beside {
    pub async fn of(can: &Actor, form: &mut OpeningForm) -> Result<Self> {
        let (posts, countries) = (posts::store::choices(can).await?, countries::store::choices(can.reads()).await?);
        let number = form.application.number.raw().to_owned();
        let mut conn = can.reads().acquire().await?;
        let reference = reference::store::on(&mut conn, can.washington_today()).await?;
        let numbers = if folded(&number).is_empty() {
            Vec::new()
        } else {
            licenses::store::numbers_like(&mut conn, &number).await?
        };
        drop(conn);
        let known = known(&numbers, &number);
        // What was typed before may have another number by now.
        if known.iter().all(|choice| !form.license.is(&choice.value)) {
            form.license.set("");
        }
        let license = chosen(can, form).await?;
        let forms = reference.choices(ReferenceKind::LicenseForm);
        let reference = of_the_day(can, day(license.as_ref(), &form.application, can), reference).await?;
        for block in form.items.answered() {
            block.judge(&reference);
        }
        Ok(Self {
            posts,
            countries,
            forms,
            classes: reference.choices(ReferenceKind::ItemClass),
            categories: reference.choices(ReferenceKind::UsmlCategory),
            known,
            alike: alike(&numbers, form),
            license,
            matches: matches(can, form).await?,
        })
    }

    /// The known parties of the name in a block.
    pub fn matches(&self, at: impl Borrow<usize>) -> &[Choice] {
        at.borrow().checked_sub(1).and_then(|at| self.matches.get(at)).map_or(&[], Vec::as_slice)
    }
}

/// The license on file that is chosen.
pub async fn chosen(can: &Actor, form: &OpeningForm) -> Result<Option<LicenseFile>> {
    let Ok(id) = form.license.raw().parse() else { return Ok(None) };
    licenses::store::find(can, id).await.map(Some).or_else(not_there)
}

/// The day by whose classes and categories the lines are offered, read and judged: that of the application.
pub fn day(license: Option<&LicenseFile>, application: &LicenseForm, can: &Actor) -> Date {
    let on_file = license.map(|license| license.applied_on);
    on_file.or_else(|| application.applied_on()).unwrap_or_else(|| can.washington_today())
}

async fn of_the_day(can: &Actor, day: Date, today: Reference) -> Result<Reference> {
    if day == can.washington_today() {
        return Ok(today);
    }
    let mut conn = can.reads().acquire().await?;
    reference::store::on(&mut conn, day).await
}

fn not_there<T>(error: AppError) -> Result<Option<T>> {
    if matches!(error, AppError::NotFound) { Ok(None) } else { Err(error) }
}

/// The licenses of the number in any spelling.
fn known(numbers: &[KnownNumber], number: &str) -> Vec<Choice> {
    let number = LicenseNumber::new(number);
    let of = numbers.iter().filter(|known| number.is_spelled(&known.number));
    of.map(|known| Choice::new(known.id, known.said())).collect()
}

fn alike(numbers: &[KnownNumber], form: &OpeningForm) -> Vec<Choice> {
    let another = |known: &KnownNumber| Choice::new(known.said(), format!("Another one than {}", known.said()));
    let application = &form.application;
    perhaps(numbers, application.number.raw(), application.license_form.raw()).map(another).collect()
}

/// The known parties of each block's name; in a block of a chosen one, that one too.
async fn matches(can: &Actor, form: &mut OpeningForm) -> Result<Vec<Vec<Choice>>> {
    let mut all = Vec::new();
    let mut conn = can.searches().acquire().await?;
    for block in form.parties.each_mut() {
        let name = block.name.raw();
        let mut rows = Vec::new();
        if !block.is_blank() {
            rows = parties::store::search(&mut conn, can.scope(), name, OFFERED).await?;
        }
        let mut choices: Vec<Choice> = rows.iter().map(offered).collect();
        let chosen: Option<PartyId> = block.party.raw().parse().ok();
        if let Some(id) = chosen.filter(|id| rows.iter().all(|row| row.id != *id)) {
            match called_so(can, name, id).await? {
                Some(choice) => choices.push(choice),
                // What was typed before may have another name by now.
                None => block.party.set(""),
            }
        }
        all.push(choices);
    }
    Ok(all)
}

/// Whether a party is one of those that a name offers, or is called so; where no name is typed, any is.
pub async fn is_offered(can: &Actor, name: &str, id: PartyId) -> Result<bool> {
    if folded_name(name).is_empty() {
        return Ok(true);
    }
    let mut conn = can.searches().acquire().await?;
    let rows = parties::store::search(&mut conn, can.scope(), name, OFFERED).await?;
    drop(conn);
    Ok(rows.iter().any(|row| row.id == id) || called_so(can, name, id).await?.is_some())
}

/// The party, if it is called so or nothing is typed.
async fn called_so(can: &Actor, name: &str, id: PartyId) -> Result<Option<Choice>> {
    let found = parties::store::find(can, id).await.map(Some).or_else(not_there)?;
    let is_so = |called: &str| folded_name(name).is_empty() || name_key(name) == name_key(called);
    let party = found.filter(|party| is_so(&party.name));
    Ok(party.map(|party| {
        let hint = format!("{}, {}", party.kind.label(), party.country_name);
        Choice::new(id, party.name).hint(hint)
    }))
}

fn offered(row: &PartyRow) -> Choice {
    Choice::new(row.id, &row.name).hint(format!("{}, {}", row.kind.label(), row.country))
}
