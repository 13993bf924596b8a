import type { Tree } from '../../../model.ts';
import { at, isMap, isTrue } from '../../../tree.ts';
import { normalizeName } from '../../go-template/normalize-name.ts';
import { type GoMap, type GoValue, Unknown } from '../../go-template/values.ts';
import { type ClusterSecret, type GeneratorContext, type Params, unknownParams } from './params.ts';
import { matchesSelector } from './selector.ts';

const IN_CLUSTER = 'https://kubernetes.default.svc';

/**
 * `clusters`: one set of parameters for each cluster Secret that the selector matches, and for the cluster that Argo CD runs in where there is no selector.
 * Clusters that were added by hand are not in Git: with a selector that no Secret here matches, nothing can be known.
 */
export function clusterParams(generator: Tree, context: GeneratorContext): Params[] {
  const selector = at(generator, 'selector');
  const selective = isMap(selector) && selector.entries.size > 0;
  const secrets = context.clusters.filter((cluster) => !selective || matchesSelector(selector, cluster.labels));
  if (selective && secrets.length === 0)
    return unknownParams('the clusters that its selector matches are not in Git', generator.place, context);
  const clusters: ClusterSecret[] = [...secrets];
  if (!selective && !secrets.some((cluster) => cluster.server === IN_CLUSTER))
    clusters.push({ name: 'in-cluster', server: IN_CLUSTER, labels: new Map(), annotations: new Map(), place: generator.place });
  const params = clusters.map((cluster) => paramsOf(cluster, context.goTemplate));
  const flatList = at(generator, 'flatList');
  return isTrue(flatList) ? [new Map<string, GoValue>([['clusters', params]])] : params;
}

function paramsOf(cluster: ClusterSecret, goTemplate: boolean): Params {
  const params: GoMap = new Map<string, GoValue>([
    ['name', cluster.name],
    ['nameNormalized', cluster.name instanceof Unknown ? cluster.name : normalizeName(String(cluster.name))],
    ['server', cluster.server],
    ['project', cluster.project ?? ''],
  ]);
  if (goTemplate)
    return params.set(
      'metadata',
      new Map<string, GoValue>([
        ['labels', new Map(cluster.labels)],
        ['annotations', new Map(cluster.annotations)],
      ]),
    );
  for (const [key, value] of cluster.labels) params.set(`metadata.labels.${key}`, value);
  for (const [key, value] of cluster.annotations) params.set(`metadata.annotations.${key}`, value);
  return params;
}
