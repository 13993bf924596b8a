import type { FilePlace, Opaque, Scalar, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { at, isMap, itemsAt, opaque, textAt } from '../../tree.ts';
import { identity } from './manifests.ts';

/** A file that a container sees: the text of a ConfigMap's key, or why it cannot be seen. */
export type MountedFile = { text: Scalar; configMap: Tree } | { opaque: Opaque };

/** Where cilium-cli's image works: https://github.com/cilium/cilium/blob/main/cilium-cli/Dockerfile */
const WORKING_DIRECTORY = '/root/app';

/**
 * The file at a path inside a container, looked up through its volume mounts in the ConfigMaps that are applied with it. Relative paths start at the container's working directory.
 */
export function mountedFile(
  path: string,
  container: Tree,
  podSpec: Tree,
  namespace: string,
  objects: readonly Tree[],
  place: FilePlace,
): MountedFile {
  const directory = textAt(container, 'workingDir') ?? WORKING_DIRECTORY;
  const wanted = absolute(path.startsWith('/') ? path : `${directory}/${path}`);
  let best: { mount: Tree; path: string } | undefined;
  for (const mount of itemsAt(container, 'volumeMounts')) {
    const mountPath = at(mount, 'mountPath');
    if (mountPath?.kind !== 'scalar') continue;
    const at_ = absolute(String(mountPath.value));
    if (wanted !== at_ && !wanted.startsWith(at_ === '/' ? '/' : `${at_}/`)) continue;
    if (!best || at_.length > best.path.length) best = { mount, path: at_ };
  }
  if (!best) return { opaque: opaque(`no volume mount of the container holds ${path}`, place) };
  const subPath = textAt(best.mount, 'subPath');
  const rest = wanted.slice(best.path.length).replace(/^\//, '');
  const inVolume = [subPath, rest].filter(Boolean).join('/');
  const name = textAt(best.mount, 'name');
  const volume = itemsAt(podSpec, 'volumes').find((v) => textAt(v, 'name') === name);
  if (!volume) return { opaque: opaque(`the volume ${name ?? ''} of the container is not declared`, inFile(best.mount.place, place)) };
  return fromVolume(volume, inVolume, namespace, objects, inFile(volume.place, place));
}

function fromVolume(volume: Tree, path: string, namespace: string, objects: readonly Tree[], place: FilePlace): MountedFile {
  const configMap = at(volume, 'configMap');
  if (isMap(configMap)) return fromConfigMap(configMap, path, namespace, objects, place);
  let reason = 'the volume is not filled from a ConfigMap';
  for (const source of itemsAt(volume, 'projected.sources')) {
    const projected = at(source, 'configMap');
    if (!isMap(projected)) continue;
    const found = fromConfigMap(projected, path, namespace, objects, place);
    if (!('opaque' in found)) return found;
    reason = found.opaque.reason;
  }
  if (at(volume, 'secret') !== undefined) reason = 'it stands in a Secret';
  return { opaque: opaque(reason, place) };
}

function fromConfigMap(source: Tree, path: string, namespace: string, objects: readonly Tree[], place: FilePlace): MountedFile {
  const name = textAt(source, 'name');
  const items = itemsAt(source, 'items');
  const item = items.find((i) => textAt(i, 'path') === path);
  const key = items.length === 0 ? path : item && textAt(item, 'key');
  if (name === undefined || key === undefined) return { opaque: opaque(`the volume has no file ${path}`, place) };
  const named = objects.filter((o) => {
    const id = identity(o);
    return id?.kind === 'ConfigMap' && id.name === name;
  });
  const configMap = named.find((o) => (textAt(o, 'metadata.namespace') ?? 'default') === namespace) ?? named[0];
  if (!configMap) return { opaque: opaque(`the ConfigMap ${name} is not in what is applied with it`, place) };
  const data = at(configMap, 'data');
  const text = at(data, [key]);
  if (text?.kind === 'opaque') return { opaque: text };
  if (text?.kind !== 'scalar') return { opaque: opaque(`the ConfigMap ${name} has no text under ${key}`, inFile(configMap.place, place)) };
  return { text, configMap };
}

function absolute(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** Every file that the container's mounts show of the ConfigMaps that are applied with it, by its path. */
export function mountedFiles(
  container: Tree,
  podSpec: Tree,
  namespace: string,
  objects: readonly Tree[],
  place: FilePlace,
): Map<string, MountedFile> {
  const files = new Map<string, MountedFile>();
  for (const mount of itemsAt(container, 'volumeMounts')) {
    const mountPath = textAt(mount, 'mountPath');
    const name = textAt(mount, 'name');
    const volume = itemsAt(podSpec, 'volumes').find((v) => textAt(v, 'name') === name);
    if (mountPath === undefined || !volume) continue;
    const show = (path: string) => {
      const whole = absolute(path);
      files.set(whole, mountedFile(whole, container, podSpec, namespace, objects, place));
    };
    if (textAt(mount, 'subPath') !== undefined) show(mountPath);
    for (const source of [at(volume, 'configMap'), ...itemsAt(volume, 'projected.sources').map((s) => at(s, 'configMap'))]) {
      if (!isMap(source)) continue;
      const items = itemsAt(source, 'items').map((item) => textAt(item, 'path'));
      const configMap = objects.find((o) => identity(o)?.kind === 'ConfigMap' && identity(o)?.name === textAt(source, 'name'));
      const data = at(configMap, 'data');
      const names = items.length > 0 ? items : isMap(data) ? [...data.entries.keys()] : [];
      for (const file of names) if (file !== undefined) show(`${mountPath}/${file}`);
    }
  }
  return files;
}

/** Where the container works. */
export function workingDirectory(container: Tree): string {
  return absolute(textAt(container, 'workingDir') ?? WORKING_DIRECTORY);
}
