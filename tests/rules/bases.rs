//! Judgements and what they rested on: each lapses, or stands marked, where a fact beneath it changes; and each way on.

use time::macros::date;

use super::{
    ask, check_about, decide, fill_dated, id_of, license_numbered, logged, permit, state, status, step, verify_all,
};
use crate::support::{TestApp, Visitor};

/// A contact as it was recorded by `ask`, with one answer of it changed.
async fn mend(post: &Visitor, path: &str, name: &str, value: &str) {
    post.open(path).await.set(name, value).send(post).await.is(303);
}

/// Guards 5 and 6: every answer of a contact that a paper was confirmed by, and every other one.
#[tokio::test]
async fn a_verification_lapses_when_its_contact_is_changed_and_says_what_was() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Cartridges for a sugar mill").await, license_numbered(&app, "050106402").await);
    let post = app.enter("guatemala").await;
    let contact = ask(&app, &post, &check, "The switchboard", "(DIGECAM)", ("call", "directory")).await;
    let path = format!("{check}/contacts/{contact}/edit");
    post.get(&path).await.says_not("Verified through this contact");
    permit(&post, &license, "D-41", "50000", &["cartridges"], &[]).await.is(303);
    let mut lapsed = 0;
    for (name, value, says) in [
        ("place", "By telephone", None),
        ("summary", "About the paper, once more.", None),
        ("kind", "letter", Some("a contact by call; now: a contact by letter")),
        ("with_whom", "The head of the desk", Some("with The switchboard; now: with The head of the desk")),
        ("occurred_on", "20 Nov 2025", Some("; now: ")),
        ("channel_source", "embassy", Some("reached through a directory; now: reached through the embassy")),
        ("authority", "", Some("; now: with no authority")),
    ] {
        for link in post.get(&license).await.links().iter().filter(|link| link.ends_with("/verify")) {
            post.done(link, &[("contact", &contact)]).await;
        }
        post.get(&license).await.says_not("Not verified").says_not("it lapsed");
        post.get(&path).await.says("Verified through this contact: permit D-41 of DIGECAM");
        mend(&post, &path, name, value).await;
        let page = post.get(&license).await;
        match says {
            None => page.says_not("Not verified").says_not("it lapsed"),
            Some(says) => page.says("Not verified").says("it lapsed, because the contact was changed: ").says(says),
        };
        lapsed += i64::from(says.is_some());
        assert_eq!(logged(&app, "verification_lapsed", &license).await, lapsed, "{name}");
    }
    // Its channel may have been the paper's all the time.
    mend(&post, &path, "channel_source", "paper").await;
    let entry =
        app.value("select summary from audit_events where verb = 'verification_lapsed' order by id desc limit 1");
    assert!(
        entry.await.starts_with("the verification of permit D-41 of DIGECAM lapsed, because the contact was changed")
    );
}

/// Guard 4: the letter that shows that an authority asks for nothing is not turned into another's, or into a call.
#[tokio::test]
async fn what_shows_that_no_approval_is_required_stays_as_it_was_while_the_answer_does() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Cartridges for a sugar mill").await, license_numbered(&app, "050106402").await);
    let post = app.enter("guatemala").await;
    let letter = ask(&app, &post, &check, "The registry by letter", "(DIGECAM)", ("letter", "directory")).await;
    let item = app.value(&format!("select id from item_groups where license_id = '{}'", id_of(&license))).await;
    let registry = app.value("select id from authorities where short_name = 'DIGECAM'").await;
    let (cell, path) = (format!("{license}/approvals/{item}/{registry}"), format!("{check}/contacts/{letter}/edit"));
    let none = [("state", "not_required"), ("proof", "Their letter says so."), ("contact", letter.as_str())];
    post.done(&cell, &none).await;
    for (name, value) in [("kind", "call"), ("authority", "")] {
        let page = post.open(&path).await.set(name, value).set("summary", "Looked at again.").send(&post).await;
        page.is(422).says("By this contact no approval of DIGECAM is required.").says("Looked at again.");
    }
    mend(&post, &path, "summary", "Looked at again.").await;
    mend(&post, &path, "kind", "email").await;
    post.done(&cell, &[("state", "needed")]).await;
    mend(&post, &path, "kind", "call").await;
}

