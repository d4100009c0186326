//! What a sentence answers to a topic. A no needs words that deny the topic; a bad thing that is denied is good; what was not seen, or could
//! not be said, is no no; and a sentence that could be meant either way answers nothing.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use super::{
    sentences::NUMBERS,
    words::{IN_PART, NEGATED, UNESTABLISHED, pattern, patterns, topic, topics},
};

/// What a sentence answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It is so in part.
    Partly,
    /// It could not be found out.
    Unknown,
}

/// Idioms that have words of a topic and do not speak of it: what they look like, and what they mean.
static IDIOMS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        // `no. 44` is a number.
        (r"\bnos?\. ?#?(\d)", "number $1"),
        (r"\bin (?:good|working|perfect|proper|excellent|fine|complete) order\b|\bin order(?:[,.;]|$)", "sound"),
        (r"\bin order (?:to|that)\b|\b(?:law and|court|public) orders?\b", ""),
        (r"\b(?:department|directorate|office|chief|head|director|bureau|division) of (?:procurement|purchasing)\b|\b(?:procurement|purchasing) (?:chief|office|officer|department|directorate|service|agency|director|manager|section)\b", "office"),
        (r"\b(?:hangar|building|office|house|address|premises|site|number|room|shop|floor|vehicle)s? (?:is|are|was|were) (?:\w+ )?used\b", "place"),
        (r"\b(?:will|must|shall|would|to|can) (?:\w+ )?be registered\b", "recorded"),
        (r"\bused to (?:have|be|own|keep|hold|operate|use|work|store)\b", "formerly"),
        // What needs somebody's consent is no need of the items.
        (r"\bneed(?:s|ed)? ((?:also |only |still )?(?:no |the |an? |its |their )?(?:[\w'-]+ ){0,2}?(?:consent|approval|permission|permit|licen[sc]e|authori[sz]ation|signature|clearance)s?)\b", "require $1"),
        (r"\b(?:secretarial|travel|estate|housing|letting|special|police|customs|shipping|chemical|warfare) agents?\b", "office"),
        (r"\bagents?'s (?:clerk|receptionist|secretary|office|staff)\b", "clerk"),
        (r"\bend-?use (?:statement|certificate|undertaking|declaration)s?\b", "paper"),
        (r"\bregistered (address|office|capital|mail|post|letter|seat)\b", "$1"),
        (r"\b(?:work|job|court|standing|movement) orders?\b", "job"),
    ]
    .into_iter()
    .map(|(words, meant)| (pattern(words), meant))
    .collect()
});

/// Negations that deny nothing, or deny something bad: what they look like, and what they mean.
static NEGATIONS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let flaw = "(?:deficienc(?:y|ies)|problems?|shortcomings?|weakness(?:es)?|irregularit(?:y|ies)|discrepanc(?:y|ies)|violations?|complaints?|faults?|red flags?|anomal(?:y|ies))";
    let charge = "(?:enforcement actions?|sanctions?|investigations?|prosecutions?|complaints?|proceedings|charges)";
    let slight = "(?:known|serious|major|obvious|apparent|significant|such|other|particular|recent|security|visible|material)";
    let wrong =
        r"(?:diver\w+|fraud\w*|misus\w+|wrongdoing|violat\w+|thefts?|loss(?:es)?|tamper\w*|abuse\w*|illegal\w*|irregular\w*|criminal\w*)";
    let ruled = r"(?:re-?transfer|re-?export|re-?s[eo]l[dl]|resale|transferred|third part)";
    let knows = r"(?:understands?|understood|knows?|knew|aware|agree[sd]?|acknowledge[sd]?|commit\w*|assur\w*|pledge[sd]?|promise[sd]?|undert\w+|confirm\w*|stat\w+|said|told)";
    [
        (r"\bno (?:more|less|fewer|later) than\b|\bnot (?:only|later than|more than|less than|least)\b|\bwithout (?:delay|charge|exception)\b|\bno doubt\b|\bnobody but\b|\bno one (?:but|except)\b".to_owned(), ""),
        // `ten, not twelve` denies the twelve, and not the ten.
        (format!(r",? (?:and |but )?not (?:the |for )?(?:{NUMBERS})\b"), ""),
        (r"\b(?:not|never|n't|cannot) (?:dispute|deny|denied|contest|question|doubt)(?:ed)?\b".to_owned(), "confirm"),
        (format!(r"\b{knows}\b[^.;]{{0,80}}?\b(?:may|must|can|will|would|shall|could|is|are|do|does|should)(?: ?not|n't)\b[^.;]{{0,40}}?\b{ruled}\w*(?:,? (?:or|and|nor) [\w-]+){{0,3}}(?: without [\w.,' -]{{0,60}}?\b(?:consent|approval|permission|authori[sz]ation)\b)?"), "aware"),
        (format!(r"\bno (?:intention|plans?|wish) (?:of|to) {ruled}\w*"), "aware"),
        (r"\bno (?:problems?|difficult(?:y|ies)|trouble) (?:in )?\w+ing\b".to_owned(), ""),
        (format!(r"\b(?:no|without(?: any)?|free of)(?: {slight})? {flaw}\b"), "good"),
        (format!(r"\b(?:not|never|n't)(?: yet)?(?: been)? (?:the )?(?:subject|target|object) of (?:any |an )?(?:\w+ )?(?:{flaw}|{charge})\b"), "good"),
        (format!(r"\b(?:not|never|n't) (?:find|found|see|saw|seen|noted?|observed?|have|had|detect(?:ed)?|aware of) any (?:\w+ )?{flaw}\b"), "good"),
        (r"\b(?:no|not any|not have any|not find any|nothing) (?:known )?(?:derogatory|negative|adverse|unfavou?rable)(?: info\w*)?\b|\bnothing derogatory\b".to_owned(), "good"),
        (r"\bknows? of (?:no|nothing) (?:derogatory|negative|adverse|unfavou?rable)(?: info\w*)?\b".to_owned(), "good"),
        (r"\bno (?:known )?(?:objections?|concerns?|doubts?|suspicions?|misgivings|reservations)\b|\bno (?:known )?reasons? to (?:doubt|suspect|question|object)\b|\bnot (?:doubt|suspect|question)\b".to_owned(), "good"),
        (format!(r"\bno (?:known )?(?:evidence|indications?|signs?|records?|information|reasons? to believe) (?:of (?:any )?|that [^.;]{{0,60}}?\b){wrong}"), "good"),
        (format!(r"\b(?:not|never|n't)(?: \w+){{0,2}}? (?:{wrong}|convicted|debarred|sanctioned|fined|accused|charged|inconsistent|excessive|suspicious|disproportionate|unreasonable|unreliable)\b"), "good"),
    ]
    .into_iter()
    .map(|(words, plain)| (pattern(&words), plain))
    .collect()
});

