#!/usr/bin/env bash
# Runs the commands that the README shows, in a fresh clone at $1, and checks the exit codes that it promises.
set -uo pipefail
cd "$1"
failed=0
expect() {
  local code=$1
  shift
  "$@" > /dev/null
  local got=$?
  [ "$got" -eq "$code" ] || { printf '%s: exit %d, expected %d\n' "$*" "$got" "$code"; failed=1; }
}
expect 1 node dist/cli/index.js examples/omni-handoff
expect 0 node dist/cli/index.js examples/one-source
expect 1 node dist/cli/index.js examples/native-routing
expect 0 node dist/cli/index.js explain ipam.mode
expect 0 node dist/cli/index.js values argocd examples/omni-handoff
exit "$failed"
