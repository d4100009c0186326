//! What the post recommends in one sentence. A recommendation must never be turned round, so a sentence is read from its verb: who its
//! subject is, what stands between the two (`does not`, `sees no reason to`, `would`), what it is for or against, and what it hangs on.
//! Words that no rule knows in one of these places make the sentence say nothing.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    heads,
    words::{pattern, patterns},
};
use crate::{checks::model::RecommendationWord, telegrams::reading::Confidence};

/// At most so many verbs of one sentence are looked at.
const MOST_VERBS: usize = 12;

/// What a sentence recommends.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The word.
    pub word: RecommendationWord,
    /// What must be true first.
    pub conditions: Vec<String>,
    /// The licenses it names.
    pub licenses: Vec<String>,
    /// How plainly it is said.
    pub confidence: Confidence,
    /// What it is for or against, in its words.
    pub object: String,
}

/// What kind of verb it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    /// `supports`, `endorses`.
    Favor,
    /// `opposes`, `objects to`.
    Against,
    /// `recommends`.
    Recommend,
    /// `has no objection`.
    NoObjection,
    /// `takes no position`, `makes no recommendation`.
    NoPosition,
    /// `make a recommendation`.
    Offer,
}

/// How the verb is meant, by what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// `supports`.
    Plain,
    /// `is prepared to support`.
    Willing,
    /// `would support`.
    Would,
    /// `does not support`.
    Not,
    /// `cannot support`.
    Cannot,
    /// `is not in a position to support`.
    Unable,
    /// `would not support`.
    WouldNot,
    /// `sees no reason to support`.
    NoReason,
    /// Anything else: `did`, `may`, `no longer`, `not yet`.
    Unclear,
}

/// On which side something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    For,
    Against,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::For => Self::Against,
            Self::Against => Self::For,
        }
    }
}

/// The post in its own words.
const SPEAKER: &str = r"(?:post|embassy|(?:this|u\.s\.|us|american) mission|consulate(?: general)?|country team|we)";

/// What stands before the post without a comma: `Without a visit post cannot`.
const FRONTED: &str = r"(?:without|absent|lacking|for lack of|in the absence of) [^,;:.\x22]{3,120}?\s";

/// Small words that may stand between the post and its verb.
const BETWEEN: &str = r"does|do|did|has|have|had|will|would|shall|should|can|could|may|might|must|cannot|is|are|was|were|be|been|not|never|no|longer|doesn't|don't|won't|can't|wouldn't|couldn't|isn't|aren't|doesn\x{2019}t|don\x{2019}t|won\x{2019}t|can\x{2019}t|therefore|thus|hence|accordingly|consequently|nevertheless|nonetheless|however|still|also|again|now|then|yet|already|[a-z]+ly|continues?|to|prepared|ready|able|unable|inclined|pleased|happy|willing|glad|in|a|position|on|balance|both|neither|sees?|any|other|reasons?|grounds?|basis|cause|knows|of|finds?|wishes|remains|at|this|time|point|stage|previously|once|earlier|hesitates?|declines?|refuses?|there|why|it";

static VERBS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<label>recommendation:)|\b(?:(?P<idiom>takes? no (?:position|stand|view)|(?:has|have) no (?:position|view|opinion) on|(?:makes?|offers?|has|have|can make|can offer) no recommendations?|defers? (?:a|any|its) recommendation|cannot determine whether (?:to|the (?:license|export|sale)))|(?P<offer>(?:make|offer|provide|give) (?:a|any) recommendation)|(?P<objection>(?:has|have|see|sees|perceives?|interposes?|poses?|raises?|finds?) no (?:\w+ ){0,2}?objections?)|(?P<recommend>recommends?|(?:post|embassy|mission|our)(?:'s|\x{2019}s)? recommendation is(?: that)?)|(?P<favor>supports?|endorses?|favou?rs?|concurs? (?:with|in))|(?P<against>opposes?|objects?(?: to)?))\b",
    )
});

static GROUP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?P<start>^\W*|[,;:]\s*(?:and|but|or|nor|so)?\s*|\b(?P<speaker>{SPEAKER})\s+|\s(?:and|but|or|nor|so)\s+)(?P<group>(?:(?:{BETWEEN})[\s,]+)*)$"
    ))
});

/// The post as the subject of a clause: after nothing, a mark or a word that joins clauses, and not after `hopes that`.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:^\W*(?:{FRONTED})?|[,;:(\x{{2013}}\x{{2014}}-]\s*(?:{FRONTED})?|\b(?:and|but|so|therefore|thus|hence|however|accordingly|consequently|nevertheless)\s+)(?:(?:therefore|however|accordingly|thus),?\s+)?(?:(?:the|this|u\.?s\.?|american)\s+)*(?P<speaker>{SPEAKER})(?:[\s,;:()]|$)"
    ))
});

