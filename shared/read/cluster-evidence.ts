import type { ClusterEvidence } from '../model.ts';

const NAME = /^[A-Za-z0-9][\w.-]*$/;
/** `CLUSTER_NAME` in a text that something fills in before it is used. */
const PLACEHOLDER = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** True for a word that stands where something is filled in before anybody uses the text. */
export const isPlaceholder = (name: string): boolean => PLACEHOLDER.test(name);

const GROUPS = /(?:^|\/)(clusters?|overlays|environments?|envs?|sites?)\/([^/]+)\//;
/** What stands in `cluster/` where there is but one: its parts. */
const PARTS =
  /^(?:addons?|app(?:lication)?s?|argocd|base|bootstrap|cilium|cni|core|databases?|gitops|infra(?:structure)?|kube-system|manifests|monitoring|network(?:ing)?|observability|platform|security|storage|system)$/i;

/** The directory of a file that stands beside its like in `clusters/`, `overlays/` or `envs/`: often a cluster's name. */
export function groupedDirectory(file: string): string | undefined {
  const [, group, name = ''] = GROUPS.exec(file) ?? [];
  return group === undefined || (group === 'cluster' && PARTS.test(name)) ? undefined : name;
}

/** Takes note of what names a cluster, each name once with the best that speaks for it; what cannot be a cluster's name is left out. */
export function addEvidence(found: ClusterEvidence[], name: string | undefined, evidence: Omit<ClusterEvidence, 'name'>): void {
  if (!name || !NAME.test(name) || isPlaceholder(name)) return;
  const known = found.find((one) => one.name === name);
  if (!known) {
    found.push({ name, ...evidence });
    return;
  }
  if (evidence.strength > known.strength) Object.assign(known, { why: evidence.why, strength: evidence.strength });
  if (!evidence.copied) delete known.copied;
}
