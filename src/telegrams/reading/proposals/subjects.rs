//! Who is the subject of a sentence: what stands before it (`On May 3, in a second call, ...`) is cut off, and what remains is a person, an
//! office or a firm, or nobody at all.

use super::{
    dates, names, persons,
    words::{AUTHORITY_WORDS, OWN_PEOPLE, patterns},
};

patterns! {
    /// Words that begin a phrase of time, place or manner before the subject.
    LEAD = r"^\W*(?:on|in|at|of|per|by|during|after|before|following|since|from|upon|under|when|while|as|with|despite|because|for|although|though|until|through|reached|contacted|asked|queried|pressed|questioned|interviewed|telephoned|called|speaking|according|separately|however|also|then|later|finally|meanwhile|moreover|additionally|subsequently|afterwards?|again|similarly|earlier|regarding|concerning)\b";
    /// A phrase with a day that no comma ends: `On May 3 the`, `In a letter of May 3 the`.
    BEFORE_DAY = r"^\W*(?:on|by|in)(?: (?:a|an|its|his|her|their))?(?: \w+){0,2}? $";
    /// `In a May 3 e-mail to post, `: the phrase goes on.
    OF_DAY = r"^ (?:e-?mail|letter|note|call|telephone|phone|meeting|visit|conversation|interview|message|reply)\b";
    /// Verbs and clauses have no place in a name.
    CLAUSE = r"\b(?:is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|might|must|shall|should|which|that|whose|whom|where|when|if|whether|because|shown|used|told|asked|said|to)\b";
    /// What stands between the subject and its verb.
    HELPERS = r"(?:,?\s+(?:has|have|had|also|then|later|further|again|however|\w{3,}ly))+$";
    /// Words that stand for somebody else, or for nobody.
    NO_ONE = r"^(?:its?|his|her|their|this|that|these|those|they|both|neither|none|nobody|others?|some|all|each|everyone|anyone|the|an?)$|^(?:he|she|it|they|we|who|i)\b";
    /// A sentence goes on, and describes nobody.
    GOES_ON = r"^(?:and|but|that|or|on|in|at|by|to|during|from|with)\b|\b(?:is|are|was|were|has|have|had|will|would)\b";
    /// People who are known by what they do.
    FUNCTION = r"\b(?:director|manager|owner|representative|official|officer|minister|spokes(?:man|woman|person)|clerk|receptionist|president|ceo|secretary|commander|chief|head|guard|neighbors?|landlord|accountant|employee|salesman|partner|proprietor|proprietress|contact|attorney|lawyer|adviser|advisor|dealer|importer|staff|end-?user|consignee|applicant|broker|seller|freight forwarder)s?\b";
    /// The embassy's own people, where [`OWN_PEOPLE`] does not know them.
    OWN_OFFICES = r"^\W*(?:the |our |an? )?(?:(?:u\.?s\.? )?(?:foreign )?commercial (?:service|officer|section|specialist|attach)|consul(?:ar|ate)\b|political(?:[-/ ]\w+)? (?:section|officer)|economic (?:section|officer)|pol-?mil|(?:assistant )?defen[cs]e attach|legal attach|local staff|embassy|washington)";
    /// An office of the host country whose name begins like that of the Department of State.
    THEIR_DEPARTMENT = r"\bdepartment (?:for|of) (?:[^s]|s[^t])|'s department\b|\bdepartment (?:chief|head|director)\b";
    /// Bodies of the host government, beside [`AUTHORITY_WORDS`].
    GOVERNMENT = r"\b(?:army|navy|air force|coast guard|border guard|armed forces|government|gendarmerie|military|secretariat|parliament)\b";
}

/// The firm, without its name: it speaks, and is nobody one can meet.
pub fn is_the_firm(words: &str) -> bool {
    patterns! {
        FIRM = r"^\W*(?:the|this|subject) (?:firm|company|dealer|business)\W*$";
    }
    FIRM.is_match(words)
}

/// What a sentence begins with before a verb: the phrase in front, and the subject.
pub struct Subject<'a> {
    /// `In a second call on June 23, `; often empty.
    pub lead: &'a str,
    /// `Superintendent Neville Grant of the Firearm Licensing Authority`; empty where nobody remains.
    pub words: &'a str,
}

impl<'a> Subject<'a> {
    /// The subject with the comma or words after it, of the text it was cut from.
    pub fn words_in(&self, before: &'a str) -> &'a str {
        if self.words.is_empty() { self.words } else { &before[self.lead.len()..] }
    }
}

/// Cuts what stands before a verb.
pub fn subject(before: &str) -> Subject<'_> {
    let mut at = 0;
    for _ in 0..4 {
        let rest = &before[at..];
        if !LEAD.is_match(rest) {
            break;
        }
        match after_lead(rest) {
            Some(end) => at += end,
            None => return Subject { lead: before, words: "" },
        }
    }
    let words = before[at..].trim().trim_end_matches(',');
    let end = HELPERS.find(words).map_or(words.len(), |found| found.start());
    Subject { lead: &before[..at], words: words[..end].trim_end_matches(',') }
}

/// Where a phrase in front ends: after its day or its comma, or before the person the words end with.
fn after_lead(text: &str) -> Option<usize> {
    let ends = |day: &std::ops::Range<usize>| BEFORE_DAY.is_match(&text[..day.start]) && !OF_DAY.is_match(&text[day.end..]);
    let day = dates::written(text).into_iter().next().filter(ends);
    if let Some(day) = day {
        let rest = &text[day.end..];
        return Some(day.end + (rest.len() - rest.trim_start_matches([',', ' ']).len()));
    }
    let is_year = |at: usize| text[at + 2..].bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
    if let Some((at, _)) = text.match_indices(", ").find(|(at, _)| !is_year(*at)) {
        return Some(at + 2);
    }
    let (_, person) = persons::person(text)?;
    text[person.end..].trim().is_empty().then_some(person.start)
}

