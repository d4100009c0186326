//! What is open before something is signed, the exception first, and whether it stops the signature.

use time::Date;

use crate::{
    addresses::{self as at, Address},
    checks::{contradictions::Contradiction, model::CaseFile, verbs::CheckVerb},
    licenses::model::{LicenseFile, OpenCondition, Refusal},
    reference::model::Reference,
    text::{is, many, moment_words},
};

/// How many rows the page shows.
const SHOWN: usize = 12;

/// What is open, and whether it stops the signature.
#[derive(Debug)]
pub struct Open {
    /// How much of it there is.
    pub counted: String,
    /// Why it is not signed now, if it is not.
    pub stops: Option<String>,
    /// Of several acts those that are not possible now, and why.
    pub not_now: Vec<(&'static str, String)>,
    /// What it means for the signature, where nothing stops it.
    pub lead: String,
    pub rows: Vec<Row>,
    /// How many more there are, and where all of them stand.
    pub more: usize,
    pub all: Address,
}

/// A condition, a contradiction or a party that blocks.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub state: &'static str,
    pub tone: &'static str,
    pub what: String,
    /// What was said about it.
    pub beneath: String,
    /// Who acts, or acted.
    pub who: String,
}

impl Open {
    pub(super) fn of_check(file: &CaseFile, verb: CheckVerb, refused: Option<&str>) -> Self {
        let rows = rows(&file.licenses, &file.contradictions(), (&file.reference, file.today()));
        let what = match verb {
            CheckVerb::Sign => "the signature",
            CheckVerb::Clear => "the reply",
            CheckVerb::EndEarly => "the end of the check",
            CheckVerb::Countersign => "the countersignature",
            CheckVerb::SignResult => "this result",
            // Refusing to sign says that something is wrong.
            _ => "",
        };
        Self::of(rows, what, refused, at::check_print(file.check.id))
    }

    pub(super) fn of_license(
        license: &LicenseFile,
        cases: &[CaseFile],
        on: (&Reference, Date),
        refused: Option<&str>,
        not_now: Vec<(&'static str, String)>,
    ) -> Self {
        let mut found: Vec<Contradiction> = Vec::new();
        for contradiction in cases.iter().flat_map(CaseFile::contradictions) {
            let is_new = found.iter().all(|known| known.sentence != contradiction.sentence);
            found.extend(is_new.then_some(contradiction));
        }
        let rows = rows(std::slice::from_ref(license), &found, on);
        let what = if not_now.is_empty() { "the decision" } else { "" };
        Self { not_now, ..Self::of(rows, what, refused, at::license(license.id)) }
    }

    /// How it stands in the outline.
    pub fn tone(&self) -> &'static str {
        let first = self.rows.first().map_or("done", |row| row.tone);
        if self.stops.is_some() { "bad" } else { first }
    }

    /// How much of it is not explained.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| row.state != EXPLAINED).count() + self.more
    }

    fn of(mut rows: Vec<Row>, what: &str, refused: Option<&str>, all: Address) -> Self {
        let (counted, lead) = (counted(&rows), lead(&rows, what));
        let more = rows.len().saturating_sub(SHOWN);
        rows.truncate(SHOWN);
        let lead = if refused.is_some() { String::new() } else { lead };
        Self { counted, stops: refused.map(str::to_owned), not_now: Vec::new(), lead, rows, more, all }
    }
}

const CONDITION: &str = "Open";
const CONTRADICTION: &str = "Contradiction";
const EXPLAINED: &str = "Explained";

/// What stops first, then what waits, then what was explained.
fn rows(licenses: &[LicenseFile], found: &[Contradiction], (reference, today): (&Reference, Date)) -> Vec<Row> {
    let (explained, unexplained): (Vec<_>, Vec<_>) = found.iter().partition(|found| found.explanation.is_some());
    let mut rows: Vec<Row> = unexplained.into_iter().map(contradiction).collect();
    let open: Vec<&LicenseFile> = licenses.iter().filter(|license| license.status.is_open()).collect();
    for license in &open {
        rows.extend(license.blocked_parties(reference).into_iter().map(|(_, name, why)| Row {
            state: "Blocks approval",
            tone: "bad",
            what: format!("{name} is {why}"),
            beneath: String::new(),
            who: "a supervisor, who may make an exception".into(),
        }));
    }
    for license in &open {
        let number = (licenses.len() > 1).then_some(license.number.as_str());
        rows.extend(license.open_conditions(reference, today).iter().map(|open| condition(number, open)));
    }
    rows.extend(explained.into_iter().map(contradiction));
    rows
}

fn condition(license: Option<&str>, open: &OpenCondition) -> Row {
    let beneath = license.map(|number| format!("License {number}")).unwrap_or_default();
    Row { state: CONDITION, tone: "open", what: open.text.clone(), beneath, who: open.who.to_string() }
}

fn contradiction(found: &Contradiction) -> Row {
    let what = found.sentence.clone();
    match (&found.explanation, &found.lapsed) {
        (Some(said), _) => {
            let who = format!("{}, {}", said.explained_by_name, moment_words(said.explained_at));
            Row { state: EXPLAINED, tone: "done", what, beneath: said.text.clone(), who }
        }
        (None, lapsed) => {
            let who = if found.by_post { "the post explains it" } else { "a case officer explains it" }.into();
            let said = |lapsed: &crate::checks::model::Explanation| {
                format!("{} explained other facts: {}", lapsed.explained_by_name, lapsed.text)
            };
            let beneath = lapsed.as_ref().map(said).unwrap_or_default();
            Row { state: CONTRADICTION, tone: "bad", what, beneath, who }
        }
    }
}

/// `3 conditions, 1 contradiction, 2 explained`.
fn counted(rows: &[Row]) -> String {
    let of = |state: &str| rows.iter().filter(|row| row.state == state).count();
    let parties = rows.iter().filter(|row| row.state == "Blocks approval").count();
    let counts = [
        (of(CONTRADICTION), many(of(CONTRADICTION), "contradiction")),
        (parties, format!("{} on approval", many(parties, "block"))),
        (of(CONDITION), many(of(CONDITION), "condition")),
        (of(EXPLAINED), format!("{} explained", of(EXPLAINED))),
    ];
    let said: Vec<String> = counts.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said).collect();
    if said.is_empty() { "nothing".into() } else { said.join(", ") }
}

fn lead(rows: &[Row], what: &str) -> String {
    let conditions = rows.iter().filter(|row| row.state == CONDITION).count();
    let holds = match conditions {
        0 => "",
        1 => " The open condition holds the license until it is met.",
        _ => " The open conditions hold the license until they are met.",
    };
    if rows.is_empty() {
        "No condition is open, and nothing contradicts itself.".into()
    } else if what.is_empty() {
        holds.trim_start().to_owned()
    } else if rows.iter().all(|row| row.state == EXPLAINED) {
        format!("Nothing stops {what}: what contradicts itself is explained.")
    } else {
        format!("None of these stops {what}.{holds}")
    }
}

/// Why an act is not possible, where what is open stands above it.
pub(super) fn in_short(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Open { open, .. } => {
            format!("{} {} open, as listed here.", many(open.len(), "condition"), is(open.len()))
        }
        other => other.to_string(),
    }
}
