#!/usr/bin/env bash
# Which of v1 and v1.2 a release v1.2.3 may move: those that no newer release of the same line holds already.
# Tags come on standard input, one in a line.
set -euo pipefail
release=$1
releases=$({ cat; printf "\n%s\n" "$release"; } | grep -xE 'v[0-9]+\.[0-9]+\.[0-9]+' | sort -V)
for tag in "${release%.*}" "${release%%.*}"; do
  newest=$(grep "^${tag//./\\.}\\." <<< "$releases" | tail -1)
  if [ "$newest" = "$release" ]; then echo "$tag"; fi
done
