//! Reading back what Lantern wrote: the exact wording of [`crate::telegrams::writing::compose`], each item of it one
//! value, nothing lost but what [`crate::telegrams::writing::lines::plain`] folds. A telegram is Lantern's own when its
//! reference names a check of Lantern's and items of this wording stand in it; what a person added in other words is
//! then shown and proposes nothing.

use std::{collections::HashMap, str::FromStr};

use regex::Captures;
use time::{Date, Month};

use super::ground::Ground;
use crate::{
    approvals::model::{ApprovalState, CustodyStage, SerialState, Signer},
    checks::model::{CheckType, RecommendationWord, SiteVisit},
    evidence::model::{ContactKind, FindingAnswer, PortionMark, SourceGrade},
    parties::model::{PartyKind, PartyRole, TakesPossession},
    telegrams::{
        reading::{Confidence, Direction, PieceKind, Signed, Standing, Value, lines, words::patterns},
        writing::lines::unwrap,
    },
};

patterns! {
    OWN = r"\bLANTERN BL-\d{4}-\d{4,}";
    DAY = r"^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$";
    CHECK = r"^This (is a request for|is the reply to|is an interim reply to|is a reminder of|telegram is about) an? ([a-z-]+(?: [a-z]+)?) check\.$";
    LICENSE = r"^It is about license @((?:, also written @)*)\.$";
    PARTY = r"^(Party|Applicant|Manufacturer|Seller|Foreign consignee|Intermediate consignee|End-user|Freight forwarder|Broker): @(, short @)?(, (?:company|government body|international organization|person))?(, of (?:[A-Z]{2}|@))?(, at @)?(; (?:takes possession|never takes possession) of the items, as claimed by @)?(; on file as (?:never )?taking possession of the items)?\.$";
    ITEMS = r"^Line (\d+): (\d{1,18}) (@|[a-z]+(?: [a-z]+)*) of @(?: \(class (@|[a-z]+(?: [a-z]+)*)\))?(, on license @)?\.$";
    APPROVAL = r"^The import approval of @ for @(?: \(line (\d+)\))? is (needed|applied for|issued|not required|refused|revoked)\.( The permit is @\.?)?( The end-user waits for @\.?)?( It does not count: @\.?)?( Note: @\.?)?$";
    NO_APPROVAL = r"^No import approval is required for @(?: \(line (\d+)\))?\.( Note: @\.?)?$";
    CONTACT = r"^Contact (\d+): (call|meeting|e-mail|letter|site visit|diplomatic note)(?:, date not stated,| on (\d+ \w+ \d{4})) with @( of @)?( at @)?\. @\.?$";
    STATEMENT = r"^(?:Claimed by|Seen with) @ \((official record|observed by the officer|official, orally|third party|the party itself)\)(?: in contact (\d+))?(?: on (@|[a-z]+(?: [a-z]+)*))?( about @)?: @\.?( A source of higher grade confirms this\.)?( Another statement contradicts this\.)?$";
    FINDING = r"^\((U|SBU)\) Post's finding on (@|[a-z]+(?: [a-z]+)*)( of @)? is: (yes|no|partly|could not establish)\. @\.?( It rests on ((?:contact|document) \d+(?:, (?:contact|document) \d+)*)\.)?$";
    DOCUMENT = r"^Document (\d+): @ of @(, number @)?(?:, dated (\d+ \w+ \d{4}))?, kept at @\.( It says: @\.?)?$";
    CERTIFICATE = r"^Certificate @( of license @)?: (?:no signature is|one signature is|\d+ signatures are) on file\.$";
    SIGNED = r"^Signed by @ as (applicant|foreign consignee|foreign end-user|host government) on (\d+ \w+ \d{4}), (verified|not verified)\.$";
    CUSTODY = r"^Custody step( on license @)?, (planned|actual)(?:, (\d+ \w+ \d{4}))?(?:, (\d{1,18}) pieces?)?(, items @)?: @\. @\.?$";
    WORD = r"^Post's recommendation( on license @)? is: (support|support with conditions|no objection|oppose|cannot determine)\. @\.?$";
    CONDITION = r"^Condition: @\.?$";
    SEPARATE = r"^A separate fact(?:( told by @)(?: \((official record|observed by the officer|official, orally|third party|the party itself)\))?)?: @\.?$";
    OBSTACLE = r"^An obstacle: @\.?$";
    DATED = r"^On (\d+ \w+ \d{4}): @\.?$";
    SERIALS = r"^Serial numbers (seen|elsewhere|missing|not yet counted)( of @)?:( \d{1,18})?((?: @)*)\.$";
    REASON = r"^The reason: @\.?$";
    STEP = r"^Post is asked to look into: @\.?$";
    VISIT = r"^A site visit is (required|requested|optional)\.$";
    DAYS = r"^Post has (\d+) days? to answer(?:, by the end of (\d+ \w+ \d{4}))?\.$";
    DUE = r"^The answer is due by the end of (\d+ \w+ \d{4})\.$";
    REMARK = r"^@\.?$";
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
    if !ground.header.references.iter().any(|reference| OWN.is_match(reference)) {
        return false;
    }
    let items = items(&ground.decoded.text);
    let numbers = Numbers {
        lines: numbered(&items, &ITEMS),
        contacts: numbered(&items, &CONTACT),
        documents: numbered(&items, &DOCUMENT),
    };
    // What has several items is open until one comes that is no part of it.
    let mut open: Option<Open> = None;
    let mut found = 0;
    for mut item in items {
        if part_of_request(&mut item, &mut open)
            || is_condition(&mut item, &mut open)
            || is_signature(&mut item, &mut open)
        {
            found += 1;
            continue;
        }
        let (start, end) = (item.start, item.end);
        if let Some(value) = value(&mut item, &numbers) {
            keep(ground, open.replace(Open { value, start, end }));
            found += 1;
        }
    }
    keep(ground, open);
    found > 0
}

