//! What a check is refused: its request, its reply, its result, its clock.

use lantern::id::FormId;
use sqlx::{AssertSqlSafe, ConnectOptions};
use time::Duration;

use super::{
    ask, behind_the_back, call, check_about, decide, fill_dated, find_everything, id_of, license_numbered, logged,
    move_people, open, opening, permit, recommend, registering, sent, state, status, step, verify_all,
};
use crate::support::{Page, TestApp, Visitor};

#[tokio::test]
async fn guard_1_a_request_without_what_its_type_asks_for_stays_a_draft() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let check = open(&case, "pre_license", "Guatemala").await;
    step(&app, &case, &check, "request", "").await.refused("This check needs at least one license with an item group");
    let register = format!("/licenses/register?check={}", id_of(&check));
    fill_dated(&case, &register, "approved_on", app.clock.now().date(), &registering("050199001"))
        .await
        .is(422)
        .says("This check comes before the license is issued");
    let license = case.done(&register, &registering("050199001")).await;
    step(&app, &case, &check, "request", "").await.refused("with an item group");
    case.get(&check).await.says("License 050199001 has no items").says("The items say whether one is asked for");
    // The same number in another spelling offers that license.
    case.fill(&register, &registering("#05-0199001")).await.is(422).says("This number is known under this form");
    let second = open(&case, "pre_license", "Guatemala").await;
    case.done(&format!("{second}/licenses/add"), &[("number", "05 0199001")]).await;
    case.get(&second).await.says("050199001");
    case.fill(&format!("{second}/licenses/add"), &[("number", "05-971941")])
        .await
        .is(422)
        .says("No license has this number yet");
    assert_eq!(status(&app, &license).await, "pending");

    let inquiry = open(&case, "broker_inquiry", "Guatemala").await;
    step(&app, &case, &inquiry, "request", "").await.refused("This check needs at least one subject");
    case.fill(&format!("/licenses/register?check={}", id_of(&inquiry)), &registering("050199002"))
        .await
        .refused("A check of this type is about no license");
    let post = case.get("/checks/open").await.choice("post", "Apia");
    let mut many = opening("pre_license", &post, "optional");
    many[6].1 = "731";
    case.fill("/checks/open", &many).await.is(422).says("At most 730 days");
    let unasked = opening("pre_license", &post, "");
    case.fill("/checks/open", &unasked).await.is(422).says("Choose one of the answers");

    // Only its opener takes a draft away.
    step(&app, &app.enter("case2").await, &check, "discard", "")
        .await
        .refused("Only who opened a draft may discard it");
    case.done(&format!("{check}/discard"), &[]).await;
    assert_eq!(logged(&app, "check_discarded", &check).await, 1);
    case.get(&check).await.is(404);
}

