//! License numbers: after the word, or by their own shape. What stands beside one may make it that of another time or
//! deal.

use std::collections::BTreeMap;

use super::ground::Ground;
use crate::{
    telegrams::reading::{Confidence, PieceKind, Value, WarningKind, sentences::mended, words::patterns},
    text::LicenseNumber,
};

patterns! {
    LICENSE = r"\b(?:licen[sc]es?|applications?|cases?|DSP-?\s?(?:5|61|73|83|85|94)|authori[sz]ations?)(?:\s+(?:application|license|licence|case|request))?(?:\s+(?:is|was|are))?(?:\s*(?:numbers?|nos?\.?|#\s|:|\())*\s*(05\d{4} \d{3}|05\d \d{3} \d{3}|05-\d{4} \d{4}|05-\d{3} \d{3}|#?\d[\d-]{4,}\d)";
    /// What stands before the word `license` where it is none of Washington's.
    FOREIGN = r"\b(?:import(?:ation)?|trade|trading|business|dealer(?:'?s)?|commercial|operating|gun|firearms?|arms|weapons?|driver(?:'?s)?|company) $";
    SHAPED = r"(?:^|[^\w-])(05\d{7}|05\d{4} \d{3}|05\d \d{3} \d{3}|05-\d{4} \d{4}|05-\d{6,9})";
    TELEPHONE = r"(?:tel(?:ephone)?|phone|fax|mobile|cell)\.?:?\s*(?:no\.?|number)?\s*[+\d ()-]*$";
    MORE = r"^\s*(?:,|and|&|;|/|,\s*and|or)\s*(?:licen[sc]e |DSP-?\d+ )?(05\d{4} \d{3}|05\d \d{3} \d{3}|05-\d{4} \d{4}|05-\d{3} \d{3}|#?\d[\d-]{4,}\d)";
    /// What makes a license one of another time or deal, where it stands right before its words.
    EARLIER = r"\b(?:earlier|previous|prior|past|former|older|old|expired|separate|unrelated|different|another|(?:its|his|her|their|'s) other|last year's)\s+((?:[\w/'-]+,?\s+){0,4}?)(?:licen[sc]es?|applications?|orders?|purchases?|sales?|deals?|exports?|shipments?|contracts?|checks?|inquir(?:y|ies)|cases?|transactions?)\b([^;.]{0,60})$";
    /// What is earlier then is a cable or a letter about the license.
    ABOUT = r"\b(?:of|on|for|about|regarding|concerning|to|in|with|that|which)\b";
    /// What makes what follows the license of this telegram after all.
    NOW = r"\b(?:now|current|present|this|replaced|resubmitted|superseded|renewed|same|which became|is for|covers?|(?:of|for|on|in) the|conducted|reference|ref)\b";
    /// What only happened to a license of another time.
    WAS_CHECKED = r"^[,\s]*(?:which |that )?(?:was|were|had been|has been|have been) (?:already )?(?:(?:the )?(?:subject|object) of an? (?:\w+[ -]){0,4}?(?:check|inquiry|review|verification) (?:(?:in|of) (?:\w+ )?(?:19|20)\d\d|last|some|several)\b|(?:the )?(?:subject|object) of an? (?:earlier|previous|prior|past)\b|checked (?:in (?:19|20)\d\d|last year|earlier))";
    /// What was done about it long ago, before it and after it.
    LONG_AGO = r"\b(?:last year|(?:some|several|two|three|four|five) years ago|earlier|previously)\b,?\s+(?:[\w/'-]+\s+){0,4}?(?:checked|reviewed|verified|examined)\s+(?:licen[sc]e|application|DSP-?\d+)(?: (?:number|no\.?))?\s+$";
    CHECKED_IN = r"\b(?:checks?|checked|review(?:ed)?|inquiry|verification)\s+(?:(?:of|on|into)\s+)?(?:licen[sc]e|application|DSP-?\d+)(?: (?:number|no\.?))?\s+$";
    IN_YEAR = r"^,? (?:in|of) (?:\w+ )?((?:19|20)\d\d)\b";
    WAS_ENDED = r"^[,\s]*(?:which |that )?(?:was|were|had been) (?:returned|denied|withdrawn|rejected|cancell?ed)\b";
    OF_ANOTHER = r"^[,\s]*(?:(?:which|that) )?(?:(?:was|is|had been|has been) )?(?:issued|granted|approved|made out) (?:to|for) (?:another|a different|an unrelated|some other)\b";
}

