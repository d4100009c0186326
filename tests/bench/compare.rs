//! The same work without the program: what `pgbench -M prepared` makes of a page's own statements on as many
//! connections, and what Argon2 alone allows of sign-ins.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use serde_json::Value;
use uuid::Uuid;

use super::place::{Logged, Place, Request};

/// As the program's connections are set.
const OPTIONS: &str = "-c search_path=pg_catalog,public,pg_temp -c jit=off";

/// How long `pgbench` runs before it counts: until then its connections plan every statement anew, as the program's did
/// before.
const WARMING: Duration = Duration::from_secs(3);

/// A script of `pgbench`: each of its clients runs the statements of one of some requests of a page.
pub struct Script {
    file: PathBuf,
    /// The values of parameters, by name.
    values: BTreeMap<String, String>,
}

impl Script {
    /// From the statements of some requests, and an identifier made before them. Nothing, if there are no statements.
    pub fn write(place: &Place, page: usize, requests: &[Request], since: Uuid, types: &Types) -> Option<Self> {
        let folder = place.folder.join("pgbench");
        fs::create_dir_all(&folder).expect("the folder is writable");
        let mut script = Self { file: folder.join(format!("{page}.sql")), values: BTreeMap::new() };
        let requests: Vec<_> =
            requests.iter().map(|request| &request.statements).filter(|statements| !statements.is_empty()).collect();
        let mut text = String::new();
        for (number, statements) in requests.iter().enumerate() {
            let verb = if number == 0 { "if" } else { "elif" };
            let _ = writeln!(text, "\\{verb} :client_id % {} = {number}", requests.len());
            text.push_str(&body(number, statements, since, types, &mut script.values));
        }
        fs::write(&script.file, text + "\\endif\n").expect("the folder is writable");
        (!requests.is_empty()).then_some(script)
    }

