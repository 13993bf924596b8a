import { type ChartValues, isTruthy } from '../chart-values.ts';
import { isEqual, isSince } from './cilium-configmap-key.ts';
import { clusterMeshRuns } from './components.ts';
import type { Condition, RefusalRule } from './fact-rule.ts';
import { check, dig } from './refusal-check.ts';

const allocatesByCrd: Condition = (values) =>
  ['crd', 'doublewrite-readkvstore', 'doublewrite-readcrd'].includes(values.text('identityAllocationMode') ?? '');

const meshProvided =
  (runs: Condition): Condition =>
  (values) =>
    !isSince(values, '1.20.0') &&
    runs(values) &&
    (!isSince(values, '1.18.0') || isEqual(values, 'clustermesh.apiserver.kvstoremesh.kvstoreMode', 'internal')) &&
    !values.truthy('clustermesh.apiserver.tls.auto.enabled') &&
    (!isSince(values, '1.16.0') || values.truthy('clustermesh.apiserver.tls.enableSecrets'));

const kvstoreMode = (values: ChartValues, mode: string): boolean =>
  isSince(values, '1.18.0') && values.text('clustermesh.apiserver.kvstoremesh.kvstoreMode') === mode;

/** Which components of the mesh read a certificate of this name. */
const MESH_CERTIFICATES: Record<'server' | 'admin' | 'remote' | 'client', Condition> = {
  server: clusterMeshRuns,
  admin: clusterMeshRuns,
  remote: (values) => values.truthy('clustermesh.useAPIServer'),
  client: (values) => !isSince(values, '1.18.0') && values.truthy('externalWorkloads.enabled'),
};

/** Combinations of the cluster mesh, of external workloads and of the store of identities that the chart refuses. */
export const clusterMeshValidations: readonly RefusalRule[] = [
  check(
    'clustermesh.apiserver.tls.auto.certManagerIssuerRef',
    (values) =>
      clusterMeshRuns(values) &&
      values.truthy('clustermesh.apiserver.tls.auto.enabled') &&
      isEqual(values, 'clustermesh.apiserver.tls.auto.method', 'certmanager') &&
      !values.truthy('clustermesh.apiserver.tls.auto.certManagerIssuerRef'),
    'ClusterMesh TLS certgen method=certmanager requires that user specifies .Values.clustermesh.apiserver.tls.auto.certManagerIssuerRef',
  ),
  check(
    'clustermesh.apiserver.kvstoremesh.kvstoreMode',
    (values) => isSince(values, '1.18.0') && !kvstoreMode(values, 'internal') && !kvstoreMode(values, 'external'),
    '.Values.clustermesh.apiserver.kvstoremesh.kvstoreMode must have the value of external or internal',
  ),
  check(
    'identityAllocationMode',
    (values) =>
      isSince(values, '1.15.0') &&
      !isSince(values, '1.18.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      !isEqual(values, 'identityAllocationMode', 'crd'),
    (values) =>
      `The clustermesh-apiserver cannot be enabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}. To establish a Cluster Mesh, directly configure the parameters to access the remote kvstore through .Values.clustermesh.config`,
  ),
  check(
    'disableEndpointCRD',
    (values) =>
      isSince(values, '1.15.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      (!isSince(values, '1.18.0') || allocatesByCrd(values)) &&
      values.truthy('disableEndpointCRD'),
    'The clustermesh-apiserver cannot be enabled in combination with .Values.disableEndpointCRD=true',
  ),
  check(
    'clustermesh.apiserver.kvstoremesh.enabled',
    (values) =>
      isSince(values, '1.18.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      !allocatesByCrd(values) &&
      !values.truthy('clustermesh.apiserver.kvstoremesh.enabled'),
    (values) =>
      `The kvstoremesh container cannot be disabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}. To establish a Cluster Mesh, directly configure the parameters to access the remote kvstores through .Values.clustermesh.config`,
  ),
  check(
    'identityAllocationMode',
    (values) =>
      isSince(values, '1.15.0') &&
      !isSince(values, '1.18.0') &&
      values.truthy('externalWorkloads.enabled') &&
      !isEqual(values, 'identityAllocationMode', 'crd'),
    (values) =>
      `External workloads support cannot be enabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}`,
  ),
  check(
    'disableEndpointCRD',
    (values) =>
      isSince(values, '1.15.0') &&
      !isSince(values, '1.18.0') &&
      values.truthy('externalWorkloads.enabled') &&
      values.truthy('disableEndpointCRD'),
    'External workloads support cannot be enabled in combination with .Values.disableEndpointCRD=true',
  ),
  check(
    'clustermesh.useAPIServer',
    (values) => kvstoreMode(values, 'external') && !values.truthy('clustermesh.useAPIServer'),
    'kvstoremesh.kvstoreMode=external can only be used with clustermesh.useAPIServer=true',
  ),
  check(
    'clustermesh.apiserver.kvstoremesh.enabled',
    (values) => kvstoreMode(values, 'external') && !values.truthy('clustermesh.apiserver.kvstoremesh.enabled'),
    'kvstoremesh.kvstoreMode=external can only be used with kvstoremesh.enabled=true',
  ),
  check(
    'clustermesh.apiserver.replicas',
    (values) => kvstoreMode(values, 'external') && values.text('clustermesh.apiserver.replicas') !== '1',
    'Only single clustermesh-apiserver replica is allowed when kvstoreMode=external',
  ),
  check(
    'identityAllocationMode',
    (values) =>
      kvstoreMode(values, 'external') &&
      !['kvstore', 'doublewrite-readkvstore', 'doublewrite-readcrd'].includes(values.text('identityAllocationMode') ?? ''),
    (values) =>
      `KVStoreMesh with external etcd cannot be enabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}`,
  ),
  check(
    'clustermesh.apiserver.tls',
    (values) =>
      isSince(values, '1.20.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      !values.truthy('clustermesh.apiserver.tls.auto.enabled') &&
      ['server', 'admin', 'remote'].some((who) => isTruthy(dig(values, `clustermesh.apiserver.tls.${who}.cert`))),
    'The support for providing Cluster Mesh certs and keys as helm values has been removed. You must enable auto-generation or pre-create the corresponding secrets',
  ),
  check(
    'clustermesh.apiserver.tls.authMode',
    (values) =>
      clusterMeshRuns(values) && !['legacy', 'migration', 'cluster'].includes(values.text('clustermesh.apiserver.tls.authMode') ?? ''),
    '.Values.clustermesh.apiserver.tls.authMode must be one of legacy, migration, cluster',
  ),
  check(
    'clustermesh.maxConnectedClusters',
    (values) => isSince(values, '1.15.0') && ![255, 511].includes(values.int('clustermesh.maxConnectedClusters')),
    'max-connected-clusters must be set to 255 or 511',
  ),
  ...Object.entries(MESH_CERTIFICATES).flatMap(([who, reads]) =>
    ['cert', 'key'].map((part) =>
      check(
        `clustermesh.apiserver.tls.${who}.${part}`,
        (values) => meshProvided(reads)(values) && !values.truthy(`clustermesh.apiserver.tls.${who}.${part}`),
        `missing clustermesh.apiserver.tls.${who}.${part}`,
      ),
    ),
  ),
];
