#!/usr/bin/env bash
# Each case of the oracles that disagrees with pg_dump or mariadb-dump is in the tables of
# docs/explanation/what-counts-as-drift.md, and nothing else is.
set -euo pipefail

cd "$(dirname "$0")/../.."
page=docs/explanation/what-counts-as-drift.md

in_cases() {
  awk '/^-- case: / { title = substr($0, 10) }
       /^-- oracle: / { print title " | " $3 }' tests/oracle/cases/*.sql tests/oracle/mariadb_cases/*.sql | sort
}

in_page() {
  sed -n 's/^| \(.*\) | \(same\|changed\) | \(drift\|none\) |.*/\1 | \2/p' "$page" | sort
}

diff <(in_cases) <(in_page) >&2 || {
  echo "'$page' does not list the exceptions that the cases in tests/oracle have ('<': missing, '>': too many)" >&2
  exit 1
}
[ -n "$(in_page)" ]