patterns! {
    /// What was said once and is taken back.
    TAKEN_BACK = r"\b(?:withdr(?:aws?|ew|awn|awing)|retract(?:s|ed|ing)?|rescind(?:s|ed|ing)?|revers(?:es|ed|ing)|revok(?:es|ed|ing)|reconsider(?:s|ed|ing)?|supersed(?:es|ed|ing)|no longer (?:stands? by|holds?))\b[^.;]{0,60}\b(?:recommendation|support|objection|position|endorsement|opinion)\b";
    /// A condition that is not met, and is not said to be met later.
    UNMET = r"\b(?:which|but) (?:(?:it|he|she|they) )?(?:has|have|had|did|does|do) not\b";
    /// Others that stand after the post's name.
    NOT_POST = r"^\s*(?:contacts?|sources?|interlocutors?|friends?|partners?|counterparts?|guards?|officials?)\b";
    /// What begins a clause with a subject of its own.
    CLAUSE = r"[;:]|,\s*(?:and|but|or|so|who|which|while|whose|where|whom|as|because|since|although|though)\b";
    /// What others want of the post is not its word.
    WANTED = r"\b(?:hop(?:es?|ed|ing)|ask(?:s|ed)?|wish(?:es|ed)?|expect(?:s|ed)?|urg(?:es?|ed)|want(?:s|ed)?|request(?:s|ed)?|pray(?:s|ed)?|trust(?:s|ed)?|confident|suggest(?:s|ed)?|belie(?:ves?|ved)|sa(?:ys?|id))(?: \w+){0,4}? that\b|\bwhether\b";
    /// What the post only heard.
    HEARS = r"^[\s,]*(?:(?:was|were|has been|have been|is) (?:\w+ )?(?:told|informed|advised|aware)|understands?|learn(?:s|ed)|heard|hears|notes?|noted|reports?|reported|asked|asks)\b";
    RELATIVE = r"\b(?:who|which|whose|whom|that)\b";
    /// What the post thinks, it says itself.
    OPINION = r"\b(?:believes?|considers?|judges?|assesses|assess|finds?|thinks?|concludes?|is (?:\w+ )?(?:confident|satisfied|convinced|of the opinion|certain)) that\b";
    ADVERBS = r"\b(?:therefore|thus|hence|accordingly|consequently|nevertheless|nonetheless|however|still|also|again|now|then|on balance|at this (?:time|point|stage)|strongly|fully|firmly|gladly|certainly|clearly|generally|currently|presently|warmly|readily|hereby|respectfully|completely|wholeheartedly|definitely|simply)\b";
    WILLING = r"^(?:will|shall|must|does|do|can|continues? to|remains (?:prepared|ready|willing) to|wishes to|(?:is|are) (?:pleased|prepared|happy|ready|willing|able|glad|inclined|in a position) to)$";
    WOULD = r"^(?:would|could)(?: be (?:pleased|prepared|happy|ready|willing|able|glad|inclined|in a position) to)?$";
    WOULD_NOT = r"^(?:(?:would|could) not|wouldn.t|couldn.t)(?: be (?:prepared|ready|willing|inclined|able) to)?$";
    NOT = r"^(?:(?:does|do|will) not|doesn.t|don.t|won.t|(?:is|are) not (?:prepared|ready|willing|inclined) to)$";
    CANNOT = r"^(?:cannot|can not|can.t)$";
    UNABLE = r"^(?:is|are) (?:unable to|not able to|not in a position to)$";
    NO_REASON = r"^(?:(?:sees?|has|have|finds?|knows of) no (?:other )?|(?:does|do) not (?:see|have|find) any )(?:reasons?|grounds?|basis|cause) (?:to|why it (?:should|would))$";
    /// `sees no reason to deny the license`: the whole of it, for it has no verb of its own.
    NO_REASON_TO_DENY = r"\b(?:sees?|has|have|finds?|knows of) no (?:other )?(?:reasons?|grounds?|basis|cause) (?:(?:to|for) (?:deny|denying|denial of|withhold|withholding|refuse|refusing|reject|rejecting|disapprove|disapproving|disapproval of|not to (?:approve|issue|grant|support))|not to (?:approve|issue|grant|support)|why [^.;]{0,80}\bshould not be (?:approved|issued|granted))\b";
    /// Neither for nor against, in whichever order.
    NEITHER = r"(?:\b(?:not|neither|cannot|unable)\b|n.t\b)[^.;,]{0,40}\b(?:supports?|endorses?|favors?|recommends?)\b(?:\s+\w+){0,4}?\s+(?:or|nor)\s+(?:\w+\s+){0,2}?(?:opposes?|objects?|denial|denying|disapproval|against)\b|(?:\b(?:not|neither|cannot|unable)\b|n.t\b)[^.;,]{0,40}\b(?:opposes?|objects?)\b(?:\s+\w+){0,2}?\s+(?:or|nor)\s+(?:\w+\s+){0,2}?(?:supports?|endorses?|favors?|recommends?)\b|\brecommends?\s+neither\s+(?:approval|denial)\b[^.;]{0,60}\bnor\b";
    /// What a recommendation may be about.
    OBJECT = r"\b(?:approv\w+|licen[sc]\w+|issu(?:e|ance|ing)|exports?|exportation|applications?|transactions?|sales?|transfers?|requests?|cases?|shipments?|registration|purchase|delivery)\b";
    PRONOUN = r"^\W*(?:it|this|them|these|this one)\W*$";
    /// A license that is not the one at hand, or one of several without its number.
    OTHER = r"\b(?:no further|further|new|another|future|additional|subsequent|later|next|revised|resubmitted|fresh|different|separate|first|second|third|former|latter|either|one of the|other|any|more)\s+(?:\w+[\s-]+){0,2}?(?:licen[sc]es?|applications?|requests?|orders?|exports?|sales?|shipments?|one)\b|\b(?:the (?:first|second|former|latter)|request for (?:a|an|more))\b";
    DENIAL = r"\b(?:deny|den(?:ied|ying|ial)|disapprov\w+|reject\w*|refus\w+)\b";
    AGAINST_WORD = r"\b(?:deny|den(?:ied|ying|ial)|disapprov\w+|reject\w*|rejection|refus\w+|oppos\w+|withh[eo]ld\w*|revo[ck]\w+|suspen\w+|cancel\w*|return\w*|delay\w*|hold\w*|held|postpon\w+|defer\w*|decision (?:not|against)|unfavou?rabl[ey])\b";
    NEGATIVE = r"\b(?:no|not|never|none|neither|nor|without|n't|rather than|instead of|except|excluding|minus)\b";
    /// Where what it is for or against ends, and what it hangs on begins.
    TAIL = r"[,;:()]|\s[\x{2013}-]+\s|\b(?:because|as|since|until|unless|if|once|provided|pending|subject to|contingent|conditioned|conditional (?:up)?on|on (?:the )?condition|only|even|when|while|after|before|prior to|although|though|but|however|despite|given|based|in spite|except|excluding|without|which|who|with|upon|following|in (?:light|view)|assuming|so long|as long|rather than|and (?:recommends?|asks?|requests?|suggests?))\b";
    CONDITION = r"\b(as soon as|once|provided(?: that)?|contingent (?:up)?on|conditioned (?:up)?on|conditional (?:up)?on|subject to|on (?:the )?condition(?: that)?|assuming(?: that)?|so long as|as long as|only after|only if|only when|only once|not until|not before|if and when|pending|after|when|if|with the (?:following )?conditions?(?: that)?|with the proviso(?: that)?)\b[:,]?\s*([^.;]{4,300})";
    /// `after visiting the firm` is no condition, nor is what the post would do.
    NO_CONDITION = r"^(?:\w+ing|contacted|asked|it had|post|we|the embassy)\b";
    LEAD = r"^\W*(?:and |but )?(if|once|provided(?: that)?|as soon as|assuming(?: that)?|were|should|when)\s+([^.;]{4,300}?),?\s*$";
    /// A lead that makes the sentence say nothing by itself.
    LEAD_AGAINST = r"^\W*(?:unless|until|had|even if|without)\b|\bhad\b[^,]*\b(?:issued|been|done|\w+ed)\b";
    LACKING = r"^\W*(?:without|absent|lacking)\b";
    TURNS = r"\b(?:although|though|however|but|unless|except|exception|excluding|despite|not|no (?:more|longer|other)|only|even|reservations?|hesitat\w+|misgivings?|caveats?|concerns?|doubts?|reluctan\w+|until|rather than|instead|removed|reduced|minus|returned|caution\w*)\b";
    /// Less than the whole.
    IN_PART = r"\b(?:in principle|in part|partial\w*|part of|some of|half of|most of|all but|tentativ\w*|provisional\w*|preliminar\w*|temporar\w*|(?:\d[\d,]{0,5}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty) of (?:the |its |these )?\d[\d,]{0,5})\b";
    /// What else is approved, issued and refused.
    NOT_LICENSE = r"\b(?:extensions?|visits?|meetings?|waivers?|training|visas?|warnings?|letters?|entry|access|guidance)\b";
    /// What takes a part out, wherever it stands.
    PARTED = r"\b(?:but|except\w*|exclud\w+|not (?:for|of|the))\b";
    NO_TURN = r"\bwithout (?:any )?(?:reservations?|hesitation|caveats?|conditions?)\b";
    REASON = r"\b(?:because|as|since|given|which|who|due to|in (?:light|view) of|based)\b";
    HINGED = r"\b(?:if|unless|once|as soon as|provided|assuming|pending|subject to|should)\b";
    /// That some part is to be changed first.
    CHANGED = r"\b(?:removed|reduced|deleted|excluded|limited|amended|corrected|struck|separated)\b";
    RELUCTANT = r"\b(?:hardly|scarcely|barely|only|merely|previously|initially|formerly|originally|earlier|once|no longer|yet|reluctantly|already)\b";
}

