#!/usr/bin/env bash
# Takes migrations from the repository to staging and on to production, one step after the other:
#
#   deploy/promote.sh --database orders --from staging --to prod \
#     --from-url postgres://deploy@staging/orders --to-url postgres://deploy@prod/orders migrations/V7__totals.sql
#
#   lint            the files, against the schema that staging has
#   rehearse        the files, on a copy of that schema: what changes, which contracts break, the root to expect
#   apply-from      the files, to staging
#   verify-from     that staging became exactly what was rehearsed
#   gate            may staging go to production; what passes is approved
#   rehearse-to     the files, on a copy of production's schema
#   apply-to        the files, to production
#   verify-to       that production became exactly what was rehearsed
#
# A step that fails stops it, and nothing after it happens. Each run, and where it stopped, is recorded at the collector:
# `driftline syncs list` shows it. The exit status is that of the step: 1 no, 3 not known.
#
# It needs driftline, psql and jq; the collector by DRIFTLINE_COLLECTOR and DRIFTLINE_TOKEN (a token with the right `gate`); passwords
# by ~/.pgpass, PGPASSFILE or a service: none is ever an argument.
#
# Options:
#   --name NAME          what is promoted, in the record: a release; else the newest file
#   --contracts PATH     contracts to hold the rehearsals against; may be given several times
#   --fail-on LEVEL      of the rehearsals: none, or the least level that stops it (critical unless told otherwise)
#   --wait TIME          how long the collector may take to see a change (5m)
#   --scratch WHERE      where rehearsals may make a database (a private server unless told otherwise)
#   --in-transaction     each file is one transaction, also in the rehearsals
#   --as ROLE            who runs the files, for the rehearsals
#   --apply PROGRAM      run this instead of psql: it gets the environment's name and the files as arguments, and the URL as
#                        DRIFTLINE_APPLY_URL
#   --start-at STEP      go on with a step, after an earlier run stopped there
#   --dry-run            lint and rehearse only
set -euo pipefail

steps=(lint rehearse apply-from verify-from gate rehearse-to apply-to verify-to)
database='' from='' to='' from_url='' to_url='' name='' wait=5m apply='' start=lint dry_run=''
contracts=() rehearsal=() in_transaction=() psql_options=() files=() fail_on=critical

usage() {
  echo "promote.sh: $1 ('deploy/promote.sh --help' says more)" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
  --help | -h)
    sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"
    exit 0
    ;;
  --in-transaction)
    in_transaction=(--in-transaction) psql_options=(--single-transaction)
    shift
    continue
    ;;
  --dry-run)
    dry_run=yes
    shift
    continue
    ;;
  --database | --from | --to | --from-url | --to-url | --name | --contracts | --fail-on | --wait | --scratch | --as | --apply | --start-at)
    [ $# -gt 1 ] || usage "'$1' needs a value"
    ;;
  --*) usage "there is no option '$1'" ;;
  *)
    files+=("$1")
    shift
    continue
    ;;
  esac
  case "$1" in
  --database) database=$2 ;;
  --from) from=$2 ;;
  --to) to=$2 ;;
  --from-url) from_url=$2 ;;
  --to-url) to_url=$2 ;;
  --name) name=$2 ;;
  --contracts) contracts+=(--contracts "$2") ;;
  --fail-on) fail_on=$2 ;;
  --wait) wait=$2 ;;
  --scratch) rehearsal+=(--scratch "$2") ;;
  --as) rehearsal+=(--as "$2") ;;
  --apply) apply=$2 ;;
  --start-at) start=$2 ;;
  esac
  shift 2
done

if [ -z "$database" ] || [ -z "$from" ] || [ -z "$to" ]; then
  usage "it needs --database, --from and --to"
