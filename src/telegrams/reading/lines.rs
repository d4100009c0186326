//! The lines of a telegram, and what a line is by its own look.

use super::PieceKind;

/// One line: where it begins, where its words end, where the next line begins.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its words, line end cut off.
    pub text: &'a str,
    /// Where it begins.
    pub start: usize,
    /// After its line end.
    pub end: usize,
}

impl<'a> Line<'a> {
    /// Its words without outer blank space.
    pub fn words(&self) -> &'a str {
        self.text.trim()
    }

    /// Whether there is nothing on it.
    pub fn is_blank(&self) -> bool {
        self.words().is_empty()
    }
}

/// Every line, ended by LF, CR LF or CR.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let bytes = text.as_bytes();
    let (mut lines, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        let stop = bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |at| start + at);
        let end = match bytes.get(stop..) {
            Some([b'\r', b'\n', ..]) => stop + 2,
            Some([_, ..]) => stop + 1,
            _ => stop,
        };
        lines.push(Line { text: &text[start..stop], start, end });
        start = end;
    }
    lines
}

/// The first word of a line and what follows it.
pub fn first_word(words: &str) -> (&str, &str) {
    words.split_once(char::is_whitespace).map_or((words, ""), |(first, rest)| (first, rest.trim_start()))
}

fn is_upper(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase())
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `VZCZCXYZ0001`, `RR RUEHWEB`, `ZNR UUUUU ZZH`, `BT`, `NNNN`, `RUEHC/SECSTATE ...` of a routing list.
pub fn is_transmission(words: &str) -> bool {
    let (first, rest) = first_word(words);
    let operating =
        matches!(first, "ZNR" | "ZNY" | "ZZH" | "ZYN" | "ZOC" | "ZDK" | "ZDS") && rest.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
    let precedence = matches!(first, "RR" | "PP" | "OO" | "ZZ" | "RR/PP" | "PP/RR")
        && !rest.is_empty()
        && rest.split(' ').all(|word| word.starts_with("RU"));
    words.starts_with("VZCZC") || operating || precedence || matches!(words, "BT" | "NNNN" | "ZZZZ" | "EEB" | "#") || serial_line(words)
}

/// `#0773`, alone after `BT`.
fn serial_line(words: &str) -> bool {
    words.strip_prefix('#').is_some_and(|digits| digits.len() >= 4 && is_digits(digits))
}

/// `DE RUEHGT #0773/01 1712222`.
pub fn is_routing(words: &str) -> bool {
    let (first, rest) = first_word(words);
    first == "DE" && rest.starts_with("RU") && rest.contains('#')
}

/// The months as date-time groups write them.
pub const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// The precedence and the group of a date-time line: `P 192222Z JUN 08` gives `P`, `192222Z JUN 08`.
pub fn date_time_group(words: &str) -> Option<(Option<char>, &str)> {
    let (first, rest) = first_word(words);
    let (precedence, group) = match first {
        "Z" | "O" | "P" | "R" => (first.chars().next(), rest),
        _ => (None, words),
    };
    let mut parts = group.split_whitespace();
    let (time, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = time.strip_suffix('Z')?;
    let is_month = month.len() >= 3 && MONTHS.contains(&month.get(..3)?.to_ascii_uppercase().as_str());
    let fits = digits.len() == 6 && is_digits(digits) && is_month && is_digits(year) && matches!(year.len(), 2 | 4);
    let end = fits
        .then(|| group.find(month).map(|at| at + month.len()).and_then(|at| group[at..].find(year).map(|more| at + more + year.len())))??;
    Some((precedence, &group[..end]))
}

/// `PARAMARIBO 00000463  001.2 OF 002`.
pub fn is_page_line(words: &str) -> bool {
    let mut parts = words.split_whitespace().rev();
    let (of, middle, page) = (parts.next(), parts.next(), parts.next());
    let fraction = page.is_some_and(|page| page.len() >= 3 && page.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    let numbered = parts.next().is_some_and(|number| (4..=9).contains(&number.len()) && is_digits(number));
    middle == Some("OF")
        && of.is_some_and(is_digits)
        && fraction
        && numbered
        && parts.all(|word| word.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '.' | '\'' | '-')))
}

