//! Names of firms, bodies and organizations in a text: words with capitals and the small ones between them. In a text
//! that is all capitals a name is what stands between marks and common words.

use std::{collections::HashMap, ops::Range};

use crate::{
    parties::model::PartyKind,
    telegrams::reading::{lines, sentences::Found, words::patterns},
};

/// Ends of firms' names: they follow a comma, and keep their full stop.
const ENDS: [&str; 46] = [
    "sprl", "too", "inc", "ltd", "ltda", "lda", "llc", "llp", "sac", "s.a.c", "s.a", "sa", "s.r.l", "srl", "s.r.o",
    "s.p.a", "spa", "sarl", "gmbh", "ag", "ab", "oy", "a/s", "as", "ou", "cc", "n.v", "nv", "b.v", "bv", "pty", "pvt",
    "plc", "jsc", "fze", "d.o.o", "eood", "ood", "kft", "co", "corp", "cia", "c.a", "s.a.s", "sdn", "bhd",
];

/// Words that end in a full stop and end no name.
const SHORT: [&str; 8] = ["st", "gen", "col", "mr", "dr", "no", "jr", "u.s"];

/// Small words within a name.
pub const WITHIN: [&str; 18] =
    ["of", "and", "for", "the", "de", "del", "la", "las", "los", "y", "e", "&", "van", "von", "et", "da", "do", "di"];

/// Words with a capital that begin no name.
const BEGINS_NONE: [&str; 44] = [
    "the",
    "a",
    "an",
    "this",
    "that",
    "these",
    "it",
    "he",
    "she",
    "they",
    "we",
    "its",
    "his",
    "her",
    "their",
    "in",
    "on",
    "at",
    "by",
    "to",
    "for",
    "of",
    "from",
    "as",
    "post",
    "embassy",
    "department",
    "license",
    "licenses",
    "application",
    "dsp-5",
    "dsp-83",
    "dsp-73",
    "dsp-61",
    "reftel",
    "ref",
    "both",
    "no",
    "not",
    "poloff",
    "econoff",
    "emboff",
    "if",
    "per",
];

/// Words of sentences that are all capitals, which no name has.
const COMMON: [&str; 70] = [
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "will",
    "would",
    "shall",
    "may",
    "can",
    "could",
    "should",
    "that",
    "which",
    "who",
    "whom",
    "whose",
    "this",
    "these",
    "those",
    "it",
    "its",
    "he",
    "she",
    "they",
    "his",
    "her",
    "their",
    "by",
    "from",
    "to",
    "with",
    "on",
    "at",
    "in",
    "as",
    "under",
    "through",
    "told",
    "said",
    "stated",
    "states",
    "confirmed",
    "met",
    "visited",
    "called",
    "ordered",
    "listed",
    "named",
    "not",
    "no",
    "all",
    "both",
    "does",
    "did",
    "also",
    "only",
    "post",
    "embassy",
    "econoff",
    "poloff",
    "emboff",
    "license",
    "application",
    "an",
    "a",
    "if",
    "when",
];

/// A word of a text, without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_end_matches([',', ';', ':', '.', '!', '?', ')', '"', '\'']).trim_start_matches(['(', '"', '\''])
}

/// Whether a word ends the name of a firm.
pub fn is_end(word: &str) -> bool {
    let lower = word.trim_end_matches([',', '.', ';', ')']).to_lowercase();
    ENDS.contains(&lower.as_str())
}

