import type { Mapping, Opaque, Place, Scalar, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { callFunction } from './functions.ts';
import type { Splices } from './spliced-text.ts';
import type { Expression, ForExpression, TemplatePart } from './syntax.ts';

/** Where an expression is evaluated. */
export interface Scope {
  /** The file that the expression stands in; functions that read files start at its module. */
  file: string;
  place(offset: number): Place;
  /** The text between two offsets. */
  written(from: number, to: number): string;
  /** What a name stands for, with the attributes that were asked of it; `taken` says how many of them were used. */
  lookup(name: string, attributes: readonly string[]): { tree: Tree; taken: number } | undefined;
  /** Names of `for` and of a template. */
  names: ReadonlyMap<string, Tree>;
  splices: Splices;
  files: FileFunctions;
  budget: { steps: number };
}

/** What the functions that touch files need. Paths are Terraform's: relative ones start at the root module. */
export interface FileFunctions {
  read(path: Tree, place: Place): Tree;
  render(path: Tree, variables: Tree, place: Place, scope: Scope): Tree;
  list(directory: Tree, pattern: Tree, place: Place): Tree;
  exists(path: Tree): boolean | undefined;
  /** Told of every text that is made for some other program to read. */
  made(text: Tree, place: Place): void;
}

const MOST_STEPS = 400_000;
/** Longer texts and lists are not put together: they double with every step of a hostile configuration. */
export const LONGEST = 200_000;

/** A budget for one run: Terraform that goes on without end becomes opaque. */
export function budget(): { steps: number } {
  return { steps: MOST_STEPS };
}

/** What an expression stands for; an opaque where Git does not say. Never throws. */
export function evaluate(expression: Expression, scope: Scope): Tree {
  const tree = valueOfExpression(expression, scope);
  return weightOf(tree) > MOST_NODES ? opaque('it is too large', scope.place(expression.offset)) : tree;
}

const MOST_NODES = 200_000;
const weights = new WeakMap<Tree, number>();

/** The nodes of a value when what it shares with others is written out. */
function weightOf(tree: Tree): number {
  if (tree.kind === 'scalar' || tree.kind === 'opaque') return 1;
  let weight = weights.get(tree);
  if (weight === undefined) {
    weight = 1;
    for (const child of tree.kind === 'list' ? tree.items : tree.entries.values()) weight += weightOf(child);
    weights.set(tree, weight);
  }
  return weight;
}

function valueOfExpression(expression: Expression, scope: Scope): Tree {
  if (--scope.budget.steps < 0) return opaque('Terraform would have to be run to know', scope.place(expression.offset));
  const place = scope.place(expression.offset);
  const scalar = (value: Scalar['value']): Scalar => ({ kind: 'scalar', value, place, origin: 'set' });
  const unknown = (reason: string): Opaque => opaque(reason, place, short(scope.written(expression.offset, expression.end)));
  switch (expression.kind) {
    case 'literal':
      return scalar(expression.value);
    case 'template':
      return expression.lines
        ? templateText(expression.parts, scope, place)
        : shortText(expression.parts, scope, place, () => scope.written(expression.offset, expression.end));
    case 'variable':
    case 'attribute':
    case 'index':
    case 'splat':
      return traverse(expression, scope, place);
    case 'call':
      return callFunction(expression, scope, place, unknown);
    case 'object': {
      const map: Mapping = { kind: 'map', entries: new Map(), place, origin: 'set' };
      for (const item of expression.items) {
        const key = evaluate(item.key, scope);
        const value = evaluate(item.value, scope);
        if (key.kind === 'scalar' && key.value !== null) map.entries.set(String(key.value), value);
        else map.unseen = key.kind === 'opaque' ? key : unknown('its key is no text');
      }
      // Machine configuration that is built piece by piece: what becomes of the pieces may hang on resources that exist only when it runs.
      if (map.entries.has('inlineManifests'))
        scope.files.made({ kind: 'map', entries: new Map([['cluster', map]]), place, origin: 'set' }, place);
      return map;
    }
    case 'tuple':
      return { kind: 'list', items: expression.items.map((item) => evaluate(item, scope)), place, origin: 'set' };
    case 'for':
      return forEach(expression, scope, place, unknown);
    case 'conditional': {
      const condition = evaluate(expression.condition, scope);
      if (condition.kind === 'scalar' && typeof condition.value === 'boolean')
        return evaluate(condition.value ? expression.yes : expression.no, scope);
      const branches = [evaluate(expression.yes, scope), evaluate(expression.no, scope)];
      return rendering(unknown('it depends on a condition that Terraform works out when it runs'), branches);
    }
    case 'unary': {
      const operand = evaluate(expression.operand, scope);
      if (operand.kind !== 'scalar') return unknown('Terraform works it out when it runs');
      if (expression.operator === '!' && typeof operand.value === 'boolean') return scalar(!operand.value);
      if (expression.operator === '-' && typeof operand.value === 'number') return scalar(-operand.value);
      return unknown('Terraform works it out when it runs');
    }
    case 'binary': {
      const value = compute(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
      return value === undefined ? unknown('Terraform works it out when it runs') : scalar(value);
    }
  }
}

/** What an opaque holds that Helm renders when Terraform runs. */
const RENDERED = /data\.helm_template\.[\w-]+/g;

/** The names of the `helm_template` blocks whose manifest went into a value that cannot be known. */
export function renderedBy(tree: Tree): string[] {
  return tree.kind === 'opaque' && tree.text !== undefined ? [...new Set(tree.text.match(RENDERED))] : [];
}

/** An opaque that keeps the names of the charts that went into it. */
export function rendering(made: Opaque, from: readonly Tree[]): Opaque {
  const names = [...new Set(from.flatMap(renderedBy))].filter((name) => !made.text?.includes(name));
  return names.length === 0 ? made : { ...made, text: [made.text, ...names.map((name) => `\${${name}}`)].filter(Boolean).join(' ') };
}

const contributors = new WeakMap<Tree, ReadonlySet<string>>();

/** The files whose values went into this one, besides its own. */
export function contributorsOf(tree: Tree): ReadonlySet<string> {
  return contributors.get(tree) ?? new Set();
}

/** Notes that a value was made of others. */
export function contributed<T extends Tree>(tree: T, from: readonly Tree[], files: readonly string[] = []): T {
  const all = new Set([...contributorsOf(tree), ...files]);
  for (const part of from) {
    if ('file' in part.place) all.add(part.place.file);
    for (const file of contributorsOf(part)) all.add(file);
  }
  if (all.size > 0) contributors.set(tree, all);
  return tree;
}

/** Text as an excerpt. */
function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function compute(operator: string, left: Tree, right: Tree): boolean | number | undefined {
  if (operator === '&&' || operator === '||') {
    const stops = operator === '||';
    for (const side of [left, right]) if (side.kind === 'scalar' && side.value === stops) return stops;
    return left.kind === 'scalar' && right.kind === 'scalar' ? !stops : undefined;
  }
  const empty = (tree: Tree) => tree.kind === 'scalar' && tree.value === null;
  if (operator === '==' || operator === '!=') {
    const equal =
      left.kind === 'scalar' && right.kind === 'scalar'
        ? left.value === right.value
        : (empty(left) && filled(right)) || (empty(right) && filled(left))
          ? false
          : undefined;
    return equal === undefined ? undefined : equal === (operator === '==');
  }
  if (left.kind !== 'scalar' || right.kind !== 'scalar' || typeof left.value !== 'number' || typeof right.value !== 'number')
    return undefined;
  const [a, b] = [left.value, right.value];
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '%':
      return b === 0 ? undefined : a % b;
    default:
      return undefined;
  }
}

const filled = (tree: Tree): boolean => tree.kind === 'map' || tree.kind === 'list';

function traverse(expression: Expression, scope: Scope, place: Place): Tree {
  const steps: Expression[] = [];
  let root = expression;
  while (root.kind === 'attribute' || root.kind === 'index' || root.kind === 'splat') {
    steps.unshift(root);
    root = root.of;
  }
  let taken = 0;
  let tree: Tree;
  if (root.kind === 'variable') {
    const names = leadingNames(steps);
    const local = scope.names.get(root.name);
    const found = local ? { tree: local, taken: 0 } : scope.lookup(root.name, names);
    const written = short(scope.written(expression.offset, expression.end));
    if (!found) return opaque('Terraform works it out when it runs', place, `\${${written}}`);
    tree = found.tree;
    taken = found.taken;
    if (tree.kind === 'opaque' && tree.text === undefined) tree = { ...tree, text: `\${${written}}` };
  } else tree = evaluate(root, scope);
  // `resource[0].attribute`: which of its instances is asked for does not matter to what they are written as.
  for (let i = indexOfName(steps, taken); i < steps.length; i++) tree = step(tree, steps[i]!, scope, place);
  return tree;
}

/** The attribute names behind a root name; indexes between them are left out. */
function leadingNames(steps: readonly Expression[]): string[] {
  const names: string[] = [];
  for (const s of steps) {
    if (s.kind === 'attribute') names.push(s.name);
    else if (s.kind === 'index' && s.key.kind === 'literal' && typeof s.key.value === 'string' && names.length > 0) continue;
    else if (s.kind !== 'index' && s.kind !== 'splat') break;
  }
  return names;
}

/** The step behind the first `taken` attribute names. */
function indexOfName(steps: readonly Expression[], taken: number): number {
  let left = taken;
  let i = 0;
  for (; i < steps.length && left > 0; i++) if (steps[i]!.kind === 'attribute') left--;
  return i;
}

/** Of what a `for` makes over something that cannot be known: what each of its elements is. */
const elements = new WeakMap<Opaque, Tree>();

function step(tree: Tree, by: Expression, scope: Scope, place: Place): Tree {
  if (tree.kind === 'opaque') return (by.kind === 'index' ? elements.get(tree) : undefined) ?? tree;
  const nothing = () => opaque('Terraform works it out when it runs', place, `\${${short(scope.written(by.offset, by.end))}}`);
  if (by.kind === 'splat')
    return tree.kind === 'list' || tree.kind === 'map' ? tree : { kind: 'list', items: [tree], place, origin: 'set' };
  if (by.kind === 'attribute') {
    if (tree.kind === 'map') return tree.entries.get(by.name) ?? tree.unseen ?? { kind: 'scalar', value: null, place, origin: 'set' };
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => step(item, by, scope, place)) };
    return nothing();
  }
  if (by.kind !== 'index') return nothing();
  const key = evaluate(by.key, scope);
  if (key.kind !== 'scalar') return nothing();
  if (tree.kind === 'list' && typeof key.value === 'number') return tree.items[key.value] ?? nothing();
  if (tree.kind === 'map') return tree.entries.get(String(key.value)) ?? tree.unseen ?? nothing();
  return nothing();
}

