#!/usr/bin/env bash
# Driftline in a few minutes: build it, and see it at work on databases that exist only while this runs.
#
#   deploy/quickstart.sh [--help]
#
# Installs the Debian packages that the build needs (see deploy/install-deps.sh) and builds into build/release. Then it
# makes two small SQLite databases and compares them; where a PostgreSQL server is installed, it also starts a private
# one that listens on no network, and compares two databases in it. No existing database is touched, and everything but
# build/ is removed at the end.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy/quickstart.sh [--help]

Installs what the build needs, builds Driftline into build/release, and shows it
at work on databases made for the purpose: two in SQLite, and two in PostgreSQL
where a server is installed. Touches no existing database, and removes all that
it made except build/. Needs Debian 12, and root or sudo if packages are missing.
END
}

case "${1:-}" in
'') ;;
-h | --help) usage && exit 0 ;;
*) usage >&2 && exit 2 ;;
esac

top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
work='' server='' bin='' # the temporary folder; the server's folder, once it may run; where its programs are
bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

# ---------------------------------------------------------------- telling

heading() {
  printf '\n%s== %s ==%s\n' "$bold" "$*" "$plain"
}

say() {
  printf '\n%s\n' "$*"
}

# Show a command as one would type it, then run it. Says how it ended, unless it ended well.
try() {
  local shown='' word status=0
  for word in "$@"; do
    case $word in
    *[!a-zA-Z0-9_.,:=/@~+-]*) shown+=" '$word'" ;;
    *) shown+=" $word" ;;
    esac
  done
  printf '\n%s$%s%s\n' "$bold" "$shown" "$plain"
  "$@" || status=$?
  [ "$status" = 0 ] || printf '%s(exit status %d)%s\n' "$dim" "$status" "$plain"
}

# ---------------------------------------------------------------- making and removing

# Run a command as the user that the server runs as: it never runs as root.
as_server() {
  local user
  if [ "$(id -u)" != 0 ]; then
    (cd / && "$@")
    return
  fi
  user=postgres
  id postgres >/dev/null 2>&1 || user=nobody
  (cd / && runuser -u "$user" -- "$@")
}

remove_all() {
  trap - EXIT
  if [ -n "$server" ]; then
    as_server "$bin/pg_ctl" -D "$server/data" -m immediate -w -t 30 stop >/dev/null 2>&1 || true
    rm -rf "$server"
  fi
  if [ -n "$work" ]; then
    rm -rf "$work"
  fi
}

# Settings of the caller must not decide what is shown, nor lead to a real server.
forget_settings() {
  local name
  for name in $(compgen -v PG) DRIFTLINE_CONFIG; do
    unset "$name"
  done
}

# Run a command whose output matters only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2 && return 1; }
}

build() {
  local tests=OFF
  "$top/deploy/install-deps.sh" --build-only sqlite3
  echo "building into $top/build/release (the first time takes up to a minute)"
  cd "$top"
  pkg-config --exists cmocka && tests=ON # without it they cannot be built, and nobody asked for them
  quietly cmake --preset release -DDRIFTLINE_TESTS=$tests
  quietly cmake --build build/release --target driftline -j "$(nproc)"
  PATH=$top/build/release/cli:$PATH
  driftline --version | head -n 1
}

# ---------------------------------------------------------------- SQLite

make_sqlite() {
  sqlite3 prod.db <<'END'
CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, phone TEXT);
CREATE TABLE products (
  id    INTEGER PRIMARY KEY,
  sku   TEXT NOT NULL UNIQUE,
  price INTEGER NOT NULL CHECK (price >= 0)
);
CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  state       TEXT NOT NULL DEFAULT 'new',
  placed_at   TEXT NOT NULL
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX orders_by_day ON orders (date(placed_at)); -- made by hand one night, in production only
CREATE VIEW open_orders AS SELECT id, state FROM orders WHERE state <> 'shipped';
END
  # `products` is the same table in other words: no difference.
  sqlite3 staging.db <<'END'
CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
create table "products" (id integer primary key, sku text not null, -- in other words
  price integer not null, check (price >= 0), unique (sku));
CREATE TABLE coupons (code TEXT PRIMARY KEY, percent INTEGER NOT NULL);
CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  state       TEXT NOT NULL DEFAULT 'draft',
  coupon      TEXT REFERENCES coupons (code),
  placed_at   TEXT NOT NULL
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE VIEW open_orders AS SELECT id, state, coupon FROM orders WHERE state <> 'shipped';
END
}

