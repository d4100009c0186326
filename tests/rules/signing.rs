//! The pages that sign: who is offered the form, what stands before their eyes, and that one signature leads to the
//! next.

use std::collections::BTreeMap;

use lantern::{
    access::{Role, holds},
    checks::{
        model::CaseFile,
        store::{Texts, cases},
        verbs::CheckVerb,
    },
    id::{CheckId, FormId, LicenseId},
    licenses::{
        model::{Decider, LicenseFile},
        store::{EVERYTHING, files},
        verbs::LicenseVerb,
    },
    reference,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{check_about, decide, license_numbered, move_people};
use crate::{
    database::column,
    guatemala::judged,
    support::{Filled, Page, TestApp, Visitor, app::NOW},
};

/// One initial window of TCP.
const HTML: usize = 14 * 1024;
const WORDS: &str = "Words of whoever signs this, as long as they have to be.";

/// Somebody who opens every page that signs.
struct Person {
    account: &'static str,
    visitor: Visitor,
    id: lantern::id::PersonId,
    role: Role,
    authority: Decimal,
}

async fn person(app: &TestApp, account: &'static str) -> Person {
    let one = async |what: &str| {
        app.value(&format!(
            "select {what} from people p join assignments a on a.person_id = p.id and (a.ends_on is null or a.ends_on >= '{}')
             and a.starts_on <= '{}' where p.account = '{account}'",
            app.clock.now().date(),
            app.clock.now().date()
        ))
        .await
    };
    Person {
        account,
        visitor: app.enter(account).await,
        id: one("p.id").await.parse().expect("an id"),
        role: one("a.role").await.parse().expect("a role"),
        authority: one("p.decision_authority").await.parse().expect("an amount"),
    }
}

/// Every file as the rules read it, at this moment.
async fn all_files(app: &TestApp) -> (Vec<CaseFile>, Vec<LicenseFile>) {
    let ids = column(app, "select id::text from checks where state <> 'draft' order by id").await;
    let ids: Vec<CheckId> = ids.iter().map(|id| id.parse().expect("an id")).collect();
    let licenses = column(app, "select id::text from licenses order by id").await;
    let licenses: Vec<LicenseId> = licenses.iter().map(|id| id.parse().expect("an id")).collect();
    let mut conn = app.db.reads().acquire().await.expect("a connection");
    let now = app.clock.now();
    let checks = cases(&mut conn, EVERYTHING, &ids, Texts::Left, now).await.expect("they are read");
    let licenses = files(&mut conn, EVERYTHING, &licenses, now.date()).await.expect("they are read");
    (checks, licenses)
}

/// Whether a page has the form that signs.
fn is_offered(path: &str, page: &Page) -> bool {
    Filled::of(path, page).is_some_and(|form| form.action == path)
}

/// Sends a form that was not offered as if it had been; nobody gets on by it.
async fn sneaks_through(who: &Visitor, path: &str, revision: i32, act: &str) -> bool {
    let (form, version) = (FormId::new().to_string(), revision.to_string());
    let sent =
        [("form_id", form.as_str()), ("version", version.as_str()), ("act", act), ("reasons", WORDS), ("text", WORDS)];
    let other = [("because", "moot"), ("what", "result"), ("reason", WORDS)];
    who.post(path, &sent.into_iter().chain(other).collect::<Vec<_>>()).await.status == 303
}

#[tokio::test]
async fn the_form_of_a_signature_is_offered_exactly_to_whom_its_rule_lets_sign() {
    let app = TestApp::demonstration().await;
    judged(&app).await;
    // Whoever opened, proposed, signed or cleared in the story has moved to where results and licenses are judged.
    let moves = [
        ("case", "supervisor", ""),
        ("case2", "reviewer", ""),
        ("guatemala", "reviewer", ""),
        ("kingston", "reviewer", ""),
        ("lima2", "supervisor", ""),
        ("supervisor", "reviewer", ""),
    ];
    move_people(&app, &moves).await;
    app.run(
        "set session_replication_role = replica;
         update people set decision_authority = 5000000 where account in ('case2', 'guatemala', 'kingston');
         update people set decision_authority = 40000 where account = 'reviewer2'",
    )
    .await;
    let mut people = Vec::new();
    for account in ["reviewer", "reviewer2", "case2", "guatemala", "supervisor", "case", "lima2", "guatemala2", "apia"]
    {
        people.push(person(&app, account).await);
    }
    let (checks, licenses) = all_files(&app).await;
    let mut conn = app.db.reads().acquire().await.expect("a connection");
    let today = app.clock.now().date();
    let reference = reference::store::on(&mut conn, today).await.expect("it is read");
    drop(conn);

    let mut wrong = Vec::new();
    let mut offers: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
    let mut counted = BTreeMap::<(&str, bool), usize>::new();
    for person in &people {
        let mut pages: Vec<(String, &str, bool, i32, &str)> = Vec::new();
        for verb in CheckVerb::ALL.iter().filter(|verb| verb.signs() && holds(person.role, verb.permission())) {
            for file in &checks {
                let may = verb.judge(file, person.id).is_ok();
                pages.push((verb.address(file.check.id).into(), verb.label(), may, file.check.revision, ""));
            }
        }
        let by = Decider { id: person.id, authority: person.authority };
        for verb in LicenseVerb::ALL.iter().filter(|verb| verb.signs() && holds(person.role, verb.permission())) {
            for license in &licenses {
                let may = verb.judge(license, by, &reference, today).is_ok();
                let act = verb.acts().first().map_or("", |act| act.code());
                pages.push((verb.address(license.id).into(), verb.label(), may, license.revision, act));
            }
        }
        for (path, verb, may, revision, act) in pages {
            let page = person.visitor.get(&path).await;
            if page.status == 404 {
                continue;
            }
            // Nothing on the license may want an exception.
            let nothing_to_do = page.text().contains("needs an exception");
            let offered = is_offered(&path, &page);
            if page.status != 200 || (offered != may && !nothing_to_do) {
                wrong.push(format!("{} {path}: {}, offered {offered}, may {may}", person.account, page.status));
            }
            if !offered && !page.text().contains("Not possible now") && !nothing_to_do {
                wrong.push(format!("{} {path} does not say why not", person.account));
            }
            if !offered && sneaks_through(&person.visitor, &path, revision, act).await {
                wrong.push(format!("{} {path} is done without its form", person.account));
            }
            *counted.entry((verb, offered)).or_default() += 1;
            if offered {
                offers.entry(path).or_default().push(person);
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    for verb in ["Sign the result", "Decide", "End early"] {
        let both = [true, false].map(|offered| counted.get(&(verb, offered)).copied().unwrap_or_default());
        assert!(both[0] > 0 && both[1] > 0, "{verb}: {both:?}");
    }
    let mut done = 0;
    for (path, offered) in offers {
        let visitor = &offered[0].visitor;
        let page = visitor.get(&path).await;
        let Some(form) = Filled::of(&path, &page).filter(|form| form.action == path) else { continue };
        let texts = form.texts.clone();
        let form = texts.iter().fold(form.with_first_choices(), |form, name| form.set(name, WORDS));
        assert_eq!(form.send(visitor).await.status, 303, "{} {path} is offered, and is not done", offered[0].account);
        done += 1;
    }
    assert!(done > 20, "{done} signed");
}

#[tokio::test]
async fn a_decision_above_an_authority_is_offered_nowhere_and_every_place_says_who_decides() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050104007").await;
    let check = check_about(&app, "Pistols for a city police").await;
    app.run("set session_replication_role = replica; update people set decision_authority = 1000 where account = 'reviewer2'").await;
    let reviewer = app.enter("reviewer2").await;
    let amount = "your authority is $1,000. A reviewer with more authority must decide it.";
    reviewer.get(&license).await.says(amount).says("Return or deny").says_not("Decide");
    let page = reviewer.get(&format!("{license}/decide")).await;
    page.says(amount).says("Return").says("Deny");
    let form = Filled::of("", &page).expect("what keeps the items asks for no authority");
    let acts: Vec<&str> = form.offered.iter().filter(|(name, _)| name == "act").map(|(_, act)| act.as_str()).collect();
    assert_eq!(acts, ["return", "deny"]);
    reviewer.get(&check).await.says("Next: nobody yet as its reviewer.").says(amount);
    let row = reviewer.get("/").await;
    row.says("nobody yet as its reviewer");
    assert!(!row.links().contains(&format!("{license}/decide")), "no row of the home page leads there");
    decide(&app, &reviewer, &license, "decide", "approve_on_conditions").await.refused(amount);
    app.run("set session_replication_role = replica; update people set decision_authority = 5000000 where account = 'reviewer2'").await;
    reviewer.get(&license).await.says("Decide").says_not("your authority");
    assert!(reviewer.get("/").await.links().contains(&format!("{license}/decide")));
}

/// An act among several that is refused stands at the choice, under the heading of a refusal.
#[tokio::test]
async fn a_refused_act_stands_at_the_choice() {
    let app = TestApp::demonstration().await;
    let (_, license) = judged(&app).await;
    let reviewer = app.enter("reviewer2").await;
    let page = decide(&app, &reviewer, &license, "decide", "approve").await;
    page.refused("3 conditions are open").says("Not possible now").says("The rules, by number");
    assert!(page.body.contains("id=\"act-error\""), "at its field: {}", page.text());
    assert_eq!(page.input("reasons").as_deref().map(str::trim), Some("As the file shows."), "nothing typed is lost");
}

#[tokio::test]
async fn who_signs_reads_what_is_signed() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "36 weapons").await;
    let text = "Post confirmed the order, the need and the storage.";
    let proposed =
        [("word", "favorable_with_caveat"), ("text", text), ("caveat", "The broker's history is one man's word.")];
    app.enter("case2").await.done(&format!("{check}/propose"), &proposed).await;
    let page = app.enter("reviewer").await.get(&format!("{check}/sign-result")).await;
    page.says("Open 3 conditions")
        .says("None of these stops this result. The open conditions hold the license until they are met.")
        .says("MINDEF (5.56 mm automatic rifles, 6): not applied for")
        .says("The post recommends Support with conditions")
        .says("Result, proposed by Tobias Renn Favorable with caveat")
        .says("Caveat: The broker's history is one man's word.")
        .says("Could not establish")
        .says("Yes, claimed")
        .says("Only claimed")
        .says("The party itself")
        .says("Changed since the reply was cleared")
        .says("Tobias Renn proposed the result")
        .says("You sign the result \"favorable with caveat\" of BL-")
        .says("If the file changes first, nothing is signed")
        .says("You act as reviewer, and had no part in what would keep you from it: acts of the post, acts of the case")
        .says("Whoever signs this does not decide license 050107211.")
        .says("Decline the result");
    // Declining is folded beneath, with its reason, and leads where its own page does.
    let decline = format!("{check}/decline");
    assert!(page.links().contains(&decline), "{:?}", page.links());
    let reviewer = app.enter("reviewer").await;
    reviewer.post(&decline, &[("form_id", &FormId::new().to_string()), ("text", "")]).await.is(409);
    reviewer.done(&decline, &[("text", "The caveat says too little.")]).await;
    // Who clears, who countersigns and who decides read the same file.
    let post = check_about(&app, "Cartridges for a distributor").await;
    let page = app.enter("supervisor").await.get(&format!("{post}/countersign")).await;
    page.says("Main reason:")
        .says("by the finding on")
        .says("You countersign the result \"unfavorable\"")
        .says("Findings");
    let license = license_numbered(&app, "050104007").await;
    let page = app.enter("reviewer2").await.get(&format!("{license}/decide")).await;
    page.says("Open ")
        .says("Recommendation and result")
        .says("Findings")
        .says("You sign a decision on license 050104007");
    page.says("your authority is $5,000,000");
    let outsider = app.enter("guatemala2").await.get(&format!("{check}/clear")).await;
    outsider.says("Not possible now").says_not("You clear");
}

/// A license with several checks has each in short, with a link.
#[tokio::test]
async fn a_license_of_several_checks_has_each_in_short() {
    let app = TestApp::demonstration().await;
    let license = license_numbered(&app, "050104007").await;
    app.run(
        "set session_replication_role = replica;
         insert into check_licenses select c.id, l.id from checks c, licenses l
         where c.subject = 'Night vision for a border unit' and l.number = '050104007'",
    )
    .await;
    let page = app.enter("reviewer2").await.get(&format!("{license}/decide")).await;
    let first = check_about(&app, "Pistols for a city police").await;
    let other = check_about(&app, "Night vision for a border unit").await;
    assert!(page.links().contains(&first) && page.links().contains(&other), "{:?}", page.links());
    page.says_not("Only claimed").says("The post recommends");
}

#[tokio::test]
async fn one_signature_leads_to_the_next_without_the_list_between() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "36 weapons").await;
    let text = "Post confirmed the order, the need and the storage.";
    app.enter("case2").await.done(&format!("{check}/propose"), &[("word", "favorable"), ("text", text)]).await;
    let reviewer = app.enter("reviewer").await;
    let waiting = reviewer.get("/").await.links().into_iter().filter(|link| link.ends_with("/sign-result")).count();
    assert!(waiting > 1, "{waiting} wait");
    let mut path = reviewer.get("/").await.link("Sign result");
    let mut signed = Vec::new();
    loop {
        let to = reviewer.done(&path, &[]).await;
        signed.push(path);
        let page = reviewer.get(&to).await;
        page.says("Saved You signed the result of BL-");
        if signed.len() == waiting {
            page.says("No other result waits for your signature.");
            break;
        }
        path = page.link("Next to sign: BL-");
        assert!(path.ends_with("/sign-result") && !signed.contains(&path), "{path}");
    }
    app.clock.advance(time::Duration::minutes(1));
    reviewer.get("/checks").await.is(200);
    let last = signed.last().expect("it was signed").trim_end_matches("/sign-result").to_owned();
    reviewer.get(&last).await.says_not("No other result");

    let decider = app.enter("reviewer2").await;
    let first = decider.get("/").await.link("Decide");
    let license = first.trim_end_matches("/decide");
    let to = decide(&app, &decider, license, "decide", "return").await.is(303).location.clone();
    let page = decider.get(&to).await;
    page.says("Saved You returned license");
    let next = page.link("Next to decide: BL-");
    assert!(next.starts_with("/licenses/") && next != first, "{next}");
    decider.get(&next).await.is(200).says("You sign a decision on license");
}