#[tokio::test]
async fn guards_2_and_3_a_reply_is_complete_and_signed_as_it_is_and_cleared_by_another() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Goggles and armor").await;
    let officer = app.enter("prague").await;
    // Guard 3, as soon as it is written.
    let word = [("word", "support"), ("text", "As post sees it.")];
    officer
        .fill(&format!("{check}/recommend"), &word)
        .await
        .is(422)
        .says("\"Support\" needs no open condition")
        .says("Choose \"support with");
    recommend(&officer, &check, "support_with_conditions").await;
    step(&app, &officer, &check, "sign", "").await.refused("The reply still needs:");
    find_everything(&officer, &check, "head of procurement").await;
    step(&app, &officer, &check, "sign", "").await.refused("A site visit is required");
    app.enter("case")
        .await
        .done(&format!("{check}/waive"), &[("text", "The border zone is closed to diplomats.")])
        .await;
    step(&app, &officer, &check, "clear", "").await.refused("The recommendation is not signed yet");
    // A fact changes beneath it: whoever is at the post is sent to change the word, and nobody to sign or clear it.
    behind_the_back(&app, &format!("update recommendations set word = 'support' where check_id = '{}'", id_of(&check)))
        .await;
    for (account, next) in [("prague", "Next: you."), ("prague2", "Next: Emil Farrow, Prague.")] {
        let page = app.enter(account).await.get(&check).await;
        page.says(next)
            .says("Change the recommendation: \"Support\" needs no open condition")
            .says_not("Sign the recommendation");
        assert_eq!(page.link("Change it"), format!("{check}/recommend"));
    }
    let washington = app.enter("case").await.get(&check).await;
    washington.says("Next: Emil Farrow, Prague.").says("Only the officers of the post work a check.");
    step(&app, &officer, &check, "sign", "").await.refused("\"Support\" needs no open condition");
    behind_the_back(
        &app,
        &format!("update recommendations set word = 'support_with_conditions' where check_id = '{}'", id_of(&check)),
    )
    .await;
    officer.done(&format!("{check}/sign"), &[]).await;
    officer
        .get(&check)
        .await
        .says("Next: another person of the post.")
        .says("has to clear what you signed; a supervisor first");
    app.enter("prague2").await.get(&check).await.says("Next: you.").link("Clear the reply");
    step(&app, &officer, &check, "sign", "").await.refused("The recommendation is signed already");
    step(&app, &officer, &check, "clear", "").await.refused("Another person of the post has to clear what you signed");

    // What was signed stands, and what was added since is told to whoever clears it.
    let supervisor = app.enter("prague2").await;
    call(&officer, &check, "A neighbor", "directory").await.is(303);
    let signed = "signed the reply: what it says stands until the reply is returned with a remark";
    officer.fill(&format!("{check}/recommend"), &[("word", "oppose"), ("text", "Not so.")]).await.refused(signed);
    supervisor
        .get(&format!("{check}/clear"))
        .await
        .says("Changed since it was signed: new: contact: call with A neighbor");
    // Returned with a remark, it is open again and signed once more.
    supervisor.fill(&format!("{check}/return"), &[("text", "")]).await.is(422).says("This answer is needed.");
    supervisor.done(&format!("{check}/return"), &[("text", "Say what the neighbor said.")]).await;
    officer
        .get(&check)
        .await
        .says("Answer the remark with which the reply was returned, then sign it again")
        .says("Returned by")
        .says("Say what the neighbor said.");
    step(&app, &supervisor, &check, "return", "Once more.").await.refused("not signed yet");
    officer.done(&format!("{check}/sign"), &[]).await;
    supervisor.done(&format!("{check}/clear"), &[]).await;
    assert_eq!(state(&app, &check).await, "replied");
    assert_eq!(
        app.value(&format!(
            "select count(*) from recommendations where check_id = '{}' and signed_by is not null",
            id_of(&check)
        ))
        .await,
        "2"
    );

    // Frozen, but contacts are added.
    let finding = app
        .value(&format!(
            "select '{check}/findings/' || topic from findings where check_id = '{}' and party_id is null limit 1",
            id_of(&check)
        ))
        .await;
    let contact = officer.get(&finding).await.choice("contacts", "A neighbor");
    let sent = [("answer", "no"), ("text", "Not so."), ("portion_mark", "U"), ("contacts", contact.as_str())];
    officer.fill(&finding, &sent).await.refused("Findings are written while the check is in progress");
    officer
        .fill(&format!("{check}/recommend"), &[("word", "oppose"), ("text", "Not so.")])
        .await
        .refused("while the check is in progress");
    call(&officer, &check, "The ministry", "embassy").await.is(303);

    // Given back, everything opens, and the reply is signed again.
    app.enter("case2").await.done(&format!("{check}/give-back"), &[("text", "Who owns the firm?")]).await;
    officer.get(&check).await.says("Who owns the firm?");
    officer.done(&finding, &sent).await;
    step(&app, &officer, &check, "sign", "").await.refused("Write the recommendation first");
    recommend(&officer, &check, "no_objection").await;
    officer.done(&format!("{check}/sign"), &[]).await;
    supervisor.done(&format!("{check}/clear"), &[]).await;
    step(&app, &app.enter("case").await, &check, "waive", "Once more.").await.refused("No site visit is required");
}

#[tokio::test]
async fn guard_2_the_only_person_of_a_post_clears_alone_and_it_is_printed() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a mining company").await;
    let reviewer = app.enter("reviewer").await;
    reviewer.get(&format!("{check}/print")).await.says("Signed and cleared by one person: the post had no other.");
    reviewer
        .get(&format!("{check}/sign-result"))
        .await
        .says("Signed and cleared by one person: the post had no other.");
}

