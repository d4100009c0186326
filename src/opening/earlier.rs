//! An earlier check or license as what a new check begins with: what it says of its license, lines and parties is
//! filled in as if it had been typed. Its number and its days are its own.

use super::{act::Answers, pasted::Line, refusal::Refusal};
use crate::{
    access::Actor,
    checks::{self, model::CheckFile, store::Texts},
    error::Result,
    id::PartyId,
    licenses::{
        self,
        items::Designation,
        model::{ItemGroup, LicenseFile},
    },
    parties::model::{PartyRole, TakesPossession},
    text::{CheckReference, folded},
};

#[derive(Debug)]
pub struct Earlier {
    check: Option<CheckFile>,
    license: Option<LicenseFile>,
}

impl Earlier {
    /// The check of a reference, or the license of a number.
    pub async fn find(can: &Actor, named: &str) -> Result<Option<Self>> {
        // PostgreSQL takes no NUL, and no name has one.
        let named = &named.replace('\0', "");
        if folded(named).is_empty() {
            return Ok(None);
        }
        let mut conn = can.reads().acquire().await?;
        if let Some(id) = checks::store::by_reference(&mut conn, &CheckReference::or_typed(named)).await? {
            drop(conn);
            let file = checks::store::find(can, id, Texts::Whole).await?;
            return Ok(Some(Self { check: Some(file.check), license: file.licenses.into_iter().next() }));
        }
        let known = licenses::store::by_number(&mut conn, named).await?;
        drop(conn);
        let [only] = known.as_slice() else { return Ok(None) };
        Ok(Some(Self { check: None, license: Some(licenses::store::find(can, only.id).await?) }))
    }

    /// Fills it in where nothing was typed.
    ///
    /// # Errors
    /// There would be more lines or parties than one save takes: then nothing is filled in.
    pub fn fill(&self, answers: &mut Answers) -> std::result::Result<(), Refusal> {
        let (lines, parties) = (self.lines(), self.parties());
        answers.takes(lines.len(), parties.len())?;
        let mut blank = |name: &str, value: String| {
            if answers.last(name).is_empty() {
                answers.set(name, value);
            }
        };
        if let Some(check) = &self.check {
            blank("check_type", check.check_type.to_string());
            blank("post", check.post_id.to_string());
            blank("subject", check.subject.clone());
            blank("reason", check.reason.clone());
            blank("questions", check.own_questions.clone());
            blank("days", check.days_to_answer.to_string());
        }
        if let Some(license) = &self.license {
            blank("license_form", license.form.clone());
            blank("destination", license.destination.clone());
            blank("value_usd", license.value().map(|value| value.to_string()).unwrap_or_default());
            blank("purpose", license.purpose.clone());
        }
        answers.extend("items", lines);
        answers.extend("parties", parties);
        Ok(())
    }

    fn lines(&self) -> Vec<Line> {
        self.license.iter().flat_map(|license| &license.items).map(line).collect()
    }

    fn parties(&self) -> Vec<Line> {
        let licensed = self.license.iter().flat_map(|license| &license.parties);
        let licensed = licensed.map(|party| (party.party_id, party.name.as_str(), party.role, party.takes_possession));
        let subjects = self.check.iter().flat_map(|check| &check.subjects);
        let subjects =
            subjects.map(|party| (party.party_id, party.name.as_str(), party.role, TakesPossession::Unknown));
        let mut parties: Vec<(PartyId, TakesPossession, Line)> = Vec::new();
        for (id, name, role, takes) in licensed.chain(subjects) {
            match parties.iter_mut().find(|(known, of, _)| (*known, *of) == (id, takes)) {
                Some((_, _, line)) => line.push(in_role(role)),
                None => parties.push((id, takes, party(id, name, role, takes))),
            }
        }
        parties.into_iter().map(|(_, _, line)| line).collect()
    }
}

fn line(item: &ItemGroup) -> Line {
    let mut line = vec![
        ("label", item.label.clone()),
        ("item_class", item.item_class.clone()),
        ("usml_category", item.usml_category.clone().unwrap_or_default()),
        ("quantity", item.quantity.to_string()),
        ("unit", item.unit_typed.clone()),
        ("value_usd", item.value_usd.map(|value| value.to_string()).unwrap_or_default()),
        ("jurisdiction", item.jurisdiction.to_string()),
    ];
    let ticked = [
        (item.significant_military_equipment, Designation::Significant),
        (item.major_defense_equipment, Designation::Major),
    ];
    line.extend(ticked.iter().filter(|(is, _)| *is).map(|(_, designation)| ("designations", designation.to_string())));
    line
}

fn party(id: PartyId, name: &str, role: PartyRole, takes: TakesPossession) -> Line {
    let own = [("name", name.to_owned()), ("party", id.to_string()), ("takes_possession", takes.to_string())];
    own.into_iter().chain([in_role(role)]).collect()
}

fn in_role(role: PartyRole) -> (&'static str, String) {
    ("role", role.to_string())
}