    /// How many requests a second their statements would come to; `None` where `pgbench` refuses one of them.
    pub fn rate(&self, place: &Place, connections: usize, lasting: Duration) -> Option<f64> {
        let mut command = Command::new(pgbench()?);
        command
            .env("PGOPTIONS", OPTIONS)
            .args(["-M", "prepared", "-n", "-U", "lantern_app", "-j", "2", "-P", "1", "-h"])
            .arg(place.socket());
        command.arg("-c").arg(connections.to_string()).arg("-T").arg((lasting + WARMING).as_secs().to_string());
        for (name, value) in &self.values {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        let output = command.arg("-f").arg(&self.file).arg("lantern").stdin(Stdio::null()).output().ok()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if let Some(error) = said.lines().find(|line| line.contains("error:")) {
            eprintln!("bench: {}: {error}", self.file.display());
            return None;
        }
        // progress: 4.0 s, 640.9 tps, lat 24.9 ms stddev 3.1
        let rates = said.lines().filter_map(|line| {
            let (seconds, rest) = line.strip_prefix("progress: ")?.split_once(" s, ")?;
            let (rate, _) = rest.split_once(" tps")?;
            Some((seconds.parse::<f64>().ok()?, rate.parse::<f64>().ok()?))
        });
        let (times, rates): (Vec<f64>, Vec<f64>) =
            rates.filter(|(seconds, _)| *seconds > WARMING.as_secs_f64() + 0.5).unzip();
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        let count = times.len() as f64;
        (count > 0.0).then(|| rates.iter().sum::<f64>() / count)
    }
}

/// The types of each statement's parameters, as they were learned when the program was compiled: `pgbench` knows none.
pub struct Types(BTreeMap<String, Vec<String>>);

impl Types {
    pub fn read() -> Self {
        let folder =
            fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx")).expect("the statements are there");
        let statements =
            folder.flatten().filter_map(|entry| serde_json::from_slice::<Value>(&fs::read(entry.path()).ok()?).ok());
        let types = statements.filter_map(|statement| {
            let types = statement["describe"]["parameters"]["Left"].as_array()?;
            let name = |of: &Value| of.as_str().unwrap_or_default().to_lowercase();
            let named =
                types.iter().map(|of| name(of).strip_suffix("array").map_or_else(|| name(of), |of| format!("{of}[]")));
            Some((one_line(statement["query"].as_str()?), named.collect()))
        });
        Self(types.collect())
    }
}

/// The elements of an array as PostgreSQL writes one; of anything else, itself.
fn elements(value: &str) -> impl Iterator<Item = &str> {
    value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(value).split(',')
}

/// On one line, and so without comments.
fn one_line(text: &str) -> String {
    let words = text.lines().flat_map(|line| line.split("--").next().unwrap_or_default().split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

/// What may not be sent twice is made anew each time: identifiers that did not exist before the request, the number of
/// a decision. And a save fits whatever version it finds.
fn body(
    request: usize,
    statements: &[Logged],
    since: Uuid,
    types: &Types,
    values: &mut BTreeMap<String, String>,
) -> String {
    let (mut fresh, mut body) = (BTreeMap::<String, String>::new(), String::new());
    let is_new = |value: &str| Uuid::try_parse(value).is_ok_and(|id| id.get_version_num() == 7 && id > since);
    for (place, statement) in statements.iter().enumerate() {
        let mut text = one_line(&statement.text);
        let types = types.0.get(&text);
        text = text.replace(".version = $", ".version >= $");
        for (index, value) in statement.values.iter().enumerate().rev() {
            let with = match value {
                // No constants: the planner would fold them.
                None => "nullif(:word, 'word')".to_owned(),
                Some(value) if value.is_empty() => "left(:word, 0)".to_owned(),
                Some(value) if elements(value).all(is_new) => {
                    let mut made = elements(value).map(|id| {
                        let next = format!("n{request}_{}", fresh.len());
                        format!(
                            "lpad(to_hex(cast(:{} as bigint)), 32, '0')",
                            fresh.entry(id.to_owned()).or_insert(next)
                        )
                    });
                    if value.starts_with('{') {
                        format!("concat('{{', concat_ws(',', {}), '}}')", made.collect::<Vec<_>>().join(", "))
                    } else {
                        made.next().expect("there is one")
                    }
                }
                Some(_) if text.starts_with("insert into decisions") && index == 2 => {
                    format!(
                        ":{}",
                        fresh.entry("the decision's number".to_owned()).or_insert_with(|| "number".to_owned())
                    )
                }
                Some(value) => {
                    let name = format!("v{request}_{place}_{index}");
                    values.insert(name.clone(), value.clone());
                    format!(":{name}")
                }
            };
            let with = match types.and_then(|types| types.get(index)) {
                Some(of) => format!("cast({with} as {of})"),
                // A statement put together while the program runs.
                None if value.is_none() => "null".to_owned(),
                None if value.as_ref().is_some_and(|value| value.parse::<i32>().is_ok()) => {
                    format!("cast({with} as int)")
                }
                None if value.as_ref().is_some_and(|value| value.starts_with('{')) => {
                    // Words that are searched for are never none.
                    let of_ids = value
                        .iter()
                        .all(|value| elements(value).all(|id| id.is_empty() || Uuid::try_parse(id).is_ok()));
                    format!("cast({with} as {}[])", if of_ids { "uuid" } else { "text" })
                }
                None => with,
            };
            text = text.replace(&format!("${}", index + 1), &with);
        }
        let _ = writeln!(body, "{text};");
    }
    values.insert("word".to_owned(), "word".to_owned());
    let set = fresh.values().map(|name| {
        let most = if name == "number" { 2_000_000_000 } else { 9_000_000_000_000_000_u64 };
        format!("\\set {name} random(1000000, {most})\n")
    });
    set.collect::<String>() + &body
}

/// What `pgbench` left behind that would make later requests dearer.
pub const UNDO: &str = "set session_replication_role = replica; delete from decisions where number >= 1000000";

fn pgbench() -> Option<PathBuf> {
    let mut found: Vec<_> =
        fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin/pgbench")).collect();
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