function forEach(
  expression: ForExpression & { offset: number; end: number },
  scope: Scope,
  place: Place,
  unknown: (reason: string) => Opaque,
): Tree {
  const collection = evaluate(expression.collection, scope);
  const rounds: [Tree, Tree][] = [];
  const at = (value: Scalar['value']): Tree => ({ kind: 'scalar', value, place, origin: 'set' });
  if (collection.kind === 'list') for (const [i, item] of collection.items.entries()) rounds.push([at(i), item]);
  else if (collection.kind === 'map' && !collection.unseen) for (const [key, item] of collection.entries) rounds.push([at(key), item]);
  else rounds.push([unknown('Terraform works it out when it runs'), unknown('Terraform works it out when it runs')]);
  const known = collection.kind === 'list' || (collection.kind === 'map' && !collection.unseen);
  const items: Tree[] = [];
  const entries = new Map<string, Tree>();
  let unseen: Opaque | undefined;
  let each: Tree | undefined;
  for (const [key, item] of rounds) {
    const names = new Map(scope.names);
    names.set(expression.names.at(-1)!, item);
    if (expression.names.length > 1) names.set(expression.names[0]!, key);
    const inner = { ...scope, names };
    if (expression.condition) {
      const condition = evaluate(expression.condition, inner);
      if (condition.kind === 'scalar' && condition.value === false) continue;
      if (condition.kind !== 'scalar') unseen = unknown('Terraform works it out when it runs');
    }
    const value = evaluate(expression.value, inner);
    each = value;
    if (items.length >= LONGEST) break;
    if (!expression.key) items.push(value);
    else {
      const name = evaluate(expression.key, inner);
      if (name.kind === 'scalar') entries.set(String(name.value), value);
      else unseen = unknown('Terraform works it out when it runs');
    }
  }
  if (!known && each && !expression.group) {
    const made = unknown('Terraform works it out when it runs');
    elements.set(made, each);
    return made;
  }
  if (!known || expression.group || (unseen && !expression.key)) return unknown('Terraform works it out when it runs');
  if (expression.key) return { kind: 'map', entries, place, origin: 'set', ...(unseen ? { unseen } : {}) };
  return { kind: 'list', items, place, origin: 'set' };
}