/// Words that stand alone under the classification line.
const CAPTIONS: [&str; 14] = [
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
];

/// `SENSITIVE`, `SIPDIS`, `NOFORN`, several on one line; `C O R R E C T E D  C O P Y (PARA 3)`.
pub fn captions(words: &str) -> Option<Vec<&str>> {
    if words.starts_with("C O R R E C T E D") {
        let letters = words.split('(').next().unwrap_or_default().split_whitespace();
        return letters.eq("C O R R E C T E D C O P Y".split(' ')).then(|| vec!["CORRECTED", "COPY"]);
    }
    let found: Vec<&str> = words.split([' ', '/', ',', '\t']).filter(|word| !word.is_empty()).collect();
    (!found.is_empty() && found.iter().all(|word| CAPTIONS.contains(word))).then_some(found)
}

/// The overall classification at the head of a line: how it is written, and what follows.
pub fn classification(words: &str) -> Option<(&str, &str)> {
    let spaced = ["U N C L A S S I F I E D", "U N C L A S"].into_iter().find(|mark| words.starts_with(mark));
    if let Some(mark) = spaced {
        return Some((if mark.len() > 12 { "UNCLASSIFIED" } else { "UNCLAS" }, words[mark.len()..].trim_start()));
    }
    let written_out =
        ["UNCLASSIFIED//SENSITIVE BUT UNCLASSIFIED", "SENSITIVE BUT UNCLASSIFIED"].into_iter().find(|mark| words.starts_with(mark));
    if let Some(mark) = written_out {
        return Some((mark, words[mark.len()..].trim_start()));
    }
    let (first, rest) = first_word(words);
    let first_plain = first.split("//").next().unwrap_or(first);
    matches!(first_plain, "UNCLAS" | "UNCLASSIFIED" | "SBU").then_some((first, rest))
}

/// `GUATEMALA 000773` at the end of a line: the originator, at least one upper-case word, and five or six digits.
pub fn message_number(words: &str) -> Option<(String, u32)> {
    let (name, digits) = words.trim_end().rsplit_once(char::is_whitespace)?;
    let name = name.trim();
    let upper =
        name.chars().all(|c| c.is_ascii_uppercase() || matches!(c, ' ' | '.' | '\'' | '-')) && name.chars().any(char::is_alphabetic);
    let fits = upper && is_digits(digits) && (4..=8).contains(&digits.len());
    fits.then(|| digits.parse().ok()).flatten().map(|number| (name.split_whitespace().collect::<Vec<_>>().join(" "), number))
}

/// A line of the header as it is laid out since 2013, `From: AMEMBASSY TBILISI`: what it is, and what follows the colon. An e-mail's
/// `From: Wexcombe, Idris` is none.
pub fn labelled(words: &str) -> Option<(PieceKind, &str)> {
    let (label, rest) = words.split_once(':').filter(|(label, _)| label.len() <= 12)?;
    let rest = rest.trim();
    let shouted = !rest.is_empty() && !rest.bytes().any(|byte| byte.is_ascii_lowercase());
    let kind = match label.trim().to_ascii_uppercase().as_str() {
        "MRN" => PieceKind::Classification,
        "DATE/DTG" | "DTG" => PieceKind::DateTimeGroup,
        "FROM" if shouted => PieceKind::From,
        "ACTION" | "TO" if shouted => PieceKind::To,
        "INFO" if shouted => PieceKind::Info,
        "CAPTIONS" => PieceKind::Caption,
        "PASS LINE" => PieceKind::Attention,
        _ => return None,
    };
    Some((kind, rest))
}

