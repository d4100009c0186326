//! What stands beside a contact that is written down: the findings on the topics of what was said, and the papers that
//! it may verify, as far as it is described.

use super::{interview::InterviewForm, model::Contact};
use crate::{
    addresses::{self as at, Address},
    checks::model::CaseFile,
    evidence::model::Finding,
    id::{FindingId, PartyId, PersonId},
    reference::model::{Asked, ReferenceKind},
    text::many,
    web::form::Ticked,
    words::Choice,
};

/// How many papers are seen at once.
const AT_ONCE: usize = 6;

/// What a contact settles.
#[derive(Debug)]
pub(super) struct Settles {
    pub(super) findings: Ticks,
    /// The findings it supports already.
    pub(super) rested: Vec<String>,
    /// The topics of its statements that nobody answered, each with where it is answered.
    pub(super) to_answer: Vec<(Address, String)>,
    /// Why no finding may rest on it now.
    pub(super) answered: Option<String>,
    pub(super) papers: Ticks,
    /// Why others are not offered, each reason once.
    pub(super) not_offered: Vec<(String, Vec<String>)>,
}

/// What may be ticked: seen at once, and folded.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    pub(super) near: Vec<Tick>,
    pub(super) far: Vec<Tick>,
}

#[derive(Debug)]
pub(super) struct Tick {
    pub(super) row: String,
    pub(super) choice: Choice,
    pub(super) is_ticked: bool,
    /// The topic, and its party, by which a script ticks it.
    pub(super) of: String,
    /// Whether a statement is on that topic: it is ticked for that reason, or was unticked in spite of it.
    pub(super) is_on_topic: bool,
}

impl Ticks {
    pub(super) fn is_empty(&self) -> bool {
        self.near.is_empty() && self.far.is_empty()
    }

    /// What opens those that are folded.
    pub(super) fn others(&self, one: &str) -> String {
        let count = self.far.len();
        if self.near.is_empty() { many(count, one) } else { format!("{count} more") }
    }
}

impl Settles {
    pub(super) fn of(by: PersonId, file: &CaseFile, contact: Option<&Contact>, form: &InterviewForm) -> Self {
        let asked = asked(file, form);
        let mut all = Self {
            findings: Ticks::default(),
            rested: Vec::new(),
            to_answer: to_answer(file, &asked),
            answered: file.check.takes_findings().err().map(|refusal| refusal.to_string()),
            papers: Ticks::default(),
            not_offered: Vec::new(),
        };
        let on_topic = of_topics(file, &asked);
        for finding in &file.check.findings {
            if contact.is_some_and(|contact| finding.contacts.contains(&contact.id)) {
                all.rested.push(called(file, finding));
            } else if all.answered.is_none() {
                let tick = finding_tick(file, finding, form, on_topic.contains(&finding.id));
                let is_near = tick.is_ticked || tick.is_on_topic;
                if is_near { &mut all.findings.near } else { &mut all.findings.far }.push(tick);
            }
        }
        all.offer(by, file, form);
        all
    }

