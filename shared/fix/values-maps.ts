import type { EvaluatedRelease } from '../evaluate/release.ts';
import { parseYaml } from '../language/yaml/parse.ts';
import type { Declaration, Layer, Place } from '../model.ts';
import { at, itemsAt, textAt } from '../tree.ts';
import { addressOf, keysAt, type MapAddress, onlyDocument } from './yaml/documents.ts';

/** A map of values that stands as YAML in a file of its own, or in the field of an object: what can be edited where it stands. */
export interface ValuesMap {
  layer: Layer;
  /** Its file, as the report calls it. */
  file: string;
  address: MapAddress;
  /** Keys that belong before every path, and are not there yet: the name of an umbrella chart's dependency. */
  below: string[];
  /** A whole file of values, which others may read as well. */
  isFile: boolean;
}

/** By the position of its layer: where the values of a release can be edited. Flags, values within strings and what a chart brings itself are nowhere. */
export function valuesMapsOf({ declaration }: EvaluatedRelease, textOf: (file: string) => string | undefined): (ValuesMap | undefined)[] {
  return declaration.layers.map((layer) => valuesMapOf(layer, declaration, textOf));
}

function valuesMapOf(layer: Layer, declaration: Declaration, textOf: (file: string) => string | undefined): ValuesMap | undefined {
  if (layer.kind === 'set' || layer.kind === 'implicit' || layer.tree.kind !== 'map' || layer.tree.origin !== 'set') return undefined;
  const { place, entries } = layer.tree;
  const text = 'file' in place ? textOf(place.file) : undefined;
  if (text === undefined || !('file' in place)) return undefined;
  const { file } = place;
  const isFile = layer.kind === 'values-file';
  const address = addressOf(text, offsetOf(text, place));
  const document = onlyDocument(text);
  if (address && (entries.size > 0 || keysAt(text, address).length === 0))
    return address.path.length === 0 && document === undefined ? undefined : { layer, file, address, below: [], isFile };
  if (!isFile || entries.size > 0 || document === undefined) return undefined;
  const top = { document, path: [] };
  if (!declaration.umbrella) return keysAt(text, top).length === 0 ? { layer, file, address: top, below: [], isFile } : undefined;
  const dependency = dependencyOf(declaration, textOf);
  return dependency === undefined || directoryOf(file) !== directoryOf(declaration.place.file) || keysAt(text, top).includes(dependency)
    ? undefined
    : { layer, file, address: top, below: [dependency], isFile };
}

/** The offset of a place in its text. */
export function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  let start = 0;
  for (let n = 1; n < line; n++) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return -1;
  }
  return start + column - 1;
}

/** The key of an umbrella chart's values for the dependency that is declared. */
function dependencyOf({ place }: Declaration, textOf: (file: string) => string | undefined): string | undefined {
  const text = textOf(place.file);
  if (text === undefined) return undefined;
  const tree = parseYaml({ file: place.file, text, line: 1, indent: 0, exact: true }).documents[0]?.tree;
  const isIt = (one: Place | undefined) => one !== undefined && 'file' in one && one.line === place.line && one.column === place.column;
  const found = itemsAt(tree, 'dependencies').find((dependency) => isIt(at(dependency, 'name')?.place));
  return found && (textAt(found, 'alias') ?? textAt(found, 'name'));
}

function directoryOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}
