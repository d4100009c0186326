//! Lists, homes and counts read where each check stands. Whatever is done to a file, by whom and however, no page is
//! ever behind it.

use std::collections::BTreeSet;

use lantern::{
    checks::standing::{
        model::RULES,
        store::{differing, differing_again, read_again, refresh},
    },
    db::Db,
};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

use crate::{
    database::column,
    support::{TestApp, app::NOW},
};

/// Tables whose rows no rule of a check reads, each with the reason.
const UNMARKED: &[(&str, &str)] = &[
    ("audit_events", "the log is read, never judged by"),
    ("bases_read", "how far a computation came"),
    ("bases_to_read", "what is to be computed"),
    ("changed_bases", "what is computed"),
    ("check_numbers", "counts references"),
    ("check_standings", "what is computed"),
    ("corrections", "told, and judged by no rule"),
    ("draft_sources", "what a form was filled from"),
    ("drafts", "what is typed and not sent"),
    ("extensions", "the due date stands on the check"),
    ("former_names", "names are told, and asks nothing of anybody"),
    ("interim_replies", "told, and asks nothing of anybody"),
    ("kept_versions", "tells whether what the process keeps is still so"),
    ("known_browsers", "how people sign in"),
    ("login_attempts", "how people sign in"),
    ("loose_telegrams", "where lists look"),
    ("merges", "what moves with it marks"),
    ("party_facts", "told, and judged by no rule"),
    ("post_licenses", "where lists look"),
    ("post_parties", "where lists look"),
    ("provisos", "part of a decision, which marks"),
    ("readiness", "whether the database takes what is written"),
    ("remarks", "told, and judged by no rule"),
    ("security_events", "how people sign in"),
    ("separated_duties", "only a migration changes it"),
    ("sessions", "who is signed in"),
    ("spill_texts", "what is hidden, which the rows tell"),
    ("spill_words", "as spill_texts"),
    ("spills", "as spill_texts"),
    ("standing_marks", "the marks"),
    ("submissions", "what was sent once"),
    ("telegram_answers", "what is filed from telegrams marks"),
    ("telegram_checks", "as telegram_answers"),
    ("telegram_readings", "as telegram_answers"),
    ("telegrams", "as telegram_answers"),
];

const MARKED: &str = "select distinct tgrelid::regclass::text from pg_trigger where tgname like 'marks_%'";

/// The demonstration, in which a hand that is past every rule leaves marks too.
struct Scene {
    app: TestApp,
    db: Db,
    pool: PgPool,
    now: OffsetDateTime,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::demonstration().await;
        app.run(
            "do $$ declare t record; begin
                 for t in select tgrelid::regclass as of_table, tgname from pg_trigger where tgname like 'marks_%' loop
                     execute format('alter table %s enable always trigger %I', t.of_table, t.tgname);
                 end loop;
             end $$",
        )
        .await;
        let pool = PgPool::connect_with(app.application()).await.expect("it answers");
        let scene = Self { db: Db::unhurried(&app.application()), pool, now: app.clock.now(), app };
        scene.refreshed("the demonstration").await;
        let decided = "select exists (select from licenses l join decisions d on d.license_id = l.id where l.status = 'approved' and d.basis is not null)";
        assert_eq!(scene.app.value(decided).await, "true", "there is a license to be decided again");
        scene
    }

    /// Changes rows as somebody with psql does who has turned every rule off.
    async fn by_hand(&self, statements: &str) {
        self.app.run(&format!("set local session_replication_role = replica; {statements}")).await;
    }

    async fn refresh(&self) -> usize {
        refresh(&self.pool, RULES, self.now).await.expect("it is computed")
    }

    async fn differing(&self) -> Vec<String> {
        differing(self.db.reads(), self.now).await.expect("it is compared")
    }

    /// Brings the rows up to date, and gives how many were computed; then each says what its file says.
    async fn refreshed(&self, what: &str) -> usize {
        let computed = self.refresh().await;
        let (open, stored) = (
            self.app.value("select count(*) from checks where state <> 'closed'").await,
            self.app
                .value(
                    "select count(distinct s.check_id) from check_standings s join checks c on c.id = s.check_id where c.state <> 'closed'",
                )
                .await,
        );
        assert_eq!(open, stored, "{what}: each open check has its row");
        let wrong = self.differing().await;
        assert!(wrong.is_empty(), "{what}: {wrong:?}");
        assert!(read_again(&self.pool, RULES, self.now, 1000).await.expect("they are read"), "{what}");
        let wrong = differing_again(self.db.reads(), self.now).await.expect("they are compared");
        assert!(wrong.is_empty(), "{what}: licenses {wrong:?}");
        computed
    }
}

