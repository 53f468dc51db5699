#!/usr/bin/env bash
# Installs what the integration tests start, where it is missing: Debian's PostgreSQL, PgBouncer, MariaDB and
# Chromium, and what judges the status pages: axe-core, html-validate and the Nu Html Checker, from
# npm, in the user's cache.
set -euo pipefail

missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
[ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
[ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server)
command -v chromium >/dev/null || missing+=(chromium)
command -v java >/dev/null || missing+=(default-jre-headless)
command -v npm >/dev/null || missing+=(nodejs npm)
if [ "${#missing[@]}" -ne 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

# Package browser looks for them there too: see Modules.
judges="${XDG_CACHE_HOME:-$HOME/.cache}/alwaysp1-integration"
wanted="axe-core@4.14.1 html-validate@10.17.0 vnu-jar@26.9.27"
if [ "$(cat "$judges/installed" 2>/dev/null)" != "$wanted" ]; then
  mkdir -p "$judges"
  # shellcheck disable=SC2086 # a list of words
  npm install --silent --no-fund --no-audit --prefix "$judges" $wanted
  echo "$wanted" >"$judges/installed"
fi
