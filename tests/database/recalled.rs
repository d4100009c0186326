//! What was sent comes back by a recall alone, and stays: the database says so too.

use super::{logged, person, program};
use crate::support::TestApp;

const NEW_CHECK: &str = "'01900000-0000-7000-8000-00000000000d'";

/// A request of the test's own, in that state.
fn sent(state: &str, then: &str) -> String {
    let opener = person("case");
    format!(
        "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on, opened_by, opened_at,
             requested_by, requested_at) select {NEW_CHECK}, 2026, 9001, 'pre_license', '{state}', id, 'A', 'B', 'routine', 'optional', 30, current_date,
             {opener}, now(), {opener}, now() from posts where name = 'Guatemala'; {then}"
    )
}

/// The row that keeps the request as it was.
fn kept() -> String {
    format!(
        "insert into recalls (id, check_id, post_id, type, subject, why, own_questions, about, about_ids, priority, site_visit, days_to_answer, due_on, requested_by, requested_at,
             reason, recalled_by, recalled_at)
         select gen_random_uuid(), id, post_id, type, subject, reason, own_questions, 'C', what_about(id, follows_check_id), priority, site_visit, days_to_answer, due_on, requested_by, requested_at, 'D', {},
             clock_timestamp() from checks where id = {NEW_CHECK}",
        person("case2")
    )
}

#[tokio::test]
async fn what_was_sent_is_a_draft_again_by_a_recall_until_it_is_acknowledged() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let draft = format!("update checks set state = 'draft' where id = {NEW_CHECK}");
    let kept = kept();
    for state in ["requested", "in_progress", "replied", "resulted"] {
        let recalled = if state == "requested" { "nothing" } else { "checks_recalled" };
        assert_eq!(logged(&mut application, &sent(state, &draft)).await, "checks_recalled", "{state}");
        assert_eq!(logged(&mut application, &sent(state, &format!("{kept}; {draft}"))).await, recalled, "{state}");
    }
    let older = "create or replace function oldest_borne() returns bigint language sql stable as 'select 70::bigint'";
    app.run(older).await;
    let early = logged(&mut application, &sent("requested", &format!("{kept}; {draft}"))).await;
    assert_eq!(
        early, "checks_recalled_once_all_know",
        "an older program would show another post what this one was asked"
    );
    app.run("select bear_from(71)").await;
    let twice = sent("requested", &format!("{kept}; {kept}"));
    assert_eq!(logged(&mut application, &twice).await, "recalls_once", "what was sent once is recalled once");
    let early = kept.replace("clock_timestamp()", "now() - interval '1 day'");
    assert_eq!(logged(&mut application, &sent("requested", &early)).await, "recalls_after_sent");
}