/// A change of one row of each table that a rule reads, as somebody with psql makes it: the statement has to reach some
/// file.
const CHANGES: &[(&str, &str)] = &[
    ("assignments", "update assignments set ends_on = '2020-01-02', starts_on = '2020-01-01' where role = 'reviewer'"),
    ("region_owners", "update region_owners set reviewer_id = null"),
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
    (
        "assignments",
        "update assignments set ends_on = '2020-01-02', starts_on = '2020-01-01' where post_id is not null",
    ),
    (
        "checks",
        "update checks set case_officer_id = (select id from people where account = 'case2') where state <> 'closed'",
    ),
    (
        "reference_entries",
        "update reference_entries set ends_on = '2020-01-02', starts_on = '2020-01-01' where kind = 'topic'",
    ),
    (
        "parties",
        "update parties set merged_into = (select min(id::text)::uuid from parties), standing = 'merged' where id <> (select min(id::text)::uuid from parties)",
    ),
    ("parties", "update parties set merged_into = null, standing = 'established' where merged_into is not null"),
];

#[tokio::test]
async fn every_table_is_marked_or_read_by_no_rule() {
    let app = TestApp::empty().await;
    let tables = column(&app, "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '_sqlx_migrations'").await;
    let mut said: BTreeSet<String> = column(&app, MARKED).await;
    for (table, reason) in UNMARKED {
        assert!(said.insert((*table).to_owned()), "{table} is marked: {reason}?");
    }
    assert_eq!(said, tables);
    // Each kind of change leaves marks, and every kind of mark is looked up.
    let halves = column(&app, &format!("select t from ({MARKED}) m (t) where t <> 'people' and (select count(*) from pg_trigger where tgrelid = t::regclass and tgfoid = 'leave_marks'::regproc) <> 3")).await;
    assert!(halves.is_empty(), "{halves:?}");
    let kinds = column(&app, "select split_part(kind, ':', 1) from (select distinct unnest(string_to_array(trim(trailing '\\000' from encode(tgargs, 'escape')), '\\000')) as kind from pg_trigger where tgname like 'marks_%') k").await;
    let view = app.value("select pg_get_viewdef('marked_checks'::regclass)").await;
    for kind in kinds {
        assert!(view.contains(&format!("'{kind}'")), "nobody looks up a mark of kind {kind:?}");
    }
}

#[tokio::test]
async fn whatever_is_changed_reaches_the_lists() {
    let mut idle = Vec::new();
    let scene = Scene::new().await;
    assert_eq!(scene.refresh().await, 0, "nothing is left to do");
    for (table, change) in CHANGES {
        scene.by_hand(change).await;
        // Marked rows are not compared, so the marks are set aside for a moment.
        let computed = {
            let mut conn = scene.app.superuser().connect().await.expect("it answers");
            sqlx::raw_sql("create table aside as select * from standing_marks; delete from standing_marks")
                .execute(&mut conn)
                .await
                .expect("done");
            let wrong = scene.differing().await;
            sqlx::raw_sql("insert into standing_marks select * from aside; drop table aside")
                .execute(&mut conn)
                .await
                .expect("done");
            let computed = scene.refreshed(change).await;
            if wrong.is_empty() {
                idle.push(format!("{table} ({computed} computed): {change}"));
            }
            computed
        };
        assert!(computed > 0, "{change}");
    }
    assert!(idle.is_empty(), "these change no file:\n{}", idle.join("\n"));
}

