//! The topics of a check as its page shows them: each with the post's answer, and beneath it what was said, by whom and
//! how it stands. What is missing comes before what is doubtful, and that before what is answered.

use std::fmt::Write as _;

use crate::{
    addresses::{self as at, Address},
    checks::model::CaseFile,
    evidence::model::{Contact, ContactKind, Document, Finding, FindingAnswer, SourceGrade, Statement},
    id::{ContactId, DocumentId, StatementId},
    reference::model::{Asked, ReferenceKind},
    text::{day_words, many},
};

/// How many statements of a topic the page shows, and of all together.
const OF_ONE: usize = 5;
const OF_ALL: usize = 20;

/// A topic that is asked, or was answered all the same.
#[derive(Debug)]
pub struct Topic<'a> {
    pub label: String,
    /// What is asked, if it is one of the topics.
    pub asked: Option<Asked>,
    /// Where it is answered.
    pub href: Option<Address>,
    pub found: Option<&'a Finding>,
    /// The finding's basis in words.
    pub basis: String,
    /// What of that is the firmest: a visit, a paper, or else how somebody was spoken with.
    pub kind: &'static str,
    /// The answer in a word, and its color.
    pub answer: &'static str,
    pub tone: &'static str,
    /// The best source of what was said.
    pub best: Option<SourceGrade>,
    /// How many statements there are, and how they stand.
    pub stated: String,
    pub said: Vec<Said<'a>>,
    /// How many statements there are in all.
    pub in_all: usize,
    pub is_missing: bool,
    /// Whether it is found open.
    pub open: bool,
}

/// A statement with its source and what became of it.
#[derive(Debug)]
pub struct Said<'a> {
    pub statement: &'a Statement,
    /// From whom, and when.
    pub from: String,
    /// By whom it was borne out or contradicted.
    pub by: Option<String>,
}

/// The topics, those first that want something; open is what wants it, and what was stated a moment ago.
pub fn topics(file: &CaseFile, whole: bool, just_said: bool) -> Vec<Topic<'_>> {
    let check = &file.check;
    let mut left: Vec<&Statement> = check.statements.iter().collect();
    let mut rows: Vec<Topic<'_>> = Vec::new();
    let all = file.asked();
    for (asked, found) in answered(file, &all) {
        let alone = all.iter().filter(|other| other.topic == asked.topic).count() == 1;
        let party = asked.party.as_ref().map(|(id, _)| *id);
        let (said, others) = left.into_iter().partition(|said: &&Statement| {
            let about = said.about_party_id == party || said.about_party_id.is_none() && alone;
            said.topic.as_deref() == Some(asked.topic.as_str()) && (party.is_none() || about)
        });
        left = others;
        rows.push(topic(file, &asked, found, said));
    }
    rows.sort_by_key(rank);
    if !left.is_empty() {
        rows.push(with_statements(file, "On no topic that is asked".into(), left));
    }
    let newest = check.statements.iter().map(|statement| statement.id).max().filter(|_| just_said);
    for row in &mut rows {
        row.open |= newest.is_some() && row.said.iter().any(|said| Some(said.statement.id) == newest);
    }
    if !whole {
        shorten(&mut rows);
    }
    rows
}

/// What is asked, with its answer; then what was answered and is no longer asked, and the second of two answers about
/// records that became one.
fn answered<'a>(file: &'a CaseFile, asked: &[Asked]) -> Vec<(Asked, Option<&'a Finding>)> {
    let party = |asked: &Asked| asked.party.as_ref().map(|(id, _)| *id);
    let with_answer = |asked: Asked| {
        let found = file.check.finding(&asked.topic, party(&asked));
        (asked, found)
    };
    let mut all: Vec<(Asked, Option<&Finding>)> = asked.iter().cloned().map(with_answer).collect();
    for found in &file.check.findings {
        if all.iter().all(|(_, shown)| shown.is_none_or(|shown| shown.id != found.id)) {
            let label = file.reference.label(ReferenceKind::Topic, &found.topic).to_owned();
            let party = found.party_id.zip(found.party_name.clone());
            all.push((Asked { topic: found.topic.clone(), label, party }, Some(found)));
        }
    }
    all
}

fn topic<'a>(file: &'a CaseFile, asked: &Asked, found: Option<&'a Finding>, said: Vec<&'a Statement>) -> Topic<'a> {
    let check = &file.check;
    let party = asked.party.as_ref().map(|(id, _)| *id);
    let called = found.and_then(|found| found.party_called.as_ref());
    let label = match &asked.party {
        Some((_, name)) => format!("{}: {}", asked.label, called.unwrap_or(name)),
        None => asked.label.clone(),
    };
    let (answer, tone) = match found {
        None => ("Missing", "todo"),
        Some(found) if !found.has_basis() => ("No basis", "todo"),
        Some(found) if found.is_claimed(&check.contacts, &check.statements) => ("Yes, claimed", "open"),
        Some(found) => (found.answer.label(), "plain"),
    };
    let is_missing = tone == "todo";
    let href = Some(at::finding(check.id, &asked.topic).with_some("party", party));
    let basis = found.map(|found| basis(file, found)).unwrap_or_default();
    let kind = found.map(|found| firmest(file, found)).unwrap_or_default();
    let row = with_statements(file, label, said);
    let open = (is_missing && row.in_all > 0) || row.said.iter().any(Said::is_contradicted);
    Topic { asked: Some(asked.clone()), href, found, basis, kind, answer, tone, is_missing, open, ..row }
}

