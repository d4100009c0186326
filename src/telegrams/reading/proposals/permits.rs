//! What one sentence says of a permit: how far it is, its number, why it does not count. A sentence that says two things (`approved the
//! pistols and rejected the rifles`) is read piece by piece.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    heads,
    words::{exact, patterns},
};
use crate::approvals::model::ApprovalState;

/// At most so many pieces of one sentence.
const MOST_PIECES: usize = 12;

/// What a piece of a sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How far it is.
    pub state: ApprovalState,
    /// Why it does not count, in the words of the telegram.
    pub lacks: Option<String>,
}

patterns! {
    NEEDED = r"\b(?:need(?:s|ed)?|requires?|required|requisite|mandatory|must (?:\w+ )?(?:obtain|get|have|receive|apply|approve|consent)|will need|would need|necessary|has to obtain|have to obtain|remains? outstanding|outstanding)\b";
    /// Of a permit that is there: `the required permit was issued`.
    ADJECTIVE = r"\b(the|all|its|their|every) (?:required|necessary|needed|requisite) ";
    ISSUED = r"\b(?:has|have|had|was|were|been)?\s*(?:already )?(?:issued|granted|approved|signed|authori[sz]ed)\b";
    NOT_YET = r"\b(?:has|have|had) (?:not|yet)\b|\bnot (?:yet )?(?:been )?(?:issued|granted|approved|received|applied)|\byet to\b|\bno (?:\w+ )?(?:application|request|permit|licen[sc]e|approval)|\bpending\b|\bonce\b|\bas soon as\b|\bwould be\b|\bwill be\b|\bwill (?:issue|approve|grant|authori[sz]e)\b|\bwhen\b|\bonly after\b|\bintends to\b|\bexpects? (?:to|that)\b";
    APPLIED = r"\b(?:has |had |have )?(?:already )?(?:applied|submitted|filed|lodged)\b[^.]{0,60}\b(?:application|request|import|permit|licen[sc]e|authori[sz]ation)|\bapplication (?:is|was|has been) (?:pending|under review|received|submitted|filed)|\bunder (?:review|consideration)\b|\b(?:been|was|were) (?:already )?applied for\b|\bis (?:\w+ )?(?:reviewing|considering|examining)\b|\b(?:have|has|had) asked [^.]{0,60}\bfor (?:the |an? |its )?(?:import )?(?:permit|licen[sc]e|authori[sz]ation|approval)|\bstamped (?:as )?received\b";
    RECEIVED = r"\bapplications?\b[^.]{0,60}\b(?:is|was|were|has been|have been) (?:pending|under review|received|submitted|filed|lodged|before)\b|\b(?:received|has) (?:an?|the|its|his|their) [^.]{0,40}\bapplication\b|\breceived [^.]{0,60}\bapplication for\b|\basked (?:us|the [\w ]{3,30}) for an import (?:licen[sc]e|permit)";
    REFUSED = r"\b(?:refused|denied|rejected|turned down|disapproved)\b[^.]{0,60}\b(?:import|permit|licen[sc]e|approval|application|request)|\b(?:permit|licen[sc]e|application|request)\b[^.]{0,30}\b(?:was|were|been) (?:refused|denied|rejected|turned down)|\b(?:rejected|turned down|disapproved|refused|denied)\b (?:the |all |a |an |those )?(?:\w+ )?(?:\d|pistols|rifles|shotguns|revolvers|weapons|\w+ (?:guns|rifles|pistols|shotguns|revolvers|weapons)\b)";
    /// To deny that something was done is to say it was not.
    DENIES = r"\bden(?:y|ies|ied) (?:having|that|it|ever|any)\b|\brefus(?:es|ed) to (?:say|confirm|comment|discuss|show|answer|tell)\b";
    REVOKED = r"\b(?:revoked|cancell?ed|withdrew|withdrawn)\b[^.]{0,60}\b(?:permit|licen[sc]e|approval)|\b(?:permit|licen[sc]e|approval)\b[^.]{0,40}\b(?:revoked|cancell?ed|withdrawn)";
    NOT_REQUIRED = r"\bno (?:import )?(?:permit|licen[sc]e|approval|authori[sz]ation)s? (?:is|are|was|were) (?:required|needed|necessary)|\b(?:needs?|requires?) no (?:import )?(?:permit|licen[sc]e|approval|authori[sz]ation)|\b(?:does|do) not (?:require|need) (?:an? |any )?import (?:permit|licen[sc]e|approval|authori[sz]ation)|\bno longer (?:requires?|needs?) (?:an? )?import (?:permit|licen[sc]e|approval|authori[sz]ation)|\b(?:import )?(?:permit|licen[sc]e|approval|authori[sz]ation)s? (?:is|are) (?:not|no longer) (?:required|needed|necessary)|\bexempt(?:ed)? from (?:the |an |any )?import (?:permit|licen[sc]e|approval|authori[sz]ation)";
    /// What was given and taken back, or should not have been given: of what the sentence spoke of before.
    UNDONE = r"\b(?:withdrew|revoked|cancell?ed|rescinded|annulled|recalled|voided|suspended)\b(?: (?:it|them|that|this|both|the same|the (?:permits?|licen[sc]es?|authori[sz]ations?|approvals?))\b| (?:on|in|later|again|soon)\b|\W*$|\s*,)|\b(?:was|were|been|later|since|then|subsequently) (?:withdrawn|revoked|cancell?ed|rescinded|annulled|recalled|voided|suspended)\b";
    IN_ERROR = r"\b(?:in error|by mistake|erroneously|mistakenly|by an oversight)\b";
    /// What the law forbids no permit gives.
    FORBIDDEN = r"\b(?:may|can) ?not (?:legally |lawfully )?(?:hold|own|possess|import|acquire|bear) [\w' -]{3,60}|\b(?:are|is) not (?:permitted|allowed) to (?:hold|own|possess|import|acquire|bear) [\w' -]{3,60}";
    /// What is only supposed.
    IF = r"^\W*(?:were|had|should) |\b(?:if|unless|whether|in case|assuming|would have)\b";
    OPEN = r"\byet to\b|\bnever\b|\bnot\b|n't\b|\bno [a-z]|\bas soon as\b";
    DECIDED = r"(?:has |have |had |is |was |were )?(?:but )?not (?:yet )?(?:been )?(?:decided|processed|acted|completed|finished|reviewed)(?: (?:on|upon))?";
    /// `40, not 60, pistols`: no negative of the verb.
    NOT_SO_MANY = r",? (?:and )?not (?:the )?(?:\d[\d,]*|sixty|fifty|forty|thirty|twenty|all)\b";
    EXPIRED = r"\b(?:(?:has |have |had )?(?:since )?(?:expired|lapsed)|(?:is|was) no longer valid|has run out)\b(?: on [^,.;]{4,24}| in [^,.;]{4,20})?";
    SENT_BACK = r"\b(?:sent (?:it|them|the application|the request) back|(?:returned|sent back) (?:it|the (?:\w+ )?(?:application|request|papers))|(?:application|request)s? (?:was|were|had been|has been) (?:returned|sent back))\b(?: for [^,.;]{4,60})?";
    PAPER = r"(?:import )?(?:permits?|licen[sc]es?|authori[sz]ations?|certificates?|approvals?)\b";
    SHOWED = r"\b(?:showed|gave|presented|handed|sent|furnished|produced|provided)(?: \w+){0,3}? (?:us|post|(?:the )?embassy|econoffs?|poloffs?|emboffs?|conoffs?|rso|polassist|a (?:\w+ )?copy|copies|the original)\b([^.;]{0,80}?)\b(?:permits?|licen[sc]es?|authori[sz]ations?|certificates?)\b";
    WAS_SHOWN = r"\b(?:permits?|licen[sc]es?|authori[sz]ations?|certificates?)\b[^.;]{0,100}\b(?:was|were|has been|have been) (?:shown|given|presented|handed|produced|sent|seen|copied|inspected)\b";
    SAW = r"\b(?:post|embassy|econoffs?|poloffs?|emboffs?|conoffs?|we|rso) (?:has |have |also )?(?:saw|seen|inspected|examined|received|obtained)\b([^.;]{0,80}?)\b(?:permits?|licen[sc]es?|authori[sz]ations?|certificates?)\b";
    HOLDS = r"\b(?:holds?|has|have|had|obtained|obtain|possess(?:es)?|received)(?: (?:a|an|the|its|all|both|two|valid|import|required))* (?:import )(?:permits?|licen[sc]es?|authori[sz]ations?)\b|\b(?:holds?|obtained|obtain)(?: (?:a|an|the|its|valid))* (?:import )?permits?\b|\bpermits? [\w/-]{2,20} covers?\b";
    /// What only asks for a permit.
    ASKED_FOR = r"\b(?:applications?|requests?|forms?|drafts?|instructions?|paperwork)\b";
    /// Another time, another buyer.
    OTHER_CASE = r"\bfor (?:another|a different|some other|other) (?:\w+ )?(?:compan(?:y|ies)|firms?|importers?|buyers?|dealers?|customers?|clients?|end-users?|agenc(?:y|ies))\b|\b(?:last|the previous|an earlier|the year before) (?:year|license|application|shipment|order)\b|\b(?:two|three|four|five|several|some|\d+) years (?:ago|earlier)\b|\bfor the same (?:importer|dealer|buyer|firm|company)\b|\bto (?:another|a different) (?:company|firm|importer|buyer|dealer|customer|client)\b|\bnam(?:es|ed|ing) (?:a different|another)\b";
    /// It is not known, and nothing is said.
    NOT_KNOWN = r"\b(?:could|can|would|did) ?not (?:say|tell|confirm|know)\b[^.;]{0,40}\b(?:whether|if|when)\b|\bwhether\b";
    /// The full stop of `no. 44` ends nothing.
    NO_STOP = r"\bnos?\. ?((?:[a-z]{1,5}[ /-]?){0,2}\d)";
    CUT = r";|,? but\b|,? while\b|,? whereas\b|,? and(?: that| it| they| he| she)?(?: also| then| later)? (?:approved|rejected|refused|denied|turned down|revoked|cancell?ed|withdrew|granted|issued|authori[sz]ed|applied|has|had|have|is|are|was|were|will|would|must|needs?|requires?|no|none|permits? (?:nos?|[A-Z]+-?\d+)|the \w+ (?:has|had|was|is))\b";
}

