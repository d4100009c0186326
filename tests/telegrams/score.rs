//! Scores a reader on the frozen examples: telegrams with what a careful person reads in them, written without
//! knowledge of the reader. It looks at the reading as JSON only, so that any reader can be scored by it.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use serde_json::Value;

/// Telegrams from this number on were never looked at while the rules were made.
pub const HELD_BACK: u32 = 41;

/// What was proposed, what of it was right, and what there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub right: usize,
    pub proposed: usize,
    /// What of it that is there was found.
    pub found: usize,
    pub present: usize,
}

/// The counts of each kind.
pub type Counts = BTreeMap<&'static str, Count>;

/// What was counted in both parts, and what was missed in the first.
#[derive(Debug, Default)]
pub struct Score {
    /// Telegrams 1 to 40, and those that were held back.
    pub parts: [Counts; 2],
    /// Wrong and missed, of the first part.
    pub misses: Vec<String>,
}

impl Score {
    pub fn all(&self, kind: &str) -> Count {
        let parts = self.parts.iter().filter_map(|part| part.get(kind));
        parts.fold(Count::default(), |sum, count| Count {
            right: sum.right + count.right,
            proposed: sum.proposed + count.proposed,
            found: sum.found + count.found,
            present: sum.present + count.present,
        })
    }

    /// A line for each kind.
    pub fn table(&self) -> String {
        let mut text = format!("{:<18}{:>26}{:>26}{:>26}\n", "", "1 to 40", "41 to 64", "all");
        let kinds: HashSet<&str> = self.parts.iter().flat_map(|part| part.keys().copied()).collect();
        let mut kinds: Vec<&str> = kinds.into_iter().collect();
        kinds.sort_unstable();
        for kind in kinds {
            let _ = write!(text, "{kind:<18}");
            for count in [self.parts[0].get(kind).copied(), self.parts[1].get(kind).copied(), Some(self.all(kind))] {
                let Count { right, proposed, found, present } = count.unwrap_or_default();
                let cell = format!(
                    "{right}/{proposed} {:>3} %  {found}/{present} {:>3} %",
                    percent(right, proposed),
                    percent(found, present)
                );
                let _ = write!(text, "{cell:>26}");
            }
            text.push('\n');
        }
        text
    }
}

/// So many of a hundred.
pub fn percent(part: usize, whole: usize) -> usize {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

pub fn score(folder: &Path, read: &dyn Fn(&[u8]) -> Value) -> Score {
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the examples are there").flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    files.sort();
    assert_eq!(files.len(), 64);
    let mut score = Score::default();
    for file in files {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("it has a name").to_owned();
        let number: u32 = name[..2].parse().expect("its name begins with its number");
        let told: Value = serde_json::from_slice(&fs::read(&file).expect("it is read")).expect("it is JSON");
        let input = fs::read(file.with_extension("txt")).expect("its telegram is there");
        let part = usize::from(number >= HELD_BACK);
        let mut one = One { counts: &mut score.parts[part], misses: Vec::new() };
        one.judge(&input, &read(&input), &told);
        if part == 0 {
            score.misses.extend(one.misses.into_iter().map(|miss| format!("{name}: {miss}")));
        }
    }
    score
}

struct One<'a> {
    counts: &'a mut Counts,
    misses: Vec<String>,
}

