use proptest::prelude::*;
use serde_json::Value as Json;
use time::{Date, OffsetDateTime, macros::datetime};

use super::*;
use crate::{
    approvals::model::{ApprovalState, SerialState},
    checks::model::{CheckType, Priority, RecommendationWord, SiteVisit},
    evidence::model::{ContactKind, FindingAnswer, PortionMark, SourceGrade},
    parties::model::{PartyKind, PartyRole, TakesPossession},
    telegrams::reading::{self, Direction, Value, WarningKind},
};

fn envelope(direction: Direction) -> Envelope {
    Envelope {
        post: "Guatemala".into(),
        country: "GT".into(),
        originator: if direction == Direction::Request { "STATE".into() } else { "GUATEMALA".into() },
        number: 773,
        sent_at: datetime!(2026-06-19 22:22 UTC),
        priority: Priority::Priority,
        direction,
        reference: "BL-2026-0042".into(),
        answers: vec!["STATE 63028".into()],
        subject: "36 weapons for the guard force".into(),
    }
}

/// The values as they come back: every text as plain ASCII on one line.
fn folded(values: &[Value]) -> Vec<Json> {
    fn fold(json: &mut Json) {
        match json {
            Json::String(text) => *text = lines::plain(text),
            Json::Array(all) => all.iter_mut().for_each(fold),
            Json::Object(all) => all.values_mut().for_each(fold),
            _ => {}
        }
    }
    values
        .iter()
        .map(|value| {
            let mut json = serde_json::to_value(value).expect("a value is JSON");
            fold(&mut json);
            json
        })
        .collect()
}

/// What is read back of a telegram, but for its own number and references, in the order of their wording.
fn read_back(text: &str) -> Vec<Json> {
    let reading = reading::read(text.as_bytes());
    assert_eq!(reading.refused, None, "{text}");
    let values: Vec<Value> = reading.proposals.into_iter().map(|proposal| proposal.value).collect();
    folded(&values).into_iter().filter(|json| !matches!(json["kind"].as_str(), Some("message" | "reference"))).collect()
}

fn sorted(mut values: Vec<Json>) -> Vec<Json> {
    values.sort_by_key(Json::to_string);
    values
}

/// Texts that people write and that look like something else: numbers, marks, lists, headers, quotation marks, long words, other scripts.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => "[a-zA-Z]{1,12}",
        2 => "[!-~]{1,80}",
        1 => Just("1.".to_owned()),
        1 => Just("(A)".to_owned()),
        1 => Just("\"quoted\"".to_owned()),
        1 => Just("BEGIN TEXT".to_owned()),
        1 => Just("END COMMENT.".to_owned()),
        1 => Just("-- END-USER: X".to_owned()),
        1 => Just("\n\n2. (SBU) Post".to_owned()),
        1 => Just("SECRET".to_owned()),
        1 => Just("see (C) above".to_owned()),
        1 => Just("GUATEMALA 00000773  001.2 OF 002".to_owned()),
        1 => Just("Señor Žižka“”".to_owned()),
        1 => Just("Москва".to_owned()),
    ];
    proptest::collection::vec(word, 1..25)
        .prop_map(|words| words.join(" "))
        .prop_filter("Lantern takes no classified text", |text| crate::text::storable(text).is_ok() && !lines::plain(text).is_empty())
}

fn day() -> impl Strategy<Value = Date> {
    (0_i32..20_000).prop_map(|days| OffsetDateTime::UNIX_EPOCH.date() + time::Duration::days(days.into()))
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn maybe(text: impl Strategy<Value = String>) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(text)
}

fn value() -> impl Strategy<Value = Value> {
    let party = (
        text(),
        maybe(text()),
        proptest::option::of(any_of(PartyKind::ALL)),
        any_of(PartyRole::ALL),
        maybe(text()),
        any_of(TakesPossession::ALL),
    )
        .prop_map(|(name, short_name, party_kind, role, address, takes_possession)| Value::Party {
            name,
            short_name,
            party_kind,
            role: Some(role),
            country: Some("GT".into()),
            address,
            takes_possession,
            possession_claimed_by: None,
        });
    let items = (maybe(text()), text(), 1_i64..1_000_000, text()).prop_map(|(license, label, quantity, unit)| Value::ItemGroup {
        license,
        label,
        item_class: Some("pistol".into()),
        quantity,
        unit,
    });
    let approval = (text(), text(), any_of(ApprovalState::ALL), maybe(text()), maybe(text()), text()).prop_map(
        |(items, authority, state, number, waits_for, note)| Value::ImportApproval {
            items_key: Some("item-group-1".into()),
            items,
            authority,
            state,
            number,
            waits_for,
            note,
        },
    );
    let contact = (any_of(ContactKind::ALL), text(), maybe(text()), proptest::option::of(day()), maybe(text()), text()).prop_map(
        |(contact_kind, with_whom, authority, on, place, summary)| Value::Contact {
            contact_kind,
            with_whom,
            authority,
            on,
            place,
            summary,
        },
    );
    let statement =
        (text(), any_of(SourceGrade::ALL), maybe(text()), maybe(text()), text()).prop_map(|(said_by, grade, topic, about, text)| {
            Value::Statement { contact_key: Some("contact-1".into()), said_by, grade, topic, about, text }
        });
    let finding = (text(), maybe(text()), any_of(FindingAnswer::ALL), text(), any_of(PortionMark::ALL))
        .prop_map(|(topic, party, answer, text, mark)| Value::Finding { topic, party, answer, text, mark });
    let word = (any_of(RecommendationWord::ALL), proptest::collection::vec(text(), 0..4), maybe(text()), text())
        .prop_map(|(word, conditions, license, text)| Value::Recommendation { word, conditions, license, text });
    let serials = (any_of(SerialState::ALL), proptest::collection::vec(text(), 0..5), proptest::option::of(0_i64..500), maybe(text()))
        .prop_map(|(state, numbers, count, items)| Value::Serials { state, numbers, count, items });
    let rest = prop_oneof![
        (maybe(text()), text()).prop_map(|(said_by, text)| Value::SeparateFact { said_by, text }),
        text().prop_map(|text| Value::Obstacle { text }),
        text().prop_map(|text| Value::Remark { text }),
        (day(), text()).prop_map(|(on, what)| Value::Dated { on, what }),
        (text(), proptest::collection::vec(text(), 0..3)).prop_map(|(number, also)| Value::License { number, also }),
    ];
    prop_oneof![party, items, approval, contact, statement, finding, word, serials, rest]
}

