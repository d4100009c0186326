//! Invented telegrams of many shapes, and what a careful officer expects to be read in each. Every miss of a telegram
//! is told at once.

mod damage;
mod score;

use std::{fs, path::PathBuf};

use lantern::telegrams::{
    reading::{PieceKind, Reading, read},
    wording::says,
};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/telegrams")
}

/// A telegram and what was missed in it.
struct Expected {
    name: &'static str,
    input: Vec<u8>,
    reading: Reading,
    proposals: Vec<Value>,
    missed: Vec<String>,
}

fn telegram(name: &'static str) -> Expected {
    // The demonstration's own is one of them.
    let file = if name == "commission" {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/demo/telegram.txt")
    } else {
        folder().join(format!("{name}.txt"))
    };
    let input = fs::read(file).expect("the telegram is there");
    let reading = read(&input);
    let proposals =
        reading.proposals.iter().map(|proposal| serde_json::to_value(proposal).expect("it is JSON")).collect();
    Expected { name, input, reading, proposals, missed: Vec::new() }
}

/// Whether a field has the words, case aside; `-` is a field that is empty, and a list has them in one of its entries.
fn has(value: &Value, words: &str) -> bool {
    match value {
        Value::Null => words == "-",
        Value::String(text) => text.to_lowercase().contains(&words.to_lowercase()),
        Value::Array(all) => all.iter().any(|one| has(one, words)),
        other => words.parse::<i64>().is_ok_and(|number| *other == number),
    }
}

/// Fields that hold a word of a closed vocabulary: it is that word, or it is not.
const CODES: &[&str] = &["check_type", "direction", "item_class", "points_at", "role", "word"];
/// Every other field that a test may ask for; a name that is none would fit nothing, and everything where nothing is to
/// fit.
const WORDS: &[&str] = &[
    "conditions",
    "country",
    "date_time_group",
    "label",
    "letter",
    "license",
    "message",
    "name",
    "number",
    "paragraph",
    "quantity",
    "sent_at",
    "short_name",
    "text",
    "unit",
];

impl Expected {
    fn fits(&self, kind: &str, fields: &[(&str, &str)]) -> usize {
        let fits_one = |proposal: &Value, field: &str, words: &str| match field {
            "paragraph" => has(&proposal["paragraph"], words),
            code if CODES.contains(&code) && words != "-" => proposal["value"][code] == words,
            other => {
                assert!(WORDS.contains(&other) || CODES.contains(&other), "{other} is no field");
                has(&proposal["value"][other], words)
            }
        };
        let fits = |proposal: &&Value| {
            proposal["kind"] == kind && fields.iter().all(|(field, words)| fits_one(proposal, field, words))
        };
        self.proposals.iter().filter(fits).count()
    }

    /// Proposes this, once or more.
    fn proposes(mut self, kind: &str, fields: &[(&str, &str)]) -> Self {
        if self.fits(kind, fields) == 0 {
            self.missed.push(format!("no {kind} with {fields:?}"));
        }
        self
    }

    /// Proposes so many of a kind.
    fn has_only(mut self, many: usize, kind: &str) -> Self {
        let found = self.fits(kind, &[]);
        if found != many {
            self.missed.push(format!("{found} of {kind}, not {many}"));
        }
        self
    }

    fn warns(mut self, kind: &str) -> Self {
        if self.reading.warnings.iter().all(|warning| warning.kind.code() != kind) {
            self.missed.push(format!("no warning {kind}"));
        }
        self
    }

    fn warns_of_nothing(mut self) -> Self {
        let warnings: Vec<&str> = self.reading.warnings.iter().map(|warning| warning.text.as_str()).collect();
        if !warnings.is_empty() {
            self.missed.push(format!("warnings {warnings:?}"));
        }
        self
    }

    /// A sentence with these words is outlined, or not.
    fn outlines(mut self, words: &str, matters: bool) -> Self {
        let found = self.reading.sentences.iter().find(|sentence| sentence.text.contains(words));
        if found.is_none_or(|sentence| sentence.matters != matters) {
            self.missed.push(format!("outlined is not {matters}: {found:?} with {words:?}"));
        }
        self
    }

    /// The words from here to the end are not understood.
    fn ends_not_understood_from(mut self, words: &str) -> Self {
        let last = self.reading.pieces.last().filter(|piece| piece.kind == PieceKind::NotUnderstood);
        let tail = last
            .map(|piece| String::from_utf8_lossy(&self.input[piece.span.start..piece.span.end]).into_owned())
            .unwrap_or_default();
        if !tail.trim_start().starts_with(words) {
            self.missed.push(format!("the end is {:?}", tail.chars().take(60).collect::<String>()));
        }
        self
    }

    fn refused(mut self) -> Self {
        if self.reading.refused.is_none() || !self.proposals.is_empty() || self.reading.pieces.len() != 1 {
            self.missed.push("it is not refused".into());
        }
        self
    }