/** A string in one line: what is known in it is filled in. */
function shortText(parts: readonly TemplatePart[], scope: Scope, place: Place, written: () => string): Tree {
  let text = '';
  let unknown: Opaque | undefined;
  const from: Tree[] = [];
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'interpolation') {
      const value = evaluate(part.expression, scope);
      from.push(value);
      const flat = value.kind === 'scalar' ? scope.splices.flat(value) : value;
      if (flat.kind === 'scalar' && text.length < LONGEST) text += flat.value === null ? '' : String(flat.value);
      else {
        unknown ??= flat.kind === 'opaque' ? flat : opaque('it is no text that can be put in', place);
        if (text.length < LONGEST) text += part.written;
      }
    } else return opaque('Terraform works it out when it runs', place, short(written()));
  }
  return contributed(unknown ? opaque(unknown.reason, place, text) : { kind: 'scalar', value: text, place, origin: 'set' }, from);
}

/** Text of several lines: what is filled in stands there as a mark, so that every line stays where it is. */
export function templateText(parts: readonly TemplatePart[], scope: Scope, place: Place): Scalar {
  const text = renderParts(parts, scope);
  const first = parts[0];
  const start = first?.kind === 'text' || first?.kind === 'interpolation' ? scope.place(first.offset) : undefined;
  const indent = first?.kind === 'text' ? (first.indent ?? 0) : 0;
  return {
    kind: 'scalar',
    value: text,
    place,
    origin: 'set',
    ...(start && 'file' in start ? { block: { line: start.line, indent } } : {}),
  };
}

