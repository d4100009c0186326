//! What the header says, from the pieces of the first header.

use time::{Date, Month, OffsetDateTime, Time};

use super::{
    Header, MessageNumber, PieceKind, countries, lines,
    sentences::mended,
    structure::{Stretch, Structure},
    words::patterns,
};

pub fn header(structure: &Structure<'_>) -> Header {
    let mut header = Header::default();
    for stretch in &structure.stretches {
        let lines = || structure.lines_of(stretch).map(|line| mended(line.words())).filter(|words| !words.is_empty());
        let words = || lines().collect::<Vec<_>>().join(" ");
        match stretch.kind {
            PieceKind::Routing => routing(&mut header, &words()),
            PieceKind::DateTimeGroup => date_time_group(&mut header, &words()),
            PieceKind::From if header.from.is_none() => {
                let whole = words();
                header.from = Some(flat(lines::address(&whole).map_or(whole.as_str(), |(_, rest)| rest)));
            }
            PieceKind::To => header.to.extend(lines().map(addressee)),
            PieceKind::Info => header.info.extend(lines().map(addressee)),
            PieceKind::Classification => lines().for_each(|line| classification(&mut header, &line)),
            PieceKind::Caption => lines().for_each(|line| caption(&mut header, &unlabelled(&line).replace(',', " "))),
            PieceKind::Attention => header.attention.extend(lines().map(|line| flat(unlabelled(&line)))),
            PieceKind::ExecutiveOrder => set(&mut header.executive_order, &words()),
            PieceKind::Tags => tags(&mut header, &words()),
            PieceKind::Subject => set(&mut header.subject, &words()),
            PieceKind::PageLine => page_line(&mut header, &words()),
            _ => {}
        }
    }
    // A group out of its place: `FM AMEMBASSY LIMA 192222Z JUN 08`.
    if header.date_time_group.is_none() {
        let may = |stretch: &&Stretch| {
            matches!(stretch.kind, PieceKind::From | PieceKind::To | PieceKind::Classification | PieceKind::Info)
        };
        let lines: Vec<String> =
            structure.stretches.iter().take(200).filter(may).map(|stretch| structure.words_of(stretch)).collect();
        for words in &lines {
            date_time_group(&mut header, words);
        }
    }
    header.references = lettered(structure).into_iter().map(|reference| reference.text).collect();
    header.countries = countries::among(&header.tags);
    header
}

/// What stands after the label of a line, if it has one.
fn unlabelled(words: &str) -> &str {
    lines::labelled(words).map_or(words, |(_, rest)| rest)
}

