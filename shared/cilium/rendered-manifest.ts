import type { Fact, Facts, Mapping, Opaque, Place, Tree } from '../model.ts';
import { at, firstOpaque, isMap, isScalar, itemsAt, opaque, textAt } from '../tree.ts';
import { settings } from './settings/index.ts';
import { splitImage } from './settings/read.ts';

/** What a manifest that somebody rendered says. */
export interface RenderedRelease {
  facts: Facts;
  /** Exact version without a leading v; null where no label and no image tag says it. */
  chartVersion: string | null;
  /** Where the version stands. */
  versionPlace: Place | null;
  /** Namespace of the agent; null where the manifest does not say it. */
  namespace: string | null;
}

/** Objects that hold the facts of the network; without one of them its facts cannot be known. */
const CONFIG = 'ConfigMap/cilium-config';
const AGENT = 'DaemonSet/cilium';
const OPERATOR = 'Deployment/cilium-operator';

const CONTAINER_FACTS = ['image', 'caps', 'privileged', 'args', 'resources', 'env'] as const;
const WORKLOAD_FACTS = [...CONTAINER_FACTS, 'hostPath', 'pod'] as const;

/**
 * The facts of a rendered manifest, named and worded as Helm's output is when it is rendered here; each has its place in the manifest.
 * Undefined where the documents hold no Cilium. Of an object that stands twice the last one counts.
 * What cannot be read makes the facts that hang on it opaque, also those that would otherwise count as absent.
 */
export function factsOfManifest(documents: readonly Tree[]): RenderedRelease | undefined {
  const manifest = readObjects(documents);
  const agent = manifest.objects.get(AGENT);
  if (!agent && !(manifest.objects.has(CONFIG) && manifest.objects.has(OPERATOR))) return undefined;
  const facts = new ManifestFacts();
  for (const [identity, object] of manifest.objects) facts.collect(identity, object);
  for (const identity of [CONFIG, AGENT]) {
    if (!manifest.objects.has(identity))
      facts.hideObject(
        identity,
        manifest.unseen ?? opaque(`the manifest holds no ${identity}`, (agent ?? manifest.objects.get(CONFIG)!).place),
      );
  }
  if (manifest.unseen) facts.hide('present.', manifest.unseen);
  facts.revealHidden();
  return { facts: facts.facts, ...versionOf(manifest.objects), namespace: namespaceOf(manifest.objects) };
}

/** The objects by `Kind/name`, and one that cannot be told: it may be any. */
function readObjects(documents: readonly Tree[]): { objects: Map<string, Mapping>; unseen?: Opaque } {
  const objects = new Map<string, Mapping>();
  let unseen: Opaque | undefined;
  const read = (tree: Tree, nested: boolean) => {
    if (tree.kind === 'opaque') unseen ??= tree;
    if (tree.kind !== 'map') return;
    const [kind, name] = [at(tree, 'kind'), at(tree, 'metadata.name')];
    if (!nested && isScalar(kind) && kind.value === 'List') {
      const items = at(tree, 'items');
      if (items?.kind === 'opaque') unseen ??= items;
      for (const item of itemsAt(tree, 'items')) read(item, true);
    } else if (kind?.kind === 'opaque' || name?.kind === 'opaque') {
      unseen ??= kind?.kind === 'opaque' ? kind : (name as Opaque);
    } else if (isScalar(kind) && kind.value !== null) {
      const identity = `${kind.value}/${isScalar(name) ? (name.value ?? '') : ''}`;
      objects.delete(identity);
      objects.set(identity, tree);
    }
  };
  for (const document of documents) read(document, false);
  return unseen ? { objects, unseen } : { objects };
}

/** Facts as they are collected; hidden prefixes become opaque facts for every name of the catalogue that nothing was found for. */
class ManifestFacts {
  readonly facts: Facts = new Map();
  readonly #hidden = new Map<string, Opaque>();

  hide(prefix: string, reason: Opaque): void {
    if (!this.#hidden.has(prefix)) this.#hidden.set(prefix, reason);
  }

  hideObject(identity: string, reason: Opaque): void {
    const name = identity.slice(identity.indexOf('/') + 1);
    if (identity === CONFIG) {
      this.hide('config.', reason);
      return;
    }
    for (const kind of WORKLOAD_FACTS) this.hide(`${kind}.${name}.`, reason);
    this.hide(`replicas.${name}`, reason);
    this.hide(`hostNetwork.${name}`, reason);
  }

  revealHidden(): void {
    if (this.#hidden.size === 0) return;
    for (const setting of settings) {
      for (const name of setting.facts) {
        if (this.facts.has(name)) continue;
        const reason = this.#hidden.get(name) ?? this.#hiddenAbove(name);
        if (reason) this.facts.set(name, opaqueFact(reason));
      }
    }
  }

  #hiddenAbove(name: string): Opaque | undefined {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const reason = this.#hidden.get(name.slice(0, dot + 1));
      if (reason) return reason;
    }
    return undefined;
  }

