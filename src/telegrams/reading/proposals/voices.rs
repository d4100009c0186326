//! Who speaks in a sentence. Somebody the post met, or who is introduced by name, speaks until somebody else does; `he` is who spoke last
//! in the paragraph. The embassy's own people report and are nobody's voice.

use std::{collections::HashMap, ops::Range};

use time::Date;

use super::{
    dates, events,
    ground::Ground,
    names::{self, Named},
    persons, quoted,
    subjects::{self, Subject},
    words::{ACCORDING, SAID, exact, patterns},
};
use crate::{evidence::model::ContactKind, telegrams::reading::PieceKind};

patterns! {
    /// A saying that did not happen asserts nothing.
    UNSAID = r"\b(?:has|have|had|did|does|do|was|were|could|would|will) (?:not|never)(?: yet)?(?: been)?(?: able to)?\s*$|\b(?:never|cannot|yet to|unable to|refused to|declined to)\s*$";
    /// Who is told something does not say it.
    PASSIVE = r"\b(?:is|are|was|were|been|be|being|as)\s+$";
    MAILED = r"\b(?:e-?mailed|in an (?:\w+ ){0,3}e-?mail|by e-?mail|via e-?mail)\b";
    NOTED = r"\bdiplomatic note\b|\bnote verbale\b|\bdip(?:lomatic)? ?note\b";
    PRONOUN = r"^(?:\W*)(?:he|she|they|(?:the|its|this) (?:note|letter|e-?mail))\b";
    /// `..., he said.`
    HE_LAST = r", (?:he|she)\s+$";
    /// The one who spoke last, in whatever paragraph.
    SAME = r"^\W*(?:the )?same (?:official|officer|man|woman|person|source|contact|manager|director|adviser|individual|representative)\b";
    BY_LETTER = r"\b(?:in|by|via) (?:a |an |its |his |their )?(?:\w+ )?letter\b|\bin writing\b";
    PHONE = r"\b(?:by|over the|on the|via) (?:tele)?phone\b|\btelephonic(?:ally)?\b|\b(?:in|during) (?:a|an|the|that) (?:\w+ )?(?:(?:tele)?phone )?(?:call|telephone conversation)\b|\bcalled back\b";
    ON_SITE = r"\bduring (?:a|an|the|that|our) (?:\w+ )?(?:site )?visit\b";
    IN_MEETING = r"\b(?:in|at|during) (?:a|an|the|that) (?:\w+ ){0,3}(?:meeting|interview)\b";
    /// What one telegram repeats of another, or another post was told.
    ELSEWHERE = r"\b(?:per|in|according to) ref(?:tel|s)?\b";
    /// Who is asked answers the embassy.
    CONTACTED = r"^\W*(?:when )?(?:reached|contacted|asked|queried|pressed|questioned|interviewed|telephoned|called)\b";
    /// Before a day: it is when something was said.
    ITS_DAY = r"(?:^|\b(?:on|an?|phone|e-?mail|call|letter|meeting|visit|dated|of)|[,(])\s*$";
    SAME_DAY = r"\b(?:the|that) same day\b";
    /// Between a verb of saying and its day: `told Econoff October 12`.
    DIRECTLY = r"^\s+(?:(?:to )?(?:the |our |an? )?(?:\w+ )?(?:post|embassy|poloffs?|econoffs?|emboffs?|conoffs?|rso|arso|datt|dao|odc|us|fcs|officers?|specialists?|attach\w+)(?:,? and (?:the )?\w+)? )?$";
    /// What somebody is, as a clause.
    WHO_HEADS = r"^who (?:heads|leads|runs|owns|directs|manages|represents)\b";
    /// Another speaker begins in the same sentence.
    TURN = r"(?:, (?:but|while|whereas|although)|;)(?: that)? ";
}

/// Somebody whose words are reported.
#[derive(Debug, Clone)]
pub struct Person {
    /// As the telegram names them, with title; where only an office, firm or place is told, that.
    pub name: String,
    /// What they are, in its words.
    pub described: String,
    /// How the post came to their words.
    pub kind: ContactKind,
    /// When.
    pub on: Option<Date>,
    /// Where, at a visit.
    pub place: Option<String>,
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
    /// Somebody else who speaks in a sentence: `the owner`. Without a name it is [`NOBODY`].
    pub somebody: Vec<Option<String>>,
    /// Where in a sentence another speaker goes on, and who.
    pub turns: Vec<Option<(usize, usize)>>,
    /// Firms and offices that are named.
    pub names: Vec<Named>,
    /// Persons that were named before, by their surnames: the full name, and what they are.
    heard: HashMap<String, (String, String)>,
}

