//! `lantern serve` with a PostgreSQL of the operator's own, from the first migration on.

use lantern::db::local::Cluster;
use sqlx::ConnectOptions;

use crate::support::{
    TestApp, Visitor,
    program::{Folder, Running, lantern, said, until},
};

/// An operator's PostgreSQL with an empty database, reached as the two roles of the documentation.
pub struct Operator {
    pub cluster: Cluster,
    pub folder: Folder,
    pub application: String,
    pub migration: String,
}

impl Operator {
    pub async fn begin() -> Self {
        let folder = Folder::new();
        let cluster = Cluster::start_with(&folder.join("own"), &["fsync=off"]).await.expect("PostgreSQL starts");
        let host = cluster.socket().display().to_string();
        let address = |role: &str| format!("postgres:///lantern?host={host}&user={role}");
        let (application, migration) = (address("lantern_app"), address("lantern_migrate"));
        let operator = Self { cluster, folder, application, migration };
        operator.sql("postgres", "create role lantern_migrate login; grant lantern_owner to lantern_migrate").await;
        operator
    }

    pub async fn migrated() -> Self {
        let operator = Self::begin().await;
        operator.cluster.make_database("lantern").await.unwrap();
        operator.done(&["migrate"]).await;
        operator
    }

    /// Runs the program to its end as the operator, with these settings.
    pub async fn run(&self, arguments: &[&str]) -> std::process::Output {
        lantern(arguments, &self.settings()).await
    }

    /// Where its database is, and for whom the site is.
    pub fn settings(&self) -> [(&str, &str); 3] {
        [
            ("DATABASE_URL", self.application.as_str()),
            ("LANTERN_MIGRATE_URL", &self.migration),
            ("LANTERN_ORIGIN", "https://lantern.example.gov"),
        ]
    }

    /// As [`Operator::run`]; it has to succeed. Gives what it said.
    pub async fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    pub async fn sql(&self, database: &str, statements: &str) {
        let mut connection = self.cluster.superuser(database).connect().await.expect("PostgreSQL answers");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()))
            .execute(&mut connection)
            .await
            .expect("the statements hold");
    }

    pub async fn serve(&self) -> Running {
        Running::serve(&self.folder.join("no-cluster-of-its-own"), &[("DATABASE_URL", &self.application)]).await
    }

    pub async fn value(&self, statement: &str) -> String {
        let mut connection = self.cluster.superuser("lantern").connect().await.expect("PostgreSQL answers");
        let statement = sqlx::AssertSqlSafe(format!("select ({statement})::text"));
        sqlx::query_scalar::<_, Option<String>>(statement).fetch_one(&mut connection).await.unwrap().unwrap_or_default()
    }
}

/// The password that `person add` printed.
pub fn printed_password(said: &str) -> String {
    said.trim().rsplit(": ").next().expect("a password is printed").to_owned()
}

#[tokio::test]
async fn a_role_that_may_create_tables_is_told_what_to_do() {
    let operator = Operator::migrated().await;
    operator.done(&["check-config"]).await;
    // A new database gives this to everybody, and so does a restored one.
    operator.sql("lantern", "grant temporary on database lantern to public").await;
    let judged = operator.run(&["check-config"]).await;
    assert_eq!(judged.status.code(), Some(2), "{}", said(&judged));
    assert!(
        said(&judged).contains("create tables") && said(&judged).contains("run lantern migrate"),
        "{}",
        said(&judged)
    );
    operator.done(&["migrate"]).await;
    operator.done(&["check-config"]).await;
    let superuser = operator.application.replace("lantern_app", "postgres");
    let judged =
        lantern(&["check-config"], &[("DATABASE_URL", &superuser), ("LANTERN_ORIGIN", "https://lantern.example.gov")])
            .await;
    assert_eq!(judged.status.code(), Some(2), "{}", said(&judged));
    assert!(said(&judged).contains("connect as lantern_app"), "{}", said(&judged));
}

