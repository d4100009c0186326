//! Notes of correction: a supervisor says what is right beside what stays, for ever, and touches nothing.

use crate::{
    database::{application, logged},
    support::TestApp,
};

const CLOSED: &str = "(select id from checks where subject = '40 pistols for a constabulary')";
const RIGHT: &str = "The meeting was on 3 June, not on 2 June.";

async fn of(app: &TestApp, files: &str, id: &str) -> String {
    format!("/{files}/{}", app.value(&format!("select {id}")).await)
}

/// Each side beside its own texts of a closed check: the file, its print and the log show both.
#[tokio::test]
async fn a_supervisor_notes_what_is_right_beside_what_stays() {
    let app = TestApp::demonstration().await;
    let check = of(&app, "checks", CLOSED).await;
    let correct = format!("{check}/correct");
    let (post, washington) = (app.enter("kingston2").await, app.enter("supervisor").await);
    for (visitor, place, table) in
        [(&post, "contact", "contacts"), (&post, "finding", "findings"), (&washington, "result", "results")]
    {
        let row =
            app.value(&format!("select id from {table} where check_id = {CLOSED} order by id desc limit 1")).await;
        let before = app.value(&format!("select to_jsonb(t)::text from {table} t where id = '{row}'")).await;
        let what = format!("{place}.{row}");
        assert!(visitor.get(&correct).await.body.contains(&format!("value=\"{what}\"")), "{place} is offered");
        let led = visitor.done(&correct, &[("what", &what), ("text", RIGHT)]).await;
        assert_eq!(led, format!("{check}#corrections"));
        let after = app.value(&format!("select to_jsonb(t)::text from {table} t where id = '{row}'")).await;
        assert_eq!(before, after, "the {place} itself is untouched");
    }
    let auditor = app.enter("auditor").await;
    for page in [check.clone(), format!("{check}/print")] {
        let page = auditor.get(&page).await;
        page.says("Notes of correction").says(&format!("Corrected {RIGHT} Ruth Pell"));
        page.says("Marguerite Oyelaran");
    }
    let log = auditor.get("/log?verb=correction_noted").await;
    log.says("noted a correction beside what stays: Contact: ").says("noted a correction beside what stays: Result: ");
    // Neither side corrects the other's, and nobody else anything.
    let result = app.value(&format!("select id from results where check_id = {CLOSED}")).await;
    let others = [("what", format!("result.{result}")), ("text", RIGHT.to_owned())];
    let others: Vec<(&str, &str)> = others.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post.fill(&correct, &others)
        .await
        .refused("Washington recorded or said this; a supervisor there notes the correction.");
    for account in ["kingston", "case", "reviewer", "auditor", "admin"] {
        app.enter(account).await.get(&correct).await.is(403);
    }
    app.enter("guatemala2").await.get(&correct).await.is(404);
    washington
        .fill(&correct, &[("what", "result.01900000-0000-7000-8000-00000000000d"), ("text", RIGHT)])
        .await
        .is(422);
}

/// What can still be changed is changed; what was decided is noted beside on the license.
#[tokio::test]
async fn what_can_still_be_changed_is_changed() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let working = "(select id from checks where subject like 'Cartridges for a sugar mill%')";
    let check = of(&app, "checks", working).await;
    let contact = app.value(&format!("select id from contacts where check_id = {working} limit 1")).await;
    let post = app.enter("guatemala2").await;
    post.get(&format!("{check}/correct")).await.says("Nothing of yours in this file stays as it is");
    let form = lantern::id::FormId::new().to_string();
    let what = format!("contact.{contact}");
    let sent = [("form_id", form.as_str()), ("version", "0"), ("what", &what), ("text", RIGHT)];
    post.post(&format!("{check}/correct"), &sent).await.refused("This can still be changed");
    let id = license.rsplit('/').next().unwrap();
    let decision = app.value(&format!("select id from decisions where license_id = '{id}'")).await;
    let supervisor = app.enter("supervisor").await;
    assert_eq!(supervisor.get(&license).await.link("Note a correction"), format!("{license}/correct"));
    supervisor.done(&format!("{license}/correct"), &[("what", &format!("decision.{decision}")), ("text", RIGHT)]).await;
    app.enter("auditor").await.get(&license).await.says(&format!("Corrected {RIGHT}")).says("Notes of correction");
    let mut connection = application(&app).await;
    for change in ["update corrections set text = 'Another'", "delete from corrections"] {
        assert!(logged(&mut connection, change).await.contains("permission denied"), "{change}");
    }
}
