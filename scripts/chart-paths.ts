import type { Mapping, Tree } from '../shared/model.ts';
import { at, joinPath, splitPath } from '../shared/tree.ts';

/** Every leaf of values.yaml as path and plain value: scalars, lists and empty maps. */
export function leavesOf(map: Mapping): Map<string, Tree> {
  const leaves = new Map<string, Tree>();
  const visit = (node: Tree, path: string[]) => {
    if (node.kind === 'map' && node.entries.size > 0) for (const [key, child] of node.entries) visit(child, [...path, key]);
    else leaves.set(joinPath(path), node);
  };
  for (const [key, child] of map.entries) visit(child, [key]);
  return leaves;
}

const PATH = String.raw`([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)`;
const READ = new RegExp(String.raw`\.Values\.${PATH}`, 'g');
const READ_BY_NAME = new RegExp(String.raw`\bget \(?\$?\.Values\.${PATH}\)? "([A-Za-z0-9_]+)"`, 'g');
const VARIABLE = new RegExp(String.raw`\{\{-?\s*(\$[A-Za-z0-9_]+)\s*:=\s*\(?(?:coalesce\s+)?\$?\.Values\.${PATH}`, 'g');

/** Paths that the templates read although values.yaml holds neither them nor a map above them that takes any key. */
export function honouredPaths(templates: ReadonlyMap<string, string>, defaults: Mapping): Set<string> {
  const honoured = new Set<string>();
  const add = (path: string) => {
    const segments = splitPath(path);
    if (at(defaults, segments) === undefined && !segments.some((_, i) => i > 0 && takesAnything(at(defaults, segments.slice(0, i)))))
      honoured.add(path);
  };
  for (const text of templates.values()) {
    for (const [, path] of text.matchAll(READ)) add(path!);
    for (const [, path, key] of text.matchAll(READ_BY_NAME)) add(`${path}.${key}`);
    for (const [, variable, path] of text.matchAll(VARIABLE)) {
      if (at(defaults, path!)?.kind !== 'map') continue;
      const fields = new RegExp(`\\${variable}\\.([A-Za-z0-9_]+)`, 'g');
      for (const [, key] of text.matchAll(fields)) add(`${path}.${key}`);
    }
  }
  return honoured;
}

const takesAnything = (node: Tree | undefined): boolean =>
  node !== undefined && node.kind !== 'opaque' && (node.kind === 'map' ? node.entries.size === 0 : true);

const WRITTEN_WHOLE = new RegExp(String.raw`\b(?:toYaml|tpl|toJson|range)\s+\(?\$?\.Values\.${PATH}`, 'g');
const WITH = new RegExp(String.raw`\{\{-?\s*with\s+\$?\.Values\.${PATH}\s*-?\}\}(.*?)\{\{-?\s*end`, 'gs');

const WHOLE_BODY = /toYaml \.[ })|]|\. (?:"[^"]*" )?\| toYaml/;

/** Maps with defaults that the templates write out whole, so that any key below them counts. */
export function freeMaps(templates: ReadonlyMap<string, string>, defaults: Mapping): Set<string> {
  const free = new Set<string>();
  const add = (path: string) => {
    const node = at(defaults, path);
    if (node?.kind === 'map' && node.entries.size > 0) free.add(path);
  };
  for (const text of templates.values()) {
    for (const [, path] of text.matchAll(WRITTEN_WHOLE)) add(path!);
    for (const [, path, body] of text.matchAll(WITH)) if (WHOLE_BODY.test(body!)) add(path!);
  }
  return free;
}