/// `Signature: Brackenthwaite`.
pub fn is_signed(words: &str) -> bool {
    words.split_once(':').is_some_and(|(label, name)| label.eq_ignore_ascii_case("signature") && name.split_whitespace().count() < 6)
}

/// A keyword with a colon at the head of a line, in any case: what it is and what follows. `E.O. 12958: N/A`.
pub fn keyword(words: &str) -> Option<(Keyword, &str)> {
    let head: String = words.chars().take(14).collect::<String>().to_ascii_uppercase();
    let after_colon = |words| str::split_once(words, ':').map(|(_, rest)| rest.trim());
    for (start, kind) in [
        ("E.O.", Keyword::ExecutiveOrder),
        ("EO ", Keyword::ExecutiveOrder),
        ("E. O.", Keyword::ExecutiveOrder),
        ("TAGS", Keyword::Tags),
        ("SUBJECT", Keyword::Subject),
        ("SUBJ", Keyword::Subject),
        ("REF", Keyword::Reference),
        ("REFERENCE", Keyword::Reference),
    ] {
        if !head.starts_with(start) {
            continue;
        }
        let colon = words.find(':').filter(|at| *at <= 14);
        let bare = matches!(kind, Keyword::Tags | Keyword::Reference)
            && words.len() > start.len()
            && words.as_bytes()[start.len()] == b' '
            && is_upper(&words[..start.len()]);
        match (colon, bare) {
            (Some(_), _) => return after_colon(words).map(|rest| (kind, rest)),
            (None, true) if kind == Keyword::Tags => return Some((kind, words[start.len()..].trim())),
            _ => {}
        }
    }
    None
}

/// What a keyword of the header begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// `E.O. 12958:`.
    ExecutiveOrder,
    /// `TAGS:`.
    Tags,
    /// `SUBJECT:`.
    Subject,
    /// `REF:`.
    Reference,
}

/// `STATE FOR PM/DTCC`, `DEPT PASS TO ...`, `FOR PM/DTCC - BLUE LANTERN COORDINATOR`.
pub fn is_attention(words: &str) -> bool {
    let upper = !words.chars().any(|c| c.is_ascii_lowercase());
    let (first, rest) = first_word(words);
    let office = matches!(
        first,
        "STATE" | "DEPT" | "DEPARTMENT" | "SECSTATE" | "EMBASSY" | "PLEASE" | "PLS" | "COMMERCE" | "TREASURY" | "DOD" | "DHS"
    );
    let passes = rest.split([' ', ',']).take(4).any(|word| matches!(word, "FOR" | "PASS" | "ALSO"));
    upper && ((office && passes) || (first == "FOR" && rest.contains('/')) || words.starts_with("PASS TO"))
}

/// `PM/DTCC FOR BLUE LANTERN`, `JOHANNESBURG FOR RSO`: an addressee of at most three words, and an office of it. Only where no subject goes
/// on.
pub fn is_for_office(words: &str) -> bool {
    let name = |part: &str| {
        (1..=3).contains(&part.split(' ').count())
            && part.len() > 1
            && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, ' ' | '/' | '.' | '-'))
    };
    words.split_once(" FOR ").is_some_and(|(who, office)| name(who) && name(office))
}

/// The section a page line shows: `001.2 OF 002` is the second page of section 1.
pub fn page_section(words: &str) -> Option<u32> {
    let mut parts = words.split_whitespace().rev();
    let (all, of, page) = (parts.next()?, parts.next()?, parts.next()?);
    let section: u32 = page.split('.').next()?.parse().ok()?;
    (of == "OF" && (1..=all.parse().ok()?).contains(&section)).then_some(section)
}

