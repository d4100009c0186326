//! Lines of a header and of the frame around pages, by their own look.

use super::{first_word, is_digits, is_shouted, text::list_item};
use crate::telegrams::reading::{PieceKind, words::patterns};

/// `VZCZCXYZ0001`, `RR RUEHWEB`, `ZNR UUUUU ZZH`, `BT`, `NNNN`, `RUEHC/SECSTATE ...` of a routing list.
pub fn is_transmission(words: &str) -> bool {
    let (first, rest) = first_word(words);
    let operating = matches!(first, "ZNR" | "ZNY" | "ZZH" | "ZYN" | "ZOC" | "ZDK" | "ZDS")
        && rest.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
    let precedence = matches!(first, "RR" | "PP" | "OO" | "ZZ" | "RR/PP" | "PP/RR")
        && !rest.is_empty()
        && rest.split(' ').all(|word| word.starts_with("RU"));
    let serial = words.strip_prefix('#').is_some_and(|digits| digits.len() >= 4 && is_digits(digits));
    words.starts_with("VZCZC")
        || operating
        || precedence
        || serial
        || matches!(words, "BT" | "NNNN" | "ZZZZ" | "EEB" | "#")
}

/// `DE RUEHGT #0773/01 1712222`.
pub fn is_routing(words: &str) -> bool {
    let (first, rest) = first_word(words);
    first == "DE" && rest.starts_with("RU") && rest.contains('#')
}

/// The months as date-time groups write them.
pub const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

patterns! {
    GROUP = r"(?:^|[\s/])(?:([ZOPR]{1,2})[\s-]*)?(\d{6})\s?Z\s?((?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*)\.?\s?(\d{4}|\d{2})(?:[^0-9]|$)";
    SECTION = r"\bSEC(?:T|TION)?\.?\s?0*(\d{1,3})\s?(?:OF|/)\s?0*(\d{1,3})";
    NUMBER = r"^([A-Z][A-Z .'-]*?)[ -]*0*(\d{1,8})((?:[ /]*[A-Z]+)*)$";
    KEYWORD = r"^(?:(e\.?\s?o\.?\s?\d{4,5}|executive order(?: \d{5})?)|(tags?)|(subj(?:ect)?(?: line)?|re)|(ref(?:tels?|erences?|s|\(s\)|erence\(s\)|tel\(s\))?\.?))\b ?\)?\s*(:|--|[-\x{2013}]\s)?\s*(.*)$";
}

/// The precedence and the group of a date-time line, wherever it stands in it and however it is spaced: `P 192222Z JUN
/// 08` gives `P`, `192222Z JUN 08`.
pub fn date_time_group(words: &str) -> Option<(Option<char>, String)> {
    let found = GROUP.captures(words)?;
    let precedence =
        found.get(1).and_then(|letter| letter.as_str().chars().next()).map(|letter| letter.to_ascii_uppercase());
    Some((precedence, format!("{}Z {} {}", &found[2], &found[3], &found[4])))
}

/// Whether a date-time group is all there is on a line.
pub fn is_date_time_group(words: &str) -> bool {
    GROUP.find(words).is_some_and(|found| found.start() == 0 && words.len() - found.end() < 16 && is_shouted(words))
}

/// `PARAMARIBO 00000463  001.2 OF 002`.
pub fn is_page_line(words: &str) -> bool {
    let mut parts = words.split_whitespace().rev();
    let (of, middle, page) = (parts.next(), parts.next(), parts.next());
    let fraction =
        page.is_some_and(|page| page.len() >= 3 && page.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    let numbered = parts.next().is_some_and(|number| (4..=9).contains(&number.len()) && is_digits(number));
    middle == Some("OF")
        && of.is_some_and(is_digits)
        && fraction
        && numbered
        && parts.all(|word| word.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '.' | '\'' | '-')))
}

/// Words that stand alone under the classification line.
const CAPTIONS: [&str; 15] = [
    "SENSITIVE",
    "SIPDIS",
    "NOFORN",
    "STADIS",
    "EXDIS",
    "NODIS",
    "LIMDIS",
    "ROGER",
    "CHANNEL",
    "TERREP",
    "CORRECTED",
    "COPY",
    "DS",
    "MEDICAL",
    "EFTO",
];