pub(super) async fn list(app: &TestApp, case: &Visitor, license: &str, role: &str) -> String {
    let party =
        format!("select party_id from license_parties where license_id = '{}' and role = '{role}'", id_of(license));
    let party = app.value(&party).await;
    list_party(app, case, &party).await;
    party
}

async fn list_party(app: &TestApp, case: &Visitor, party: &str) {
    let taken = format!(
        "select code from reference_entries where kind = 'screening_list' and code not in
        (select list from party_listings where party_id = '{party}') order by code limit 1"
    );
    let list = app.value(&taken).await;
    let source = [("list", list.as_str()), ("source", "Federal Register, 3 May 2026")];
    fill_dated(case, &format!("/parties/{party}/listing"), "starts_on", date!(2026 - 05 - 03), &source).await.is(303);
}

/// Nothing is decided on the subject of a check without a license: whoever reads and judges it is told all the same.
#[tokio::test]
async fn a_subject_on_a_list_is_told_to_who_reads_and_who_judges() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    for about in
        ["A broker on four applications", "A trading firm on two continents", "An unknown broker on two applications"]
    {
        let check = check_about(&app, about).await;
        case.get(&check).await.says_not("on a list:");
        let subject = format!("select party_id from check_subjects where check_id = '{}'", id_of(&check));
        list_party(&app, &case, &app.value(&subject).await).await;
        case.get(&check).await.says("Flagged").says("is on a list:");
    }
    // What it was replied on is another thing by now: whoever proposes and signs reads both.
    let replied = check_about(&app, "A trading firm on two continents").await;
    case.get(&format!("{replied}/propose")).await.says("Flagged").says("Changed since the reply was cleared");
}

/// Guards 7 and 11: a party is listed after the decision on conditions. The exception speaks of that listing, and of no
/// later one; the decision is made again, once, before it is confirmed.
#[tokio::test]
async fn a_decision_whose_basis_changed_is_made_again_and_an_exception_too() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    let (reviewer, supervisor) = (app.enter("reviewer2").await, app.enter("supervisor").await);
    for (number, items, also) in [("D-29", vec!["pistols"], vec![]), ("D-30", vec!["rifles"], vec!["(MINDEF)"])] {
        permit(&post, &license, number, "36", &items, &also).await.is(303);
    }
    verify_all(&post, &license, "director of DIGECAM").await;
    reviewer.get(&license).await.says("Ready to issue").says_not("Basis changed");

    let party = list(&app, &case, &license, "end_user").await;
    let page = reviewer.get(&license).await;
    page.says("Basis changed").says("new: International Commission for Judicial Protection on a list:");
    let except = [("what", party.as_str()), ("reason", "Another body of the same name; compared.")];
    supervisor.done(&format!("{license}/except"), &except).await;
    decide(&app, &reviewer, &license, "confirm", "confirm")
        .await
        .refused("What the decision rested on has changed: new: International Commission")
        .says("Decide the license again.");
    let next = reviewer.get(&check).await;
    next.says("Decide license 050107211 again, because its basis changed:");
    assert_eq!(next.link("Decide again"), format!("{license}/decide"));
    // Its check stands where licenses are decided; what was issued is another list.
    let home = reviewer.get("/").await;
    assert_eq!(home.link("Decide again"), format!("{license}/decide"));
    home.says("Decide license 050107211 again").says_not("Issued, and the basis changed");
    let listed = reviewer.get("/licenses?basis=changed").await;
    assert!(listed.says("List entry").links().contains(&license));

    // Another list is another fact: the exception lapsed.
    list(&app, &case, &license, "end_user").await;
    supervisor.get(&license).await.says("Exception").says("Lapsed");
    decide(&app, &reviewer, &license, "decide", "approve").await.refused("Cannot approve: International Commission");
    supervisor.done(&format!("{license}/except"), &except).await;
    decide(&app, &reviewer, &license, "decide", "approve").await.is(303);
    assert_eq!(status(&app, &license).await, "approved");
    reviewer.get(&license).await.says_not("Basis changed");
}

