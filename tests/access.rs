//! Every address as nobody, as each role, and as another post's officer, over HTTP, against one reviewed file
//! (`tests/snapshots`). A route that is not in the file fails; a POST is sent with an empty body, which changes
//! nothing.

use std::{collections::HashMap, fmt::Write};

use lantern::{
    access::{Role, holds},
    checks::verbs::CheckVerb,
    licenses::verbs::LicenseVerb,
};

use crate::support::{TestApp, Visitor, app::NOW};

const COLUMNS: &[(&str, &str)] = &[
    ("officer", "guatemala"),
    ("supvsr@post", "guatemala2"),
    ("other post", "kingston"),
    ("case", "case"),
    ("reviewer", "reviewer"),
    ("supervisor", "supervisor"),
    ("auditor", "auditor"),
    ("admin", "admin"),
];

/// The story approved on conditions, with one more condition and a permit that is not verified: a row for every
/// parameter.
pub async fn scene(app: &TestApp) -> HashMap<&'static str, String> {
    crate::guatemala::with_everything_open(app).await;
    let post = app.enter("guatemala").await;
    let check = post.get("/checks?text=sugar").await.link("BL-");
    let paper = [("kind", "Purchase order"), ("issuer", "The mill"), ("kept_at", "Post's file")];
    post.done(&format!("{check}/documents/describe"), &paper).await;
    let words = [("subject", "Where the check stands"), ("body", "1. (U) The mill was visited.")];
    post.done(&format!("{check}/telegrams/write/interim"), &words).await;
    let document = app.value("select 'document.' || id from documents order by id desc limit 1").await;
    let report = [("what", document.as_str()), ("why", "The office of security told us so.")];
    post.done(&format!("{check}/spill"), &report).await;
    let asked = [("to", "case_officer"), ("text", "Is the certificate on form DSP-83 expected?")];
    post.done(&format!("{check}/remarks/write"), &asked).await;
    record_by_mistake(app).await;
    let mut values = parameters(app).await;
    let case = app.enter("case").await;
    let same =
        case.done("/parties/register", &[("name", "Ingenio S. Marcela"), ("kind", "company"), ("country", "GT")]).await;
    case.done(&format!("{same}/merge"), &[("into", &values["party"]), ("source", "One register entry")]).await;
    let draft = app.value("select id from telegrams where state = 'draft' limit 1").await;
    values.insert("draft telegram", draft);
    values
}

/// A row of each kind of file that is not in the story, as it was recorded by mistake today.
async fn record_by_mistake(app: &TestApp) {
    let told = |verb: &str, subject: &str| {
        format!(
            "insert into audit_events (id, at, actor_id, verb, subject_kind, subject_id, summary)
             select gen_random_uuid(), '{NOW}', id, '{verb}', 'a_row', md5('{subject}')::uuid, 'recorded it' from people where account = 'admin'"
        )
    };
    let party = "(select party_id from license_parties p join licenses l on l.id = p.license_id where l.number = '050107211' and p.role = 'end_user')";
    let recorder = "(select id from people where account = 'case')";
    app.run(&format!(
        "{}; {}; {};
         insert into party_aliases values (md5('alias')::uuid, {party}, 'ICJP', 'icjp', 'A letterhead', {recorder}, '{NOW}');
         update assignments set ends_on = '2026-12-31' where person_id = (select id from people where account = 'case2');
         insert into assignments (id, person_id, role, post_id, starts_on)
             select md5('role')::uuid, a.person_id, 'reviewer', null, '2027-01-01' from assignments a join people p on p.id = a.person_id where p.account = 'case2';
         insert into country_rules (id, country, item_class, source, starts_on) values (md5('rule')::uuid, 'GT', 'vessel', 'A decree', '2026-11-23');
         insert into reference_entries (id, kind, code, label, source, starts_on)
             values (md5('entry')::uuid, 'item_class', 'mistaken', 'A class', 'A decree', '2026-11-23')",
        told("country_rule_changed", "rule"),
        told("reference_changed", "entry"),
        told("assignment_changed", "role"),
    ))
    .await;
}

