//! The lines of a telegram, and what a line is by its own look. What a site did to every line is taken off here and
//! nowhere else: signs of a quoted e-mail, tags, an indent, an empty line after each; and what it put on one line is
//! parted again.

use super::{PieceKind, words::patterns};

/// One line: where it begins, where its words stand, where the next line begins.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its words, line end and what a site put around them cut off.
    pub text: &'a str,
    pub begin: usize,
    pub start: usize,
    /// After its line end, and after an empty line that belongs to it.
    pub end: usize,
}

impl<'a> Line<'a> {
    /// Its words without outer blank space.
    pub fn words(&self) -> &'a str {
        self.text.trim()
    }

    /// Whether there is nothing on it but, perhaps, a rule.
    pub fn is_blank(&self) -> bool {
        is_rule(self.words())
    }

    /// Leaves out bytes at its head.
    fn skip(&mut self, bytes: usize) {
        self.text = &self.text[bytes..];
        self.begin += bytes;
    }
}

/// Nothing, or `-----`, `=====`, `* * * * *`.
fn is_rule(words: &str) -> bool {
    words.is_empty()
        || (words.len() >= 4
            && words.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'*' | b'_' | b'~' | b'+' | b' ')))
}

/// Every line as it stands, ended by LF, CR LF or CR.
pub fn split(text: &str) -> Vec<Line<'_>> {
    let bytes = text.as_bytes();
    let (mut lines, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        let stop =
            bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |at| start + at);
        let end = match bytes.get(stop..) {
            Some([b'\r', b'\n', ..]) => stop + 2,
            Some([_, ..]) => stop + 1,
            _ => stop,
        };
        lines.push(Line { text: &text[start..stop], begin: start, start, end });
        start = end;
    }
    lines
}

/// Every line, what a site did to it taken off.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = split(text);
    lines.iter_mut().for_each(untag);
    set_out(&mut lines);
    unquote(&mut lines);
    set_out(&mut lines);
    parted(single(lines))
}

/// What sites leave around the words of a line, in lower case.
const TAGS: [&str; 12] =
    ["<br>", "<br/>", "<br />", "<p>", "</p>", "<pre>", "</pre>", "<div>", "</div>", "&nbsp;", "\u{feff}", "\u{200b}"];

fn untag(line: &mut Line<'_>) {
    let has = |part: Option<&str>, tag: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(tag));
    loop {
        let lead = line.text.len() - line.text.trim_start().len();
        let Some(tag) = TAGS.iter().find(|tag| has(line.text.get(lead..lead + tag.len()), tag)) else { break };
        line.skip(lead + tag.len());
    }
    loop {
        let text = line.text.trim_end();
        let Some(tag) = TAGS.iter().find(|tag| text.len() >= tag.len() && has(text.get(text.len() - tag.len()..), tag))
        else {
            break;
        };
        line.text = &text[..text.len() - tag.len()];
    }
}

