#!/usr/bin/env bash
# The tests in which threads meet, under ThreadSanitizer:
#
#   tests/tsan.sh [BUILD_DIRECTORY]
#
# configures and builds no more than they need (in build/tsan unless told), shows that a planted race is caught, and
# runs them. The last line is ctest's verdict. Takes about two minutes beside the build.
set -euo pipefail

cd "$(dirname "$0")/.."
build=${1:-build/tsan}

unit=(
  common/base/log common/base/memory common/wire/socket
  agent/uplink
  collector/event/pulse collector/stream/ring collector/stream/tail collector/stream/publisher
  collector/ingest/calls collector/ingest/core collector/ingest/door
  collector/correlate/policy
  collector/correlate/fleet_cache
  collector/notify/notifier collector/notify/sender collector/notify/transport
  collector/feed/connections collector/feed/streams collector/feed/server collector/feed/start
)
system=(situations loss hostile moment streams)

cmake --preset tsan -B "$build"
# shellcheck disable=SC2046 # a list of names, split into words
cmake --build "$build" -j "$(nproc)" --target planted_bug hostile_peer driftline driftline-agent driftline-collector \
  $(printf '%s_test ' "${unit[@]//\//_}")

names=$(printf '%s|' "${unit[@]//\//\\.}" "${system[@]/#/system\\.}")
said=$(mktemp)
trap 'rm -f "$said"' EXIT
failed=0
DRIFTLINE_KILLS=15 ctest --test-dir "$build" -j 4 --output-on-failure -R "^(support\.planted_race|${names%|})$" |
  tee "$said" || failed=1
grep -E '^[0-9]+% tests passed' "$said" || echo "ctest gave no verdict"
exit "$failed"
