//! Before a signature its person is proved again: which acts ask for it, from when on, and that nothing is lost or done
//! twice by it.

use std::collections::BTreeMap;

use lantern::{
    access::{Permission, Role, holds},
    audit::Verb,
    checks::verbs::CheckVerb,
    demo::PASSWORD,
    licenses::{model::LicenseStatus, verbs::LicenseVerb},
    web::body::Proof,
};
use reqwest::Method;
use time::Duration;

use crate::support::{Filled, Page, TestApp, Visitor, client::encoded};

const ASKED: &str = "Your password";
const WORDS: &str = "Words that stay as they were typed.";

/// A verb's page on which it is possible now, and whose it is.
struct Scene {
    visitor: Visitor,
    account: String,
    path: String,
}

/// A person and a file with which it can be done now: of checks or licenses `f` of which this is so.
async fn scene(app: &TestApp, files: &str, roles: &[&str], to: impl Fn(&str) -> String) -> Option<Scene> {
    let pairs = format!(
        "select string_agg(account || ' ' || id, ',' order by n, account) from (
             select p.account, f.id, row_number() over (partition by p.account order by f.id) as n
             from people p join assignments a on a.person_id = p.id and a.ends_on is null join {files}
                 on a.post_id is null or f.post_id is null or f.post_id = a.post_id
             where a.role in ('{}') and p.temporary_until is null and p.disabled_at is null) x where n <= 40",
        roles.join("', '")
    );
    let pairs = app.value(&pairs).await;
    let mut visitors: BTreeMap<&str, Visitor> = BTreeMap::new();
    for (account, id) in pairs.split(',').filter_map(|pair| pair.split_once(' ')).take(200) {
        if !visitors.contains_key(account) {
            visitors.insert(account, app.enter(account).await);
        }
        let (visitor, path) = (&visitors[account], to(id));
        let page = visitor.get(&path).await;
        let is_possible = page.status == 200 && !page.text().contains("Not possible now");
        if is_possible && Filled::of(&path, &page).is_some() {
            return Some(Scene { visitor: visitor.clone(), account: account.to_owned(), path });
        }
    }
    None
}

/// The roles that may do it.
fn roles(permission: Permission) -> Vec<&'static str> {
    Role::ALL.iter().filter(|role| holds(**role, permission)).map(|role| role.code()).collect()
}

async fn of_check(app: &TestApp, verb: CheckVerb) -> Option<Scene> {
    let which = match verb {
        CheckVerb::Clear => {
            "exists (select from recommendations r where r.check_id = c.id and r.signed_by is not null and r.cleared_by is null)"
        }
        CheckVerb::Countersign => {
            "exists (select from results r where r.check_id = c.id and r.signed_by is not null and r.countersigned_by is null and word = 'unfavorable')"
        }
        CheckVerb::SignResult | CheckVerb::Decline => {
            "exists (select from results r where r.check_id = c.id and r.signed_by is null)"
        }
        CheckVerb::Edit | CheckVerb::Request | CheckVerb::Discard => "c.state = 'draft'",
        CheckVerb::Acknowledge => "c.state = 'requested'",
        CheckVerb::Resume => "c.state = 'on_hold'",
        CheckVerb::Propose | CheckVerb::GiveBack => "c.state = 'replied'",
        _ => "c.state = 'in_progress'",
    };
    let files = format!("(select id, post_id from checks c where {which}) f");
    scene(app, &files, &roles(verb.permission()), |id| verb.address(id).into()).await
}

async fn of_license(app: &TestApp, verb: LicenseVerb) -> Option<Scene> {
    let leads = |status: &&LicenseStatus| verb.acts().iter().any(|act| status.after(*act).is_some());
    let from: Vec<&str> = LicenseStatus::ALL.iter().filter(leads).map(|status| status.code()).collect();
    let which = if verb == LicenseVerb::Except {
        "status = 'pending'".to_owned()
    } else if from.is_empty() {
        "true".to_owned()
    } else {
        format!("status in ('{}')", from.join("', '"))
    };
    let files = format!("(select id, null::uuid as post_id from licenses where {which}) f");
    scene(app, &files, &roles(verb.permission()), |id| verb.address(id).into()).await
}

/// The form, with every text and choice answered; of several acts the last, which asks for the least.
fn answered(form: Filled) -> Filled {
    let acts: Vec<String> =
        form.offered.iter().filter(|(name, _)| name == "act").map(|(_, value)| value.clone()).collect();
    let form = match acts.last() {
        Some(last) => form.set("act", last),
        None => form,
    };
    let texts = form.texts.clone();
    texts.iter().fold(form.with_first_choices(), |form, name| form.set(name, WORDS))
}

/// A quarter of an hour and a minute goes by in which the person is never long away.
async fn work_on(app: &TestApp, visitor: &Visitor) {
    for _ in 0..2 {
        app.clock.advance(Duration::minutes(8));
        visitor.get("/").await.is(200);
    }
}

