import { type Application, known, type Source } from '../../evaluate/argocd/application.ts';
import type { ClusterSecret, Params } from '../../evaluate/argocd/generators/params.ts';
import type { ChartRelease } from '../../evaluate/chart-release.ts';
import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import { installsNetwork } from '../../evaluate/network-release.ts';
import type { ApplicationPolicy, ApplicationSource, ClusterEvidence, Declaration, Finding, Form, Layer } from '../../model.ts';
import { at, itemsAt, textAt } from '../../tree.ts';
import { addEvidence, groupedDirectory } from '../cluster-evidence.ts';
import type { Reached, Step, Unfollowed } from './app-of-apps.ts';

/** How live a root is, and what says so. */
export interface Standing {
  rank: 1 | 2 | 3 | 4 | 5;
  why: string;
}

/** The declaration of a release that an Application applies. */
export function declarationOf(
  { release, application, chain, faults, revisions, doubts }: Reached,
  standing: Standing,
  secrets: readonly ClusterSecret[],
): Declaration {
  const [doubt] = doubts;
  // What most likely is not live may not name a cluster of its own.
  const found = evidenceOf(release, chain, secrets);
  const clusters = standing.rank <= 2 && chain.length === 1 ? found.map((one) => ({ ...one, strength: 1 as const })) : found;
  const files = filesOf(release, chain);
  return {
    ...release,
    side: 'argocd',
    form: formOf(release, chain),
    files,
    installer: installerOf(release),
    clusters,
    ...(release.layers.length > 0 && !installsNetwork(release.layers) ? { network: false } : {}),
    rank: standing.rank,
    rankWhy: rankWhy(chain, standing, doubt),
    application: policyOf(application),
    findings: findingsOf(application, chain, [...faults, ...revisions.map(anotherRevision)]),
  };
}

/** What the Application says beside its sources. */
function policyOf({ tree, place, sources, ...of }: Application): ApplicationPolicy {
  const [name, namespace] = [known(of.name), known(of.namespace)];
  const policy: ApplicationPolicy = {
    place,
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    sources: sources.map(toApplicationSource),
  };
  for (const [key, path] of [
    ['syncPolicy', 'spec.syncPolicy'],
    ['ignoreDifferences', 'spec.ignoreDifferences'],
    ['annotations', 'metadata.annotations'],
    ['finalizers', 'metadata.finalizers'],
  ] as const) {
    const node = at(tree, path);
    if (node) policy[key] = node;
  }
  return policy;
}

function toApplicationSource({ place, helm, plugin, ...texts }: Source): ApplicationSource {
  const source: ApplicationSource = { place, reads: [] };
  for (const key of ['repoURL', 'targetRevision', 'path', 'ref'] as const) {
    const text = known(texts[key]);
    if (text !== undefined) source[key] = text;
  }
  if (plugin) source.plugin = textAt(plugin, 'name') ?? '';
  for (const file of itemsAt(helm, 'valueFiles')) {
    const ref = file.kind === 'scalar' ? /^\$([\w-]+)\//.exec(String(file.value))?.[1] : undefined;
    if (ref !== undefined) source.reads.push(ref);
  }
  return source;
}

/** A declaration of which only its existence is known: its Application names Cilium, but what it renders cannot be followed. */
export function opaqueDeclaration(
  lost: Unfollowed,
  standing: Standing,
  secrets: readonly ClusterSecret[],
  others: readonly Declaration[],
): Declaration | undefined {
  const { application, chain, opaque } = lost;
  const step = chain.at(-1)!;
  if (!namesCilium(application) || others.some((other) => other.rank >= standing.rank && other.files.includes(step.place.file)))
    return undefined;
  const namespace = application.destination.namespace;
  const release: ChartRelease = {
    form: lost.plugin === undefined ? 'application' : 'plugin',
    place: application.sources[0]?.place ?? application.place,
    files: [],
    name: null,
    namespace: namespace === undefined ? null : (known(namespace) ?? null),
    chartVersion: null,
    chartVersionWhy: opaque.reason,
    layers: [],
    opaque,
  };
  return {
    ...release,
    side: 'argocd',
    form: release.form,
    files: filesOf(release, chain),
    installer: 'argocd',
    clusters: evidenceOf(release, chain, secrets),
    application: policyOf(application),
    rank: standing.rank,
    rankWhy: rankWhy(chain, standing, undefined),
    findings: [],
  };
}

/** True where the name or the last part of a path is Cilium itself, and not its policies or pools. */
function namesCilium(application: Application): boolean {
  const itself = (text: string | undefined) => text !== undefined && /^(?:[\w.]+-)*cilium(?:-(?:chart|cni|helm|core))?$/i.test(text);
  return (
    itself(known(application.name)) ||
    application.sources.some((source) => itself(known(source.path)?.replace(/\/+$/, '').split('/').at(-1)))
  );
}

/** True where an Application or set on the way names Cilium. */
export function isAboutCilium(chain: readonly Step[]): boolean {
  const last = chain.at(-1);
  return last?.application ? namesCilium(last.application) : /cilium/i.test(last?.name ?? '');
}

function formOf(release: ChartRelease, chain: readonly Step[]): Form {
  return release.form === 'application' && chain.at(-2)?.kind === 'ApplicationSet' && chain.at(-1)?.params !== undefined
    ? 'applicationset'
    : release.form;
}