patterns! {
    /// Words of a bad answer that no negative has.
    BAD = r"\b(?:inconsistent|forger(?:y|ies)|bogus|counterfeits?|suspicious|suspects?|suspected|divert(?:ed|s)?|diversion|doubts?|doubtful|contrary to|excessive|disproportionate|too (?:many|much|large)|front company|shell company|fraud\w*|forged|fake|fictitious|debarred|convicted|under (?:criminal )?investigation|unreliable|insecure|unsecured|unlocked|unguarded|broken|derogatory|unfavou?rable)\b";
    /// What only would be so.
    SUPPOSED = r"\b(?:if|unless|in case|assuming)\b|^\W*(?:were|had|should) \w";
    /// That nothing was traded or asked for says nothing of who somebody is.
    NO_TRADE = r"\bno (?:\w+ )?(?:records?|trace|knowledge|evidence) of (?:any |an? |the )?(?:\w+ )?(?:imports?|exports?|trans-?shipments?|applications?|licen[sc]es?|permits?|requests?|sales?|dealings|transactions?|payments?|deliver(?:y|ies)|shipments?|orders?)\b";
    /// A single lock, or an address that is only one for letters.
    WEAK_STORE = r"\b(?:one|a single|single) (?:\w+ )?(?:padlock|lock|guard|watchman|bolt|bar|chain)s? (?:only|alone)\b|\b(?:only|just|merely) (?:by |with |has |have )?(?:an? |one |a single )(?:\w+ )?(?:padlock|lock|guard|watchman|bolt|bar|chain|door)\b|\bnot yet (?:finished|complete\w*|built|roofed)\b|\bunfinished\b";
    LETTERS_ONLY = r"\bsecretarial\b|\bmail ?drop\b|\b(?:virtual|accommodation) (?:office|address)\b|\breceives (?:only )?(?:its )?mail\b|\baddress\b[^.;]{0,60}\b(?:is|was) (?:that|the (?:office|home|address)) of (?:an? |its |the )?(?:\w+ )?(?:accountant|lawyer|law firm|notary|attorney|bookkeeper|relative)\b";
    /// Who hands over no paper answers nothing by it.
    KEPT_BACK = r"\b(?:refus\w+|declin\w+|unwilling) to (?:\w+ )?(?:supply|show|provide|produce|give|hand|present|share|release|name|comment|discuss|say)\b";
    POLICE = r"\bpolice\b[^.]{0,60}\bno (?:\w+ )?records?\b|\bno (?:criminal|police|arrest) records?\b";
    ONLY = r"\bonly (?:\w+ )?(?:of|\d+)\b|\b\w+ of (?:the )?(?:\d+|\w+) [^.]{0,40}\b(?:not|missing)\b";
    PART = r"\bpart(?:ly|ially|ial)\b|\bincomplete\b";
    /// What nobody saw or could say.
    UNSAID = r"\b(?:cannot|can not|could not|unable to|not able to|not in a position to) (?:\w+ )?(?:say|tell|vouch|assess|judge|evaluate|comment|know|state|answer|rule out|attest|find out|learn)\b|\b(?:does|do|did) not (?:yet )?know (?:whether|who|what|where|how)\b|\bnot known\b|\bunclear\b|\buncertain\b|\bnot (?:clear|certain|sure)\b|\bnot (?:yet )?(?:answered|responded|replied)\b|\bno (?:reply|response)\b";
    UNSEEN = r"\b(?:not|never|n't|unable to|cannot)(?: (?:yet|been|able|to|be|have|had|get|allowed|permitted|in)){0,4} (?:visit(?:ed)?|inspect(?:ed)?|see|seen|enter(?:ed)?|tour(?:ed)?|view(?:ed)?|travel(?:led|ed)?|examined?|check(?:ed)?|go)\b";
    /// In a count: some of them.
    SOME_OF_THEM = r"\b(?:could not be|were not|was not|are not|is not|have not been) (?:accounted|located|found|seen|produced)|\bmissing\b";
    WOULD = r"\bwould\b";
    NONE_THERE = r"\b(?:never|none|nothing)\b";
    /// More words that turn a sentence round.
    TURNED = r"\b(?:nobody|no one|nothing|hardly|barely|rarely|scarcely|formerly|anything but|far from|instead of|rather than)\b|\buntil (?:19|20)\d\d\b|n't\b";
    /// Somebody's word, a guess, a question of the post's own: it answers nothing in the post's voice.
    HEDGED = r"\b(?:claims?|claimed|alleges?|alleged\w*|purport\w*|reportedly|supposedly|perhaps|possibly|presumably)\b|\b(?:may|might|could) (?:well )?(?:be|have)\b|\b(?:asked|asks|requested|requests|urged|invited)\b (?:[\w']+ ){0,6}?(?:to|for|whether|if|about)\b|\b(?:similar name|(?:different|another) (?:firm|company))\b";
    /// What is planned, or should be.
    FORESEEN = r"\b(?:plans?|planned|intends?|hopes?|wants?|promise[sd]?|ought|must|should|needs?) (?:to )?\w+|\b(?:will|to) (?:build|install|buy|get|have|hire|improve|construct|rent)\b|\bonce\b";
    BARE = r"\b(?:has|have|had|with|contains?|keeps?|kept|uses?|records|needs?|force of)\b";
}