    fn done(self) {
        let shown: Vec<String> = self
            .reading
            .proposals
            .iter()
            .map(|proposal| {
                let (label, words) = says(&proposal.value);
                format!("{} {label}: {words}", proposal.confidence.code())
            })
            .collect();
        assert!(self.missed.is_empty(), "{}: {:#?}\nread:\n{}", self.name, self.missed, shown.join("\n"));
    }
}

#[test]
fn the_answer_on_the_commissions_weapons_is_read() {
    telegram("commission")
        .proposes("license", &[("number", "050107388")])
        .proposes("reference", &[("text", "STATE 61544"), ("points_at", "telegram")])
        .proposes("message", &[("date_time_group", "192140Z JUN 08"), ("sent_at", "2008-06-19T21:40:00Z")])
        .proposes("check", &[("check_type", "pre_license"), ("direction", "reply")])
        .proposes("recommendation", &[("word", "support_with_conditions"), ("conditions", "host country import")])
        .has_only(1, "recommendation")
        .has_only(0, "import_approval")
        .has_only(0, "contact")
        .has_only(0, "finding")
        .outlines("storage room that meets U.S. standards", true)
        .outlines("Poloff met with DECAM director", true)
        .outlines("for the six automatic rifles that of DECAM", true)
        .outlines("IPJPG's officers can work", true)
        .outlines("will never take possession", true)
        .outlines("The USG is a large donor", false)
        .warns("repeated_text")
        .warns("cut_off")
        .warns("header_unclear")
        .warns("not_read")
        .ends_not_understood_from("\u{a9} Openwire Media")
        .done();
}

#[test]
fn the_lines_of_two_licenses_stay_apart_and_add_up() {
    telegram("two_licenses")
        .proposes("license", &[("number", "05-050091548")])
        .proposes("license", &[("number", "05-971940")])
        .has_only(2, "license")
        .proposes("item_group", &[("license", "05-050091548"), ("quantity", "40"), ("item_class", "pistol")])
        .proposes("item_group", &[("license", "05-050091548"), ("quantity", "12"), ("item_class", "shotgun")])
        .proposes("item_group", &[("license", "05-971940"), ("quantity", "25"), ("item_class", "automatic_rifle")])
        .proposes("item_group", &[("license", "05-971940"), ("quantity", "10000"), ("unit", "rounds")])
        .has_only(4, "item_group")
        .proposes("reference", &[("letter", "B"), ("text", "STATE 019001")])
        .proposes("party", &[("name", "Marlstone Harbour Constabulary"), ("short_name", "MHC"), ("role", "end_user")])
        .proposes("recommendation", &[("word", "support"), ("license", "05-050091548")])
        .proposes("recommendation", &[("word", "support"), ("license", "05-971940")])
        .warns_of_nothing()
        .done();
    telegram("two_licenses_off")
        .warns("does_not_add_up")
        .proposes("recommendation", &[("word", "no_objection")])
        .done();
}

#[test]
fn an_interim_answer_recommends_nothing() {
    telegram("interim")
        .proposes("check", &[("direction", "interim"), ("check_type", "pre_license")])
        .proposes("license", &[("number", "050144310")])
        .outlines("Barrientez stated that DECAM had issued", true)
        .has_only(0, "recommendation")
        .done();
}

#[test]
fn a_quoted_letter_speaks_for_itself() {
    telegram("foreign_letter")
        .proposes("reference", &[("letter", "B"), ("points_at", "letter")])
        .proposes("recommendation", &[("word", "support")])
        .has_only(1, "recommendation")
        .outlines("The import permit number 883-10", true)
        .done();
}

#[test]
fn a_telephone_number_is_no_license() {
    telegram("telephone")
        .proposes("license", &[("number", "#865798")])
        .has_only(1, "license")
        .outlines("CONOFF TELEPHONED", true)
        .done();
}

#[test]
fn a_refused_visit_is_no_recommendation() {
    telegram("refused_visit")
        .proposes("check", &[("check_type", "post_shipment")])
        .proposes("party", &[("name", "Tallow Point Marine"), ("role", "foreign_consignee")])
        .has_only(0, "recommendation")
        .outlines("refused to allow a site visit", true)
        .done();
}

#[test]
fn a_broker_and_a_count_are_read() {
    telegram("broker_inquiry")
        .proposes("check", &[("check_type", "broker_inquiry"), ("direction", "reply")])
        .outlines("never takes possession", true)
        .done();
    telegram("post_shipment")
        .proposes("check", &[("check_type", "post_shipment")])
        .proposes("license", &[("number", "050233904")])
        .proposes("party", &[("name", "Quetzal Valley Rangers"), ("role", "end_user"), ("country", "GT")])
        .proposes("reference", &[("text", "14 STATE 77120")])
        .outlines("could not be located", true)
        .has_only(0, "recommendation")
        .done();
}

#[test]
fn a_request_and_its_reminder_come_from_washington() {
    telegram("request")
        .proposes("check", &[("check_type", "pre_license"), ("direction", "request")])
        .has_only(0, "recommendation")
        .done();
    telegram("reminder")
        .proposes("check", &[("direction", "reminder")])
        .proposes("reference", &[("text", "STATE 61544")])
        .done();
}