async fn logged(app: &TestApp) -> i64 {
    app.value("select count(*) from audit_events where verb not in ('signed_in', 'signed_out')").await.parse().unwrap()
}

fn with_proof(form: &Filled, password: &str) -> Filled {
    form.clone().set(Proof::NAME, password)
}

/// One signature, from a page that was opened in time and is sent too late.
async fn is_asked_for(app: &TestApp, scene: Scene, what: &str) {
    let Scene { visitor, account, path } = scene;
    let page = visitor.get(&path).await;
    page.says_not(ASKED);
    let form = answered(Filled::of(&path, &page).expect("a form"));
    work_on(app, &visitor).await;
    visitor.get(&path).await.says(ASKED);
    let (before, id) = (logged(app).await, form.value("form_id").to_owned());
    let kept = |page: &Page, why: &str| {
        page.is(422).says(ASKED).says("Nothing was signed");
        let again = Filled::of(&path, page).unwrap_or_else(|| panic!("{what}, {why}: the form is gone"));
        assert_eq!(again.value("form_id"), id, "{what}, {why}");
        for name in &form.texts {
            assert_eq!(again.value(name).trim(), WORDS, "{what}, {why}: {name} is lost");
        }
        assert!(again.value(Proof::NAME).is_empty(), "{what}, {why}: a password comes back");
        again
    };
    kept(&form.send(&visitor).await, "without a password");
    kept(&with_proof(&form, "").send(&visitor).await, "with a blank one");
    let trace = format!(
        "select coalesce(sum(times), 0) from security_events e join people p on p.id = e.person_id
         where account = '{account}' and kind = 'password_not_proved'"
    );
    let before_it: i64 = app.value(&trace).await.parse().expect("a count");
    let wrong = with_proof(&form, "not the password").send(&visitor).await;
    let form = answered(kept(&wrong, "with a wrong one"));
    wrong.says("This is not your password");
    assert_eq!(logged(app).await, before, "{what} was done");
    let traced: i64 = app.value(&trace).await.parse().expect("a count");
    assert_eq!(traced, before_it + 1, "{what}: a wrong password leaves its trace");
    // With the right one it is done in one step, and a repeat is led where it led, typed again or not.
    let done = with_proof(&form, PASSWORD).send(&visitor).await;
    assert_eq!(done.status, 303, "{what} is done: {}", done.text());
    assert!(logged(app).await > before, "{what} is logged");
    let after = logged(app).await;
    for repeat in [form.clone(), with_proof(&form, PASSWORD), with_proof(&form, "not the password")] {
        let again = repeat.send(&visitor).await;
        assert_eq!((again.status, &again.location), (303, &done.location), "{what}, once more");
    }
    assert_eq!(logged(app).await, after, "{what} was done twice");
    assert_eq!(
        app.value(&format!(
            "select count(*) from audit_events e, people p where p.account = '{account}'
        and (e.summary || coalesce(e.before::text, '') || coalesce(e.after::text, '')) like '%{PASSWORD}%'"
        ))
        .await,
        "0"
    );
}

/// Every verb of a check: a signature asks, everything else does not.
#[tokio::test]
async fn a_signature_on_a_check_asks_for_the_password_after_a_quarter_of_an_hour_and_nothing_else_does() {
    let app = TestApp::generated().await;
    let mut signed = 0;
    for verb in CheckVerb::ALL.iter().copied() {
        let Some(scene) = of_check(&app, verb).await else {
            assert!(!verb.signs(), "nobody can {} here", verb.code());
            continue;
        };
        if verb.signs() {
            signed += 1;
            is_asked_for(&app, scene, verb.code()).await;
        } else {
            work_on(&app, &scene.visitor).await;
            scene.visitor.get(&scene.path).await.is(200).says_not(ASKED);
        }
    }
    assert_eq!(signed, 6, "sign, clear, interim, sign the result, countersign, end early");
}

/// Every verb of a license.
#[tokio::test]
async fn a_signature_on_a_license_asks_for_the_password_after_a_quarter_of_an_hour_and_nothing_else_does() {
    let app = TestApp::generated().await;
    let mut signed = 0;
    for verb in LicenseVerb::ALL.iter().copied() {
        let Some(scene) = of_license(&app, verb).await else {
            assert!(!verb.signs(), "nobody can {} here", verb.code());
            continue;
        };
        if verb.signs() {
            signed += 1;
            is_asked_for(&app, scene, verb.code()).await;
        } else {
            work_on(&app, &scene.visitor).await;
            scene.visitor.get(&scene.path).await.is(200).says_not(ASKED);
        }
    }
    assert_eq!(signed, 6, "confirm, decide, suspend, reinstate, revoke, except");
}