/// Words of topics beside those by which a statement is filed: they speak of a topic only where a sentence answers to it.
static MORE: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    compiled(&[
        (
            "storage",
            r"\bmotor pool\b|\bgun rooms?\b|\b(?:bonded|radio|parts|ammunition|arms|powder|spares|equipment) stores?\b|\b(?:stone|brick|concrete|underground|powder|steel) magazine\b|\bmagazine (?:behind|beside|under|at)\b|\blocked (?:\w+ )?(?:cages?|trunks?|chests?|lockers?|crates?)\b|\bfiling cabinet\b",
        ),
        (
            "inventory",
            r"\b(?:issue|vehicle|weapons?|key|armou?ry|radio|arms|equipment) log\b|\bsign(?:s|ed)? (?:for (?:each|every)|(?:them |it )?(?:out|in)\b)|\bsign-?(?:out|in) (?:book|sheet)s?\b|\b(?:bound|stock|arms|handwritten) ledgers?\b|\belectronic register\b|\bcount(?:s|ed)? (?:them|it|each|every|all (?:of )?(?:the|them))\b",
        ),
        (
            "nontransfer",
            r"\b(?:may|must|can|could|will|would|should)(?: not|n't|not| never) be (?:\w+ )?(?:transferred|sold|lent|given away|passed on|handed on|given to)\b|\b(?:u\.?s\.? )?end-?use (?:rules|conditions|restrictions)\b",
        ),
        (
            "bona_fides",
            r"\bheard of\b|\b(?:apartment|residential) (?:building|block|house)\b|\bprivate (?:house|home|residence|dwelling)\b|\b(?:vacant|empty) (?:lot|building|house|plot)\b|\bsecretarial\b|\b(?:virtual|accommodation) (?:office|address)\b|\bmail ?drop\b",
        ),
        ("need", r"\bmakes? (?:no|little) sense\b|\bout of (?:all )?proportion\b"),
    ])
});

/// Words that go on with a topic where the sentences before opened it.
static GOES_ON: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    compiled(&[(
        "storage",
        r"\b(?:padlocks?|doors?|roof|windows?|guards?|gates?|fences?|locks?|locked|unlocked|secured|guarded|unguarded|watchman|lights|arrangements|alarms?|cameras?|walls)\b",
    )])
});

/// Every topic a sentence has words of; of what somebody said, one.
pub fn topics_of(lower: &str, told: bool) -> Vec<&'static str> {
    let plain = without_idioms(lower);
    let traded = NO_TRADE.is_match(&plain);
    let more = MORE.iter().filter(|(_, words)| words.is_match(lower)).map(|(topic, _)| *topic);
    let mut found = match topic(&plain) {
        "other" if told => more.take(1).collect(),
        only if told => vec![only],
        _ => {
            let mut all = topics(&plain);
            all.extend(more.filter(|topic| !all.contains(topic)).collect::<Vec<_>>());
            all
        }
    };
    found.retain(|topic| *topic != "other" && !(traded && *topic == "bona_fides"));
    found
}

/// The topic that a sentence goes on with, by its words.
pub fn goes_on(open: Option<&str>, lower: &str) -> Option<&'static str> {
    GOES_ON.iter().find(|(topic, words)| open == Some(*topic) && words.is_match(lower)).map(|(topic, _)| *topic)
}

/// Whether a topic is of what is to be seen at a place.
pub fn is_seen_on_site(topic: &str) -> bool {
    SEEN_ON_SITE.contains(&topic)
}

/// What a sentence that tells of a visit says of the place, without the visit; nothing where it only tells of the visit.
pub fn seen(lower: &str) -> Option<String> {
    patterns! {
        INSERTED = r",? (?:as )?(?:seen|visited|inspected|toured|viewed)(?: by [\w ]{2,30}?)? (?:on |in )?\w{3,9}\.? \d{1,2}(?:,? \d{4})?,";
        LEADS_ON = r"[^;:]*\b(?:visited|inspected|toured|viewed|saw|seen|shown|went)\b[^;:]*?(?::|;|, (?:which|where)\b|,? and (?:found|saw|noted|observed|noticed)\b)";
    }
    let pattern = [&*INSERTED, &*LEADS_ON].into_iter().find(|words| words.is_match(lower))?;
    Some(pattern.replace(lower, "; ").into_owned())
}

/// Topics on what is to be seen at a place: who did not go there knows nothing of them.
const SEEN_ON_SITE: [&str; 3] = ["storage", "inventory", "receipt"];

