import { parseYaml } from '../../language/yaml/parse.ts';
import { toPlain } from '../../tree.ts';
import type { MapAddress } from './documents.ts';
import type { YamlEdit } from './edit.ts';
import type { Plain } from './value.ts';

/** True where a text says the same as before to Helm, but at one path, where it now says what was to be written. Maps that are empty for that path's sake count for nothing. */
export function staysTheSame(before: string, after: string, { document, path }: MapAddress, edit: YamlEdit): boolean {
  const [old, now] = [documentsOf(before), documentsOf(after)];
  if (old === undefined || now === undefined) return false;
  while (old.length < now.length) old.push(null);
  while (now.length < old.length) now.push(null);
  const value = take(now, [document, ...path]);
  take(old, [document, ...path]);
  if (JSON.stringify(old) !== JSON.stringify(now)) return false;
  return edit === 'remove' ? value === undefined : isMeant(value, edit);
}

function documentsOf(text: string): Plain[] | undefined {
  const { documents, problems } = parseYaml({ file: '', text, line: 1, indent: 0, exact: true }, { templates: false });
  return problems.length > 0 ? undefined : (structuredClone(documents.map(({ tree }) => toPlain(tree))) as Plain[]);
}

function isMeant(value: Plain | undefined, { set, unordered }: Exclude<YamlEdit, 'remove'>): boolean {
  const text = (plain: Plain | undefined) => (Array.isArray(plain) && unordered ? JSON.stringify(plain.map(String).sort()) : words(plain));
  return text(value) === text(set);
}

/** JSON, in which a number or text is its text: quotes may stay where they are. */
function words(value: Plain | undefined): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'number' ? String(inner) : inner)) ?? '';
}

/** Takes the value at a path out, and the maps around it that are empty without it. */
function take(from: Plain, path: readonly (string | number)[]): Plain | undefined {
  const [key, ...rest] = path;
  if (key === undefined || from === null || typeof from !== 'object') return undefined;
  const holder = from as Record<string, Plain>;
  const inner = Object.hasOwn(holder, key) ? holder[key] : undefined;
  const isLast = rest.length === 0;
  const value = isLast || inner === undefined ? inner : take(inner, rest);
  const isVoid =
    isLast ||
    inner === null ||
    (inner !== undefined && typeof inner === 'object' && !Array.isArray(inner) && Object.keys(inner).length === 0);
  if (isVoid) {
    if (Array.isArray(from)) from[key as number] = null;
    else delete holder[key];
  }
  return value;
}
