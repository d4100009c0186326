//! The text of a telegram: the body, which a person may change, and the header, which is composed around it when it is
//! sent. Each fact is an item of its own wording; words of people stand in quotation marks, their own quotation marks
//! doubled.

use std::fmt::Write as _;

use time::OffsetDateTime;

use super::{
    content::{Content, NOTHING_FIRM, POST_OF_ONE, mark},
    lines::{INDENT, plain, wrap},
};
use crate::{
    checks::model::{CheckType, Priority, RecommendationWord},
    evidence::model::PortionMark,
    parties::model::{PartyRole, TakesPossession},
    telegrams::reading::{
        Direction, Standing, Value, countries,
        lines::{self, MONTHS},
    },
    text::{a, many, of_many},
    web::filters::day_words,
};

/// What the header needs beside the body.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub post: String,
    pub country: String,
    /// Who sends it: the post's name in capitals, or `STATE`.
    pub originator: String,
    pub number: i32,
    /// The moment it is sent.
    pub sent_at: OffsetDateTime,
    /// How urgent the check is.
    pub priority: Priority,
    /// What it is for.
    pub direction: Direction,
    pub reference: String,
    /// The telegrams it answers, `STATE 63028`.
    pub answers: Vec<String>,
    pub subject: String,
}

/// Words in quotation marks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('"', "\"\""))
}

/// Words in quotation marks that end a sentence: with a stop, unless they have their own.
fn said(text: &str) -> String {
    let words = quoted(text);
    let stop = if words.trim_end_matches('"').ends_with(['.', '!', '?']) { "" } else { "." };
    words + stop
}

/// A code as words, `automatic rifle`; what is no code stands in quotation marks.
fn coded(code: &str) -> String {
    let is_code = code
        .split('_')
        .all(|word| !word.is_empty() && word.len() <= 20 && word.bytes().all(|byte| byte.is_ascii_lowercase()));
    if is_code { code.replace('_', " ") } else { quoted(code) }
}

/// Texts one after the other, each quoted between the same words.
fn each(texts: &[String], before: &str, after: &str) -> String {
    texts.iter().flat_map(|text| [before.to_owned(), quoted(text), after.to_owned()]).collect()
}

fn optional(lead: &str, text: Option<&str>) -> String {
    text.map(|text| format!("{lead}{}", quoted(text))).unwrap_or_default()
}

/// A sentence that ends with quoted words, if there are any.
fn sentence(lead: &str, text: Option<&str>) -> String {
    text.map(|text| format!(" {lead}{}", said(text))).unwrap_or_default()
}