/// What a `recommends` recommends. Before the word of approval or denial stand only words of the list, but for `be approved`, whose subject
/// may have a name.
const FILLER: &str = r"that|the|an?|this|these|both|all|its|their|of|for|to|subject|proposed|immediate|prompt|full|early|final|continued|department|department's|washington|ddtc|dtcc|pm/dtcc|state|us|usg|licen[sc]es?|applications?|cases?|export|sale|transfer|request|transaction|shipment|dsp-?\d*|closing|check|#?\d[\d-]*|number|no\.|reftel|grant|give|be|is";

static RECOMMENDED: LazyLock<[(Regex, Shape); 4]> = LazyLock::new(|| {
    let filler = format!(r"(?:(?:{FILLER})\s+)*?");
    let approve = r"approv(?:al|ing|e|ed)|issu(?:ance|ing|e|ed)|grant(?:ing|ed)?";
    let deny = r"den(?:ial|ying|y|ied)|disapprov(?:al|ing|e|ed)|reject(?:ion|ing|ed)?|refus(?:al|ing|e|ed)";
    [
        (
            pattern(&format!(
                r"^\W*(?P<against>against\s+)?(?P<not>not\s+)?{filler}(?P<not2>not\s+)?(?:be\s+)?(?:(?P<for>{approve})|(?P<deny>{deny}))\b"
            )),
            Shape::Verb,
        ),
        (
            pattern(
                r"^\W*(?:that\s+)?(?P<no>no\s+)?[^,;:]{0,160}?\s(?P<not>not\s+|never\s+)?be\s+(?P<not2>not\s+)?(?:\w+ly\s+)?(?:(?P<for>approved|issued|granted)|(?P<deny>denied|disapproved|rejected|refused))\b",
            ),
            Shape::Passive,
        ),
        (pattern(r"^[^,;]{0,80}?\bunfavou?rabl[ey]\b"), Shape::Unfavorable),
        (pattern(r"^[^,;]{0,80}?\bfavou?rabl[ey]\b"), Shape::Favorable),
    ]
});

