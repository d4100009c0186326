//! Whose a check is: of whom the next step is asked, who takes it, who hands it over, and what is nobody's.

use crate::support::{Filled, TestApp, Visitor};

/// A check that the post has answered and no result is proposed of, at a post without a default case officer.
const REPLIED: &str = "select c.id from checks c join posts o on o.id = c.post_id where c.state = 'replied' and o.country in ('GT', 'PE', 'CL', 'CZ', 'ES')
    and not exists (select from results r where r.check_id = c.id) order by c.id limit 1";
/// A check whose proposed result waits for its signature.
const PROPOSED: &str =
    "select c.id from checks c join results r on r.check_id = c.id where c.state = 'replied' and r.withdrawn_at is null
    and r.signed_by is null order by c.id limit 1";

async fn check(app: &TestApp, which: &str) -> String {
    let id = app.value(which).await;
    assert!(!id.is_empty(), "no such check");
    format!("/checks/{id}")
}

/// Lets somebody in no more, as an administrator does.
async fn leaves(app: &TestApp, account: &str) {
    let id = app.value(&format!("select id from people where account = '{account}'")).await;
    let pressed = [("form_id", &*lantern::id::FormId::new().to_string())];
    app.enter("admin").await.post(&format!("/people/{id}/disable"), &pressed).await.is(303);
}

/// Makes a check one's own, at one press of the button on its page.
async fn take(visitor: &Visitor, check: &str) {
    let button = format!("{check}/take");
    assert!(visitor.get(check).await.links().contains(&button), "the button is there");
    visitor.post(&button, &[("form_id", &lantern::id::FormId::new().to_string())]).await.is(303);
}

/// Whether a page leads to an address.
async fn leads(visitor: &Visitor, page: &str, to: &str) -> bool {
    visitor.get(page).await.is(200).status == 200 && visitor.get(page).await.links().iter().any(|link| link == to)
}

async fn says(visitor: &Visitor, check: &str, whose: &str) {
    visitor.get(check).await.says(whose);
}

/// "Next: you" is said to one person; the others of the role read whose it is, and may act all the same.
#[tokio::test]
async fn the_next_step_is_asked_of_one_person() {
    let app = TestApp::demonstration().await;
    let check = check(&app, REPLIED).await;
    let (case, case2) = (app.enter("case").await, app.enter("case2").await);
    says(&case, &check, "Next: you.").await;
    for account in ["case2", "reviewer", "supervisor", "auditor"] {
        says(&app.enter(account).await, &check, "Next: Nora Ellery, case officer.").await;
    }
    assert!(!case2.get(&check).await.link("Propose").is_empty(), "they may act all the same");
    let revision = app.value(&format!("select revision from checks where '/checks/' || id = '{check}'")).await;
    let entry = "select concat(before -> 0 ->> 1, ' > ', after -> 0 ->> 1) from audit_events where verb = 'owner_changed' order by id desc limit 1";
    // One press.
    take(&case2, &check).await;
    assert_eq!(app.value(entry).await, "Nora Ellery > Tobias Renn");
    says(&case2, &check, "Next: you.").await;
    says(&case, &check, "Next: Tobias Renn, case officer.").await;
    let after = app.value(&format!("select revision from checks where '/checks/' || id = '{check}'")).await;
    assert_eq!(revision, after, "nothing that somebody read changed");
    // Who gave it away may take it back; who has it may not take it again.
    let button = format!("{check}/take");
    assert!(!leads(&case2, &check, &button).await && leads(&case, &check, &button).await);
}

