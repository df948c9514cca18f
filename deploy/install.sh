#!/usr/bin/env bash
# Installs the command `driftline` below a folder, built from this tree, unless it is there: what a job of CI begins with.
#
#   deploy/install.sh PREFIX [PACKAGE...]
#
# The Debian packages that the command needs are installed, and those that are named: `postgresql` for rehearsals and `ddl:`,
# which make a server of their own. It needs root, or sudo, when a package is missing.
set -euo pipefail

if [ $# -eq 0 ] || [[ $1 == -* ]]; then
  echo "usage: deploy/install.sh PREFIX [PACKAGE...]" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")/.." && pwd)
prefix=$1
shift

# Also when the command came out of a cache: the libraries that it needs are those that it is built with.
"$source/deploy/install-deps.sh" --build-only "$@"
if [ ! -x "$prefix/bin/driftline" ]; then
  cmake --preset release -S "$source" -B "$source/build/install" -DDRIFTLINE_TESTS=OFF
  cmake --build "$source/build/install" --target driftline
  install -D "$source/build/install/cli/driftline" "$prefix/bin/driftline"
fi
"$prefix/bin/driftline" --version | head -n 1
