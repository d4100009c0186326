//! Which check a telegram speaks of, and what it is for.

use super::{ground::Ground, licenses, recommendation::Said};
use crate::{
    checks::model::CheckType,
    telegrams::reading::{Confidence, Direction, PieceKind, Value, words::patterns},
};

patterns! {
    PRE_LICENSE = r"pre-?\s?licen[sc](?:e|ing)|prior to (?:the )?(?:issuance|approval) of (?:the |this )?licen[sc]e|before (?:the |a |this )?licen[sc]e is (?:issued|approved|granted)";
    POST_SHIPMENT = r"post-?\s?shipment|post-?\s?delivery|post-?\s?export|delivery verification (?:check|visit|inspection)|after (?:the )?shipment";
    POST_LICENSE = r"post-?\s?licen[sc](?:e|ing)|post-?\s?approval|post-?\s?issuance";
    BROKER = r"broker(?:s|ing|age)? (?:inquiry|registration|check|review)|registration (?:of|as) [\w ]{0,40}broker|(?:inquiry|check) (?:on|about|regarding|into|of|concerning) [\w ]{0,30}broker";
    COMPANY = r"company (?:review|check|profile)|(?:review|check) of (?:the |a )?(?:company|firm)\b";
    REMINDER = r"\breminder\b|\bremind(?:s|ed)?\b|\brepeats? (?:its|our|the) request|heard nothing|\b(?:reply|response|answer) (?:was|fell) due\b|deadline (?:has |is )?(?:now )?(?:passed|past|gone)|\b(?:no|without an?|without any) (?:reply|answer|response) (?:yet|so far|to (?:it|them|ref|reftel))|(?:no|any) (?:answer|reply|response) (?:has|had|is|was) (?:yet |so far )?(?:reached|come|arrived|been received|on file|to hand)|second (?:request|reminder)|\btracer\b|still (?:awaits|awaiting|waiting)|(?:has|have) not (?:yet )?(?:received|had|seen) (?:a |an |any |the |post's )*(?:response|reply|answer)|\boverdue\b|\b(?:has|have) yet to (?:reply|answer|respond|report|hear|receive|reach)|\bstill (?:has|have) (?:no|not)\b|\bstill (?:lacks?|owed|owing|open|unanswered)\b|\bunanswered\b|\b(?:checks?|requests?|replies|answers) (?:\w+ )?outstanding\b|past due|not (?:yet )?been (?:answered|replied)|(?:reply|response|answer) (?:is|was) (?:now )?(?:late|outstanding|overdue)";
    INTERIM = r"\b(?:interim|partial|preliminary|first) (?:response|reply|answer|report)\b|(?:asks?|requests?|needs?) (?:for )?(?:an extension|more time|additional time)|(?:full|final|complete|substantive|second) (?:response|reply|answer|report)\b[^.;]{0,30} (?:will|to|is to|should) (?:follow|be)|(?:send|provide|make) (?:a |its |our |the )?(?:full|final|complete|substantive) (?:response|reply|answer|report)";
    INTERIM_HEAD = r"\binterim\b|\bstatus report\b|\b(?:preliminary|partial) (?:response|reply|answer|report)\b";
    ANSWERS = r"\bresponse\b|\breply\b|\banswer\b|results? of|post (?:has|have|supports|recommends|confirm)|recommends|has no objection";
    ASKS = r"\bplease (?:\w+ )?(?:confirm|verify|visit|determine|ascertain|establish|find|ask|report|tell|reply|respond|answer|let|advise|inspect|interview|check)|\b(?:department|ddtc|dtcc|directorate|washington|we) (?:\w+ )?(?:asks?|requests?|would (?:like|appreciate|be grateful)|wish(?:es)?|seeks?) |requests? (?:that )?(?:post|embassy)|(?:post|embassy) is (?:requested|asked)|action requested|request for (?:a |an )?(?:blue lantern|end-?use|pre-|post-)";
    DEMANDS = r"\bplease\b|\brequest(?:s|ed|ing)?\b|\basks?\b|\basked to\b|\bpost (?:should|is to)\b|\baction\b|\bshould\b";
    TO_POST = r"^(?:amembassy|amemb|embassy|american embassy|amconsul|us mission)\b";
    OF_REFERENCE = r"\b(?:interim|partial|preliminary|first) (?:response|reply|answer|report)\b[^.;]{0,12}\bref|\bref(?:tel|s)?\b[^.]{0,40}\b(?:was|were|gave|sent)\b";
    IS_INTERIM = r"\binterim (?:response|reply|answer|report|message|telegram|cable)\b";
    THIS_IS = r"\bthis (?:message |telegram |cable )?is (?:only |but |just )?an? (?:interim|partial|preliminary|first)\b";
    /// What will be told later, where nothing is recommended.
    LATER = r"\b(?:post|we|embassy) (?:will|shall|expects? to|hopes? to|plans? to|intends? to) (?:\w+ ){0,2}?(?:report|reply|respond|answer|revert|send|complete|follow up|provide|update|advise|inform)\b|\bseptel\b";
    WEIGHS = r"\brecommend|\bsupports?\b|no objection|\bfavou?rs?\b|\boppos|\bden(?:y|ial|ied)\b|\bapprov|\bshould (?:not )?(?:be )?(?:issue|go|proceed)|\bfavorable|\bunfavorable|\bconclu";
    /// What a post did, and Washington does not.
    DID = r"\b(?:econoffs?|poloffs?|emboffs?|conoffs?|rso|datt|post|we|embassy officers?) (?:\w+ )?(?:met|visited|called|spoke|found|interviewed|telephoned|contacted|toured|inspected|saw|drove)\b";
    /// A check of another time.
    EARLIER_CHECK = r"\b(?:earlier|previous(?:ly)?|prior|past|former|another|last)\b[^.;]{0,50}\b(?:checks?|inquir(?:y|ies)|reviews?|verifications?)\b|\b(?:checks?|inquiry|review|verification) (?:in (?:\w+ )?(?:19|20)\d\d|last year)\b";
    /// A license that is still to be decided on.
    TO_DECIDE = r"\b(?:approv\w+|issu\w+|grant\w*|den(?:y|ying|ial)|disapprov\w+|reject\w*) (?:of )?(?:the |this |these |both |all |each |two |three |subject |requested |proposed |referenced |DSP-?\d+ |export )*(?:licen[sc]es?|applications?)\b|\b(?:licen[sc]es?|applications?)(?: applications?)?(?: (?:no\.? |number )?#?[\d-]{5,}(?: and)?)* (?:should |shall )?(?:not )?be (?:approved|issued|granted|denied|rejected|disapproved)\b|\b(?:support|oppose|against|for|favors?|endorse)s? (?:the |this |both |these )(?:licen[sc]e )?(?:applications?|licen[sc]es?)\b";
    /// Words of a license that was used, or of no license.
    NOT_BEFORE = r"\b(?:was|were|been|already|have) (?:\w+ ){0,2}?(?:shipped|exported|sighted|inspected|accounted)\b|\b(?:shipped|exported|delivered) (?:under|on) (?:the |this )?(?:licen[sc]e|DSP)|\bunaccounted\b|\bcompliance (?:visit|check|review)|\bno licen[sc]e is involved\b|\bamend(?:ment|ed|ing)?\b";
    /// A license of Washington's that is there already.
    IS_ISSUED = r"\b(?:licen[sc]es?|applications?)(?: (?:no\.? |number )?#?[\d-]{5,})? (?:was|were|has been|have been|had been) (?:already )?(?:issued|approved|granted)\b";
}