/// The sections of a telegram in their usual order: the heading, and whether a value stands in it.
type Section = (&'static str, fn(&Value, Direction) -> bool);

const SECTIONS: [Section; 15] = [
    ("SUMMARY", |value, _| matches!(value, Value::Check { .. } | Value::License { .. })),
    ("WHERE THE CHECK STANDS", |value, direction| {
        direction != Direction::Reply && (matches!(value, Value::Remark { .. }) || is_asked(value, direction))
    }),
    ("WHAT IS ASKED", |value, _| matches!(value, Value::Request { .. })),
    ("END-USER AND OTHER PARTIES", |value, _| match value {
        Value::Party { role, .. } => !role.is_some_and(PartyRole::is_go_between),
        Value::Finding { topic, .. } => {
            matches!(topic.as_str(), "bona_fides" | "order" | "end_use" | "need" | "nontransfer")
        }
        _ => false,
    }),
    ("ITEMS", |value, _| matches!(value, Value::ItemGroup { .. })),
    ("STORAGE AND CONTROL", |value, _| match value {
        Value::Finding { topic, .. } => matches!(topic.as_str(), "storage" | "inventory" | "receipt"),
        Value::Serials { .. } => true,
        _ => false,
    }),
    ("AUTHORITIES", |value, _| match value {
        Value::ImportApproval { .. } => true,
        Value::Finding { topic, .. } => topic == "import_approvals",
        _ => false,
    }),
    ("CERTIFICATE", |value, _| matches!(value, Value::Certificate { .. })),
    ("INTERMEDIARIES", |value, _| match value {
        Value::Party { role, .. } => role.is_some_and(PartyRole::is_go_between),
        Value::Finding { topic, .. } => topic == "intermediaries",
        _ => false,
    }),
    ("CUSTODY PATH", |value, _| matches!(value, Value::CustodyStep { .. })),
    ("OTHER FINDINGS", |value, _| {
        matches!(
            value,
            Value::Finding { .. } | Value::SeparateFact { .. } | Value::Obstacle { .. } | Value::Dated { .. }
        )
    }),
    ("CONTACTS, AND WHAT THEY CLAIMED", |value, _| matches!(value, Value::Contact { .. } | Value::Statement { .. })),
    ("DOCUMENTS", |value, _| matches!(value, Value::Document { .. })),
    (COMMENT, |value, _| matches!(value, Value::Remark { text } if !is_caveat(text))),
    ("RECOMMENDATION", |value, _| matches!(value, Value::Recommendation { .. })),
];

/// Post's opinion, apart from what it found.
const COMMENT: &str = "COMMENT";

fn is_caveat(text: &str) -> bool {
    [POST_OF_ONE, NOTHING_FIRM].contains(&text)
}

/// The day on which it was asked, in a telegram of Washington.
fn is_asked(value: &Value, direction: Direction) -> bool {
    matches!(value, Value::Dated { .. }) && direction == Direction::Reminder
}

/// How often each kind of item was written: other items name it by its number.
#[derive(Default)]
struct Numbers {
    items: usize,
    contacts: usize,
    documents: usize,
}

/// The text that a person may change before it is sent.
pub fn body(content: &Content) -> String {
    let mut left: Vec<&Value> = content.values.iter().collect();
    let gist = gist(&left);
    let mut body = Body::default();
    for (heading, holds) in SECTIONS {
        let (here, rest): (Vec<&Value>, Vec<&Value>) =
            left.into_iter().partition(|value| holds(value, content.direction));
        left = rest;
        body.paragraph(heading, &here, if heading == "SUMMARY" { &gist } else { "" });
    }
    body.paragraph("CAVEATS", &left, "");
    body.text.trim_end().to_owned() + "\n"
}

/// The body as far as it is written.
#[derive(Default)]
struct Body {
    text: String,
    paragraphs: usize,
    numbers: Numbers,
}

impl Body {
    fn paragraph(&mut self, heading: &str, values: &[&Value], gist: &str) {
        let sentences: Vec<String> = values.iter().flat_map(|value| sentences(value, &mut self.numbers)).collect();
        if sentences.is_empty() && gist.is_empty() {
            return;
        }
        self.paragraphs += 1;
        let mark = if gist.is_empty() { highest(values) } else { PortionMark::Sbu };
        let _ = write!(self.text, "{}. ({}) {heading}:\n\n", self.paragraphs, mark.code());
        for sentence in sentences {
            self.text.push_str(&wrap("-- ", &sentence));
            self.text.push_str("\n\n");
        }
        if !gist.is_empty() {
            self.text.push_str(&wrap("", gist).replace(&format!("\n{INDENT}"), "\n"));
            self.text.push_str("\n\n");
        }
        if heading == COMMENT {
            self.text.push_str("END COMMENT.\n\n");
        }
    }
}

fn highest(values: &[&Value]) -> PortionMark {
    values.iter().map(|value| mark(value)).max().unwrap_or(PortionMark::U)
}

/// What a reader wants to know first, counted from what follows: it is read for itself, and proposes nothing.
fn gist(values: &[&Value]) -> String {
    let words: Vec<(&RecommendationWord, usize)> = values
        .iter()
        .filter_map(|value| match value {
            Value::Recommendation { word, conditions, .. } => Some((word, conditions.len())),
            _ => None,
        })
        .collect();
    let mut gist: Vec<String> = words
        .into_iter()
        .map(|(word, conditions)| {
            let open = match conditions {
                0 => String::new(),
                1 => "; one condition is open".to_owned(),
                many => format!("; {many} conditions are open"),
            };
            format!("Post's word: {}{open}.", word.label().to_lowercase())
        })
        .collect();
    let approvals = values.iter().filter(|value| matches!(value, Value::ImportApproval { .. })).count();
    let open = values.iter().filter(|value| matches!(value, Value::ImportApproval { lacks: Some(_), .. })).count();
    if open > 0 {
        gist.push(format!("Of the import approvals {open} of {approvals} do not count yet."));
    }
    gist.join(" ")
}

/// The wording of a value: one sentence or a few; a request and a recommendation have an item for each of their parts.
fn sentences(value: &Value, numbers: &mut Numbers) -> Vec<String> {
    vec![match value {
        Value::Check { check_type, direction } => check(*check_type, *direction),
        Value::License { number, also } => {
            format!("It is about license {}{}.", quoted(number), each(also, ", also written ", ""))
        }
        Value::Party { .. } => party(value),
        Value::ItemGroup { license, label, item_class, quantity, unit } => {
            numbers.items += 1;
            let class = item_class.as_deref().map(|class| format!(" (class {})", coded(class))).unwrap_or_default();
            let license = optional(", on license ", license.as_deref());
            format!("Line {}: {quantity} {} of {}{class}{license}.", numbers.items, coded(unit), quoted(label))
        }
        Value::ImportApproval { .. } => approval(value),
        Value::Contact { contact_kind, with_whom, authority, on, place, summary } => {
            numbers.contacts += 1;
            let on = on.map_or_else(|| ", date not stated,".to_owned(), |on| format!(" on {}", day_words(on)));
            let authority = optional(" of ", authority.as_deref());
            let place = optional(" at ", place.as_deref());
            let kind = contact_kind.label().to_lowercase();
            format!(
                "Contact {}: {kind}{on} with {}{authority}{place}. {}",
                numbers.contacts,
                quoted(with_whom),
                said(summary)
            )
        }
        Value::Statement { .. } => statement(value),
        Value::Finding { topic, party, answer, text, mark, basis } => {
            let party = optional(" of ", party.as_deref());
            let answer = answer.label().to_lowercase();
            let (mark, topic, basis) = (mark.code(), coded(topic), rests_on(basis));
            format!("({mark}) Post's finding on {topic}{party} is: {answer}. {}{basis}", said(text))
        }
        Value::Document { what, issuer, number, dated, kept_at, text } => {
            numbers.documents += 1;
            let number = optional(", number ", number.as_deref());
            let dated = dated.map(|on| format!(", dated {}", day_words(on))).unwrap_or_default();
            let kept_at = optional(", kept at ", Some(kept_at));
            let text = sentence("It says: ", text.as_deref());
            format!(
                "Document {}: {} of {}{number}{dated}{kept_at}.{text}",
                numbers.documents,
                quoted(what),
                quoted(issuer)
            )
        }
        Value::Certificate { .. } => return certificate(value),
        Value::CustodyStep { license, stage, holder, what, on, quantity, items } => {
            let license = optional(" on license ", license.as_deref());
            let on = on.map(|on| format!(", {}", day_words(on))).unwrap_or_default();
            let quantity =
                quantity.map(|quantity| format!(", {quantity} {}", of_many(quantity, "piece"))).unwrap_or_default();
            let items = optional(", items ", items.as_deref());
            let stage = stage.label().to_lowercase();
            format!("Custody step{license}, {stage}{on}{quantity}{items}: {}. {}", quoted(holder), said(what))
        }
        Value::Recommendation { word, conditions, license, text } => {
            let license = optional(" on license ", license.as_deref());
            let mut parts =
                vec![format!("Post's recommendation{license} is: {}. {}", word.label().to_lowercase(), said(text))];
            parts.extend(conditions.iter().map(|condition| format!("Condition: {}", said(condition))));
            return parts;
        }
        Value::SeparateFact { said_by, grade, text } => {
            let by = optional(" told by ", said_by.as_deref());
            let grade = grade
                .filter(|_| said_by.is_some())
                .map(|grade| format!(" ({})", grade.label().to_lowercase()))
                .unwrap_or_default();
            format!("A separate fact{by}{grade}: {}", said(text))
        }
        Value::Obstacle { text } => format!("An obstacle: {}", said(text)),
        Value::Dated { on, what } => format!("On {}: {}", day_words(*on), said(what)),
        Value::Serials { state, numbers, count, items } => {
            let count = count.map(|count| format!(" {count}")).unwrap_or_default();
            let items = optional(" of ", items.as_deref());
            let numbers = each(numbers, " ", "");
            format!("Serial numbers {}{items}:{count}{numbers}.", state.label().to_lowercase())
        }
        Value::Request { .. } => return request(value),
        Value::Remark { text } => said(text),
        // What stands in the header is written there.
        Value::Message { .. } | Value::Reference { .. } => return Vec::new(),
    }]
}

/// What a finding rests on, by its number.
fn rests_on(basis: &[String]) -> String {
    let named: Vec<String> = basis.iter().map(|key| key.replacen('-', " ", 1)).collect();
    if named.is_empty() { String::new() } else { format!(" It rests on {}.", named.join(", ")) }
}

fn certificate(value: &Value) -> Vec<String> {
    let Value::Certificate { license, form, signatures } = value else { return Vec::new() };
    let license = optional(" of license ", license.as_deref());
    let many = match signatures.len() {
        0 => "no signature is on file".to_owned(),
        1 => "one signature is on file".to_owned(),
        number => format!("{number} signatures are on file"),
    };
    let mut parts = vec![format!("Certificate {}{license}: {many}.", quoted(form))];
    parts.extend(signatures.iter().map(|signed| {
        let verified = if signed.verified { "verified" } else { "not verified" };
        let capacity = signed.signer.label().to_lowercase();
        format!("Signed by {} as {capacity} on {}, {verified}.", quoted(&signed.name), day_words(signed.on))
    }));
    parts
}

fn check(check_type: Option<CheckType>, direction: Direction) -> String {
    let kind = check_type.map_or_else(|| a("end-use"), |kind| a(&kind.label().to_lowercase()));
    let begins = match direction {
        Direction::Request => "This is a request for",
        Direction::Reply => "This is the reply to",
        Direction::Interim => "This is an interim reply to",
        Direction::Reminder => "This is a reminder of",
        Direction::Other => "This telegram is about",
    };
    format!("{begins} {kind} check.")
}

fn request(value: &Value) -> Vec<String> {
    let Value::Request { reason, steps, days, due_on, site_visit } = value else { return Vec::new() };
    let mut parts: Vec<String> = reason.iter().map(|reason| format!("The reason: {}", said(reason))).collect();
    parts.extend(steps.iter().map(|step| format!("Post is asked to look into: {}", said(step))));
    parts.extend(site_visit.map(|visit| format!("A site visit is {}.", visit.label().to_lowercase())));
    let due = due_on.map(|due| format!(", by the end of {}", day_words(due))).unwrap_or_default();
    parts.extend(days.map(|days| format!("Post has {} to answer{due}.", many(days, "day"))));
    if let (None, Some(due)) = (days, due_on) {
        parts.push(format!("The answer is due by the end of {}.", day_words(*due)));
    }
    parts
}

fn approval(value: &Value) -> String {
    let Value::ImportApproval { items_key, items, authority, state, number, waits_for, lacks, note } = value else {
        return String::new();
    };
    let line = items_key.as_deref().and_then(|key| key.strip_prefix("item-group-"));
    let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
    let note = sentence("Note: ", Some(note.as_str()).filter(|note| !plain(note).is_empty()));
    if authority.is_empty() {
        return format!("No import approval is required for {}{line}.{note}", quoted(items));
    }
    let number = sentence("The permit is ", number.as_deref());
    let waits = sentence("The end-user waits for ", waits_for.as_deref());
    let lacks = sentence("It does not count: ", lacks.as_deref());
    let state = state.label().to_lowercase();
    format!(
        "The import approval of {} for {}{line} is {state}.{number}{waits}{lacks}{note}",
        quoted(authority),
        quoted(items)
    )
}

fn statement(value: &Value) -> String {
    let Value::Statement { contact_key, said_by, grade, standing, topic, about, text } = value else {
        return String::new();
    };
    let contact = contact_key.as_deref().and_then(|key| key.strip_prefix("contact-"));
    let contact = contact.map(|contact| format!(" in contact {contact}")).unwrap_or_default();
    let topic = topic.as_deref().map(|topic| format!(" on {}", coded(topic))).unwrap_or_default();
    let about = optional(" about ", about.as_deref());
    let standing = match standing {
        Standing::Claimed => "",
        Standing::Confirmed => " A source of higher grade confirms this.",
        Standing::Contradicted => " Another statement contradicts this.",
    };
    let lead = if grade.is_claim() { "Claimed by" } else { "Seen with" };
    let grade = grade.label().to_lowercase();
    format!("{lead} {} ({grade}){contact}{topic}{about}: {}{standing}", quoted(said_by), said(text))
}

fn party(value: &Value) -> String {
    let Value::Party { name, short_name, party_kind, role, country, address, takes_possession, possession_claimed_by } =
        value
    else {
        return String::new();
    };
    let role = role.map_or("Party", PartyRole::label);
    let short = optional(", short ", short_name.as_deref());
    let kind = party_kind.map(|kind| format!(", {}", kind.label().to_lowercase())).unwrap_or_default();
    let country = country.as_deref().map(|country| match country.as_bytes() {
        [b'A'..=b'Z', b'A'..=b'Z'] => format!(", of {country}"),
        _ => optional(", of ", Some(country)),
    });
    let country = country.unwrap_or_default();
    let address = optional(", at ", address.as_deref());
    let takes = match (takes_possession, possession_claimed_by) {
        (TakesPossession::Unknown, _) => String::new(),
        (takes, Some(by)) => format!("; {} of the items, as claimed by {}", takes.label().to_lowercase(), quoted(by)),
        (TakesPossession::Takes, None) => "; on file as taking possession of the items".to_owned(),
        (TakesPossession::Never, None) => "; on file as never taking possession of the items".to_owned(),
    };
    format!("{role}: {}{short}{kind}{country}{address}{takes}.", quoted(name))
}

/// Whether a body is more than unclassified: a paragraph is marked so, or has no mark.
fn is_sensitive(body: &str) -> bool {
    let mut marked = false;
    body.lines().any(|line| match lines::numbered(line) {
        Some((_, Some(mark), _)) => {
            marked = true;
            mark != PortionMark::U.code() || line.contains("(SBU")
        }
        Some((_, None, _)) => true,
        None => line.contains("(SBU") || line.contains("(FOUO") || (!marked && !line.trim().is_empty()),
    })
}

/// The whole telegram: the header composed around a body, which may have been changed. The overall mark is the highest
/// that stands in it; what has no mark counts as sensitive.
pub fn whole(envelope: &Envelope, body: &str) -> String {
    let sensitive = is_sensitive(body);
    let precedence = match envelope.priority {
        Priority::Routine => 'R',
        Priority::Priority => 'P',
        Priority::Urgent => 'O',
    };
    let at = envelope.sent_at.to_offset(time::UtcOffset::UTC);
    let month = MONTHS[usize::from(u8::from(at.month())) - 1];
    let post = plain(&envelope.post).to_uppercase();
    let (from, to) = match envelope.direction {
        Direction::Request | Direction::Reminder => ("SECSTATE WASHDC".to_owned(), format!("AMEMBASSY {post}")),
        _ => (format!("AMEMBASSY {post}"), "SECSTATE WASHDC".to_owned()),
    };
    let tag = countries::tag(&envelope.country).map(|tag| format!(" {tag}")).unwrap_or_default();
    let mut text = format!(
        "{precedence} {:02}{:02}{:02}Z {month} {:02}\nFM {from}\nTO {to}\n\nUNCLAS {} {:06}\n",
        at.day(),
        at.hour(),
        at.minute(),
        at.year().rem_euclid(100),
        plain(&envelope.originator).to_uppercase(),
        envelope.number
    );
    if sensitive {
        text.push_str("\nSENSITIVE\n");
    }
    text.push_str("SIPDIS\n\n");
    let _ = write!(text, "E.O. 13526: N/A\nTAGS: ETTC KOMC{tag}\n");
    text.push_str(&wrap("SUBJECT: ", &plain(&envelope.subject).to_uppercase()));
    text.push('\n');
    let mut references = vec![format!("LANTERN {}", envelope.reference)];
    // As many as there are letters, the last ones: a reader looks for what is answered.
    let left_out = envelope.answers.len().saturating_sub(25);
    references.extend(envelope.answers.iter().skip(left_out).map(|answer| plain(answer)));
    for (index, reference) in references.iter().enumerate() {
        let letter = char::from(b'A' + u8::try_from(index).unwrap_or_default());
        let lead = if index == 0 { "REF: " } else { "     " };
        let _ = writeln!(text, "{lead}{letter}. {reference}");
    }
    text.push('\n');
    text.push_str(body.trim_end());
    text.push('\n');
    text
}
