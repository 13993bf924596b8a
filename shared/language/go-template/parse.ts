/** Go's text/template, as a tree. https://pkg.go.dev/text/template */
export type Node =
  | { kind: 'text'; text: string; offset: number }
  | { kind: 'action'; pipe: Pipe; offset: number }
  | { kind: 'if' | 'with'; pipe: Pipe; body: Node[]; otherwise: Node[]; offset: number }
  | { kind: 'range'; pipe: Pipe; body: Node[]; otherwise: Node[]; offset: number }
  | { kind: 'template'; name: string; pipe?: Pipe; offset: number }
  | { kind: 'break' | 'continue'; offset: number };

/** A pipeline with the variables that it declares or sets. */
export interface Pipe {
  variables: string[];
  assigns: boolean;
  commands: Operand[][];
}

export type Operand =
  | { kind: 'literal'; value: string | number | bigint | boolean | null }
  | { kind: 'field'; path: string[] }
  | { kind: 'variable'; name: string; path: string[] }
  | { kind: 'function'; name: string }
  | { kind: 'pipe'; pipe: Pipe; path: string[] };

/** A template that Go would not parse; `offset` is where. */
export class TemplateSyntaxError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface ParsedTemplate {
  body: Node[];
  defined: Map<string, Node[]>;
}

const LONGEST = 1_000_000;
const DEEPEST = 100;

/** Parses a template. Throws {@link TemplateSyntaxError}. */
export function parseTemplate(text: string): ParsedTemplate {
  if (text.length > LONGEST) throw new TemplateSyntaxError('is too long', 0);
  return new Parser(text).parse();
}

/** Parses what stands between the braces of one action, where that is a pipeline. Throws {@link TemplateSyntaxError}. */
export function parsePipe(source: string): Pipe {
  const { tokens } = tokenize(`${source} }}`, 0, 0);
  const reader = new Reader(tokens, 0);
  const pipe = reader.pipe();
  reader.done();
  return pipe;
}

interface Block {
  nodes: Node[];
  /** Where the text after an `else` goes. */
  node?: Extract<Node, { otherwise: Node[] }>;
  define?: string;
  /** `else if` and `else with` close with the one `end` of their chain. */
  chained: boolean;
}

class Parser {
  readonly #text: string;
  readonly #defined = new Map<string, Node[]>();

  constructor(text: string) {
    this.#text = text;
  }