/// Proposes which check it is, and gives what the telegram is for.
pub fn propose(ground: &mut Ground<'_>, said: &[Said]) -> Direction {
    // A telegram to everybody is of no check.
    if ground.header.to.iter().any(|to| to.to_uppercase().starts_with("ALL ")) {
        return Direction::Other;
    }
    let title = ground.title();
    let mut told = ground.own().take(40).filter(|(_, sentence)| !EARLIER_CHECK.is_match(&sentence.text));
    let in_text = told.find_map(|(index, sentence)| Some((index, check_type(&sentence.text)?)));
    let named = check_type(&title).or(in_text.map(|(_, kind)| kind));
    let (direction, sure) = direction(ground, said, named);
    let check_type = named.or_else(|| before_decision(ground, direction, said));
    if check_type.is_none() && direction == Direction::Other {
        return direction;
    }
    let confidence = match (named, check_type) {
        (Some(_), _) => sure,
        (None, Some(_)) => Confidence::Likely,
        (None, None) => Confidence::Possible,
    };
    let value = Value::Check { check_type, direction };
    let place = ground.structure.of_kind(PieceKind::Subject).next().filter(|place| place.end - place.start < 2_000);
    match place.map(|place| (place.start, place.end)) {
        Some((start, end)) => ground.propose_header(value, confidence, start, end),
        None if !ground.sentences.is_empty() => {
            ground.propose(value, confidence, in_text.map_or(0, |(index, _)| index));
        }
        None => {}
    }
    direction
}

