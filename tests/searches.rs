//! Searches, lists and exports when there is much: each finds all there is, in the same time however much there is; and
//! none of them goes on for a browser that has gone, or keeps others waiting.

use std::{collections::BTreeSet, fmt::Write};

use lantern::text::{grouped, many};
use reqwest::Method;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    log::cells,
    support::{Page, TestApp, Visitor, client::encoded, plans::Plans},
};

const PARTY: &str = "(select party_id from license_parties group by party_id order by count(*) desc limit 1)";

#[tokio::test]
async fn every_search_reads_along_an_index_to_where_its_page_ends() {
    let app = TestApp::many().await;
    let plans = Plans::of(&app).await;
    let (auditor, case) = (plans.one.enter("auditor").await, plans.one.enter("case").await);
    let (busy, quiet) = (plans.one.enter("kingston").await, plans.one.enter("guatemala").await);
    let mut asked: Vec<(&Visitor, String)> =
        searches_of_the_log(&app).await.into_iter().map(|path| (&auditor, path)).collect();
    let license = app.value("select id from licenses order by id offset 9000 limit 1").await;
    let party = app.value(PARTY).await;
    let check = app.value("select id from checks where number = 17000").await;
    let lists = lists_of_checks(&app).await;
    for (visitor, from, step) in [(&case, 0, 1), (&busy, 1, 2), (&quiet, 0, 2)] {
        for path in [
            "/parties",
            "/parties?after=01700000-0000-7000-8000-000000000000+mar",
            "/parties?q=quinlnd+frieght",
            "/parties?q=casa+quinpel",
            "/parties?q=quinland",
            "/licenses",
            "/licenses?status=pending",
            "/licenses?number=07011234",
            "/licenses?number=0701",
            "/licenses?number=071&status=pending",
            "/telegrams",
            "/telegrams?on=none",
            "/telegrams?way=out",
            "/telegrams?direction=reminder",
            "/telegrams?way=out&direction=request",
            "/telegrams?text=quinland",
            "/telegrams?text=lantern",
            "/telegrams?text=4123",
        ] {
            asked.push((visitor, path.to_owned()));
        }
        asked.push((visitor, format!("/licenses?before={license}")));
        asked.push((visitor, format!("/licenses?number=07&before={license}")));
        // Of those at post, one asks half of the lists, and one the other half.
        asked.extend(lists.iter().skip(from).step_by(step).map(|query| (visitor, format!("/checks?{query}"))));
        asked.extend(lists.iter().step_by(9).map(|query| (visitor, format!("/checks.csv?{query}"))));
    }
    asked.push((&case, format!("/parties/{party}")));
    asked.push((&case, format!("/parties/{party}?checks=3&licenses={license}")));
    asked.push((&case, format!("/parties/{party}/merge")));
    asked.push((&case, format!("/checks/{check}")));
    asked.push((&case, format!("/licenses/{license}")));
    asked.push((&auditor, "/".into()));

    let (mut faults, mut indexes) = (String::new(), BTreeSet::new());
    let mut settled = BTreeSet::new();
    for (number, (visitor, path)) in asked.iter().enumerate() {
        if settled.insert((std::ptr::from_ref::<Visitor>(visitor), path.split('?').next())) {
            plans.settle(visitor, path).await;
        }
        // What a check and a license show of each file is a matter of its own.
        let files = path.starts_with("/checks/") || path.starts_with("/licenses/") || path == "/";
        for plan in
            plans.page(visitor, path).await.iter().filter(|plan| !files || plan.statement.contains("audit_events"))
        {
            indexes.extend(plan.indexes());
            for fault in plan.faults() {
                let _ = writeln!(faults, "{number} {path}: {fault}");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
    // Each index that the searches have for themselves is one that they take.
    let own: BTreeSet<String> = OWN.iter().map(|index| (*index).to_owned()).collect();
    assert_eq!(own.difference(&indexes).collect::<Vec<_>>(), Vec::<&String>::new(), "indexes that no search takes");
}

/// The indexes of migration 0025, but for those that a reference has to have.
const OWN: &[&str] = &[
    "audit_events_by_verb",
    "audit_events_by_actor_and_verb",
    "audit_events_by_words",
    "checks_of_kind",
    "checks_of_kind_at_post",
    "checks_of_kind_by_due",
    "checks_of_kind_at_post_by_due",
    "checks_by_words",
    "telegrams_by_words",
    "licenses_by_beginning",
    "licenses_by_status_and_beginning",
    "checks_at_post_newest",
    "telegrams_at_post",
    "telegrams_of_kind",
    "telegrams_of_kind_at_post",
    "license_parties_of_party",
    "post_licenses_pkey",
    "post_parties_pkey",
];

async fn searches_of_the_log(app: &TestApp) -> Vec<String> {
    let old = app.value("select id from audit_events where at > '2022-03-01' order by at, id limit 1").await;
    let closed = app.value("select reference from checks where number = 17000").await;
    let mut log = vec![String::new(), format!("beyond={old}"), format!("text={closed}")];
    for order in ["", "oldest"] {
        for (who, text, verb, days) in [
            ("many7", "", "", ""),
            ("man", "", "", ""),
            ("mar", "", "interim_reply_signed", ""),
            ("", "", "interim_reply_signed", ""),
            ("", "", "permit_withdrawn", ""),
            ("", "", "finding_recorded", "&from=1+Mar+2022&until=2+Mar+2022"),
            ("", "Zanzibar 77", "", ""),
            ("", "verified permit 55", "", ""),
            ("", "no such words", "", ""),
            ("", "zq", "", ""),
            ("", "070123456", "", ""),
            ("", "casa", "permit_verified", "&from=1+Mar+2022&until=2+Mar+2023"),
            ("many399", "verified", "", ""),
        ] {
            log.push(format!("{}{days}", encoded(&[("who", who), ("text", text), ("verb", verb), ("order", order)])));
        }
    }
    let files = log.iter().skip(2).step_by(5).map(|query| format!("/log.csv?{query}")).collect::<Vec<_>>();
    log.iter().map(|query| format!("/log?{query}")).chain(files).collect()
}

/// The filters of the list of checks with one another, in either order, at the beginning and far into the list.
async fn lists_of_checks(app: &TestApp) -> Vec<String> {
    let post = format!("post={}", app.value("select id from posts where name = 'Kingston'").await);
    let deep = format!("after={}", app.value("select id from checks where number = 17003").await);
    let mut lists = Vec::new();
    for filters in [
        "",
        "state=closed",
        "state=in_progress",
        "state=draft",
        "type=company_review",
        "state=closed&type=company_review",
        "due=overdue",
        "due=week&type=pre_license",
        "state=closed&due=overdue",
        &post,
        &format!("{post}&state=closed"),
        &format!("{post}&type=broker_inquiry"),
        &format!("{post}&state=closed&type=company_review"),
        &format!("{post}&due=week"),
        "country=Jamaica",
        "country=Jamaica&type=company_review",
        &deep,
        &format!("{deep}&state=closed&type=post_shipment"),
        &format!("{deep}&{post}&state=closed"),
        "text=17000",
        "text=bl-2024-1700",
        "text=quinland",
        "text=quinland&state=in_progress",
        "text=pistols&type=company_review&state=closed",
        "text=070112345",
        "text=071001",
        "text=no+such+words",
        "text=no+such+words&due=overdue",
        "text=zq",
        "party=quinland+freight",
        "party=trading&state=closed",
        "party=quinland&text=rifles",
    ] {
        lists.extend(["", "sort=due"].map(|sort| format!("{filters}&{sort}")));
    }
    lists
}

/// The third column of a page of the log: what happened.
fn happened(page: &Page) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.body);
    let third = scraper::Selector::parse("table tbody tr td:nth-child(3)").expect("a selector");
    let words = |cell: scraper::ElementRef<'_>| cell.text().next().unwrap_or_default().trim().to_owned();
    document.select(&third).map(words).collect()
}

#[tokio::test]
async fn the_log_has_all_that_fits_in_its_order_however_it_is_searched() {
    let app = TestApp::many().await;
    let auditor = app.enter("auditor").await;
    let who = |name: &str| {
        format!(
            "(e.actor_id in (select id from people where name ilike '%{name}%' or account = '{name}') or e.job = '{name}')"
        )
    };
    let text = |words: &str| format!("summary ilike '%{words}%'");
    let whole = "(summary ilike '%REF%' or check_id = (select id from checks where reference = 'REF') or license_id in
        (select license_id from check_licenses k join checks c on c.id = k.check_id where c.reference = 'REF'))";
    let reference = app.value("select reference from checks where number = 17000").await;
    for (pairs, condition) in [
        (vec![("who", "many7")], who("many7")),
        (vec![("who", "quin"), ("verb", "finding_recorded")], format!("{} and verb = 'finding_recorded'", who("quin"))),
        (vec![("text", "Zanzibar 7")], text("Zanzibar 7")),
        // Common, then neither common nor rare: by the newest, and by the index.
        (
            vec![("text", "acknowledged"), ("from", "1 Jun 2024")],
            format!("{} and at >= '2024-06-01Z'", text("acknowledged")),
        ),
        (vec![("text", "of Quin")], text("of quin")),
        (vec![("text", "Quin"), ("who", "mar")], format!("{} and {}", text("quin"), who("mar"))),
        (vec![("text", "Quin"), ("who", "many3")], format!("{} and {}", text("quin"), who("many3"))),
        (
            vec![("text", "QUINLAND"), ("verb", "permit_verified"), ("from", "1 Jan 2022"), ("until", "31 Dec 2023")],
            format!("{} and verb = 'permit_verified' and at >= '2022-01-01Z' and at < '2024-01-01Z'", text("quinland")),
        ),
        (vec![("text", reference.as_str())], whole.replace("REF", &reference)),
        // Of two letters the words that begin so.
        (vec![("text", "im")], "(summary ilike 'im%' or summary ilike '% im%')".into()),
        (vec![("text", "%")], "false".into()),
        (vec![("who", "nobody of this name")], "false".into()),
    ] {
        for (order, sql) in [("", "at desc, id desc"), ("oldest", "at, id")] {
            let query = encoded(&pairs.iter().copied().chain([("order", order)]).collect::<Vec<_>>());
            let expected = app
                .value(&format!(
                    "select array_to_json(array_agg(summary order by {sql})) from audit_events e where {condition}"
                ))
                .await;
            let expected: Vec<String> =
                if expected.is_empty() { Vec::new() } else { serde_json::from_str(&expected).expect("JSON") };
            let file: Vec<String> = cells(&auditor.get(&format!("/log.csv?{query}")).await.body)
                .into_iter()
                .map(|row| row[5].clone())
                .collect();
            assert_eq!(file.len(), expected.len(), "{query}: rows of the file");
            assert!(file == expected, "{query}: the file's rows or their order");
            let (mut path, mut shown) = (format!("/log?{query}"), Vec::new());
            for _ in 0..4 {
                let page = auditor.get(&path).await;
                shown.extend(happened(page.is(200)));
                let more = if order.is_empty() { "Older entries" } else { "Newer entries" };
                if !page.body.contains(more) {
                    assert_eq!(shown.len(), expected.len(), "{query}: ends early");
                    break;
                }
                path = page.link(more);
            }
            assert_eq!(shown[..], expected[..shown.len()], "{query}: the pages");
        }
    }
}

