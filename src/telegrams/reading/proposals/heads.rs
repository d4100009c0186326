//! What the telegram is: its number and time, what it answers, which check it speaks of, which licenses it names.

use std::collections::BTreeMap;

use super::{
    ground::{Ground, message},
    words::patterns,
};
use crate::{
    checks::model::CheckType,
    telegrams::reading::{Confidence, Direction, PieceKind, ReferenceKind, Value, WarningKind, header, structure::Stretch},
    text::folded,
};

patterns! {
    PRE_LICENSE = r"pre-?\s?licen[sc]e|prior to (?:issuance|approval) of (?:the )?licen[sc]e";
    POST_SHIPMENT = r"post-?\s?shipment|post-?\s?delivery|delivery verification (?:check|visit|inspection)|after (?:the )?shipment";
    POST_LICENSE = r"post-?\s?licen[sc]e|post-?\s?approval|post-?\s?issuance";
    BROKER = r"broker(?:s|ing)? (?:inquiry|registration|check|review)|registration (?:of|as) [\w ]{0,40}broker|inquiry (?:on|about|regarding) [\w ]{0,30}broker";
    COMPANY = r"company (?:review|check|profile)|review of (?:the )?(?:company|firm)\b";
    REMINDER = r"\breminder\b|second request|tracer|still awaiting|has not (?:yet )?received (?:a |any |post's )*(?:response|reply|answer)|overdue";
    INTERIM = r"\binterim\b|will then report|(?:asks|requests) (?:for )?an extension|will (?:report|follow up|provide [\w ]{0,30}) (?:septel|when|once|upon|further|as soon)|final (?:response|reply|answer) (?:will|to) follow|partial (?:response|reply)";
    ANSWERS = r"\bresponse\b|\breply\b|\banswer\b|results? of|post (?:has|have|supports|recommends|confirm)|recommends|has no objection";
    ASKS = r"requests? (?:that )?(?:post|embassy)|post is (?:requested|asked)|embassy is (?:requested|asked)|action requested|request for (?:a |an )?(?:blue lantern|end-?use|pre-|post-)";
    DEMANDS = r"\bplease\b|\brequest(?:s|ed|ing)?\b|\basks?\b|\basked to\b|\bpost (?:should|is to)\b|\baction\b|\bshould\b";
    LICENSE = r"\b(?:licen[sc]es?|applications?|cases?|DSP-?\s?(?:5|61|73|83|85|94)|authori[sz]ations?)(?:\s+(?:application|license|licence|case|request))?(?:\s+(?:is|was|are))?(?:\s*(?:numbers?|nos?\.?|#\s|:))*\s*(#?\d[\d-]{4,}\d)\b";
    /// What stands before the word `license` where it is none of Washington's.
    FOREIGN = r"\b(?:import(?:ation)?|trade|trading|business|dealer(?:'?s)?|commercial|operating|gun|firearms?|arms|weapons?|driver(?:'?s)?|company) $";
    SHAPED = r"(?:^|[^\w-])(05\d{7}|05-\d{6,9})\b";
    TELEPHONE = r"(?:tel(?:ephone)?|phone|fax|mobile|cell)\.?:?\s*(?:no\.?|number)?\s*[+\d ()-]*$";
    MORE = r"^\s*(?:,|and|&|;|,\s*and)\s*(?:licen[sc]e |DSP-?\d+ )?(#?\d[\d-]{4,}\d)\b";
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
    OF_ANOTHER = r"^[,\s]*(?:(?:which|that) )?(?:(?:was|is|had been|has been) )?(?:issued|granted|approved|made out) (?:to|for) (?:another|a different|an unrelated|some other)\b";
    /// A check of another time.
    EARLIER_CHECK = r"\b(?:earlier|previous(?:ly)?|prior|past|former|another)\b[^.;]{0,50}\b(?:checks?|inquir(?:y|ies)|reviews?|verifications?)\b|\b(?:checks?|inquiry|review|verification) (?:in (?:19|20)\d\d|last year)\b";
    /// A decision on a license that is still to be made.
    TO_DECIDE = r"\b(?:approv\w+|issu\w+|grant\w*|den(?:y|ying|ial)|disapprov\w+|reject\w*) (?:of )?(?:the |this |these |both |all |each |two |three |subject |requested |proposed |referenced |DSP-?\d+ |export )*(?:licen[sc]es?|applications?)\b|\b(?:licen[sc]es?|applications?)(?: applications?)?(?: (?:no\.? |number )?#?[\d-]{5,}(?: and)?)* (?:should |shall )?(?:not )?be (?:approved|issued|granted|denied|rejected|disapproved)\b|\b(?:support|oppose|against|for|favors?|endorse)s? (?:the |this |both |these )(?:licen[sc]e )?(?:applications?|licen[sc]es?)\b";
    /// Words of a license that was used, or of no license.
    NOT_BEFORE = r"\b(?:was|were|been|already|have) (?:\w+ ){0,2}?(?:shipped|exported|sighted|inspected|accounted)\b|\b(?:shipped|exported|delivered) (?:under|on) (?:the |this )?(?:licen[sc]e|DSP)|\bunaccounted\b|\bcompliance (?:visit|check|review)|\bno licen[sc]e is involved\b|\bamend(?:ment|ed|ing)?\b";
    /// A license of Washington's that is there already.
    IS_ISSUED = r"\b(?:licen[sc]es?|applications?)(?: (?:no\.? |number )?#?[\d-]{5,})? (?:was|were|has been|have been|had been) (?:already )?(?:issued|approved|granted)\b";
    CHECK = r"\bBL-\d{4}-\d{4,}\b";
}