#[tokio::test]
async fn guard_10_an_unfavorable_result_is_founded_and_countersigned() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Pistols for an airport authority").await;
    let case = app.enter("case2").await;
    let propose = format!("{check}/propose");
    let text = ("text", "The consignee could not be found.");
    case.fill(&propose, &[("word", "unfavorable"), text])
        .await
        .refused("An unfavorable result needs a reason code, one of them primary, and a finding behind it");
    let form = case.get(&propose).await;
    let finding = form.choice("finding", "bona fides");
    case.fill(&propose, &[("word", "unfavorable"), text, ("primary", "existence")])
        .await
        .refused("a finding behind it");
    case.fill(&propose, &[("word", "unfavorable"), text, ("primary", "no such reason"), ("finding", &finding)])
        .await
        .refused("Choose reasons and a finding from the lists");
    case.fill(&propose, &[("word", "not_completed"), text]).await.is(422).says("A reviewer ends a check early");
    case.fill(&propose, &[("word", "favorable_with_caveat"), text]).await.is(422).says("Say what the caveat is");
    case.done(&propose, &[("word", "unfavorable"), text, ("primary", "existence"), ("finding", &finding)]).await;
    let (reviewer, supervisor) = (app.enter("reviewer").await, app.enter("supervisor").await);
    step(&app, &supervisor, &check, "countersign", "").await.refused("No result is proposed");
    reviewer.done(&format!("{check}/sign-result"), &[]).await;
    assert_eq!(state(&app, &check).await, "replied");
    step(&app, &reviewer, &check, "sign-result", "").await.refused("waits for a supervisor's countersignature");
    step(&app, &case, &check, "give-back", "Ask again.").await.refused("waits for a supervisor's countersignature");
    case.fill(&propose, &[("word", "favorable"), text]).await.refused("The result is signed already");
    supervisor.done(&format!("{check}/countersign"), &[]).await;
    assert_eq!(state(&app, &check).await, "resulted");
    let license = license_numbered(&app, "050104977").await;
    decide(&app, &app.enter("reviewer2").await, &license, "decide", "approve")
        .await
        .refused("No pre-license check on this license has a favorable result");
}

