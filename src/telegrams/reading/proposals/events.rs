//! Contacts that a sentence tells: the embassy met, called, visited or wrote to somebody, or somebody came to it. Whom is a person, an office
//! or a firm; of a stretch of a sentence no contact is made.

use std::ops::Range;

use time::Date;

use super::{
    dates,
    ground::Ground,
    names, persons, subjects,
    voices::{MAILED, PHONE, PRONOUN, Person, SAME, Voices, answered_by_paper, description, find, in_full, meet, tells_post},
    words::{SAID, exact, patterns},
};
use crate::{evidence::model::ContactKind, telegrams::reading::PieceKind};

patterns! {
    MET = r"\b(?:met (?:\w+ )?with|met|interviewed|sat down with|discussed [^.]{0,60}? with|consulted (?:with )?|conferred with)\s+";
    CALLED = r"\b(?:telephoned|phoned|called|spoke (?:\w+ )?(?:by|over the|on the) (?:tele)?phone (?:(?:on |again )?[^,.]{3,20}? )?with|spoke on the (?:tele)?phone with|reached)\s+";
    SPOKE = r"\b(?:spoke (?:on [^,.]{3,20} |(?:\d{1,2} \w{3,9}|\w{3,9}\.? \d{1,2})(?:,? \d{4})? )?(?:with|to)|speaking with|contacted|queried|approached|(?:confirmed|verified|checked) (?:[\w#-]+ ){0,3}with)\s+";
    VISITED = r"\b(?:visited|(?:made|conducted|paid) (?:a|an) (?:\w+ ){0,2}visit to|(?:travell?ed|drove|went|flew|returned) (?:(?:on )?(?:\d{1,2} \w{3,9}|\w{3,9}\.? \d{1,2})(?:,? \d{4})? )?to|(?:called|stopped) at|toured|inspected|(?:checked|counted|examined|sighted) [^.;]{1,60}? (?:at|in)|saw|w(?:as|ere) shown)\s+";
    /// These are events by themselves, whoever is the subject.
    MEETING_WITH = r"\b(?:meetings? with|interviews? with)\s+";
    CALL_WITH = r"\b(?:(?:tele)?phone (?:call|conversation|interview)s? (?:with|to)|(?:tele)?calls? (?:with|to))\s+";
    VISIT_TO = r"\b(?:visits? to|site visits? (?:to|of|at)|on-?site (?:inspection|check) (?:of|at))\s+";
    WROTE = r"\bwrote to\s+";
    /// `met on March 21 with`, `met August 13 with`.
    WITH = r"^(?:(?:on|in|at|again|separately)\b[^,.]{0,40}?|(?:\d{1,2} \w{3,9}|\w{3,9}\.? \d{1,2})(?: \d{4})?) with ";
    /// A place the embassy goes to.
    PLACE = r"\b(?:address|premises|firm|company|office|offices|depot|warehouse|armou?ry|store|storeroom|shop|showroom|facility|facilities|factory|plant|site|base|barracks|headquarters|compound|suite|building|street|road|avenue|farm|ranch|camp|hangar|airfield|range|magazine|vault|station|conservancy|laboratory|shipyard|port|pool|yard|shed|bunker|school|academy|club|institute)\b";
    /// A house by its number and street.
    HOUSE = r"^\d{1,5}[A-Za-z]?,? [A-Z]\w+";
    /// What is visited was named before.
    IT = r"^(?:it|them|there)\b";
    /// Where something stands.
    STANDS = r"\b(?:in|at|to|into|inside) (?:the |an? |its |their )";
    /// People of whom the sentence before tells.
    THEY = r"^\W*(?:they|both|the two)$";
    /// A paper that somebody sent: `she sent an e-mail`.
    SENT = r"\b(?:sent|e-?mailed|faxed)(?: (?:post|us|embassy|\w+offs?|the embassy))? (?:an?|the|another|a second) (?:\w+ )?(e-?mail|letter|fax|diplomatic note|note verbale)\b";
    /// A paper by which the embassy asked: `a request, made by letter on May 3`.
    SENT_BY = r"\b(?:made|sent|delivered|submitted|transmitted|conveyed|forwarded) (?:by|in|via|with) (?:an? )?(letter|e-?mail|diplomatic note|note verbale)(?: (?:no\.|number) \S+)?,? (?:on |of |dated )?$";
    /// A visit that was only asked for.
    WISHED = r"\b(?:asked|requests?|requested|permission|proposed|scheduled|was to|were to|arrange\w*|allow\w*)\b.{0,90}\bvisit(?: to)?\s+$";
    IN_ITS_COURSE = r"^\W*(?:in|during|at|after|following|by|from)\b";
    UNDONE = r"\b(?:will|would|plans? to|intends? to|should|has not|have not|did not|was unable to|were unable to|could not|attempt\w*|tried to|requested to|refused|offered to|never|cannot)\b";
    IN_VAIN = r"^[^.;]{0,60}\b(?:repeatedly|(?:two|three|four|five|six|seven|several|many|\d+) times|without (?:success|an answer|result))\b";
    OFFICER = r"\b(?:post|embassy|commercial service|(?:econ|commercial) specialists?|poloffs?|econoffs?|emboffs?|conoffs?|pol/?econ ?offs?|polecon ?offs?|rso|arso|datt|dao|odc|officers?|officials from the embassy|polassist|econ ?assist|les|fsn|econ|econ/c|pol/c|polcouns|econcouns|fcs|consul|consular|vice consul|attach[e\x{e9}]|special agent|we)\b";
    /// Before an officer: it is somebody else's.
    FOREIGN = r"\b(?:police|customs|army|navy|registry|ministry|company|security|firm's|its|their|told|informed|advised|assured|to|with|showed|gave|by|from|that)(?: the)?\s+$";
    /// Words that begin another clause.
    CLAUSE = r"\bthat\b|;|\bwhere\b|\bbecause\b|\bwhich\b|\bwhose\b|\bif\b|\bwhether\b";
    PASSIVE = r"\b(?:is|are|was|were|been|be|being|so|as|has|had)[ -]+$";
    /// `and spoke with its owner` at the place that is visited.
    THERE = r"\b(?:and|where)(?: (?:he|she|they|\w+offs?))? (?:spoke|met|talked)(?: (?:with|to))?\s+";
    /// Whose words or acts follow, and no longer who they are.
    ABOUT = r"\b(?:about|regarding|concerning|that|whether|who|which|to (?:confirm|discuss|ask|verify|determine))\b|;|\bon (?:behalf|\d|[A-Z][a-z]+ \d)";
    /// `and August 18 with`.
    THEN = r"\band (?:again |then |separately )?(?:on )?(?:\d{1,2} \w{3,9}|\w{3,9}\.? \d{1,2})(?:,? \d{4})? with ";
    /// Somebody who comes to the embassy by themselves.
    CAME = r"\b(?:called back|telephoned back|returned (?:the|our|post's|\w+off's) call|(?:tele)?(?:called|phoned) (?:the )?(?:embassy|post|poloff|econoff|emboff|conoff|rso|dao|datt))\b";
    /// `contacted by phone August 17, `.
    ASKED_ON = r"^([^,;:]{3,80}), (?:when )?(?:contacted|reached|asked|queried|telephoned|interviewed|consulted)(?: (?:by|via|over the|on the) (?:tele)?(?:phone|e-?mail))?(?: by \w+)?,? (?:on )?[^,]{4,20},";
    /// `the former` of the two that were named before.
    OF_TWO = r"^(?:the )?(former|latter)$";
    /// A paper the embassy sent that waits for its answer.
    UNANSWERED = r"^(.{3,90}?) (?:(?:has|have|had) not(?: yet)? (?:answered|replied to|responded to)|(?:was|were) (?:asked|queried) (?:in|by))\b[^.]{0,40}?\b(diplomatic notes?|notes? verbales?|letters?|e-?mails?)\b";
    /// `the storeroom in Ardal, seen on March 4, is`.
    SEEN = r"^(.{3,90}?), (?:seen|visited|inspected|toured)(?: by \w+)? on ";
    HANDED = r"\b(?:gave|showed|handed|produced for|met(?: with)?)\s+";
    ITEMS_SHIPPED = r"^(?:the |all |\d+ )?(?:\w+ )?(?:weapons|firearms|pistols|rifles|carbines|revolvers|shotguns|tubes|goggles|vests|helmets|items|goods|equipment)\b";
}

