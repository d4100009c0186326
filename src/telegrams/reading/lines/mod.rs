//! The lines of a telegram, and what a line is by its own look.

mod header;
mod site;
mod text;

pub use header::*;
pub use site::*;
pub use text::*;

/// One line: where it begins, where its words stand, where the next line begins.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its words, line end and what a site put around them cut off.
    pub text: &'a str,
    pub begin: usize,
    pub start: usize,
    /// After its line end, and after an empty line that belongs to it.
    pub end: usize,
}

impl<'a> Line<'a> {
    /// Its words without outer blank space.
    pub fn words(&self) -> &'a str {
        self.text.trim()
    }

    /// Whether there is nothing on it but, perhaps, a rule.
    pub fn is_blank(&self) -> bool {
        is_rule(self.words())
    }

    /// Leaves out bytes at its head.
    fn skip(&mut self, bytes: usize) {
        self.text = &self.text[bytes..];
        self.begin += bytes;
    }
}

/// Nothing, or `-----`, `=====`, `* * * * *`.
fn is_rule(words: &str) -> bool {
    words.is_empty()
        || (words.len() >= 4
            && words.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'*' | b'_' | b'~' | b'+' | b' ')))
}

/// Every line as it stands, ended by LF, CR LF or CR.
pub fn split(text: &str) -> Vec<Line<'_>> {
    let bytes = text.as_bytes();
    let (mut lines, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        let stop =
            bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |at| start + at);
        let end = match bytes.get(stop..) {
            Some([b'\r', b'\n', ..]) => stop + 2,
            Some([_, ..]) => stop + 1,
            _ => stop,
        };
        lines.push(Line { text: &text[start..stop], begin: start, start, end });
        start = end;
    }
    lines
}

/// The first word of a line and what follows it.
pub fn first_word(words: &str) -> (&str, &str) {
    words.split_once(char::is_whitespace).map_or((words, ""), |(first, rest)| (first, rest.trim_start()))
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether words have letters, and none of them small.
pub fn is_shouted(words: &str) -> bool {
    !words.bytes().any(|byte| byte.is_ascii_lowercase()) && words.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests;
