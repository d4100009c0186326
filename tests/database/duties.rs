//! Whoever acted on a file does not judge what rests on it, whatever the program forgot.

use std::collections::BTreeSet;

use lantern::{
    duties::model::{Apart, Duty},
    licenses::model::Act,
};

use super::{LOG, column, logged, person, program, run};
use crate::support::TestApp;

/// A check on a license, both of the test's own, on which nobody acted but who opened and registered them.
const NEW_CHECK: &str = "'01900000-0000-7000-8000-00000000000b'";
const NEW_LICENSE: &str = "'01900000-0000-7000-8000-00000000000c'";

fn own_file(opener: &str, registrar: &str) -> String {
    let (opener, registrar) = (person(opener), person(registrar));
    format!(
        "insert into licenses (id, number, number_normalized, form, status, destination, value_usd, registered_by, registered_at)
             values ({NEW_LICENSE}, 'N-1', 'n1', 'dsp_5', 'pending', 'GT', 1, {registrar}, now());
         insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on, opened_by,
             opened_at, requested_at) select {NEW_CHECK}, 2026, 9001, 'pre_license', 'replied', id, 'A', 'B', 'routine', 'required', 30,
             current_date, {opener}, now(), now() from posts where name = 'Guatemala';
         insert into check_licenses values ({NEW_CHECK}, {NEW_LICENSE})"
    )
}

