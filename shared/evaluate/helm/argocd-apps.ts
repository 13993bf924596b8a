import type { Mapping, Tree } from '../../model.ts';
import { at, isMap, textAt } from '../../tree.ts';

const SET_FIELDS = new Set([
  'generators',
  'template',
  'templatePatch',
  'goTemplate',
  'goTemplateOptions',
  'syncPolicy',
  'strategy',
  'preservedFields',
  'ignoreApplicationDifferences',
]);
const METADATA = new Set(['namespace', 'additionalLabels', 'additionalAnnotations', 'finalizers', 'name', 'labels', 'annotations']);

/** The Applications and ApplicationSets that the chart `argocd-apps` makes of its values: a map by name, or the list of its older versions. https://github.com/argoproj/argo-helm/tree/main/charts/argocd-apps */
export function argocdAppsOf(values: Tree | undefined): Mapping[] {
  return [
    ...entriesOf(at(values, 'applications')).flatMap((entry) => objectOf('Application', entry)),
    ...entriesOf(at(values, 'applicationsets')).flatMap((entry) => objectOf('ApplicationSet', entry)),
  ];
}

function entriesOf(tree: Tree | undefined): [Tree | undefined, Tree][] {
  if (isMap(tree))
    return [...tree.entries].map(([name, body]) => [{ kind: 'scalar', value: name, place: body.place, origin: 'set' }, body]);
  return tree?.kind === 'list' ? tree.items.map((body) => [at(body, 'name'), body]) : [];
}

function objectOf(kind: 'Application' | 'ApplicationSet', [name, body]: [Tree | undefined, Tree]): Mapping[] {
  if (!isMap(body) || name === undefined) return [];
  const isSet = kind === 'ApplicationSet';
  if (isSet ? !at(body, 'generators') : !(at(body, 'source') ?? at(body, 'sources')) || !at(body, 'destination')) return [];
  const { place } = body;
  const map = (entries: [string, Tree][]): Mapping => ({ kind: 'map', entries: new Map(entries), place, origin: 'set' });
  const text = (value: string): Tree => ({ kind: 'scalar', value, place, origin: 'set' });
  const namespace = textAt(body, 'namespace');
  return [
    map([
      ['apiVersion', text('argoproj.io/v1alpha1')],
      ['kind', text(kind)],
      ['metadata', map([['name', name], ...(namespace ? ([['namespace', text(namespace)]] satisfies [string, Tree][]) : [])])],
      ['spec', map([...body.entries].filter(([key]) => (isSet ? SET_FIELDS.has(key) : !METADATA.has(key))))],
    ]),
  ];
}