/// The parties that the lists of a post show, read in steps.
async fn listed(visitor: &Visitor) -> Vec<String> {
    let (mut path, mut found) = ("/parties".to_owned(), Vec::new());
    loop {
        let page = visitor.get(&path).await;
        let document = scraper::Html::parse_document(&page.is(200).body);
        let links = scraper::Selector::parse("table tbody tr td:first-child a").expect("a selector");
        found.extend(
            document.select(&links).filter_map(|link| link.value().attr("href")?.rsplit('/').next().map(str::to_owned)),
        );
        if !page.body.contains("More parties") {
            return found;
        }
        path = page.link("More parties");
    }
}

/// Whom a post sees, asked of the files alone.
const SEEN: &str = "exists (select from parties w where (w.id = p.id or w.merged_into = p.id) and (
    w.found_on_check in (select id from checks where post_id = o.id)
    or exists (select from license_parties l join check_licenses k on k.license_id = l.license_id
        join checks c on c.id = k.check_id where l.party_id = w.id and c.post_id = o.id and c.state <> 'draft')
    or exists (select from check_subjects s join checks c on c.id = s.check_id
        where s.party_id = w.id and c.post_id = o.id and c.state <> 'draft')))";
/// The licenses a post sees, likewise.
const SEEN_LICENSE: &str = "exists (select from check_licenses k join checks c on c.id = k.check_id
    where k.license_id = l.id and c.post_id = o.id and c.state <> 'draft')";

