#!/usr/bin/env bash
# docs_links.sh PROGRAM [OTHER]...: what the pages refer to is there.
#
# - each relative link of a page leads to a file, and its #part to a heading of that page;
# - each option that a page gives `driftline COMMAND` is one that `PROGRAM help COMMAND` lists, and so is each option that
#   stands alone in code (`--fail-on`), for at least one command, or for one of the OTHER programs. Commands that run over
#   several lines, ending in `\`, are read as one; what follows a pipe or semicolon is another program's.
set -euo pipefail

program=$1
cd "$(dirname "$0")/../.."
failed=0

complain() {
  echo "$*" >&2
  failed=1
}

pages() {
  find . \( -path ./build -o -path ./.git \) -prune -o -name '*.md' -print | sort
}

# The anchors of a page, as the usual renderers make them: lower case, blanks to hyphens, other signs dropped.
anchors() {
  sed '/^```/,/^```/d' "$1" | sed -n 's/^#\{1,6\} *//p' | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

check_link() {
  local page=$1 target=${2%%#*} part=''
  [[ $2 != *'#'* ]] || part=${2#*#}
  case $2 in *://* | mailto:*) return ;; esac
  target=${target:+$(dirname "$page")/$target}
  target=${target:-$page}
  if [ ! -e "$target" ]; then
    complain "$page: '$2' leads nowhere"
  elif [ -n "$part" ] && ! anchors "$target" | grep -Fxq -- "$part"; then
    complain "$page: '$2': '$target' has no such heading"
  fi
}

check_option() {
  local page=$1 command=$2 option=$3
  if ! grep -Eq -- "(^|[ ,])$option( |,|$)" <<<"${help[$command]}"; then
    complain "$page: 'driftline ${command//_/ }' has no option '$option'"
  fi
}

# The names of all commands; of those of a group both words.
names=(snapshot hash show diff fleet compare history snapshots 'drift list' 'drift show' 'drift ack' 'drift reopen'
  'drift waive' 'drift waivers' 'drift unwaive' 'gate history' gate verify 'contracts check' 'contracts suggest' contracts
  events 'notify list' 'notify dead' 'notify show' 'notify replay' 'notify test' 'agents list' 'agents enroll'
  'agents revoke' 'targets list' 'targets forget' 'capture install'
  'capture status' 'capture uninstall' docs codegen lint rehearse publish 'syncs list' 'syncs record' mcp doctor completion help)

# Each `driftline COMMAND …` of a page as one line: COMMAND OPTION…, the words of a group's command joined by `_`.
commands() {
  local pattern
  pattern=$(printf '%s|' "${names[@]}")
  sed ':a; /\\$/ { N; s/\\\n */ /; ba }' "$1" | grep -oE "driftline (${pattern%|}) [^\`|;>)\"]*" |
    sed -E "s/'[^']*'//g; s/^driftline //; s/^(agents|targets|drift|notify|capture|syncs) /\1_/; s/^gate history/gate_history/" |
    sed -E 's/^contracts (check|suggest)/contracts_\1/'
}

# Options that stand alone in code: `--fail-on LEVEL`.
lone_options() {
  grep -oE '`--[a-z][a-z-]*' "$1" | tr -d '`' | sort -u || true
}

declare -A help
all=''
for name in "${names[@]}"; do
  command=${name// /_}
  # shellcheck disable=SC2086 # the name of a group's command is two words
  help[$command]=$("$program" help $name)
  all+=${help[$command]}$'\n'
done
for other in "${@:2}"; do
  all+=$("$other" --help)$'\n'
done
help[any]=$all

links=0 options=0
while read -r page; do
  while read -r link; do
    check_link "$page" "$link"
    links=$((links + 1))
  done < <(sed '/^```/,/^```/d' "$page" | sed 's/`[^`]*`//g' | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//' || true)
  case $page in ./docs/* | ./README.md | ./CHANGELOG.md) ;; *) continue ;; esac
  while read -r command words; do
    for word in $words; do
      [[ $word =~ ^--?[a-z] ]] || continue
      check_option "$page" "$command" "${word%%=*}"
      options=$((options + 1))
    done
  done < <(commands "$page" || true)
  case $page in ./docs/reference/cli.md | ./docs/reference/benchmarks.md) continue ;; esac # generated; of another program
  while read -r option; do
    check_option "$page" any "$option"
    options=$((options + 1))
  done < <(lone_options "$page")
done < <(pages)

echo "$links links, $options options"
[ $((links < options ? links : options)) -ge 40 ] || complain "so few: this test does not find what it looks for"
exit "$failed"
