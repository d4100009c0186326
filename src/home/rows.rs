//! How a check becomes a row of the home page: the same five columns in every table, so that they line up.

use crate::{
    access::{Actor, Permission},
    checks::{
        model::{CaseFile, CheckFile},
        turn::{decision, may_explain, turn},
    },
    evidence::model::{Contact, ContactKind, Finding},
    id::CheckId,
    licenses::model::{LicenseFile, LicenseStatus},
    web::filters::many,
};

/// A line of a home page.
#[derive(Debug)]
pub struct Row {
    pub(super) id: CheckId,
    pub(super) reference: String,
    pub(super) check_type: &'static str,
    pub(super) subject: String,
    /// Its priority, if it is not routine.
    pub(super) urgent: Option<&'static str>,
    pub(super) cells: [Cell; 3],
    /// The button of the step itself: address and label.
    pub(super) act: Option<(String, &'static str)>,
    /// Who takes the step, where the reader may not.
    pub(super) instead: String,
}

/// What stands in a column.
#[derive(Debug, Default)]
pub struct Cell {
    pub(super) text: String,
    /// A state's color class; none: plain text.
    pub(super) tone: Option<&'static str>,
    pub(super) small: String,
    /// How much of the time is used, and whether it is late.
    pub(super) bar: Option<(i64, bool)>,
}

fn plain(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

fn toned(text: impl Into<String>, tone: &'static str) -> Cell {
    Cell { text: text.into(), tone: Some(tone), ..Cell::default() }
}

impl Cell {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.small.is_empty()
    }

    fn small(mut self, small: impl Into<String>) -> Self {
        self.small = small.into();
        self
    }
}

fn row(case: &CaseFile, cells: [Cell; 3], act: Option<(String, &'static str)>) -> Row {
    let check = &case.check;
    Row {
        id: check.id,
        reference: check.reference.clone(),
        check_type: check.check_type.label(),
        subject: check.subject.clone(),
        urgent: Some(check.priority.label()).filter(|_| check.priority.code() != "routine"),
        cells,
        act,
        instead: String::new(),
    }
}

/// As [`row`], and where the reader may not take the step it says who may.
fn row_or(case: &CaseFile, cells: [Cell; 3], act: Option<(String, &'static str)>, who: String) -> Row {
    let instead = if act.is_none() { who } else { String::new() };
    Row { instead, ..row(case, cells, act) }
}

fn due(case: &CaseFile) -> Cell {
    let check = &case.check;
    if !check.state.is_at_post() {
        return plain("");
    }
    let late = check.is_overdue(case.now);
    let words = check.due_words(case.now);
    let mut cell = if late { toned(words, "bad") } else { plain(words) };
    cell.bar = check.due_on.map(|_| (check.due_percent(case.now), late));
    cell
}

fn days(case: &CaseFile, since: Option<time::OffsetDateTime>) -> Cell {
    let Some(since) = since else { return plain("") };
    match (case.now - since).whole_days() {
        0 => plain("today"),
        1 => plain("1 day"),
        count => plain(format!("{count} days")),
    }
}

/// Next step, whose, due.
pub fn step(actor: &Actor, case: &CaseFile) -> Row {
    let turn = turn(&actor.reader(), case);
    let post = if turn.who.ends_with(&case.check.post_name) { "" } else { &case.check.post_name };
    let who = plain(turn.who).small(post);
    row(case, [plain(turn.next.text()), who, due(case)], turn.act)
}

/// Next step, state, due: for people at the post.
pub fn at_post(actor: &Actor, case: &CaseFile) -> Row {
    let turn = turn(&actor.reader(), case);
    let state = toned(case.check.state.label(), case.check.state.tone());
    row(case, [plain(turn.next.text()), state.small(case.check.officer_name.clone().unwrap_or_default()), due(case)], turn.act)
}

/// What the post says, what it rests on, since when it waits.
pub fn replied(actor: &Actor, case: &CaseFile) -> Row {
    let check = &case.check;
    let says = check.recommendation.as_ref().map_or_else(|| plain("no recommendation"), |word| toned(word.word.label(), word.word.tone()));
    let proposed = check.result.as_ref().map(|result| format!("proposed: {}", result.word.label().to_lowercase()));
    let waits = check.result.as_ref().map_or(check.replied_at, |result| Some(result.signed_at.unwrap_or(result.proposed_at)));
    let turn = turn(&actor.reader(), case);
    row_or(case, [says.small(proposed.unwrap_or_default()), rests_on(check), days(case, waits).small(&check.post_name)], turn.act, turn.who)
}

/// The kinds of contacts and papers its findings rest on.
fn rests_on(check: &CheckFile) -> Cell {
    let used = |contact: &&Contact| check.findings.iter().any(|finding: &Finding| finding.contacts.contains(&contact.id));
    let of = |kind: ContactKind| check.contacts.iter().filter(used).filter(|contact| contact.kind == kind).count();
    let documents = check.documents.iter().filter(|document| check.findings.iter().any(|finding| finding.documents.contains(&document.id)));
    let kinds = [
        ContactKind::SiteVisit,
        ContactKind::Meeting,
        ContactKind::DiplomaticNote,
        ContactKind::Letter,
        ContactKind::Email,
        ContactKind::Call,
    ];
    let mut parts: Vec<String> = kinds
        .iter()
        .map(|kind| (of(*kind), kind.label().to_lowercase()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, label)| if count == 1 { label } else { many(count, &label) })
        .collect();
    let papers = documents.count();
    if papers > 0 {
        parts.push(many(papers, "document"));
    }
    match parts.is_empty() {
        true => toned("nothing", "bad"),
        false if !check.has_firm_basis() => toned("telephone only", "warn"),
        false => plain(parts.join(", ")),
    }
}

fn conditional(case: &CaseFile) -> Option<&LicenseFile> {
    let mut licenses = case.licenses.iter().filter(|license| license.status == LicenseStatus::ApprovedOnConditions);
    licenses.next()
}

/// What is open on its license, who has to act, and for how long it has waited: the bar is full after ninety days.
pub fn conditions(actor: &Actor, case: &CaseFile) -> Row {
    let Some(license) = conditional(case) else { return step(actor, case) };
    let open = license.open_conditions(&case.reference, case.today());
    let first = open.first().map(|open| (open.text.clone(), open.who.to_string())).unwrap_or_default();
    let more = if open.len() > 1 { format!("and {} more", open.len() - 1) } else { String::new() };
    let mut waited = days(case, license.decisions.last().map(|decision| decision.decided_at));
    let count = license.decisions.last().map_or(0, |decision| (case.now - decision.decided_at).whole_days());
    waited.bar = Some(((count * 100 / 90).clamp(0, 100), count > 90));
    let act = turn(&actor.reader(), case).act;
    row(case, [plain(first.0).small(more), plain(first.1).small(&case.check.post_name), waited], act)
}

/// Approved on conditions and nothing open.
pub fn ready(actor: &Actor, case: &CaseFile) -> Row {
    let license = conditional(case);
    let cells = license.map_or(0, |license| license.permits.len());
    let met = toned("All conditions are met", "good").small(if cells > 0 { many(cells, "permit") } else { String::new() });
    let act = license.filter(|_| actor.may(Permission::DecideLicenses)).and_then(|license| decision(&actor.reader(), case, license));
    let waited = days(case, license.and_then(|license| license.decisions.last()).map(|decision| decision.decided_at));
    row_or(case, [met, plain(&case.check.post_name), waited], act, turn(&actor.reader(), case).who)
}

/// A license with a signed result and no decision.
pub fn decide(actor: &Actor, case: &CaseFile) -> Row {
    let license = case.licenses.iter().find(|license| license.status == LicenseStatus::Pending);
    let open = license.map(|license| license.open_conditions(&case.reference, case.today())).unwrap_or_default();
    let open = match open.as_slice() {
        [] => toned("No condition is open", "good"),
        [one] => plain(&one.text),
        [one, rest @ ..] => plain(&one.text).small(format!("and {} more", rest.len())),
    };
    let result = case.check.result.as_ref().map_or_else(|| plain(""), |result| toned(result.word.label(), result.word.tone()));
    let turn = turn(&actor.reader(), case);
    row_or(case, [open, result.small(&case.check.post_name), days(case, case.check.resulted_at)], turn.act, turn.who)
}

/// The sentence that does not fit, and who explains it.
pub fn contradiction(actor: &Actor, case: &CaseFile) -> Row {
    let unexplained: Vec<_> = case.contradictions().into_iter().filter(|found| found.explanation.is_none()).collect();
    let more = if unexplained.len() > 1 { format!("and {} more", unexplained.len() - 1) } else { String::new() };
    let by_post = unexplained.first().is_some_and(|found| found.by_post);
    let sentence = unexplained.into_iter().next().map(|found| found.sentence).unwrap_or_default();
    let act = may_explain(&actor.reader(), case).then(|| (format!("/checks/{}/explain", case.check.id), "Explain"));
    let who = if by_post { "the post" } else { "the case officer" };
    row(case, [toned(sentence, "bad").small(more), plain(who), plain(&case.check.post_name).small(case.check.state.label())], act)
}

/// A license that a party blocks.
pub fn blocked(actor: &Actor, case: &CaseFile) -> Row {
    let blocked = |license: &&LicenseFile| license.status.is_open() && !license.blocked_parties(&case.reference).is_empty();
    let Some(license) = case.licenses.iter().find(blocked) else { return step(actor, case) };
    let why = license.blocked_parties(&case.reference).into_iter().next().map(|(_, name, why)| format!("{name} is {why}"));
    let allowed = actor.may(Permission::MakeExceptions) && license.may_except(actor.id).is_ok();
    let act = allowed.then(|| (format!("/licenses/{}/except", license.id), "Make an exception"));
    row(case, [toned(why.unwrap_or_default(), "bad"), plain(&license.number), plain(&case.check.post_name)], act)
}
