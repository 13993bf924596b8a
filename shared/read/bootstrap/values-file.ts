import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import { readValues } from '../../evaluate/helm/values-document.ts';
import { wholeFile } from '../../language/source-text.ts';
import type { Declaration, Layer, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isMap } from '../../tree.ts';
import { directoryEvidence } from './command-clusters.ts';

/** Keys that only Cilium's chart has, of which a values file holds some. */
const KEYS = [
  'ipam',
  'kubeProxyReplacement',
  'k8sServiceHost',
  'k8sServicePort',
  'securityContext',
  'cgroup',
  'hubble',
  'routingMode',
  'bpf',
  'operator',
  'gatewayAPI',
  'l2announcements',
  'ipv4NativeRoutingCIDR',
  'cluster',
  'encryption',
  'envoy',
  'bgpControlPlane',
  'tunnelProtocol',
  'autoDirectNodeRoutes',
  'loadBalancer',
];

/** Values of Cilium in a file whose name says that it is for the bootstrap. Whoever reads it all the same, a command or a tool, says more: such a declaration is then the better one. */
export function valuesFileDeclarations(paths: readonly string[], repository: Repository): Declaration[] {
  return paths.flatMap((path) => declare(path, repository) ?? []);
}

function declare(path: string, repository: Repository): Declaration | undefined {
  let tree: Tree;
  try {
    tree = readValues(wholeFile(path, repository.read(path)), 4).tree;
  } catch {
    return undefined;
  }
  if (!isMap(tree)) return undefined;
  const place = startOf(path);
  const layer: Layer = { kind: 'values-file', place, tree };
  const directory = dirname(path);
  const faults: Fault[] = [];
  const part = ciliumOfChart(repository, directory, [layer], faults)[0];
  if (part ? false : KEYS.filter((key) => tree.entries.has(key)).length < 2 && !isMap(at(tree, 'cilium'))) return undefined;
  const declaration: Declaration = {
    side: 'bootstrap',
    form: 'values-file',
    place,
    files: [...new Set([path, ...(part?.files ?? [])])],
    name: part || /cilium/i.test(path) ? 'cilium' : null,
    namespace: null,
    chartVersion: part?.chartVersion ?? null,
    installer: 'helm',
    layers: part?.layers ?? [layer],
    clusters: directoryEvidence(path),
    rank: 3,
    rankWhy: 'its name says that it is for the bootstrap; no command that reads it is seen',
    findings: faults.map((fault) => findingOf(fault)),
  };
  if (part?.chartVersionPlace) declaration.chartVersionPlace = part.chartVersionPlace;
  if (declaration.chartVersion === null) declaration.chartVersionWhy = part?.chartVersionWhy ?? 'the file has no version beside it';
  if (part?.umbrella) declaration.umbrella = part.umbrella;
  return declaration;
}
