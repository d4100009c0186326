//! Compiles the style sheet, and names it and the script by their content, so that browsers may keep them forever.
//! Names the reader of telegrams and the rules by their sources, so that what one reader read, or some rules judged, is
//! not taken for what others do.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

/// What decides how a telegram is read: `tests/architecture.rs` looks that nothing is missing here.
const READER: [&str; 10] = [
    "src/telegrams/reading",
    "src/telegrams/writing/lines.rs",
    "src/text",
    "src/vocabulary.rs",
    "src/words.rs",
    "src/approvals/model",
    "src/checks/model",
    "src/evidence/model",
    "src/parties/model",
    "Cargo.lock",
];

/// What decides where a check stands: rows that other rules computed are computed anew.
const RULES: [&str; 33] = [
    "src/access/permission.rs",
    "src/addresses.rs",
    "src/approvals/model",
    "src/basis.rs",
    "src/checks/contradictions.rs",
    "src/checks/due.rs",
    "src/checks/file.sql",
    "src/checks/model",
    "src/checks/next_step",
    "src/checks/standing/again.rs",
    "src/checks/standing/model.rs",
    "src/checks/store",
    "src/checks/turn.rs",
    "src/checks/verbs.rs",
    "src/clock.rs",
    "src/corrections/model.rs",
    "src/duties/model.rs",
    "src/evidence/model",
    "src/faults.rs",
    "src/licenses/file.sql",
    "src/licenses/model",
    "src/licenses/store",
    "src/licenses/verbs.rs",
    "src/mistakes/model.rs",
    "src/parties/model",
    "src/parties/refusal.rs",
    "src/reference/model",
    "src/reference/refusal.rs",
    "src/reference/store.rs",
    "src/text",
    "src/verbs.rs",
    "src/vocabulary.rs",
    "src/words.rs",
];

fn main() {
    let styles = [
        "styles/lantern.scss",
        "styles/lantern-own.scss",
        "styles/build.mjs",
        "styles/package-lock.json",
        "static",
        "templates",
        "migrations",
    ];
    for watched in styles.iter().chain(&READER).chain(&RULES) {
        println!("cargo::rerun-if-changed={watched}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let styles = root.join("styles");
    if !installed(&styles) {
        run(Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
            .current_dir(&styles));
        fs::copy(styles.join("package-lock.json"), styles.join("node_modules/.installed"))
            .expect("node_modules is writable");
    }
    run(Command::new("node").arg(styles.join("build.mjs")).arg(&out).current_dir(&styles));
    fs::write(out.join("called.rs"), called(&root.join("templates"))).expect("cargo made the folder");
    let sheet = fs::read(out.join("lantern.css")).expect("build.mjs wrote it");
    let mut script = Vec::new();
    for part in ["static/app.js", "static/fields.js"] {
        add(&root.join(part), &mut script);
    }
    println!("cargo::rustc-env=LANTERN_SHEET=lantern-{}.css", hash(&sheet));
    println!("cargo::rustc-env=LANTERN_SCRIPT=app-{}.js", hash(&script));
    for (name, sources) in [("LANTERN_READER", READER.as_slice()), ("LANTERN_RULES", &RULES)] {
        let mut all = Vec::new();
        for source in sources {
            add(&root.join(source), &mut all);
        }
        println!("cargo::rustc-env={name}={}", hash(&all));
    }
}

/// Adds a file, or the files of a folder in their order, to what is hashed.
fn add(path: &Path, sources: &mut Vec<u8>) {
    if path.is_dir() {
        let mut within: Vec<PathBuf> =
            fs::read_dir(path).expect("it is ours").map(|entry| entry.expect("it is ours").path()).collect();
        within.sort();
        for path in &within {
            add(path, sources);
        }
    } else {
        sources.extend(fs::read(path).expect("it is in the repository"));
    }
}

/// What pages call each field, where all of them call it the same: for what is said of a field elsewhere.
fn called(templates: &Path) -> String {
    let mut all = Vec::new();
    add(templates, &mut all);
    let all = String::from_utf8(all).expect("templates are text");
    let mut labels = BTreeMap::<&str, BTreeSet<&str>>::new();
    for call in all.split("form::").skip(1) {
        let Some((field, rest)) = call.split_once('(').and_then(|(_, arguments)| arguments.split_once(',')) else {
            continue;
        };
        let Some((_, field)) = field.trim().rsplit_once("form.") else { continue };
        // A field of a part of the form.
        let field = field.rsplit('.').next().unwrap_or(field);
        let label = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
        labels.entry(field).or_default().insert(label.unwrap_or_default());
    }
    let one = labels.into_iter().filter_map(|(field, labels)| {
        Some((field, labels.first().filter(|label| labels.len() == 1 && !label.is_empty())?.to_owned()))
    });
    format!("&{:?}", one.collect::<Vec<_>>())
}

/// Whether `node_modules` is what the lock file asks for.
fn installed(styles: &Path) -> bool {
    let read = |name: &str| fs::read(styles.join(name)).ok();
    read("node_modules/.installed").is_some_and(|installed| Some(installed) == read("package-lock.json"))
}

fn run(command: &mut Command) {
    let done = command.status().unwrap_or_else(|error| {
        panic!(
            "{} is needed to compile the style sheet (install Node.js 20 or newer): {error}",
            command.get_program().display()
        )
    });
    assert!(done.success(), "{command:?} failed");
}

fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("{:012x}", digest.iter().take(6).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
}
