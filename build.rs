//! Compiles the style sheet, and names it and the script by their content, so that browsers may keep them forever.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

fn main() {
    for watched in [
        "styles/lantern.scss",
        "styles/lantern-own.scss",
        "styles/build.mjs",
        "styles/package-lock.json",
        "static",
        "templates",
        "migrations",
    ] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let styles = root.join("styles");
    if !installed(&styles) {
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]).current_dir(&styles));
        fs::copy(styles.join("package-lock.json"), styles.join("node_modules/.installed")).expect("node_modules is writable");
    }
    run(Command::new("node").arg(styles.join("build.mjs")).arg(&out).current_dir(&styles));
    let sheet = fs::read(out.join("lantern.css")).expect("build.mjs wrote it");
    let script = fs::read(root.join("static/app.js")).expect("it is in the repository");
    println!("cargo::rustc-env=LANTERN_SHEET=lantern-{}.css", hash(&sheet));
    println!("cargo::rustc-env=LANTERN_SCRIPT=app-{}.js", hash(&script));
}

/// Whether `node_modules` is what the lock file asks for.
fn installed(styles: &Path) -> bool {
    let read = |name: &str| fs::read(styles.join(name)).ok();
    read("node_modules/.installed").is_some_and(|installed| Some(installed) == read("package-lock.json"))
}

fn run(command: &mut Command) {
    let done = command.status().unwrap_or_else(|error| {
        panic!("{} is needed to compile the style sheet (install Node.js 20 or newer): {error}", command.get_program().display())
    });
    assert!(done.success(), "{command:?} failed");
}

fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("{:012x}", digest.iter().take(6).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)))
}
