//! Who speaks in a sentence. Somebody the post met, or who is introduced by name, speaks until somebody else does; `he` is who spoke last
//! in the paragraph. The embassy's own people report and are nobody's voice.

use std::collections::HashMap;

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
    VISITED = r"\b(?:visited|(?:made|conducted|paid) (?:a|an) (?:\w+ ){0,2}visit to|site visit (?:to|of|at)|on-?site (?:inspection|check) (?:of|at)|visit to|travell?ed to|drove to|went to|toured|inspected)\s+";
    PLACE = r"\b(?:address|premises|firm|company|office|offices|depot|warehouse|armou?ry|store|storeroom|shop|showroom|facility|facilities|factory|plant|site|base|barracks|headquarters|compound|suite|building|street|road|avenue|farm|ranch|camp|hangar|airfield|range|magazine|vault|station|conservancy|laboratory|shipyard|port)\b";
    MAILED = r"\b(?:e-?mailed|in an e-?mail|by e-?mail|via e-?mail)\b";
    WITH = r"^(?:on|in|at|again|separately)\b[^,.]{0,40}? with ";
    /// A saying that did not happen asserts nothing.
    UNSAID = r"\b(?:has|have|had|did|does|do|was|were|could|would|will) (?:not|never)(?: yet)?(?: been)?(?: able to)?\s*$|\b(?:never|cannot|yet to|unable to|refused to|declined to)\s*$";
    REPLY = r"\b(?:reply|answer|response)\b[^.]{0,80}\b(?:reads|translation|follows|text)\b";
    /// A visit that was only asked for.
    WISHED = r"\b(?:asked|requests?|requested|permission|proposed|scheduled|was to|were to|arrange\w*|allow\w*)\b.{0,90}\bvisit(?: to)?\s+$";
    WROTE = r"\bwrote to\s+";
    BY_PAPER = r"^(?:\W*)(?:by|in|in a|through) (diplomatic note|note verbale|letter|e-?mail)(?: (?:no\. \S+|number \S+))?(?: (?:of|dated) [^,]{4,20}?)?,? (?:the |from the )?([A-Z][\w'&-]*(?: (?:of|and|for|the|&)?(?: the)? ?[A-Z][\w'&-]*){0,7}) (?:has |had |also )?(?:stated|said|confirmed|informed|advised|replied|wrote|notified|certified|declared)\b";
    NOTED = r"\bdiplomatic note\b|\bnote verbale\b|\bdip(?:lomatic)? ?note\b";
    OFFICER = r"\b(?:post|embassy|poloffs?|econoffs?|emboffs?|conoffs?|pol/?econ ?offs?|polecon ?offs?|rso|arso|datt|dao|odc|officers?|officials from the embassy|polassist|econ ?assist|les|fsn|econ|econ/c|pol/c|polcouns|econcouns|fcs|consul|consular|vice consul|attach[e\x{e9}]|special agent|we)\b";
    SOMEBODY = r"^(?:\W*)(?:the |an? |its |their |his |one )?((?:[\w'-]+ ){0,5}?(?:director|manager|owner|representative|official|officer|minister|spokes(?:man|woman|person)|clerk|receptionist|president|ceo|secretary|commander|chief|guard|neighbors?|landlord|accountant|salesman|partner|proprietor|contact|officials|representatives)s?)\b";
    PRONOUN = r"^(?:\W*)(?:he|she|they|(?:the|its|this) (?:note|letter|e-?mail))\b";
    BY_LETTER = r"\b(?:in|by|via) (?:a |an |its |his |their )?(?:\w+ )?letter\b|\bin writing\b";
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
    /// Full names of persons that were named before, by their surnames.
    heard: HashMap<String, String>,
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
                    (speaks, somebody) = speaker(ground, &mut voices, index, last);
                    last = speaks.or(last);
                }
            }
        }
        if sentence.kind == PieceKind::Quotation {
            letter = speaks;
        } else if let Some((name, _)) = names::person(&sentence.text).filter(|_| voices.heard.len() < MOST) {
            voices.heard.insert(names::surname(&name).to_lowercase(), name);
        }
        voices.speaks.push(speaks);
        voices.somebody.push(somebody);
    }
    voices
}

