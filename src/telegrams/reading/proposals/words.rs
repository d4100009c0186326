//! The words rules look for: item classes, topics, verbs of saying, words that turn a sentence round. Data, to be read and added to.

use std::{cell::Cell, sync::LazyLock};

use regex::Regex;

thread_local! {
    static COMPILED: Cell<usize> = const { Cell::new(0) };
}

/// How many patterns this thread compiled: each is once, by the thread that looks for it first.
pub fn compiled() -> usize {
    COMPILED.get()
}

/// Compiles a pattern, and the only place where one is. Its `\w` and `\d` are written out by `WORD`: as Unicode has them they take six
/// times the memory, of the pattern and of each thread that looks for it.
pub fn exact(text: &str) -> Regex {
    COMPILED.set(COMPILED.get() + 1);
    Regex::new(&with_small_classes(text)).expect("it is a pattern")
}

/// Letters, digits and marks of every script by whole blocks, and `_`. In a text of Latin letters it is exactly `\w`; elsewhere it has some
/// signs besides.
const WORD: &str = r"0-9A-Za-z_\x{AA}\x{B5}\x{BA}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2C1}\x{2C6}-\x{2D1}\x{2E0}-\x{2E4}\x{2EC}\x{2EE}\x{300}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3005}-\x{3007}\x{3021}-\x{D7FF}\x{F900}-\x{FDFF}\x{FE70}-\x{FEFC}\x{FF10}-\x{FFDC}\x{10000}-\x{1EFFF}\x{20000}-\x{3FFFF}";

/// A pattern whose `\w`, `\W` and `\d` are written out.
fn with_small_classes(text: &str) -> String {
    let (mut small, mut in_class, mut letters) = (String::with_capacity(text.len() * 2), false, text.chars());
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('w') if in_class => small.push_str(WORD),
                Some('w') => small.extend(["[", WORD, "]"]),
                Some('W') if !in_class => small.extend(["[^", WORD, "]"]),
                Some('d') if in_class => small.push_str("0-9"),
                Some('d') => small.push_str("[0-9]"),
                escaped => small.extend(['\\'].into_iter().chain(escaped)),
            },
            c => {
                in_class = (in_class || c == '[') && c != ']';
                small.push(c);
            }
        }
    }
    small
}

/// Compiles a pattern that ignores case.
pub fn pattern(text: &str) -> Regex {
    exact(&format!("(?i){text}"))
}

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| $crate::telegrams::reading::proposals::words::pattern($text));
    )*};
}
pub(crate) use patterns;

/// Nouns of items: the pattern, the class's code (empty: it does not tell), the unit. The first that fits counts.
pub const ITEM_NOUNS: [(&str, &str, &str); 35] = [
    (r"(?:automatic|assault|select[- ]fire|battle|M-?16\w*|M-?4\w*) (?:rifles?|carbines?)", "automatic_rifle", "pieces"),
    (r"semi-?automatic rifles?", "semiautomatic_rifle", "pieces"),
    (r"(?:sniper|bolt-action|precision) rifles?", "sniper_rifle", "pieces"),
    (r"sub-?machine ?guns?", "submachine_gun", "pieces"),
    (r"machine ?guns?", "machine_gun", "pieces"),
    (r"(?:signal|flare|starting|blank) pistols?", "other", "pieces"),
    (r"(?:semi-?automatic )?(?:pistols?|handguns?)", "pistol", "pieces"),
    (r"revolvers?", "revolver", "pieces"),
    (r"shotguns?", "shotgun", "pieces"),
    (r"grenade launchers?", "grenade_launcher", "pieces"),
    (r"(?:rounds?|cartridges?)(?: of [\w. ]{0,20}ammunition)?", "ammunition", "rounds"),
    (r"night[- ]vision (?:goggles|devices?|monoculars?|scopes?|binoculars|equipment)", "night_vision", "pieces"),
    (r"image intensifier tubes?", "night_vision", "pieces"),
    (r"thermal(?:[- ]imaging)? (?:cameras?|imagers?|binoculars|weapon sights?)", "", "pieces"),
    (r"gas masks?", "", "pieces"),
    (r"(?:rifle |optical |thermal |holographic |night )?(?:sights|scopes|optics)", "optic", "pieces"),
    (r"(?:ballistic |bullet-?proof |body armor )?vests", "body_armor", "pieces"),
    (r"(?:sets of )?body armor", "body_armor", "pieces"),
    (r"armou?red (?:[\w-]+ ){0,2}?(?:vehicles?|cars?|trucks?|vans?|carriers?)", "armored_vehicle", "pieces"),
    (r"(?:patrol )?boat engines?|outboard (?:engines?|motors?)", "vessel_part", "pieces"),
    (r"(?:helicopter|aircraft|engine|rotor|turbine|landing gear) (?:parts|blades?|engines?|components|spares)", "aircraft_part", "pieces"),
    (r"(?:unmanned aerial vehicles?|UAVs?|drones?)", "unmanned_aircraft", "pieces"),
    (r"(?:patrol boats?|vessels?)", "vessel_part", "pieces"),
    (r"(?:missiles?|rocket motors?)", "missile_part", "pieces"),
    (r"(?:tactical |military |manpack )radios?", "electronics", "pieces"),
    (r"(?:radar|jammer|encryption) (?:sets?|units?|systems?|modules?)", "electronics", "pieces"),
    (r"detonators?", "explosive", "pieces"),
    (r"(?:kilograms?|kg|kilos) of (?:explosives?|propellant|RDX|TNT|smokeless powder)", "explosive", "kg"),
    (r"(?:tear gas|riot control|smoke|stun) (?:grenades?|canisters?|cartridges?)", "less_lethal", "pieces"),
    (r"silencers?|suppressors?", "other", "pieces"),
    (r"rifles?", "", "pieces"),
    (r"carbines?", "", "pieces"),
    (r"magazines?", "other", "pieces"),
    (r"helmets?", "body_armor", "pieces"),
    (r"(?:weapons?|firearms?|guns?)", "", "pieces"),
];

