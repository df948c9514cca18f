#!/usr/bin/env bash
# show_all.sh PROGRAM FOLDER: what each kind of sink sends, for tests/tools/golden.sh.
set -euo pipefail

program=$1 folder=$2
here=$(dirname "${BASH_SOURCE[0]}")

show() { # NAME SINK MESSAGE [OPTION...]
  "$program" "$here/sinks/$2.json" "$here/messages/$3.json" "${@:4}" now=2026-11-21T11:00:00Z show >"$folder/$1"
}
first='{"channel":"C012","ts":"1795255200.000100","title":"orders@prod: 3 differences opened, 1 critical"}'
show slack-webhook slack_webhook opened
show slack-first slack_token opened
show slack-update slack_token update "remote=$first"
show slack-escalated slack_token escalated "remote=$first"
show slack-resolved-first slack_token resolved "remote=$first"
show slack-resolved-last slack_token resolved "remote=$first" step=1
show slack-many slack_webhook many
show slack-hostile slack_webhook hostile
show slack-test slack_webhook test
show teams teams opened
show teams-resolved teams resolved
show teams-hostile teams hostile
first='{"message_id":"5f0c6a1e-17@example.com","title":"orders@prod (incident 4)"}'
show email email opened
show email-fact email fact
show email-update email update "remote=$first"
show email-resolved email resolved "remote=$first"
show email-test email test
show email-hostile email hostile
show pagerduty pagerduty opened
show pagerduty-acknowledged pagerduty acknowledged
show pagerduty-resolved pagerduty resolved
show pagerduty-fact pagerduty fact
show pagerduty-fact-last pagerduty fact step=1
show pagerduty-hostile pagerduty hostile
show alertmanager alertmanager opened
show alertmanager-raised alertmanager escalated 'remote={"severity":"high","starts_at":"2026-11-21T09:00:00.000Z"}'
show alertmanager-resolved alertmanager resolved 'remote={"severity":"critical","starts_at":"2026-11-21T10:00:00.000Z"}'
show alertmanager-fact alertmanager fact
show alertmanager-some-over alertmanager some-over 'remote={"severity":"critical","starts_at":"2026-11-21T10:00:00.000Z"}'
show alertmanager-hostile alertmanager hostile
show github-look-issue github_issue opened
show github-look-comment github_comment opened
show github-issue github_issue opened 'memory={"looked":true}'
show github-comment github_comment opened 'memory={"looked":true}'
show github-update github_issue update 'remote={"number":13}' 'memory={"body":"what was there before"}'
show github-hostile github_issue hostile 'memory={"looked":true}'
show github-read-comment github_comment update 'remote={"comment":4711}'