/// How a recommendation is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Verb,
    Passive,
    Unfavorable,
    Favorable,
}

/// A verb of the post.
struct Spoken {
    verb: Verb,
    mood: Mood,
    /// Where its group begins, with what joins it to the words before.
    start: usize,
    /// Where the verb ends.
    end: usize,
}

/// Whether a sentence is one in which the post recommends, whatever it recommends.
pub fn speaks(text: &str) -> bool {
    !spoken(text).is_empty() || (NO_REASON_TO_DENY.is_match(text) && SUBJECT.is_match(text))
}

/// What the post recommends in a sentence: nothing where anything in it is not understood.
pub fn verdicts(text: &str) -> Vec<Verdict> {
    if TAKEN_BACK.is_match(text) {
        return Vec::new();
    }
    let spoken = spoken(text);
    if let Some(found) = no_reason_to_deny(text).filter(|_| spoken.is_empty()) {
        return vec![found];
    }
    let neither = NEITHER.find(text).map(|found| found.start());
    if spoken.iter().any(|one| neither.is_some_and(|at| (one.start..=one.end).contains(&at))) {
        let hinged = HINGED.is_match(text) || text.to_lowercase().contains("until");
        let confidence = if hinged { Confidence::Possible } else { Confidence::Likely };
        return vec![undetermined(text, confidence)];
    }
    // What is lacking is a reason not to say, and no condition.
    let unsaid = || spoken.iter().all(|one| matches!(one.verb, Verb::Offer | Verb::NoPosition)).then(Lead::default);
    let Some(lead) = lead(text, &spoken).or_else(|| unsaid().filter(|_| LACKING.is_match(text))) else { return Vec::new() };
    let mut found: Vec<Verdict> = Vec::new();
    let mut silent: Vec<&str> = Vec::new();
    for (at, one) in spoken.iter().enumerate() {
        let end = spoken.get(at + 1).map_or(text.len(), |next| next.start);
        let rest = text.get(one.end..end).unwrap_or_default();
        let rest = rest.find(';').map_or(rest, |stop| &rest[..stop]);
        let read = one_verb(one, rest, &lead);
        if read.is_empty() {
            silent.push(rest);
        }
        found.extend(read);
    }
    if UNMET.is_match(text) && found.iter().any(|verdict| !verdict.conditions.is_empty()) {
        return Vec::new();
    }
    agreed(found, &silent)
}

