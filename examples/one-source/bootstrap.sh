#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

talosctl gen config homelab https://10.0.0.10:6443 --config-patch @talos/patch.yaml
talosctl apply-config --insecure --nodes 10.0.0.10 --file controlplane.yaml
talosctl bootstrap --nodes 10.0.0.10

helm upgrade --install cilium cilium \
  --repo https://helm.cilium.io \
  --version 1.18.2 \
  --namespace kube-system \
  --values cilium/values.yaml
