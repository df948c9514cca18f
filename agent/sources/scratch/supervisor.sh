# A PostgreSQL server that lives for as long as somebody holds the other end of standard input: even who is killed lets go
# of a pipe. Started by scratch_cluster.c as `sh -c SCRIPT NAME PROGRAMS`, in a session of its own, never as root.
#
# Says on standard output: `folder PATH`, where the server's data and socket are; `ended REASON` should it not run.
set -u
umask 077
trap '' HUP INT TERM # whoever is asked to stop lets go of the pipe; the server must not go before
programs=$1
home=

# The path of a socket has at most 107 bytes.
for base in "${TMPDIR:-}" /tmp; do
  case $base in /*) ;; *) continue ;; esac
  [ ${#base} -le 60 ] || continue
  home=$(mktemp -d "$base/driftline-scratch.XXXXXX" 2>/dev/null) && break
done
if [ -z "$home" ]; then
  echo "ended no folder can be made in /tmp"
  exit 1
fi
echo "folder $home"

ended() {
  echo "ended $(grep -v '^HINT' "$home/log" | tail -n 1)"
}

if ! "$programs/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C --no-sync --wal-segsize=1 \
  >"$home/log" 2>&1 </dev/null; then
  ended
  rm -rf "$home"
  exit 1
fi

{
  "$programs/postgres" -D "$home/data" -c listen_addresses= -c unix_socket_directories="$home" -c port=5432 \
    -c unix_socket_permissions=0700 -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
    -c shared_buffers=32MB -c max_connections=20 -c max_locks_per_transaction=1024 -c autovacuum=off -c jit=off \
    -c wal_level=minimal -c max_wal_senders=0 -c max_logical_replication_workers=0 -c ssl=off \
    -c logging_collector=off -c log_destination=stderr -c log_min_messages=fatal -c log_min_error_statement=panic \
    >>"$home/log" 2>&1 </dev/null &
  echo $! >"$home/pid"
  wait $!
  ended
} &
keeper=$!

# Nothing is ever written to the pipe: this is the end of it.
read -r _

# A server that has only just begun may not listen to signals yet.
tries=0
while kill -0 "$keeper" 2>/dev/null; do
  signal=QUIT
  [ "$tries" -lt 500 ] || signal=KILL
  server=$(cat "$home/pid" 2>/dev/null) && kill -s "$signal" "$server" 2>/dev/null
  tries=$((tries + 1))
  sleep 0.02
done
rm -rf "$home"
