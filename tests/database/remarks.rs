//! A remark stays as written and in its circle, and waits for nobody on a closed check: the database says so too.

use super::{CHECK, logged, person, program};
use crate::support::TestApp;

const ONE: &str = "'01900000-0000-7000-8000-0000000000b1'";
const TWO: &str = "'01900000-0000-7000-8000-0000000000b2'";
/// The check in progress, whichever it is.
const OPEN: &str = "(select id from checks where subject like 'Cartridges for a sugar%')";

fn remark(id: &str, (check, thread, answers): (&str, &str, &str), post: &str, to: &str) -> String {
    format!(
        "insert into remarks (id, check_id, thread_id, answers_id, post_id, to_part, text, written_by, written_at)
         values ({id}, {check}, {thread}, {answers}, {post}, {to}, 'A', {}, now())",
        person("case")
    )
}

#[tokio::test]
async fn a_remark_stays_in_its_circle_and_its_thread_and_is_settled_once() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let own = "(select post_id from checks where subject like 'Cartridges for a sugar%')";
    let other = "(select id from posts where name = 'Kingston')";
    let first = remark(ONE, (OPEN, ONE, "null"), own, "'post'");
    let settled =
        format!("update remarks set settled_at = now(), settled_by = {} where id = {ONE}", person("guatemala"));
    for (change, rule) in [
        (first.clone(), "nothing"),
        (remark(ONE, (OPEN, ONE, "null"), "null", "'case_officer'"), "nothing"),
        (remark(ONE, (OPEN, ONE, "null"), "null", "'post'"), "remarks_within_circle"),
        (remark(ONE, (OPEN, ONE, "null"), other, "'post'"), "remarks_of_its_post"),
        (remark(ONE, (OPEN, ONE, "null"), own, "null"), "remarks_to_one"),
        (remark(ONE, (OPEN, ONE, "null"), own, "'auditor'"), "remarks_part_known"),
        (remark(ONE, (OPEN, ONE, "null"), own, "'post'").replace("'A'", "''"), "remarks_text_short"),
        (remark(ONE, (OPEN, ONE, "null"), own, "'post'").replace("'A'", "repeat('a', 2001)"), "remarks_text_long"),
        (format!("{first}; {}", remark(TWO, (OPEN, ONE, ONE), own, "'case_officer'")), "nothing"),
        (format!("{first}; {}", remark(TWO, (OPEN, ONE, ONE), "null", "'case_officer'")), "remarks_in_their_thread"),
        (format!("{first}; {}", remark(TWO, (CHECK, ONE, ONE), "null", "'case_officer'")), "remarks_in_their_thread"),
        (format!("{first}; {}", remark(TWO, (OPEN, TWO, ONE), own, "'case_officer'")), "remarks_in_their_thread"),
        (format!("{first}; {}", remark(TWO, (OPEN, ONE, "null"), own, "'case_officer'")), "remarks_thread_whole"),
        (format!("{first}; update remarks set text = 'B' where id = {ONE}"), "remarks_stay"),
        (format!("{first}; update remarks set post_id = null, to_part = 'reviewer' where id = {ONE}"), "remarks_stay"),
        (format!("{first}; {settled}"), "nothing"),
        (format!("{first}; {settled}; {settled}"), "remarks_stay"),
        (format!("{first}; update remarks set settled_by = written_by where id = {ONE}"), "remarks_settled_whole"),
    ] {
        assert_eq!(logged(&mut application, &change).await, rule, "{change}");
    }
    let gone = logged(&mut application, &format!("{first}; delete from remarks where id = {ONE}")).await;
    assert_eq!(gone, "permission denied for table remarks");
}

#[tokio::test]
async fn remarks_are_of_what_was_sent_and_wait_no_longer_than_their_check() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let draft = "(select id from checks where state = 'draft' and requested_at is null limit 1)";
    let never_sent = remark(ONE, (draft, ONE, "null"), "null", "'case_officer'");
    assert_eq!(logged(&mut application, &never_sent).await, "remarks_once_sent");
    app.run("create or replace function oldest_borne() returns bigint language sql stable as 'select 70::bigint'")
        .await;
    let early = logged(&mut application, &remark(ONE, (OPEN, ONE, "null"), "null", "'case_officer'")).await;
    assert_eq!(early, "remarks_once_all_know", "an older program would show it to the post");
    app.run("select bear_from(71)").await;
    let closes = |then: &str| {
        format!(
            "{}; update checks set state = 'closed', closed_at = now() where id = {OPEN}; {then}",
            remark(ONE, (OPEN, ONE, "null"), "null", "'case_officer'")
        )
    };
    let waits = format!(
        "do $$ begin if exists (select from remarks where id = {ONE} and settled_at is null) then raise exception 'it waits'; end if; end $$"
    );
    assert_eq!(logged(&mut application, &closes(&waits)).await, "nothing");
    let more = remark(TWO, (OPEN, TWO, "null"), "null", "'case_officer'");
    assert_eq!(logged(&mut application, &closes(&more)).await, "remarks_sealed");
}

