//! The same work without the program: what `pgbench -M prepared` makes of a page's own statements on as many connections, and what
//! Argon2 alone allows of sign-ins.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use uuid::Uuid;

use super::place::{Logged, Place};

/// As the program's connections are set.
const OPTIONS: &str = "-c search_path=pg_catalog,public,pg_temp -c jit=off";

/// Scripts of `pgbench`, one for each of some requests of a page.
pub struct Scripts {
    files: Vec<PathBuf>,
    /// The values of parameters, by name.
    values: BTreeMap<String, String>,
}

impl Scripts {
    /// From the statements of some requests, and an identifier made before them. Nothing, if there are no statements.
    pub fn write(place: &Place, page: usize, requests: &[Vec<Logged>], since: Uuid) -> Option<Self> {
        let mut scripts = Self { files: Vec::new(), values: BTreeMap::new() };
        for (number, statements) in requests.iter().enumerate().filter(|(_, statements)| !statements.is_empty()) {
            let file = place.folder.join(format!("page-{page}-{number}.sql"));
            fs::write(&file, script(number, statements, since, &mut scripts.values)).expect("the folder is writable");
            scripts.files.push(file);
        }
        (!scripts.files.is_empty()).then_some(scripts)
    }

    /// How many requests a second their statements would come to; `None` where `pgbench` refuses one of them.
    pub fn rate(&self, place: &Place, connections: usize, lasting: Duration) -> Option<f64> {
        let mut command = Command::new(pgbench()?);
        command.env("PGOPTIONS", OPTIONS).args(["-M", "prepared", "-n", "-U", "lantern_app", "-j", "2", "--random-seed", "1"]);
        command.arg("-h").arg(place.socket()).arg("-c").arg(connections.to_string()).arg("-T").arg(lasting.as_secs().to_string());
        for file in &self.files {
            command.arg("-f").arg(file);
        }
        for (name, value) in &self.values {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        let output = command.arg("lantern").stdin(Stdio::null()).output().ok()?;
        let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        if let (_, Some(error)) = (&rate, errors.lines().find(|line| line.contains("ERROR") || line.contains("error:"))) {
            eprintln!("bench: {}: {error}", self.files[0].display());
            return None;
        }
        rate
    }
}

/// What may not be sent twice is made anew each time: identifiers that did not exist before the request, the number of a decision. And a
/// save fits whatever version it finds.
fn script(number: usize, statements: &[Logged], since: Uuid, values: &mut BTreeMap<String, String>) -> String {
    let (mut fresh, mut body) = (BTreeMap::<String, String>::new(), String::new());
    let is_new = |value: &String| value.parse::<Uuid>().is_ok_and(|id| id.get_version_num() == 7 && id > since);
    for (place, statement) in statements.iter().enumerate() {
        let mut text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ").replace(".version = $", ".version >= $");
        for (index, value) in statement.values.iter().enumerate().rev() {
            let parameter = format!("${}", index + 1);
            let with = match value {
                // Not a constant where that can be said: the planner would fold it.
                None => {
                    text = text.replace(&format!("{parameter}::"), "nullif(:nothing, '')::");
                    "null".to_owned()
                }
                Some(value) if is_new(value) => {
                    let next = format!("n{}", fresh.len());
                    format!("cast(lpad(to_hex(cast(:{} as bigint)), 32, '0') as uuid)", fresh.entry(value.clone()).or_insert(next))
                }
                Some(_) if text.starts_with("insert into decisions") && index == 2 => {
                    format!(":{}", fresh.entry("the decision's number".to_owned()).or_insert_with(|| "number".to_owned()))
                }
                Some(value) => {
                    let name = format!("v{number}_{place}_{index}");
                    values.insert(name.clone(), value.clone());
                    format!(":{name}")
                }
            };
            text = text.replace(&parameter, &with);
        }
        let _ = writeln!(body, "{text};");
    }
    values.insert("nothing".to_owned(), String::new());
    let set = fresh.values().map(|name| {
        let most = if name == "number" { 2_000_000_000 } else { 9_000_000_000_000_000_u64 };
        format!("\\set {name} random(1000000, {most})\n")
    });
    set.collect::<String>() + &body
}

/// What `pgbench` left behind that would make later requests dearer.
pub const UNDO: &str = "set session_replication_role = replica; delete from decisions where number >= 1000000";

fn pgbench() -> Option<PathBuf> {
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin/pgbench")).collect();
    found.sort();
    found.into_iter().rfind(|path| path.exists())
}

/// How many passwords a second this machine verifies, on every core and with nothing else to do.
#[expect(clippy::cast_precision_loss, reason = "a count")]
pub fn argon2(lasting: Duration) -> f64 {
    let password = lantern::demo::PASSWORD.as_bytes();
    let hash = Argon2::default().hash_password(password).expect("it hashes").to_string();
    let begun = Instant::now();
    let verify = || {
        let mut count = 0_u64;
        while begun.elapsed() < lasting {
            assert!(Argon2::default().verify_password(password, hash.as_str()).is_ok(), "it is the password");
            count += 1;
        }
        count
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let all: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(verify)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).sum()
    });
    all as f64 / begun.elapsed().as_secs_f64()
}
