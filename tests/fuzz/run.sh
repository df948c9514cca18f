#!/usr/bin/env bash
# run.sh [SECONDS] [NAME...]: every fuzz target (or the named ones) under libFuzzer, SECONDS each (60 unless told).
# What is found lies in build/fuzz/found/; the kept corpus is only read. Exit code 1 when a target failed.
set -euo pipefail

cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
if [ $# = 0 ]; then
  set -- tests/fuzz/*_fuzz.c
  set -- "${@##*/}"
  set -- "${@%_fuzz.c}"
fi

cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target fuzz_targets -j "$(nproc)"
found=build/fuzz/found
failed=
for name in "$@"; do
  echo "== $name, $seconds s"
  mkdir -p "$found/$name" "build/fuzz/corpus/$name"
  "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
    -print_final_stats=0 -verbosity=0 -artifact_prefix="$found/$name/" \
    "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" || failed="$failed $name"
done
if [ -n "$failed" ]; then
  echo "failed:$failed; the inputs are in $found" >&2
  exit 1
fi
echo "no failure in $# targets"
