import type { Candidate } from '../../discover/candidate.ts';
import { embedded } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, Declaration, TalosCluster, Tree, Unused } from '../../model.ts';
import { startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at } from '../../tree.ts';
import { contributorsOf, evaluate, renderedBy } from '../terraform/evaluate.ts';
import { type Configurations, configurationsOf, type PlacedBlock } from '../terraform/modules.ts';
import { ENDING, nearestModule, rootsAbove } from '../terraform/root-modules.ts';
import { type Instance, knownString, type MadeText, Run } from '../terraform/run.ts';
import { manifestUrl } from './extra-manifests.ts';
import { type InlineManifest, inlineManifestDeclarations, textOf } from './inline-manifests.ts';
import { type MachineManifest, MENTIONS_MANIFESTS, machineManifests } from './machine-manifests.ts';
import { type Found, type Lead, type TextReader, uniqueFiles } from './manifests.ts';
import { terraformCommands } from './terraform-commands.ts';
import { callers, terraformHelmReleases } from './terraform-helm.ts';

const INTERESTING = /cilium|inline_?manifests|KubeInlineManifestConfig/i;

/** What Terraform and OpenTofu configurations of the repository install: manifests that they put into Talos machine configurations, and Helm releases. */
export function terraformDeclarations(
  repository: Repository,
  candidates: readonly Candidate[],
  talosClusters: readonly TalosCluster[],
): Found {
  const directories = new Set(candidates.filter((c) => ENDING.test(c.path) && INTERESTING.test(c.text)).map((c) => dirname(c.path)));
  for (const candidate of candidates)
    if (/\.(tftpl|tpl|tmpl)$/.test(candidate.path) && MENTIONS_MANIFESTS.test(candidate.text))
      directories.add(nearestModule(candidate.path, repository));
  if (directories.size === 0) return { declarations: [], unused: [] };
  const configurations = configurationsOf(repository);
  const found = { declarations: [] as Declaration[], unused: configurations.unused, read: [] as string[] };
  for (const root of rootsAbove(directories, repository)) {
    const run = runOf(configurations, root);
    found.declarations.push(...run.declarations);
    found.unused.push(...run.unused);
    found.read.push(...(run.read ?? []));
  }
  for (const declaration of found.declarations) addEvidence(declaration, talosClusters);
  return found;
}

/** The same list is made known as an object, and again when it is encoded. */
function keyOf({ text, place }: MadeText): string {
  const list = text.kind === 'map' ? at(text, 'cluster.inlineManifests') : undefined;
  const where = list?.place ?? text.place;
  const from = 'file' in where ? `${where.file}:${where.line}:${where.column}` : '';
  return list ? from : `${place.file}:${place.line}:${place.column} ${from}`;
}

/** What was found so far of one run of Terraform, and what is needed to read on. */
interface Reading {
  run: Run;
  reader: TextReader;
  clusters: readonly ClusterEvidence[];
  /** Texts that list manifests for Talos, as they were made. */
  made: MadeText[];
  /** Values that a resource applies to the cluster itself. */
  applied: Applied[];
  /** Who else uses what a `helm_template` renders, by its address. */
  users: Map<string, string>;
  /** Which of those end in a machine configuration. */
  consumed: Map<string, Pick<Lead, 'files' | 'why'>>;
  found: { declarations: Declaration[]; unused: Unused[] };
}

interface Applied {
  tree: Tree;
  instance: Instance;
  block: PlacedBlock;
}

function runOf(configurations: Configurations, root: string): Found {
  const run = new Run(configurations, root);
  const made: MadeText[] = [];
  collectMade(run, made);
  const reading: Reading = {
    run,
    reader: { documents: (source) => run.splices.documents(source), values: (text, helm) => run.splices.values(text, helm) },
    clusters: [],
    made,
    applied: [],
    users: new Map(),
    consumed: new Map(),
    found: { declarations: [], unused: [] },
  };
  for (const instance of run.instances) for (const block of instance.module.resources.values()) followResource(block, instance, reading);
  reading.clusters = clusterNames(run);
  for (const text of made) readMachineConfiguration(text, reading);
  for (const applied of reading.applied) readApplied(applied, reading);
  for (const instance of run.instances) for (const block of instance.module.resources.values()) readResource(block, instance, reading);
  return { ...reading.found, read: made.flatMap(({ text }) => fileOf(text)) };
}

/** Keeps every text that lists manifests for Talos, from the moment on that something is evaluated. */
function collectMade(run: Run, made: MadeText[]): void {
  const seen = new Set<string>();
  run.onMade = (text) => {
    const key = keyOf(text);
    if (seen.has(key) || !listsManifests(text.text, run)) return;
    seen.add(key);
    made.push(text);
  };
}

