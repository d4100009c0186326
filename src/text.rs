//! What people type: parsed once at the door into a type that says it is fit to be stored.
//! Classified text is refused here, so every form and every draft refuses it.

use std::{cell::Cell, fmt, str::FromStr};

use rust_decimal::Decimal;
use time::{Date, Month};

/// The most characters a text may have.
pub const TEXT_LIMIT: usize = 10_000;
/// The most characters a one-line answer may have.
pub const LINE_LIMIT: usize = 200;

/// A text of one to 10,000 characters, in any script, as typed but for line ends and outer blank space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

/// One line of one to 200 characters, outer blank space removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

/// Reasons that have to say something: at least ten characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons(String);

/// A calendar date, typed as day, month and year (`18/6/2008`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

/// A whole number of at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(pub i64);

/// An amount in U.S. dollars, not negative, with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(pub Decimal);

/// An answer that may be left blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Optional<T>(pub Option<T>);

/// How much of a classification mark is told.
const MARK: usize = 40;

/// Whether a page shows less of a text than all of it.
pub fn is_cut(shown: &str, whole: i32) -> bool {
    usize::try_from(whole).is_ok_and(|whole| whole > shown.chars().count())
}

impl FromStr for Text {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        checked(raw, TEXT_LIMIT).map(Self)
    }
}

impl FromStr for Line {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let line = checked(raw, LINE_LIMIT)?;
        if line.contains('\n') { Err("This answer has to be on one line.".into()) } else { Ok(Self(line)) }
    }
}

impl FromStr for Reasons {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let text = checked(raw, TEXT_LIMIT)
            .map_err(|error| if raw.trim().is_empty() { "Give the reasons.".into() } else { error })?;
        if text.chars().count() < 10 {
            Err("Give the reasons in at least ten characters.".into())
        } else {
            Ok(Self(text))
        }
    }
}

fn checked(raw: &str, limit: usize) -> Result<String, String> {
    let text = raw.replace("\r\n", "\n").trim().to_owned();
    let length = text.chars().count();
    if text.is_empty() {
        Err("This answer is needed.".into())
    } else if length > limit {
        Err(format!("At most {limit} characters; this has {length}."))
    } else {
        storable(&text).map(|()| text)
    }
}

/// Whether a text may be stored at all: no NUL (PostgreSQL has none) and no classification mark.
pub fn storable(text: &str) -> Result<(), String> {
    if text.contains('\0') {
        return Err(
            "This has a character that cannot be stored (NUL). Type the text again or paste it as plain text.".into()
        );
    }
    let Some((line, found)) = classified_line(text) else { return Ok(()) };
    let place = if text.trim().contains(ends_a_line) { format!(" in line {line}") } else { String::new() };
    Err(match found {
        Classification::Marked(mark) => format!(
            "This looks classified ({mark}{place}). Lantern takes no classified text and has not stored it. Do not send it again; \
             report it to your information security officer, who will tell you what to do with this page."
        ),
        Classification::PerhapsAList => format!(
            "Is (C){place} the third entry of a list, or a classification mark? Lantern cannot take a classified text and has not stored \
             this. If it is a list, write (1) (2) (3) instead."
        ),
    })
}

thread_local! {
    /// Whether a person said of the text at hand that its lines (A), (B), (C) are a list.
    static LISTS: Cell<bool> = const { Cell::new(false) };
}

/// Judges a text of which a person said that its lines `(A)`, `(B)`, `(C)` are a list. Nothing else that is refused
/// passes by it: neither a `(C)` that stands alone, nor one with a number before it, nor one that comes after another
/// mark.
pub fn with_lists<T>(judge: impl FnOnce() -> T) -> T {
    struct Until(bool);
    impl Drop for Until {
        fn drop(&mut self) {
            LISTS.set(self.0);
        }
    }
    let _until = Until(LISTS.replace(true));
    judge()
}

/// Whether a refusal of [`storable`] asks whether a mark is the entry of a list.
pub fn asks_for_a_list(refusal: &str) -> bool {
    refusal.starts_with("Is (C)")
}

/// Whether a refusal of [`storable`] is for a classification mark.
pub fn tells_of_classification(refusal: &str) -> bool {
    refusal.starts_with("This looks classified (") || asks_for_a_list(refusal)
}

