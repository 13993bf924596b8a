#!/usr/bin/env bash
# Installs a tarball of the package in an empty folder and runs it on the examples, as a stranger would, before it is published.
set -uo pipefail
tarball=$(realpath "$1")
examples=$(realpath "$(dirname "$0")/../examples")
cd "$(mktemp -d)" || exit 1
npm install --offline --no-audit --no-fund "$tarball" || exit 1
failed=0
expect() {
  local code=$1
  shift
  "$@" > /dev/null
  local got=$?
  [ "$got" -eq "$code" ] || { printf '%s: exit %d, expected %d\n' "$*" "$got" "$code"; failed=1; }
}
expect 1 npx cilium-align "$examples/omni-handoff"
expect 0 npx cilium-align "$examples/one-source" --format json
expect 0 npx cilium-align explain ipam.mode
expect 0 npx cilium-align values argocd "$examples/omni-handoff"
expect 2 npx cilium-align --nonsense
expect 0 npx cilium-align --version
expect 0 node --input-type=module --eval "import { check, directoryRepository } from 'cilium-align'; process.exitCode = check(directoryRepository(process.argv[1])).exitCode" "$examples/one-source"
exit "$failed"