/// Only the triggers that leave marks and note telegrams: what else a change may do is not asked here.
const ONLY_OURS: &str = "do $$ declare t record; begin
    for t in select tgname, tgrelid::regclass as name from pg_trigger where not tgisinternal
        and tgrelid::regclass::text in ('checks', 'check_licenses', 'check_subjects', 'license_parties', 'parties', 'telegram_checks', 'telegram_answers')
        and tgname not like 'marks\\_%' and tgname not like 'note\\_%'
    loop execute format('alter table %s disable trigger %I', t.name, t.tgname); end loop; end $$";

/// Every post sees in its lists what its files say, and nothing else.
async fn lists_say_what_files_say(app: &TestApp, after: &str) {
    for (missing, what) in [
        (
            format!("select count(*) from posts o, parties p where {SEEN} <> party_at_post(p.id, o.id)"),
            "a party's files are judged otherwise",
        ),
        (
            format!(
                "select count(*) from posts o, parties p where p.standing <> 'merged' and {SEEN}
                 and not exists (select from post_parties q where q.post_id = o.id and q.party_id = p.id)"
            ),
            "a party is not where its post looks for it",
        ),
        (
            format!(
                "select count(*) from posts o, licenses l where {SEEN_LICENSE}
                 and not exists (select from post_licenses q where q.post_id = o.id and q.license_id = l.id)"
            ),
            "a license is not where its post looks for it",
        ),
        (
            "select count(*) from telegrams t where not exists (select from telegram_checks k where k.telegram_id = t.id)
             and not exists (select from loose_telegrams z where z.telegram_id = t.id)"
                .into(),
            "a telegram on no check is not where it is looked for",
        ),
    ] {
        assert_eq!(app.value(&missing).await, "0", "{after}: {what}");
    }
}

