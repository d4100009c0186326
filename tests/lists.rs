//! Lists: read in steps without losing or doubling a row, searched by whatever is typed, exported as they are shown.

use std::collections::BTreeSet;

use crate::{
    log::cells,
    support::{Filled, Page, TestApp, Visitor, client::encoded},
};

const ENTRY: &str = "insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
    values (gen_random_uuid(), '2026-11-23 17:00Z', 'test', 'exported', 'person', gen_random_uuid(), 'many rows')";

/// The rows' links of every page of a list, from its first on.
async fn walk(visitor: &Visitor, first: &str, rows: &str, more: &str) -> Vec<String> {
    let (mut path, mut found, mut pages) = (first.to_owned(), Vec::new(), 0);
    loop {
        let page = visitor.get(&path).await;
        page.is(200);
        let here = links(&page, rows);
        assert!(here.len() <= 50, "{path} has {} rows", here.len());
        found.extend(here);
        pages += 1;
        assert!(pages < 30, "{path} never ends");
        if !page.body.contains(more) {
            return found;
        }
        path = page.link(more);
    }
}

/// The links in the first column of a page's table.
fn links(page: &Page, prefix: &str) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.body);
    let cells = scraper::Selector::parse("table tbody tr td:first-child a").expect("a selector");
    let hrefs = document.select(&cells).filter_map(|link| link.value().attr("href"));
    hrefs.filter(|href| href.starts_with(prefix)).map(str::to_owned).collect()
}

#[track_caller]
fn whole(found: &[String], expected: &str, what: &str) {
    let once: BTreeSet<&String> = found.iter().collect();
    assert_eq!(once.len(), found.len(), "{what}: a row is doubled");
    assert_eq!(found.len().to_string(), expected, "{what}: rows are lost");
}

async fn many_checks(app: &TestApp) {
    let insert = |number: &str, state: &str, due: &str, count: usize| {
        format!(
            "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on,
                 opened_by, opened_at, requested_by, requested_at)
             select gen_random_uuid(), 2026, {number} + n, 'company_review', '{state}', o.id, 'Many ' || n, 'Because.', 'routine', 'optional',
                 60, {due}, p.id, now(), p.id, now()
             from generate_series(1, {count}) n, posts o, people p where o.name = 'Kingston' and p.account = 'case'"
        )
    };
    // Every due day four times, and some without one: the key has to tell them apart.
    let asked = insert("5000", "requested", "date '2026-12-01' + n / 4", 130);
    let drafts = insert("6000", "draft", "null", 60);
    app.run(&format!("{ENTRY}; {asked}; {drafts}")).await;
}

#[tokio::test]
async fn the_checks_are_read_in_steps_and_exported_as_they_are_shown() {
    let app = TestApp::demonstration().await;
    many_checks(&app).await;
    let (auditor, officer) = (app.enter("auditor").await, app.enter("kingston").await);
    let all = app.value("select count(*) from checks").await;
    let here = "post_id = (select id from posts where name = 'Kingston') and state <> 'draft'";
    let own = app.value(&format!("select count(*) from checks where {here}")).await;
    for sort in ["", "due"] {
        let found = walk(&auditor, &format!("/checks?sort={sort}"), "/checks/", "More checks").await;
        whole(&found, &all, sort);
        let at_post = walk(&officer, &format!("/checks?sort={sort}"), "/checks/", "More checks").await;
        whole(&at_post, &own, sort);
        // The file has the same rows in the same order.
        let file = cells(&auditor.get(&format!("/checks.csv?sort={sort}")).await.body);
        let mut shown = Vec::new();
        for link in &found {
            let id = link.trim_start_matches("/checks/");
            shown.push(app.value(&format!("select reference from checks where id = '{id}'")).await);
        }
        assert_eq!(file.iter().map(|row| row[0].clone()).collect::<Vec<_>>(), shown, "sorted by {sort:?}");
    }
    let due = cells(&auditor.get("/checks.csv?sort=due&state=requested").await.body);
    let days: Vec<&String> = due.iter().map(|row| &row[5]).collect();
    assert!(days.is_sorted(), "{days:?}");
    // Filters hold on every page.
    let found = walk(&auditor, "/checks?text=Many&state=requested&sort=due", "/checks/", "More checks").await;
    whole(&found, "130", "filtered");
    assert_eq!(cells(&auditor.get("/checks.csv?text=Many&state=requested&sort=due").await.body).len(), 130);
}