/// Words by which a sentence with the words of a topic answers yes to it; without them it answers nothing.
const YES: [(&str, &str); 9] = [
    (
        "bona_fides",
        r"\bgood\b|legitimate|bona ?fide|reputable|reliable|well[- ]known|well[- ]established|established (?:firm|company|dealer|business)|known to (?:post|the embassy)|\bregistered\b|incorporated|in business|has operated|has been operating|established in|long[- ]standing|trusted|credible|good standing|valid (?:business |trade )?licen[sc]e|holds (?:a |an )?(?:\w+ )?(?:permit|licen[sc]e)|exists\b",
    ),
    (
        "order",
        r"\bconfirm|\bverif|\bplaced\b|\b(?:was|were|has|have|had|it|firm|company|ministry) ordered\b|\bsigned\b|has (?:a|the) (?:\w+ )?(?:contract|order)|(?:contract|order|invoice|purchase)[^.]{0,40}(?:genuine|authentic|matches|agrees|is real)|(?:saw|seen|provided|showed|shown)[^.]{0,40}(?:contract|order|invoice)",
    ),
    (
        "end_use",
        r"consistent with|\bwill (?:be used|use|equip|arm|protect)|\bused (?:by|for|to)\b|for the purpose of|\bintended (?:for|use)|end[- ]use (?:is|was|as)|\bto (?:protect|equip|arm|train|guard|provide)|\bconfirm|\bgood\b",
    ),
    (
        "need",
        r"consistent with|commensurate|appropriate|reasonable|in line with|justif|proportion|\bneeds?\b|\bneeded\b|necessary|security force|guard force|force of|\d+-(?:man|person|member|officer)|shortage|replac|sufficient",
    ),
    (
        "storage",
        r"\b(?:has|have|had|with|contains?|keeps?|kept|uses?) (?:\w+ ){0,2}?(?:a|an|its|the|two|three|in)\b|\b(?:secured?|securely|adequate|good|excellent|sound|meets?|locked|guarded|fenced|alarm\w*|steel|concrete|sufficient|satisfactory|suitable|standards?|proper|controlled|cctv|cameras?|guards?|u\.s\.-standard)\b|stored (?:in|at)",
    ),
    (
        "inventory",
        r"\b(?:has|have|keeps?|kept|maintain\w*|implement\w*|signed|match\w*|reconcil\w*|accurate|modeled|complete|up[- ]to[- ]date|computeri[sz]ed|showed|shown|daily|weekly|records|recorded|entered|written|signs?|count(?:s|ed)?|adopt\w*|good|sound|adequate|uses?)\b",
    ),
    (
        "nontransfer",
        r"\b(?:familiar|aware|knows?|knew|understands?|understood|acknowledg\w*|commit\w*|agrees?|agreed|assur\w*|abide|signed|pledg\w*|promis\w*|good)\b",
    ),
    ("intermediaries", r"\b(?:good|legitimate|reputable|reliable|bona ?fide|registered|well[- ]known)\b"),
    (
        "receipt",
        r"\breceived (?:all|the|its)\b|\b(?:confirm\w*|verif\w*|acknowledg\w*) [^.]{0,40}\b(?:receipt|received|delivery|delivered)|\bshow(?:s|ed)? (?:the )?receipt of\b|\ball (?:of the )?(?:\w+ ){0,5}?(?:were|was|are|is|have been) (?:\w+ )?(?:accounted for|seen|sighted|present|delivered|received|located|inspected|verified|there)|\b(?:saw|sighted|inspected|counted|verified) (?:all|each|every)|\b(?:were|was) (?:delivered|received)\b",
    ),
];

