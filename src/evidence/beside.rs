//! What stands beside an answer of the worksheet: what to ask, what the application says, what the figures come to, and
//! every contact at which something was said that bears on it.

use super::{
    answer::AnswerForm,
    finding::{self, Of},
    model::{Contact, SourceGrade, Statement},
};
use crate::{
    addresses::Address,
    approvals::model::SerialState,
    checks::{
        model::CaseFile,
        topics::{Said, Topic, topics},
    },
    id::PartyId,
    licenses::model::{ConditionKind, ItemGroup, LicenseFile},
    parties::model::{PartyRole, TakesPossession},
    reference::model::{Asked, Entry},
    text::{grouped, many},
};

/// How much of a text that somebody typed is shown where it is not changed.
const BEGINS: usize = 300;
/// How many contacts a topic offers that nothing is said of it at.
const OTHERS: usize = 12;
/// How many contacts a topic shows at which nothing was said at all, or only on no topic; the others are among those.
const SILENT: usize = 6;
/// Topics that are about how many: what the items come to stands beside their answer.
const COUNTED: [&str; 2] = ["need", "receipt"];

/// A topic of the worksheet.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// Its place on the page.
    pub(super) key: String,
    pub(super) topic: Topic<'a>,
    pub(super) label: String,
    /// Of which party, where it is per party.
    pub(super) party: Option<String>,
    pub(super) of: Of,
    /// The number of its answer in the form; none: it is answered on its own page.
    pub(super) number: Option<usize>,
    /// Whether it was typed into and not saved.
    pub(super) is_begun: bool,
    /// Whether it was saved a moment ago.
    pub(super) is_saved: bool,
    pub(super) is_open: bool,
    pub(super) questions: Vec<&'a Entry>,
    pub(super) application: Vec<Told>,
    pub(super) figures: Vec<Figure>,
    pub(super) contacts: Vec<Tick<'a>>,
    /// At how many nothing was said.
    silent: usize,
    /// Those at which nothing was said that bears on it.
    pub(super) others: Vec<Tick<'a>>,
    /// How many of those are offered on its own page.
    pub(super) not_offered: usize,
    pub(super) documents: Vec<Tick<'a>>,
}

/// What the application says, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) place: String,
    pub(super) says: String,
}

/// A number, of what it is, and who says so.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) number: String,
    pub(super) of: String,
    pub(super) source: String,
    /// Whether it is what the others come to.
    pub(super) is_sum: bool,
}

/// What an answer may rest on.
#[derive(Debug)]
pub(super) struct Tick<'a> {
    pub(super) value: String,
    pub(super) name: String,
    /// What it was about, where nothing was said there.
    pub(super) about: Option<Cut<'a>>,
    /// What was said there that bears on the topic; then what was said there on none.
    pub(super) said: Vec<Claim<'a>>,
    pub(super) is_ticked: bool,
}

/// A statement, as far as a line of the page has room.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) text: Cut<'a>,
    pub(super) grade: SourceGrade,
    pub(super) status: (&'static str, &'static str),
    /// By whom it was borne out or contradicted.
    pub(super) by: Option<String>,
    /// Whether it is on no topic that is asked.
    pub(super) is_apart: bool,
}

/// The beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut<'a> {
    pub(super) text: &'a str,
    pub(super) is_cut: bool,
}

impl<'a> Cut<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let end = text.char_indices().nth(BEGINS).map(|(end, _)| end);
        end.map_or(Self { text, is_cut: false }, |end| Self { text: text[..end].trim_end(), is_cut: true })
    }
}

impl<'a> Row<'a> {
    /// The topics of a file, in the order of its page: those first that want something.
    pub(super) fn all(file: &'a CaseFile) -> Vec<Self> {
        let (mut rows, mut apart) = (Vec::new(), Vec::new());
        let classes: Vec<&str> = file.licenses.iter().flat_map(|license| &license.items).map(class).collect();
        for topic in topics(file, true, false) {
            match topic.asked.clone() {
                Some(asked) => rows.push(Self::of(file, topic, asked, &classes)),
                None => apart.extend(topic.said),
            }
        }
        for row in &mut rows {
            row.hear(file, &apart);
        }
        rows
    }

    fn of(file: &'a CaseFile, topic: Topic<'a>, asked: Asked, classes: &[&str]) -> Self {
        let of = Of { party: asked.party.as_ref().map(|(id, _)| *id) };
        let called = topic.found.and_then(|found| found.party_called.clone());
        let questions = file.reference.questions(&asked.topic, file.check.check_type, classes);
        Self {
            key: asked.key(),
            questions,
            application: application(file, &asked),
            figures: if COUNTED.contains(&asked.topic.as_str()) { figures(file) } else { Vec::new() },
            label: asked.label,
            party: asked.party.map(|(_, name)| called.unwrap_or(name)),
            of,
            number: None,
            is_begun: false,
            is_saved: false,
            is_open: false,
            contacts: Vec::new(),
            silent: 0,
            others: Vec::new(),
            not_offered: 0,
            documents: Vec::new(),
            topic,
        }
    }

