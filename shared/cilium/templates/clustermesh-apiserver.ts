import type { ChartValues } from '../chart-values.ts';
import { clusterMeshRuns as rendered } from './components.ts';
import type { FactRule } from './fact-rule.ts';
import { imageName, imageRule, present, when } from './workload.ts';

const path = ['clustermesh.useAPIServer'];

const ownEtcd = (values: ChartValues): boolean =>
  rendered(values) && (values.before('1.18.0-pre.0') || values.text('clustermesh.apiserver.kvstoremesh.kvstoreMode') === 'internal');

const servesIdentities = (values: ChartValues): boolean =>
  rendered(values) &&
  (values.before('1.18.0-pre.3') ||
    ['crd', 'doublewrite-readkvstore', 'doublewrite-readcrd'].includes(values.text('identityAllocationMode') ?? ''));

const kvstoremesh = (values: ChartValues): boolean => rendered(values) && values.truthy('clustermesh.apiserver.kvstoremesh.enabled');

/** Until 1.15.0-pre.2 etcd and KVStoreMesh had images of their own. */
const image = (own: string) => (values: ChartValues) =>
  imageName(values, values.before('1.15.0-pre.3') ? own : 'clustermesh.apiserver.image');

export const clustermeshApiserver: readonly FactRule[] = [
  ...['Deployment/clustermesh-apiserver', 'Service/clustermesh-apiserver'].map((object) => present(object, path, rendered)),
  when(rendered, 'replicas.clustermesh-apiserver', 'clustermesh.apiserver.replicas', (values) =>
    values.text('clustermesh.apiserver.replicas'),
  ),
  when(rendered, 'hostNetwork.clustermesh-apiserver', path, () => 'false'),
  imageRule('clustermesh-apiserver.apiserver', path, servesIdentities, 'clustermesh.apiserver.image'),
  imageRule('clustermesh-apiserver.etcd', path, ownEtcd, image('clustermesh.apiserver.etcd.image')),
  imageRule('clustermesh-apiserver.etcd-init', path, ownEtcd, image('clustermesh.apiserver.etcd.image')),
  imageRule(
    'clustermesh-apiserver.kvstoremesh',
    ['clustermesh.apiserver.kvstoremesh.enabled', ...path],
    kvstoremesh,
    image('clustermesh.apiserver.kvstoremesh.image'),
  ),
];