/// An act of a person on that check or license, as rows; whatever else it needs is done by people who do nothing else.
/// Of two acts of one kind in a file, `turn` tells the second: each is on a paper of its own, the one before it
/// withdrawn.
#[expect(clippy::too_many_lines, reason = "one line a duty")]
fn act(duty: Duty, who: &str, turn: usize) -> String {
    let (who, check, license) = (person(who), NEW_CHECK, NEW_LICENSE);
    let (writer, signer, proposer, judge) = (person("lima"), person("lima2"), person("bangkok"), person("manila"));
    let (registry, at) = ("(select id from authorities where short_name = 'DECAM')", "clock_timestamp()");
    let word = |signed: &str| {
        format!(
            "update recommendations set withdrawn_at = now() where check_id = {check} and withdrawn_at is null;
             insert into recommendations (id, check_id, word, text, written_by, written_at)
                 values (gen_random_uuid(), {check}, 'oppose', 'A', {writer}, now());
             update recommendations set {signed} where check_id = {check} and withdrawn_at is null"
        )
    };
    let result =
        |changes: &[String]| {
            let mut all = vec![format!(
                "update results set withdrawn_at = now() where check_id = {check} and withdrawn_at is null;
             insert into results (id, check_id, word, text, proposed_by, proposed_at)
                 values (gen_random_uuid(), {check}, 'unfavorable', 'A', {proposer}, now())"
            )];
            all.extend(changes.iter().map(|change| {
                format!("update results set {change} where check_id = {check} and withdrawn_at is null")
            }));
            all.join("; ")
        };
    let signature = |by: &str| format!("signed_by = {by}, signed_at = {at}, signed_revision = 1");
    let permit = |by: &str| {
        format!(
            "insert into permits (id, license_id, authority_id, number, number_normalized, quantity, unit, named_party, holds_number,
                 recorded_by, recorded_at)
             values (gen_random_uuid(), {license}, {registry}, 'P-{turn}', 'p{turn}', 30, 'pieces', 'A', true, {by}, now())"
        )
    };
    let party = "(select id from parties where merged_into is null order by id limit 1)";
    let contact = format!(
        "insert into contacts (id, check_id, kind, with_whom, authority_id, party_id, channel_source, summary, recorded_by, recorded_at)
             values (gen_random_uuid(), {check}, 'call', 'The registry', {registry}, {party}, 'embassy', 'tried', {writer}, now())"
    );
    let told = "(select id from contacts where summary = 'tried' limit 1)";
    match duty {
        Duty::Open => format!(
            "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, opened_by, opened_at)
             select gen_random_uuid(), 2026, 9002, 'pre_license', 'draft', post_id, 'A', 'B', 'routine', 'optional', 30, {who}, now()
             from checks where id = {check}"
        ),
        Duty::Request => format!("update checks set requested_by = {who}, requested_at = {at} where id = {check}"),
        Duty::Waive => format!(
            "update checks set site_visit_waived_by = {who}, site_visit_waived_at = {at}, site_visit_waiver = 'A' where id = {check}"
        ),
        Duty::Recall => format!(
            "insert into recalls (id, check_id, post_id, type, subject, why, own_questions, about, about_ids, priority, site_visit, days_to_answer, due_on, requested_at, reason,
                 recalled_by, recalled_at)
             select gen_random_uuid(), id, post_id, type, subject, reason, '', 'A', '', priority, site_visit, days_to_answer, due_on,
                 requested_at - interval '{turn} hours', 'A', {who}, {at} from checks where id = {check}"
        ),
        Duty::Hold => format!(
            "update checks set state = 'on_hold', held_state = 'replied', held_at = {at}, held_reason = 'A', held_by = {who} where id = {check}"
        ),
        Duty::Resume => format!(
            "update checks set state = 'replied', held_state = null, held_at = null, held_reason = null, held_by = null, resumed_by = {who},
                 resumed_at = {at} where id = {check}"
        ),
        Duty::GiveBack => format!("insert into check_questions values (gen_random_uuid(), {check}, 'A', {who}, now())"),
        Duty::Extend => {
            format!("insert into extensions values (gen_random_uuid(), {check}, '2026-01-01', '2026-01-02', 'A', {who}, now())")
        }
        Duty::Explain => format!("insert into explanations values (gen_random_uuid(), {check}, 'a', 'b{turn}', 'A', {who}, now())"),
        Duty::Work => contact.replace(&writer, &who),
        Duty::SignReply => word(&signature(&who)),
        Duty::ClearReply => {
            let cleared = format!("cleared_by = {who}, cleared_at = {at}, cleared_revision = 1");
            format!("{}; update recommendations set {cleared} where check_id = {check} and withdrawn_at is null", word(&signature(&signer)))
        }
        Duty::Propose => result(&[]).replace(&proposer, &who),
        Duty::SignResult => result(&[signature(&who)]),
        Duty::Countersign => {
            result(&[signature(&judge), format!("countersigned_by = {who}, countersigned_at = {at}, countersigned_revision = 1")])
        }
        Duty::Decline => result(&[format!("withdrawn_at = {at}, declined_because = 'A', declined_by = {who}")]),
        Duty::EndEarly => result(&[signature(&who)])
            .replace(&proposer, &who)
            .replace("text, proposed_by", "ended_because, text, proposed_by")
            .replace("'unfavorable', 'A'", "'not_completed', 'moot', 'A'"),
        Duty::Register => format!(
            "insert into licenses (id, number, number_normalized, form, status, destination, value_usd, registered_by, registered_at)
             values (gen_random_uuid(), 'N-2', 'n2', 'dsp_5', 'pending', 'GT', 1, {who}, now())"
        ),
        Duty::RecordPaper => permit(&who),
        Duty::VerifyPermit => format!(
            "{contact}; {}; update permits set verified_by = {who}, verified_at = {at}, verified_contact_id = {told} where number = 'P-{turn}'",
            permit(&writer)
        ),
        Duty::VerifySignature => {
            let signer = ["applicant", "foreign_consignee"][turn];
            format!(
                "{contact};
                 insert into license_parties (id, license_id, party_id, role, takes_possession)
                     values (gen_random_uuid(), {license}, {party}, '{signer}', 'never');
                 insert into certificates (id, license_id, form, host_government_needed, recorded_by, recorded_at)
                     values (gen_random_uuid(), {license}, 'DSP-83', false, {writer}, now()) on conflict do nothing;
                 insert into certificate_signatures (id, certificate_id, signer, signer_name, signed_on, recorded_by)
                     select gen_random_uuid(), id, '{signer}', 'A', current_date, {writer} from certificates where license_id = {license};
                 update certificate_signatures set verified_by = {who}, verified_at = {at}, verified_contact_id = {told}
                     where signer = '{signer}' and certificate_id = (select id from certificates where license_id = {license})"
            )
        }
        Duty::TakeBack => {
            format!("insert into mistakes values (gen_random_uuid(), 'permit', gen_random_uuid(), {license}, 'A', 'B', {who}, now())")
        }
        Duty::MeetCondition => format!(
            "insert into conditions (id, license_id, text, who_acts, raised_by, raised_at)
                 values (gen_random_uuid(), {license}, 'C-{turn}', 'B', {writer}, now());
             update conditions set met_by = {who}, met_at = {at}, evidence = 'A' where text = 'C-{turn}'"
        ),
        Duty::Except => format!("insert into exceptions values (gen_random_uuid(), {license}, 15, null, 'A', {who}, now())"),
        Duty::Decide => format!("insert into decisions values (gen_random_uuid(), {license}, {turn} + 1, 'deny', 'A', {who}, now(), 1, 0)"),
    }
}

