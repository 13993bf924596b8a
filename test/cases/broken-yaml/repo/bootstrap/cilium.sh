#!/bin/sh
helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.2 -n kube-system -f bootstrap/cilium-values.yaml
