import { chartFields, exactVersion } from '../../evaluate/chart-release.ts';
import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import type { ClusterEvidence, Declaration, FilePlace, Layer, SetFlag, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { at, opaque } from '../../tree.ts';
import { contributorsOf } from '../terraform/evaluate.ts';
import type { PlacedBlock } from '../terraform/modules.ts';
import { type Instance, knownString, repositoryPath } from '../terraform/run.ts';
import { filesOf, uniqueFiles } from './manifests.ts';

/** The releases of Cilium that a `helm_release` or `helm_template` block is: one as a rule, none where it is another chart. See https://registry.terraform.io/providers/hashicorp/helm/latest/docs */
export function terraformHelmReleases(block: PlacedBlock, instance: Instance, clusters: readonly ClusterEvidence[]): Declaration[] {
  const place = instance.place(block);
  const chart = chartOf(block, instance);
  if (chart === undefined) return [];
  const values = valuesLayers(block, instance, place);
  const flags = setFlags(block, instance, place);
  const first = flags[0];
  const layers: Layer[] = first ? [...values.layers, { kind: 'set', place: first.place, flags }] : values.layers;
  const name = instance.attribute(block, 'name');
  const namespace = instance.attribute(block, 'namespace');
  const template = block.labels[0] === 'helm_template';
  const faults: Fault[] = [];
  return releasesOf(chart, layers, versionOf(block, instance, chart, place), instance, faults).map((part) => {
    const versionFile = part.chartVersionPlace && 'file' in part.chartVersionPlace ? part.chartVersionPlace.file : undefined;
    const declaration: Declaration = {
      side: 'bootstrap',
      form: 'terraform-helm',
      place,
      files: uniqueFiles([place.file], values.files, [versionFile], part.files, callers(instance)),
      name: knownString(name) ?? null,
      namespace: namespace === undefined ? 'default' : (knownString(namespace) ?? null),
      ...chartFields(part),
      installer: 'helm',
      helm: 3,
      clusters: [...clusters],
      rank: template ? 3 : 4,
      rankWhy: template
        ? 'Terraform renders the chart, and nothing in Git says who applies it'
        : 'Terraform installs the chart (helm_release)',
      ...(template ? { renderedByTerraform: true } : {}),
      ...(isLeftAlone(block) ? { leftAloneByTerraform: true } : {}),
      findings: faults.map((fault) => findingOf(fault)),
    };
    if (block.body.blocks.some((b) => b.type === 'postrender') || block.body.attributes.has('postrender')) {
      declaration.hidden = [{ prefix: '', opaque: opaque('a post-renderer changes the manifests after Helm', place) }];
    }
    return declaration;
  });
}

/** https://developer.hashicorp.com/terraform/language/meta-arguments#ignore_changes */
function isLeftAlone(block: PlacedBlock): boolean {
  const value = block.body.blocks.find(({ type }) => type === 'lifecycle')?.body.attributes.get('ignore_changes')?.value;
  const text = value === undefined ? '' : block.file.text.slice(value.offset, value.end);
  return text.trim() === 'all' || (/\bvalues\b/.test(text) && /\bversion\b/.test(text));
}

type Part = Pick<Declaration, 'layers' | 'files' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'opaque'>;

function releasesOf(chart: Chart, layers: Layer[], version: Version, instance: Instance, faults: Fault[]): Part[] {
  if (chart.directory === undefined) return [{ layers, files: [], ...version }];
  return ciliumOfChart(instance.run.configurations.repository, chart.directory, layers, faults, 3);
}

/** The files with the calls of the modules that lead to this one. */
export function callers(instance: Instance): string[] {
  const files: string[] = [];
  for (let caller = instance.caller; caller; caller = caller.instance.caller) {
    const call = caller.instance.module.calls.get(caller.name);
    if (call) files.push(call.file.path);
  }
  return files;
}

interface Chart {
  version?: string;
  /** Of a chart that lies in the repository. */
  directory?: string;
}

type Version = Pick<Declaration, 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace'>;

function chartOf(block: PlacedBlock, instance: Instance): Chart | undefined {
  const written = instance.attribute(block, 'chart');
  const chart = knownString(written) ?? (written?.kind === 'opaque' ? written.text : undefined);
  if (chart === undefined) return undefined;
  const repository = knownString(instance.attribute(block, 'repository'));
  const path = repository === undefined && !/^[a-z]+:\/\//.test(chart) ? repositoryPath(chart, instance.run.root) : undefined;
  if (path !== undefined && instance.run.configurations.repository.isDirectory(path)) {
    return { directory: path };
  }
  const archive = /(?:^|\/)cilium-v?(\d+\.\d+\.\d+(?:-[\w.]+)?)\.tgz$/.exec(chart);
  if (archive) return { version: archive[1]! };
  return /(^|\/)cilium$/.test(chart) ? {} : undefined;
}

function versionOf(block: PlacedBlock, instance: Instance, chart: Chart, place: FilePlace): Version {
  const version = instance.attribute(block, 'version');
  if (version === undefined || (version.kind === 'scalar' && version.value === null)) {
    if (chart.version) return { chartVersion: chart.version, chartVersionPlace: place };
    return {
      chartVersion: null,
      chartVersionWhy: 'there is no version: Helm takes the newest release on the day it runs',
      chartVersionPlace: place,
    };
  }
  if (version.kind !== 'scalar') {
    const text = version.kind === 'opaque' ? version : opaque('it is not text', place);
    return { chartVersion: null, chartVersionWhy: `${text.text ?? 'the version'}: ${text.reason}`, chartVersionPlace: version.place };
  }
  const exact = exactVersion(String(version.value));
  return exact === null
    ? { chartVersion: null, chartVersionWhy: `${String(version.value)} is no exact version`, chartVersionPlace: version.place }
    : { chartVersion: exact, chartVersionPlace: version.place };
}

/** `values` is a list of YAML texts. */
function valuesLayers(block: PlacedBlock, instance: Instance, place: FilePlace): { layers: Layer[]; files: string[] } {
  const values = instance.attribute(block, 'values');
  if (values === undefined || (values.kind === 'scalar' && values.value === null)) return { layers: [], files: [] };
  const items = values.kind === 'list' ? values.items : [values];
  const layers: Layer[] = [];
  const files: string[] = [];
  const { splices } = instance.run;
  for (const item of items) {
    if (item.kind === 'scalar' && (item.value === null || item.value === '')) continue;
    splices.touched.clear();
    const tree: Tree =
      item.kind === 'scalar'
        ? splices.values(item, 3)
        : item.kind === 'opaque'
          ? item
          : opaque('values of Terraform are texts, and this is none', item.place, undefined);
    const from = 'file' in item.place ? item.place.file : place.file;
    const whole = from !== block.file.path && item.kind === 'scalar' && item.block !== undefined;
    layers.push({ kind: whole ? 'values-file' : 'inline-values', place: item.place, tree });
    files.push(from, ...contributorsOf(item), ...[...splices.touched].flatMap((t) => [...filesOf(t)]), ...filesOf(tree));
  }
  return { layers, files };
}

/** `set` as a list of objects or as blocks, `set_list`, `set_sensitive` and `dynamic "set"`. */
function setFlags(block: PlacedBlock, instance: Instance, place: FilePlace): SetFlag[] {
  const flags: SetFlag[] = [];
  const add = (entry: Tree, sensitive: boolean) => flags.push(setFlag(entry, sensitive, place));
  for (const [attribute, sensitive] of [
    ['set', false],
    ['set_list', false],
    ['set_sensitive', true],
  ] as const) {
    const list = instance.attribute(block, attribute);
    if (list?.kind === 'list') for (const entry of list.items) add(entry, sensitive);
    else if (list?.kind === 'opaque') flags.push({ flag: 'set', text: '${…}', place: inFile(list.place, place), opaque: list });
    for (const inner of block.body.blocks) {
      if (inner.type === attribute) add(blockTree(inner, block, instance, new Map()), sensitive);
      if (inner.type === 'dynamic' && inner.labels[0] === attribute)
        for (const entry of dynamicBlocks(inner, block, instance)) add(entry, sensitive);
    }
  }
  return flags;
}

function setFlag(entry: Tree, sensitive: boolean, place: FilePlace): SetFlag {
  const at_ = inFile(entry.place, place);
  const unknown = (tree: Tree | undefined) => (tree?.kind === 'opaque' ? tree : opaque('it is not text', at_));
  const name = at(entry, 'name');
  const key = knownString(name);
  const value = at(entry, 'value');
  const type = knownString(at(entry, 'type'));
  const flag: SetFlag['flag'] = type === 'string' ? 'set-string' : type === 'literal' ? 'set-literal' : 'set';
  if (key === undefined) return { flag, text: '${…}', place: at_, opaque: unknown(name) };
  const where = inFile(value?.place, at_);
  if (sensitive) return { flag, text: `${key}=…`, place: where, opaque: opaque('Terraform marks it as sensitive', where) };
  if (value?.kind === 'list') {
    const items = value.items.map(knownString);
    return items.some((item) => item === undefined)
      ? { flag, text: `${key}=…`, place: where, opaque: opaque('Terraform works it out when it runs', where) }
      : { flag, text: `${key}={${items.join(',')}}`, place: where };
  }
  const text = knownString(value);
  return text === undefined
    ? {
        flag,
        text: `${key}=${value?.kind === 'opaque' ? (value.text ?? '…') : ''}`,
        place: where,
        ...(value?.kind === 'scalar' || value === undefined ? {} : { opaque: unknown(value) }),
      }
    : { flag, text: `${key}=${text}`, place: where };
}

type Inner = PlacedBlock['body']['blocks'][number];

/** A block as the object that it stands for. */
function blockTree(inner: Inner, block: PlacedBlock, instance: Instance, names: ReadonlyMap<string, Tree>): Tree {
  const placed = { ...inner, file: block.file };
  const entries = new Map<string, Tree>();
  for (const attribute of inner.body.attributes.keys()) {
    const value = instance.attribute(placed, attribute, names);
    if (value) entries.set(attribute, value);
  }
  return { kind: 'map', entries, place: instance.place(placed), origin: 'set' };
}

function dynamicBlocks(inner: Inner, block: PlacedBlock, instance: Instance): Tree[] {
  const placed = { ...inner, file: block.file };
  const place = instance.place(placed);
  const content = inner.body.blocks.find((b) => b.type === 'content');
  const each = instance.attribute(placed, 'for_each');
  const label = knownString(instance.attribute(placed, 'iterator')) ?? inner.labels[0] ?? 'set';
  if (!content) return [];
  const rounds: [Tree, Tree][] = [];
  if (each?.kind === 'list') for (const item of each.items) rounds.push([item, item]);
  else if (each?.kind === 'map' && !each.unseen)
    for (const [key, item] of each.entries) rounds.push([{ kind: 'scalar', value: key, place: item.place, origin: 'set' }, item]);
  else return [opaque('Terraform works it out when it runs', place)];
  return rounds.map(([key, value]) => {
    const iterator: Tree = {
      kind: 'map',
      entries: new Map([
        ['key', key],
        ['value', value],
      ]),
      place,
      origin: 'set',
    };
    return blockTree(content, block, instance, new Map([[label, iterator]]));
  });
}