/// What a classification mark in a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classification {
    /// A portion mark or a banner line.
    Marked(String),
    /// `(C)` after `(A)` and `(B)`: ask.
    PerhapsAList,
}

/// Finds a classification mark: upper-case `(C)`, `(S)` or `(TS)`, with an optional caveat, at the start of a paragraph
/// after its number; or a line that is only CONFIDENTIAL, SECRET or TOP SECRET. `weapon(s)` is honest text.
pub fn classification(text: &str) -> Option<Classification> {
    classified_line(text).map(|(_, found)| found)
}

/// As [`classification`], with the number of the line, the first being 1.
fn classified_line(text: &str) -> Option<(usize, Classification)> {
    let (mut after_a, mut after_b, mut list, mut at) = (false, false, List::default(), 0);
    for whole in text.split_inclusive(ends_a_line) {
        let line = whole.trim_matches(is_unseen);
        let third = list.is_third(line);
        let found = match portion_mark(line) {
            _ if matches!(line, "CONFIDENTIAL" | "SECRET" | "TOP SECRET") => {
                Some(Classification::Marked(line.to_owned()))
            }
            _ if heads_a_classified_telegram(line) => Some(Classification::Marked("its header".to_owned())),
            Some("C") if third && LISTS.get() => None,
            Some("C") if (third || after_b) && !LISTS.get() => Some(Classification::PerhapsAList),
            Some(mark) if is_classified(mark) => {
                Some(Classification::Marked(format!("({})", mark.chars().take(MARK).collect::<String>())))
            }
            mark => {
                after_b = after_b || (after_a && mark == Some("B"));
                after_a = after_a || mark == Some("A");
                None
            }
        };
        if let Some(found) = found {
            // CR LF ends one line, not two.
            return Some((1 + text[..at].replace("\r\n", "\n").matches(ends_a_line).count(), found));
        }
        at += whole.len();
    }
    None
}

/// How far a list `(A)`, `(B)`, `(C)` has come: its entries at the heads of lines, or one after the other as in `REF:
/// (A) ... (B) ...`.
#[derive(Default)]
struct List {
    passed: u8,
    /// The last entry stood within a line: the next one stands there too, or on the line after it.
    within: bool,
}

impl List {
    /// Whether a line begins with the third entry. Another mark at its head ends the list.
    fn is_third(&mut self, line: &str) -> bool {
        if line.is_empty() {
            return false;
        }
        if line.starts_with("(C)") && self.passed == 2 {
            *self = Self::default();
            return true;
        }
        let entries = line
            .match_indices('(')
            .filter(|(at, _)| line[..*at].ends_with(|before: char| before.is_whitespace()) || *at == 0);
        let entries: Vec<(usize, u8)> = entries
            .filter_map(|(at, _)| {
                Some((at, *line.as_bytes().get(at + 1)?)).filter(|_| line.as_bytes().get(at + 2) == Some(&b')'))
            })
            .collect();
        if self.within || (portion_mark(line).is_some() && entries.first().is_none_or(|(at, _)| *at > 0)) {
            self.passed = 0;
        }
        for (at, letter) in entries {
            self.passed = match (letter, self.passed) {
                (b'A', _) => 1,
                (b'B', 1) => 2,
                _ => 0,
            };
            self.within = at > 0;
        }
        self.within &= self.passed > 0;
        false
    }
}

/// Every character that any program ends a line or a page with: a mark after it stands at the head of a line.
fn ends_a_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What may stand before a paragraph's number and is not read: blanks, a byte order mark, a pilcrow.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{b6}')
}

