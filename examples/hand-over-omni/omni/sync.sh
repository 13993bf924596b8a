#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

mkdir -p manifests
helm template cilium cilium \
  --repo https://helm.cilium.io \
  --version 1.18.12 \
  --namespace kube-system \
  --values ../cilium/values.yaml > manifests/cilium.yaml

omnictl cluster template sync --file cluster-template.yaml