/// Proposes which check it speaks of, and which licenses it names.
pub fn propose(ground: &mut Ground<'_>) {
    check(ground);
    licenses(ground);
}

/// Proposes the telegram's own number and time.
pub fn message_itself(ground: &mut Ground<'_>) {
    let header = &ground.reading.header;
    if header.message.is_none() && header.date_time_group.is_none() {
        return;
    }
    let value =
        Value::Message { message: header.message.clone(), date_time_group: header.date_time_group.clone(), sent_at: header.sent_at };
    let kinds = [PieceKind::DateTimeGroup, PieceKind::Classification];
    let Some(place) = kinds.iter().find_map(|kind| ground.stretches.iter().find(|stretch| stretch.kind == *kind)) else { return };
    let (start, end) = (place.start, place.end);
    ground.propose_header(value, Confidence::Certain, start, end);
}

/// The direction of a telegram, and how sure that is.
pub fn direction(ground: &Ground<'_>) -> (Direction, Confidence) {
    let header = &ground.reading.header;
    let head = ground.head_words();
    let washington = header.from.as_deref().is_some_and(|from| from.contains("SECSTATE") || from.contains("DEPT"))
        || header.message.as_ref().is_some_and(|message| message.originator == "STATE" || message.originator == "SECSTATE")
        || header.station.as_deref() == Some("RUEHC");
    let body: String = ground.sentences.iter().take(60).map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
    let from_post = header.station.is_some() || header.message.is_some() || header.from.is_some();
    if washington || (!from_post && ASKS.is_match(&body) && !ANSWERS.is_match(&head)) {
        let sure = if washington { Confidence::Certain } else { Confidence::Likely };
        let reminds = REMINDER.is_match(&head)
            || (REMINDER.is_match(&body) && !REMINDER.is_match(&head) && !body.to_lowercase().contains("reason for"));
        if !reminds && !DEMANDS.is_match(&body) && !DEMANDS.is_match(&head) {
            return (Direction::Other, Confidence::Possible);
        }
        return (if reminds { Direction::Reminder } else { Direction::Request }, sure);
    }
    if INTERIM.is_match(&head) {
        return (Direction::Interim, Confidence::Certain);
    }
    if INTERIM.is_match(&body) && !super::recommendation::is_there(ground) {
        return (Direction::Interim, Confidence::Likely);
    }
    if ANSWERS.is_match(&head) || ANSWERS.is_match(&body) {
        return (Direction::Reply, if from_post { Confidence::Certain } else { Confidence::Likely });
    }
    (if from_post { Direction::Reply } else { Direction::Other }, Confidence::Possible)
}