/// Words on one line.
pub fn flat(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first of its kind: what stands after its keyword.
fn set(slot: &mut Option<String>, words: &str) {
    // What was sent on has its own subject below.
    let sent_on = |known: &String| ["FW:", "FWD:", "RE:"].iter().any(|sign| known.to_uppercase().starts_with(sign));
    if slot.as_ref().is_none_or(sent_on) {
        *slot = Some(flat(lines::keyword(words).map_or(words, |(_, rest)| rest))).filter(|rest| !rest.is_empty());
    }
}

fn routing(header: &mut Header, words: &str) {
    if header.station.is_some() {
        return;
    }
    let mut parts = words.split_whitespace().skip(1);
    header.station = parts.next().map(str::to_owned);
    let serial = parts.next().and_then(|part| part.strip_prefix('#')).unwrap_or_default();
    let (number, section) = serial.split_once('/').unwrap_or((serial, ""));
    header.serial = number.parse().ok();
    header.section = section.parse().ok();
    let filed = parts.next().unwrap_or_default();
    if filed.len() == 7 && filed.bytes().all(|byte| byte.is_ascii_digit()) {
        header.julian_day = filed[..3].parse().ok();
        header.file_time = Some(filed[3..].to_owned());
    }
}

fn date_time_group(header: &mut Header, words: &str) {
    if header.date_time_group.is_none()
        && let Some((precedence, group)) = lines::date_time_group(words)
    {
        header.precedence = header.precedence.or(precedence);
        header.sent_at = moment(&group);
        header.date_time_group = Some(group);
    }
}

/// `GUATEMALA 00000773  001.2 OF 002`: where the site left the classification line out.
fn page_line(header: &mut Header, words: &str) {
    let parts: Vec<&str> = words.split_whitespace().collect();
    if let [name @ .., number, _, "OF", _] = parts.as_slice()
        && header.message.is_none()
        && let Ok(number) = number.parse()
    {
        header.message = Some(MessageNumber { originator: name.join(" "), number, year: None })
            .filter(|found| !found.originator.is_empty());
    }
}

/// The moment of a date-time group; years of two digits run from 1970 to 2069.
pub fn moment(group: &str) -> Option<OffsetDateTime> {
    let mut parts = group.split_whitespace();
    let (time, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let at = |from: usize| time.get(from..from + 2)?.parse::<u8>().ok();
    let month = lines::MONTHS.iter().position(|name| month.to_ascii_uppercase().starts_with(name))?;
    let year: i32 = year.parse().ok()?;
    let year = match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        _ => year,
    };
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let day = Date::from_calendar_date(year, month, at(0)?).ok()?;
    Some(day.with_time(Time::from_hms(at(2)?, at(4)?, 0).ok()?).assume_utc())
}

/// Who is named on a line of addresses.
fn addressee(line: String) -> String {
    let own = lines::address(&line).map_or(line.as_str(), |(_, rest)| rest);
    match own.split_once('/') {
        Some((station, office)) if station.starts_with("RU") => flat(office),
        _ => flat(own),
    }
}

fn classification(header: &mut Header, line: &str) {
    let line = match lines::labelled(line) {
        Some((PieceKind::Classification, number)) if line.to_ascii_uppercase().starts_with("MRN") => {
            header.message = header.message.take().or_else(|| message(number));
            return;
        }
        Some((PieceKind::Classification, rest)) => rest,
        _ => line,
    };
    let rest = match lines::classification(line) {
        Some((mark, rest)) => {
            header.classification = header.classification.take().or_else(|| Some(mark.to_owned()));
            rest
        }
        None => line,
    };
    let Some(found) = lines::message_line(rest.trim_start_matches('/')) else { return };
    header.sections = header.sections.or(found.section.map(|(_, all)| all));
    if header.message.is_none() {
        header.message = found.message.map(|(originator, number)| MessageNumber { originator, number, year: None });
    }
    found.captions.iter().for_each(|caption| self::caption(header, caption));
}

fn caption(header: &mut Header, words: &str) {
    for found in lines::captions(words.trim().trim_start_matches('/')).unwrap_or_default() {
        if !header.captions.iter().any(|known| known == found) {
            header.captions.push(found.to_owned());
        }
    }
}

fn tags(header: &mut Header, words: &str) {
    if !header.tags.is_empty() {
        return;
    }
    let rest = lines::keyword(words).map_or(words, |(_, rest)| rest);
    let split = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/')).filter(|tag| !tag.is_empty());
    header.tags = split.map(str::to_ascii_uppercase).collect();
}

/// A reference of the header.
#[derive(Debug, Clone)]
pub struct Reference {
    pub letter: Option<char>,
    /// Its words, on one line.
    pub text: String,
    /// Where it begins in the text.
    pub start: usize,
    pub end: usize,
}

/// The references, one by one.
pub fn lettered(structure: &Structure<'_>) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for line in structure.of_kind(PieceKind::Reference).flat_map(|stretch| structure.lines_of(stretch)) {
        let words = line.words();
        let keyword = lines::keyword(words).filter(|(kind, _)| *kind == PieceKind::Reference);
        let inner = keyword.map_or(words, |(_, rest)| rest);
        if inner.is_empty() {
            continue;
        }
        let start = line.begin + (inner.as_ptr() as usize - line.text.as_ptr() as usize);
        let parts: Vec<_> =
            letters(inner).into_iter().flat_map(|(letter, words, at)| several(letter, words, at)).collect();
        if let ([(None, words, _)], Some(last)) = (parts.as_slice(), found.last_mut())
            && last.end <= start
            && keyword.is_none()
        {
            // A reference that goes on on the next line.
            last.text = mended(&format!("{} {words}", last.text));
            last.end = start + inner.len();
            continue;
        }
        for (letter, words, offset) in parts {
            let (start, end) = (start + offset, start + offset + words.len());
            found.push(Reference { letter, text: mended(words).trim_end_matches([';', ',']).to_owned(), start, end });
        }
    }
    found
}

