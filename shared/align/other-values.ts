import { diff } from 'json-diff-ts';
import { goText, isTruthy, ReadsOpaque } from '../cilium/chart-values.ts';
import { isChartPath, sensitivityOf } from '../cilium/charts.ts';
import { configKeys } from '../cilium/templates/cilium-configmap.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Cell, Facts, Level, Row, Tree } from '../model.ts';
import { at, firstOpaque, leavesOf, originOf, toPlain } from '../tree.ts';

/** Prefixes whose values add something (observability, packaging) without changing what the network does. */
const ADDITIVE =
  /^(hubble|prometheus|dashboards|envoy\.(prometheus|resources)|operator\.(prometheus|dashboards)|clustermesh\.apiserver\.metrics)\.|(^|\.)(resources|tolerations|affinity|nodeSelector|podAnnotations|podLabels|annotations|labels|priorityClassName|podDisruptionBudget|serviceMonitor|prometheus|dashboards|topologySpreadConstraints|updateStrategy|terminationGracePeriodSeconds|commonLabels|imagePullSecrets|pullPolicy|digest|useDigest)(\.|$)/;

/** Facts that say something only about labels, placement and size of pods. */
const PACKAGING = new Set(['labels', 'annotations', 'resources', 'pod', 'body', 'cm', 'service']);

/**
 * Rows for the values outside the catalogue that somebody wrote and that differ.
 * A value whose only effects are facts that both sides render alike means nothing and makes no row; nor does one below a switch that is off on both sides.
 */
export function otherRows(bootstrap: EvaluatedRelease, argocd: EvaluatedRelease, inCatalogue: (path: string) => boolean): Row[] {
  if (!bootstrap.effective || !argocd.effective) return [];
  const left: Record<string, string> = Object.create(null);
  const right: Record<string, string> = Object.create(null);
  const paths = new Map([...leavesOf(bootstrap.user), ...leavesOf(argocd.user)]);
  for (const [path, segments] of paths) {
    if (inCatalogue(path)) continue;
    const [a, b] = [at(bootstrap.effective, segments), at(argocd.effective, segments)];
    if (a?.kind === 'map' && b?.kind === 'map' && ((a.entries.size > 0 && b.entries.size > 0) || isSaidBelow(path, paths))) continue;
    left[path] = canonical(a);
    right[path] = canonical(b);
  }
  const rows: Row[] = [];
  for (const change of diff(left, right)) {
    const row = otherRow(change.key, paths.get(change.key)!, bootstrap, argocd);
    if (row) rows.push(row);
  }
  return rows.sort((a, b) => (a.setting < b.setting ? -1 : 1));
}

/** An empty map, where the other side's has keys that somebody wrote: they have rows of their own. */
function isSaidBelow(path: string, paths: ReadonlyMap<string, unknown>): boolean {
  return [...paths.keys()].some((other) => other.startsWith(`${path}.`));
}

function otherRow(path: string, segments: string[], bootstrap: EvaluatedRelease, argocd: EvaluatedRelease): Row | undefined {
  const [a, b] = [at(bootstrap.effective, segments), at(argocd.effective, segments)];
  const versions = [bootstrap.version, argocd.version].filter((v): v is string => v !== null);
  if (!versions.some((v) => isChartPath(v, path))) return undefined;
  if (isSwitchedOff(segments, bootstrap) && isSwitchedOff(segments, argocd)) return undefined;
  const sensitivity = sensitivityOf(path);
  // A switch that the probe could not see (it needs something else on) is said all the same.
  if (sensitivity && !sensitivity.config?.length && !sensitivity.other?.length && sensitivity.inert && segments.at(-1) !== 'enabled')
    return undefined;
  const opaqueSide = firstOpaque(a) ?? firstOpaque(b);
  if (!opaqueSide && sensitivity && sameEffects(sensitivity, bootstrap.facts, argocd.facts)) return undefined;
  // Its keys are written into the ConfigMap as they stand.
  const config = segments[0] === 'extraConfig' || (sensitivity?.config?.length ?? 0) > 0;
  const behaves = config || (sensitivity?.other ?? ['env']).some((kind) => !PACKAGING.has(kind));
  const additive = ADDITIVE.test(path) || !behaves;
  const level: Level = additive ? 'note' : 'warning';
  const base = { setting: path, impact: additive ? ('additive' as const) : ('behaviour' as const), bootstrap: cell(a), argocd: cell(b) };
  if (opaqueSide) return { ...base, status: 'opaque', level: null, why: opaqueSide.reason };
  return {
    ...base,
    status: 'drifted',
    level,
    why: config
      ? 'changes what the agent or the operator is told'
      : additive
        ? 'additive: nothing that the network depends on'
        : 'changes the rendered workloads',
  };
}

