#!/usr/bin/env bash
# page.sh compare|write FILE PROGRAM [ARGUMENT...]: a page of docs/reference against what its program writes.
set -euo pipefail

action=$1 file=$2
shift 2
page=$(mktemp)
trap 'rm -f "$page"' EXIT
"$@" >"$page"
case $action in
compare)
  diff -u "$file" "$page" || { echo "'$file' is not what its program writes; \`cmake --build BUILD --target docs\` renews it" >&2; exit 1; }
  ;;
write)
  mkdir -p "$(dirname "$file")"
  cmp -s "$file" "$page" || cat "$page" >"$file"
  ;;
*)
  echo "usage: page.sh compare|write FILE PROGRAM [ARGUMENT...]" >&2
  exit 2
  ;;
esac
