//! Who speaks in a sentence. Somebody the post met, or who is introduced by name, speaks until somebody else does; `he` is who spoke last
//! in the paragraph. The embassy's own people report and are nobody's voice.

use time::Date;

use super::{
    dates,
    ground::Ground,
    names,
    words::{ACCORDING, OWN_PEOPLE, SAID, patterns},
};
use crate::{evidence::model::ContactKind, telegrams::reading::PieceKind};

patterns! {
    MET = r"\b(?:met (?:\w+ )?with|meeting with|met|interviewed|interview with|sat down with|discussed [^.]{0,60} with|consulted (?:with )?|conferred with)\s+";
    CALLED = r"\b(?:telephoned|phoned|called|spoke (?:\w+ )?by (?:tele)?phone with|spoke on the (?:tele)?phone with|(?:tele)?phone (?:call|conversation|interview)s? (?:with|to)|reached)\s+";
    SPOKE = r"\b(?:spoke (?:with|to)|speaking with|contacted|queried|approached)\s+";
    VISITED = r"\b(?:visited|site visit (?:to|of|at)|visit to|traveled to|toured|inspected)\s+";
    MAILED = r"\b(?:e-?mailed|in an e-?mail|by e-?mail|via e-?mail)\b";
    WROTE = r"\bwrote to\s+";
    BY_PAPER = r"^(?:\W*)(?:by|in|in a|through) (diplomatic note|note verbale|letter|e-?mail)(?: (?:no\. \S+|number \S+))?(?: (?:of|dated) [^,]{4,20}?)?,? (?:the |from the )?([A-Z][\w'&-]*(?: (?:of|and|for|the|&)?(?: the)? ?[A-Z][\w'&-]*){0,7}) (?:has |had |also )?(?:stated|said|confirmed|informed|advised|replied|wrote|notified|certified|declared)\b";
    NOTED = r"\bdiplomatic note\b|\bnote verbale\b|\bdip(?:lomatic)? ?note\b";
    OFFICER = r"\b(?:post|embassy|poloffs?|econoffs?|emboffs?|conoffs?|pol/?econ ?offs?|polecon ?offs?|rso|arso|datt|dao|odc|officers?|fsn|econ|fcs|we)\b";
    SOMEBODY = r"^(?:\W*)(?:the |an? |its |their |his |one )?((?:[\w'-]+ ){0,5}?(?:director|manager|owner|representative|official|officer|minister|spokes(?:man|woman|person)|clerk|receptionist|president|ceo|secretary|commander|chief|guard|neighbors?|landlord|accountant|salesman|partner|proprietor|contact|officials|representatives)s?)\b";
    PRONOUN = r"^(?:\W*)(?:he|she|they)\b";
    PHONE_IN_SENTENCE = r"\b(?:by|over the|on the|via) (?:tele)?phone\b|\btelephonic(?:ally)?\b";
}

/// Somebody whose words are reported.
#[derive(Debug, Clone)]
pub struct Person {
    /// As the telegram names them, with title.
    pub name: String,
    /// What they are, in its words.
    pub described: String,
    /// How the post came to their words.
    pub kind: ContactKind,
    /// When.
    pub on: Option<Date>,
    /// The sentence that introduces them.
    pub sentence: usize,
    /// Whether the meeting is told, and not only their words.
    pub is_met: bool,
}

/// Who speaks where.
#[derive(Debug, Default)]
pub struct Voices {
    /// The persons, in order of appearance.
    pub persons: Vec<Person>,
    /// Who speaks in each sentence.
    pub speaks: Vec<Option<usize>>,
    /// Somebody without a name who speaks in a sentence: `the owner`.
    pub somebody: Vec<Option<String>>,
}

impl Voices {
    /// Who asserts a sentence, by name.
    pub fn who(&self, sentence: usize) -> Option<String> {
        let person = self.speaks.get(sentence).copied().flatten().map(|index| self.persons[index].name.clone());
        person.or_else(|| self.somebody.get(sentence).cloned().flatten())
    }
}

/// At most so many persons speak in one telegram; whoever comes after is not listened to.
const MOST: usize = 200;

/// Listens to every sentence.
pub fn listen(ground: &Ground<'_>) -> Voices {
    let mut voices = Voices::default();
    let (mut last, mut paragraph) = (None, usize::MAX);
    let mut letter: Option<usize> = None;
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if sentence.paragraph != paragraph {
            (last, paragraph) = (None, sentence.paragraph);
        }
        let (mut speaks, mut somebody) = (None, None);
        match sentence.kind {
            _ if voices.persons.len() >= MOST => {}
            PieceKind::Comment => {}
            PieceKind::Quotation => speaks = letter.or_else(|| quoted(ground, &mut voices, index)),
            _ => {
                letter = None;
                let met = by_paper(ground, &mut voices, index).or_else(|| event(ground, &mut voices, index));
                if let Some(person) = met {
                    last = Some(person);
                    if SAID.is_match(&sentence.lower) || sentence.lower.contains(", who ") {
                        speaks = Some(person);
                    }
                }
                if speaks.is_none() {
                    (speaks, somebody) = speaker(&mut voices, index, &sentence.text, last);
                    last = speaks.or(last);
                }
            }
        }
        if sentence.kind == PieceKind::Quotation {
            letter = speaks;
        }
        voices.speaks.push(speaks);
        voices.somebody.push(somebody);
    }
    voices
}

