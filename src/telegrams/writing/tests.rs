use proptest::prelude::*;
use serde_json::Value as Json;
use time::{Date, OffsetDateTime, macros::datetime};

use super::*;
use crate::{
    approvals::model::{ApprovalState, CustodyStage, SerialState, Signer},
    checks::model::{CaseFile, CheckType, Note, Priority, RecommendationWord, SiteVisit},
    evidence::model::{ContactKind, Document, FindingAnswer, PortionMark, SourceGrade},
    id::{AuthorityId, DocumentId, StatementId},
    parties::model::{PartyKind, PartyRole, TakesPossession},
    sample,
    telegrams::reading::{self, Direction, Signed, Standing, Value, WarningKind},
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

/// Texts that people write and that look like something else: numbers, marks, lists, headers, quotation marks, long
/// words, other scripts.
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
        1 => Just("UNCLAS STATE 000001 SECTION 01 OF 02".to_owned()),
        1 => Just("SUBJECT: X REF: B. STATE 1".to_owned()),
        1 => Just("P 192222Z JUN 08 FM AMEMBASSY LIMA".to_owned()),
        1 => Just("Condition: \"x\". In contact 1".to_owned()),
    ];
    proptest::collection::vec(word, 1..25)
        .prop_map(|words| words.join(" "))
        .prop_filter("Lantern takes no classified text", |text| {
            crate::text::storable(text).is_ok() && !lines::plain(text).is_empty()
        })
}

/// Codes, and texts that stand in the place of one.
fn code() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z]{1,9}(_[a-z]{1,9}){0,2}", 1 => Just("is_of_on_about".to_owned()), 1 => text()]
}

/// Names lines of items and contacts by their keys, as far as there are any.
fn keyed(values: &mut [Value]) {
    let lines = values.iter().filter(|value| matches!(value, Value::ItemGroup { .. })).count();
    let contacts = values.iter().filter(|value| matches!(value, Value::Contact { .. })).count();
    let documents = values.iter().filter(|value| matches!(value, Value::Document { .. })).count();
    let named = |kind: &str, index: usize, of: usize| (of > 0).then(|| format!("{kind}-{}", index % of + 1));
    for (index, value) in values.iter_mut().enumerate() {
        match value {
            Value::ImportApproval { items_key, .. } => *items_key = named("item-group", index, lines),
            Value::Statement { contact_key, .. } => *contact_key = named("contact", index, contacts),
            Value::Finding { basis, .. } => {
                basis.extend(
                    [named("contact", index, contacts), named("document", index, documents)].into_iter().flatten(),
                );
            }
            _ => {}
        }
    }
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
        maybe(prop_oneof![Just("GT".to_owned()), text()]),
        maybe(text()),
        any_of(TakesPossession::ALL),
        maybe(text()),
    )
        .prop_map(|(name, short_name, party_kind, role, country, address, takes_possession, claimed_by)| {
            Value::Party {
                name,
                short_name,
                party_kind,
                role: Some(role),
                country,
                address,
                takes_possession,
                possession_claimed_by: claimed_by.filter(|_| takes_possession != TakesPossession::Unknown),
            }
        });
    let items = (maybe(text()), text(), maybe(code()), 1_i64..1_000_000, code()).prop_map(
        |(license, label, item_class, quantity, unit)| Value::ItemGroup { license, label, item_class, quantity, unit },
    );
    let approval =
        (text(), text(), any_of(ApprovalState::ALL), maybe(text()), maybe(text()), maybe(text()), maybe(text()))
            .prop_map(|(items, authority, state, number, waits_for, lacks, note)| Value::ImportApproval {
                items_key: None,
                items,
                authority,
                state,
                number,
                waits_for,
                lacks,
                note: note.unwrap_or_default(),
            });
    let contact = (any_of(ContactKind::ALL), text(), maybe(text()), proptest::option::of(day()), maybe(text()), text())
        .prop_map(|(contact_kind, with_whom, authority, on, place, summary)| Value::Contact {
            contact_kind,
            with_whom,
            authority,
            on,
            place,
            summary,
        });
    let statement = (text(), any_of(SourceGrade::ALL), any_of(Standing::ALL), maybe(code()), maybe(text()), text())
        .prop_map(|(said_by, grade, standing, topic, about, text)| Value::Statement {
            contact_key: None,
            said_by,
            grade,
            standing,
            topic,
            about,
            text,
        });
    let finding = (code(), maybe(text()), any_of(FindingAnswer::ALL), text(), any_of(PortionMark::ALL)).prop_map(
        |(topic, party, answer, text, mark)| Value::Finding { topic, party, answer, text, mark, basis: Vec::new() },
    );
    let word = (any_of(RecommendationWord::ALL), proptest::collection::vec(text(), 0..4), maybe(text()), text())
        .prop_map(|(word, conditions, license, text)| Value::Recommendation { word, conditions, license, text });
    let serials = (
        any_of(SerialState::ALL),
        proptest::collection::vec(text(), 0..5),
        proptest::option::of(0_i64..500),
        maybe(text()),
    )
        .prop_map(|(state, numbers, count, items)| Value::Serials { state, numbers, count, items });
    let rest = prop_oneof![
        (proptest::option::of((text(), proptest::option::of(any_of(SourceGrade::ALL)))), text()).prop_map(
            |(told, text)| {
                let (said_by, grade) = told.unzip();
                Value::SeparateFact { said_by, grade: grade.flatten(), text }
            }
        ),
        text().prop_map(|text| Value::Obstacle { text }),
        text().prop_map(|text| Value::Remark { text }),
        (day(), text()).prop_map(|(on, what)| Value::Dated { on, what }),
        (text(), proptest::collection::vec(text(), 0..3)).prop_map(|(number, also)| Value::License { number, also }),
    ];
    prop_oneof![party, items, approval, contact, statement, finding, word, serials, rest, on_paper()]
}

