#!/usr/bin/env bash
# write_reports.sh PROGRAM SAMPLES SARIF EDIT FOLDER: the reports that `PROGRAM FORMAT SAMPLE` writes, for golden.sh. Lists have
# blanks between their items; SARIF is written of its own samples, and without the list of all rules. EDIT is a script of sed.
set -euo pipefail

program=$1 samples=$2 sarif=$3 edit=$4 folder=$5
for sample in $samples; do
  for format in text json markdown junit github; do
    "$program" "$format" "$sample" | sed -E -f "$edit" >"$folder/$sample.$format"
  done
done
for sample in $sarif; do
  "$program" sarif "$sample" | sed -n '/"invocations"/,$p' >"$folder/$sample.sarif"
done