/// Rows for every parameter: the check is the officer's, in progress; the license is that of the story, approved on
/// conditions.
pub async fn parameters(app: &TestApp) -> HashMap<&'static str, String> {
    let check = "(select id from checks where subject like 'Cartridges for a sugar%')";
    let license = "(select id from licenses where number = '050107211')";
    let mut values = HashMap::new();
    for (name, statement) in [
        ("check", format!("select id from checks where id = {check}")),
        ("license", format!("select {license}")),
        ("license of the check", format!("select license_id from check_licenses where check_id = {check}")),
        ("contact", format!("select id from contacts where check_id = {check} limit 1")),
        ("statement", format!("select id from statements where check_id = {check} limit 1")),
        ("document", format!("select id from documents where check_id = {check} limit 1")),
        ("item", format!("select id from item_groups where license_id = {license} limit 1")),
        ("authority", "select id from authorities where short_name = 'DIGECAM'".into()),
        ("license party", format!("select id from license_parties where license_id = {license} limit 1")),
        ("permit", format!("select id from permits where license_id = {license} limit 1")),
        ("signature", "select id from certificate_signatures limit 1".into()),
        ("step", format!("select id from custody_steps where license_id = {license} limit 1")),
        ("condition", format!("select id from conditions where license_id = {license} limit 1")),
        ("party", format!("select party_id from license_parties where license_id = {license} and role = 'end_user'")),
        ("person", "select id from people where account = 'apia'".into()),
        (
            "assignment",
            "select a.id from assignments a join people p on p.id = a.person_id where p.account = 'apia'".into(),
        ),
        ("post", "select id from posts where name = 'Guatemala'".into()),
        ("telegram", "select id from telegrams where way = 'in' limit 1".into()),
        ("rule", "select id from country_rules where country = 'GT' and ends_on is null order by id limit 1".into()),
        ("entry", "select id from reference_entries where kind = 'item_class' limit 1".into()),
    ] {
        let value = app.value(&statement).await;
        assert!(!value.is_empty(), "no row for {name}");
        values.insert(name, value);
    }
    let unknown = "01900000-0000-7000-8000-000000000000";
    values.insert("unknown", unknown.into());
    for (name, row) in
        [("party alias", "alias"), ("mistaken role", "role"), ("mistaken rule", "rule"), ("mistaken entry", "entry")]
    {
        values.insert(name, app.value(&format!("select md5('{row}')::uuid")).await);
    }
    values.insert("mistaken person", app.value("select id from people where account = 'case2'").await);
    let remark = format!("select coalesce((select id from remarks where check_id = {check} limit 1), '{unknown}')");
    values.insert("remark", app.value(&remark).await);
    let spill = format!("select coalesce((select id from spills limit 1), '{unknown}')");
    values.insert("spill", app.value(&spill).await);
    values
}

/// The address of a route, filled in.
pub fn address(path: &str, values: &HashMap<&'static str, String>) -> String {
    let head = path.split('/').nth(1).unwrap_or_default();
    let mut filled = path.to_owned();
    let id = match head {
        "people" if path.contains("/mistakes/") => "mistaken person",
        "checks" => "check",
        "licenses" => "license",
        "parties" => "party",
        "people" => "person",
        "spills" => "spill",
        "telegrams"
            if ["/edit", "/send", "/discard"].iter().any(|act| path.ends_with(act))
                && values.contains_key("draft telegram") =>
        {
            "draft telegram"
        }
        "telegrams" => "telegram",
        _ => "post",
    };
    let (what, mistaken) = match head {
        "checks" => ("contact", "contact"),
        "licenses" => ("permit", "permit"),
        "parties" => ("party_alias", "party alias"),
        "people" => ("assignment", "mistaken role"),
        "countries" => ("country_rule", "mistaken rule"),
        _ => ("reference_entry", "mistaken entry"),
    };
    let row = match path {
        _ if path.contains("/mistakes/") => mistaken,
        _ if path.contains("/subjects/") => "unknown",
        _ => "license party",
    };
    for (parameter, value) in [
        ("{id}", id),
        ("{contact}", "contact"),
        ("{statement}", "statement"),
        ("{document}", "document"),
        ("{license}", "license of the check"),
        ("{from}", "license of the check"),
        ("{item}", "item"),
        ("{authority}", "authority"),
        ("{row}", row),
        ("{permit}", "permit"),
        ("{signature}", "signature"),
        ("{step}", "step"),
        ("{condition}", "condition"),
        ("{assignment}", "assignment"),
        ("{session}", "unknown"),
        ("{rule}", "rule"),
        ("{entry}", "entry"),
        ("{check}", "check"),
        ("{remark}", "remark"),
    ] {
        filled = filled.replace(parameter, &values[value]);
    }
    filled
        .replace("{what}", what)
        .replace("{code}", "GT")
        .replace("{kind}", "item_class")
        .replace("{region}", "WHA")
        .replace("{topic}", "order")
        .replace("{direction}", "interim")
}

