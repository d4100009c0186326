//! The signature: what it says, of which moment, and why this person may give it.

use time::OffsetDateTime;

use crate::{
    access::Reader,
    checks::{model::CaseFile, verbs::CheckVerb},
    duties::model::{Apart, Duty},
    licenses::{model::LicenseFile, verbs::LicenseVerb},
    text::{dollars, moment_words},
};

/// The signature of a page.
#[derive(Debug)]
pub struct Hand {
    /// Why this person does not sign it now, if they do not.
    pub refused: Option<String>,
    /// What is signed: `the result "favorable" on BL-2026-0032`.
    pub what: String,
    /// The moment of the page.
    pub moment: String,
    /// Why this person may.
    pub why: Vec<String>,
}

impl Hand {
    pub(super) fn of_check(file: &CaseFile, verb: CheckVerb, reader: &Reader, refused: Option<String>) -> Self {
        let (check, reference) = (&file.check, &file.check.reference);
        let word = check.recommendation.as_ref().map_or("", |word| word.word.label()).to_lowercase();
        let result = check.result.as_ref().map_or("", |result| result.word.label()).to_lowercase();
        let what = match verb {
            CheckVerb::Sign | CheckVerb::Clear | CheckVerb::BringBack => format!("the reply \"{word}\" to {reference}"),
            CheckVerb::EndEarly => format!("the result \"not completed\" of {reference}"),
            _ => format!("the result \"{result}\" of {reference}"),
        };
        let duty = match verb {
            CheckVerb::Sign => Duty::SignReply,
            CheckVerb::Clear => Duty::ClearReply,
            CheckVerb::Countersign => Duty::Countersign,
            CheckVerb::EndEarly => Duty::EndEarly,
            _ => Duty::SignResult,
        };
        let mut why = vec![may(reader, duty, &check.post_name)];
        let numbers: Vec<&str> = file.licenses.iter().map(|license| license.number.as_str()).collect();
        if Duty::Decide.after(duty) == Apart::Always && reader.post.is_none() && !numbers.is_empty() {
            why.push(format!("Whoever signs this does not decide license {}.", numbers.join(", ")));
        }
        Self { refused, what, moment: moment_words(file.now), why }
    }

    pub(super) fn of_license(
        license: &LicenseFile,
        verb: LicenseVerb,
        reader: &Reader,
        refused: Option<String>,
        at: OffsetDateTime,
    ) -> Self {
        let amount = verb.amount(license).filter(|_| refused.is_none());
        let mut why = vec![may(reader, Duty::Decide, "")];
        why.extend(amount.map(|amount| {
            format!("The license is worth {}; your authority is {}.", dollars(amount), dollars(reader.authority))
        }));
        let what = format!("a decision on license {}", license.number);
        Self { refused, what, moment: moment_words(at), why }
    }
}

/// Why a person may do it: the role, and what they had no part in.
fn may(reader: &Reader, duty: Duty, post: &str) -> String {
    let role = reader.role.label().to_lowercase();
    let place = if reader.post.is_some() { format!(" at {post}") } else { String::new() };
    format!("You act as {role}{place}, and had no part in what would keep you from it: {}.", duty.kept_by().join(", "))
}