/// `08 STATE 63028`, `GUATEMALA 000773`, `STATE63028AND`: a telegram's number at the head of some words.
pub fn message(words: &str) -> Option<MessageNumber> {
    patterns! {
        NUMBER = r"^(?:(\d{2}|\d{4})\s+)?([A-Z][A-Z .'-]{1,30}?)[ -]*0*(\d{1,7})(?:[^0-9]|$)";
    }
    let captures = NUMBER.captures(words)?;
    let originator = captures.get(2)?.as_str().trim_end_matches([' ', '-']);
    let name = originator.to_uppercase();
    // A post's name begins with a capital, and no word of ours is one.
    let named = originator
        .split(' ')
        .all(|word| word.starts_with(|c: char| c.is_ascii_uppercase() || c == '(') || matches!(word, "of" | "au"));
    let other = NO_POST.iter().any(|word| name.split(' ').any(|part| part.trim_end_matches('.') == *word));
    if !named || other || name.len() < 3 || lines::MONTHS.iter().any(|month| name.starts_with(month)) {
        return None;
    }
    let year = captures.get(1).and_then(|year| year.as_str().parse::<i32>().ok()).map(|year| match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        _ => year,
    });
    Some(MessageNumber { originator: name, number: captures[3].parse().ok()?, year })
}

/// Words that stand before other numbers.
const NO_POST: [&str; 24] = [
    "NO",
    "BL",
    "CASE",
    "CASES",
    "LICENSE",
    "LICENSES",
    "DSP",
    "NUMBER",
    "NOTE",
    "LETTER",
    "EMAIL",
    "E-MAIL",
    "APPLICATION",
    "PARA",
    "PARAGRAPH",
    "SECTION",
    "ARTICLE",
    "ANNEX",
    "PAGE",
    "FAX",
    "TEL",
    "FORM",
    "DATED",
    "REF",
];

/// The telegrams that one reference names: `STATE 63028 AND LIMA 377`, `STATE 63028, LIMA 377`.
fn several(letter: Option<char>, words: &str, at: usize) -> Vec<(Option<char>, &str, usize)> {
    patterns! {
        PART = r"(?:[,;]|\band\b|&)\s+";
    }
    if message(words).is_none() {
        return vec![(letter, words, at)];
    }
    let (mut parts, mut from) = (Vec::new(), 0);
    for found in PART.find_iter(words).filter(|found| message(&words[found.end()..]).is_some()) {
        parts.push((letter, words[from..found.start()].trim_end(), at + from));
        from = found.end();
    }
    parts.push((letter, &words[from..], at + from));
    parts
}

