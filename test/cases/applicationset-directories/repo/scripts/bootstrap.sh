#!/usr/bin/env bash
set -euo pipefail
helm repo add cilium https://helm.cilium.io
helm upgrade --install cilium cilium/cilium --version 1.18.2 --namespace kube-system \
  --values infrastructure/cilium/values.yaml \
  --set operator.replicas=1
