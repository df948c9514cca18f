#!/usr/bin/env bash
# Driftline in a few minutes: build it, and see a small fleet watched, changed, and let through a gate.
#
#   deploy/quickstart.sh [--exit] [--postgres] [--help]
#
# Installs the Debian packages that the build needs (see deploy/install-deps.sh) and builds into build/release. Then it
# makes the databases of a small shop (staging, and four tenants in production), starts a collector and two agents on
# loopback, changes schemas under their eyes, and shows what they make of it: what differs and why, whether it may be
# promoted, and the proof that it was. No existing database is touched; what was made lies in one temporary folder, and is
# removed at the end.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy/quickstart.sh [--exit] [--postgres] [--help]

Builds Driftline into build/release, and shows it at work on a small fleet made
for the purpose: a collector, two agents, the databases of a shop in staging and
of its four tenants in production. Leaves the system running until Ctrl-C, so
that you can try things; everything but build/ is removed then.

  --exit      do not wait: stop when everything was shown
  --postgres  PostgreSQL databases on a private server that listens on no
              network, in place of SQLite files
  --help      print this

Needs Debian 12, and root or sudo if packages are missing.
END
}

wait_at_end=yes engine=sqlite
for word in "$@"; do
  case $word in
  --exit) wait_at_end='' ;;
  --postgres) engine=postgres ;;
  -h | --help) usage && exit 0 ;;
  *) usage >&2 && exit 2 ;;
  esac
done

top=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
work='' server='' bin='' # the temporary folder; the server's folder, once it may run; where its programs are
children=()              # collector and agents
tenants=(eu-1 eu-2 us-1 us-2)
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

die() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 1
}

# try STATUS COMMAND...: show a command as one would type it, then run it, which must end so. Says how, unless it is 0.
try() {
  local expected=$1 shown='' word status=0
  shift
  for word in "$@"; do
    case $word in
    *[!a-zA-Z0-9_.,:=/@~+*-]*) shown+=" '$word'" ;;
    *) shown+=" $word" ;;
    esac
  done
  printf '\n%s$%s%s\n' "$bold" "$shown" "$plain"
  "$@" || status=$?
  [ "$status" = 0 ] || printf '%s(exit status %d)%s\n' "$dim" "$status" "$plain"
  [ "$status" = "$expected" ] || die "that should have ended with $expected"
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
  local child
  trap - EXIT
  for child in "${children[@]}"; do
    kill "$child" 2>/dev/null || true
  done
  for child in "${children[@]}"; do
    wait "$child" 2>/dev/null || true
  done
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
  for name in $(compgen -v PG) $(compgen -v DRIFTLINE); do
    unset "$name"
  done
}

# Run a command whose output matters only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2 && return 1; }
}

build() {
  local tests=OFF packages=(sqlite3)
  [ "$engine" = sqlite ] || packages=(postgresql)
  "$top/deploy/install-deps.sh" --build-only "${packages[@]}"
  echo "building into $top/build/release (the first time takes about a minute)"
  cd "$top"
  pkg-config --exists cmocka && tests=ON # without it they cannot be built, and nobody asked for them
  quietly cmake --preset release -DDRIFTLINE_TESTS=$tests
  quietly cmake --build build/release --target driftline driftline-agent driftline-collector -j "$(nproc)"
  PATH=$top/build/release/cli:$top/build/release/agent:$top/build/release/collector:$PATH
  driftline --version | head -n 1
}

# ---------------------------------------------------------------- the databases

# The programs of the newest server that is installed.
find_server() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
  [ -x "$found" ] || found=$(pg_config --bindir 2>/dev/null || true)/postgres
  [ -x "${found%/*}/initdb" ] || die "no PostgreSQL server is installed here"
  echo "${found%/*}"
}

# A server without network whose socket only its own user and root may use.
start_server() {
  bin=$(find_server)
  server=$(as_server mktemp -d /tmp/driftline-quickstart-pg.XXXXXX)
  if ! {
    as_server "$bin/initdb" -D "$server/data" -U shop -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$work/log" 2>&1 &&
      printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$server'" 'unix_socket_permissions = 0700' \
        'fsync = off' 'shared_buffers = 16MB' | as_server tee -a "$server/data/postgresql.conf" >/dev/null &&
      as_server "$bin/pg_ctl" -D "$server/data" -l "$server/log" -w -t 30 start >>"$work/log" 2>&1
  }; then
    tail -n 5 "$work/log"
    die "the private PostgreSQL server does not start"
  fi
}

