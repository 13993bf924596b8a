import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Opaque, Place, Scalar, Tree } from '../../model.ts';
import { directoryBeside, fileBeside } from '../../repository/hosted-path.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { at, opaque, textAt } from '../../tree.ts';
import { mayMatter, readObjects, textOfFile } from '../argocd/object-files.ts';
import type { ChartRelease, Fault } from '../chart-release.ts';
import { inflateApplications, inflateChart, modernEntry } from './helm-charts.ts';
import { PatchError } from './json-patch.ts';
import { type KustomizationFile, kustomizationsIn, readKustomization, refusal, stringsOf } from './kustomization-file.ts';
import { hiddenBy, type Patch, patchObject, readPatch, selects } from './patches.ts';

/** What the caller of `kustomize build` decides. */
export interface KustomizeOptions {
  /** Fields that Argo CD edits into the kustomization first: the Application's `kustomize` block (`namespace`, `namePrefix`, `patches`, `components` …). */
  edit?: Mapping;
  /** False without `--enable-helm`: helmCharts are then refused. Default true. */
  enableHelm?: boolean;
  /** `--load-restrictor LoadRestrictionsNone`. */
  anyFile?: boolean;
  /** Who asks, for the place of a fault about the directory itself. */
  from?: Place;
}

/** An object that kustomize would print, after patches. `files`: its own, then the kustomizations that led to it, innermost first. */
export interface BuiltObject {
  tree: Tree;
  files: string[];
}

/** What `kustomize build` makes of a directory, as far as it concerns Cilium and Argo CD. */
export interface KustomizeBuild {
  /** Every Cilium that a Helm chart renders; `files` begins with the kustomization that names the chart. */
  releases: ChartRelease[];
  /** Objects of files that mention Cilium or Argo CD; other files are not read. */
  objects: BuiltObject[];
  /** Every kustomization that was read. */
  files: string[];
  /** What kustomize refuses: with one of them it prints nothing at all. */
  faults: Fault[];
  /** Resources outside of this repository. */
  remote: Opaque[];
}

const DEEPEST = 32;
const MOST = 2000;

/** Works out `kustomize build --enable-helm` of a directory without running Helm. Never throws. */
export function buildKustomization(repository: Repository, directory: string, options: KustomizeOptions = {}): KustomizeBuild {
  const build = new Build(repository, options);
  const made = build.accumulate(directory, undefined, options.from, options.edit);
  return { releases: made.releases, objects: made.objects, files: [...build.files], faults: build.faults, remote: build.remote };
}

interface Accumulated {
  releases: ChartRelease[];
  objects: BuiltObject[];
}

class Build {
  readonly files = new Set<string>();
  readonly faults: Fault[] = [];
  readonly remote: Opaque[] = [];
  readonly #repository: Repository;
  readonly #options: KustomizeOptions;
  readonly #stack: string[] = [];
  #visits = 0;

