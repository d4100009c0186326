//! How a page reads its file: by plans that PostgreSQL made once, of each table only the rows it shows, over one
//! connection, without asking first whether that lives. Counted, never timed.

use std::collections::BTreeSet;

use lantern::{db::Db, server};
use sqlx::AssertSqlSafe;

use crate::{
    access::{address, scene},
    schema::VOCABULARIES,
    support::{
        TestApp, Visitor,
        wire::{Asked, Wire},
    },
};

/// PostgreSQL plans a statement anew for each of its first five runs, and then settles.
const SETTLED: usize = 6;
/// Closed checks beside those of the demonstration, with all that belongs to them.
const MANY: usize = 5_000;
/// Rows that a page may read of tables that grow, those of indexes included.
const ROWS: i64 = 500;
/// Pages that look for a name too.
const LOOKS_FOR_A_NAME: &[&str] = &["/merge"];
/// Statements that look for names and numbers and not for a file: the best plan depends on what is looked for.
const BY_NAME: &[&str] = &["p.name_folded like", "name_folded = any(", "as v (originator, number, year)"];

/// The program on the same database, with one connection for reading and one for writing.
async fn on_one_connection(app: &TestApp) -> TestApp {
    TestApp::on(Db::lazy(&app.application(), 1), "one connection").await
}

#[tokio::test]
async fn no_page_waits_for_a_second_connection() {
    let app = TestApp::demonstration().await;
    let values = scene(&app).await;
    let one = on_one_connection(&app).await;
    let mut waiting = BTreeSet::new();
    for account in ["guatemala2", "case", "reviewer2", "supervisor", "auditor", "admin"] {
        let visitor = one.enter(account).await;
        for route in server::record().into_iter().filter(|route| route.method == "GET") {
            if visitor.get(&address(route.path, &values)).await.status == 503 {
                waiting.insert(route.path);
            }
        }
    }
    assert!(waiting.is_empty(), "these hold one connection while they wait for another: {waiting:#?}");
}

/// The pages of one file that this person may open, each opened until its statements have settled.
async fn settled(visitor: &Visitor, addresses: &[String]) -> Vec<String> {
    let mut pages = Vec::new();
    for page in addresses {
        if visitor.get(page).await.status == 200 {
            for _ in 0..SETTLED {
                visitor.get(page).await.is(200);
            }
            pages.push(page.clone());
        }
    }
    pages
}

/// The rows of tables that grow that PostgreSQL read so far for the program, through an index or not.
async fn rows_read(app: &TestApp, one: &TestApp) -> i64 {
    for pool in [one.db.reads(), one.db.searches()] {
        sqlx::query("select pg_stat_force_next_flush()").execute(pool).await.expect("the connection answers");
        // What is counted is told at the end of a transaction.
        sqlx::query("select 1").execute(pool).await.expect("the connection answers");
    }
    let small = VOCABULARIES.join(",") + ",assignments,reference_entries";
    let rows = format!(
        "select (select sum(seq_tup_read) from pg_stat_user_tables where not relname = any ('{{{small}}}'))
             + (select sum(idx_tup_read) from pg_stat_user_indexes where not relname = any ('{{{small}}}'))"
    );
    app.value(&rows).await.parse().expect("a number")
}

#[tokio::test]
async fn a_page_reads_the_rows_of_its_file_by_plans_made_once() {
    let app = TestApp::demonstration().await;
    let values = scene(&app).await;
    app.run(&include_str!("support/many.sql").replace("{many}", &MANY.to_string())).await;
    let one = on_one_connection(&app).await;
    let routes = server::record().into_iter().filter(|route| route.method == "GET" && route.path.contains('{'));
    let addresses: Vec<String> = routes.map(|route| address(route.path, &values)).collect();
    let mut wrong = Vec::new();
    for account in ["guatemala", "case"] {
        let visitor = one.enter(account).await;
        for page in settled(&visitor, &addresses).await {
            // What another connection counted earlier may be told only now: it adds to one of them.
            let mut rows = i64::MAX;
            for _ in 0..3 {
                let before = rows_read(&app, &one).await;
                visitor.get(&page).await.is(200);
                rows = rows.min(rows_read(&app, &one).await - before);
                if rows <= ROWS {
                    break;
                }
            }
            if rows > ROWS && !LOOKS_FOR_A_NAME.iter().any(|end| page.ends_with(end)) {
                wrong.push(format!("{account} {page}: {rows} rows"));
            }
        }
    }
    let planned = "select statement from pg_prepared_statements where custom_plans > 5 or (custom_plans = 5 and generic_plans = 0)";
    let planned: Vec<String> =
        sqlx::query_scalar(planned).fetch_all(one.db.reads()).await.expect("the connection answers");
    let planned = planned.into_iter().filter(|statement| !BY_NAME.iter().any(|words| statement.contains(words)));
    wrong.extend(planned.map(|statement| format!("planned anew each time: {statement}")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn nothing_is_compiled_and_names_are_looked_up_in_our_schema() {
    let app = TestApp::empty().await;
    for (setting, value) in [("jit", "off"), ("search_path", "pg_catalog,public,pg_temp")] {
        let shown: String = sqlx::query_scalar(AssertSqlSafe(format!("show {setting}")))
            .fetch_one(app.db.reads())
            .await
            .expect("it is shown");
        assert_eq!(shown, value, "{setting}");
    }
}

#[tokio::test]
async fn a_page_does_not_ask_whether_a_connection_lives() {
    let app = TestApp::demonstration().await;
    let wire = Wire::to(app.application().get_socket().expect("PostgreSQL listens on a socket"));
    let one = TestApp::on(Db::lazy(&app.application().socket(wire.socket()), 1), "over the wire").await;
    let visitor = one.enter("guatemala").await;
    let check = app.value(&format!("select '/checks/' || {}", crate::database::CHECK)).await;
    for page in [check.as_str(), "/", "/checks"] {
        visitor.get(page).await.is(200);
        let before = wire.noted();
        visitor.get(page).await.is(200);
        let (mut statements, mut questions) = (0, 0);
        for (connection, noted) in wire.noted().iter().enumerate() {
            let noted = &noted[before.get(connection).map_or(0, Vec::len)..];
            statements += noted.iter().filter(|asked| **asked == Asked::Statement).count();
            // A connection is asked once when it is given back, off the way to the page.
            questions += noted.windows(2).filter(|both| *both == [Asked::Alive, Asked::Alive]).count();
        }
        assert!(statements > 2, "the wire was passed by");
        assert_eq!(questions, 0, "{page}: {:?}", wire.noted());
    }
}