/// The direction of a telegram, and how sure that is.
fn direction(ground: &Ground<'_>, said: &[Said], kind: Option<CheckType>) -> (Direction, Confidence) {
    let header = ground.header;
    let title = ground.title();
    let washington = header.from.as_deref().map(str::to_uppercase).is_some_and(|from| {
        ["SECSTATE", "DEPT", "DEPARTMENT OF STATE", "SECRETARY OF STATE", "WASHDC", "WASHINGTON", "PM/DDTC", "DDTC", "DTCC"].iter().any(|name| from.contains(name))
    }) || header.message.as_ref().is_some_and(|message| message.originator == "STATE" || message.originator == "SECSTATE")
        || header.station.as_deref() == Some("RUEHC")
        // Posts write to Washington: what goes to posts alone is Washington's.
        || (header.from.is_none() && !header.to.is_empty() && header.to.iter().all(|to| TO_POST.is_match(to)));
    let body: String = ground.own().take(60).map(|(_, sentence)| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
    // Whoever else has a number or a station of his own is a post.
    let from = header.from.as_deref().map(str::to_uppercase);
    let from_post = header.station.is_some()
        || header.message.is_some()
        || from.is_some_and(|from| ["EMB", "CONS", "MISSION", "USINT", "AIT"].iter().any(|name| from.contains(name)));
    let any = |fits: &dyn Fn(&str) -> bool| ground.own().take(60).any(|(_, sentence)| fits(&sentence.text));
    let many =
        |fits: &regex::Regex| ground.own().take(60).filter(|(_, sentence)| fits.is_match(&sentence.text)).count();
    let asked = !from_post && many(&ASKS) > many(&DID);
    if washington || asked {
        let sure = if washington { Confidence::Certain } else { Confidence::Likely };
        let reminds = REMINDER.is_match(&title) || REMINDER.is_match(&body);
        if !reminds && !DEMANDS.is_match(&body) && !DEMANDS.is_match(&title) {
            return (Direction::Other, Confidence::Possible);
        }
        return (if reminds { Direction::Reminder } else { Direction::Request }, sure);
    }
    if INTERIM_HEAD.is_match(&title) {
        return (Direction::Interim, Confidence::Certain);
    }
    let interim = || any(&|text| INTERIM.is_match(text) && !OF_REFERENCE.is_match(text));
    // What was shipped is answered without a recommendation.
    let before = matches!(kind, None | Some(CheckType::PreLicense | CheckType::PostLicense));
    let later = || before && any(&|text| LATER.is_match(text));
    let named = || any(&|text| IS_INTERIM.is_match(text) && !OF_REFERENCE.is_match(text));
    let weighs = || any(&|text| WEIGHS.is_match(text));
    if any(&|text| THIS_IS.is_match(text)) || (said.is_empty() && (named() || ((interim() || later()) && !weighs()))) {
        return (Direction::Interim, Confidence::Likely);
    }
    let answers = ANSWERS.is_match(&title) || !said.is_empty() || many(&DID) > 0;
    if answers {
        return (Direction::Reply, if from_post { Confidence::Certain } else { Confidence::Likely });
    }
    (Direction::Other, Confidence::Possible)
}

/// The type that words name first.
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

/// The type that no word names: what is recommended on a license that is still to be decided on is told before it is
/// issued.
fn before_decision(ground: &Ground<'_>, direction: Direction, said: &[Said]) -> Option<CheckType> {
    let header = ground.header;
    // An extract may leave out the words that tell.
    let is_whole = header.station.is_some() || header.message.is_some() || header.from.is_some();
    if !is_whole || !matches!(direction, Direction::Reply | Direction::Interim) {
        return None;
    }
    let is_used = ground.own().any(|(_, sentence)| {
        let text = &sentence.text;
        NOT_BEFORE.is_match(text)
            || IS_ISSUED.find_iter(text).any(|found| !licenses::is_foreign(&text[..found.start()]))
    });
    let decides = said.iter().any(|said| TO_DECIDE.is_match(&ground.sentences[said.index].text));
    (!is_used && decides).then_some(CheckType::PreLicense)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_named_by_its_words() {
        for (words, kind) in [
            ("BLUE LANTERN PRE-LICENSE CHECK", Some(CheckType::PreLicense)),
            ("POST SHIPMENT VERIFICATION", Some(CheckType::PostShipment)),
            ("a delivery verification check", Some(CheckType::PostShipment)),
            ("POSTLICENSE CHECK", Some(CheckType::PostLicense)),
            ("an inquiry about the broker", Some(CheckType::BrokerInquiry)),
            ("COMPANY REVIEW: X", Some(CheckType::CompanyReview)),
            ("He had not signed the delivery verification attached to the application.", None),
        ] {
            assert_eq!(check_type(words), kind, "{words}");
        }
    }
}