/// Guard 11, whatever role or post a person moved to: every act after every earlier act of the same person. The
/// database refuses what the table says, by the name of the pair, and nothing else; and both sides have the same table.
#[tokio::test]
async fn duties_are_separated_by_person_as_the_table_says() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for earlier in Duty::ALL.iter().copied() {
        let opener = if earlier == Duty::Open { "apia" } else { "kingston" };
        let registrar = if earlier == Duty::Register { "apia" } else { "kingston" };
        let before = match earlier {
            Duty::Open | Duty::Register => own_file(opener, registrar),
            _ => format!("{}; {}", own_file(opener, registrar), act(earlier, "apia", 0)),
        };
        assert_eq!(logged(&mut application, &before).await, "nothing", "{before}");
        for later in Duty::ALL.iter().copied() {
            let expected = match later.after(earlier) {
                Apart::Always => format!("duties_{}_after_{}", later.code(), earlier.code()),
                Apart::No | Apart::SamePaper => "nothing".to_owned(),
            };
            refused += usize::from(expected != "nothing");
            for (who, expected) in [("apia", expected.as_str()), ("prague", "nothing")] {
                let found = logged(&mut application, &format!("{before}; {}", act(later, who, 1))).await;
                if found != expected {
                    wrong.push((later.code(), earlier.code(), who, expected.to_owned(), found));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let pairs = Duty::ALL.iter().flat_map(|later| Duty::ALL.iter().map(move |earlier| (later, earlier)));
    let ours = pairs.filter(|(later, earlier)| later.after(**earlier) == Apart::Always);
    let ours: BTreeSet<String> = ours.map(|(later, earlier)| format!("{later} {earlier}")).collect();
    assert_eq!(ours.len(), refused);
    assert_eq!(column(&app, "select later || ' ' || earlier from separated_duties").await, ours);
}

/// Each act on a license is a decision; and what was taken back, withdrawn or declined counts as well.
#[tokio::test]
async fn every_act_on_a_license_is_kept_from_who_judged_beneath_it() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let file = own_file("kingston", "kingston");
    for code in Act::ALL.iter().map(|act| act.code()) {
        let decided = act(Duty::Decide, "apia", 1).replace("'deny'", &format!("'{code}'"));
        let taken_back = "update permits set withdrawn_at = now(), withdrawn_reason = 'A', holds_number = false where number = 'P-0'";
        for (earlier, after) in [
            (Duty::VerifyPermit, taken_back),
            (
                Duty::SignReply,
                &format!(
                    "update recommendations set withdrawn_at = now() where withdrawn_at is null and check_id = {NEW_CHECK}"
                ),
            ),
            (
                Duty::SignResult,
                &format!(
                    "update results set withdrawn_at = now(), declined_because = 'A' where withdrawn_at is null and check_id = {NEW_CHECK}"
                ),
            ),
        ] {
            let change = format!("{file}; {}; {after}; {decided}", act(earlier, "apia", 0));
            assert_eq!(
                logged(&mut application, &change).await,
                format!("duties_decide_after_{}", earlier.code()),
                "{code}"
            );
        }
    }
    let large = act(Duty::Decide, "auditor", 1).replace("'deny'", "'approve'").replace("1, 0)", "1, 48200)");
    assert_eq!(logged(&mut application, &format!("{file}; {large}")).await, "duties_amount_within_authority");
}

/// The two pairs that are of one paper stand in its row; the only person of a post clears alone.
#[tokio::test]
async fn a_signature_keeps_from_clearing_and_declining_the_same_paper() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let file = own_file("kingston", "kingston");
    let cleared = |alone: &str| {
        act(Duty::ClearReply, "lima2", 0)
            .replace("cleared_revision = 1", &format!("cleared_revision = 1, post_of_one = {alone}"))
    };
    assert_eq!(
        logged(&mut application, &format!("{file}; {}", cleared("false"))).await,
        "recommendations_cleared_by_another"
    );
    assert_eq!(logged(&mut application, &format!("{file}; {}", cleared("true"))).await, "nothing");
    let declined = format!(
        "update results set withdrawn_at = now(), declined_because = 'A', declined_by = {} where withdrawn_at is null and check_id = {NEW_CHECK}",
        person("apia")
    );
    let change = format!("{file}; {}; {declined}", act(Duty::SignResult, "apia", 0));
    assert_eq!(logged(&mut application, &change).await, "results_not_declined_by_its_signer");
}

/// Two acts of one person at the same moment, each from a session of its own: the second waits for the first, and is
/// judged after it.
#[tokio::test]
async fn two_acts_at_once_are_judged_one_after_the_other() {
    let app = TestApp::demonstration().await;
    let (mut one, mut other) = (program(&app).await, program(&app).await);
    app.run(&format!("{LOG}; {}", own_file("kingston", "kingston"))).await;
    for (first, second) in [
        (Duty::Propose, Duty::SignResult),
        (Duty::SignResult, Duty::Decide),
        (Duty::Decide, Duty::ClearReply),
        (Duty::VerifyPermit, Duty::Decide),
        (Duty::Work, Duty::Except),
    ] {
        run(&mut one, &format!("begin; {LOG}; {}", act(first, "apia", 0))).await.expect("the first goes through");
        let blocked = format!("set lock_timeout = '50ms'; begin; {LOG}; {}", act(second, "apia", 1));
        let waits = run(&mut other, &blocked).await.expect_err("it waits");
        assert!(waits.to_string().contains("lock timeout"), "{} beside {}: {waits}", second.code(), first.code());
        run(&mut other, "rollback").await.expect("it ends");
        run(&mut one, "rollback").await.expect("it ends");
    }
}
