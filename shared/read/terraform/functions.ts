import { embedded } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Opaque, Place, Scalar, Tree } from '../../model.ts';
import { contributed, evaluate, LONGEST, rendering, type Scope } from './evaluate.ts';
import type { Expression } from './syntax.ts';

type Call = Expression & { kind: 'call' };

/** What a function call stands for: https://developer.hashicorp.com/terraform/language/functions. A function that is not known here makes an opaque. */
export function callFunction(call: Call, scope: Scope, place: Place, unknown: (reason: string) => Opaque): Tree {
  let args: Tree[] = [];
  const later = () => rendering(unknown('Terraform works it out when it runs'), args);
  if (call.name === 'try' || call.name === 'can') {
    args = call.arguments.map((argument) => evaluate(argument, scope));
    const [first] = args;
    return call.name === 'try' && first !== undefined && first.kind !== 'opaque' ? first : later();
  }
  if (call.name === 'templatefile') {
    const [path, variables] = call.arguments;
    if (!path) return later();
    return scope.files.render(
      evaluate(path, scope),
      variables ? evaluate(variables, scope) : { kind: 'map', entries: new Map(), place, origin: 'set' },
      place,
      scope,
    );
  }
  args = call.arguments.map((argument) => evaluate(argument, scope));
  if (call.spread) {
    const last = args.at(-1);
    if (last?.kind !== 'list') return later();
    args = [...args.slice(0, -1), ...last.items];
  }
  if (args.some(isHuge)) return later();
  const found = FUNCTIONS.get(call.name.replace(/^core::/, ''))?.(args, { scope, place });
  return found === undefined ? later() : args.includes(found) ? found : contributed(found, args);
}

const isHuge = (tree: Tree): boolean => (tree.kind === 'list' ? tree.items.length : tree.kind === 'map' ? tree.entries.size : 0) > LONGEST;

interface Context {
  scope: Scope;
  place: Place;
}

type Function = (args: readonly Tree[], context: Context) => Tree | undefined;

const text = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
const scalar = (value: Scalar['value'], place: Place): Scalar => ({ kind: 'scalar', value, place, origin: 'set' });
const several = (tree: Tree | undefined): boolean => tree?.kind === 'scalar' && typeof tree.value === 'string' && tree.value.includes('\n');

/** The same value: where only blanks or marks of secrecy change. */
const same: Function = ([value]) => value;

/** A function of one line of text. Text of several lines is passed on as it is: only its edges or its indentation would change. */
const onText =
  (change: (value: string, ...rest: string[]) => string | undefined): Function =>
  (args, { place }) => {
    const values = args.map(text);
    if (values.some((v) => v === undefined)) return undefined;
    if (several(args[0])) return args[0];
    const changed = change(...(values as [string, ...string[]]));
    return changed === undefined ? undefined : scalar(changed, place);
  };

/** Pieces of text one behind the other. Values of several lines keep their places; only Terraform knows the others that are no text. */
function joined(pieces: readonly (string | Tree)[], { scope, place }: Context): Tree | undefined {
  const lines = pieces.some((piece) => (typeof piece === 'string' ? piece.includes('\n') : several(piece)));
  let all = '';
  for (const piece of pieces) {
    if (all.length > LONGEST) return undefined;
    if (typeof piece === 'string') all += piece;
    else if (piece.kind === 'scalar' && !several(piece)) all += text(piece) ?? '';
    else if (!lines) return undefined;
    else all += `${all === '' || all.endsWith('\n') ? '' : '\n'}${scope.splices.mark(piece, false)}\n`;
  }
  return scalar(all, place);
}

function listsOf(args: readonly Tree[]): Tree[][] | undefined {
  const lists: Tree[][] = [];
  for (const arg of args) {
    if (arg.kind !== 'list') return undefined;
    lists.push(arg.items);
  }
  return lists;
}

function merge(args: readonly Tree[], { place }: Context): Tree | undefined {
  const merged: Mapping = { kind: 'map', entries: new Map(), place, origin: 'set' };
  for (const arg of args) {
    if (arg.kind === 'scalar' && arg.value === null) continue;
    if (arg.kind === 'opaque') {
      merged.unseen = arg;
      for (const key of merged.entries.keys()) merged.entries.set(key, arg);
    } else if (arg.kind === 'map') {
      for (const [key, value] of arg.entries) merged.entries.set(key, value);
      if (arg.unseen) merged.unseen = arg.unseen;
    } else return undefined;
  }
  return merged;
}

