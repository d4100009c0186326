//! Quoted letters: who wrote them, and when.

use time::Date;

use super::{
    dates,
    ground::Ground,
    names,
    voices::{ANSWERED, NOTED, Person, Voices, in_full},
    words::{exact, patterns},
};
use crate::{evidence::model::ContactKind, telegrams::reading::PieceKind};

patterns! {
    REPLY = r"\b(?:reply|answer|response)\b";
    FOLLOWS = r"\b(?:reads|translation|follows|text)\b";
    /// `Vilnius, 8 May 2009`: the day a letter is dated.
    DATE_LINE = r"^\W*(?:[\w .]{2,30}, )?(?:the )?(?:\d{1,2}(?:st|nd|rd|th)? \w+,? \d{4}|\w+ \d{1,2}(?:st|nd|rd|th)?,? \d{4}|date: .{6,20})\W*$";
    /// `No. 12/A Vilnius, 8 May 2009 To: the Embassy`: the head of a letter in one line.
    HEAD_DAY = r"^(?:\W*|[^,.;]{0,20}\d\S* )[a-z][a-z ]{2,29}, (?:\d{1,2} [a-z]+ \d{4}|[a-z]+ \d{1,2}, \d{4})";
    CLOSING = r"^\W*(?:yours\b|sincerely|respectfully|with (?:best|kind) regards|(?:signed|sgd)\b|very truly)";
}

static THEIRS: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    exact(
        r"(?:^|[.,;] )(?:The )?([A-Z][\w&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w&-]*){0,7})['\x{2019}]s? (?:\w+ )?(?:reply|answer|letter|note|response)\b",
    )
});
/// Whom the embassy wrote to.
pub static SENT_TO: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    exact(
        r"\b(?:letter|note|request|questions?|wrote) (?:\w+ ){0,3}to (?:the )?([A-Z][\w&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w&-]*(?:\.[A-Z]\.?)*){0,7})",
    )
});
static WRITER: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"([A-Z][\w.'&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w.'&-]*){0,9})";
    exact(&format!(r"\b(?:from|by|letter of|note of|sent by|signed by|received from) (?:the )?{name}"))
});
/// `J. Ostrander, Director of Purchasing`.
static SIGNED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    exact(r"^\W*((?:[A-Z][\w'-]*\.? ){0,3}[A-Z][\w'-]+)(?:,? (?:\(?[Ss]igned\)?,? )?([A-Z][\w ,&-]{2,60}))?\W*$")
});

/// The writer of a quoted text: by the last sentences before it that name a letter, note or e-mail.
pub fn writer(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    let here = ground.sentences[index].paragraph;
    let mut before = (0..index)
        .rev()
        .take(6)
        .filter(|at| ground.sentences[*at].paragraph + 1 >= here && ground.sentences[*at].kind != PieceKind::Quotation);
    let mut announced = false;
    let near = before.find_map(|at| {
        let lower = &ground.sentences[at].lower;
        announced |= FOLLOWS.is_match(lower);
        let kind = kind(lower, announced)?;
        Some((at, kind))
    });
    let (at, kind) = near.or_else(|| told_before(ground, index))?;
    let text = &ground.sentences[at].text;
    let name = ANSWERED
        .captures(text)
        .or_else(|| THEIRS.captures(text))
        .or_else(|| WRITER.captures(text))
        .map(|found| found[1].to_owned())
        .filter(|name| dates::written(name).is_empty())
        .or_else(|| before.find_map(|at| SENT_TO.captures(&ground.sentences[at].text).map(|found| names::tidy(&found[1]))));
    let explained = |name: &String| voices.names.iter().find(|known| known.short.as_ref() == Some(name)).map(|known| known.name.clone());
    let office = name.map(|name| explained(&name).unwrap_or_else(|| in_full(ground, at, name)));
    let on = dated(ground, index).or_else(|| dates::days(text, ground.told_by).last().map(|(_, day)| *day));
    let signer = signer(ground, index);
    let (name, described) = match (signer, office) {
        (Some((name, function)), office) => (name, [function, office].into_iter().flatten().collect::<Vec<_>>().join(", ")),
        (None, Some(office)) => (office, "quoted in the telegram".to_owned()),
        (None, None) => ("the writer of the quoted text".to_owned(), "quoted in the telegram".to_owned()),
    };
    voices.persons.push(Person { name, described, kind, on, place: None, sentence: at, is_met: true });
    Some(voices.persons.len() - 1)
}

/// `The text of a letter from the Registry is in paragraph 3.`
fn told_before(ground: &Ground<'_>, index: usize) -> Option<(usize, ContactKind)> {
    patterns! {
        IN_PARAGRAPH = r"\b(?:in|at|see) para(?:graph|s)?\.? (\d{1,3})\b";
    }
    let label = ground.reading.paragraphs.get(ground.sentences[index].paragraph)?.label.as_str();
    (0..index).rev().take(FAR).find_map(|at| {
        let lower = &ground.sentences[at].lower;
        IN_PARAGRAPH.captures(lower).filter(|found| &found[1] == label)?;
        Some((at, kind(lower, false)?))
    })
}

/// At most so many sentences before a quoted text are looked through for where it is announced.
const FAR: usize = 60;

fn kind(lower: &str, announced: bool) -> Option<ContactKind> {
    if NOTED.is_match(lower) {
        Some(ContactKind::DiplomaticNote)
    } else if lower.contains("letter") {
        Some(ContactKind::Letter)
    } else if lower.contains("e-mail") || lower.contains("email") {
        Some(ContactKind::Email)
    } else {
        (announced && REPLY.is_match(lower)).then_some(ContactKind::Letter)
    }
}

/// The day in the letter's own head.
fn dated(ground: &Ground<'_>, index: usize) -> Option<Date> {
    let first = ground.sentences[index..].iter().take(5).take_while(|sentence| sentence.kind == PieceKind::Quotation);
    first.into_iter().find_map(|sentence| {
        let (range, day) = dates::days(&sentence.text, ground.told_by).into_iter().next()?;
        let placed = HEAD_DAY.find(&sentence.text).is_some_and(|head| head.end() == range.end);
        (placed || DATE_LINE.is_match(&sentence.text)).then_some(day)
    })
}

/// Who signed: the line after `Sincerely`.
fn signer(ground: &Ground<'_>, index: usize) -> Option<(String, Option<String>)> {
    let letter = ground.sentences[index..].iter().take(100).take_while(|sentence| sentence.kind == PieceKind::Quotation);
    let mut letter = letter.skip_while(|sentence| !CLOSING.is_match(&sentence.text)).take(2);
    let closing = letter.next()?;
    let same = closing.text.split_once(", ").map(|(_, rest)| rest.to_owned()).filter(|rest| rest.starts_with(char::is_uppercase));
    let line = same.or_else(|| letter.next().map(|sentence| sentence.text.clone()))?;
    let signed = SIGNED.captures(&line)?;
    let name = signed[1].to_owned();
    let function = signed.get(2).map(|function| function.as_str().trim().to_owned());
    (name.contains(' ') && names::organization_at(&name).is_none()).then_some((name, function))
}