/// Words by which a sentence with the words of a topic denies it.
const NO: [(&str, &str); 9] = [
    (
        "bona_fides",
        r"\b(?:not|never|n't)(?: \w+){0,2}? heard of\b|\b(?:apartment|residential) (?:building|block|house)\b|\bprivate (?:house|home|residence|dwelling)\b|\b(?:vacant|empty) (?:lot|building|house|plot)\b|\bnot (?:appear to |seem to )?exist\b|\bno (?:\w+ )?(?:record|trace|evidence|sign|listing)s? of\b|\bnot (?:\w+ ){0,2}?(?:registered|legitimate|reputable|reliable|credible|licensed|in business|listed|incorporated|operating)\b|\bunregistered\b|\bnever (?:\w+ ){0,2}?(?:heard of|existed|registered|operated|been (?:registered|licensed|located))\b|\bno (?:such )?(?:company|firm|business|organization)\b|\bnon-?existent\b|\bfalse address\b|\bnowhere\b|\bno longer (?:\w+ ){0,2}?(?:in business|registered|exists?|operat\w+)|\b(?:lapsed|revoked|struck off|dissolved|bankrupt\w*|insolvent|ceased|out of business|suspended)\b|\b(?:nobody|no one) (?:[\w'-]+ ){0,6}?(?:heard of|knew|knows)\b",
    ),
    (
        "order",
        r"\b(?:not|never|n't) (?:yet |actually |ever |have |been ){0,2}?(?:order|place|sign|purchase|buy|bought|contract|procure|confirm|recogni[sz]e)\w*|\bno (?:\w+ )?(?:orders?|contracts?|invoices?)\b|\bno (?:record|knowledge|evidence|trace) of (?:\w+ ){0,4}?(?:order|purchas|contract)\w*|\bden(?:ied|ies|y|ying) (?:that )?(?:\w+ ){0,4}?(?:order|purchas|contract|buy|bought|procur)\w*|\b(?:refused|failed|declined) to confirm\b|\bthere (?:is|was|were|are) none\b|\bunaware of\b|\b(?:cancel\w+|terminated|annulled|withdrawn)\b",
    ),
    ("end_use", r"\bnot (?:\w+ ){0,2}?(?:used?|intended|consistent)\b|\bno (?:\w+ )?use for\b|\bother (?:uses?|purposes?) than\b"),
    (
        "need",
        r"\bmakes? (?:no|little) sense\b|\bout of (?:all )?proportion\b|\bnot (?:\w+ ){0,2}?(?:needed|need|justif\w+|consistent|commensurate|necessary|in line)\b|\bno need\b|\bexceeds?\b|\b(?:more|larger|greater|higher) than (?:[\w'-]+ ){0,4}?(?:needs?|needed|necessary|required)\b",
    ),
    (
        "storage",
        r"\bunder construction\b|\bneither (?:\w+ ){0,3}?(?:roof|doors?|locks?|alarms?|guards?|fences?|bars) nor (?:\w+ ){0,2}?\w+|\b(?:no|without|lacks?|lacking|lacked) (?:\w+ ){0,2}?(?:alarms?|guards?|doors?|roof|locks?|cameras?|fences?|security|armou?ry|vault|safe|storage|bars|watchman|protection|strong ?room|padlocks?)\b|\b(?:not|never|n't) (?:\w+ ){0,2}?(?:secured?|locked|guarded|adequate\w*|sufficient\w*|satisfactory|suitable|alarmed|protected|meet|have|fenced|proper\w*)\b|\bnot what\b|\bpoor(?:ly)?\b|\bweak\b|\bdilapidated\b|\b(?:is|are|was|were|remains?) (?:a |of )?(?:\w+ )?(?:problem|concern)\b|\bdeficient\b|\binadequate\b|\binsufficient\b|\bin the open\b",
    ),
    (
        "inventory",
        r"\b(?:no|without|lacks?|lacking) (?:\w+ ){0,2}?(?:inventory|records?|registers?|logs?|books?|lists?)\b|\b(?:not|never|n't) (?:\w+ ){0,3}?(?:match\w*|kept|keep|maintain\w*|up[- ]to[- ]date|accurate|complete|reconcil\w*|recorded|have|signed|current)\b|\bbehind\b|\bin pencil\b|\bout of date\b|\binaccurate\b|\bdiscrepanc\w+|\binadequate\b",
    ),
    (
        "nontransfer",
        r"\b(?:not|never|n't) (?:\w+ ){0,3}?(?:familiar|aware|know|understand|heard|agree|commit|informed|sign(?:ed)?)\b|\bunaware\b|\bunfamiliar\b|\bignorant\b|\b(?:refus|declin)\w+ to\b|\bno (?:\w+ )?(?:knowledge|idea|awareness|understanding)\b",
    ),
    ("intermediaries", r"\bnot (?:\w+ ){0,2}?(?:registered|legitimate|reliable|reputable)\b|\bno record of\b|\bunregistered\b"),
    (
        "receipt",
        r"\b(?:never|not|n't) (?:\w+ ){0,3}?(?:received?|delivered|arrived?)\b|\bno (?:\w+ )?(?:delivery|shipment)\b|\bnone (?:of|was|were|has|have)\b",
    ),
];

fn compiled(words: &[(&'static str, &str)]) -> Vec<(&'static str, Regex)> {
    words.iter().map(|(topic, words)| (*topic, pattern(words))).collect()
}

fn meant(lower: &str, words: &[(Regex, &str)]) -> String {
    let mut text = Cow::Borrowed(lower);
    for (words, meant) in words {
        if words.is_match(&text) {
            text = Cow::Owned(words.replace_all(&text, *meant).into_owned());
        }
    }
    text.into_owned()
}

/// The words of a sentence without idioms.
pub fn without_idioms(lower: &str) -> String {
    meant(lower, &IDIOMS)
}

/// The words of a sentence without idioms and without negations that deny nothing.
fn plain(lower: &str) -> String {
    meant(&meant(lower, &IDIOMS), &NEGATIONS)
}

/// Whether a sentence only supposes something, or asks.
pub fn is_supposed(lower: &str) -> bool {
    SUPPOSED.is_match(lower) || lower.trim_end().ends_with('?')
}

/// Whether a sentence goes on with what somebody said: `The weapons would be kept in a vault`.
pub fn is_reported(lower: &str) -> bool {
    WOULD.is_match(lower)
}

/// Whether a sentence in the post's own voice says only what somebody claims, what may be, or what is asked for.
pub fn is_hedged(topic: &str, lower: &str) -> bool {
    let plain = plain(lower);
    HEDGED.is_match(&plain) || (matches!(topic, "storage" | "inventory") && FORESEEN.is_match(&plain))
}

/// Whether words affirm a topic.
fn affirms(topic: &str, plain: &str) -> bool {
    static COMPILED: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| compiled(&YES));
    COMPILED.iter().any(|(of, words)| *of == topic && words.is_match(plain))
}

/// The words that are left when those that deny a topic are taken out, if any do. A bad word leaves nothing, and a bare `has` or `keeps` is
/// nothing good beside a denial.
fn denied(topic: &str, plain: &str) -> Option<String> {
    static COMPILED: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| compiled(&NO));
    if BAD.is_match(plain) {
        return Some(String::new());
    }
    let (_, words) = COMPILED.iter().find(|(of, words)| *of == topic && words.is_match(plain))?;
    Some(BARE.replace_all(&words.replace_all(plain, ";"), "").into_owned())
}

