//! Which sentences an officer is likely to file: those with words of a contact, a statement, an answer of the post, an
//! approval, an item, a party in its role, a recommendation or serial numbers. Data: a pattern, a sentence that has it,
//! and one that has not; each is a test.

use std::sync::LazyLock;

use regex::Regex;

use super::{PieceKind, words::pattern};

/// Words that make a sentence matter, with an example and a counter-example.
const WORDS: &[(&str, &str, &str)] = &[
    // Contacts.
    (
        r"\bmet (?:with |separately |again |on |at |in |[A-Z])",
        "Poloff met with the director.",
        "The conditions were met.",
    ),
    (
        r"\b(?:called on|called at|spoke (?:with|to|by)|talked (?:with|to)|sat down with)\b",
        "Emboff called on the ministry.",
        "The talks went on.",
    ),
    (
        r"\b(?:telephoned|phoned|by (?:tele)?phone|(?:tele)?phone (?:call|conversation|interview))\b",
        "Econoff telephoned the owner.",
        "The telephone lines are poor.",
    ),
    (
        r"\b(?:visit(?:ed|s)? (?:to |by |the |its |his |their |\w+'s )|site (?:visit|inspection)|toured|walk(?:ed)? through|drove (?:out )?to|travell?ed to)",
        "Post visited the store.",
        "Visitors like the coast.",
    ),
    (
        r"\b(?:e-?mail(?:ed)?|wrote|written|letter|diplomatic note|note verbale|faxed|replied|in writing)\b",
        "The ministry wrote to post.",
        "The press was silent.",
    ),
    (
        r"\b(?:interviewed|contacted|reached|consulted|checked with|asked (?:the|him|her|them|for|about))\b",
        "RSO contacted the police.",
        "Contacts between the two states are warm.",
    ),
    (
        r"\b(?:spoke|saw us|received (?:us|emboffs?|econoffs?|poloffs?)|came to (?:the )?(?:embassy|mission)|put the (?:case|question|matter) to|(?:returned|took) our (?:\w+ )?call|(?:unannounced|courtesy|follow-up) call|visit to|visited)\b",
        "Econoff spoke May 3 with him.",
        "The spokes broke.",
    ),
    (
        r"\b(?:on|of|since|dated|by) (?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?) \d{1,2}\b|\b(?:on|of|since|dated|by) \d{1,2} (?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|august|sept(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
        "It left on May 3.",
        "It left in May.",
    ),
    (
        r"\b(?:econoffs?|poloffs?|emboffs?|conoffs?|polecon|pol/?econ|rso|arso|datt|odc|dao|les|fsn|hsi|fcs|commercial (?:specialist|section|officer)|economic (?:officer|specialist|section)|our (?:officers?|staff)) (?:\w+ ){0,2}?\w+ed\b",
        "RSO photographed the gate.",
        "The rest is known.",
    ),
    // Statements.
    (
        r"\b(?:said|says|stated|states that|told|tells|explained|explains|added|adds|noted|notes that|claimed|claims|insisted|stressed|maintained|maintains)\b",
        "He said that it is his.",
        "The saying is old.",
    ),
    (
        r"\b(?:confirmed|confirms|confirmation|acknowledged|admitted|conceded|denied|denies|assured|promised|undertook|pledged|swore)\b",
        "She confirmed the order.",
        "The firm is large.",
    ),
    (
        r"\b(?:reported|reports that|advised|informed|indicated|mentioned|remarked|described|volunteered|recalled|repeated|emphasized|clarified|declared|asserted|alleged|testified|estimated|expects?)\b",
        "The manager advised that it is late.",
        "Newspapers abound.",
    ),
    (
        r"\b(?:according to|in (?:his|her|their|its) (?:words|view|account)|by (?:his|her|their) (?:own )?account)\b",
        "According to Vidal, all is well.",
        "The account was closed.",
    ),
    (
        r"\b(?:showed|shown|produced|provided|presented|handed (?:over|post)|supplied|submitted|gave (?:post|us|emboff|poloff|econoff|a copy))\b",
        "He showed the contract.",
        "The show was good.",
    ),
    (
        r"\b(?:(?:is|are|was|were) (?:aware|familiar)|understands?|knows (?:of|that)|undertakes)\b",
        "He is familiar with the rules.",
        "Awareness grows.",
    ),
    // What the post found.
    (
        r"\b(?:post|embassy|we|emboffs?|econoffs?|poloffs?|rso|datt|odc|dao|officers?) (?:\w+ ){0,3}?(?:found|finds|confirmed|verified|established|assess(?:es|ed)?|believes?|judges?|considers?|concludes?|concluded|knows?|saw|observed|inspected|counted|compared|examined|noted|noticed|reviewed|checked|could|cannot|was unable|has no|have no|holds no|is satisfied|is confident|has (?:every|full) confidence|sees no)\b",
        "Post has no derogatory information.",
        "Post thanks the Department.",
    ),
    (
        r"\bderogatory\b|\badverse (?:information|record)\b|\bcriminal record\b|\bblack ?list|\bwatch ?list",
        "Nothing derogatory is known.",
        "Nothing is known.",
    ),
    (
        r"\b(?:bona fides?|legitimate|reputable|reliable|well[- ]known|good standing|trustworthy|front company|shell company|letterbox)\b",
        "It is a reputable firm.",
        "It rained.",
    ),
    (
        r"\bregist(?:ered|ration|ry|er of)\b|\bincorporated\b|\bchamber of commerce\b|\btax (?:number|office|authority|records?)\b",
        "The firm is registered.",
        "The region is poor.",
    ),
    (
        r"\b(?:in business|founded|established in|employ(?:s|ees)|staff of|owned by|owner|shareholders?|directors? of|managing director|subsidiary|branch)\b",
        "It was founded in 1990.",
        "Business is slow.",
    ),
    (
        r"\b(?:address|premises|office (?:is|was|at|in)|offices? at|located|warehouse|building|compound|street|floor)\b",
        "The firm is located at the port.",
        "It is far.",
    ),
    (
        r"\b(?:armou?ry|armou?ries|vault|gun ?safe|safe|strong ?room|store ?room|storage|stored|arms room|weapons? room|magazine|bunker|depot)\b",
        "The armory is new.",
        "The army is new.",
    ),
    (
        r"\b(?:lock(?:ed|s)?|padlock(?:s|ed)?|alarm(?:s|ed)?|cctv|cameras?|guard(?:s|ed)? (?:post|by|around|at)|fence|fenced|steel (?:door|cabinet|container|rack)|keys?|access control)\b",
        "The door is locked.",
        "The lake is deep.",
    ),
    (
        r"\b(?:inventor(?:y|ies)|log ?books?|ledgers?|stock (?:books?|cards?|records?)|record[- ]?keeping|records?|accountab\w+|hand receipts?|audits?)\b",
        "It keeps a ledger.",
        "It keeps bees.",
    ),
    (
        r"\b(?:order(?:ed|s)?|purchase[ds]?|contract(?:ed|s)?|invoices?|tender|bought|buy|procure(?:d|ment)?|paid|payment)\b",
        "It ordered them in May.",
        "It is a border.",
    ),
    (
        r"\b(?:end[- ]?use|will be used|are (?:for|used)|is (?:for|used)|intended (?:for|use)|intends?|for use (?:by|in|on)|to (?:equip|arm|replace|protect|train))\b",
        "They are for the guards.",
        "The road is long.",
    ),
    (
        r"\b(?:quantit(?:y|ies)|numbers? (?:fits?|matche?s?|is|are|of (?:officers|guards|men|staff|rangers|members))|strength of|consistent with|commensurate|proportionate|excessive|reasonable|in line with|shortage|shortfall|needs)\b",
        "The quantity is reasonable.",
        "The season is over.",
    ),
    (
        r"\b(?:nontransfer|non-transfer|re-?transfer|re-?export(?:ed|s|ing)?|resale|re-?sell|resold|third part(?:y|ies)|divert(?:ed)?|diversion|DSP-?83|end-?user? certificates?)\b",
        "It will not re-export them.",
        "Exports grew.",
    ),
    (
        r"\b(?:possession|custody|bill of lading|air ?waybill|consigned|clearing agent|cleared customs|delivered to|(?:has|have|had|were|was) (?:not )?(?:arrived|received|delivered|shipped)|arrived (?:at|in|on))\b",
        "It takes possession of them.",
        "The ship's cook is ill.",
    ),
    (
        r"\b(?:unable to|could not|cannot|did not (?:find|answer|respond|reply|appear|know|recognize|allow|show)|no (?:record|trace|answer|sign|evidence|knowledge|such|indication|history|plans?)|not (?:known|registered|found|listed|aware|been))\b",
        "Post could not find the shop.",
        "He was there.",
    ),
    (r"\b(?:refused|declined|withheld|would not|turned (?:away|down))\b", "He refused a visit.", "The refuge is near."),
    (
        r"\b(?:discrepan\w+|inconsisten\w+|contradict\w*|mismatch\w*|differ(?:s|ed|ent from)|does not (?:match|agree|fit)|do not (?:match|agree|fit)|match(?:es|ed))\b",
        "The lists do not match.",
        "A watch was kept.",
    ),
    (
        r"\b(?:previous(?:ly)?|prior|earlier|past) (?:\w+ ){0,2}(?:check|checks|license|licenses|purchase|purchases|order|orders|import|imports|shipments?|dealings?|transactions?)\b",
        "An earlier check was favorable.",
        "It was warm earlier.",
    ),
    (
        r"\b(?:nobody|no one|none of|neither|without evidence|unexplained|unanswered|obstacle)\b",
        "Nobody answered the door.",
        "Anybody may go.",
    ),
    (
        r"\b(?:thinks?|doubts?|believes?|considers?|accuses?|alleges?|in (?:the|his|her|our) (?:\w+'s )?(?:view|judgment|opinion)|in the (?:view|judgment|opinion) of|about right|in proportion|would (?:see|advise)|advises?)\b",
        "RSO thinks it too many.",
        "The dough is thin.",
    ),
    (
        r"\b(?:payroll|walls? (?:is|are)|doors?|racks?|sentr(?:y|ies)|hatch|padlock|cupboard|container|crates?|packing list|air ?way bill|manifest|paper|papers|documents?|copies|copy of|stamp|signature)\b",
        "The payroll has 61 names.",
        "The pay is low.",
    ),
    (
        r"\b(?:mr|mrs|ms|dr|col|gen|capt|maj|lt|supt|insp|sgt)\. \w|\b(?:managing director|director|manager|superintendent|commissioner|registrar|proprietor|chief engineer|export control)\b",
        "Col. Vidal has the key.",
        "The color is red.",
    ),
    (r"\b[a-z]{1,4}-?\d{4,}\b", "CG4413 was there.", "He was 44 then."),
    (
        r"\b(?:made|sold|bought|shipped|financed|consigned|owned|brokered|overhauled|repaired|assembled) (?:by|to|from)\b",
        "They are made by him.",
        "It is made of wood.",
    ),
    (
        r"\b\d[\d,]* (?:\w+ ){0,2}?(?:men|scouts|guards|officers|rangers|staff|employees|agents|persons?|people|policemen|soldiers|members|vehicles|trucks|boats|helicopters|aircraft|posts|stations|branches|serials?|names|signatures)\b",
        "It has 64 guards.",
        "It is 64 miles off.",
    ),
    // Approvals.
    (
        r"\b(?:permits?|authori[sz]ations?|licen[sc](?:e|es|ed) (?:to|from|by|was|is|for)|import licen[sc]es?|clearances?|consents?|no[- ]objection|approvals?|decrees?)\b",
        "The permit is valid.",
        "The weather is fair.",
    ),
    (
        r"\b(?:issued|granted|approv(?:ed|es)|authori[sz](?:ed|es)|signed|countersigned|revoked|expired|expires|valid (?:until|through|to|for))\b",
        "The ministry issued it.",
        "The issue is debated.",
    ),
    (
        r"\b(?:appl(?:ied|ies|y) (?:for|to)|application (?:was|is|for|had|has)|pending|under review|await(?:s|ing|ed)|has (?:not )?yet|not yet)\b",
        "It has applied for one.",
        "The test is over.",
    ),
    (
        r"\b(?:ministry|ministries|directorate|registrar|commissioner|firearms (?:office|bureau|unit|registry)|licensing (?:office|board|unit)|central bank|general staff|headquarters) (?:\w+ ){0,4}?(?:must|requires?|has|had|will|is|was|did|would|approved|issued|refused)\b",
        "The ministry must agree.",
        "The ministry stands on a hill.",
    ),
    // Items.
    (
        r"^[ (*-]*(?:\(?[a-z0-9]{1,2}[.)] *)?(?:qty\.?:? *)?\d[\d,]*(?: ?(?:x|ea\.?|each|pcs\.?|units?))?[ :-]+[a-z.(]",
        "-- 30 pistols",
        "In 30 years",
    ),
    (
        r"\b\d[\d,]* (?:[\w./'-]+,? ){0,6}?(?:pistols?|revolvers?|rifles?|carbines?|shotguns?|guns?|launchers?|rounds|cartridges|vests?|helmets?|plates?|shields?|goggles|binoculars|monoculars|scopes?|sights?|radios?|vehicles?|engines?|parts?|kits?|sets|tubes?|detonators|kilograms|kg|grenades|masks|units|pieces|systems?|cameras?|weapons|firearms|magazines|barrels|suppressors|items|blades|lasers?|antennas?|boats?|aircraft|drones?)\b",
        "It is for 30 new pistols.",
        "He is 30 years old.",
    ),
    (
        r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)\b(?:[ -][\w./'-]+){0,6}? (?:pistols?|revolvers?|rifles?|carbines?|shotguns?|guns?|launchers?|rounds|cartridges|vests?|helmets?|plates?|shields?|goggles|binoculars|scopes?|sights?|radios?|vehicles?|engines?|kits?|sets|tubes?|weapons|firearms|pieces|units|cameras)\b",
        "It has six rifles.",
        "It has six rooms.",
    ),
    (
        r"\b(?:quantity|qty|total(?:s|ing)?|caliber|calibre|9 ?mm|5\.56|7\.62|\.38|\.45|12[- ]gauge|model|serials?)\b",
        "Total: 36.",
        "Totally blank.",
    ),
    // Parties.
    (
        r"\b(?:end[- ]?users?|consignees?|applicants?|brokers?|brokered|freight forwarders?|forwarders?|manufacturers?|manufactured by|sellers?|suppliers?|vendors?|intermediar(?:y|ies)|importers?|exporters?|agents? (?:of|for|in))\b",
        "The end-user is the police.",
        "The user is at the end.",
    ),
    // Recommendations.
    (
        r"\b(?:recommends?|recommended|recommendation|supports? (?:the|approval|issu\w*|this|these|license|both|export)|no objections?|does not object|objects? to|oppos(?:es|e|ed)|favou?rs? (?:the|approval|issu\w*)|endorses?)\b",
        "Post recommends approval.",
        "Supporters cheered.",
    ),
    (
        r"\b(?:den(?:y|ial)|disapprov\w+|should (?:not )?(?:be )?(?:approved?|issued?|granted?|denied|proceed|go ahead)|withhold|cannot (?:determine|make|recommend|support)|not in a position to)\b",
        "The license should be denied.",
        "The denim is blue.",
    ),
    // Serial numbers.
    (
        r"\bserial (?:numbers?|nos?)\b|\bsighted\b|\baccounted for\b|\bunaccounted\b|\bmissing\b|\bstolen\b|\blost\b",
        "Two are missing.",
        "It is a mission.",
    ),
];

/// Words of a sentence that nobody files all the same, with an example and a counter-example.
const PASSING: &[(&str, &str, &str)] = &[
    (
        r"\b(?:post|embassy|we|mission) (?:thanks|appreciates?|welcomes?|regrets?|apologi[sz]es|looks? forward|stands ready|is grateful|congratulates)\b",
        "Post appreciates the Department's patience.",
        "Post saw the store.",
    ),
    (
        r"\b(?:point of contact|POC\b|please (?:contact|direct|send|slug|advise)|questions? (?:may|should|can) be|drafted by|cleared by|minimize considered)\b",
        "The point of contact is the economic section.",
        "He is the owner.",
    ),
    (
        r"\b(?:newspapers?|press (?:reports?|coverage)|media|television|radio station|headlines?|editorials?|election|elections|parliament|opposition|coalition|campaign|president's party|weather|rainy|festival|football|drought|tourists)\b",
        "The press writes of the elections.",
        "The firm is known.",
    ),
];

/// Whether an officer is likely to file a sentence. A row with a number is one of items, or of serial numbers.
pub fn matters(text: &str, kind: PieceKind) -> bool {
    static WORDS_OF: LazyLock<Regex> = LazyLock::new(|| any(WORDS));
    static PASSING_OF: LazyLock<Regex> = LazyLock::new(|| any(PASSING));
    let row = kind == PieceKind::ListItem && text.bytes().skip(3).any(|byte| byte.is_ascii_digit());
    (row || WORDS_OF.is_match(text)) && !PASSING_OF.is_match(text)
}

/// One pattern of several.
fn any(table: &[(&str, &str, &str)]) -> Regex {
    pattern(&table.iter().map(|(words, _, _)| format!("(?:{words})")).collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_has_its_words_and_no_counter_example_has() {
        for (words, example, counter) in WORDS.iter().chain(PASSING) {
            let own = pattern(words);
            assert!(own.is_match(example), "{words} is not in {example:?}");
            assert!(!own.is_match(counter), "{words} is in {counter:?}");
        }
        let matters = |text: &str| matters(text, PieceKind::Paragraph);
        for (_, example, counter) in WORDS {
            assert!(matters(example), "{example}");
            assert!(!matters(counter), "{counter}");
        }
        assert!(PASSING.iter().all(|(_, example, _)| !matters(example)));
    }
}
