//! What the page shows beside what was typed: what there is to choose from, the license of the number, and the known
//! parties of each name.

use std::borrow::Borrow;

use super::open::OpeningForm;
use crate::{
    access::Actor,
    countries,
    error::{AppError, Result},
    id::PartyId,
    licenses::{
        self,
        model::{KnownNumber, LicenseFile, perhaps},
    },
    parties::{self, store::PartyRow},
    posts,
    reference::{self, model::ReferenceKind},
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
        let mut conn = can.reads().acquire().await?;
        let reference = reference::store::on(&mut conn, can.washington_today()).await?;
        let numbers = if crate::text::folded(form.application.number.raw()).is_empty() {
            Vec::new()
        } else {
            licenses::store::numbers_like(&mut conn, form.application.number.raw()).await?
        };
        drop(conn);
        for block in form.items.answered() {
            block.judge(&reference);
        }
        let license = match form.license.raw().parse() {
            Ok(id) => licenses::store::find(can, id).await.map(Some).or_else(not_there)?,
            Err(_) => None,
        };
        Ok(Self {
            posts,
            countries,
            forms: reference.choices(ReferenceKind::LicenseForm),
            classes: reference.choices(ReferenceKind::ItemClass),
            categories: reference.choices(ReferenceKind::UsmlCategory),
            known: known(&numbers, license.as_ref(), form.application.number.raw()),
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

fn not_there(error: AppError) -> Result<Option<LicenseFile>> {
    if matches!(error, AppError::NotFound) { Ok(None) } else { Err(error) }
}

/// The licenses of the number in any spelling, and the chosen one.
fn known(numbers: &[KnownNumber], license: Option<&LicenseFile>, number: &str) -> Vec<Choice> {
    let number = crate::text::LicenseNumber::new(number);
    let of = numbers.iter().filter(|known| number.is_spelled(&known.number));
    let mut choices: Vec<Choice> = of.map(|known| Choice::new(known.id, known.said())).collect();
    if let Some(license) = license.filter(|license| choices.iter().all(|choice| !choice.is(&license.id.to_string()))) {
        choices.push(Choice::new(license.id, &license.number));
    }
    choices
}

fn alike(numbers: &[KnownNumber], form: &OpeningForm) -> Vec<Choice> {
    let another = |known: &KnownNumber| Choice::new(known.said(), format!("Another one than {}", known.said()));
    let application = &form.application;
    perhaps(numbers, application.number.raw(), application.license_form.raw()).map(another).collect()
}

/// The known parties of each block's name; in a block of a chosen one, that one too.
async fn matches(can: &Actor, form: &OpeningForm) -> Result<Vec<Vec<Choice>>> {
    let mut all = Vec::new();
    let mut conn = can.searches().acquire().await?;
    for (_, block) in form.parties.each() {
        let mut rows = Vec::new();
        if !block.is_blank() {
            rows = parties::store::search(&mut conn, can.scope(), block.name.raw(), OFFERED).await?;
        }
        let mut choices: Vec<Choice> = rows.iter().map(offered).collect();
        let chosen: Option<PartyId> = block.party.raw().parse().ok();
        if let Some(id) = chosen.filter(|id| rows.iter().all(|row| row.id != *id)) {
            let party = parties::store::find(can, id).await?;
            choices.push(Choice::new(id, party.name).hint(format!("{}, {}", party.kind.label(), party.country_name)));
        }
        all.push(choices);
    }
    Ok(all)
}

fn offered(row: &PartyRow) -> Choice {
    Choice::new(row.id, &row.name).hint(format!("{}, {}", row.kind.label(), row.country))
}
