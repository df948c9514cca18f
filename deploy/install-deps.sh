#!/usr/bin/env bash
# Installs the Debian packages that Driftline needs: to build it, and unless --build-only is given, to test it.
#
#   deploy/install-deps.sh [--build-only [PACKAGE...]]
#
# Does nothing when all are there, and says what it installs. Needs root, or sudo, only when something is missing.
# Installing PostgreSQL or MariaDB starts no server: the tests run servers of their own.
set -euo pipefail

build=(
  gcc libc6-dev cmake ninja-build pkg-config
  libssl-dev libyaml-dev libcyaml-dev libjansson-dev libpq-dev libsqlite3-dev
  libzmq3-dev libprotobuf-c-dev protobuf-c-compiler libmicrohttpd-dev libcurl4-openssl-dev
  unixodbc-dev libpg-query-dev
)
tests=(
  git patch libcmocka-dev
  postgresql postgresql-contrib postgresql-client pgbouncer sqlite3
  mariadb-server mariadb-client odbc-mariadb odbc-postgresql libsqliteodbc tdsodbc odbcinst
  clang libclang-rt-dev clang-format
  python3 python3-jsonschema python3-zmq libxml2-utils openssl systemd zsh libfaketime tzdata
  python3-aiosmtpd prometheus prometheus-alertmanager
  mypy python3-pydantic golang-go rustc
  mkdocs mkdocs-material postgresql-autodoc
  chromium fonts-dejavu-core nodejs npm
  shellcheck yamllint python3-yaml pre-commit jq
)

case "${1:-}" in
'') wanted=("${build[@]}" "${tests[@]}") ;;
--build-only) wanted=("${build[@]}" "${@:2}") ;;
*)
  echo "usage: deploy/install-deps.sh [--build-only [PACKAGE...]]" >&2
  exit 2
  ;;
esac

# Node.js from elsewhere than Debian brings its npm along, and does not go together with Debian's.
is_installed() {
  case "$1" in
  nodejs) ! command -v node >/dev/null || return 0 ;;
  npm) ! command -v npm >/dev/null || return 0 ;;
  esac
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  echo "install-deps.sh: these packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
  exit 1
fi

install_packages() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -qq -o Dpkg::Use-Pty=0 "$@"
}

# Servers are for the tests, which start their own: none of the packages may start one, nor make a cluster.
policy=/usr/sbin/policy-rc.d
settings=/etc/postgresql-common/createcluster.conf
undo=()
clean_up() {
  for step in "${undo[@]}"; do
    # shellcheck disable=SC2086 # a step is a command of several words
    as_root $step
  done
}
trap clean_up EXIT
forbid_starting() {
  [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  undo+=("rm -f $policy")
  as_root chmod 755 "$policy"
}
forbid_cluster() {
  is_installed postgresql-common || install_packages postgresql-common
  as_root cp -p "$settings" "$settings.before-driftline"
  undo+=("mv -f $settings.before-driftline $settings")
  as_root sed -i '/^[# ]*create_main_cluster/d; 1i create_main_cluster = false' "$settings"
}

echo "installing: ${missing[*]}"
forbid_starting
as_root apt-get update -qq
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
  forbid_cluster
fi
install_packages "${missing[@]}"
