import type { AlignedCluster } from '../shared/align/align.ts';
import { normalName } from '../shared/align/cluster-evidence.ts';
import { isGate } from '../shared/evaluate/argocd/gate.ts';
import { nearest } from '../shared/judge/nearest.ts';
import type { Declaration } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { normalize } from '../shared/repository/tree-repository.ts';

/** What Argo CD says of the Application that it generates. */
export interface GatedApplication {
  /** `<namespace>_<name>` where it lives outside of Argo CD's own namespace. */
  name: string;
  /** The plugin's source. */
  sourcePath: string;
  repoURL: string | undefined;
  targetRevision: string | undefined;
}

/** The cluster that an Application deploys to, with what the Application declares where it is in the repository; or why it cannot be told. */
export type Choice = { cluster: AlignedCluster; declaration: Declaration | undefined } | { problem: string; todo: string };

/**
 * The one cluster that an Application is about: the one that it is told, as long as the Application in the repository does not say otherwise;
 * else the one whose Cilium the Application in the repository deploys; else the one whose name the source's path or the Application's name holds.
 * Never a guess among several.
 */
export function chooseCluster(clusters: readonly AlignedCluster[], application: GatedApplication, told: string | undefined): Choice {
  if (clusters.length === 0) return { problem: 'No Cilium was found in this repository, on neither side.', todo: LOOK };
  const name = plainText(application.name, 60);
  const by = clusters.filter((cluster) => cluster.argocd !== null && isOf(cluster.argocd.declaration, application));
  const aside =
    by.length > 0 ? undefined : clusters.flatMap(({ others }) => others).find(({ declaration }) => isOf(declaration, application));
  if (aside)
    return {
      problem: `The Cilium of the Application ${name} is not the one that is compared: ${plainText(aside.why, 120)}.`,
      todo: 'Let one Application own Cilium; the clusters of .cilium-align.yaml say which files count (docs/configuration.md).',
    };
  const own = ofThisGate(by, application);
  if (told !== undefined) return chooseTold(clusters, own.length > 0 ? own : by, name, told);
  if (own.length === 1) {
    const [cluster] = own as [AlignedCluster];
    if (isEvident(cluster, clusters, application)) return { cluster, declaration: cluster.argocd!.declaration };
    return {
      problem: `Which of ${clusters.length} clusters the Application ${name} deploys to, nothing says; there is ${listed(clusters)}.`,
      todo: 'Say which files are whose: the clusters of .cilium-align.yaml (docs/configuration.md), or a destination by its name.',
    };
  }
  const hinted = by.length > 0 ? by : clusters.filter((cluster) => mayBeOf(cluster, application));
  // Where several are deployed by this name, and by this gate too, a name that both have tells them apart no better.
  const cluster = clusters.length === 1 ? hinted[0] : by.length > 0 ? undefined : namedBy(hinted, application);
  if (cluster) return { cluster, declaration: by.includes(cluster) ? cluster.argocd!.declaration : undefined };
  if (clusters.length > 1)
    return {
      problem: `Which of ${clusters.length} clusters the Application ${name} deploys to is not clear; there is ${listed(clusters)}.`,
      todo: 'Name it: the parameter `cluster` of the plugin in the Application, or CILIUM_ALIGN_CLUSTER in the sidecar where it serves one cluster.',
    };
  return {
    problem: `This repository deploys Cilium by the Application ${plainText(clusters[0]!.argocd!.declaration.application!.name!, 60)}, and not by ${name}.`,
    todo: `Where it is the same cluster, say so by the parameter \`cluster\` of the plugin: ${clusters[0]!.name === null ? 'any name' : listed(clusters)}.`,
  };
}

