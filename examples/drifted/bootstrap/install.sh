#!/usr/bin/env bash
# Run once, when the cluster is created.
set -euo pipefail
cd "$(dirname "$0")"
helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.1 --namespace kube-system --values values.yaml
