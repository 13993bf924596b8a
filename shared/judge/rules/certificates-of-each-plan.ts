import { application } from '../example.ts';
import { METHOD, madeByHelm } from '../helm-certificates.ts';
import { settingPlace } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

const terraform = (method: string) => `data "helm_template" "cilium" {
  name         = "cilium"
  namespace    = "kube-system"
  repository   = "https://helm.cilium.io"
  chart        = "cilium"
  version      = "1.18.2"
  kube_version = "1.33.4"
  values = [yamlencode({
    hubble = { tls = { auto = { method = "${method}" } } }
  })]
}
`;

export const certificatesOfEachPlan: Rule = {
  id: 'certificates-of-each-plan',
  level: 'note',
  title: 'Terraform renders new certificates at each plan',
  why: "`helm_template` makes another authority at every run while `hubble.tls.auto.method` is helm: each plan changes the machine configuration, and each apply exchanges the certificates' Secrets.",
  fix: 'Render the bootstrap with `hubble.tls.auto.method: cronJob`, or without Hubble.',
  link: 'https://registry.terraform.io/providers/hashicorp/helm/latest/docs/data-sources/template',
  examples: {
    passing: { 'main.tf': terraform('cronJob'), 'argocd/cilium.yaml': application('hubble:\n  tls:\n    auto:\n      method: cronJob') },
    failing: { 'main.tf': terraform('helm'), 'argocd/cilium.yaml': application('hubble:\n  tls:\n    auto:\n      method: cronJob') },
  },
  judge({ bootstrap }) {
    if (!bootstrap?.declaration.renderedByTerraform || !madeByHelm(bootstrap)) return [];
    return [
      {
        message: "Terraform renders the bootstrap's manifest, and Helm makes new certificates of Hubble at each of its runs.",
        places: [settingPlace(bootstrap, METHOD), bootstrap.declaration.place],
        setting: METHOD,
        fix: certificatesOfEachPlan.fix,
      },
    ];
  },
};