/// The size of the page does not follow what was recorded: figures for what is counted, the first of what was said.
#[tokio::test]
async fn a_full_file_is_signed_within_the_budget_of_a_page() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "36 weapons").await;
    let of = check.trim_start_matches("/checks/");
    app.enter("case2")
        .await
        .done(&format!("{check}/propose"), &[("word", "favorable"), ("text", "Post confirmed the order and the need.")])
        .await;
    app.run(&format!(
        "set session_replication_role = replica;
         insert into statements (id, check_id, contact_id, text, topic, source_grade, recorded_by, recorded_at)
             select gen_random_uuid(), '{of}', c.id, repeat('Something that was said about the order and the need. ', 20) || n, 'order',
                 'party_itself', c.recorded_by, c.recorded_at
             from generate_series(1, 40) n, (select * from contacts where check_id = '{of}' limit 1) c;
         update findings set text = repeat('What the post found, at length and in several ways. ', 200) where check_id = '{of}';
         insert into serials (id, item_group_id, license_id, number, number_normalized, state, recorded_by, recorded_at)
             select gen_random_uuid(), g.id, g.license_id, 'ZZ' || n, 'zz' || n, 'seen', p.id, '{NOW}'
             from generate_series(1, 10000) n, (select g.* from item_groups g join licenses l on l.id = g.license_id
                 where l.number = '050107211' order by g.position limit 1) g, people p where p.account = 'guatemala'",
    ))
    .await;
    let reviewer = app.enter("reviewer").await;
    let path = format!("{check}/sign-result");
    let page = reviewer.get(&path).await;
    page.says("10000 seen, of 10000").says_not("ZZ1");
    let headers = [("accept", "text/html"), ("accept-encoding", "br")];
    let small = reviewer.send(reqwest::Method::GET, &path, String::new(), &headers).await;
    assert!(small.raw <= HTML, "{} bytes", small.raw);
    let timing = page.headers["server-timing"].to_str().expect("it is text");
    let statements: usize = timing.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
    assert!(statements <= 8, "{statements} statements");
    assert!(Uuid::parse_str(of).is_ok());
}