/// Who speaks where nobody is named: it is no word of the embassy's.
pub const NOBODY: &str = "a contact";

impl Voices {
    /// Who asserts a sentence, by name.
    pub fn who(&self, sentence: usize) -> Option<String> {
        let person = self.speaks.get(sentence).copied().flatten().map(|index| self.persons[index].name.clone());
        person.or_else(|| self.somebody.get(sentence).cloned().flatten())
    }

    /// A person that was named in full before, by the surname.
    pub fn heard(&self, surname: &str) -> Option<(String, String)> {
        self.heard.get(&surname.to_lowercase()).cloned()
    }

    /// The firm or office a text names first, and where.
    pub fn organization(&self, text: &str) -> Option<(String, usize)> {
        names::mentioned(&self.names, text)
    }
}

/// At most so many persons speak in one telegram; whoever comes after is not listened to.
const MOST: usize = 200;

/// What a sentence is heard to say.
#[derive(Default)]
struct Heard {
    speaks: Option<usize>,
    somebody: Option<String>,
    turn: Option<(usize, usize)>,
}

/// Who may be meant by the next sentence.
struct Scene {
    paragraph: usize,
    /// Who spoke or was met last in the paragraph.
    last: Option<usize>,
    /// A contact of the paragraph with a firm or at a place, of whom no person was named.
    faceless: Option<usize>,
    /// Who spoke last in any paragraph.
    ever: Option<usize>,
}

/// Listens to every sentence.
pub fn listen(ground: &Ground<'_>) -> Voices {
    let mut voices = Voices { names: names::named(ground), ..Voices::default() };
    let mut scene = Scene { paragraph: usize::MAX, last: None, faceless: None, ever: None };
    let mut letter: Option<usize> = None;
    for (index, sentence) in ground.sentences.iter().enumerate() {
        if sentence.paragraph != scene.paragraph {
            (scene.last, scene.faceless, scene.paragraph) = (None, None, sentence.paragraph);
        }
        let mut heard = Heard::default();
        match sentence.kind {
            _ if voices.persons.len() >= MOST => {}
            PieceKind::Comment => {}
            PieceKind::Quotation => {
                heard.speaks = letter.or_else(|| quoted::writer(ground, &mut voices, index));
                letter = heard.speaks;
            }
            _ => {
                letter = None;
                heard = hear(ground, &mut voices, index, &mut scene);
            }
        }
        if sentence.kind != PieceKind::Quotation {
            remember(&mut voices, &sentence.text);
        }
        voices.speaks.push(heard.speaks);
        voices.somebody.push(heard.somebody);
        voices.turns.push(heard.turn);
    }
    voices
}

/// The persons a sentence names in full.
fn remember(voices: &mut Voices, text: &str) {
    for (name, range) in persons::persons(text) {
        if voices.heard.len() < MOST && voices.organization(&name).is_none() {
            let described = description(text, &range);
            voices.heard.insert(persons::surname(&name).to_lowercase(), (name, described));
        }
    }
}

/// What a sentence of the embassy's own text reports.
fn hear(ground: &Ground<'_>, voices: &mut Voices, index: usize, scene: &mut Scene) -> Heard {
    let sentence = &ground.sentences[index];
    let mut heard = Heard::default();
    if let Some(event) = events::event(ground, voices, index) {
        scene.last = event.alone.then_some(event.person);
        let met = &voices.persons[event.person];
        let is_faceless = persons::person(&met.name).is_none() && voices.heard(persons::surname(&met.name)).is_none();
        scene.faceless = is_faceless.then_some(event.person);
        let said = said(&sentence.lower).is_some_and(|said| !UNSAID.is_match(&sentence.lower[..said.start]));
        let does = sentence.lower.find(", who ").is_some_and(|at| !WHO_HEADS.is_match(&sentence.lower[at + 2..]));
        let speaks = said || does || ACCORDING.is_match(&sentence.text);
        heard.speaks = (event.alone && speaks).then_some(event.person);
    }
    if heard.speaks.is_none() {
        heard = speaker(ground, voices, index, scene);
        scene.last = heard.speaks.or_else(|| begins_with(voices, &sentence.text)).or(scene.last);
    }
    events::paper_sent(ground, voices, index, scene.last);
    scene.ever = heard.speaks.or(scene.ever);
    heard
}

