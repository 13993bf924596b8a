import type { Tree, Unused } from '../../model.ts';
import { at, isMap } from '../../tree.ts';
import { ciliumCliJobs } from './cilium-cli-job.ts';
import { helmChartResource } from './helm-chart-resource.ts';
import { type Found, identity, type Lead, type Manifests } from './manifests.ts';
import { renderedManifest } from './rendered-manifest.ts';

/** Every installation of Cilium that a set of manifests stands for, and the ConfigMaps of values that nothing in it mounts. */
export function manifestDeclarations(manifests: Manifests, lead: Lead): Found {
  const found: Found = { declarations: [], unused: [] };
  const mounted = new Set<Tree>();
  for (const object of manifests.objects) {
    const jobs = ciliumCliJobs(object, manifests, lead);
    found.declarations.push(...jobs.declarations);
    for (const configMap of jobs.mounted) mounted.add(configMap);
    const chart = helmChartResource(object, manifests, lead);
    if (chart) found.declarations.push(chart);
  }
  const rendered = renderedManifest(manifests, lead);
  if (rendered) found.declarations.push(rendered);
  for (const object of manifests.objects) if (!mounted.has(object)) found.unused.push(...decoy(object));
  return found;
}

/** A ConfigMap of Cilium's Helm values: it does nothing unless something mounts it. */
function decoy(object: Tree): Unused[] {
  const id = identity(object);
  if (id?.kind !== 'ConfigMap' || !('file' in object.place)) return [];
  const data = at(object, 'data');
  if (!isMap(data)) return [];
  for (const [key, value] of data.entries) {
    if (!/\.ya?ml$/i.test(key) || !(/cilium/i.test(id.name) && /values/i.test(`${id.name} ${key}`))) continue;
    const from = 'file' in value.place && value.place.file !== object.place.file ? ` (${value.place.file})` : '';
    return [
      {
        file: object.place.file,
        why: `the ConfigMap ${id.name} holds values of Cilium${from} that no Job mounts and passes to its install`,
      },
    ];
  }
  return [];
}
