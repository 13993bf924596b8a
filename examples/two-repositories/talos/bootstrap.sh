#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

talosctl gen config homelab https://10.0.0.10:6443 \
  --talos-version v1.13 \
  --kubernetes-version 1.33.6 \
  --config-patch @patches/no-default-cni.yaml \
  --config-patch-control-plane @patches/cilium.yaml \
  --output generated

talosctl apply-config --insecure --nodes 10.0.0.11 --file generated/controlplane.yaml
talosctl apply-config --insecure --nodes 10.0.0.12 --file generated/controlplane.yaml
talosctl apply-config --insecure --nodes 10.0.0.13 --file generated/controlplane.yaml

export TALOSCONFIG=generated/talosconfig
talosctl config endpoint 10.0.0.11
talosctl --nodes 10.0.0.11 bootstrap
talosctl --nodes 10.0.0.11 kubeconfig
