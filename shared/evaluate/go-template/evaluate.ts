import {
  type Node,
  type Operand,
  type ParsedTemplate,
  type Pipe,
  parseTemplate,
  TemplateSyntaxError,
} from '../../language/go-template/parse.ts';
import type { Opaque, Place } from '../../model.ts';
import { opaque } from '../../tree.ts';
import type { Caller } from './functions/arguments.ts';
import { callFunction, isFunction, takesMap } from './functions.ts';
import { Files, type GoMap, type GoValue, isTruthy, keysOf, lookUp, Marks, print, TooLarge, UNSEEN, Unknown } from './values.ts';

/** Go refuses to render; `offset` into the template. */
export class TemplateError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What decides the output cannot be known, so nothing of it can. */
export class UnknownOutput extends Error {
  readonly opaque: Opaque;
  constructor(unknown: Opaque) {
    super(unknown.reason);
    this.opaque = unknown;
  }
}

export interface TemplateOptions {
  /** `error`: a missing key is refused; `default`: it prints `<no value>`; `empty`: it prints nothing, as Helm has it. */
  missingKey: 'default' | 'error' | 'empty';
  /** Functions of Helm (`include`, `tpl`, `required`, `lookup`) beside those of sprig. */
  helm?: boolean;
  /** Named templates of other files. */
  defined?: ReadonlyMap<string, Node[]>;
  /** Where a function that cannot be known here stands. */
  place: Place;
}

/** A rendered text; `lines` says for each of its lines at which offset of the template it was made, `marks` what stands for unknown values in it. */
export interface RenderedText {
  text: string;
  offsets: number[];
  marks: Marks;
}

const MOST_STEPS = 200_000;
const LONGEST_OUTPUT = 4_000_000;
const DEEPEST = 60;

/**
 * Renders a Go template with sprig's functions. Throws {@link TemplateError} or {@link TemplateSyntaxError} where Go refuses,
 * {@link UnknownOutput} where a condition or a loop hangs on something that cannot be known here.
 */
export function renderTemplate(template: string | ParsedTemplate, data: GoValue, options: TemplateOptions): RenderedText {
  const parsed = typeof template === 'string' ? parseTemplate(template) : template;
  const run = new Run(options, new Map([...(options.defined ?? []), ...parsed.defined]));
  return run.render(parsed.body, data);
}

class BreakLoop extends Error {}
class ContinueLoop extends Error {}

class Run implements Caller {
  readonly marks = new Marks();
  readonly helm: boolean;
  readonly #options: TemplateOptions;
  readonly #defined: Map<string, Node[]>;
  #variables: [string, GoValue][] = [];
  #chunks: string[] = [];
  #offsets: number[] = [];
  #length = 0;
  #steps = 0;
  #depth = 0;
  #offset = 0;

  constructor(options: TemplateOptions, defined: Map<string, Node[]>) {
    this.#options = options;
    this.#defined = defined;
    this.helm = options.helm === true;
  }