#[tokio::test]
async fn who_has_it_hands_it_over_or_a_supervisor_and_nobody_else() {
    let app = TestApp::demonstration().await;
    let check = check(&app, REPLIED).await;
    let to = format!("{check}/hand-over");
    let id = async |account: &str| app.value(&format!("select id from people where account = '{account}'")).await;
    let (case, case2, supervisor) = (app.enter("case").await, app.enter("case2").await, app.enter("supervisor").await);
    let (first, second, reviewer, apia) =
        (id("case").await, id("case2").await, id("reviewer2").await, id("apia").await);
    assert!(!leads(&case2, &check, &to).await && leads(&case, &check, &to).await);
    case2.get(&to).await.says("Who has a check hands it over, or a supervisor in Washington.");
    case.get(&to).await.says("Nora Ellery has it as its case officer.").says_not("Ines Calloway</option>");
    case.fill(&to, &[("case_officer", &apia)]).await.is(422).says("Choose somebody who is a case officer today.");
    case.fill(&to, &[]).await.is(422).says("Choose who is to have it.");
    case.fill(&to, &[("case_officer", &first)]).await.is(422).says("Nora Ellery has this check already.");
    case.done(&to, &[("case_officer", &second), ("reason", "On leave until May")]).await;
    says(&case2, &check, "Next: you.").await;
    assert!(!leads(&case, &check, &to).await, "it is theirs no more");
    case.get(&check).await.says_not("On leave until May");
    let why = "select after -> 1 ->> 1 from audit_events where verb = 'owner_changed' order by id desc limit 1";
    assert_eq!(app.value(why).await, "On leave until May");
    supervisor.done(&to, &[("case_officer", &first), ("reviewer", &reviewer)]).await;
    supervisor.get(&check).await.says("Nora Ellery, case officer").says("Harlan Voss, reviewer");
    for account in ["guatemala", "auditor", "admin"] {
        app.enter(account).await.get(&to).await.is(403);
    }
}

/// Two supervisors do not hand over the same check without reading of each other.
#[tokio::test]
async fn a_check_that_went_to_another_one_meanwhile_is_read_again() {
    let app = TestApp::demonstration().await;
    let check = check(&app, REPLIED).await;
    let (supervisor, case2) = (app.enter("supervisor").await, app.enter("case2").await);
    let path = format!("{check}/hand-over");
    let open = Filled::of(&path, &supervisor.get(&path).await).expect("a form");
    take(&case2, &check).await;
    let first = app.value("select id from people where account = 'case'").await;
    open.set("case_officer", &first).send(&supervisor).await.is(409);
}

/// A role that ended is nobody's turn: it falls to whom the region has, and else everybody reads that it is nobody's.
#[tokio::test]
async fn who_serves_no_more_is_asked_nothing() {
    let app = TestApp::demonstration().await;
    let replied = check(&app, REPLIED).await;
    let supervisor = app.enter("supervisor").await;
    let assign = format!("{replied}/hand-over");
    assert!(!leads(&supervisor, "/", &assign).await);
    leaves(&app, "case").await;
    for account in ["case2", "reviewer", "supervisor", "auditor"] {
        says(&app.enter(account).await, &replied, "Next: nobody yet as its case officer.").await;
    }
    supervisor.get(&replied).await.says("Assign it");
    assert!(leads(&supervisor, "/checks?whose=nobody", &replied).await);
    assert!(supervisor.get("/").await.says("Nobody has these: assign them").link("Assign it").ends_with("/hand-over"));
    // An administrator reads how many, and nothing else of them.
    let admin = app.enter("admin").await;
    let subject = app.value(&format!("select subject from checks where '/checks/' || id = '{replied}'")).await;
    admin.get("/").await.says("Checks that nobody has").says("no case officer").says_not(&subject);
    let person = app.value("select id from people where account = 'case'").await;
    admin.get(&format!("/people/{person}")).await.says("open checks");
    // The region's new case officer has what the other one left.
    let second = app.value("select id from people where account = 'case2'").await;
    for region in ["WHA", "EUR"] {
        let path = format!("/regions/{region}");
        let reviewer = app.value("select id from people where account = 'reviewer2'").await;
        admin.done(&path, &[("case_officer", &second), ("reviewer", &reviewer)]).await;
    }
    says(&app.enter("case2").await, &replied, "Next: you.").await;
}