/// Nouns of what may be an item of a license and mostly is not: only where the words say so. As [`ITEM_NOUNS`].
pub const LOOSE_NOUNS: [(&str, &str, &str); 13] = [
    (r"(?:tear gas|riot control|smoke|stun) launchers", "less_lethal", "pieces"),
    (r"radio sets|radios|transceivers|antennas", "electronics", "pieces"),
    (r"headsets|intercoms", "electronics", "pieces"),
    (r"(?:machine ?gun |gun |weapon |door |vehicle |pintle )?mounts", "", "pieces"),
    (r"launchers", "", "pieces"),
    (r"assemblies", "", "pieces"),
    (r"(?:control|power|display|navigation|sensor|guidance|pump|measurement|hydraulic|auxiliary) units", "", "pieces"),
    (r"(?:rotor|tail|landing gear) (?:heads|hubs|shafts|gearboxes|masts)", "aircraft_part", "pieces"),
    (r"(?:intensifier |launch |gun )?tubes", "", "pieces"),
    (r"goggles|binoculars|monoculars", "", "pieces"),
    (r"(?:ballistic |riot )?shields", "body_armor", "pieces"),
    (r"gyroscopes|accelerometers|actuators|valves|pumps", "", "pieces"),
    (r"holsters|bayonets|parachutes|harnesses", "other", "pieces"),
];

/// Topics by their words: the first that fits counts.
pub const TOPICS: [(&str, &str); 11] = [
    (
        "intermediaries",
        r"possession|broker|intermediar|middleman|\bagent\b|representation in|derogatory|recommended (?:to|by)|commission fee|commercial transaction|freight forwarder",
    ),
    ("nontransfer", r"non-?transfer|re-?transfer|resale|re-?sell|re-?export|third part(?:y|ies) transfer|end-use assurance"),
    (
        "import_approvals",
        r"import(?:ation)?s? (?:licen[sc]e|permit|approval|request|authori|requirement|procedure|document)|importation (?:licen|requ|permit)|arms importation|import approval|import the weapons|forms? from|required? documentation|all documentation|\bthe permits?\b|both permits|\bpermits? (?:no\. ?|number |[a-z]{1,4}-?)?\d|\bpermits? for \d",
    ),
    (
        "storage",
        r"storage|\bstored\b|weapons? room|gun safe|armou?ry|vault|warehouse|strong ?room|storeroom|\bdepot\b|\balarms?\b|(?:locked|unlocked|secured|guarded) (?:closet|room|building|facility|compound|container|cabinet)",
    ),
    (
        "inventory",
        r"inventor|accountab|record[- ]?keeping|log ?books?|registers? of (?:weapons|arms)|bar ?cod|serial number (?:list|register)|stock ?books?|\bbooks (?:are|were)\b|\blog (?:was|is)\b|\b(?:the|a) register (?:is|was|that)\b",
    ),
    ("receipt", r"received (?:the|all|\d)|receipt|serial numbers?|sighted|delivered|accounted for"),
    (
        "need",
        r"\d+-(?:man|person|member|officer)|force of \w+|guard force|security force|needs? (?:the|these|for)|quantity|shortage|replace (?:aging|old|its)|consistent with (?:its|the) (?:size|needs)|number of (?:officers|agents|guards)",
    ),
    (
        "end_use",
        r"end-?use\b|will be used|\bused (?:by|for|to)|intended (?:for|use)|for the purpose of|protect|patrol|training|\bequip(?:s|ped)?\b|to arm",
    ),
    ("order", r"\border(?:ed|s)?\b|purchase|contract|invoice|bought|intent(?:ion)? to (?:buy|import|purchase)|buying|procure"),
    (
        "bona_fides",
        r"legitimate|bona ?fide|derogatory|unable to locate|no record of|registered|established in|in business|reputable|exists?\b|well[- ]known|operat(?:es|ing)|commercial registry|located at|address|known to (?:post|the embassy)|reliable|trusted|credible|good standing|no reason to doubt",
    ),
    ("other", r"."),
];

