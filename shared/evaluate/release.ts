import semver from 'semver';
import { ChartValues, type RenderContext } from '../cilium/chart-values.ts';
import { chartDefaults, chartVersions, knownVersion } from '../cilium/charts.ts';
import { implicitValues } from '../cilium/cilium-cli.ts';
import { renderFacts } from '../cilium/render.ts';
import type { Refusal } from '../cilium/templates/fact-rule.ts';
import type { Declaration, Fact, Facts, FilePlace, Layer, Place, Tree } from '../model.ts';
import { emptyMap, isMap, opaque } from '../tree.ts';
import { coalesce, mergeLayers } from './helm/merge.ts';

/** A declaration worked out under one chart version. */
export interface EvaluatedRelease {
  declaration: Declaration;
  /** The chart version that it was worked out under; null where none is known, and then there are no facts. */
  version: string | null;
  /** Said where the version asked for is not known and its newest known neighbour spoke instead. */
  versionNote?: string;
  /** What people and the installer wrote, merged. */
  user: Tree;
  /** `.Values` as the templates see them; undefined for a manifest that somebody rendered. */
  effective?: Tree;
  facts: Facts;
  refusals: (Refusal & { place: Place })[];
  /** Values that Helm cannot read or merge. */
  problems: { message: string; place: FilePlace }[];
}

/** Both sides are worked out for the same cluster: one that has Gateway API and the Prometheus operator's kinds, so that values alone decide. */
export const CONTEXT: Omit<RenderContext, 'namespace'> = {
  kubeVersion: '1.33.0',
  apiVersions: ['gateway.networking.k8s.io/v1/GatewayClass', 'monitoring.coreos.com/v1'],
};

/** The first chart whose templates are followed; of those before it only the defaults are known. */
const FIRST_JUDGED = '1.14.0-0';
const newest = () => chartVersions().at(-1)!;

function judgedVersion(asked: string): ReturnType<typeof knownVersion> {
  const known = knownVersion(asked);
  return known && semver.gte(known.version, FIRST_JUDGED) ? known : undefined;
}

/** Works a declaration out. `otherVersion` speaks where its own chart version cannot be known. */
export function evaluateRelease(declaration: Declaration, otherVersion: string | null): EvaluatedRelease {
  const asked = declaration.chartVersion ?? otherVersion;
  const known = asked === null ? undefined : judgedVersion(asked);
  const version = known?.version ?? null;
  const empty = emptyMap({ source: 'nobody' });
  if (declaration.facts) {
    return {
      declaration,
      version: version ?? asked,
      user: empty,
      facts: hide(declaration.facts, declaration),
      refusals: [],
      problems: [],
      ...(known?.note ? { versionNote: known.note } : {}),
    };
  }
  const merged = mergeLayers(withInstaller(declaration, asked), declaration.helm);
  const user = declaration.opaque ?? merged.tree;
  if (version === null) {
    const why = asked === null ? 'no side says which version of the chart it is' : `the templates of chart ${asked} are not known here`;
    const unseen = { ...empty, unseen: opaque(why, declaration.chartVersionPlace ?? declaration.place) };
    const { facts } = renderFacts(new ChartValues(unseen, newest(), { ...CONTEXT, namespace: 'kube-system' }), {
      skipSchemaValidation: true,
    });
    return {
      declaration,
      version: null,
      user,
      facts,
      refusals: [],
      problems: merged.problems,
      ...(asked === null ? {} : { versionNote: why }),
    };
  }
  const { effective, values } = valuesUnder(declaration, user, version);
  const { facts, refusals } = renderFacts(values, { written: user, skipSchemaValidation: declaration.skipSchemaValidation === true });
  return {
    declaration,
    version,
    user,
    effective,
    facts: hide(facts, declaration),
    refusals: withoutThoseOfDefaults(refusals, version),
    problems: merged.problems,
    ...(known?.note ? { versionNote: known.note } : {}),
  };
}

/** What the templates of a known chart version would see of a declaration's merged values; `effective` is what Helm's merge alone makes of them. */
export function valuesUnder(declaration: Declaration, user: Tree, version: string): { effective: Tree; values: ChartValues } {
  const options = { ...(declaration.helm ? { helm: declaration.helm } : {}), ...(declaration.umbrella?.named ? { umbrella: true } : {}) };
  const effective = coalesce(chartDefaults(version), user, options);
  const seen = isMap(effective)
    ? effective
    : {
        ...emptyMap({ source: 'nobody' }),
        unseen: effective.kind === 'opaque' ? effective : opaque('is not a map of values', declaration.place),
      };
  return { effective, values: new ChartValues(seen, version, { ...CONTEXT, namespace: declaration.namespace ?? 'kube-system' }) };
}

/** A chart never refuses its own defaults: what the checks would refuse of them is a check of other versions (those before 1.14, pre-releases). */
function withoutThoseOfDefaults(refusals: EvaluatedRelease['refusals'], version: string): EvaluatedRelease['refusals'] {
  if (refusals.length === 0) return refusals;
  const own = renderFacts(new ChartValues(chartDefaults(version), version, { ...CONTEXT, namespace: 'kube-system' })).refusals;
  return refusals.filter(({ path, message }) => !own.some((other) => other.path === path && other.message === message));
}

/** What `cilium install` reads from the running cluster when it is run by hand: no value of the chart, and not in Git. */
const DETECTED = ['cluster.name', 'kubeProxyReplacement', 'k8sServiceHost', 'k8sServicePort'];

function withInstaller(declaration: Declaration, version: string | null): Layer[] {
  if (declaration.installer !== 'cilium-cli-job' && declaration.installer !== 'cilium-cli-workstation') return declaration.layers;
  const place = { source: 'cilium install adds it' };
  const written = mergeLayers(declaration.layers, declaration.helm).tree;
  const layers: Layer[] = [];
  if (declaration.installer === 'cilium-cli-workstation') {
    const detected = emptyMap(declaration.place, 'installer');
    for (const path of DETECTED) {
      const unknown = opaque('cilium install detects it from the cluster it is run against', declaration.place);
      const [first, second] = path.split('.') as [string, string?];
      detected.entries.set(
        first,
        second === undefined
          ? unknown
          : { kind: 'map', entries: new Map([[second, unknown]]), place: declaration.place, origin: 'installer' },
      );
    }
    layers.push({ kind: 'implicit', place, tree: detected });
  }
  layers.push({
    kind: 'implicit',
    place,
    tree: implicitValues(written, declaration.installer, declaration.ciliumCliVersion ?? undefined, version ?? undefined),
  });
  return [...layers, ...declaration.layers];
}

/** What is applied after rendering hides the facts it may have changed. */
function hide(facts: Facts, declaration: Declaration): Facts {
  if (!declaration.hidden?.length) return facts;
  const seen: Facts = new Map(facts);
  for (const { prefix, opaque: reason } of declaration.hidden) {
    for (const [name, fact] of facts) {
      if (name.startsWith(prefix)) seen.set(name, { ...fact, value: '', origin: 'opaque', opaque: reason } satisfies Fact);
    }
  }
  return seen;
}
