import type { Candidate } from '../../discover/candidate.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, TalosCluster, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import { podSpecOf } from './cilium-cli-job.ts';
import { manifestUrl } from './extra-manifests.ts';
import { type InlineManifest, inlineManifestDeclarations, textOf } from './inline-manifests.ts';
import { MENTIONS_MANIFESTS, machineManifests } from './machine-manifests.ts';
import { manifestDeclarations } from './manifest-declarations.ts';
import { type Found, identity, type Lead, objectsOf, plainReader } from './manifests.ts';
import { type Reference, References } from './references.ts';

const YAML = /\.(ya?ml|json)$/i;
/** Files that become YAML when a tool has filled them in. */
const TEMPLATE = /\.(ya?ml|json)\.(j2|jinja2?|tmpl|tpl|tftpl|gotmpl|template)$|\.(tftpl|j2)$/i;
const JOB = /cilium-cli|\bcilium["']?[\s,]*(?:-[ \t]+)?["']?install\b|\bhelm\b[^\n]*\bcilium\b|helm\.cattle\.io\//;
const RENDERED = /\bname:\s*["']?cilium-config\b/;
/** Directories that say what they are for. */
const BOOTSTRAP = /(^|[/_.-])(bootstrap\w*|talos\w*|omni|inline-?manifests?|machine-?configs?|init)([/_.-]|$)/i;

/** Files that hold a manifest or a piece of machine configuration which installs Cilium, and that no reader of a tool has met: what refers to them says how much they count. */
export function looseManifests(
  repository: Repository,
  candidates: readonly Candidate[],
  talosClusters: readonly TalosCluster[],
  read: ReadonlySet<string>,
): Found {
  const found: Found = { declarations: [], unused: [], placeholders: [] };
  let references: References | undefined;
  const referencesTo = (path: string) => {
    references ??= new References(candidates);
    return references.to(path);
  };
  const listed = talosClusters.some((cluster) => cluster.owner === 'omni' || cluster.owner === 'talhelper');
  const directories = new Set<string>();
  for (const { path, text } of candidates) {
    const template = TEMPLATE.test(path);
    if ((!YAML.test(path) && !template) || read.has(path)) continue;
    const lists = MENTIONS_MANIFESTS.test(text) && /cilium/i.test(text);
    const rendered = RENDERED.test(text) && /kind:\s*["']?ConfigMap/.test(text);
    if (!lists && !JOB.test(text) && !rendered) continue;
    const documents = parseYaml(wholeFile(path, text)).documents.map((d) => d.tree);
    if (lists) {
      const lead = leadTo(path, referencesTo(path), { listed, patch: true, template });
      append(found, fromMachineConfiguration(documents, path, repository, lead));
    }
    const objects = objectsOf(documents);
    if (objects.some((o) => podSpecOf(o) !== undefined || /^(ConfigMap|HelmChart)$/.test(identity(o)?.kind ?? '')) && !lists) {
      if (rendered && !wholeManifest(objects)) {
        directories.add(dirname(path));
        continue;
      }
      const lead = leadTo(path, referencesTo(path), { listed: false, patch: false, template });
      const beside = rendered ? [] : neighbours(path, repository);
      const here = manifestDeclarations({ objects: [...objects, ...beside], reader: plainReader }, lead);
      const own = here.declarations.filter(
        (d) => d.place.file === path && (d.form !== 'rendered-manifest' || (rendered && counts(lead, path))),
      );
      append(found, {
        declarations: own,
        unused: own.length > 0 || !objects.some((o) => podSpecOf(o)) ? here.unused.filter((u) => u.file === path) : [],
      });
    }
  }
  for (const directory of directories) append(found, renderedDirectory(directory, repository, referencesTo, read));
  return found;
}

function append(found: Found, more: Found): void {
  found.declarations.push(...more.declarations);
  found.unused.push(...more.unused);
  found.placeholders?.push(...(more.placeholders ?? []));
}

/** One file with all that counts; else its neighbours hold the rest. */
function wholeManifest(objects: readonly Tree[]): boolean {
  const names = new Set(objects.map((o) => identity(o)).map((id) => `${id?.kind}/${id?.name}`));
  return names.has('ConfigMap/cilium-config') && names.has('DaemonSet/cilium');
}

/** A rendered manifest that nothing leads to may be anybody's, Argo CD's above all. */
const counts = (lead: Lead, path: string): boolean => lead.rank >= 4 || (lead.rank === 3 && BOOTSTRAP.test(path));

function fromMachineConfiguration(documents: readonly Tree[], path: string, repository: Repository, lead: Lead): Found {
  const found: Found = { declarations: [], unused: [], placeholders: [] };
  const inline: InlineManifest[] = [];
  const start = startOf(path);
  for (const document of [...documents, ...documents.flatMap(patchesInside)]) {
    for (const manifest of machineManifests(document, start)) {
      if (manifest.url === undefined) inline.push({ name: manifest.name, place: manifest.place, ...textOf(manifest.contents) });
      else append(found, manifestUrl(manifest.url, manifest.place, repository, lead));
    }
  }
  append(found, inlineManifestDeclarations(inline, plainReader, lead));
  return found;
}

/** Machine configuration inside another document: Omni's templates and resources, talhelper, lists of patches. */
function patchesInside(document: Tree): Tree[] {
  if (!isMap(document)) return [];
  const patches = itemsAt(document, 'patches').flatMap((patch) => [at(patch, 'inline'), patch]);
  const data = at(document, 'spec.data');
  const texts = [
    ...itemsAt(document, 'patches'),
    ...itemsAt(document, 'controlPlane.patches'),
    ...itemsAt(document, 'configPatches'),
    data,
  ];
  const embeddedTexts = texts.flatMap((text) =>
    text?.kind === 'scalar' && typeof text.value === 'string' && MENTIONS_MANIFESTS.test(text.value)
      ? plainReader.documents(textOf(text).text!)
      : [],
  );
  return [...patches.filter((p): p is Tree => p !== undefined && isMap(p)), ...embeddedTexts];
}

/** Objects of the other YAML files of a directory, and the ConfigMaps that its kustomization generates: the Job may mount them. */
function neighbours(path: string, repository: Repository): Tree[] {
  const directory = dirname(path);
  const objects: Tree[] = [];
  for (const file of repository.directory(directory).files) {
    if (file.path === path || !YAML.test(file.path) || file.size > 512 * 1024) continue;
    const documents = documentsOf(file.path, repository);
    for (const document of documents) {
      const id = identity(document);
      if (id?.kind === 'ConfigMap' && id.name !== '') objects.push(document);
      for (const generator of itemsAt(document, 'configMapGenerator')) {
        const generated = generatedConfigMap(generator, textAt(document, 'namespace'), directory, repository);
        if (generated) objects.push(generated);
      }
    }
  }
  return objects;
}

function documentsOf(path: string, repository: Repository): Tree[] {
  try {
    const text = repository.read(path);
    return /ConfigMap|configMapGenerator/.test(text) ? parseYaml(wholeFile(path, text)).documents.map((d) => d.tree) : [];
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return [];
  }
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/ */
function generatedConfigMap(generator: Tree, namespace: string | undefined, directory: string, repository: Repository): Tree | undefined {
  const name = at(generator, 'name');
  if (name?.kind !== 'scalar') return undefined;
  const data = new Map<string, Tree>();
  for (const item of itemsAt(generator, 'files')) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') continue;
    const [, key, file] = /^(?:([^=]+)=)?(.+)$/s.exec(item.value) ?? [];
    const path = file === undefined ? undefined : join(directory, file);
    if (path === undefined || file === undefined) continue;
    try {
      data.set(key ?? file.slice(file.lastIndexOf('/') + 1), {
        kind: 'scalar',
        value: repository.read(path),
        place: startOf(path),
        origin: 'set',
        block: { line: 1, indent: 0 },
      });
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }
  const place = generator.place;
  const map = (entries: [string, Tree][]): Tree => ({ kind: 'map', entries: new Map(entries), place, origin: 'set' });
  const scalar = (value: string): Tree => ({ kind: 'scalar', value, place, origin: 'set' });
  const space = textAt(generator, 'namespace') ?? namespace;
  return map([
    ['kind', scalar('ConfigMap')],
    ['metadata', map([['name', name], ...(space === undefined ? [] : [['namespace', scalar(space)] as [string, Tree]])])],
    ['data', { kind: 'map', entries: data, place, origin: 'set' }],
  ]);
}

/** One object a file: the facts are gathered over the directory. */
function renderedDirectory(
  directory: string,
  repository: Repository,
  referencesTo: (path: string) => Reference[],
  read: ReadonlySet<string>,
): Found {
  const paths = repository
    .directory(directory)
    .files.filter((file) => YAML.test(file.path) && !read.has(file.path))
    .map((file) => file.path);
  const marker = paths.find((path) => /configmap/i.test(path) && /cilium-config/i.test(path)) ?? paths[0];
  if (marker === undefined || paths.length > 300) return { declarations: [], unused: [] };
  const lead = leadTo(marker, referencesTo(marker), { listed: false, patch: false, template: false });
  if (!counts(lead, marker)) return { declarations: [], unused: [] };
  const objects: Tree[] = [];
  for (const path of paths) {
    try {
      objects.push(...objectsOf(plainReader.documents(wholeFile(path, repository.read(path)))));
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }
  const { declarations } = manifestDeclarations({ objects, reader: plainReader }, lead);
  return { declarations: declarations.filter((d) => d.form === 'rendered-manifest'), unused: [] };
}

/** How much speaks for a file being used, by who names it. */
function leadTo(path: string, references: readonly Reference[], what: { listed: boolean; patch: boolean; template: boolean }): Lead {
  const [first] = references;
  const lead = (rank: Lead['rank'], why: string): Lead => ({
    files: first && rank >= 2 ? [first.file] : [],
    clusters: clustersOf(path, first),
    rank,
    why,
  });
  if (first?.kind === 'talos') return lead(5, `the cluster template ${first.file} lists it (line ${first.line})`);
  if (first?.kind === 'terraform') return lead(5, `Terraform reads it (${first.file}, line ${first.line})`);
  if (first?.kind === 'ansible') return lead(5, `Ansible uses it (${first.file}, line ${first.line})`);
  if (first?.kind === 'script') return lead(what.patch ? 5 : 4, `${first.file} uses it (line ${first.line})`);
  if (first?.kind === 'kustomization') return lead(3, `${first.file} lists it`);
  if (what.patch && what.listed) return lead(1, 'no cluster template lists this patch');
  if (first?.kind === 'document') return lead(2, `only a document names it (${first.file}, line ${first.line})`);
  if (what.template) return lead(1, 'it is a template that nothing in Git names');
  return BOOTSTRAP.test(path) ? lead(3, 'its directory says bootstrap') : lead(1, 'nothing in Git names it');
}

/** A directory named after a cluster, or one that a script leaves open. */
function clustersOf(path: string, reference: Reference | undefined): ClusterEvidence[] {
  const clusters: ClusterEvidence[] = (reference?.filled ?? []).map((name) => ({
    name,
    why: `${reference!.file} is run for each directory like ${name}`,
    strength: 2,
  }));
  const name = /(?:^|\/)(?:clusters?|environments?|envs?|overlays|sites?)\/([^/]+)\//i.exec(path)?.[1];
  if (name !== undefined && !clusters.some((c) => c.name === name))
    clusters.push({ name, why: `its directory is called ${name}`, strength: 1 });
  return clusters;
}
