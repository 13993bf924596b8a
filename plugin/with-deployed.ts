import { stringify } from 'yaml';
import type { Repository } from '../shared/repository/repository.ts';
import { TreeRepository } from '../shared/repository/tree-repository.ts';
import type { GatedApplication } from './choose-cluster.ts';
import type { Deployed } from './settings.ts';

/** What the Application that parameters describe is called, where verdicts name its lines. */
export const DEPLOYED = 'parameters-of-the-plugin.yaml';

/** The repository, and in it the Application as its parameters describe it. */
export function withDeployed(
  repository: Repository,
  { name }: GatedApplication,
  { chartVersion, valueFiles, values }: Deployed,
  cluster: string | undefined,
): Repository {
  const [own, namespace] = name.split('_', 2).reverse();
  const manifest = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: own, ...(namespace !== undefined && { namespace }) },
    spec: {
      destination: { namespace: 'kube-system', ...(cluster === undefined ? {} : { name: cluster }) },
      sources: [
        {
          repoURL: 'https://helm.cilium.io',
          chart: 'cilium',
          targetRevision: chartVersion,
          helm: {
            releaseName: 'cilium',
            valueFiles: valueFiles.map((path) => `$values/${path}`),
            ...(values !== undefined && { values }),
          },
        },
        { repoURL: 'https://repository.invalid', targetRevision: 'HEAD', ref: 'values' },
      ],
      syncPolicy: { syncOptions: ['ServerSideApply=true'] },
    },
  };
  const bytes = new TextEncoder().encode(stringify(manifest, { lineWidth: 0 }));
  return new TreeRepository({
    list: () => [...repository.files.filter(({ path }) => path !== DEPLOYED), { path: DEPLOYED, size: bytes.length }],
    bytes: (path, limit) => (path === DEPLOYED ? (bytes.length > limit ? bytes.length : bytes) : repository.bytes(path)),
  });
}
