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
        (remark(ONE, (OPEN, ONE, "null"), own, "'post'").replace("'A'", "repeat('a', 2001)"), "remarks_text_short"),
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
