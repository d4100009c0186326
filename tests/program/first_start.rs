//! The first start of the demonstration: it says how far it is, what cut it short is made good by the next one, and
//! what it cannot do is one sentence with what to do.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
};

use crate::support::program::{
    Folder, Running, as_nobody, demonstration, is_root, lantern, postmaster, runs, said, signal,
};

/// A first start that is in the middle of its filling: what it said so far, and its output.
async fn filling(program: &Path, data: &Path) -> (Child, String, BufReader<tokio::process::ChildStdout>) {
    let mut child = demonstration(as_nobody(program), data, 0);
    let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut said = String::new();
    while !said.contains("Filling the demonstration: 4 of") {
        assert_ne!(output.read_line(&mut said).await.expect("it prints text"), 0, "it ended before it filled: {said}");
    }
    (child, said, output)
}

/// The end of a first start: its exit code, what else it said, and its sentences on standard error.
async fn ended(
    mut child: Child,
    mut output: BufReader<tokio::process::ChildStdout>,
    data: &Path,
) -> (Option<i32>, String, String) {
    let mut rest = String::new();
    output.read_to_string(&mut rest).await.expect("it prints text");
    let code = child.wait().await.expect("it is ours").code();
    (code, rest, fs::read_to_string(data.with_extension("log")).expect("it has a log"))
}

#[tokio::test]
async fn whatever_cuts_a_first_start_short_the_next_one_says_so_and_begins_it_again() {
    const AGAIN: &str = "The last first start did not come to its end: beginning it again.";
    let folder = Folder::new();
    let data = folder.join("cut-short");
    let program = folder.join("lantern");
    fs::copy(crate::support::program::LANTERN, &program).unwrap();
    fs::create_dir(&data).unwrap();
    if is_root() {
        assert!(std::process::Command::new("chown").arg("nobody:nogroup").arg(&data).status().unwrap().success());
    }

    // A person stops it.
    let (child, said, output) = filling(&program, &data).await;
    assert!(said.contains("First start") && !said.contains(AGAIN), "{said}");
    let cluster = postmaster(&data).expect("the cluster runs");
    signal("TERM", &child.id().expect("it runs").to_string()).await;
    let (code, rest, log) = ended(child, output, &data).await;
    assert_eq!((code, log.as_str()), (Some(0), ""), "{rest}");
    assert!(rest.contains("Stopped before the demonstration was complete. The next start begins it again."), "{rest}");
    assert!(!runs(&cluster), "PostgreSQL is left running");

    // PostgreSQL is killed; then it is as if its disk had been full.
    for (told, sentence) in [
        ("", "the private PostgreSQL stopped working;"),
        ("PANIC:  could not write: No space left on device\n", "make room on its disk"),
    ] {
        let (child, said, output) = filling(&program, &data).await;
        assert!(said.contains(AGAIN) && !said.contains("First start:"), "{said}");
        fs::OpenOptions::new()
            .append(true)
            .open(data.join("postgres.log"))
            .unwrap()
            .write_all(told.as_bytes())
            .unwrap();
        signal("KILL", &postmaster(&data).expect("the cluster runs")).await;
        let (code, rest, log) = ended(child, output, &data).await;
        assert_eq!((code, log.lines().count()), (Some(1), 1), "{rest}{log}");
        assert!(log.starts_with("lantern: ") && log.contains(sentence) && log.contains("start Lantern again"), "{log}");
    }

    // The program itself is killed.
    let (mut child, _, _output) = filling(&program, &data).await;
    let cluster = postmaster(&data).expect("the cluster runs");
    child.kill().await.unwrap();

    // What was half filled is thrown away: nobody finds two of anything.
    let last = Running::demo_as_nobody(&program, &data, 0).await;
    assert!(!runs(&cluster), "PostgreSQL is left running");
    assert!(last.said.contains(AGAIN), "{}", last.said);
    let far: Vec<&str> =
        last.said.lines().filter_map(|line| line.strip_prefix("Filling the demonstration: ")).collect();
    assert_eq!(far, [4, 8, 12, 16, 20, 24, 28, 32, 33].map(|checks| format!("{checks} of 33 checks")));
    assert_eq!(last.value("select count(*) from checks").await, "33");
    assert_eq!(last.value("select count(*) from people where account = 'guatemala'").await, "1");
    assert_eq!(last.value("select count(*) from licenses where number = '050107211'").await, "1");
    last.stop().await;
}