/// What a sentence tells of contacts.
pub struct Event {
    /// The contact.
    pub person: usize,
    /// Whether it is the only one.
    pub alone: bool,
}

/// The contact that a sentence tells.
pub fn event(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<Event> {
    let one = |person: usize| Event { person, alone: true };
    by_paper(ground, voices, index)
        .map(one)
        .or_else(|| went(ground, voices, index))
        .or_else(|| came(ground, voices, index).map(one))
        .or_else(|| unanswered(ground, voices, index).map(one))
}

/// A kind of event, where its verb stands.
struct Verb {
    kind: ContactKind,
    range: Range<usize>,
    by_itself: bool,
}

/// The verbs of a sentence that tell an event, in order.
fn verbs(text: &str) -> Vec<Verb> {
    let phone = PHONE.is_match(text);
    let kinds = [
        (&CALLED, ContactKind::Call, false),
        (&CALL_WITH, ContactKind::Call, true),
        (&MET, ContactKind::Meeting, false),
        (&MEETING_WITH, ContactKind::Meeting, true),
        (&VISITED, ContactKind::SiteVisit, false),
        (&VISIT_TO, ContactKind::SiteVisit, true),
        (&SPOKE, ContactKind::Meeting, false),
    ];
    let found = |(words, kind, by_itself): (&std::sync::LazyLock<regex::Regex>, ContactKind, bool)| {
        let range = words.find(text)?.range();
        // Whoever calls at a place goes there.
        if kind == ContactKind::Call && text[range.end..].to_lowercase().starts_with("at ") {
            return None;
        }
        let kind = match kind {
            ContactKind::Meeting if phone => ContactKind::Call,
            ContactKind::Meeting if MAILED.is_match(text) => ContactKind::Email,
            // Whoever is called on is visited.
            ContactKind::Call if calls_on(text, &range) => ContactKind::Meeting,
            other => other,
        };
        Some(Verb { kind, range, by_itself })
    };
    let mut all: Vec<Verb> = kinds.into_iter().filter_map(found).collect();
    all.sort_by_key(|verb| verb.range.start);
    if all.is_empty() {
        let mailed = MAILED.find(text).map(|found| Verb { kind: ContactKind::Email, range: found.range(), by_itself: false });
        let wrote = || WROTE.find(text).map(|found| Verb { kind: ContactKind::Letter, range: found.range(), by_itself: false });
        all.extend(mailed.or_else(wrote));
    }
    all
}

/// `called on the firm`, and not `called on May 3`.
fn calls_on(text: &str, verb: &Range<usize>) -> bool {
    let rest = &text[verb.end..];
    let on_day = dates::written(rest).first().is_some_and(|day| day.start <= 3);
    text[verb.clone()].trim_end().eq_ignore_ascii_case("called") && rest.to_lowercase().starts_with("on ") && !on_day
}

/// The embassy met, called or visited somebody.
fn went(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<Event> {
    let text = &ground.sentences[index].text;
    let ours =
        |verb: &Verb| is_ours(text, verb) || (verb.kind == ContactKind::SiteVisit && were_ours(ground, index, &text[..verb.range.start]));
    let verb = verbs(text).into_iter().take(4).find(ours)?;
    let mut rest = &text[verb.range.end..];
    if verb.kind != ContactKind::SiteVisit {
        rest = WITH.find(rest).map_or(rest, |found| &rest[found.end()..]);
        rest = if calls_on(text, &verb.range) { &rest[3..] } else { rest };
    }
    let on = day_of(ground, text, verb.range.end);
    let met = if verb.kind == ContactKind::SiteVisit {
        visited(ground, voices, index, rest, on)?
    } else {
        let (name, described) = whom(ground, voices, index, rest)?;
        Person { name, described, kind: verb.kind, on, place: None, sentence: index, is_met: true }
    };
    let met = if verb.by_itself { of_office_before(text, &verb, met) } else { met };
    let (kind, person) = (met.kind, meet(voices, met));
    let more = others(ground, voices, index, kind, verb.range.end);
    Some(Event { person, alone: !more })
}

/// `the Ministry of Trade (meeting with adviser Lind Arno, April 11)`: the office stands before the bracket.
fn of_office_before(text: &str, verb: &Verb, met: Person) -> Person {
    let before = &text[..verb.range.start];
    let Some(open) = before.rfind('(').filter(|open| before.len() - open < 20) else { return met };
    let Some(office) = names::organization_before(before[..open].trim_end()) else { return met };
    let described = if met.described.is_empty() { office } else { format!("{}, {office}", met.described) };
    Person { described, ..met }
}

/// Whether the embassy is who did it.
fn is_ours(text: &str, verb: &Verb) -> bool {
    let before = &text[..verb.range.start];
    let clause = CLAUSE.find_iter(before).last().map_or(0, |found| found.end());
    let told = &before[clause..];
    let wished = verb.kind == ContactKind::SiteVisit && WISHED.is_match(&text[..verb.range.end]);
    if UNDONE.is_match(told) || wished || PASSIVE.is_match(before) || IN_VAIN.is_match(&text[verb.range.end..]) {
        return false;
    }
    if verb.by_itself {
        let begins = told.split(' ').count() <= 5 && IN_ITS_COURSE.is_match(told);
        return begins || before.trim_end().ends_with('(') || OFFICER.is_match(told);
    }
    let elliptical = clause == 0 && subjects::subject(before).words.is_empty() && !before.contains(" they");
    let officer = OFFICER.find_iter(told).any(|found| !FOREIGN.is_match(&told[..found.start()]));
    officer || (elliptical && !before.trim().is_empty() && dates::written(before).len() == 1 && before.len() < 30)
}

/// The day an event happened: not that of a paper or of what was spoken about.
fn day_of(ground: &Ground<'_>, text: &str, verb_end: usize) -> Option<Date> {
    patterns! {
        NOT_ITS_DAY = r"\b(?:dated|of|since|until|till|from|before|after|between|the|for|by|received|stamped|issued|signed|delivered|shipped|registered|expired|effective)\s+$";
    }
    let told = CLAUSE.find_iter(text).map(|found| found.start()).find(|at| *at >= verb_end).unwrap_or(text.len());
    let days = dates::days(text, ground.told_by);
    days.into_iter().find(|(range, _)| range.start < told && !NOT_ITS_DAY.is_match(&text[..range.start])).map(|(_, day)| day)
}

/// The day a sentence begins with.
fn day_before(ground: &Ground<'_>, text: &str, verb: usize) -> Option<Date> {
    dates::days(text, ground.told_by).into_iter().find(|(range, _)| range.end <= verb).map(|(_, day)| day)
}

/// Whom the rest of a sentence begins with, and what they are.
fn whom(ground: &Ground<'_>, voices: &Voices, index: usize, rest: &str) -> Option<(String, String)> {
    let end = ABOUT.find(rest).map_or(rest.len(), |found| found.start());
    let (named, near) = (&rest[..end], |range: &Range<usize>| range.start < 60);
    // A name without a title that stands first counts before one with a title further on.
    let person = persons::person_named(named);
    let first = person.as_ref().and_then(|(_, range)| persons::person_named(&named[..range.start])).filter(|(_, range)| range.start == 0);
    if let Some((name, range)) = first.or(person).filter(|(_, range)| near(range)) {
        let described = description(rest, &range);
        return Some((name, described));
    }
    let first = named.split([' ', ',', '.', ';']).next().unwrap_or_default();
    if let Some(heard) = voices.heard(first) {
        return Some(heard);
    }
    let stops = [" who ", " on ", " to ", " and ", " in order", " at ", " during ", " in "];
    let whole = names::organization_at(named).unwrap_or(0);
    let lower = named.to_ascii_lowercase();
    let stop = stops.iter().filter_map(|stop| lower[whole..].find(stop)).min().map_or(named.len(), |at| whole + at);
    let Some(name) = subjects::office(&named[..stop]) else {
        let explained = SHORT_FOR.captures(named)?;
        return Some((explained[1].to_owned(), explained[2].to_owned()));
    };
    let described = apposition(named, &name);
    Some((in_full(ground, index, name), described))
}

/// `the dive group (DG) of ...`: an office without a capital, and its abbreviation.
static SHORT_FOR: std::sync::LazyLock<regex::Regex> =
    std::sync::LazyLock::new(|| exact(r"^(?:the |its |an? )?([a-z]+(?: [a-z-]+){0,4}) \(([A-Z]{2,9})\)"));

/// `Sunar, the customs authority`: what an office is.
fn apposition(text: &str, name: &str) -> String {
    let after = text.find(name).map_or("", |at| &text[at + name.len()..]);
    let what = after.strip_prefix(", the ").and_then(|rest| rest.split([',', '.', ';']).next()).unwrap_or_default();
    let what = what.split(" on ").next().unwrap_or_default().trim();
    if subjects::is_office(what) && !subjects::is_phrase(what) { what.to_owned() } else { String::new() }
}

/// A visit: of whom, if that is told, else of the place.
fn visited(ground: &Ground<'_>, voices: &Voices, index: usize, rest: &str, on: Option<Date>) -> Option<Person> {
    let place = place(rest).or_else(|| IT.is_match(rest).then(|| stood(ground, index)).flatten());
    let end = ABOUT.find(rest).map_or(rest.len(), |found| found.start());
    let named = voices.organization(&rest[..end.min(rest.len())]);
    let of_items = on.is_some() && ITEMS_SHIPPED.is_match(rest);
    let begins = named.as_ref().is_some_and(|(_, at)| *at <= 4);
    let there = THERE.find(rest).and_then(|found| whom(ground, voices, index, &rest[found.end()..]));
    let firm = named.as_ref().filter(|_| begins).map(|(name, _)| name.clone());
    let (name, described) = match (there, named, &place) {
        (Some(met), _, _) => met,
        (None, Some((name, _)), Some(_)) => (name, String::new()),
        (None, Some((name, _)), None) if begins || of_items => (name, String::new()),
        (None, None, Some(place)) => (place.clone(), String::new()),
        _ => return None,
    };
    let place = place.filter(|place| *place != name).or_else(|| firm.filter(|firm| *firm != name));
    Some(Person { name, described, kind: ContactKind::SiteVisit, on, place, sentence: index, is_met: true })
}

/// The place a rest of a sentence begins with.
fn place(rest: &str) -> Option<String> {
    let stops =
        [" who ", " on ", " to ", " and ", " regarding ", " about ", " in order", ", ", ". ", "; ", " that ", " for ", " at ", " where "];
    let lower = rest.to_ascii_lowercase();
    let end = stops.iter().filter_map(|stop| lower.find(stop)).min().unwrap_or(rest.len());
    let place = rest[..end].trim().trim_end_matches(['.', ',', ';']);
    let place = ["the ", "The ", "THE "].iter().find_map(|article| place.strip_prefix(article)).unwrap_or(place);
    let place = place.split_once(" in ").filter(|(_, when)| dates::is_month(when)).map_or(place, |(place, _)| place);
    let is_place = is_place(place) || HOUSE.is_match(place);
    let fits = place.len() > 2 && place.split(' ').count() <= 12 && is_place && !subjects::goes_on(place);
    fits.then(|| place.to_owned())
}

/// The place of which the sentence before tells, for `visited it`.
fn stood(ground: &Ground<'_>, index: usize) -> Option<String> {
    let before = &ground.sentences[index.checked_sub(1)?];
    if before.paragraph != ground.sentences[index].paragraph {
        return None;
    }
    STANDS.find_iter(&before.text).take(6).find_map(|found| place(&before.text[found.end()..]))
}

/// Whether `they` are the embassy's people: the sentence before begins with them.
fn were_ours(ground: &Ground<'_>, index: usize, before: &str) -> bool {
    if !THEY.is_match(subjects::subject(before).words) {
        return false;
    }
    let here = ground.sentences[index].paragraph;
    let mut told = ground.sentences[..index].iter().rev().take(3).take_while(|sentence| sentence.paragraph == here);
    told.any(|sentence| verbs(&sentence.text).iter().any(|verb| !verb.by_itself && is_ours(&sentence.text, verb)))
}

/// A paper that was sent on its day: by somebody who is known, or by the embassy to whom the sentence speaks of.
pub fn paper_sent(ground: &Ground<'_>, voices: &mut Voices, index: usize, last: Option<usize>) -> Option<usize> {
    let text = &ground.sentences[index].text;
    let days = dates::days(text, ground.told_by);
    if let Some(sent) = SENT.captures(text) {
        let at = sent.get(0)?.start();
        let person = last.filter(|_| PRONOUN.is_match(subjects::subject(&text[..at]).words) && !UNDONE.is_match(&text[..at]))?;
        let on = days.iter().find(|(range, _)| range.start < at + 60).map(|(_, day)| *day)?;
        let person = voices.persons[person].clone();
        let kind = paper(&sent[1]);
        return Some(meet(voices, Person { kind, on: Some(on), sentence: index, place: None, is_met: true, ..person }));
    }
    let (sent, on) = days.iter().take(4).find_map(|(range, day)| Some((SENT_BY.captures(&text[..range.start])?, *day)))?;
    let subject = subjects::subject(text.split(" said ").next()?).words;
    let office = text.contains(" said ").then(|| subjects::office(subject)).flatten().filter(|name| subjects::is_office(name));
    let name = office.or_else(|| last.map(|last| voices.persons[last].name.clone()))?;
    let described = last.map(|last| &voices.persons[last]).filter(|last| last.name == name).map(|last| last.described.clone());
    let person = Person { kind: paper(&sent[1]), described: described.unwrap_or_default(), ..nobody(name, index, Some(on)) };
    voices.persons.push(person);
    Some(voices.persons.len() - 1)
}

/// Whether words are a place, and not a thing there: `the firm's store`, no `the firm's books`.
fn is_place(words: &str) -> bool {
    let ends = |after: &str| {
        after.is_empty() || [" of ", " in ", " near ", " outside "].iter().any(|word| after.to_ascii_lowercase().starts_with(word))
    };
    PLACE.find_iter(words).any(|found| ends(&words[found.end()..]))
}

/// Who else was met on another day, by the same sentence.
fn others(ground: &Ground<'_>, voices: &mut Voices, index: usize, kind: ContactKind, from: usize) -> bool {
    let text = &ground.sentences[index].text;
    let mut more = false;
    for found in THEN.find_iter(&text[from..]).take(3) {
        let (start, end) = (from + found.start(), from + found.end());
        let on = dates::days(&text[start..end], ground.told_by).first().map(|(_, day)| *day);
        if let (Some(on), Some((name, described))) = (on, whom(ground, voices, index, &text[end..])) {
            meet(voices, Person { name, described, kind, on: Some(on), place: None, sentence: index, is_met: true });
            more = true;
        }
    }
    more
}

/// Somebody called back, handed something over, or was asked on a day.
fn came(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    let text = &ground.sentences[index].text;
    if let Some(seen) = SEEN.captures(text) {
        let named = place(seen[1].trim())?;
        let after = &text[seen[0].len()..];
        dates::written(after).first().filter(|day| day.start == 0)?;
        let on = dates::days(after, ground.told_by).first().map(|(_, day)| *day);
        let met = visited(ground, voices, index, &seen[1], on).unwrap_or(nobody(named, index, on));
        return Some(meet(voices, met));
    }
    if let Some(asked) = ASKED_ON.captures(text).filter(|asked| !SAID.is_match(&asked[1])) {
        let days = dates::days(&asked[0], ground.told_by);
        let name = of_two(ground, index, &asked[1]).or_else(|| subjects::office(subjects::subject(&asked[1]).words))?;
        let kind = if PHONE.is_match(&asked[0]) { ContactKind::Call } else { ContactKind::Meeting };
        let dated = !dates::written(&asked[0]).is_empty();
        let on = days.first().map(|(_, day)| *day);
        return dated.then(|| meet(voices, Person { kind, ..nobody(in_full(ground, index, name), index, on) }));
    }
    let called = CAME.find(text);
    let handed = || HANDED.find(text).filter(|found| tells_post(&text[found.start()..]));
    let verb = called.or_else(handed)?;
    let before = &text[..verb.start()];
    if UNDONE.is_match(before) || CLAUSE.is_match(before) {
        return None;
    }
    let subject = subjects::subject(before);
    let (name, described) = named_subject(ground, voices, index, subject.words)?;
    let kind = if called.is_some() { ContactKind::Call } else { ContactKind::Meeting };
    let told = called.is_some() || MET.is_match(text);
    let on = if told { day_of(ground, text, verb.end()) } else { day_before(ground, text, verb.start()) };
    if let Some(known) = find(voices, &name).filter(|_| on.is_none() && called.is_none()) {
        return Some(known);
    }
    Some(meet(voices, Person { described, kind, ..nobody(name, index, on) }))
}

/// The person or office a subject names, with what they are.
pub fn named_subject(ground: &Ground<'_>, voices: &Voices, index: usize, words: &str) -> Option<(String, String)> {
    if subjects::is_own(words) || SAME.is_match(words) {
        return None;
    }
    let free = |range: &Range<usize>| {
        let (before, after) = (words[..range.start].trim_end(), &words[range.end..]);
        let belongs = [" of", " for", " with", " from", " to", " by"].iter().any(|word| before.ends_with(word));
        !belongs && !after.starts_with(['\'', '\u{2019}'])
    };
    let office = voices
        .organization(words)
        .filter(|(_, at)| *at <= 4)
        .map_or(0, |(name, at)| at + if words[at..].starts_with(&name) { name.len() } else { 1 });
    let head = [", who ", " who ", ", which ", ", whose "].iter().filter_map(|word| words.find(word)).min();
    let head = &words[..head.unwrap_or(words.len())];
    if let Some(itself) = NAMES_ITSELF.captures(words) {
        return Some((itself[2].trim().to_owned(), format!("{} who gave that name", itself[1].to_lowercase())));
    }
    let person = persons::persons(head).into_iter().find(|(_, range)| free(range) && range.start >= office);
    if let Some((name, range)) = person {
        let described = description(words, &range);
        return Some((name, described));
    }
    let last = head.trim().rsplit(' ').next().unwrap_or_default().trim_end_matches(',');
    if let Some(heard) = voices.heard(last) {
        return Some(heard);
    }
    let name = subjects::office(words)?;
    Some((in_full(ground, index, name), String::new()))
}

/// `a man who gave his name as Arno`.
static NAMES_ITSELF: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let gave = r"(?:gave (?:his|her) name as|(?:identified|introduced) (?:him|her)self as|called (?:him|her)self)";
    exact(&format!(r"^\W*((?:[Aa]|[Aa]n|[Tt]he) [a-z]+) who {gave} ((?:[A-Z][\w'-]+\.? ?){{1,3}})"))
});

