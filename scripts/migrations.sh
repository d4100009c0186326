#!/usr/bin/env bash
# Judges the migrations by the lint's own tests (tests/migrations.rs), compiled by themselves: a second.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target
CARGO_MANIFEST_DIR=$PWD rustc --edition 2024 --test tests/migrations.rs -o target/judge-migrations
target/judge-migrations --quiet
