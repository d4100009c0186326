//! `lantern demo`: what it prints, how it stops, what it keeps, whom it refuses.

use std::fs;

use sqlx::ConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    client::encoded,
    program::{Folder, Running, copy_of_filled, is_root, lantern, postmaster, runs, said, signal, until},
};

const CHECK: &str = "select id from checks where subject like 'Cartridges for a sugar%'";

/// The fields of a contact on the check the officer of Guatemala works on.
pub fn contact(summary: &str) -> Vec<(&str, &str)> {
    vec![("kind", "call"), ("with_whom", "Registry desk"), ("channel_source", "directory"), ("summary", summary)]
}

#[tokio::test]
async fn it_says_where_it_is_and_who_may_come_in_and_keeps_what_was_saved() {
    let folder = Folder::new();
    let data = copy_of_filled(&folder, "kept").await;
    let running = Running::demo(&data, 0).await;
    for wanted in [
        "Lantern is ready at http://localhost:",
        lantern::demo::PASSWORD,
        "  guatemala ",
        "  auditor ",
        "psql -h",
        &data.display().to_string(),
    ] {
        assert!(running.said.contains(wanted), "{wanted:?} is not said: {}", running.said);
    }
    let check = running.value(CHECK).await;
    let path = format!("/checks/{check}/contacts/record");
    let officer = running.enter("guatemala").await;
    officer.done(&path, &contact("Saved before the first stop.")).await;

    // A submit on a slow link is under way when the program is told to stop.
    let form = officer.get(&path).await.input("form_id").expect("a form has an id");
    let mut fields = contact("Sent while Lantern was told to stop.");
    fields.push(("form_id", &form));
    let body = encoded(&fields);
    let (first, rest) = body.split_at(body.len() / 2);
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        officer.cookie(),
        body.len()
    );
    let port = running.port();
    let mut link = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    link.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 25];
    link.read_exact(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&answer));
    link.write_all(first.as_bytes()).await.unwrap();
    signal("TERM", &running.process()).await;
    until("nobody else is let in", async || TcpStream::connect(("127.0.0.1", port)).await.is_err()).await;
    link.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    link.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    running.stopped().await;

    let again = Running::demo(&data, port).await;
    assert!(!again.said.contains("First start"), "{}", again.said);
    let page = officer.get(&format!("/checks/{check}")).await;
    page.is(200).says("Saved before the first stop.").says("Sent while Lantern was told to stop.");

    // One Lantern a folder.
    let second = lantern(&["demo", "--port", "0", "--data", &data.display().to_string()], &[]).await;
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(said(&second).contains("another Lantern is using"), "{}", said(&second));
    assert_eq!(officer.get("/").await.status, 200, "the first one goes on");
    again.stop().await;
}

#[tokio::test]
async fn a_folder_of_another_version_is_refused() {
    let folder = Folder::new();
    let data = folder.join("old");
    fs::create_dir_all(data.join("cluster")).unwrap();
    fs::write(data.join("cluster/PG_VERSION"), "9\n").unwrap();
    let refused = lantern(&["demo", "--port", "0", "--data", &data.display().to_string()], &[]).await;
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("was made by PostgreSQL 9"), "{}", said(&refused));
    assert!(data.join("cluster/PG_VERSION").exists() && !data.join("cluster/base").exists(), "the folder was touched");
}

#[tokio::test]
async fn a_folder_that_another_lantern_filled_is_refused_in_words_and_left_as_it_is() {
    let folder = Folder::new();
    for (name, change) in [
        (
            "later",
            "insert into _sqlx_migrations select version + 1, description, installed_on, success, checksum, execution_time
                 from _sqlx_migrations order by version desc limit 1",
        ),
        ("differs", "update _sqlx_migrations set checksum = 'another' where version = 1"),
    ] {
        let data = copy_of_filled(&folder, name).await;
        let running = Running::demo(&data, 0).await;
        let database =
            sqlx::postgres::PgConnectOptions::new_without_pgpass().socket(data.join("socket")).username("postgres").database("lantern");
        let mut connection = database.connect().await.unwrap();
        sqlx::raw_sql(change).execute(&mut connection).await.unwrap();
        drop(connection);
        running.stop().await;
        let refused = lantern(&["demo", "--port", "0", "--data", &data.display().to_string()], &[]).await;
        assert_eq!(refused.status.code(), Some(2), "{name}: {}", said(&refused));
        let sentence = format!("LANTERN_DATA (--data): {} was filled by another version of Lantern", data.display());
        assert!(said(&refused).contains(&sentence), "{name}: {}", said(&refused));
        assert!(!said(&refused).contains("Lantern is ready"), "{name}: {}", said(&refused));
        assert!(postmaster(&data).is_none_or(|process| !runs(&process)), "{name}: PostgreSQL is left running");
    }
}

#[tokio::test]
async fn an_ordinary_user_runs_it_too() {
    let folder = Folder::new();
    let data = copy_of_filled(&folder, "nobody").await;
    let program = folder.join("lantern");
    fs::copy(crate::support::program::LANTERN, &program).unwrap();
    if is_root() {
        let owned = std::process::Command::new("chown").args(["-R", "nobody:nogroup"]).arg(&data).status().unwrap();
        assert!(owned.success());
    }
    let running = Running::demo_as_nobody(&program, &data, 0).await;
    let officer = running.enter("kingston").await;
    officer.get("/").await.is(200).says("My checks");
    running.stop().await;
}