show_sqlite() {
  heading "SQLite: two databases of a small shop"
  make_sqlite
  say "What must change in prod for it to become staging, the worst first. The table
'products' was typed in other words in staging: that is no difference."
  try driftline diff sqlite:prod.db sqlite:staging.db

  say "What is in a database, and one table of it:"
  try driftline show sqlite:prod.db
  try driftline show sqlite:prod.db orders

  heading "A snapshot is a file that stands for the database"
  try driftline snapshot sqlite:prod.db -o prod.snap
  try driftline hash prod.snap
  try driftline hash sqlite:prod.db
  say "Equal hashes: the same schema. So there is no drift between the file and the database:"
  try driftline diff prod.snap sqlite:prod.db

  heading "For programs and pipelines"
  say "JSON; and SARIF, JUnit, Markdown and GitHub annotations the same way:"
  printf '\n%s$ %s%s\n' "$bold" "driftline diff prod.snap sqlite:staging.db --format json |
    grep '\"rule\"' | sort | uniq -c" "$plain"
  driftline diff prod.snap sqlite:staging.db --format json | grep '"rule"' | sort | uniq -c || true
  say "A gate: exit status 1 stops the pipeline, here for what is high or critical:"
  try driftline diff prod.snap sqlite:staging.db --fail-on high --format markdown -o report.md
  say "Everybody has agreed that 'phone' goes, and that orders go with their customer:"
  try driftline diff prod.snap sqlite:staging.db --fail-on high --format markdown -o report.md \
    --ignore 'column:*.phone' --ignore 'on_delete:main.orders.*' --ignore definition:main.open_orders
  say "(exit status 0: the gate is open)"
}

# ---------------------------------------------------------------- PostgreSQL

# The programs of the newest server that is installed; nothing where none is.
find_server() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
  [ -x "$found" ] || found=$(pg_config --bindir 2>/dev/null || true)/postgres
  [ -x "$found" ] || return 0
  [ -x "${found%/*}/initdb" ] && [ -x "${found%/*}/psql" ] && echo "${found%/*}"
  return 0
}

# A server without network whose socket only its own user and root may use.
start_server() {
  server=$(as_server mktemp -d /tmp/driftline-quickstart-pg.XXXXXX)
  as_server "$bin/initdb" -D "$server/data" -U shop -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$work/log" 2>&1 &&
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$server'" 'unix_socket_permissions = 0700' \
      'fsync = off' 'shared_buffers = 16MB' | as_server tee -a "$server/data/postgresql.conf" >/dev/null &&
    as_server "$bin/pg_ctl" -D "$server/data" -l "$server/log" -w -t 30 start >>"$work/log" 2>&1
}

run_sql() {
  as_server "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -U shop -d "$1"
}

make_postgres() {
  local database
  for database in orders_staging orders_prod; do
    echo "CREATE DATABASE $database" | run_sql postgres
    run_sql "$database" <<'END'
CREATE SCHEMA shop;
CREATE TYPE shop.order_state AS ENUM ('new', 'paid', 'shipped');
CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL
);
CREATE TABLE shop.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customers,
  state shop.order_state NOT NULL DEFAULT 'new',
  total numeric(12,2) NOT NULL CHECK (total >= 0)
);
CREATE FUNCTION shop.discount(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT total * 0.10';
END
  done
  # What the team made, and what somebody did by hand.
  run_sql orders_staging <<'END'
ALTER TYPE shop.order_state ADD VALUE 'refunded';
ALTER TABLE shop.orders ADD COLUMN coupon text;
ALTER TABLE shop.customers ADD UNIQUE (email);
CREATE OR REPLACE FUNCTION shop.discount(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT total * 0.15';
END
  run_sql orders_prod <<'END'
CREATE INDEX orders_open ON shop.orders (customer_id) WHERE state <> 'shipped';
GRANT SELECT ON shop.customers TO PUBLIC;
ALTER TABLE shop.orders ALTER COLUMN total TYPE numeric(14,2);
END
}

show_postgres() {
  heading "PostgreSQL: live databases"
  bin=$(find_server)
  if [ -z "$bin" ]; then
    say "No PostgreSQL server is installed here, so this part is left out."
    return
  fi
  if ! start_server; then
    tail -n 5 "$work/log"
    say "The private PostgreSQL server does not start (see above), so this part is left out."
    return
  fi
  make_postgres
  export PGHOST=$server PGUSER=shop
  say "A private PostgreSQL $("$bin/psql" --version | cut -d" " -f3) holds orders_staging and orders_prod.
What would promoting staging change in prod? '+' is work of the team that prod
does not have yet; '-' was made in prod by hand, and would be lost."
  try driftline diff postgres:///orders_prod postgres:///orders_staging
  say "The other way round: what staging lacks. Only the aspect 'access', which is who
may do what:"
  try driftline diff postgres:///orders_staging postgres:///orders_prod --aspect access
  say "Snapshots of one database at two times also know a rename when they see one:"
  try driftline snapshot postgres:///orders_prod -o before.snap
  printf '\n%s$ %s%s\n' "$bold" "psql orders_prod -c 'ALTER TABLE shop.orders RENAME COLUMN total TO amount'" "$plain"
  echo 'ALTER TABLE shop.orders RENAME COLUMN total TO amount' | run_sql orders_prod
  try driftline diff before.snap postgres:///orders_prod
}

# ---------------------------------------------------------------- all of it

trap remove_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
forget_settings

work=$(mktemp -d "${TMPDIR:-/tmp}/driftline-quickstart.XXXXXX")
heading "Building Driftline"
build
cd "$work"
show_sqlite
show_postgres

heading "That was it"
cat <<END

Everything that was made for this is removed again, except the program:

  $top/build/release/cli/driftline

What to try next:

  driftline diff postgres://USER@HOST/DATABASE postgres://USER@OTHER/DATABASE
  driftline show postgres://USER@HOST/DATABASE --stats
  docs/tutorial/first-comparison.md        the same at your own pace
  docs/how-to/gate-a-pull-request.md       let a pipeline decide
  docs/README.md                           everything else
END