/// What a sentence with the words of a topic answers to it, if it answers.
pub fn says(topic: &str, lower: &str) -> Option<Says> {
    let plain = plain(lower);
    let sworn = topic == "nontransfer";
    if is_supposed(&plain) || (KEPT_BACK.is_match(&plain) && !sworn) || (topic == "bona_fides" && POLICE.is_match(&plain)) {
        return None;
    }
    if topic == "receipt" && SOME_OF_THEM.is_match(&plain) && !NONE_THERE.is_match(&plain) {
        return Some(Says::Partly);
    }
    if (topic == "storage" && WEAK_STORE.is_match(&plain)) || (topic == "bona_fides" && LETTERS_ONLY.is_match(lower)) {
        return Some(Says::Partly);
    }
    if let Some(open) = UNESTABLISHED.find(&plain).or_else(|| UNSAID.find(&plain)) {
        return Some(beside(topic, &plain, open));
    }
    if let Some(open) = UNSEEN.find(&plain) {
        return SEEN_ON_SITE.contains(&topic).then(|| beside(topic, &plain, open));
    }
    if let Some(rest) = denied(topic, &plain) {
        return Some(if affirms(topic, &rest) { Says::Partly } else { Says::No });
    }
    let affirmed = affirms(topic, &plain);
    if PART.is_match(&plain) || (affirmed && (IN_PART.is_match(&plain) || ONLY.is_match(&plain))) {
        return Some(Says::Partly);
    }
    // A negation of something else may turn the sentence all the same.
    (affirmed && !is_turned(&plain)).then_some(Says::Yes)
}

fn is_turned(plain: &str) -> bool {
    NEGATED.is_match(plain) || TURNED.is_match(plain)
}

/// What is affirmed before it is told what could not be found out, or after a `but`, is so in part.
fn beside(topic: &str, plain: &str, open: regex::Match<'_>) -> Says {
    let after = &plain[open.end()..];
    let turned = after.find(" but ").or_else(|| after.find("; ")).map_or("", |at| &after[at..]);
    let sure = |words: &str| affirms(topic, words) && !is_turned(words);
    if sure(&plain[..open.start()]) || sure(turned) { Says::Partly } else { Says::Unknown }
}

patterns! {
    /// A permit of another kind.
    OTHER_PERMIT = r"\bpermits? to (?:carry|operate|sell|trade|possess|own)\b|\b(?:operating|business|building|residence|work|carry|carrying|trade|dealer|travel)(?:'s)? permits?\b";
    /// What no law asks for.
    NOT_NEEDED = r"\b(?:does|do|did|would|is|are|was|were|will) ?(?:not|n't) (?:\w+ )?(?:require|required|need|needed|necessary)\b|\bno (?:\w+ ){1,5}?(?:is|are|was|were|would be|will be) (?:\w+ )?(?:required|needed|necessary)\b|\bno longer (?:requires?|needs?|required|needed|necessary)\b|\bexempt";
    /// The word of somebody who wants the license.
    CLAIMED = r"\b(?:insist|claim|assert|alleg|contend|complain|hope|believe|think)(?:s|es|ed|ing)?\b";
    THERE = r"\b(?:issued|granted|approved|obtained|shown|showed|copy of|genuine|saw|produced|presented)\b|\b(?:holds?|held|has|have) (?:\w+ ){0,3}?(?:permits?|licen[sc]es?|approvals?|authori[sz]ations?|documents?|documentation|papers)\b";
    NOT_THERE = r"\b(?:not|never|no|none|nor|n't|without|yet to|cannot|could not|failed to)(?: [\w'-]+){0,5}? (?:issued?|granted?|approved?|obtain(?:ed)?|produced?|shown?|appl(?:y|ied)|reapplied|requested|decided|acted|received?|submitted|filed|provided?|done so|answered|exists?|have)\b|\bno (?:record|application|request|such permit)\b|\b(?:turned down|rejected|refused|denied|sent back|returned|revoked|withdrawn|withdrew|rescinded|annulled|cancell?ed|in error|by mistake|mistakenly|forged|forgery|fake|counterfeit)\b";
    STILL_OPEN = r"\bas soon as\b|\bonce \b|\bprovided that\b|\bcontingent\b|\bsubject to\b|\bneed|\brequire|\byet to\b|\bpending\b|\bwill (?:provide|issue|approve|grant|authori[sz]e)\b|\bmust (?:also )?(?:obtain|approve|issue|apply)\b|\bawait|\bapplied for\b|\bunder review\b|\buntil\b|\bonly after\b|\b(?:will|would|shall|to|should|can) (?:soon |then |now |also )?be (?:issued|granted|approved|obtained)\b|\b(?:application|request|form|draft)s? for\b";
    /// How approvals are given in general, or were given for others.
    IN_GENERAL = r"\b(?:information|statement|interview|guidance|advice|procedures?|authority to|power to)\b|\b(?:usually|normally|generally|typically|routinely|always|often|in practice|in the past)\b|\b(?:is|are) (?:issued|granted|approved)\b|\bwithin (?:\w+ ){1,3}(?:days|weeks|months)\b";
    /// A copy that was only asked for.
    ASKED_FOR = r"\b(?:asked|requested|promised|offered|will (?:send|provide|give))\b[^.;]{0,60}\b(?:copy|copies|original)\b";
    BUT_NOT = r"\bbut (?:not|none)\b";
    LAPSED = r"\b(?:expired|lapsed|no longer valid|out of date)\b";
    PARTLY_THERE = r"\bonly\b|\b(?:a different|another)\b|\bexcept\b|\bpart(?:ly|ially)\b|\bin part\b|\bsome of\b|\bthe other \w+\b|\bbut (?:not|none)\b";
}

