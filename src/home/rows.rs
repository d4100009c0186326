//! How a check or a license becomes a row of the home page: the same five columns in every table, so that they line up.

use time::OffsetDateTime;

use crate::{
    access::{Actor, Role},
    addresses::{self as at, Address},
    checks::{
        next_step::Who,
        standing::{
            model::{Mark, Open, Words},
            store::{Issued, Line},
        },
        turn::Whose,
        verbs::CheckVerb,
    },
    licenses::model::called,
    web::filters::many,
};

/// The button of a row: address and label.
type Act = Option<(String, String)>;

/// A line of a home page.
#[derive(Debug)]
pub struct Row {
    /// The page of the check or the license.
    pub(super) href: Address,
    pub(super) reference: String,
    pub(super) check_type: &'static str,
    pub(super) subject: String,
    /// Its priority, if it is not routine.
    pub(super) urgent: Option<&'static str>,
    pub(super) cells: [Cell; 3],
    /// The button of the step itself: address and label.
    pub(super) act: Act,
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

fn row(line: &Line, cells: [Cell; 3], act: Act) -> Row {
    Row {
        href: at::check(line.id),
        reference: line.reference.clone(),
        check_type: line.check_type.label(),
        subject: line.subject.clone(),
        urgent: Some(line.priority.label()).filter(|_| line.priority.code() != "routine"),
        cells,
        act,
        instead: String::new(),
    }
}

/// As [`row`], and where the reader may not take the step it says who may.
fn row_or(actor: &Actor, line: &Line, cells: [Cell; 3], act: Act) -> Row {
    let instead = if act.is_none() { whom(actor, line) } else { String::new() };
    Row { instead, ..row(line, cells, act) }
}

fn act(actor: &Actor, line: &Line) -> Act {
    line.ahead.asked(&actor.reader())
}

fn whom(actor: &Actor, line: &Line) -> String {
    line.ahead.whom(&actor.reader())
}

fn due(actor: &Actor, line: &Line) -> Cell {
    if !line.state.is_at_post() {
        return plain("");
    }
    let due = line.due();
    let (late, words) = (due.is_over(actor.at), due.words(actor.at));
    let mut cell = if late { toned(words, "bad") } else { plain(words) };
    cell.bar = due.on.map(|_| (due.percent(actor.at), late));
    cell
}

fn days(actor: &Actor, since: Option<OffsetDateTime>) -> Cell {
    let Some(since) = since else { return plain("") };
    match (actor.at - since).whole_days() {
        0 => plain("today"),
        count => plain(many(count, "day")),
    }
}

fn more(open: &Open) -> String {
    if open.more > 0 { format!("and {} more", open.more) } else { String::new() }
}

/// Next step, whose, due.
pub fn step(actor: &Actor, line: &Line) -> Row {
    let who = whom(actor, line);
    let post = if who.ends_with(&line.post_name) { "" } else { &line.post_name };
    row(line, [plain(line.ahead.text.as_str()), plain(who.as_str()).small(post), due(actor, line)], act(actor, line))
}

/// Next step, state and post, due: of what waits for the reader by name.
pub fn yours(actor: &Actor, line: &Line) -> Row {
    let state = toned(line.state.label(), line.state.tone()).small(&line.post_name);
    row(line, [plain(line.ahead.text.as_str()), state, due(actor, line)], act(actor, line))
}

/// Whether nobody has it, and the reader is asked to assign it.
pub fn is_to_assign(actor: &Actor, line: &Line) -> bool {
    let assigns = match line.ahead.who {
        Who::Post => actor.role == Role::PostSupervisor,
        _ => actor.role == Role::Supervisor,
    };
    assigns && line.ahead.whose == Whose::Nobody
}

/// The same of what nobody has, with the way to assign it.
pub fn nobodys(actor: &Actor, line: &Line) -> Row {
    let verb = if line.ahead.who == Who::Post { CheckVerb::Reassign } else { CheckVerb::HandOver };
    Row { act: Some((verb.address(line.id).into(), "Assign it".into())), ..yours(actor, line) }
}

/// Next step, state, due: for people at the post.
pub fn at_post(actor: &Actor, line: &Line) -> Row {
    let state = toned(line.state.label(), line.state.tone());
    row(
        line,
        [
            plain(line.ahead.text.as_str()),
            state.small(line.officer_name.as_deref().unwrap_or_default()),
            due(actor, line),
        ],
        act(actor, line),
    )
}

/// What the post says, what it rests on, since when it waits.
pub fn replied(actor: &Actor, line: &Line) -> Row {
    let words = &line.words;
    let says = words.says.map_or_else(|| plain("no recommendation"), |word| toned(word.label(), word.tone()));
    let proposed = words.result.map(|word| format!("proposed: {}", word.label().to_lowercase()));
    let waits = days(actor, words.result_since.or(line.replied_at)).small(&line.post_name);
    row_or(actor, line, [says.small(proposed.unwrap_or_default()), rests_on(words), waits], act(actor, line))
}

/// The kinds of contacts and papers its findings rest on.
fn rests_on(words: &Words) -> Cell {
    match words.rests_on.is_empty() {
        true => toned("nothing", "bad"),
        false if !words.is_firm => toned("telephone only", "warn"),
        false => plain(words.rests_on.as_str()),
    }
}

/// What is open on its license, who has to act, and for how long it has waited: the bar is full after ninety days.
pub fn conditions(actor: &Actor, line: &Line) -> Row {
    let Some(license) = &line.words.conditional else { return step(actor, line) };
    let (first, who) = license.open.first.clone().unwrap_or_default();
    let mut waited = days(actor, license.decided_at);
    let count = license.decided_at.map_or(0, |at| (actor.at - at).whole_days());
    waited.bar = Some(((count * 100 / 90).clamp(0, 100), count > 90));
    row(line, [plain(first).small(more(&license.open)), plain(who).small(&line.post_name), waited], act(actor, line))
}

/// Approved on conditions and nothing open.
pub fn ready(actor: &Actor, line: &Line) -> Row {
    let Some(license) = &line.words.conditional else { return step(actor, line) };
    let permits = if license.permits > 0 { many(license.permits, "permit") } else { String::new() };
    let cells = [
        toned("All conditions are met", "good").small(permits),
        plain(&line.post_name),
        days(actor, license.decided_at),
    ];
    row_or(actor, line, cells, license.confirm.act(&actor.reader()))
}

/// A license with a signed result and no decision.
pub fn decide(actor: &Actor, line: &Line) -> Row {
    let words = &line.words;
    let open = match words.pending.as_ref().map(|open| (open, &open.first)) {
        Some((open, Some((first, _)))) => plain(first).small(more(open)),
        Some((_, None)) => toned("No condition is open", "good"),
        None => plain(line.ahead.text.as_str()),
    };
    let result = words.result.map_or_else(|| plain(""), |word| toned(word.label(), word.tone()));
    row_or(actor, line, [open, result.small(&line.post_name), days(actor, line.resulted_at)], act(actor, line))
}

/// The sentence that does not fit, and who explains it.
pub fn contradiction(actor: &Actor, line: &Line) -> Row {
    let words = &line.words;
    let (sentence, others, by_post) = words.contradiction.clone().unwrap_or_default();
    let more = if others > 0 { format!("and {others} more") } else { String::new() };
    let mark = if actor.post().is_some() { Mark::PostExplains } else { Mark::WashingtonExplains };
    let explain = CheckVerb::Explain;
    let may = actor.may(explain.permission()) && line.marks.has(mark);
    let act = may.then(|| (explain.address(line.id).into(), explain.label().to_owned()));
    let who = if by_post { "the post" } else { "the case officer" };
    row(line, [toned(sentence, "bad").small(more), plain(who), plain(&line.post_name).small(line.state.label())], act)
}

/// A license that a party blocks.
pub fn blocked(actor: &Actor, line: &Line) -> Row {
    let Some((why, number, except)) = &line.words.blocked else {
        return step(actor, line);
    };
    row(line, [toned(why.as_str(), "bad"), plain(number), plain(&line.post_name)], except.act(&actor.reader()))
}

/// An issued license whose basis changed: by what kinds of facts, where it goes, and how long that is known.
pub fn again(actor: &Actor, license: &Issued) -> Row {
    let reader = actor.reader();
    let act = license.acts.iter().find_map(|offer| offer.act(&reader));
    let whom = || license.acts.first().map_or_else(|| "nobody yet".to_owned(), |offer| offer.whom(&reader));
    Row {
        href: at::license(license.id),
        reference: license.number.clone(),
        check_type: "",
        subject: license.parties.clone(),
        urgent: None,
        cells: [
            toned(called(&license.grounds), "warn"),
            plain(license.destination.as_str()),
            days(actor, Some(license.since)),
        ],
        instead: if act.is_none() { whom() } else { String::new() },
        act,
    }
}
