import { posix } from 'node:path';
import type { Tree } from '../../model.ts';
import { at, toPlain } from '../../tree.ts';
import type { ChartValues } from '../chart-values.ts';
import { goText } from '../chart-values.ts';
import type { Condition, FactRule } from './fact-rule.ts';

/** One container of a workload, as far as its facts are modelled. */
export interface Container {
  /** `cilium.cilium-agent`: the workload's name and the container's. */
  name: string;
  /** Paths that decide whether it is rendered; the first that somebody wrote is its place. */
  path: readonly string[];
  rendered: Condition;
  /** Helm path of its image, or how the image's name is put together. */
  image: string | ((values: ChartValues) => string | undefined);
  /** Helm path of the capabilities it adds. */
  capabilities?: string;
  /** Capabilities that no value decides. */
  fixedCapabilities?: (values: ChartValues) => readonly string[];
  privileged?: Condition;
}

/** The image of a container. */
export function imageRule(name: string, path: readonly string[], rendered: Condition, image: Container['image']): FactRule {
  if (typeof image !== 'string') return { fact: `image.${name}`, path, value: (values) => (rendered(values) ? image(values) : undefined) };
  const parts = ['override', 'tag', 'repository'].map((part) => `${image}.${part}`);
  return { fact: `image.${name}`, path: [...parts, ...path], value: (values) => (rendered(values) ? imageName(values, image) : undefined) };
}

/** Image, capabilities and privilege of a container. */
export function containerRules(container: Container): FactRule[] {
  const { name, path, rendered, image, capabilities, fixedCapabilities } = container;
  const runsPrivileged = container.privileged ?? (() => false);
  return [
    imageRule(name, path, rendered, image),
    {
      fact: `caps.${name}`,
      path: capabilities ? [capabilities, ...path] : path,
      value(values) {
        if (!rendered(values)) return undefined;
        if (runsPrivileged(values)) return '';
        const added = capabilities ? (values.list(capabilities) ?? []) : (fixedCapabilities?.(values) ?? []);
        return [...added].sort().join(' ');
      },
    },
    { fact: `privileged.${name}`, path, value: (values) => (rendered(values) ? String(runsPrivileged(values)) : undefined) },
  ];
}

/** An object that is rendered under a condition. */
export function present(object: string, path: string | readonly string[], rendered: Condition): FactRule {
  return { fact: `present.${object}`, path, value: (values) => (rendered(values) ? 'true' : undefined) };
}

/** A fact that has a value under a condition. */
export function when(
  rendered: Condition,
  fact: string,
  path: string | readonly string[],
  value: (values: ChartValues) => string | undefined,
): FactRule {
  return { fact, path, value: (values) => (rendered(values) ? value(values) : undefined) };
}

/** `cilium.image` of _helpers.tpl without the digest: `repository:tag`, or what `override` says. */
export function imageName(values: ChartValues, path: string): string {
  const name = values.truthy(`${path}.override`)
    ? values.text(`${path}.override`)!
    : `${values.text(`${path}.repository`) ?? ''}${imageTag(values, path)}`;
  return name.split('@')[0]!;
}

/** `:tag`, or nothing where there is no tag. */
export function imageTag(values: ChartValues, path: string): string {
  const tag = values.text(`${path}.tag`);
  return tag === undefined || tag === '' ? '' : `:${tag}`;
}

/** The arguments of a container as Helm prints them in JSON. */
export function argsText(fixed: readonly string[], extra: Tree | undefined): string {
  const added = extra?.kind === 'list' ? extra.items.map((item) => toPlain(item)) : [];
  return JSON.stringify([...fixed, ...added]);
}

/** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT of a container. */
export function apiServerRules(container: string, rendered: Condition): FactRule[] {
  return [
    {
      fact: `env.${container}.KUBERNETES_SERVICE_HOST`,
      path: 'k8sServiceHost',
      value: (values) => (rendered(values) && values.truthy('k8sServiceHost') ? values.text('k8sServiceHost') : undefined),
    },
    {
      fact: `env.${container}.KUBERNETES_SERVICE_PORT`,
      path: 'k8sServicePort',
      value(values) {
        if (!rendered(values)) return undefined;
        if (values.before('1.16.0-pre.2')) return values.truthy('k8sServicePort') ? values.text('k8sServicePort') : undefined;
        const byReference =
          values.since('1.18.0-pre.0') && values.truthy('k8sServiceHostRef.name') && values.truthy('k8sServiceHostRef.key');
        return values.truthy('k8sServiceHost') || byReference ? (values.text('k8sServicePort') ?? '') : undefined;
      },
    },
  ];
}

/** Text of the items `{name, value}` of a list of environment variables. */
export function* environment(container: string, list: Tree | undefined): Generator<{ fact: string; value: string; node: Tree }> {
  if (list?.kind !== 'list') return;
  for (const item of list.items) {
    const name = at(item, 'name');
    const value = at(item, 'value');
    if (name?.kind === 'scalar' && value?.kind === 'scalar')
      yield { fact: `env.${container}.${name.value}`, value: value.value === null ? '' : goText(value), node: value };
  }
}

/** Sprig's `dir`: the directory of a path, cleaned (https://pkg.go.dev/path#Dir). */
export function directory(path: string): string {
  return posix.normalize(posix.dirname(path)).replace(/(?<=.)\/$/, '');
}