#[tokio::test]
async fn licenses_parties_people_and_entries_are_read_in_steps() {
    let app = TestApp::demonstration().await;
    app.run(&format!(
        "{ENTRY};
         insert into licenses (id, number, number_normalized, form, status, destination, value_usd, registered_by, registered_at)
             select gen_random_uuid(), '0900' || n, '0900' || n, 'dsp_5', 'pending', 'JM', n, p.id, now()
             from generate_series(1, 130) n, people p where p.account = 'case';
         insert into parties (id, kind, name, name_folded, country, created_by, created_at)
             select gen_random_uuid(), 'company', 'Same Name Ltd', 'same name ltd', 'JM', p.id, now()
             from generate_series(1, 130) n, people p where p.account = 'case';
         insert into parties (id, kind, name, name_folded, country, created_by, created_at)
             select gen_random_uuid(), 'company', '***', '', 'JM', p.id, now() from people p where p.account = 'case';
         insert into people (id, account, name, password_hash, created_at)
             select gen_random_uuid(), 'walker' || n, 'Many Walkers', 'x', now() from generate_series(1, 130) n;
         insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
             select gen_random_uuid(), '2026-11-23 17:30Z', 'test', 'exported', 'person', gen_random_uuid(), 'entry number ' || n || '.'
             from generate_series(1, 130) n"
    ))
    .await;
    let (auditor, admin) = (app.enter("auditor").await, app.enter("admin").await);
    let count = async |table: &str| app.value(&format!("select count(*) from {table}")).await;
    whole(&walk(&auditor, "/licenses", "/licenses/", "Older licenses").await, &count("licenses").await, "licenses");
    whole(
        &walk(&auditor, "/licenses?number=0900&status=pending", "/licenses/", "More licenses").await,
        "130",
        "licenses by number",
    );
    let parties = count("parties where standing <> 'merged'").await;
    whole(&walk(&auditor, "/parties", "/parties/", "More parties").await, &parties, "parties of one name");
    whole(&walk(&admin, "/people", "/people/", "More people").await, &count("people").await, "people");
    whole(&walk(&admin, "/people?q=many+walkers", "/people/", "More people").await, "130", "people by name");
    // The log: entries of one moment, told apart by their id; the file has them all, as the pages do.
    let (mut path, mut shown) = ("/log?text=entry+number".to_owned(), Vec::new());
    loop {
        let page = auditor.get(&path).await;
        let document = scraper::Html::parse_document(&page.body);
        let third = scraper::Selector::parse("table tbody tr td:nth-child(3)").expect("a selector");
        shown.extend(document.select(&third).map(|cell| cell.text().collect::<String>().trim().to_owned()));
        if !page.body.contains("Older entries") {
            break;
        }
        path = page.link("Older entries");
    }
    whole(&shown, "130", "entries");
    let file: Vec<String> =
        cells(&auditor.get("/log.csv?text=entry+number").await.body).into_iter().map(|row| row[5].clone()).collect();
    assert_eq!(file, shown);
    // The whole log, from its newest entry to its first.
    let all = cells(&auditor.get("/log.csv").await.body).len();
    let logged: usize = count("audit_events where not (verb = 'exported' and subject_id in (select id from people))")
        .await
        .parse()
        .unwrap();
    assert!(all >= logged, "{all} of {logged}");
}