/// `the former`, of the two firms that the sentence before ends with.
fn of_two(ground: &Ground<'_>, index: usize, words: &str) -> Option<String> {
    let which = OF_TWO.captures(words.trim())?;
    let before = &ground.sentences[index.checked_sub(1)?].text;
    let (one, other) = names::last_two(before)?;
    Some(if which[1].eq_ignore_ascii_case("former") { one } else { other })
}

/// A paper that was sent and not answered: a contact of its day.
fn unanswered(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    let text = &ground.sentences[index].text;
    let sent = UNANSWERED.captures(text)?;
    let name = subjects::office(subjects::subject(&sent[1]).words)?;
    let end = sent.get(0)?.end();
    let kind = paper(&sent[2]);
    let mut days = dates::days(&text[end..], ground.told_by).into_iter().filter(|(range, _)| range.start < 40).take(3);
    let first = days.next().map(|(_, day)| meet(voices, Person { kind, ..nobody(name.clone(), index, Some(day)) }));
    for (_, day) in days {
        meet(voices, Person { kind, ..nobody(name.clone(), index, Some(day)) });
    }
    first
}

fn nobody(name: String, sentence: usize, on: Option<Date>) -> Person {
    Person { name, described: String::new(), kind: ContactKind::SiteVisit, on, place: None, sentence, is_met: true }
}

