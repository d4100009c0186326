//! A license that was decided, and what its decision rested on changed: it stands on a list that finds whoever may
//! decide it again, once for a change, until it is decided again or the change is undone.

use lantern::{
    checks::standing::store::{differing_again, keep_up_now},
    db::Db,
};
use time::Duration;

use super::{bases::list, decide, id_of, permit, verify_all};
use crate::support::{TestApp, Visitor, plans::Plans};

const GROUP: &str = "Issued, and the basis changed: decide again";
const LISTED: &str = "/licenses?basis=changed";

/// An issued license with something of every kind that its decision rests on; where a hand that is past every rule
/// leaves marks too.
async fn issued(app: &TestApp) -> String {
    app.run(
        "do $$ declare t record; begin
             for t in select tgrelid::regclass as of_table, tgname from pg_trigger where tgname like 'marks_%' loop
                 execute format('alter table %s enable always trigger %I', t.of_table, t.tgname);
             end loop;
         end $$",
    )
    .await;
    let (_, license) = crate::guatemala::approved_on_conditions(app).await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    let condition = [("text", "The insurer confirms cover"), ("who_acts", "the applicant")];
    case.done(&format!("{license}/conditions/raise"), &condition).await;
    let meet = case.get(&license).await.link("It is met");
    case.done(&meet, &[("evidence", "A letter of the insurer.")]).await;
    for (number, items, also) in [("D-29", vec!["pistols"], vec![]), ("D-30", vec!["rifles"], vec!["(MINDEF)"])] {
        permit(&post, &license, number, "36", &items, &also).await.is(303);
    }
    verify_all(&post, &license, "director of DIGECAM").await;
    decide(app, &app.enter("reviewer2").await, &license, "confirm", "confirm").await.is(303);
    license
}

/// Changes rows as somebody with psql does who has turned every rule off.
async fn by_hand(app: &TestApp, statements: &str) {
    app.run(&format!("set local session_replication_role = replica; {statements}")).await;
}

/// What the list says of a license, if it stands there.
async fn listed(reader: &Visitor, license: &str) -> Option<String> {
    let page = reader.get(LISTED).await;
    let document = scraper::Html::parse_document(&page.body);
    let rows = scraper::Selector::parse("tbody tr").expect("a selector");
    let words = |row: scraper::ElementRef<'_>| {
        row.text().flat_map(str::split_whitespace).map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    document.select(&rows).find(|row| row.html().contains(license)).map(words)
}