/// The verbs whose subject the post is.
fn spoken(text: &str) -> Vec<Spoken> {
    let mut found: Vec<Spoken> = Vec::new();
    let mut last_group = String::new();
    for captures in VERBS.captures_iter(text).take(MOST_VERBS) {
        let Some(whole) = captures.get(0) else { continue };
        let verb = if captures.name("idiom").is_some() {
            Verb::NoPosition
        } else if captures.name("offer").is_some() {
            Verb::Offer
        } else if captures.name("objection").is_some() {
            Verb::NoObjection
        } else if captures.name("recommend").or(captures.name("label")).is_some() {
            Verb::Recommend
        } else if captures.name("favor").is_some() {
            Verb::Favor
        } else {
            Verb::Against
        };
        let noun = whole.as_str().to_lowercase().contains("recommendation is") || whole.as_str().ends_with(':');
        if noun {
            if SUBJECT.is_match(&text[..whole.end()]) || whole.start() == 0 || whole.as_str().to_lowercase().starts_with("our") {
                found.push(Spoken { verb, mood: Mood::Plain, start: whole.start(), end: whole.end() });
            }
            continue;
        }
        let before = &text[..whole.start()];
        let Some(group) = GROUP.captures(before) else { continue };
        let (Some(start), Some(words)) = (group.name("start"), group.name("group")) else { continue };
        let speaker = group.name("speaker").map(|speaker| speaker.as_str().to_lowercase());
        let implied = start.as_str().trim().is_empty() && start.start() == 0;
        let is_ours = match &speaker {
            Some(_) => is_subject(text, start.end()),
            None if implied => verb == Verb::Recommend || (verb == Verb::NoObjection && words.as_str().is_empty()),
            None => inherits(text, start.range()),
        };
        let ours_are_many = || subjects(text).iter().rfind(|who| who.end <= start.end()).is_some_and(|who| is_plural(&text[who.clone()]));
        if !is_ours {
            continue;
        }
        let group = words.as_str().split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let group = group.join(" ").to_lowercase();
        // `does not support or endorse`, `will support and endorse`: the small words are of both verbs.
        let joined = speaker.is_none() && !implied && group.is_empty();
        let base = matches!(verb, Verb::Favor | Verb::Against | Verb::Recommend)
            && !whole.as_str().split(' ').next().is_some_and(|word| word.to_lowercase().ends_with('s'));
        let by_or = start.as_str().to_lowercase().split_whitespace().any(|word| word == "or" || word == "nor");
        let group = if joined && (base || by_or) { last_group.clone() } else { group };
        let shown = mood(&group);
        // `post support for the sale` has no verb, and `the contacts saw it and support the sale` another subject.
        let is_noun = base && shown == Mood::Plain && !implied && !ours_are_many();
        if is_noun {
            continue;
        }
        last_group = group;
        found.push(Spoken { verb, mood: shown, start: start.start(), end: whole.end() });
    }
    found
}

fn is_plural(speaker: &str) -> bool {
    speaker.eq_ignore_ascii_case("we") || speaker.eq_ignore_ascii_case("country team")
}

/// How a verb is meant, by the small words before it.
fn mood(group: &str) -> Mood {
    if RELUCTANT.is_match(group) {
        return Mood::Unclear;
    }
    let bare = ADVERBS.replace_all(group, "");
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let kinds = [
        (&*WILLING, Mood::Willing),
        (&*WOULD, Mood::Would),
        (&*WOULD_NOT, Mood::WouldNot),
        (&*NOT, Mood::Not),
        (&*CANNOT, Mood::Cannot),
        (&*UNABLE, Mood::Unable),
        (&*NO_REASON, Mood::NoReason),
    ];
    match bare.as_str() {
        "" => Mood::Plain,
        words => kinds.iter().find(|(pattern, _)| pattern.is_match(words)).map_or(Mood::Unclear, |(_, mood)| *mood),
    }
}

/// Whether the post that ends at a place is the subject of its clause.
fn is_subject(text: &str, end: usize) -> bool {
    subjects(text).into_iter().any(|speaker| speaker.start < end && speaker.end <= end && text[speaker.end..end].trim().is_empty())
}

/// Where the post is the subject of a clause.
fn subjects(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for captures in SUBJECT.captures_iter(text).take(MOST_VERBS) {
        let Some(speaker) = captures.name("speaker") else { continue };
        let before = &text[..speaker.start()];
        let clause = before.rfind(';').map_or(before, |at| &before[at..]);
        // In quotation marks `we` is somebody else.
        let quoted = before.matches('"').count() % 2 == 1 || before.matches('\u{201c}').count() > before.matches('\u{201d}').count();
        if !quoted && !WANTED.is_match(clause) && !NOT_POST.is_match(&text[speaker.end()..]) {
            found.push(speaker.range());
        }
    }
    found
}

/// Whether a verb without a subject has that of the words before: `Post checked the firm and supports`.
fn inherits(text: &str, joint: Range<usize>) -> bool {
    let by = text[joint.clone()].to_lowercase();
    let before = &text[..joint.start];
    let own = subjects(text);
    let earlier = || own.iter().rfind(|speaker| speaker.end <= joint.start);
    let Some(speaker) = earlier() else { return false };
    let has_word = by.chars().any(char::is_alphabetic);
    // A new clause at once.
    if by.contains(';') || (by.contains(',') && has_word) {
        return true;
    }
    let clause = CLAUSE.find_iter(before).last().map_or(0, |found| found.end());
    let between = &text[speaker.end..joint.start];
    if by.contains([',', ':']) {
        // `Post, which visited the firm, supports`.
        return between.trim_start().starts_with(',') && !HEARS.is_match(between);
    }
    let plain = OPINION.replace_all(&text[speaker.start..joint.start], "");
    speaker.end > clause && !HEARS.is_match(between) && !RELATIVE.is_match(&plain)
}

/// What stands before the first verb and governs it.
#[derive(Default)]
struct Lead {
    condition: Option<String>,
    /// `Were the permit issued`: it is not foreseen.
    supposed: bool,
}

