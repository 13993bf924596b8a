import type { AlignedCluster } from '../shared/align/align.ts';
import { nearest } from '../shared/judge/nearest.ts';
import type { ApplicationPolicy, Declaration } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';

/** What Argo CD says of the Application that it generates. */
export interface GatedApplication {
  /** `<namespace>_<name>` where it lives outside of Argo CD's own namespace. */
  name: string;
  /** The path of the plugin's source. */
  sourcePath: string;
}

/** The cluster that an Application deploys to, with what says so; or why it cannot be told. */
export type Choice = { cluster: AlignedCluster; seen: ApplicationPolicy | undefined } | { problem: string; todo: string };

/**
 * The one cluster that an Application is about: the one that it is told, as long as the Application in the repository does not say otherwise;
 * else the one whose Cilium the Application in the repository deploys; else the one whose name the source's path or the Application's name holds.
 * Never a guess among several.
 */
export function chooseCluster(clusters: readonly AlignedCluster[], application: GatedApplication, told: string | undefined): Choice {
  const by = clusters.filter((cluster) => cluster.argocd !== null && isOf(cluster.argocd.declaration, application));
  const own = by.length > 1 ? by.filter((cluster) => holdsGate(cluster.argocd!.declaration, application)) : by;
  const names = listed(clusters);
  if (clusters.length === 0) return { problem: 'No Cilium was found in this repository, on neither side.', todo: LOOK };
  if (told !== undefined) {
    const named = clusters.find(({ name }) => name === told);
    const close = nearest(told, namesOf(clusters));
    if (!named)
      return {
        problem: `No cluster of this repository is named ${plainText(told, 60)}; ${close === undefined ? `there is ${names}` : `did you mean ${close}`}.`,
        todo: 'Mend the parameter `cluster`.',
      };
    if (own.length === 1 && own[0] !== named)
      return {
        problem: `It is told to judge ${plainText(told, 60)}, but the Application ${plainText(application.name, 60)} deploys to ${labelOf(own[0]!)}.`,
        todo: 'Mend the parameter `cluster`, or take it away.',
      };
    return { cluster: named, seen: own[0]?.argocd?.declaration.application };
  }
  if (own.length === 1) return { cluster: own[0]!, seen: own[0]!.argocd!.declaration.application };
  const aside = clusters.flatMap(({ others }) => others).find(({ declaration }) => isOf(declaration, application));
  if (by.length === 0 && aside)
    return {
      problem: `The Cilium of the Application ${plainText(application.name, 60)} is not the one that is compared: ${plainText(aside.why, 120)}.`,
      todo: `Let one Application own Cilium; ${CONFIGURE}.`,
    };
  const hinted = by.length > 1 ? by : clusters.filter((cluster) => mayBeOf(cluster, application));
  const found = byName(hinted, application);
  if (found) return { cluster: found, seen: undefined };
  if (clusters.length > 1)
    return {
      problem: `Which of ${clusters.length} clusters the Application ${plainText(application.name, 60)} deploys to is not clear; there is ${names}.`,
      todo: 'Name it: the parameter `cluster` of the plugin in the Application, or CILIUM_ALIGN_CLUSTER in the sidecar where it serves one cluster.',
    };
  return {
    problem: `The repository deploys Cilium by the Application ${plainText(clusters[0]!.argocd!.declaration.application!.name ?? '', 60)}, and not by ${plainText(application.name, 60)}.`,
    todo: `Where it is the same cluster, say so: the parameter \`cluster\` of the plugin, ${names}.`,
  };
}

const LOOK =
  'Look at what is found: `npx cilium-align` in the repository. The gate needs the Talos side and the Argo CD side in the repository of its own source.';
const CONFIGURE = 'the clusters of .cilium-align.yaml say which files count (docs/configuration.md)';

/** The Application of this name declares it. */
function isOf({ application }: Declaration, { name }: GatedApplication): boolean {
  if (application?.name === undefined) return false;
  const [namespace, own] = name.includes('_') ? name.split('_', 2) : [undefined, name];
  return (
    application.name === own && (namespace === undefined || application.namespace === undefined || application.namespace === namespace)
  );
}

/** One of its sources has the path that the plugin was started for. */
function holdsGate({ application }: Declaration, { sourcePath }: GatedApplication): boolean {
  return application?.sources.some(({ path }) => path !== undefined && trimmed(path) === trimmed(sourcePath)) ?? false;
}

/** Nothing says that another Application deploys to it. */
function mayBeOf({ argocd }: AlignedCluster, application: GatedApplication): boolean {
  return argocd?.declaration.application?.name === undefined || holdsGate(argocd.declaration, application);
}

/** The only one left, or the only one whose name is a folder of the source's path, or a part of the Application's name. */
function byName(clusters: readonly AlignedCluster[], { name, sourcePath }: GatedApplication): AlignedCluster | undefined {
  if (clusters.length <= 1) return clusters[0];
  const folders = trimmed(sourcePath).toLowerCase().split('/');
  const own = `-${name.split('_').at(-1)!.toLowerCase()}-`;
  const inPath = clusters.filter((cluster) => cluster.name !== null && folders.includes(cluster.name.toLowerCase()));
  const inName = clusters.filter((cluster) => cluster.name !== null && own.includes(`-${cluster.name.toLowerCase()}-`));
  if (inPath.length === 1 && (inName.length === 0 || inName.includes(inPath[0]!))) return inPath[0];
  return inPath.length === 0 && inName.length === 1 ? inName[0] : undefined;
}

function trimmed(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
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
