import type { Place, Tree } from '../../model.ts';
import { application } from '../example.ts';
import { type Fault, lineOf, type Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

export const repeatedKey: Rule = {
  id: 'repeated-key',
  level: 'warning',
  title: 'A key stands twice in one map',
  why: 'Helm takes the last one and drops the first with all that stands below it, without a word.',
  fix: 'Merge the two.',
  link: 'https://yaml.org/spec/1.2.2/#3211-nodes',
  examples: {
    passing: { 'argocd/cilium.yaml': application('bpf:\n  masquerade: false\n  tproxy: false') },
    failing: { 'argocd/cilium.yaml': application('bpf:\n  masquerade: false\nbpf:\n  tproxy: false') },
  },
  judge(cluster) {
    const faults = new Map<string, Fault>();
    for (const { release } of sidesOf(cluster)) {
      for (const layer of release.declaration.layers) {
        if (layer.kind === 'set' || layer.kind === 'implicit') continue;
        for (const { path, place } of repeated(layer.tree)) {
          faults.set(`${path} ${lineOf(place)}`, {
            message: `\`${path}\` stands twice in the same map: Helm takes the last one and drops what stands below the first.`,
            places: [place],
            setting: path,
            fix: `Merge the two \`${path}\`.`,
          });
        }
      }
    }
    return [...faults.values()];
  },
};

/** The keys that stand more than once, by their paths; bounded in number. */
function repeated(
  tree: Tree,
  path: readonly string[] = [],
  found: { path: string; place: Place }[] = [],
): { path: string; place: Place }[] {
  if (path.length > 64 || found.length > 50) return found;
  if (tree.kind === 'map') {
    for (const { key, place } of tree.repeated ?? []) found.push({ path: [...path, key].join('.'), place });
    for (const [key, value] of tree.entries) repeated(value, [...path, key], found);
  } else if (tree.kind === 'list') for (const item of tree.items) repeated(item, path, found);
  return found;
}