    fn offer(&mut self, by: PersonId, file: &CaseFile, form: &InterviewForm) {
        let (sketch, several) = (form.contact.sketch(), file.licenses.len() > 1);
        let mut offered = Vec::new();
        for paper in file.unverified_papers() {
            let value = Ticked::new(paper.id(), paper.version()).to_string();
            let is_ticked = form.verifies.has(&value);
            // What was ticked stays where it can be mended.
            if let Some(refusal) = paper.may_be_verified(by, &sketch).err().filter(|_| !is_ticked) {
                let why = refusal.to_string();
                match self.not_offered.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, papers)) => papers.push(paper.named()),
                    None => self.not_offered.push((why, vec![paper.named()])),
                }
                continue;
            }
            let license = format!(", license {}", paper.license().number);
            let says = paper.says() + if several { &license } else { "" };
            let choice = Choice::new(value, paper.named()).hint(says);
            offered.push(Tick {
                row: paper.id().to_string(),
                choice,
                is_ticked,
                of: String::new(),
                is_on_topic: false,
            });
        }
        offered.sort_by_key(|tick| !tick.is_ticked);
        let ticked = offered.iter().filter(|tick| tick.is_ticked).count();
        self.papers.far = offered.split_off(offered.len().min(ticked.max(AT_ONCE)));
        self.papers.near = offered;
    }

    /// How many papers are not offered.
    pub(super) fn are_not_offered(&self) -> String {
        let count: usize = self.not_offered.iter().map(|(_, papers)| papers.len()).sum();
        format!("{} not offered", many(count, "paper"))
    }

    /// What is ticked once the page comes back: as before, with what is of the topic of a statement and was not shown
    /// as such yet, and without what was and is of none any more.
    pub(super) fn newly(file: &CaseFile, contact: Option<&Contact>, form: &InterviewForm) -> Vec<Ticked> {
        let on_topic = of_topics(file, &asked(file, form));
        let rests = |finding: &&Finding| contact.is_some_and(|contact| finding.contacts.contains(&contact.id));
        let findings = file.check.findings.iter().filter(|finding| !rests(finding)).filter(|finding| {
            let is_ticked = form.supports.has(&Ticked::new(finding.id, finding.version).to_string());
            let (is_on_topic, was) = (on_topic.contains(&finding.id), form.shown.has(&finding.id.to_string()));
            if is_on_topic == was { is_ticked } else { is_on_topic }
        });
        findings.map(|finding| Ticked::new(finding.id, finding.version)).collect()
    }
}

/// What is asked of the topics of the statements.
fn asked(file: &CaseFile, form: &InterviewForm) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for (_, said) in form.said.each() {
        let about: Option<PartyId> = said.about.raw().parse().ok();
        for asked in file.asked_by(said.topic.raw(), about) {
            if !all.contains(&asked) {
                all.push(asked);
            }
        }
    }
    all
}

fn of_topics(file: &CaseFile, asked: &[Asked]) -> Vec<FindingId> {
    asked.iter().filter_map(|asked| file.check.finding_on(asked)).map(|finding| finding.id).collect()
}

/// The topics that nobody answered: on the worksheet, each at its place.
fn to_answer(file: &CaseFile, asked: &[Asked]) -> Vec<(Address, String)> {
    let place = |asked: &Asked| (at::worksheet(file.check.id).at(asked.key()), named(asked));
    asked.iter().filter(|asked| file.check.finding_on(asked).is_none()).map(place).collect()
}

fn named(asked: &Asked) -> String {
    match &asked.party {
        Some((_, name)) => format!("{}: {name}", asked.label),
        None => asked.label.clone(),
    }
}

fn called(file: &CaseFile, finding: &Finding) -> String {
    let label = file.reference.label(ReferenceKind::Topic, &finding.topic);
    finding.party_name.as_ref().map_or_else(|| label.to_owned(), |name| format!("{label}: {name}"))
}

fn finding_tick(file: &CaseFile, finding: &Finding, form: &InterviewForm, is_on_topic: bool) -> Tick {
    let check = &file.check;
    let claimed = if finding.is_claimed(&check.contacts, &check.statements) {
        "; rests on the party itself until now"
    } else {
        ""
    };
    let bare = if finding.has_basis() { "" } else { "; rests on nothing yet" };
    let value = Ticked::new(finding.id, finding.version).to_string();
    let is_ticked = form.supports.has(&value);
    let answer = finding.answer.label().to_lowercase();
    let choice = Choice::new(value, called(file, finding)).hint(format!("Answered: {answer}{claimed}{bare}"));
    let of = finding.party_id.map_or_else(|| finding.topic.clone(), |party| format!("{} {party}", finding.topic));
    Tick { row: finding.id.to_string(), choice, is_ticked, of, is_on_topic }
}
