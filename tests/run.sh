#!/usr/bin/env bash
# Everything that must hold before a change is handed over, from a fresh clone on Debian 12:
#
#   tests/run.sh [--quick]
#
# installs what is missing, builds with sanitizers, shows that these catch planted bugs, runs all tests, those in which
# threads meet once more under ThreadSanitizer, then builds anew with the other compiler, warnings being errors, runs the
# quickstart, and checks the formatting. The last line is ctest's verdict. --quick leaves out all but the first build.
set -euo pipefail

cd "$(dirname "$0")/.."
quick=
case "${1:-}" in
'') ;;
--quick) quick=yes ;;
*)
  echo "usage: tests/run.sh [--quick]" >&2
  exit 2
  ;;
esac

step() {
  printf '\n== %s\n' "$*"
}

configure_and_build() {
  cmake --preset "$1"
  cmake --build "build/$1" -j "$(nproc)"
}

# Each must end badly, and for the right reason.
check_sanitizers() {
  local bug finding said
  while IFS='=' read -r bug finding; do
    if said=$(build/dev/tests/planted_bug "$bug" 2>&1) || [[ $said != *"$finding"* ]]; then
      echo "the sanitizers did not catch the planted bug '$bug'" >&2
      return 1
    fi
    echo "caught: $finding"
  done <<'END'
overrun=heap-buffer-overflow
overflow=signed integer overflow
leak=detected memory leaks
END
}

step "packages"
deploy/install-deps.sh

step "build with sanitizers"
configure_and_build dev

step "planted bugs"
check_sanitizers

step "tests"
mkdir -p build
failed=0
ctest --test-dir build/dev -j 2 --output-on-failure 2>&1 | tee build/ctest.log || failed=1
verdict=$(grep -E '^[0-9]+% tests passed' build/ctest.log || echo "ctest gave no verdict")

if [ -z "$quick" ]; then
  step "ThreadSanitizer"
  tests/tsan.sh || failed=1

  step "quickstart"
  deploy/quickstart.sh --exit || failed=1

  step "build with the other compiler"
  configure_and_build release-clang
  ctest --test-dir build/release-clang -R '^(common|fuzz|docs)\.' -j 2 --output-on-failure || failed=1
fi

step "formatting"
tests/format.sh || failed=1

echo
echo "$verdict"
if [ "$failed" != 0 ]; then
  echo "something above failed"
fi
exit "$failed"