  render(body: Node[], data: GoValue): RenderedText {
    this.#variables = [['$', data]];
    this.#offsets = [0];
    try {
      this.#nodes(body, data);
    } catch (error) {
      // The stack, or a length that no text may have.
      if (error instanceof TooLarge || error instanceof RangeError) this.fail('works on too much text, or on a map that holds itself');
      throw error;
    }
    return { text: this.#chunks.join(''), offsets: this.#offsets, marks: this.marks };
  }

  unknown(reason: string): Unknown {
    return new Unknown(opaque(reason, this.#options.place));
  }

  fail(message: string): never {
    throw new TemplateError(message, this.#offset);
  }

  include(name: string, data: GoValue): string {
    const body = this.#defined.get(name);
    if (!body) throw new UnknownOutput(opaque(`the named template ${name} is not here`, this.#options.place));
    return this.#apart(body, data);
  }

  evaluate(template: string, data: GoValue): string {
    const parsed = parseTemplate(template);
    for (const [name, body] of parsed.defined) this.#defined.set(name, body);
    return this.#apart(parsed.body, data);
  }

  /** Renders into a string of its own, with variables of its own. */
  #apart(body: Node[], data: GoValue): string {
    if (++this.#depth > DEEPEST) this.fail('templates include each other without end');
    const [chunks, offsets, length, variables] = [this.#chunks, this.#offsets, this.#length, this.#variables];
    [this.#chunks, this.#offsets, this.#variables] = [[], [0], [['$', data]]];
    this.#nodes(body, data);
    const text = this.#chunks.join('');
    [this.#chunks, this.#offsets, this.#length, this.#variables] = [chunks, offsets, length, variables];
    this.#depth--;
    return text;
  }

  #write(text: string, offset: number, moves: boolean): void {
    this.#length += text.length;
    if (this.#length > LONGEST_OUTPUT) this.fail('renders too much text');
    this.#chunks.push(text);
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.#offsets.push(moves ? offset + i + 1 : offset);
  }

  #nodes(nodes: readonly Node[], dot: GoValue): void {
    const scope = this.#variables.length;
    for (const node of nodes) this.#node(node, dot);
    this.#variables.length = scope;
  }

  #step(offset: number): void {
    this.#offset = offset;
    if (++this.#steps > MOST_STEPS) this.fail('takes too long to render');
  }

  #node(node: Node, dot: GoValue): void {
    this.#step(node.offset);
    switch (node.kind) {
      case 'text':
        this.#write(node.text, node.offset, true);
        return;
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(this.#print(value), node.offset, false);
        return;
      }
      case 'if':
      case 'with': {
        const scope = this.#variables.length;
        const value = this.#pipe(node.pipe, dot);
        if (value instanceof Unknown) throw new UnknownOutput(value.opaque);
        const truth = isTruthy(value) && !(value instanceof Map && value.size === 1 && value.has(UNSEEN));
        if (truth) this.#nodes(node.body, node.kind === 'with' ? value : dot);
        else this.#nodes(node.otherwise, dot);
        this.#variables.length = scope;
        return;
      }
      case 'range':
        this.#range(node, dot);
        return;
      case 'template': {
        const body = this.#defined.get(node.name);
        if (!body) throw new UnknownOutput(opaque(`the named template ${node.name} is not here`, this.#options.place));
        const data = node.pipe ? this.#pipe(node.pipe, dot) : undefined;
        this.#write(this.#apart(body, data), node.offset, false);
        return;
      }
      case 'break':
        throw new BreakLoop();
      case 'continue':
        throw new ContinueLoop();
    }
  }

  #print(value: GoValue): string {
    if (this.#options.missingKey === 'empty' && (value === undefined || value === null)) return '';
    return print(value, this.marks);
  }

  #range(node: Extract<Node, { kind: 'range' }>, dot: GoValue): void {
    const scope = this.#variables.length;
    const { variables, assigns } = node.pipe;
    const value = this.#pipe({ ...node.pipe, variables: [] }, dot);
    if (value instanceof Unknown) throw new UnknownOutput(value.opaque);
    let entries: [GoValue, GoValue][] = [];
    if (Array.isArray(value)) entries = value.map((item, index) => [BigInt(index), item]);
    else if (value instanceof Map) {
      const unseen = value.get(UNSEEN);
      if (unseen instanceof Unknown) throw new UnknownOutput(unseen.opaque);
      entries = keysOf(value).map((key) => [key, value.get(key)]);
    } else if (typeof value === 'bigint')
      entries = Array.from({ length: Math.min(Number(value), 100_000) }, (_, i) => [BigInt(i), BigInt(i)]);
    else if (value !== undefined && value !== null) this.fail('ranges over something that is neither list nor map');
    if (entries.length === 0) this.#nodes(node.otherwise, dot);
    for (const [key, item] of entries) {
      this.#step(node.offset);
      const inner = this.#variables.length;
      const given: [string, GoValue][] =
        variables.length === 2
          ? [
              [variables[0]!, key],
              [variables[1]!, item],
            ]
          : variables.length === 1
            ? [[variables[0]!, item]]
            : [];
      for (const [name, one] of given) assigns ? this.#assign(name, one) : this.#variables.push([name, one]);
      try {
        this.#nodes(node.body, item);
      } catch (error) {
        if (error instanceof BreakLoop) {
          this.#variables.length = inner;
          break;
        }
        if (!(error instanceof ContinueLoop)) throw error;
      }
      this.#variables.length = inner;
    }
    this.#variables.length = scope;
  }

  #assign(name: string, value: GoValue): void {
    const found = this.#variables.findLast(([known]) => known === name);
    if (!found) this.fail(`uses the variable ${name} without declaring it`);
    found[1] = value;
  }

  #pipe(pipe: Pipe, dot: GoValue): GoValue {
    if (++this.#depth > DEEPEST * 3) this.fail('is nested too deeply');
    let value: GoValue;
    pipe.commands.forEach((command, index) => {
      value = this.#command(command, dot, index === 0 ? [] : [value]);
    });
    this.#depth--;
    for (const name of pipe.variables) pipe.assigns ? this.#assign(name, value) : this.#variables.push([name, value]);
    return value;
  }

  #command(command: readonly Operand[], dot: GoValue, final: GoValue[]): GoValue {
    const [first, ...rest] = command as [Operand, ...Operand[]];
    this.#step(this.#offset);
    if (first.kind === 'function') {
      if (first.name === 'and' || first.name === 'or') return this.#shortCircuit(first.name, rest, dot, final);
      if (!isFunction(first.name, this.helm)) {
        if (this.helm) return this.unknown(`the template function ${first.name} cannot be worked out here`);
        this.fail(`calls a function that does not exist: ${first.name}`);
      }
      const args = [
        ...rest.map((operand) => ({ value: this.#operand(operand, dot), typed: isTyped(operand) })),
        ...final.map((value) => ({ value, typed: false })),
      ];
      return callFunction(
        first.name,
        // Go gives a function that takes a map an empty one for what is nothing, but not for a missing field, which is an interface.
        args.map(({ value, typed }, index) =>
          (value ?? undefined) === undefined && !typed && takesMap(first.name, index) ? new Map() : value,
        ),
        this,
      );
    }
    if (rest.length > 0 || final.length > 0) {
      const read = this.#file(first, [...rest.map((operand) => () => this.#operand(operand, dot)), ...final.map((one) => () => one)], dot);
      if (read !== undefined) return read;
    }
    const value = this.#operand(first, dot);
    if (rest.length > 0 || final.length > 0) {
      if (value instanceof Unknown) return value;
      if (this.helm) return this.unknown('a method of the template engine cannot be worked out here');
      this.fail('gives arguments to something that is no function');
    }
    return value;
  }

  /** `.Files.Get "path"` and `.Files.Glob "pattern"`; undefined for anything else. */
  #file(called: Operand, args: readonly (() => GoValue)[], dot: GoValue): GoValue {
    if ((called.kind !== 'field' && called.kind !== 'variable') || called.path.length === 0 || args.length !== 1) return undefined;
    const name = called.path.at(-1);
    if (name !== 'Get' && name !== 'Glob') return undefined;
    const files = this.#operand({ ...called, path: called.path.slice(0, -1) }, dot);
    if (!(files instanceof Files)) return undefined;
    const argument = args[0]!();
    if (typeof argument !== 'string') return argument instanceof Unknown ? argument : undefined;
    return name === 'Get' ? files.content(argument) : files.matching(argument);
  }

  #shortCircuit(name: 'and' | 'or', operands: readonly Operand[], dot: GoValue, final: GoValue[]): GoValue {
    let value: GoValue;
    const later: (() => GoValue)[] = [...operands.map((operand) => () => this.#operand(operand, dot)), ...final.map((one) => () => one)];
    for (const next of later) {
      value = next();
      if (value instanceof Unknown) return value;
      if (isTruthy(value) === (name === 'or')) return value;
    }
    return value;
  }

  #operand(operand: Operand, dot: GoValue): GoValue {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'field':
        return this.#walk(dot, operand.path);
      case 'variable': {
        const found = this.#variables.findLast(([name]) => name === operand.name);
        if (!found) this.fail(`uses the variable ${operand.name} without declaring it`);
        return this.#walk(found[1], operand.path);
      }
      case 'function':
        if (!isFunction(operand.name, this.helm)) this.fail(`calls a function that does not exist: ${operand.name}`);
        return callFunction(operand.name, [], this);
      case 'pipe': {
        const scope = this.#variables.length;
        const value = this.#pipe(operand.pipe, dot);
        this.#variables.length = scope;
        return this.#walk(value, operand.path);
      }
    }
  }

  #walk(from: GoValue, path: readonly string[]): GoValue {
    let value = from;
    for (const key of path) {
      if (value instanceof Unknown) return value;
      if (value === undefined) {
        if (this.#options.missingKey === 'error') this.fail(`finds no entry for the key ${key}`);
        if (this.#options.missingKey === 'empty') this.fail(`looks for ${key} in something that does not exist`);
        return undefined;
      }
      if (value === null) this.fail(`looks for ${key} in null`);
      if (!(value instanceof Map)) this.fail(`looks for ${key} in something that is no map`);
      const next: GoValue = lookUp(value as GoMap, key);
      if (next === undefined && this.#options.missingKey === 'error') this.fail(`finds no entry for the key ${key}`);
      value = next;
    }
    return value;
  }
}

/** True for a field: text/template keeps its declared type; of variables, pipelines and the dot it takes what is inside. */
function isTyped(operand: Operand): boolean {
  return operand.kind === 'literal' || ('path' in operand && operand.path.length > 0);
}

export { TemplateSyntaxError };