/// What kind of contact a paper is.
pub fn paper(words: &str) -> ContactKind {
    match words.to_lowercase().as_str() {
        "letter" | "letters" => ContactKind::Letter,
        word if word.contains("note") => ContactKind::DiplomaticNote,
        _ => ContactKind::Email,
    }
}

/// `By diplomatic note of 2 May the Ministry of Foreign Affairs confirmed that ...`: the writer is the contact.
fn by_paper(ground: &Ground<'_>, voices: &mut Voices, index: usize) -> Option<usize> {
    patterns! {
        BY_PAPER = r"^(?:\W*)(?:by|in|in a|through) (diplomatic note|note verbale|letter|e-?mail)(?: (?:no\. \S+|number \S+))?(?: (?:of|dated) [^,]{4,20}?)?,? (?:the |from the )?([A-Z][\w'&-]*(?: (?:of|and|for|the|&)?(?: the)? ?[A-Z][\w'&-]*){0,7}) (?:has |had |also )?(?:stated|said|confirmed|informed|advised|replied|wrote|notified|certified|declared)\b";
    }
    let text = &ground.sentences[index].text;
    let Some(captures) = BY_PAPER.captures(text) else { return answered_by_paper(ground, voices, index) };
    let name = captures[2].trim().to_owned();
    if let Some(known) = find(voices, &name) {
        return Some(known);
    }
    let on = dates::days(text, ground.told_by).first().map(|(_, day)| *day);
    Some(meet(voices, Person { kind: paper(&captures[1]), ..nobody(name, index, on) }))
}

/// Whether a text quoted below is told of by a sentence.
pub fn quoted_below(ground: &Ground<'_>, index: usize) -> bool {
    ground.sentences[index + 1..].iter().take(3).any(|next| next.kind == PieceKind::Quotation)
}