fn with_statements<'a>(file: &'a CaseFile, label: String, mut said: Vec<&'a Statement>) -> Topic<'a> {
    said.sort_by_key(|statement| (statement.contradicted_by.is_none(), statement.confirmed_by.is_some()));
    Topic {
        label,
        asked: None,
        href: None,
        found: None,
        basis: String::new(),
        kind: "",
        answer: "",
        tone: "plain",
        best: said.iter().map(|statement| statement.source_grade).min(),
        stated: stated(&said),
        in_all: said.len(),
        said: said.into_iter().map(|statement| Said::of(file, statement)).collect(),
        is_missing: false,
        open: false,
    }
}

fn rank(topic: &Topic<'_>) -> u8 {
    let answer = topic.found.map(|found| found.answer);
    match answer {
        _ if topic.is_missing => 0,
        _ if topic.said.iter().any(Said::is_contradicted) => 1,
        Some(FindingAnswer::No | FindingAnswer::CouldNotEstablish) => 1,
        _ if topic.tone == "open" => 2,
        Some(FindingAnswer::Partly) => 2,
        _ => 3,
    }
}

/// `3 statements, 1 confirmed`.
fn stated(said: &[&Statement]) -> String {
    if said.is_empty() {
        return String::new();
    }
    let mut words = many(said.len(), "statement");
    for (word, shown) in [("Contradicted", "contradicted"), ("Confirmed", "confirmed")] {
        let count = said.iter().filter(|statement| statement.status().0 == word).count();
        if count > 0 {
            let _ = write!(words, ", {count} {shown}");
        }
    }
    words
}

/// The page shows the first of what wants most; all of it is on the page for print.
fn shorten(rows: &mut [Topic<'_>]) {
    let mut left = OF_ALL;
    for row in rows {
        row.said.truncate(left.min(OF_ONE));
        left -= row.said.len();
    }
}

fn firmest(file: &CaseFile, finding: &Finding) -> &'static str {
    use ContactKind::{Call, DiplomaticNote, Email, Letter, Meeting, SiteVisit};
    let of = |kind: &ContactKind| {
        let mut own = file.check.contacts.iter().filter(|contact| finding.contacts.contains(&contact.id));
        own.any(|contact| contact.kind == *kind)
    };
    let kind = [SiteVisit, DiplomaticNote, Letter, Email, Meeting, Call].into_iter().find(of);
    match kind {
        Some(SiteVisit) => SiteVisit.label(),
        _ if !finding.documents.is_empty() => "Document",
        other => other.map_or("", ContactKind::label),
    }
}

fn basis(file: &CaseFile, finding: &Finding) -> String {
    let contact = |id: &ContactId| file.check.contacts.iter().find(|contact| contact.id == *id);
    let document = |id: &DocumentId| file.check.documents.iter().find(|document| document.id == *id);
    let contacts = finding.contacts.iter().filter_map(contact).map(Contact::named);
    contacts.chain(finding.documents.iter().filter_map(document).map(Document::named)).collect::<Vec<_>>().join("; ")
}

impl Topic<'_> {
    /// Whether nothing is there that could be folded.
    pub fn is_bare(&self) -> bool {
        self.found.is_none() && self.in_all == 0
    }

    /// Whether nothing about it is doubtful.
    pub fn is_quiet(&self) -> bool {
        rank(self) == 3
    }

    /// Whether its yes rests on the word of the party itself.
    pub fn is_claimed(&self) -> bool {
        self.tone == "open"
    }

    /// Whether there is more of it on the page for print.
    pub fn is_cut(&self) -> bool {
        self.said.len() < self.in_all
    }
}

impl<'a> Said<'a> {
    fn of(file: &CaseFile, statement: &'a Statement) -> Self {
        let check = &file.check;
        let day = |id: ContactId| {
            let contact = check.contacts.iter().find(|contact| contact.id == id)?;
            contact.occurred_on.map(day_words)
        };
        let from = |said: &Statement| match day(said.contact_id) {
            Some(day) => format!("{}, {day}", said.with_whom),
            None => said.with_whom.clone(),
        };
        let other = |id: StatementId| check.statements.iter().find(|other| other.id == id);
        let by = statement.contradicted_by.or(statement.confirmed_by).and_then(other).map(from);
        Self { statement, from: from(statement), by }
    }

