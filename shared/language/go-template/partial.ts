import { stringify } from 'yaml';
import type { FilePlace, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { at, toPlain } from '../../tree.ts';
import { joinText, knownText, type Text, type Unknown } from '../shell/text.ts';
import { type Operand, type Pipe, parsePipe, TemplateSyntaxError } from './parse.ts';

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
 * Go's text/template as tools around a cluster use it (Task, helmfile), as far as Git decides it: an action that cannot be known is an unknown in the output,
 * and what is no template stays as it is written. What Argo CD and Helm render whole, and refuse, is `evaluate/argocd/go-template/`. https://pkg.go.dev/text/template
 * Conditions that cannot be told, and loops, make one unknown of their whole block.
 */
export function renderPartially(text: string, context: TemplateContext): Rendered[] {
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
    ...renderPartially(text, context).map((r) => ('text' in r ? r.text : [indentText(stringify(toPlain(r.tree)).trimEnd(), r.indent)])),
  );
}

/** One action, `{{ … }}` without its braces. */
export function evaluateAction(source: string, context: TemplateContext): Text {
  const value = new Renderer(context).value(source);
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

const MOST_STEPS = 2000;

class Renderer {
  readonly #context: TemplateContext;
  readonly #variables = new Map<string, TemplateValue | undefined>();
  #steps = MOST_STEPS;

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
        const empty = source === undefined ? false : isEmpty(this.value(source));
        if (empty === undefined) break;
        if (!empty) return [...this.block(arm.actions), { text: [arm.tail] }];
        if (i === arms.bodies.length - 1) return [];
      }
    }
    return [
      { text: [{ written: `{{ ${keyword} ${condition} }}`, reason: `a template's ${keyword} decides`, place: this.#context.place }] },
    ];
  }

  #action(source: string): Rendered[] {
    if (source.startsWith('/*') || source === '') return [];
    const pipe = this.#parse(source);
    const dumped = pipe && withoutDump(pipe);
    const data = dumped && this.#commands(dumped.commands);
    if (dumped && data && 'kind' in data && data.kind !== 'scalar') return [{ tree: data, indent: dumped.indent }];
    const value = pipe && this.#pipe(pipe);
    if (pipe && pipe.variables.length > 0) return [];
    return [{ text: value === undefined ? [unknownAction(source, this.#context)] : asText(value, source, this.#context) }];
  }

  /** The value of an action; undefined where it cannot be known. */
  value(source: string): TemplateValue | undefined {
    const pipe = this.#parse(source);
    return pipe && this.#pipe(pipe);
  }

  #parse(source: string): Pipe | undefined {
    if (this.#steps-- <= 0) return undefined;
    try {
      return parsePipe(source);
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      return undefined;
    }
  }

  #pipe({ variables, commands }: Pipe): TemplateValue | undefined {
    const value = this.#commands(commands);
    for (const name of variables) this.#variables.set(name, value);
    return value;
  }

  #commands(commands: readonly (readonly Operand[])[]): TemplateValue | undefined {
    let value: TemplateValue | undefined;
    for (const [i, [first, ...rest]] of commands.entries()) {
      if (first === undefined) return undefined;
      if (first.kind !== 'function') {
        value = this.#operand(first);
        continue;
      }
      const values = rest.map((operand) => this.#operand(operand));
      if (i > 0) values.push(value);
      value = this.#context.call?.(first.name, values) ?? builtin(first.name, values);
    }
    return value;
  }

  #operand(operand: Operand): TemplateValue | undefined {
    switch (operand.kind) {
      case 'literal': {
        const { value } = operand;
        if (typeof value === 'string') return [value];
        return { kind: 'scalar', value: typeof value === 'bigint' ? Number(value) : value, place: this.#context.place, origin: 'set' };
      }
      case 'field':
        return this.#context.field(operand.path);
      case 'variable':
        return operand.name === '$' ? this.#context.field(operand.path) : within(this.#variables.get(operand.name), operand.path);
      case 'function':
        // One without arguments stands as an operand of another: `default (env "X") x`.
        return this.#context.call?.(operand.name, []);
      case 'pipe':
        return this.#steps-- > 0 ? within(this.#pipe(operand.pipe), operand.path) : undefined;
    }
  }
}

function within(value: TemplateValue | undefined, path: readonly string[]): TemplateValue | undefined {
  if (path.length === 0) return value;
  return value && 'kind' in value ? at(value, path) : undefined;
}

/** What `… | toYaml | nindent 4` or `toYaml … | indent 4` writes out, and how far to the right; undefined where it writes nothing out. */
function withoutDump({ variables, commands }: Pipe): { commands: Operand[][]; indent: number } | undefined {
  if (variables.length > 0) return undefined;
  const last = commands.at(-1)!;
  const width =
    last[0]?.kind === 'function' && /^n?indent$/.test(last[0].name) && last[1]?.kind === 'literal' ? Number(last[1].value) : undefined;
  const rest = width === undefined ? commands : commands.slice(0, -1);
  const [dump, ...operands] = rest.at(-1) ?? [];
  if (dump?.kind !== 'function' || dump.name !== 'toYaml') return undefined;
  return { commands: [...rest.slice(0, -1), ...(operands.length > 0 ? [operands] : [])], indent: width ?? 0 };
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
  return plain === undefined ? [{ written: '{{ … }}', reason: 'a template fills it in', place: startOf('') }] : [plain];
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
