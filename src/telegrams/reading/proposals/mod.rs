//! What a telegram proposes: rules that can be read and tested, one file a kind. Each looks at the sentences once; nothing is looked for in
//! the whole text again and again, and every list is bounded, so that the longest input takes time linear in its length.

/// Whom a finding is of.
pub mod about;
/// What a sentence answers to a topic.
pub mod answers;
/// Import approvals.
pub mod approvals;
/// Signed certificates.
pub mod certificates;
/// Contacts and statements.
pub mod contacts;
/// Days.
pub mod dates;
/// What the post did to learn it.
pub mod events;
/// Findings.
pub mod findings;
/// What the rules stand on.
pub mod ground;
/// Number, purpose, references, licenses.
pub mod heads;
/// Item groups.
pub mod items;
/// Names.
pub mod names;
/// Lantern's own wording.
pub mod own;
/// Parties and their roles.
pub mod parties;
/// What a sentence says of a permit.
pub mod permits;
/// Persons.
pub mod persons;
/// Quoted letters.
pub mod quoted;
/// The recommendation.
pub mod recommendation;
/// Requests, counts, obstacles, days.
pub mod requests;
/// Sentences.
pub mod sentences;
/// Subjects of sentences.
pub mod subjects;
/// What a sentence recommends.
pub mod verdicts;
/// Who speaks.
pub mod voices;
/// The words rules look for.
pub mod words;

use super::{Direction, Proposal, Reading, Warning, decode::Decoded, structure::Stretch};

/// What a telegram proposes, and what looks wrong in what it says.
pub fn propose(text: &str, decoded: &Decoded<'_>, stretches: &[Stretch], reading: &Reading) -> (Vec<Proposal>, Vec<Warning>) {
    let mut ground = ground::Ground::new(text, decoded, stretches, reading);
    ground.voices = voices::listen(&ground);
    heads::message_itself(&mut ground);
    heads::references(&mut ground);
    if own::propose(&mut ground) {
        return (ground.found, ground.warnings);
    }
    let (direction, _) = heads::direction(&ground);
    heads::propose(&mut ground);
    let (parties, names) = parties::propose(&mut ground);
    let groups = items::propose(&mut ground);
    approvals::propose(&mut ground, &groups, &names);
    contacts::propose(&mut ground, &parties, &names);
    certificates::propose(&mut ground, &parties);
    findings::propose(&mut ground, &parties, direction);
    requests::propose(&mut ground, direction);
    if !matches!(direction, Direction::Request | Direction::Reminder) {
        recommendation::propose(&mut ground);
    }
    (ground.found, ground.warnings)
}

#[cfg(test)]
#[path = "proposals_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "who_tests.rs"]
mod who_tests;

#[cfg(test)]
#[path = "lines_tests.rs"]
mod lines_tests;
