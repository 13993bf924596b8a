import { findPaths } from '../../language/shell/paths.ts';
import { firstUnknown, opaqueOf, type Text, writtenText } from '../../language/shell/text.ts';
import type { FilePlace, Layer, SetFlag, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, itemsAt, opaque, textAt } from '../../tree.ts';
import { type HelmfileState, readMaybeTemplate } from './helmfile-state.ts';
import { type HelmfileContext, renderedValues, renderNode } from './helmfile-template.ts';
import { filesOf } from './manifests.ts';

/** The values of a release in helmfile's order: files and maps, secrets, then `set`. */
export function layersOf(
  release: Tree,
  state: HelmfileState,
  context: HelmfileContext,
  repository: Repository,
  place: FilePlace,
): { layers: Layer[]; files: string[] } {
  const layers: Layer[] = [];
  const files: string[] = [];
  const directory = { repository, directories: [dirname(state.path)], written: new Map() };
  const list = at(release, 'values');
  const skipsMissing = [release, ...state.parts].some((part) => /^(?:Warn|Info|Debug)$/.test(textAt(part, 'missingFileHandler') ?? ''));
  if (list?.kind === 'opaque') layers.push({ kind: 'inline-values', place: list.place, tree: list });
  for (const item of [...itemsAt(release, 'values'), ...itemsAt(release, 'valuesTemplate'), ...itemsAt(release, 'secrets')]) {
    if (item.kind === 'map') {
      layers.push({ kind: 'inline-values', place: item.place, tree: renderedValues(item, context) });
      continue;
    }
    const path = renderNode(item, context);
    if (!path) continue;
    const from = inFile(item.place, place);
    const written = writtenText(path);
    const plain: Text = typeof path[0] === 'string' ? [path[0].replace(/^(?:secrets|ref\+file):\/\/\??/, ''), ...path.slice(1)] : path;
    const found = findPaths(plain, directory, 'file');
    if (found.length === 1) {
      files.push(found[0]!.path);
      const before = new Set(context.read);
      const tree = readMaybeTemplate(found[0]!.path, repository, { ...context, directory: dirname(found[0]!.path) });
      // The text of a file that a template takes over names no file any more.
      files.push(...filesOf(tree), ...[...context.read].filter((path) => !before.has(path)));
      layers.push({ kind: 'values-file', place: startOf(found[0]!.path), tree });
      continue;
    }
    const unknown = firstUnknown(path);
    const tree = unknown
      ? opaqueOf(unknown)
      : { ...opaque(`the values file ${written} is not in Git`, from, written), ...(!skipsMissing && { missing: written }) };
    layers.push({ kind: 'inline-values', place: from, tree });
  }
  const flags: SetFlag[] = [
    ...setFlags(at(release, 'set'), 'set', context, directory),
    ...setFlags(at(release, 'setString'), 'set-string', context, directory),
  ];
  if (flags.length > 0) layers.push({ kind: 'set', place: flags[0]!.place, flags });
  return { layers, files };
}

function setFlags(
  list: Tree | undefined,
  flag: 'set' | 'set-string',
  context: HelmfileContext,
  directory: Parameters<typeof findPaths>[1],
): SetFlag[] {
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item): SetFlag[] => {
    const name = renderNode(at(item, 'name'), context);
    const place: FilePlace = inFile(item.place, context.place);
    if (!name) return [];
    const values = at(item, 'values');
    const file = renderNode(at(item, 'file'), context);
    if (file) {
      const found = findPaths(file, directory, 'file')[0];
      return [
        {
          flag: 'set-file',
          text: `${writtenText(name)}=${writtenText(file)}`,
          place,
          file: found ? directory.repository.read(found.path) : opaque(`the file ${writtenText(file)} is not in Git`, place),
        },
      ];
    }
    const texts =
      values?.kind === 'list' ? values.items.map((v) => renderNode(v, context) ?? []) : [renderNode(at(item, 'value'), context) ?? []];
    const unknown = [name, ...texts].map(firstUnknown).find((u) => u !== undefined);
    const escaped = texts.map((t) => writtenText(t).replace(/[\\,]/g, '\\$&'));
    const text = `${writtenText(name)}=${values?.kind === 'list' ? `{${escaped.join(',')}}` : escaped[0]}`;
    return [{ flag, text, place, ...(unknown ? { opaque: opaqueOf(unknown) } : {}) }];
  });
}
