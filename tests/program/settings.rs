//! Every setting: what is wrong is said in one sentence that names it, exit 2, and `--help` tells it with its variable.

use crate::support::program::{lantern, said};

const GOOD: &[(&str, &str)] = &[
    ("DATABASE_URL", "postgres:///lantern?host=/nowhere&user=lantern_app"),
    ("LANTERN_ORIGIN", "https://lantern.example.gov"),
];

/// The verb, the variable, a wrong value (none: it is not given), and a piece of the sentence.
const WRONG: &[(&str, &str, Option<&str>, &str)] = &[
    ("serve", "DATABASE_URL", None, "needed"),
    ("serve", "DATABASE_URL", Some(""), "postgres://"),
    ("serve", "DATABASE_URL", Some("nonsense"), "postgres://"),
    ("serve", "DATABASE_URL", Some("mysql://lantern_app@host/lantern"), "postgres://"),
    ("serve", "LANTERN_ORIGIN", None, "needed"),
    ("serve", "LANTERN_ORIGIN", Some("lantern.example.gov"), "scheme and host"),
    ("serve", "LANTERN_ORIGIN", Some("http://lantern.example.gov"), "localhost only"),
    ("serve", "LANTERN_ORIGIN", Some("https://lantern.example.gov/path"), "scheme and host"),
    ("serve", "LANTERN_LISTEN", Some("8080"), "address"),
    ("serve", "LANTERN_LISTEN", Some("198.51.100.7:1"), "cannot be listened on"),
    ("serve", "LANTERN_CONNECTIONS", Some("0"), "1..=200"),
    ("serve", "LANTERN_CONNECTIONS", Some("many"), "digit"),
    ("serve", "LANTERN_BEHIND_PROXY", Some("perhaps"), "true, false"),
    ("serve", "LANTERN_LOG", Some("==="), "level"),
    ("serve", "LANTERN_LOG_FORMAT", Some("xml"), "text, json"),
    ("check-config", "DATABASE_URL", None, "needed"),
    ("check-config", "DATABASE_URL", Some("postgres:///lantern?host=/nowhere&user=lantern_app"), "database"),
    ("check-config", "LANTERN_ORIGIN", None, "needed"),
    ("migrate", "LANTERN_MIGRATE_URL", None, "needed"),
    ("migrate", "LANTERN_MIGRATE_URL", Some("nonsense"), "postgres://"),
    ("person add jdoe Jane", "DATABASE_URL", None, "needed"),
    ("generate --checks 100", "LANTERN_MIGRATE_URL", None, "needed"),
    ("generate --checks 100", "LANTERN_MIGRATE_URL", Some("nonsense"), "postgres://"),
    ("generate --checks 100", "LANTERN_DATA", Some("/proc/version"), "cannot be used"),
    ("demo", "LANTERN_PORT", Some("99999"), "0..=65535"),
    ("demo", "LANTERN_PORT", Some("http"), "digit"),
    ("demo", "LANTERN_DATA", Some("/proc/version"), "cannot be used"),
];

#[tokio::test]
async fn a_wrong_setting_is_one_sentence_that_names_it() {
    let mut faults = Vec::new();
    for (verb, variable, value, piece) in WRONG {
        let mut variables: Vec<(&str, &str)> =
            if *verb == "migrate" || *verb == "demo" { Vec::new() } else { GOOD.to_vec() };
        variables.retain(|(name, _)| name != variable);
        variables.extend(value.map(|value| (*variable, value)));
        let arguments: Vec<&str> = verb.split(' ').collect();
        let output = lantern(&arguments, &variables).await;
        let said = said(&output);
        let sentences = said.trim().lines().filter(|line| !line.starts_with("First start")).count();
        if output.status.code() != Some(2) || !said.contains(variable) || !said.contains(piece) || sentences != 1 {
            faults.push(format!("{verb} {variable}={value:?}: exit {:?}: {said}", output.status.code()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_secret_is_not_repeated() {
    let wrong = [
        ("DATABASE_URL", "postgres://lantern_app:a-secret@host:port/lantern"),
        ("LANTERN_ORIGIN", "https://lantern.example.gov"),
    ];
    let output = lantern(&["check-config"], &wrong).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(!said(&output).contains("a-secret"), "{}", said(&output));
    let help = lantern(&["serve", "--help"], &wrong).await;
    assert!(!said(&help).contains("a-secret"), "{}", said(&help));
}

#[tokio::test]
async fn help_tells_every_setting_with_its_variable() {
    let everywhere = ["LANTERN_LOG_FORMAT", "LANTERN_LOG"];
    let serving = ["DATABASE_URL", "LANTERN_CONNECTIONS", "LANTERN_LISTEN", "LANTERN_ORIGIN", "LANTERN_BEHIND_PROXY"];
    for (verb, variables) in [
        ("serve", &serving[..]),
        ("check-config", &serving[..]),
        ("demo", &["LANTERN_PORT", "LANTERN_DATA"]),
        ("migrate", &["LANTERN_MIGRATE_URL"]),
        ("generate", &["LANTERN_DATA", "LANTERN_MIGRATE_URL"]),
        ("person add", &["DATABASE_URL", "LANTERN_CONNECTIONS"]),
    ] {
        let arguments: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let help = lantern(&arguments, &[]).await;
        assert_eq!(help.status.code(), Some(0));
        let help = said(&help).split_whitespace().collect::<Vec<_>>().join(" ");
        for variable in variables.iter().chain(&everywhere) {
            let told = [format!("[env: {variable}="), format!("[env: {variable}]")];
            assert!(told.iter().any(|told| help.contains(told)), "{verb} --help does not tell {variable}: {help}");
        }
        // And the page for operators has it too.
        let page = include_str!("../../docs/operating.md");
        for variable in variables.iter().chain(&everywhere) {
            assert!(page.contains(&format!("`{variable}`")), "docs/operating.md does not tell {variable}");
        }
    }
    let verbs = said(&lantern(&["--help"], &[]).await);
    for verb in ["serve", "demo", "migrate", "person", "check-config"] {
        assert!(verbs.contains(&format!("  {verb} ")), "--help does not tell {verb}: {verbs}");
    }
}

#[tokio::test]
async fn a_port_that_is_in_use_is_said() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let mut variables = GOOD.to_vec();
    variables.push(("LANTERN_LISTEN", &listen));
    let output = lantern(&["serve"], &variables).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains(&format!("LANTERN_LISTEN: {listen} cannot be listened on")), "{}", said(&output));
}