/// Where the names of a text stand.
pub fn names(text: &str) -> Vec<Range<usize>> {
    let shouted = lines::is_shouted(text);
    let words: Vec<(usize, &str)> = text
        .split(' ')
        .scan(0, |at, word| {
            let begins = *at;
            *at += word.len() + 1;
            Some((begins, word))
        })
        .collect();
    let (mut found, mut index) = (Vec::new(), 0);
    while index < words.len() {
        let from = index;
        let (begins, word) = words[from];
        let lead = word.len() - word.trim_start_matches(['(', '"', '\'']).len();
        index += 1;
        if lead == word.len() || !begins_name(&word[lead..], shouted) {
            continue;
        }
        // The last word of the name, and where it ends.
        let mut last = (from, begins + lead + bare(word).len());
        let mut at = from;
        while ends_at(words[at].1).is_none() && at + 1 < words.len() && at - from < 12 {
            at += 1;
            let word = words[at].1;
            if goes_on(word, shouted) {
                last = (at, words[at].0 + bare(word).len());
            } else if !(WITHIN.contains(&word.to_lowercase().as_str())
                && !(word.eq_ignore_ascii_case("and") && is_end(words[at - 1].1)))
            {
                break;
            }
        }
        // `Farol Norte, Lda.`, `S.A.`: the end of a firm keeps its full stop where others have one within.
        let mut next = last.0 + 1;
        while words.get(next).is_some_and(|(_, word)| is_end(word) && words[next - 1].1.ends_with([',', '.'])) {
            last = (next, words[next].0 + bare(words[next].1).len());
            next += 1;
        }
        let end =
            if bare(words[last.0].1).contains('.') && text[last.1..].starts_with('.') { last.1 + 1 } else { last.1 };
        found.push(begins + lead..end);
        index = last.0 + 1;
    }
    found
}

fn begins_name(word: &str, shouted: bool) -> bool {
    let lower = bare(word).to_lowercase();
    let capital = word.starts_with(|c: char| c.is_uppercase());
    let common = shouted && (WITHIN.contains(&lower.as_str()) || COMMON.contains(&lower.as_str()));
    capital && !lower.is_empty() && !common && !BEGINS_NONE.contains(&lower.as_str())
}

fn goes_on(word: &str, shouted: bool) -> bool {
    let lower = bare(word).to_lowercase();
    let capital = word.starts_with(|c: char| c.is_uppercase())
        || (word.starts_with(|c: char| c.is_ascii_digit()) && word.len() < 4);
    capital
        && !(shouted && (COMMON.contains(&lower.as_str()) || WITHIN.contains(&lower.as_str())))
        && !matches!(lower.as_str(), "post" | "license")
}

/// Whether a name ends with a word, by the mark after it.
fn ends_at(word: &str) -> Option<()> {
    let marks = &word[word.trim_end_matches([',', ';', ':', '.', '!', '?', ')', '"']).len()..];
    let lower = bare(word).to_lowercase();
    let own = marks == "."
        && (is_end(word) || SHORT.contains(&lower.as_str()) || lower.chars().count() == 1 || lower.contains('.'));
    let possessive = word.ends_with("'s") || word.ends_with("\u{2019}s") || word.ends_with("s'");
    (possessive || !(marks.is_empty() || own)).then_some(())
}

