//! The rules end to end: each refusal that a person can meet in the browser, with its sentence, and what goes through
//! beside it.

mod again;
mod bases;
mod check;
mod facts;
mod license;
mod papers;
mod signing;

use lantern::{id::FormId, text::Day};
use sqlx::{AssertSqlSafe, ConnectOptions};
use time::Duration;

use crate::support::{Page, TestApp, Visitor};

async fn check_about(app: &TestApp, subject: &str) -> String {
    let id = app.value(&format!("select id from checks where subject like '{subject}%'")).await;
    assert!(!id.is_empty(), "no check about {subject}");
    format!("/checks/{id}")
}

async fn license_numbered(app: &TestApp, number: &str) -> String {
    let id = app.value(&format!("select id from licenses where number = '{number}'")).await;
    assert!(!id.is_empty(), "no license {number}");
    format!("/licenses/{id}")
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an address has an end")
}

async fn state(app: &TestApp, check: &str) -> String {
    app.value(&format!("select state from checks where id = '{}'", id_of(check))).await
}

async fn status(app: &TestApp, license: &str) -> String {
    app.value(&format!("select status from licenses where id = '{}'", id_of(license))).await
}

async fn logged(app: &TestApp, verb: &str, file: &str) -> i64 {
    let id = id_of(file);
    let statement = format!(
        "select count(*) from audit_events where verb = '{verb}' and '{id}' in (check_id, license_id, subject_id)"
    );
    app.value(&statement).await.parse().expect("a number")
}

/// Changes the database behind the program's back, every rule of it switched off.
async fn behind_the_back(app: &TestApp, change: &str) {
    let mut connection = app.superuser().connect().await.expect("PostgreSQL answers");
    let change = format!("set session_replication_role = replica; {change}");
    sqlx::raw_sql(AssertSqlSafe(change)).execute(&mut connection).await.expect("it is a statement");
}

async fn fill_dated(visitor: &Visitor, path: &str, name: &str, day: time::Date, others: &[(&str, &str)]) -> Page {
    let day = Day(day).to_string();
    let mut sent = vec![(name, day.as_str())];
    sent.extend_from_slice(others);
    visitor.fill(path, &sent).await
}

/// The administrator ends everybody's present role today, and gives each a new one from tomorrow on.
async fn move_people(app: &TestApp, moves: &[(&str, &str, &str)]) {
    let admin = app.enter("admin").await;
    let today = app.clock.now().date();
    for (account, _, _) in moves {
        let person = app.value(&format!("select id from people where account = '{account}'")).await;
        let row =
            app.value(&format!("select id from assignments where person_id = '{person}' and ends_on is null")).await;
        fill_dated(&admin, &format!("/people/{person}/assignments/{row}/end"), "ends_on", today, &[]).await.is(303);
    }
    app.clock.advance(Duration::days(1));
    let admin = app.enter("admin").await;
    for (account, role, post) in moves {
        let person = app.value(&format!("select id from people where account = '{account}'")).await;
        let post = app.value(&format!("select id from posts where name = '{post}'")).await;
        let sent = [("role", *role), ("post", post.as_str())];
        fill_dated(&admin, &format!("/people/{person}/assign"), "starts_on", app.clock.now().date(), &sent)
            .await
            .is(303);
    }
}

/// Sends a form of a check or a license as if its page, which says why it is not possible, had a button.
pub async fn sent(app: &TestApp, visitor: &Visitor, file: &str, verb: &str, fields: &[(&str, &str)]) -> Page {
    let table = file.split('/').nth(1).expect("a kind of file");
    let revision = app.value(&format!("select revision from {table} where id = '{}'", id_of(file))).await;
    let form = FormId::new().to_string();
    let mut all = vec![("form_id", form.as_str()), ("version", revision.as_str())];
    all.extend_from_slice(fields);
    visitor.post(&format!("{file}/{verb}"), &all).await
}

async fn step(app: &TestApp, visitor: &Visitor, check: &str, verb: &str, text: &str) -> Page {
    sent(app, visitor, check, verb, &[("text", text)]).await
}

