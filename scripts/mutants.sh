#!/usr/bin/env bash
# Breaks the rules one by one in a package of their own, and says which breaks no test notices. A sample of the mutants, the
# same each time, unless MUTANTS=all: every STRIDE-th of the list.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/rules.sh
# The hash of the rules marks stored rows; here it is of no use, and fixed so that nothing is built anew.
export LANTERN_RULES=mutants
# What a rule decides, not what it says of itself for people who debug or for the wire.
chosen=(--exclude-re 'impl (fmt::)?(Debug|Serialize|Deserialize)' --exclude src/addresses.rs --exclude src/error.rs --exclude src/id.rs --exclude src/words.rs --exclude src/audit/event.rs)
cd target/rules
all=$(cargo mutants --list "${chosen[@]}" | wc -l)
stride=$(( (all + 499) / 500 ))
[ "${MUTANTS:-}" = all ] && stride=1
echo "lantern: $all mutants of the rules, every ${stride}. is tried" >&2
cargo mutants "${chosen[@]}" --jobs 2 --no-shuffle --baseline run --timeout 60 \
  --shard "0/$stride" --sharding round-robin --output ../mutants --colors never "$@" || true
caught=$(wc -l <../mutants/mutants.out/caught.txt)
missed=$(wc -l <../mutants/mutants.out/missed.txt)
slow=$(wc -l <../mutants/mutants.out/timeout.txt)
echo "lantern: noticed $((caught + slow)) of $((caught + slow + missed))" >&2
# At least 95 of 100.
[ $(( (caught + slow) * 100 )) -ge $(( (caught + slow + missed) * 95 )) ]
