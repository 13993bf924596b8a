#!/usr/bin/env bash
# Holds the Action against Gitea: another program that speaks GitHub's API, written by others. Builds it once (some five minutes of one
# core, 110 MB), as its own module, because only then do its own replacements of libraries apply. Not part of CI.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=v1.26.0
cache="${CILIUM_ALIGN_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/cilium-align}/gitea-$version"
if [ ! -x "$cache/gitea" ]; then
  go mod download "code.gitea.io/gitea@$version"
  mkdir -p "$cache"
  rm -rf "$cache/source"
  cp -r "$(go env GOMODCACHE)/code.gitea.io/gitea@$version" "$cache/source"
  chmod -R u+w "$cache/source"
  (cd "$cache/source" && GOFLAGS=-mod=mod CGO_ENABLED=1 nice go build -tags 'sqlite sqlite_unlock_notify' \
    -ldflags "-s -w -X main.Version=${version#v}" -o ../gitea .)
fi
GITEA="$cache/gitea" GITEA_SOURCE="$cache/source" npx vitest run --config test/action/gitea/vitest.config.ts "$@"
