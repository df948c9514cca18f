#!/usr/bin/env bash
# The unit files are what systemd understands, start the programs with options that they have, and shut them in well.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit in "$DRIFTLINE_SOURCE_DIR"/deploy/systemd/*.service; do
  name=$(basename "$unit")
  # Nothing is installed here: any program will do.
  sed "s#^ExecStart=/usr/local/bin/[a-z-]*#ExecStart=/bin/true#" "$unit" >"$folder/$name"
  grep -q '^ExecStart=/bin/true --config /etc/driftline/' "$folder/$name" || { echo "$name: starts something else" >&2; exit 1; }
  found=$(systemd-analyze verify --man=no --recursive-errors=no "$folder/$name" 2>&1) || { echo "$found" >&2; exit 1; }
  # Only what is said of this unit counts; systemd complains about the machine, too.
  if grep "$name" <<<"$found" >&2; then exit 1; fi
  systemd-analyze security --offline=yes --threshold=25 --no-pager "$folder/$name" >"$folder/report" ||
    { cat "$folder/report" >&2; exit 1; }
  tail -1 "$folder/report"
done
