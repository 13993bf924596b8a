import { stringify } from 'yaml';
import type { FilePlace, Tree } from '../../model.ts';
import { at, toPlain } from '../../tree.ts';
import { joinText, knownText, type Text, type Unknown } from '../shell/text.ts';

/** A value inside a template: text as far as it is known, or data. */
export type TemplateValue = Text | Tree;

/** What a tool's templates may use besides the language. */
export interface TemplateContext {
  place: FilePlace;
  /** `.a.b` as its segments; undefined where nobody says. */
  field(path: readonly string[]): TemplateValue | undefined;
  /** The tool's own functions; undefined where it has none of that name or cannot know the result. */
  call?(name: string, values: readonly (TemplateValue | undefined)[]): TemplateValue | undefined;
}

/** A piece of a template's output; data that `toYaml` prints stays data. */
export type Rendered = { text: Text } | { tree: Tree; indent: number };

/** Bounded on purpose: braces and quotes that never close must not cost more than the text is long. */
export const ACTION = /\{\{(-?)\s*((?:"(?:[^"\\]|\\.){0,1000}"|`[^`]{0,1000}`|(?!\{\{)[^"`]){0,2000}?)\s*(-?)\}\}/g;
const LONGEST = 512 * 1024;

interface Action {
  source: string;
  before: string;
}

/**
 * Go's text/template as far as Git decides it; an action that cannot be known is an unknown in the output. https://pkg.go.dev/text/template
 * Conditions that cannot be told, and loops, make one unknown of their whole block.
 */
export function renderTemplate(text: string, context: TemplateContext): Rendered[] {
  if (!text.includes('{{') || text.length > LONGEST) return [{ text: [text] }];
  const actions: Action[] = [];
  let from = 0;
  let trim = false;
  for (const match of text.matchAll(ACTION)) {
    let before = text.slice(from, match.index);
    if (trim) before = before.trimStart();
    if (match[1]) before = before.trimEnd();
    actions.push({ source: match[2]!, before });
    trim = match[3] === '-';
    from = match.index + match[0].length;
  }
  const rest = trim ? text.slice(from).trimStart() : text.slice(from);
  const renderer = new Renderer(context);
  const out = renderer.block(actions);
  out.push({ text: [rest] });
  return out;
}

/** The template's output as text; data in it is written out. */
export function renderText(text: string, context: TemplateContext): Text {
  return joinText(
    ...renderTemplate(text, context).map((r) => ('text' in r ? r.text : [indentText(stringify(toPlain(r.tree)).trimEnd(), r.indent)])),
  );
}

/** One action, `{{ … }}` without its braces. */
export function evaluateAction(source: string, context: TemplateContext): Text {
  const value = new Renderer(context).pipeline(source);
  return value === undefined ? [unknownAction(source, context)] : asText(value, source, context);
}

function unknownAction(source: string, context: TemplateContext): Unknown {
  const name = /^(?:\.|\$)?\.?(\w+)$/.exec(source.trim())?.[1];
  return {
    written: `{{ ${source} }}`,
    reason: 'a template fills it in',
    place: context.place,
    ...(name ? { name } : {}),
    ...(name ? { given: true as const } : {}),
  };
}

function asText(value: TemplateValue, source: string, context: TemplateContext): Text {
  if (!('kind' in value)) return value;
  if (value.kind === 'scalar') return [value.value === null ? '' : String(value.value)];
  if (value.kind === 'opaque') return [{ written: value.text ?? `{{ ${source} }}`, reason: value.reason, place: context.place }];
  return [unknownAction(source, context)];
}

class Renderer {
  readonly #context: TemplateContext;
  readonly #variables = new Map<string, TemplateValue | undefined>();
  #steps = 2000;

  constructor(context: TemplateContext) {
    this.#context = context;
  }

  block(actions: readonly Action[]): Rendered[] {
    const out: Rendered[] = [];
    let i = 0;
    while (i < actions.length) {
      const action = actions[i]!;
      out.push({ text: [action.before] });
      const keyword = /^(if|range|with|block|define|end|else|template|break|continue)\b\s*([\s\S]*)$/.exec(action.source);
      if (!keyword) {
        out.push(...this.#action(action.source));
        i++;
        continue;
      }
      if (!/^(?:if|range|with|block|define)$/.test(keyword[1]!)) {
        i++;
        continue;
      }
      const arms = armsOf(actions, i);
      out.push(...this.#arms(keyword[1]!, keyword[2]!, arms));
      i = arms.end + 1;
    }
    return out;
  }

  #arms(keyword: string, condition: string, arms: Arms): Rendered[] {
    if (keyword === 'define') return [];
    if (keyword === 'if') {
      for (const [i, arm] of arms.bodies.entries()) {
        const source = i === 0 ? condition : arm.condition;
        const truth = source === undefined ? true : this.#truth(source);
        if (truth === undefined) break;
        if (truth) return [...this.block(arm.actions), { text: [arm.tail] }];
        if (i === arms.bodies.length - 1) return [];
      }
    }
    return [
      { text: [{ written: `{{ ${keyword} ${condition} }}`, reason: `a template's ${keyword} decides`, place: this.#context.place }] },
    ];
  }

  #action(source: string): Rendered[] {
    if (source.startsWith('/*') || source === '') return [];
    const assignment = /^(\$\w*)\s*:?=\s*([\s\S]+)$/.exec(source);
    if (assignment) {
      this.#variables.set(assignment[1]!, this.pipeline(assignment[2]!));
      return [];
    }
    const dumped = /^([\s\S]*?)\|?\s*\btoYaml\b\s*([^|]*?)\s*(?:\|\s*n?indent\s+(\d+)\s*)?$/.exec(source);
    if (dumped) {
      const value = this.pipeline(dumped[1]!.trim() || dumped[2]!);
      if (value && 'kind' in value && value.kind !== 'scalar') return [{ tree: value, indent: Number(dumped[3] ?? 0) }];
    }
    const value = this.pipeline(source);
    if (value === undefined) return [{ text: [unknownAction(source, this.#context)] }];
    return [{ text: asText(value, source, this.#context) }];
  }

  #truth(source: string): boolean | undefined {
    const value = this.pipeline(source);
    if (value === undefined) return undefined;
    if (!('kind' in value)) {
      const known = knownText(value);
      return known === undefined ? undefined : known !== '';
    }
    if (value.kind === 'scalar') return value.value !== null && value.value !== false && value.value !== 0 && value.value !== '';
    if (value.kind === 'opaque') return undefined;
    return value.kind === 'list' ? value.items.length > 0 : value.entries.size > 0;
  }

  /** The value of a pipeline; undefined where it cannot be known. */
  pipeline(source: string): TemplateValue | undefined {
    if (this.#steps-- <= 0) return undefined;
    const tokens = tokenize(source);
    if (!tokens) return undefined;
    const cursor = { tokens, i: 0 };
    const value = this.#pipe(cursor, 0);
    return cursor.i === tokens.length ? value : undefined;
  }

  #pipe(cursor: Cursor, depth: number): TemplateValue | undefined {
    let value: TemplateValue | undefined;
    let first = true;
    for (;;) {
      value = this.#command(cursor, first ? undefined : { value }, depth);
      first = false;
      if (cursor.tokens[cursor.i] !== '|') return value;
      cursor.i++;
    }
  }

  #command(cursor: Cursor, piped: { value: TemplateValue | undefined } | undefined, depth: number): TemplateValue | undefined {
    const name = cursor.tokens[cursor.i];
    const isFunction = name !== undefined && /^[A-Za-z_]\w*$/.test(name) && !/^(true|false|nil)$/.test(name);
    const operands: (TemplateValue | undefined)[] = [];
    if (isFunction) cursor.i++;
    while (cursor.i < cursor.tokens.length && cursor.tokens[cursor.i] !== '|' && cursor.tokens[cursor.i] !== ')') {
      operands.push(this.#operand(cursor, depth));
      if (operands.length > 32) return undefined;
    }
    if (piped) operands.push(piped.value);
    if (!isFunction) return operands[0];
    return this.#context.call?.(name, operands) ?? builtin(name, operands);
  }

  #operand(cursor: Cursor, depth: number): TemplateValue | undefined {
    const token = cursor.tokens[cursor.i++]!;
    if (token === '(') {
      const value = depth < 16 ? this.#pipe(cursor, depth + 1) : undefined;
      if (cursor.tokens[cursor.i] === ')') cursor.i++;
      else cursor.i = cursor.tokens.length + 1;
      const path = cursor.tokens[cursor.i];
      if (path?.startsWith('.') && path.length > 1) {
        cursor.i++;
        return value && 'kind' in value ? at(value, path.slice(1).split('.')) : undefined;
      }
      return value;
    }
    if (token.startsWith('"')) return [unquote(token)];
    if (token.startsWith('`')) return [token.slice(1, -1)];
    if (token.startsWith('$')) {
      const [variable, ...path] = token.split('.');
      if (variable === '$') return this.#context.field(path);
      const value = this.#variables.get(variable!);
      return path.length === 0 ? value : value && 'kind' in value ? at(value, path) : undefined;
    }
    if (token.startsWith('.'))
      return this.#context.field(
        token
          .slice(1)
          .split('.')
          .filter((s) => s !== ''),
      );
    const scalar = (value: string | number | boolean | null): Tree => ({
      kind: 'scalar',
      value,
      place: this.#context.place,
      origin: 'set',
    });
    if (token === 'true' || token === 'false') return scalar(token === 'true');
    if (token === 'nil') return scalar(null);
    if (/^-?\d+(\.\d+)?$/.test(token)) return scalar(Number(token));
    // A function without arguments stands as an operand of another: `default (env "X") x`.
    return this.#context.call?.(token, []);
  }
}

interface Cursor {
  tokens: string[];
  i: number;
}

interface Arms {
  bodies: { condition: string | undefined; actions: Action[]; tail: string }[];
  end: number;
}

/** The bodies of a block that opens at an index, up to its `end`. */
function armsOf(actions: readonly Action[], open: number): Arms {
  const bodies: Arms['bodies'] = [{ condition: undefined, actions: [], tail: '' }];
  let depth = 0;
  for (let i = open + 1; i < actions.length; i++) {
    const action = actions[i]!;
    const current = bodies.at(-1)!;
    if (/^(?:if|range|with|block|define)\b/.test(action.source)) depth++;
    else if (/^end\b/.test(action.source)) {
      if (depth === 0) {
        current.tail = action.before;
        return { bodies, end: i };
      }
      depth--;
    } else if (depth === 0 && /^else\b/.test(action.source)) {
      current.tail = action.before;
      bodies.push({ condition: /^else\s+if\s+([\s\S]+)$/.exec(action.source)?.[1], actions: [], tail: '' });
      continue;
    }
    current.actions.push(action);
  }
  return { bodies, end: actions.length };
}

function tokenize(source: string): string[] | undefined {
  const tokens: string[] = [];
  const pattern = /\s*("(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|\$?\w*(?:\.[A-Za-z_]\w*)+|\$\w*|\.|-?\d+(?:\.\d+)?|[A-Za-z_]\w*)\s*/gy;
  let end = 0;
  for (const match of source.matchAll(pattern)) {
    if (match.index !== end) return undefined;
    end = match.index + match[0].length;
    tokens.push(match[1]!);
    if (tokens.length > 500) return undefined;
  }
  return end === source.length && tokens.length > 0 ? tokens : undefined;
}

function unquote(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    return token.slice(1, -1);
  }
}

/** Functions of Go's templates and of Sprig that only work on their arguments. https://masterminds.github.io/sprig/ */
function builtin(name: string, values: readonly (TemplateValue | undefined)[]): TemplateValue | undefined {
  const last = values.at(-1);
  const text = (i: number): string | undefined => plainText(values[i]);
  const end = plainText(last);
  switch (name) {
    case 'default':
      if (isEmpty(last) === true) return values[0];
      if (isEmpty(last) === false) return last;
      return last === undefined || isGiven(last) ? values[0] : undefined;
    case 'coalesce':
      return values.find((v) => v !== undefined && isEmpty(v) === false);
    case 'quote':
    case 'squote':
    case 'trim':
    case 'toString':
      if (last && !('kind' in last)) return last;
      return end === undefined ? undefined : [name === 'trim' ? end.trim() : end];
    case 'lower':
      return end === undefined ? undefined : [end.toLowerCase()];
    case 'upper':
      return end === undefined ? undefined : [end.toUpperCase()];
    case 'trimPrefix':
      return end === undefined || text(0) === undefined ? undefined : [end.startsWith(text(0)!) ? end.slice(text(0)!.length) : end];
    case 'trimSuffix':
      return end === undefined || text(0) === undefined ? undefined : [end.endsWith(text(0)!) ? end.slice(0, -text(0)!.length) : end];
    case 'replace':
      return end === undefined || text(0) === undefined || text(1) === undefined || text(0) === ''
        ? undefined
        : [end.replaceAll(text(0)!, text(1)!)];
    case 'print':
      return values.every((v) => plainText(v) !== undefined) ? [values.map((v) => plainText(v)).join('')] : undefined;
    case 'printf':
      return printf(values);
    case 'joinPath':
    case 'osJoin':
      return joinText(...values.map((v, i): Text => (i === 0 ? textOf(v) : ['/', ...textOf(v)])));
    case 'indent':
    case 'nindent':
      return end === undefined || text(0) === undefined
        ? undefined
        : [`${name === 'nindent' ? '\n' : ''}${indentText(end, Number(text(0)))}`];
    case 'dir':
    case 'osDir':
      return end === undefined ? undefined : [end.includes('/') ? end.slice(0, end.lastIndexOf('/')) : '.'];
    case 'base':
    case 'osBase':
      return end === undefined ? undefined : [end.slice(end.lastIndexOf('/') + 1)];
    case 'get':
    case 'index':
      return values[0] && 'kind' in values[0] && end !== undefined ? at(values[0], [end]) : undefined;
    case 'eq':
    case 'ne': {
      const a = text(0);
      if (a === undefined || end === undefined || values.length !== 2) return undefined;
      return truth((a === end) === (name === 'eq'), last!);
    }
    case 'not': {
      const empty = isEmpty(last);
      return empty === undefined ? undefined : truth(empty, last);
    }
    case 'and':
      return values.find((v) => isEmpty(v) !== false) ?? last;
    case 'or':
      return values.find((v) => isEmpty(v) !== true) ?? last;
    default:
      return undefined;
  }
}

function truth(value: boolean, near: TemplateValue | undefined): Tree {
  return { kind: 'scalar', value, place: near && 'kind' in near ? near.place : { source: 'a template' }, origin: 'set' };
}

function isGiven(value: TemplateValue): boolean {
  return !('kind' in value) && value.length === 1 && typeof value[0] !== 'string' && value[0]?.given === true;
}

function isEmpty(value: TemplateValue | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (!('kind' in value)) {
    const known = knownText(value);
    return known === undefined ? undefined : known === '';
  }
  if (value.kind === 'opaque') return undefined;
  if (value.kind === 'scalar') return value.value === null || value.value === '' || value.value === false || value.value === 0;
  return value.kind === 'list' ? value.items.length === 0 : value.entries.size === 0 && !value.unseen;
}

function plainText(value: TemplateValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!('kind' in value)) return knownText(value);
  return value.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

function textOf(value: TemplateValue | undefined): Text {
  if (value !== undefined && !('kind' in value)) return value;
  const plain = plainText(value);
  return plain === undefined
    ? [{ written: '{{ … }}', reason: 'a template fills it in', place: { file: '', line: 1, column: 1 } }]
    : [plain];
}

function printf(values: readonly (TemplateValue | undefined)[]): Text | undefined {
  const format = plainText(values[0]);
  if (format === undefined) return undefined;
  let used = 1;
  const pieces: Text[] = [];
  for (const part of format.split(/(%[svdq%])/)) {
    if (part === '%%') pieces.push(['%']);
    else if (/^%[svdq]$/.test(part)) {
      const value = values[used++];
      if (value === undefined) return undefined;
      pieces.push(part === '%q' ? joinText(['"'], textOf(value), ['"']) : textOf(value));
    } else if (part.includes('%')) return undefined;
    else pieces.push([part]);
  }
  return joinText(...pieces);
}

/** Every line of a text moved to the right. */
function indentText(text: string, width: number): string {
  const blank = ' '.repeat(Math.max(0, Math.min(width, 64)) || 0);
  return text
    .split('\n')
    .map((line) => (line === '' ? line : blank + line))
    .join('\n');
}