patterns! {
    /// Words that say a sentence is a negative one.
    NEGATED = r"\b(?:no|not|never|none|nor|neither|without|cannot|can't|didn't|doesn't|isn't|wasn't|denied|denies|refused|refuses|declined|lacks?|failed|fails|unknown|yet to|false|fictitious|non-?existent|inadequate|insufficient|unregistered|unable|nowhere)\b";
    /// Words that say something could not be found out.
    UNESTABLISHED = r"(?:could|can) ?not (?:be )?(?:confirm|determin|establish|locat|verif|reach|contact|ascertain)|cannot (?:confirm|determin|establish|locat|verif)|unable to (?:confirm|determin|establish|locat|verif|reach|contact|ascertain)|unconfirmed|was not able to|were not able to|no answer|did not (?:respond|return|reply)|unclear whether|has not (?:yet )?(?:confirm|determin|establish|verif|respond)";
    /// Something in part.
    IN_PART = r"\bpart(?:ly|ially|ial)\b|\bsome of\b|\bonly (?:\d+|\w+) of\b|\bincomplete\b|\bexcept(?: for| that)?\b";
    /// Verbs by which a person asserts.
    SAID = r"\b(?:stated|states|said|says|told|added|adds|claimed|claims|stressed|explained|explains|confirmed|confirms|noted|indicated|reported|advised|admitted|listed|asserted|informed|assured|maintain(?:s|ed)|denied|declared|replied|responded|clarified|insisted|insists|complained|complains|mentioned|acknowledged|promised|emphasized|attested|certified|wrote|writes|contradicted|reiterated)\b";
    /// The embassy's own people, who report and assert nothing to themselves.
    OWN_PEOPLE = r"^(?:\W*)(?:post|the embassy|embassy|pol/?econ ?offs?|poloffs?|econoffs?|emboffs?|conoffs?|rso|arso|a/rso|datt|dao|odc|we|embassy officers?|econ ?counselor|polcouns|pao|fcs|fsn|pol|econ|the department|department)\b";
    /// That somebody else's words are reported.
    ACCORDING = r"\baccording to ([A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}|the [\w -]{3,40}?)(?:[,.;]|$| the | that | \()";
    /// Words of offices that are authorities.
    AUTHORITY_WORDS = r"\b(?:ministry|ministries|directorate|authority|authorities|agency|registry|police|customs|general staff|department of|national guard|armed forces|joint command|licensing (?:office|administration|authority|board|department)|registrar|firearms office|explosives office|bureau of|office of (?:the )?(?:president|arms)|inspectorate|commissioner|of the (?:republic|kingdom))\b";
}

/// Whether words speak of the embassy itself, wherever they stand: `in ref B post`.
pub fn is_own(words: &str) -> bool {
    let lower = words.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "post" | "embassy" | "poloff" | "econoff" | "emboff" | "we" | "department"))
}

/// The topic of a sentence, by the first of the topics whose words it has.
pub fn topic(lower: &str) -> &'static str {
    static COMPILED: LazyLock<Vec<(&'static str, Regex)>> =
        LazyLock::new(|| TOPICS.iter().map(|(topic, words)| (*topic, pattern(words))).collect());
    COMPILED.iter().find(|(_, words)| words.is_match(lower)).map_or("other", |(topic, _)| topic)
}

/// Every topic a sentence has words of, but for `other`.
pub fn topics(lower: &str) -> Vec<&'static str> {
    static COMPILED: LazyLock<Vec<(&'static str, Regex)>> =
        LazyLock::new(|| TOPICS.iter().filter(|(topic, _)| *topic != "other").map(|(topic, words)| (*topic, pattern(words))).collect());
    COMPILED.iter().filter(|(_, words)| words.is_match(lower)).map(|(topic, _)| *topic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_every_script_is_a_letter_of_a_word() {
        let (small, whole) = (exact(r"^\w$"), Regex::new(r"^\w$").expect("a pattern"));
        let one = |c: char| c.to_string();
        // Signs that are made of letters are none: ℂ, Ⓐ.
        let sign = |c: &char| matches!(c, '\u{2000}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}' | '\u{1f000}'..='\u{1ffff}');
        let lost: String = (char::MIN..=char::MAX)
            .filter(|c| c.is_alphanumeric() && !sign(c) && whole.is_match(&one(*c)) && !small.is_match(&one(*c)))
            .collect();
        assert_eq!(lost, "");
        // What a telegram is written in: Windows-1252, and what Latin letters are made of besides.
        let written = (0..=255_u8).filter_map(|byte| encoding_rs::WINDOWS_1252.decode(&[byte]).0.chars().next());
        for c in written.chain('\0'..'\u{370}').chain('\u{1e00}'..'\u{1f00}') {
            assert_eq!(small.is_match(&one(c)), whole.is_match(&one(c)), "{c:?}");
        }
    }

    #[test]
    fn a_class_is_written_out_wherever_it_stands() {
        assert_eq!(with_small_classes(r"\d{2}[.\d]\\d\b"), r"[0-9]{2}[.0-9]\\d\b");
        assert!(exact(r"^[\w&'-]+\W[^\w]$").is_match("Žižka's-&Co ."));
    }
}
