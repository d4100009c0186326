//! Reading back what Lantern wrote: the exact wording of [`crate::telegrams::writing::compose`], each item of it one value, nothing lost but
//! what [`crate::telegrams::writing::lines::plain`] folds. A telegram is Lantern's own when its reference names a check of Lantern's and
//! items of this wording stand in it; what a person added in other words is then shown and proposes nothing.

use std::str::FromStr;

use regex::Captures;
use time::{Date, Month};

use super::{ground::Ground, words::patterns};
use crate::telegrams::{
    reading::{Confidence, PieceKind, Value, lines},
    writing::lines::unwrap,
};

patterns! {
    OWN = r"\bLANTERN BL-\d{4}-\d{4,}";
    DAY = r"^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$";
    CHECK = r"^This is the (request|reply|interim reply|reminder|other) of an? ([a-z-]+(?: [a-z]+)?) check\.$";
    LICENSE = r"^License @((?:, also written @)*)\.$";
    PARTY = r"^(Party|Applicant|Manufacturer|Seller|Foreign consignee|Intermediate consignee|End-user|Freight forwarder|Broker): @(, short @)?(, (?:company|government body|international organization|person))?(, of @)?(, at @)?(; (?:takes possession|never takes possession))?(, as claimed by @)?\.$";
    ITEMS = r"^(\d+) @ of @(, class @)?(, on license @)?\.$";
    APPROVAL = r"^@ for @( \(line \d+\))?: (needed|applied for|issued|not required|refused|revoked)(; permit @)?(; the applicant waits for @)?\. Note: @\.$";
    CONTACT = r"^(Call|Meeting|E-mail|Letter|Site visit|Diplomatic note)(?:, date not stated,| on (\d+ \w+ \d{4})) with @( of @)?( at @)?: @\.$";
    STATEMENT = r"^Claimed by @ \((official record|observed by the officer|official, orally|third party|the party itself)\)( in contact \d+)?( on @)?( about @)?: @\.$";
    FINDING = r"^\((U|SBU)\) Post's finding on @( of @)?: (yes|no|partly|could not establish)\. @\.$";
    WORD = r"^Post's word( on license @)?: (support|support with conditions|no objection|oppose|cannot determine)\. @\.((?: Condition: @\.)*)$";
    SEPARATE = r"^A separate fact( told by @)?: @\.$";
    OBSTACLE = r"^An obstacle: @\.$";
    DATED = r"^On (\d+ \w+ \d{4}): @\.$";
    SERIALS = r"^Serial numbers (seen|elsewhere|missing|not yet counted)( of @)?:( \d+)?((?: @)*)\.$";
    REASON = r"^The reason: @\.$";
    STEP = r"^Post is asked to answer: @\.$";
    VISIT = r"^A site visit is (required|requested|optional)\.$";
    DAYS = r"^Post has (\d+) days to answer(?:, by the end of (\d+ \w+ \d{4}))?\.$";
    DUE = r"^The answer is due by the end of (\d+ \w+ \d{4})\.$";
    REMARK = r"^@\.$";
}

/// An item of the wording, its quoted words taken out.
struct Item {
    /// The words around, each quotation an `@`.
    frame: String,
    quotes: std::vec::IntoIter<String>,
    start: usize,
    end: usize,
}

impl Item {
    fn quote(&mut self) -> String {
        self.quotes.next().unwrap_or_default()
    }

    fn quote_if(&mut self, there: bool) -> Option<String> {
        there.then(|| self.quote())
    }
}

/// Proposes what Lantern wrote; false when the telegram is not its own.
pub fn propose(ground: &mut Ground<'_>) -> bool {
    if !ground.reading.header.references.iter().any(|reference| OWN.is_match(reference)) {
        return false;
    }
    let mut request: Option<(Value, usize, usize)> = None;
    let mut found = 0;
    for mut item in items(ground.text) {
        let (start, end) = (item.start, item.end);
        if part_of_request(&mut item, &mut request) {
            found += 1;
            continue;
        }
        if let Some((value, from, to)) = request.take() {
            keep(ground, value, from, to);
        }
        if let Some(value) = value(&mut item) {
            keep(ground, value, start, end);
            found += 1;
        }
    }
    if let Some((value, from, to)) = request {
        keep(ground, value, from, to);
    }
    found > 0
}

fn keep(ground: &mut Ground<'_>, value: Value, start: usize, end: usize) {
    let index = ground.stretches.partition_point(|stretch| stretch.start <= start).saturating_sub(1);
    let paragraph = ground.stretches.get(index).filter(|stretch| stretch.kind != PieceKind::Heading).and_then(|stretch| stretch.paragraph);
    ground.propose_at(value, Confidence::Certain, paragraph, start, end);
}