async fn call(post: &Visitor, check: &str, whom: &str, channel: &str) -> Page {
    let sent = [
        ("kind", "call"),
        ("with_whom", whom),
        ("place", ""),
        ("channel_source", channel),
        ("summary", "About the paper."),
    ];
    post.fill(&format!("{check}/contacts/record"), &sent).await
}

/// Records a contact with an authority, on a day at the post; gives its row.
async fn ask(app: &TestApp, post: &Visitor, check: &str, whom: &str, authority: &str, how: (&str, &str)) -> String {
    let path = format!("{check}/contacts/record");
    let authority = post.get(&path).await.choice("authority", authority);
    let (kind, channel) = how;
    let sent = [
        ("kind", kind),
        ("with_whom", whom),
        ("authority", authority.as_str()),
        ("place", ""),
        ("channel_source", channel),
        ("summary", "About the paper."),
    ];
    fill_dated(post, &path, "occurred_on", app.clock.now().date() - Duration::days(1), &sent).await.is(303);
    app.value(&format!("select id from contacts where with_whom = '{whom}' and check_id = '{}'", id_of(check))).await
}

/// Writes every finding the check still asks for.
async fn find_everything(post: &Visitor, check: &str, whom: &str) {
    for path in post.get(check).await.links().into_iter().filter(|link| link.contains("/findings/")) {
        let contact = post.get(&path).await.choice("contacts", whom);
        let sent = [
            ("answer", "yes"),
            ("text", "As the application says."),
            ("portion_mark", "SBU"),
            ("contacts", contact.as_str()),
        ];
        post.done(&path, &sent).await;
    }
}

async fn recommend(post: &Visitor, check: &str, word: &str) {
    post.done(&format!("{check}/recommend"), &[("word", word), ("text", "As post sees it.")]).await;
}

/// Records a permit of Guatemala for the items of those labels.
async fn permit(
    post: &Visitor,
    license: &str,
    number: &str,
    quantity: &str,
    items: &[&str],
    authorities: &[&str],
) -> Page {
    let path = format!("{license}/permits/record");
    let form = post.get(&path).await;
    let party = if items == ["cartridges"] {
        "Ingenio Santa Marcela"
    } else {
        "International Commission for Judicial Protection"
    };
    let issuer = form.choice("issuer", "(DIGECAM)");
    let items: Vec<String> = items.iter().map(|name| form.choice("items", name)).collect();
    let authorities: Vec<String> = authorities.iter().map(|name| form.choice("authorities", name)).collect();
    let mut sent = vec![
        ("issuer", issuer.as_str()),
        ("number", number),
        ("quantity", quantity),
        ("unit", "pieces"),
        ("named_party", party),
    ];
    sent.extend(items.iter().map(|id| ("items", id.as_str())));
    sent.extend(authorities.iter().map(|id| ("authorities", id.as_str())));
    post.fill(&path, &sent).await
}

async fn verify_all(post: &Visitor, license: &str, whom: &str) {
    for path in
        post.get(license).await.links().iter().filter(|link| link.contains("/permits/") && link.ends_with("/verify"))
    {
        let contact = post.get(path).await.choice("contact", whom);
        post.done(path, &[("contact", &contact)]).await;
    }
}

async fn decide(app: &TestApp, reviewer: &Visitor, license: &str, verb: &str, act: &str) -> Page {
    sent(app, reviewer, license, verb, &[("act", act), ("reasons", "As the file shows."), ("provisos", "")]).await
}

fn opening<'a>(kind: &'a str, post: &'a str, visit: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("check_type", kind),
        ("post", post),
        ("subject", "Something new"),
        ("reason", "A new end-user without a record."),
        ("priority", "routine"),
        ("site_visit", visit),
        ("days", ""),
        ("follows", ""),
    ]
}

async fn open(case: &Visitor, kind: &str, post: &str) -> String {
    let post = case.get("/checks/open").await.choice("post", post);
    case.done("/checks/open", &opening(kind, &post, "optional")).await
}

fn registering(number: &str) -> [(&str, &str); 5] {
    [("number", number), ("license_form", "dsp_5"), ("destination", "GT"), ("value_usd", "22000"), ("purpose", "")]
}
