//! What a check says, as who signs reads it: recommendation and result, findings with their sources, what is only
//! claimed, and figures of what was counted.

use crate::{
    addresses::{self as at, Address},
    checks::{
        model::CaseFile,
        tasks::serials,
        topics::{Topic, topics},
    },
    evidence::model::{FindingAnswer, SourceGrade, Statement},
    reference::model::ReferenceKind,
    text::many,
};

/// How many topics and claims the page shows; the page for print has all.
const TOPICS: usize = 24;
const CLAIMS: usize = 6;

/// A check, as far as a signature rests on it.
#[derive(Debug)]
pub struct Read<'a> {
    pub file: &'a CaseFile,
    pub print: Address,
    /// Else its word and its result stand for it, with a link.
    pub is_whole: bool,
    /// The doubtful ones first.
    pub topics: Vec<Topic<'a>>,
    /// How many topics there are, and how many have an answer.
    pub counted: String,
    pub more_topics: usize,
    /// What is only claimed, what an answer leans on first; and how much of what was said that is.
    pub claims: Vec<Claim<'a>>,
    pub claimed: String,
    pub said: usize,
    pub more_claims: usize,
    pub reasons: Vec<Reason>,
    /// What a count of serial numbers found.
    pub serials: Option<String>,
}

/// Something that nobody bore out.
#[derive(Debug)]
pub struct Claim<'a> {
    pub statement: &'a Statement,
    pub grade: SourceGrade,
    /// From whom, and when.
    pub from: String,
    /// On which topic, and how that was answered.
    pub under: String,
}

/// A reason of a result.
#[derive(Debug)]
pub struct Reason {
    pub is_primary: bool,
    pub label: String,
    /// The finding behind it.
    pub finding: Option<String>,
}

impl<'a> Read<'a> {
    pub(super) fn whole(file: &'a CaseFile) -> Self {
        let mut all = topics(file, true, false);
        let answered = all.iter().filter(|topic| topic.found.is_some()).count();
        let asked = all.iter().filter(|topic| topic.href.is_some()).count();
        let mut claims = claims(&all);
        let claimed = format!("{} of {}", claims.len(), file.check.statements.len());
        // Where nothing was answered, each missing answer says no more than that.
        all.retain(|topic| topic.href.is_some() && answered > 0);
        let (more_topics, more_claims) = (all.len().saturating_sub(TOPICS), claims.len().saturating_sub(CLAIMS));
        all.truncate(TOPICS);
        claims.truncate(CLAIMS);
        Self {
            is_whole: true,
            topics: all,
            counted: format!("{answered} of {asked}"),
            more_topics,
            claims,
            claimed,
            said: file.check.statements.len(),
            more_claims,
            serials: serials(file).map(|counted| counted.detail),
            ..Self::in_short(file)
        }
    }

    pub(super) fn in_short(file: &'a CaseFile) -> Self {
        Self {
            file,
            print: at::check_print(file.check.id),
            is_whole: false,
            topics: Vec::new(),
            counted: String::new(),
            more_topics: 0,
            claims: Vec::new(),
            claimed: String::new(),
            said: 0,
            more_claims: 0,
            reasons: reasons(file),
            serials: None,
        }
    }

    /// `2 of 7 statements`.
    pub fn claimed_in_words(&self) -> String {
        let claimed = self.claims.len() + self.more_claims;
        format!("{claimed} of {}", many(self.said, "statement"))
    }

    /// What its words are.
    pub fn heading(&self) -> &'static str {
        if self.file.check.result.is_some() { "Recommendation and result" } else { "Recommendation" }
    }

    /// Whether nobody said anything.
    pub fn is_silent(&self) -> bool {
        self.said == 0
    }

    /// At a section of the page that has all.
    pub fn all(&self, section: &str) -> Address {
        self.print.clone().at(section)
    }
}

/// What nobody bore out: first under what was answered with a yes that rests on it, then under any yes, then the rest.
fn claims<'a>(topics: &[Topic<'a>]) -> Vec<Claim<'a>> {
    let yes = |topic: &Topic<'_>| topic.found.is_some_and(|found| found.answer == FindingAnswer::Yes);
    let leans = |topic: &Topic<'_>| match (topic.is_claimed(), yes(topic)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let mut under: Vec<&Topic<'a>> = topics.iter().collect();
    under.sort_by_key(|topic| leans(topic));
    let of = |topic: &&Topic<'a>| {
        let answer = topic.found.map(|found| format!(", answered {}", found.answer.label().to_lowercase()));
        let under = format!("{}{}", topic.label, answer.unwrap_or_default());
        let claimed = topic.said.iter().filter(|said| said.is_claimed());
        let claim = |said: &crate::checks::topics::Said<'a>| Claim {
            statement: said.statement,
            grade: said.statement.source_grade,
            from: said.from.clone(),
            under: under.clone(),
        };
        claimed.map(claim).collect::<Vec<_>>()
    };
    under.iter().flat_map(of).collect()
}

fn reasons(file: &CaseFile) -> Vec<Reason> {
    let reasons = file.check.result.iter().flat_map(|result| &result.reasons);
    let finding = |id| file.check.findings.iter().find(|finding| Some(finding.id) == id);
    reasons
        .map(|reason| Reason {
            is_primary: reason.is_primary,
            label: file.reference.label(ReferenceKind::ReasonCode, &reason.code).to_owned(),
            finding: finding(reason.finding_id)
                .map(|finding| file.reference.label(ReferenceKind::Topic, &finding.topic).to_lowercase()),
        })
        .collect()
}
