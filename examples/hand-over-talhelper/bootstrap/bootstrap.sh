#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/../talos"

talhelper genconfig
talhelper gencommand apply --extra-flags --insecure | bash
talhelper gencommand bootstrap | bash
talhelper gencommand kubeconfig | bash
until kubectl get nodes; do sleep 5; done

helmfile --file ../bootstrap/helmfile.yaml apply