/// Where a license number was found: in the header, or in a sentence.
enum At {
    Header(usize, usize),
    Sentence(usize),
}

/// Proposes the licenses, and gives their numbers.
pub fn propose(ground: &mut Ground<'_>) -> Vec<String> {
    let mut spelled: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order: Vec<(String, At)> = Vec::new();
    let mut see = |number: String, at: At| {
        let spellings = spelled.entry(LicenseNumber::new(&number).key()).or_default();
        if !spellings.contains(&number) {
            if spellings.is_empty() {
                order.push((number.clone(), at));
            }
            spellings.push(number);
        }
    };
    let structure = ground.structure;
    for stretch in
        structure.stretches.iter().filter(|stretch| matches!(stretch.kind, PieceKind::Subject | PieceKind::Reference))
    {
        for (_, number) in numbers(&mended(&structure.words_of(stretch))) {
            see(number, At::Header(stretch.start, stretch.end));
        }
    }
    for stretch in structure.of_kind(PieceKind::Heading) {
        for (_, number) in numbers(&mended(&structure.words_of(stretch))) {
            see(number, At::Header(stretch.start, stretch.end));
        }
    }
    for (index, sentence) in ground.sentences.iter().enumerate() {
        // A foreign letter has numbers of its own. What is of another time or deal is a fact beside the case.
        let quoted = sentence.kind == PieceKind::Quotation;
        let text = &sentence.text;
        for (at, number) in numbers(text) {
            if (!quoted || SHAPED.is_match(&number)) && !is_earlier(text, at, &number) {
                see(number, At::Sentence(index));
            }
        }
    }
    for (number, at) in &order {
        let also: Vec<String> =
            spelled[&LicenseNumber::new(number).key()].iter().filter(|other| *other != number).cloned().collect();
        if !also.is_empty() {
            let text = format!("License {number} is also written {}.", also.join(" and "));
            ground.warn(
                WarningKind::TwoSpellings,
                text,
                if let At::Sentence(index) = at { Some(*index) } else { None },
            );
        }
        let value = Value::License { number: number.clone(), also };
        match at {
            At::Header(start, end) => ground.propose_header(value, Confidence::Certain, *start, *end),
            At::Sentence(index) => ground.propose(value, Confidence::Certain, *index),
        }
    }
    order.into_iter().map(|(number, _)| number).collect()
}

/// License numbers in a text, with where each stands.
pub fn numbers(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for captures in LICENSE.captures_iter(text) {
        let (Some(whole), Some(first)) = (captures.get(0), captures.get(1)) else { continue };
        if FOREIGN.is_match(&text[..whole.start()]) {
            continue;
        }
        let mut keep = |at: usize, number: &str| {
            let digits = number.bytes().filter(u8::is_ascii_digit).count();
            let is_day = number.len() == 10 && number.as_bytes()[4] == b'-' && number.as_bytes()[7] == b'-';
            if (6..=14).contains(&digits) && !is_day {
                found.push((at, number.to_owned()));
            }
        };
        keep(first.start(), first.as_str());
        let mut at = first.end();
        while let Some(more) = MORE.captures(&text[at..]).and_then(|captures| captures.get(1)) {
            keep(at + more.start(), more.as_str());
            at += more.end();
        }
    }
    // Nine digits that begin with 05, or 05 and a dash, are the shape of these numbers; a telephone's are not.
    for captures in SHAPED.captures_iter(text) {
        let Some(number) = captures
            .get(1)
            .filter(|number| !text[number.end()..].starts_with(|c: char| c.is_ascii_digit() || c == '-'))
        else {
            continue;
        };
        let known = found.iter().any(|(at, _)| *at == number.start());
        let before: String =
            text[..number.start()].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        if !known && !TELEPHONE.is_match(&before) {
            found.push((number.start(), number.as_str().to_owned()));
        }
    }
    found.sort();
    found
}