/// Some rows are read in files that do not own them.
#[tokio::test]
async fn a_shared_row_concerns_every_file_that_reads_it() {
    let scene = Scene::new().await;
    let on = |license: &str| format!("select check_id from check_licenses where license_id = ({license})");
    // Two licenses with a permit of one number, and two that share nothing else.
    let holder = "select p.license_id from permits p join licenses l on l.id = p.license_id where p.holds_number and l.status = 'approved_on_conditions' order by p.id limit 1";
    let other = format!(
        "select l.id from licenses l where l.status = 'pending' and not exists (select from permits p where p.license_id = l.id) and l.id <> ({holder}) and exists (select from check_licenses k where k.license_id = l.id) order by l.id limit 1"
    );
    scene
        .by_hand(&format!(
            "insert into permits select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'holds_number', false, 'license_id', ({other})))).*
             from permits p where p.license_id = ({holder}) and p.holds_number limit 1;
             insert into permit_authorities select p.id, p.authority_id from permits p
                 where not exists (select from permit_authorities a where a.permit_id = p.id)"
        ))
        .await;
    let twin = "select p.license_id from permits p where not p.holds_number and exists (select from permits h where h.holds_number and h.authority_id = p.authority_id
        and h.number_normalized = p.number_normalized and h.license_id <> p.license_id) limit 1";
    let survivor = "select p.id from parties p join license_parties l on l.party_id = p.id where p.standing = 'established' order by p.id limit 1";
    let merged = format!(
        "select p.id from parties p where p.id <> ({survivor}) and not exists (select from license_parties l where l.party_id = p.id) order by p.id limit 1"
    );
    let told = "select i.license_id from import_approvals i where i.contact_id is not null order by i.id limit 1";
    let cases = [
        (
            "the number of the license that used a permit",
            String::new(),
            format!("update licenses set number = number || '9' where id = ({holder})"),
            on(twin),
        ),
        (
            "the permit itself",
            String::new(),
            format!("update permits set revoked_on = '2026-01-01' where license_id = ({holder})"),
            on(twin),
        ),
        (
            "a record merged into a party",
            String::new(),
            format!("update parties set standing = 'merged', merged_into = ({survivor}) where id = ({merged})"),
            on(&format!("select license_id from license_parties where party_id = ({survivor}) limit 1")),
        ),
        (
            "a record parted from it again",
            String::new(),
            "update parties set standing = 'established', merged_into = null where standing = 'merged'".into(),
            on(&format!("select license_id from license_parties where party_id = ({survivor}) limit 1")),
        ),
        (
            "a contact at which an authority told its word",
            format!(
                "update contacts set check_id = (select id from checks where state = 'draft' limit 1) where id = (select contact_id from import_approvals where license_id = ({told}) and contact_id is not null limit 1)"
            ),
            format!(
                "update contacts set occurred_on = '2026-01-01' where id = (select contact_id from import_approvals where license_id = ({told}) and contact_id is not null limit 1)"
            ),
            on(told),
        ),
    ];
    reach(&scene, cases).await;
}

/// Each change, after what has to be there before it, marks one of the checks that it concerns.
async fn reach<const N: usize>(scene: &Scene, cases: [(&str, String, String, String); N]) {
    for (what, before, change, concerned) in cases {
        if !before.is_empty() {
            scene.by_hand(&before).await;
        }
        scene.refreshed(what).await;
        let reaches =
            format!("select count(*) from ({concerned}) c (id) where id in (select check_id from marked_checks)");
        assert_eq!(scene.app.value(&reaches).await, "0", "{what}: nothing is marked yet");
        scene.by_hand(&change).await;
        assert_ne!(scene.app.value(&reaches).await, "0", "{what}");
        scene.refreshed(what).await;
    }
}

/// A weapon is told of on every file that has its number.
#[tokio::test]
async fn a_weapon_concerns_every_license_that_has_its_number() {
    let scene = Scene::new().await;
    let on = |license: &str| format!("select check_id from check_licenses where license_id = ({license})");
    // Two licenses that share the number of a weapon.
    let one = "(select id from licenses where number = '050106402')";
    let two = "(select l.id from licenses l where l.number <> '050106402' and exists (select from item_groups g where g.license_id = l.id)
        and exists (select from check_licenses k where k.license_id = l.id) order by l.id limit 1)";
    let weapon = format!(
        "delete from serials where number like 'ZZ-%';
         insert into serials (id, item_group_id, license_id, number, number_normalized, state, recorded_by, recorded_at)
         select gen_random_uuid(), (select g.id from item_groups g where g.license_id = l.id order by g.id limit 1), l.id, 'ZZ-1', 'zz1', 'seen',
             l.registered_by, now() from licenses l where l.id in ({one}, {two})"
    );
    let shared = |what, change: String| (what, weapon.clone(), change, on(two));
    let cases = [
        shared(
            "what was found of a weapon on another license",
            format!("update serials set state = 'missing' where number = 'ZZ-1' and license_id = {one}"),
        ),
        shared(
            "a weapon that was on another license under that number",
            format!(
                "update serials set number = 'ZZ-2', number_normalized = 'zz2' where number = 'ZZ-1' and license_id = {one}"
            ),
        ),
        shared(
            "a weapon that was on another license",
            format!("delete from serials where number = 'ZZ-1' and license_id = {one}"),
        ),
        shared("the license of the weapon", format!("update licenses set status = 'denied' where id = {one}")),
        shared(
            "the maker on that license",
            format!(
                "insert into license_parties (id, license_id, party_id, role, takes_possession) select gen_random_uuid(), {one}, id, 'manufacturer', 'never' from parties limit 1"
            ),
        ),
        shared(
            "the maker's name",
            format!(
                "update parties set name = name || ' II' where id = (select party_id from license_parties where role = 'manufacturer' and license_id = {one} limit 1)"
            ),
        ),
    ];
    reach(&scene, cases).await;
}

