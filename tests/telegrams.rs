//! Invented telegrams of many shapes, and what a careful officer expects to be read in each. Every miss of a telegram is told at once.

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
    let proposals = reading.proposals.iter().map(|proposal| serde_json::to_value(proposal).expect("it is JSON")).collect();
    Expected { name, input, reading, proposals, missed: Vec::new() }
}

/// Whether a field has the words, case aside; `-` is a field that is empty, and a list has them in one of its entries.
fn has(value: &Value, words: &str) -> bool {
    match value {
        Value::Null => words == "-",
        Value::String(text) => text.to_lowercase().contains(&words.to_lowercase()),
        Value::Array(all) => {
            if words == "-" {
                all.is_empty()
            } else {
                all.iter().any(|one| has(one, words))
            }
        }
        other => words.parse::<i64>().is_ok_and(|number| *other == number),
    }
}

/// Fields that hold a word of a closed vocabulary: it is that word, or it is not.
const CODES: &[&str] = &[
    "answer",
    "check_type",
    "contact_kind",
    "direction",
    "grade",
    "item_class",
    "party_kind",
    "points_at",
    "role",
    "site_visit",
    "state",
    "takes_possession",
    "topic",
    "word",
];
/// Every other field that a test may ask for; a name that is none would fit nothing, and everything where nothing is to fit.
const WORDS: &[&str] = &[
    "about",
    "address",
    "authority",
    "conditions",
    "country",
    "count",
    "date_time_group",
    "days",
    "due_on",
    "form",
    "items",
    "label",
    "lacks",
    "license",
    "mark",
    "message",
    "name",
    "note",
    "number",
    "numbers",
    "on",
    "originator",
    "paragraph",
    "party",
    "place",
    "possession_claimed_by",
    "quantity",
    "reason",
    "said_by",
    "short_name",
    "steps",
    "summary",
    "text",
    "unit",
    "waits_for",
    "what",
    "with_whom",
    "also",
    "letter",
    "sent_at",
    "items_key",
    "contact_key",
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
        let fits = |proposal: &&Value| proposal["kind"] == kind && fields.iter().all(|(field, words)| fits_one(proposal, field, words));
        self.proposals.iter().filter(fits).count()
    }

    /// Proposes this, once or more.
    fn proposes(mut self, kind: &str, fields: &[(&str, &str)]) -> Self {
        if self.fits(kind, fields) == 0 {
            self.missed.push(format!("no {kind} with {fields:?}"));
        }
        self
    }

    /// Proposes nothing of the kind.
    fn never(mut self, kind: &str, fields: &[(&str, &str)]) -> Self {
        if self.fits(kind, fields) > 0 {
            self.missed.push(format!("a wrong {kind} with {fields:?}"));
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

    /// The words from here to the end are not understood.
    fn ends_not_understood_from(mut self, words: &str) -> Self {
        let last = self.reading.pieces.last().filter(|piece| piece.kind == PieceKind::NotUnderstood);
        let tail =
            last.map(|piece| String::from_utf8_lossy(&self.input[piece.span.start..piece.span.end]).into_owned()).unwrap_or_default();
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
        .proposes(
            "party",
            &[("name", "International Panel for Judicial Protection"), ("role", "end_user"), ("short_name", "IPJPG"), ("country", "GT")],
        )
        .proposes(
            "party",
            &[
                ("name", "Meridian Security Brokers"),
                ("role", "broker"),
                ("takes_possession", "never"),
                ("possession_claimed_by", "Castellan"),
            ],
        )
        .has_only(2, "party")
        .proposes("item_group", &[("quantity", "30"), ("item_class", "pistol")])
        .proposes("item_group", &[("quantity", "6"), ("item_class", "automatic_rifle")])
        .has_only(2, "item_group")
        .proposes(
            "import_approval",
            &[("items", "30 pistols"), ("authority", "DECAM"), ("state", "needed"), ("waits_for", "serial numbers")],
        )
        .proposes("import_approval", &[("items", "6 automatic rifles"), ("authority", "DECAM"), ("state", "needed")])
        .proposes("import_approval", &[("items", "6 automatic rifles"), ("authority", "Ministry of Defense"), ("state", "needed")])
        .has_only(3, "import_approval")
        .never("import_approval", &[("state", "issued")])
        .proposes("separate_fact", &[("text", "ten handguns"), ("said_by", "Corral")])
        .never("item_group", &[("quantity", "10")])
        .proposes("contact", &[("with_whom", "Ivo Castellan"), ("on", "-")])
        .proposes("contact", &[("with_whom", "Corral"), ("on", "2008-06-18"), ("authority", "DECAM"), ("contact_kind", "meeting")])
        .has_only(2, "contact")
        .proposes(
            "statement",
            &[
                ("said_by", "Castellan"),
                ("grade", "party_itself"),
                ("text", "take possession"),
                ("topic", "intermediaries"),
                ("about", "Meridian"),
                ("contact_key", "contact-1"),
            ],
        )
        .proposes("statement", &[("said_by", "Corral"), ("grade", "official_oral"), ("text", "under two weeks")])
        .never("statement", &[("text", "IPJPG,s")])
        .proposes("finding", &[("topic", "storage"), ("answer", "yes")])
        .proposes("finding", &[("topic", "inventory"), ("answer", "yes")])
        .proposes("finding", &[("topic", "import_approvals"), ("answer", "no")])
        .proposes("finding", &[("topic", "intermediaries"), ("answer", "partly"), ("party", "Meridian")])
        .proposes("recommendation", &[("word", "support_with_conditions"), ("conditions", "import licenses")])
        .has_only(1, "recommendation")
        .warns("repeated_text")
        .warns("cut_off")
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
        .proposes("party", &[("name", "Marlstone Harbour Constabulary"), ("role", "end_user")])
        .proposes("import_approval", &[("authority", "Ministry of National Security"), ("state", "issued"), ("number", "MNS-4471")])
        .proposes("recommendation", &[("word", "support")])
        .warns_of_nothing()
        .done();
    telegram("two_licenses_off").warns("does_not_add_up").proposes("recommendation", &[("word", "no_objection")]).done();
}

#[test]
fn an_authority_that_contradicts_itself_issued_nothing() {
    telegram("interim")
        .proposes("check", &[("direction", "interim"), ("check_type", "pre_license")])
        .proposes("license", &[("number", "050144310")])
        .proposes("contact", &[("contact_kind", "call"), ("on", "2009-09-03"), ("with_whom", "Barrientez")])
        .never("import_approval", &[("state", "issued")])
        .never("finding", &[("topic", "import_approvals"), ("answer", "yes")])
        .has_only(0, "recommendation")
        .warns("contradiction")
        .done();
}

#[test]
fn a_quoted_letter_speaks_with_its_own_date() {
    telegram("foreign_letter")
        .proposes("contact", &[("contact_kind", "letter"), ("with_whom", "Licensing Office"), ("on", "2010-05-20")])
        .proposes("statement", &[("grade", "official_record"), ("text", "883-10")])
        .proposes("item_group", &[("quantity", "15"), ("item_class", "night_vision")])
        .proposes("reference", &[("letter", "B"), ("points_at", "letter")])
        .proposes("recommendation", &[("word", "support")])
        .has_only(1, "contact")
        .done();
}

#[test]
fn a_telephone_call_is_a_call_and_its_number_no_license() {
    telegram("telephone")
        .proposes("contact", &[("contact_kind", "call"), ("with_whom", "LEOTA"), ("on", "1998-10-14")])
        .proposes("statement", &[("grade", "party_itself"), ("text", "TEN SHOTGUNS")])
        .proposes("license", &[("number", "#865798")])
        .has_only(1, "license")
        .never("import_approval", &[("state", "issued")])
        .never("finding", &[("topic", "import_approvals"), ("answer", "yes")])
        .done();
}

#[test]
fn a_refused_visit_is_an_obstacle_and_no_favorable_finding() {
    telegram("refused_visit")
        .proposes("obstacle", &[("text", "refused to allow a site visit")])
        .proposes("check", &[("check_type", "post_shipment")])
        .proposes("party", &[("name", "Tallow Point Marine"), ("role", "foreign_consignee")])
        .never("finding", &[("answer", "yes")])
        .never("contact", &[("contact_kind", "site_visit")])
        .never("recommendation", &[("word", "support")])
        .done();
}

#[test]
fn a_broker_is_looked_at_without_a_license() {
    telegram("broker_inquiry")
        .proposes("check", &[("check_type", "broker_inquiry"), ("direction", "reply")])
        .has_only(0, "license")
        .has_only(0, "item_group")
        .proposes(
            "party",
            &[
                ("name", "Meridian Security Brokers"),
                ("role", "broker"),
                ("takes_possession", "never"),
                ("possession_claimed_by", "Dorrit"),
            ],
        )
        .proposes("finding", &[("topic", "bona_fides"), ("answer", "partly")])
        .proposes("recommendation", &[("word", "no_objection")])
        .done();
}

#[test]
fn a_count_after_shipment_names_what_is_missing() {
    telegram("post_shipment")
        .proposes("check", &[("check_type", "post_shipment")])
        .proposes("item_group", &[("quantity", "50"), ("item_class", "pistol")])
        .has_only(1, "item_group")
        .proposes("serials", &[("state", "missing"), ("numbers", "QX1107"), ("count", "2")])
        .proposes("serials", &[("state", "elsewhere"), ("numbers", "QX1141")])
        .proposes("contact", &[("contact_kind", "site_visit"), ("on", "2014-08-12")])
        .proposes("finding", &[("topic", "storage"), ("answer", "yes")])
        .never("recommendation", &[("word", "support")])
        .done();
}

#[test]
fn a_request_and_its_reminder_come_from_washington() {
    telegram("request")
        .proposes("check", &[("check_type", "pre_license"), ("direction", "request")])
        .proposes(
            "request",
            &[("days", "30"), ("site_visit", "required"), ("steps", "inspect the storage"), ("reason", "unknown to the Department")],
        )
        .proposes("item_group", &[("quantity", "30")])
        .has_only(0, "finding")
        .has_only(0, "recommendation")
        .done();
    telegram("reminder")
        .proposes("check", &[("direction", "reminder")])
        .proposes("request", &[("due_on", "2008-07-03")])
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
        .never("check", &[("check_type", "pre_license")])
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
        .proposes("party", &[("name", "BELMAR DEFESA LTD")])
        .proposes("finding", &[("topic", "bona_fides"), ("answer", "yes")])
        .proposes("recommendation", &[("word", "support")])
        .proposes("reference", &[("text", "STATE 71902")])
        .done();
}

#[test]
fn opposite_words_stay_opposite() {
    telegram("unfavorable")
        .proposes("recommendation", &[("word", "oppose")])
        .proposes("finding", &[("topic", "bona_fides"), ("answer", "no"), ("party", "Farol Norte")])
        .proposes("import_approval", &[("authority", "Ministry of Defense"), ("state", "needed")])
        .never("finding", &[("answer", "yes")])
        .never("import_approval", &[("state", "issued")])
        .done();
    telegram("undetermined")
        .proposes("check", &[("check_type", "company_review")])
        .proposes("recommendation", &[("word", "cannot_determine")])
        .proposes("finding", &[("topic", "bona_fides"), ("answer", "could_not_establish")])
        .has_only(0, "contact")
        .done();
}

#[test]
fn sections_with_page_lines_are_put_together() {
    telegram("three_sections")
        .warns("missing_section")
        .warns("paragraph_numbers")
        .proposes("contact", &[("with_whom", "Veldhoven"), ("on", "2006-03-21")])
        .proposes("party", &[("name", "Veldhoven Jachtwinkel Ltd"), ("role", "foreign_consignee"), ("country", "SR")])
        .proposes("import_approval", &[("authority", "Ministry of Justice and Police"), ("state", "needed")])
        .proposes("recommendation", &[("word", "support_with_conditions")])
        .proposes("finding", &[("topic", "inventory"), ("paragraph", "5")])
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
    read.proposes("contact", &[("with_whom", "Zden")])
        .proposes("recommendation", &[("text", "\u{2013} the firm\u{2019}s caf\u{e9}")])
        .done();
}

#[test]
fn the_modern_layout_is_read() {
    telegram("modern")
        .proposes("reference", &[("letter", "A"), ("points_at", "telegram")])
        .proposes("reference", &[("letter", "B"), ("points_at", "email")])
        .proposes("contact", &[("with_whom", "Ines Farelo"), ("on", "2015-10-08")])
        .proposes("recommendation", &[("word", "support_with_conditions"), ("conditions", "invoice")])
        .done();
    telegram("company_note")
        .proposes("contact", &[("contact_kind", "diplomatic_note"), ("with_whom", "Ministry of Foreign Affairs"), ("on", "2016-05-02")])
        .proposes("statement", &[("grade", "official_record")])
        .proposes("party", &[("name", "Jasan Mountain Service"), ("role", "end_user"), ("country", "CZ")])
        .proposes("import_approval", &[("authority", "Ministry of Industry"), ("state", "applied")])
        .proposes("recommendation", &[("word", "support_with_conditions")])
        .done();
}

#[test]
fn every_telegram_keeps_every_byte_and_reads_the_same_twice() {
    let mut many = 0;
    for entry in fs::read_dir(folder()).expect("the folder is there").flatten() {
        let input = fs::read(entry.path()).expect("it can be read");
        let reading = read(&input);
        let mut at = 0;
        for piece in &reading.pieces {
            assert_eq!(piece.span.start, at, "{:?}: {piece:?}", entry.path());
            at = piece.span.end;
        }
        assert_eq!(at, input.len(), "{:?}", entry.path());
        assert_eq!(read(&input), reading);
        for proposal in &reading.proposals {
            assert!(proposal.source.start < proposal.source.end && proposal.source.end <= input.len(), "{proposal:?}");
            let label = proposal.paragraph.as_deref();
            assert!(label.is_none_or(|label| reading.paragraphs.iter().any(|paragraph| paragraph.label == label)), "{proposal:?}");
        }
        let mut keys: Vec<&str> = reading.proposals.iter().map(|proposal| proposal.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), reading.proposals.len(), "{:?}", entry.path());
        many += 1;
    }
    assert!(many >= 20);
}
