//! What is a mark, and what may be one: judged line by line, in plain letters.

use std::sync::LazyLock;

use regex::{Match, Regex};

/// What a line is, as far as marks go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// A mark, in its own letters.
    Mark(String),
    /// It may be one, after so many characters.
    Perhaps(usize),
}

/// Which entries of lists stood before a line.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Listed {
    b: bool,
    r: bool,
}

impl Listed {
    pub(super) fn take(&mut self, line: &str) {
        self.b |= line.contains("(b)");
        self.r |= line.contains("(r)");
    }
}

const LEVEL: &str = r"(?:TOP[\s-]*SECRET|SECRET|CONFIDENTIAL)";
/// What a mark says besides its level. Two letters may mean much else, and are a caveat only in company.
const CAVEAT: &str = concat!(
    r"(?:NOFORN|NF|REL(?:\s*TO)?(?:\s+[A-Z]{2,4}(?:,?\s+[A-Z]{2,4})*)?|ORCON|OC|SI|TK|HCS(?:-[A-Z])?|SCI|RD|FRD|CNWDI",
    r"|FGI|FVEY|IMCON|PROPIN|RSEN|RELIDO|NODIS|EXDIS|LIMDIS|STADIS|SIPDIS|COMINT|HUMINT|EYES\s+ONLY|NATO|SAR)"
);
const PAGE: &str = r"(?i:page\s+\d+(?:\s+of\s+\d+)?)";
/// Until when a text is classified.
const UNTIL: &str = r"(?:\d{1,2}/\d{1,2}/\d{2,4}|\d{8}|(?:25)?X\d|OADR|MR\b)";

/// What stands between the letters of a word that is spaced out.
const APART: &str = "[ ._-]+";
/// What is no word: signs, tags.
const NOTHING: &str = "[^A-Za-z0-9]|</?[a-z]+>";