/// Whatever role or post a person moved to, what they did on a file keeps them from judging it.
#[tokio::test]
async fn guard_11_is_by_person_also_after_a_move() {
    let app = TestApp::demonstration().await;
    let port = check_about(&app, "Rifles for a port guard, again").await;
    let (_, story) = crate::guatemala::approved_on_conditions(&app).await;
    let judged = license_numbered(&app, "050104007").await;
    decide(&app, &app.enter("reviewer").await, &judged, "decide", "return").await.refused("You signed a result of BL-");
    let supervisor = app.enter("supervisor").await;
    let ended = license_numbered(&app, "050099051").await;
    supervisor
        .done(&format!("{ended}/except"), &[("what", "result"), ("reason", "The ranger service is known for years.")])
        .await;
    move_people(
        &app,
        &[
            ("case", "reviewer", ""),
            ("case2", "reviewer", ""),
            ("santiago", "reviewer", ""),
            ("santiago2", "case_officer", ""),
            ("reviewer", "supervisor", ""),
            ("supervisor", "reviewer", ""),
            ("kingston", "post_officer", "Guatemala"),
            ("madrid", "reviewer", ""),
        ],
    )
    .await;
    // Who opened the check, proposed its result, or answered for the post: neither by signing, nor by ending or
    // declining it alone.
    for (account, did) in [
        ("case", "You opened BL-"),
        ("case2", "You proposed a result of BL-"),
        ("santiago", "You signed the reply of BL-"),
    ] {
        let reviewer = app.enter(account).await;
        step(&app, &reviewer, &port, "sign-result", "")
            .await
            .refused(did)
            .says("another reviewer must sign the result");
        step(&app, &reviewer, &port, "decline", "It is not founded.")
            .await
            .refused(did)
            .says("another person must decline the result");
        let ending = [("because", "moot"), ("text", "It no longer matters.")];
        let ended = super::sent(&app, &reviewer, &port, "end", &ending).await;
        ended.refused(did).says("another reviewer must end the check");
        reviewer.get(&format!("{port}/end")).await.says(did).says_not("End the check");
        // Their page shows no such button, and says whose turn it is and why it is not theirs.
        let page = reviewer.get(&port).await;
        page.says("Next: nobody yet as its reviewer.").says(did).says_not("Decline the result").says_not("End early");
        reviewer.get(&format!("{port}/decline")).await.says("Not possible now").says(did);
    }
    // Nor do they conduct it in Washington.
    let cleared = app.enter("santiago2").await;
    for (verb, instead) in [("give-back", "give it back"), ("hold", "put it on hold")] {
        step(&app, &cleared, &port, verb, "Wait.").await.refused("You cleared the reply of BL-").says(instead);
    }
    let another = [("word", "inconclusive"), ("text", "It cannot be told.")];
    cleared.fill(&format!("{port}/propose"), &another).await.refused("another case officer must propose the result");
    cleared.get(&port).await.says_not("Give back with questions").says_not("Put on hold");
    let madrid = app.enter("madrid").await;
    decide(&app, &madrid, &judged, "decide", "deny").await.refused("You signed the reply of BL-");
    let waiting = check_about(&app, "Cartridges for a distributor").await;
    step(&app, &app.enter("reviewer").await, &waiting, "countersign", "")
        .await
        .refused("You signed a result of BL-")
        .says("another supervisor must countersign the result");
    decide(&app, &app.enter("supervisor").await, &ended, "decide", "approve_on_conditions")
        .await
        .refused("You made an exception on license 050099051");

    // Who verified a permit at Guatemala and moves on does not issue its license.
    let guest = app.enter("kingston").await;
    permit(&guest, &story, "D-902", "36", &["pistols", "rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&guest, &story, "director of DIGECAM").await;
    move_people(&app, &[("kingston", "reviewer", ""), ("reviewer2", "post_officer", "Guatemala")]).await;
    let guest = app.enter("kingston").await;
    decide(&app, &guest, &story, "confirm", "confirm")
        .await
        .refused("You verified a permit of license 050107211; another reviewer must decide the license");
    // And who decided it verifies nothing on it.
    let decider = app.enter("reviewer2").await;
    permit(&decider, &story, "D-903", "36", &["pistols"], &[])
        .await
        .is(422)
        .says("rests on permit D-902 of DIGECAM, which counts");
    let revoke = decider
        .get(&story)
        .await
        .links()
        .into_iter()
        .find(|link| link.contains("/permits/") && link.ends_with("/revoke"))
        .unwrap();
    fill_dated(
        &decider,
        &revoke,
        "revoked_on",
        app.clock.now().date(),
        &[("how", "The registry wrote to the embassy.")],
    )
    .await
    .is(303);
    permit(&decider, &story, "D-903", "36", &["pistols"], &[]).await.is(303);
    assert!(decider.get(&story).await.links().iter().all(|link| !link.ends_with("/verify")), "a locked door");
    let path = format!("{story}/permits/{}/verify", app.value("select id from permits where number = 'D-903'").await);
    let contact = decider.get(&path).await.choice("contact", "director of DIGECAM");
    decider
        .fill(&path, &[("contact", &contact)])
        .await
        .refused("You decided license 050107211; another officer must verify its permits");
}

#[tokio::test]
async fn guards_12_and_13_a_post_shipment_check_rests_on_something_firm_and_adds_up() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "40 pistols delivered, count them").await;
    let case = app.enter("case2").await;
    let favorable = [("word", "favorable"), ("text", "Post counted the pistols.")];
    // The post explained what is missing before it replied; what came without a paper is Washington's to explain.
    let unapproved = "9 mm pistols, 40: delivered, and the matrix has nothing on paper: FLA: not applied for";
    case.fill(&format!("{check}/propose"), &favorable).await.refused(&format!("Explain first: {unapproved}"));
    case.done(&format!("{check}/propose"), &[("word", "inconclusive"), ("text", "Two pistols are missing.")]).await;
    let contradiction = case.get(&format!("{check}/explain")).await.choice("contradiction", "nothing on paper");
    let explanation = [("contradiction", contradiction.as_str()), ("text", "Its permit is in the paper file of 2025.")];
    sent(&app, &app.enter("kingston").await, &check, "explain", &explanation)
        .await
        .is(422)
        .says("No contradiction waits for your explanation");
    case.done(&format!("{check}/explain"), &explanation).await;
    behind_the_back(&app, &format!("update contacts set kind = 'call' where check_id = '{}'", id_of(&check))).await;
    case.fill(&format!("{check}/propose"), &favorable).await.refused("cannot be favorable on telephone calls alone");
    behind_the_back(&app, &format!("update contacts set kind = 'site_visit' where check_id = '{}'", id_of(&check)))
        .await;
    case.done(&format!("{check}/propose"), &favorable).await;
    app.enter("reviewer").await.done(&format!("{check}/sign-result"), &[]).await;
    assert_eq!(state(&app, &check).await, "closed", "its license was issued long ago: it closes at once");
}