/// A value that the next item may add to.
struct Open {
    value: Value,
    start: usize,
    end: usize,
}

/// Which of the lines of items, contacts and documents has which number, as others name it.
struct Numbers {
    lines: Places,
    contacts: Places,
    documents: Places,
}

/// The place of what has a number; of a number that stands twice, the first.
type Places = HashMap<String, usize>;

fn numbered(items: &[Item], shape: &regex::Regex) -> Places {
    let mut places = Places::new();
    for (index, number) in items.iter().filter_map(|item| part(&shape.captures(&item.frame)?, 1)).enumerate() {
        places.entry(number).or_insert(index);
    }
    places
}

/// The key of the proposal that has a number.
fn key(kind: &str, places: &Places, number: Option<String>) -> Option<String> {
    let index = places.get(&number?)?;
    Some(format!("{kind}-{}", index + 1))
}

/// The keys of what a finding rests on.
fn basis(numbers: &Numbers, named: &str) -> Vec<String> {
    let keyed = |named: &str| match named.split_once(' ')? {
        ("contact", number) => key("contact", &numbers.contacts, Some(number.to_owned())),
        (_, number) => key("document", &numbers.documents, Some(number.to_owned())),
    };
    named.split(", ").filter_map(keyed).collect()
}

fn keep(ground: &mut Ground<'_>, open: Option<Open>) {
    let Some(Open { value, start, end }) = open else { return };
    let index = ground.structure.stretches.partition_point(|stretch| stretch.start <= start).saturating_sub(1);
    let paragraph = ground
        .structure
        .stretches
        .get(index)
        .filter(|stretch| stretch.kind != PieceKind::Heading)
        .and_then(|stretch| stretch.paragraph);
    ground.propose_at(value, Confidence::Certain, paragraph, start, end);
}

/// The items: lines that begin with two dashes, with the lines set in below them.
fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let lines = lines::split(text);
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
            items.push(Item {
                frame,
                quotes: quotes.into_iter(),
                start: lines[first].start,
                end: last.start + last.text.len(),
            });
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

/// A code that stands as words, or what stands in quotation marks in its place.
fn code(item: &mut Item, words: Option<String>) -> Option<String> {
    words.map(|words| if words == "@" { item.quote() } else { words.replace(' ', "_") })
}

/// Whether an item is a part of a request; it is then added to the request that is open.
fn part_of_request(item: &mut Item, open: &mut Option<Open>) -> bool {
    let frame = item.frame.clone();
    if ![&REASON, &STEP, &VISIT, &DAYS, &DUE].iter().any(|shape| shape.is_match(&frame)) {
        return false;
    }
    let Some(Open { value: Value::Request { reason, steps, days, due_on, site_visit }, end, .. }) = open else {
        return false;
    };
    *end = item.end;
    if REASON.is_match(&frame) {
        *reason = Some(item.quote());
    } else if STEP.is_match(&frame) {
        steps.push(item.quote());
    } else if let Some(captures) = VISIT.captures(&frame) {
        *site_visit = by_label!(SiteVisit, &captures[1]);
    } else if let Some(captures) = DAYS.captures(&frame) {
        *days = captures[1].parse().ok();
        *due_on = part(&captures, 2).as_deref().and_then(day);
    } else if let Some(captures) = DUE.captures(&frame) {
        *due_on = day(&captures[1]);
    }
    true
}