fi
[ ${#files[@]} -gt 0 ] || usage "it needs the files of the migration"
[ -n "$dry_run" ] || { [ -n "$from_url" ] && [ -n "$to_url" ]; } || usage "it needs --from-url and --to-url"
[[ " ${steps[*]} " == *" $start "* ]] || usage "there is no step '$start': they are ${steps[*]}"
for file in "${files[@]}"; do
  [ -r "$file" ] || usage "'$file' cannot be read"
done
for url in "$from_url" "$to_url"; do
  [[ ! $url =~ ^[a-z]+://[^/@]*:[^/@]*@ ]] || usage "a URL must not hold a password: everybody may read arguments"
done
for program in driftline jq psql; do
  [ "$program" != psql ] || [ -z "$apply" ] || continue
  command -v "$program" >/dev/null || usage "there is no '$program' in PATH"
done
if [ -z "$name" ]; then
  name=$(basename "${files[-1]}" .sql)
  name=${name//[^A-Za-z0-9_.-]/-}
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/driftline-promote.XXXXXX")
step=''
finished=''

record() { # ENVIRONMENT STATE [OPTION...]
  driftline syncs record "$database@$1" --kind promote --name "$name" --state "$2" "${@:3}" >/dev/null ||
    echo "promote.sh: the collector could not be told that this is $2" >&2
}

# Whatever ends it is recorded; what was done to production by then is for somebody to look at.
end() {
  local status=$?
  if [ -z "$finished" ] && [ -n "$step" ] && [ -z "$dry_run" ]; then
    local manual=()
    case "$step" in apply-to | verify-to) manual=(--manual) ;; esac
    record "$to" failed "${manual[@]}" --detail "$step: exit status $status"
    echo "promote.sh: stopped at '$step'. Once it is settled: --start-at $step" >&2
  fi
  rm -rf "$work"
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

begun=''
# Whether a step is to be done: false before the one to start at.
begin() {
  [ "$1" = "$start" ] && begun=yes
  [ -n "$begun" ] || return 1
  step=$1
  printf '\n== %s\n' "$1"
}

rehearse() { # ENVIRONMENT
  local status=0
  driftline rehearse "${files[@]}" --on "$database@$1" "${contracts[@]}" "${rehearsal[@]}" "${in_transaction[@]}" --fail-on "$fail_on" \
    --format json --output "$work/$1.json" || status=$?
  [ -s "$work/$1.json" ] || return "$status"
  jq -r '"\(.summary.critical) critical, \(.summary.high) high, \(.summary.medium) medium, \(.summary.low) low",
    (.changes[] | "  \(.severity)  \(.effect) \(.kind) \(.object)"),
    (.rehearsal.contracts.breaks[]? | "  contract \(.contract): \(.message)"),
    (.rehearsal.failure // empty | "  \(.file):\(.line): \(.message)"),
    (.rehearsal.notes[]? | "  not certain: \(.)")' "$work/$1.json"
  return "$status"
}

# The root that an environment will have; known when its rehearsal was part of this run.
expected_root() { # ENVIRONMENT
  [ -s "$work/$1.json" ] || return 0
  jq -r 'select(.rehearsal.certain) | .rehearsal.root // empty' "$work/$1.json"
}

apply() { # ENVIRONMENT URL
  if [ -n "$apply" ]; then
    DRIFTLINE_APPLY_URL=$2 "$apply" "$1" "${files[@]}"
    return
  fi
  local file
  for file in "${files[@]}"; do
    psql -X -q -v ON_ERROR_STOP=1 "${psql_options[@]}" -d "$2" -f "$file"
    echo "applied $file to $1"
  done
}

verify() { # ENVIRONMENT
  local root
  root=$(expected_root "$1")
  if [ -z "$root" ]; then
    echo "promote.sh: which root $1 should have is not known: rehearse it in the same run (--start-at $2)" >&2
    return 3
  fi
  driftline verify "$database@$1" --root "$root" --wait "$wait"
}

[ -n "$dry_run" ] || record "$to" started --detail "$start, ${#files[@]} files"

if begin lint; then
  driftline lint "${files[@]}" --against "$database@$from" "${contracts[@]}" "${in_transaction[@]}"
fi
if begin rehearse; then
  rehearse "$from"
fi
if [ -n "$dry_run" ]; then
  finished=yes
  exit 0
fi
if begin apply-from; then
  apply "$from" "$from_url"
fi
if begin verify-from; then
  verify "$from" rehearse
  record "$from" succeeded --root "$(expected_root "$from")"
fi
if begin gate; then
  driftline gate "$database" --from "$from" --to "$to" --pin
fi
if begin rehearse-to; then
  rehearse "$to"
fi
if begin apply-to; then
  apply "$to" "$to_url"
fi
if begin verify-to; then
  verify "$to" rehearse-to
  record "$to" succeeded --root "$(expected_root "$to")"
fi
finished=yes
printf '\n%s: %s is in %s\n' "$database" "$name" "$to"
