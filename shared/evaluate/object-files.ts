import { wholeFile } from '../language/source-text.ts';
import { parseYaml, type YamlProblem } from '../language/yaml/parse.ts';
import type { Tree } from '../model.ts';
import { type Repository, UnreadableFile } from '../repository/repository.ts';
import { at, textAt } from '../tree.ts';

/** An object that kustomize would print, after patches. `files`: its own, then the kustomizations that led to it, innermost first. */
export interface BuiltObject {
  tree: Tree;
  files: string[];
}

/** The objects in a file, with what is wrong with it. */
export interface ObjectFile {
  objects: Tree[];
  problems: readonly YamlProblem[];
}

const ARGOCD = /apiVersion["']?:\s*["']?argoproj\.io\//;
const ARGOCD_KIND = /kind["']?:\s*["']?(?:Application|ApplicationSet)\b/;
const CILIUM =
  /cilium-config|cilium-agent|cilium-operator|cilium-envoy|cilium-ca|cilium-secrets|io\.cilium\/gateway-controller|cilium\.io\/ingress-controller|hubble-(?:relay|ui|peer|server)|part-of: cilium/;
/** A chart's objects are of these kinds; policies, pools and definitions of custom resources that people keep beside it are not. */
const KINDS =
  /^["']?\s*["']?kind["']?:\s*["']?(?:ConfigMap|DaemonSet|Deployment|Service|ServiceAccount|Secret|List|Role|ClusterRole|RoleBinding|ClusterRoleBinding|GatewayClass|Namespace|IngressClass|Job|CronJob|StatefulSet|ServiceMonitor|PodDisruptionBudget)\b/m;

/** True where a file may hold an Application or a rendered part of Cilium: nothing else needs to be parsed. */
export function mayMatter(text: string): boolean {
  if (holdsApplication(text)) return true;
  return text.includes('HelmChartInflationGenerator') || (CILIUM.test(text) && KINDS.test(text));
}

/** True where a file beside a rendered Cilium may be a part of it: its kinds are a chart's. */
export function mayBePart(text: string): boolean {
  return KINDS.test(text);
}

/** True where a file holds an Application or ApplicationSet; a definition of those kinds is none. */
export function holdsApplication(text: string): boolean {
  return text.includes('argoproj.io/') && ARGOCD.test(text) && ARGOCD_KIND.test(text);
}

/** True where a file holds the heart of a rendered Cilium. */
export function holdsAgent(text: string): boolean {
  return CILIUM.test(text) && /kind["']?:\s*["']?DaemonSet\b/.test(text);
}

const known = new WeakMap<Repository, Map<string, ObjectFile>>();

/** The text of a file; undefined where it cannot be read. */
export function textOfFile(repository: Repository, path: string): string | undefined {
  try {
    return repository.read(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return undefined;
  }
}

/**
 * The objects of a file as Kubernetes would read them, each parsed once for a repository. Text that is no YAML is read around its template marks, and said.
 * The trees are shared: never change them.
 */
export function readObjects(repository: Repository, path: string, text: string): ObjectFile {
  let files = known.get(repository);
  if (!files) {
    files = new Map();
    known.set(repository, files);
  }
  let file = files.get(path);
  if (!file) {
    const plain = parseYaml(wholeFile(path, text), { templates: false });
    const { documents } = plain.problems.length > 0 ? parseYaml(wholeFile(path, text)) : plain;
    file = { objects: documents.flatMap((document) => itemsOfList(document.tree)), problems: plain.problems };
    files.set(path, file);
  }
  return file;
}

/** The objects of a document: itself, or the items of a `kind: List`. */
export function itemsOfList(tree: Tree): Tree[] {
  const items = at(tree, 'items');
  return items?.kind === 'list' && /List$/.test(textAt(tree, 'kind') ?? '') ? items.items : [tree];
}
