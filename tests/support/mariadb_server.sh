#!/usr/bin/env bash
# A private MariaDB server for tests.
#
#   mariadb_server.sh start DIR [OPTION…]   make a server and start it; one that DIR has already is replaced
#   mariadb_server.sh restart DIR           the same server again, on the same port and socket
#   mariadb_server.sh stop DIR              stop that server and remove its data
#
# An OPTION is one of mariadbd's own, for instance --lower-case-table-names=1.
#
# DIR/env then says MYSQL_HOST (127.0.0.1), MYSQL_TCP_PORT, MYSQL_UNIX_PORT (the socket); DIR/socket and DIR/port hold
# the latter two alone. The data is not in DIR: a server never runs as root, and the user it runs as may not be let into
# DIR. DIR/server leads there; the server's log is DIR/server/server.log.
# Two accounts may do everything: root without a password over the socket, and dl_admin with the password dl-right-word-8
# over both. There are no anonymous ones.
set -euo pipefail

die() {
  echo "mariadb_server.sh: $*" >&2
  exit 1
}

# Run a command as a user who is not root.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && runuser -u mysql -- "$@")
  else
    (cd / && "$@")
  fi
}

find_program() {
  PATH=$PATH:/usr/sbin command -v "$1" || die "$1 is not installed; run deploy/install-deps.sh"
}

configure() {
  local home=$1
  shift
  {
    cat <<END
[mariadbd]
datadir = $home/data
socket = $home/socket
pid-file = $home/pid
log-error = $home/server.log
tmpdir = $home
bind-address = 127.0.0.1
skip-name-resolve
skip-log-bin
innodb-flush-log-at-trx-commit = 0
innodb-flush-method = nosync
innodb-fast-shutdown = 1
innodb-buffer-pool-size = 64M
innodb-log-file-size = 16M
innodb-doublewrite = 0
sync-frm = 0
aria-pagecache-buffer-size = 8M
key-buffer-size = 8M
open-files-limit = 16000
table-open-cache = 2000
innodb-open-files = 4000
max-connections = 100
event-scheduler = ON
character-set-server = utf8mb4
collation-server = utf8mb4_general_ci
default-time-zone = +00:00
END
    printf '%s\n' "${@#--}"
  } | as_server tee "$home/my.cnf" >/dev/null
}

answers() {
  "$(find_program mariadb-admin)" --no-defaults --socket="$1/socket" --user=root ping >/dev/null 2>&1
}

# Wait until the server answers or its process has ended.
wait_for_server() {
  local home=$1 process=$2
  for _ in $(seq 600); do
    answers "$home" && return 0
    kill -0 "$process" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

launch() {
  local home=$1 port=$2 server process
  server=$(find_program mariadbd)
  # shellcheck disable=SC2016
  as_server bash -c 'ulimit -Sn "$(ulimit -Hn)"; exec "$@"' launch \
    "$server" "--defaults-file=$home/my.cnf" "--port=$port" </dev/null >/dev/null 2>&1 &
  process=$!
  wait_for_server "$home" "$process"
}

# Try ports until one is free: a second server on the same port does not start.
start_server() {
  local home=$1 port
  for _ in $(seq 30); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if launch "$home" "$port"; then
      echo "$port"
      return 0
    fi
    grep -q "Can't start server: Bind on TCP/IP port" "$home/server.log" || break
  done
  cat "$home/server.log" >&2
  return 1
}

accounts() {
  "$(find_program mariadb)" --no-defaults --socket="$1/socket" --user=root <<END
DROP USER IF EXISTS ''@localhost, ''@\`$(hostname)\`;
DROP DATABASE IF EXISTS test;
DELETE FROM mysql.db;
ALTER USER root@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD('');
CREATE USER dl_admin@'%' IDENTIFIED BY 'dl-right-word-8';
GRANT ALL ON *.* TO dl_admin@'%' WITH GRANT OPTION;
FLUSH PRIVILEGES;
END
}

create() {
  local dir=$1 home port
  shift
  mkdir -p "$dir"
  stop "$dir"
  home=$(as_server mktemp -d /tmp/driftline-mariadb.XXXXXX)
  as_server chmod 755 "$home" # other users' tests reach the socket; the data folder stays closed
  ln -sfn "$home" "$dir/server"
  configure "$home" "$@"
  as_server "$(find_program mariadb-install-db)" "--defaults-file=$home/my.cnf" --skip-name-resolve --skip-test-db \
    --auth-root-authentication-method=normal >/dev/null 2>&1 || {
    cat "$home/server.log" >&2
    die "no data folder could be made"
  }
  port=$(start_server "$home") || die "the server does not start"
  accounts "$home"
  printf '%s\n' "$home/socket" >"$dir/socket"
  printf '%s\n' "$port" >"$dir/port"
  printf 'MYSQL_HOST=127.0.0.1\nMYSQL_TCP_PORT=%s\nMYSQL_UNIX_PORT=%s\n' "$port" "$home/socket" >"$dir/env"
}

# The folder that DIR leads to, which has to be one of this script's.
home_of() {
  local home
  home=$(readlink "$1/server")
  case $home in /tmp/driftline-mariadb.*) echo "$home" ;; *) die "'$1/server' leads to '$home', which is no test server" ;; esac
}

# End exactly the server whose process id is in its folder, and wait until it has.
end_server() {
  local home=$1 signal=$2 process
  [ -s "$home/pid" ] || return 0
  process=$(<"$home/pid")
  as_server kill "-$signal" "$process" 2>/dev/null || return 0
  for _ in $(seq 300); do
    kill -0 "$process" 2>/dev/null || break
    sleep 0.1
  done
  as_server rm -f "$home/pid"
}

restart() {
  local home
  home=$(home_of "$1")
  end_server "$home" TERM
  launch "$home" "$(<"$1/port")" || die "the server does not start again"
}

stop() {
  local dir=$1 home
  [ -L "$dir/server" ] || return 0
  home=$(home_of "$dir")
  end_server "$home" KILL
  rm -rf "$home"
  rm -f "$dir/server" "$dir/env" "$dir/socket" "$dir/port"
}

case ${1:-}:$# in
start:[2-9]) create "${@:2}" ;;
restart:2) restart "$2" ;;
stop:2) stop "$2" ;;
*)
  echo "usage: mariadb_server.sh start DIR [OPTION…] | restart DIR | stop DIR" >&2
  exit 2
  ;;
esac