/// Takes the `>` of a quoted e-mail off, where most lines have it.
fn unquote(lines: &mut [Line<'_>]) {
    let (all, quoted) = lines
        .iter()
        .filter(|line| !line.is_blank())
        .fold((0, 0), |(all, quoted), line| (all + 1, quoted + usize::from(line.text.starts_with('>'))));
    if quoted < 5 || quoted * 10 < all * 6 {
        return;
    }
    for line in lines {
        while line.text.starts_with('>') {
            line.skip(1);
            let blank = usize::from(line.text.starts_with(' '));
            line.skip(blank);
        }
    }
}

/// Takes off what nearly every line is set in by.
fn set_out(lines: &mut [Line<'_>]) {
    let indent = |line: &Line<'_>| line.text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut all: Vec<usize> = lines.iter().filter(|line| !line.words().is_empty()).map(indent).collect();
    all.sort_unstable();
    let least = all.get(all.len() / 10).copied().unwrap_or_default();
    if all.len() > 4 && least > 0 {
        for line in lines {
            line.skip(least.min(indent(line)));
        }
    }
}

/// Where a site put an empty line after each, that belongs to the line above it.
fn single(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let (mut gaps, mut wide, mut running) = (0_usize, 0, 0);
    for pair in lines.windows(2).filter(|pair| !pair[0].words().is_empty()) {
        gaps += 1;
        wide += usize::from(pair[1].words().is_empty());
        let words = pair[0].words();
        running += usize::from((40..90).contains(&words.len()) && !words.ends_with(['.', '!', '?', ':', ')', '"']));
    }
    if gaps < 8 || wide * 10 < gaps * 9 || running * 6 < gaps {
        return lines;
    }
    let mut kept: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    let mut after_words = false;
    for line in lines {
        let blank = line.words().is_empty();
        match kept.last_mut().filter(|_| blank && after_words) {
            Some(above) => above.end = line.end,
            None => kept.push(line),
        }
        after_words = !blank;
    }
    kept
}

patterns! {
    /// What begins a line of its own, and stands in the middle of one where a site joined them.
    JOINED = r"[\s0-9](?:(?:TAGS|SUBJECT|SUBJ|RE|REFS?|REFTELS?|E\.O\.\s?\d{5})\s*(?::|\s-\s)|TAGS\s[A-Z]{4,5}\b)|\s\d{1,2}(?:\.\s?|\s)\((?:U|SBU|U//FOUO|SBU/NF|SBU/NOFORN)\)";
}

/// Parts what stands on one line and would stand on several: groups of the header, paragraphs that have number and
/// mark.
fn parted(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut all = Vec::with_capacity(lines.len());
    let (mut in_header, mut last) = (true, 0);
    for mut line in lines {
        if let Some((number, Some(_), _)) = numbered(line.text) {
            (in_header, last) = (false, number);
        }
        let head = keyword(line.words()).is_some()
            || classification(line.words()).is_some()
            || line.words().starts_with("TAGS");
        let mut from = 0;
        while let Some(found) = JOINED.find_at(line.text, from) {
            from = found.end();
            let before = line.text[..found.start()].trim_end();
            let is_paragraph = found.as_str().ends_with(')');
            let number: Option<u32> = found
                .as_str()
                .trim()
                .split(['.', ' ', '\u{a0}'])
                .next()
                .and_then(|number| number.parse().ok())
                .filter(|_| is_paragraph);
            let ends = number == Some(last + 1)
                || (before.ends_with(['.', '!', '?', '"', ')', ':'])
                    && number.is_some_and(|number| number > last && number < last + 6));
            let shouted = !found.as_str().bytes().any(|byte| byte.is_ascii_lowercase());
            if !shouted || before.is_empty() || !(if is_paragraph { ends } else { head && in_header }) {
                continue;
            }
            let at = found.start() + found.as_str().chars().next().map_or(0, char::len_utf8);
            let (first, rest) = line.text.split_at(at);
            all.push(Line { text: first, begin: line.begin, start: line.start, end: line.begin + at });
            line = Line { text: rest, begin: line.begin + at, start: line.begin + at, end: line.end };
            in_header &= !is_paragraph;
            last = number.unwrap_or(last);
            from = 1;
        }
        all.push(line);
    }
    all
}

/// The first word of a line and what follows it.
pub fn first_word(words: &str) -> (&str, &str) {
    words.split_once(char::is_whitespace).map_or((words, ""), |(first, rest)| (first, rest.trim_start()))
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether words have letters, and none of them small.
pub fn is_shouted(words: &str) -> bool {
    !words.bytes().any(|byte| byte.is_ascii_lowercase()) && words.bytes().any(|byte| byte.is_ascii_uppercase())
}

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
    let spaced_stop = after.trim_start_matches([' ', '\t']);
    if spaced_stop.starts_with('.') && spaced_stop[1..].trim_start().starts_with('(') {
        after = spaced_stop;
    }
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
    let text = mark.map_or(spaced, |(_, rest)| rest);
    Some((number, mark.map(|(mark, _)| mark), line.len() - text.len()))
}

/// A portion mark in brackets, and what follows it: `U`, `SBU`, `FOUO`, `SBU/NF`, `U//FOUO`.
fn mark(text: &str) -> Option<(&str, &str)> {
    let (inside, rest) = text.strip_prefix('(')?.split_once(')')?;
    let level = inside.split('/').next().unwrap_or_default();
    let is_mark = matches!(level.trim(), "U" | "SBU" | "FOUO" | "LOU" | "C" | "S" | "TS" | "u" | "sbu" | "Sbu");
    is_mark.then(|| (inside.trim(), rest.trim_start_matches([' ', '\t', '\u{a0}'])))
}

/// A portion mark that begins a text without a number: the mark, where the text begins.
pub fn marked(line: &str) -> Option<(&str, usize)> {
    let (found, text) = mark(line.trim_start())?;
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
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        match (first.is_ascii_alphabetic() && closed, digits) {
            (true, _) => &inner[2..],
            (false, 1 | 2) if inner[digits..].starts_with([')', '.']) && !inner.starts_with('0') => {
                &inner[digits + 1..]
            }
            _ => return None,
        }
    };
    let text = after.trim_start();
    let is_item = text.len() < after.len() && !text.is_empty() && (dashes <= 3 || !trimmed.starts_with('-'));
    is_item.then(|| line.len() - text.len())
}

/// A row of a table or list without a sign: a number set in or set apart, and what it is of; or words, and a number
/// after dots or a gap.
pub fn is_row(line: &str) -> bool {
    patterns! {
        FIRST = r"^(?:\s{2,}(?:\d{1,2}\s{2,})?(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?)\s+|(?:\d{1,2}\s{3,})?\d[\d,]*\s{3,})(?:ea\.?|each|x)?\s*[a-z.].*[a-z]{3}";
        NUMBERED = r"^\s*\d{1,4}; ?[^;]+; ?[^;]+;";
        LAST = r"^\s*[a-z(.].*[a-z].*?(?:\s*\.{3,}|\s{4,})\s*\d[\d,]*\s*$";
    }
    let columns = || line.trim().split("   ").filter(|part| !part.trim().is_empty()).count() > 1;
    line.trim_start().starts_with('|')
        || columns()
        || FIRST.is_match(line)
        || LAST.is_match(line)
        || NUMBERED.is_match(line)
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
        assert_eq!(numbered("3. (SBU)Text"), Some((3, Some("SBU"), 8)));
        assert_eq!(numbered("4 (U) Text"), Some((4, Some("U"), 6)));
        assert_eq!(numbered("4 . ( U ) Text"), Some((4, Some("U"), 10)));
        assert_eq!(numbered("(5) (U) Text"), Some((5, Some("U"), 8)));
        for other in ["9mm pistols", "1.5 million", "2008 was", "45-man force", "(5 rifles)", "10 handguns", ""] {
            assert_eq!(numbered(other), None, "{other}");
        }
    }

    #[test]
    fn a_line_is_known_by_its_look() {
        assert!(
            is_page_line("PARAMARIBO 00000463  001.2 OF 002") && is_page_line("PORT OF SPAIN 00000463  002 OF 003")
        );
        assert!(!is_page_line("SECTION 01 OF 02"));
        for (words, precedence, group) in [
            ("P 192222Z JUN 08", Some('P'), "192222Z JUN 08"),
            ("P192222ZJUN08", Some('P'), "192222Z JUN 08"),
            ("R 041500Z MAR 2013 ZDK", Some('R'), "041500Z MAR 2013"),
            ("Date/DTG: Sep 10, 2014 / 101145Z SEP 14", None, "101145Z SEP 14"),
        ] {
            assert_eq!(date_time_group(words), Some((precedence, group.to_owned())), "{words}");
        }
        assert_eq!(date_time_group("P STREET IS CLOSED"), None);
        assert!(is_routing("DE RUEHGT #0773/01 1712222"));
        assert!(is_transmission("ZNR UUUUU ZZH") && is_transmission("RR RUEHWEB") && !is_transmission("RR LYRAE"));
        assert!(is_attention("STATE FOR PM/DTCC") && !is_attention("State for the record"));
        assert_eq!(captions("C O R R E C T E D  C O P Y (PARA 3)"), Some(vec!["CORRECTED", "COPY"]));
        assert_eq!(captions("C O R R E C T E D  TEXT"), None);
        let written_out = "UNCLASSIFIED//SENSITIVE BUT UNCLASSIFIED";
        assert_eq!(classification(written_out), Some((written_out, "")));
        assert_eq!(page_section("PARAMARIBO 00000463  001.2 OF 002"), Some(1));
        assert_eq!(page_section("PARAMARIBO 00000463  003 OF 002"), None);
        assert_eq!(list_item("-- thirty pistols"), Some(3));
        assert_eq!(list_item("A. thirty pistols"), Some(3));
        assert_eq!(list_item("U.S. rules"), None);
        assert_eq!(list_item("(b) rifles"), Some(4));
        assert!(
            is_surname("HARGREAVE") && is_surname("DE SOUZA") && !is_surname("Harper") && !is_surname("END OF COMMENT")
        );
    }

    #[test]
    fn a_message_number_stands_among_captions_in_any_order() {
        let of = |words| {
            message_line(words).and_then(|found| Some((found.message?.1, found.section, found.captions.join(" "))))
        };
        assert_eq!(of("SECTION 01 OF 02 GUATEMALA 000773"), Some((773, Some((1, 2)), String::new())));
        assert_eq!(of("GUATEMALA 000773 SECTION 01 OF 02"), Some((773, Some((1, 2)), String::new())));
        assert_eq!(of("GUATEMALA000773SENSITIVE"), Some((773, None, "SENSITIVE".into())));
        assert_eq!(of("E F T O PORT OF SPAIN 773 SIPDIS"), Some((773, None, "EFTO SIPDIS".into())));
        assert_eq!(message_number("PORT OF SPAIN 000773"), Some(("PORT OF SPAIN".into(), 773)));
        assert_eq!(message_number("SECTION 01 OF 02"), None);
        assert_eq!(message_line("WEAPONS FOR THE 30 MEN OF THE UNIT"), None);
    }

    #[test]
    fn the_groups_of_a_header_are_known_however_they_are_spelled() {
        for (words, kind, rest) in [
            ("E.O. 12958: N/A", PieceKind::ExecutiveOrder, "N/A"),
            ("EO 13526 DECL: N/A", PieceKind::ExecutiveOrder, "DECL: N/A"),
            ("Tags: ETTC, GT", PieceKind::Tags, "ETTC, GT"),
            ("TAGS ETTC KOMC GT", PieceKind::Tags, "ETTC KOMC GT"),
            ("SUBJ: A CHECK", PieceKind::Subject, "A CHECK"),
            ("RE: A CHECK", PieceKind::Subject, "A CHECK"),
            ("SUBJECT - A CHECK", PieceKind::Subject, "A CHECK"),
            ("REFTEL: STATE 63028", PieceKind::Reference, "STATE 63028"),
            ("REF STATE 63028", PieceKind::Reference, "STATE 63028"),
            ("REFS (A) STATE 63028", PieceKind::Reference, "(A) STATE 63028"),
        ] {
            assert_eq!(keyword(words), Some((kind, rest)), "{words}");
        }
        for other in [
            "REFORM of the law: none",
            "SUBJECT FIRM IS KNOWN TO POST",
            "Reference is made to the law",
            "Reftel asked",
            "TAGS ARE ON",
        ] {
            assert_eq!(keyword(other), None, "{other}");
        }
        for (words, kind, rest) in [
            ("From: AMEMBASSY TBILISI", PieceKind::From, "AMEMBASSY TBILISI"),
            ("FM American Embassy Tbilisi", PieceKind::From, "American Embassy Tbilisi"),
            ("TO: Secretary of State", PieceKind::To, "Secretary of State"),
            ("INFO ALL ANDEAN POSTS", PieceKind::Info, "ALL ANDEAN POSTS"),
            ("MRN: 14 TBILISI 845", PieceKind::Classification, "14 TBILISI 845"),
            ("Pass Line: DTCC FOR BLUE LANTERN", PieceKind::Attention, "DTCC FOR BLUE LANTERN"),
        ] {
            assert_eq!(labelled(words), Some((kind, rest)), "{words}");
        }
        for other in
            ["From: Wexcombe, Idris", "ACTION REQUEST: please reply", "To the minister the firm wrote", "TO THE NORTH."]
        {
            assert_eq!(labelled(other), None, "{other}");
        }
    }

    #[test]
    fn what_a_site_did_to_every_line_is_taken_off() {
        let plain = ["one two", "three", "four", "five", "six"];
        let words = |text: String| lines(&text).iter().map(|line| line.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(words(plain.map(|line| format!("> {line}\n")).concat()), plain);
        assert_eq!(words(plain.map(|line| format!("    {line}\r\n")).concat()), plain);
        assert_eq!(words(plain.map(|line| format!("<p>{line}<br />\n")).concat()), plain);
        let long = "these words go on over the end of their line and on";
        let doubled = words(format!("{long}\n\n").repeat(20));
        assert_eq!(doubled, vec![long; 20]);
    }
}