  collect(identity: string, object: Mapping): void {
    const slash = identity.indexOf('/');
    const [kind, name] = [identity.slice(0, slash), identity.slice(slash + 1)];
    this.#set(`present.${identity}`, 'true', at(object, 'metadata.name') ?? object);
    if (kind === 'Secret' || name === 'cilium-ca') return;
    for (const field of ['annotations', 'labels']) {
      const map = at(object, `metadata.${field}`);
      if (isMap(map) && map.entries.size > 0) this.#json(`${field}.${identity}`, map);
    }
    if (kind === 'ConfigMap') this.#configMap(name, object);
    else if (kind === 'Service') this.#service(name, object);
    else if (kind === 'DaemonSet' || kind === 'Deployment') this.#workload(identity, name, object);
  }

  #configMap(name: string, object: Mapping): void {
    const prefix = name === 'cilium-config' ? 'config.' : `cm.${name}.`;
    this.#each(at(object, 'data'), prefix, (key, value) => this.#text(`${prefix}${key}`, value));
  }

  #service(name: string, object: Mapping): void {
    const [ports, type] = [at(object, 'spec.ports'), at(object, 'spec.type')];
    const unknown = firstOpaque(ports) ?? firstOpaque(type);
    if (unknown) this.facts.set(`service.${name}`, opaqueFact(unknown));
    else this.#set(`service.${name}`, `{"ports":${json(ports)},"type":${json(type)}}`, ports ?? object);
  }

  #workload(identity: string, name: string, object: Mapping): void {
    const spec = at(object, 'spec');
    const pod = at(object, 'spec.template.spec');
    const unknown = pod?.kind === 'opaque' ? pod : spec?.kind === 'opaque' ? spec : undefined;
    if (unknown) {
      this.hideObject(identity, unknown);
      return;
    }
    const replicas = at(spec, 'replicas');
    if (replicas && !isNull(replicas)) this.#text(`replicas.${name}`, replicas);
    this.#flag(`hostNetwork.${name}`, at(pod, 'hostNetwork'), pod ?? object);
    for (const field of ['nodeSelector', 'tolerations', 'affinity', 'priorityClassName', 'serviceAccountName']) {
      const value = at(pod, field);
      if (value && !isNull(value)) this.#json(`pod.${name}.${field}`, value);
    }
    for (const volume of this.#items(at(pod, 'volumes'), [`hostPath.${name}.`])) {
      const host = at(volume, 'hostPath');
      const volumeName = this.#name(volume, [`hostPath.${name}.`]);
      if (volumeName !== undefined && (host?.kind === 'opaque' || (isMap(host) && host.entries.size > 0)))
        this.#text(`hostPath.${name}.${volumeName}`, at(host, 'path') ?? host);
    }
    const prefixes = CONTAINER_FACTS.map((kind) => `${kind}.${name}.`);
    for (const group of ['initContainers', 'containers']) {
      for (const container of this.#items(at(pod, group), prefixes)) {
        const containerName = this.#name(container, prefixes);
        if (containerName !== undefined && isMap(container)) this.#container(`${name}.${containerName}`, container);
      }
    }
  }

  #container(key: string, container: Mapping): void {
    const image = at(container, 'image');
    if (image?.kind === 'opaque') this.facts.set(`image.${key}`, opaqueFact(image));
    else this.#set(`image.${key}`, text(image).split('@', 1)[0]!, image ?? container);
    this.#capabilities(key, container);
    this.#flag(`privileged.${key}`, at(container, 'securityContext.privileged'), container);
    for (const field of ['args', 'resources']) {
      const value = at(container, field);
      if (value && !isNull(value)) this.#json(`${field}.${key}`, value);
    }
    for (const variable of this.#items(at(container, 'env'), [`env.${key}.`])) {
      const name = this.#name(variable, [`env.${key}.`]);
      const value = at(variable, 'value');
      if (name !== undefined && value) this.#text(`env.${key}.${name}`, value);
    }
  }

  #capabilities(key: string, container: Mapping): void {
    const added = at(container, 'securityContext.capabilities.add');
    const unknown = firstOpaque(added);
    if (unknown) this.facts.set(`caps.${key}`, opaqueFact(unknown));
    else this.#set(`caps.${key}`, added?.kind === 'list' ? added.items.map(text).sort().join(' ') : '', added ?? container);
  }

  /** The items of a list; what cannot be seen of it hides the facts with these prefixes. */
  #items(list: Tree | undefined, prefixes: readonly string[]): Tree[] {
    if (list?.kind === 'opaque') for (const prefix of prefixes) this.hide(prefix, list);
    if (list?.kind !== 'list') return [];
    for (const item of list.items) if (item.kind === 'opaque') for (const prefix of prefixes) this.hide(prefix, item);
    return list.items;
  }

  #name(item: Tree, prefixes: readonly string[]): string | undefined {
    const name = at(item, 'name');
    if (name?.kind === 'opaque') for (const prefix of prefixes) this.hide(prefix, name);
    return isScalar(name) ? text(name) : undefined;
  }

  #each(map: Tree | undefined, prefix: string, visit: (key: string, value: Tree) => void): void {
    if (map?.kind === 'opaque') this.hide(prefix, map);
    if (!isMap(map)) return;
    for (const [key, value] of map.entries) visit(key, value);
    if (map.unseen) this.hide(prefix, map.unseen);
  }

  #text(name: string, value: Tree): void {
    if (value.kind === 'opaque') this.facts.set(name, opaqueFact(value));
    else if (value.kind === 'scalar') this.#set(name, text(value), value);
    else this.#json(name, value);
  }

  #flag(name: string, value: Tree | undefined, otherwise: Tree): void {
    if (value?.kind === 'opaque') this.facts.set(name, opaqueFact(value));
    else this.#set(name, isScalar(value) && value.value === true ? 'true' : 'false', value ?? otherwise);
  }

  #json(name: string, value: Tree): void {
    const unknown = firstOpaque(value);
    if (unknown) this.facts.set(name, opaqueFact(unknown));
    else this.#set(name, json(value), value);
  }

  #set(name: string, value: string, from: Tree): void {
    this.facts.set(name, { value, place: from.place, origin: 'set' });
  }
}