/// The kind of a contact by the words of its sentence.
fn kind_of(text: &str) -> Option<(ContactKind, usize)> {
    let phone = PHONE_IN_SENTENCE.is_match(text);
    let kinds =
        [(&CALLED, ContactKind::Call), (&MET, ContactKind::Meeting), (&VISITED, ContactKind::SiteVisit), (&SPOKE, ContactKind::Meeting)];
    let first = kinds
        .iter()
        .filter_map(|(words, kind)| words.find(text).map(|found| (found.start(), found.end(), *kind)))
        .min_by_key(|(at, _, _)| *at);
    if let Some((_, end, kind)) = first {
        let kind = if kind == ContactKind::Meeting && phone { ContactKind::Call } else { kind };
        let kind = if kind == ContactKind::Meeting && MAILED.is_match(text) { ContactKind::Email } else { kind };
        return Some((kind, end));
    }
    MAILED
        .find(text)
        .map(|found| (ContactKind::Email, found.end()))
        .or_else(|| WROTE.find(text).map(|found| (ContactKind::Letter, found.end())))
}

/// `By diplomatic note of 2 May the Ministry of Foreign Affairs confirmed that ...`: the writer is the contact.
fn by_paper(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    let text = &ground.sentences[index].text;
    let captures = BY_PAPER.captures(text)?;
    let kind = match captures[1].to_lowercase().as_str() {
        "letter" => ContactKind::Letter,
        "diplomatic note" | "note verbale" => ContactKind::DiplomaticNote,
        _ => ContactKind::Email,
    };
    let name = captures[2].trim().to_owned();
    if let Some(known) = find(voices, &name) {
        return Some(known);
    }
    let on = dates::days(text, ground.sent_on).first().map(|(_, day)| *day);
    voices.persons.push(Person { name, described: String::new(), kind, on, sentence: index, is_met: true });
    Some(voices.persons.len() - 1)
}

/// A contact that a sentence tells: the embassy met, called, visited or wrote to somebody.
fn event(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    let sentence = &ground.sentences[index];
    let text = &sentence.text;
    let (kind, end) = kind_of(text)?;
    let before = &text[..end];
    if !OFFICER.is_match(before) && !before.trim_start().to_lowercase().starts_with("on ") && !before.to_lowercase().contains("in a ") {
        return None;
    }
    let future = [
        "will ",
        "would ",
        "plans to ",
        "intends to ",
        "should ",
        "has not ",
        "did not ",
        "was unable to ",
        "were unable to ",
        "could not ",
        "attempt",
        "requested to",
        "refused",
    ];
    if future.iter().any(|word| before.to_lowercase().contains(word)) {
        return None;
    }
    let rest = &text[end..];
    let person = names::person_named(rest).filter(|(_, range)| range.start < 60 && kind != ContactKind::SiteVisit);
    let whom = match (&person, whom(rest)) {
        (Some((name, _)), _) => name.clone(),
        (None, Some(whom)) if is_somebody(&whom) => whom,
        _ => return None,
    };
    let described = person.as_ref().map_or_else(String::new, |(_, range)| description(rest, range));
    let name = whom;
    let on = dates::days(text, ground.sent_on).first().map(|(_, day)| *day);
    if let Some(known) = find(voices, &name) {
        let person = &mut voices.persons[known];
        if !person.is_met {
            (person.kind, person.on, person.is_met) = (kind, person.on.or(on), true);
        }
        return Some(known);
    }
    voices.persons.push(Person { name, described, kind, on, sentence: index, is_met: true });
    Some(voices.persons.len() - 1)
}

/// Whether words without a person's name say whom: an office, a firm or a function, and no `firm` or `address` alone.
fn is_somebody(whom: &str) -> bool {
    let has_capital =
        whom.chars().any(|c| c.is_ascii_lowercase()) && whom.split(' ').any(|word| word.starts_with(|c: char| c.is_uppercase()));
    has_capital || SOMEBODY.is_match(whom) || super::words::AUTHORITY_WORDS.is_match(whom)
}

/// Whom the rest of a sentence begins with.
fn whom(rest: &str) -> Option<String> {
    let stops = [
        " who ",
        " on ",
        " to ",
        " and confirmed",
        " and ",
        " regarding ",
        " about ",
        " concerning ",
        " in order",
        ", who",
        ", ",
        ". ",
        "; ",
        " at ",
        " that ",
    ];
    let end = stops.iter().filter_map(|stop| rest.find(stop)).min().unwrap_or(rest.len());
    let whom = rest[..end].trim().trim_end_matches(['.', ',', ';']).trim_start_matches("the ");
    let fits = whom.len() > 2 && whom.split(' ').count() <= 12 && !whom.starts_with(|c: char| c.is_ascii_digit());
    fits.then(|| whom.to_owned())
}

