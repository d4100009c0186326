//! The letters of a line as they look: whatever a reader takes for an `S` is one.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::skeleton;

/// A line in the letters that it seems to be written in: compatibility forms, accents and what is not seen taken off,
/// letters of other alphabets by the Latin ones they look like.
pub(super) fn plain(line: &str) -> String {
    let numbers = line.chars().flat_map(|c| [Some(c), is_a_number_in_one(c).then_some('.')].into_iter().flatten());
    let seen: String =
        numbers.nfkd().filter(|c| !is_combining_mark(*c) && !is_unseen(*c)).flat_map(looks_like).collect();
    words_in_digits(&seen)
}

/// The number of a paragraph in one character: `①`, `⑴`, `⒈`.
fn is_a_number_in_one(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{2487}' | '\u{2776}'..='\u{2793}')
}

/// What no reader sees: marks of direction, joiners, soft hyphens, a byte order mark.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The letters of the Latin alphabet as small capitals, which the tables of what looks alike leave out.
const SMALL: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ";

fn looks_like(c: char) -> Vec<char> {
    if c.is_ascii() {
        return vec![c];
    }
    if let Some(at) = SMALL.chars().position(|small| small == c) {
        return ('A'..='Z').nth(at).into_iter().collect();
    }
    match c {
        _ if c.is_whitespace() => vec![' '],
        '\u{2010}'..='\u{2015}' | '\u{2212}' => vec!['-'],
        '【' | '〔' | '〖' | '⟦' => vec!['['],
        '】' | '〕' | '〗' | '⟧' => vec![']'],
        _ => {
            let alike: Vec<char> = skeleton(c.encode_utf8(&mut [0; 4])).collect();
            // The tables take a capital `I` for a small `l`.
            match alike.as_slice() {
                ['l'] if !c.is_lowercase() => vec!['I'],
                [one] if one.is_ascii() && c.is_uppercase() => vec![one.to_ascii_uppercase()],
                [_, ..] if alike.iter().all(char::is_ascii) => alike,
                _ => vec![c],
            }
        }
    }
}

/// The words of a mark, where digits stand for letters in them: `C0NFIDENTIAL`.
fn words_in_digits(line: &str) -> String {
    if !line.contains(['0', '1', '3', '5']) {
        return line.to_owned();
    }
    let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).map(|word| {
        let read = word.replace('0', "O").replace('1', "I").replace('3', "E").replace('5', "S");
        let bare = read.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_uppercase();
        if matches!(bare.as_str(), "SECRET" | "CONFIDENTIAL" | "NOFORN") { read } else { word.to_owned() }
    });
    words.collect()
}