  parse(): ParsedTemplate {
    const body: Node[] = [];
    const stack: Block[] = [{ nodes: body, chained: false }];
    let at = 0;
    let trim = false;
    for (;;) {
      const open = this.#text.indexOf('{{', at);
      let text = this.#text.slice(at, open < 0 ? undefined : open);
      let offset = at;
      if (trim) {
        const cut = text.length - text.trimStart().length;
        text = text.slice(cut);
        offset += cut;
      }
      const trimsLeft = open >= 0 && /^-\s/.test(this.#text.slice(open + 2, open + 4));
      if (trimsLeft) text = text.trimEnd();
      if (text !== '') stack.at(-1)!.nodes.push({ kind: 'text', text, offset });
      if (open < 0) break;
      let start = open + 2 + (trimsLeft ? 1 : 0);
      while (/\s/.test(this.#text[start] ?? '')) start++;
      let end: number;
      if (this.#text.startsWith('/*', start)) {
        const close = this.#text.indexOf('*/', start);
        if (close < 0) throw new TemplateSyntaxError('has a comment without an end', open);
        end = this.#text.indexOf('}}', close);
        if (end < 0) throw new TemplateSyntaxError('has an action without an end', open);
        trim = /\s-$/.test(this.#text.slice(close, end));
      } else {
        const tokens = tokenize(this.#text, start, open);
        end = tokens.end;
        trim = tokens.trim;
        this.#action(tokens.tokens, open, stack);
      }
      at = end + 2;
    }
    if (stack.length > 1) throw new TemplateSyntaxError('has a block without an end', this.#text.length);
    return { body, defined: this.#defined };
  }

  #action(tokens: Token[], offset: number, stack: Block[]): void {
    const reader = new Reader(tokens, offset);
    const into = stack.at(-1)!.nodes;
    const word = tokens[0]?.kind === 'word' ? tokens[0].text : undefined;
    if (stack.length > DEEPEST) throw new TemplateSyntaxError('is nested too deeply', offset);
    switch (word) {
      case 'if':
      case 'with':
      case 'range': {
        reader.next();
        const node = { kind: word, pipe: reader.pipe(), body: [], otherwise: [], offset } as Extract<Node, { otherwise: Node[] }>;
        into.push(node);
        stack.push({ nodes: node.body, node, chained: false });
        break;
      }
      case 'else': {
        reader.next();
        const block = stack.at(-1)!;
        if (!block.node || block.nodes === block.node.otherwise) throw new TemplateSyntaxError('has an else without an if', offset);
        block.nodes = block.node.otherwise;
        const again = reader.peek();
        if (again?.kind === 'word' && (again.text === 'if' || again.text === 'with')) {
          reader.next();
          const node = { kind: again.text, pipe: reader.pipe(), body: [], otherwise: [], offset } as Extract<Node, { otherwise: Node[] }>;
          block.nodes.push(node);
          stack.push({ nodes: node.body, node, chained: true });
        }
        break;
      }
      case 'end': {
        reader.next();
        let block = stack.pop()!;
        while (block.chained) block = stack.pop()!;
        if (stack.length === 0) throw new TemplateSyntaxError('has an end without a block', offset);
        if (block.define !== undefined) this.#defined.set(block.define, block.nodes);
        break;
      }
      case 'define':
      case 'block': {
        reader.next();
        const name = reader.string();
        if (word === 'block') into.push({ kind: 'template', name, pipe: reader.pipe(), offset });
        stack.push({ nodes: [], define: name, chained: false });
        break;
      }
      case 'template': {
        reader.next();
        const name = reader.string();
        into.push({ kind: 'template', name, ...(reader.peek() ? { pipe: reader.pipe() } : {}), offset });
        break;
      }
      case 'break':
      case 'continue':
        reader.next();
        if (!isInLoop(stack)) throw new TemplateSyntaxError(`has a ${word} outside of a range`, offset);
        into.push({ kind: word, offset });
        break;
      default:
        into.push({ kind: 'action', pipe: reader.pipe(), offset });
    }
    reader.done();
  }
}

/** True in what a `range` repeats, which its `else` is not; a template that is defined there is not in it. */
function isInLoop(stack: readonly Block[]): boolean {
  const own = stack.slice(stack.findLastIndex(({ define }) => define !== undefined) + 1);
  return own.some(({ node, nodes }) => node?.kind === 'range' && nodes === node.body);
}

type Token =
  | { kind: 'word' | 'variable'; text: string; after: boolean }
  | { kind: 'field'; text: string; after: boolean }
  | { kind: 'literal'; value: string | number | bigint; after: boolean }
  | { kind: '.' | '(' | ')' | '|' | ',' | ':=' | '='; after: boolean };

/** The tokens of an action; `after` says that a token follows the one before it without a blank, as in `(x).y`. */
function tokenize(text: string, from: number, offset: number): { tokens: Token[]; end: number; trim: boolean } {
  const tokens: Token[] = [];
  let at = from;
  const fail = (message: string): never => {
    throw new TemplateSyntaxError(message, offset);
  };
  for (;;) {
    const blank = /\s/.test(text[at] ?? '');
    while (/\s/.test(text[at] ?? '')) at++;
    const after = !blank && tokens.length > 0;
    if (text.startsWith('}}', at)) return { tokens, end: at, trim: false };
    if (text.startsWith('-}}', at) && blank) return { tokens, end: at + 1, trim: true };
    const c = text[at];
    if (c === undefined) fail('has an action without an end');
    if (c === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
      if (text[end] !== '"') fail('has a string without an end');
      tokens.push({ kind: 'literal', value: unquote(text.slice(at + 1, end)), after });
      at = end + 1;
    } else if (c === '`') {
      const end = text.indexOf('`', at + 1);
      if (end < 0) fail('has a string without an end');
      tokens.push({ kind: 'literal', value: text.slice(at + 1, end), after });
      at = end + 1;
    } else if (c === "'") {
      const match = /^'(\\.|[^'\\])'/.exec(text.slice(at, at + 4)) ?? fail('has a bad character');
      tokens.push({ kind: 'literal', value: BigInt(unquote(match[1]!).codePointAt(0) ?? 0), after });
      at += match[0].length;
    } else if (text.startsWith(':=', at)) {
      tokens.push({ kind: ':=', after });
      at += 2;
    } else if (c === '(' || c === ')' || c === '|' || c === ',' || c === '=') {
      tokens.push({ kind: c, after });
      at++;
    } else {
      const rest = text.slice(at, at + 300);
      const number = /^[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7]+(?![\d.])|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
      const field = /^\.[A-Za-z_][A-Za-z0-9_]*/.exec(rest);
      const variable = /^\$[A-Za-z0-9_]*/.exec(rest);
      const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest);
      if (field) tokens.push({ kind: 'field', text: field[0].slice(1), after });
      else if (number && /\d/.test(number[0])) tokens.push({ kind: 'literal', value: numberOf(number[0]), after });
      else if (variable) tokens.push({ kind: 'variable', text: variable[0], after });
      else if (word) tokens.push({ kind: 'word', text: word[0], after });
      else if (c === '.') tokens.push({ kind: '.', after });
      else fail('has a character that Go does not know');
      at += (field ?? (number && /\d/.test(number[0]) ? number : undefined) ?? variable ?? word ?? ['.'])[0]!.length;
    }
  }
}

function numberOf(text: string): number | bigint {
  const clean = text.replaceAll('_', '').replace(/^\+/, '');
  if (/^-?\d+$/.test(clean) || /^-?0[xXoObB]/.test(clean)) {
    const digits = clean.replace(/^-/, '').replace(/^0(?=\d)/, '0o');
    return clean.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  }
  return Number(clean);
}

function unquote(text: string): string {
  const escapes: Record<string, string> = {
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    '"': '"',
    "'": "'",
    a: '\u0007',
    b: '\b',
    f: '\f',
    v: '\v',
  };
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, c: string) => {
    if (/^[xuU][0-9a-fA-F]/.test(c)) return String.fromCodePoint(Math.min(Number.parseInt(c.slice(1), 16), 0x10ffff));
    if (/^[0-7]{3}$/.test(c)) return String.fromCharCode(Number.parseInt(c, 8));
    return escapes[c] ?? c;
  });
}

class Reader {
  readonly #tokens: Token[];
  readonly #offset: number;
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[], offset: number) {
    this.#tokens = tokens;
    this.#offset = offset;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  next(): Token {
    return this.#tokens[this.#at++] ?? this.#fail('ends too early');
  }