function installerOf({ form }: ChartRelease): Declaration['installer'] {
  return form === 'kustomize-helm' ? 'kustomize' : form === 'rendered-path' ? 'rendered' : 'argocd';
}

/** The declaring file first, then what it reads, then the way from the Application up to the root. */
function filesOf(release: ChartRelease, chain: readonly Step[]): string[] {
  const files = new Set([release.place.file, ...release.files]);
  for (const step of [...chain].reverse()) for (const file of [step.place.file, ...step.files]) files.add(file);
  return [...files];
}

function rankWhy(chain: readonly Step[], standing: Standing, doubt: string | undefined): string {
  const names = chain.map((step) => `${step.kind} ${step.name || '(name unknown)'}`);
  const way = names.length > 1 ? `${names[0]} leads to it (${names.slice(1).join(', ')})` : standing.why;
  return [way, ...(names.length > 1 && standing.rank < 5 ? [standing.why] : []), ...(doubt ? [doubt] : [])].join('; ');
}

const NO_CLUSTER = /^(?:apps?|base|bases|infra(?:structure)?|core|bootstrap|default|common|shared|argocd|argo-cd)$/i;

/** What says to which cluster a release goes. */
function evidenceOf(release: ChartRelease, chain: readonly Step[], secrets: readonly ClusterSecret[]): ClusterEvidence[] {
  const found: ClusterEvidence[] = [];
  const add = (name: string | undefined, why: string, strength: 1 | 2 | 3, copied?: true) =>
    addEvidence(found, name, { why, strength, ...(copied && { copied }) });
  const { destination } = chain.at(-1)!.application!;
  const name = destination.name === undefined ? undefined : known(destination.name);
  if (name !== 'in-cluster') add(name, `the Application's destination is ${name}`, 3);
  const server = destination.server === undefined ? undefined : known(destination.server);
  const secret = secrets.find((one) => one.server === server);
  if (secret && typeof secret.name === 'string' && secret.name !== 'in-cluster')
    add(secret.name, `the cluster Secret of ${server} has that name`, 3);
  const own = release.layers.some(namesCluster) ? at(mergeLayers(release.layers).tree, 'cluster.name') : undefined;
  if (own?.kind === 'scalar' && own.origin !== 'default' && own.value !== 'default')
    add(String(own.value), 'its values set cluster.name', 3, true);
  for (const step of chain)
    if (step.params) for (const [key, text] of clusterParams(step.params)) add(text, `the ApplicationSet's parameter ${key}`, 2);
  for (const file of filesOf(release, chain)) {
    const directory = groupedDirectory(file);
    if (directory && !NO_CLUSTER.test(directory))
      add(directory, `the directory ${file.slice(0, file.indexOf(`/${directory}/`) + directory.length + 1)}`, 2);
  }
  return found;
}

function namesCluster(layer: Layer): boolean {
  return layer.kind === 'set'
    ? layer.flags.some((flag) => flag.text.includes('cluster.name'))
    : at(layer.tree, 'cluster.name') !== undefined;
}

function clusterParams(params: Params): [string, string][] {
  const found: [string, string][] = [];
  for (const [key, value] of params) {
    if (
      typeof value === 'string' &&
      (/^(?:cluster|clusterName|cluster_name|cluster-name)$/.test(key) ||
        (key === 'name' && params.has('server') && value !== 'in-cluster'))
    )
      found.push([key, value]);
  }
  return found;
}

function anotherRevision({ why, place }: { why: string; place: Fault['places'][0] }): Fault {
  return {
    rule: 'argocd-reads-another-revision',
    level: 'warning',
    message: `${why}.`,
    places: [place],
    fix: 'Compare at that revision too, or let targetRevision follow the branch that is reviewed.',
  };
}

function findingsOf(application: Application, chain: readonly Step[], faults: readonly Fault[]): Finding[] {
  const subject = chain.at(-1)?.name ?? '';
  const findings = new Map<string, Finding>();
  for (const fault of [...faults, ...ignoredConfig(application)]) {
    const finding = findingOf(fault, subject);
    let { id } = finding;
    for (let n = 2; findings.has(id) && findings.get(id)!.message !== finding.message; n++) id = `${finding.id}:${n}`;
    findings.set(id, { ...finding, id });
  }
  return [...findings.values()];
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/ : what is ignored there may differ in the cluster for ever. */
function ignoredConfig(application: Application): Fault[] {
  for (const entry of application.ignoreDifferences) {
    const [kind, name, group] = [textAt(entry, 'kind'), textAt(entry, 'name'), textAt(entry, 'group')];
    if ((kind !== 'ConfigMap' && kind !== '*') || (group && group !== '*') || (name && name !== 'cilium-config')) continue;
    const paths = [...itemsAt(entry, 'jsonPointers'), ...itemsAt(entry, 'jqPathExpressions')].flatMap((path) =>
      path.kind === 'scalar' ? [String(path.value)] : [],
    );
    if (paths.length > 0 && !paths.some((path) => /^[/.]?(?:data|$)/.test(path))) continue;
    if (paths.length === 0) continue;
    return [
      {
        rule: 'cilium-config-ignored',
        level: 'warning',
        message: "ignoreDifferences makes Argo CD blind to cilium-config's data: what the agents run may differ from Git for ever.",
        places: [at(entry, 'kind')?.place ?? entry.place],
        fix: 'Name the single keys that something else writes, or remove the entry.',
      },
    ];
  }
  return [];
}