/// Kinds of rows and moments of entries, and whose they are while Kingston has what Guatemala had first.
const AT_KINGSTON: &[(&str, &str, &str, &str)] = &[
    ("recall", "recall", "-", "Guatemala"),
    ("remark", "remark guatemala", "-", "Guatemala"),
    ("remark", "remark kingston", "-", "Kingston"),
    ("remark", "remark inside", "-", "Washington"),
    ("extension", "extension 02:00", "-", "Washington"),
    ("extension", "extension 07:00", "-", "Kingston"),
    ("explanation", "explanation 02:00", "-", "Washington"),
    ("explanation", "explanation 04:00", "-", "Washington"),
    ("explanation", "explanation 07:00", "-", "Kingston"),
    ("check_mistake", "mistake 02:00", "-", "Washington"),
    ("check_mistake", "mistake 04:00", "-", "Washington"),
    ("check_mistake", "mistake 07:00", "-", "Kingston"),
    ("correction", "correction recall recall 08:00", "-", "Guatemala"),
    ("correction", "correction extension extension 02:00 08:00", "-", "Washington"),
    ("correction", "correction extension extension 07:00 08:00", "-", "Kingston"),
    ("correction", "correction check x 02:00", "-", "Washington"),
    ("correction", "correction check x 07:00", "-", "Kingston"),
    ("correction", "correction check_mistake mistake 02:00 09:00", "-", "Washington"),
    ("spill", "spill guatemala", "07:00", "Guatemala"),
    ("spill", "spill inside", "07:00", "Washington"),
    // Texts of the check itself, and what belongs to it, are of the post that has it.
    ("check", "x", "-", "Kingston"),
    ("contact", "x", "-", "Kingston"),
    // Entries about a row go by the row, whenever they were made; others by their moment.
    ("remark", "remark inside", "07:00", "Washington"),
    ("recall", "recall", "07:00", "Guatemala"),
    ("extension", "extension 02:00", "07:00", "Washington"),
    ("check", "x", "02:00", "Washington"),
    ("check", "x", "04:00", "Washington"),
    ("check", "x", "06:00", "Kingston"),
    ("check", "x", "07:00", "Kingston"),
    ("contact", "x", "02:00", "Washington"),
];