fn check_type(words: &str) -> Option<CheckType> {
    let kinds = [
        (&PRE_LICENSE, CheckType::PreLicense),
        (&POST_SHIPMENT, CheckType::PostShipment),
        (&POST_LICENSE, CheckType::PostLicense),
        (&BROKER, CheckType::BrokerInquiry),
        (&COMPANY, CheckType::CompanyReview),
    ];
    let first = kinds.iter().filter_map(|(words_of, kind)| words_of.find(words).map(|found| (found.start(), *kind)));
    first.min_by_key(|(at, _)| *at).map(|(_, kind)| kind)
}

/// The type that no word names: what is recommended on a license that is still to be decided on is told before it is issued.
fn before_decision(ground: &Ground<'_>, direction: Direction) -> Option<CheckType> {
    let header = &ground.reading.header;
    // An extract may leave out the words that tell.
    let is_whole = header.station.is_some() || header.message.is_some() || header.from.is_some();
    if !is_whole || !matches!(direction, Direction::Reply | Direction::Interim) {
        return None;
    }
    let own = || ground.sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind != PieceKind::Quotation);
    let foreign = |text: &str, at: usize| FOREIGN.is_match(&text[..at]);
    let is_used = own().any(|(_, sentence)| {
        let text = &sentence.text;
        NOT_BEFORE.is_match(text) || IS_ISSUED.find_iter(text).any(|found| !foreign(text, found.start()))
    });
    let decides = |(index, sentence): (usize, &super::sentences::Sentence)| {
        TO_DECIDE.is_match(&sentence.text) && ground.voices.who(index).is_none() && !super::verdicts::verdicts(&sentence.text).is_empty()
    };
    (!is_used && own().any(decides)).then_some(CheckType::PreLicense)
}

fn check(ground: &mut Ground<'_>) {
    let (direction, sure) = direction(ground);
    let head = ground.head_words();
    let told = ground.sentences.iter().take(40).map(|sentence| sentence.text.as_str()).filter(|text| !EARLIER_CHECK.is_match(text));
    let body: String = told.collect::<Vec<_>>().join(" ");
    let named = check_type(&head).or_else(|| check_type(&body));
    let check_type = named.or_else(|| before_decision(ground, direction));
    if check_type.is_none() && direction == Direction::Other {
        return;
    }
    let sure = if named.is_none() && check_type.is_some() { Confidence::Likely } else { sure };
    let confidence = if check_type.is_some() { sure } else { Confidence::Possible };
    let value = Value::Check { check_type, direction };
    let place = ground.stretches.iter().find(|stretch| {
        matches!(stretch.kind, PieceKind::Subject)
            || (stretch.kind == PieceKind::NotUnderstood && self::check_type(&ground.text[stretch.start..stretch.end]).is_some())
    });
    match place.map(|place| (place.start, place.end)) {
        Some((start, end)) if end - start < 2_000 => {
            ground.propose_header(value, confidence, start, end);
        }
        _ if !ground.sentences.is_empty() => {
            let at =
                (0..ground.sentences.len().min(40)).find(|index| self::check_type(&ground.sentences[*index].text).is_some()).unwrap_or(0);
            ground.propose(value, confidence, at, at);
        }
        _ => {}
    }
}

/// Proposes what the telegram answers or quotes.
pub fn references(ground: &mut Ground<'_>) {
    let stretches: Vec<&Stretch> = ground.stretches.iter().filter(|stretch| stretch.kind == PieceKind::Reference).collect();
    for (letter, text, start, end) in header::lettered(ground.text, &stretches) {
        let upper = text.to_uppercase();
        let points_at = if CHECK.is_match(&text) {
            ReferenceKind::Check
        } else if upper.contains("E-MAIL") || upper.contains("EMAIL") {
            ReferenceKind::Email
        } else if upper.contains("LETTER") {
            ReferenceKind::Letter
        } else if message(&text).is_some() {
            ReferenceKind::Telegram
        } else {
            ReferenceKind::Other
        };
        let message = message(&text).filter(|_| points_at == ReferenceKind::Telegram);
        let confidence = if points_at == ReferenceKind::Other { Confidence::Possible } else { Confidence::Certain };
        ground.propose_header(Value::Reference { letter, points_at, text, message }, confidence, start, end);
    }
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
        let Some(number) = captures.get(1) else { continue };
        let known = found.iter().any(|(at, _)| *at == number.start());
        let before: String = text[..number.start()].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        if !known && !TELEPHONE.is_match(&before) {
            found.push((number.start(), number.as_str().to_owned()));
        }
    }
    found.sort();
    found
}