/// A numbered paragraph at the head of a line: its number, its portion mark, where its text begins.
pub fn numbered(line: &str) -> Option<(u32, Option<&str>, usize)> {
    let trimmed = line.trim_start_matches([' ', '\t', '\u{a0}', '\u{b6}']);
    let bracketed = trimmed.strip_prefix('(').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let rest = bracketed.unwrap_or(trimmed);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 7 {
        return None;
    }
    let number = rest[..digits].parse().ok()?;
    let mut after = &rest[digits..];
    let closed = match (bracketed.is_some(), after.chars().next()) {
        (true, Some(')')) | (false, Some('.' | ')')) => {
            after = &after[1..];
            after = after.strip_prefix('.').unwrap_or(after);
            true
        }
        _ => false,
    };
    let spaced = after.trim_start_matches([' ', '\t', '\u{a0}']);
    let blank = spaced.len() < after.len();
    let mark = mark(spaced);
    if !(closed && (blank || mark.is_some() || after.is_empty())) && !(mark.is_some() && blank) {
        return None;
    }
    let text = match mark {
        Some(mark) => spaced[mark.len() + 2..].trim_start_matches([' ', '\t', '\u{a0}']),
        None => spaced,
    };
    Some((number, mark, line.len() - text.len()))
}

/// A portion mark in brackets: `U`, `SBU`, `FOUO`, `SBU/NF`, `U//FOUO`.
fn mark(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?.split_once(')')?.0;
    let level = inside.split('/').next().unwrap_or_default();
    matches!(level, "U" | "SBU" | "FOUO" | "LOU" | "C" | "S" | "TS" | "u" | "sbu").then_some(inside)
}

/// A portion mark that begins a text without a number: the mark, where the text begins.
pub fn marked(line: &str) -> Option<(&str, usize)> {
    let trimmed = line.trim_start();
    let found = mark(trimmed)?;
    let text = trimmed[found.len() + 2..].trim_start();
    Some((found, line.len() - text.len()))
}

/// A list item at the head of a line: where its text begins. `-- thirty pistols`, `A. ...`, `(b) ...`, `* ...`.
pub fn list_item(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    let dashes = trimmed.len() - trimmed.trim_start_matches(['-', '*', '\u{2022}', '\u{2013}', '\u{2014}']).len();
    let after = if dashes > 0 {
        &trimmed[dashes..]
    } else {
        let inner = trimmed.strip_prefix('(').unwrap_or(trimmed);
        let mut letters = inner.chars();
        let (first, second) = (letters.next()?, letters.next()?);
        let closed = if trimmed.starts_with('(') { second == ')' } else { matches!(second, '.' | ')') };
        if !(first.is_ascii_alphabetic() && closed) {
            return None;
        }
        &inner[2..]
    };
    let text = after.trim_start();
    let is_item = text.len() < after.len() && !text.is_empty() && (dashes <= 3 || !trimmed.starts_with('-'));
    is_item.then(|| line.len() - text.len())
}