macro_rules! rules {
    ($($(#[$meta:meta])* $name:ident = [$($pattern:literal),+ $(,)?];)*) => {
        $(
            $(#[$meta])*
            static $name: LazyLock<Regex> = LazyLock::new(|| rule(&[$($pattern),+]));
        )*

        #[cfg(test)]
        const ALL: &[&LazyLock<Regex>] = &[$(&$name),*];
    };
}

/// Any of these, in which `LEVEL`, `CAVEAT`, `PAGE`, `UNTIL`, `NOTHING` and `~` stand for their patterns.
fn rule(any: &[&str]) -> Regex {
    let pattern = any.join("|");
    let pattern = pattern
        .replace("LEVEL", LEVEL)
        .replace("CAVEAT", CAVEAT)
        .replace("PAGE", PAGE)
        .replace("UNTIL", UNTIL)
        .replace("NOTHING", NOTHING)
        .replace('~', APART);
    #[expect(clippy::expect_used, reason = "the patterns are constants, and a test makes each")]
    Regex::new(&pattern).expect("a pattern of marks")
}

rules! {
    /// `(S//NF)`, `[TS//SI/TK]`, `(s/nf)`, `(S) (NF)`: a level with a caveat, wherever it stands.
    BRACKETED = [
        r"[(\[{<]\s*(?:TS|S|C|LEVEL)(?:\s*(?://|/|-)\s*CAVEAT)+\s*[)\]}>]",
        r"[(\[{<]\s*(?:TS|S|C)\s*[, ]\s*(?:NF|NOFORN|REL(?:\s[A-Z ,]+)?)\s*[)\]}>]",
        r"[(\[{<]\s*(?:ts|s|c)(?://?(?:nf|noforn|rel|si|tk|oc|orcon))+\s*[)\]}>]",
        r"[(\[{<]\s*(?:TS|S|C|LEVEL)(?:\s*//\s*CAVEAT)*\s*//\s*\d{8}\s*[)\]}>]",
        r"\((?:TS|S|C)\)[\s/-]*\((?:NF|NOFORN|REL[^)]*)\)",
    ];
    /// `TS//SI//NF` without brackets.
    BARE = [r"(?:^|[^A-Za-z0-9])(?:TS|S|C)//\s*CAVEAT(?:[^A-Za-z0-9]|$)"];
    /// `SECRET//`, `//SECRET`; an address has a colon before.
    SLASHED = [r"(?i)(?:^|[^a-z0-9/.])LEVEL\s*//", r"(?:^|[^:/])//\s*LEVEL(?:[^a-z0-9]|$)"];
    /// `SECRET NOFORN`, `SECRET/REL TO USA`, `SECRET SECTION 01 OF 02`.
    WITH_CAVEAT = [
        r"(?:^|[^A-Za-z0-9])LEVEL[\s/,-]+(?:NOFORN|NF|ORCON|REL\s+TO|SIPDIS|NODIS|EXDIS|LIMDIS|STADIS|EYES\s+ONLY)\b",
        r"(?:^|[^A-Za-z0-9])LEVEL\s+SECTION\s+\d",
    ];
    /// A line that is a level, perhaps with a page number or whose it is; in capitals.
    LINE = [
        r"^(?:PAGE|NOTHING|NATO|COSMIC|UK|SENSITIVE|UNCLASSIFIED)*LEVEL(?:\s*PAGE|\s*\d{1,3}\s*$|NOTHING)*$",
    ];
    /// `S E C R E T`, `S.E.C.R.E.T.`
    SPACED = [
        r"^[^A-Za-z0-9]*(?:T~O~P~)?S~E~C~R~E~T(?:[^A-Za-z]|$)",
        r"^[^A-Za-z0-9]*C~O~N~F~I~D~E~N~T~I~A~L(?:[^A-Za-z]|$)",
    ];
    /// The head of a telegram: `SECRET GUATEMALA 000773`.
    NUMBERED = [r"^[^A-Za-z0-9]*LEVEL\s+[A-Z][A-Z']+(?:\s+[A-Z][A-Z']+){0,2}\s+\d{6}\W*$"];
    /// A transmission line of a classified telegram.
    TRANSMITTED = [r"^\W*ZNY\s+(?:CCCCC|SSSSS|TTTTT)"];
    /// `Classification: SECRET`.
    LABELLED = [r"(?i)^\W*(?:overall\s+|security\s+|document\s+)*class(?:ification)?(?:\s*[:=]|\s+-)\s*LEVEL\b"];
    /// When, why and by whom: the lines of a classification block.
    BLOCK = [
        r"(?i:^\W*declassif(?:y|ication)\s+(?:on|date)\s*:)",
        r"(?i:\bdeclassify\s+on\b\W*UNTIL)",
        r"^\W*DECL(?:\s+ON)?\s*:?\s*UNTIL",
        r"(?i:\bE\.?\s?O\.?\s*1\d{4}\b.{0,10}\bdecl(?:\s+on)?\s*:?\s*UNTIL)",
        r"(?i:^\W*cl\s?by\b)",
        r"(?i:^\W*(?:drv|derv)\s+from\b)",
        r"(?i:^\W*derived\s+from\s*:.*(?:multiple\s+sources|\bscg\b|classif|\bguide\b))",
        r"(?i:^\W*classified\s+by\b.*\b1\.[45]\b)",
    ];
    /// `(SECRET)`; what is only confidential is said of price lists too.
    WORD_IN_BRACKETS = [
        r"[(\[{<]\s*(?:TOP[\s-]*)?SECRET\s*[)\]}>]",
        r"^[^A-Za-z]*[(\[{<]\s*CONFIDENTIAL\s*[)\]}>]",
    ];
    /// What may be of such a block, or of such a head.
    PERHAPS_BLOCK = [
        r"(?i:\bdeclassify\s+(?:on|upon)\b)",
        r"\bDECL(?:\s+ON)?\s*:?\s*UNTIL",
        r"[(\[{<]\s*CONFIDENTIAL\s*[)\]}>]",
        r"(?i:^\W*(?:classified\s+by\b|derived\s+from\s*:))",
        r"(?i:\bdecl\s*:\s*[^\sn])",
        r"(?i:^\W*reasons?\b\W{0,3}(?:E\.?O\.?\s*\d+\W+)?1\.[45]\s*\(\s*[a-h]\s*\))",
        r"(?i:\bclassified\s+(?:as\s+)?LEVEL\b)",
        r"(?i:\bNOFORN\b)",
        r"\bUNCLASSIFIED\s+(?:WHEN|UPON|IF)\b",
        r"^[^A-Za-z0-9]*LEVEL\s+[A-Z][A-Z']+(?:\s+[A-Z][A-Z']+){0,2}\s+\d{4,5}\W*$",
    ];
    /// A level as a heading: `SECRET: ...`, `Confidential (when attached)`, or alone in small letters.
    HEADING = [r"(?i)^\W*LEVEL\s*(?:[:(]|-\s|\W*$)"];
    /// `SUMMARY (C):`, `SUBJECT: VISIT TO THE PLANT (S)`, `3 (C) The consignee`.
    OF_A_HEADING = [
        r"^\W*[A-Z][A-Z ]{2,40}\s\(\s*(?:TS|S|C)\s*\)\s*[:.]",
        r"(?i:^\W*(?:subj|subject|title|re)\b.*)\(\s*(?:TS|S|C)\s*\)\W*$",
        r"^\W*\d{1,3}\s*\(\s*(?:TS|S|C)\s*\)\s*[A-Z]",
    ];
    /// What may stand before a paragraph: bullets, tags, boxes to tick, numbers, letters, marks that tell nothing.
    HEAD = [
        r"^(?i:para(?:graph)?|no|section|point)\.?\s*\d{1,3}(?:\.\d{1,3})*",
        r"^[§#]+\s*\d{1,3}(?:\.\d{1,3})*",
        r"^</?[a-z][^>]*>",
        r"^\[[ xX]?\]",
        r"^[^A-Za-z0-9(\[{<]+",
        r"^[(\[]\s*[A-BD-RT-Zabd-rt-z]\s*[)\]]",
        r"^[A-Za-z]{1,2}[.)]",
        r"^\d{1,3}[A-Za-z]{1,2}[.)]",
        r"^\d{1,3}\s*-\s*",
        r"^[(\[]?[ivxIVX]{1,5}[.)\]]",
        r"^\((?:U|SBU|CUI|FOUO|LOU)(?:[^)\w][^)]*)?\)",
        r"^\d{1,3}(?:\.[A-Za-z]\b)+",
    ];
    /// The number of a paragraph, which is more than digits.
    NUMBER = [r"^¶\s*\d{1,3}(?:\.\d{1,3})*[.)\]:]*", r"^[(\[]?\d{1,3}(?:\.\d{1,3})*[.)\]]*"];
    /// A level alone in brackets where a paragraph begins.
    LONE = [r"^[(\[{<]{1,2}\s*(TS|S|C|NF|CONF|c|s|(?i:LEVEL))\s*[)\]}>]{1,2}"];
    /// Where a sentence, a cell of a table or what follows on a dash begins. After an abbreviation none does.
    BEGINS = [r#"[.:;!?]["')\]]*\s+"#, r"\|\s*", r"\s-+\s+", r"</?[a-z][^>]*>"];
    ABBREVIATED = [
        r"(?i)(?:^|[^a-z])(?:rev|refs?|nos?|fig|sec|art|cat|vol|pt|app|ed|mod|ser|dept)\.\s*$",
        r"(?i)(?:^|[^a-z])(?:cf|vs|ca|approx|incl|e\.g|i\.e)\.\s*$",
    ];
    /// Of a copyright: the word, or a year with names.
    COPYRIGHT = [
        r"^\s*(?i:copyright|copr\.?)\b.*$",
        r"^\s*\d{4}(?:\s*-\s*\d{4})?(?:[\s,]+(?:by|and|of|de|all\s+rights\s+reserved\.?|[A-Z0-9&][\w.&'-]*)){0,8}\s*$",
        r"^\s*(?:[A-Z][\w.&'-]*[\s,]+){1,6}\d{4}\s*$",
    ];
    /// `(S)-2-butanol`, `(S)-limonene`.
    CHEMICAL = [r"^-(?:\d|\([+-]\)|[a-z]{5})"];
    /// Sizes, gates, rows: `(S), (M) and (L)`.
    AMONG_OTHERS = [r"^\s*(?:,|and|&|or)?\s*\(([A-Z]{1,2})\)"];
    /// `(c) of the letter`: the end of a sentence that began on the line before.
    CITED = [r"^\s*(?:of|and|or|above|below)\b"];
}

/// What the line is, in plain letters.
pub(super) fn sign(line: &str, before: Listed) -> Option<Sign> {
    let anywhere = [&*BRACKETED, &BARE, &SLASHED, &WITH_CAVEAT, &WORD_IN_BRACKETS];
    let at_head = [&*LINE, &SPACED, &NUMBERED, &TRANSMITTED, &LABELLED, &BLOCK];
    let mark = found(&anywhere, line).or_else(|| found(&at_head, line)).map(Sign::Mark);
    match mark.or_else(|| lone(line, before)) {
        // Lantern's own telegrams put this before what came to a head by the width of their lines.
        Some(Sign::Mark(_)) if line.trim_start_matches("-- ").starts_with('=') => Some(Sign::Perhaps(0)),
        Some(sign) => Some(sign),
        None => {
            let begins = [&*PERHAPS_BLOCK, &HEADING, &OF_A_HEADING].iter().find_map(|rule| rule.find(line));
            begins.map(|found| Sign::Perhaps(line[..found.start()].chars().count()))
        }
    }
}

fn found(rules: &[&Regex], line: &str) -> Option<String> {
    rules.iter().find_map(|rule| rule.find(line)).map(|found| found.as_str().trim().to_owned())
}

/// A level alone in brackets, where a paragraph, a sentence or a cell begins.
fn lone(line: &str, before: Listed) -> Option<Sign> {
    let (head, numbered) = after_head(line, true);
    if let Some(sign) = lone_at(line, head, before, numbered) {
        return Some(sign);
    }
    BEGINS.find_iter(line).filter(|begins| !ABBREVIATED.is_match(&line[..begins.end()])).find_map(|begins| {
        let (head, _) = after_head(&line[begins.end()..], false);
        lone_at(line, head, before, false)
    })
}

/// What follows on the head of a paragraph, and whether a number was the last of it.
fn after_head(mut line: &str, may_be_numbered: bool) -> (&str, bool) {
    let mut numbered = false;
    loop {
        let is_more = |number: &Match<'_>| !number.as_str().bytes().all(|byte| byte.is_ascii_digit());
        if let Some(number) = NUMBER.find(line).filter(|_| may_be_numbered).filter(is_more) {
            line = &line[number.end()..];
            numbered = true;
        } else if let Some(head) = HEAD.find(line).filter(|_| LONE.find(line).is_none()) {
            numbered &= head.as_str().trim().is_empty();
            line = &line[head.end()..];
        } else {
            return (line, numbered);
        }
    }
}

fn lone_at(line: &str, head: &str, before: Listed, numbered: bool) -> Option<Sign> {
    let found = LONE.captures(head)?;
    let (whole, level) = (found.get(0)?.as_str(), found.get(1)?.as_str());
    let rest = &head[whole.len()..];
    if numbered && matches!(level, "C" | "S" | "TS") {
        return Some(Sign::Mark(whole.to_owned()));
    }
    let earlier = &line[..line.len() - head.len()];
    // Other marks are no list of sizes.
    let among = AMONG_OTHERS
        .captures(rest)
        .is_some_and(|other| !matches!(&other[1], "C" | "S" | "TS" | "NF" | "U" | "OC" | "SI" | "TK" | "RD"));
    // A telegram in capitals tells of years too: a name of more than three words has small letters.
    let is_a_name = rest.contains(char::is_lowercase) || rest.split_whitespace().count() <= 3;
    let copyright = COPYRIGHT.is_match(rest) && is_a_name;
    let honest = match level {
        "C" => copyright || among,
        "S" => CHEMICAL.is_match(rest) || among,
        "c" => copyright || CITED.is_match(rest) || before.b || earlier.contains("(b)"),
        "s" => CHEMICAL.is_match(rest) || before.r || earlier.contains("(r)"),
        _ => false,
    };
    (!honest).then(|| Sign::Perhaps(earlier.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_a_pattern_and_none_takes_an_empty_line_for_a_mark() {
        assert!(ALL.iter().all(|rule| !rule.as_str().is_empty()));
        assert_eq!(sign("", Listed::default()), None);
    }
}
