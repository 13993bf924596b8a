#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p generated

helm template cilium cilium \
  --repo https://helm.cilium.io \
  --version 1.18.12 \
  --namespace kube-system \
  --values ../cilium/values.yaml > generated/cilium.yaml
{
  printf 'apiVersion: v1alpha1\nkind: KubeInlineManifestConfig\nname: cilium\nmanifest: |\n'
  sed 's/^/  /' generated/cilium.yaml
} > generated/cilium-patch.yaml

talosctl gen config homelab https://10.0.0.10:6443 \
  --talos-version v1.14 \
  --kubernetes-version 1.33.6 \
  --config-patch-control-plane @patches/no-default-cni.yaml \
  --config-patch-control-plane @generated/cilium-patch.yaml \
  --output generated

for node in 10.0.0.11 10.0.0.12 10.0.0.13; do
  talosctl apply-config --insecure --nodes "$node" --file generated/controlplane.yaml
done

export TALOSCONFIG=generated/talosconfig
talosctl config endpoint 10.0.0.11
talosctl --nodes 10.0.0.11 bootstrap
talosctl --nodes 10.0.0.11 kubeconfig
