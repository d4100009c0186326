#!/usr/bin/env bash
# Installs what Lantern needs and this machine lacks, where it can; else says in one line how.
#   scripts/install.sh postgresql node chromium deny machete mutants
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "lantern: $*" >&2; }

as=()
privileged() {
  [ "$(id -u)" = 0 ] && return 0
  command -v sudo >/dev/null || return 1
  as=(sudo)
  sudo -n true 2>/dev/null || [ -t 0 ]
}

apt_install() {
  if ! command -v apt-get >/dev/null; then
    say "$1 is missing; install it with your system's package manager"
    exit 1
  fi
  if ! privileged; then
    say "$1 is missing; as root: apt-get install ${*:2}"
    exit 1
  fi
  say "installing $1 (apt-get install ${*:2})"
  "${as[@]}" apt-get update -qq
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null
}

cargo_install() {
  say "building $1 $2 into target/tools (a few minutes, once)"
  cargo install --quiet --locked --debug --root target/tools --version "$2" "$1"
}

for wanted in "$@"; do
  case "$wanted" in
    postgresql)
      if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
        # Only the programs: Debian's package would start a server of its own.
        if [ -d /etc/apt ] && [ ! -e /etc/postgresql-common/createcluster.conf ] && privileged; then
          "${as[@]}" mkdir -p /etc/postgresql-common
          echo "create_main_cluster = false" | "${as[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi
        apt_install "PostgreSQL" postgresql
      fi
      ;;
    node)
      if ! command -v npm >/dev/null; then apt_install "Node.js" nodejs npm; fi
      major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
      if [ "$major" -lt 20 ]; then
        say "Node.js 20 or newer is needed to compile the style sheet; this is $(node --version)"
        exit 1
      fi
      ;;
    chromium)
      if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
        apt_install "Chromium" chromium chromium-driver
      fi
      ;;
    deny) command -v cargo-deny >/dev/null || cargo_install cargo-deny 0.20.2 ;;
    machete) command -v cargo-machete >/dev/null || cargo_install cargo-machete 0.9.2 ;;
    mutants) command -v cargo-mutants >/dev/null || cargo_install cargo-mutants 27.1.0 ;;
    *) say "nothing known as $wanted"; exit 2 ;;
  esac
done
