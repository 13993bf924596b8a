#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

helm upgrade --install cilium cilium \
  --repo https://helm.cilium.io \
  --version 1.18.2 \
  --namespace kube-system \
  --values values.yaml
