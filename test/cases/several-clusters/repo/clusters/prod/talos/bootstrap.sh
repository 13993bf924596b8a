#!/usr/bin/env bash
cd "$(dirname "$0")"
helm install cilium cilium --repo https://helm.cilium.io --version 1.18.2 --namespace kube-system --values cilium-values.yaml
