#!/usr/bin/env bash
# What the action does: installs the command below /opt/driftline, unless it came out of the cache, and tells the steps that
# follow where it is and which collector it asks. Its inputs are variables: COLLECTOR, TOKEN, POSTGRESQL.
set -euo pipefail

source=$(cd "$(dirname "$0")/../.." && pwd)
target=${DRIFTLINE_PREFIX:-/opt/driftline}

# Also when the command came out of the cache: the libraries that it needs are those that it is built with.
packages=()
if [ "${POSTGRESQL:-true}" = true ]; then
  packages=(postgresql) # for rehearsals, which make a server of their own
fi
"$source/deploy/install-deps.sh" --build-only "${packages[@]}"
if [ ! -x "$target/bin/driftline" ]; then
  cmake --preset release -S "$source" -B "$source/build/action" -DDRIFTLINE_TESTS=OFF
  cmake --build "$source/build/action" --target driftline
  install -D "$source/build/action/cli/driftline" "$target/bin/driftline"
fi

echo "$target/bin" >>"$GITHUB_PATH"
echo "version=$("$target/bin/driftline" --version | head -n 1)" >>"$GITHUB_OUTPUT"
if [ -n "${COLLECTOR:-}" ]; then
  echo "DRIFTLINE_COLLECTOR=$COLLECTOR" >>"$GITHUB_ENV"
fi
if [ -n "${TOKEN:-}" ]; then
  echo "::add-mask::$TOKEN"
  echo "DRIFTLINE_TOKEN=$TOKEN" >>"$GITHUB_ENV"
fi