/// Every kind of row that a check has, and every moment of its entries, by whose it is: Guatemala had the check until
/// it was recalled, and Kingston has it since; in the last case Guatemala has it again, ended as a draft.
#[tokio::test]
async fn of_each_row_of_a_check_one_side_is_told() {
    let app = TestApp::demonstration().await;
    app.run(
        "set local session_replication_role = replica;
         create table sides as select c.id as a_check, g.id as guatemala, k.id as kingston from checks c, posts g, posts k
             where c.subject = 'Pistols issued and not shipped' and g.name = 'Guatemala' and k.name = 'Kingston';
         update checks set requested_at = '2026-01-01 06:00Z', post_id = (select kingston from sides) where id = (select a_check from sides);
         insert into recalls (id, check_id, post_id, type, subject, why, own_questions, about, about_ids, priority, site_visit, days_to_answer, due_on, requested_at, reason,
             recalled_by, recalled_at)
         select md5('recall')::uuid, a_check, guatemala, '', '', '', '', '', '', '', '', 1, '2026-01-01', '2026-01-01 01:00Z', '', gen_random_uuid(),
             '2026-01-01 03:00Z' from sides;
         insert into remarks (id, check_id, thread_id, post_id, to_part, text, written_by, written_at)
         select md5('remark ' || n.name)::uuid, a_check, md5('remark ' || n.name)::uuid, n.post, 'case_officer', 'A', gen_random_uuid(), '2026-01-01 02:00Z'
         from sides, lateral (values ('guatemala', guatemala), ('kingston', kingston), ('inside', null)) n (name, post);
         insert into extensions (id, check_id, due_before, due_after, reason, extended_by, extended_at)
         select md5('extension ' || n.at)::uuid, a_check, '2026-01-01', '2026-01-02', 'A', gen_random_uuid(), ('2026-01-01 ' || n.at || 'Z')::timestamptz
         from sides, lateral (values ('02:00'), ('07:00')) n (at);
         insert into explanations (id, check_id, contradiction, fingerprint, said, text, explained_by, explained_at)
         select md5('explanation ' || n.at)::uuid, a_check, 'a', n.at, 'A', 'A', gen_random_uuid(), ('2026-01-01 ' || n.at || 'Z')::timestamptz
         from sides, lateral (values ('02:00'), ('04:00'), ('07:00')) n (at);
         insert into mistakes (id, kind, row_id, check_id, said, reason, side, taken_back_by, taken_back_at)
         select md5('mistake ' || n.at)::uuid, 'check_subject', gen_random_uuid(), a_check, 'A', 'A', 'washington', gen_random_uuid(),
             ('2026-01-01 ' || n.at || 'Z')::timestamptz
         from sides, lateral (values ('02:00'), ('04:00'), ('07:00')) n (at);
         insert into corrections (id, place, row_id, check_id, said, text, noted_by, noted_at)
         select md5(concat_ws(' ', 'correction', n.place, n.of_row, n.at))::uuid, n.place, md5(n.of_row)::uuid, a_check, 'A', 'A', gen_random_uuid(),
             ('2026-01-01 ' || n.at || 'Z')::timestamptz
         from sides, lateral (values ('recall', 'recall', '08:00'), ('extension', 'extension 02:00', '08:00'), ('extension', 'extension 07:00', '08:00'),
             ('check', 'x', '02:00'), ('check', 'x', '07:00'), ('check_mistake', 'mistake 02:00', '09:00')) n (place, of_row, at);
         insert into spills (id, place, row_id, file, file_id, post_id, characters, hash, why, reported_by, reported_at)
         select md5('spill ' || n.name)::uuid, 'remark', gen_random_uuid(), 'check', a_check, n.post, 1, '', 'A', gen_random_uuid(), '2026-01-01 02:00Z'
         from sides, lateral (values ('guatemala', guatemala), ('inside', null)) n (name, post)",
    )
    .await;
    let told = async |kind: &str, row: &str, at: &str| {
        let at = if at == "-" { "null".into() } else { format!("'2026-01-01 {at}Z'") };
        app.value(&format!(
            "select coalesce((select p.name from posts p where p.id = told_to((select a_check from sides), '{kind}', md5('{row}')::uuid, {at})), 'Washington')"
        ))
        .await
    };
    for (kind, row, at, side) in AT_KINGSTON {
        assert_eq!(told(kind, row, at).await, *side, "{kind} {row} at {at}, while Kingston has the check");
    }
    // The same words stand there for each side that has them, whoever wrote them last.
    for (kind, sides) in [("extension", "Kingston Washington"), ("remark", "Guatemala Kingston Washington")] {
        let offered = format!(
            "select string_agg(coalesce(p.name, 'Washington'), ' ' order by p.name) from spill_rows('check', (select a_check from sides)) r
             left join posts p on p.id = told_to((select a_check from sides), r.place, r.row_id) where r.place = '{kind}'"
        );
        assert_eq!(app.value(&offered).await, sides, "{kind}");
    }
    app.run("set local session_replication_role = replica; update checks set state = 'draft' where id = (select a_check from sides)").await;
    for (kind, row, side) in [
        ("check", "x", "Washington"),
        ("contact", "x", "Washington"),
        ("extension", "extension 07:00", "Washington"),
        ("recall", "recall", "Guatemala"),
        ("remark", "remark kingston", "Kingston"),
    ] {
        assert_eq!(told(kind, row, "-").await, side, "{kind} {row}, of a draft");
    }
    app.run(
        "set local session_replication_role = replica; update checks set state = 'resulted', requested_at = '2026-01-01 01:00Z',
             resulted_at = '2026-01-01 05:00Z', post_id = (select guatemala from sides) where id = (select a_check from sides)",
    )
    .await;
    for (at, side) in [("02:00", "Guatemala"), ("03:00", "Guatemala"), ("04:00", "Washington"), ("05:00", "Guatemala")]
    {
        assert_eq!(told("check", "x", at).await, side, "at {at}, of what was ended as a draft");
    }
    for (kind, row) in [("check_mistake", "mistake"), ("explanation", "explanation")] {
        for (at, side) in [("02:00", "Guatemala"), ("04:00", "Washington")] {
            let row = format!("{row} {at}");
            assert_eq!(told(kind, &row, "-").await, side, "{row}, of what was ended as a draft");
        }
    }
}