/// A surname alone: upper case, at most two words.
pub fn is_surname(words: &str) -> bool {
    let parts: Vec<&str> = words.split(' ').collect();
    let name = |part: &&str| part.len() >= 2 && part.chars().all(|c| c.is_uppercase() || matches!(c, '\'' | '-' | '.'));
    parts.len() <= 2 && parts.iter().all(name) && words.chars().any(char::is_alphabetic) && words.len() <= 30
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_they_come_and_cover_the_text() {
        let text = "a\r\nb\rc\n\nd";
        let found = lines(text);
        assert_eq!(found.iter().map(|line| line.text).collect::<Vec<_>>(), ["a", "b", "c", "", "d"]);
        assert_eq!(found.iter().map(|line| &text[line.start..line.end]).collect::<String>(), text);
    }

    #[test]
    fn numbered_paragraphs_are_told_from_numbers() {
        assert_eq!(numbered("1. (SBU) Summary"), Some((1, Some("SBU"), 9)));
        assert_eq!(numbered("12. Post has"), Some((12, None, 4)));
        assert_eq!(numbered("3.(U) Text"), Some((3, Some("U"), 6)));
        assert_eq!(numbered("4 (U) Text"), Some((4, Some("U"), 6)));
        assert_eq!(numbered("(5) (U) Text"), Some((5, Some("U"), 8)));
        for other in ["9mm pistols", "1.5 million", "2008 was", "45-man force", "(5 rifles)", "10 handguns", ""] {
            assert_eq!(numbered(other), None, "{other}");
        }
    }

    #[test]
    fn a_line_is_known_by_its_look() {
        assert!(is_page_line("PARAMARIBO 00000463  001.2 OF 002"));
        assert!(is_page_line("PORT OF SPAIN 00000463  002 OF 003"));
        assert!(!is_page_line("SECTION 01 OF 02"));
        assert_eq!(date_time_group("P 192222Z JUN 08"), Some((Some('P'), "192222Z JUN 08")));
        assert_eq!(date_time_group("R 041500Z MAR 2013 ZDK"), Some((Some('R'), "041500Z MAR 2013")));
        assert_eq!(date_time_group("P STREET IS CLOSED"), None);
        assert!(is_routing("DE RUEHGT #0773/01 1712222"));
        assert!(is_transmission("ZNR UUUUU ZZH") && is_transmission("RR RUEHWEB") && !is_transmission("RR LYRAE"));
        assert_eq!(message_number("SECTION 01 OF 02 GUATEMALA 000773").map(|found| found.1), None);
        assert_eq!(message_number("PORT OF SPAIN 000773"), Some(("PORT OF SPAIN".into(), 773)));
        assert_eq!(keyword("E.O. 12958: N/A"), Some((Keyword::ExecutiveOrder, "N/A")));
        assert_eq!(keyword("Tags: ETTC, GT"), Some((Keyword::Tags, "ETTC, GT")));
        assert_eq!(keyword("REFORM of the law: none"), None);
        assert_eq!(labelled("From: AMEMBASSY TBILISI"), Some((PieceKind::From, "AMEMBASSY TBILISI")));
        assert_eq!(labelled("MRN: 14 TBILISI 845"), Some((PieceKind::Classification, "14 TBILISI 845")));
        assert_eq!(labelled("From: Wexcombe, Idris"), None);
        assert_eq!(labelled("ACTION REQUEST: please reply"), None);
        assert!(is_attention("STATE FOR PM/DTCC") && !is_attention("State for the record"));
        assert!(is_for_office("PM/DTCC FOR BLUE LANTERN") && is_for_office("PRETORIA FOR RSO"));
        assert!(!is_for_office("A CASE FOR THE NEW LAW ON ARMS") && !is_for_office("Rules for RSO"));
        assert_eq!(labelled("Pass Line: DTCC FOR BLUE LANTERN"), Some((PieceKind::Attention, "DTCC FOR BLUE LANTERN")));
        assert_eq!(captions("C O R R E C T E D  C O P Y (PARA 3)"), Some(vec!["CORRECTED", "COPY"]));
        assert_eq!(captions("C O R R E C T E D  TEXT"), None);
        let written_out = "UNCLASSIFIED//SENSITIVE BUT UNCLASSIFIED";
        assert_eq!(classification(written_out), Some((written_out, "")));
        assert_eq!(page_section("PARAMARIBO 00000463  001.2 OF 002"), Some(1));
        assert_eq!(page_section("PARAMARIBO 00000463  002 OF 002"), Some(2));
        assert_eq!(page_section("PARAMARIBO 00000463  003 OF 002"), None);
        assert_eq!(list_item("-- thirty pistols"), Some(3));
        assert_eq!(list_item("A. thirty pistols"), Some(3));
        assert_eq!(list_item("U.S. rules"), None);
        assert_eq!(list_item("(b) rifles"), Some(4));
        assert!(is_surname("HARGREAVE") && is_surname("DE SOUZA") && !is_surname("Harper") && !is_surname("END OF COMMENT"));
    }
}