#[tokio::test]
async fn a_post_sees_in_its_lists_what_its_files_say_whatever_became_of_them() {
    // The demonstration was played through the site: checks sent, parties found, linked and merged.
    let app = TestApp::demonstration().await;
    lists_say_what_files_say(&app, "the demonstration").await;
    // Who lists at a post has what changed taken into account.
    let officer = app.enter("apia").await;
    let entry = "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
        values (gen_random_uuid(), now(), 'test', 'tried', 'test', gen_random_uuid(), 'tried it')";
    let draft = "(select id from checks where number = 9000)";
    let person = "(select id from people where account = 'case')";
    for (number, change) in [
        format!(
            "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, opened_by, opened_at)
             select gen_random_uuid(), 2026, 9000, 'company_review', 'draft', o.id, 'A draft', 'Because.', 'routine', 'optional', 60, {person}, now()
             from posts o where name = 'Apia'"
        ),
        format!("insert into check_licenses select {draft}, id from licenses order by licenses.id limit 2"),
        format!("insert into check_subjects select gen_random_uuid(), {draft}, id, 'broker' from parties where standing <> 'merged' order by parties.id limit 3"),
        format!("update checks set state = 'requested', requested_at = now(), requested_by = {person}, due_on = '2027-01-01' where id = {draft}"),
        "insert into license_parties select gen_random_uuid(), l.id, p.id, 'seller', 'unknown'
         from (select id from licenses order by id limit 2) l, (select id from parties where standing <> 'merged' order by id desc limit 3) p
         on conflict do nothing"
            .into(),
        "update license_parties set party_id = (select id from parties where standing <> 'merged' order by name limit 1)
         where id = (select id from license_parties where role = 'seller' order by id limit 1)"
            .into(),
        "delete from license_parties where role = 'seller'".into(),
        "update parties set standing = 'merged', merged_into = (select id from parties where standing <> 'merged' order by id limit 1)
         where id = (select id from parties where standing <> 'merged' order by id desc limit 1)"
            .into(),
        format!(
            "insert into parties (id, kind, name, name_folded, country, standing, found_on_check, found_role, found_source, created_by, created_at)
             select gen_random_uuid(), 'company', 'Found', 'found', 'GT', 'found', (select id from checks where number = 9000), 'broker', 'A sign', {person}, now()"
        ),
        "update checks set post_id = (select id from posts where name = 'Kingston') where number = 9000".into(),
        "delete from telegram_answers".into(),
        "delete from telegram_checks".into(),
    ]
    .iter()
    .enumerate()
    {
        app.run(&format!("{entry}; {ONLY_OURS}; {change}")).await;
        officer.get("/parties").await.is(200);
        lists_say_what_files_say(&app, &format!("change {number}")).await;
    }
    // A party that is taken off the only license of a post is seen there no more, and one that is merged is seen as
    // one.
    for account in ["apia", "kingston", "guatemala"] {
        let mut found = listed(&app.enter(account).await).await;
        let post = format!(
            "(select a.post_id from assignments a join people p on p.id = a.person_id where p.account = '{account}' limit 1)"
        );
        let seen = format!(
            "select string_agg(p.id::text, ' ' order by p.id::text) from parties p, posts o where o.id = {post} and p.standing <> 'merged' and {SEEN}"
        );
        found.sort();
        assert_eq!(found.join(" "), app.value(&seen).await, "{account}");
    }
}

/// What two sessions do at the same moment, each statement of one between those of the other: `{license}` and such are
/// the same to both.
const AT_ONCE: &[&[(&str, &str)]] = &[
    &[
        (
            "insert into license_parties values (gen_random_uuid(), {l1}, {p1}, 'seller', 'unknown')",
            "insert into license_parties values (gen_random_uuid(), {l2}, {p2}, 'seller', 'unknown')",
        ),
        (
            "insert into license_parties values (gen_random_uuid(), {l2}, {p1}, 'seller', 'unknown')",
            "insert into license_parties values (gen_random_uuid(), {l1}, {p2}, 'seller', 'unknown')",
        ),
    ],
    &[
        // A party comes to a license while the license comes to a check: neither sees the other.
        (
            "insert into check_licenses values ({c1}, {l3})",
            "insert into license_parties values (gen_random_uuid(), {l3}, {p3}, 'seller', 'unknown')",
        ),
    ],
    &[(
        "insert into license_parties values (gen_random_uuid(), {l4}, {p3}, 'seller', 'unknown')",
        "insert into check_licenses values ({c2}, {l4})",
    )],
    &[
        (
            "insert into check_subjects values (gen_random_uuid(), {c1}, {p1}, 'broker')",
            "insert into check_subjects values (gen_random_uuid(), {c2}, {p1}, 'broker')",
        ),
        (
            "insert into check_subjects values (gen_random_uuid(), {c2}, {p2}, 'broker')",
            "insert into check_subjects values (gen_random_uuid(), {c1}, {p2}, 'broker')",
        ),
        (
            "insert into telegram_checks values ({t1}, {c1}, {person}, now())",
            "insert into telegram_checks values ({t2}, {c1}, {person}, now())",
        ),
        (
            "insert into telegram_checks values ({t2}, {c2}, {person}, now())",
            "insert into telegram_checks values ({t1}, {c2}, {person}, now())",
        ),
        (
            "delete from telegram_checks where telegram_id = {t1} and check_id = {c1}",
            "delete from telegram_checks where telegram_id = {t2} and check_id = {c1}",
        ),
    ],
];

