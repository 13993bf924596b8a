#!/bin/sh
set -e
talosctl bootstrap --nodes 10.0.2.11
helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.2 --namespace kube-system --values machines/basement/values.yaml