    /// Whether it is somebody's word, and nothing bears it out.
    pub fn is_claimed(&self) -> bool {
        self.statement.source_grade.is_claim()
            && self.statement.confirmed_by.is_none()
            && self.statement.contradicted_by.is_none()
    }

    fn is_contradicted(&self) -> bool {
        self.statement.contradicted_by.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn said(contact: &Contact, grade: SourceGrade, topic: &str) -> Statement {
        Statement { topic: Some(topic.into()), ..sample::statement(contact, grade) }
    }

    /// The file with one contact, and these answers and statements.
    fn file(file: &CaseFile, contact: &Contact, findings: Vec<Finding>, statements: Vec<Statement>) -> CaseFile {
        let mut file = file.clone();
        file.check.contacts = vec![contact.clone()];
        (file.check.findings, file.check.statements) = (findings, statements);
        file
    }

    #[test]
    fn what_is_missing_comes_before_what_is_doubtful_and_that_before_what_is_answered() {
        let met = sample::contact(ContactKind::Meeting);
        let case = sample::case();
        let asked = case.asked();
        let answer = |at: usize, answer| {
            let party = asked[at].party.as_ref().map(|(id, _)| *id);
            Finding { answer, ..sample::finding(&asked[at].topic, party, &met) }
        };
        assert!(asked.len() > 1, "the sample asks several topics: {asked:?}");
        let last = asked.len() - 1;
        let mut findings: Vec<Finding> = (0..=last).map(|at| answer(at, FindingAnswer::Yes)).collect();
        findings[last].answer = FindingAnswer::No;
        let all = file(&case, &met, findings.clone(), Vec::new());
        let rows = topics(&all, false, false);
        assert_eq!((rows[0].answer, rows[1].answer), ("No", "Yes"));
        findings.remove(last);
        let lacking = file(&case, &met, findings, Vec::new());
        let rows = topics(&lacking, false, false);
        assert!(rows[0].is_missing && rows[0].is_bare() && !rows[0].open, "there is nothing to open");
        assert_eq!(rows.iter().filter(|row| row.is_missing).count(), 1);
    }

    #[test]
    fn a_statement_stands_under_its_topic_or_apart_and_never_nowhere() {
        let met = sample::contact(ContactKind::Meeting);
        let case = sample::case();
        let asked = case.asked();
        let topic = asked.iter().find(|asked| asked.party.is_none()).expect("one is asked once").topic.clone();
        let own = said(&met, SourceGrade::PartyItself, &topic);
        let other = Statement { contradicted_by: Some(own.id), ..said(&met, SourceGrade::OfficialOral, &topic) };
        let apart = sample::statement(&met, SourceGrade::Observed);
        let file = file(&case, &met, Vec::new(), vec![own.clone(), other.clone(), apart]);
        let rows = topics(&file, true, false);
        assert_eq!(rows.iter().map(|row| row.in_all).sum::<usize>(), 3);
        let row = rows.iter().find(|row| row.in_all == 2).expect("two are on it");
        assert_eq!((row.said[0].statement.id, row.open, row.best), (other.id, true, Some(SourceGrade::OfficialOral)));
        assert_eq!(row.said[0].by.as_deref(), Some("the director, 10 Jun 2026"), "who says the opposite");
        assert_eq!(row.stated, "2 statements, 1 contradicted");
        let rest = rows.last().expect("a row");
        assert_eq!((rest.in_all, rest.href.is_none(), rest.is_missing), (1, true, false));
    }

    #[test]
    fn a_finding_is_as_firm_as_the_firmest_it_rests_on() {
        let [call, visit] = [ContactKind::Call, ContactKind::SiteVisit].map(sample::contact);
        let mut case = sample::case();
        case.check.contacts = vec![call.clone(), visit.clone()];
        let mut found = sample::finding("order", None, &call);
        assert_eq!(firmest(&case, &found), "Call");
        found.documents.push(DocumentId::new());
        assert_eq!(firmest(&case, &found), "Document");
        found.contacts.push(visit.id);
        assert_eq!(firmest(&case, &found), "Site visit");
        (found.contacts, found.documents) = (Vec::new(), Vec::new());
        assert_eq!(firmest(&case, &found), "");
    }

    #[test]
    fn the_page_shows_some_and_paper_all() {
        let met = sample::contact(ContactKind::Meeting);
        let many: Vec<Statement> = (0..OF_ONE + 2).map(|_| sample::statement(&met, SourceGrade::Observed)).collect();
        let newest = many[0].id;
        let file = file(&sample::case(), &met, Vec::new(), many);
        let rest = |whole, just_said| topics(&file, whole, just_said).pop().expect("a row");
        assert_eq!((rest(false, false).said.len(), rest(false, false).is_cut()), (OF_ONE, true));
        assert_eq!((rest(true, false).said.len(), rest(true, false).is_cut()), (OF_ONE + 2, false));
        assert!(!rest(false, false).open && rest(false, true).open, "what was stated a moment ago is seen");
        assert!(rest(true, false).said.iter().any(|said| said.statement.id == newest));
    }
}
