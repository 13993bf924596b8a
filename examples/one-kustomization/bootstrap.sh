#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

talosctl gen config homelab https://10.0.0.10:6443 --talos-version v1.13 --config-patch @talos/patch.yaml --output generated
talosctl apply-config --insecure --nodes 10.0.0.10 --file generated/controlplane.yaml
talosctl --talosconfig generated/talosconfig --endpoints 10.0.0.10 --nodes 10.0.0.10 bootstrap
talosctl --talosconfig generated/talosconfig --endpoints 10.0.0.10 --nodes 10.0.0.10 kubeconfig

kustomize build --enable-helm cilium | kubectl apply --server-side --filename -
