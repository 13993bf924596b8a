import { isGate } from '../../evaluate/argocd/gate.ts';
import { pathApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

const NAME = /(?:^|\/)\.argocd-source(?:-[^/]*)?\.yaml$/;
const overlay: Record<string, string> = {
  'cilium/Chart.yaml':
    'apiVersion: v2\nname: network\nversion: 0.1.0\ndependencies:\n  - name: cilium\n    version: 1.18.2\n    repository: https://helm.cilium.io\n',
  'cilium/values.yaml': 'cilium:\n  ipam:\n    mode: kubernetes\n',
  'argocd/cilium.yaml': pathApplication('cilium'),
};

export const argocdSourceOverride: Rule = {
  id: 'argocd-source-override',
  level: 'note',
  title: 'A hidden file overrides what the Application says',
  why: 'Argo CD lays `.argocd-source.yaml` over the source when it renders. Whoever reads the Application or its values sees something else than what is applied, and so does every other tool. In the folder of the gate it is a warning.',
  fix: 'Move the parameters into the values file and delete the override.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git',
  examples: {
    passing: overlay,
    failing: {
      ...overlay,
      'cilium/.argocd-source.yaml': 'helm:\n  parameters:\n    - name: cilium.ipam.mode\n      value: cluster-pool\n',
    },
  },
  judge({ argocd }) {
    const file = argocd?.declaration.files.find((path) => NAME.test(path));
    if (!argocd || file === undefined) return [];
    const { application, place } = argocd.declaration;
    const gate = application?.sources.find(
      (source) => isGate(source) && normalPath(source.path) === file.slice(0, Math.max(0, file.lastIndexOf('/'))),
    );
    return [
      {
        message: `${file} overrides the source of the Application${gate ? ', in the folder of the gate: what it writes under `plugin` the gate refuses' : ''}.`,
        places: [{ file, line: 1, column: 1 }, application?.place ?? place],
        setting: 'source',
        ...(gate ? { level: 'warning' as const } : {}),
      },
    ];
  },
};

function normalPath(path: string | undefined): string | undefined {
  return path
    ?.split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}