#[tokio::test]
async fn those_who_save_at_the_same_moment_do_not_wait_for_one_another_and_nothing_is_missed() {
    let app = TestApp::demonstration().await;
    let officer = app.enter("kingston").await;
    let at = |post: &str| format!("state <> 'draft' and post_id = (select id from posts where name = '{post}')");
    app.run(
        "set local session_replication_role = replica;
         insert into telegrams (id, way, state, direction, post_id, original, fingerprint, subject, recorded_by, recorded_at)
         select gen_random_uuid(), 'in', 'filed', 'reply', (select id from posts where name = 'Kingston'), 'A', n::text::bytea, 'Apart',
             (select id from people where account = 'case'), now() from generate_series(1, 2) n;
         set local session_replication_role = origin; select fill_lists()",
    )
    .await;
    let mut keys = vec![("person", "(select id from people where account = 'case')".to_owned())];
    for (key, what, condition, n) in [
        ("c1", "checks", at("Kingston"), 0),
        ("c2", "checks", at("Guatemala"), 0),
        ("l1", "licenses", "true".to_owned(), 0),
        ("l2", "licenses", "true".to_owned(), 1),
        ("l3", "licenses", "id not in (select license_id from check_licenses where check_id = {c1})".to_owned(), 2),
        ("l4", "licenses", "id not in (select license_id from check_licenses where check_id = {c2})".to_owned(), 3),
        ("p1", "parties", "standing <> 'merged' and id not in (select party_id from check_subjects)".to_owned(), 0),
        ("p2", "parties", "standing <> 'merged' and id not in (select party_id from check_subjects)".to_owned(), 1),
        ("p3", "parties", "standing <> 'merged'".to_owned(), 5),
        ("t1", "telegrams", "subject = 'Apart'".to_owned(), 0),
        ("t2", "telegrams", "subject = 'Apart'".to_owned(), 1),
    ] {
        let condition = keys.iter().fold(condition, |text, (key, value)| text.replace(&format!("{{{key}}}"), value));
        let id =
            app.value(&format!("select id from {what} where {condition} order by id desc offset {n} limit 1")).await;
        assert!(!id.is_empty(), "the demonstration has no {key}");
        keys.push((key, format!("'{id}'")));
    }
    let filled = |statement: &str| {
        keys.iter().fold(statement.to_owned(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
    };
    app.run(ONLY_OURS).await;
    for scenario in AT_ONCE {
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let mut session = app.superuser().connect().await.expect("PostgreSQL answers");
            sqlx::raw_sql("begin; set local lock_timeout = '10s'").execute(&mut session).await.expect("it begins");
            sessions.push(session);
        }
        for (number, (first, second)) in scenario.iter().enumerate() {
            for (session, statement) in sessions.iter_mut().zip([first, second]) {
                let statement = filled(statement);
                if let Err(error) = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(session).await {
                    panic!("{number}: {error}: {statement}");
                }
            }
            // Who lists in between waits for neither.
            officer.get("/parties").await.is(200);
        }
        for mut session in sessions {
            sqlx::raw_sql("commit").execute(&mut session).await.expect("it commits");
            session.close().await.expect("the connection closes");
            officer.get("/licenses").await.is(200);
        }
        lists_say_what_files_say(&app, "both").await;
    }
}

#[tokio::test]
async fn a_party_is_found_by_any_name_and_with_a_typo_by_who_may_see_it() {
    let app = TestApp::many().await;
    let case = app.enter("case").await;
    // A party of one post alone, with another name.
    let at = |post: &str| {
        format!(
            "exists (select from post_parties q join posts o on o.id = q.post_id where q.party_id = p.id and o.name = '{post}')"
        )
    };
    let only = format!(
        "from parties p where {} and not {} and standing <> 'merged' and name ~ '^Quin' order by id limit 1",
        at("Guatemala"),
        at("Kingston")
    );
    let (id, name) = (app.value(&format!("select id {only}")).await, app.value(&format!("select name {only}")).await);
    case.done(&format!("/parties/{id}/alias"), &[("name", "Zylonix Overseas"), ("source", "A letterhead")]).await;
    let typo = name.replacen("Quin", "Qiun", 1);
    for asked in [name.as_str(), "zylonix", "Zylonx Oversaes", &typo, &name[..9]] {
        let path = format!("/parties?{}", encoded(&[("q", asked)]));
        case.get(&path).await.is(200).says(&name);
        app.enter("guatemala").await.get(&path).await.is(200).says(&name);
        app.enter("kingston").await.get(&path).await.is(200).says_not(&name);
    }
    // Too short to be looked for within words, and said so.
    case.get("/parties?q=zy")
        .await
        .is(200)
        .says("Showing names with a word that starts with these letters")
        .says(&name);
    case.get("/parties?q=zyl").await.says_not("Showing names with a word").says(&name);
}

#[tokio::test]
async fn a_partys_licenses_and_checks_are_read_in_steps() {
    let app = TestApp::many().await;
    let party = app.value(PARTY).await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let here = "(select id from posts where name = 'Guatemala')";
    let concerned = format!(
        "select c.id, c.post_id, c.state from checks c where c.state <> 'draft' and (
             c.id in (select k.check_id from check_licenses k join license_parties l on l.license_id = k.license_id where l.party_id = '{party}')
             or c.id in (select check_id from check_subjects where party_id = '{party}'))"
    );
    let licenses = format!(
        "select l.id from licenses l where exists (select from license_parties r where r.license_id = l.id and r.party_id = '{party}')"
    );
    for (visitor, licenses, checks) in [
        (&case, licenses.clone(), concerned.clone()),
        (
            &post,
            format!(
                "{licenses} and exists (select from check_licenses k join checks c on c.id = k.check_id where k.license_id = l.id and c.post_id = {here} and c.state <> 'draft')"
            ),
            format!("select * from ({concerned}) c where post_id = {here} or state = 'closed'"),
        ),
    ] {
        for (list, more, expected) in [("licenses", "Older licenses", licenses), ("checks", "Older checks", checks)] {
            let (mut path, mut rows) = (format!("/parties/{party}"), Vec::new());
            for step in 0.. {
                assert!(step < 200, "{list} never end");
                let page = visitor.get(&path).await;
                assert!(page.is(200).body.len() < 60_000, "{} bytes", page.body.len());
                let document = scraper::Html::parse_document(&page.body);
                let cells = scraper::Selector::parse(&format!("#{list} tbody tr td:first-child")).expect("a selector");
                let shown: Vec<String> = document.select(&cells).map(|cell| cell.inner_html()).collect();
                assert!(shown.len() <= 50);
                rows.extend(shown);
                if !page.body.contains(more) {
                    break;
                }
                path = page.link(more);
                // The key of another post's check would tell when it was opened.
                assert!(list == "licenses" || path.ends_with(&format!("checks={}#checks", step + 2)), "{path}");
            }
            let ids =
                app.value(&format!("select array_to_json(array_agg(id order by id desc)) from ({expected}) x")).await;
            let ids: Vec<String> = serde_json::from_str(&ids).expect("JSON");
            assert_eq!(rows.len(), ids.len(), "{list}");
            for (row, id) in rows.iter().zip(&ids) {
                assert!(
                    row.contains(id.as_str()) || row.contains("another post's, closed"),
                    "{list} out of order: {row} is not {id}"
                );
            }
        }
    }
}