function opaqueFact(reason: Opaque): Fact {
  return { value: '', place: reason.place, origin: 'opaque', opaque: reason, why: reason.reason };
}

const isNull = (tree: Tree): boolean => tree.kind === 'scalar' && tree.value === null;

/** A scalar as Go prints it; nothing for a null. */
function text(tree: Tree | undefined): string {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : '';
}

/** JSON as Go writes it: keys in order, and the characters that HTML minds escaped. */
function json(tree: Tree | undefined): string {
  if (tree === undefined || tree.kind === 'opaque') return 'null';
  if (tree.kind === 'list') return `[${tree.items.map(json).join(',')}]`;
  if (tree.kind === 'map') {
    const entries = [...tree.entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, value]) => `${quoted(key)}:${json(value)}`).join(',')}}`;
  }
  return typeof tree.value === 'string' ? quoted(tree.value) : JSON.stringify(tree.value);
}

const quoted = (value: string): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const VERSION = /^v?(\d+\.\d+\.\d+(?:-(?:rc|pre|snapshot)\.?\d+)?)$/;

/** The chart version: the label that says it, else the tag of the agent's or the operator's image. */
function versionOf(objects: Map<string, Mapping>): Pick<RenderedRelease, 'chartVersion' | 'versionPlace'> {
  for (const identity of [AGENT, CONFIG, OPERATOR, ...objects.keys()]) {
    const label = at(objects.get(identity), ['metadata', 'labels', 'helm.sh/chart']);
    const version = VERSION.exec(/^cilium-(.*)$/.exec(text(label))?.[1] ?? '')?.[1];
    if (label && version) return { chartVersion: version, versionPlace: label.place };
  }
  for (const [identity, container] of [
    [AGENT, 'cilium-agent'],
    [OPERATOR, 'cilium-operator'],
  ] as const) {
    const found = itemsAt(objects.get(identity), 'spec.template.spec.containers').find((c) => textAt(c, 'name') === container);
    const image = at(found, 'image');
    const version = VERSION.exec(splitImage(text(image)).tag ?? '')?.[1];
    if (image && version) return { chartVersion: version, versionPlace: image.place };
  }
  return { chartVersion: null, versionPlace: null };
}

function namespaceOf(objects: Map<string, Mapping>): string | null {
  for (const identity of [AGENT, CONFIG, OPERATOR]) {
    const namespace = textAt(objects.get(identity), 'metadata.namespace');
    if (namespace) return namespace;
  }
  return null;
}