#[test]
fn an_extract_is_read_as_far_as_it_goes() {
    telegram("extract")
        .warns("no_header")
        .warns("paragraph_numbers")
        .proposes("license", &[("number", "050255010"), ("paragraph", "8")])
        .proposes("recommendation", &[("word", "support")])
        .done();
}

#[test]
fn a_classified_telegram_is_refused_whole() {
    telegram("classified_header").refused().done();
    telegram("classified_paragraph").refused().done();
}

#[test]
fn capitals_alone_are_read_too() {
    telegram("terse")
        .proposes("license", &[("number", "556201")])
        .proposes("recommendation", &[("word", "support")])
        .proposes("reference", &[("text", "STATE 71902")])
        .outlines("SUBJECT FIRM BELMAR DEFESA LTD IS REGISTERED", true)
        .done();
}

#[test]
fn opposite_words_stay_opposite() {
    telegram("unfavorable")
        .proposes("recommendation", &[("word", "oppose")])
        .has_only(1, "recommendation")
        .proposes("party", &[("name", "Farol Norte Trading"), ("role", "foreign_consignee")])
        .done();
    telegram("undetermined")
        .proposes("check", &[("check_type", "company_review")])
        .proposes("recommendation", &[("word", "cannot_determine")])
        .done();
}

#[test]
fn sections_with_page_lines_are_put_together() {
    telegram("three_sections")
        .warns("missing_section")
        .warns("paragraph_numbers")
        .proposes("party", &[("name", "Veldhoven Jachtwinkel Ltd"), ("role", "foreign_consignee"), ("country", "SR")])
        .proposes("recommendation", &[("word", "support_with_conditions")])
        .outlines("Mr. Ruben Veldhoven, director of Veldhoven Jachtwinkel Ltd, the consignee", true)
        .done();
}

#[test]
fn a_header_that_does_not_agree_with_itself_is_told() {
    telegram("inconsistent")
        .warns("day_mismatch")
        .warns("serial_mismatch")
        .warns("sensitive_under_unclas")
        .warns("two_spellings")
        .has_only(1, "license")
        .done();
}

#[test]
fn windows_letters_and_line_ends_are_read() {
    let read = telegram("windows");
    assert_eq!(read.reading.encoding.code(), "windows-1252");
    read.outlines("Zden\u{161}k P\u{161}nicka", true)
        .proposes("recommendation", &[("text", "\u{2013} the firm\u{2019}s caf\u{e9}")])
        .done();
}

#[test]
fn the_modern_layout_is_read() {
    telegram("modern")
        .proposes("reference", &[("letter", "A"), ("points_at", "telegram")])
        .proposes("reference", &[("letter", "B"), ("points_at", "email")])
        .proposes("recommendation", &[("word", "support_with_conditions"), ("conditions", "invoice")])
        .done();
    telegram("company_note")
        .proposes("party", &[("name", "Jasan Mountain Service"), ("role", "end_user"), ("country", "CZ")])
        .proposes("recommendation", &[("word", "support_with_conditions")])
        .done();
}

#[test]
fn every_telegram_reads_the_same_twice_and_its_proposals_have_names() {
    let mut many = 0;
    let files = fs::read_dir(folder()).expect("the folder is there").flatten().map(|entry| entry.path());
    for path in files.filter(|path| path.extension().is_some_and(|kind| kind == "txt")) {
        let input = fs::read(&path).expect("it can be read");
        let reading = read(&input);
        assert_eq!(read(&input), reading);
        for proposal in &reading.proposals {
            let label = proposal.paragraph.as_deref();
            assert!(
                label.is_none_or(|label| reading.paragraphs.iter().any(|paragraph| paragraph.label == label)),
                "{proposal:?}"
            );
        }
        let mut keys: Vec<&str> = reading.proposals.iter().map(|proposal| proposal.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), reading.proposals.len(), "{}", path.display());
        many += 1;
    }
    assert!(many >= 20);
}

/// The least that is right of a hundred proposals, of each kind that is proposed.
const RIGHT: usize = 95;

/// `cargo test --locked --test main -- telegrams::the_frozen_examples --nocapture` prints the table of
/// `docs/telegrams.md`.
#[test]
fn the_frozen_examples() {
    let read = |input: &[u8]| serde_json::to_value(read(input)).expect("a reading is JSON");
    let score = score::score(&folder().join("frozen"), &read);
    println!("{}", score.table());
    for miss in &score.misses {
        println!("{miss}");
    }
    for kind in [
        "message",
        "date-time group",
        "subject",
        "tags",
        "reference",
        "license",
        "check type",
        "direction",
        "party",
        "item",
        "recommendation",
    ] {
        let count = score.all(kind);
        assert!(score::percent(count.right, count.proposed) >= RIGHT, "{kind}: {count:?}");
        assert!(count.present >= 40, "{kind}: {count:?}");
    }
    let (outlined, passing) = (score.all("outlined"), score.all("outlined, passing"));
    assert!(score::percent(outlined.found, outlined.present) >= 90, "{outlined:?}");
    assert!(3 * passing.found <= passing.present, "{passing:?}");
}