/// Guard 13: the post explains what is missing or doubtful before it signs, an answer "yes" beside it too; another
/// count asks again.
#[tokio::test]
async fn guard_13_the_post_explains_missing_weapons_before_it_signs() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "40 pistols delivered, count them").await, license_numbered(&app, "050090440").await);
    let case = app.enter("case2").await;
    case.done(&format!("{check}/give-back"), &[("text", "Where are the two?")]).await;
    let post = app.enter("kingston").await;
    let item = post.get(&format!("{license}/serials")).await.choice("item", "9 mm pistols");
    let count = async |state: &str, numbers: &str| {
        let path = format!("{license}/serials");
        let sent = [("item", item.as_str()), ("state", state), ("location", ""), ("numbers", numbers)];
        let unseen = lantern::approvals::model::Pasted::read(numbers).seen();
        // A recount says what it changes before it is saved.
        let asked = post.fill(&path, &[&sent[..], &[("seen", &unseen)]].concat()).await;
        asked.is(422).says(&format!(
            "Counted already 1 seen before, now {}",
            if state == "missing" { state } else { "not yet counted" }
        ));
        let seen = asked.input("seen").expect("what the person saw");
        post.done(&path, &[&sent[..], &[("seen", &seen)]].concat()).await;
    };
    let explain = async |what: &str| {
        let form = post.get(&format!("{check}/explain")).await;
        let key = form.choice("contradiction", what);
        let text = "The armory's register shows where it is.";
        post.done(&format!("{check}/explain"), &[("contradiction", &key), ("text", text)]).await;
    };
    recommend(&post, &check, "no_objection").await;
    // Of items of another license nothing is told: not even that these numbers were counted there.
    let theirs =
        app.value("select item_group_id from serials where number = 'KX0001' order by recorded_at limit 1").await;
    assert_ne!(theirs, item);
    let foreign =
        [("item", theirs.as_str()), ("state", "missing"), ("location", ""), ("numbers", "KX0001"), ("seen", "")];
    let page = post.fill(&format!("{license}/serials"), &foreign).await;
    page.is(422).says("Choose items of this license").says_not("Counted already");
    count("missing", "KX0001").await;
    step(&app, &post, &check, "sign", "").await.refused("Explain first: 9 mm pistols: 3 of 40 are missing");
    post.get(&check).await.says("Next: you.").says("Explain: 9 mm pistols: 3 of 40 are missing");
    explain("3 of 40 are missing").await;
    count("not_counted", "KX0002").await;
    step(&app, &post, &check, "sign", "").await.refused("Explain first: 9 mm pistols: 1 of 40 are not yet counted");
    explain("1 of 40 are not yet counted").await;
    // What is doubtful changed beside it, so the first explanation no longer fits.
    step(&app, &post, &check, "sign", "").await.refused("Explain first: 9 mm pistols: 3 of 40 are missing");
    explain("3 of 40 are missing").await;
    let finding = format!("{check}/findings/receipt");
    post.open(&finding).await.set("answer", "yes").send(&post).await.is(303);
    let yes = "Receipt and serial numbers: the answer is yes, and yet: 9 mm pistols: 3 of 40 are missing";
    step(&app, &post, &check, "sign", "").await.refused(&format!("Explain first: {yes}"));
    explain("the answer is yes").await;
    post.done(&format!("{check}/sign"), &[]).await;
    app.enter("kingston2").await.done(&format!("{check}/clear"), &[]).await;
    assert_eq!(state(&app, &check).await, "replied");
}

/// Sends a form as if its page offered it.
async fn sent_as_it_is(post: &Visitor, path: &str, fields: &[(&str, &str)]) -> Page {
    let form = FormId::new().to_string();
    let mut all = vec![("form_id", form.as_str()), ("version", "0")];
    all.extend_from_slice(fields);
    post.post(path, &all).await
}