/// The condition before the post; nothing where it makes the sentence say nothing.
fn lead(text: &str, spoken: &[Spoken]) -> Option<Lead> {
    let Some(first) = spoken.first() else { return Some(Lead::default()) };
    let before = subjects(text).into_iter().find(|speaker| speaker.start <= first.end).map_or("", |speaker| &text[..speaker.start]);
    let before = before.trim_end().trim_end_matches("the").trim_end_matches("The").trim_end();
    if before.is_empty() {
        return Some(Lead::default());
    }
    if LEAD_AGAINST.is_match(before) {
        return None;
    }
    let Some(found) = LEAD.captures(before) else { return Some(Lead::default()) };
    let word = found[1].to_lowercase();
    let condition = found[2].trim_end_matches(',').trim().to_owned();
    // `When the owner was met, post ...` tells of what was.
    if word == "when" && [" was ", " were ", "asked", "contacted"].iter().any(|past| condition.contains(past)) {
        return Some(Lead::default());
    }
    let supposed = matches!(word.as_str(), "were" | "should") || condition.contains(" were ");
    Some(Lead { condition: Some(condition), supposed })
}

fn undetermined(object: &str, confidence: Confidence) -> Verdict {
    let licenses = licenses(object);
    Verdict { word: RecommendationWord::CannotDetermine, conditions: Vec::new(), licenses, confidence, object: object.to_owned() }
}

fn licenses(text: &str) -> Vec<String> {
    heads::numbers(text).into_iter().map(|(_, number)| number).collect()
}

/// `Post sees no reason to deny the license`.
fn no_reason_to_deny(text: &str) -> Option<Verdict> {
    let found = NO_REASON_TO_DENY.find(text)?;
    let by_post = subjects(text).into_iter().any(|speaker| {
        speaker.end <= found.start() && text[speaker.end..found.start()].split_whitespace().all(|word| ADVERBS.is_match(word))
    });
    let others = [&text[..found.start()], &text[found.end()..]];
    let plain = OBJECT.is_match(&text[found.start()..]) && others.iter().all(|words| !HINGED.is_match(words)) && !OTHER.is_match(text);
    (by_post && plain).then(|| Verdict {
        word: RecommendationWord::NoObjection,
        conditions: Vec::new(),
        licenses: licenses(text),
        confidence: Confidence::Likely,
        object: text[found.end()..].to_owned(),
    })
}

/// What a verb and the words after it recommend.
fn one_verb(one: &Spoken, rest: &str, lead: &Lead) -> Vec<Verdict> {
    let core = &rest[..tail_at(rest)];
    match one.verb {
        Verb::NoPosition | Verb::Offer => {
            let is_idiom = one.verb == Verb::NoPosition && matches!(one.mood, Mood::Plain | Mood::Willing | Mood::Cannot);
            let is_unable = one.verb == Verb::Offer && matches!(one.mood, Mood::Not | Mood::Cannot | Mood::Unable);
            let about = core.trim().trim_end_matches('.').is_empty()
                || OBJECT.is_match(rest)
                || is_unable
                || rest.trim_start().starts_with("at this");
            let confidence = if HINGED.is_match(rest) { Confidence::Possible } else { Confidence::Likely };
            if (is_idiom || is_unable) && about { vec![undetermined(rest, confidence)] } else { Vec::new() }
        }
        Verb::Recommend => {
            let parts = recommended(rest);
            parts.into_iter().filter_map(|(side, negated, part)| settled(one, side, negated, part, lead)).collect()
        }
        Verb::Favor | Verb::Against | Verb::NoObjection => {
            let side = if one.verb == Verb::Favor { Side::For } else { Side::Against };
            let bare = core.trim().trim_end_matches('.');
            let about = OBJECT.is_match(core)
                || PRONOUN.is_match(core)
                || (one.verb != Verb::Favor && (bare.is_empty() || bare == "to"))
                || !licenses(core).is_empty();
            let denied = one.verb == Verb::Favor && DENIAL.is_match(core);
            if !about || (AGAINST_WORD.is_match(core) && !denied) || NEGATIVE.is_match(core) || mixed(rest) {
                return Vec::new();
            }
            // To favor a denial is to oppose the license.
            let side = if denied { side.other() } else { side };
            settled(one, side, side == Side::Against && one.verb == Verb::Favor, rest, lead).into_iter().collect()
        }
    }
}

/// Whether a word of the other side is joined to what is recommended: `the license for the pistols and denial of the rifles`.
fn mixed(rest: &str) -> bool {
    patterns! {
        JOINED = r"(?:,|\band|\bbut|\bor)\s+(?:for |the |that |not |to )*(?:denial|denying|deny|disapproval|disapprove|rejection|reject|refusal|oppose|opposition|return)\b";
    }
    JOINED.is_match(rest)
}

/// Where what is recommended ends.
fn tail_at(rest: &str) -> usize {
    let adjective = |at: usize| ["the ", "this ", "a "].iter().any(|article| rest[..at].to_lowercase().ends_with(article));
    let found = TAIL.find_iter(rest).find(|found| !(found.as_str().eq_ignore_ascii_case("pending") && adjective(found.start())));
    found.map_or(rest.len(), |found| found.start())
}

