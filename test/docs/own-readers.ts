import { readRepository } from '../../shared/read/declared.ts';
import { parseTerraform } from '../../shared/read/terraform/parse.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';
import { indented } from './plain-data.ts';

/** A part of an Application's spec in a whole one. */
export function application(spec: string): string {
  return [
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium, namespace: argocd}\nspec:',
    '  project: default\n  destination: {server: https://kubernetes.default.svc, namespace: kube-system}',
    indented(spec, 2),
  ].join('\n');
}

/** What is wrong with an Application, by our own reader: it must be Argo CD's side of a cluster, and nothing about it is refused or not understood. */
export function argocdProblems(text: string): string[] {
  const files: Record<string, string> = {};
  for (const [, path] of text.matchAll(/\$values\/([^\s'",\]{}]+)/g)) files[path!] = '{}\n';
  return readBy('argocd/cilium.yaml', text, ({ argocd }) => argocd.length > 0 || !/chart: cilium/.test(text), files);
}

/** What our own readers say against a file: nothing may be refused, set aside or not understood. */
export function readBy(
  file: string,
  text: string,
  isThere: (declared: ReturnType<typeof readRepository>) => boolean,
  beside: Record<string, string> = {},
): string[] {
  const declared = readRepository(memoryRepository({ ...beside, [file]: text }));
  const said = [
    ...declared.findings,
    ...declared.talos.flatMap(({ findings }) => findings),
    ...[...declared.argocd, ...declared.bootstrap].flatMap(({ findings }) => findings),
  ].filter(({ level }) => level === 'error');
  return [
    ...(isThere(declared) ? [] : ['our own reader makes nothing of it']),
    ...said.map(({ rule, message }) => `${rule}: ${message}`),
    ...[...declared.unused, ...declared.broken()].filter((each) => each.file === file).map(({ why }) => why),
  ];
}

/** Everything that is wrong with Terraform, by our own reader. */
export function terraformProblems(text: string): string[] {
  return [...parseTerraform(text).problems.map(({ message }) => message), ...readBy('main.tf', text, () => true)];
}