function chooseTold(clusters: readonly AlignedCluster[], by: readonly AlignedCluster[], application: string, told: string): Choice {
  const [only] = clusters;
  // A cluster that nothing names goes by any name.
  const named = clusters.length === 1 && only!.name === null ? only! : clusters.find(({ name }) => name === told);
  if (!named) {
    const close = nearest(told, namesOf(clusters));
    return {
      problem: `No cluster of this repository is named ${plainText(told, 60)}; ${close === undefined ? `there is ${listed(clusters)}.` : `did you mean ${close}?`}`,
      todo: 'Mend `cluster`, in the parameters of the plugin or in the environment of the sidecar.',
    };
  }
  if (by.length > 0 && !by.includes(named))
    return {
      problem: `It is told to judge ${plainText(told, 60)}, but in this repository the Application ${application} deploys to ${listed(by)}.`,
      todo: 'Mend the parameter `cluster`, or take it away.',
    };
  return { cluster: named, declaration: by.includes(named) ? named.argocd!.declaration : undefined };
}

const LOOK =
  'Look at what is found: `npx cilium-align` in the repository. The gate needs the Talos side and the Argo CD side in the repository of its own source.';
/** Something says that what the Application deploys belongs to the bootstrap of this cluster, where there is another one that it could belong to. */
function isEvident(cluster: AlignedCluster, clusters: readonly AlignedCluster[], application: GatedApplication): boolean {
  const { name, bootstrap, argocd } = cluster;
  if (!clusters.some((other) => other !== cluster && other.bootstrap !== null) || namedBy([cluster], application)) return true;
  const declaration = argocd!.declaration;
  const files = new Set(bootstrap?.declaration.files);
  return (
    declaration.files.some((file) => files.has(file)) ||
    declaration.clusters.some((evidence) => evidence.strength >= 2 && name !== null && normalName(evidence.name) === normalName(name))
  );
}

/** Of several whose Application has this name, those that the gate's path speaks for. None where another one could be it: its gate stands only in the live Application, or cannot be seen. */
function ofThisGate(by: readonly AlignedCluster[], application: GatedApplication): AlignedCluster[] {
  if (by.length < 2) return [...by];
  const own = by.filter(({ argocd }) => holdsGate(argocd!.declaration, application));
  const stands = ({ argocd }: AlignedCluster) =>
    argocd!.declaration.application!.sources.some((source) => isGate(source) && source.path !== undefined);
  return by.every((cluster) => own.includes(cluster) || stands(cluster)) ? own : [];
}

/** The Application of this name declares it. */
export function isOf({ application }: Declaration, { name }: GatedApplication): boolean {
  if (application?.name === undefined) return false;
  const [namespace, own] = name.includes('_') ? name.split('_', 2) : [undefined, name];
  return (
    application.name === own && (namespace === undefined || application.namespace === undefined || application.namespace === namespace)
  );
}

/** One of its sources has the path that the plugin was started for. */
function holdsGate({ application }: Declaration, { sourcePath }: GatedApplication): boolean {
  return application?.sources.some(({ path }) => path !== undefined && normalize(path) === normalize(sourcePath)) ?? false;
}

/** Nothing says that another Application deploys to it. */
function mayBeOf({ argocd }: AlignedCluster, application: GatedApplication): boolean {
  return argocd?.declaration.application?.name === undefined || holdsGate(argocd.declaration, application);
}

/** The only one whose name is a folder of the source's path, or a part of the Application's name. */
function namedBy(clusters: readonly AlignedCluster[], { name, sourcePath }: GatedApplication): AlignedCluster | undefined {
  const folders = sourcePath.toLowerCase().split('/');
  const words = `-${name.split('_').at(-1)!.toLowerCase()}-`;
  const inPath = clusters.filter((cluster) => cluster.name !== null && folders.includes(cluster.name.toLowerCase()));
  const inName = clusters.filter((cluster) => cluster.name !== null && words.includes(`-${cluster.name.toLowerCase()}-`));
  if (inPath.length === 1 && (inName.length === 0 || inName.includes(inPath[0]!))) return inPath[0];
  return inPath.length === 0 && inName.length === 1 ? inName[0] : undefined;
}

function labelOf({ name }: AlignedCluster): string {
  return name === null ? '(no name)' : plainText(name, 60);
}

function namesOf(clusters: readonly AlignedCluster[]): string[] {
  return clusters.flatMap(({ name }) => name ?? []);
}

function listed(clusters: readonly AlignedCluster[]): string {
  const names = clusters.slice(0, 12).map(labelOf);
  return `${names.join(', ')}${clusters.length > names.length ? ` and ${clusters.length - names.length} more` : ''}`;
}