async fn asked(visitor: &Visitor, method: &str, path: &str) -> String {
    let page = if method == "GET" { visitor.get(path).await } else { visitor.post(path, &[]).await };
    if page.status == 303 && page.location.starts_with("/sign-in") { "sign in".into() } else { page.status.to_string() }
}

#[tokio::test]
async fn every_address_answers_every_role_as_reviewed() {
    let app = TestApp::demonstration().await;
    let values = scene(&app).await;
    let mut visitors = vec![("nobody", app.nobody())];
    for (name, account) in COLUMNS {
        visitors.push((name, app.enter(account).await));
    }
    let before = app.value("select count(*) from audit_events").await;
    let mut matrix = format!("{:<58}", "address");
    for (name, _) in &visitors {
        write!(matrix, "{name:<12}").expect("a string takes it");
    }
    // The one address that ends the session comes last.
    let (mut routes, last): (Vec<_>, Vec<_>) =
        lantern::server::record().into_iter().partition(|route| route.path != "/sign-out");
    routes.extend(last);
    for route in routes {
        let path = address(route.path, &values);
        assert!(!path.contains('{'), "no value for {path}");
        write!(matrix, "\n{:<58}", format!("{} {}", route.method, route.path)).expect("a string takes it");
        for (_, visitor) in &visitors {
            write!(matrix, "{:<12}", asked(visitor, route.method, &path).await).expect("a string takes it");
        }
    }
    let matrix: String = matrix.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    insta::assert_snapshot!("access", matrix);
    let exports = app.value("select count(*) from audit_events where verb in ('exported', 'signed_out')").await;
    let changed: i64 =
        app.value("select count(*) from audit_events").await.parse::<i64>().unwrap() - before.parse::<i64>().unwrap();
    assert_eq!(changed.to_string(), exports, "an empty form changed something");
}

/// A page that opens says why the act is not possible now; only a draft is changed on a page of its own.
#[tokio::test]
async fn the_page_of_a_verb_opens_for_whose_role_includes_it_and_for_nobody_else() {
    let app = TestApp::demonstration().await;
    let draft = app.value("select id from checks where state = 'draft' limit 1").await;
    let begun = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let license = app.value("select id from licenses where number = '050107211'").await;
    let checks = CheckVerb::ALL.iter().map(|verb| {
        let address = verb.address(if *verb == CheckVerb::Edit { &draft } else { &begun });
        (verb.route(), address, verb.permission())
    });
    let licenses = LicenseVerb::ALL.iter().map(|verb| (verb.route(), verb.address(&license), verb.permission()));
    let verbs: Vec<_> = checks.chain(licenses).collect();
    let record = lantern::server::record();
    for (_, account) in COLUMNS.iter().filter(|(name, _)| *name != "other post") {
        let of = format!(
            "select role from assignments a join people p on p.id = a.person_id where account = '{account}' and ends_on is null"
        );
        let role: Role = app.value(&of).await.parse().expect("a role");
        let visitor = app.enter(account).await;
        for (route, address, permission) in &verbs {
            let page = visitor.get(address).await;
            assert_eq!(page.status, if holds(role, *permission) { 200 } else { 403 }, "{route} for {account}");
            assert_eq!(record.iter().filter(|recorded| recorded.path == *route).count(), 2, "{route} is read and sent");
        }
    }
}