  done(): void {
    if (this.peek()) this.#fail('has something left over');
  }

  string(): string {
    const token = this.next();
    return token.kind === 'literal' && typeof token.value === 'string' ? token.value : this.#fail('lacks a name in quotes');
  }

  pipe(): Pipe {
    if (++this.#depth > DEEPEST) this.#fail('is nested too deeply');
    const variables: string[] = [];
    let assigns = false;
    const [first, second, third, fourth] = this.#tokens.slice(this.#at, this.#at + 4);
    if (first?.kind === 'variable' && (second?.kind === ':=' || second?.kind === '=')) {
      variables.push(first.text);
      assigns = second.kind === '=';
      this.#at += 2;
    } else if (
      first?.kind === 'variable' &&
      second?.kind === ',' &&
      third?.kind === 'variable' &&
      (fourth?.kind === ':=' || fourth?.kind === '=')
    ) {
      variables.push(first.text, third.text);
      assigns = fourth.kind === '=';
      this.#at += 4;
    }
    const commands: Operand[][] = [];
    let command: Operand[] = [];
    for (;;) {
      const token = this.peek();
      if (token === undefined || token.kind === ')') break;
      if (token.kind === '|') {
        if (command.length === 0) this.#fail('has an empty command');
        commands.push(command);
        command = [];
        this.#at++;
      } else command.push(this.#operand());
    }
    if (command.length === 0) this.#fail('has an empty command');
    commands.push(command);
    this.#depth--;
    return { variables, assigns, commands };
  }

  #operand(): Operand {
    const token = this.next();
    switch (token.kind) {
      case 'literal':
        return { kind: 'literal', value: token.value };
      case '.':
        return { kind: 'field', path: [] };
      case 'field':
        return { kind: 'field', path: [token.text, ...this.#path()] };
      case 'variable':
        return { kind: 'variable', name: token.text, path: this.#path() };
      case '(': {
        const pipe = this.pipe();
        if (this.next().kind !== ')') this.#fail('lacks a closing parenthesis');
        return { kind: 'pipe', pipe, path: this.#path() };
      }
      case 'word':
        if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
        if (token.text === 'nil') return { kind: 'literal', value: null };
        return { kind: 'function', name: token.text };
      default:
        return this.#fail('has something where a value should be');
    }
  }

  #path(): string[] {
    const path: string[] = [];
    for (let token = this.peek(); token?.kind === 'field' && token.after; token = this.peek()) {
      path.push(token.text);
      this.#at++;
    }
    return path;
  }

  #fail(message: string): never {
    throw new TemplateSyntaxError(`has an action that ${message}`, this.#offset);
  }
}