const encode: Function = ([value], { scope, place }) => {
  if (value === undefined) return undefined;
  const made = scalar(scope.splices.mark(value, true), place);
  scope.files.made(value, place);
  return made;
};

const decode: Function = ([value], { scope }) => {
  if (value?.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
  const whole = scope.splices.whole(value.value);
  if (whole?.encoded) return whole.tree;
  const documents = parseYaml(embedded(value)).documents;
  return documents.length === 1 ? scope.splices.resolve(documents[0]!.tree, 0) : undefined;
};

const FUNCTIONS = new Map<string, Function>([
  ['file', ([path], { scope, place }) => path && scope.files.read(path, place)],
  [
    'fileexists',
    ([path], { scope, place }) => {
      const exists = path && scope.files.exists(path);
      return exists === undefined ? undefined : scalar(exists, place);
    },
  ],
  ['fileset', ([directory, pattern], { scope, place }) => directory && pattern && scope.files.list(directory, pattern, place)],
  ['yamlencode', encode],
  ['jsonencode', encode],
  ['yamldecode', decode],
  ['jsondecode', decode],
  ['indent', ([, value]) => value],
  ['trimspace', onText((s) => s.trim())],
  ['chomp', onText((s) => s.replace(/[\r\n]+$/, ''))],
  ['trim', onText((s, cut) => (cut === undefined ? undefined : strip(s, cut)))],
  ['trimprefix', onText((s, prefix) => (prefix !== undefined && s.startsWith(prefix) ? s.slice(prefix.length) : s))],
  ['trimsuffix', onText((s, suffix) => (suffix && s.endsWith(suffix) ? s.slice(0, -suffix.length) : s))],
  ['lower', onText((s) => s.toLowerCase())],
  ['upper', onText((s) => s.toUpperCase())],
  ['basename', onText((s) => s.replace(/\/+$/, '').replace(/^.*\//, ''))],
  ['dirname', onText((s) => s.replace(/\/*[^/]*\/*$/, '') || '.')],
  ['replace', replaceIn],
  ['format', formatted],
  [
    'join',
    ([separator, ...rest], context) => {
      const lists = listsOf(rest);
      const between = text(separator);
      return lists === undefined || between === undefined
        ? undefined
        : joined(
            lists.flat().flatMap((item, i) => (i === 0 ? [item] : [between, item])),
            context,
          );
    },
  ],
  [
    'split',
    ([separator, value], { place }) => {
      const [by, whole] = [text(separator), text(value)];
      return by === undefined || whole === undefined
        ? undefined
        : { kind: 'list', items: whole.split(by).map((s) => scalar(s, place)), place, origin: 'set' };
    },
  ],
  [
    'concat',
    // How many items an unknown list has cannot be told: it stands as one.
    (args, { place }) => ({ kind: 'list', items: args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])), place, origin: 'set' }),
  ],
  [
    'flatten',
    ([value], { place }) =>
      value?.kind === 'list'
        ? { kind: 'list', items: value.items.flatMap((item) => (item.kind === 'list' ? item.items : [item])), place, origin: 'set' }
        : undefined,
  ],
  [
    'compact',
    ([value]) =>
      value?.kind === 'list'
        ? { ...value, items: value.items.filter((item) => !(item.kind === 'scalar' && (item.value === null || item.value === ''))) }
        : undefined,
  ],
  ['merge', merge],
  ['coalesce', (args) => coalesced(args, (value) => value === null || value === '')],
  [
    'lookup',
    ([map, key, otherwise]) => {
      const name = text(key);
      return map?.kind !== 'map' || name === undefined ? undefined : (map.entries.get(name) ?? map.unseen ?? otherwise);
    },
  ],
  [
    'element',
    ([list, index]) => {
      const at = index?.kind === 'scalar' && typeof index.value === 'number' ? index.value : undefined;
      return list?.kind === 'list' && at !== undefined && list.items.length > 0 ? list.items[at % list.items.length] : undefined;
    },
  ],
  ['one', ([list]) => (list?.kind === 'list' && list.items.length === 1 ? list.items[0] : undefined)],
  [
    'length',
    ([value], { place }) => {
      if (value?.kind === 'list' && value.items.every((item) => item.kind !== 'opaque')) return scalar(value.items.length, place);
      if (value?.kind === 'map' && !value.unseen) return scalar(value.entries.size, place);
      return undefined;
    },
  ],
  [
    'keys',
    ([map], { place }) =>
      map?.kind === 'map' && !map.unseen
        ? { kind: 'list', items: [...map.entries.keys()].sort().map((key) => scalar(key, place)), place, origin: 'set' }
        : undefined,
  ],
  [
    'values',
    ([map], { place }) =>
      map?.kind === 'map' && !map.unseen
        ? { kind: 'list', items: [...map.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value), place, origin: 'set' }
        : undefined,
  ],
  [
    'contains',
    ([list, value], { place }) =>
      list?.kind === 'list' && value?.kind === 'scalar' && list.items.every((item) => item.kind === 'scalar')
        ? scalar(
            list.items.some((item) => item.kind === 'scalar' && item.value === value.value),
            place,
          )
        : undefined,
  ],
  ['startswith', ([value, prefix], { place }) => predicate(value, prefix, place, (s, p) => s.startsWith(p))],
  ['endswith', ([value, suffix], { place }) => predicate(value, suffix, place, (s, p) => s.endsWith(p))],
  [
    'tostring',
    ([value], { place }) =>
      value?.kind === 'scalar' && typeof value.value !== 'string' && value.value !== null
        ? scalar(String(value.value), place)
        : value?.kind === 'scalar'
          ? value
          : undefined,
  ],
  [
    'tonumber',
    ([value], { place }) =>
      value?.kind === 'scalar' && value.value !== null && !Number.isNaN(Number(value.value))
        ? scalar(Number(value.value), place)
        : undefined,
  ],
  [
    'tobool',
    ([value], { place }) =>
      value?.kind === 'scalar' && ['true', 'false'].includes(String(value.value))
        ? scalar(String(value.value) === 'true', place)
        : undefined,
  ],
  ...['tolist', 'toset', 'tomap', 'sort', 'distinct', 'sensitive', 'nonsensitive', 'pathexpand', 'abspath'].map(
    (name): [string, Function] => [name, same],
  ),
]);

function strip(value: string, characters: string): string {
  let [start, end] = [0, value.length];
  while (start < end && characters.includes(value[start]!)) start++;
  while (end > start && characters.includes(value[end - 1]!)) end--;
  return value.slice(start, end);
}

function predicate(
  value: Tree | undefined,
  other: Tree | undefined,
  place: Place,
  holds: (value: string, other: string) => boolean,
): Tree | undefined {
  const [a, b] = [text(value), text(other)];
  return a === undefined || b === undefined ? undefined : scalar(holds(a, b), place);
}

function coalesced(args: readonly Tree[], empty: (value: Scalar['value']) => boolean): Tree | undefined {
  for (const arg of args) {
    if (arg.kind === 'opaque') return undefined;
    if (arg.kind !== 'scalar' || !empty(arg.value)) return arg;
  }
  return undefined;
}

/** A pattern between slashes is a regular expression of RE2, which JavaScript's need not agree with. */
function replaceIn(args: readonly Tree[], { place }: Context): Tree | undefined {
  const [value, from, to] = args.map(text);
  const original = args[0];
  if (
    value === undefined ||
    from === undefined ||
    to === undefined ||
    from === '' ||
    (from.length > 1 && from.startsWith('/') && from.endsWith('/'))
  )
    return undefined;
  if (!value.includes(from) && original) return original;
  if (value.length * (to.length + 1) > LONGEST * 40) return undefined;
  const changed = scalar(value.split(from).join(to), place);
  // As long as no line is added or taken, every line stands where it was written.
  const block = original?.kind === 'scalar' && !from.includes('\n') && !to.includes('\n') ? original.block : undefined;
  return block && original ? { ...changed, place: original.place, block } : changed;
}

function formatted(args: readonly Tree[], context: Context): Tree | undefined {
  const pattern = text(args[0]);
  if (pattern === undefined) return undefined;
  const pieces: (string | Tree)[] = [];
  let next = 1;
  let from = 0;
  for (const match of pattern.matchAll(/%(%|s|v|d|q)/g)) {
    pieces.push(pattern.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] === '%') pieces.push('%');
    else {
      const arg = args[next++];
      if (arg === undefined || match[1] === 'q') return undefined;
      pieces.push(arg);
    }
  }
  const rest = pattern.slice(from);
  if (/%[^%]/.test(rest)) return undefined;
  return joined([...pieces, rest], context);
}