/// A name as it is kept: without the possessive and the marks at its end.
pub fn tidy(name: &str) -> String {
    let name = name.trim().trim_end_matches([',', ';', ':', ' ']);
    ["'s", "\u{2019}s"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
}

/// A firm's name without the place it is of: `Kestrel Armory of Annapolis`. Bodies of a government are of theirs.
pub fn without_place(name: &str) -> String {
    patterns! {
        BODY = r"\b(?:ministry|department|bank|bureau|office|directorate|secretariat|services?|board|committee|commission|republic|government|police|army|institute|university|chamber|registrar|agency|administration|academy|association|federation|club|society|union|kingdom|states|friends|port|state|sons|house|inspectorate|command|forces?|guard|school|council|authority|trust|council|division|general|staff|corps|embassy|bureau)$";
    }
    match name.split_once(" of ") {
        Some((firm, _)) if firm.contains(' ') && !BODY.is_match(firm) => firm.to_owned(),
        _ => name.to_owned(),
    }
}

/// What a telegram calls its names: abbreviations in brackets after them, and names by their first words.
#[derive(Debug, Default)]
pub struct Called {
    short: HashMap<String, String>,
    full: Vec<String>,
}

/// At most so many names of a telegram are known.
const MOST: usize = 200;

impl Called {
    /// The names of some sentences.
    pub fn of(sentences: &[Found]) -> Self {
        let mut called = Self::default();
        for sentence in sentences {
            for range in names(&sentence.text) {
                if called.full.len() >= MOST {
                    return called;
                }
                let name = tidy(&sentence.text[range.clone()]);
                let after = sentence.text[range.end..].trim_start_matches(['.', ' ']);
                let short = after
                    .strip_prefix('(')
                    .and_then(|rest| rest.split_once(')'))
                    .map(|(short, _)| short.trim_matches('"'));
                if let Some(short) = short.filter(|short| is_short(short) && name.contains(' ')) {
                    called.short.entry(short.to_owned()).or_insert_with(|| name.clone());
                }
                if name.contains(' ') && !called.full.contains(&name) {
                    called.full.push(name);
                }
            }
        }
        called
    }

    /// The full name of what is called so.
    pub fn full(&self, name: &str) -> String {
        if let Some(full) = self.short.get(name) {
            return full.clone();
        }
        let longer = |full: &&String| {
            full.len() > name.len() && full.starts_with(name) && full[name.len()..].starts_with([' ', ','])
        };
        let all: Vec<&String> = self.full.iter().filter(longer).collect();
        match all.as_slice() {
            [first, ..]
                if all.iter().all(|other| other.starts_with(first.as_str()) || first.starts_with(other.as_str())) =>
            {
                (*first).clone()
            }
            _ => name.to_owned(),
        }
    }

    /// The abbreviation of a name.
    pub fn short(&self, name: &str) -> Option<String> {
        self.short.iter().filter(|(_, full)| *full == name).map(|(short, _)| short.clone()).min()
    }
}

fn is_short(text: &str) -> bool {
    (2..=12).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '&' | '.' | '-'))
        && !matches!(text, "SBU" | "NOTAL" | "AMCIT")
}

/// What a name says of what it is.
pub fn kind(name: &str) -> Option<PartyKind> {
    patterns! {
        INTERNATIONAL = r"\b(?:united nations|commission|international (?:committee|court|panel)|mission)\b";
        GOVERNMENT = r"\b(?:ministry|police|army|armed forces|navy|air force|guard|department|government|prisons?|customs|directorate|gendarmerie|command|bureau|authority|inspectorate|constabulary|national parks?|wildlife)\b";
        COMPANY = r"\b(?:inc|ltd|llc|s\.a|s\.r\.l|s\.r\.o|gmbh|corp|corporation|company|limited|plc|group|industries|trading|systems|enterprises|holdings|ltda|lda|n\.v|b\.v|d\.o\.o|a\.s|ag|ab|oy|bhd|pvt|pty|co|logistics|arms|imports?|exports?|brokers|supply)\b";
    }
    let kinds = [
        (&INTERNATIONAL, PartyKind::InternationalOrganization),
        (&COMPANY, PartyKind::Company),
        (&GOVERNMENT, PartyKind::GovernmentBody),
    ];
    kinds.iter().find(|(words, _)| words.is_match(name)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whole() {
        let of = |text: &str| names(text).into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>();
        for (text, wanted) in [
            ("The end-user, Seguridad Frailejon S.A. will use it", vec!["Seguridad Frailejon S.A."]),
            ("the consignee, Farol Norte, Lda., of Porto", vec!["Farol Norte, Lda", "Porto"]),
            (
                "Post reviewed the Ministry of Trade and Industry (MTI) today",
                vec!["Ministry of Trade and Industry", "MTI"],
            ),
            (
                "Kestrel Trust's owner met Ostrava Mechanical Co. Ltd.",
                vec!["Kestrel Trust's", "Ostrava Mechanical Co. Ltd"],
            ),
            ("THE END-USER, NATIONAL PARKS SERVICE, IS KNOWN", vec!["END-USER", "NATIONAL PARKS SERVICE", "KNOWN"]),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