/// A person who is known already and whom a sentence begins with: `Andrade expects that`.
fn begins_with(voices: &Voices, text: &str) -> Option<usize> {
    let mut words = text.split(' ').filter(|word| !word.ends_with('.')).map(|word| word.trim_end_matches(','));
    let (first, second) = (words.next()?, words.next()?);
    let verb = second.starts_with(char::is_lowercase) || second.bytes().all(|byte| byte.is_ascii_uppercase());
    known_in(voices, first).filter(|_| verb)
}

/// Words that tell the embassy something: a contact, and not only somebody's words.
pub fn tells_post(text: &str) -> bool {
    patterns! {
        TOLD_POST = r"\b(?:told|informed|advised|assured|(?:confirmed|said|explained|stated|reported) to|wrote to|replied to|answered|called|showed|gave|handed|met with) (?:the |our |an? )?(?:post|embassy|poloffs?|econoffs?|emboffs?|conoffs?|polassist|rso|arso|datt|dao|odc|us\b|fcs|econ|pol|les|(?:embassy|consular|commercial|econ(?:omic)?|pol(?:itical)?(?:[-/ ]?(?:mil(?:itary)?|econ))?) (?:officers?|assistants?|specialists?))\b";
    }
    TOLD_POST.is_match(text) || PHONE.is_match(text)
}

/// How and when somebody said what a sentence reports, where the sentence itself tells.
fn manner(ground: &Ground<'_>, index: usize, lead: usize, said: &Range<usize>) -> (ContactKind, Option<Date>) {
    let text = &ground.sentences[index].text;
    // What comes after `that` is another day.
    let reported = text[said.start..].find(" that ").map_or(text.len(), |at| said.start + at);
    let told = &text[..reported];
    let wrote = text[said.clone()].to_lowercase().starts_with("wr");
    let kind = if PHONE.is_match(told) {
        ContactKind::Call
    } else if MAILED.is_match(told) {
        ContactKind::Email
    } else if NOTED.is_match(told) {
        ContactKind::DiplomaticNote
    } else if BY_LETTER.is_match(told) || (wrote && tells_post(text)) {
        ContactKind::Letter
    } else if ON_SITE.is_match(told) {
        ContactKind::SiteVisit
    } else {
        ContactKind::Meeting
    };
    let written = matches!(kind, ContactKind::Letter | ContactKind::DiplomaticNote | ContactKind::Email);
    let its = |at: usize| {
        let before = text[..at].to_lowercase();
        let paper = before.ends_with("dated ") || before.ends_with(" of ");
        ITS_DAY.is_match(&before) && (written || !paper)
    };
    let told_on = |at: usize| at >= said.end && DIRECTLY.is_match(&text[said.end..at]);
    let near = |at: usize| at < lead || at < said.start || (at >= said.end && at < reported && at < said.end + 60);
    let days = dates::days(text, ground.told_by);
    (kind, days.into_iter().find(|(range, _)| near(range.start) && (its(range.start) || told_on(range.start))).map(|(_, day)| day))
}

/// `The Ministry of Defense answered by diplomatic note of 2 May`: the answer is a contact, and what it says may follow.
pub fn answered_by_paper(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    patterns! {
        PAPER = r"\b(?:answered|replied|responded|wrote|confirmed)\b[^.]{0,50}?\b(?:by|in|with|via)(?: a| its| an)? (?:\w+ )?(diplomatic note|note verbale|letter|e-?mail)\b";
    }
    let text = &ground.sentences[index].text;
    let paper = PAPER.captures(text)?;
    let name = ANSWERED.captures(text)?[1].to_owned();
    // A letter that is quoted below is kept there.
    if events::quoted_below(ground, index) || subjects::is_own(&name) {
        return None;
    }
    let kind = events::paper(&paper[1]);
    let after = paper.get(0).map_or(0, |found| found.end());
    let on = dates::days(text, ground.told_by).into_iter().find(|(range, _)| range.start >= after).map(|(_, day)| day);
    let name = in_full(ground, index, name);
    Some(meet(voices, Person { name, described: String::new(), kind, on, place: None, sentence: index, is_met: true }))
}

