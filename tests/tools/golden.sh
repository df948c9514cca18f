#!/usr/bin/env bash
# golden.sh compare|write FOLDER COMMAND [ARGUMENT...]: what a command writes against the files that were looked at and kept.
# The command gets the name of an empty folder as its last argument, and writes its files there.
set -euo pipefail

action=$1 folder=$2
mine=$(mktemp -d)
trap 'rm -rf "$mine"' EXIT
"${@:3}" "$mine"
case $action in
compare)
  diff -ru "$folder" "$mine" || { echo "if these are right: $(printf '%q ' "$0" write "${@:2}")" >&2; exit 1; }
  ;;
write)
  mkdir -p "$folder"
  cp "$mine"/* "$folder/"
  ;;
*)
  echo "usage: golden.sh compare|write FOLDER COMMAND [ARGUMENT...]" >&2
  exit 2
  ;;
esac
