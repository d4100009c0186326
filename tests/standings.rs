//! Lists, homes and counts read where each check stands. Whatever is done to a file, by whom and however, no page is ever behind it.

use lantern::{
    checks::standing::{
        map::{MAP, UNMARKED},
        store::{differing, refresh},
    },
    db::Db,
};
use time::{Duration, OffsetDateTime};

use crate::{
    database::column,
    support::{TestApp, app::NOW},
};

/// Brings the rows up to date, and gives how many were computed; then each says what its file says.
async fn refreshed(db: &Db, pool: &sqlx::PgPool, now: OffsetDateTime, what: &str) -> usize {
    let computed = refresh(pool, now).await.expect("it is computed");
    let wrong = differing(db.reads(), now).await.expect("it is compared");
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
    computed
}

async fn pool(app: &TestApp) -> sqlx::PgPool {
    sqlx::PgPool::connect_with(app.application()).await.expect("it answers")
}

/// A change of one row of each table that a rule reads, as somebody with psql makes it: the statement has to reach some file.
const CHANGES: &[(&str, &str)] = &[
    ("people", "update people set name = name || ' Jr.'"),
    ("posts", "update posts set name = name || ' City'"),
    ("authorities", "update authorities set name = name || ' (new)', short_name = short_name || 'x'"),
    (
        "party_listings",
        "insert into party_listings (id, party_id, list, source, starts_on, recorded_by, recorded_at) select gen_random_uuid(), id, 'entity_list', 'Invented', '2020-01-01', created_by, now() from parties",
    ),
    ("permits", "update permits set valid_until = '2020-01-01', valid_from = null"),
    ("parties", "update parties set name = name || ' II', name_folded = name_folded || ' ii', country = 'KP'"),
    (
        "conditions",
        "insert into conditions (id, license_id, text, who_acts, raised_by, raised_at) select gen_random_uuid(), id, 'Invented', 'the applicant', (select min(id::text)::uuid from people), now() from licenses",
    ),
    (
        "duties",
        "insert into duties (person_id, duty, check_id) select p.id, d.duty, c.id from people p, checks c, (values ('request'), ('propose'), ('sign_result'), ('decide'), ('sign_reply')) d (duty) where c.state <> 'closed' on conflict do nothing",
    ),
    ("import_approvals", "delete from import_approvals"),
    ("licenses", "update licenses set status = 'pending' where status = 'approved_on_conditions'"),
    ("licenses", "update licenses set status = 'approved_on_conditions' where status = 'pending'"),
    (
        "contacts",
        "delete from contacts where check_id = (select id from checks where state = 'in_progress' and exists (select from contacts t where t.check_id = checks.id) limit 1)",
    ),
    ("findings", "delete from findings where check_id in (select id from checks where state = 'in_progress')"),
    (
        "recommendations",
        "update recommendations set withdrawn_at = now() where withdrawn_at is null and check_id in (select id from checks where state = 'replied')",
    ),
    (
        "results",
        "update results set withdrawn_at = now() where withdrawn_at is null and check_id in (select id from checks where state <> 'closed')",
    ),
    (
        "checks",
        "update checks set state = 'requested', officer_id = null where id = (select id from checks where state = 'in_progress' limit 1)",
    ),
    ("assignments", "update assignments set ends_on = '2020-01-02', starts_on = '2020-01-01' where post_id is not null"),
    ("reference_entries", "update reference_entries set ends_on = '2020-01-02', starts_on = '2020-01-01' where kind = 'topic'"),
];

#[tokio::test]
async fn every_table_is_marked_or_read_by_no_rule() {
    let app = TestApp::empty().await;
    let tables = column(&app, "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '_sqlx_migrations' order by 1").await;
    let said: std::collections::BTreeSet<String> =
        MAP.iter().map(|marked| marked.table.to_owned()).chain(UNMARKED.iter().map(|(table, _)| (*table).to_owned())).collect();
    assert_eq!(said, tables);
}

#[tokio::test]
async fn whatever_is_changed_reaches_the_lists() {
    let app = TestApp::demonstration().await;
    let (db, pool) = (Db::unhurried(&app.application()), pool(&app).await);
    let now = app.clock.now();
    refreshed(&db, &pool, now, "the demonstration").await;
    assert_eq!(refresh(&pool, now).await.expect("it is computed"), 0, "nothing is left to do");
    let mut idle = Vec::new();
    for (table, change) in CHANGES {
        // By hand, past every rule; the marks alone are left by the triggers.
        let marks: Vec<String> =
            ["new", "gone", "changed"].iter().map(|what| format!("alter table {table} enable always trigger marks_{what}")).collect();
        app.run(&format!("{}; set local session_replication_role = replica; {change}", marks.join("; "))).await;
        let wrong = differing(db.reads(), now).await.expect("it is compared");
        let computed = refreshed(&db, &pool, now, change).await;
        if wrong.is_empty() || computed == 0 {
            idle.push(format!("{table} ({} differ, {computed} computed): {change}", wrong.len()));
        }
    }
    assert!(idle.is_empty(), "these change no file:\n{}", idle.join("\n"));
}