/// Keeps a contact. Who was met before is met again where the day or the kind is another one.
pub fn meet(voices: &mut Voices, met: Person) -> usize {
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

/// `Ms. Carla Whyte` and `Whyte`: the person of that name who was met last.
pub fn find(voices: &Voices, name: &str) -> Option<usize> {
    let surname = persons::surname(name).to_lowercase();
    let is_person = |person: &Person| person.place.as_ref().is_none_or(|place| *place != person.name);
    voices
        .persons
        .iter()
        .rposition(|person| person.name.eq_ignore_ascii_case(name) || (is_person(person) && persons::is_surname(&person.name, &surname)))
}

/// The first verb of saying of a text that is one: in `the listed dealer` and `the dealer listed on the license` nobody says anything.
pub fn said(text: &str) -> Option<Range<usize>> {
    patterns! {
        ARTICLE = r"\b(?:the|an?|its|his|her|their|our|any|this|that|no)(?: \w+ly)?\s+$";
        ON_PAPER = r"^ (?:on|in|as|under|at|by|for|above|below)\b";
    }
    let real = |found: &regex::Match<'_>| {
        let on_paper = found.as_str().eq_ignore_ascii_case("listed") && ON_PAPER.is_match(&text[found.end()..]);
        !on_paper && !ARTICLE.is_match(&text[..found.start()])
    };
    SAID.find_iter(text).find(real).map(|found| found.range())
}

/// `The law covers it, an official of the branch added`: the speaker of a sentence that begins with what is said.
fn last_named(before: &str) -> Option<&str> {
    patterns! {
        NOMINAL = r"^(?:an?|the) [^,]*\b(?:official|officer|director|manager|owner|spokes\w+|representative|clerk|chief|head|adviser|employee)\b";
    }
    let before = before.trim_end();
    let (first, last) = before.rsplit_once(", ")?;
    (!before.ends_with(',') && first.contains(' ') && !last.contains(" and ") && NOMINAL.is_match(last)).then_some(last)
}

/// Who asserts a sentence: by `according to`, by the name or pronoun before the verb.
fn speaker(ground: &Ground<'_>, voices: &mut Voices, index: usize, scene: &Scene) -> Heard {
    let text = &ground.sentences[index].text;
    if let Some(by) = ACCORDING.captures(text).and_then(|found| found.get(1)) {
        return according(voices, by.as_str());
    }
    let Some(said) = said(text) else { return Heard::default() };
    let before = &text[..said.start];
    let mut subject = subjects::subject(before);
    subject.words = last_named(subject.words_in(before)).unwrap_or(subject.words);
    let begins = begins_with(voices, text).is_some();
    let own = !begins && subjects::is_own(if subject.words.is_empty() { before } else { subject.words });
    if UNSAID.is_match(before) || own {
        return Heard::default();
    }
    let nobody = Heard { somebody: Some(NOBODY.to_owned()), ..Heard::default() };
    if PASSIVE.is_match(before) || subject.words.is_empty() {
        return nobody;
    }
    // `Whyte did not know the rules until they were explained, and promised to abide by them`.
    let promised = SAID.find_iter(text).any(|said| text[..said.start()].ends_with(" and "));
    let long = subject.words.split(' ').count() > 3 && before.ends_with(" and ");
    if let Some(known) = begins_with(voices, text).filter(|_| promised && (long || subjects::is_phrase(subject.words))) {
        return Heard { speaks: Some(known), ..Heard::default() };
    }
    if PRONOUN.is_match(subject.words) || HE_LAST.is_match(before) {
        return scene.last.map_or(nobody, |last| Heard {
            speaks: Some(last),
            turn: turn(ground, voices, index, said.end),
            ..Heard::default()
        });
    }
    let Some(mut heard) = subject_speaks(ground, voices, index, scene, &subject, &said) else { return nobody };
    heard.turn = heard.speaks.and_then(|_| turn(ground, voices, index, said.end));
    heard
}

/// `According to the owner, ...`.
fn according(voices: &Voices, by: &str) -> Heard {
    let by = by.trim_end_matches(['.', ',']).trim_start_matches("the ");
    if let Some(known) = find(voices, by) {
        return Heard { speaks: Some(known), ..Heard::default() };
    }
    let own = subjects::is_own(by);
    let somebody = subjects::office(by).unwrap_or_else(|| NOBODY.to_owned());
    Heard { somebody: (!own).then_some(somebody), ..Heard::default() }
}

