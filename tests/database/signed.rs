//! Under a signed reply the post's own rows stay, whoever writes: the database says so too, with who signed.

use super::{CHECK, logged, person, program};
use crate::support::TestApp;

/// The check at its post again, its reply signed and not cleared.
fn signed(then: &str) -> String {
    format!(
        "update recommendations set cleared_by = null, cleared_at = null, cleared_revision = null, cleared_on = null where check_id = {CHECK} and withdrawn_at is null;
         update checks set state = 'in_progress', replied_at = null where id = {CHECK}; {then}"
    )
}

#[tokio::test]
async fn what_a_signed_reply_says_stays() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let who = person("guatemala");
    let finding = format!("(select id from findings where check_id = {CHECK} limit 1)");
    let contact = format!("(select id from contacts where check_id = {CHECK} order by recorded_at limit 1)");
    let statement = format!(
        "insert into statements (id, check_id, contact_id, text, source_grade, recorded_by, recorded_at)
         values (gen_random_uuid(), {CHECK}, {contact}, 'A', 'observed', {who}, now())"
    );
    let changes = [
        (format!("update contacts set summary = 'Another' where check_id = {CHECK}"), "contacts_not_frozen"),
        (format!("update statements set text = 'Another' where check_id = {CHECK}"), "statements_not_frozen"),
        (format!("update findings set answer = 'no' where check_id = {CHECK}"), "findings_not_frozen"),
        (format!("delete from finding_basis where finding_id = {finding}"), "finding_basis_not_frozen"),
        (statement.clone(), "statements_contact_replied"),
    ];
    let back = format!(
        "update recommendations set signed_by = null, signed_at = null, signed_revision = null, rests_on = null where check_id = {CHECK} and withdrawn_at is null"
    );
    for (change, rule) in &changes {
        assert_eq!(logged(&mut application, &signed(change)).await, *rule, "{change}");
        assert_eq!(logged(&mut application, &signed(&format!("{back}; {change}"))).await, "nothing", "{change}");
    }
    let added = format!(
        "insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
         values (gen_random_uuid(), {CHECK}, 'call', 'A', 'embassy', 'A', {who}, now())"
    );
    assert_eq!(logged(&mut application, &signed(&added)).await, "nothing", "a contact is added");
}

#[tokio::test]
async fn a_reply_comes_back_once_it_was_signed_with_a_remark() {
    let app = TestApp::demonstration().await;
    let mut application = program(&app).await;
    let who = person("guatemala");
    let copy = |signed: &str, withdrawn: &str, remark: &str| {
        format!(
            "insert into recommendations (id, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, withdrawn_at, returned_by, returned_remark)
             select gen_random_uuid(), check_id, word, text, written_by, written_at, {signed}, {withdrawn}, {who}, {remark}
             from recommendations where check_id = {CHECK} and withdrawn_at is null"
        )
    };
    let (of, now) = ("signed_by, signed_at, signed_revision", "now()");
    for (change, rule) in [
        (copy(of, now, "'Say who was met'"), "nothing"),
        (copy(of, now, "null"), "recommendations_returned_whole"),
        (copy("null, null, null", now, "'Say who was met'"), "recommendations_returned_whole"),
        (
            format!("update recommendations set returned_by = {who}, returned_remark = 'A' where check_id = {CHECK} and withdrawn_at is null"),
            "recommendations_returned_whole",
        ),
        (
            format!("update recommendations set rests_on = '{{}}', signed_by = null, signed_at = null, signed_revision = null, cleared_by = null,
                cleared_at = null, cleared_revision = null, cleared_on = null where check_id = {CHECK} and withdrawn_at is null"),
            "recommendations_rest_signed",
        ),
        (
            format!("update recommendations set cleared_on = '{{}}', cleared_by = null, cleared_at = null, cleared_revision = null
                where check_id = {CHECK} and withdrawn_at is null"),
            "recommendations_cleared_rest",
        ),
        (
            "update results set rests_on = '{}' where signed_by is null".into(),
            "results_rest_signed",
        ),
    ] {
        assert_eq!(logged(&mut application, &change).await, rule, "{change}");
    }
}
