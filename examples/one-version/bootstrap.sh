#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

talosctl gen config homelab https://10.0.0.10:6443 --talos-version v1.13 --config-patch @talos/patch.yaml --output generated
talosctl apply-config --insecure --nodes 10.0.0.10 --file generated/controlplane.yaml
talosctl --talosconfig generated/talosconfig --endpoints 10.0.0.10 --nodes 10.0.0.10 bootstrap
talosctl --talosconfig generated/talosconfig --endpoints 10.0.0.10 --nodes 10.0.0.10 kubeconfig

helm upgrade --install cilium cilium \
  --repo https://helm.cilium.io \
  --version "$(yq '.spec.sources[0].targetRevision' argocd/cilium.yaml)" \
  --namespace kube-system \
  --values cilium/values.yaml