fn request() -> impl Strategy<Value = Value> {
    let whole = (maybe(text()), proptest::collection::vec(text(), 1..6), 1_u32..400, proptest::option::of(day()), any_of(SiteVisit::ALL));
    whole.prop_map(|(reason, steps, days, due_on, site_visit)| Value::Request {
        reason,
        steps,
        days: Some(days),
        due_on,
        site_visit: Some(site_visit),
    })
}

fn content() -> impl Strategy<Value = Content> {
    let directions = vec![Direction::Request, Direction::Reply, Direction::Interim, Direction::Reminder];
    (
        proptest::sample::select(directions),
        any_of(CheckType::ALL),
        proptest::option::of(request()),
        proptest::collection::vec(value(), 0..12),
    )
        .prop_map(|(direction, check_type, request, values)| {
            let mut all = vec![Value::Check { check_type: Some(check_type), direction }];
            all.extend(request);
            all.extend(values);
            Content { reference: "BL-2026-0042".into(), direction, subject: "A subject".into(), values: all }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn what_lantern_writes_it_reads_back_without_loss(content in content()) {
        let text = whole(&envelope(content.direction), &body(&content));
        prop_assert!(text.is_ascii());
        prop_assert!(text.lines().all(|line| line.len() <= lines::WIDTH), "{text}");
        prop_assert_eq!(sorted(read_back(&text)), sorted(folded(&content.values)), "{}", text);
    }
}

fn reply() -> Content {
    let contact = crate::sample::contact(ContactKind::Meeting);
    let mut file = crate::sample::case();
    file.check.statements = vec![crate::sample::statement(&contact, SourceGrade::PartyItself)];
    file.check.contacts = vec![contact];
    Content::of(&file, Direction::Reply)
}

#[test]
fn a_telegram_of_a_case_file_reads_back_as_the_case_file() {
    for direction in [Direction::Reply, Direction::Request, Direction::Interim, Direction::Reminder] {
        let content = Content { direction, ..Content::of(&crate::sample::case(), direction) };
        let text = whole(&envelope(direction), &body(&content));
        assert_eq!(sorted(read_back(&text)), sorted(folded(&content.values)), "{text}");
        assert!(content.values.len() > 3, "{text}");
    }
}

#[test]
fn the_header_is_a_telegrams_header_and_reads_back() {
    let text = whole(&envelope(Direction::Reply), &body(&reply()));
    let reading = reading::read(text.as_bytes());
    let header = &reading.header;
    assert_eq!(header.message.as_ref().map(|message| (message.originator.as_str(), message.number)), Some(("GUATEMALA", 773)));
    assert_eq!(header.sent_at, Some(datetime!(2026-06-19 22:22 UTC)));
    assert_eq!((header.precedence, header.classification.as_deref()), (Some('P'), Some("UNCLAS")));
    assert_eq!(header.captions, ["SENSITIVE", "SIPDIS"]);
    assert_eq!((header.tags.join(" "), header.countries.join(" ")), ("ETTC KOMC GT".into(), "GT".into()));
    assert_eq!(header.references, ["LANTERN BL-2026-0042", "STATE 63028"]);
    assert_eq!(header.subject.as_deref(), Some("36 WEAPONS FOR THE GUARD FORCE"));
    let bad = |kind: WarningKind| reading.warnings.iter().any(|warning| warning.kind == kind);
    assert!(
        ![WarningKind::SensitiveUnderUnclas, WarningKind::NoHeader, WarningKind::ParagraphNumbers, WarningKind::CutOff]
            .into_iter()
            .any(bad),
        "{:?}\n{text}",
        reading.warnings
    );
}

#[test]
fn the_header_has_the_highest_mark_that_stands_in_the_body() {
    assert!(!whole(&envelope(Direction::Reply), "1. (U) Nothing here is sensitive.\n").contains("SENSITIVE\n"));
    assert!(whole(&envelope(Direction::Reply), "1. (U) One.\n\n2. (SBU) Two.\n").contains("UNCLAS GUATEMALA 000773\n\nSENSITIVE\n"));
}

#[test]
fn a_claim_is_never_written_as_a_fact() {
    let text = body(&reply());
    let said = text.split("CLAIMED:").nth(1).expect("the contacts have their own paragraph");
    assert!(said.contains("Claimed by \""), "{text}");
}