/// Contacts are added until the check closes; what a cleared reply rests on gains no statement.
#[tokio::test]
async fn guard_2_what_a_reply_rests_on_gains_no_statement() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Pistols for an airport authority").await;
    let post = app.enter("nairobi").await;
    let record = format!("{check}/statements/record");
    let old =
        app.value(&format!("select id from contacts where check_id = '{}' order by id limit 1", id_of(&check))).await;
    let stated = |contact: &str| {
        [("contact", contact.to_owned()), ("source_grade", "third_party".into()), ("topic", String::new())]
            .into_iter()
            .chain([("about", String::new()), ("text", "The order was never theirs.".to_owned())])
            .collect::<Vec<_>>()
    };
    let say = async |contact: &str| {
        let stated = stated(contact);
        let sent: Vec<(&str, &str)> = stated.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent_as_it_is(&post, &record, &sent).await
    };
    post.get(&record).await.says("and the reply rests on those that are there").link("Record the contact first.");
    say(&old).await.is(422).says("The reply rests on this contact as it was.");
    let kept = app.value("select count(*) from statements where text = 'The order was never theirs.'").await;
    assert_eq!(kept, "0");
    // The database holds it too, whoever writes.
    let insert = format!(
        "insert into statements (id, check_id, contact_id, text, source_grade, recorded_by, recorded_at)
         select gen_random_uuid(), check_id, id, 'Later', 'observed', recorded_by, now() from contacts where id = '{old}'"
    );
    let refused = sqlx::raw_sql(AssertSqlSafe(insert)).execute(&mut app.superuser().connect().await.unwrap()).await;
    assert!(refused.unwrap_err().to_string().contains("the reply rests on this contact"));
    call(&post, &check, "The airport's manager", "directory").await.is(303);
    let new = post.get(&record).await.choice("contact", "The airport's manager");
    assert!(!post.get(&record).await.body.contains(&old), "it offers what takes no statement");
    say(&new).await.is(303);
    // Given back, the reply rests on nothing: the post works on all of it.
    app.enter("case").await.done(&format!("{check}/give-back"), &[("text", "Who says so?")]).await;
    assert!(post.get(&record).await.body.contains(&old));
    say(&old).await.is(303);
}

/// No signature lapses by it: none speaks of the priority.
#[tokio::test]
async fn how_urgent_a_check_is_changes_after_it_was_sent_with_a_reason() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let to = format!("{check}/prioritize");
    assert_eq!(case.get(&check).await.link("Change the priority"), to);
    post.get(&to).await.is(403);
    let revision = format!("select revision from checks where id = '{}'", id_of(&check));
    let reason = ("reason", "The ministry waits with the whole shipment.");
    let (read, late) = (case.open(&to).await, case.open(&to).await);
    case.fill(&to, &[("priority", "routine"), reason]).await.is(422).says("It is routine already");
    case.fill(&to, &[("priority", "urgent"), ("reason", "")]).await.is(422).says("This answer is needed");
    case.fill(&to, &[("priority", "whenever"), reason]).await.is(422);
    // Whatever else happens to the check meanwhile.
    step(&app, &post, &check, "interim", "Where it stands.").await.is(303);
    assert_ne!(app.value("select count(*) from interim_replies").await, "0");
    let before = app.value(&revision).await;
    read.set("priority", "urgent").set(reason.0, reason.1).send(&case).await.is(303);
    let interim = "select count(*) from interim_replies";
    assert_ne!(app.value(interim).await, "0");
    assert_eq!(
        app.value(&format!("select ({revision}) = {before}")).await,
        "true",
        "what is signed still speaks of it"
    );
    case.get(&check).await.says("changed the priority of").says(reason.1);
    let listed = case.get("/checks?text=sugar").await;
    assert!(listed.body.contains(">Urgent</span>"), "{}", listed.text());
    // Who read the page before the other changed it, is told what it is now.
    let late = late.set("priority", "priority").set("reason", "It hurries a little.").send(&case).await;
    late.is(409).says("Changed in between").says("It is urgent now");
    let draft = format!("{}/prioritize", super::open(&case, "pre_license", "Guatemala").await);
    case.fill(&draft, &[("priority", "urgent"), reason]).await.refused("The check is draft");
}

