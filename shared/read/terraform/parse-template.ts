import { Cursor } from './cursor.ts';
import type { Expression, TemplatePart } from './syntax.ts';

/** Reads text with `${…}` and `%{…}` in it. https://developer.hashicorp.com/terraform/language/expressions/strings */
export abstract class TemplateCursor extends Cursor {
  protected abstract expression(): Expression;

  /** Text with `${…}` and `%{…}` up to where `ends` says; escapes with a backslash only in quotes. */
  template(ends: () => boolean, quoted: boolean): TemplatePart[] {
    return this.directives(ends, quoted, []).parts;
  }

  protected directives(
    ends: () => boolean,
    quoted: boolean,
    closers: readonly string[],
  ): { parts: TemplatePart[]; closer: string; written: string } {
    const parts: TemplatePart[] = [];
    let text = '';
    let from = this.at;
    const flushText = () => {
      if (text !== '') parts.push({ kind: 'text', text, offset: from });
      text = '';
    };
    const source = this.text;
    for (;;) {
      if (this.at >= source.length || ends()) {
        if (closers.length > 0) throw this.error('a template directive is not closed');
        flushText();
        return { parts, closer: '', written: '' };
      }
      const c = source[this.at]!;
      if (quoted && c === '\n') throw this.error('a string is not closed');
      if (quoted && c === '\\') {
        text += this.escape();
      } else if ((c === '$' || c === '%') && source[this.at + 1] === c && source[this.at + 2] === '{') {
        text += `${c}{`;
        this.at += 3;
      } else if ((c === '$' || c === '%') && source[this.at + 1] === '{') {
        flushText();
        const offset = this.at;
        this.at += 2;
        if (this.looks('~')) this.at++;
        if (c === '$') {
          const expression = this.inBrackets(() => this.expression());
          this.closeSequence();
          parts.push({ kind: 'interpolation', expression, written: source.slice(offset, this.at), offset });
        } else {
          this.space(true);
          const closer = closers.find((word) => this.keyword(word));
          if (closer !== undefined) {
            this.closeSequence();
            return { parts, closer, written: source.slice(offset, this.at) };
          }
          parts.push(this.deeper(() => this.directive(ends, quoted, offset)));
        }
        from = this.at;
      } else {
        if (text === '') from = this.at;
        text += c;
        this.at++;
      }
    }
  }

  protected directive(ends: () => boolean, quoted: boolean, offset: number): TemplatePart {
    if (this.keyword('if')) {
      this.space(true);
      const condition = this.inBrackets(() => this.expression());
      this.closeSequence();
      const written = [this.text.slice(offset, this.at)];
      const yes = this.directives(ends, quoted, ['else', 'endif']);
      written.push(yes.written);
      if (yes.closer === 'endif') return { kind: 'if', condition, yes: yes.parts, no: [], written };
      const no = this.directives(ends, quoted, ['endif']);
      written.push(no.written);
      return { kind: 'if', condition, yes: yes.parts, no: no.parts, written };
    }
    if (!this.keyword('for')) throw this.error('is neither `if` nor `for`');
    const names = this.forHead();
    if (!this.keyword('in')) throw this.error('`in` is missing');
    this.space(true);
    const collection = this.inBrackets(() => this.expression());
    this.closeSequence();
    const written = [this.text.slice(offset, this.at)];
    const body = this.directives(ends, quoted, ['endfor']);
    written.push(body.written);
    return { kind: 'for', names, collection, body: body.parts, written };
  }

  protected closeSequence(): void {
    this.space(true);
    if (this.looks('~')) this.at++;
    this.expect('}');
  }

  protected forHead(): string[] {
    const names: string[] = [];
    do {
      if (names.length > 0) this.at++;
      this.space(true);
      names.push(this.identifier());
      this.space(true);
    } while (this.looks(',') && names.length < 2);
    return names;
  }

  protected escape(): string {
    const c = this.text[this.at + 1];
    const simple = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' } as const;
    if (c === 'u' || c === 'U') {
      const digits = this.text.slice(this.at + 2, this.at + (c === 'u' ? 6 : 10));
      const code = Number.parseInt(digits, 16);
      if (Number.isNaN(code) || code > 0x10ffff) throw this.error('is no character');
      this.at += 2 + digits.length;
      return String.fromCodePoint(code);
    }
    if (c === undefined || !(c in simple)) throw this.error('is no escape');
    this.at += 2;
    return simple[c as keyof typeof simple];
  }

  /** Inside brackets a line break is only space. */
  protected wrapped = false;

  protected inBrackets<T>(read: () => T): T {
    const before = this.wrapped;
    this.wrapped = true;
    try {
      return read();
    } finally {
      this.wrapped = before;
    }
  }
}

/** `<<-` takes the indentation that all lines share away. */
export function flush(parts: TemplatePart[]): TemplatePart[] {
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