/// The lettered parts of a line: `A. STATE 63028 B. GUATEMALA 512`, `(A) ... (B) ...`.
fn letters(words: &str) -> Vec<(Option<char>, &str, usize)> {
    let bytes = words.as_bytes();
    let mut begins: Vec<(usize, usize, char)> = Vec::new();
    let mut wanted = None;
    for at in 0..bytes.len() {
        let run_on = wanted.is_some() && bytes[at.saturating_sub(1)].is_ascii_digit();
        let free = at == 0 || run_on || matches!(bytes[at - 1], b' ' | b';' | b',' | b'\t' | 0xa0);
        let bracket = bytes[at] == b'(';
        let letter_at = if bracket { at + 1 } else { at };
        let Some(letter) = bytes.get(letter_at).filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase)
        else {
            continue;
        };
        let closes = bytes
            .get(letter_at + 1)
            .is_some_and(|byte| if bracket { *byte == b')' } else { matches!(byte, b'.' | b')' | b':') });
        let spaced = bytes.get(letter_at + 2).is_none_or(|byte| matches!(byte, b' ' | b'\t' | 0xc2));
        let expected = wanted.map_or(!letter.is_ascii_digit() || letter == b'1', |wanted| letter == wanted);
        if free && closes && spaced && expected && (begins.is_empty() == (at == 0)) {
            begins.push((at, letter_at + 2, char::from(letter)));
            wanted = Some(letter + 1);
        }
    }
    if begins.is_empty() {
        return vec![(None, words, 0)];
    }
    let ends = begins.iter().skip(1).map(|(at, _, _)| *at).chain([words.len()]);
    begins
        .iter()
        .zip(ends)
        .map(|((_, from, letter), to)| {
            let part = &words[*from..to];
            let lead = part.len() - part.trim_start().len();
            (Some(*letter), part.trim(), from + lead)
        })
        .collect()
}

impl Header {
    /// The country of the station that sent it, as its routing indicator ends: `RUEHGT` is Guatemala's.
    pub fn station_country(&self) -> Option<String> {
        let station = self.station.as_deref()?;
        let tag = station.strip_prefix("RUEH").filter(|rest| rest.len() == 2)?;
        countries::iso(tag).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_time_group_is_a_moment() {
        assert_eq!(moment("192222Z JUN 08").map(OffsetDateTime::unix_timestamp), Some(1_213_914_120));
        assert_eq!(moment("041500Z MAR 1996").map(OffsetDateTime::year), Some(1996));
        assert_eq!(moment("312222Z JUN 08"), None);
    }

    #[test]
    fn a_message_number_is_told_from_other_numbers() {
        assert_eq!(message("STATE 63028").map(|found| found.number), Some(63028));
        assert_eq!(message("STATE63028AND").map(|found| found.number), Some(63028));
        assert_eq!(message("08 GUATEMALA 000773").and_then(|found| found.year), Some(2008));
        assert_eq!(message("E-MAIL FROM PM/DTCC OF JUNE 3"), None);
        assert_eq!(message("Lima 512 (Notal)").map(|found| found.originator), Some("LIMA".into()));
        for other in ["License 050107211", "June 18", "Note 45", "Post 12 of the list", "application 12345"] {
            assert!(message(other).is_none_or(|found| found.originator == "POST"), "{other}");
        }
    }

    #[test]
    fn references_are_read_one_by_one() {
        let of = |words| letters(words).into_iter().map(|(letter, words, _)| (letter, words)).collect::<Vec<_>>();
        assert_eq!(of("STATE 63028"), [(None, "STATE 63028")]);
        assert_eq!(
            of("A. STATE 63028 B. 08 GUATEMALA 512"),
            [(Some('A'), "STATE 63028"), (Some('B'), "08 GUATEMALA 512")]
        );
        assert_eq!(of("(A) STATE 1; (B) LETTER"), [(Some('A'), "STATE 1;"), (Some('B'), "LETTER")]);
        assert_eq!(of("A) STATE 63028"), [(Some('A'), "STATE 63028")]);
        assert_eq!(of("A. STATE 63028B. LIMA 512"), [(Some('A'), "STATE 63028"), (Some('B'), "LIMA 512")]);
        assert_eq!(of("1) STATE 63028 2) LIMA 512"), [(Some('1'), "STATE 63028"), (Some('2'), "LIMA 512")]);
        let parts: Vec<_> = several(None, "STATE 63028, LIMA 512 AND LETTER OF MAY 3", 0)
            .into_iter()
            .map(|(_, words, _)| words)
            .collect();
        assert_eq!(parts, ["STATE 63028", "LIMA 512 AND LETTER OF MAY 3"]);
    }
}