function renderParts(parts: readonly TemplatePart[], scope: Scope): string {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'interpolation') text += interpolated(part, scope);
    else if (part.kind === 'if') {
      const condition = evaluate(part.condition, scope);
      const decided = condition.kind === 'scalar' && typeof condition.value === 'boolean' ? condition.value : undefined;
      const [opens, between, closes] = [
        part.written[0] ?? '',
        part.no.length > 0 ? (part.written[1] ?? '') : '',
        part.written.at(-1) ?? '',
      ];
      if (decided === undefined) text += opens + renderParts(part.yes, scope) + between + renderParts(part.no, scope) + closes;
      else text += decided ? renderParts(part.yes, scope) + breaks(part.no) : breaks(part.yes) + renderParts(part.no, scope);
    } else {
      const names = new Map(scope.names);
      const each = evaluate(part.collection, scope);
      for (const name of part.names)
        names.set(name, opaque('it is different in every round of a loop', scope.place(part.collection.offset)));
      if (each.kind === 'list' && each.items.length === 0) text += breaks(part.body);
      else text += (part.written[0] ?? '') + renderParts(part.body, { ...scope, names }) + (part.written[1] ?? '');
    }
  }
  return text;
}

function interpolated(part: TemplatePart & { kind: 'interpolation' }, scope: Scope): string {
  const value = evaluate(part.expression, scope);
  if (value.kind === 'scalar') {
    const whole = typeof value.value === 'string' ? scope.splices.whole(value.value) : undefined;
    return whole ? (value.value as string).trim() : scope.splices.mark(value, false);
  }
  return scope.splices.mark(
    value.kind === 'opaque' ? value : opaque('it is a list or a map in a text', scope.place(part.offset), part.written),
    false,
  );
}

/** The line breaks of what is left out. */
function breaks(parts: readonly TemplatePart[]): string {
  return parts
    .map((part) =>
      part.kind === 'text'
        ? part.text.replace(/[^\n]/g, '')
        : part.kind === 'interpolation'
          ? ''
          : breaks(part.kind === 'if' ? [...part.yes, ...part.no] : part.body),
    )
    .join('');
}