fn on_paper() -> impl Strategy<Value = Value> {
    let document = (text(), text(), maybe(text()), proptest::option::of(day()), text(), maybe(text())).prop_map(
        |(what, issuer, number, dated, kept_at, text)| Value::Document { what, issuer, number, dated, kept_at, text },
    );
    let signed = (any_of(Signer::ALL), text(), day(), any::<bool>()).prop_map(|(signer, name, on, verified)| Signed {
        signer,
        name,
        on,
        verified,
    });
    let certificate = (maybe(text()), text(), proptest::collection::vec(signed, 0..4))
        .prop_map(|(license, form, signatures)| Value::Certificate { license, form, signatures });
    let step = (
        maybe(text()),
        any_of(CustodyStage::ALL),
        text(),
        text(),
        proptest::option::of(day()),
        proptest::option::of(1_i64..1_000_000),
        maybe(text()),
    )
        .prop_map(|(license, stage, holder, what, on, quantity, items)| Value::CustodyStep {
            license,
            stage,
            holder,
            what,
            on,
            quantity,
            items,
        });
    prop_oneof![document, certificate, step]
}

fn request() -> impl Strategy<Value = Value> {
    let whole = (
        maybe(text()),
        proptest::collection::vec(text(), 1..6),
        1_u32..400,
        proptest::option::of(day()),
        any_of(SiteVisit::ALL),
    );
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
            keyed(&mut all);
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

/// A case file in which people wrote those texts.
fn file(texts: &[String], many: usize) -> CaseFile {
    let mut turn = texts.iter().cycle().cloned();
    let mut next = || turn.next().expect("there is one");
    let mut file = sample::case();
    let items: Vec<_> = (0..=many).map(|index| sample::item(["pistol", "automatic_rifle"][index % 2], 6)).collect();
    let license = &mut file.licenses[0];
    let ministry = (AuthorityId::new(), next());
    license.rules.push(sample::rule("automatic_rifle", Some((ministry.0, &ministry.1))));
    for mut item in items {
        item.label = next();
        let mut row = sample::approval(
            &item,
            license.permits.first().map(|permit| permit.authority_id),
            ApprovalState::Needed,
            None,
        );
        (row.note, row.waits_for) = (next(), next());
        license.approvals.push(row);
        license.items.push(item);
    }
    let none = sample::approval(&license.items[1], None, ApprovalState::NotRequired, None);
    license.approvals.push(none);
    for party in &mut license.parties {
        party.name = next();
    }
    license.permits[0].number = next();
    license.certificate = Some(sample::certificate());
    for stage in CustodyStage::ALL {
        let mut step = sample::step(*stage, &next());
        (step.what, step.item_group_id) = (next(), Some(license.items[0].id));
        license.custody.push(step);
    }
    license.number = next();
    let check = &mut file.check;
    (check.reason, check.subject) = (next(), next());
    for kind in ContactKind::ALL.iter().take(many) {
        let mut contact = sample::contact(*kind);
        (contact.with_whom, contact.place, contact.summary) = (next(), next(), next());
        let mut statement = sample::statement(&contact, SourceGrade::OfficialOral);
        (statement.text, statement.about, statement.topic) = (next(), Some(next()), Some("import_approvals".into()));
        let mut other = sample::statement(&contact, SourceGrade::PartyItself);
        (other.text, other.contradicted_by) = (next(), Some(statement.id));
        check.statements.extend([other, statement]);
        check.contacts.push(contact);
    }
    for number in [next(), String::new()] {
        let (kind, issuer, kept_at, description) = (next(), next(), next(), next());
        check.documents.push(Document {
            id: DocumentId::new(),
            kind,
            issuer,
            number,
            dated: None,
            kept_at,
            description,
            version: 1,
        });
    }
    for finding in &mut check.findings {
        (finding.text, finding.party_name) = (next(), Some(next()));
        finding.documents.push(check.documents[1].id);
        finding.contacts.extend(check.contacts.last().map(|contact| contact.id));
    }
    check.recommendation.as_mut().expect("there is one").text = next();
    check.interim_replies.push(Note { id: uuid::Uuid::from_u128(7), text: next(), by: next(), at: sample::NOW });
    file
}

/// The contacts, or the lines of items, in their order.
fn in_order(values: &[Json], kind: &str) -> Vec<Json> {
    values.iter().filter(|value| value["kind"] == kind).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn what_a_case_file_says_comes_back(texts in proptest::collection::vec(text(), 1..12), many in 0..6_usize) {
        let file = file(&texts, many);
        for direction in [Direction::Reply, Direction::Request, Direction::Interim, Direction::Reminder] {
            let content = Content::of(&file, direction);
            let text = whole(&envelope(direction), &body(&content));
            prop_assert!(text.is_ascii() && text.lines().all(|line| line.len() <= lines::WIDTH), "{text}");
            let (written, read) = (folded(&content.values), read_back(&text));
            // Keys count in the order of the text.
            for kind in ["contact", "item_group", "document"] {
                prop_assert_eq!(in_order(&read, kind), in_order(&written, kind), "{}", text);
            }
            prop_assert_eq!(sorted(read), sorted(written), "{}", text);
        }
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
    assert_eq!(
        header.message.as_ref().map(|message| (message.originator.as_str(), message.number)),
        Some(("GUATEMALA", 773))
    );
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
    for sensitive in
        ["1. (U) One.\n\n2. (SBU) Two.\n", "1. (U) One.\n\n2. Two.\n", "One.\n\n1. (U) Two.\n", "1. (SBU/NF) One.\n"]
    {
        assert!(
            whole(&envelope(Direction::Reply), sensitive).contains("UNCLAS GUATEMALA 000773\n\nSENSITIVE\n"),
            "{sensitive}"
        );
    }
}

#[test]
fn a_claim_is_never_written_as_a_fact() {
    let text = body(&reply());
    let said = text.split("CLAIMED:").nth(1).expect("the contacts have their own paragraph");
    assert!(said.contains("Claimed by \""), "{text}");
}

#[test]
fn every_statement_says_how_it_stands() {
    let contact = sample::contact(ContactKind::Meeting);
    let mut file = sample::case();
    let plain = sample::statement(&contact, SourceGrade::OfficialOral);
    let mut confirmed = plain.clone();
    confirmed.confirmed_by = Some(StatementId::new());
    let mut contradicted = confirmed.clone();
    contradicted.contradicted_by = Some(StatementId::new());
    file.check.contacts = vec![contact];
    for (statement, says) in [
        (plain, "official, orally) in contact 1: \"The order is theirs.\"\n"),
        (confirmed, "\"The order is theirs.\" A source of higher grade confirms this.\n"),
        (contradicted, "\"The order is theirs.\" Another statement contradicts this.\n"),
    ] {
        file.check.statements = vec![statement];
        let text = body(&Content::of(&file, Direction::Reply)).replace("\n   ", " ");
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn an_approval_that_only_a_rule_asks_for_is_told_and_why_one_does_not_count() {
    let mut file = sample::case();
    let license = &mut file.licenses[0];
    license.rules.push(sample::rule("pistol", Some((AuthorityId::new(), "Ministry of Defense"))));
    license.permits[0].quantity = 29;
    let text = body(&Content::of(&file, Direction::Reply)).replace("\n   ", " ");
    assert!(
        text.contains(
            "of \"DECAM\" for \"pistol, 30\" (line 1) is issued. The permit is \"D-881\". It does not count: \"covers 29 of 30\"."
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "of \"Ministry of Defense\" for \"pistol, 30\" (line 1) is needed. It does not count: \"not applied for\"."
        ),
        "{text}"
    );
    assert!(text.replace('\n', " ").contains("Of the import approvals 2 of 2 do not count yet."), "{text}");
}

#[test]
fn a_caveat_is_no_comment_and_a_comment_stands_apart() {
    let mut file = sample::case();
    file.check.contacts = vec![sample::contact(ContactKind::Call)];
    file.check.findings.iter_mut().for_each(|finding| finding.contacts = vec![file.check.contacts[0].id]);
    let mut content = Content::of(&file, Direction::Reply);
    content.values.push(Value::Remark { text: "A donor of the commission asked after it.".into() });
    let text = body(&content).replace("\n   ", " ");
    let (before, caveats) = text.split_once("CAVEATS:").expect("it was all told on the telephone");
    assert!(caveats.contains(content::NOTHING_FIRM), "{text}");
    let comment = before
        .split("COMMENT:")
        .nth(1)
        .and_then(|comment| comment.split("END COMMENT.").next())
        .expect("it has a comment");
    assert_eq!(comment.trim(), "-- \"A donor of the commission asked after it.\"");
}

#[test]
fn an_interim_reply_says_what_is_still_to_be_answered_and_of_whom() {
    let mut file = sample::case();
    let written =
        |file: &CaseFile| body(&Content::of(file, Direction::Interim)).split_whitespace().collect::<Vec<_>>().join(" ");
    let asked = file.asked().into_iter().find(|asked| asked.party.is_some()).expect("a topic is per party");
    let (_, name) = asked.party.expect("it has one");
    let told = format!("Still to be answered: {} of {name}", asked.label.to_lowercase());
    let all = written(&file);
    assert!(!all.contains(&told), "what is answered is not asked again: {all}");
    file.check.findings.retain(|finding| finding.topic != asked.topic);
    let left = written(&file);
    assert!(left.contains(&told), "{left}");
}

#[test]
fn a_reminder_says_when_it_was_asked_and_how_late_the_answer_is() {
    let mut file = sample::case();
    file.now = datetime!(2026-07-13 16:00 UTC);
    let text = body(&Content::of(&file, Direction::Reminder));
    assert!(text.contains("On 10 Jun 2026: \"The request went out.\"\n"), "{text}");
    assert!(text.contains("\"The answer is 3 days late.\"\n"), "{text}");
}

#[test]
fn what_a_person_added_in_other_words_takes_nothing_away() {
    let content = reply();
    let edited =
        body(&content).replace("1. (U) SUMMARY:\n", "1. (U) SUMMARY: Post thanks the commission for its time.\n");
    let edited = edited.replace("\n\n2. ", "\n\nThe ambassador called on the minister on July 3.\n\n2. ");
    let text = whole(&envelope(Direction::Reply), &edited);
    assert_eq!(sorted(read_back(&text)), sorted(folded(&content.values)), "{text}");
}