#[tokio::test]
async fn what_was_sent_is_not_discarded_and_goes_to_another_post_before_anybody_worked_on_it() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let gone = format!("delete from checks where id = {NEW_CHECK}");
    let elsewhere =
        format!("update checks set post_id = (select id from posts where name = 'Kingston') where id = {NEW_CHECK}");
    let back = format!("{}; update checks set state = 'draft' where id = {NEW_CHECK}", kept());
    let explained = |account: &str| {
        format!(
            "insert into explanations (id, check_id, contradiction, fingerprint, said, text, explained_by, explained_at)
             values (gen_random_uuid(), {NEW_CHECK}, 'a', 'b', 'A', 'A', {}, now())",
            person(account)
        )
    };
    let call = format!(
        "insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
         values (gen_random_uuid(), {NEW_CHECK}, 'call', 'A', 'embassy', 'A', {}, now())",
        person("guatemala")
    );
    let counted = format!(
        "insert into check_licenses (check_id, license_id) select {NEW_CHECK}, license_id from item_groups where id = (select min(id::text)::uuid from item_groups);
         insert into serials (id, item_group_id, license_id, number, number_normalized, state, check_id, recorded_by, recorded_at)
         select gen_random_uuid(), id, license_id, 'ZZ-1', 'zz1', 'seen', {NEW_CHECK}, {}, now() from item_groups where id = (select min(id::text)::uuid from item_groups)",
        person("guatemala")
    );
    let counted_again = format!(
        "{counted}; update serials set check_id = null, counted_before = jsonb_build_array(jsonb_build_object('check_id', {NEW_CHECK}))
         where number = 'ZZ-1'"
    );
    for (change, rule) in [
        (format!("{counted}; {back}; {elsewhere}"), "checks_worked_at_post"),
        (format!("{counted_again}; {back}; {elsewhere}"), "checks_worked_at_post"),
        (gone.clone(), "checks_once_sent"),
        (format!("{back}; {gone}"), "checks_once_sent"),
        (elsewhere.clone(), "checks_at_their_post"),
        (format!("{back}; {elsewhere}"), "nothing"),
        (format!("{call}; {back}; {elsewhere}"), "checks_worked_at_post"),
        // Washington explains contradictions as well, before it sends and after.
        (format!("{}; {back}; {elsewhere}", explained("guatemala")), "checks_worked_at_post"),
        (format!("{}; {back}; {elsewhere}", explained("case2")), "nothing"),
        (format!("{back}; {}; {elsewhere}", explained("case2")), "nothing"),
    ] {
        assert_eq!(logged(&mut application, &sent("requested", &change)).await, rule, "{change}");
    }
}

/// The post that had it reads the check again once that is over, and never a draft.
#[tokio::test]
async fn what_was_sent_ends_as_it_was_sent() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let back = format!("{}; update checks set state = 'draft' where id = {NEW_CHECK}", kept());
    let ended = format!("update checks set state = 'resulted', resulted_at = now() where id = {NEW_CHECK}");
    let kingston = "(select id from posts where name = 'Kingston')";
    for (column, other) in [
        ("type", "'post_license'"),
        ("subject", "'Another'"),
        ("reason", "'Another'"),
        ("own_questions", "'Another'"),
        ("priority", "'urgent'"),
        ("site_visit", "'required'"),
        ("days_to_answer", "45"),
        ("post_id", kingston),
    ] {
        let changed = format!("update checks set {column} = {other} where id = {NEW_CHECK}");
        let again =
            format!("update checks set state = 'requested', requested_at = clock_timestamp() where id = {NEW_CHECK}");
        let kept = if column == "reason" { "why" } else { column };
        let put_back = format!("update checks c set {column} = r.{kept} from recalls r where r.check_id = c.id");
        for (then, rule) in [
            (format!("{changed}; {ended}"), "checks_end_as_sent"),
            (format!("{changed}; {put_back}; {ended}"), "nothing"),
            (ended.replace("state =", &format!("{column} = {other}, state =")), "checks_end_as_sent"),
            (format!("{changed}; {again}; {ended}"), "nothing"),
        ] {
            assert_eq!(logged(&mut application, &sent("requested", &format!("{back}; {then}"))).await, rule, "{then}");
        }
    }
    assert_eq!(logged(&mut application, &sent("requested", &format!("{back}; {ended}"))).await, "nothing");
    // What it is about is changed by another row. What is hidden on both sides is the same, once nothing can come back.
    let about =
        format!("insert into check_subjects select gen_random_uuid(), {NEW_CHECK}, id, 'broker' from parties limit 1");
    let set = |column: &str, to: &str| format!("update checks set {column} = {to} where id = {NEW_CHECK}");
    // As a report writes it, which alone is allowed to.
    let report = |change: &str| {
        format!(
            "reset role; set local session_replication_role = replica; {change}; set local session_replication_role = origin; set role lantern_app"
        )
    };
    let hidden = format!("update recalls set why = {MARK} where check_id = {NEW_CHECK}");
    let open = format!(
        "insert into spills (id, place, row_id, file, file_id, characters, hash, why, reported_by, reported_at)
         select {NEW_CHECK}, 'check', {NEW_CHECK}, 'check', {NEW_CHECK}, 1, '', 'A', {}, now();
         insert into spill_texts values ({NEW_CHECK}, 1, 'checks', jsonb_build_object('id', {NEW_CHECK}), 'reason', 'B', {MARK})",
        person("case")
    );
    for (then, rule) in [
        (about, "checks_end_as_sent"),
        (set("subject", MARK), "checks_end_as_sent"),
        (set("subject", "subject || '.'"), "checks_end_as_sent"),
        (
            set("follows_check_id", &format!("(select id from checks where id <> {NEW_CHECK} limit 1)")),
            "checks_end_as_sent",
        ),
        (format!("{}; {}", set("reason", MARK), report(&hidden)), "nothing"),
        (format!("{}; {}", set("reason", MARK), report(&format!("{hidden}; {open}"))), "checks_end_settled"),
    ] {
        let tried = sent("requested", &format!("{back}; {then}; {ended}"));
        assert_eq!(logged(&mut application, &tried).await, rule, "{then}");
    }
}

