import { RENDERED } from '../align/mend.ts';
import { isDefault } from '../align/table.ts';
import { chartDefaults, knownVersion } from '../cilium/charts.ts';
import type { Cluster, Row, Side } from '../model.ts';
import { at } from '../tree.ts';

/** True where nobody wrote the value here, and the other side has what its chart version, another one, has by default: a rendered manifest holds every default. */
export function isDefaultOfOtherVersion(row: Row, cluster: Cluster, side: Side): boolean {
  const opposite = side === 'bootstrap' ? 'argocd' : 'bootstrap';
  const version = cluster[opposite]?.chartVersion;
  const known = version && RENDERED.has(cluster[opposite]!.form) && isDefault(row[side]) ? knownVersion(version) : undefined;
  const node = known && at(chartDefaults(known.version), row.setting);
  return node?.kind === 'scalar' && node.value === row[opposite].value;
}
