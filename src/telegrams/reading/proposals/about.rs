//! Whom a finding is of: the party a sentence names; where it says `the firm` or `it`, the one named last before; where a person is its
//! subject, theirs. A firm or office that is no party of the license takes the sentence for itself, and there is no finding.

use super::{
    ground::Ground,
    names::{self, Named},
    parties::{Known, meant},
    persons, voices,
    words::{AUTHORITY_WORDS, exact, patterns},
};
use crate::parties::model::{PartyKind, PartyRole};

patterns! {
    FIRM = r"\b(?:firm|company|dealer|business|it|its|owner|address|premises|residents|neighbou?rs)\b";
    ONLY_ONE = r"\b(?:firm|company|subject|it|owner|address|premises|residents|neighbou?rs)\b";
    ROLE = r"\b(?:the|this) (?:[a-z]+ )?(?:end[- ]?user|consignee|broker|forwarder|seller|vendor|supplier|applicant)\b";
    /// What somebody has who knows the rules.
    AWARE = r"\b(?:familiar|aware|knows?|knew|underst\w+|acknowledg\w*|agree[sd]?|assur\w*|sign\w*|pledg\w*|promis\w*|inform\w*|told)\b";
    DENIES_ITSELF = r"^\W*(?:summary\W+|action request\W+)*the (?:[a-z]+ )?end[- ]?user (?:told|said|stated|informed|denied|wrote|confirmed)\b";
}

/// A name that nobody explains, and that a sentence describes as a firm.
static DESCRIBED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    exact(
        r"^(?:The )?([A-Z][\w'&.-]*(?: (?:of |and |for |& )?[A-Z][\w'&.-]*)+),?(?: \([^)]{1,60}\))? (?:is (?:an?|the|one|known|owned)|has (?:been|an?|no|its|\d)|occupies|operates|makes|manufactures|supplies|sells|imports|employs|owns|was (?:founded|established|incorporated|registered))\b",
    )
});

/// A name that nobody explains, with what makes it one of a firm beside it.
static APPOSED: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let name = r"[A-Z][\w'&-]*(?: (?:of |and |& )?[A-Z][\w'&-]*)+";
    let firm = r"(?:firm|company|consignee|broker|importer|dealer|business|supplier|end-user)";
    exact(&format!(r"{name},? (?:the|an?) (?:[a-z]+ )?{firm}\b|\b(?:{firm}|given for|registered (?:for|to)|stated for),? {name}"))
});

/// Whom words name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// A party, by its place in the list.
    Party(usize),
    /// Somebody who is no party.
    Other,
}

/// What is known when a sentence is looked at.
pub struct About<'a> {
    ground: &'a Ground<'a>,
    parties: &'a [Known],
}

impl<'a> About<'a> {
    /// Of a telegram.
    pub const fn new(ground: &'a Ground<'a>, parties: &'a [Known]) -> Self {
        Self { ground, parties }
    }

    /// The party a topic is about: none where the topic is of the whole check; `None` where it needs one and none is meant.
    pub fn party(&self, topic: &str, index: usize, by: Option<&str>) -> Option<Option<String>> {
        let found = match topic {
            "bona_fides" => self.of_bona_fides(index),
            "intermediaries" => self.go_between(index),
            "nontransfer" => self.of_rules(index, by),
            _ => return Some(None),
        };
        found.map(|party| Some(party.name.clone()))
    }

    /// Whether a sentence is the word of the end-user itself.
    pub fn is_of_end_user(&self, index: usize, by: &str) -> bool {
        let is_one = |party: &Known| party.roles.contains(&PartyRole::EndUser) || party.role == Some(PartyRole::EndUser);
        DENIES_ITSELF.is_match(&self.ground.sentences[index].lower)
            || matches!(self.of_person(index, by), Some(Whom::Party(at)) if is_one(&self.parties[at]))
    }