/// A connection of the superuser's that holds the log so that no statement reads it.
async fn hold(app: &TestApp) -> PgConnection {
    let mut holding = app.superuser().connect().await.expect("PostgreSQL answers");
    sqlx::raw_sql("begin; lock table audit_events in access exclusive mode")
        .execute(&mut holding)
        .await
        .expect("nobody else holds it");
    holding
}

async fn let_go(holding: PgConnection) {
    holding.close().await.expect("the connection closes");
}

/// The backend that waits to read the log, or nothing.
const WAITING: &str =
    "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1";

#[tokio::test]
async fn a_search_that_takes_too_long_is_told_and_keeps_no_page_waiting() {
    let app = TestApp::demonstration().await;
    let auditor = app.enter("auditor").await;
    let holding = hold(&app).await;
    // As many as there are connections for searches.
    let searches: Vec<_> = (0..4)
        .map(|_| {
            let auditor = auditor.clone();
            tokio::spawn(async move { auditor.get("/log?text=found+on").await })
        })
        .collect();
    while app.value(&format!("select count(*) from ({}) w", WAITING.replace(" limit 1", ""))).await != "4" {
        tokio::task::yield_now().await;
    }
    auditor.get("/posts").await.is(200);
    for search in searches {
        let page = search.await.expect("an answer");
        page.is(503)
            .says("This search takes too long")
            .says("Type more of the word or number, or narrow the search with another filter.");
    }
    let_go(holding).await;
    auditor.get("/log?text=found+on").await.is(200).says("found on");
}

/// A request sent by hand, so that its connection can be closed at any moment.
async fn ask(app: &TestApp, visitor: &Visitor, path: &str) -> TcpStream {
    let address = app.origin.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(&address).await.expect("the server listens");
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\ncookie: {}\r\n\r\n", visitor.cookie());
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    stream
}

