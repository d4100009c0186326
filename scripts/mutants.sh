#!/usr/bin/env bash
# Breaks the rules one by one in a package of their own, and says which breaks no test notices: every n-th of all mutants,
# some 250 to 500 and the same each time, or all of them where MUTANTS=all.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/rules.sh
# The hash of the rules marks stored rows; here it is of no use, and fixed so that nothing is built anew.
export LANTERN_RULES=mutants
# What a rule decides, not what it says of itself for people who debug or for the wire.
chosen=(--exclude-re 'impl (fmt::)?(Debug|Serialize|Deserialize)')
for file in addresses error id words audit/event; do chosen+=(--exclude "src/$file.rs"); done
cd target/rules
all=$(cargo mutants --list "${chosen[@]}" | wc -l)
[ "$all" -gt 0 ] || { echo "lantern: no mutants were found" >&2; exit 1; }
every=$(( (all + 499) / 500 ))
[ "${MUTANTS:-}" = all ] && every=1
echo "lantern: $all mutants of the rules; 1 of $every is tried" >&2
rm -rf ../mutants
code=0
cargo mutants "${chosen[@]}" --jobs 2 --no-shuffle --baseline run --timeout 60 \
  --shard "0/$every" --sharding round-robin --output ../mutants --colors never "$@" || code=$?
# 2: some were missed; 3: some ran into the limit of time. Anything else is no result.
case $code in 0 | 2 | 3) ;; *) exit "$code" ;; esac
count() { wc -l <"../mutants/mutants.out/$1.txt"; }
noticed=$(( $(count caught) + $(count timeout) ))
tried=$(( noticed + $(count missed) ))
echo "lantern: $noticed of $tried noticed" >&2
# At least 95 of 100.
[ "$tried" -gt 0 ] && [ $(( noticed * 100 )) -ge $(( tried * 95 )) ]