/// Whether the word `license` that follows is none of Washington's.
pub fn is_foreign(before: &str) -> bool {
    FOREIGN.is_match(before)
}

/// Whether words make the number at a place that of an earlier or other license.
fn is_earlier(text: &str, at: usize, number: &str) -> bool {
    let begin = text[..at].rfind(['.', ';']).map_or(0, |stop| stop + 1);
    let (before, after) = (&text[begin..at], &text[at + number.len()..]);
    let named = EARLIER.captures(before).is_some_and(|found| !ABOUT.is_match(&found[1]) && !NOW.is_match(&found[2]));
    named
        || WAS_CHECKED.is_match(after)
        || OF_ANOTHER.is_match(after)
        || WAS_ENDED.is_match(after)
        || LONG_AGO.is_match(before)
        || (CHECKED_IN.is_match(before) && IN_YEAR.is_match(after))
}

/// Whether two spellings are of one license.
pub fn same_license(one: &str, other: &str) -> bool {
    LicenseNumber::new(one).key() == LicenseNumber::new(other).key()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn license_numbers_are_read_as_they_are_written() {
        let of = |text| numbers(text).into_iter().map(|(_, number)| number).collect::<Vec<_>>();
        assert_eq!(of("the approval of license 050107211 as soon as"), ["050107211"]);
        assert_eq!(of("DSP-5 application 05-050091548 and 05-971940"), ["05-050091548", "05-971940"]);
        assert_eq!(of("Case #865798 concerns"), ["#865798"]);
        assert_eq!(of("LICENSE NOS. 050107211, 050107212 AND 050107213"), ["050107211", "050107212", "050107213"]);
        assert_eq!(of("license 050107211as soon as"), ["050107211"]);
        for none in [
            "telephone 050107211",
            "in 2008 the license expired",
            "license of 2008-06-18",
            "holds trade license 550020071",
            "STATE 063028",
            "a DSP-83 of 2008",
        ] {
            assert_eq!(of(none), Vec::<String>::new(), "{none}");
        }
    }

    #[test]
    fn spellings_of_one_license_are_one() {
        assert!(
            same_license("05-793116", "793116")
                && same_license("05-050119403", "050119403")
                && same_license("#865711", "865711")
        );
        assert!(!same_license("050119403", "050119404") && !same_license("05-1234", "1234"));
    }

    #[test]
    fn an_earlier_license_is_no_license_of_the_telegram() {
        let kept = |text: &str| numbers(text).into_iter().filter(|(at, number)| !is_earlier(text, *at, number)).count();
        for earlier in [
            "The firm's previous license, 050144555, expired in May.",
            "A prior purchase by the academy under license 050144555 went well.",
            "License 050144555 was the subject of a post-shipment check in 2004.",
            "Post's check of license 050144555 in 2005 was favorable.",
            "Last year post also reviewed license 050144555 for the dealer.",
            "Ref C names license 050144555, issued to another company.",
            "A different application, 050144555, is for the coast guard.",
        ] {
            assert_eq!(kept(earlier), 0, "{earlier}");
        }
        for own in [
            "Post supports license 050144555.",
            "The earlier cable on license 050144555 had no answer.",
            "The previous application was resubmitted as license 050144555.",
            "License 050144555 was the subject of ref A.",
            "Post's check of license 050144555 is complete.",
            "As reported earlier, post reviewed the file of license 050144555.",
            "The firm is known from an earlier order. License 050144555 is for 20 sights.",
        ] {
            assert_eq!(kept(own), 1, "{own}");
        }
    }
}
