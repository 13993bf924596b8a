import type { Candidate } from '../../discover/candidate.ts';
import { embedded } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, Declaration, TalosCluster, Tree, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at } from '../../tree.ts';
import {
  type Configurations,
  configurationsOf,
  type Instance,
  knownString,
  type MadeText,
  type PlacedBlock,
  Run,
} from '../terraform/configuration.ts';
import { contributorsOf, evaluate, renderedBy } from '../terraform/evaluate.ts';
import { manifestUrl } from './extra-manifests.ts';
import { type InlineManifest, inlineManifestDeclarations, textOf } from './inline-manifests.ts';
import { type MachineManifest, MENTIONS_MANIFESTS, machineManifests } from './machine-manifests.ts';
import { type Found, type Lead, type TextReader, uniqueFiles } from './manifests.ts';
import { terraformCommands } from './terraform-commands.ts';
import { callers, terraformHelmReleases } from './terraform-helm.ts';

const ENDING = /\.(tf|tofu)$/;
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

/** The directory of Terraform files that a template lies in or below. */
function nearestModule(path: string, repository: Repository): string {
  for (let directory = dirname(path); directory !== ''; directory = dirname(directory)) {
    if (repository.directory(directory).files.some((file) => ENDING.test(file.path))) return directory;
  }
  return '';
}

/** The same list is made known as an object, and again when it is encoded. */
function keyOf({ text, place }: MadeText): string {
  const list = text.kind === 'map' ? at(text, 'cluster.inlineManifests') : undefined;
  const where = list?.place ?? text.place;
  const from = 'file' in where ? `${where.file}:${where.line}:${where.column}` : '';
  return list ? from : `${place.file}:${place.line}:${place.column} ${from}`;
}

/** The modules that nobody calls, among those that lead to one of the directories. */
export function rootsAbove(directories: ReadonlySet<string>, repository: Repository): string[] {
  const callersOf = new Map<string, Set<string>>();
  for (const { path } of repository.files) {
    if (!ENDING.test(path)) continue;
    let text: string;
    try {
      text = repository.read(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      continue;
    }
    const directory = dirname(path);
    for (const [, source] of text.matchAll(/^\s*source\s*=\s*"(\.\.?(?:\/[^"$]*)?)"/gm)) {
      const called = join(directory, source!);
      if (called === undefined || called === directory) continue;
      const known = callersOf.get(called);
      if (known) known.add(directory);
      else callersOf.set(called, new Set([directory]));
    }
  }
  const roots = new Set<string>();
  const seen = new Set<string>();
  const climb = (directory: string) => {
    if (seen.has(directory)) return;
    seen.add(directory);
    const above = callersOf.get(directory);
    if (!above) roots.add(directory);
    else for (const caller of above) climb(caller);
  };
  for (const directory of directories) climb(directory);
  return [...roots].sort();
}

function runOf(configurations: Configurations, root: string): Found {
  const run = new Run(configurations, root);
  const made: MadeText[] = [];
  const seen = new Set<string>();
  run.onMade = (text) => {
    const key = keyOf(text);
    if (seen.has(key) || !listsManifests(text.text, run)) return;
    seen.add(key);
    made.push(text);
  };
  const users = new Map<string, string>();
  const applied: { tree: Tree; instance: Instance; block: PlacedBlock }[] = [];
  const off: Unused[] = [];
  for (const instance of run.instances) {
    for (const block of instance.module.resources.values()) {
      if (isOff(instance, block)) {
        if (/cilium/i.test(`${block.labels.join(' ')}`))
          off.push({ file: block.file.path, why: `${block.labels.join('.')} is switched off (count or for_each is empty)` });
        continue;
      }
      for (const { attribute, tree } of attributesOf(instance, block)) {
        for (const key of renderedIn(tree)) if (!isHelm(block)) users.set(key, block.labels[0] ?? '');
        if (
          /^(kubectl|kubernetes|k8s)_/.test(block.labels[0] ?? '') &&
          block.type === 'resource' &&
          /^(yaml_body|content|manifest|manifests|data)$/.test(attribute)
        )
          applied.push({ tree, instance, block });
      }
    }
  }
  const clusters = clusterNames(run);
  const reader: TextReader = {
    documents: (source) => run.splices.documents(source),
    values: (text, helm) => run.splices.values(text, helm),
  };
  const declarations: Declaration[] = [];
  const unused: Unused[] = [...off];
  const consumed = new Map<string, { files: string[]; why: string }>();
  for (const text of made) {
    const lead: Lead = {
      files: uniqueFiles(fileOf(text.text), [text.place.file]),
      clusters,
      rank: 5,
      why: `Terraform puts it into a Talos machine configuration (${text.place.file})`,
    };
    const list = manifestsIn(text, run);
    const inline: InlineManifest[] = [];
    for (const manifest of list) {
      if (manifest.url !== undefined) {
        const found = manifestUrl(manifest.url, manifest.place, configurations.repository, lead);
        declarations.push(...found.declarations);
        unused.push(...found.unused);
        continue;
      }
      run.splices.touched.clear();
      const contents = manifest.contents && run.splices.resolve(manifest.contents, 0);
      for (const key of contents ? renderedIn(contents) : []) consumed.set(key, { files: [...lead.files], why: lead.why });
      if (contents?.kind === 'scalar' && run.splices.marked(String(contents.value)))
        reader.documents(embedded(contents)).forEach((document) => {
          for (const key of renderedIn(document)) consumed.set(key, { files: [...lead.files], why: lead.why });
        });
      const chain = [...run.splices.touched].flatMap((tree) => [...contributorsOf(tree)]);
      if (contents?.kind === 'opaque' && renderedIn(contents).length > 0) continue;
      inline.push({
        name: manifest.name,
        place: manifest.place,
        ...textOf(contents),
        files: uniqueFiles(chain, contents ? [...contributorsOf(contents)] : []),
      });
    }
    const found = inlineManifestDeclarations(inline, reader, lead);
    declarations.push(...found.declarations, ...(found.placeholders ?? []));
    unused.push(...found.unused);
  }
  for (const { tree, instance, block } of applied) {
    const place = instance.place(block);
    const lead: Lead = {
      files: uniqueFiles([place.file], callers(instance)),
      clusters,
      rank: 4,
      why: `Terraform applies it (${block.labels.join('.')})`,
    };
    const text = textOf(tree);
    if (text.object || (text.text && /cilium/i.test(text.text.text))) {
      const found = inlineManifestDeclarations(
        [{ name: block.labels[1] ?? null, place, ...text, files: [...contributorsOf(tree)] }],
        reader,
        lead,
      );
      for (const declaration of found.declarations) delete declaration.inMachineConfiguration;
      declarations.push(...found.declarations);
    }
  }
  for (const instance of run.instances) {
    for (const block of instance.module.resources.values()) {
      if (!isHelm(block)) {
        if (!isOff(instance, block)) declarations.push(...terraformCommands(block, instance, clusters));
        continue;
      }
      if (isOff(instance, block)) continue;
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
        declarations.push(declaration);
      }
    }
  }
  return { declarations, unused, read: made.flatMap(({ text }) => fileOf(text)) };
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
  return text.kind === 'map' && machineManifests(text, { file: '', line: 1, column: 1 }).length > 0;
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