/// What stands where a text was hidden.
const MARK: &str = "'[removed on 30 Nov 2026: reported as classified]'";

/// What a request was about is told by ids, of merged parties by the record that stands, and a hidden text by its mark:
/// in the database as in the program.
#[tokio::test]
async fn what_is_called_otherwise_by_now_is_the_same() {
    let app = TestApp::demonstration().await;
    let (one, other) =
        (app.value("select min(id::text) from parties").await, app.value("select max(id::text) from parties").await);
    let now = async |ids: &str| app.value(&format!("select about_now('{ids}')")).await;
    let both = now(&format!("license {one}; broker {one}; broker {other}")).await;
    assert_eq!(both, format!("broker {one}; broker {other}; license {one}"));
    app.run(&format!(
        "set local session_replication_role = replica; update parties set standing = 'merged', merged_into = '{other}' where id = '{one}'"
    ))
    .await;
    assert_eq!(now(&format!("broker {one}; end_user {one}")).await, format!("broker {other}; end_user {other}"));
    assert_eq!(now("").await, "");
    for (said, is_mark) in [
        (app.value("select spill_mark(now())").await, true),
        ("Removed on 30 Nov 2026".into(), false),
        ("[removed on request]".into(), false),
    ] {
        assert_eq!(lantern::text::is_spill_mark(&said), is_mark, "{said}");
        assert_eq!(app.value(&format!("select is_spill_mark('{said}')")).await, is_mark.to_string());
    }
    assert!(lantern::text::is_spill_mark(MARK.trim_matches('\'')));
}