# Run SQL in one database of the fleet: staging, or a tenant.
run_sql() {
  if [ "$engine" = sqlite ]; then
    sqlite3 -cmd '.timeout 5000' "$work/$1.db"
  else
    as_server "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -U shop -d "shop_${1//-/_}"
  fi
}

reference() {
  if [ "$engine" = sqlite ]; then
    echo "sqlite:$work/$1.db"
  else
    echo "postgres://shop@/shop_${1//-/_}?host=$server"
  fi
}

make_databases() {
  local name
  for name in staging "${tenants[@]}"; do
    [ "$engine" = sqlite ] ||
      as_server "$bin/psql" -X -q -h "$server" -U shop -d postgres -c "CREATE DATABASE shop_${name//-/_}"
    run_sql "$name" <<'END'
CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL UNIQUE, phone text);
CREATE TABLE orders (
  id          integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers (id),
  state       text NOT NULL DEFAULT 'new',
  total       numeric NOT NULL CHECK (total >= 0)
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE VIEW open_orders AS SELECT id, state FROM orders WHERE state <> 'shipped';
END
  done
  run_sql us-2 <<<"$index" # made by hand one night
}

# change SQL NAME...: change the schema of these databases, as one would with their own client.
change() {
  local sql=$1 name
  shift
  printf '\n%s%s>%s %s\n' "$bold" "$*" "$plain" "$sql"
  for name in "$@"; do
    run_sql "$name" <<<"$sql"
  done
}

# The support desk says what it needs of production, so that nobody takes it away by accident.
write_contract() {
  mkdir "$work/contracts"
  cat >"$work/contracts/support.yaml" <<END
name: support
owner: team-support
consumers: [support-desk]
database: shop
environments: [prod]
requires:
  - table: $schema.customers
    columns: [{name: email, nullable: no}, {name: phone, type_family: text}]
END
}

# ---------------------------------------------------------------- collector and agents

start() {
  local name=$1
  shift
  "$@" >>"$work/$name.log" 2>&1 &
  children+=($!)
}

# Wait until a command succeeds.
wait_until() {
  local what=$1 attempt child
  shift
  for attempt in {1..300}; do
    if "$@" >/dev/null 2>&1; then
      return
    fi
    for child in "${children[@]}"; do
      kill -0 "$child" 2>/dev/null || {
        tail -n 5 "$work"/*.log >&2
        die "a program ended while we waited: $what"
      }
    done
    sleep 0.1
  done
  tail -n 5 "$work"/*.log >&2
  die "waited in vain: $what ($attempt attempts)"
}

# Two ports that nobody listens on now.
find_ports() {
  local port found=()
  for port in $(shuf -i 20000-32000 -n 200); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
    found+=("$port")
    [ ${#found[@]} -lt 2 ] || break
  done
  agents_port=${found[0]} http_port=${found[1]}
}

start_collector() {
  find_ports
  cat >"$work/collector.yaml" <<END
data: $work/collector
listen: {agents: "tcp://127.0.0.1:$agents_port", http: "127.0.0.1:$http_port"}
path: [staging, prod]
contracts_folder: contracts
heartbeat: 2s
stale_after: 10s
END
  start collector driftline-collector --config "$work/collector.yaml"
  export DRIFTLINE_COLLECTOR=http://127.0.0.1:$http_port
  wait_until "the collector makes its first token" test -s "$work/collector/admin.token"
  DRIFTLINE_TOKEN=$(cat "$work/collector/admin.token")
  export DRIFTLINE_TOKEN
  wait_until "the collector answers" driftline agents list
}

# agent_config NAME ENVIRONMENT DATABASE=INSTANCE...
agent_config() {
  local agent=$1 environment=$2 pair
  shift 2
  cat <<END
agent: $agent
data: $work/$agent
collector:
  endpoints: ["tcp://127.0.0.1:$agents_port"]
  key: "file:$work/collector/collector.key.pub"
targets:
END
  for pair in "$@"; do
    printf '  - {database: shop, environment: %s, instance: %s, source: "%s", poll: 1s}\n' \
      "$environment" "${pair#*=}" "$(reference "${pair%%=*}")"
  done
}

start_agents() {
  local name key
  agent_config staging-1 staging staging=default >"$work/staging-1.yaml"
  agent_config prod-1 prod "${tenants[@]}" >"$work/prod-1.yaml"
  say "Each agent has a key of its own. The collector lets in the keys that it was told
of, and each only for the targets that it may speak for:"
  for name in staging-1 prod-1; do
    key=$(driftline-agent --config "$work/$name.yaml" --public-key)
    try 0 driftline agents enroll "$name" --key "$key" --target "shop@${name%-1}"
    start "$name" driftline-agent --config "$work/$name.yaml"
  done
}

target() {
  if [ "$1" = staging ]; then
    echo shop@staging
  else
    echo "shop@prod/$1"
  fi
}

# Whether the collector has a database as it is.
is_recorded() {
  [ "$(driftline hash "$1")" = "$(driftline hash "$2")" ]
}

wait_for_agents() {
  local name
  for name in staging "${tenants[@]}"; do
    wait_until "the agent delivers '$name'" is_recorded "$(target "$name")" "$(reference "$name")"
  done
}

# ---------------------------------------------------------------- all of it

# Whether the gate answers yes or no: snapshots that have just come are worked out first.
gate_knows() {
  local status=0
  driftline gate shop --from staging --to prod --dry-run || status=$?
  [ "$status" -le 1 ]
}

show_fleet() {
  heading "How do the environments compare?"
  say "One tenant is not like the others: somebody made an index there by hand."
  try 1 driftline fleet
  try 1 driftline diff shop@prod shop@prod/us-2
}

show_history() {
  heading "What happened, and when?"
  say "The team works on staging. In production the index has helped, so the other
tenants get it by hand, too; nobody tells the team:"
  change 'ALTER TABLE orders ADD COLUMN coupon text;' staging
  change 'ALTER TABLE customers DROP COLUMN phone;' staging
  wait_for_agents
  change "$index" eu-1 eu-2 us-1
  wait_for_agents
  wait_until "drifts are worked out" gate_knows
  try 0 driftline history shop
}

show_drift() {
  heading "What would a promotion change, and why do they differ?"
  say "Two changes are on their way. The third would go the wrong way: the next release
would drop the index that production has now."
  try 1 driftline compare shop --from staging --to prod
  try 0 driftline drift list shop
}

show_gate() {
  heading "May staging be promoted to prod?"
  say "The support desk has said in a contract what it reads in production:"
  try 0 cat contracts/support.yaml
  try 1 driftline gate shop --from staging --to prod
  say "So the index goes into the migrations, and the column stays for now:"
  change "$index" staging
  change 'ALTER TABLE customers ADD COLUMN phone text;' staging
  wait_for_agents
  wait_until "drifts are worked out" gate_knows
  try 0 driftline gate shop --from staging --to prod --pin
}

show_promotion() {
  heading "Did production get exactly that?"
  say "The release runs, and what was approved is proven of every tenant:"
  change 'ALTER TABLE orders ADD COLUMN coupon text;' "${tenants[@]}"
  try 0 driftline verify shop@prod --root "$(driftline hash shop@staging)" --wait 30s
  say "Nothing differs any more, and of each difference is kept how it ended:"
  try 0 driftline drift list shop --state ended --cause pending,hotfix
}

show() {
  heading "A collector and two agents"
  start_collector
  start_agents
  wait_for_agents
  show_fleet
  show_history
  show_drift
  show_gate
  show_promotion
}

trap remove_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
forget_settings

work=$(mktemp -d "${TMPDIR:-/tmp}/driftline-quickstart.XXXXXX")
schema=main
[ "$engine" = sqlite ] || schema=public
index='CREATE INDEX orders_by_state ON orders (state);'
heading "Building Driftline"
build
cd "$work"
[ "$engine" = sqlite ] || start_server
make_databases
write_contract
show

heading "Now it is yours"
cat <<END

In another terminal:

  export PATH=$top/build/release/cli:\$PATH
  export DRIFTLINE_COLLECTOR=$DRIFTLINE_COLLECTOR
  export DRIFTLINE_TOKEN=\$(cat $work/collector/admin.token)

  driftline fleet                                     how everything is, now
  driftline show shop@prod orders                     one table, as it is known
  driftline diff shop@staging~1 shop@staging          what the last change was
  driftline contracts                                 what must stay as it is
  driftline gate history                              what was asked and approved
  driftline history shop --since 10m --format json    for programs
  curl -H "Authorization: Bearer \$DRIFTLINE_TOKEN" $DRIFTLINE_COLLECTOR/api/v1/fleet
END
if [ "$engine" = sqlite ]; then
  echo "  sqlite3 $work/eu-2.db 'ALTER TABLE orders ADD COLUMN note text'   and look again"
else
  echo "  psql -h $server -U shop shop_eu_2 -c 'ALTER TABLE orders ADD COLUMN note text'   and look again"
fi
cat <<END

  docs/tutorial/first-fleet.md              the same at your own pace
  docs/tutorial/first-gate.md               its second half: why, the gate, the proof
  docs/README.md                            everything else
END
if [ -n "$wait_at_end" ]; then
  printf '\n%s\n' "The system runs until you press Ctrl-C; then everything but build/ is removed."
  # Ends also when one of the programs does.
  wait -n "${children[@]}" || true
  tail -n 5 "$work"/*.log >&2
fi