    fn of_bona_fides(&self, index: usize) -> Option<&'a Known> {
        let sentence = &self.ground.sentences[index];
        let fits = |party: &&Known| !matches!(party.role, Some(PartyRole::Applicant | PartyRole::Manufacturer));
        let named = self.parties.iter().any(|party| party.is_in(&sentence.text));
        if named || ROLE.is_match(&sentence.lower) {
            return meant(self.parties, &sentence.text).filter(fits);
        }
        if FIRM.is_match(&sentence.lower)
            && let Some(last) = self.last_before(index, true)
        {
            return self.known(last).filter(fits);
        }
        let only = || match self.parties {
            [only] if ONLY_ONE.is_match(&sentence.lower) => Some(only),
            _ => None,
        };
        // `The company` is no government body.
        let is_firm =
            |party: &&Known| !AUTHORITY_WORDS.is_match(&party.name) && names::kind(&party.name) != Some(PartyKind::GovernmentBody);
        meant(self.parties, &sentence.text).filter(fits).filter(is_firm).or_else(only)
    }

    fn go_between(&self, index: usize) -> Option<&'a Known> {
        let sentence = &self.ground.sentences[index];
        let is_one = |party: &&Known| party.role.is_some_and(PartyRole::is_go_between);
        if let Some(named) = self.parties.iter().find(|party| is_one(party) && party.is_in(&sentence.text)) {
            return Some(named);
        }
        if ROLE.is_match(&sentence.lower)
            && let Some(meant) = meant(self.parties, &sentence.text)
        {
            return Some(meant).filter(is_one);
        }
        if FIRM.is_match(&sentence.lower)
            && let Some(last) = self.last_before(index, true)
        {
            return self.known(last).filter(is_one);
        }
        only(self.parties, &is_one)
    }

    /// Who knows the rules: the subject of the sentence, or the one that buys where nobody is named.
    fn of_rules(&self, index: usize, by: Option<&str>) -> Option<&'a Known> {
        let sentence = &self.ground.sentences[index];
        let verb = AWARE.find(&sentence.text).map_or(sentence.text.len(), |found| found.start());
        let subject = &sentence.text[..verb];
        let buyer = || {
            let end_user = self.parties.iter().find(|party| party.role == Some(PartyRole::EndUser));
            end_user.or_else(|| only_buyer(self.parties))
        };
        if let Some((_, whom)) = self.named(subject).into_iter().min_by_key(|(at, _)| *at) {
            return self.known(whom);
        }
        if ROLE.is_match(subject) {
            return meant(self.parties, subject);
        }
        let first = subject.split(' ').next().unwrap_or_default().trim_end_matches(',').trim_end_matches("'s");
        let person = self.ground.voices.heard(first).map(|(name, _)| name).or_else(|| by.map(str::to_owned));
        match person.and_then(|name| self.of_person(index, &name)) {
            Some(whom) => self.known(whom),
            None if FIRM.is_match(subject) => self.last_before(index, true).map_or_else(buyer, |last| self.known(last)),
            None => buyer(),
        }
    }

    fn known(&self, whom: Whom) -> Option<&'a Known> {
        match whom {
            Whom::Party(at) => self.parties.get(at),
            Whom::Other => None,
        }
    }

    /// Whom a text names, and where each was named last in it.
    fn named(&self, text: &str) -> Vec<(usize, Whom)> {
        let last = |name: &str| {
            let own =
                |at: &usize| !text[..*at].ends_with(char::is_alphanumeric) && !text[*at + name.len()..].starts_with(char::is_alphanumeric);
            text.rmatch_indices(name).map(|(at, _)| at).find(own)
        };
        let mut found: Vec<(usize, Whom)> = Vec::new();
        for (at, party) in self.parties.iter().enumerate() {
            let called = [Some(&party.name), party.short.as_ref(), party.stem.as_ref()];
            let place = called.into_iter().flatten().filter_map(|name| last(name)).max();
            found.extend(place.map(|place| (place, Whom::Party(at))));
        }
        for named in &self.ground.voices.names {
            let place = [Some(&named.name), named.short.as_ref()].into_iter().flatten().filter_map(|name| last(name)).max();
            let Some(place) = place else { continue };
            let whom = self.whom(named);
            let within = |(known, _): &(usize, Whom)| known.abs_diff(place) < named.name.len();
            if !found.iter().any(within) {
                found.push((place, whom));
            }
        }
        found
    }

    /// The party that a firm or office is, or is a part of: `special group (SG) of the Harbor Police`.
    fn whom(&self, named: &Named) -> Whom {
        let same = |party: &Known| party.name == named.name || (party.short.is_some() && party.short == named.short);
        let of = |party: &Known| {
            let text = &self.ground.sentences[named.sentence].text;
            let short = named.short.as_ref().map(|short| format!("({short}) of the {}", party.name));
            short.is_some_and(|words| text.contains(&words))
        };
        self.parties.iter().position(|party| same(party) || of(party)).map_or(Whom::Other, Whom::Party)
    }

    /// Whom the paragraph named last before a sentence; of firms only, where a firm is meant.
    fn last_before(&self, index: usize, firms: bool) -> Option<Whom> {
        let here = self.ground.sentences[index].paragraph;
        let before = (0..index).rev().take(12).take_while(|at| self.ground.sentences[*at].paragraph == here);
        before.map(|at| self.ground.sentences[at].text.as_str()).find_map(|text| self.last_in(text, firms))
    }

    fn last_in(&self, text: &str, firms: bool) -> Option<Whom> {
        let is_firm = |(at, whom): &(usize, Whom)| match whom {
            Whom::Party(party) => !AUTHORITY_WORDS.is_match(&self.parties[*party].name),
            Whom::Other => {
                !self.ground.voices.names.iter().any(|named| named.is_authority && text[*at..].starts_with(begins(named, text, *at)))
            }
        };
        let last = self.named(text).into_iter().filter(|found| !firms || is_firm(found)).max_by_key(|(at, _)| *at);
        last.map(|(_, whom)| whom).or_else(|| (DESCRIBED.is_match(text) || APPOSED.is_match(text)).then_some(Whom::Other))
    }

    /// Whose a person is: by what they are called, else by what was named last where they are introduced.
    fn of_person(&self, index: usize, name: &str) -> Option<Whom> {
        let first = |text: &str| self.named(text).into_iter().min_by_key(|(at, _)| *at).map(|(_, whom)| whom);
        let itself = first(name);
        let person = voices::find(&self.ground.voices, name).map(|at| &self.ground.voices.persons[at]);
        let described = || person.and_then(|person| first(&person.described));
        let surname = persons::surname(name);
        let heard = || self.ground.voices.heard(surname).and_then(|(_, described)| first(&described));
        let introduced = || {
            let known = surname.len() > 2 && surname.starts_with(char::is_uppercase);
            let is_here = |at: &usize| self.ground.sentences[*at].text.contains(surname);
            let at = (0..=index).filter(|_| known).take(2_000).find(is_here)?;
            let text = &self.ground.sentences[at].text;
            let before = &text[..text.find(surname).unwrap_or_default()];
            self.last_in(before, false).or_else(|| self.last_before(at, false))
        };
        itself.or_else(described).or_else(heard).or_else(introduced)
    }
}

/// The name by which an office stands at a place of a text.
fn begins<'a>(named: &'a Named, text: &str, at: usize) -> &'a str {
    let short = named.short.as_deref().unwrap_or(&named.name);
    if text[at..].starts_with(named.name.as_str()) { &named.name } else { short }
}

/// The only one of its kind.
fn only<'a>(parties: &'a [Known], fits: &dyn Fn(&&Known) -> bool) -> Option<&'a Known> {
    let mut all = parties.iter().filter(|party| fits(party));
    all.next().filter(|_| all.next().is_none())
}

/// Where no party is called end-user: the only consignee, or the only one that sells nothing.
fn only_buyer(parties: &[Known]) -> Option<&Known> {
    let sells = |role| matches!(role, PartyRole::Applicant | PartyRole::Manufacturer | PartyRole::Seller) || PartyRole::is_go_between(role);
    only(parties, &|party| party.role == Some(PartyRole::ForeignConsignee))
        .or_else(|| only(parties, &|party| !party.role.is_some_and(sells)))
}