/// Whether words make the number at a place that of an earlier or other license.
fn is_earlier(text: &str, at: usize, number: &str) -> bool {
    let begin = text[..at].rfind(['.', ';']).map_or(0, |stop| stop + 1);
    let (before, after) = (&text[begin..at], &text[at + number.len()..]);
    let named = EARLIER.captures(before).is_some_and(|found| !ABOUT.is_match(&found[1]) && !NOW.is_match(&found[2]));
    named
        || WAS_CHECKED.is_match(after)
        || OF_ANOTHER.is_match(after)
        || LONG_AGO.is_match(before)
        || (CHECKED_IN.is_match(before) && IN_YEAR.is_match(after))
}

/// Whether two spellings are of one license.
pub fn same_license(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

/// A number without what is only spelling: `05-050119403` is `050119403` with the prefix of its form, and `05-971940` is `971940`.
fn canonical(number: &str) -> String {
    let dashed = number.trim_start_matches('#').strip_prefix("05-").map(folded);
    if let Some(rest) = dashed.filter(|rest| rest.len() >= 6) {
        return rest;
    }
    let number = folded(number);
    match number.strip_prefix("05").filter(|rest| rest.len() == 9 && rest.starts_with("05")) {
        Some(rest) => rest.to_owned(),
        None => number,
    }
}

/// Where a license number was found: in the header, or in a sentence.
enum At {
    Header(usize, usize),
    Sentence(usize),
}

fn licenses(ground: &mut Ground<'_>) {
    let mut spelled: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    let mut order: Vec<(String, At)> = Vec::new();
    let mut see = |number: String, at: At| {
        let key = canonical(&number);
        let many = spelled.len();
        let entry = spelled.entry(key).or_insert_with(|| (many, Vec::new()));
        if !entry.1.contains(&number) {
            if entry.1.is_empty() {
                order.push((number.clone(), at));
            }
            entry.1.push(number);
        }
    };
    for stretch in ground.stretches.iter().filter(|stretch| matches!(stretch.kind, PieceKind::Subject | PieceKind::Reference)) {
        for (_, number) in numbers(&super::sentences::mended(&ground.text[stretch.start..stretch.end])) {
            see(number, At::Header(stretch.start, stretch.end));
        }
    }
    for (index, sentence) in ground.sentences.iter().enumerate() {
        // A foreign letter has numbers of its own.
        let quoted = sentence.kind == PieceKind::Quotation;
        for (at, number) in numbers(&sentence.text).into_iter().filter(|(_, number)| !quoted || SHAPED.is_match(number)) {
            // Of another time or deal: it is told, if at all, as a fact beside the case.
            if is_earlier(&sentence.text, at, &number) {
                continue;
            }
            see(number, At::Sentence(index));
        }
    }
    for (number, at) in order {
        let also: Vec<String> = spelled[&canonical(&number)].1.iter().filter(|other| **other != number).cloned().collect();
        if !also.is_empty() {
            let text = format!("License {number} is also written {}.", also.join(" and "));
            ground.warn(WarningKind::TwoSpellings, text, if let At::Sentence(index) = at { Some(index) } else { None });
        }
        let value = Value::License { number, also };
        match at {
            At::Header(start, end) => ground.propose_header(value, Confidence::Certain, start, end),
            At::Sentence(index) => ground.propose(value, Confidence::Certain, index, index),
        };
    }
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
        assert!(same_license("05-793116", "793116") && same_license("05-050119403", "050119403") && same_license("#865711", "865711"));
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

    #[test]
    fn a_delivery_that_was_verified_on_paper_is_no_check_of_it() {
        assert_eq!(check_type("He had not signed the delivery verification attached to the application."), None);
        assert_eq!(check_type("a delivery verification check"), Some(CheckType::PostShipment));
    }

    #[test]
    fn a_message_number_is_told_from_other_numbers() {
        assert_eq!(message("STATE 63028").map(|found| found.number), Some(63028));
        assert_eq!(message("08 GUATEMALA 000773").and_then(|found| found.year), Some(2008));
        assert_eq!(message("E-MAIL FROM PM/DTCC OF JUNE 3"), None);
        assert_eq!(message("License 050107211"), None);
    }
}