/// A line that only the header of a classified telegram has: `C O N F I D E N T I A L SECTION 01 OF 02 ...`, `SECRET
/// GUATEMALA 000773`, `CONFIDENTIAL//NOFORN`, `ZNY CCCCC ZZH`.
fn heads_a_classified_telegram(line: &str) -> bool {
    if let Some(group) = line.strip_prefix("ZNY").filter(|group| group.starts_with(is_unseen)) {
        return ["CCCCC", "SSSSS", "TTTTT"].iter().any(|class| group.trim_start().starts_with(class));
    }
    if let Some((_, level)) =
        line.split_once(':').filter(|(label, _)| label.trim_end().eq_ignore_ascii_case("classification"))
    {
        let level = level.trim_start();
        return ["CONFIDENTIAL", "SECRET", "TOP SECRET"]
            .iter()
            .any(|class| level.get(..class.len()).is_some_and(|found| found.eq_ignore_ascii_case(class)));
    }
    if ["C O N F I D E N T I A L", "S E C R E T", "T O P  S E C R E T", "T O P S E C R E T"]
        .iter()
        .any(|spaced| line.starts_with(spaced))
    {
        return true;
    }
    let rest = ["TOP SECRET", "SECRET", "CONFIDENTIAL"].into_iter().find_map(|level| line.strip_prefix(level));
    let Some(rest) = rest.filter(|rest| rest.starts_with([' ', '/'])) else { return false };
    let upper = rest
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, ' ' | '/' | '-' | ',' | '.' | '\''));
    let words: Vec<&str> = rest.split([' ', '/', ',']).filter(|word| !word.is_empty()).collect();
    let caveat = |word: &&str| {
        matches!(
            *word,
            "NOFORN" | "SIPDIS" | "NODIS" | "EXDIS" | "NF" | "SI" | "ORCON" | "REL" | "SECTION" | "LIMDIS" | "STADIS"
        )
    };
    let numbered = words.last().is_some_and(|word| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
    upper && (numbered || words.first().is_some_and(caveat))
}

/// The words in brackets at the start of a paragraph, after its number: `3. (SBU) Post ...` gives `SBU`.
fn portion_mark(paragraph: &str) -> Option<&str> {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ')') || is_unseen(c);
    let bracketed = paragraph.strip_prefix('(').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let unnumbered = bracketed.unwrap_or(paragraph).trim_start_matches(number);
    unnumbered.strip_prefix('(')?.split_once(')').map(|(mark, _)| mark.trim())
}

/// Whether a portion mark is above unclassified: `C`, `S/NF`, `TS//SI`, `S-NF`.
pub fn is_classified(mark: &str) -> bool {
    let (level, caveat) = mark.split_once(['/', '-']).unwrap_or((mark, ""));
    matches!(level.trim(), "C" | "S" | "TS")
        && caveat.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '/' | ' ' | ',' | '-'))
}

impl FromStr for Day {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let mut parts = raw.split('/').map(str::trim);
        let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("Give the date as day, month and year.".into());
        };
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return Err("Give the date as day, month and year.".into());
        }
        let day: u8 = day.parse().map_err(|_| "The day is a number from 1 to 31.")?;
        let month: u8 = month.parse().map_err(|_| "The month is a number from 1 to 12.")?;
        let month = Month::try_from(month).map_err(|_| "The month is a number from 1 to 12.")?;
        let year: i32 = year.parse().map_err(|_| "The year has four digits.")?;
        if !(1900..=2200).contains(&year) {
            return Err("The year has four digits.".into());
        }
        Date::from_calendar_date(year, month, day).map(Self).map_err(|_| format!("{month} {year} has no day {day}."))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.0.day(), u8::from(self.0.month()), self.0.year())
    }
}

impl FromStr for Quantity {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let digits: String = raw.trim().chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        match digits.parse() {
            Ok(quantity @ 1..=1_000_000_000) => Ok(Self(quantity)),
            _ => Err("Give a whole number from 1 to 1,000,000,000."),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Dollars {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let digits: String = raw.trim().trim_start_matches('$').chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        match digits.parse::<Decimal>() {
            Ok(amount) if plain && amount.scale() <= 2 && amount < Decimal::from(10_i64.pow(14)) => Ok(Self(amount)),
            _ => Err("Give an amount in U.S. dollars, such as 48200 or 48,200.50."),
        }
    }
}

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: FromStr> FromStr for Optional<T> {
    type Err = T::Err;

    /// Blank, also a date whose three fields are blank, is no answer.
    fn from_str(raw: &str) -> Result<Self, T::Err> {
        if raw.chars().all(|c| c.is_whitespace() || c == '/') {
            Ok(Self(None))
        } else {
            raw.parse().map(|value| Self(Some(value)))
        }
    }
}

impl<T: fmt::Display> fmt::Display for Optional<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| value.fmt(f))
    }
}

impl Optional<Text> {
    /// The text, or the empty string.
    pub fn or_empty(self) -> String {
        self.0.map_or_else(String::new, |text| text.0)
    }
}

