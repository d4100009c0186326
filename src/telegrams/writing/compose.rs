//! The text of a telegram: the body, which a person may change, and the header, which is composed around it when it is sent. Each fact is an
//! item of its own wording; words of people stand in quotation marks, their own quotation marks doubled.

use std::fmt::Write as _;

use time::OffsetDateTime;

use super::{
    content::{Content, mark},
    lines::{plain, wrap},
};
use crate::{
    checks::model::Priority,
    evidence::model::PortionMark,
    parties::model::{PartyRole, TakesPossession},
    telegrams::reading::{Direction, Value, countries, lines::MONTHS},
    web::filters::day_words,
};

/// What the header needs beside the body.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The post's name.
    pub post: String,
    /// The post's country.
    pub country: String,
    /// Who sends it: the post's name in capitals, or `STATE`.
    pub originator: String,
    /// Its message number.
    pub number: i32,
    /// The moment it is sent.
    pub sent_at: OffsetDateTime,
    /// How urgent the check is.
    pub priority: Priority,
    /// What it is for.
    pub direction: Direction,
    /// The check's reference.
    pub reference: String,
    /// The telegrams it answers, `STATE 63028`.
    pub answers: Vec<String>,
    /// Its subject.
    pub subject: String,
}

/// Words in quotation marks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('"', "\"\""))
}

/// Texts one after the other, each quoted between the same words.
fn each(texts: &[String], before: &str, after: &str) -> String {
    texts.iter().flat_map(|text| [before.to_owned(), quoted(text), after.to_owned()]).collect()
}

fn optional(lead: &str, text: Option<&str>) -> String {
    text.map(|text| format!("{lead}{}", quoted(text))).unwrap_or_default()
}

