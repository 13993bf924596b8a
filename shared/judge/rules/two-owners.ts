import type { AlignedCluster } from '../../align/align.ts';
import type { Declaration } from '../../model.ts';
import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';

export const twoOwners: Rule = {
  id: 'two-owners',
  level: 'warning',
  title: 'Two owners manage Cilium in one cluster',
  why: 'Each puts back what the other changes: the network flaps between two versions or two configurations, and pruning one of them takes Cilium away. A note where the other owner is a helm_release of Terraform; nothing where its `lifecycle` ignores its values and its version.',
  fix: 'Leave Cilium to one of them, and take it out of the other.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes') },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'flux/cilium.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: cilium
  namespace: kube-system
spec:
  chart:
    spec:
      chart: cilium
      version: 1.18.3
      sourceRef:
        kind: HelmRepository
        name: cilium
`,
    },
  },
  judge(cluster, { fluxReleases }) {
    const { argocd } = cluster;
    if (!argocd) return [];
    const faults: Fault[] = [];
    const rival = cluster.others.map(({ declaration }) => declaration).find((other) => isRival(argocd.declaration, other, cluster));
    if (rival)
      faults.push({
        message: 'Two Applications install Cilium in this cluster, and both look live.',
        places: [argocd.declaration.application?.place ?? argocd.declaration.place, rival.application?.place ?? rival.place],
        setting: 'owner',
        fix: twoOwners.fix,
      });
    const { bootstrap } = cluster;
    const terraform = bootstrap?.declaration.form === 'terraform-helm' ? bootstrap.declaration : undefined;
    if (terraform && !terraform.renderedByTerraform && !terraform.leftAloneByTerraform)
      faults.push({
        message:
          "Terraform's helm_release keeps managing the Cilium that Argo CD owns: each apply puts its own values or version back, because its lifecycle does not ignore both.",
        places: [terraform.place, argocd.declaration.place],
        setting: 'terraform',
        level: 'note',
      });
    const flux = fluxReleases[0];
    if (flux)
      faults.push({
        message: `Flux installs Cilium too (HelmRelease ${flux.name}): two owners of one network.`,
        places: [flux.place, argocd.declaration.place],
        setting: 'flux',
        fix: twoOwners.fix,
      });
    return faults;
  },
};

/** Another Application that is as live as the one that speaks, applies something else, and may mean the same cluster. */
function isRival(speaking: Declaration, other: Declaration, cluster: AlignedCluster): boolean {
  if (other.side !== 'argocd' || other.network === false || other.rank < speaking.rank || other.opaque) return false;
  const [a, b] = [speaking.application, other.application];
  if (!a || !b || (a.place.file === b.place.file && a.place.line === b.place.line)) return false;
  if (other.place.file === speaking.place.file && other.place.line === speaking.place.line) return false;
  const names = speaking.clusters.filter((c) => c.strength === 3).map((c) => c.name);
  const others = other.clusters.filter((c) => c.strength === 3).map((c) => c.name);
  return names.length === 0 || others.length === 0 || others.some((name) => names.includes(name) || name === cluster.name);
}