/// Whatever a table holds is taken away, and comes back: each file that read it is right both times.
#[tokio::test]
async fn no_table_is_read_past_its_marks() {
    let scene = Scene::new().await;
    for table in column(&scene.app, MARKED).await {
        // Of people only names are read, and a check without its post or its country is nowhere.
        if ["people", "posts", "countries"].contains(&table.as_str()) {
            continue;
        }
        let columns = scene
            .app
            .value(&format!("select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''"))
            .await;
        scene.by_hand(&format!("create table aside as select {columns} from {table}; delete from {table}")).await;
        scene.refreshed(&format!("{table} is empty")).await;
        scene.by_hand(&format!("insert into {table} ({columns}) select {columns} from aside; drop table aside")).await;
        scene.refreshed(&format!("{table} is back")).await;
    }
}

#[tokio::test]
async fn days_that_pass_reach_the_lists() {
    let mut scene = Scene::new().await;
    for days in [0, 1, 2, 30, 29, 400, 0] {
        scene.now = NOW + Duration::days(days) + Duration::hours(days % 7);
        scene.refreshed(&format!("{days} days later")).await;
    }
    scene.now = NOW + Duration::seconds(1);
    assert_eq!(scene.refresh().await, 0, "a moment later the same holds");
}

/// While others compute and compare, changes commit: none is missed, and nobody is told a falsehood meanwhile.
#[tokio::test]
async fn what_commits_while_others_compute_is_missed_by_nobody() {
    let scene = Scene::new().await;
    let mut all = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let options = scene.app.superuser();
        all.spawn(async move {
            let mut conn = PgConnection::connect_with(&options).await.expect("it answers");
            for turn in 0..12 {
                // A change is open while others compute.
                let mut tx = conn.begin().await.expect("it begins");
                sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *tx).await.expect("it is set");
                sqlx::query(
                    "update checks set officer_id = (select id from people order by md5(id::text || $1) limit 1)
                     where id = (select id from checks where state = 'in_progress' order by md5(id::text || $1) limit 1)",
                )
                .bind(format!("{writer} {turn}"))
                .execute(&mut *tx)
                .await
                .expect("it is changed");
                sqlx::query(
                    "update licenses set value_usd = value_usd + 1 where id = (select id from licenses
                         where status in ('approved', 'approved_on_conditions') order by md5(id::text || $1) limit 1)",
                )
                .bind(format!("{writer} {turn}"))
                .execute(&mut *tx)
                .await
                .expect("it is changed");
                tx.commit().await.expect("it commits");
            }
        });
    }
    for rules in [RULES, RULES, "another version's"] {
        let (pool, now) = (scene.pool.clone(), scene.now);
        all.spawn(async move {
            for _ in 0..8 {
                refresh(&pool, rules, now).await.expect("it is computed");
                read_again(&pool, rules, now, 3).await.expect("they are read");
            }
        });
    }
    let (reads, now) = (scene.db.reads().clone(), scene.now);
    all.spawn(async move {
        for _ in 0..8 {
            let wrong = differing(&reads, now).await.expect("it is compared");
            assert!(wrong.is_empty(), "while others write: {wrong:?}");
            let wrong = differing_again(&reads, now).await.expect("they are compared");
            assert!(wrong.is_empty(), "while others write: licenses {wrong:?}");
        }
    });
    all.join_all().await;
    scene.refreshed("after all").await;
}

/// Two versions of the program on one database do not undo each other's work.
#[tokio::test]
async fn each_version_of_the_rules_keeps_its_own_rows() {
    let scene = Scene::new().await;
    let another = async || refresh(&scene.pool, "another version's", scene.now).await.expect("it is computed");
    let open: usize =
        scene.app.value("select count(*) from checks where state <> 'closed'").await.parse().expect("a count");
    assert_eq!((another().await, scene.refresh().await, another().await), (open, 0, 0));
    scene.by_hand("update checks set officer_id = null where id = (select id from checks where state = 'in_progress' limit 1)").await;
    let (here, there) = (scene.refreshed("a change").await, another().await);
    assert!(here > 0 && here < open && here == there, "{here} {there}");
}