/// Words that tell the embassy something: a contact, and not only somebody's words.
fn tells_post(text: &str) -> bool {
    patterns! {
        TOLD_POST = r"\b(?:told|informed|advised|assured|wrote to|replied to|answered|called|showed|met with) (?:the )?(?:post|embassy|poloffs?|econoffs?|emboffs?|conoffs?|polassist|rso|arso|us\b|datt|fcs|econ|pol|les|embassy officers?)\b";
    }
    TOLD_POST.is_match(text) || PHONE_IN_SENTENCE.is_match(text)
}

/// How and when somebody said what a sentence reports, where the sentence itself tells.
fn manner(ground: &Ground<'_>, index: usize, said: &std::ops::Range<usize>) -> (ContactKind, Option<Date>) {
    let text = &ground.sentences[index].text;
    let kind = if PHONE_IN_SENTENCE.is_match(text) {
        ContactKind::Call
    } else if MAILED.is_match(text) {
        ContactKind::Email
    } else if NOTED.is_match(text) {
        ContactKind::DiplomaticNote
    } else if BY_LETTER.is_match(text) {
        ContactKind::Letter
    } else {
        ContactKind::Meeting
    };
    // `On May 3 he said`, `told Poloff on May 3 that`; what comes after `that` is another day.
    let reported = text[said.start..].find(" that ").map_or(text.len(), |at| said.start + at);
    let near = |at: usize| (at < said.start && at < 12) || (at >= said.end && at < reported && at < said.end + 60);
    let on_before = |at: usize| text[..at].to_lowercase().ends_with("on ");
    let days = dates::days(text, ground.sent_on);
    (kind, days.into_iter().find(|(range, _)| near(range.start) && on_before(range.start)).map(|(_, day)| day))
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
    let Some(captures) = BY_PAPER.captures(text) else { return answered_by_paper(ground, voices, index) };
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

/// `The Ministry of Defense answered by diplomatic note of 2 May`: the answer is a contact, and what it says may follow.
fn answered_by_paper(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    patterns! {
        PAPER = r"\b(?:answered|replied|responded|wrote|confirmed)\b[^.]{0,50}?\b(?:by|in|with|via)(?: a| its| an)? (?:\w+ )?(diplomatic note|note verbale|letter|e-?mail)\b";
    }
    let text = &ground.sentences[index].text;
    let paper = PAPER.captures(text)?;
    let name = ANSWERED.captures(text)?[1].to_owned();
    // A letter that is quoted below is kept there.
    let quoted = ground.sentences[index + 1..].iter().take(3).any(|next| next.kind == PieceKind::Quotation);
    if quoted || super::words::is_own(&name) {
        return None;
    }
    let kind = match paper[1].to_lowercase().as_str() {
        "letter" => ContactKind::Letter,
        "diplomatic note" | "note verbale" => ContactKind::DiplomaticNote,
        _ => ContactKind::Email,
    };
    let after = paper.get(0).map_or(0, |found| found.end());
    let on = dates::days(text, ground.sent_on).into_iter().find(|(range, _)| range.start >= after).map(|(_, day)| day);
    Some(meet(voices, Person { name: in_full(ground, index, name), described: String::new(), kind, on, sentence: index, is_met: true }))
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
    if future.iter().any(|word| before.to_lowercase().contains(word)) || (kind == ContactKind::SiteVisit && WISHED.is_match(before)) {
        return None;
    }
    // `met on March 21 with`: whom stands after the day.
    let rest = &text[end..];
    let rest = WITH.find(rest).map_or(rest, |found| &rest[found.end()..]);
    let person = names::person_named(rest).filter(|(_, range)| range.start < 60 && kind != ContactKind::SiteVisit);
    let place = whom(rest).filter(|whom| kind == ContactKind::SiteVisit && PLACE.is_match(whom));
    let whom = match (&person, whom(rest), place) {
        (Some((name, _)), _, _) => name.clone(),
        (None, _, Some(place)) => place,
        (None, Some(whom), None) if is_somebody(&whom) => whom,
        _ => return None,
    };
    let described = person.as_ref().map_or_else(String::new, |(_, range)| description(rest, range));
    let on = dates::days(text, ground.sent_on).first().map(|(_, day)| *day);
    Some(meet(voices, Person { name: whom, described, kind, on, sentence: index, is_met: true }))
}

/// Keeps a contact. Who was met before is met again where the day or the kind is another one.
fn meet(voices: &mut Voices, met: Person) -> usize {
    let Some(known) = find(voices, &met.name) else {
        voices.persons.push(met);
        return voices.persons.len() - 1;
    };
    let person = &mut voices.persons[known];
    let another_day = person.on.is_some() && met.on.is_some() && person.on != met.on;
    if !person.is_met {
        (person.kind, person.on, person.is_met) = (met.kind, person.on.or(met.on), true);
        return known;
    }
    if another_day || (person.kind != met.kind && person.sentence != met.sentence) {
        let (name, described) = (person.name.clone(), person.described.clone());
        voices.persons.push(Person { name, described, ..met });
        return voices.persons.len() - 1;
    }
    person.on = person.on.or(met.on);
    known
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
    let before = text[..name.start].trim().trim_end_matches(',');
    let article =
        before.split(' ').next().filter(|word| matches!(word.to_lowercase().as_str(), "the" | "its" | "their" | "his" | "her" | "a"));
    let before = article.and_then(|word| before.strip_prefix(word)).unwrap_or(before).trim();
    let before = before.trim_end_matches(['.', ' ']).rsplit([',', ';']).next().unwrap_or_default().trim();
    let before = before.rsplit(". ").next().unwrap_or_default();
    let after = text[name.end..].trim_start();
    if let Some(office) = OF_OFFICE.captures(after) {
        return office[1].to_owned();
    }
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
        .rposition(|person| person.name.eq_ignore_ascii_case(name) || names::surname(&person.name).to_lowercase() == surname)
}

/// Who asserts a sentence: by `according to`, by the name or pronoun before the verb.
fn speaker(ground: &Ground<'_>, voices: &mut Voices, index: usize, last: Option<usize>) -> (Option<usize>, Option<String>) {
    let text = &ground.sentences[index].text;
    if let Some(by) = ACCORDING.captures(text).and_then(|found| found.get(1)) {
        let by = by.as_str().trim_end_matches(['.', ',']).trim_start_matches("the ");
        return match find(voices, by) {
            Some(known) => (Some(known), None),
            None => (None, Some(by.to_owned())),
        };
    }
    let Some(said) = SAID.find(text).map(|found| found.range()) else { return (None, None) };
    let before = &text[..said.start];
    if OWN_PEOPLE.is_match(before) || UNSAID.is_match(before) {
        return (None, None);
    }
    if PRONOUN.is_match(before) {
        return (last, None);
    }
    let (kind, on) = manner(ground, index, &said);
    let is_met = tells_post(text);
    // The same person on another day, or by another way, is another contact.
    let again = |voices: &mut Voices, known: usize| {
        let person = voices.persons[known].clone();
        if is_met && on.is_some() { meet(voices, Person { kind, on, sentence: index, is_met: true, ..person }) } else { known }
    };
    let words = before.to_lowercase();
    let named = voices.persons.iter().rposition(|person| {
        let surname = names::surname(&person.name).to_lowercase();
        surname.len() > 2 && words.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == surname)
    });
    if let Some(known) = named {
        return (Some(again(voices, known)), None);
    }
    let introduced = names::person(before).map(|(name, range)| (name, description(text, &range)));
    let known_name = || {
        let word = before.trim().rsplit(' ').next().unwrap_or_default().trim_end_matches(',').to_lowercase();
        voices.heard.get(&word).map(|name| (name.clone(), String::new()))
    };
    let somebody = SOMEBODY.captures(before).and_then(|found| found.get(1)).map(|found| found.as_str().to_owned());
    if let Some((name, described)) = introduced.or_else(known_name) {
        voices.persons.push(Person { name, described, kind, on, sentence: index, is_met });
        return (Some(voices.persons.len() - 1), None);
    }
    // Whoever else is the subject of a verb of saying says it, and not the post.
    let subject = after_day(before.trim()).trim_end_matches([' ', ',']);
    let subject = subject.strip_prefix("The ").or_else(|| subject.strip_prefix("the ")).unwrap_or(subject);
    let plain = subject.to_lowercase().replace("co. ", "").replace("ltd.", "").replace("inc.", "").replace("s.a.", "").replace("corp.", "");
    let own = super::words::is_own(subject);
    let is_short = !own && !subject.is_empty() && subject.split(' ').count() <= 9 && !plain.contains(['.', ';', ':']);
    let somebody = somebody.or_else(|| is_short.then(|| subject.trim_end_matches([' ', ',']).to_owned()));
    match somebody {
        // An office that tells the embassy something is a contact.
        Some(name) if is_met && is_somebody(&name) => {
            let name = in_full(ground, index, name);
            let met = Person { name, described: String::new(), kind, on, sentence: index, is_met };
            (Some(meet(voices, met)), None)
        }
        somebody => (None, somebody),
    }
}