/// Numbers of permits: `KDN-7781`, `CFB 2013/0077`; what stands before the figures is in capitals.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    exact(
        r"\b(?i:permits?|licen[sc]es?|approvals?|certificates?|authori[sz]ations?|resolutions?|decrees?)(?: ?\(| )?(?:(?i:numbers?|nos?\.?) (?P<short>#?(?:[A-Z]{1,5}[ /-]?){0,3}\d[\w/-]{0,20})|#?(?P<long>(?:[A-Z]{1,5}[ /-]?){0,3}\d[\w/-]{2,20}|(?:[A-Z]{1,5}[/-]){1,3}\d[\w/-]{1,20}))|\b(?i:issued|granted|approved)\b[^.;]{0,50}? (?i:under (?:number|nos?\.?)) (?P<under>#?(?:[A-Z]{1,5}[ /-]?){0,3}\d[\w/-]{2,20})",
    )
});

/// The number of a permit in a text; a year, a quantity and a license number are none.
pub fn number(text: &str) -> Option<String> {
    NUMBER.captures_iter(text).take(MOST_PIECES).find_map(|found| {
        let number = found
            .name("short")
            .or_else(|| found.name("long"))
            .or_else(|| found.name("under"))?
            .as_str()
            .trim_start_matches('#')
            .trim_end_matches(['-', '/']);
        let word = number.split([' ', '-', '/']).next().unwrap_or_default();
        let is_year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
        let small = matches!(word, "OF" | "ON" | "IN" | "FOR" | "NO" | "DATED" | "AND" | "WITH");
        let is_license = heads::numbers(text).iter().any(|(_, license)| license.contains(number));
        (!is_year && !small && !is_license).then(|| number.to_owned())
    })
}