#[tokio::test]
async fn what_is_read_for_a_browser_that_has_gone_is_given_up() {
    let app = TestApp::demonstration().await;
    let (auditor, case) = (app.enter("auditor").await, app.enter("case").await);
    let check = app.value("select id from checks where state = 'closed' limit 1").await;
    // A search, an export, and a page that is none.
    for (visitor, path) in [
        (&auditor, "/log?text=found+on".to_owned()),
        (&auditor, "/log.csv".into()),
        (&case, format!("/checks/{check}")),
    ] {
        let holding = hold(&app).await;
        let stream = ask(&app, visitor, &path).await;
        let waiting = loop {
            let waiting = app.value(WAITING).await;
            if !waiting.is_empty() {
                break waiting;
            }
            tokio::task::yield_now().await;
        };
        drop(stream);
        // Given up, PostgreSQL's own process for it is gone; one that came to its limit would stay, for the next.
        let state = format!("select state from pg_stat_activity where pid = {waiting}");
        let ended = loop {
            let state = app.value(&state).await;
            if state != "active" && !state.starts_with("idle in") {
                break state;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(ended, "", "{path} was waited for");
        let_go(holding).await;
        visitor.get(&path).await.is(200);
    }
}

/// What the log says of exports, in order.
async fn exports(app: &TestApp) -> Vec<String> {
    let said = "select coalesce(array_to_json(array_agg(summary || coalesce(', rows ' || (after -> 1 ->> 1), '') order by at, id)), '[]')
        from audit_events where verb = 'exported' and actor_id = (select id from people where account = 'auditor') and after -> 0 ->> 1 like '/log.csv%'";
    serde_json::from_str(&app.value(said).await).expect("JSON")
}

#[tokio::test]
async fn an_export_is_whole_however_long_and_the_log_says_so_first_and_last() {
    let app = TestApp::many().await;
    let auditor = app.enter("auditor").await;
    let there = app.value("select count(*) from audit_events").await;
    let file = cells(&auditor.get("/log.csv").await.is(200).body);
    assert_eq!(file.len().to_string(), there, "cut in silence");
    let whole = vec![
        "began to export log entries".to_owned(),
        format!("exported {} log entries, rows {}", grouped(&there), grouped(&there)),
    ];
    assert_eq!(exports(&app).await, whole);
    // One that is short has one entry, before it leaves.
    auditor.get("/log.csv?verb=interim_reply_signed").await.is(200);
    let short = app.value("select count(*) from audit_events where verb = 'interim_reply_signed'").await;
    assert_eq!(exports(&app).await[2..], [format!("exported {}, rows {}", many(&short, "log entry"), grouped(&short))]);
    // What cannot be logged does not leave; what can no longer be logged does not end well.
    app.run(
        "create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
         create trigger full_disk before insert on audit_events for each row when (new.summary like 'began%') execute function full_disk()",
    )
    .await;
    let page = auditor.get("/log.csv").await;
    assert!(page.status == 500 && !page.body.contains("finding"), "it left without its entry");
    app.run(
        "drop trigger full_disk on audit_events;
         create trigger full_disk before insert on audit_events for each row when (new.summary like 'exported%') execute function full_disk()",
    )
    .await;
    let mut stream = ask(&app, &auditor, "/log.csv").await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.ends_with(b"0\r\n\r\n"), "a file that the log knows nothing of ended as if it were whole");
}

/// The references in the first column of a page of checks.
fn references(page: &Page) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.body);
    let first = scraper::Selector::parse("table tbody tr td:first-child a").expect("a selector");
    document.select(&first).map(|cell| cell.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn a_file_of_checks_has_each_that_the_list_has_in_its_order_and_says_where_each_stands() {
    let app = TestApp::many().await;
    let (case, officer) = (app.enter("case").await, app.enter("kingston").await);
    let own = "post_id = (select id from posts where name = 'Kingston') and state <> 'draft'";
    let newest = "id desc";
    let by_due = "coalesce(due_on, 'infinity'), id";
    for (visitor, query, condition, order) in [
        (&case, "", "true", newest),
        (&case, "sort=due", "true", by_due),
        (&case, "type=company_review&sort=due", "type = 'company_review'", by_due),
        (&case, "state=draft&sort=due", "state = 'draft'", by_due),
        (&case, "text=pistols", "subject ilike '%pistols%'", newest),
        (
            &case,
            "text=0710012&sort=due",
            "exists (select from check_licenses k join licenses l on l.id = k.license_id where k.check_id = c.id and l.number_normalized like '0710012%')",
            by_due,
        ),
        (&case, "due=overdue", "state in ('requested', 'in_progress') and due_on < '2026-11-23'", newest),
        (
            &case,
            "due=overdue&type=post_shipment&sort=due",
            "state in ('requested', 'in_progress') and due_on < '2026-11-23' and type = 'post_shipment'",
            by_due,
        ),
        (&officer, "", own, newest),
        (&officer, "sort=due", own, by_due),
        (
            &officer,
            "state=closed&text=rifles",
            &format!("{own} and state = 'closed' and subject ilike '%rifles%'"),
            newest,
        ),
        // A check that is not the officer's, and a post that is not.
        (&officer, "country=Guatemala", "false", newest),
    ] {
        let expected = app
            .value(&format!("select coalesce(array_to_json(array_agg(reference order by {order})), '[]') from checks c where {condition}"))
            .await;
        let expected: Vec<String> = serde_json::from_str(&expected).expect("JSON");
        let file = cells(&visitor.get(&format!("/checks.csv?{query}")).await.is(200).body);
        let references_of_file: Vec<&str> = file.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(references_of_file.len(), expected.len(), "{query}: rows of the file");
        assert!(references_of_file == expected, "{query}: the file's rows or their order");
        let (mut path, mut shown) = (format!("/checks?{query}"), Vec::new());
        for _ in 0..3 {
            let page = visitor.get(&path).await;
            shown.extend(references(page.is(200)));
            if !page.body.contains("More checks") {
                assert_eq!(shown.len(), expected.len(), "{query}: ends early");
                break;
            }
            path = page.link("More checks");
        }
        assert_eq!(shown[..], expected[..shown.len()], "{query}: the pages");
    }
    // A browser asks for it compressed, and whoever compresses it asks for more than its end.
    let compressed = case.send(Method::GET, "/checks.csv", String::new(), &[("accept-encoding", "br")]).await;
    assert!(compressed.headers["content-encoding"] == "br" && compressed.raw > 0, "it is whole");
    // An open one has its next step and who takes it; a closed one how it ended.
    let file = cells(&case.get("/checks.csv").await.body);
    let steps = |state: &str| -> BTreeSet<String> {
        file.iter().filter(|row| row[2] == state).map(|row| row[6].clone()).collect()
    };
    assert!(
        steps("Closed").iter().all(|step| step.starts_with("Closed")) && steps("Closed").contains("Closed: favorable"),
        "{:?}",
        steps("Closed")
    );
    let page = case.get("/checks?state=in_progress").await;
    for row in file.iter().filter(|row| row[2] == "In progress").take(50) {
        assert!(page.text().contains(&row[6]) && !row[7].is_empty(), "{row:?} on the page");
    }
    let said = app
        .value(
            "select string_agg(summary, '; ' order by id) from audit_events where verb = 'exported' and after -> 0 ->> 1 = '/checks.csv'",
        )
        .await;
    let there = app.value("select count(*) from checks").await;
    assert!(said.starts_with(&format!("began to export checks; exported {} checks", grouped(&there))), "{said}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_to_its_end_breaks_off() {
    let app = TestApp::many().await;
    let case = app.enter("case").await;
    // The oldest check cannot be read.
    app.run(
        "alter table checks enable row level security;
         do $$ begin execute format('create policy broken on checks using (id <> %L or 1 / (number - number) = 1)',
             (select id from checks order by id limit 1)); end $$",
    )
    .await;
    let mut stream = ask(&app, &case, "/checks.csv").await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(String::from_utf8_lossy(&answer).contains("BL-2025"), "it begins");
    assert!(!answer.ends_with(b"0\r\n\r\n"), "a file that is not whole ended as if it were");
    let said = loop {
        let said =
            app.value("select string_agg(summary, '; ' order by id) from audit_events where verb = 'exported'").await;
        if said.contains("broke off") {
            break said;
        }
        tokio::task::yield_now().await;
    };
    assert!(said.contains("began to export checks; an export broke off after at most"), "{said}");
}

#[tokio::test]
async fn an_export_that_breaks_off_is_said_to_have_broken_off() {
    let app = TestApp::many().await;
    let auditor = app.enter("auditor").await;
    let there: i64 = app.value("select count(*) from audit_events").await.parse().expect("a number");
    let mut stream = ask(&app, &auditor, "/log.csv").await;
    let mut first = vec![0; 4096];
    stream.read_exact(&mut first).await.expect("it begins");
    assert!(String::from_utf8_lossy(&first).contains("When (UTC),Who"), "the heading comes first");
    drop(stream);
    let said = loop {
        let said = exports(&app).await;
        if said.len() == 2 {
            break said;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(said[0], "began to export log entries");
    let left: i64 = said[1].rsplit(' ').next().and_then(|rows| rows.replace(',', "").parse().ok()).expect("a number");
    assert_eq!(
        said[1],
        format!("an export broke off after at most {}, rows {}", many(left, "log entry"), grouped(&left.to_string()))
    );
    assert!(left < there, "{left} of {there}");
    // The server and its connections are as they were.
    auditor.get("/log").await.is(200);
    let mut connection = app.superuser().connect().await.expect("PostgreSQL answers");
    let busy = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'";
    let busy: i64 = sqlx::query_scalar(AssertSqlSafe(busy)).fetch_one(&mut connection).await.expect("a statement");
    connection.close().await.expect("the connection closes");
    assert_eq!(busy, 0);
}

/// Words that stand nowhere near and are common elsewhere: a page looks through so many entries and says so, the next
/// one goes on there.
#[tokio::test]
async fn a_search_for_words_of_another_time_goes_on_page_by_page() {
    let app = TestApp::many().await;
    app.run(
        "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
             select gen_random_uuid(), '2026-11-23 18:00Z'::timestamptz + n * interval '1 ms', 'looked', 'signed_in', 'row', gen_random_uuid(), 'looked into it'
             from generate_series(1, 41500) n",
    )
    .await;
    // How common words are is asked of a sample, and of how many entries PostgreSQL knows: of all, as after a vacuum.
    app.run("analyze audit_events").await;
    let auditor = app.enter("auditor").await;
    let first = auditor.get("/log?text=re").await;
    first.is(200).says("it was not looked through to its end").says_not("No entry fits");
    let second = auditor.get(&first.link("Older entries")).await;
    second.is(200).says("re").says_not("it was not looked through to its end");
    assert!(second.body.matches("<tr>").count() > 40, "the page is full: {}", second.text());
    // What is rare is found at once, however long ago.
    auditor.get("/log?text=Zanzibar+77").await.is(200).says("signed an interim reply of Zanzibar 77");
}