/// Whether a subject is the embassy itself or one of its people.
pub fn is_own(words: &str) -> bool {
    let theirs = THEIR_DEPARTMENT.is_match(words);
    !theirs && (OWN_PEOPLE.is_match(words) || OWN_OFFICES.is_match(words) || super::words::is_own(words))
}

/// The office, firm or function a subject names; none where its words are a stretch of a sentence.
pub fn office(words: &str) -> Option<String> {
    let stops = [", ", " (", " who ", " which ", " whose ", " on license", " on the license", " on ", " by phone", "; "];
    let whole = names::organization_at(words).unwrap_or(0);
    let lower = words.to_ascii_lowercase();
    let end = stops.iter().filter_map(|stop| lower[whole..].find(stop)).min().map_or(words.len(), |at| whole + at);
    let is_short = |end: &usize| words[..*end].split(' ').count() <= 10;
    let end = if whole > 0 && whole < end && !is_short(&end) { whole } else { end };
    let words = named_after(&words[..end], &words[end..]).unwrap_or(&words[..end]);
    let words = names::tidy(words.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '('));
    let words = ["The ", "the ", "THE ", "A ", "a ", "An ", "an ", "Its ", "its "]
        .iter()
        .find_map(|article| words.strip_prefix(article))
        .unwrap_or(&words);
    let words = words.split_once(" in ").filter(|(_, when)| dates::is_month(when)).map_or(words, |(office, _)| office);
    let fits = words.len() > 2
        && words.split(' ').count() <= 10
        && !words.starts_with(|c: char| c.is_ascii_digit())
        && !words.contains(['"', ';', ':'])
        && !CLAUSE.is_match(words)
        && !NO_ONE.is_match(words)
        && !LEAD.is_match(words)
        && dates::written(words).is_empty()
        && !is_own(words);
    (fits && is_somebody(words)).then(|| words.to_owned())
}

/// `The importer of record, Ardal Sports,`: the name stands after the function.
fn named_after<'a>(function: &str, after: &'a str) -> Option<&'a str> {
    let plain = function.trim_start_matches("The ").trim_start_matches("the ");
    let name = after.strip_prefix(", ")?.split(", ").next()?.trim_end_matches([',', ' ']);
    let name = name.strip_prefix("the ").unwrap_or(name);
    let capitals = name.split(' ').all(|word| word.starts_with(char::is_uppercase) || matches!(word, "of" | "and" | "&" | "for" | "the"));
    (FUNCTION.is_match(plain) && !plain.contains(char::is_uppercase) && capitals && !name.is_empty()).then_some(name)
}

/// Whether words are a stretch of a sentence and describe nobody.
pub fn is_phrase(words: &str) -> bool {
    CLAUSE.is_match(words) || LEAD.is_match(words)
}

/// Whether what follows a name goes on with the sentence.
pub fn goes_on(words: &str) -> bool {
    GOES_ON.is_match(words)
}

/// Whether words name an office or a firm.
pub fn is_office(words: &str) -> bool {
    AUTHORITY_WORDS.is_match(words) || GOVERNMENT.is_match(words) || names::organization_at(words).is_some()
}

/// Whether words without a person's name say whom: an office, a firm or a function.
pub fn is_somebody(words: &str) -> bool {
    let has_capital =
        words.chars().any(|c| c.is_ascii_lowercase()) && words.split(' ').any(|word| word.starts_with(|c: char| c.is_uppercase()));
    let short = words.len() <= 9 && words.chars().all(|c| c.is_ascii_uppercase());
    has_capital
        || short
        || FUNCTION.is_match(words)
        || AUTHORITY_WORDS.is_match(words)
        || GOVERNMENT.is_match(words)
        || names::organization_at(words).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_subject_is_cut_off() {
        for (before, wanted) in [
            ("On May 4, the director ", "the director"),
            ("On May 4 the registry ", "the registry"),
            ("On May 4, 2009, the director ", "the director"),
            ("In a second call on June 23, Inspector Abel Tonnard ", "Inspector Abel Tonnard"),
            ("Reached by telephone on June 7, Ostrander ", "Ostrander"),
            ("Per ref B, Harbor Directorate ", "Harbor Directorate"),
            ("Asked about the first talk, he ", "he"),
            ("At the gate they were ", ""),
            ("During the visit Mr. Abel Tonnard ", "Mr. Abel Tonnard"),
            ("The director ", "The director"),
            ("The Licensing Office of Ardal has also ", "The Licensing Office of Ardal"),
        ] {
            assert_eq!(subject(before).words, wanted, "{before}");
        }
    }

    #[test]
    fn an_office_is_no_stretch_of_a_sentence() {
        for (words, wanted) in [
            ("The Northern Air Force (NAF), named as end-user", Some("Northern Air Force")),
            ("A guard who declined to give his name", Some("guard")),
            ("the intermediate consignee on license 05-1", Some("intermediate consignee")),
            ("The hangar is used by a school whose staff", None),
            ("armory in January", None),
            ("Econ specialist", None),
            ("In the valley", None),
        ] {
            assert_eq!(office(words).as_deref(), wanted, "{words}");
        }
    }

    #[test]
    fn the_embassy_s_people_are_its_own() {
        for own in ["Econ specialist", "DAO", "The Commercial Service", "the consular assistant", "Post", "Department of State"] {
            assert!(is_own(own), "{own}");
        }
        assert!(!is_own("The Department for Trade and Crafts"));
        assert!(!is_own("the manager"));
    }
}