/// Whether a sentence speaks of a permit of another time or buyer.
pub fn is_other_case(lower: &str) -> bool {
    OTHER_CASE.is_match(lower)
}

/// Whether a sentence tells what the law forbids.
pub fn is_forbidden(lower: &str) -> bool {
    FORBIDDEN.is_match(lower)
}

/// Whether a sentence says that nothing is known of a permit.
pub fn is_not_known(lower: &str) -> bool {
    NOT_KNOWN.is_match(lower)
}

/// Whether a sentence has the paper itself: it was shown, or the post saw it.
pub fn is_shown(lower: &str) -> bool {
    let lower = NO_STOP.replace_all(lower, "number $1");
    let lower = lower.as_ref();
    let asks = |words: &Regex| words.captures(lower).is_some_and(|found| !found.get(1).is_some_and(|gap| ASKED_FOR.is_match(gap.as_str())));
    let negated = |words: &Regex| words.find(lower).is_some_and(|found| super::words::NEGATED.is_match(&lower[..found.end()]));
    [&*SHOWED, &*SAW, &*WAS_SHOWN].iter().any(|words| asks(words) && !negated(words)) && !OPEN.is_match(lower)
}

/// What a piece says in its sentence: what was issued there and taken back, or issued in error, is not issued.
pub fn told_within(piece: &str, sentence: &str) -> Option<Told> {
    let told = told(piece)?;
    if told.state != ApprovalState::Issued {
        return Some(told);
    }
    if UNDONE.is_match(sentence) {
        return Some(Told { state: ApprovalState::Revoked, lacks: None });
    }
    let error = IN_ERROR.find(sentence).map(|found| format!("issued {}", found.as_str()));
    Some(error.map_or(told, |lacks| Told { state: ApprovalState::Needed, lacks: Some(lacks) }))
}