/// Programs that stand for PostgreSQL's, of a version newer than any: `initdb` and `postgres` do what is said.
fn programs(folder: &Folder, name: &str, initdb: &str, postgres: &str) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir(&path).unwrap();
    let version = "if [ \"$1\" = --version ]; then echo 'postgres (PostgreSQL) 99.0'; exit; fi";
    for (program, does) in
        [("postgres", format!("{version}\n{postgres}")), ("initdb", initdb.to_owned()), ("pg_ctl", "exit 1".to_owned())]
    {
        let file = path.join(program);
        fs::write(&file, format!("#!/bin/sh\n{does}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    path
}

#[tokio::test]
async fn what_a_first_start_cannot_do_is_one_sentence_with_what_to_do() {
    const MADE: &str = "for last; do :; done; mkdir \"$last\" && echo 99 > \"$last/PG_VERSION\"";
    let folder = Folder::new();
    let says = |lines: &str| format!("printf '%s\\n' {lines} >&2; exit 1");
    let full = says("'creating directory' 'initdb: error: could not write to file \"x\": No space left on device'");
    let shut = says("'initdb: error: could not access directory \"/x\": Permission denied' 'initdb: hint: ask'");
    let odd = says(
        "'The files will be owned by you.' 'initdb: error: invalid locale name \"C.UTF-8\"' 'initdb: removing data directory'",
    );
    let library = says(
        "'2026-11-29 01:20:01 UTC [7] FATAL:  could not load library \"x.so\"' '2026-11-29 01:20:01 UTC [7] LOG:  shut down'",
    );
    let mut cases = Vec::new();
    for (name, initdb, postgres, pieces) in [
        ("full", full.as_str(), "", ["No space left on device", "make room on its disk, then start Lantern again"]),
        (
            "shut",
            shut.as_str(),
            "",
            ["Permission denied", "every folder above it must let PostgreSQL's account through"],
        ),
        ("odd", odd.as_str(), "", ["invalid locale name", "move the folder away to begin anew"]),
        ("library", MADE, library.as_str(), ["could not load library", "move the folder away to begin anew"]),
    ] {
        let path = programs(&folder, name, initdb, postgres);
        cases.push((1, "0", folder.join(&format!("{name}.data")), Some(path), pieces));
    }
    cases.push((
        2,
        "0",
        PathBuf::from("/proc/version/lantern"),
        None,
        ["LANTERN_DATA (--data)", "choose another folder with --data"],
    ));
    let taken = tokio::net::TcpListener::bind("127.0.0.1:65535").await;
    cases.push((
        2,
        "65535",
        folder.join("port"),
        None,
        ["LANTERN_PORT (--port): the twenty ports from 65535 on are in use", "choose another"],
    ));
    let mut faults = Vec::new();
    for (code, port, data, programs, pieces) in cases {
        let path = std::env::var("PATH").unwrap_or_default();
        let path = programs.map_or_else(|| path.clone(), |programs| format!("{}:{path}", programs.display()));
        let output =
            lantern(&["demo", "--port", port, "--data", &data.display().to_string()], &[("PATH", &path)]).await;
        let sentence = String::from_utf8_lossy(&output.stderr).into_owned();
        let plain = sentence.starts_with("lantern: ") && sentence.lines().count() == 1;
        let raw = ["(os error", "<", "{", "Error", "panicked"].iter().any(|raw| sentence.contains(raw));
        if output.status.code() != Some(code) || !plain || raw || !pieces.iter().all(|piece| sentence.contains(piece)) {
            faults.push(format!("{pieces:?}: exit {:?}: {}", output.status.code(), said(&output)));
        }
    }
    drop(taken);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whoever reads the output of a first start and goes away ends nothing.
#[tokio::test]
async fn a_first_start_goes_on_when_nobody_reads_what_it_says() {
    let folder = Folder::new();
    let data = folder.join("unread");
    let mut command = Command::new("sh");
    command.args(["-c", "exec 1>&-; exec \"$0\" \"$@\"", crate::support::program::LANTERN]);
    let mut child = demonstration(command, &data, 0);
    crate::support::program::until("it serves", async || data.join("socket").exists() && complete(&data).await).await;
    signal("TERM", &child.id().expect("it runs").to_string()).await;
    assert_eq!(child.wait().await.expect("it is ours").code(), Some(0));
}

async fn complete(data: &Path) -> bool {
    use sqlx::ConnectOptions;
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass()
        .socket(data.join("socket"))
        .username("postgres")
        .database("lantern");
    let Ok(mut connection) = options.connect().await else { return false };
    let done = "select exists (select from audit_events where job = 'demonstration' and verb = 'reference_loaded')";
    sqlx::query_scalar(done).fetch_one(&mut connection).await.unwrap_or(false)
}