/// Whether an item is a condition of the recommendation that is open.
fn is_condition(item: &mut Item, open: &mut Option<Open>) -> bool {
    let Some(Open { value: Value::Recommendation { conditions, .. }, end, .. }) = open else { return false };
    let is_one = CONDITION.is_match(&item.frame);
    if is_one {
        conditions.push(item.quote());
        *end = item.end;
    }
    is_one
}

/// Whether an item is a signature on the certificate that is open.
fn is_signature(item: &mut Item, open: &mut Option<Open>) -> bool {
    let Some(Open { value: Value::Certificate { signatures, .. }, end, .. }) = open else { return false };
    let told = SIGNED.captures(&item.frame).and_then(|captures| {
        let (signer, on) = (by_label!(Signer, &captures[1])?, day(&captures[2])?);
        Some((signer, on, &captures[3] == "verified"))
    });
    let Some((signer, on, verified)) = told else { return false };
    signatures.push(Signed { signer, name: item.quote(), on, verified });
    *end = item.end;
    true
}

fn value(item: &mut Item, numbers: &Numbers) -> Option<Value> {
    let frame = item.frame.clone();
    if let Some(captures) = CHECK.captures(&frame) {
        return Some(Value::Check {
            check_type: by_label!(CheckType, &captures[2]),
            direction: direction(&captures[1]),
        });
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
        let quantity = captures[2].parse().ok()?;
        let unit = code(item, part(&captures, 3)).unwrap_or_default();
        let label = item.quote();
        let item_class = code(item, part(&captures, 4));
        return Some(Value::ItemGroup {
            license: item.quote_if(captures.get(5).is_some()),
            label,
            item_class,
            quantity,
            unit,
        });
    }
    approval(item, &frame, numbers)
        .or_else(|| spoken(item, &frame, numbers))
        .or_else(|| on_paper(item, &frame))
        .or_else(|| other(item, &frame))
}

fn direction(begins: &str) -> Direction {
    match begins {
        "is a request for" => Direction::Request,
        "is the reply to" => Direction::Reply,
        "is an interim reply to" => Direction::Interim,
        "is a reminder of" => Direction::Reminder,
        _ => Direction::Other,
    }
}

fn approval(item: &mut Item, frame: &str, numbers: &Numbers) -> Option<Value> {
    if let Some(captures) = NO_APPROVAL.captures(frame) {
        return Some(Value::ImportApproval {
            items_key: key("item-group", &numbers.lines, part(&captures, 1)),
            items: item.quote(),
            authority: String::new(),
            state: ApprovalState::NotRequired,
            number: None,
            waits_for: None,
            lacks: None,
            note: item.quote(),
        });
    }
    let captures = APPROVAL.captures(frame)?;
    let (authority, items) = (item.quote(), item.quote());
    Some(Value::ImportApproval {
        items_key: key("item-group", &numbers.lines, part(&captures, 1)),
        items,
        authority,
        state: by_label!(ApprovalState, &captures[2])?,
        number: item.quote_if(captures.get(3).is_some()),
        waits_for: item.quote_if(captures.get(4).is_some()),
        lacks: item.quote_if(captures.get(5).is_some()),
        note: item.quote(),
    })
}

fn party(item: &mut Item, captures: &Captures<'_>) -> Value {
    let name = item.quote();
    let short_name = item.quote_if(captures.get(2).is_some());
    let party_kind = part(captures, 3).as_deref().and_then(|kind| by_label!(PartyKind, kind));
    let country =
        part(captures, 4).map(|of| if of.ends_with('@') { item.quote() } else { of[of.len() - 2..].to_owned() });
    let address = item.quote_if(captures.get(5).is_some());
    let claimed = part(captures, 6);
    let takes_possession = match claimed.clone().or(part(captures, 7)) {
        None => TakesPossession::Unknown,
        Some(words) if words.contains("never") => TakesPossession::Never,
        Some(_) => TakesPossession::Takes,
    };
    Value::Party {
        name,
        short_name,
        party_kind,
        role: by_label!(PartyRole, &captures[1]),
        country,
        address,
        takes_possession,
        possession_claimed_by: item.quote_if(claimed.is_some()),
    }
}