/// The sections of a telegram in their usual order: the heading, and whether a value stands in it.
type Section = (&'static str, fn(&Value) -> bool);

const SECTIONS: [Section; 9] = [
    ("SUMMARY", |value| matches!(value, Value::Check { .. } | Value::License { .. })),
    ("WHAT IS ASKED", |value| matches!(value, Value::Request { .. })),
    ("END-USER AND OTHER PARTIES", |value| match value {
        Value::Party { role, .. } => !role.is_some_and(PartyRole::is_go_between),
        Value::Finding { topic, .. } => matches!(topic.as_str(), "bona_fides" | "order" | "end_use" | "need" | "nontransfer"),
        _ => false,
    }),
    ("ITEMS", |value| matches!(value, Value::ItemGroup { .. })),
    (
        "STORAGE AND CONTROL",
        |value| matches!(value, Value::Finding { topic, .. } if matches!(topic.as_str(), "storage" | "inventory" | "receipt")),
    ),
    ("AUTHORITIES", |value| match value {
        Value::ImportApproval { .. } => true,
        Value::Finding { topic, .. } => topic == "import_approvals",
        _ => false,
    }),
    ("INTERMEDIARIES", |value| match value {
        Value::Party { role, .. } => role.is_some_and(PartyRole::is_go_between),
        Value::Finding { topic, .. } => topic == "intermediaries",
        _ => false,
    }),
    ("OTHER FINDINGS", |value| {
        matches!(
            value,
            Value::Finding { .. } | Value::Serials { .. } | Value::SeparateFact { .. } | Value::Obstacle { .. } | Value::Dated { .. }
        )
    }),
    ("CONTACTS, AND WHAT THEY CLAIMED", |value| matches!(value, Value::Contact { .. } | Value::Statement { .. })),
];

/// The text that a person may change before it is sent.
pub fn body(content: &Content) -> String {
    let mut left: Vec<&Value> = content.values.iter().collect();
    let mut text = String::new();
    let mut number = 0;
    for (heading, holds) in SECTIONS {
        let (here, rest): (Vec<&Value>, Vec<&Value>) = left.into_iter().partition(|value| holds(value));
        left = rest;
        paragraph(&mut text, &mut number, heading, &here);
    }
    let (words, rest): (Vec<&Value>, Vec<&Value>) = left.into_iter().partition(|value| matches!(value, Value::Recommendation { .. }));
    if !rest.is_empty() {
        number += 1;
        let mark = highest(&rest).code();
        let _ = write!(text, "{number}. ({mark}) COMMENT:\n\n");
        for value in rest {
            item(&mut text, value);
        }
        text.push_str("END COMMENT.\n\n");
    }
    paragraph(&mut text, &mut number, "RECOMMENDATION", &words);
    text.trim_end().to_owned() + "\n"
}

fn paragraph(text: &mut String, number: &mut usize, heading: &str, values: &[&Value]) {
    if values.is_empty() {
        return;
    }
    *number += 1;
    let mark = highest(values).code();
    let _ = write!(text, "{number}. ({mark}) {heading}:\n\n");
    for value in values {
        item(text, value);
    }
}

fn highest(values: &[&Value]) -> PortionMark {
    values.iter().map(|value| mark(value)).max().unwrap_or(PortionMark::U)
}

fn item(text: &mut String, value: &Value) {
    for sentence in sentences(value) {
        text.push_str(&wrap("-- ", &sentence));
        text.push_str("\n\n");
    }
}

/// The wording of a value: one sentence; a request has one for each of its parts.
fn sentences(value: &Value) -> Vec<String> {
    vec![match value {
        Value::Check { check_type, direction } => {
            let kind = check_type.map_or_else(|| "an end-use".to_owned(), |kind| format!("a {}", kind.label().to_lowercase()));
            format!("This is the {} of {kind} check.", direction.label().to_lowercase())
        }
        Value::License { number, also } => {
            let also = each(also, ", also written ", "");
            format!("License {}{also}.", quoted(number))
        }
        Value::Party { .. } => party(value),
        Value::ItemGroup { license, label, item_class, quantity, unit } => {
            let class = optional(", class ", item_class.as_deref());
            let license = optional(", on license ", license.as_deref());
            format!("{quantity} {} of {}{class}{license}.", quoted(unit), quoted(label))
        }
        Value::ImportApproval { items_key, items, authority, state, number, waits_for, note } => {
            let line = items_key
                .as_deref()
                .and_then(|key| key.strip_prefix("item-group-"))
                .map(|line| format!(" (line {line})"))
                .unwrap_or_default();
            let number = optional("; permit ", number.as_deref());
            let waits = optional("; the applicant waits for ", waits_for.as_deref());
            format!(
                "{} for {}{line}: {}{number}{waits}. Note: {}.",
                quoted(authority),
                quoted(items),
                state.label().to_lowercase(),
                quoted(note)
            )
        }
        Value::Contact { contact_kind, with_whom, authority, on, place, summary } => {
            let on = on.map_or_else(|| ", date not stated,".to_owned(), |on| format!(" on {}", day_words(on)));
            let authority = optional(" of ", authority.as_deref());
            let place = optional(" at ", place.as_deref());
            format!("{}{on} with {}{authority}{place}: {}.", contact_kind.label(), quoted(with_whom), quoted(summary))
        }
        Value::Statement { contact_key, said_by, grade, topic, about, text } => {
            let contact = contact_key
                .as_deref()
                .and_then(|key| key.strip_prefix("contact-"))
                .map(|contact| format!(" in contact {contact}"))
                .unwrap_or_default();
            let topic = optional(" on ", topic.as_deref());
            let about = optional(" about ", about.as_deref());
            format!("Claimed by {} ({}){contact}{topic}{about}: {}.", quoted(said_by), grade.label().to_lowercase(), quoted(text))
        }
        Value::Finding { topic, party, answer, text, mark } => {
            let party = optional(" of ", party.as_deref());
            format!("({}) Post's finding on {}{party}: {}. {}.", mark.code(), quoted(topic), answer.label().to_lowercase(), quoted(text))
        }
        Value::Recommendation { word, conditions, license, text } => {
            let license = optional(" on license ", license.as_deref());
            let conditions = each(conditions, " Condition: ", ".");
            format!("Post's word{license}: {}. {}.{conditions}", word.label().to_lowercase(), quoted(text))
        }
        Value::SeparateFact { said_by, text } => format!("A separate fact{}: {}.", optional(" told by ", said_by.as_deref()), quoted(text)),
        Value::Obstacle { text } => format!("An obstacle: {}.", quoted(text)),
        Value::Dated { on, what } => format!("On {}: {}.", day_words(*on), quoted(what)),
        Value::Serials { state, numbers, count, items } => {
            let count = count.map(|count| format!(" {count}")).unwrap_or_default();
            let items = optional(" of ", items.as_deref());
            let numbers = each(numbers, " ", "");
            format!("Serial numbers {}{items}:{count}{numbers}.", state.label().to_lowercase())
        }
        Value::Request { reason, steps, days, due_on, site_visit } => {
            let mut parts = Vec::new();
            parts.extend(reason.as_ref().map(|reason| format!("The reason: {}.", quoted(reason))));
            parts.extend(steps.iter().map(|step| format!("Post is asked to answer: {}.", quoted(step))));
            let visit = site_visit.map(|visit| format!("A site visit is {}.", visit.label().to_lowercase()));
            parts.extend(visit);
            let due = due_on.map(|due| format!(", by the end of {}", day_words(due))).unwrap_or_default();
            parts.extend(days.map(|days| format!("Post has {days} days to answer{due}.")));
            if let (None, Some(due)) = (days, due_on) {
                parts.push(format!("The answer is due by the end of {}.", day_words(*due)));
            }
            return parts;
        }
        Value::Remark { text } => format!("{}.", quoted(text)),
        // What stands in the header is written there.
        Value::Message { .. } | Value::Reference { .. } => return Vec::new(),
    }]
}

fn party(value: &Value) -> String {
    let Value::Party { name, short_name, party_kind, role, country, address, takes_possession, possession_claimed_by } = value else {
        return String::new();
    };
    let role = role.map_or("Party", PartyRole::label);
    let short = optional(", short ", short_name.as_deref());
    let kind = party_kind.map(|kind| format!(", {}", kind.label().to_lowercase())).unwrap_or_default();
    let country = optional(", of ", country.as_deref());
    let address = optional(", at ", address.as_deref());
    let takes = match takes_possession {
        TakesPossession::Unknown => String::new(),
        takes => format!("; {}{}", takes.label().to_lowercase(), optional(", as claimed by ", possession_claimed_by.as_deref())),
    };
    format!("{role}: {}{short}{kind}{country}{address}{takes}.", quoted(name))
}

/// The whole telegram: the header composed around a body, which may have been changed. The overall mark is the highest that stands in it.
pub fn whole(envelope: &Envelope, body: &str) -> String {
    let sensitive = body.lines().any(|line| line.contains("(SBU") || line.contains("(FOUO"));
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
    references.extend(envelope.answers.iter().map(|answer| plain(answer)));
    for (index, reference) in references.iter().enumerate() {
        let letter = char::from(b'A' + u8::try_from(index.min(25)).unwrap_or(25));
        let lead = if index == 0 { "REF: " } else { "     " };
        let _ = writeln!(text, "{lead}{letter}. {reference}");
    }
    text.push('\n');
    text.push_str(body.trim_end());
    text.push('\n');
    text
}
