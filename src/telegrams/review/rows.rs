//! The proposals as they stand on the page, section by section.

use crate::{
    access::{Actor, Permission},
    addresses::{self as at, Address},
    evidence::model::Contact,
    id::{CheckId, LicenseId, PartyId},
    telegrams::{
        desk::{Act, Desk, Form, Plan},
        filing,
        model::Answer,
        reading::{Confidence, Proposal, Span},
        wording::{Section, says},
    },
};

/// A section of proposals.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) section: Section,
    pub(super) rows: Vec<Row>,
    /// How many can be accepted at once.
    pub(super) ready: usize,
}

/// A proposal as it stands on the page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) words: String,
    pub(super) confidence: Confidence,
    pub(super) paragraph: String,
    /// What was made of it: the word, its color class, by whom.
    pub(super) made: Option<(&'static str, &'static str, String)>,
    pub(super) became: Option<Address>,
    /// Why there is nothing to do now.
    pub(super) why: String,
    /// What a finding would rest on, in words.
    pub(super) rests_on: String,
    /// Whether it can be changed on its page.
    pub(super) may_change: bool,
    /// Whether it can be ticked.
    pub(super) may_tick: bool,
    /// Whether it can be accepted as it is; with others at once, if it is certain.
    pub(super) ready: bool,
    /// Whether it can once another of its section was accepted.
    pub(super) follows: bool,
}

impl Row {
    fn of(proposal: &Proposal) -> Self {
        let (label, words) = says(&proposal.value);
        Self {
            key: proposal.key.clone(),
            label,
            words,
            confidence: proposal.confidence,
            paragraph: proposal.paragraph.clone().unwrap_or_default(),
            made: None,
            became: None,
            why: String::new(),
            rests_on: String::new(),
            may_change: false,
            may_tick: false,
            ready: false,
            follows: false,
        }
    }

    /// Whether it is accepted with others at once: what is certain and complete, or will be when another of its section
    /// is.
    pub(super) fn at_once(&self) -> bool {
        self.made.is_none() && self.confidence == Confidence::Certain && (self.ready || self.follows)
    }
}

pub(super) fn sections(can: &Actor, desk: &Desk, shown: Span, is_stray: bool) -> Vec<Shown> {
    let mut sections = Vec::new();
    for section in Section::ALL {
        let here = |proposal: &&Proposal| {
            Section::of(&proposal.value) == *section
                && (shown.start..shown.end.max(shown.start + 1)).contains(&proposal.source.start)
        };
        let rows: Vec<Row> =
            desk.reading.proposals.iter().filter(here).map(|proposal| row(can, desk, proposal)).collect();
        if !rows.is_empty() {
            // What may be another check's is filed one by one, after a look.
            let ready = if is_stray { 0 } else { rows.iter().filter(|row| row.at_once()).count() };
            sections.push(Shown { section: *section, rows, ready });
        }
    }
    sections
}

pub(super) fn row(can: &Actor, desk: &Desk, proposal: &Proposal) -> Row {
    let mut row = Row::of(proposal);
    if let Some(answered) = desk.answered(&proposal.key) {
        let tone = if answered.answer == Answer::Rejected { "" } else { "good" };
        row.made = Some((answered.answer.label(), tone, answered.by.clone()));
        row.became = became(desk, answered.subject_kind.as_deref(), answered.subject_id);
        if answered.answer != Answer::Rejected {
            return row;
        }
    }
    let may_file = can.may(Permission::FileTelegrams);
    match desk.plan(proposal) {
        Plan::Act(act) if can.may(act.form.permission()) && may_file => {
            row.may_change = true;
            row.ready = act.by_hand.is_none() && filing::is_whole(&act);
            row.rests_on = rests_on(desk, &act);
            row.may_tick = true;
            if let Some(why) = act.by_hand {
                row.why = why.into();
            } else if !row.ready {
                row.why = "The telegram does not say all of it: complete it with Change.".into();
            }
        }
        Plan::Act(act) => {
            let whose = if act.form.permission() == Permission::WorkChecks {
                "The post accepts this."
            } else {
                "A case officer accepts this."
            };
            row.why = whose.into();
        }
        Plan::Note => (row.may_tick, row.ready) = (may_file, may_file),
        Plan::Known(why) => row.why = why,
        // Why nothing can be accepted yet stands above, once.
        Plan::Later(_) if desk.file.is_none() => {}
        Plan::Later(why) => {
            row.why = why;
            row.may_tick = may_file;
        }
        Plan::Follows(why) => {
            row.why = why;
            (row.may_tick, row.follows) = (may_file, may_file);
        }
    }
    row
}

/// What a finding that is accepted as it is would rest on.
fn rests_on(desk: &Desk, act: &Act) -> String {
    if !matches!(act.form, Form::Finding(..)) {
        return String::new();
    }
    let Some(file) = &desk.file else { return String::new() };
    let named = |(field, id): &(&str, String)| match *field {
        "contacts" => file.check.contacts.iter().find(|contact| contact.id.to_string() == *id).map(Contact::named),
        "documents" => file
            .check
            .documents
            .iter()
            .find(|document| document.id.to_string() == *id)
            .map(|document| document.kind.clone()),
        _ => None,
    };
    let basis: Vec<String> = act.answers.iter().filter_map(named).collect();
    if basis.is_empty() {
        "It rests on nothing yet: add that with Change.".into()
    } else {
        format!("It rests on {}.", basis.join("; "))
    }
}

/// Where the row stands that a proposal became.
pub(super) fn became(desk: &Desk, kind: Option<&str>, id: Option<uuid::Uuid>) -> Option<Address> {
    let (kind, id, file) = (kind?, id?, desk.file.as_ref());
    let check = file.map(|file| file.check.id);
    // A telegram on several checks: the row may stand on another one.
    let is_elsewhere = file.is_some_and(|file| match kind {
        "contact" => file.check.contacts.iter().all(|contact| contact.id.0 != id),
        "statement" => file.check.statements.iter().all(|statement| statement.id.0 != id),
        "finding" => file.check.findings.iter().all(|finding| finding.id.0 != id),
        _ => false,
    });
    if is_elsewhere {
        return None;
    }
    Some(match kind {
        "check" => at::check(CheckId(id)),
        "license" => at::license(LicenseId(id)),
        "party" => at::party(PartyId(id)),
        "contact" | "statement" | "finding" => at::check(check?).at_row(kind, id),
        "document" => at::check(check?).at("documents"),
        "recommendation" => at::check(check?).at("recommendation"),
        "item_group" => at::check(check?).at("licenses"),
        "license_party" => at::check(check?).at("parties"),
        "import_approval" => at::check(check?).at("approvals"),
        _ => return None,
    })
}
