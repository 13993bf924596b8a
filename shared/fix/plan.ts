import { type Mend, type NoMend, RENDERED } from '../align/mend.ts';
import { chartDefaults } from '../cilium/charts.ts';
import { settingAt } from '../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Row } from '../model.ts';
import { at, splitPath } from '../tree.ts';
import type { EditableFiles } from './files.ts';
import { type Candidate, type PlanContext, placesFor } from './places.ts';
import { valuesMapsOf } from './values-maps.ts';
import { isTemplate, SECRET, valuesToWrite } from './values-to-write.ts';
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
  if (!isWritable(path) || isTemplate(row.setting) || /[\n\t]/.test(row.setting))
    return { byHand: 'the name of the value cannot be written as it is' };
  const values = valuesToWrite(row, path, side, other);
  if (values === SECRET) return { byHand: 'the value is a secret, and secrets are not copied' };
  if (values.length === 0) return { byHand: "the other side's value cannot be written as it is" };
  const set = [...values.filter(saysSomething), ...(mend.action === 'remove' ? defaultOf(own, path) : [])].map(
    (value): YamlEdit => ({ set: value, ...(settingAt(row.setting)?.equality === 'set' && { unordered: true }) }),
  );
  const maps = valuesMapsOf(own, (file) => context.files.textOf(file));
  const written = writtenIn(own, path);
  if (written === HIDDEN) return { refused: 'what stands there cannot be known here' };
  const edits = mend.action === 'remove' ? ['remove' as const, ...set] : set;
  if (edits.length === 0) return { byHand: "the other side's value cannot be written as it is" };
  const places = placesFor(maps, written, path, context);
  const [first] = places;
  if (first === undefined || (written === undefined && mend.action === 'remove')) return notInPlace(own, written, context.files);
  if (first.why !== undefined) {
    const isElsewhere = !('file' in mend.place) || mend.place.file !== first.map.file;
    return isElsewhere ? { byHand: `${first.map.file} is left alone: ${first.why}` } : { refused: first.why, noEdit: first.onBothSides };
  }
  return { changes: (maps.indexOf(first.map) === written ? edits : set).map((edit) => changeOf(first, path, edit)) };
}

const HIDDEN = Symbol('hidden');

function changeOf({ map, sharedWith }: Candidate, path: readonly string[], edit: YamlEdit): Change {
  return { file: map.file, address: map.address, keys: [...map.below, ...path], edit, alsoReadBy: sharedWith };
}

/** Why nothing is edited in place. */
function notInPlace({ declaration }: EvaluatedRelease, written: number | undefined, files: EditableFiles): Plan {
  const layers = written === undefined ? declaration.layers : [declaration.layers[written]!];
  const wholeFiles = layers.flatMap(({ kind, place }) =>
    kind === 'values-file' && 'file' in place && place.line === 1 ? [place.file] : [],
  );
  for (const file of wholeFiles) {
    const refusal = files.refusal(file);
    if (refusal !== undefined) return { refused: refusal };
  }
  if (wholeFiles.length > 0) return { byHand: 'the file is written in a form that is not edited here' };
  if (layers.length === 0) return { byHand: 'no values are written yet' };
  if (!layers.every(({ kind }) => kind === 'set'))
    return { byHand: 'the values stand inside of another text, or a program puts them together' };
  if (declaration.installer === 'argocd') return { byHand: 'the values are parameters of the Application' };
  return { byHand: declaration.form === 'terraform-helm' ? 'the values are written in Terraform' : 'the values are flags of a command' };
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

/** False for what Helm takes for an order to delete the default. */
function saysSomething(value: Plain): boolean {
  return value !== null && value !== '';
}

/** What the side's own chart has where nobody writes anything: the last resort where a value stands in a file that is not edited, and a later one can say otherwise. */
function defaultOf({ version }: EvaluatedRelease, path: readonly string[]): Plain[] {
  const node = version === null ? undefined : at(chartDefaults(version), path);
  return node?.kind === 'scalar' && node.value !== null ? [node.value] : [];
}