/// Whoever is the subject of a verb of saying says it.
fn subject_speaks(
    ground: &Ground<'_>,
    voices: &mut Voices,
    index: usize,
    scene: &Scene,
    subject: &Subject<'_>,
    said: &Range<usize>,
) -> Option<Heard> {
    let text = &ground.sentences[index].text;
    let (kind, on) = manner(ground, index, subject.lead.len(), said);
    let on = on.or_else(|| SAME_DAY.find(text).is_some_and(|day| day.start() < said.end + 40).then(|| voices.persons.last()?.on).flatten());
    // `confirmed May 4 that`: what is said on a day is said to the embassy.
    let on_day = |day: &Range<usize>| day.start >= said.end && DIRECTLY.is_match(&text[said.end..day.start]);
    let is_met = tells_post(text)
        || dates::written(text).iter().any(on_day)
        || CONTACTED.is_match(subject.lead)
        || IN_MEETING.is_match(&text[..said.start])
        || ON_SITE.is_match(&text[..said.start]);
    let elsewhere = ELSEWHERE.is_match(subject.lead) || told_elsewhere(ground, text);
    let known = if SAME.is_match(subject.words) { scene.ever } else { known_in(voices, subject.words) };
    let speaks = |person: usize| Some(Heard { speaks: Some(person), ..Heard::default() });
    if let Some(known) = known {
        // The same person on another day, or by another way, is another contact.
        let person = voices.persons[known].clone();
        let again = is_met && on.is_some();
        return speaks(if again { meet(voices, Person { kind, on, sentence: index, is_met: true, ..person }) } else { known });
    }
    if subjects::is_the_firm(subject.words) {
        return Some(Heard { somebody: Some(subject.words.to_lowercase()), ..Heard::default() });
    }
    let (name, described) = events::named_subject(ground, voices, index, subject.words)?;
    let is_person = persons::person(&name).is_some() || voices.heard(persons::surname(&name)).is_some();
    let described = office_of(subject.lead, described, is_person);
    if elsewhere || !(is_person || is_met) {
        return Some(Heard { somebody: Some(name), ..Heard::default() });
    }
    let plain = kind == ContactKind::Meeting && on.is_none();
    let visit = scene.faceless.or_else(|| faceless_of(voices, &described)).filter(|_| plain && is_person);
    if let Some(visit) = visit.filter(|visit| fits(voices, *visit, &described)) {
        face(&mut voices.persons[visit], name, described);
        return speaks(visit);
    }
    let person = Person { name, described, kind, on, place: None, sentence: index, is_met };
    if is_person && !is_met {
        voices.persons.push(person);
        return speaks(voices.persons.len() - 1);
    }
    speaks(meet(voices, person))
}

/// The contact with an office, of which no person was named, to which a description belongs: `deputy head of the DG`.
fn faceless_of(voices: &Voices, described: &str) -> Option<usize> {
    let is_short = |short: &str| short.len() > 1 && short.bytes().all(|byte| byte.is_ascii_uppercase());
    voices.persons.iter().rposition(|person| {
        let short = voices.names.iter().find(|name| name.name == person.name).and_then(|name| name.short.as_deref());
        let short = short.unwrap_or(&person.described);
        person.is_met
            && person.kind == ContactKind::Meeting
            && person.on.is_some()
            && persons::person(&person.name).is_none()
            && is_short(short)
            && names::is_in(described, short)
    })
}

/// Whether a person may be whom the embassy met at a firm or place: no other firm is named with them.
fn fits(voices: &Voices, visit: usize, described: &str) -> bool {
    let of = voices.organization(described).map(|(name, _)| name);
    let at = &voices.persons[visit];
    of.is_none_or(|of| at.name.contains(&of) || of.contains(&at.name) || at.place.as_ref().is_some_and(|place| place.contains(&of)))
}

/// Who was met at a firm or place is named after all.
fn face(met: &mut Person, name: String, described: String) {
    let was = std::mem::replace(&mut met.name, name);
    if met.kind == ContactKind::SiteVisit && met.place.is_none() {
        met.place = Some(was.clone());
    }
    let told = described.contains(&was) || met.place.as_ref() == Some(&was);
    met.described = match (told, described.is_empty()) {
        (true, _) => described,
        (false, true) => was,
        (false, false) => format!("{described}, {was}"),
    };
}