#[tokio::test]
async fn a_hold_stops_the_clock_and_an_extension_needs_a_later_day_and_a_reason() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let due = format!("select due_on from checks where id = '{}'", id_of(&check));
    let before: String = app.value(&due).await;
    let case = app.enter("case").await;
    case.fill(&format!("{check}/hold"), &[("text", "")]).await.is(422).says("This answer is needed");
    case.done(&format!("{check}/hold"), &[("text", "The applicant changes the quantity.")]).await;
    let post = app.enter("guatemala").await;
    post.get(&check).await.says("The applicant changes the quantity.");
    step(&app, &post, &check, "interim", "Where it stands.")
        .await
        .refused("The check is on hold; Interim reply is not possible from there");
    call(&post, &check, "The mill's manager", "directory").await.is(303);
    step(&app, &case, &check, "hold", "Again.").await.refused("The check is on hold");
    // The post has not answered: the license may be changed meanwhile, which is what the check is on hold for.
    let edit = format!("{}/edit", license_numbered(&app, "050106402").await);
    case.open(&edit).await.set("value_usd", "9000").send(&case).await.is(303);
    app.clock.advance(Duration::days(5));
    let case = app.enter("case").await;
    case.done(&format!("{check}/resume"), &[]).await;
    assert_eq!(state(&app, &check).await, "in_progress");
    assert_eq!(app.value(&format!("select ({due}) - date '{before}'")).await, "5");
    let late = app.clock.now().date() - Duration::days(40);
    fill_dated(&case, &format!("{check}/extend"), "due", late, &[("reason", "The registry is on strike.")])
        .await
        .is(422)
        .says("The new date has to be after");
    let later = app.clock.now().date() + Duration::days(90);
    fill_dated(&case, &format!("{check}/extend"), "due", later, &[("reason", "")])
        .await
        .is(422)
        .says("Give the reasons");
    fill_dated(&case, &format!("{check}/extend"), "due", later, &[("reason", "The registry is on strike.")])
        .await
        .is(303);
    assert_eq!(app.value(&format!("select ({due}) = date '{later}'")).await, "true");
    case.get(&check).await.says("The registry is on strike.");
    // Once the post answered, its clock does not run: a hold in Washington moves nothing, and giving back counts those
    // days once.
    let replied = check_about(&app, "Pistols for an airport authority").await;
    let due = format!("select due_on from checks where id = '{}'", id_of(&replied));
    let before: String = app.value(&due).await;
    case.done(&format!("{replied}/hold"), &[("text", "Another agency reads the answer.")]).await;
    let edit = format!("{}/edit", license_numbered(&app, "050104977").await);
    let sent = case.open(&edit).await.set("value_usd", "9000").send(&case).await;
    sent.refused("Give the check back first, then change the license");
    app.clock.advance(Duration::days(5));
    let case = app.enter("case").await;
    case.done(&format!("{replied}/resume"), &[]).await;
    assert_eq!((state(&app, &replied).await.as_str(), app.value(&due).await), ("replied", before));
    fill_dated(&case, &format!("{replied}/extend"), "due", later, &[("reason", "The registry is on strike.")])
        .await
        .refused("Only a check that is at the post can be extended");
}