/// An issued license whose basis changed: told, decided again once, and never more than that.
#[tokio::test]
async fn an_issued_license_whose_basis_changed_is_approved_again_or_stopped() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let (post, reviewer) = (app.enter("guatemala").await, app.enter("reviewer2").await);
    for (number, items, also) in [("D-29", vec!["pistols"], vec![]), ("D-30", vec!["rifles"], vec!["(MINDEF)"])] {
        permit(&post, &license, number, "36", &items, &also).await.is(303);
    }
    verify_all(&post, &license, "director of DIGECAM").await;
    decide(&app, &reviewer, &license, "confirm", "confirm").await.is(303);
    decide(&app, &reviewer, &license, "decide", "approve")
        .await
        .refused("The license is approved; it cannot be approved.");
    let listed = list(&app, &app.enter("case").await, &license, "end_user").await;
    let page = reviewer.get(&license).await;
    page.says("Basis changed").says("A reviewer decides it again, or stops it.");
    decide(&app, &reviewer, &license, "decide", "approve").await.refused("Cannot approve: International Commission");
    let listing = app.value("select label from reference_entries e join party_listings t on t.list = e.code order by t.recorded_at desc limit 1").await;
    let changes = format!("new: International Commission for Judicial Protection on a list: {listing}");
    let page = reviewer.get(&format!("{license}/decide")).await;
    page.says("Changed since decision 2 was signed").says(&changes).says("Not possible now").says_not("Return");
    // Stopped, it runs again once the party is excepted; and is as much in doubt as it was.
    decide(&app, &reviewer, &license, "suspend", "suspend").await.is(303);
    decide(&app, &reviewer, &license, "reinstate", "reinstate").await.refused("International Commission");
    let except = [("what", listed.as_str()), ("reason", "Another body of the same name; compared.")];
    app.enter("supervisor").await.done(&format!("{license}/except"), &except).await;
    decide(&app, &reviewer, &license, "reinstate", "reinstate").await.is(303);
    reviewer.get(&license).await.says("Basis changed").says(&changes);
    decide(&app, &reviewer, &license, "decide", "approve").await.is(303);
    reviewer.get(&license).await.says_not("Basis changed");
    decide(&app, &reviewer, &license, "decide", "approve")
        .await
        .refused("The license is approved; it cannot be approved.");
}

/// Guards 10 and 11: a result with one of two signatures speaks of the file as it was read.
#[tokio::test]
async fn a_half_signed_result_lapses_when_the_file_changes() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Pistols for an airport authority").await;
    let license = license_numbered(&app, "050104977").await;
    let (case, reviewer, supervisor) =
        (app.enter("case2").await, app.enter("reviewer").await, app.enter("supervisor").await);
    let finding = case.get(&format!("{check}/propose")).await.choice("finding", "bona fides");
    let sent = [
        ("word", "unfavorable"),
        ("text", "The store is not there."),
        ("primary", "existence"),
        ("finding", finding.as_str()),
    ];
    case.done(&format!("{check}/propose"), &sent).await;
    reviewer.done(&format!("{check}/sign-result"), &[]).await;
    supervisor.get(&check).await.says("Countersign the unfavorable result");
    let condition = [("text", "The insurer confirms cover"), ("who_acts", "the applicant")];
    app.enter("case").await.done(&format!("{license}/conditions/raise"), &condition).await;
    let since = "Changed since the first signature: new: condition: The insurer confirms cover";
    reviewer.get(&format!("{check}/sign-result")).await.says(since);
    reviewer.get(&check).await.says("Sign the result again, because the file changed after the signature: unfavorable");
    step(&app, &supervisor, &check, "countersign", "")
        .await
        .refused("so the signature lapsed (new: condition: The insurer confirms cover)");
    reviewer.done(&format!("{check}/sign-result"), &[]).await;
    supervisor.done(&format!("{check}/countersign"), &[]).await;
    assert_eq!(state(&app, &check).await, "resulted");
}