/// The log says of a fact whether it is a signature, and of its verb a page has it from there: there is no signature
/// beside these verbs, whose page would not ask.
#[test]
fn every_signature_of_the_log_is_a_verb_whose_page_asks() {
    let all = [
        CheckVerb::ALL.iter().filter(|verb| verb.signs()).count(),
        LicenseVerb::ALL.iter().filter(|verb| verb.signs()).count(),
    ];
    assert_eq!(all, [6, 6]);
    let signatures: Vec<&str> = Verb::ALL.iter().filter(|verb| verb.is_signature()).map(|verb| verb.code()).collect();
    for fact in &signatures {
        let is_made_elsewhere = crate::architecture::sources("src", ".rs").iter().any(|(path, text)| {
            let name: String = fact.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            let makes = format!("Event::new(Verb::{name}");
            !path.ends_with("tests.rs") && crate::architecture::code(text).contains(&makes)
        });
        assert!(!is_made_elsewhere, "{fact} is logged past its verb");
    }
    assert_eq!(signatures.len(), 8, "{signatures:?}");
}

/// An officer of the post with the interim reply open, who was proved long ago.
async fn long_ago(app: &TestApp) -> (Scene, Filled) {
    let scene = of_check(app, CheckVerb::Interim).await.expect("a check is at a post");
    work_on(app, &scene.visitor).await;
    let form = answered(scene.visitor.open(&scene.path).await);
    (scene, form)
}

/// The limits of sign-in hold here too, and waiting loses nothing either.
#[tokio::test]
async fn guessing_before_a_signature_is_as_slow_as_at_sign_in() {
    let app = TestApp::demonstration().await;
    let (Scene { visitor, path, .. }, form) = long_ago(&app).await;
    for _ in 0..10 {
        with_proof(&form, "not the password").send(&visitor).await.is(422);
    }
    let compared = app.comparisons();
    let page = with_proof(&form, PASSWORD).send(&visitor).await;
    page.is(429).says("Too many attempts").says(ASKED);
    let form = Filled::of(&path, &page).expect("the form is there");
    assert_eq!((form.value("text").trim(), app.comparisons()), (WORDS, compared));
    app.clock.advance(Duration::minutes(1));
    with_proof(&form, PASSWORD).send(&visitor).await.is(303);
}

/// Whoever typed it for one signature is not asked at the next, for a quarter of an hour.
#[tokio::test]
async fn a_proof_holds_for_a_quarter_of_an_hour_and_for_its_session_alone() {
    let app = TestApp::demonstration().await;
    let (Scene { visitor, account, path }, form) = long_ago(&app).await;
    let other = app.enter(&account).await;
    let both = async |minutes: i64| {
        app.clock.advance(Duration::minutes(minutes));
        visitor.get("/").await.is(200);
        other.get("/").await.is(200);
    };
    both(8).await;
    both(8).await;
    with_proof(&form, PASSWORD).send(&visitor).await.is(303);
    other.get(&path).await.says(ASKED);
    both(8).await;
    both(7).await;
    visitor.get(&path).await.says_not(ASKED);
    app.clock.advance(Duration::seconds(1));
    visitor.get(&path).await.says(ASKED);
    // A session that the program before began, and of which it knows no more.
    app.run("update sessions set proved_at = null").await;
    visitor.get(&path).await.says(ASKED);
    app.run("update sessions set started_at = seen_at").await;
    visitor.get(&path).await.says_not(ASKED);
}

/// Signing in on the way of a late form is a proof: the text waits, and is signed without being asked again.
#[tokio::test]
async fn signing_in_for_a_late_form_proves() {
    let app = TestApp::demonstration().await;
    let (Scene { mut visitor, account, path }, form) = long_ago(&app).await;
    app.clock.advance(Duration::minutes(16));
    let late = with_proof(&form, PASSWORD).send(&visitor).await;
    assert!(late.status == 303 && late.location.starts_with("/sign-in"), "{} {}", late.status, late.text());
    visitor.sign_in(&account, PASSWORD).await.is(303);
    visitor.get(&path).await.says_not(ASKED);
    let form = visitor.open(&path).await;
    assert_eq!(form.value("text").trim(), WORDS);
    form.send(&visitor).await.is(303);
    assert_eq!(app.value(&format!("select count(*) from drafts where body like '%{}%'", Proof::NAME)).await, "0");
}

/// What a person types to be proved is no part of the form: it is kept in no draft, also where a script sends it along.
#[tokio::test]
async fn a_proof_is_kept_nowhere() {
    let app = TestApp::demonstration().await;
    let (Scene { visitor, path, .. }, form) = long_ago(&app).await;
    let form = with_proof(&form, PASSWORD).set("path", &path).set("title", "Sign");
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
    visitor.send(Method::POST, "/drafts", encoded(&form.pairs()), &headers).await.is(204);
    assert_eq!(visitor.open(&path).await.value("text").trim(), WORDS);
    let kept =
        app.value("select count(*) from drafts where body like '%password%' or body like '%' || 'otter' || '%'").await;
    assert_eq!(kept, "0");
}
