import type { ClusterEvidence } from '../../model.ts';

/** Directories that sort files, and are no cluster's name. */
const SORTING =
  /^(\..*|patch(es)?|all|common|global|shared|base|machine-?configs?|configs?|templates?|nodes?|hosts?|control-?planes?|controllers?|cp|masters?|workers?|clusters?|cluster-?(config|template)s?|clusterconfig|overrides?|overlays?|k8s|kubernetes|bootstrap|infra(structure)?|provision(ing)?|extensions?|talos.*|omni|talhelper|files|(inline-)?manifests|terraform|tofu|tf|modules?|environments?|envs?|ansible|roles|scripts?|tasks?|taskfiles|proxmox|home-?(lab|ops|infra)?|archived?|old|src|deploy(ment)?s?|gitops|metal|ops|cilium|cni|network(ing)?|apps?|core|system|platform|docs?|runbooks?)$/i;

/** The nearest directory above a file that may be called after its cluster. */
export function clusterDirectory(file: string): string | undefined {
  return file
    .split('/')
    .slice(0, -1)
    .findLast((name) => !SORTING.test(name));
}

/** Evidence for a name that the configuration or its tool gives the cluster. */
export function namedBy(name: string | null | undefined, why: string, strength: ClusterEvidence['strength']): ClusterEvidence[] {
  return name ? [{ name, why, strength }] : [];
}