#[tokio::test]
async fn what_is_old_is_cleared_by_the_running_program() {
    let operator = Operator::migrated().await;
    operator.done(&["person", "add", "jdoe", "Jane Doe"]).await;
    let age = "insert into drafts (form_id, person_id, path, title, body, saved_at)
                   select gen_random_uuid(), p.id, '/people/add', 'Add a person', 'name=' || days, now() - interval '1 day' * days
                   from people p, generate_series(89, 91) days where days <> 90";
    operator.sql("lantern", age).await;
    let server = operator.serve().await;
    until("it is cleared", async || operator.value("select string_agg(body, ' ') from drafts").await == "name=89")
        .await;
    server.stop().await;
}

#[tokio::test]
async fn the_first_administrator_is_made_on_the_terminal_and_chooses_a_password() {
    let operator = Operator::begin().await;
    operator.cluster.make_database("lantern").await.unwrap();
    let early = operator.run(&["check-config"]).await;
    assert_eq!(early.status.code(), Some(2), "{}", said(&early));
    assert!(said(&early).contains("DATABASE_URL") && said(&early).contains("lantern migrate"), "{}", said(&early));

    assert!(operator.done(&["migrate"]).await.contains("has this program's schema"));
    let entries = operator.value("select count(*) from audit_events").await;
    operator.done(&["migrate"]).await;
    assert_eq!(operator.value("select count(*) from audit_events").await, entries, "migrating again changes nothing");
    // Who upgrades is told what waits until each server was replaced, until they say that it was.
    let waits = "No request is recalled and no remark is written yet";
    let older = "create or replace function oldest_borne() returns bigint language sql stable as 'select 63::bigint'";
    operator.sql("lantern", older).await;
    assert!(operator.done(&["migrate"]).await.contains(waits));
    for arguments in [&["migrate", "--alone"][..], &["migrate"]] {
        assert!(!operator.done(arguments).await.contains(waits), "{arguments:?}");
    }
    assert_eq!(
        operator.value("select string_agg(distinct tableowner, ',') from pg_tables where schemaname = 'public'").await,
        "lantern_owner"
    );
    operator.done(&["check-config"]).await;

    // Nobody can come in yet, the people of the demonstration least of all.
    let server = operator.serve().await;
    let mut stranger = Visitor::new(&server.origin);
    for account in ["admin", "case", "postgres", "lantern", ""] {
        assert_eq!(stranger.sign_in(account, lantern::demo::PASSWORD).await.status, 422, "{account}");
    }
    assert_eq!(operator.value("select count(*) from people").await, "0");

    let told = operator.done(&["person", "add", "jdoe", "Jane Doe"]).await;
    let again = operator.run(&["person", "add", "jdoe", "Jane Doe"]).await;
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert!(said(&again).contains("ACCOUNT: jdoe is taken"), "{}", said(&again));
    assert_eq!(
        operator.value("select string_agg(job, ',') from audit_events where verb = 'person_added'").await,
        "terminal"
    );

    let first = printed_password(&told);
    let mut jane = Visitor::new(&server.origin);
    assert_eq!(jane.sign_in("jdoe", &first).await.status, 303);
    for path in ["/", "/people", "/reference"] {
        let page = jane.get(path).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/password"), "{path}");
    }
    let own = "a password of her own choice";
    jane.done("/password", &[("present_password", &first), ("new_password", own)]).await;
    let mut jane = Visitor::new(&server.origin);
    assert_eq!(jane.sign_in("jdoe", &first).await.status, 422, "the printed password is used up");
    assert_eq!(jane.sign_in("jdoe", own).await.status, 303);
    jane.get("/people").await.is(200).says("Jane Doe");

    // The running program is never the owner.
    let roles = "select string_agg(distinct usename, ',') from pg_stat_activity where datname = 'lantern' and pid <> pg_backend_pid()";
    assert_eq!(operator.value(roles).await, "lantern_app");
    server.stop().await;
}

