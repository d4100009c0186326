//! Permits and certificates: what verifies them, when they count, and the way back.

use lantern::id::FormId;
use time::Duration;

use super::{
    ask, behind_the_back, check_about, decide, fill_dated, id_of, license_numbered, logged, move_people, open, permit,
    verify_all,
};
use crate::support::{TestApp, Visitor};

#[tokio::test]
async fn guard_5_only_a_channel_not_taken_from_the_paper_verifies() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Cartridges for a sugar mill").await, license_numbered(&app, "050106402").await);
    let post = app.enter("guatemala").await;
    let paper = ask(&app, &post, &check, "The number on the paper", "(DIGECAM)", ("call", "paper")).await;
    let ministry = ask(&app, &post, &check, "The ministry", "(MINDEF)", ("call", "directory")).await;
    let directory = ask(&app, &post, &check, "The switchboard", "(DIGECAM)", ("call", "directory")).await;
    permit(&post, &license, "D-41", "50000", &["cartridges"], &[]).await.is(303);
    let path = post
        .get(&license)
        .await
        .links()
        .into_iter()
        .find(|link| link.ends_with("/verify"))
        .expect("it waits to be verified");
    let form = post.get(&path).await;
    form.says_not("The number on the paper").says_not("The ministry");
    post.fill(&path, &[("contact", &paper)]).await.refused("was taken from the paper");
    post.fill(&path, &[("contact", &ministry)]).await.refused("It was not with DIGECAM");
    post.done(&path, &[("contact", &directory)]).await;
}

#[tokio::test]
async fn guards_4_and_5_partial_permits_and_none_required() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-29", "29", &["pistols"], &[]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("covers 29 of 30").says("3 open before license");
    // A permit for too few is somebody's turn: a case officer splits the items, or the post records another one.
    let seen = post.get(&check).await;
    seen.says("Next: Nora Ellery, case officer.")
        .says("Split the items, or have the post record another permit: DIGECAM (9 mm pistols, 30): covers 29 of 30");
    assert_eq!(seen.link("Record another permit"), format!("{license}#approvals"));
    let pistols = app
        .value(&format!(
            "select id from item_groups where license_id = '{}' and label like '%pistols'",
            id_of(&license)
        ))
        .await;
    let case = app.enter("case").await;
    let split = format!("{license}/items/{pistols}/split");
    assert_eq!(case.get(&check).await.says("Next: you.").link("Split the items"), split);
    case.fill(&split, &[("quantity", "30"), ("label", "9 mm pistols, rest")])
        .await
        .is(422)
        .says("Take fewer than the 30 there are");
    case.done(&split, &[("quantity", "1"), ("label", "9 mm pistols, rest")]).await;
    let values = format!(
        "select string_agg(quantity || ' for ' || value_usd, ', ' order by position) from item_groups where license_id = '{}'",
        id_of(&license)
    );
    assert_eq!(app.value(&values).await, "29 for 17980.00, 6 for 29600.00, 1 for 620.00");
    post.get(&license).await.says_not("covers 29 of 30").says("DIGECAM (9 mm pistols, rest, 1): not applied for");

    // A promise is no permit, and none is required only with proof.
    let rest = app
        .value(&format!("select id from item_groups where license_id = '{}' and label like '%rest'", id_of(&license)))
        .await;
    let registry = app.value("select id from authorities where short_name = 'DIGECAM'").await;
    let cell = format!("{license}/approvals/{rest}/{registry}");
    post.fill(&cell, &[("state", "issued")]).await.is(422).says("A spoken promise is no permit");
    post.fill(&cell, &[("state", "applied")]).await.is(422).says("Give the day it was applied for");
    post.fill(&cell, &[("state", "not_required")]).await.is(422).says("Say what shows that none is required");
    post.fill(&format!("{license}/approvals/{rest}/none"), &[("state", "needed")])
        .await
        .is(422)
        .says("the only answers are: not required");
    post.done(&cell, &[("state", "refused")]).await;
    post.get(&license).await.says("DIGECAM (9 mm pistols, rest, 1): refused by the authority");
    let (state, proof) = (("state", "not_required"), ("proof", "The registry says that single pieces need none."));
    let spoken = ask(&app, &post, &check, "The desk", "(DIGECAM)", ("call", "directory")).await;
    post.fill(&cell, &[state, proof]).await.is(422).says("A spoken word is no proof");
    post.fill(&cell, &[state, proof, ("contact", &spoken)]).await.is(422).says("A spoken word is no proof");
    let none = format!("{license}/approvals/{rest}/none");
    let letter = ask(&app, &post, &check, "The registry by letter", "(DIGECAM)", ("letter", "directory")).await;
    post.fill(&none, &[state, proof, ("contact", &letter)]).await.is(422).says("The country's rules ask for DIGECAM");
    post.done(&cell, &[state, proof, ("contact", &letter)]).await;
    post.get(&license).await.says_not("rest, 1): ").says("2 open before license");
    // Revoked by the authority, a paper that counted does not.
    let revoke = post
        .get(&license)
        .await
        .links()
        .into_iter()
        .find(|link| link.contains("/permits/") && link.ends_with("/revoke"))
        .unwrap();
    fill_dated(&post, &revoke, "revoked_on", app.clock.now().date(), &[("how", "The registry wrote to the embassy.")])
        .await
        .is(303);
    post.get(&license).await.says("DIGECAM (9 mm pistols, 29): revoked by the authority");
}