impl Optional<Line> {
    /// The line, or the empty string.
    pub fn or_empty(self) -> String {
        self.0.map_or_else(String::new, |line| line.0)
    }
}

macro_rules! stringly {
    ($($name:ident),*) => {$(
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
stringly!(Text, Line, Reasons);

/// A number or name folded for comparison: letters and digits only, compatibility form, lower case, marks removed.
/// `05-050 107086` and `05050107086` fold alike.
pub fn folded(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// A name folded for search: as [`folded`], with single spaces kept between words.
pub fn folded_name(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '-' || c == '/')
        .map(folded)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The patterns of `like` by which a text is looked for in others, where it means itself. An index of three letters in
/// a row is asked, so what is shorter is looked for at the beginning of words; of what has no letter and no digit there
/// is no pattern.
pub fn patterns(text: &str) -> Vec<String> {
    let text = text.trim();
    let itself = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    match (text.contains(char::is_alphanumeric), is_short(text)) {
        (false, _) => Vec::new(),
        (true, false) => vec![format!("%{itself}%")],
        (true, true) => vec![format!("{itself}%"), format!("% {itself}%")],
    }
}

/// Whether a text is too short to be looked for within words: no word of three letters, nor a shorter one of which it
/// is known where it begins (two blanks are counted there) or ends (one).
pub fn is_short(text: &str) -> bool {
    let text = text.trim();
    let mut from = 0;
    let long = text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let (begins, ends) = (from > 0, from + word.len() < text.len());
        from += word.len() + text[from + word.len()..].chars().next().map_or(0, char::len_utf8);
        !word.is_empty() && word.chars().count() + 2 * usize::from(begins) + usize::from(ends) >= 3
    });
    !long
}

/// What a reader has to know of a name that looks like another: it is stored as typed, and shown with this beside it.
pub fn caution(name: &str) -> Option<String> {
    let mut alphabets: Vec<&str> = Vec::new();
    for alphabet in name.chars().filter_map(alphabet) {
        if !alphabets.contains(&alphabet) {
            alphabets.push(alphabet);
        }
    }
    let mixed = (alphabets.len() > 1).then(|| format!("mixes {} letters", alphabets.join(" and ")));
    let hidden = has_invisible(name).then(|| "has invisible characters".to_owned());
    let found: Vec<String> = mixed.into_iter().chain(hidden).collect();
    (!found.is_empty()).then(|| format!("This name {}", found.join(" and ")))
}

/// The alphabets whose letters pass for each other's; no other script is told apart, and a firm's name in two of those
/// is common.
fn alphabet(c: char) -> Option<&'static str> {
    if !c.is_alphabetic() {
        return None;
    }
    match c {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}' => {
            Some("Latin")
        }
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8a}' | '\u{a640}'..='\u{a69f}' => Some("Cyrillic"),
        '\u{531}'..='\u{588}' => Some("Armenian"),
        '\u{13a0}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => Some("Cherokee"),
        _ => None,
    }
}