/// Guard 11 bars who signed from deciding, and the opener from signing: then it is not theirs.
#[tokio::test]
async fn who_may_not_take_that_step_is_not_asked_to() {
    let app = TestApp::demonstration().await;
    let proposed = check(&app, PROPOSED).await;
    let asked = app.enter("supervisor").await;
    let id = proposed.trim_start_matches("/checks/");
    app.run(&format!(
        "set local session_replication_role = replica;
         update checks set reviewer_id = (select id from people where account = 'reviewer') where id = '{id}';
         update region_owners set reviewer_id = null; insert into standing_marks (kind) values ('everything')"
    ))
    .await;
    says(&asked, &proposed, "Next: Ines Calloway, reviewer.").await;
    app.run(&format!(
        "set local session_replication_role = replica;
         insert into duties (person_id, duty, check_id) select id, 'propose', '{id}' from people where account = 'reviewer';
         insert into standing_marks (kind) values ('everything')"
    ))
    .await;
    says(&asked, &proposed, "Next: nobody yet as its reviewer.").await;
    says(&app.enter("reviewer").await, &proposed, "Next: nobody yet as its reviewer.").await;
}

#[tokio::test]
async fn lists_and_homes_know_what_is_mine() {
    let app = TestApp::demonstration().await;
    let check = check(&app, REPLIED).await;
    let (case, case2) = (app.enter("case").await, app.enter("case2").await);
    case.get("/").await.says("Waits for you");
    assert!(leads(&case, "/", &check).await);
    for whose in ["next", "mine"] {
        let list = format!("/checks?whose={whose}&state=replied");
        assert!(leads(&case, &list, &check).await && !leads(&case2, &list, &check).await, "{whose}");
        case2.get(&format!("/checks.csv?whose={whose}&state=replied")).await.is(200);
    }
    take(&case2, &check).await;
    assert!(leads(&case2, "/checks?whose=next&state=replied&sort=due", &check).await);
    assert!(!leads(&case, "/checks?whose=next&state=replied", &check).await);
    case2.get("/").await.says("Waits for you");
}

/// Of a check whose officer left, the post's supervisor reads on the home that it is to be assigned.
#[tokio::test]
async fn a_check_whose_officer_left_is_assigned_by_the_posts_supervisor() {
    let app = TestApp::demonstration().await;
    let (officer, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let id = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let check = format!("/checks/{id}");
    says(&officer, &check, "Next: you.").await;
    says(&supervisor, &check, "Next: Jonas Merrit, Guatemala.").await;
    supervisor.get("/").await.says_not("Nobody has these: assign them");
    leaves(&app, "guatemala").await;
    says(&supervisor, &check, "Next: nobody yet at Guatemala.").await;
    says(&app.enter("case").await, &check, "Next: nobody yet at Guatemala.").await;
    let home = supervisor.get("/").await;
    assert_eq!(home.says("Nobody has these: assign them").link("Assign it"), format!("{check}/reassign"));
}

#[tokio::test]
async fn a_region_is_set_by_an_administrator() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    assert_eq!(admin.get("/").await.link("Regions"), "/regions");
    admin.get("/regions").await.says("Western Hemisphere").says("Harlan Voss").says("nobody");
    admin.get("/regions/US").await.is(404);
    let apia = app.value("select id from people where account = 'apia'").await;
    let refused = admin.fill("/regions/EAP", &[("case_officer", &apia), ("reviewer", "")]).await;
    refused.is(422).says("Choose somebody who is a case officer today.");
    let second = app.value("select id from people where account = 'case2'").await;
    let open = Filled::of("/regions/EAP", &admin.get("/regions/EAP").await).expect("a form");
    assert_eq!(admin.done("/regions/EAP", &[("case_officer", &second), ("reviewer", "")]).await, "/regions");
    open.set("reviewer", "").send(&admin).await.is(409);
    let told = "select concat(before -> 1 ->> 1, ' > ', after -> 0 ->> 1) from audit_events where verb = 'region_owners_changed' and after is not null";
    assert_eq!(app.value(told).await, "Harlan Voss > Tobias Renn");
    leaves(&app, "case2").await;
    admin.get("/regions").await.says("Not in the role today");
    app.enter("supervisor").await.get("/regions").await.is(403);
}