/// Where the pieces of a sentence are.
pub fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for cut in CUT.find_iter(text).take(MOST_PIECES) {
        if cut.start() > from {
            found.push(from..cut.start());
            from = cut.start();
        }
    }
    found.push(from..text.len());
    found
}

/// What a piece says by itself.
pub fn told(lower: &str) -> Option<Told> {
    if let Some(found) = SENT_BACK.find(lower) {
        return Some(Told { state: ApprovalState::Needed, lacks: Some(found.as_str().trim().to_owned()) });
    }
    if let Some(found) = FORBIDDEN.find(lower).filter(|_| !IF.is_match(lower)) {
        return Some(Told { state: ApprovalState::Needed, lacks: Some(found.as_str().trim().to_owned()) });
    }
    if let Some(found) = EXPIRED.find(lower).filter(|_| PAPER.is_match(lower) && !IF.is_match(lower) && !lower.contains("not expired")) {
        return Some(Told { state: ApprovalState::Needed, lacks: Some(found.as_str().trim().to_owned()) });
    }
    state(lower).map(|state| Told { state, lacks: None })
}

/// How far an approval is by one piece.
pub fn state(lower: &str) -> Option<ApprovalState> {
    let numbered = NO_STOP.replace_all(lower, "number $1");
    let decided = DECIDED.replace_all(&numbered, "");
    let plain = ADJECTIVE.replace_all(&decided, "$1 ");
    let counted = NOT_SO_MANY.replace_all(&plain, "");
    let lower = counted.as_ref();
    let open = OPEN.is_match(lower);
    // What is not decided yet has been asked for.
    let asked = decided.len() < numbered.len() && ["request", "application"].iter().any(|word| lower.contains(word));
    let applied = (asked || APPLIED.is_match(lower) || RECEIVED.is_match(lower)) && !open;
    let found = if IF.is_match(lower) {
        ApprovalState::Needed
    } else if NOT_REQUIRED.is_match(lower) {
        ApprovalState::NotRequired
    } else if REVOKED.is_match(lower) && !open {
        ApprovalState::Revoked
    } else if DENIES.is_match(lower) {
        ApprovalState::Needed
    } else if REFUSED.is_match(lower) && !lower.contains("not denied") {
        ApprovalState::Refused
    } else if applied {
        ApprovalState::Applied
    } else if is_shown(lower) {
        ApprovalState::Issued
    } else if NOT_YET.is_match(lower) || NEEDED.is_match(lower) || open {
        ApprovalState::Needed
    } else if ISSUED.is_match(lower) || HOLDS.is_match(lower) {
        ApprovalState::Issued
    } else {
        return None;
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_needed_and_a_negative_is_never_issued() {
        use ApprovalState::{Applied, Issued, Needed, NotRequired, Refused, Revoked};
        for (said, wanted) in [
            ("the import permit would be approved in under two weeks", Some(Needed)),
            ("the registry had yet to receive the import request", Some(Needed)),
            ("the ministry has not issued the import permit", Some(Needed)),
            ("the ministry issued import permit 44-b on may 3", Some(Issued)),
            ("the firm has applied for an import permit", Some(Applied)),
            ("the ministry denied the import permit", Some(Refused)),
            ("no import permit is required for body armor", Some(NotRequired)),
            ("if the ministry had issued a permit, post would support the license", Some(Needed)),
            ("the application for 18 shotguns was received but not yet decided", Some(Applied)),
            ("no import permit was requested or issued", Some(Needed)),
            ("the ministry revoked import permit kdn-7781 on may 14", Some(Revoked)),
            ("the bureau never issued a permit for the rifles", Some(Needed)),
            ("it is not known whether the permit was issued", Some(Needed)),
            ("the permit regime is old", None),
            ("two import licenses are needed: for the 30 pistols the consent of the bureau", Some(Needed)),
            ("the ministry denied having approved any such import", Some(Needed)),
            ("the ministry no longer requires an import permit for the 30 pistols", Some(NotRequired)),
            ("the bureau issued the required import permit", Some(Issued)),
            ("the bureau gave econoff a certified copy of import permit no. 2011-77, issued may 9, 2011", Some(Issued)),
            ("the clerk gave econoff the form for an import permit", None),
            ("the owner could not produce the import permit", Some(Needed)),
            ("import authorization no. 12-0873 for 250 pumps, dated may 2, was shown to us", Some(Issued)),
            ("the firm had applied for a permit for 40, not 60, pistols", Some(Applied)),
            ("and has been applied for", Some(Applied)),
            ("the importer showed econoff its request to the registry, stamped received may 3", Some(Applied)),
            ("the office rejected the 20 submachine guns", Some(Refused)),
            ("the office turned down a request for the other 15 shotguns", Some(Refused)),
            ("the joint command will authorize the import", Some(Needed)),
            ("no permit is needed for the holsters", Some(NotRequired)),
            ("helmets need no approval", Some(NotRequired)),
            ("an import license is not required for these goods", Some(NotRequired)),
        ] {
            assert_eq!(state(said), wanted, "{said}");
        }
    }

    #[test]
    fn what_was_issued_and_taken_back_is_not_issued() {
        use ApprovalState::{Issued, Needed, Revoked};
        for (sentence, wanted) in [
            ("the bureau issued import permit 88-c for the 30 pistols on july 3 and withdrew it", Revoked),
            ("the bureau issued import permit 88-c for the 30 pistols but revoked it on may 10", Revoked),
            ("the import permit that the bureau issued in march was later cancelled", Revoked),
            ("the bureau granted the import permit in error", Needed),
            ("the bureau issued import permit 88-c for the 30 pistols", Issued),
        ] {
            assert_eq!(told_within(sentence, sentence).map(|told| told.state), Some(wanted), "{sentence}");
        }
    }

    #[test]
    fn why_a_permit_does_not_count_is_told() {
        let lacks = |text: &str| told(text).and_then(|told| told.lacks);
        assert_eq!(lacks("the permit for the 30 pistols expired on may 3").as_deref(), Some("expired on may 3"));
        assert_eq!(lacks("and had sent it back for lack of a certificate").as_deref(), Some("sent it back for lack of a certificate"));
        assert_eq!(lacks("the permit expires on may 3"), None);
        assert_eq!(lacks("private clubs may not own machine guns").as_deref(), Some("may not own machine guns"));
        assert_eq!(lacks("if private clubs may not own machine guns, the sale fails"), None);
    }

    #[test]
    fn permit_numbers_are_no_years_and_no_licenses() {
        for (text, wanted) in [
            ("issued import permit CFB 2013/0077 for the eight rifles", "CFB 2013/0077"),
            ("revoked import permit KDN-7781 on May 14", "KDN-7781"),
            ("import permits FLA/IMP/0231 for the handguns", "FLA/IMP/0231"),
            ("a certified copy of import permit no. 2010-1147, issued", "2010-1147"),
            ("an import license (no. 44/2006/I) for 60 tubes", "44/2006/I"),
            ("import permit no. 44 for the 30 pistols", "44"),
            ("permit J-221 of May 30, 2005 for the handguns", "J-221"),
            ("approved the pistols (resolution 0412-2015)", "0412-2015"),
            ("the import approval for the sights was issued on 3 May under no. 88/KT/2009", "88/KT/2009"),
        ] {
            assert_eq!(number(text).as_deref(), Some(wanted), "{text}");
        }
        for none in
            ["THE PERMIT OF 2007", "a permit 2008", "license 050107211 and its permit", "the permit for 18 shotguns", "permit 30 pistols"]
        {
            assert_eq!(number(none), None, "{none}");
        }
    }

    #[test]
    fn a_sentence_of_two_answers_has_two_pieces() {
        let of = |text: &str| pieces(text).into_iter().map(|range| text[range].trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            of("the bureau rejected 30 pistols but approved six rifles"),
            ["the bureau rejected 30 pistols", "but approved six rifles"]
        );
        assert_eq!(
            of("it approved the pumps and rejected the valves, as it may"),
            ["it approved the pumps", "and rejected the valves, as it may"]
        );
        assert_eq!(of("a permit for the pistols and rifles").len(), 1);
    }
}