/// What is recommended, part by part: the side, whether by a negative, and the words.
fn recommended(rest: &str) -> Vec<(Side, bool, &str)> {
    patterns! {
        PART = r"(?:,\s*|\s)(?:and|but)\s+(?:against |for |the |that )*(?:approv(?:al|ing)|issu(?:ance|ing)|den(?:ial|ying)|disapproval|rejection|refusal|refusing|rejecting)\b";
    }
    let mut cuts: Vec<usize> = vec![0];
    for found in PART.find_iter(rest) {
        let joint = found.as_str().to_lowercase().find("and").or_else(|| found.as_str().to_lowercase().find("but")).unwrap_or(0);
        cuts.push(found.start() + joint + 3);
    }
    cuts.push(rest.len());
    let mut parts = Vec::new();
    for pair in cuts.windows(2) {
        let part = rest[pair[0]..pair[1]].trim_end();
        let part = part.strip_suffix("and").or_else(|| part.strip_suffix("but")).unwrap_or(part);
        let Some((side, negated)) = side_of(part) else { return Vec::new() };
        parts.push((side, negated, part));
    }
    let both = parts.iter().any(|part| part.0 != parts[0].0);
    // Where it is for one thing and against another, only the numbers tell the licenses apart.
    if both && parts.iter().any(|(_, _, part)| licenses(part).is_empty()) { Vec::new() } else { parts }
}

/// The side of one thing that is recommended.
fn side_of(part: &str) -> Option<(Side, bool)> {
    let core = &part[..tail_at(part)];
    if OTHER.is_match(core) {
        return None;
    }
    let (captures, shape) = RECOMMENDED.iter().find_map(|(pattern, shape)| pattern.captures(core).map(|found| (found, *shape)))?;
    let whole = captures.get(0)?;
    let has = |name: &str| captures.name(name).is_some();
    let (side, negatives) = match shape {
        Shape::Unfavorable => (Side::Against, 0),
        Shape::Favorable => (Side::For, 0),
        Shape::Verb | Shape::Passive => {
            let named = ["against", "not", "not2", "no"]
                .iter()
                .filter(|name| !matches!((**name, shape), ("against", Shape::Passive) | ("no", Shape::Verb)));
            let negatives = named.filter(|name| has(name)).count();
            (if captures.name("for").is_some() { Side::For } else { Side::Against }, negatives)
        }
    };
    // Every negative that is not the one of the verb leaves it unclear, and so does a word of the other side.
    let all = NEGATIVE.find_iter(core).count() + usize::from(core.trim_start().to_lowercase().starts_with("against"));
    let others = AGAINST_WORD.find_iter(core).count();
    let unclear = all != negatives || negatives > 1 || (negatives == 1 && side == Side::Against);
    let crossed = match side {
        Side::For => others > 0,
        Side::Against => others > 1 || APPROVES.is_match(&core[whole.end()..]),
    };
    let about = match (shape, whole.as_str().rsplit(' ').next().unwrap_or_default().to_lowercase()) {
        (Shape::Passive, _) => {
            OBJECT.is_match(whole.as_str().trim_end_matches(|c: char| !c.is_whitespace())) || !licenses(whole.as_str()).is_empty()
        }
        (Shape::Verb, word) => is_of_license(&word, core, &core[whole.end()..]),
        _ => true,
    };
    (!unclear && !crossed && about && !NOT_LICENSE.is_match(core))
        .then(|| if negatives == 1 { (side.other(), !has("against")) } else { (side, false) })
}

/// Whether what is approved or denied is a license: `approval` may stand alone, `deny` and `issue` may not.
fn is_of_license(word: &str, core: &str, after: &str) -> bool {
    patterns! {
        NOUN = r"^(?:approval|issuance|denial|disapproval|rejection|refusal)$";
        GIVEN = r"^\s*be (?:\w+ly )?(?:granted|given)\b";
        OPEN = r"^\s*(?:be|await|awaits|wait|depend|follow|should|only)\b";
    }
    if NOUN.is_match(word) {
        let of_clause = core.trim_start().to_lowercase().starts_with("that");
        return GIVEN.is_match(after) || (!of_clause && !OPEN.is_match(after));
    }
    word.starts_with("approv")
        || OBJECT.is_match(after)
        || PRONOUN.is_match(after)
        || !licenses(after).is_empty()
        || (word.ends_with("ed") && OBJECT.is_match(core))
}

patterns! {
    APPROVES = r"\b(?:and|or)\s+(?:\w+\s+){0,2}?approv";
}