    /// Sets every contact beside it: first those at which something was said on it.
    fn hear(&mut self, file: &'a CaseFile, apart: &[Said<'a>]) {
        let check = &file.check;
        let at = |said: &Said<'_>, contact: &Contact| said.statement.contact_id == contact.id;
        for contact in &check.contacts {
            let own = self.topic.said.iter().filter(|said| at(said, contact)).map(|said| Claim::of(said, false));
            let other = apart.iter().filter(|said| at(said, contact)).map(|said| Claim::of(said, true));
            let said: Vec<Claim<'a>> = own.chain(other).collect();
            let is_silent = check.statements.iter().all(|statement| statement.contact_id != contact.id);
            let bears = is_silent || !said.is_empty();
            self.silent += usize::from(is_silent);
            let about = Some(Cut::of(&contact.summary)).filter(|about| is_silent && !about.text.is_empty());
            let tick = Tick { value: contact.id.to_string(), name: contact.named(), about, said, is_ticked: false };
            if bears { &mut self.contacts } else { &mut self.others }.push(tick);
        }
        let is_apart = |tick: &Tick<'_>| tick.said.iter().all(|claim| claim.is_apart);
        self.contacts.sort_by_key(is_apart);
        let own = self.contacts.iter().filter(|tick| !is_apart(tick)).count();
        let beyond = self.contacts.split_off(self.contacts.len().min(own + SILENT));
        self.others.splice(..0, beyond);
        let document = |id: &uuid::Uuid, name| Tick {
            value: id.to_string(),
            name,
            about: None,
            said: Vec::new(),
            is_ticked: false,
        };
        self.documents = check.documents.iter().map(|paper| document(&paper.id.0, paper.named())).collect();
    }

    /// Takes over what is ticked; of the others as many stay as a page bears.
    pub(super) fn tick(&mut self, form: &AnswerForm) {
        for tick in self.contacts.iter_mut().chain(&mut self.others) {
            tick.is_ticked = form.found.contacts.has(&tick.value);
        }
        for tick in &mut self.documents {
            tick.is_ticked = form.found.documents.has(&tick.value);
        }
        let (ticked, mut others): (Vec<_>, Vec<_>) = self.others.drain(..).partition(|tick| tick.is_ticked);
        self.contacts.extend(ticked);
        self.not_offered = others.len().saturating_sub(OTHERS);
        others.truncate(OTHERS);
        self.others = others;
    }

    /// Whether it can be answered here: not the second of two answers on records that became one.
    pub(super) fn takes_an_answer(&self, file: &CaseFile) -> bool {
        let (topic, found) = (self.code(), self.topic.found.map(|found| found.id));
        let is_first = file.check.finding(topic, self.of.party).map(|first| first.id) == found;
        is_first && finding::asked(file, topic, self.of).is_ok()
    }

    /// The topic, as it is stored.
    pub(super) fn code(&self) -> &str {
        self.topic.asked.as_ref().map_or("", |asked| &asked.topic)
    }

    /// As the summary of faults and the bar name it.
    pub(super) fn called(&self) -> &str {
        &self.topic.label
    }

    /// Its answer's own page.
    pub(super) fn href(&self) -> Option<&Address> {
        self.topic.href.as_ref()
    }

    /// What the post found, as far as a line has room; else what there is to find it by.
    pub(super) fn begins(&self) -> String {
        self.topic.found.map_or_else(|| self.bearing(), |found| Cut::of(&found.text).text.to_owned())
    }

    /// As the person who saved it is told.
    pub(super) fn saved(&self) -> String {
        let answer = self.topic.found.map_or("", |found| found.answer.label()).to_lowercase();
        format!("{}, {answer}", self.called())
    }

    /// Whether there is nothing that an answer could rest on.
    pub(super) fn has_nothing(&self) -> bool {
        self.contacts.is_empty() && self.others.is_empty() && self.documents.is_empty()
    }

    /// How many contacts were about something else.
    pub(super) fn others_in_all(&self) -> String {
        many(self.others.len() + self.not_offered, "other contact")
    }

    /// `To go by: 2 statements and 1 contact`.
    fn bearing(&self) -> String {
        let counted = [(self.topic.said.len(), "statement"), (self.silent, "contact")];
        let parts: Vec<String> =
            counted.iter().filter(|(count, _)| *count > 0).map(|(count, one)| many(*count, one)).collect();
        if parts.is_empty() {
            "Nothing was said on it yet".into()
        } else {
            format!("To go by: {}", parts.join(" and "))
        }
    }
}

