#!/usr/bin/env bash
# What CHANGELOG.md, on standard input, says of a release v1.2.3. Fails where it says nothing: a release without notes is not made.
set -euo pipefail
version=${1#v}
notes=$(awk -v version="$version" '
  /^## / { title = $2; gsub(/[][]/, "", title); sub(/^v/, "", title); inside = title == version; next }
  /^\[[^]]+\]: / { next }
  inside { print }
')
if [ -z "${notes//[[:space:]]/}" ]; then
  printf 'CHANGELOG.md has no notes under "## %s": write them before you tag\n' "$version" >&2
  exit 1
fi
sed '/./,$!d' <<< "$notes"
