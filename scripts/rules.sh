#!/usr/bin/env bash
# Copies the rules, and nothing else, into a package of their own in target/rules. That it compiles shows that no rule
# needs a page, a request or a statement; and its tests take seconds, so that mutants of the rules can be tried.
#   scripts/rules.sh            makes the package
#   scripts/rules.sh --check    and compiles it
set -euo pipefail
cd "$(dirname "$0")/.."
to=target/rules
rm -rf "$to/src" && mkdir -p "$to/src"

# What the rules are made with; versions are those of the program.
needed='askama|form_urlencoded|serde|serde_json|sqlx|axum|rust_decimal|thiserror|time|uuid|any_ascii|regex|sha2|unicode-normalization|unicode-security|jiff'
{
  echo '[package]'
  echo 'name = "lantern-rules"'
  grep -E '^(version|edition|rust-version) =' Cargo.toml | head -n 3
  echo
  echo '[lib]'
  echo 'doctest = false'
  echo
  echo '[dependencies]'
  sed -n '/^\[dependencies\]/,/^\[build-dependencies\]/p' Cargo.toml | grep -E "^($needed) ="
  echo
  echo '[dev-dependencies]'
  sed -n '/^\[dev-dependencies\]/,/^\[lints/p' Cargo.toml | grep -E '^proptest ='
  echo
  echo '[profile.dev]'
  echo 'debug = false'
  echo
  echo '[workspace]'
} >"$to/Cargo.toml"
cp Cargo.lock "$to/Cargo.lock"

# Each module with what of it is a rule or a word of the rules.
take() {
  mkdir -p "$to/src/$(dirname "$1")"
  if [ -e "src/$1.rs" ]; then cp "src/$1.rs" "$to/src/$1.rs"; else cp -r "src/$1" "$to/src/$1"; fi
}
for part in addresses access/permission access/proven access/reader approvals/model audit/event audit/signature audit/values basis checks/contradictions \
  checks/contradictions_tests checks/due checks/model checks/next_step checks/standing/again checks/standing/again_tests checks/standing/model checks/standing/model_tests checks/turn \
  checks/turn_tests checks/verbs checks/verbs_tests clock corrections/model duties/model duties/model_tests error evidence/model faults id licenses/model \
  licenses/verbs licenses/verbs_tests mistakes/model parties/model parties/refusal proof reference/model reference/refusal remarks/model remarks/model_tests remarks/refusal sample text verbs vocabulary words; do
  take "$part"
done
cat >"$to/src/lib.rs" <<'RUST'
// What only pages and stores call is not called here.
#![allow(dead_code)]

pub mod access {
    pub mod permission;
    mod proven;
    mod reader;
    pub use permission::{Permission, Permitted, Role, holds};
    pub use proven::Proof;
    pub use reader::Reader;
}
pub mod addresses;
pub mod approvals {
    pub mod model;
}
pub mod audit {
    mod event;
    mod signature;
    mod values;
    pub use event::{Event, Events, Made, Subject, Verb};
    pub use values::{Values, says};
}
pub mod basis;
pub mod checks {
    pub mod contradictions;
    pub mod due;
    pub mod model;
    pub mod next_step;
    pub mod standing {
        pub mod again;
        pub mod model;
    }
    pub mod turn;
    pub mod verbs;
}
pub mod clock;
pub mod corrections {
    pub mod model;
}
pub mod duties {
    pub mod model;
}
pub mod error;
pub mod evidence {
    pub mod model;
}
pub mod faults;
pub mod id;
pub mod licenses {
    pub mod model;
    pub mod verbs;
}
pub mod mistakes {
    pub mod model;
}
pub mod parties {
    pub mod model;
    pub mod refusal;
}
pub mod proof;
pub mod reference {
    pub mod model;
    pub mod refusal;
}
pub mod remarks {
    pub mod model;
    pub mod refusal;
}
#[cfg(test)]
mod sample;
pub mod text;
pub mod verbs;
pub mod vocabulary;
pub mod words;
RUST
if [ "${1:-}" = --check ]; then
  cd "$to"
  LANTERN_RULES=alone CARGO_TARGET_DIR=.. cargo check --offline --quiet
fi
