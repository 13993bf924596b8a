import type { Fault, Rule } from '../rule.ts';

export const releaseIdentity: Rule = {
  id: 'release-identity',
  level: 'error',
  title: 'The two sides install different releases',
  why: 'Another namespace means a second Cilium beside the first; another release name means that Helm and cilium-cli no longer own what Argo CD manages.',
  fix: 'Give both sides the same release name and namespace (`cilium` in `kube-system`).',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-release-name',
  judge({ bootstrap, argocd }) {
    if (!bootstrap || !argocd) return [];
    const faults: Fault[] = [];
    const [from, to] = [bootstrap.declaration, argocd.declaration];
    const places = [to.place, from.place];
    if (from.namespace !== null && to.namespace !== null && from.namespace !== to.namespace) {
      faults.push({
        message: `The bootstrap installs Cilium into namespace ${from.namespace}, Argo CD into ${to.namespace}: two Ciliums would fight over every node.`,
        places,
        setting: 'namespace',
        fix: `Use namespace ${from.namespace} on Argo CD's side, where the running Cilium is.`,
      });
    }
    if (from.name !== null && to.name !== null && from.name !== to.name && from.installer !== 'rendered' && to.installer !== 'rendered') {
      faults.push({
        message: `The bootstrap's Helm release is named ${from.name}, Argo CD's ${to.name}: the objects are the same, but \`helm\` and \`cilium\` will no longer find the release they expect.`,
        places,
        setting: 'releaseName',
        level: 'warning',
        fix: `Set the release name to ${from.name} on Argo CD's side.`,
      });
    }
    return faults;
  },
};
