import type { AlignedCluster } from '../align/align.ts';
import { type Mend, type NoMend, RENDERED } from '../align/mend.ts';
import { REDACTED, redactValue } from '../align/redact.ts';
import { settingAt } from '../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Row, Side } from '../model.ts';
import { at, firstOpaque, splitPath, toPlain } from '../tree.ts';
import type { EditableFiles } from './files.ts';
import { type Readers, readersOf } from './readers.ts';
import { type ValuesMap, valuesMapsOf } from './values-maps.ts';
import type { MapAddress } from './yaml/documents.ts';
import type { YamlEdit } from './yaml/edit.ts';
import { isWritable, type Plain } from './yaml/value.ts';

/** One edit of one file. */
export interface Change {
  /** As the report calls it. */
  file: string;
  address: MapAddress;
  keys: string[];
  edit: YamlEdit;
  /** Other clusters that read what is edited. */
  alsoReadBy: string[];
}

/** What can be done about a row: edits of which any one might do, the best first; an order for a person, with why it is left to them; or nothing, with why (`noEdit`: nor by a person). */
export type Plan = { changes: Change[] } | { byHand: string } | { refused: string; noEdit?: boolean };

/** What a plan is made in. */
export interface PlanContext {
  clusters: readonly AlignedCluster[];
  /** Position of the row's cluster. */
  cluster: number;
  side: Side;
  files: EditableFiles;
  /** Only this cluster is meant, so that others may change with it. */
  namesCluster: boolean;
}

/** How one side can follow the other one in a row. Nothing is tried here: whether an edit does what it should, the check says. */
export function planFor(row: Row, mend: Mend | NoMend, context: PlanContext): Plan {
  if ('why' in mend) return { refused: mend.why };
  const { side } = context;
  const cluster = context.clusters[context.cluster]!;
  const [own, other] = [cluster[side]!, cluster[side === 'bootstrap' ? 'argocd' : 'bootstrap']!];
  if (RENDERED.has(own.declaration.form)) return { refused: 'the manifest is rendered: an edit would be lost when it is rendered again' };
  if (row.setting === 'version') return { byHand: 'a chart version is pinned by hand: values may have to change with it' };
  if (mend.action === 'other') return { byHand: 'the chart works the value out of another setting' };
  if (own.declaration.opaque) return { refused: `its values cannot be known here: ${own.declaration.opaque.reason}` };
  const path = splitPath(row.setting);
  if (!isWritable(path) || MARK.test(row.setting) || /[\n\t]/.test(row.setting))
    return { byHand: 'the name of the value cannot be written as it is' };
  const values = valuesOf(row, path, side, other);
  if (values === SECRET) return { byHand: 'the value is a secret, and secrets are not copied' };
  if (values.length === 0) return { byHand: "the other side's value cannot be written as it is" };
  const set = values.map((value): YamlEdit => ({ set: value, ...(settingAt(row.setting)?.equality === 'set' && { unordered: true }) }));
  const maps = valuesMapsOf(own, (file) => context.files.textOf(file));
  const written = writtenIn(own, path);
  if (written === HIDDEN) return { refused: 'what stands there cannot be known here' };
  const edits = mend.action === 'remove' ? ['remove' as const, ...set.filter(saysSomething)] : set;
  const places = placesFor(maps, written, path, context);
  const [first] = places;
  if (first === undefined || (written === undefined && mend.action === 'remove')) return notInPlace(own, written, context.files);
  if (first.why !== undefined) {
    const isElsewhere = !('file' in mend.place) || mend.place.file !== first.map.file;
    return isElsewhere ? { byHand: `${first.map.file} is left alone: ${first.why}` } : { refused: first.why, noEdit: first.onBothSides };
  }
  return { changes: (maps.indexOf(first.map) === written ? edits : set).map((edit) => changeOf(first, path, edit)) };
}

const SECRET = Symbol('secret');
const HIDDEN = Symbol('hidden');

/** A map of values that an edit of a row can go to. */
interface Candidate {
  map: ValuesMap;
  /** Why it is not edited. */
  why: string | undefined;
  /** Other clusters that read it. */
  sharedWith: string[];
  onBothSides: boolean;
}

/** Where an edit can go, the best first. A value that is written is changed there; where others read that too, a later map of this cluster alone can say otherwise. */
function placesFor(
  maps: readonly (ValuesMap | undefined)[],
  written: number | undefined,
  path: readonly string[],
  context: PlanContext,
): Candidate[] {
  const all = candidates(maps, path, context);
  if (written === undefined) return all;
  const own = all.filter(({ map }) => map === maps[written]);
  if (own[0]?.why === undefined && own.length > 0) return own;
  return [...all.filter(({ map, why }) => why === undefined && maps.indexOf(map) > written), ...own];
}