/// `At the State Service for Roads, deputy head Lind Arno`: the office stands in front.
fn office_of(lead: &str, described: String, is_person: bool) -> String {
    let lead = lead.trim().trim_end_matches(',');
    let at = lead.strip_prefix("At the ").or_else(|| lead.rsplit_once(" at the ").map(|(_, office)| office));
    let office = at.and_then(subjects::office);
    let Some(office) = office.filter(|office| is_person && office.starts_with(char::is_uppercase)) else { return described };
    if described.is_empty() { office } else { format!("{described}, {office}") }
}

/// Whether the words were told to another embassy, or to the press.
fn told_elsewhere(ground: &Ground<'_>, text: &str) -> bool {
    patterns! {
        TOLD_OTHERS = r"\b(?:told|informed) (?:the |a )?(?:\w+ )?(?:press|media|newspapers?|reporters?|journalists?|courts?|parliament)\b";
        TOLD = r"\b(?:told|informed|advised|assured) (?:embassy|consulate|amembassy|amconsul)(?: general)? ([a-z]+(?: [a-z]+)?)\b";
    }
    if TOLD_OTHERS.is_match(text) {
        return true;
    }
    let Some(told) = TOLD.captures(text) else { return false };
    let from = ground.reading.header.from.as_deref().unwrap_or_default().to_lowercase();
    let place = told[1].to_lowercase();
    let begins = told[1].starts_with(char::is_uppercase) && text.bytes().any(|byte| byte.is_ascii_lowercase());
    begins && !from.is_empty() && !place.split(' ').any(|word| from.contains(word))
}

/// A person who is known already, named by surname as the subject, and not as whose firm or lawyer it is.
fn known_in(voices: &Voices, subject: &str) -> Option<usize> {
    let head = subject.split(", ").next().unwrap_or_default().to_lowercase().replace('\u{2019}', "'");
    let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '\'')).collect();
    voices.persons.iter().rposition(|person| {
        let surname = persons::surname(&person.name).to_lowercase();
        let whole = person.name.to_lowercase();
        let last = words.iter().rev().find(|word| !word.ends_with("ly"));
        let alone = surname.len() > 2 || head == surname;
        surname.len() > 1
            && alone
            && words.len() <= 6
            && (head.ends_with(&whole) || last.is_some_and(|word| persons::is_surname(&person.name, word)))
    })
}

/// Another speaker in the same sentence: `..., but the Ministry denied it`.
fn turn(ground: &Ground<'_>, voices: &mut Voices, index: usize, from: usize) -> Option<(usize, usize)> {
    let text = &ground.sentences[index].text;
    TURN.find_iter(text).filter(|found| found.start() >= from).take(4).find_map(|found| {
        let clause = &text[found.end()..];
        let said = SAID.find(clause)?;
        let before = &clause[..said.start()];
        let subject = subjects::subject(before);
        if UNSAID.is_match(before) || PASSIVE.is_match(before) || PRONOUN.is_match(subject.words) {
            return None;
        }
        let (name, described) = events::named_subject(ground, voices, index, subject.words)?;
        let (start, end) = (found.end() + said.start(), found.end() + said.end());
        let (kind, _) = manner(ground, index, 0, &(start..end));
        let on = dates::days(before, ground.told_by).first().map(|(_, day)| *day);
        let is_met = !dates::written(before).is_empty();
        let person = Person { name, described, kind, on, place: None, sentence: index, is_met };
        Some((found.end(), meet(voices, person)))
    })
}

