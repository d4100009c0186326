//! What a person may choose from in some sentences: the names, the numbers and the days that stand in them. Nothing is
//! judged here.

use std::sync::LazyLock;

use regex::Regex;
use time::{Date, OffsetDateTime};

use super::{
    dates, lines,
    sentences::{NUMBERS, number},
    words::{exact, pattern},
};

/// What stands in some sentences, each once, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Names: words with capitals, abbreviations in brackets.
    pub names: Vec<String>,
    /// Quantities in figures, and numbers of permits, licenses and weapons as written.
    pub numbers: Vec<String>,
    /// Days, with the year of the telegram where none is written.
    pub days: Vec<Date>,
}

/// At most so many of each are offered.
const MOST: usize = 30;

/// In how many letters it is looked for: more than any answer of a form has.
const LONGEST: usize = 6_000;

/// What stands in some sentences; `sent_at`: the moment of their telegram.
pub fn told(text: &str, sent_at: Option<OffsetDateTime>) -> Told {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let days = dates::days(text, sent_at.map(OffsetDateTime::date));
    let mut told = Told { names: names(text), numbers: numbers(text, &days), days: Vec::new() };
    for (_, day) in days {
        if !told.days.contains(&day) && told.days.len() < MOST {
            told.days.push(day);
        }
    }
    told
}

/// Small words within a name.
const WITHIN: [&str; 20] = [
    "of", "and", "for", "the", "de", "del", "la", "las", "los", "y", "e", "&", "van", "von", "der", "bin", "al", "da",
    "do", "di",
];

/// Words that begin with a capital and no name: at the head of a sentence, or as telegrams write them.
const NO_NAME: [&str; 86] = [
    "the",
    "a",
    "an",
    "on",
    "in",
    "at",
    "by",
    "of",
    "for",
    "from",
    "to",
    "with",
    "and",
    "or",
    "but",
    "if",
    "as",
    "post",
    "embassy",
    "he",
    "she",
    "it",
    "they",
    "his",
    "her",
    "their",
    "its",
    "we",
    "our",
    "this",
    "that",
    "these",
    "those",
    "there",
    "when",
    "while",
    "after",
    "before",
    "since",
    "according",
    "however",
    "license",
    "licenses",
    "application",
    "reftel",
    "ref",
    "both",
    "all",
    "no",
    "not",
    "one",
    "two",
    "both",
    "u.s",
    "us",
    "usg",
    "sbu",
    "u",
    "mr",
    "mrs",
    "ms",
    "dr",
    "was",
    "is",
    "are",
    "were",
    "has",
    "had",
    "have",
    "will",
    "would",
    "who",
    "which",
    "met",
    "said",
    "stated",
    "told",
    "during",
    "under",
    "also",
    "poloff",
    "econoff",
    "emboff",
    "conoff",
    "department",
    "washington",
];

/// Titles before a person's name: their full stop ends no name.
const SHORT: [&str; 20] = [
    "mr", "mrs", "ms", "dr", "col", "gen", "lt", "capt", "maj", "brig", "sgt", "supt", "insp", "ing", "lic", "eng",
    "prof", "hon", "st", "cia",
];

/// Runs of words with capitals; of a text that is all capitals, what stands between its common words.
fn names(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut keep = |run: &mut Vec<&str>| {
        while run.last().is_some_and(|word| WITHIN.contains(&word.to_lowercase().as_str())) {
            run.pop();
        }
        while run.len() > 1 && NO_NAME.contains(&plain(run[0]).as_str()) && !SHORT.contains(&plain(run[0]).as_str()) {
            run.remove(0);
        }
        let name = run.join(" ");
        let name = name
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '.')
            .trim_end_matches("'s")
            .trim_start_matches('.');
        let code = name.bytes().filter(u8::is_ascii_digit).count() > 2;
        let alone = code || run.len() == 1 && (NO_NAME.contains(&plain(name).as_str()) || is_month(name));
        let name = if run.len() == 1 { name.trim_end_matches('.') } else { name };
        if name.chars().filter(|c| c.is_alphabetic()).count() > 1
            && !alone
            && found.len() < MOST
            && found.iter().all(|known| known != name)
        {
            found.push(name.to_owned());
        }
        run.clear();
    };
    for part in text.split(['(', ')', '"', '\u{201c}', '\u{201d}', '\n']) {
        let shouted = lines::is_shouted(part) && part.split_whitespace().count() > 3;
        let mut run: Vec<&str> = Vec::new();
        for word in part.split_whitespace() {
            let bare = word.trim_end_matches([',', ';', ':', '.', '!', '?']);
            let lower = plain(word);
            let capital =
                word.starts_with(|c: char| c.is_uppercase()) && !(shouted && NO_NAME.contains(&lower.as_str()));
            let joins = !run.is_empty() && WITHIN.contains(&lower.as_str()) && !shouted;
            if !capital && !joins {
                keep(&mut run);
                continue;
            }
            let short = SHORT.contains(&lower.as_str()) || (bare.len() == 1 && word.ends_with('.'));
            let ends = bare.len() < word.len() && !short;
            // `Col. Vidal of the Ministry`: a person and where he serves.
            if lower == "of" && run.first().is_some_and(|first| SHORT.contains(&plain(first).as_str())) {
                keep(&mut run);
                continue;
            }
            run.push(if ends { bare } else { word.trim_end_matches([',', ';', ':']) });
            if ends || run.len() >= 9 {
                keep(&mut run);
            }
        }
        keep(&mut run);
    }
    found
}

fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '.').trim_end_matches('.').to_lowercase()
}

fn is_month(word: &str) -> bool {
    word.len() >= 3
        && lines::MONTHS.iter().any(|month| word.get(..3).is_some_and(|begins| begins.eq_ignore_ascii_case(month)))
}

/// Letters and digits, or long digits: a license, a permit, a weapon.
static CODE: LazyLock<Regex> = LazyLock::new(|| exact(r"#?\b(?:[A-Z]{1,6}[-/]?)?\d[\dA-Z]*(?:[-/.][\dA-Z]+)*\b"));
static QUANTITY: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b(?:{NUMBERS})\b")));

fn numbers(text: &str, days: &[(std::ops::Range<usize>, Date)]) -> Vec<String> {
    let in_day = |at: usize| days.iter().any(|(range, _)| range.contains(&at));
    let mut found: Vec<(usize, String)> = Vec::new();
    for code in CODE.find_iter(text).filter(|code| !in_day(code.start())) {
        let words = code.as_str();
        let digits = words.bytes().filter(u8::is_ascii_digit).count();
        let is_code = (words.bytes().any(|byte| byte.is_ascii_uppercase()) && digits > 2)
            || digits > 5
            || words.contains(['-', '/']);
        if is_code && !words.contains("MM") {
            found.push((code.start(), words.to_owned()));
        }
    }
    let codes: Vec<(usize, usize)> = found.iter().map(|(at, words)| (*at, at + words.len())).collect();
    for many in QUANTITY.find_iter(text).filter(|many| !in_day(many.start()) && many.as_str().to_lowercase() != "one") {
        let within = codes.iter().any(|(from, to)| (*from..*to).contains(&many.start()));
        let beside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '/' | '#');
        let joined = text[..many.start()].ends_with(beside) || text[many.end()..].starts_with(['/', '-']);
        if let Some(value) = number(many.as_str()).filter(|_| !within && !joined) {
            found.push((many.start(), value.to_string()));
        }
    }
    found.sort();
    let mut numbers: Vec<String> = Vec::new();
    for (_, number) in found {
        if !numbers.contains(&number) && numbers.len() < MOST {
            numbers.push(number);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn names_numbers_and_days_are_told_and_nothing_else() {
        let text = "On June 18, Poloff met with Col. Bautista Corral of the Ministry of Defense (MOD), who showed permit MNS-4471 for thirty \
                    pistols and 10,000 rounds under license 050107388.";
        let told = told(text, Some(datetime!(2008-06-19 21:40 UTC)));
        assert_eq!(told.names, ["Col. Bautista Corral", "Ministry of Defense", "MOD"]);
        assert_eq!(told.numbers, ["MNS-4471", "30", "10000", "050107388"]);
        assert_eq!(told.days, [date!(2008 - 06 - 18)]);
    }

    #[test]
    fn names_of_a_text_in_capitals_stand_between_its_common_words() {
        assert_eq!(
            names("THE FIRM WAS SOLD BY BELMAR DEFESA LTD TO THE NAVY"),
            ["FIRM", "SOLD", "BELMAR DEFESA LTD", "NAVY"]
        );
    }

    #[test]
    fn a_name_has_no_word_that_only_stands_before_it() {
        assert_eq!(
            names("The Jasan Mountain Service's armory. Post saw Costa Prata Imports Ltd. Then Mr. A. Quill left."),
            ["Jasan Mountain Service", "Costa Prata Imports Ltd", "Then Mr. A. Quill"]
        );
    }
}