/// What was signed, and what was logged, shows the name of its day, and today's beside it.
#[tokio::test]
async fn what_was_signed_shows_the_name_of_its_day() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    for (account, path) in [("reviewer", &check), ("reviewer2", &license)] {
        let old = app.value(&format!("select name from people where account = '{account}'")).await;
        let id = app.value(&format!("select id from people where account = '{account}'")).await;
        app.enter("auditor").await.get(path).await.says(&old).says_not("(now ");
        app.clock.advance(time::Duration::days(1));
        let (admin, auditor) = (app.enter("admin").await, app.enter("auditor").await);
        admin.open(&format!("/people/{id}/edit")).await.set("name", "Alma Reyes").send(&admin).await.is(303);
        let both = format!("{old} (now Alma Reyes)");
        auditor.get(path).await.says(&both);
        // From then on the new name is theirs; one that was mistyped for a day is none of the day before.
        app.clock.advance(time::Duration::minutes(1));
        admin.open(&format!("/people/{id}/edit")).await.set("name", &old).send(&admin).await.is(303);
        auditor.get(path).await.says(&old).says_not("(now ");
    }
    let (admin, auditor) = (app.enter("admin").await, app.enter("auditor").await);
    let post = app.value("select id from posts where name = 'Guatemala'").await;
    admin.open(&format!("/posts/{post}/edit")).await.set("name", "Guatemala City").send(&admin).await.is(303);
    auditor.get("/log").await.says("Guatemala (now Guatemala City)");
    let kept = app.value("select count(*) from former_names").await;
    assert_eq!(kept, "5");
}

/// A party that is called otherwise later stands in what was decided and closed under the name of that day, and today's
/// beside it.
#[tokio::test]
async fn what_was_decided_and_closed_shows_its_parties_as_they_were_called() {
    let app = TestApp::demonstration().await;
    // One whose party is named by a finding and by the license of one closed check.
    let of = "from findings f join checks c on c.id = f.check_id join check_licenses k on k.check_id = c.id
        join license_parties p on p.license_id = k.license_id and p.party_id = f.party_id where c.state = 'closed' order by f.id limit 1";
    let closed = app.value(&format!("select c.id {of}")).await;
    let party = app.value(&format!("select f.party_id {of}")).await;
    let license = app.value(&format!("select k.license_id {of}")).await;
    let old = app.value(&format!("select name from parties where id = '{party}'")).await;
    app.clock.advance(time::Duration::days(1));
    let case = app.enter("case").await;
    let form = case.open(&format!("/parties/{party}/edit")).await.set("name", "Meridian Holding Ltd.");
    form.with_first_choices().send(&case).await.is(303);
    let both = format!("{old} (now Meridian Holding Ltd.)");
    let auditor = app.enter("auditor").await;
    auditor.get(&format!("/checks/{closed}/print")).await.says(&both);
    auditor.get(&format!("/licenses/{license}")).await.says(&both);
    auditor.get(&format!("/parties/{party}")).await.says("Meridian Holding Ltd.").says_not("(now ");
    // A reply that is signed keeps the name of its signature, also before it is cleared; the name itself is today's.
    let of = "from recommendations r join findings f on f.check_id = r.check_id
        where r.signed_by is not null and r.cleared_by is null and r.withdrawn_at is null and f.party_id is not null order by f.id limit 1";
    let (signed, party) =
        (app.value(&format!("select f.check_id {of}")).await, app.value(&format!("select f.party_id {of}")).await);
    let old = app.value(&format!("select name from parties where id = '{party}'")).await;
    case.open(&format!("/parties/{party}/edit"))
        .await
        .set("name", "Harbor Holding Ltd.")
        .with_first_choices()
        .send(&case)
        .await
        .is(303);
    auditor.get(&format!("/checks/{signed}/print")).await.says(&format!("{old} (now Harbor Holding Ltd.)"));
    // What is open shows today's name.
    let open = "select k.check_id from check_licenses k join license_parties p on p.license_id = k.license_id join checks c on c.id = k.check_id
        join licenses l on l.id = k.license_id where c.state = 'in_progress' and l.status = 'pending' order by c.id limit 1";
    let open = app.value(open).await;
    let party = app.value(&format!("select p.party_id from license_parties p join check_licenses k on k.license_id = p.license_id where k.check_id = '{open}' limit 1")).await;
    case.open(&format!("/parties/{party}/edit"))
        .await
        .set("name", "Norte Holding Ltd.")
        .with_first_choices()
        .send(&case)
        .await
        .is(303);
    auditor.get(&format!("/checks/{open}")).await.says("Norte Holding Ltd.").says_not("(now Norte");
}