impl One<'_> {
    fn judge(&mut self, input: &[u8], reading: &Value, told: &Value) {
        let header = &reading["header"];
        let is = &told["header"];
        self.one("message", message(&header["message"]), message(&is["message"]));
        self.one("date-time group", words(&header["date_time_group"]), words(&is["date_time_group"]));
        self.one("subject", words(&header["subject"]), words(&is["subject"]));
        self.one("tags", list(&header["tags"]), list(&is["tags"]));
        let proposals = |kind: &'static str| {
            all(&reading["proposals"]).filter(move |proposal| proposal["kind"] == kind).map(|found| &found["value"])
        };
        let check = proposals("check").next().cloned().unwrap_or_default();
        self.one("check type", words(&check["check_type"]), words(&told["check_type"]));
        let direction = |value: &Value| words(value).filter(|word| word != "OTHER");
        self.one("direction", direction(&check["direction"]), direction(&told["direction"]));
        self.many(
            "reference",
            proposals("reference").filter_map(|value| message(&value["message"])),
            all(&told["references"]).filter_map(words),
            |a, b| a == b,
        );
        let licenses = |value: &Value| {
            let numbers = std::iter::once(&value["number"]).chain(all(&value["also"]));
            Some(numbers.filter_map(Value::as_str).map(plain).collect::<Vec<_>>().join(" "))
        };
        let same = |a: &str, b: &str| a.split(' ').any(|number| number == plain(b));
        self.many("license", proposals("license").filter_map(licenses), all(&told["licenses"]).filter_map(words), same);
        let party = |value: &Value| Some(format!("{}|{}", value["role"].as_str()?, value["name"].as_str()?));
        self.many("party", proposals("party").filter_map(party), all(&told["parties"]).filter_map(party), same_party);
        let item = |value: &Value| Some(format!("{}|{}", value["quantity"].as_i64()?, value["label"].as_str()?));
        self.many("item", proposals("item_group").filter_map(item), all(&told["items"]).filter_map(item), same_item);
        let word = |value: &Value| {
            Some(format!("{}|{}", value["word"].as_str()?, plain(value["license"].as_str().unwrap_or_default())))
        };
        let same = |a: &str, b: &str| b.ends_with('|') && a.split('|').next() == b.split('|').next() || a == b;
        self.many(
            "recommendation",
            proposals("recommendation").filter_map(word),
            all(&told["recommendations"]).filter_map(word),
            same,
        );
        self.sentences(input, reading, told);
    }

    fn one(&mut self, kind: &'static str, found: Option<String>, is: Option<String>) {
        self.many(kind, found.into_iter(), is.into_iter(), |a, b| a == b);
    }

    fn many(
        &mut self,
        kind: &'static str,
        found: impl Iterator<Item = String>,
        are: impl Iterator<Item = String>,
        same: impl Fn(&str, &str) -> bool,
    ) {
        let mut left: Vec<String> = are.collect();
        let count = self.counts.entry(kind).or_default();
        count.present += left.len();
        let mut wrong = Vec::new();
        for one in found {
            count.proposed += 1;
            match left.iter().position(|is| same(&one, is)) {
                Some(at) => {
                    left.remove(at);
                    count.right += 1;
                    count.found += 1;
                }
                None => wrong.push(one),
            }
        }
        self.misses.extend(wrong.into_iter().map(|one| format!("{kind} wrong: {one}")));
        self.misses.extend(left.into_iter().map(|one| format!("{kind} missed: {one}")));
    }

    /// What is outlined; and of a reader that proposes them, roughly, what the source of a proposal says.
    fn sentences(&mut self, input: &[u8], reading: &Value, told: &Value) {
        let flat = Flat::of(input);
        let matters: Vec<(&str, std::ops::Range<usize>)> = all(&told["matters"])
            .filter_map(|one| Some((one["as"].as_str()?, flat.find(one["text"].as_str()?)?)))
            .collect();
        for (kind, word) in [
            ("(contact)", "contact"),
            ("(finding)", "finding"),
            ("(approval)", "approval"),
            ("(serials)", "serials"),
            ("(statement)", "statement"),
        ] {
            let of = |proposal: &&Value| {
                proposal["kind"]
                    .as_str()
                    .is_some_and(|kind| kind == word || (word == "approval" && kind == "import_approval"))
            };
            let sources: Vec<_> =
                all(&reading["proposals"]).filter(of).map(|proposal| span(&proposal["source"])).collect();
            let own: Vec<_> = matters.iter().filter(|(of, _)| *of == word).map(|(_, at)| at.clone()).collect();
            let count = self.counts.entry(kind).or_default();
            count.proposed += sources.len();
            count.right += sources.iter().filter(|source| own.iter().any(|at| meet(source, at) > 0)).count();
            count.present += own.len();
            count.found += own.iter().filter(|at| sources.iter().any(|source| meet(source, at) > 0)).count();
        }
        let outlined: Vec<_> =
            all(&reading["sentences"]).filter(|one| one["matters"] == true).map(|one| span(&one["span"])).collect();
        let held =
            |at: &std::ops::Range<usize>| 2 * outlined.iter().map(|span| meet(span, at)).sum::<usize>() >= at.len();
        let count = self.counts.entry("outlined").or_default();
        for (kind, at) in &matters {
            count.present += 1;
            if held(at) {
                count.found += 1;
            } else {
                self.misses.push(format!("not outlined, {kind}: {}", flat.words(at)));
            }
        }
        // Of those that are outlined, the ones that hold something that matters.
        count.proposed += outlined.len();
        count.right += outlined.iter().filter(|span| matters.iter().any(|(_, at)| meet(span, at) > 0)).count();
        let passing: Vec<_> = all(&told["does_not_matter"]).filter_map(|one| flat.find(one.as_str()?)).collect();
        let count = self.counts.entry("outlined, passing").or_default();
        count.present += passing.len();
        count.found += passing.iter().filter(|at| held(at)).count();
        self.misses
            .extend(passing.iter().filter(|at| held(at)).map(|at| format!("outlined, passing: {}", flat.words(at))));
        let count = self.counts.entry("outlined, of all").or_default();
        count.present += all(&reading["sentences"]).count();
        count.found += outlined.len();
    }
}

