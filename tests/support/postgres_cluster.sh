#!/usr/bin/env bash
# A private PostgreSQL server for tests.
#
#   postgres_cluster.sh start DIR              make a cluster and start it; one that DIR has already is replaced
#   postgres_cluster.sh standby DIR PRIMARY    the same as a streaming copy of the cluster of the folder PRIMARY
#   postgres_cluster.sh stop DIR               stop that server and remove its data
#
# DIR/env then says PGHOST (the folder of the Unix socket), PGPORT, PGUSER and PGBIN. The data is not in DIR: a server
# never runs as root, the user it runs as may not be let into DIR, and the path of a socket has at most 107 bytes.
# DIR/cluster leads there; the server's log is DIR/cluster/log.
# Trust over the socket; a password over TCP on 127.0.0.1, which the user dl_password has.
set -euo pipefail

die() {
  echo "postgres_cluster.sh: $*" >&2
  exit 1
}

# The newest server that is installed.
find_bin() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
  [ -x "$found" ] || found=$(pg_config --bindir 2>/dev/null || true)/postgres
  [ -x "$found" ] || die "no PostgreSQL server is installed; run deploy/install-deps.sh"
  dirname "$found"
}

# Run a command as a user who is not root.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    (cd / && "$@")
  fi
}

configure() {
  local home=$1
  as_server tee -a "$home/data/postgresql.conf" >/dev/null <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '$home'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = logical
max_locks_per_transaction = 1024
shared_buffers = 64MB
log_destination = stderr
logging_collector = off
timezone = UTC
END
  as_server tee "$home/data/pg_hba.conf" >/dev/null <<END
local all         all              trust
local replication all              trust
host  all         all 127.0.0.1/32 scram-sha-256
END
}

# Try ports until one is free: a second server on the same port does not start.
start_server() {
  local home=$1 bin=$2 port
  for _ in $(seq 30); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if as_server "$bin/pg_ctl" -D "$home/data" -l "$home/log" -o "-p $port" -w -t 60 start >/dev/null 2>&1; then
      echo "$port"
      return 0
    fi
    grep -q 'could not create any TCP/IP sockets' "$home/log" || break
  done
  cat "$home/log" >&2
  return 1
}

create() {
  local dir=$1 primary=${2:-} home bin port
  bin=$(find_bin)
  mkdir -p "$dir"
  stop "$dir"
  home=$(as_server mktemp -d /tmp/driftline-pg.XXXXXX)
  as_server chmod 755 "$home" # other users' tests reach the socket; the data folder stays closed
  ln -sfn "$home" "$dir/cluster"
  if [ -n "$primary" ]; then
    as_server "$bin/pg_basebackup" -h "$(readlink "$primary/cluster")" -p "$(setting "$primary" PGPORT)" -U postgres \
      -D "$home/data" -R -X stream -c fast
    as_server sed -i '/^unix_socket_directories/d' "$home/data/postgresql.conf"
    echo "unix_socket_directories = '$home'" | as_server tee -a "$home/data/postgresql.conf" >/dev/null
  else
    as_server "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    configure "$home"
  fi
  port=$(start_server "$home" "$bin") || die "the server does not start"
  if [ -z "$primary" ]; then
    as_server "$bin/psql" -X -q -h "$home" -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 \
      -c "CREATE ROLE dl_password LOGIN PASSWORD 'dl-right-word-8'"
  fi
  printf 'PGHOST=%s\nPGPORT=%s\nPGUSER=postgres\nPGBIN=%s\n' "$home" "$port" "$bin" >"$dir/env"
}

setting() {
  sed -n "s/^$2=//p" "$1/env"
}

# Exactly the server whose process id is in the data folder that DIR leads to.
stop() {
  local dir=$1 home
  [ -L "$dir/cluster" ] || return 0
  home=$(readlink "$dir/cluster")
  case $home in /tmp/driftline-pg.*) ;; *) die "'$dir/cluster' leads to '$home', which is not a test cluster" ;; esac
  if [ -e "$home/data/postmaster.pid" ]; then
    as_server "$(find_bin)/pg_ctl" -D "$home/data" -m immediate -w -t 60 stop >/dev/null || true
  fi
  rm -rf "$home"
  rm -f "$dir/cluster" "$dir/env"
}

case ${1:-}:$# in
start:2) create "$2" ;;
standby:3) create "$2" "$3" ;;
stop:2) stop "$2" ;;
*)
  echo "usage: postgres_cluster.sh start DIR | standby DIR PRIMARY | stop DIR" >&2
  exit 2
  ;;
esac
