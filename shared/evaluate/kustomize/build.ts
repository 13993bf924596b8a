import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Opaque, Place, Scalar, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { directoryBeside, fileBeside } from '../../repository/hosted-path.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { at, isTrue, itemsAt, opaque, textAt } from '../../tree.ts';
import type { ChartRelease } from '../chart-release.ts';
import type { Fault } from '../fault.ts';
import { type BuiltObject, mayMatter, readObjects, textOfFile } from '../object-files.ts';
import { edited } from './edited-kustomization.ts';
import { inflateApplications, inflateChart, modernEntry } from './helm-charts.ts';
import { configMapChanges, type HiddenFacts, hiddenBy, hiddenByFields, hiddenByTransformer } from './hidden-facts.ts';
import { type KustomizationFile, kustomizationsIn, readKustomization, refusal, stringsOf } from './kustomization-file.ts';
import { isRemote, localPath, missingAt } from './named-paths.ts';
import { type Patch, patchObject, selects } from './patches.ts';
import { patchesOf } from './written-patches.ts';

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
      this.faults.push(refusal(`kustomize refuses ${directory}: it includes itself`, [from ?? startOf(directory)]));
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
    else if (!isTrue(optional))
      this.faults.push(refusal(`kustomize refuses the component ${component.value}: it does not exist`, [component.place]));
    return undefined;
  }

  #objects(path: string, objects: BuiltObject[]): void {
    const text = textOfFile(this.#repository, path);
    if (text === undefined) return;
    if (!mayMatter(text)) {
      if (text.length < 20_000 && !/^["']?kind["']?:|^- |^\s*[{[]|^\s*"?kind"?:/m.test(text) && /^[A-Za-z]/m.test(text))
        this.faults.push(refusal(`kustomize refuses ${path}: it holds no Kubernetes object`, [startOf(path)]));
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
    const entries = [...itemsAt(tree, 'helmCharts'), ...itemsAt(tree, 'helmChartInflationGenerator').map(modernEntry)];
    if (entries.length > 0 && this.#options.enableHelm === false)
      this.faults.push(
        refusal(
          `kustomize refuses ${file.path}: helmCharts need --enable-helm`,
          [at(tree, 'helmCharts')?.place ?? file.tree.place],
          'Set `kustomize.buildOptions: --enable-helm` in argocd-cm.',
        ),
      );
    for (const entry of entries) {
      this.#inflate(inflateChart(entry, context), own);
      own.objects.push(...inflateApplications(entry, context));
    }
    for (const generator of itemsAt(tree, 'generators')) {
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
          (other.umbrella === undefined) === (release.umbrella === undefined),
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
    const patches = patchesOf(tree, directory, { repository: this.#repository, faults: this.faults, remote: this.remote });
    const hidden = [...patches.flatMap(hiddenBy), ...hiddenByFields(tree), ...this.#hiddenByTransformers(tree, directory)];
    for (const { generator, behavior } of configMapChanges(tree))
      if (made.releases.length > 0 && made.releases.every((release) => release.files[0] === file))
        this.faults.push(
          refusal(
            `kustomize refuses ${file}: its configMapGenerator runs before its helmCharts and finds no cilium-config to ${behavior}`,
            [generator.place],
          ),
        );
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

  #hiddenByTransformers(tree: Tree, directory: string): HiddenFacts[] {
    return itemsAt(tree, 'transformers').flatMap((transformer) =>
      this.#plugin(transformer, directory).flatMap((object) => hiddenByTransformer(textAt(object, 'kind') ?? '', transformer.place)),
    );
  }
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

/** True where the directory holds a kustomization. */
export function hasKustomization(repository: Repository, directory: string): boolean {
  return kustomizationsIn(repository, directory).length > 0;
}
