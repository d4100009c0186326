//! Backup and restore, by the very commands of the page for operators.

use std::{fmt::Write, path::Path};

use sqlx::ConnectOptions;

use super::serve::{Operator, printed_password};
use crate::support::{Visitor, program::LANTERN};

/// The commands of the section, in their order: the backup first, then the restore.
fn documented() -> Vec<Vec<&'static str>> {
    let page = include_str!("../../docs/operating.md");
    let section = page
        .split("## Backup and restore")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("there is such a section");
    let blocks = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    blocks.map(|block| block.lines().filter(|line| !line.trim().is_empty()).collect()).collect()
}

/// Runs commands as the superuser of that PostgreSQL, with the program on the path.
async fn run(operator: &Operator, commands: &[&str], dump: &Path) {
    let program = Path::new(LANTERN).parent().expect("a folder").display().to_string();
    let mut script = format!("set -eu\ncd '{}'\nexport PATH='{program}':\"$PATH\"\n", env!("CARGO_MANIFEST_DIR"));
    for command in commands {
        // Here every role comes in over the socket; a password would be asked of a terminal.
        if command.contains("\\password") {
            continue;
        }
        let command = command.replace("lantern-$(date +%F).dump", &dump.display().to_string());
        let command = command.replace("lantern-2026-11-24.dump", &dump.display().to_string());
        writeln!(script, "{command}").expect("a string takes it");
    }
    let mut shell = tokio::process::Command::new("sh");
    shell.args(["-c", &script]).env("PGHOST", operator.cluster.socket()).env("PGUSER", "postgres");
    shell.env("LANTERN_MIGRATE_URL", operator.application.replace("lantern_app", "postgres"));
    shell.env("DATABASE_URL", &operator.application).env("LANTERN_ORIGIN", "https://lantern.example.gov");
    let output = shell.output().await.expect("a shell runs");
    assert!(output.status.success(), "{script}\n{}", crate::support::program::said(&output));
}

#[tokio::test]
async fn a_restored_backup_serves_and_still_refuses_what_is_not_logged() {
    let [backup, restore] = documented().try_into().expect("one block saves, one restores");
    let old = Operator::migrated().await;
    let password = printed_password(&old.done(&["person", "add", "jdoe", "Jane Doe"]).await);
    let dump = old.folder.join("lantern.dump");
    run(&old, &backup, &dump).await;

    // A new machine: no role of Lantern's is known there, as the roles are no part of the dump.
    let new = Operator::begin().await;
    new.sql("postgres", "drop role lantern_migrate; drop role lantern_app; drop role lantern_owner").await;
    run(&new, &restore, &dump).await;
    assert_eq!(
        new.value("select count(*) from audit_events").await,
        old.value("select count(*) from audit_events").await
    );

    let server = new.serve().await;
    let mut jane = Visitor::new(&server.origin);
    assert_eq!(jane.get("/readyz").await.status, 200);
    assert_eq!(jane.sign_in("jdoe", &password).await.status, 303);
    jane.done("/password", &[("present_password", &password), ("new_password", "a password of her own choice")]).await;
    server.stop().await;

    // The protections came with it: no change without its log entry, no touching the log, no way around as the
    // program's role.
    let mut program = new.cluster.application("lantern").connect().await.unwrap();
    for (statement, refusal) in [
        ("update people set name = 'Somebody Else'", "without"),
        ("delete from audit_events", "permission denied"),
        ("update audit_events set summary = ''", "permission denied"),
        ("alter table people disable trigger all", "must be owner"),
        ("set session_replication_role = replica", "permission denied"),
    ] {
        let refused = sqlx::raw_sql(statement).execute(&mut program).await.expect_err(statement).to_string();
        assert!(refused.contains(refusal), "{statement}: {refused}");
    }
    // The next version's migrations find the roles as they left them.
    new.sql("postgres", "create role lantern_migrate login; grant lantern_owner to lantern_migrate").await;
    new.done(&["migrate"]).await;
}