  constructor(repository: Repository, options: KustomizeOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /** Builds a directory; with `parent`, as a component whose transformers also reach what the parent has. */
  accumulate(directory: string, inherited: Tree | undefined, from: Place | undefined, edit?: Mapping, parent?: Accumulated): Accumulated {
    const own: Accumulated = { releases: [], objects: [] };
    if (this.#stack.includes(directory)) {
      this.faults.push(refusal(`kustomize refuses ${directory}: it includes itself`, [from ?? { file: directory, line: 1, column: 1 }]));
      return own;
    }
    if (this.#stack.length > DEEPEST || ++this.#visits > MOST) return own;
    const file = readKustomization(this.#repository, directory, this.faults, from !== undefined && 'file' in from ? from : undefined);
    if (!file) return own;
    this.#stack.push(directory);
    this.files.add(file.path);
    const tree = edit ? edited(file.tree, edit) : file.tree;
    const namespace = at(tree, 'namespace') ?? inherited;
    this.#resources(tree, directory, namespace, own);
    this.#generators(tree, directory, namespace, file, own);
    const whole =
      parent === undefined ? own : { releases: [...parent.releases, ...own.releases], objects: [...parent.objects, ...own.objects] };
    for (const component of stringsOf(at(tree, 'components'))) {
      const path = this.#directory(directory, component, at(edit, 'ignoreMissingComponents'));
      if (path === undefined) continue;
      const made = this.accumulate(path, namespace, component.place, undefined, whole);
      this.#unique(made.releases, whole.releases);
      for (const list of whole === own ? [own] : [own, whole]) {
        list.releases.push(...made.releases);
        list.objects.push(...made.objects);
      }
    }
    this.#transform(tree, directory, file.path, whole);
    for (const { files } of [...own.releases, ...own.objects]) if (!files.includes(file.path)) files.push(file.path);
    this.#stack.pop();
    return own;
  }

  #resources(tree: Tree, directory: string, namespace: Tree | undefined, own: Accumulated): void {
    for (const resource of [...stringsOf(at(tree, 'resources')), ...stringsOf(at(tree, 'bases'))]) {
      const path =
        directoryBeside(resource.value, this.#repository) ??
        fileBeside(resource.value, this.#repository) ??
        localPath(directory, resource.value);
      if (path !== undefined) {
        const found = this.#repository.file(path);
        if (found) {
          this.#objects(found.path, own.objects);
          continue;
        }
        if (this.#repository.isDirectory(path)) {
          const made = this.accumulate(path, namespace, resource.place);
          this.#unique(made.releases, own.releases);
          own.releases.push(...made.releases);
          own.objects.push(...made.objects);
          continue;
        }
      }
      if (isRemote(resource.value))
        this.remote.push(opaque('it is a remote resource, which is not in Git', resource.place, resource.value));
      else
        this.faults.push({
          ...refusal(`kustomize refuses ${(resource.place as { file?: string }).file}: ${resource.value} does not exist`, [resource.place]),
          ...missingAt(directory, resource.value),
        });
    }
  }

  #directory(directory: string, component: Scalar & { value: string }, optional: Tree | undefined): string | undefined {
    const path = directoryBeside(component.value, this.#repository) ?? join(directory, component.value);
    if (path !== undefined && this.#repository.isDirectory(path)) return path;
    if (isRemote(component.value))
      this.remote.push(opaque('it is a remote component, which is not in Git', component.place, component.value));
    else if (!(optional?.kind === 'scalar' && optional.value === true))
      this.faults.push(refusal(`kustomize refuses the component ${component.value}: it does not exist`, [component.place]));
    return undefined;
  }

  #objects(path: string, objects: BuiltObject[]): void {
    const text = textOfFile(this.#repository, path);
    if (text === undefined) return;
    if (!mayMatter(text)) {
      if (text.length < 20_000 && !/^["']?kind["']?:|^- |^\s*[{[]|^\s*"?kind"?:/m.test(text) && /^[A-Za-z]/m.test(text))
        this.faults.push(refusal(`kustomize refuses ${path}: it holds no Kubernetes object`, [{ file: path, line: 1, column: 1 }]));
      return;
    }
    const file = readObjects(this.#repository, path, text);
    for (const problem of file.problems) this.faults.push(refusal(`kustomize refuses ${path}: it ${problem.message}`, [problem.place]));
    for (const object of file.objects) if (object.kind === 'map') objects.push({ tree: object, files: [path] });
  }

  #generators(tree: Tree, directory: string, namespace: Tree | undefined, file: KustomizationFile, own: Accumulated): void {
    const context = {
      repository: this.#repository,
      directory,
      file: file.path,
      chartHome: textAt(tree, 'helmGlobals.chartHome') ?? 'charts',
      namespace,
      anyFile: this.#options.anyFile === true,
      faults: this.faults,
    };
    const charts = at(tree, 'helmCharts');
    const old = at(tree, 'helmChartInflationGenerator');
    const entries = [...(charts?.kind === 'list' ? charts.items : []), ...(old?.kind === 'list' ? old.items.map(modernEntry) : [])];
    if (entries.length > 0 && this.#options.enableHelm === false)
      this.faults.push(
        refusal(
          `kustomize refuses ${file.path}: helmCharts need --enable-helm`,
          [charts?.place ?? file.tree.place],
          'Set `kustomize.buildOptions: --enable-helm` in argocd-cm.',
        ),
      );
    for (const entry of entries) {
      this.#inflate(inflateChart(entry, context), own);
      own.objects.push(...inflateApplications(entry, context));
    }
    const generators = at(tree, 'generators');
    for (const generator of generators?.kind === 'list' ? generators.items : []) {
      for (const object of this.#plugin(generator, directory))
        if (textAt(object, 'kind') === 'HelmChartInflationGenerator')
          this.#inflate(inflateChart(object, { ...context, namespace: undefined }), own);
    }
  }

  #inflate(releases: ChartRelease[], own: Accumulated): void {
    this.#unique(releases, own.releases);
    own.releases.push(...releases);
  }

  #unique(added: readonly ChartRelease[], known: readonly ChartRelease[]): void {
    added.forEach((release, index) => {
      const twin = [...known, ...added.slice(0, index)].find(
        (other) =>
          other !== release &&
          other.name !== null &&
          other.name === release.name &&
          other.namespace === release.namespace &&
          other.umbrella === release.umbrella,
      );
      if (twin && !release.umbrella)
        this.faults.push(
          refusal(`kustomize refuses two releases ${release.name} in namespace ${release.namespace}: their objects have the same names`, [
            release.place,
            twin.place,
          ]),
        );
    });
  }

  /** Objects of a `generators` or `transformers` entry: written inline, in a file, or built by a kustomization. */
  #plugin(entry: Tree, directory: string): Tree[] {
    if (entry.kind !== 'scalar' || typeof entry.value !== 'string') return [];
    if (entry.value.includes('\n')) return parseYaml(embedded(entry), { templates: false }).documents.map((document) => document.tree);
    const path = join(directory, entry.value);
    const found = path === undefined ? undefined : this.#repository.file(path);
    if (found) {
      try {
        return parseYaml(wholeFile(found.path, this.#repository.read(found.path)), { templates: false }).documents.map(
          (document) => document.tree,
        );
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        return [];
      }
    }
    if (path !== undefined && this.#repository.isDirectory(path))
      return this.accumulate(path, undefined, entry.place).objects.map((object) => object.tree);
    if (!isRemote(entry.value))
      this.faults.push({
        ...refusal(`kustomize refuses ${entry.value}: it does not exist`, [entry.place]),
        ...missingAt(directory, entry.value),
      });
    return [];
  }

  #transform(tree: Tree, directory: string, file: string, made: Accumulated): void {
    const patches = this.#patches(tree, directory);
    const hidden = [...patches.flatMap(hiddenBy), ...this.#otherHidden(tree, directory, file, made)];
    for (const release of made.releases) if (hidden.length > 0) release.hidden = [...(release.hidden ?? []), ...hidden];
    const [prefix, suffix, namespace] = [textAt(tree, 'namePrefix') ?? '', textAt(tree, 'nameSuffix') ?? '', at(tree, 'namespace')];
    for (const object of made.objects) {
      object.tree = patchObject(object.tree, patches, (error, patch) =>
        this.faults.push(refusal(`kustomize cannot apply a patch of ${file}: it ${error.message}`, [error.place, patch.place])),
      );
      if (prefix || suffix)
        object.tree = withMetadata(object.tree, 'name', (name) =>
          name?.kind === 'scalar' ? { ...name, value: `${prefix}${name.value}${suffix}` } : name,
        );
      if (namespace) object.tree = withMetadata(object.tree, 'namespace', () => namespace);
    }
    this.#missing(patches, made);
  }

  /** A strategic merge patch for one of Cilium's own kinds of objects must find it. */
  #missing(patches: readonly Patch[], made: Accumulated): void {
    if (made.releases.length === 0 || made.objects.length > 0) return;
    for (const { merge, target, place } of patches) {
      if (!merge || target?.kind !== 'ConfigMap' || !target.name) continue;
      if (
        made.releases.some(
          (release) =>
            selects(target, 'ConfigMap', 'cilium-config') || /cilium|hubble|spire/.test(target.name as string) || release.name === null,
        )
      )
        continue;
      this.faults.push(refusal(`kustomize refuses a patch: no ConfigMap ${target.name} is rendered`, [place]));
    }
  }

  #patches(tree: Tree, directory: string): Patch[] {
    const patches: Patch[] = [];
    const read = (entry: Tree, path: Tree | undefined, text: Tree | undefined, target: Tree | undefined) => {
      try {
        const source = text?.kind === 'scalar' ? embedded(text) : this.#patchFile(path, directory);
        if (source) patches.push(...readPatch(source, target, (text ?? path ?? entry).place));
      } catch (error) {
        if (!(error instanceof PatchError)) throw error;
        this.faults.push({
          ...refusal(`kustomize refuses a patch of ${(entry.place as { file?: string }).file}: it ${error.message}`, [error.place]),
          ...(error.missing === undefined ? {} : missingAt(directory, error.missing)),
        });
        // A patch that cannot be read stops the build: nothing that it is for is applied.
        const broken =
          target === undefined
            ? undefined
            : { op: 'add' as const, path: [], value: opaque('kustomize refuses a patch for it', error.place), place: error.place };
        if (broken) patches.push({ target: targetOf(target), operations: [broken], place: error.place });
      }
    };
    for (const field of ['patches', 'patchesJson6902'] as const) {
      const list = at(tree, field);
      for (const entry of list?.kind === 'list' ? list.items : []) read(entry, at(entry, 'path'), at(entry, 'patch'), at(entry, 'target'));
    }
    for (const entry of stringsOf(at(tree, 'patchesStrategicMerge')))
      read(entry, entry.value.includes('\n') ? undefined : entry, entry.value.includes('\n') ? entry : undefined, undefined);
    return patches;
  }

  #patchFile(path: Tree | undefined, directory: string): ReturnType<typeof wholeFile> | undefined {
    if (path?.kind !== 'scalar' || typeof path.value !== 'string') return undefined;
    const joined = join(directory, path.value);
    const found = joined === undefined ? undefined : this.#repository.file(joined);
    if (!found) {
      if (!isRemote(path.value)) throw new PatchError(`is in ${path.value}, which does not exist`, path.place, path.value);
      this.remote.push(opaque('it is a remote patch, which is not in Git', path.place, path.value));
      return undefined;
    }
    try {
      return wholeFile(found.path, this.#repository.read(found.path));
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      throw new PatchError(error.message, path.place);
    }
  }

  /** What else changes a rendered Cilium: images, replicas, replacements, a ConfigMap generator that merges, and transformers of unknown make. */
  #otherHidden(tree: Tree, directory: string, kustomization: string, made: Accumulated): { prefix: string; opaque: Opaque }[] {
    const hidden: { prefix: string; opaque: Opaque }[] = [];
    const hide = (prefix: string, why: string, place: Place) => hidden.push({ prefix, opaque: opaque(why, place) });
    const list = (field: string) => {
      const node = at(tree, field);
      return node?.kind === 'list' ? node.items : [];
    };
    for (const image of list('images'))
      if (/cilium/.test(textAt(image, 'name') ?? '')) hide('image.', 'kustomize `images` changes it after rendering', image.place);
    for (const replica of list('replicas'))
      hide(`replicas.${textAt(replica, 'name') ?? ''}`, 'kustomize `replicas` changes it after rendering', replica.place);
    for (const generator of list('configMapGenerator')) {
      const behavior = textAt(generator, 'behavior');
      if ((behavior !== 'merge' && behavior !== 'replace') || textAt(generator, 'name') !== 'cilium-config') continue;
      if (made.releases.length > 0 && made.releases.every((release) => release.files[0] === kustomization))
        this.faults.push(
          refusal(
            `kustomize refuses ${kustomization}: its configMapGenerator runs before its helmCharts and finds no cilium-config to ${behavior}`,
            [generator.place],
          ),
        );
      const literals =
        behavior === 'merge' && !at(generator, 'files') && !at(generator, 'envs')
          ? stringsOf(at(generator, 'literals')).map((l) => l.value.split('=')[0])
          : [''];
      for (const key of literals) hide(`config.${key}`, 'a kustomize configMapGenerator changes it after rendering', generator.place);
    }
    for (const replacement of list('replacements')) {
      const targets = at(replacement, 'targets');
      for (const target of targets?.kind === 'list' ? targets.items : []) {
        const patch: Patch = {
          target: targetOf(at(target, 'select')),
          operations: stringsOf(at(target, 'fieldPaths')).map((path) => ({
            op: 'replace',
            path: path.value.split('.'),
            value: path,
            place: path.place,
          })),
          place: target.place,
        };
        hidden.push(...hiddenBy(patch));
      }
    }
    for (const transformer of list('transformers')) {
      for (const object of this.#plugin(transformer, directory)) {
        const kind = textAt(object, 'kind') ?? '';
        if (!HARMLESS.has(kind))
          hide('', `a kustomize transformer (${kind || 'of unknown kind'}) may change it after rendering`, transformer.place);
      }
    }
    return hidden;
  }
}

const HARMLESS = new Set([
  'NamespaceTransformer',
  'LabelTransformer',
  'AnnotationsTransformer',
  'PrefixTransformer',
  'SuffixTransformer',
  'HashTransformer',
]);

function targetOf(tree: Tree | undefined): NonNullable<Patch['target']> {
  const pick = (key: string) => textAt(tree, key);
  return { ...(pick('kind') ? { kind: pick('kind')! } : {}), ...(pick('name') ? { name: pick('name')! } : {}) };
}

/** The Application's `kustomize` block as `kustomize edit` writes it: single fields are replaced, lists grow. */
function edited(tree: Mapping, edit: Mapping): Mapping {
  const entries = new Map(tree.entries);
  for (const key of ['namespace', 'namePrefix', 'nameSuffix']) {
    const value = edit.entries.get(key);
    if (value && !(value.kind === 'scalar' && (value.value === '' || value.value === null))) entries.set(key, value);
  }
  for (const key of ['patches', 'components', 'replicas']) {
    const [own, more] = [entries.get(key), edit.entries.get(key)];
    if (more?.kind === 'list') entries.set(key, own?.kind === 'list' ? { ...own, items: [...own.items, ...more.items] } : more);
  }
  const images = edit.entries.get('images');
  if (images?.kind === 'list')
    entries.set('images', {
      ...images,
      items: images.items.map((image) =>
        image.kind === 'scalar'
          ? {
              kind: 'map',
              entries: new Map([['name', { ...image, value: String(image.value).split(/[=:@]/)[0]! }]]),
              place: image.place,
              origin: 'set',
            }
          : image,
      ),
    });
  return { ...tree, entries };
}

function withMetadata(object: Tree, key: string, change: (value: Tree | undefined) => Tree | undefined): Tree {
  const metadata = at(object, 'metadata');
  if (object.kind !== 'map' || metadata?.kind !== 'map') return object;
  const changed = change(metadata.entries.get(key));
  if (changed === undefined) return object;
  return {
    ...object,
    entries: new Map(object.entries).set('metadata', { ...metadata, entries: new Map(metadata.entries).set(key, changed) }),
  };
}

function localPath(directory: string, written: string): string | undefined {
  return written.includes('://') ? undefined : join(directory, written);
}

function missingAt(directory: string, written: string): Pick<Fault, 'missing'> {
  const path = join(directory, written);
  return path === undefined ? {} : { missing: path };
}

/** True for what kustomize fetches: a URL, or a Git host's short form. */
function isRemote(text: string): boolean {
  return (
    /^(?:[a-z+]+:\/\/|git@|git::|github\.com[/:]|gitlab\.com[/:]|bitbucket\.org[/:])/.test(text) ||
    /[?&](?:ref|version)=/.test(text) ||
    /^[\w-]+(?:\.[\w-]+)+\/.*\/\//.test(text)
  );
}

/** True where the directory holds a kustomization. */
export function hasKustomization(repository: Repository, directory: string): boolean {
  return kustomizationsIn(repository, directory).length > 0;
}