#[tokio::test]
async fn ended_early_closed_by_itself_sealed_and_followed_up() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Pistols for a hotel group").await, license_numbered(&app, "050105233").await);
    let (reviewer, post) = (app.enter("reviewer").await, app.enter("bangkok").await);
    reviewer
        .done(&format!("{check}/end"), &[("because", "withdrawn"), ("text", "The applicant withdrew by letter.")])
        .await;
    assert_eq!(state(&app, &check).await, "resulted");
    post.get(&check).await.says("Not completed");
    call(&post, &check, "The hotel's manager", "directory").await.is(303);
    decide(&app, &reviewer, &license, "decide", "return").await.refused("You ended BL-");
    decide(&app, &app.enter("reviewer2").await, &license, "decide", "return").await.is(303);
    assert_eq!(state(&app, &check).await, "closed", "in the same change");
    assert_eq!(logged(&app, "check_closed", &check).await, 1);

    // Read-only for everyone.
    let revision = format!("select revision || '/' || version from checks where id = '{}'", id_of(&check));
    let sealed = app.value(&revision).await;
    call(&post, &check, "Once more", "directory").await.refused("may still be added until it closes");
    let supervisor = app.enter("bangkok2").await;
    for (visitor, verb, fields) in [
        (&post, "interim", &[("text", "Where it stands.")][..]),
        (&post, "sign", &[]),
        (&supervisor, "clear", &[]),
        (&post, "recommend", &[("word", "oppose"), ("text", "Not so.")]),
        (&reviewer, "end", &[("because", "moot"), ("text", "It no longer matters.")]),
        (&reviewer, "sign-result", &[]),
    ] {
        sent(&app, visitor, &check, verb, fields).await.is(409);
    }
    let case = app.enter("case").await;
    for (verb, text) in
        [("give-back", "Ask again."), ("hold", "Wait."), ("resume", ""), ("waive", "Why not."), ("request", "")]
    {
        step(&app, &case, &check, verb, text).await.is(409);
    }
    case.fill(&format!("{check}/propose"), &[("word", "inconclusive"), ("text", "Another result.")]).await.is(409);
    assert_eq!(app.value(&revision).await, sealed);

    // A new, linked check takes the matter up again.
    let follow = case.get(&check).await.link("Open a follow-up check");
    let form = case.get(&follow).await;
    let reference = form.input("follows").expect("it names the earlier check");
    let place = form.choice("post", "Bangkok");
    let mut sent = opening("company_review", &place, "optional");
    sent[7].1 = &reference;
    let next = case.done("/checks/open", &sent).await;
    case.get(&next).await.says(&reference);
    sent[7].1 = "BL-1999-0001";
    case.fill("/checks/open", &sent).await.is(422).says("There is no check of this reference");
}

#[tokio::test]
async fn two_posts_see_one_license_and_neither_the_others_check() {
    let app = TestApp::demonstration().await;
    let (theirs, license) = crate::guatemala::approved_on_conditions(&app).await;
    let post = app.enter("guatemala").await;
    permit(&post, &license, "D-904", "6", &["rifles"], &["(MINDEF)"]).await.is(303);
    verify_all(&post, &license, "director of DIGECAM").await;
    let case = app.enter("case").await;
    let check = open(&case, "pre_license", "Kingston").await;
    let stranger = app.enter("kingston").await;
    stranger.get(&license).await.is(404);
    case.done(&format!("{check}/licenses/add"), &[("number", "#05-0107211")]).await;
    stranger.get(&license).await.is(404);
    case.done(&format!("{check}/request"), &[]).await;
    let seen = stranger.get(&license).await;
    seen.is(200).says("verified by Guatemala, ").says("meeting").says_not("director of DIGECAM");
    assert!(!seen.body.contains(id_of(&theirs)), "the page leads to the other post's check");
    stranger.get(&theirs).await.is(404);
    stranger.get(&check).await.is(200);
    // It may record evidence of its own, through its own contacts only.
    permit(&stranger, &license, "D-905", "36", &["pistols"], &[]).await.is(303);
    // What one post recorded, the other does not overwrite: neither cell by cell nor with a permit.
    let cells = format!(
        "select string_agg(state || version, ' ' order by id) from import_approvals where license_id = '{}'",
        id_of(&license)
    );
    let before = app.value(&cells).await;
    permit(&post, &license, "D-906", "30", &["pistols"], &[])
        .await
        .is(422)
        .says("pistols, 30 is the word of Kingston. Untick it");
    permit(&stranger, &license, "D-906", "6", &["rifles"], &[])
        .await
        .is(422)
        .says("rifles, 6 is the word of Guatemala. Untick it");
    assert_eq!(app.value(&cells).await, before);
    let path = stranger.get(&license).await.links().into_iter().find(|link| link.ends_with("/verify")).unwrap();
    stranger.get(&path).await.says_not("director of DIGECAM");
    ask(&app, &stranger, &check, "The embassy in Guatemala", "(DIGECAM)", ("email", "embassy")).await;
    let foreign = app.value("select verified_contact_id from permits where number = 'D-904'").await;
    stranger.fill(&path, &[("contact", &foreign)]).await.is(422).says("Choose a contact of your post");
}