const APPLIES = /^(kubectl|kubernetes|k8s)_/;
const HOLDS_MANIFESTS = /^(yaml_body|content|manifest|manifests|data)$/;

/** Evaluates a resource, and keeps what it applies and whose rendered charts it uses. */
function followResource(block: PlacedBlock, instance: Instance, { applied, users, found }: Reading): void {
  if (isOff(instance, block)) {
    if (/cilium/i.test(block.labels.join(' ')))
      found.unused.push({ file: block.file.path, why: `${block.labels.join('.')} is switched off (count or for_each is empty)` });
    return;
  }
  const type = block.labels[0] ?? '';
  for (const { attribute, tree } of attributesOf(instance, block)) {
    for (const key of renderedIn(tree)) if (!isHelm(block)) users.set(key, type);
    if (APPLIES.test(type) && block.type === 'resource' && HOLDS_MANIFESTS.test(attribute)) applied.push({ tree, instance, block });
  }
}

/** The manifests that a machine configuration lists, as Terraform makes it. */
function readMachineConfiguration(made: MadeText, { run, reader, clusters, consumed, found }: Reading): void {
  const why = `Terraform puts it into a Talos machine configuration (${made.place.file})`;
  const lead: Lead = { files: uniqueFiles(fileOf(made.text), [made.place.file]), clusters, rank: 5, why };
  const inline: InlineManifest[] = [];
  for (const manifest of manifestsIn(made, run)) {
    if (manifest.url !== undefined) {
      append(found, manifestUrl(manifest.url, manifest.place, run.configurations.repository, lead));
      continue;
    }
    run.splices.touched.clear();
    const contents = manifest.contents && run.splices.resolve(manifest.contents, 0);
    for (const key of contents ? renderedInText(contents, run, reader) : []) consumed.set(key, { files: lead.files, why });
    const chain = [...run.splices.touched].flatMap((tree) => [...contributorsOf(tree)]);
    if (contents?.kind === 'opaque' && renderedIn(contents).length > 0) continue;
    const files = uniqueFiles(chain, contents ? [...contributorsOf(contents)] : []);
    inline.push({ name: manifest.name, place: manifest.place, ...textOf(contents), files });
  }
  const { declarations, unused, placeholders = [] } = inlineManifestDeclarations(inline, reader, lead);
  append(found, { declarations: [...declarations, ...placeholders], unused });
}

/** The `helm_template` blocks whose manifest a value holds, also within a text. */
function renderedInText(contents: Tree, run: Run, reader: TextReader): string[] {
  const marked = contents.kind === 'scalar' && run.splices.marked(String(contents.value));
  return [...renderedIn(contents), ...(marked ? reader.documents(embedded(contents)).flatMap((document) => renderedIn(document)) : [])];
}

/** The manifests that a resource applies itself. */
function readApplied({ tree, instance, block }: Applied, { reader, clusters, found }: Reading): void {
  const text = textOf(tree);
  if (!text.object && !(text.text && /cilium/i.test(text.text.text))) return;
  const place = instance.place(block);
  const lead: Lead = {
    files: uniqueFiles([place.file], callers(instance)),
    clusters,
    rank: 4,
    why: `Terraform applies it (${block.labels.join('.')})`,
  };
  const manifest: InlineManifest = { name: block.labels[1] ?? null, place, ...text, files: [...contributorsOf(tree)] };
  const { declarations } = inlineManifestDeclarations([manifest], reader, lead);
  for (const declaration of declarations) delete declaration.inMachineConfiguration;
  found.declarations.push(...declarations);
}

/** The releases that a resource installs or renders, and those of its commands. */
function readResource(block: PlacedBlock, instance: Instance, { clusters, consumed, users, found }: Reading): void {
  if (isOff(instance, block)) return;
  if (!isHelm(block)) {
    found.declarations.push(...terraformCommands(block, instance, clusters));
    return;
  }
  const key = `data.helm_template.${block.labels[1]}`;
  const inMachine = consumed.get(key);
  const user = users.get(key);
  for (const declaration of terraformHelmReleases(block, instance, clusters)) {
    if (inMachine) {
      declaration.rank = 5;
      declaration.rankWhy = inMachine.why;
      declaration.inMachineConfiguration = true;
      declaration.files = uniqueFiles(declaration.files, inMachine.files);
    } else if (user !== undefined) {
      declaration.rank = 4;
      declaration.rankWhy = `Terraform hands the rendered chart to ${user}`;
    }
    found.declarations.push(declaration);
  }
}

function append(found: Reading['found'], more: Reading['found']): void {
  found.declarations.push(...more.declarations);
  found.unused.push(...more.unused);
}