/// What stands around a name: `DECAM director` before it, `, a career officer on loan,` after it.
pub fn description(text: &str, name: &std::ops::Range<usize>) -> String {
    let before = text[..name.start].trim().trim_end_matches([',', '(']);
    let article =
        before.split(' ').next().filter(|word| matches!(word.to_lowercase().as_str(), "the" | "its" | "their" | "his" | "her" | "a"));
    let before = article.and_then(|word| before.strip_prefix(word)).unwrap_or(before).trim();
    let before = before.trim_end_matches(['.', ' ']).rsplit([',', ';']).next().unwrap_or_default().trim();
    let before = before.rsplit(". ").next().unwrap_or_default();
    let before =
        if before.ends_with(" and") || matches!(before.to_lowercase().as_str(), "only" | "even" | "also" | "both" | "however" | "then") {
            ""
        } else {
            before
        };
    let after = text[name.end..].trim_start();
    let function = FUNCTION_LAST.find(before).filter(|_| before.split(' ').count() > 8 || subjects::is_phrase(before));
    let before = function.map_or(before, |function| function.as_str());
    let before_is_long = before.is_empty() || before.split(' ').count() > 8 || subjects::is_phrase(before);
    if let Some(office) = OF_OFFICE.captures(after) {
        let office = office[1].trim_end_matches("'s").to_owned();
        return if before_is_long { office } else { format!("{before}, {office}") };
    }
    let in_brackets = after.starts_with('(');
    let after = after
        .strip_prefix([',', '('])
        .map(str::trim_start)
        .filter(|rest| !rest.starts_with("who ") || WHO_HEADS.is_match(rest))
        .unwrap_or_default();
    let stops: &[char] = if in_brackets { &[',', ';', ')'] } else { &[',', ';'] };
    let end = after.find(stops).or_else(|| SAID.find(after).map(|found| found.start())).unwrap_or(after.len());
    let office = after[end..].strip_prefix(", ").and_then(office_first);
    let after = after[..end].trim().trim_end_matches('.').trim_end_matches(" of").trim_end_matches(" of the");
    let after = if after.split(' ').count() > 14 || subjects::goes_on(after) { "" } else { after };
    match (before_is_long, after.is_empty()) {
        (false, _) => before.trim_end_matches(['(', ' ']).to_owned(),
        (true, false) if after.starts_with("the ") => after[4..].to_owned(),
        (true, false) => office.map_or_else(|| after.to_owned(), |office| format!("{after}, {office}")),
        (true, true) => String::new(),
    }
}

/// `chief of signals, Northern National Guard (NNG), ...`: the office of a function.
fn office_first(text: &str) -> Option<String> {
    let office = text.split([',', ';', '(']).next()?.trim().trim_end_matches('.');
    let capitals = office.split(' ').all(|word| word.starts_with(char::is_uppercase) || matches!(word, "of" | "and" | "for" | "the"));
    (capitals && office.contains(' ') && subjects::is_office(office)).then(|| office.to_owned())
}

/// `Ardal's export manager`, at the end of a longer text.
static FUNCTION_LAST: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let function = r"(?:director|manager|owner|representative|president|chief|head|partner|proprietor|chairman|officer|official|secretary|commander|adviser|broker)";
    exact(&format!(r"(?:[A-Z][\w&.-]*(?: [A-Z][\w&.-]*){{0,4}}['\x{{2019}}]s? )?(?:[a-z-]+ ){{0,1}}{function}$"))
});

/// `of SUCAMEC`, `from the Ministry of Defense`, `of the arms registry`, right after a name.
static OF_OFFICE: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let office = r"(?:registry|ministry|directorate|office|police|department|customs|army|agency|authority|bureau|service|unit)";
    exact(&format!(
        r"^(?:of|from) (?:the |The )?([A-Z][\w&'-]*(?: (?:of|and|for|&)?(?: the)? ?[A-Z][\w&'-]*){{0,6}}(?: [a-z]+){{0,3}} {office}|(?:[a-z]+ ){{0,3}}{office}\b|[A-Z][\w&'-]*(?: (?:of|and|for|&)?(?: the)? ?[A-Z][\w&'-]*){{0,6}})(?:\b|$)"
    ))
});

/// Who answered, and who wrote: in these case matters, a name has capitals.
pub static ANSWERED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"([A-Z][\w'&-]*(?: (?:of|and|the|for|&)?(?: the)? ?[A-Z][\w'&-]*){0,7})";
    exact(&format!(r"(?:^|[.,;] )(?:The )?{name}(?: has| had)? (?:answered|replied|wrote|responded|informed|confirmed)\b"))
});

/// `Ministry` in full, as it was named last.
pub fn in_full(ground: &Ground<'_>, sentence: usize, name: String) -> String {
    if name.contains(' ') {
        return name;
    }
    let addressee = |text: &str| quoted::SENT_TO.captures(text).map(|found| found[1].to_owned()).filter(|to| to.contains(&name));
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
}