impl<'a> Claim<'a> {
    fn of(said: &Said<'a>, is_apart: bool) -> Self {
        let statement: &'a Statement = said.statement;
        Self {
            text: Cut::of(&statement.text),
            grade: statement.source_grade,
            status: statement.status(),
            by: said.by.clone(),
            is_apart,
        }
    }
}

fn class(item: &ItemGroup) -> &str {
    &item.item_class
}

/// What was applied for, as far as it is of a topic: of a party what it does; else the items, what they are for, and
/// which approvals are open.
fn application(file: &CaseFile, asked: &Asked) -> Vec<Told> {
    if let Some((party, _)) = &asked.party {
        return of_party(file, *party);
    }
    let mut told: Vec<Told> = Vec::new();
    for license in &file.licenses {
        let items: Vec<String> = license.items.iter().map(in_words).collect();
        let says = if items.is_empty() { "no items yet".to_owned() } else { items.join("; ") };
        told.push(Told { place: format!("License {}", license.number), says });
        if !license.purpose.is_empty() {
            told.push(Told { place: "For".into(), says: format!("\u{201c}{}\u{201d}", license.purpose) });
        }
    }
    if asked.topic == "import_approvals" {
        let open = file.open_conditions();
        let open = open.iter().filter(|(_, open)| open.kind == ConditionKind::Approval);
        told.extend(open.map(|(license, open)| Told { place: among(file, license), says: open.text.clone() }));
    }
    told
}

/// Where an approval is open; with several licenses, of which.
fn among(file: &CaseFile, license: &LicenseFile) -> String {
    if file.licenses.len() > 1 { format!("Open, {}", license.number) } else { "Open".into() }
}

fn of_party(file: &CaseFile, id: PartyId) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for license in &file.licenses {
        let own: Vec<_> = license.parties.iter().filter(|party| party.party_id == id).collect();
        let Some(first) = own.first() else { continue };
        let roles: Vec<String> = own.iter().map(|party| role(party.role, party.takes_possession)).collect();
        let says = format!("{}; in {}", roles.join(", "), first.country_name);
        told.push(Told { place: format!("License {}", license.number), says });
    }
    for subject in file.check.subjects.iter().filter(|subject| subject.party_id == id) {
        let says = format!("{} in {}", subject.role.label(), subject.country_name);
        told.push(Told { place: "Subject of the check".into(), says });
    }
    told
}

/// What a party does; of a go-between also whether it ever holds the items.
fn role(role: PartyRole, holds: TakesPossession) -> String {
    if role.is_go_between() { format!("{} ({})", role.label(), possession(holds)) } else { role.label().to_owned() }
}

fn possession(holds: TakesPossession) -> String {
    match holds {
        TakesPossession::Unknown => "possession unknown".into(),
        known => known.label().to_lowercase(),
    }
}

/// `30 pieces of 9 mm pistols`.
fn in_words(item: &ItemGroup) -> String {
    format!("{} {} of {}", grouped(&item.quantity.to_string()), item.unit, item.label)
}

/// The items line by line and what they come to; then what was counted of them.
fn figures(file: &CaseFile) -> Vec<Figure> {
    let figure = |number: i64, of: String, source: String| Figure {
        number: grouped(&number.to_string()),
        of,
        source,
        is_sum: false,
    };
    let lines = || file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item)));
    let mut all: Vec<Figure> = lines()
        .map(|(license, item)| figure(item.quantity, item.label.clone(), format!("license {}", license.number)))
        .collect();
    let unit = lines().next().map(|(_, item)| item.unit_code.clone()).unwrap_or_default();
    let is_one_unit = lines().all(|(_, item)| item.unit_code == unit);
    if all.len() > 1 && is_one_unit {
        let sum: i64 = lines().map(|(_, item)| item.quantity).sum();
        let unit = lines().next().map(|(_, item)| item.unit.clone()).unwrap_or_default();
        all.push(Figure { is_sum: true, ..figure(sum, format!("{unit} in all"), String::new()) });
    }
    let counts = || file.licenses.iter().flat_map(|license| &license.serials);
    for state in SerialState::ALL {
        let count: i64 = counts().filter(|count| count.state == *state).map(|count| count.count).sum();
        if count > 0 {
            all.push(figure(count, state.label().to_lowercase(), "serial numbers on file".into()));
        }
    }
    all
}