/// Contacts, statements, findings, the recommendation.
fn spoken(item: &mut Item, frame: &str, numbers: &Numbers) -> Option<Value> {
    if let Some(captures) = CONTACT.captures(frame) {
        let contact_kind = by_label!(ContactKind, &captures[2])?;
        let with_whom = item.quote();
        let authority = item.quote_if(captures.get(4).is_some());
        let place = item.quote_if(captures.get(5).is_some());
        let on = part(&captures, 3).as_deref().and_then(day);
        return Some(Value::Contact { contact_kind, with_whom, authority, on, place, summary: item.quote() });
    }
    if let Some(captures) = STATEMENT.captures(frame) {
        return statement(item, &captures, numbers);
    }
    if let Some(captures) = FINDING.captures(frame) {
        let mark = PortionMark::from_str(&captures[1]).ok()?;
        let topic = code(item, part(&captures, 2))?;
        let party = item.quote_if(captures.get(3).is_some());
        let answer = by_label!(FindingAnswer, &captures[4])?;
        let basis = part(&captures, 6).map(|named| basis(numbers, &named)).unwrap_or_default();
        return Some(Value::Finding { topic, party, answer, text: item.quote(), mark, basis });
    }
    let captures = WORD.captures(frame)?;
    let license = item.quote_if(captures.get(1).is_some());
    let word = by_label!(RecommendationWord, &captures[2])?;
    Some(Value::Recommendation { word, conditions: Vec::new(), license, text: item.quote() })
}

fn statement(item: &mut Item, captures: &Captures<'_>, numbers: &Numbers) -> Option<Value> {
    let said_by = item.quote();
    let grade = by_label!(SourceGrade, &captures[1])?;
    let topic = code(item, part(captures, 3));
    let about = item.quote_if(captures.get(4).is_some());
    let standing = match (captures.get(5), captures.get(6)) {
        (_, Some(_)) => Standing::Contradicted,
        (Some(_), None) => Standing::Confirmed,
        (None, None) => Standing::Claimed,
    };
    let contact_key = key("contact", &numbers.contacts, part(captures, 2));
    Some(Value::Statement { contact_key, said_by, grade, standing, topic, about, text: item.quote() })
}

/// Documents, certificates, the custody path.
fn on_paper(item: &mut Item, frame: &str) -> Option<Value> {
    if let Some(captures) = DOCUMENT.captures(frame) {
        return Some(Value::Document {
            what: item.quote(),
            issuer: item.quote(),
            number: item.quote_if(captures.get(2).is_some()),
            dated: part(&captures, 3).as_deref().and_then(day),
            kept_at: item.quote(),
            text: item.quote_if(captures.get(4).is_some()),
        });
    }
    if let Some(captures) = CERTIFICATE.captures(frame) {
        let form = item.quote();
        return Some(Value::Certificate {
            license: item.quote_if(captures.get(1).is_some()),
            form,
            signatures: Vec::new(),
        });
    }
    let captures = CUSTODY.captures(frame)?;
    Some(Value::CustodyStep {
        license: item.quote_if(captures.get(1).is_some()),
        stage: by_label!(CustodyStage, &captures[2])?,
        on: part(&captures, 3).as_deref().and_then(day),
        quantity: part(&captures, 4).and_then(|quantity| quantity.parse().ok()),
        items: item.quote_if(captures.get(5).is_some()),
        holder: item.quote(),
        what: item.quote(),
    })
}

fn other(item: &mut Item, frame: &str) -> Option<Value> {
    // The first part of a request opens it.
    let mut request = Some(Open {
        value: Value::Request { reason: None, steps: Vec::new(), days: None, due_on: None, site_visit: None },
        start: 0,
        end: 0,
    });
    if part_of_request(item, &mut request) {
        return request.map(|open| open.value);
    }
    if let Some(captures) = SEPARATE.captures(frame) {
        let said_by = item.quote_if(captures.get(1).is_some());
        let grade = part(&captures, 2).as_deref().and_then(|grade| by_label!(SourceGrade, grade));
        return Some(Value::SeparateFact { said_by, grade, text: item.quote() });
    }
    if OBSTACLE.is_match(frame) {
        return Some(Value::Obstacle { text: item.quote() });
    }
    if let Some(captures) = DATED.captures(frame) {
        return Some(Value::Dated { on: day(&captures[1])?, what: item.quote() });
    }
    if let Some(captures) = SERIALS.captures(frame) {
        let state = by_label!(SerialState, &captures[1])?;
        let items = item.quote_if(captures.get(2).is_some());
        let count = part(&captures, 3).and_then(|count| count.trim().parse().ok());
        let many = captures[4].matches('@').count();
        return Some(Value::Serials { state, numbers: (0..many).map(|_| item.quote()).collect(), count, items });
    }
    REMARK.is_match(frame).then(|| Value::Remark { text: item.quote() })
}
