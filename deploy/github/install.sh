#!/usr/bin/env bash
# What the action does: installs the command, and tells the steps that follow where it is and which collector it asks. Its
# inputs are variables: COLLECTOR, TOKEN, POSTGRESQL.
set -euo pipefail

prefix=${DRIFTLINE_PREFIX:-/opt/driftline}
packages=()
[ "${POSTGRESQL:-true}" != true ] || packages=(postgresql)
"$(dirname "$0")/../install.sh" "$prefix" "${packages[@]}"

echo "$prefix/bin" >>"$GITHUB_PATH"
echo "version=$("$prefix/bin/driftline" --version | head -n 1)" >>"$GITHUB_OUTPUT"
if [ -n "${COLLECTOR:-}" ]; then
  echo "DRIFTLINE_COLLECTOR=$COLLECTOR" >>"$GITHUB_ENV"
fi
if [ -n "${TOKEN:-}" ]; then
  echo "::add-mask::$TOKEN"
  echo "DRIFTLINE_TOKEN=$TOKEN" >>"$GITHUB_ENV"
fi
