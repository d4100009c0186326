//! What a reference row says in words, on its pages and in the log.

use time::Date;

use crate::{
    audit::{Values, says},
    parties::model::PartyRole,
    text::day_words,
    vocabulary::CheckType,
};

/// When something of a dated row began, in words.
pub fn since_words(starts_on: Date, known: bool) -> String {
    if known { day_words(starts_on) } else { format!("in force before {}", day_words(starts_on)) }
}

/// A group of countries in words.
pub(super) fn group_words(code: &str) -> String {
    match code {
        "nato_plus" => "NATO and partners".to_owned(),
        "major_non_nato_ally" => "major non-NATO allies".to_owned(),
        "oas" => "members of the Organization of American States".to_owned(),
        "others" => "every other country".to_owned(),
        code => code.replace('_', " "),
    }
}

/// Of what a topic is asked, in words.
pub fn asked_words(types: &[CheckType], roles: &[PartyRole], classes: &[String]) -> String {
    let types = type_words(types);
    let roles = roles.iter().map(|role| role.label().to_lowercase()).collect::<Vec<_>>().join(", ");
    let of = if roles.is_empty() { "once".to_owned() } else { format!("of each {roles}") };
    format!("asked {of} on {types}{}", only_words(classes))
}

/// Under which topic a question is asked, in words.
pub fn under_words(topic: &str, types: &[CheckType], classes: &[String]) -> String {
    format!("asked under {} on {}{}", topic.replace('_', " "), type_words(types), only_words(classes))
}

fn type_words(types: &[CheckType]) -> String {
    types.iter().map(|check| check.label().to_lowercase()).collect::<Vec<_>>().join(", ")
}

fn only_words(classes: &[String]) -> String {
    if classes.is_empty() { String::new() } else { format!("; {}", class_words(classes)) }
}

/// For which items a row is, in words.
pub fn class_words(classes: &[String]) -> String {
    format!("only for {}", classes.join(", ").replace('_', " "))
}

/// A row as the log shows it.
pub fn described(label: &str, what: &str, source: &str, from: Date) -> Values {
    says("Name", label).and("Says", what).and("Source", source).and("First day", from)
}
