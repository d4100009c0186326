//! The database goes away, stands still, only reads, or has no place left: people are told in time, keep what they
//! typed, and go on without a restart of the server.

use std::{process::Command, time::Duration};

use lantern::{
    access::Role,
    accounts::{
        hashing::hash,
        model::NewPassword,
        store::{NewPerson, insert_assignment, insert_person},
    },
    audit::{By, Event, Verb},
    db::{self, Db, local::Cluster},
};
use sqlx::{ConnectOptions, Connection};

use crate::support::{Page, TestApp, Visitor, app::NOW};

const PASSWORD: &str = "a password for an outage";
const DATABASE: &str = "lantern";
/// People are told within five seconds; the rest is for a busy machine.
const IN_TIME: Duration = Duration::from_secs(10);

/// A server with a cluster of its own, and an administrator.
struct Outage {
    cluster: Cluster,
    app: TestApp,
    admin: Visitor,
    folder: std::path::PathBuf,
}

impl Outage {
    async fn begin(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("lantern-{name}-{}", std::process::id()));
        let cluster = Cluster::start_with(&folder, &["fsync=off"]).await.expect("PostgreSQL starts");
        cluster.make_database(DATABASE).await.expect("a database is made");
        db::migrate(&cluster.superuser(DATABASE), db::Beside::Older).await.expect("the migrations apply");
        let db = Db::lazy(&cluster.application(DATABASE), 4);
        add_administrator(&db).await;
        let app = TestApp::on(db, DATABASE).await;
        let mut admin = app.nobody();
        assert_eq!(admin.sign_in("outage", PASSWORD).await.status, 303);
        Self { cluster, app, admin, folder }
    }

    async fn sql(&self, statement: &'static str) {
        let mut connection = self.cluster.superuser("postgres").connect().await.expect("PostgreSQL answers");
        sqlx::raw_sql(statement).execute(&mut connection).await.expect("it is a statement");
        connection.close().await.expect("the connection closes");
    }

    /// Sends a signal to every process of the cluster.
    fn signal(&self, signal: &str) {
        let process = self.cluster.process();
        let script = format!("kill -{signal} {process} $(pgrep -P {process})");
        assert!(Command::new("sh").args(["-c", &script]).status().expect("a shell runs").success());
    }

    /// The first value of a statement's first row, as text.
    async fn value(&self, statement: &str) -> String {
        let mut connection = self.cluster.superuser(DATABASE).connect().await.expect("PostgreSQL answers");
        let found = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select ({statement})::text")))
            .fetch_one(&mut connection)
            .await;
        found.expect("it is a statement")
    }

    /// Stops PostgreSQL, which ends every connection, and starts it again.
    async fn restart(&mut self) {
        let superuser = self.cluster.superuser("postgres");
        let first = self.value("pg_postmaster_start_time()").await;
        let process = self.cluster.process();
        assert!(Command::new("kill").args(["-INT", &process.to_string()]).status().expect("it runs").success());
        let again = async {
            loop {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let Ok(mut connection) = superuser.connect().await else { continue };
                let started = sqlx::query_scalar::<_, String>("select pg_postmaster_start_time()::text")
                    .fetch_one(&mut connection)
                    .await;
                if started.is_ok_and(|started| started != first) {
                    break;
                }
            }
        };
        tokio::select! {
            () = self.cluster.keep_running() => {}
            () = again => {}
        }
    }

    /// Every connection that the pools may have, opened.
    async fn warm(&self) {
        for round in 0..3 {
            let forms = [self.form().await, self.form().await, self.form().await, self.form().await];
            let account = |number: usize| format!("warm{round}{number}");
            let (a, b, c, d) = (account(0), account(1), account(2), account(3));
            let pages = || async { self.admin.get("/people").await };
            tokio::join!(pages(), pages(), pages(), pages());
            tokio::join!(
                self.send(&forms[0], &a),
                self.send(&forms[1], &b),
                self.send(&forms[2], &c),
                self.send(&forms[3], &d)
            );
        }
    }

    /// The form is done, and was done once: one person, one entry of the log.
    async fn done_once(&self, account: &str, sent: &Page) {
        sent.is(200).says("First password");
        let entries = format!(
            "select count(*) from audit_events e join people p on p.id = e.subject_id where p.account = '{account}'"
        );
        assert_eq!(self.value(&entries).await, "1", "{account}");
    }

    /// Opens the form of a new account.
    async fn form(&self) -> (String, String) {
        let page = self.admin.get("/people/add").await;
        (page.is(200).input("form_id").expect("a form has an id"), page.input("version").unwrap_or_default())
    }

    async fn send(&self, form: &(String, String), account: &str) -> Page {
        let fields = [
            ("form_id", form.0.as_str()),
            ("version", &form.1),
            ("account", account),
            ("name", "Typed During An Outage"),
        ];
        self.admin.post("/people/add", &fields).await
    }

    /// A page and a submit are answered 503 in time, with what was typed.
    async fn tells(&self, account: &str, form: &(String, String)) {
        let page = tokio::time::timeout(IN_TIME, self.admin.get("/people")).await.expect("a page is answered in time");
        page.is(503).says_not("not known whether this was done");
        let sent = tokio::time::timeout(IN_TIME, self.send(form, account)).await.expect("a submit is answered in time");
        sent.is(503);
        assert!(
            sent.body.contains("Typed During An Outage") && sent.body.contains(&form.0),
            "the text is lost: {}",
            sent.body
        );
        let mut nobody = self.app.nobody();
        let sign_in = tokio::time::timeout(IN_TIME, nobody.sign_in("outage", PASSWORD))
            .await
            .expect("a sign-in is answered in time");
        assert!(!sign_in.is(503).body.contains(PASSWORD), "a password is given back");
    }

    /// Without a restart, the same form is done once.
    async fn recovers(&self, account: &str, form: &(String, String)) {
        let begun = std::time::Instant::now();
        while self.admin.get("/people").await.status != 200 {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not recover");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let sent = self.send(form, account).await;
        assert!(matches!(sent.status, 200 | 303), "{}: {}", sent.status, sent.text());
        let count = self.admin.get(&format!("/people?q={account}")).await;
        count.says("Typed During An Outage");
        assert_eq!(count.body.matches("Typed During An Outage").count(), 1, "done twice");
    }

    /// `/readyz` comes to say this, and `/healthz` says alive meanwhile.
    async fn ready(&self, words: &str) {
        let begun = std::time::Instant::now();
        loop {
            let page = tokio::time::timeout(IN_TIME, self.admin.get("/readyz")).await.expect("it is answered in time");
            assert_eq!(page.status == 200, page.body == "ready\n", "{}", page.body);
            let alive = self.admin.get("/healthz").await;
            assert_eq!((alive.status, alive.body.as_str()), (200, "alive\n"));
            if page.body == format!("{words}\n") {
                break;
            }
            // What was found out stands for a second.
            assert!(begun.elapsed() < Duration::from_secs(30), "it says {}", page.body);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn end(self) {
        let folder = self.folder.clone();
        drop(self.app);
        self.cluster.stop();
        std::fs::remove_dir_all(folder).expect("the folder is ours");
    }
}

async fn add_administrator(db: &Db) {
    let hashed = hash(NewPassword::published(PASSWORD)).await.expect("it is hashed");
    let mut change = db.change(By::Job("test"), NOW).await.expect("PostgreSQL answers");
    let person =
        NewPerson { account: "outage", name: "An Administrator", password_hash: &hashed, temporary_until: None };
    let id = insert_person(&mut change, &person).await.expect("a person is added");
    insert_assignment(&mut change, id, Role::Admin, None, NOW.date() - time::Duration::days(1), None)
        .await
        .expect("a role is given");
    change.finish(Event::new(Verb::PersonAdded, id, "added an administrator")).await.expect("it commits");
}

#[tokio::test]
async fn a_database_that_stands_still_is_told_in_time_and_nothing_is_done_twice() {
    let outage = Outage::begin("still").await;
    let form = outage.form().await;
    outage.signal("STOP");
    outage.tells("still", &form).await;
    outage.ready("not ready: the database does not answer").await;
    outage.signal("CONT");
    outage.recovers("still", &form).await;
    outage.ready("ready").await;
    outage.end();
}

#[tokio::test]
async fn a_database_that_only_reads_or_has_no_place_left_is_told_and_recovers() {
    let outage = Outage::begin("full").await;
    let form = outage.form().await;
    outage.sql("alter role lantern_app set default_transaction_read_only = on").await;
    outage.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lantern_app'").await;
    let sent = outage.send(&form, "reads").await;
    sent.is(503);
    assert!(sent.body.contains("Typed During An Outage"));
    outage.ready("not ready: the database only reads").await;
    outage.sql("alter role lantern_app reset default_transaction_read_only").await;
    outage.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lantern_app'").await;
    outage.recovers("reads", &form).await;
    outage.ready("ready").await;

    let form = outage.form().await;
    outage.sql("alter role lantern_app connection limit 0").await;
    outage.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'lantern_app'").await;
    outage.tells("full", &form).await;
    outage.ready("not ready: the database does not answer").await;
    outage.sql("alter role lantern_app connection limit -1").await;
    outage.recovers("full", &form).await;
    outage.ready("ready").await;

    // What PostgreSQL says when a write finds no place on the disk.
    let mut connection = outage.cluster.superuser(DATABASE).connect().await.expect("PostgreSQL answers");
    let full = "create function full_disk() returns trigger language plpgsql as
            $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
        create trigger full_disk before update on readiness execute function full_disk()";
    sqlx::raw_sql(full).execute(&mut connection).await.expect("it is a trigger");
    outage.ready("not ready: the database has no place left on its disk").await;
    sqlx::raw_sql("drop trigger full_disk on readiness").execute(&mut connection).await.expect("it is dropped");
    outage.ready("ready").await;
    outage.end();
}

#[tokio::test]
async fn a_change_that_waits_too_long_for_another_is_told_in_time() {
    let outage = Outage::begin("locked").await;
    let form = outage.form().await;
    let mut connection = outage.cluster.superuser(DATABASE).connect().await.expect("PostgreSQL answers");
    let mut lock = connection.begin().await.expect("a transaction begins");
    sqlx::raw_sql("lock table people in access exclusive mode").execute(&mut *lock).await.expect("it locks");
    outage.tells("locked", &form).await;
    outage.ready("not ready: the database is locked").await;
    lock.rollback().await.expect("it lets go");
    outage.recovers("locked", &form).await;
    outage.ready("ready").await;
    outage.end();
}

#[tokio::test]
async fn a_commit_that_has_no_answer_is_not_called_undone() {
    let outage = Outage::begin("commit").await;
    let form = outage.form().await;
    let mut connection = outage.cluster.superuser(DATABASE).connect().await.expect("PostgreSQL answers");
    let cut = "create function cut() returns trigger language plpgsql as
            $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
        create constraint trigger cut after insert on people deferrable initially deferred for each row execute function cut()";
    sqlx::raw_sql(cut).execute(&mut connection).await.expect("it is a trigger");
    let sent = outage.send(&form, "commit").await;
    sent.is(503).says("it is not known whether this was done");
    assert!(
        sent.body.contains("Typed During An Outage") && sent.body.contains(&form.0),
        "the text is lost: {}",
        sent.body
    );
    sqlx::raw_sql("drop trigger cut on people").execute(&mut connection).await.expect("it is dropped");
    outage.recovers("commit", &form).await;
    outage.end();
}

#[tokio::test]
async fn a_database_that_was_started_again_between_two_requests_is_not_noticed() {
    let mut outage = Outage::begin("again").await;
    outage.warm().await;
    let form = outage.form().await;
    outage.restart().await;
    outage.admin.get("/people").await.is(200);
    outage.restart().await;
    let sent = outage.send(&form, "again").await;
    outage.done_once("again", &sent).await;
    outage.restart().await;
    outage.admin.get("/readyz").await.is(200);
    outage.restart().await;
    assert_eq!(outage.app.nobody().sign_in("outage", PASSWORD).await.status, 303);
    outage.end();
}

#[tokio::test]
async fn a_connection_that_was_ended_is_not_noticed_and_nothing_is_done_twice() {
    let outage = Outage::begin("ended").await;
    outage.warm().await;
    let connections = "select pid from pg_stat_activity where usename = 'lantern_app' order by backend_start";
    let connections = outage.value(&format!("select string_agg(pid::text, ' ') from ({connections}) c")).await;
    assert!(connections.split(' ').count() > 3, "{connections}");
    for (round, process) in connections.split(' ').enumerate() {
        let form = outage.form().await;
        outage.value(&format!("select pg_terminate_backend({process}, 5000)")).await;
        // One request after the other, until each connection has had its turn.
        for turn in 0..4 {
            let account = format!("ended{round}{turn}");
            let form = if turn == 0 { form.clone() } else { outage.form().await };
            let sent = outage.send(&form, &account).await;
            outage.done_once(&account, &sent).await;
            outage.admin.get("/people").await.is(200);
        }
    }
    outage.end();
}

#[tokio::test]
async fn a_submit_that_had_begun_to_write_is_not_run_again() {
    let outage = Outage::begin("wrote").await;
    let form = outage.form().await;
    let mut connection = outage.cluster.superuser(DATABASE).connect().await.expect("PostgreSQL answers");
    let cut = "create sequence tries; grant usage on sequence tries to lantern_app;
        create function cut() returns trigger language plpgsql as
            $$ begin perform nextval('tries'); perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
        create trigger cut before insert on people for each row execute function cut()";
    sqlx::raw_sql(cut).execute(&mut connection).await.expect("it is a trigger");
    let sent = outage.send(&form, "wrote").await;
    assert!(
        sent.is(503).body.contains("Typed During An Outage") && sent.body.contains(&form.0),
        "the text is lost: {}",
        sent.body
    );
    assert_eq!(outage.value("select last_value::text || is_called from tries").await, "1true", "it was tried again");
    sqlx::raw_sql("drop trigger cut on people").execute(&mut connection).await.expect("it is dropped");
    outage.recovers("wrote", &form).await;
    outage.end();
}