/// A text whose white space is single blanks, and where each byte of it was.
struct Flat {
    text: String,
    places: Vec<usize>,
}

impl Flat {
    fn of(input: &[u8]) -> Self {
        let (mut text, mut places, mut at) = (String::new(), Vec::new(), 0);
        let decoded: Vec<(char, usize)> = match std::str::from_utf8(input) {
            Ok(text) => text.chars().map(|c| (c, c.len_utf8())).collect(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(input).0.chars().map(|c| (c, 1)).collect(),
        };
        for (c, bytes) in decoded {
            if !c.is_whitespace() {
                text.push(c);
                places.extend(std::iter::repeat_n(at, c.len_utf8()));
            } else if !text.ends_with(' ') {
                text.push(' ');
                places.push(at);
            }
            at += bytes;
        }
        places.push(at);
        Self { text, places }
    }

    fn find(&self, words: &str) -> Option<std::ops::Range<usize>> {
        let at = self.text.find(words)?;
        Some(self.places[at]..self.places[at + words.len()])
    }

    fn words(&self, at: &std::ops::Range<usize>) -> String {
        let from = self.places.partition_point(|place| *place < at.start);
        let to = self.places.partition_point(|place| *place < at.end);
        self.text.get(from..to).unwrap_or_default().to_owned()
    }
}

fn meet(one: &std::ops::Range<usize>, other: &std::ops::Range<usize>) -> usize {
    one.end.min(other.end).saturating_sub(one.start.max(other.start))
}

fn span(value: &Value) -> std::ops::Range<usize> {
    let at = |name: &str| value[name].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or_default();
    at("start")..at("end")
}

fn all(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn words(value: &Value) -> Option<String> {
    let text = value.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    Some(text).filter(|text| !text.is_empty())
}

fn list(value: &Value) -> Option<String> {
    let mut tags: Vec<String> = all(value).filter_map(words).collect();
    tags.sort();
    Some(tags.join(" ")).filter(|tags| !tags.is_empty())
}

fn message(value: &Value) -> Option<String> {
    Some(format!("{} {}", value["originator"].as_str()?.to_uppercase(), value["number"].as_u64()?))
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase()
}

/// The same role, and the same name: all of it, or a beginning of it that has most of its letters.
fn same_party(one: &str, other: &str) -> bool {
    let (Some((role, name)), Some((of, is))) = (one.split_once('|'), other.split_once('|')) else { return false };
    let bare = |name: &str| plain(name.trim_start_matches("The ").trim_start_matches("the "));
    let (name, is) = (bare(name), bare(is));
    let long = name.len().min(is.len()) * 10 >= name.len().max(is.len()) * 6;
    role == of && (name == is || (long && (name.contains(&is) || is.contains(&name))))
}

/// The same quantity, and half of the words or the last one.
fn same_item(one: &str, other: &str) -> bool {
    let (Some((many, label)), Some((of, is))) = (one.split_once('|'), other.split_once('|')) else { return false };
    let parts = |label: &str| {
        label
            .split_whitespace()
            .map(|word| plain(word).trim_end_matches('S').to_owned())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
    };
    let (label, is) = (parts(label), parts(is));
    let common = is.iter().filter(|word| label.contains(word)).count();
    many == of && (common * 2 >= is.len() || is.last().is_some_and(|last| label.contains(last)))
}