/// A change beneath the license `$L`, what it is called on the list, and how it is undone.
const CHANGES: &[(&str, &str, &str)] = &[
    (
        "List entry",
        "insert into party_listings (id, party_id, list, source, starts_on, recorded_by, recorded_at)
         select gen_random_uuid(), p.party_id, 'entity_list', 'Invented', '2020-01-01', (select id from people limit 1), now()
         from license_parties p where p.license_id = $L and p.role = 'end_user'",
        "delete from party_listings where source = 'Invented'",
    ),
    (
        // Of a record of the same name in the same country.
        "List entry",
        "insert into parties (id, kind, name, name_folded, country, created_by, created_at)
         select '01900000-0000-7000-8000-000000000001', w.kind, w.name, w.name_folded, w.country, w.created_by, now()
         from license_parties p join parties w on w.id = p.party_id where p.license_id = $L and p.role = 'end_user';
         insert into party_listings (id, party_id, list, source, starts_on, recorded_by, recorded_at)
         select gen_random_uuid(), '01900000-0000-7000-8000-000000000001', 'entity_list', 'Of the name', '2020-01-01', created_by, now()
         from parties limit 1",
        "update parties set name = 'Another', name_folded = 'another' where id = '01900000-0000-7000-8000-000000000001'",
    ),
    (
        "List entry",
        "insert into party_aliases (id, party_id, name, name_folded, source, recorded_by, recorded_at)
         select '01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', w.name, w.name_folded, 'Invented', w.created_by, now()
         from license_parties p join parties w on w.id = p.party_id where p.license_id = $L and p.role = 'end_user'",
        "delete from party_aliases where id = '01900000-0000-7000-8000-000000000002'",
    ),
    (
        "Items",
        "update item_groups set significant_military_equipment = not significant_military_equipment where license_id = $L",
        "update item_groups set significant_military_equipment = not significant_military_equipment where license_id = $L",
    ),
    ("Value", "update licenses set value_usd = value_usd + 1 where id = $L", "update licenses set value_usd = value_usd - 1 where id = $L"),
    (
        "Destination",
        "update licenses set destination = 'HN' where id = $L",
        "update licenses set destination = 'GT' where id = $L",
    ),
    (
        "Permit",
        "update permits set withdrawn_at = now(), withdrawn_reason = 'Another', holds_number = false where license_id = $L and number = 'D-29'",
        "update permits set withdrawn_at = null, withdrawn_reason = null, holds_number = true where license_id = $L and number = 'D-29'",
    ),
    (
        "Permit",
        "update permit_authorities set authority_id = (select id from authorities where country = 'HN' limit 1) where permit_id in (select id from permits where license_id = $L and number = 'D-29')",
        "update permit_authorities a set authority_id = p.authority_id from permits p where a.permit_id = p.id and p.license_id = $L and p.number = 'D-29'",
    ),
    (
        "Condition",
        "update conditions set met_at = null, met_by = null, evidence = null where license_id = $L",
        "update conditions set met_at = now(), met_by = raised_by, evidence = 'A letter' where license_id = $L",
    ),
    (
        "Party in a proscribed destination, proscribed destination",
        "insert into reference_entries (id, kind, code, label, country, source, starts_on)
         values (gen_random_uuid(), 'proscribed_country', 'GT', 'Guatemala', 'GT', 'Invented', '2020-01-01')",
        "delete from reference_entries where source = 'Invented'",
    ),
    (
        "Items",
        "update reference_entries set code = code || '2' where kind = 'unit'",
        "update reference_entries set code = left(code, -1) where kind = 'unit'",
    ),
    (
        "Party",
        "update parties set country = 'HN' where id in (select party_id from license_parties where license_id = $L and role = 'end_user')",
        "update parties set country = 'GT' where id in (select party_id from license_parties where license_id = $L and role = 'end_user')",
    ),
    (
        "Party",
        "update parties set standing = 'merged', merged_into = '01900000-0000-7000-8000-000000000001'
         where id in (select party_id from license_parties where license_id = $L and role = 'applicant')",
        "update parties set standing = 'established', merged_into = null where merged_into = '01900000-0000-7000-8000-000000000001'",
    ),
    (
        "Result of a check",
        "update results set withdrawn_at = '2030-01-01' where withdrawn_at is null and check_id in (select check_id from check_licenses where license_id = $L)",
        "update results set withdrawn_at = null where withdrawn_at = '2030-01-01' and check_id in (select check_id from check_licenses where license_id = $L)",
    ),
    (
        "Certification",
        "update decisions set basis = jsonb_set(basis, '{facts,certified:}', '{\"value\": \"2020-01-01\", \"says\": \"certified\"}') where license_id = $L",
        "update decisions set basis = basis #- '{facts,certified:}' where license_id = $L",
    ),
];

/// Every kind of change beneath an issued license puts it on the list, and on the home page; undone, it is gone.
#[tokio::test]
async fn whatever_changed_beneath_an_issued_license_asks_whoever_may_decide_it_again() {
    let app = TestApp::demonstration().await;
    let license = issued(&app).await;
    let (reviewer, reads) = (app.enter("reviewer2").await, Db::unhurried(&app.application()));
    assert_eq!(listed(&reviewer, &license).await, None);
    reviewer.get("/").await.says_not(GROUP);
    for (what, change, undo) in CHANGES {
        let own = |statement: &str| statement.replace("$L", &format!("'{}'", id_of(&license)));
        by_hand(&app, &own(change)).await;
        let row = listed(&reviewer, &license).await.unwrap_or_else(|| panic!("it is not listed: {change}"));
        assert!(row.contains(what), "{row}: {change}");
        let home = reviewer.get("/").await;
        home.says(GROUP).says(what);
        assert!(home.links().contains(&license), "{change}");
        reviewer.get(&license).await.says("Basis changed");
        by_hand(&app, &own(undo)).await;
        assert_eq!(listed(&reviewer, &license).await, None, "{undo}");
        reviewer.get("/").await.says_not(GROUP);
        let wrong = differing_again(reads.reads(), app.clock.now()).await.expect("they are compared");
        assert!(wrong.is_empty(), "{undo}: {wrong:?}");
    }
}