/// Between a recall and what came of its draft, nothing that is done is told.
#[tokio::test]
async fn what_is_done_to_a_recalled_draft_is_told_to_no_post() {
    let app = TestApp::empty().await;
    let (one, other) = ("'01900000-0000-7000-8000-0000000000a1'", "'01900000-0000-7000-8000-0000000000a2'");
    let recalled = |post: &str, from: u8, until: u8| {
        format!(
            "insert into recalls (id, check_id, post_id, type, subject, why, own_questions, about, about_ids, priority, site_visit, days_to_answer, due_on, requested_at, reason,
                 recalled_by, recalled_at)
             values (gen_random_uuid(), {NEW_CHECK}, {post}, '', '', '', '', '', '', '', '', 1, '2026-01-01', '2026-01-01 {from}:00Z', '', gen_random_uuid(),
                 '2026-01-01 {until}:00Z')"
        )
    };
    let sent_last = |hour: u8, ended: &str| {
        format!(
            "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on, opened_by, opened_at,
                 requested_at, resulted_at) values ({NEW_CHECK}, 2026, 9001, 'pre_license', 'requested', {one}, '', '', 'routine', 'optional', 30, '2026-01-01',
                 gen_random_uuid(), now(), '2026-01-01 {hour}:00Z', {ended})"
        )
    };
    let (open, at_noon) = ("null", "'2026-01-01 12:00Z'");
    for (rows, told) in [
        (vec![sent_last(1, open)], "00 01 02 03 04 05 06 07 08 09 10 11 12 13"),
        // A draft that was sent, and is one again.
        (vec![sent_last(1, open), recalled(one, 1, 3)], "00 01 02 03"),
        // Sent again, at the same post and at another one.
        (vec![sent_last(9, open), recalled(one, 1, 3)], "00 01 02 03 09 10 11 12 13"),
        (vec![sent_last(9, open), recalled(one, 1, 3), recalled(one, 5, 6)], "00 01 02 03 05 06 09 10 11 12 13"),
        (vec![sent_last(9, open), recalled(other, 1, 3)], "09 10 11 12 13"),
        (vec![sent_last(9, open), recalled(other, 1, 2), recalled(one, 4, 6)], "04 05 06 09 10 11 12 13"),
        // Ended as a draft.
        (vec![sent_last(1, at_noon), recalled(one, 1, 3)], "00 01 02 03 12 13"),
        // By a clock that is behind.
        (vec![sent_last(4, open), recalled(one, 3, 5)], "00 01 02 03 04 05 06 07 08 09 10 11 12 13"),
    ] {
        app.run(&format!(
            "set local session_replication_role = replica; delete from recalls; delete from checks; {}",
            rows.join("; ")
        ))
        .await;
        let hours = format!(
            "select string_agg(to_char(h, 'FM00'), ' ' order by h) from generate_series(0, 13) h
             where '2026-01-01 00:00Z'::timestamptz + h * interval '1 hour' <@ told_when({NEW_CHECK}, {one})"
        );
        assert_eq!(app.value(&hours).await, told, "{rows:?}");
    }
}

/// From when on a post reads what was done on a check: since it came there after another post had it.
#[tokio::test]
async fn a_post_reads_what_was_done_since_another_one_had_it() {
    let app = TestApp::empty().await;
    let (one, other) = ("'01900000-0000-7000-8000-0000000000a1'", "'01900000-0000-7000-8000-0000000000a2'");
    let recalled = |post: &str, from: u8, until: u8| {
        format!(
            "insert into recalls (id, check_id, post_id, type, subject, why, own_questions, about, about_ids, priority, site_visit, days_to_answer, due_on, requested_at, reason,
                 recalled_by, recalled_at)
             values (gen_random_uuid(), {NEW_CHECK}, {post}, '', '', '', '', '', '', '', '', 1, '2026-01-01', '2026-01-01 {from}:00Z', '', gen_random_uuid(),
                 '2026-01-01 {until}:00Z')"
        )
    };
    let check = format!(
        "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on, opened_by, opened_at,
             requested_at) values ({NEW_CHECK}, 2026, 9001, 'pre_license', 'requested', {one}, '', '', 'routine', 'optional', 30, '2026-01-01',
             gen_random_uuid(), now(), '2026-01-01 09:00Z')"
    );
    for (rows, since) in [
        (vec![], "-infinity"),
        (vec![recalled(one, 1, 2)], "-infinity"),
        (vec![recalled(other, 1, 2)], "09"),
        (vec![recalled(other, 1, 2), recalled(one, 3, 4)], "03"),
        (vec![recalled(one, 1, 2), recalled(other, 3, 4)], "09"),
        (vec![recalled(one, 1, 2), recalled(other, 3, 4), recalled(one, 5, 6), recalled(one, 7, 8)], "05"),
    ] {
        app.run(&format!(
            "set local session_replication_role = replica; delete from recalls; delete from checks; {check}; {}",
            rows.join("; ")
        ))
        .await;
        let told = format!(
            "select case when t = '-infinity' then t::text else to_char(t at time zone 'UTC', 'HH24') end from told_since({NEW_CHECK}, {one}) t"
        );
        assert_eq!(app.value(&told).await, since, "{rows:?}");
    }
}
