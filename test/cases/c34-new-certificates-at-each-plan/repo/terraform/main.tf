data "helm_template" "cilium" {
  name         = "cilium"
  namespace    = "kube-system"
  repository   = "https://helm.cilium.io"
  chart        = "cilium"
  version      = "1.18.2"
  kube_version = "1.33.4"
  values       = [file("${path.module}/values.yaml")]
}

data "talos_machine_configuration" "controlplane" {
  cluster_name     = "homelab"
  cluster_endpoint = "https://10.0.0.10:6443"
  machine_type     = "controlplane"
  talos_version    = "v1.13.4"
  machine_secrets  = talos_machine_secrets.this.machine_secrets
  config_patches = [
    yamlencode({
      cluster = {
        network = { cni = { name = "none" } }
        proxy   = { disabled = true }
        inlineManifests = [{
          name     = "cilium"
          contents = data.helm_template.cilium.manifest
        }]
      }
    })
  ]
}

resource "talos_machine_secrets" "this" {}