/// `SENSITIVE`, `SIPDIS`, `NOFORN`, several on one line; `C O R R E C T E D  C O P Y (PARA 3)`.
pub fn captions(words: &str) -> Option<Vec<&str>> {
    if words.starts_with("C O R R E C T E D") {
        let letters = words.split('(').next().unwrap_or_default().split_whitespace();
        return letters.eq("C O R R E C T E D C O P Y".split(' ')).then(|| vec!["CORRECTED", "COPY"]);
    }
    let found: Vec<&str> = words.split([' ', '/', ',', '\t', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    (!found.is_empty() && found.iter().all(|word| CAPTIONS.contains(word))).then_some(found)
}

/// The overall classification at the head of a line: how it is written, and what follows.
pub fn classification(words: &str) -> Option<(&str, &str)> {
    let spaced = ["U N C L A S S I F I E D", "U N C L A S"].into_iter().find(|mark| words.starts_with(mark));
    if let Some(mark) = spaced {
        return Some((if mark.len() > 12 { "UNCLASSIFIED" } else { "UNCLAS" }, words[mark.len()..].trim_start()));
    }
    let written_out = ["UNCLASSIFIED//SENSITIVE BUT UNCLASSIFIED", "SENSITIVE BUT UNCLASSIFIED"]
        .into_iter()
        .find(|mark| words.starts_with(mark));
    if let Some(mark) = written_out {
        return Some((mark, words[mark.len()..].trim_start()));
    }
    let (first, rest) = first_word(words);
    let first_plain = first.split("//").next().unwrap_or(first);
    matches!(first_plain, "UNCLAS" | "UNCLASSIFIED" | "SBU").then_some((first, rest))
}

/// What a classification line says after its mark.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Numbered {
    /// The section, and of how many.
    pub section: Option<(u32, u32)>,
    /// The originator and the number.
    pub message: Option<(String, u32)>,
    /// What stands around them.
    pub captions: Vec<String>,
}

/// `SECTION 01 OF 02 GUATEMALA 000773`, `E F T O GUATEMALA 773 SENSITIVE`, `GUATEMALA000773SENSITIVE`, in any order;
/// nothing where other words stand there.
pub fn message_line(rest: &str) -> Option<Numbered> {
    let mut found = Numbered::default();
    let mut words = GROUP.replace(&rest.replace("E F T O", "EFTO"), " ").into_owned();
    if let Some(section) = SECTION.captures(&words) {
        found.section = section[1].parse().ok().zip(section[2].parse().ok());
        let range = section.get(0).map_or(0..0, |whole| whole.range());
        words.replace_range(range, " ");
    }
    let mut left: Vec<&str> = words.split([' ', '/', '\t', ',', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    while let Some(first) = left.first().filter(|word| CAPTIONS.contains(word) && left.len() > 1) {
        found.captions.push((*first).to_owned());
        left.remove(0);
    }
    let left = left.join(" ");
    if let Some(all) = captions(&left) {
        found.captions.extend(all.into_iter().map(str::to_owned));
    } else if let Some(number) = NUMBER.captures(&left).filter(|_| is_shouted(&left)) {
        let after = number[3].trim();
        let more = if after.is_empty() { Vec::new() } else { captions(after)? };
        found.message = Some((number[1].trim().to_owned(), number[2].parse().ok()?));
        found.captions.extend(more.into_iter().map(str::to_owned));
    } else if !left.is_empty() {
        return None;
    }
    Some(found)
}

/// `GUATEMALA 000773` alone on a line: the originator, and four digits or more.
pub fn message_number(words: &str) -> Option<(String, u32)> {
    let found = message_line(words)?.message?;
    let digits = words.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 4 && found.0.len() > 2 && !is_office(words) && !CAPTIONS.contains(&found.0.as_str())).then_some(found)
}

/// Parts of the names of those that telegrams are sent to.
const OFFICES: [&str; 30] = [
    "EMBASSY",
    "AMEMB",
    "CONSUL",
    "SECSTATE",
    "SECRETARY OF STATE",
    "DEPT",
    "DEPARTMENT",
    "MISSION",
    "WASHDC",
    "WASHINGTON",
    "COLLECTIVE",
    "POSTS",
    "COMMERCE",
    "USDOC",
    "SECDEF",
    "JOINT STAFF",
    "CJCS",
    "WHITE HOUSE",
    "HQ ",
    "CDR ",
    "COMMANDER",
    "CENTCOM",
    "SOUTHCOM",
    "AFRICOM",
    "PACOM",
    "EUCOM",
    "TREASURY",
    "USINT",
    "AIT ",
    "RUE",
];

/// Whether a line names an office that telegrams go to or come from.
pub fn is_office(words: &str) -> bool {
    let upper = words.to_ascii_uppercase();
    words.len() <= 80 && !words.ends_with(['.', ':']) && OFFICES.iter().any(|office| upper.contains(office))
}

/// Who sent a telegram or got it: `FM AMEMBASSY LIMA`, `TO: Secretary of State`, `INFO ALL ANDEAN POSTS`. What it is,
/// and what follows. An e-mail's `From: Wexcombe, Idris` is none.
pub fn address(words: &str) -> Option<(PieceKind, &str)> {
    let (first, rest) = words.split_once([' ', ':', '\t', '\u{a0}']).filter(|(first, _)| first.len() <= 6)?;
    let rest = rest.trim_start_matches([':', ' ', '\t', '\u{a0}']);
    let office = is_office(rest) || (is_shouted(rest) && rest.split(' ').count() <= 8 && !rest.contains(':'));
    let shouted = is_shouted(first);
    let kind = match first.to_ascii_uppercase().as_str() {
        "FM" if shouted => PieceKind::From,
        "FROM" if office => PieceKind::From,
        "TO" | "ACTION" if is_office(rest) || (office && words.contains(':')) => PieceKind::To,
        "INFO" if (shouted && !rest.contains(':')) || office => PieceKind::Info,
        _ => return None,
    };
    (!rest.is_empty()).then_some((kind, rest))
}

/// A line of the header as it is laid out since 2013, `MRN: 14 TBILISI 845`: what it is, and what follows the colon.
pub fn labelled(words: &str) -> Option<(PieceKind, &str)> {
    let Some((label, rest)) = words.split_once(':').filter(|(label, _)| label.len() <= 14) else {
        return address(words);
    };
    let kind = match label.trim().to_ascii_uppercase().as_str() {
        "MRN" => PieceKind::Classification,
        "DATE/DTG" | "DTG" => PieceKind::DateTimeGroup,
        "CAPTIONS" | "CAPTION" => PieceKind::Caption,
        "PASS LINE" | "ATTN" | "ATTENTION" => PieceKind::Attention,
        "CLASSIFICATION" if classification(rest.trim()).is_some() => PieceKind::Classification,
        _ => return address(words),
    };
    Some((kind, rest.trim()))
}

/// `Signature: Brackenthwaite`.
pub fn is_signed(words: &str) -> bool {
    words
        .split_once(':')
        .is_some_and(|(label, name)| label.eq_ignore_ascii_case("signature") && name.split_whitespace().count() < 6)
}

/// A keyword at the head of a line, in any case and spelling: what it is and what follows. `E.O. 12958: N/A`, `SUBJ -
/// ...`, `REFTEL: ...`. Without a colon only where nothing else can be meant: `REF STATE 63028`, `TAGS ETTC, GT`.
pub fn keyword(words: &str) -> Option<(PieceKind, &str)> {
    if !words.starts_with(['E', 'e', 'T', 't', 'S', 's', 'R', 'r']) {
        return None;
    }
    let found = KEYWORD.captures(words)?;
    let rest = found.get(6).map_or("", |rest| rest.as_str());
    let (parted, colon) = (found.get(5).is_some(), found.get(5).is_some_and(|part| part.as_str() == ":"));
    let shouted = is_shouted(words);
    let kind = if found.get(1).is_some() {
        (parted || rest.is_empty() || rest.starts_with("DECL") || rest.starts_with("N/A"))
            .then_some(PieceKind::ExecutiveOrder)
    } else if found.get(2).is_some() {
        let tags = rest
            .split([' ', ',', '\u{a0}'])
            .filter(|tag| !tag.is_empty())
            .all(|tag| (2..=5).contains(&tag.len()) && is_shouted(tag));
        let program = rest.split([' ', ',', '\u{a0}']).next().is_some_and(|tag| (4..=5).contains(&tag.len()));
        (parted || (tags && program && words.starts_with("TAGS"))).then_some(PieceKind::Tags)
    } else if let Some(word) = found.get(3) {
        (colon || (parted && shouted && word.as_str() != "RE")).then_some(PieceKind::Subject)
    } else {
        // `REF A: STATE 1` has its colon after its letter.
        let lettered = list_item(rest).is_some() || rest.split_once(':').is_some_and(|(letter, _)| letter.len() == 1);
        let named = message_number(rest).is_some();
        (colon || (shouted && (parted || lettered || named))).then_some(PieceKind::Reference)
    };
    kind.map(|kind| (kind, rest))
}

/// `STATE FOR PM/DTCC`, `DEPT PASS TO ...`, `FOR PM/DTCC - BLUE LANTERN COORDINATOR`, `PM/DTCC FOR BLUE LANTERN`.
pub fn is_attention(words: &str) -> bool {
    let (first, rest) = first_word(words);
    let office = matches!(
        first,
        "STATE"
            | "DEPT"
            | "DEPARTMENT"
            | "SECSTATE"
            | "EMBASSY"
            | "PLEASE"
            | "PLS"
            | "COMMERCE"
            | "TREASURY"
            | "DOD"
            | "DHS"
    );
    let passes = rest.split([' ', ',']).take(4).any(|word| matches!(word, "FOR" | "PASS" | "ALSO"));
    is_shouted(words) && ((office && passes) || (first == "FOR" && rest.contains('/')) || words.starts_with("PASS TO"))
}

/// The section a page line shows: `001.2 OF 002` is the second page of section 1.
pub fn page_section(words: &str) -> Option<u32> {
    let mut parts = words.split_whitespace().rev();
    let (all, of, page) = (parts.next()?, parts.next()?, parts.next()?);
    let section: u32 = page.split('.').next()?.parse().ok()?;
    (of == "OF" && (1..=all.parse().ok()?).contains(&section)).then_some(section)
}