/// Whether import approvals are there. What no law asks for, and what a party claims, is no answer.
pub fn approvals(lower: &str) -> Option<Says> {
    let plain = plain(lower);
    let beside_it: [&Regex; 7] = [&OTHER_PERMIT, &NOT_NEEDED, &CLAIMED, &HEDGED, &KEPT_BACK, &IN_GENERAL, &ASKED_FOR];
    if beside_it.iter().any(|words| words.is_match(&plain)) || is_supposed(&plain) {
        return None;
    }
    if UNESTABLISHED.is_match(&plain) || UNSAID.is_match(&plain) || UNSEEN.is_match(&plain) {
        return Some(Says::Unknown);
    }
    let denied = NOT_THERE.is_match(&plain);
    let rest = if denied { NOT_THERE.replace_all(&plain, ";") } else { Cow::Borrowed(plain.as_str()) };
    let lacks = denied || STILL_OPEN.is_match(&rest);
    let there = THERE.is_match(&rest);
    match (there, lacks) {
        // What is promised with `as soon as` is named by the words of what is there.
        (true, true) if !denied && !rest.contains(';') => Some(Says::No),
        (true, true) => Some(Says::Partly),
        (false, true) => Some(Says::No),
        (true, false) if BUT_NOT.is_match(&rest) => Some(Says::Partly),
        (true, false) if LAPSED.is_match(&rest) || is_turned(&rest) => None,
        (true, false) if PARTLY_THERE.is_match(&rest) => Some(Says::Partly),
        (true, false) => Some(Says::Yes),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(topic: &str, wanted: Option<Says>, sentences: &[&str]) {
        for said in sentences {
            assert_eq!(says(topic, said), wanted, "{topic}: {said}");
        }
    }

    #[test]
    fn opposite_words_are_never_a_yes() {
        for (topic, said, wanted) in [
            ("storage", "the firm has a secure armory", Some(Says::Yes)),
            ("bona_fides", "post has no derogatory information on the firm", Some(Says::Yes)),
            ("bona_fides", "post cannot confirm the address", Some(Says::Unknown)),
            ("bona_fides", "post was unable to locate the firm", Some(Says::Unknown)),
            ("bona_fides", "the firm does not exist at the address", Some(Says::No)),
            ("storage", "storage was partially complete", Some(Says::Partly)),
            ("bona_fides", "there is no record of the firm", Some(Says::No)),
            ("order", "the ministry refused to confirm the order", Some(Says::No)),
            ("order", "the firm failed to confirm the order", Some(Says::No)),
            ("need", "the quantity seems excessive for a force of ten", Some(Says::No)),
            ("bona_fides", "the police have no record of the firm", None),
            ("bona_fides", "poloff drove to the address of the firm", None),
            ("storage", "the warehouse lies by the river", None),
            ("order", "the order was placed by the firm", Some(Says::Yes)),
        ] {
            assert_eq!(says(topic, said), wanted, "{said}");
        }
    }

    #[test]
    fn a_bad_thing_that_is_denied_is_good() {
        let good = [
            "no deficiencies in storage were found",
            "emboff saw no problem with the storage arrangements",
            "the inspectors did not find any shortcomings in the armory",
        ];
        all("storage", Some(Says::Yes), &good);
        all("bona_fides", Some(Says::Yes), &["the firm has never been the subject of any enforcement action and is registered"]);
        all("need", Some(Says::Yes), &["the quantity is not excessive for a force of ninety"]);
        all("storage", None, &["emboff had no problem finding the warehouse", "the firm has not corrected the problems of the warehouse"]);
        all("order", Some(Says::Yes), &["the company did not dispute that it placed the order"]);
    }

    #[test]
    fn what_nobody_saw_is_no_no() {
        let unseen = [
            "econoff has not visited the warehouse in the port",
            "post did not inspect the storage site",
            "post has not been able to visit the armory and cannot vouch for storage conditions",
            "rso could not say how the weapons are stored",
        ];
        all("storage", Some(Says::Unknown), &unseen);
        all("bona_fides", None, &["poloff has not visited the registered address"]);
        all("bona_fides", Some(Says::Partly), &["the firm is registered, but post could not verify its address"]);
    }

    #[test]
    fn what_would_be_answers_nothing() {
        all("order", None, &["if the permit is refused, the firm would cancel the order", "did the firm sign the contract?"]);
        all("bona_fides", None, &["once they arrive the weapons will be registered by the police"]);
    }

    #[test]
    fn a_number_or_an_idiom_denies_nothing() {
        all("order", Some(Says::Yes), &["the command confirmed the purchase of eight mounts, not nine as shown on the application"]);
        all("order", Some(Says::Yes), &["econoff was shown contract no. 17/2009, which the ministry confirmed"]);
        all("storage", Some(Says::Yes), &["the storeroom is in good order"]);
        all("order", None, &["the storeroom is in good order"]);
        all("receipt", None, &["the manager refused to supply a receipt"]);
        all("order", Some(Says::Partly), &["the owner showed a purchase order for the radios; there was none for the antennas"]);
    }

    #[test]
    fn who_knows_what_is_forbidden_is_aware() {
        let aware = [
            "the unit understands that the mounts may not be retransferred without consent",
            "she knows that the pistols may not be re-exported without u.s. consent",
            "the owner knows that re-export requires the department's approval",
            "the firm agreed that it will not resell the rifles",
            "the armorer was aware that the carbines may not be re-exported or lent without prior usg approval",
        ];
        all("nontransfer", Some(Says::Yes), &aware);
        all(
            "nontransfer",
            Some(Says::No),
            &["the manager was unaware of the retransfer restrictions", "he had never heard of resale rules"],
        );
    }

    #[test]
    fn some_of_them_are_received_in_part() {
        all("receipt", Some(Says::Partly), &["four could not be accounted for", "all were received but two are missing"]);
        all("receipt", Some(Says::Yes), &["the log shows receipt of 90 rifles"]);
        all("receipt", Some(Says::No), &["the end-user never received the pistols"]);
    }

    #[test]
    fn what_needs_a_consent_is_no_need_of_the_items() {
        assert!(!topics_of("patrol boats need the written consent of the harbor board", false).contains(&"need"));
        assert!(topics_of("the rangers need these radios", false).contains(&"need"));
        all("need", Some(Says::No), &["forty rifles for six guards make no sense", "the quantity is out of all proportion"]);
    }

    #[test]
    fn nothing_traded_says_nothing_of_who_somebody_is() {
        let topics = topics_of("the revenue office has no record of any shipments by harrow lane", true);
        assert!(!topics.contains(&"bona_fides"), "{topics:?}");
        assert!(topics_of("the trade registry has no record of harrow lane", true).contains(&"bona_fides"));
        assert_eq!(topics_of("the premises belong to a letting agent", false), Vec::<&str>::new());
        let letters = ["the registered address is that of a secretarial company", "the registered address is that of an accountant"];
        all("bona_fides", Some(Says::Partly), &letters);
        all("bona_fides", Some(Says::No), &["it is a private house", "the neighbors had never heard of the firm"]);
    }

    #[test]
    fn what_a_visit_saw_is_told_without_the_visit() {
        assert_eq!(seen("poloff visited the depot on may 3").as_deref(), None);
        let lock = seen("econoff saw the bonded store, which has one padlock only");
        assert_eq!(lock.as_deref(), Some(";  has one padlock only"));
        assert_eq!(says("storage", &lock.unwrap_or_default()), Some(Says::Partly));
        let order = seen("the storeroom, seen on march 4, is in good order, with a guard");
        assert_eq!(says("storage", &order.unwrap_or_default()), Some(Says::Yes));
        let walls = seen("a vault is under construction; rso toured the site and saw neither a roof nor doors");
        assert_eq!(says("storage", &walls.unwrap_or_default()), Some(Says::No));
    }

    #[test]
    fn a_topic_goes_on_where_it_was_opened() {
        assert_eq!(goes_on(Some("storage"), "the annex has one door and no guard"), Some("storage"));
        assert_eq!(goes_on(None, "the annex has one door and no guard"), None);
        assert_eq!(topics_of("the wardens sign for each radio", false), ["inventory"]);
    }

    #[test]
    fn what_is_hedged_or_general_answers_nothing() {
        for (topic, said) in [
            ("bona_fides", "the firm claims to be registered"),
            ("end_use", "the rifles may be used by the guards"),
            ("order", "poloff asked the firm to confirm the order"),
            ("storage", "the firm plans to build a secure vault"),
            ("storage", "once the vault is finished it will have a steel door"),
        ] {
            assert!(is_hedged(topic, said), "{said}");
        }
        assert!(!is_hedged("storage", "the firm has a secure armory") && !is_hedged("need", "the force needs to replace old pistols"));
        for said in [
            "import permits are issued by the ministry of defense",
            "the registry usually grants an import permit within two weeks",
            "emboff requested a copy of the import permit",
            "the registry has the authority to grant import permits",
            "the ministry may have issued an import permit",
        ] {
            assert_eq!(approvals(said), None, "{said}");
        }
        assert_eq!(approvals("post has not seen the import permit"), Some(Says::Unknown));
        assert_eq!(approvals("the import permit that was shown is a forgery"), Some(Says::Partly));
    }

    #[test]
    fn what_ended_or_went_astray_is_denied() {
        all("bona_fides", Some(Says::No), &["the firm is no longer in business", "no one at the address had heard of the firm"]);
        all("bona_fides", Some(Says::Partly), &["the firm was established in 1990 and went bankrupt in may"]);
        all("bona_fides", None, &["nobody answered at the registered address"]);
        all("order", Some(Says::Partly), &["the contract was signed in may and cancelled in june"]);
        all("end_use", Some(Says::Partly), &["some of the pistols were used by a gang"]);
        all("storage", Some(Says::No), &["storage is poor"]);
        all("storage", None, &["the armory is anything but secure", "the firm used to have a secure armory"]);
        all("need", Some(Says::No), &["the quantity is more than the firm needs"]);
    }

    #[test]
    fn bad_and_good_together_are_in_part() {
        all("storage", Some(Says::Partly), &["the armory has one door, two guards and no alarm"]);
        all("storage", Some(Says::No), &["the vault has no alarm and is not guarded at night"]);
        all("inventory", Some(Says::No), &["the log was two weeks behind"]);
        all("inventory", Some(Says::Yes), &["a stock book is kept by hand", "the books are computerized and up to date"]);
    }

    #[test]
    fn approvals_are_there_only_as_papers() {
        for (said, wanted) in [
            ("post supports approval as soon as it provides the import approval", Some(Says::No)),
            ("the ministry has issued the import permit", Some(Says::Yes)),
            ("the import procedure is simple", None),
            ("the registry gave econoff a copy of import permit no. 2009-31, issued may 4, valid for one year", Some(Says::Yes)),
            ("import authorization no. 11-0400 was shown to us", Some(Says::Yes)),
            ("he could not say whether the import authorization had been applied for", Some(Says::Unknown)),
            ("the law does not require an import license for army equipment", None),
            ("under local law no import permit would be needed", None),
            ("the owner insists that he holds a valid import authorization", None),
            ("the police have granted a permit for 900 cartridges; the ministry must also approve and has not done so", Some(Says::Partly)),
            ("permit k-12 was issued but covers only ten shotguns", Some(Says::Partly)),
            ("an import permit is required and has been applied for", Some(Says::No)),
            ("no import permit has been issued", Some(Says::No)),
            ("the import permit will be issued next week", Some(Says::No)),
            ("an import permit was issued for the pistols but not for the rifles", Some(Says::Partly)),
            ("the registry issued the import permit but revoked it on june 1", Some(Says::Partly)),
            ("the firm held import license 4/2006, which expired in december", None),
            ("the owner holds a permit to carry a pistol", None),
            ("if the import permit is issued, the pistols will go to the police", None),
        ] {
            assert_eq!(approvals(said), wanted, "{said}");
        }
    }
}