/// A license approved on conditions whose permit has the number that counts for another one already: the post, and
/// both.
async fn one_number_on_two(app: &TestApp) -> (Visitor, String, String) {
    let (_, license) = crate::guatemala::approved_on_conditions(app).await;
    let other = license_numbered(app, "050106402").await;
    let post = app.enter("guatemala").await;
    permit(&post, &other, "D 900", "50000", &["cartridges"], &[]).await.is(303);
    permit(&post, &license, "d-900", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("used for license 050106402").says("3 open before license");
    (post, license, other)
}

#[tokio::test]
async fn guard_5_a_number_counts_for_one_license_and_is_released_with_the_first() {
    let app = TestApp::demonstration().await;
    let (post, license, other) = one_number_on_two(&app).await;
    assert_eq!(logged(&app, "became_ready", &license).await, 0);
    let reviewer = app.enter("reviewer2").await;
    decide(&app, &reviewer, &other, "decide", "return").await.is(303);
    post.get(&license).await.says("Ready to issue").says_not("used for license");
    assert_eq!(logged(&app, "became_ready", &license).await, 1, "the change that closed the last condition says so");
    post.get(&other).await.says("used for license 050107211");
}

#[tokio::test]
async fn guard_5_a_permit_taken_back_makes_the_license_ready_that_waited_for_its_number() {
    let app = TestApp::demonstration().await;
    let (post, license, other) = one_number_on_two(&app).await;
    let paper = app.value("select id from permits where number = 'D 900'").await;
    post.done(&format!("{other}/mistakes/permit/{paper}"), &[("reason", "It was of another mill.")]).await;
    post.get(&license).await.says("Ready to issue").says_not("used for license");
    assert_eq!(logged(&app, "became_ready", &license).await, 1, "the change that closed the last condition says so");

    // A revocation concerns whoever has the paper's number: what they read before is stale. It gives the number to
    // nobody.
    permit(&post, &other, "d900", "50000", &["cartridges"], &[]).await.is(303);
    let revision = format!("select revision from licenses where id = '{}'", id_of(&other));
    let before: i32 = app.value(&revision).await.parse().unwrap();
    let paper = app.value("select id from permits where number = 'd-900'").await;
    let how = [("how", "Letter of the registry, 20 November.")];
    fill_dated(&post, &format!("{license}/permits/{paper}/revoke"), "revoked_on", app.clock.now().date(), &how)
        .await
        .is(303);
    assert_eq!(app.value(&revision).await, (before + 1).to_string());
    post.get(&license).await.says("revoked by the authority");
    post.get(&other).await.says("revoked by the authority").says_not("used for license");
    // Nor when the license that held it is denied: a paper that its authority revoked counts for nobody.
    decide(&app, &app.enter("reviewer2").await, &license, "decide", "deny").await.is(303);
    post.get(&other).await.says("revoked by the authority");
}

/// A verified permit with a typo: a supervisor of the post takes it back, sees before what lapses, and the true paper
/// makes the license ready under the same number.
#[tokio::test]
async fn a_verified_permit_that_was_mistyped_is_taken_back_and_its_number_is_free() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let (officer, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    permit(&officer, &license, "4471-B", "30", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    // The same number once more, in any spelling, leads to the row that has it.
    let twice = permit(&officer, &license, "4471 b", "36", &["pistols"], &[]).await;
    twice.is(422).says(
        "Permit 4471-B of DIGECAM is on this license already. If it was recorded by mistake, take it back first.",
    );
    let paper = app.value("select id from permits where number = '4471-B'").await;
    assert_eq!(twice.link("Permit 4471-B of DIGECAM as it stands on the license"), format!("{license}#permit-{paper}"));

    let back = format!("{license}/mistakes/permit/{paper}");
    let officers = officer.get(&license).await;
    assert!(!officers.links().contains(&back));
    let told = officer.get(&back).await;
    told.says("Not yours to take back").says("A supervisor takes it back");
    let reason = [("reason", "The paper says 36 pieces, not 30.")];
    let version = app.value(&format!("select version from permits where id = '{paper}'")).await;
    let form = FormId::new().to_string();
    officer
        .post(&back, &[("form_id", &form), ("version", &version), reason[0]])
        .await
        .refused("A supervisor takes it back");
    // Not by another post, though it has a check on the license.
    let other = open(&app.enter("case").await, "pre_license", "Kingston").await;
    app.enter("case").await.done(&format!("{other}/licenses/add"), &[("number", "050107211")]).await;
    app.enter("case").await.done(&format!("{other}/request"), &[]).await;
    app.enter("kingston").await.get(&back).await.says("Another post recorded this. Its own people take it back.");

    assert_eq!(supervisor.get(&license).await.link("Recorded by mistake"), back);
    let page = supervisor.get(&back).await;
    for lapses in [
        "9 mm pistols, 30 of DIGECAM: open again",
        "5.56 mm automatic rifles, 6 of MINDEF: open again",
        "Its verification by Guatemala",
        "the number is free for this license and for others",
    ] {
        page.says(lapses);
    }
    supervisor.fill(&back, &[("reason", "typo")]).await.is(422).says("at least ten characters");
    supervisor.done(&back, &reason).await;
    assert_eq!(logged(&app, "permit_withdrawn", &license).await, 1);
    supervisor.get(&back).await.is(404);

    // It stays readable, struck through, in the file, on paper and in the log; its cells are open.
    let auditor = app.enter("auditor").await;
    for path in [license.clone(), check.clone(), format!("{check}/print")] {
        let page = auditor.get(&path).await;
        assert!(page.body.contains("<s>Permit 4471-B of DIGECAM: 30 pieces"), "{path}");
        page.says("Recorded by mistake The paper says 36 pieces, not 30. (");
    }
    auditor
        .get("/log?verb=permit_withdrawn")
        .await
        .says("took back as recorded by mistake: Permit 4471-B of DIGECAM: 30 pieces");
    auditor.get("/log.csv?verb=permit_withdrawn").await.says("The paper says 36 pieces, not 30.");
    officer.get(&license).await.says("3 open before license").says_not("used for license");

    // The true paper, under the same number.
    permit(&officer, &license, "4471-B", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    officer.get(&license).await.says("Ready to issue");
}

/// Who takes a permit back: its recorder while it is not verified, and no other officer; and what it verified still
/// counts.
#[tokio::test]
async fn acts_on_a_permit_that_was_taken_back_still_count() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let other = license_numbered(&app, "050106402").await;
    move_people(&app, &[("kingston", "post_officer", "Guatemala")]).await;
    let (officer, guest) = (app.enter("guatemala").await, app.enter("kingston").await);
    permit(&officer, &license, "D-77", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    let paper = app.value("select id from permits where number = 'D-77'").await;
    let back = format!("{license}/mistakes/permit/{paper}");
    guest.get(&back).await.says("Somebody else recorded this");
    let page = officer.get(&license).await;
    assert_eq!(page.link("Recorded by mistake"), back);
    verify_all(&guest, &license, "director of DIGECAM").await;
    // For another license the number is free once it is taken back.
    permit(&officer, &other, "d 77", "50000", &["cartridges"], &[]).await.is(303);
    officer.get(&other).await.says("used for license 050107211");
    app.enter("guatemala2").await.done(&back, &[("reason", "It is the sugar mill's permit.")]).await;
    officer.get(&other).await.says_not("used for license");
    permit(&officer, &license, "D-78", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    move_people(&app, &[("kingston", "reviewer", "")]).await;
    decide(&app, &app.enter("kingston").await, &license, "confirm", "confirm")
        .await
        .refused("You verified a permit of license 050107211");
    // A decision that rested on a paper stands, marked; what it issued is not touched any more.
    decide(&app, &app.enter("reviewer2").await, &license, "confirm", "confirm").await.is(303);
    let paper = app.value("select id from permits where number = 'D-78'").await;
    let supervisor = app.enter("guatemala2").await;
    let refused = supervisor.get(&format!("{license}/mistakes/permit/{paper}")).await;
    refused.says("The license is approved, and its decision rested on this: it stays as it is.");
}

/// A decision on conditions that a permit had a part in stands and is marked; confirming asks again.
#[tokio::test]
async fn a_decision_that_rested_on_a_permit_taken_back_stands_marked() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::judged(&app).await;
    let officer = app.enter("guatemala").await;
    permit(&officer, &license, "D-79", "36", &["pistols"], &[]).await.is(303);
    verify_all(&officer, &license, "director of DIGECAM").await;
    app.clock.advance(Duration::minutes(1));
    decide(&app, &app.enter("reviewer2").await, &license, "decide", "approve_on_conditions").await.is(303);
    app.clock.advance(Duration::minutes(1));
    let paper = app.value("select id from permits where number = 'D-79'").await;
    let (supervisor, back) = (app.enter("guatemala2").await, format!("{license}/mistakes/permit/{paper}"));
    supervisor.get(&back).await.says("The decision that rested on it stands, marked as such");
    supervisor.done(&back, &[("reason", "The registry confirmed another paper.")]).await;
    app.enter("auditor")
        .await
        .get(&license)
        .await
        .says("Basis changed permit D-79 of DIGECAM, which counted; no longer so");
    decide(&app, &app.enter("reviewer2").await, &license, "confirm", "confirm").await.refused("3 conditions are open");
}

/// Others of the kind: a signature that was verified by mistake, and a cell that points at the wrong paper.
#[tokio::test]
async fn a_verified_signature_and_a_cell_of_the_wrong_paper_have_a_way_back() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::approved_on_conditions(&app).await;
    let (officer, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let row = app
        .value(&format!(
            "select s.id from certificate_signatures s join certificates c on c.id = s.certificate_id
             where c.license_id = '{}' and s.signer = 'applicant' and s.verified_by is not null",
            id_of(&license)
        ))
        .await;
    let sent = [
        ("paper_form", "DSP-83"),
        ("kept_at", "Washington, license file"),
        ("host_government_needed", "no"),
        ("signed.1.signer", "applicant"),
        ("signed.1.signer_name", "R. Olmedo, Harrow Defense Supply"),
    ];
    let day = app.clock.now().date();
    let sign = format!("{license}/certificate");
    fill_dated(&officer, &sign, "signed.1.signed_on", day, &sent)
        .await
        .is(422)
        .says("signed already. If that signature was recorded by mistake, take it back first");
    assert!(officer.get(&sign).await.text().contains("Host government"), "who has not signed is offered");
    assert!(!officer.get(&sign).await.body.contains("value=\"applicant\""), "who has signed is not");
    let back = format!("{license}/mistakes/certificate_signature/{row}");
    officer.get(&back).await.says("A supervisor takes it back");
    let page = supervisor.get(&back).await;
    page.says("The certificate lacks the signature of the applicant again").says("Its verification");
    supervisor.done(&back, &[("reason", "The applicant's lawyer had signed, not the applicant.")]).await;
    let seen = officer.get(&license).await;
    assert!(seen.body.contains("<s>DSP-83, applicant: H. Marsh, Harrow Defense Supply"), "{}", seen.text());
    seen.says("The applicant's lawyer had signed").says("Applicant not signed");
    assert_eq!(logged(&app, "signature_withdrawn", &license).await, 1);
    fill_dated(&officer, &sign, "signed.1.signed_on", day, &sent).await.is(303);
    officer.get(&license).await.says("Applicant signed, not verified");
    app.enter("auditor").await.get(&format!("{check}/print")).await.says("The applicant's lawyer had signed");

    // A cell may point at another permit of the license, but not at one that was taken back.
    permit(&officer, &license, "D-1", "30", &["pistols"], &[]).await.is(303);
    permit(&officer, &license, "D-2", "36", &["pistols"], &[]).await.is(303);
    let id = |number: &str| format!("select id from permits where number = '{number}'");
    let (wrong, right) = (app.value(&id("D-2")).await, app.value(&id("D-1")).await);
    let cell = format!(
        "{license}/approvals/{}/{}",
        app.value(&format!("select item_group_id from import_approvals where permit_id = '{wrong}'")).await,
        app.value("select id from authorities where short_name = 'DIGECAM'").await
    );
    officer.done(&cell, &[("state", "issued"), ("permit", &right)]).await;
    assert_eq!(app.value(&format!("select count(*) from import_approvals where permit_id = '{right}'")).await, "1");
    officer.done(&format!("{license}/mistakes/permit/{wrong}"), &[("reason", "It is of another license.")]).await;
    officer
        .fill(&cell, &[("state", "issued"), ("permit", &wrong)])
        .await
        .is(422)
        .says("taken back as recorded by mistake");
}

/// What an end-user waited for is closed with its day before the license issues, whatever paper came meanwhile; or
/// explained.
#[tokio::test]
async fn guard_4_what_was_waited_for_is_noted_as_given_before_the_license_issues() {
    let app = TestApp::demonstration().await;
    let (check, license) = crate::guatemala::judged(&app).await;
    let reviewer = app.enter("reviewer2").await;
    decide(&app, &reviewer, &license, "decide", "approve_on_conditions").await.is(303);
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-910", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    let open = "it is not noted when the end-user was given the serial numbers of the weapons";
    post.get(&license).await.says("3 open before license").says(open).says("not given yet").says_not("Ready to issue");
    decide(&app, &reviewer, &license, "confirm", "confirm").await.refused(open);
    let step = post.get(&check).await;
    assert_eq!(step.says("Next: you.").link("Settle it"), format!("{license}#approvals"));
    // It is not dropped without a word; the remark that was there says nothing of it.
    let links = post.get(&license).await.links();
    let cells: Vec<_> = links.iter().filter(|link| link.contains("/approvals/") && !link.ends_with("/ask")).collect();
    assert_eq!(cells.len(), 3);
    for (cell, explained) in cells.into_iter().zip([true, false, false]) {
        let dropped = post.open(cell).await.set("waits_for", "").send(&post).await;
        dropped
            .is(422)
            .says("Give the day the end-user was given the serial numbers of the weapons, or say in the remark");
        let form = post.open(cell).await;
        let form = if explained {
            form.set("waits_for", "").set("note", "The registry issued it without them.")
        } else {
            form.set("given_on", "19 Nov 2026")
        };
        form.send(&post).await.is(303);
    }
    post.get(&license).await.says("Ready to issue");
    assert_eq!(logged(&app, "became_ready", &license).await, 1, "the change that closed the last one says so");
    decide(&app, &reviewer, &license, "confirm", "confirm").await.is(303);
}

/// Guard 6: each signature is confirmed at a contact with who gave it, after its day, over a channel of its own; no
/// other contact is offered, and none is taken.
#[tokio::test]
async fn guard_6_a_certificate_is_complete_when_each_signer_confirmed_their_own() {
    let app = TestApp::demonstration().await;
    let (check, license) = (check_about(&app, "Goggles and armor").await, license_numbered(&app, "050106120").await);
    let post = app.enter("prague").await;
    let paper = [("paper_form", "DSP-83"), ("kept_at", ""), ("host_government_needed", "")];
    post.fill(&format!("{license}/certificate"), &paper).await.is(422).says("Choose one of the answers");
    post.done(&format!("{license}/certificate"), &[paper[0], paper[1], ("host_government_needed", "yes")]).await;
    let (record, day) = (format!("{check}/contacts/record"), app.clock.now().date() - Duration::days(3));
    let meet = async |whom: &str, party: &str, authority: &str, channel: &str, days: i64| {
        let form = post.get(&record).await;
        let party = if party.is_empty() { String::new() } else { form.choice("party", party) };
        let authority = if authority.is_empty() { String::new() } else { form.choice("authority", authority) };
        let sent = [
            ("kind", "letter"),
            ("with_whom", whom),
            ("authority", authority.as_str()),
            ("party", party.as_str()),
            ("place", ""),
            ("channel_source", channel),
            ("summary", "About the signature."),
        ];
        fill_dated(&post, &record, "occurred_on", day + Duration::days(days), &sent).await.is(303);
        app.value(&format!("select id from contacts where with_whom = '{whom}'")).await
    };
    let unit = "Pohraniční skupina Východ";
    let firm = meet("Counsel of the firm", "Calder Ridge", "", "directory", 1).await;
    let own = meet("Commander of the unit", unit, "", "embassy", 0).await;
    let nobody = meet("A neighbor of the firm", "", "", "directory", 1).await;
    let early = meet("Clerk of the unit", unit, "", "directory", -1).await;
    let paper = meet("The number on the certificate", unit, "", "paper", 1).await;
    for (signer, refused) in [
        (
            "applicant",
            [(&own, "It was not with the applicant, who signed"), (&nobody, "It was not with the applicant")],
        ),
        ("foreign_consignee", [(&firm, "not with the foreign consignee"), (&early, "before the paper was there")]),
        ("foreign_end_user", [(&paper, "was taken from the paper"), (&nobody, "not with the foreign end-user")]),
    ] {
        let sent = [
            ("paper_form", "DSP-83"),
            ("host_government_needed", "yes"),
            ("signed.1.signer", signer),
            ("signed.1.signer_name", "A. Signer"),
        ];
        fill_dated(&post, &format!("{license}/certificate"), "signed.1.signed_on", day, &sent).await.is(303);
        let verify = post
            .get(&license)
            .await
            .links()
            .into_iter()
            .find(|link| link.contains("/certificate/") && link.ends_with("/verify"));
        let verify = verify.expect("it waits to be verified");
        let offered = post.get(&verify).await;
        for (contact, why) in refused {
            assert!(!offered.body.contains(contact.as_str()), "{signer}: it offers who cannot");
            post.fill(&verify, &[("contact", contact)]).await.refused(why);
        }
        let contact = if signer == "applicant" { &firm } else { &own };
        assert!(offered.body.contains(contact.as_str()), "{signer}: who can is offered");
        post.done(&verify, &[("contact", contact)]).await;
    }
    post.get(&license).await.says("Host government not signed");
}

#[tokio::test]
async fn an_alias_may_make_a_permit_count_and_the_log_says_so() {
    let app = TestApp::demonstration().await;
    let (_, license) = crate::guatemala::approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-901", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    behind_the_back(&app, "update permits set named_party = 'CIPJ' where number = 'D-901'").await;
    verify_all(&post, &license, "director of DIGECAM").await;
    post.get(&license).await.says("names another party (CIPJ)");
    let party = app.value("select id from parties where name like 'International Commission%'").await;
    app.enter("case")
        .await
        .done(&format!("/parties/{party}/alias"), &[("name", "C.I.P.J."), ("source", "Its letterhead")])
        .await;
    post.get(&license).await.says("Ready to issue");
    assert_eq!(logged(&app, "became_ready", &license).await, 1);
}
