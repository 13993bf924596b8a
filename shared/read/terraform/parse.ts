import type { Attribute, Block, Body, Expression, TemplatePart } from './syntax.ts';

/** Something that is not Terraform's language; `offset` is where. */
export class NotTerraform extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'NotTerraform';
    this.offset = offset;
  }
}

const DEEPEST = 120;

/** A file of attributes and blocks. What cannot be read is a problem; the blocks around it are read all the same. Never throws. */
export function parseTerraform(text: string): { body: Body; problems: { message: string; offset: number }[] } {
  const problems: { message: string; offset: number }[] = [];
  const body: Body = { attributes: new Map(), blocks: [] };
  const parser = new Parser(text);
  while (!parser.done()) {
    try {
      parser.item(body);
    } catch (error) {
      if (!(error instanceof NotTerraform)) throw error;
      problems.push({ message: error.message, offset: error.offset });
      parser.skipToNextBlock(error.offset);
    }
  }
  return { body, problems };
}

/** The parts of a template file. Throws {@link NotTerraform} where Terraform could not read it. */
export function parseTemplate(text: string): TemplatePart[] {
  return new Parser(text).template(() => false, false);
}

const BINARY: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']];

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  done(): boolean {
    this.#space(true);
    return this.#at >= this.#text.length;
  }

  /** An attribute or a block. */
  item(body: Body): void {
    const offset = this.#at;
    const name = this.#looks('"') ? this.#quotedLiteral() : this.#identifier();
    this.#space(false);
    if (this.#looks('=') && !this.#looks('==')) {
      this.#at++;
      const attribute: Attribute = { name, value: this.#expression(), offset };
      body.attributes.set(name, attribute);
      this.#space(false);
      if (this.#looks(',')) this.#at++;
      return;
    }
    const block: Block = { type: name, labels: [], body: { attributes: new Map(), blocks: [] }, offset };
    while (!this.#looks('{')) {
      block.labels.push(this.#looks('"') ? this.#quotedLiteral() : this.#identifier());
      this.#space(false);
    }
    this.#at++;
    this.#deeper(() => {
      for (;;) {
        this.#space(true);
        if (this.#looks('}')) break;
        if (this.#at >= this.#text.length) throw this.#error('a block is not closed');
        this.item(block.body);
      }
    });
    this.#at++;
    body.blocks.push(block);
  }

  /** Goes on behind an error with the next line that begins with a word. */
  skipToNextBlock(offset: number): void {
    this.#depth = 0;
    const next = /\n(?=[A-Za-z_])/g;
    next.lastIndex = Math.max(offset, this.#at);
    this.#at = next.exec(this.#text) ? next.lastIndex : this.#text.length;
  }

  #expression(): Expression {
    return this.#deeper(() => {
      const condition = this.#binary(0);
      this.#space(this.#wrapped);
      if (!this.#looks('?')) return condition;
      this.#at++;
      this.#space(true);
      const yes = this.#expression();
      this.#space(true);
      this.#expect(':');
      this.#space(true);
      const no = this.#expression();
      return { kind: 'conditional', condition, yes, no, offset: condition.offset, end: this.#at };
    });
  }

  /** Inside brackets a line break is only space. */
  #wrapped = false;

  #inBrackets<T>(read: () => T): T {
    const before = this.#wrapped;
    this.#wrapped = true;
    try {
      return read();
    } finally {
      this.#wrapped = before;
    }
  }

  #binary(level: number): Expression {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      this.#space(this.#wrapped);
      const operator = operators.find((o) => this.#looks(o) && !(o === '<' && this.#looks('<<')));
      if (operator === undefined) return left;
      this.#at += operator.length;
      this.#space(true);
      const right = this.#binary(level + 1);
      left = { kind: 'binary', operator, left, right, offset: left.offset, end: this.#at };
    }
  }

  #unary(): Expression {
    this.#space(this.#wrapped);
    const offset = this.#at;
    if (this.#looks('!') || this.#looks('-')) {
      const operator = this.#text[this.#at++]!;
      const operand = this.#deeper(() => this.#unary());
      return { kind: 'unary', operator, operand, offset, end: this.#at };
    }
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (this.#wrapped) {
        const before = this.#at;
        this.#space(true);
        if (!this.#looks('.') || this.#looks('...')) this.#at = before;
      }
      const offset = of.offset;
      if (this.#looks('[')) {
        this.#at++;
        this.#inBrackets(() => {
          this.#space(true);
          if (this.#looks('*')) {
            this.#at++;
            this.#space(true);
            this.#expect(']');
            of = { kind: 'splat', of, offset, end: this.#at };
          } else {
            const key = this.#expression();
            this.#space(true);
            this.#expect(']');
            of = { kind: 'index', of, key, offset, end: this.#at };
          }
        });
      } else if (this.#looks('.') && !this.#looks('...')) {
        this.#at++;
        if (this.#looks('*')) {
          this.#at++;
          of = { kind: 'splat', of, offset, end: this.#at };
        } else {
          const digits = /^\d+/.exec(this.#text.slice(this.#at, this.#at + 12))?.[0];
          if (digits !== undefined) {
            const at = this.#at;
            this.#at += digits.length;
            of = { kind: 'index', of, key: { kind: 'literal', value: Number(digits), offset: at, end: this.#at }, offset, end: this.#at };
          } else of = { kind: 'attribute', of, name: this.#identifier(), offset, end: this.#at };
        }
      } else return of;
    }
  }

  #primary(): Expression {
    const offset = this.#at;
    const c = this.#text[this.#at];
    if (c === '"') {
      this.#at++;
      const parts = this.template(() => this.#looks('"'), true);
      this.#expect('"');
      return this.#string(parts, false, offset);
    }
    if (this.#looks('<<')) return this.#heredoc();
    if (c === '(') {
      this.#at++;
      return this.#inBrackets(() => {
        const inner = this.#expression();
        this.#space(true);
        this.#expect(')');
        return inner;
      });
    }
    if (c === '[') return this.#inBrackets(() => this.#tuple());
    if (c === '{') return this.#inBrackets(() => this.#object());
    const number = /^\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.#text.slice(this.#at, this.#at + 40));
    if (number) {
      this.#at += number[0].length;
      return { kind: 'literal', value: Number(number[0]), offset, end: this.#at };
    }
    let name = this.#identifier();
    while (this.#looks('::')) {
      this.#at += 2;
      name = this.#identifier();
    }
    if (this.#looks('(')) {
      this.#at++;
      return this.#inBrackets(() => this.#call(name, offset));
    }
    const word = { true: true, false: false, null: null } as const;
    if (name === 'true' || name === 'false' || name === 'null') return { kind: 'literal', value: word[name], offset, end: this.#at };
    return { kind: 'variable', name, offset, end: this.#at };
  }

  #call(name: string, offset: number): Expression {
    const args: Expression[] = [];
    let spread = false;
    for (;;) {
      this.#space(true);
      if (this.#looks(')')) break;
      args.push(this.#expression());
      this.#space(true);
      if (this.#looks('...')) {
        this.#at += 3;
        spread = true;
        this.#space(true);
      }
      if (this.#looks(',')) this.#at++;
      else if (!this.#looks(')')) throw this.#error('a call is not closed');
    }
    this.#at++;
    return { kind: 'call', name, arguments: args, spread, offset, end: this.#at };
  }

  #tuple(): Expression {
    const offset = this.#at++;
    this.#space(true);
    if (this.#keyword('for')) return this.#for(offset, ']');
    const items: Expression[] = [];
    for (;;) {
      this.#space(true);
      if (this.#looks(']')) break;
      items.push(this.#expression());
      this.#space(true);
      if (this.#looks(',')) this.#at++;
      else if (!this.#looks(']')) throw this.#error('a list is not closed');
    }
    this.#at++;
    return { kind: 'tuple', items, offset, end: this.#at };
  }

  #object(): Expression {
    const offset = this.#at++;
    this.#space(true);
    if (this.#keyword('for')) return this.#for(offset, '}');
    const items: { key: Expression; value: Expression }[] = [];
    for (;;) {
      this.#space(true);
      if (this.#looks('}')) break;
      const key = this.#key();
      this.#space(true);
      if (this.#looks('=') || this.#looks(':')) this.#at++;
      else throw this.#error('a key has no value');
      this.#space(true);
      // A line break ends an item.
      const before = this.#wrapped;
      this.#wrapped = false;
      const value = this.#expression();
      this.#wrapped = before;
      items.push({ key, value });
      this.#space(true);
      if (this.#looks(',')) this.#at++;
    }
    this.#at++;
    return { kind: 'object', items, offset, end: this.#at };
  }

  /** A bare word is a key by itself, not a variable. */
  #key(): Expression {
    const offset = this.#at;
    const word = /^[A-Za-z_][\w-]*(?=\s*[=:])/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (word === undefined) return this.#expression();
    this.#at += word.length;
    return { kind: 'literal', value: word, offset, end: this.#at };
  }

  #for(offset: number, close: string): Expression {
    const names = this.#forHead();
    this.#space(true);
    if (!this.#keyword('in')) throw this.#error('`in` is missing');
    this.#space(true);
    const collection = this.#expression();
    this.#space(true);
    this.#expect(':');
    this.#space(true);
    let value = this.#expression();
    let key: Expression | undefined;
    let group = false;
    this.#space(true);
    if (this.#looks('=>')) {
      this.#at += 2;
      this.#space(true);
      key = value;
      value = this.#expression();
      this.#space(true);
      if (this.#looks('...')) {
        this.#at += 3;
        group = true;
        this.#space(true);
      }
    }
    let condition: Expression | undefined;
    if (this.#keyword('if')) {
      this.#space(true);
      condition = this.#expression();
      this.#space(true);
    }
    this.#expect(close);
    return {
      kind: 'for',
      names,
      collection,
      value,
      group,
      ...(key ? { key } : {}),
      ...(condition ? { condition } : {}),
      offset,
      end: this.#at,
    };
  }

  #forHead(): string[] {
    const names: string[] = [];
    do {
      if (names.length > 0) this.#at++;
      this.#space(true);
      names.push(this.#identifier());
      this.#space(true);
    } while (this.#looks(',') && names.length < 2);
    return names;
  }

  #string(parts: TemplatePart[], lines: boolean, offset: number): Expression {
    if (parts.length === 0) return { kind: 'literal', value: '', offset, end: this.#at };
    const only = parts[0]!;
    if (!lines && parts.length === 1 && only.kind === 'text') return { kind: 'literal', value: only.text, offset, end: this.#at };
    if (!lines && parts.length === 1 && only.kind === 'interpolation') return only.expression;
    return { kind: 'template', parts, lines, offset, end: this.#at };
  }

  #heredoc(): Expression {
    const offset = this.#at;
    const head = /^<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n/.exec(this.#text.slice(this.#at, this.#at + 200));
    if (!head) throw this.#error('a heredoc has no name');
    this.#at += head[0].length;
    const close = new RegExp(`^[ \\t]*${head[2]}[ \\t]*\\r?$`, 'm');
    const rest = this.#text.slice(this.#at);
    const found = close.exec(rest);
    if (!found) throw this.#error('a heredoc is not closed');
    const end = this.#at + found.index;
    const inner = new Parser(this.#text.slice(0, end));
    inner.#at = this.#at;
    let parts = inner.template(() => false, false);
    if (head[1] === '-') parts = flush(parts);
    this.#at = end + found[0].replace(/\r$/, '').length;
    return { kind: 'template', parts, lines: true, offset, end: this.#at };
  }

  /** Text with `${…}` and `%{…}` up to where `ends` says; escapes with a backslash only in quotes. */
  template(ends: () => boolean, quoted: boolean): TemplatePart[] {
    return this.#directives(ends, quoted, []).parts;
  }

  #directives(
    ends: () => boolean,
    quoted: boolean,
    closers: readonly string[],
  ): { parts: TemplatePart[]; closer: string; written: string } {
    const parts: TemplatePart[] = [];
    let text = '';
    let from = this.#at;
    const flushText = () => {
      if (text !== '') parts.push({ kind: 'text', text, offset: from });
      text = '';
    };
    const source = this.#text;
    for (;;) {
      if (this.#at >= source.length || ends()) {
        if (closers.length > 0) throw this.#error('a template directive is not closed');
        flushText();
        return { parts, closer: '', written: '' };
      }
      const c = source[this.#at]!;
      if (quoted && c === '\n') throw this.#error('a string is not closed');
      if (quoted && c === '\\') {
        text += this.#escape();
      } else if ((c === '$' || c === '%') && source[this.#at + 1] === c && source[this.#at + 2] === '{') {
        text += `${c}{`;
        this.#at += 3;
      } else if ((c === '$' || c === '%') && source[this.#at + 1] === '{') {
        flushText();
        const offset = this.#at;
        this.#at += 2;
        if (this.#looks('~')) this.#at++;
        if (c === '$') {
          const expression = this.#inBrackets(() => this.#expression());
          this.#closeSequence();
          parts.push({ kind: 'interpolation', expression, written: source.slice(offset, this.#at), offset });
        } else {
          this.#space(true);
          const closer = closers.find((word) => this.#keyword(word));
          if (closer !== undefined) {
            this.#closeSequence();
            return { parts, closer, written: source.slice(offset, this.#at) };
          }
          parts.push(this.#deeper(() => this.#directive(ends, quoted, offset)));
        }
        from = this.#at;
      } else {
        if (text === '') from = this.#at;
        text += c;
        this.#at++;
      }
    }
  }

  #directive(ends: () => boolean, quoted: boolean, offset: number): TemplatePart {
    if (this.#keyword('if')) {
      this.#space(true);
      const condition = this.#inBrackets(() => this.#expression());
      this.#closeSequence();
      const written = [this.#text.slice(offset, this.#at)];
      const yes = this.#directives(ends, quoted, ['else', 'endif']);
      written.push(yes.written);
      if (yes.closer === 'endif') return { kind: 'if', condition, yes: yes.parts, no: [], written };
      const no = this.#directives(ends, quoted, ['endif']);
      written.push(no.written);
      return { kind: 'if', condition, yes: yes.parts, no: no.parts, written };
    }
    if (!this.#keyword('for')) throw this.#error('is neither `if` nor `for`');
    const names = this.#forHead();
    if (!this.#keyword('in')) throw this.#error('`in` is missing');
    this.#space(true);
    const collection = this.#inBrackets(() => this.#expression());
    this.#closeSequence();
    const written = [this.#text.slice(offset, this.#at)];
    const body = this.#directives(ends, quoted, ['endfor']);
    written.push(body.written);
    return { kind: 'for', names, collection, body: body.parts, written };
  }

  #closeSequence(): void {
    this.#space(true);
    if (this.#looks('~')) this.#at++;
    this.#expect('}');
  }

  #escape(): string {
    const c = this.#text[this.#at + 1];
    const simple = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' } as const;
    if (c === 'u' || c === 'U') {
      const digits = this.#text.slice(this.#at + 2, this.#at + (c === 'u' ? 6 : 10));
      const code = Number.parseInt(digits, 16);
      if (Number.isNaN(code) || code > 0x10ffff) throw this.#error('is no character');
      this.#at += 2 + digits.length;
      return String.fromCodePoint(code);
    }
    if (c === undefined || !(c in simple)) throw this.#error('is no escape');
    this.#at += 2;
    return simple[c as keyof typeof simple];
  }

  #quotedLiteral(): string {
    const offset = this.#at++;
    const parts = this.template(() => this.#looks('"'), true);
    this.#expect('"');
    const only = parts[0];
    if (parts.length === 0) return '';
    if (parts.length > 1 || only?.kind !== 'text') throw new NotTerraform('a name holds a template', offset);
    return only.text;
  }

  #identifier(): string {
    const name = /^[\p{L}_][\p{L}\p{N}_-]*/u.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (name === undefined) throw this.#error('is not what was expected here');
    this.#at += name.length;
    return name;
  }

  #keyword(word: string): boolean {
    if (!this.#looks(word) || /[\w-]/.test(this.#text[this.#at + word.length] ?? '')) return false;
    this.#at += word.length;
    return true;
  }

  #looks(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #expect(text: string): void {
    if (!this.#looks(text)) throw this.#error(`\`${text}\` is missing`);
    this.#at += text.length;
  }

  #error(message: string): NotTerraform {
    return new NotTerraform(message, this.#at);
  }

  /** Skips blanks and comments; line breaks too where they mean nothing. */
  #space(lines: boolean): void {
    const text = this.#text;
    for (;;) {
      const c = text[this.#at];
      if (c === ' ' || c === '\t' || c === '\r' || c === '\ufeff' || (lines && c === '\n')) this.#at++;
      else if (c === '#' || (c === '/' && text[this.#at + 1] === '/')) {
        const end = text.indexOf('\n', this.#at);
        this.#at = end < 0 ? text.length : end;
      } else if (c === '/' && text[this.#at + 1] === '*') {
        const end = text.indexOf('*/', this.#at + 2);
        this.#at = end < 0 ? text.length : end + 2;
      } else return;
    }
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) throw this.#error('is nested too deeply');
    const result = read();
    this.#depth--;
    return result;
  }
}

/** `<<-` takes the indentation that all lines share away. */
function flush(parts: TemplatePart[]): TemplatePart[] {
  let least = Number.POSITIVE_INFINITY;
  let start = true;
  for (const part of parts) {
    if (part.kind === 'text') {
      const lines = part.text.split('\n');
      lines.forEach((line, i) => {
        if (i > 0) start = true;
        if (start && (line.trim() !== '' || (i === lines.length - 1 && line !== '')))
          least = Math.min(least, line.length - line.trimStart().length);
        if (line !== '') start = false;
      });
    } else {
      if (start) least = 0;
      start = false;
    }
  }
  if (least === 0 || least === Number.POSITIVE_INFINITY) return parts;
  const strip = (list: TemplatePart[], atStart: boolean): TemplatePart[] => {
    let beginning = atStart;
    return list.map((part) => {
      if (part.kind !== 'text') {
        beginning = false;
        return part;
      }
      const text = part.text
        .split('\n')
        .map((line, i) => (i > 0 || beginning ? line.slice(Math.min(least, line.length - line.trimStart().length)) : line))
        .join('\n');
      beginning = part.text.endsWith('\n');
      return { ...part, text, indent: least };
    });
  };
  return strip(parts, true);
}