#[tokio::test]
async fn whatever_is_searched_for_means_itself_and_brings_no_list_down() {
    let app = TestApp::demonstration().await;
    let (auditor, admin, post, case) =
        (app.enter("auditor").await, app.enter("admin").await, app.enter("guatemala").await, app.enter("case").await);
    let huge = "x".repeat(20_000);
    let hostile = [
        huge.as_str(),
        "\0",
        "a\0b",
        "%",
        "_",
        "%%%",
        "\\",
        "\\%",
        "'",
        "''; drop table checks; --",
        "\"",
        "1 or 1=1",
        "$1",
        "{}",
        "\u{202e}",
        "\u{feff}",
        "🔫",
        "ﷺ",
        "-1",
        "99999999999999999999",
        "null",
        "NaN",
        "../../etc/passwd",
        "<script>",
        "[",
        "(",
        "*",
        "\n",
        "%00",
        "&&&",
        "=",
    ];
    let lists: [(&Visitor, &str, &[&str]); 7] = [
        (
            &auditor,
            "/checks",
            &["type", "state", "post", "country", "due", "party", "text", "sort", "after", "unknown"],
        ),
        (&auditor, "/licenses", &["number", "status", "basis", "before"]),
        (&auditor, "/parties", &["q", "after"]),
        (&auditor, "/log", &["who", "text", "verb", "from", "until", "before"]),
        (&admin, "/people", &["q", "after"]),
        (&post, "/checks", &["party", "text", "after", "post"]),
        (&case, "/licenses/register", &["number", "check"]),
    ];
    for (visitor, path, names) in lists {
        for name in names {
            for value in hostile {
                let page = visitor.get(&format!("{path}?{}", encoded(&[(name, value)]))).await;
                assert!(
                    matches!(page.status, 200 | 400 | 404 | 414),
                    "{path}?{name}={value:.40}: {} {}",
                    page.status,
                    page.text()
                );
                if page.status == 400 {
                    page.says("This request makes no sense");
                }
            }
        }
        let page = visitor.get(&format!("{path}?%ff=%fe&&&==&a%5b%5d=1")).await;
        assert!(matches!(page.status, 200 | 400), "{path}: {}", page.status);
        // A filter given twice makes no sense, and is said.
        let name = names[0];
        let page = visitor.get(&format!("{path}?{name}=a&{name}=b")).await;
        assert!(matches!(page.status, 200 | 400), "{path}: {}", page.status);
    }
    // What is a pattern for the database is a plain character to the person.
    for nothing in ["%", "_", "%%", "\\", "*"] {
        for (visitor, path, name, says) in [
            (&auditor, "/checks", "text", "No check fits"),
            (&auditor, "/checks", "party", "No check fits"),
            (&auditor, "/parties", "q", "No party has that name"),
            (&admin, "/people", "q", "Nobody fits"),
        ] {
            visitor.get(&format!("{path}?{}", encoded(&[(name, nothing)]))).await.is(200).says(says);
        }
    }
    // Closed sets stay closed: an unknown word sorts and filters nothing.
    let all = links(&auditor.get("/checks").await, "/checks/");
    for odd in ["sort=reference;drop", "state=open'", "type=any", "due=never", "post=everywhere"] {
        assert_eq!(links(&auditor.get(&format!("/checks?{odd}")).await, "/checks/"), all, "{odd}");
    }
}

#[tokio::test]
async fn a_formula_in_a_file_stays_text_and_a_number_a_number() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let formulas =
        ["=1+1", "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1+1", "＠SUM(1)", "=\"a\",\"b\""];
    for formula in formulas {
        let page = case.get("/checks/open").await;
        let form = Filled::of("/checks/open", &page)
            .expect("a form")
            .set("check_type", "pre_license")
            .set("post", &page.choice("post", "Apia"))
            .set("subject", formula)
            .set("reason", "A reason long enough.");
        form.set("follows", "").set("days", "").send(&case).await.is(303);
    }
    // Leading blanks are cut at the form; by another way they could still be stored.
    app.run(&format!(
        "{ENTRY}; update checks set subject = E'\\t=1+1' where subject = '=1+1'; update checks set subject = E'\\r=1' where subject = '@SUM(A1)';
         insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary, before, after)
         values (gen_random_uuid(), now(), 'test', 'exported', 'person', gen_random_uuid(), '-12.5', '\"=cmd()\"', '-12.5')"
    ))
    .await;
    let subjects: Vec<String> =
        cells(&case.get("/checks.csv?state=draft").await.body).into_iter().map(|row| row[4].clone()).collect();
    for formula in
        ["\t=1+1", "+1+cmd|' /C calc'!A0", "-1+1", "\r=1", "＝1+1", "＋1", "－1+1", "＠SUM(1)", "=\"a\",\"b\""]
    {
        assert!(subjects.contains(&format!("'{formula}")), "{formula:?} is live in {subjects:?}");
        assert!(!subjects.iter().any(|cell| cell == formula), "{formula:?}");
    }
    let auditor = app.enter("auditor").await;
    let rows = cells(&auditor.get("/log.csv?text=-12.5").await.body);
    assert_eq!((rows[0][5].as_str(), rows[0][8].as_str(), rows[0][9].as_str()), ("-12.5", "'=cmd()", "-12.5"));
    let log = auditor.get("/log.csv").await.body;
    for row in cells(&log) {
        for cell in row {
            let risky = cell.starts_with(['=', '+', '@', '\t', '\r', '＝', '＋', '－', '＠'])
                || (cell.starts_with('-') && cell.parse::<f64>().is_err());
            assert!(!risky, "{cell:?}");
        }
    }
}
