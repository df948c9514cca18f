#!/usr/bin/env bash
# golden.sh compare|write FOLDER PROGRAM: the reports of all samples against the files that were looked at and kept.
set -euo pipefail

action=$1 folder=$2 program=$3
mine=$(mktemp -d)
trap 'rm -rf "$mine"' EXIT
for sample in in_sync not_covered other_version other_major two_engines shop renamed_elsewhere hostile; do
  for format in text json markdown junit github; do
    # The roots are the canonical form's business, and have tests of their own.
    "$program" "$format" "$sample" | sed -E 's/"root": "[0-9a-f]{64}"/"root": "…"/; s/^(from|to  )(.*)  [0-9a-f]{12}$/\1\2  …/' \
      >"$mine/$sample.$format"
  done
done
"$program" sarif shop | sed -n '/"invocations"/,$p' >"$mine/shop.sarif" # without the list of all rules
"$program" sarif hostile | sed -n '/"invocations"/,$p' >"$mine/hostile.sarif"
case $action in
compare)
  diff -ru "$folder" "$mine" || { echo "if these reports are right: golden.sh write '$folder' '$program'" >&2; exit 1; }
  ;;
write)
  mkdir -p "$folder"
  cp "$mine"/* "$folder/"
  ;;
*)
  echo "usage: golden.sh compare|write FOLDER PROGRAM" >&2
  exit 2
  ;;
esac
