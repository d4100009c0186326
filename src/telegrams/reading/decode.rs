//! Bytes to text without losing one: UTF-8, else Windows-1252, else Latin-1; and back from a place in the text to the
//! bytes that came.

use std::borrow::Cow;

use super::{Encoding, Span};

/// The text of an input, and where each character of it came from.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// How the input was encoded.
    pub encoding: Encoding,
    /// Of a single-byte encoding: where in the text each byte's character begins.
    starts: Vec<u32>,
}

/// What Windows-1252 has between 0x80 and 0x9f; a byte it does not define stands for itself.
const WINDOWS: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

pub fn decode(input: &[u8]) -> Decoded<'_> {
    if let Ok(text) = std::str::from_utf8(input) {
        return Decoded { text: text.into(), encoding: Encoding::Utf8, starts: Vec::new() };
    }
    let windows =
        input.iter().any(|byte| (0x80..0xa0).contains(byte) && WINDOWS[usize::from(byte - 0x80)] as u32 > 0xff);
    let mut text = String::with_capacity(input.len() + input.len() / 8);
    let mut starts = Vec::with_capacity(input.len() + 1);
    for byte in input {
        starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        text.push(match byte {
            0x80..0xa0 if windows => WINDOWS[usize::from(byte - 0x80)],
            _ => char::from(*byte),
        });
    }
    let encoding = if windows { Encoding::Windows1252 } else { Encoding::Latin1 };
    Decoded { text: text.into(), encoding, starts }
}

impl Decoded<'_> {
    /// A place of the text in the input.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span { start: self.byte(start), end: self.byte(end) }
    }

    fn byte(&self, at: usize) -> usize {
        if self.encoding == Encoding::Utf8 {
            return at;
        }
        self.starts.partition_point(|start| (*start as usize) < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_character_of_the_text() {
        let decoded = decode(b"caf\xe9 \x93Z\xfcrich\x94");
        assert_eq!((decoded.encoding, decoded.text.as_ref()), (Encoding::Windows1252, "café \u{201c}Zürich\u{201d}"));
        let at = decoded.text.find("Zürich").unwrap();
        let span = decoded.span(at, at + "Zürich".len());
        assert_eq!((span.start, span.end), (6, 12));
        assert_eq!(decoded.span(0, decoded.text.len()).end, 13);
    }

    #[test]
    fn latin_1_is_told_from_windows_and_utf_8_stays() {
        assert_eq!(decode(b"se\xf1or").encoding, Encoding::Latin1);
        let decoded = decode("\u{feff}señor".as_bytes());
        assert_eq!((decoded.encoding, decoded.span(3, 4).start), (Encoding::Utf8, 3));
    }
}
