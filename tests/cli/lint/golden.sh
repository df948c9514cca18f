#!/usr/bin/env bash
# golden.sh compare|write FOLDER PROGRAM: the reports of all samples against the files that were looked at and kept.
set -euo pipefail

action=$1 folder=$2 program=$3
mine=$(mktemp -d)
trap 'rm -rf "$mine"' EXIT
for sample in clean shop hostile; do
  for format in text json markdown junit github; do
    # The root is the canonical form's business, and has tests of its own.
    "$program" "$format" "$sample" | sed -E 's/"root": "[0-9a-f]{64}"/"root": "…"/; s/[0-9a-f]{12}$/…/; s/<code>[0-9a-f]{12}</<code>…</' \
      >"$mine/$sample.$format"
  done
  "$program" sarif "$sample" | sed -n '/"invocations"/,$p' >"$mine/$sample.sarif" # without the list of all rules
done
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