/// Once for a change: the line says since when, whatever changes besides, and goes when it is decided again.
#[tokio::test]
async fn a_change_is_asked_about_once_until_it_is_decided_again() {
    let app = TestApp::demonstration().await;
    let license = issued(&app).await;
    let since = || app.value("select count(*) || ' ' || min(since) from changed_bases");
    app.clock.advance(Duration::minutes(5));
    let (case, reviewer, supervisor) =
        (app.enter("case").await, app.enter("reviewer2").await, app.enter("supervisor").await);
    let party = list(&app, &case, &license, "end_user").await;
    // Only an exception leads on, which a reviewer does not make.
    let home = reviewer.get("/").await;
    home.says(GROUP).says("a supervisor").says("1 issued license waits to be decided again");
    assert!(!home.links().contains(&format!("{license}/decide")));
    reviewer.get(&license).await.says("Cannot approve: International Commission");
    let began = since().await;
    assert!(began.starts_with("1 "), "{began}");
    let home = supervisor.get("/").await;
    assert_eq!(home.says(GROUP).link("Make an exception"), format!("{license}/except"));
    app.clock.advance(Duration::hours(1));
    let (reviewer, supervisor) = (app.enter("reviewer2").await, app.enter("supervisor").await);
    let except = [("what", party.as_str()), ("reason", "Another body of the same name; compared.")];
    supervisor.done(&format!("{license}/except"), &except).await;
    by_hand(&app, &format!("update licenses set value_usd = value_usd + 1 where id = '{}'", id_of(&license))).await;
    // Now it is the reviewer's; it is the same question.
    let home = reviewer.get("/").await;
    home.says("Value, list entry");
    assert_eq!(home.link("Decide again"), format!("{license}/decide"));
    supervisor.get("/").await.says(GROUP).says("a reviewer");
    assert_eq!(since().await, began, "it is the same question");
    let page = reviewer.get(&license).await;
    assert_eq!(page.link("Decide again"), format!("{license}/decide"));
    assert_eq!(page.link("Decide it again"), format!("{license}/decide"));
    decide(&app, &reviewer, &license, "decide", "approve").await.is(303);
    reviewer.get("/").await.says_not(GROUP);
    assert_eq!(since().await, "");
    // The next change is another question.
    app.clock.advance(Duration::hours(1));
    let reviewer = app.enter("reviewer2").await;
    list(&app, &app.enter("case").await, &license, "end_user").await;
    reviewer.get("/").await.says(GROUP);
    assert_ne!(since().await, began);
}

/// Washington's list is Washington's; the people of a post are neither offered it nor told by it.
#[tokio::test]
async fn only_who_reads_every_license_sees_the_list() {
    let app = TestApp::demonstration().await;
    let license = issued(&app).await;
    list(&app, &app.enter("case").await, &license, "end_user").await;
    for account in ["reviewer", "supervisor", "case", "auditor"] {
        let reader = app.enter(account).await;
        assert!(listed(&reader, &license).await.is_some_and(|row| row.contains("List entry")), "{account}");
        let judges = ["reviewer", "supervisor"].contains(&account);
        assert_eq!(reader.get("/").await.body.contains(GROUP), judges, "{account}");
    }
    for account in ["guatemala", "guatemala2", "kingston"] {
        let post = app.enter(account).await;
        let (asked, all) = (post.get(LISTED).await, post.get("/licenses").await);
        assert_eq!(asked.links(), all.links(), "{account}: it asks for what it may not");
        asked.says_not("List entry").says_not("basis changed");
        post.get("/").await.says_not(GROUP);
    }
    app.enter("admin").await.get(LISTED).await.is(403);
}

/// A list entry that begins or ends, and a country that is proscribed from a day on, change licenses with the day.
#[tokio::test]
async fn what_begins_or_ends_on_a_day_is_found_on_that_day() {
    let app = TestApp::demonstration().await;
    let license = issued(&app).await;
    let (begins, ends) = (app.clock.now().date() + Duration::days(1), app.clock.now().date() + Duration::days(2));
    let party = format!(
        "(select party_id from license_parties where license_id = '{}' and role = 'end_user')",
        id_of(&license)
    );
    for (what, statement) in [
        (
            "List entry",
            format!(
                "insert into party_listings (id, party_id, list, source, starts_on, ends_on, recorded_by, recorded_at)
                 values (gen_random_uuid(), {party}, 'entity_list', 'Invented', '{begins}', '{ends}', (select id from people limit 1), now())"
            ),
        ),
        (
            "Proscribed destination",
            format!(
                "insert into reference_entries (id, kind, code, label, country, source, starts_on, ends_on)
                 values (gen_random_uuid(), 'proscribed_country', 'GT', 'Guatemala', 'GT', 'Invented', '{begins}', '{ends}')"
            ),
        ),
    ] {
        by_hand(&app, &statement).await;
        let mut found = Vec::new();
        for _ in 0..4 {
            let reviewer = app.enter("reviewer2").await;
            found.push(listed(&reviewer, &license).await.is_some());
            app.clock.advance(Duration::days(1));
        }
        assert_eq!(found, [false, true, true, false], "{what}");
        app.clock.advance(Duration::days(-4));
        assert_eq!(listed(&app.enter("reviewer2").await, &license).await, None, "{what}: the clock went back");
        by_hand(&app, "delete from party_listings where source = 'Invented'; delete from reference_entries where source = 'Invented'").await;
    }
}

