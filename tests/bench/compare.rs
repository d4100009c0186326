//! The same statements without the program: what `pgbench -M prepared` makes of them, on as many connections.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use uuid::Uuid;

use super::place::{Logged, Place};

/// How many transactions a second `pgbench` runs of a page's own statements; `None` where it refuses one of them.
pub fn rate(place: &Place, statements: &[Logged], since: Uuid, connections: usize, seconds: u64) -> Option<f64> {
    let pgbench = pgbench()?;
    let script = place.folder.join("page.sql");
    let mut values = BTreeMap::new();
    fs::write(&script, text(statements, since, &mut values)).ok()?;
    let mut command = Command::new(pgbench);
    command.args(["-M", "prepared", "-n", "-U", "lantern_app", "-j", "2"]).arg("-h").arg(place.cluster.socket());
    command.arg("-c").arg(connections.to_string()).arg("-T").arg(seconds.to_string()).arg("-f").arg(&script);
    command.args(["--random-seed", "1"]);
    for (name, value) in &values {
        command.arg("-D").arg(format!("{name}={value}"));
    }
    let output = command.arg("lantern").stdin(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    if rate.is_none() {
        eprintln!("bench: pgbench: {}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
    }
    rate
}

/// The script: every parameter a variable, so that statements are prepared with the same parameters as the program's. A new row's id is
/// made anew each time.
fn text(statements: &[Logged], since: Uuid, values: &mut BTreeMap<String, String>) -> String {
    let mut script = String::new();
    let mut fresh: BTreeMap<String, String> = BTreeMap::new();
    let mut body = String::new();
    for (place, statement) in statements.iter().enumerate() {
        let mut text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ").replace("::", " :: ");
        for (index, value) in statement.values.iter().enumerate().rev() {
            let with = match value {
                None => "null".to_owned(),
                // An identifier that did not exist when the page was asked for.
                Some(value) if value.parse::<Uuid>().is_ok_and(|id| id.get_version_num() == 7 && id > since) => {
                    let next = format!("n{}", fresh.len());
                    let name = fresh.entry(value.clone()).or_insert(next);
                    format!("cast(lpad(to_hex(cast(:{name} as bigint)), 32, '0') as uuid)")
                }
                Some(value) => {
                    let name = format!("v{place}_{index}");
                    values.insert(name.clone(), value.clone());
                    format!(":{name}")
                }
            };
            text = text.replace(&format!("${}", index + 1), &with);
        }
        body.push_str(&text.replace(" :: ", "::"));
        body.push_str(";\n");
    }
    for name in fresh.values() {
        script.push_str(&format!("\\set {name} random(1, 9000000000000000)\n"));
    }
    script + &body
}

fn pgbench() -> Option<std::path::PathBuf> {
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin/pgbench")).collect();
    found.sort();
    found.into_iter().rev().find(|path| Path::exists(path))
}