/// What stands after `On March 3, ` at the begin of a sentence.
fn after_day(text: &str) -> &str {
    let is_day = text.to_lowercase().starts_with("on ") && text.bytes().take(24).any(|byte| byte.is_ascii_digit());
    match text.find(", ").filter(|at| is_day && *at < 30) {
        Some(at) => &text[at + 2..],
        None => text,
    }
}

/// `of SUCAMEC`, `from the Ministry of Defense`, right after a name.
static OF_OFFICE: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(r"^(?:of|from) (?:the )?([A-Z][\w&'-]*(?: (?:of|and|for|&)?(?: the)? ?[A-Z][\w&'-]*){0,6})(?:,|\.| who| on | and |$)")
        .expect("it is a pattern")
});

/// Who answered, and who wrote: in these case matters, a name has capitals.
static ANSWERED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"([A-Z][\w'&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w'&-]*){0,7})";
    regex::Regex::new(&format!(r"(?:^|[.,;] )(?:The )?{name}(?: has| had)? (?:answered|replied|wrote|responded|informed|confirmed)\b"))
        .expect("it is a pattern")
});
static THEIRS: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(r"(?:^|[.,;] )(?:The )?([A-Z][\w&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w&-]*){0,7})['\x{2019}]s? (?:\w+ )?(?:reply|answer|letter|note|response)\b")
        .expect("it is a pattern")
});
static SENT_TO: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(r"\b(?:letter|note|request|questions?|wrote) (?:\w+ ){0,3}to (?:the )?([A-Z][\w&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w&-]*){0,7})")
        .expect("it is a pattern")
});
static WRITER: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"([A-Z][\w.'&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w.'&-]*){0,9})";
    regex::Regex::new(&format!(r"\b(?:from|by|letter of|note of|sent by|signed by|received from) (?:the )?{name}"))
        .expect("it is a pattern")
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
        } else if lower.contains("letter") || REPLY.is_match(lower) {
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
        .or_else(|| THEIRS.captures(text))
        .or_else(|| WRITER.captures(text))
        .or_else(|| before.find_map(|at| SENT_TO.captures(&ground.sentences[at].text)))
        .map_or_else(|| "the writer of the quoted text".to_owned(), |found| found[1].to_owned());
    let name = in_full(ground, at, name);
    let own = dates::days(&ground.sentences[index].text, ground.sent_on).first().map(|(_, day)| *day);
    let on = dates::days(text, ground.sent_on).last().map(|(_, day)| *day).or(own);
    voices.persons.push(Person { name, described: "quoted in the telegram".into(), kind, on, sentence: at, is_met: true });
    Some(voices.persons.len() - 1)
}

/// `Ministry` in full, as it was named last.
fn in_full(ground: &Ground<'_>, sentence: usize, name: String) -> String {
    if name.contains(' ') {
        return name;
    }
    let addressee = |text: &str| SENT_TO.captures(text).map(|found| found[1].to_owned()).filter(|to| to.contains(&name));
    let full = |at: usize| names::authority_called(&ground.sentences[at].text, &name).or_else(|| addressee(&ground.sentences[at].text));
    let before = (0..=sentence).rev().take(12).find_map(full);
    before.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_the_post_is_a_contact() {
        assert!(tells_post("The registry told Poloff on May 3 that it had no record"));
        assert!(tells_post("He said by telephone that the firm moved"));
        assert!(!tells_post("The registry told the firm that it had no record"));
    }

    #[test]
    fn the_day_at_the_begin_is_no_part_of_the_subject() {
        assert_eq!(after_day("On May 4, the director"), "the director");
        assert_eq!(after_day("On the whole, the director"), "On the whole, the director");
    }
}
