#!/usr/bin/env bash
# Runs a command with DATABASE_URL naming a throw-away PostgreSQL that has every migration. Nothing is left behind.
#   scripts/with-database.sh cargo check
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
PATH="${programs:+$programs:}$PATH"
folder=$(mktemp -d /tmp/lantern-db-XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then
  # PostgreSQL refuses to run as root.
  chown postgres: "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
stop() { (cd / && "${as[@]}" pg_ctl stop --silent --mode=immediate -D "$folder/cluster") >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
(
  cd /
  "${as[@]}" initdb --username=postgres --auth-local=trust --auth-host=reject --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    -D "$folder/cluster" >"$folder.log" 2>&1
  "${as[@]}" pg_ctl start --silent --wait -D "$folder/cluster" -l "$folder/cluster/log" \
    -o "-k $folder -c listen_addresses= -c fsync=off" >>"$folder.log" 2>&1
) || { cat "$folder.log" >&2; rm -f "$folder.log"; exit 1; }
rm -f "$folder.log"
sql=(psql -X -q -v ON_ERROR_STOP=1 -h "$folder" -U postgres)
"${sql[@]}" -f migrations/roles.sql postgres
"${sql[@]}" -c 'create database lantern owner lantern_owner' postgres
for migration in migrations/0*.sql; do
  # As the program applies it: as a whole, unless its first line says that it cannot be.
  whole=(--single-transaction)
  [ "$(head -n 1 "$migration")" = "-- no-transaction" ] && whole=()
  "${sql[@]}" "${whole[@]}" -c 'set role lantern_owner' -f "$migration" lantern >/dev/null
done
export DATABASE_URL="postgres:///lantern?host=$folder&user=postgres"
"$@"