/// The items: lines that begin with two dashes, with the lines set in below them.
fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let lines = lines::lines(text);
    let mut index = 0;
    while index < lines.len() {
        if !lines[index].text.starts_with("-- ") {
            index += 1;
            continue;
        }
        let first = index;
        index += 1;
        while index < lines.len() && lines[index].text.starts_with("   ") && !lines[index].is_blank() {
            index += 1;
        }
        let words = unwrap(3, lines[first..index].iter().map(|line| line.text));
        if let Some((frame, quotes)) = framed(&words) {
            let last = &lines[index - 1];
            items.push(Item { frame, quotes: quotes.into_iter(), start: lines[first].start, end: last.start + last.text.len() });
        }
    }
    items
}

/// Takes the quotations out of an item; `None` when one does not end, or an `@` stands outside.
fn framed(words: &str) -> Option<(String, Vec<String>)> {
    let (mut frame, mut quotes) = (String::new(), Vec::new());
    let mut letters = words.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '@' => return None,
            '"' => {
                let mut quote = String::new();
                loop {
                    match letters.next()? {
                        '"' if letters.peek() == Some(&'"') => {
                            letters.next();
                            quote.push('"');
                        }
                        '"' => break,
                        other => quote.push(other),
                    }
                }
                frame.push('@');
                quotes.push(quote);
            }
            other => frame.push(other),
        }
    }
    Some((frame, quotes))
}

fn day(words: &str) -> Option<Date> {
    let captures = DAY.captures(words)?;
    let month = lines::MONTHS.iter().position(|month| captures[2].eq_ignore_ascii_case(month))?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    Date::from_calendar_date(captures[3].parse().ok()?, month, captures[1].parse().ok()?).ok()
}

/// The word of a closed vocabulary by its label in lower case.
fn labelled<T: Copy + 'static>(all: &'static [T], label: impl Fn(T) -> &'static str, words: &str) -> Option<T> {
    all.iter().copied().find(|word| label(*word).eq_ignore_ascii_case(words.trim_start_matches([',', ';', ' '])))
}

macro_rules! by_label {
    ($kind:ty, $words:expr) => {
        labelled(<$kind>::ALL, <$kind>::label, $words)
    };
}

fn part(captures: &Captures<'_>, index: usize) -> Option<String> {
    captures.get(index).map(|part| part.as_str().to_owned())
}

/// Whether an item is a part of a request; it is then added to the request that is open.
fn part_of_request(item: &mut Item, request: &mut Option<(Value, usize, usize)>) -> bool {
    let frame = item.frame.clone();
    let is_part = [&REASON, &STEP, &VISIT, &DAYS, &DUE].iter().any(|shape| shape.is_match(&frame));
    if !is_part {
        return false;
    }
    let blank = Value::Request { reason: None, steps: Vec::new(), days: None, due_on: None, site_visit: None };
    let (value, _, to) = request.get_or_insert((blank, item.start, item.end));
    *to = item.end;
    let Value::Request { reason, steps, days, due_on, site_visit } = value else { return false };
    if REASON.is_match(&frame) {
        *reason = Some(item.quote());
    } else if STEP.is_match(&frame) {
        steps.push(item.quote());
    } else if let Some(captures) = VISIT.captures(&frame) {
        *site_visit = by_label!(crate::checks::model::SiteVisit, &captures[1]);
    } else if let Some(captures) = DAYS.captures(&frame) {
        *days = captures[1].parse().ok();
        *due_on = part(&captures, 2).as_deref().and_then(day);
    } else if let Some(captures) = DUE.captures(&frame) {
        *due_on = day(&captures[1]);
    }
    true
}

fn value(item: &mut Item) -> Option<Value> {
    let frame = item.frame.clone();
    if let Some(captures) = CHECK.captures(&frame) {
        let direction = by_label!(super::super::Direction, &captures[1])?;
        return Some(Value::Check { check_type: by_label!(crate::checks::model::CheckType, &captures[2]), direction });
    }
    if let Some(captures) = LICENSE.captures(&frame) {
        let number = item.quote();
        let many = captures[1].matches('@').count();
        return Some(Value::License { number, also: (0..many).map(|_| item.quote()).collect() });
    }
    if let Some(captures) = PARTY.captures(&frame) {
        return Some(party(item, &captures));
    }
    if let Some(captures) = ITEMS.captures(&frame) {
        let quantity = captures[1].parse().ok()?;
        let (unit, label) = (item.quote(), item.quote());
        let item_class = item.quote_if(captures.get(2).is_some());
        let license = item.quote_if(captures.get(3).is_some());
        return Some(Value::ItemGroup { license, label, item_class, quantity, unit });
    }
    if let Some(captures) = APPROVAL.captures(&frame) {
        let (authority, items) = (item.quote(), item.quote());
        let digits = part(&captures, 1).map(|line| line.chars().filter(char::is_ascii_digit).collect::<String>());
        let state = by_label!(crate::approvals::model::ApprovalState, &captures[2])?;
        let number = item.quote_if(captures.get(3).is_some());
        let waits_for = item.quote_if(captures.get(4).is_some());
        let items_key = digits.map(|line| format!("item-group-{line}"));
        return Some(Value::ImportApproval { items_key, items, authority, state, number, waits_for, note: item.quote() });
    }
    spoken(item, &frame).or_else(|| other(item, &frame))
}

