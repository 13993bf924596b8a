#!/usr/bin/env bash
# Builds Argo CD and its peers once and prints the folder that holds them. Keyed by what they are made of, so a cache of that folder is all that a CI job needs to keep.
set -euo pipefail
cd "$(dirname "$0")"
key=$(cat go.mod go.sum ./*/main.go build.sh | sha256sum | cut -c1-16)
built=${XDG_CACHE_HOME:-$HOME/.cache}/cilium-align/argocd-$key
mkdir -p "$(dirname "$built")"

# Two runs at once: the second waits and finds everything there.
exec 9>"$built.lock"
flock 9
if [ ! -d "$built" ]; then
  part=$built.part
  rm -rf "$part"
  mkdir "$part"
  echo "Building Argo CD, Kubernetes' API server, etcd, Helm and kustomize: about five minutes on two cores, once." >&2
  CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X k8s.io/component-base/version.gitVersion=v1.36.1 -X github.com/argoproj/argo-cd/v3/common.version=3.5.3' -o "$part/" \
    ./argocd ./etcd ./redis \
    k8s.io/kubernetes/cmd/kube-apiserver helm.sh/helm/v4/cmd/helm sigs.k8s.io/kustomize/kustomize/v5 >&2
  argocd=$(go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)
  install -m 755 "$argocd/hack/git-verify-wrapper.sh" "$part/"
  mkdir "$part/manifests"
  install -m 644 "$argocd"/manifests/install.yaml "$argocd"/manifests/crds/*-crd.yaml "$part/manifests/"
  mv "$part" "$built"
fi
echo "$built"
