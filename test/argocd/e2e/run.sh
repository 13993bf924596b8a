#!/usr/bin/env bash
# Tests of the plugin with the real Argo CD. Arguments go to vitest: `npm run e2e:argocd -- contract`.
set -euo pipefail
cd "$(dirname "$0")/../../.."
ARGOCD_PROGRAMS=$(test/argocd/e2e/build.sh)
export ARGOCD_PROGRAMS
tests=(node node_modules/vitest/vitest.mjs run --configLoader runner --config test/argocd/e2e/vitest.config.ts "$@")
PATH=$PWD/node_modules/.bin:$PATH
if [ "$(id -u)" != 0 ] || ! command -v buildah >/dev/null; then
  echo 'The image is not built: that takes buildah and root.' >&2
  tests+=(--exclude image.e2e.ts)
fi

# A network of its own proves that nothing asks for the internet, and a process tree of its own that nothing outlives the tests. Where a machine forbids that, everything still listens on loopback only.
alone=(unshare --net --pid --fork --kill-child --mount-proc)
[ "$(id -u)" = 0 ] || alone=(unshare --map-root-user "${alone[@]:1}")
if "${alone[@]}" ip link set lo up 2>/dev/null; then
  exec "${alone[@]}" bash -c 'ip link set lo up && exec "$@"' bash "${tests[@]}"
fi
echo 'Namespaces are not allowed here: the tests share the network of this machine.' >&2
exec "${tests[@]}"