/// A file that cannot be read is nobody's list's end, and is told where it stands.
#[tokio::test]
async fn an_unreadable_file_brings_no_list_down() {
    let scene = Scene::new().await;
    scene.by_hand("delete from permit_authorities where permit_id = (select p.id from permits p join check_licenses k on k.license_id = p.license_id join checks c on c.id = k.check_id where c.state <> 'closed' limit 1)").await;
    let (reviewer, officer) = (scene.app.enter("reviewer").await, scene.app.enter("apia").await);
    let list = reviewer.get("/checks").await;
    list.is(200);
    list.says("Its file cannot be read.");
    list.says("Acknowledge the request");
    officer.get("/").await.is(200);
}

/// A page that lists sees the change that came just before it, and pays for no other check.
#[tokio::test]
async fn a_list_is_never_behind_and_computes_only_what_changed() {
    let scene = Scene::new().await;
    let guatemala = scene.app.enter("guatemala").await;
    scene
        .app
        .run(
            "create table computed (check_id uuid); grant insert on computed to lantern_app;
             create function note_computed() returns trigger language plpgsql as $$ begin insert into computed values (new.check_id); return null; end $$;
             create trigger noted after insert or update on check_standings for each row execute function note_computed()",
        )
        .await;
    guatemala.get("/").await.is(200);
    guatemala.get("/checks").await.is(200);
    assert_eq!(scene.app.value("select count(*) from computed").await, "0", "nothing changed");
    scene
        .by_hand(
            "update checks set state = 'requested', officer_id = null where reference = (select min(reference)
                 from checks c join posts p on p.id = c.post_id where p.name = 'Guatemala' and c.state = 'in_progress')",
        )
        .await;
    guatemala.get("/checks?state=requested").await.says("Acknowledge the request");
    let computed: usize = scene.app.value("select count(*) from computed").await.parse().expect("a count");
    assert!((1..=3).contains(&computed), "{computed}: it, and those that share a license");
}

/// Whoever lists something else at a post takes marks away, also that of a check that was opened a moment ago.
#[tokio::test]
async fn a_check_that_was_just_opened_is_counted_whoever_took_its_mark() {
    let scene = Scene::new().await;
    let (auditor, post) = (scene.app.enter("auditor").await, scene.app.enter("guatemala").await);
    let open: usize =
        scene.app.value("select count(*) from checks where state <> 'closed'").await.parse().expect("a count");
    auditor.get("/").await.says(&format!("{open} checks are open"));
    scene
        .by_hand(
            "insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, opened_by,
                 opened_at, requested_at, requested_by, due_on)
             select gen_random_uuid(), year, 9000, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, opened_by,
                 opened_at, requested_at, requested_by, due_on from checks where state = 'requested' limit 1",
        )
        .await;
    post.get("/licenses").await.is(200);
    assert_eq!(scene.app.value("select count(*) from standing_marks").await, "0", "they were taken");
    auditor.get("/").await.says(&format!("{} checks are open", open + 1));
}

/// Even a table that hides the marks takes none away: the function looks into our schema.
#[tokio::test]
async fn no_mark_is_lost_in_a_table_that_hides_them() {
    let scene = Scene::new().await;
    let mut conn = scene.app.superuser().connect().await.expect("it answers");
    for table in column(&scene.app, MARKED).await {
        let change = if table == "people" {
            "name = name || 'x'".to_owned()
        } else {
            let first = column(
                &scene.app,
                &format!("select attname::text from pg_attribute where attrelid = '{table}'::regclass and attnum = 1"),
            )
            .await;
            let first = first.first().expect("it has columns");
            format!("{first} = {first}")
        };
        let statements = format!(
            "begin; create temporary table standing_marks (like public.standing_marks) on commit drop;
             set local session_replication_role = replica; update public.{table} set {change}"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut conn).await.expect("it is changed");
        let counted =
            format!("select exists (select from public.standing_marks) or not exists (select from public.{table})");
        let is_marked: bool =
            sqlx::query_scalar(sqlx::AssertSqlSafe(counted)).fetch_one(&mut conn).await.expect("it is counted");
        sqlx::raw_sql("rollback").execute(&mut conn).await.expect("it is undone");
        assert!(is_marked, "{table}");
    }
}