fn party(item: &mut Item, captures: &Captures<'_>) -> Value {
    let name = item.quote();
    let short_name = item.quote_if(captures.get(2).is_some());
    let party_kind = part(captures, 3).as_deref().and_then(|kind| by_label!(crate::parties::model::PartyKind, kind));
    let country = item.quote_if(captures.get(4).is_some());
    let address = item.quote_if(captures.get(5).is_some());
    let takes = part(captures, 6).as_deref().and_then(|takes| by_label!(crate::parties::model::TakesPossession, takes));
    Value::Party {
        name,
        short_name,
        party_kind,
        role: by_label!(crate::parties::model::PartyRole, &captures[1]),
        country,
        address,
        takes_possession: takes.unwrap_or(crate::parties::model::TakesPossession::Unknown),
        possession_claimed_by: item.quote_if(captures.get(7).is_some()),
    }
}

/// Contacts, statements, findings, the recommendation.
fn spoken(item: &mut Item, frame: &str) -> Option<Value> {
    if let Some(captures) = CONTACT.captures(frame) {
        let contact_kind = by_label!(crate::evidence::model::ContactKind, &captures[1])?;
        let with_whom = item.quote();
        let authority = item.quote_if(captures.get(3).is_some());
        let place = item.quote_if(captures.get(4).is_some());
        let on = part(&captures, 2).as_deref().and_then(day);
        return Some(Value::Contact { contact_kind, with_whom, authority, on, place, summary: item.quote() });
    }
    if let Some(captures) = STATEMENT.captures(frame) {
        let said_by = item.quote();
        let grade = by_label!(crate::evidence::model::SourceGrade, &captures[1])?;
        let contact = part(&captures, 2).map(|contact| contact.chars().filter(char::is_ascii_digit).collect::<String>());
        let topic = item.quote_if(captures.get(3).is_some());
        let about = item.quote_if(captures.get(4).is_some());
        let contact_key = contact.map(|contact| format!("contact-{contact}"));
        return Some(Value::Statement { contact_key, said_by, grade, topic, about, text: item.quote() });
    }
    if let Some(captures) = FINDING.captures(frame) {
        let mark = crate::evidence::model::PortionMark::from_str(&captures[1]).ok()?;
        let topic = item.quote();
        let party = item.quote_if(captures.get(2).is_some());
        let answer = by_label!(crate::evidence::model::FindingAnswer, &captures[3])?;
        return Some(Value::Finding { topic, party, answer, text: item.quote(), mark });
    }
    let captures = WORD.captures(frame)?;
    let license = item.quote_if(captures.get(1).is_some());
    let word = by_label!(crate::checks::model::RecommendationWord, &captures[2])?;
    let text = item.quote();
    let many = captures[3].matches('@').count();
    Some(Value::Recommendation { word, conditions: (0..many).map(|_| item.quote()).collect(), license, text })
}

fn other(item: &mut Item, frame: &str) -> Option<Value> {
    if let Some(captures) = SEPARATE.captures(frame) {
        let said_by = item.quote_if(captures.get(1).is_some());
        return Some(Value::SeparateFact { said_by, text: item.quote() });
    }
    if OBSTACLE.is_match(frame) {
        return Some(Value::Obstacle { text: item.quote() });
    }
    if let Some(captures) = DATED.captures(frame) {
        return Some(Value::Dated { on: day(&captures[1])?, what: item.quote() });
    }
    if let Some(captures) = SERIALS.captures(frame) {
        let state = by_label!(crate::approvals::model::SerialState, &captures[1])?;
        let items = item.quote_if(captures.get(2).is_some());
        let count = part(&captures, 3).and_then(|count| count.trim().parse().ok());
        let many = captures[4].matches('@').count();
        return Some(Value::Serials { state, numbers: (0..many).map(|_| item.quote()).collect(), count, items });
    }
    REMARK.is_match(frame).then(|| Value::Remark { text: item.quote() })
}
