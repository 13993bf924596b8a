import { mergeLayers } from '../shared/evaluate/helm/merge.ts';
import type { Declaration } from '../shared/model.ts';
import { commandDeclarations } from '../shared/read/bootstrap/commands.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { toPlain } from '../shared/tree.ts';

/** What a file of values says in tests of commands. */
export const VALUES = 'ipam:\n  mode: kubernetes\nk8sServicePort: 7445\n';

/** A kustomization that inflates Cilium with those values. */
export const KUSTOMIZATION =
  'helmCharts:\n  - name: cilium\n    repo: https://helm.cilium.io\n    version: 1.18.2\n    releaseName: cilium\n    namespace: kube-system\n    valuesFile: values.yaml\n';

/** What a declaration says, in one line: form place name/namespace@version rank. */
export function line(d: Declaration): string {
  return `${d.form} ${d.place.file}:${d.place.line}:${d.place.column} ${d.name}/${d.namespace}@${d.chartVersion} rank ${d.rank}`;
}

/** What the command lines in files declare. */
export function readCommands(files: Record<string, string>): {
  declarations: Declaration[];
  unused: { file: string; why: string }[];
  lines: string[];
} {
  const repository = memoryRepository(files);
  const candidates = Object.entries(files)
    .filter(([, text]) => /cilium/i.test(text))
    .map(([path, text]) => ({ path, text }));
  const found = commandDeclarations(repository, candidates);
  return { ...found, lines: found.declarations.map(line) };
}

/** The values of a declaration, as plain data. */
export function values(d: Declaration | undefined): unknown {
  return JSON.parse(JSON.stringify(toPlain(mergeLayers(d?.layers ?? []).tree)));
}