/** Every effect of the value is a fact that is worked out, and both sides render them alike. */
function sameEffects(sensitivity: { config?: string[]; other?: string[] }, left: Facts, right: Facts): boolean {
  if (sensitivity.other?.length || !sensitivity.config?.length) return false;
  const modelled = configKeys();
  return sensitivity.config.every((key) => {
    if (!modelled.has(key)) return false;
    const [a, b] = [left.get(`config.${key}`), right.get(`config.${key}`)];
    return !a?.opaque && !b?.opaque && (a?.value ?? '') === (b?.value ?? '');
  });
}

/** A map on the way has `enabled: false`, or its switch stands elsewhere and is off: nothing below it is rendered. */
function isSwitchedOff(segments: string[], release: EvaluatedRelease): boolean {
  if (segments.slice(0, 3).join('.') === 'clustermesh.apiserver.metrics' && CLUSTERMESH_APISERVER.every((path) => isOff(release, path)))
    return true;
  for (let i = 1; i < segments.length; i++) {
    const above = segments.slice(0, i);
    if (i === segments.length - 1 && segments[i] === 'enabled') continue;
    const enabled = at(release.effective, [...above, 'enabled']);
    if (enabled?.kind === 'scalar' && enabled.value !== null && !isTruthy(enabled)) return true;
  }
  return false;
}

/** Either renders the API server of the cluster mesh; charts from 1.18 on know the first alone. */
const CLUSTERMESH_APISERVER = ['clustermesh.useAPIServer', 'externalWorkloads.enabled'];

function isOff(release: EvaluatedRelease, path: string): boolean {
  const node = at(release.effective, path);
  return node === undefined || (node.kind === 'scalar' && !isTruthy(node));
}

/** A text that is equal exactly where two values mean the same to a template; an absent value equals an empty one. */
function canonical(tree: Tree | undefined): string {
  if (tree === undefined) return '';
  const unknown = firstOpaque(tree);
  if (unknown) return `opaque ${JSON.stringify([unknown.place, unknown.text ?? unknown.reason])}`;
  if (tree.kind !== 'scalar')
    return (tree.kind === 'list' ? tree.items.length : tree.kind === 'map' ? tree.entries.size : 1) === 0 ? '' : inOrder(tree);
  try {
    if (tree.value === null || tree.value === '' || tree.value === false) return '';
    const text = goText(tree);
    return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
  } catch (error) {
    if (error instanceof ReadsOpaque) return `opaque ${error.opaque.reason}`;
    throw error;
  }
}

/** JSON with the keys of maps in order, so that their order means nothing. */
function inOrder(tree: Tree): string {
  if (tree.kind === 'list') return `[${tree.items.map(inOrder).join(',')}]`;
  if (tree.kind === 'map')
    return `{${[...tree.entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${JSON.stringify(key)}:${inOrder(value)}`)
      .join(',')}}`;
  return tree.kind === 'opaque' ? '?' : JSON.stringify(String(tree.value));
}

function cell(tree: Tree | undefined): Cell {
  if (tree === undefined) return { value: null, origin: 'absent', place: null };
  if (tree.kind === 'opaque') return { value: null, origin: 'opaque', place: tree.place, why: tree.reason };
  return { value: toPlain(tree) ?? null, origin: originOf(tree), place: tree.place };
}
