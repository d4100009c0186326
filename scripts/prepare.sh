#!/usr/bin/env bash
# Checks every SQL statement against a database with every migration, and writes what it learned to a folder (.sqlx unless named).
#   scripts/prepare.sh            writes .sqlx anew
#   scripts/prepare.sh --check    fails when .sqlx is not what the statements and migrations say
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
# The statements are checked as the crate is compiled, so it has to be compiled, once: afterwards nothing else finds a
# file that is newer than what it built.
cp -p src/lib.rs "$fresh/before"
trap 'cmp -s "$fresh/before" src/lib.rs && touch -r "$fresh/before" src/lib.rs; rm -rf "$fresh"' EXIT
mkdir "$fresh/statements"
touch src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$fresh/statements \
  scripts/with-database.sh cargo check --locked --quiet --lib
if [ "${1:-}" = --check ]; then
  diff -rq "$fresh/statements" .sqlx || { echo "make check: .sqlx is stale; run make prepare and commit it" >&2; exit 1; }
else
  rm -rf .sqlx && mkdir .sqlx && cp "$fresh"/statements/* .sqlx/
fi
