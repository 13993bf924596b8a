#!/usr/bin/env bash
# What CHANGELOG.md, on standard input, says of a release v1.2.3. Fails where it says nothing: a release without notes is not made.
# Its links into the repository lead to the files of that release, because a page of releases lies elsewhere.
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
files=https://github.com/${GITHUB_REPOSITORY:-cilium-align/cilium-align}/blob/$1
sed -E -e '/./,$!d' -e "s#\]\(([^):]+)\)#]($files/\1)#g" <<< "$notes"