#[tokio::test]
async fn days_that_pass_reach_the_lists() {
    let app = TestApp::demonstration().await;
    let (db, pool) = (Db::unhurried(&app.application()), pool(&app).await);
    for days in [0, 1, 2, 30, 29, 400, 0] {
        let now = NOW + Duration::days(days) + Duration::hours(days % 7);
        refreshed(&db, &pool, now, &format!("{days} days later")).await;
    }
}

#[tokio::test]
async fn what_commits_while_others_compute_is_missed_by_nobody() {
    let app = TestApp::demonstration().await;
    let (db, pool) = (Db::unhurried(&app.application()), pool(&app).await);
    let now = app.clock.now();
    refreshed(&db, &pool, now, "the demonstration").await;
    app.run("alter table checks disable trigger user; alter table checks enable trigger marks_changed").await;
    let mut all = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let options = app.superuser();
        all.spawn(async move {
            let mut conn = <sqlx::PgConnection as sqlx::Connection>::connect_with(&options).await.expect("it answers");
            for turn in 0..12 {
                let chance = format!("{writer} {turn}");
                // A change is open while others compute.
                let mut tx = sqlx::Connection::begin(&mut conn).await.expect("it begins");
                sqlx::query(
                    "update checks set officer_id = (select id from people order by md5(id::text || $1) limit 1)
                     where id = (select id from checks where state = 'in_progress' order by md5(id::text || $1) limit 1)",
                )
                .bind(&chance)
                .execute(&mut *tx)
                .await
                .expect("it is changed");
                tx.commit().await.expect("it commits");
            }
        });
    }
    for _ in 0..3 {
        let pool = pool.clone();
        all.spawn(async move {
            for _ in 0..8 {
                refresh(&pool, now).await.expect("it is computed");
            }
        });
    }
    all.join_all().await;
    refreshed(&db, &pool, now, "after all").await;
}

/// A page that lists sees the change that came just before it, and pays for no other check.
#[tokio::test]
async fn a_list_is_never_behind_and_computes_only_what_changed() {
    let app = TestApp::demonstration().await;
    let guatemala = app.enter("guatemala").await;
    guatemala.get("/").await.is(200);
    app.run("create table computed (check_id uuid); create function note_computed() returns trigger language plpgsql as $$ begin insert into computed values (new.check_id); return null; end $$; grant insert on computed to lantern_app; create trigger noted after insert or update on check_standings for each row execute function note_computed()").await;
    guatemala.get("/").await.is(200);
    assert_eq!(app.value("select count(*) from computed").await, "0", "nothing changed");
    app.run("alter table checks disable trigger user; alter table checks enable trigger marks_changed; update checks set state = 'requested', officer_id = null where reference = (select min(reference) from checks c join posts p on p.id = c.post_id where p.name = 'Guatemala' and c.state = 'in_progress')").await;
    let changed = app
        .value("select min(reference) from checks c join posts p on p.id = c.post_id where p.name = 'Guatemala' and c.state = 'requested'")
        .await;
    let list = guatemala.get("/checks?state=requested").await;
    list.says("Acknowledge the request");
    assert!(
        app.value("select count(*) from computed").await.parse::<usize>().expect("a count") <= 3,
        "{changed}: and those that share a license"
    );
}

/// Even a table that hides the marks takes none away: the functions look into our schema first.
#[tokio::test]
async fn no_mark_is_lost_in_a_table_that_hides_them() {
    let app = TestApp::demonstration().await;
    let mut conn = sqlx::ConnectOptions::connect(&app.superuser()).await.expect("it answers");
    for marked in MAP {
        let table = marked.table;
        let columns =
            column(&app, &format!("select attname::text from pg_attribute where attrelid = '{table}'::regclass and attnum = 1")).await;
        let first = columns.first().expect("it has columns");
        let triggers: Vec<String> =
            ["new", "gone", "changed"].iter().map(|what| format!("alter table {table} enable always trigger marks_{what}")).collect();
        let change = match marked.only {
            [] => format!("update public.{table} set {first} = {first}"),
            [only, ..] => format!("update public.{table} set {only} = {only} || 'x'"),
        };
        let statements = format!(
            "begin; {}; delete from standing_marks; create temporary table standing_marks (like public.standing_marks) on commit drop;
             set local session_replication_role = replica; {change}",
            triggers.join("; ")
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut conn).await.expect(table);
        let counted = format!("select (select count(*) from public.standing_marks) > 0 or not exists (select from public.{table})");
        let marked: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(counted)).fetch_one(&mut conn).await.expect(table);
        sqlx::raw_sql("rollback").execute(&mut conn).await.expect("it is undone");
        assert!(marked, "{table}");
    }
}
