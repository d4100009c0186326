//! What a site did to every line is taken off here and nowhere else: signs of a quoted e-mail, tags, an indent, an
//! empty line after each; and what it put on one line is parted again.

use super::{
    Line,
    header::{classification, keyword},
    split,
    text::numbered,
};
use crate::telegrams::reading::words::patterns;

/// Every line, what a site did to it taken off.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = split(text);
    lines.iter_mut().for_each(untag);
    set_out(&mut lines);
    unquote(&mut lines);
    set_out(&mut lines);
    parted(single(lines))
}

/// What sites leave around the words of a line, in lower case.
pub(super) const TAGS: [&str; 12] =
    ["<br>", "<br/>", "<br />", "<p>", "</p>", "<pre>", "</pre>", "<div>", "</div>", "&nbsp;", "\u{feff}", "\u{200b}"];

fn untag(line: &mut Line<'_>) {
    let has = |part: Option<&str>, tag: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(tag));
    loop {
        let lead = line.text.len() - line.text.trim_start().len();
        let Some(tag) = TAGS.iter().find(|tag| has(line.text.get(lead..lead + tag.len()), tag)) else { break };
        line.skip(lead + tag.len());
    }
    loop {
        let text = line.text.trim_end();
        let Some(tag) = TAGS.iter().find(|tag| text.len() >= tag.len() && has(text.get(text.len() - tag.len()..), tag))
        else {
            break;
        };
        line.text = &text[..text.len() - tag.len()];
    }
}

/// Takes the `>` of a quoted e-mail off, where most lines have it.
fn unquote(lines: &mut [Line<'_>]) {
    let (all, quoted) = lines
        .iter()
        .filter(|line| !line.is_blank())
        .fold((0, 0), |(all, quoted), line| (all + 1, quoted + usize::from(line.text.starts_with('>'))));
    if quoted < 5 || quoted * 10 < all * 6 {
        return;
    }
    for line in lines {
        while line.text.starts_with('>') {
            line.skip(1);
            let blank = usize::from(line.text.starts_with(' '));
            line.skip(blank);
        }
    }
}

/// Takes off what nearly every line is set in by.
fn set_out(lines: &mut [Line<'_>]) {
    let indent = |line: &Line<'_>| line.text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut all: Vec<usize> = lines.iter().filter(|line| !line.words().is_empty()).map(indent).collect();
    all.sort_unstable();
    let least = all.get(all.len() / 10).copied().unwrap_or_default();
    if all.len() > 4 && least > 0 {
        for line in lines {
            line.skip(least.min(indent(line)));
        }
    }
}

/// Where a site put an empty line after each, that belongs to the line above it.
fn single(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let (mut gaps, mut wide, mut running) = (0_usize, 0, 0);
    for pair in lines.windows(2).filter(|pair| !pair[0].words().is_empty()) {
        gaps += 1;
        wide += usize::from(pair[1].words().is_empty());
        let words = pair[0].words();
        running += usize::from((40..90).contains(&words.len()) && !words.ends_with(['.', '!', '?', ':', ')', '"']));
    }
    if gaps < 8 || wide * 10 < gaps * 9 || running * 6 < gaps {
        return lines;
    }
    let mut kept: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    let mut after_words = false;
    for line in lines {
        let blank = line.words().is_empty();
        match kept.last_mut().filter(|_| blank && after_words) {
            Some(above) => above.end = line.end,
            None => kept.push(line),
        }
        after_words = !blank;
    }
    kept
}

patterns! {
    /// What begins a line of its own, and stands in the middle of one where a site joined them.
    JOINED = r"[\s0-9](?:(?:TAGS|SUBJECT|SUBJ|RE|REFS?|REFTELS?|E\.O\.\s?\d{5})\s*(?::|\s-\s)|TAGS\s[A-Z]{4,5}\b)|\s\d{1,2}(?:\.\s?|\s)\((?:U|SBU|U//FOUO|SBU/NF|SBU/NOFORN)\)";
}

/// Parts what stands on one line and would stand on several: groups of the header, paragraphs that have number and
/// mark.
fn parted(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut all = Vec::with_capacity(lines.len());
    let (mut in_header, mut last) = (true, 0);
    for mut line in lines {
        if let Some((number, Some(_), _)) = numbered(line.text) {
            (in_header, last) = (false, number);
        }
        let head = keyword(line.words()).is_some()
            || classification(line.words()).is_some()
            || line.words().starts_with("TAGS");
        let mut from = 0;
        while let Some(found) = JOINED.find_at(line.text, from) {
            from = found.end();
            let before = line.text[..found.start()].trim_end();
            let is_paragraph = found.as_str().ends_with(')');
            let number: Option<u32> = found
                .as_str()
                .trim()
                .split(['.', ' ', '\u{a0}'])
                .next()
                .and_then(|number| number.parse().ok())
                .filter(|_| is_paragraph);
            let ends = number == Some(last + 1)
                || (before.ends_with(['.', '!', '?', '"', ')', ':'])
                    && number.is_some_and(|number| number > last && number < last + 6));
            let shouted = !found.as_str().bytes().any(|byte| byte.is_ascii_lowercase());
            if !shouted || before.is_empty() || !(if is_paragraph { ends } else { head && in_header }) {
                continue;
            }
            let at = found.start() + found.as_str().chars().next().map_or(0, char::len_utf8);
            let (first, rest) = line.text.split_at(at);
            all.push(Line { text: first, begin: line.begin, start: line.start, end: line.begin + at });
            line = Line { text: rest, begin: line.begin + at, start: line.begin + at, end: line.end };
            in_header &= !is_paragraph;
            last = number.unwrap_or(last);
            from = 1;
        }
        all.push(line);
    }
    all
}