/// The program of the version before takes marks away and knows nothing of licenses; and a program with other rules
/// begins with what is known, and has its own rows.
#[tokio::test]
async fn no_change_is_lost_to_a_program_with_other_rules() {
    let app = TestApp::demonstration().await;
    let license = issued(&app).await;
    let reviewer = app.enter("reviewer2").await;
    assert_eq!(listed(&reviewer, &license).await, None);
    list(&app, &app.enter("case").await, &license, "end_user").await;
    by_hand(&app, "set local session_replication_role = origin; delete from standing_marks").await;
    assert_eq!(
        app.value("select count(*) from bases_to_read").await,
        "1",
        "what its mark concerned is left to be read"
    );
    assert!(listed(&reviewer, &license).await.is_some());
    // The rules that are served become those of yesterday.
    by_hand(
        &app,
        "insert into bases_read select 'yesterday''s', day, upto, used_at from bases_read;
         insert into changed_bases select license_id, 'yesterday''s', decision_id, since - interval '1 day', is_issued, grounds, acts from changed_bases;
         delete from changed_bases where rules <> 'yesterday''s'; delete from bases_read where rules <> 'yesterday''s'",
    )
    .await;
    let row = listed(&reviewer, &license).await.expect("it is listed");
    let ages = "select count(*) || ' ' || count(distinct since) from changed_bases";
    assert_eq!(app.value(ages).await, "2 1", "{row}: since when is known from before");
    by_hand(&app, &format!("update licenses set status = 'revoked' where id = '{}'", id_of(&license))).await;
    assert_eq!(listed(&reviewer, &license).await, None);
    assert_eq!(app.value("select rules from bases_to_read").await, "yesterday's", "it reads when it comes");
    assert_eq!(app.value("select rules from changed_bases").await, "yesterday's");
    // What nobody asked for in a week goes, with its rows, when the next rules come.
    app.clock.advance(Duration::days(8));
    by_hand(&app, "delete from bases_read where rules <> 'yesterday''s'").await;
    let db = Db::unhurried(&app.application());
    keep_up_now(&db, app.clock.now()).await.expect("it is brought up to date");
    assert_eq!(app.value("select count(*) from changed_bases").await, "0");
}

/// Where there are thousands, the pages say that they are being read, and the server reads them; a page reads what it
/// shows, along an index.
#[tokio::test]
async fn many_are_read_beside_and_shown_by_pages() {
    let app = TestApp::many().await;
    app.run(
        "insert into decisions (id, license_id, number, act, reasons, decided_by, decided_at, revision_read, value_usd, basis)
         select gen_random_uuid(), l.id, 1, 'approve', 'A', (select id from people where account = 'reviewer'), '2022-05-01', 1000000, 1000,
             '{\"reads\": [\"value\"], \"facts\": {\"value:\": {\"value\": \"1\", \"says\": \"value $1\"}}}'
         from licenses l where l.status = 'approved' and l.number like '07%' and not exists (select from decisions d where d.license_id = l.id)
         order by l.id limit 3000;
         analyze decisions"
            .replace("insert into", "set local session_replication_role = replica; insert into")
            .as_str(),
    )
    .await;
    app.run("delete from standing_marks; insert into standing_marks (kind) values ('licenses')").await;
    let reviewer = app.enter("reviewer").await;
    reviewer.get(LISTED).await.says("Licenses are being read again after a change");
    reviewer.get("/").await.says("Licenses are being read again after a change").says(GROUP);
    let db = Db::unhurried(&app.application());
    for _ in 0..20 {
        keep_up_now(&db, app.clock.now()).await.expect("they are read");
    }
    app.run("analyze changed_bases").await;
    let found = app.value("select count(*) from changed_bases b join decisions d on d.license_id = b.license_id and d.revision_read = 1000000");
    assert_eq!(found.await, "3000");
    reviewer.get("/").await.says("1000 or more to decide again").says_not("Licenses are being read");
    let plans = Plans::of(&app).await;
    let (reviewer, middle) = (
        plans.one.enter("reviewer").await,
        app.value("select license_id from changed_bases order by 1 offset 1500 limit 1").await,
    );
    let mut faults = Vec::new();
    for path in [
        "/".to_owned(),
        LISTED.to_owned(),
        format!("{LISTED}&before={middle}"),
        format!("{LISTED}&status=approved"),
        format!("{LISTED}&status=pending"),
        format!("{LISTED}&number=0710"),
        format!("{LISTED}&number=0710&before={middle}"),
    ] {
        plans.settle(&reviewer, &path).await;
        let plans = plans.page(&reviewer, &path).await;
        let own = plans.iter().filter(|plan| plan.statement.contains("changed_bases"));
        assert!(own.clone().next().is_some(), "{path}");
        faults.extend(own.flat_map(super::super::support::plans::Plan::faults).map(|fault| format!("{path}: {fault}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