/** The maps of a release that a new key can be added to: those that may be edited first, of these the ones that nobody else reads, then where most of the path is written already, then the last. */
function candidates(maps: readonly (ValuesMap | undefined)[], path: readonly string[], context: PlanContext): Candidate[] {
  const depth = ({ layer }: ValuesMap) => {
    for (let n = path.length - 1; n > 0; n--) if (layer.kind !== 'set' && at(layer.tree, path.slice(0, n))?.kind === 'map') return n;
    return 0;
  };
  return maps
    .filter((map) => map !== undefined)
    .map((map): Candidate => {
      const readers = readersOf(map, context.clusters, context.cluster, context.side);
      return { map, why: whyNot(map, readers, context), sharedWith: readers.clusters, onBothSides: readers.bothSides };
    })
    .reverse()
    .sort(
      (a, b) =>
        Number(a.why !== undefined) - Number(b.why !== undefined) ||
        Number(a.sharedWith.length > 0) - Number(b.sharedWith.length > 0) ||
        depth(b.map) - depth(a.map),
    );
}

function changeOf({ map, sharedWith }: Candidate, path: readonly string[], edit: YamlEdit): Change {
  return { file: map.file, address: map.address, keys: [...map.below, ...path], edit, alsoReadBy: sharedWith };
}

function whyNot(
  map: ValuesMap,
  { bothSides, clusters: others }: Readers,
  { clusters, cluster, files, namesCluster }: PlanContext,
): string | undefined {
  const refusal = files.refusal(map.file);
  if (refusal !== undefined) return refusal;
  if (bothSides) return 'both sides read it, so that an edit changes both: give this side a file of its own for the value';
  if (others.length === 0 || namesCluster) return undefined;
  const names = others.length > 4 ? `${others.slice(0, 3).join(', ')} and ${others.length - 3} more` : others.join(', ');
  return `${others.length === 1 ? `the cluster ${names} reads` : `the clusters ${names} read`} it too; --cluster ${clusters[cluster]!.name ?? 'NAME'} edits it all the same`;
}

/** Why nothing is edited in place. */
function notInPlace({ declaration }: EvaluatedRelease, written: number | undefined, files: EditableFiles): Plan {
  const layers = written === undefined ? declaration.layers : [declaration.layers[written]!];
  const wholeFiles = layers.flatMap(({ kind, place }) => (kind === 'values-file' && 'file' in place ? [place.file] : []));
  for (const file of wholeFiles) {
    const refusal = files.refusal(file);
    if (refusal !== undefined) return { refused: refusal };
  }
  if (wholeFiles.length > 0) return { byHand: 'the file is written in a form that is not edited here' };
  if (layers.length === 0) return { byHand: 'no values are written yet' };
  if (!layers.every(({ kind }) => kind === 'set'))
    return { byHand: 'the values stand inside of another text, or a program puts them together' };
  return {
    byHand: declaration.installer === 'argocd' ? 'the values are parameters of the Application' : 'the values are flags of a command',
  };
}

/** The position of the layer that decides what stands at a path; undefined where nobody wrote it. */
function writtenIn({ declaration, user }: EvaluatedRelease, path: readonly string[]): number | typeof HIDDEN | undefined {
  const node = at(user, path);
  if (node === undefined) return undefined;
  if (node.kind === 'opaque') return HIDDEN;
  const place = JSON.stringify(node.place);
  for (const [i, layer] of [...declaration.layers.entries()].reverse()) {
    if (layer.kind === 'set') {
      if (layer.flags.some((flag) => JSON.stringify(flag.place) === place)) return i;
    } else {
      const own = at(layer.tree, path);
      if (own && own.kind !== 'opaque' && JSON.stringify(own.place) === place) return i;
    }
  }
  return undefined;
}

/** What the other side has, as plain data: as it is written there, then as the chart understands it. */
function valuesOf(row: Row, path: readonly string[], side: Side, other: EvaluatedRelease): Plain[] | typeof SECRET {
  const cell = row[side === 'bootstrap' ? 'argocd' : 'bootstrap'];
  const inCatalogue = settingAt(row.setting) !== undefined;
  const trees = [at(other.user, path), inCatalogue ? undefined : at(other.effective, path)];
  const written = trees.filter((tree) => tree !== undefined && firstOpaque(tree) === undefined).map(toPlain);
  const known = new Map<string, Plain>();
  for (const value of [...written, cell.value]) {
    const text = JSON.stringify(value);
    if (text === undefined) continue;
    const plain = JSON.parse(text) as Plain;
    if (text.includes(REDACTED) || JSON.stringify(redactValue(plain, row.setting)) !== text) return SECRET;
    if (isWritable(plain) && !MARK.test(text)) known.set(text, plain);
  }
  return [...known.values()];
}

/** What a template language might take for its own. */
const MARK = /\{\{|\{%|#%|%\{|\$[({A-Za-z]/;

/** False for an edit that writes what the chart takes for nothing. */
function saysSomething(edit: YamlEdit): boolean {
  return edit === 'remove' || (edit.set !== null && edit.set !== '');
}