/// What stands around a name: `DECAM director` before it, `, a career officer on loan,` after it.
fn description(text: &str, name: &std::ops::Range<usize>) -> String {
    let before = text[..name.start].trim().trim_end_matches(',').trim_start_matches("the ").trim();
    let before = before.rsplit([',', ';', '.']).next().unwrap_or_default().trim();
    let after = text[name.end..].trim_start();
    let after = after.strip_prefix(',').map(str::trim_start).filter(|rest| !rest.starts_with("who ")).unwrap_or_default();
    let end = after.find([',', ';']).or_else(|| SAID.find(after).map(|found| found.start())).unwrap_or(after.len());
    let after = after[..end].trim().trim_end_matches('.');
    let after = if after.split(' ').count() > 14 { "" } else { after };
    match (before.is_empty() || before.split(' ').count() > 8, after.is_empty()) {
        (false, _) => before.to_owned(),
        (true, false) => after.to_owned(),
        (true, true) => String::new(),
    }
}

fn find(voices: &Voices, name: &str) -> Option<usize> {
    let surname = names::surname(name).to_lowercase();
    voices
        .persons
        .iter()
        .position(|person| person.name.eq_ignore_ascii_case(name) || names::surname(&person.name).to_lowercase() == surname)
}

/// Who asserts a sentence: by `according to`, by the name or pronoun before the verb.
fn speaker(voices: &mut Voices, index: usize, text: &str, last: Option<usize>) -> (Option<usize>, Option<String>) {
    if let Some(by) = ACCORDING.captures(text).and_then(|found| found.get(1)) {
        let by = by.as_str().trim_end_matches(['.', ',']).trim_start_matches("the ");
        return match find(voices, by) {
            Some(known) => (Some(known), None),
            None => (None, Some(by.to_owned())),
        };
    }
    let Some(said) = SAID.find(text) else { return (None, None) };
    let before = &text[..said.start()];
    if OWN_PEOPLE.is_match(before) {
        return (None, None);
    }
    if PRONOUN.is_match(before) {
        return (last, None);
    }
    let words = before.to_lowercase();
    let named = voices.persons.iter().position(|person| {
        let surname = names::surname(&person.name).to_lowercase();
        surname.len() > 2 && words.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == surname)
    });
    if named.is_some() {
        return (named, None);
    }
    if let Some((name, range)) = names::person(before) {
        let described = description(text, &range);
        let kind = kind_of(text).map_or(ContactKind::Meeting, |(kind, _)| kind);
        voices.persons.push(Person { name, described, kind, on: None, sentence: index, is_met: false });
        return (Some(voices.persons.len() - 1), None);
    }
    let somebody = SOMEBODY.captures(before).and_then(|found| found.get(1)).map(|found| found.as_str().to_owned());
    // Whoever else is the subject of a verb of saying says it, and not the post.
    let subject = before.trim().trim_start_matches("The ").trim_start_matches("the ").trim_end_matches([' ', ',']);
    let own = super::words::is_own(subject);
    let is_short = !own && !subject.is_empty() && subject.split(' ').count() <= 8 && !subject.contains(['.', ';', ':']);
    (None, somebody.or_else(|| is_short.then(|| subject.to_owned())))
}

/// Who answered, and who wrote: in these case matters, a name has capitals.
static ANSWERED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"([A-Z][\w'&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w'&-]*){0,7})";
    regex::Regex::new(&format!(r"(?:^|[.,;] )(?:The )?{name}(?: has| had)? (?:answered|replied|wrote|responded|informed)\b"))
        .expect("it is a pattern")
});
static WRITER: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"([A-Z][\w.'&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w.'&-]*){0,9})";
    regex::Regex::new(&format!(r"\b(?:from|by|of|sent by|signed by|received from) (?:the )?{name}")).expect("it is a pattern")
});

/// The writer of a quoted text: by the last sentence before it that names a letter, note or e-mail.
fn quoted(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    let here = ground.sentences[index].paragraph;
    let before = (0..index)
        .rev()
        .take(6)
        .filter(|at| ground.sentences[*at].paragraph + 1 >= here && ground.sentences[*at].kind != PieceKind::Quotation);
    let mut before = before;
    let (at, kind) = before.find_map(|at| {
        let lower = &ground.sentences[at].lower;
        let kind = if NOTED.is_match(lower) {
            ContactKind::DiplomaticNote
        } else if lower.contains("letter") {
            ContactKind::Letter
        } else if lower.contains("e-mail") || lower.contains("email") {
            ContactKind::Email
        } else {
            return None;
        };
        Some((at, kind))
    })?;
    let text = &ground.sentences[at].text;
    let name = ANSWERED
        .captures(text)
        .or_else(|| WRITER.captures(text))
        .map_or_else(|| "the writer of the quoted text".to_owned(), |found| found[1].to_owned());
    let own = dates::days(&ground.sentences[index].text, ground.sent_on).first().map(|(_, day)| *day);
    let on = dates::days(text, ground.sent_on).last().map(|(_, day)| *day).or(own);
    voices.persons.push(Person { name, described: "quoted in the telegram".into(), kind, on, sentence: at, is_met: true });
    Some(voices.persons.len() - 1)
}