const isHelm = (block: PlacedBlock): boolean => block.labels[0] === 'helm_release' || block.labels[0] === 'helm_template';

const fileOf = (tree: Tree): string[] => ('file' in tree.place ? [tree.place.file] : []);

function isOff(instance: Instance, block: PlacedBlock): boolean {
  const count = instance.attribute(block, 'count');
  if (count?.kind === 'scalar' && count.value === 0) return true;
  const each = instance.attribute(block, 'for_each');
  return (each?.kind === 'list' && each.items.length === 0) || (each?.kind === 'map' && each.entries.size === 0 && !each.unseen);
}

/** Every attribute of a block and of the blocks in it, evaluated. */
function attributesOf(instance: Instance, block: PlacedBlock): { attribute: string; tree: Tree }[] {
  const found: { attribute: string; tree: Tree }[] = [];
  const visit = (inner: PlacedBlock['body']) => {
    for (const attribute of inner.attributes.values()) {
      if (['count', 'depends_on', 'provider', 'lifecycle'].includes(attribute.name)) continue;
      found.push({ attribute: attribute.name, tree: evaluate(attribute.value, instance.scope(block.file)) });
    }
    for (const child of inner.blocks) if (child.type !== 'lifecycle') visit(child.body);
  };
  visit(block.body);
  return found;
}

/** The `helm_template` blocks whose manifest a value holds. */
function renderedIn(tree: Tree, depth = 0): string[] {
  if (depth > 20) return [];
  if (tree.kind === 'opaque') return renderedBy(tree);
  if (tree.kind === 'list') return tree.items.flatMap((item) => renderedIn(item, depth + 1));
  if (tree.kind === 'map') return [...tree.entries.values()].flatMap((item) => renderedIn(item, depth + 1));
  return [];
}

function listsManifests(text: Tree, run: Run): boolean {
  if (text.kind === 'scalar' && typeof text.value === 'string') {
    return run.splices.whole(text.value) === undefined && MENTIONS_MANIFESTS.test(text.value);
  }
  return text.kind === 'map' && machineManifests(text, startOf('')).length > 0;
}

function manifestsIn({ text, place }: MadeText, run: Run): MachineManifest[] {
  const documents = text.kind === 'scalar' ? parseYaml(embedded(text)).documents.map((d) => d.tree) : [text];
  return documents.flatMap((document) => {
    const found = machineManifests(document, place);
    const cluster = document.kind === 'map' ? document.entries.get('cluster') : undefined;
    const list = cluster?.kind === 'map' ? cluster.entries.get('inlineManifests') : undefined;
    if (list?.kind !== 'scalar' || typeof list.value !== 'string') return found;
    const whole = run.splices.resolve(list, 0);
    if (whole.kind === 'list' || whole.kind === 'opaque') found.push(...machineManifests(wrapped(whole), place));
    return found;
  });
}

function wrapped(list: Tree): Tree {
  const map = (key: string, value: Tree): Tree => ({ kind: 'map', entries: new Map([[key, value]]), place: list.place, origin: 'set' });
  return map('cluster', map('inlineManifests', list));
}

/** Names that Talos's provider is given for clusters. */
function clusterNames(run: Run): ClusterEvidence[] {
  const names = new Map<string, ClusterEvidence>();
  for (const instance of run.instances) {
    for (const block of instance.module.resources.values()) {
      if (!/^talos_(machine_configuration|client_configuration)$/.test(block.labels[0] ?? '')) continue;
      const name = knownString(instance.attribute(block, 'cluster_name'));
      if (name !== undefined && name !== '' && !names.has(name))
        names.set(name, { name, why: `cluster_name of ${block.labels[0]} in ${block.file.path}`, strength: 3 });
    }
  }
  return [...names.values()];
}

/** What the Talos reader knows of the cluster whose template led here. */
function addEvidence(declaration: Declaration, talosClusters: readonly TalosCluster[]): void {
  const omni = talosClusters.find(
    (c) => c.owner === 'omni' && c.name !== null && c.manifests.length > 0 && declaration.clusters.some((own) => own.name === c.name),
  );
  if (omni && declaration.rank === 5) {
    declaration.rank = 4;
    declaration.rankWhy += `; but Omni makes the machine configurations of ${omni.name} (${omni.place.file})`;
  }
  // A module that several clusters call: its own call has said which one this is.
  if (declaration.clusters.some((c) => c.strength === 3)) return;
  for (const cluster of talosClusters) {
    if (!cluster.files.some((file) => declaration.files.includes(file))) continue;
    for (const evidence of cluster.clusters)
      if (!declaration.clusters.some((c) => c.name === evidence.name)) declaration.clusters.push(evidence);
  }
}