#[tokio::test]
async fn a_server_is_alive_whatever_the_database_does_and_ready_when_it_may_be_used() {
    let mut operator = Operator::migrated().await;
    let server = operator.serve().await;
    let anyone = Visitor::new(&server.origin);
    let is = async |path: &str| {
        let answer = anyone.get(path).await;
        format!("{} {}", answer.status, answer.body.trim())
    };
    // An answer stands for a second, so the next one is waited for.
    let becomes = async |what: &str| until(what, async || is("/readyz").await.starts_with(what)).await;
    assert_eq!(is("/healthz").await, "200 alive");
    becomes("200 ready").await;

    // The schema of another version, older or newer.
    let latest = "(select max(version) from _sqlx_migrations)";
    operator.sql("lantern", "create table kept as select * from _sqlx_migrations").await;
    operator
        .sql("lantern", "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .await;
    becomes("503 not ready: the database has another schema").await;
    assert!(is("/healthz").await.starts_with("200"));
    let judged = operator.run(&["check-config"]).await;
    assert_eq!(judged.status.code(), Some(2), "{}", said(&judged));
    operator
        .sql("lantern", "insert into _sqlx_migrations select * from kept where version not in (select version from _sqlx_migrations)")
        .await;
    becomes("200 ready").await;
    // A later Lantern's, while servers are replaced one after the other: served, until that one took something away.
    operator.sql("lantern", "insert into _sqlx_migrations select version + 1, description, installed_on, success, checksum, execution_time from kept order by version desc limit 1").await;
    let later: i64 = operator.value(latest).await.parse().expect("a number");
    let oldest = |version: i64| {
        format!("create or replace function oldest_borne() returns bigint language sql as 'select {version}::bigint'")
    };
    operator.sql("lantern", &oldest(later)).await;
    becomes("503 not ready: the database has the schema of a later Lantern").await;
    operator.sql("lantern", &oldest(later - 1)).await;
    becomes("200 ready").await;
    operator.sql("lantern", "alter function oldest_borne() rename to oldest_served").await;
    becomes("503 not ready: the database has the schema of a later Lantern").await;
    operator.sql("lantern", "alter function oldest_served() rename to oldest_borne").await;
    becomes("200 ready").await;
    let newer = operator.run(&["migrate"]).await;
    assert_eq!(newer.status.code(), Some(1), "an old program does not touch a newer schema: {}", said(&newer));
    assert_ne!(operator.value(latest).await, "");
    operator
        .sql("lantern", "delete from _sqlx_migrations where version not in (select version from kept); drop table kept")
        .await;
    becomes("200 ready").await;

    // The same versions, but another Lantern's.
    operator
        .sql(
            "lantern",
            "create table kept as select * from _sqlx_migrations; update _sqlx_migrations set checksum = 'another' where version = 1",
        )
        .await;
    becomes("503 not ready: the database has another schema").await;
    operator
        .sql("lantern", "update _sqlx_migrations m set checksum = k.checksum from kept k where k.version = m.version; drop table kept")
        .await;
    becomes("200 ready").await;

    // The database goes and comes back; the server is not restarted.
    operator.cluster.stop();
    becomes("503 not ready: the database does not answer").await;
    assert!(is("/healthz").await.starts_with("200"));
    operator.cluster =
        Cluster::start_with(&operator.folder.join("own"), &["fsync=off"]).await.expect("PostgreSQL starts");
    becomes("200 ready").await;
    server.stop().await;
}

#[tokio::test]
async fn a_server_starts_before_its_database_does() {
    let mut operator = Operator::migrated().await;
    operator.cluster.stop();
    let server = Running::serve(&operator.folder.join("none"), &[("DATABASE_URL", &operator.application)]).await;
    let anyone = Visitor::new(&server.origin);
    assert_eq!(anyone.get("/readyz").await.status, 503);
    operator.cluster =
        Cluster::start_with(&operator.folder.join("own"), &["fsync=off"]).await.expect("PostgreSQL starts");
    until("it is ready", async || anyone.get("/readyz").await.status == 200).await;
    server.stop().await;
}

#[tokio::test]
async fn the_database_of_a_demonstration_is_refused() {
    let app = TestApp::demonstration().await;
    let options = app.superuser();
    let host = options.get_socket().expect("a socket").display().to_string();
    let address = format!("postgres:///{}?host={host}&user=lantern_app", options.get_database().expect("a database"));
    for verb in ["serve", "check-config"] {
        let settings = [("DATABASE_URL", address.as_str()), ("LANTERN_ORIGIN", "https://lantern.example.gov")];
        let refused = lantern(&[verb], &settings).await;
        assert_eq!(refused.status.code(), Some(2), "{verb}: {}", said(&refused));
        assert!(said(&refused).contains("DATABASE_URL: this is a demonstration's database"), "{}", said(&refused));
    }
}