/// Whether a name has characters that show nothing. Joiners within a script that is written with them are honest.
fn has_invisible(name: &str) -> bool {
    let mut before = ' ';
    name.chars().any(|c| {
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && !before.is_ascii() && alphabet(before).is_none();
        before = c;
        let hidden = matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}');
        (hidden && !joins) || c.is_control()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_name_that_passes_for_another_is_flagged_and_an_honest_one_is_not() {
        assert_eq!(caution("\u{410}lpha Trading").as_deref(), Some("This name mixes Cyrillic and Latin letters"));
        assert_eq!(caution("Alpha\u{200b} Trading").as_deref(), Some("This name has invisible characters"));
        assert_eq!(caution("Al\u{202e}ahp").as_deref(), Some("This name has invisible characters"));
        assert_eq!(
            caution("Α\u{feff}lpha").as_deref(),
            Some("This name mixes Greek and Latin letters and has invisible characters")
        );
        for honest in [
            "Société Générale-Armes",
            "ОАО Восток",
            "東京 Trading 株式会社",
            "شرکت نمونه",
            "می\u{200c}خواهم",
            "न\u{94d}\u{200d}",
            "Ωμέγα",
            "",
        ] {
            assert_eq!(caution(honest), None, "{honest}");
        }
    }

    #[test]
    fn classified_paragraphs_are_refused_and_honest_text_is_not() {
        for refused in [
            "(S) Post learned",
            "3. (C) The source",
            "3.1. (C) The source",
            "(3) (S) The source",
            "3.\u{a0}(S) The source",
            "12. (TS//SI) x",
            "text\n\nSECRET\nmore",
            "(S/NF) a",
            "TOP SECRET",
            "2) (C) y",
            "C O N F I D E N T I A L SECTION 01 OF 02 GUATEMALA 000773",
            "CONFIDENTIAL GUATEMALA 000773",
            "SECRET//NOFORN",
            "ZNY CCCCC ZZH",
            "ZNY  SSSSS",
            "UNCLAS\r\r1. (S) The source",
            "\u{b6}1. (C) The source",
            "\u{feff}SECRET",
            "\u{feff}S E C R E T GUATEMALA 000773",
            "(S-NF) a",
            "Classification: SECRET",
            "CLASSIFICATION : Confidential//NOFORN",
            "\u{c}3. (C) The source",
            "2.\u{200b} (C) The source",
            "end.\u{2028}(TS) The source",
        ] {
            assert!(matches!(classification(refused), Some(Classification::Marked(_))), "{refused}");
        }
        for honest in [
            "SECRET BALLOTS ARE USED",
            "ZNY EEEEE ZZH",
            "CONFIDENTIAL SOURCES SAY SO",
            "the weapon(s) arrived",
            "(SBU) Post",
            "(U) x",
            "a secret ballot",
            "Secret",
            "(c) 2008",
            "see (C) above",
            "(Cont.) more",
            "(C-130) spare parts",
            "Classification: UNCLASSIFIED",
            "Classification: not yet told",
            "",
        ] {
            assert_eq!(classification(honest), None, "{honest}");
        }
    }

    #[test]
    fn every_kind_of_text_refuses_a_classified_paragraph_and_says_what_to_do() {
        let typed = "(S) Post learned of another buyer";
        let refusals = [
            typed.parse::<Text>().unwrap_err(),
            typed.parse::<Line>().unwrap_err(),
            typed.parse::<Reasons>().unwrap_err(),
            typed.parse::<Optional<Text>>().unwrap_err(),
            typed.parse::<Optional<Line>>().unwrap_err(),
            storable(typed).unwrap_err(),
        ];
        assert!(
            refusals.iter().all(|refusal| tells_of_classification(refusal))
                && !tells_of_classification("This answer is needed.")
        );
        for refusal in refusals {
            assert!(
                refusal.starts_with("This looks classified ((S)).")
                    && refusal.contains("report it to your information security officer")
            );
        }
        let list = "(A) pistols\n(B) rifles\n(C) magazines".parse::<Text>().unwrap_err();
        assert!(tells_of_classification(&list));
        assert!(list.starts_with("Is (C) in line 3 the third entry of a list"));
        let told = storable("UNCLAS\r\n\r\n1. (U) One.\r\n2. (S/NF) Two.").unwrap_err();
        assert!(told.starts_with("This looks classified ((S/NF) in line 4)."), "{told}");
    }

    #[test]
    fn a_lettered_list_asks() {
        assert_eq!(classification("(A) pistols\n(B) rifles\n(C) magazines"), Some(Classification::PerhapsAList));
    }

    #[test]
    fn a_list_within_lines_is_asked_about_too() {
        let reference = "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\n(C) STATE 70118, (D) STATE 70119";
        assert_eq!(classification(reference), Some(Classification::PerhapsAList));
        assert_eq!(with_lists(|| classification(reference)), None);
        // It stands on the next line or nowhere, and alone at its head.
        for text in [
            "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\nPost met the firm.\n(C) The source",
            "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\n1. (C) The source",
            "Weapon(A) and weapon(B) were seen.\n(C) The source",
            "REF: (B) BOGOTA 1710 (A) 07 STATE 151003\n(C) The source",
        ] {
            assert!(matches!(classification(text), Some(Classification::Marked(_))), "{text}");
            assert!(matches!(with_lists(|| classification(text)), Some(Classification::Marked(_))), "{text}");
        }
    }

    #[test]
    fn a_list_that_a_person_knows_passes_and_nothing_beside_it() {
        let list = "(A) pistols\n(B) rifles\n(C) magazines\n(D) slings";
        assert_eq!(with_lists(|| classification(list)), None);
        assert_eq!(with_lists(|| classification(&format!("{list}\n\n{list}"))), None, "a second list");
        assert_eq!(
            classification(list),
            Some(Classification::PerhapsAList),
            "said of one text, it is said of no other"
        );
        let certain = [
            "(C) magazines".to_owned(),
            "(A) pistols\n(C) magazines".to_owned(),
            "(B) rifles\n(C) magazines".to_owned(),
            format!("{list}\n(C) The source"),
            format!("3. (C) The source\n{list}"),
            format!("{list}\n(S) The source"),
            format!("(A) pistols\n(B) rifles\n(S) x\n{list}"),
            format!("{list}\nSECRET"),
            "(A) pistols\n(B) rifles\n(C/NF) The source".to_owned(),
            format!("{list}\n(A) x\n(B) y\n3. (C) The source"),
            "(A) pistols\n2. (U) Post said so.\n(B) rifles\n(U) More.\n(C) The source".to_owned(),
        ];
        for text in certain {
            assert!(matches!(with_lists(|| classification(&text)), Some(Classification::Marked(_))), "{text}");
        }
        let broken = std::panic::catch_unwind(|| with_lists(|| panic!("in between")));
        assert!(broken.is_err() && classification(list).is_some());
    }

    #[test]
    fn a_text_keeps_what_was_typed_and_says_what_is_wrong() {
        assert_eq!("  два\r\nслова ".parse::<Text>().unwrap().as_str(), "два\nслова");
        assert!("x".repeat(10_000).parse::<Text>().is_ok());
        assert_eq!("x".repeat(10_001).parse::<Text>().unwrap_err(), "At most 10000 characters; this has 10001.");
        assert!(" \n ".parse::<Text>().is_err());
        assert!("a\0b".parse::<Text>().unwrap_err().contains("NUL"));
    }

    #[test]
    fn a_day_is_judged_part_by_part() {
        assert_eq!("18/6/2008".parse(), Ok(Day(date!(2008 - 06 - 18))));
        assert_eq!("31/2/2026".parse::<Day>().unwrap_err(), "February 2026 has no day 31.");
        for bad in ["//", "18/6/08", "x/6/2008", "1/13/2008", "18-6-2008", "1/2/3/4", ""] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert_eq!("//".parse::<Optional<Day>>().unwrap().0, None);
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!("$48,200.50".parse::<Dollars>().unwrap().to_string(), "48200.50");
        for bad in ["-1", "1.005", "abc", "", "1e9", "99999999999999999999"] {
            assert!(bad.parse::<Dollars>().is_err(), "{bad}");
        }
        assert!("0".parse::<Quantity>().is_err());
        assert_eq!("1,500".parse(), Ok(Quantity(1500)));
    }

    #[test]
    fn spellings_of_one_number_fold_alike() {
        assert_eq!(folded("05-050091548"), folded("05 050091548"));
        assert_eq!(folded("#865798"), "865798");
        // The numbers of licenses as they are really written.
        for (written, spellings) in [
            ("050107086", ["05-0107086", "050 107 086", " 050107086"]),
            ("05-050091548", ["05050091548", "05 050091548", "05\u{2013}050091548"]),
            ("05-971940", ["05971940", "05.971940", "05/971940"]),
            ("#865798", ["865798", "No 865798".trim_start_matches("No "), "\u{ff18}65798"]),
        ] {
            for spelling in spellings {
                assert_eq!(folded(spelling), folded(written), "{spelling}");
            }
        }
        assert_ne!(folded("05-971940"), folded("05-971941"));
        assert_eq!(folded_name("Société  Générale-Armes"), "societe generale armes");
    }

    #[test]
    fn what_is_looked_for_means_itself_and_an_index_can_look_for_it() {
        for (text, patterns) in [
            ("permit", vec!["%permit%"]),
            (" 100%_a\\ ", vec!["%100\\%\\_a\\\\%"]),
            ("sa", vec!["sa%", "% sa%"]),
            ("x-5", vec!["%x-5%"]),
            ("-12.5", vec!["%-12.5%"]),
            ("é", vec!["é%", "% é%"]),
            ("武器", vec!["武器%", "% 武器%"]),
            ("%", vec![]),
            ("___", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(super::patterns(text), patterns, "{text:?}");
        }
    }
}