/// The verdict of a verb on one thing, with what it hangs on.
fn settled(one: &Spoken, side: Side, turned: bool, rest: &str, lead: &Lead) -> Option<Verdict> {
    let (word, mut confidence) = word(one, side)?;
    if turned {
        confidence = confidence.max(Confidence::Likely);
    }
    let core_end = tail_at(rest);
    let (core, tail) = rest.split_at(core_end);
    if OTHER.is_match(core) {
        return None;
    }
    // What comes after a reason is no condition.
    let first = CONDITION.find(tail).map_or(tail.len(), |found| found.start());
    let near = REASON.find(tail).filter(|found| found.start() < first).map_or(tail, |found| &tail[..found.start()]);
    let conditions: Vec<String> = lead.condition.clone().into_iter().chain(condition(near)).collect();
    let calm = NO_TURN.replace_all(near, "");
    // The condition's own words turn nothing.
    let before_condition = CONDITION.find(&calm).map_or(calm.as_ref(), |found| &calm[..found.start()]);
    let before_condition = before_condition.trim_start_matches([',', ' ']).trim_start_matches("but ");
    let parted = side == Side::For && PARTED.is_match(tail);
    let turns = parted || TURNS.is_match(before_condition) || IN_PART.is_match(core) || IN_PART.is_match(before_condition);
    let licenses = licenses(rest);
    if turns && licenses.len() > 1 {
        return None;
    }
    let verdict =
        |word, conditions, confidence| Some(Verdict { word, conditions, licenses: licenses.clone(), confidence, object: core.to_owned() });
    let supposed = matches!(one.mood, Mood::Would | Mood::WouldNot);
    match word {
        RecommendationWord::Support | RecommendationWord::NoObjection if !conditions.is_empty() => {
            let most = if lead.supposed || (supposed && one.mood == Mood::WouldNot) { Confidence::Possible } else { confidence };
            verdict(RecommendationWord::SupportWithConditions, conditions, most)
        }
        // What the post would do it does not do.
        RecommendationWord::Support if supposed => None,
        RecommendationWord::Oppose if !conditions.is_empty() || HINGED.is_match(near) => None,
        RecommendationWord::CannotDetermine if !conditions.is_empty() || HINGED.is_match(near) => {
            verdict(word, Vec::new(), Confidence::Possible)
        }
        _ if turns => verdict(word, Vec::new(), Confidence::Possible),
        _ => verdict(word, Vec::new(), confidence),
    }
}

/// The condition in what follows a recommendation.
fn condition(tail: &str) -> Option<String> {
    let found = CONDITION.captures(tail)?;
    let even = tail[..found.get(1)?.start()].trim_end().to_lowercase().ends_with("even");
    let clause = found.get(2)?.as_str().trim().trim_end_matches([',', '"', ')']).to_owned();
    (!even && !NO_CONDITION.is_match(&clause)).then_some(clause)
}

/// The word of a verb that is for or against a license, in its mood.
fn word(one: &Spoken, side: Side) -> Option<(RecommendationWord, Confidence)> {
    use RecommendationWord::{CannotDetermine, NoObjection, Oppose, Support};
    if one.verb == Verb::NoObjection {
        return match one.mood {
            Mood::Plain => Some((NoObjection, Confidence::Certain)),
            Mood::Willing => Some((NoObjection, Confidence::Likely)),
            Mood::Would => Some((NoObjection, Confidence::Possible)),
            _ => None,
        };
    }
    match (side, one.mood) {
        (Side::For, Mood::Plain) => Some((Support, Confidence::Certain)),
        (Side::For, Mood::Willing | Mood::Would) => Some((Support, Confidence::Likely)),
        (Side::Against, Mood::Plain) => Some((Oppose, Confidence::Certain)),
        // `cannot recommend` is less than `does not`.
        (Side::For, Mood::Cannot | Mood::Unable) if one.verb == Verb::Recommend => Some((CannotDetermine, Confidence::Likely)),
        (Side::Against, Mood::Willing) | (Side::For, Mood::Not | Mood::Cannot) => Some((Oppose, Confidence::Likely)),
        (Side::For, Mood::WouldNot) => Some((Oppose, Confidence::Possible)),
        // Not to oppose is to have no objection; not to recommend denial may be anything.
        (Side::Against, Mood::Not | Mood::NoReason) if one.verb == Verb::Against => Some((NoObjection, Confidence::Likely)),
        (Side::Against, Mood::WouldNot) if one.verb == Verb::Against => Some((NoObjection, Confidence::Possible)),
        _ => None,
    }
}

/// The verdicts of one sentence, where they can stand beside each other.
fn agreed(mut found: Vec<Verdict>, silent: &[&str]) -> Vec<Verdict> {
    let favors = |verdict: &Verdict| !matches!(verdict.word, RecommendationWord::Oppose | RecommendationWord::CannotDetermine);
    let sides: Vec<bool> = found.iter().map(favors).collect();
    if sides.contains(&true) && sides.contains(&false) {
        let apart = found.iter().all(|verdict| {
            !verdict.licenses.is_empty()
                && found
                    .iter()
                    .all(|other| favors(other) == favors(verdict) || other.licenses.iter().all(|number| !verdict.licenses.contains(number)))
        });
        return if apart { found } else { Vec::new() };
    }
    for rest in silent {
        let changed = CHANGED.is_match(rest);
        for verdict in &mut found {
            verdict.confidence = verdict.confidence.max(if changed { Confidence::Possible } else { Confidence::Likely });
            if changed && matches!(verdict.word, RecommendationWord::Support | RecommendationWord::SupportWithConditions) {
                verdict.word = RecommendationWord::SupportWithConditions;
                verdict.conditions.push(rest.trim().trim_end_matches('.').to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
#[path = "verdicts_tests.rs"]
mod tests;
