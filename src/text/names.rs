//! Names and numbers compared: folded, looked for, and told from those that look alike.

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

/// A name folded for search: as [`folded`], with single spaces kept between words, and letters that have a mark within
/// them written as they are without it.
pub fn folded_name(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '-' || c == '/')
        .map(|word| folded(word).chars().fold(String::new(), plain_letter))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a name is known by: its letters and digits alone, so that `S. A.`, `S.A.` and `SA` are one, and `GmbH & Co. KG`
/// however it is parted. The database has the same function of what is stored (`name_key`).
pub fn name_key(text: &str) -> String {
    folded_name(text).replace(' ', "")
}

/// Letters that no decomposition takes apart, in the order of [`PLAIN`]. The migration that made `name_key` has the
/// same.
const MARKED: &str = "łđðøıħŧŋɖɗɓƀƙƴɨʉɵƒəɛɔĸς";
const PLAIN: &str = "lddoihtnddbbkyiuofaeokσ";
/// Those that are written as two.
const AS_TWO: [(char, &str); 4] = [('ß', "ss"), ('æ', "ae"), ('œ', "oe"), ('þ', "th")];

/// Adds a folded letter as it is typed where the keyboard does not have it. Signs that only part syllables go.
fn plain_letter(mut word: String, letter: char) -> String {
    let as_two = AS_TWO.iter().find(|(known, _)| *known == letter);
    match (as_two, MARKED.chars().position(|known| known == letter)) {
        (Some((_, two)), _) => word.push_str(two),
        (None, Some(place)) => word.extend(PLAIN.chars().nth(place)),
        _ if ('\u{2b9}'..='\u{2bf}').contains(&letter) => {}
        _ => word.push(letter),
    }
    word
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
