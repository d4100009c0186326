//! What the header says, from the pieces of the first header.

use time::{Date, Month, OffsetDateTime, Time};

use super::{
    Header, MessageNumber, PieceKind, countries, lines,
    structure::{Stretch, Structure},
};

/// Reads the header.
pub fn header(text: &str, structure: &Structure) -> Header {
    let mut header = Header::default();
    let mut references = Vec::new();
    for stretch in &structure.stretches {
        let words = text[stretch.start..stretch.end].trim();
        match stretch.kind {
            PieceKind::Routing => routing(&mut header, words),
            PieceKind::DateTimeGroup => date_time_group(&mut header, words),
            PieceKind::From => header.from = header.from.or_else(|| Some(flat(unlabelled(words).trim_start_matches("FM")))),
            PieceKind::To => header.to.extend(addresses(unlabelled(words), "TO")),
            PieceKind::Info => header.info.extend(addresses(unlabelled(words), "INFO")),
            PieceKind::Classification => classification(&mut header, words),
            PieceKind::Caption => caption(&mut header, &unlabelled(words).replace(',', " ")),
            PieceKind::Attention => header.attention.extend(words.lines().map(|line| flat(unlabelled(line.trim())))),
            PieceKind::ExecutiveOrder => set(&mut header.executive_order, words),
            PieceKind::Tags => tags(&mut header, words),
            PieceKind::Subject => set(&mut header.subject, words),
            PieceKind::Reference => references.push(stretch),
            _ => {}
        }
    }
    header.references = lettered(text, &references).into_iter().map(|(_, reference, _, _)| reference).collect();
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

/// The first of its kind: what stands after its colon.
fn set(slot: &mut Option<String>, words: &str) {
    if slot.is_none() {
        *slot = Some(flat(words.split_once(':').map_or(words, |(_, rest)| rest))).filter(|rest| !rest.is_empty());
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
    // `Date/DTG: Sep 10, 2014 / 101145Z SEP 14`.
    let words = lines::labelled(words).map_or(words, |(_, rest)| rest.rsplit('/').next().unwrap_or(rest).trim());
    let Some((precedence, group)) = lines::date_time_group(words) else { return };
    if header.date_time_group.is_some() {
        return;
    }
    header.precedence = precedence;
    header.date_time_group = Some(flat(group));
    header.sent_at = moment(group);
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

fn addresses(words: &str, keyword: &str) -> Vec<String> {
    let own = |line: &str| flat(line.trim().strip_prefix(keyword).unwrap_or(line));
    let bare = |line: String| match line.split_once('/') {
        Some((station, office)) if station.starts_with("RU") => office.to_owned(),
        _ => line,
    };
    words.lines().map(own).map(bare).filter(|line| !line.is_empty()).collect()
}

fn classification(header: &mut Header, words: &str) {
    for line in words.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((PieceKind::Classification, number)) = lines::labelled(line) {
            header.message = header.message.take().or_else(|| super::proposals::ground::message(number));
            continue;
        }
        let rest = match lines::classification(line) {
            Some((mark, rest)) => {
                if header.classification.is_none() {
                    header.classification = Some(mark.to_owned());
                }
                rest
            }
            None => line,
        };
        let rest = if let Some(at) = rest.find("SECTION ") {
            let parts: Vec<&str> = rest[at..].split_whitespace().collect();
            if let ["SECTION", _, "OF", all, ..] = parts.as_slice() {
                header.sections = header.sections.or(all.parse().ok());
            }
            parts.get(4..).map(|rest| rest.join(" ")).unwrap_or_default()
        } else {
            rest.to_owned()
        };
        if header.message.is_none() {
            header.message = lines::message_number(&rest).map(|(originator, number)| MessageNumber { originator, number, year: None });
        }
        caption(header, &rest);
    }
}

fn caption(header: &mut Header, words: &str) {
    for found in words.lines().filter_map(|line| lines::captions(line.trim().trim_start_matches('/'))).flatten() {
        if !header.captions.iter().any(|known| known == found) {
            header.captions.push(found.to_owned());
        }
    }
}

fn tags(header: &mut Header, words: &str) {
    if !header.tags.is_empty() {
        return;
    }
    let rest = words.split_once(':').map_or_else(|| words.trim_start_matches("TAGS"), |(_, rest)| rest);
    let split = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/')).filter(|tag| !tag.is_empty());
    header.tags = split.map(str::to_ascii_uppercase).collect();
}

/// The references of some pieces, one by one: the letter, the words, and where they stand in the text.
pub fn lettered(text: &str, stretches: &[&Stretch]) -> Vec<(Option<char>, String, usize, usize)> {
    let mut found: Vec<(Option<char>, String, usize, usize)> = Vec::new();
    for stretch in stretches {
        for line in lines::lines(&text[stretch.start..stretch.end]) {
            let at = stretch.start + line.start;
            let inner = match lines::keyword(line.words()) {
                Some((lines::Keyword::Reference, rest)) => rest,
                _ => line.words(),
            };
            if inner.is_empty() {
                continue;
            }
            let start = at + (inner.as_ptr() as usize - line.text.as_ptr() as usize);
            let parts = letters(inner);
            if let ([(None, words, _)], Some(last)) = (parts.as_slice(), found.last_mut())
                && last.3 <= start
                && !line.words().to_ascii_uppercase().starts_with("REF")
            {
                // A reference that goes on on the next line.
                last.1 = flat(&format!("{} {words}", last.1));
                last.3 = start + inner.len();
                continue;
            }
            for (letter, words, offset) in parts {
                found.push((letter, flat(words).trim_end_matches([';', ',']).to_owned(), start + offset, start + offset + words.len()));
            }
        }
    }
    found
}

/// The lettered parts of a line: `A. STATE 63028 B. GUATEMALA 512`, `(A) ... (B) ...`.
fn letters(words: &str) -> Vec<(Option<char>, &str, usize)> {
    let bytes = words.as_bytes();
    let mut begins: Vec<(usize, usize, char)> = Vec::new();
    let mut wanted = None;
    for at in 0..bytes.len() {
        let free = at == 0 || matches!(bytes[at - 1], b' ' | b';' | b',' | b'\t');
        let bracket = bytes[at] == b'(';
        let letter_at = if bracket { at + 1 } else { at };
        let Some(letter) = bytes.get(letter_at).filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_uppercase) else { continue };
        let closes = bytes.get(letter_at + 1).is_some_and(|byte| if bracket { *byte == b')' } else { matches!(byte, b'.' | b')' | b':') });
        let spaced = bytes.get(letter_at + 2).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
        let expected = wanted.is_none_or(|wanted| letter == wanted);
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
    fn references_are_read_one_by_one() {
        let of = |words| letters(words).into_iter().map(|(letter, words, _)| (letter, words)).collect::<Vec<_>>();
        assert_eq!(of("STATE 63028"), [(None, "STATE 63028")]);
        assert_eq!(of("A. STATE 63028 B. 08 GUATEMALA 512"), [(Some('A'), "STATE 63028"), (Some('B'), "08 GUATEMALA 512")]);
        assert_eq!(of("(A) STATE 1; (B) LETTER"), [(Some('A'), "STATE 1;"), (Some('B'), "LETTER")]);
        assert_eq!(of("A) STATE 63028"), [(Some('A'), "STATE 63028")]);
    }
}
