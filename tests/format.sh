#!/usr/bin/env bash
# format.sh [--fix]: whether every C file is formatted as .clang-format says; with --fix, makes it so.
set -euo pipefail

cd "$(dirname "$0")/.."
tool=$(command -v clang-format-14 || command -v clang-format) || {
  echo "format.sh: clang-format is not installed; run deploy/install-deps.sh" >&2
  exit 1
}
# Other versions lay some lines out in another way.
case $("$tool" --version) in
*" version 14."*) ;;
*)
  echo "format.sh: not checked, for $("$tool" --version) is not version 14" >&2
  exit 0
  ;;
esac

action=(--dry-run -Werror)
[ "${1:-}" != --fix ] || action=(-i)
find . \( -path ./build -o -path ./.git \) -prune -o \( -name '*.c' -o -name '*.h' \) -print0 |
  xargs -0 -r -n 40 "$tool" "${action[@]}"
