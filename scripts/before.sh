#!/usr/bin/env bash
# Builds the program of the commit before the newest migration as target/before/lantern, for the test in which it and
# this one serve one database.
set -euo pipefail
cd "$(dirname "$0")/.."
newest=$(ls migrations/[0-9]*.sql | tail -n 1)
added=$(git log -1 --format=%H --diff-filter=A -- "$newest")
before=$(git rev-parse --verify --quiet "${added:-HEAD}${added:+^}") || {
  echo "lantern: this checkout does not have the commit before $newest (git fetch --unshallow)" >&2
  exit 1
}
mkdir -p target/before
[ -x target/before/lantern ] && [ "$(cat target/before/commit 2>/dev/null)" = "$before" ] && exit
echo "lantern: building the program of $before, before $newest (a few minutes, once)" >&2
rm -rf target/before/source target/before/commit
mkdir target/before/source
# With the time of now: what was built of another commit is older.
git archive "$before" | tar -x -m -C target/before/source
(cd target/before/source && CARGO_TARGET_DIR=../build cargo build --locked --quiet)
cp target/before/build/debug/lantern target/before/lantern
rm -rf target/before/source
echo "$before" >target/before/commit
