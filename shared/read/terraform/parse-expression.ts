import { flush, TemplateCursor } from './parse-template.ts';
import type { Expression, TemplatePart } from './syntax.ts';

const BINARY: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']];

/** Operators of one kind beside one another, and attributes of attributes: whoever works them out goes as deep. */
const LONGEST_CHAIN = 500;

/** Reads an expression. https://developer.hashicorp.com/terraform/language/expressions */
export class ExpressionCursor extends TemplateCursor {
  protected expression(): Expression {
    return this.deeper(() => {
      const condition = this.binary(0);
      this.space(this.wrapped);
      if (!this.looks('?')) return condition;
      this.at++;
      this.space(true);
      const yes = this.expression();
      this.space(true);
      this.expect(':');
      this.space(true);
      const no = this.expression();
      return { kind: 'conditional', condition, yes, no, offset: condition.offset, end: this.at };
    });
  }

  protected binary(level: number): Expression {
    const operators = BINARY[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (let links = 0; ; links++) {
      if (links > LONGEST_CHAIN) throw this.error('is nested too deeply');
      this.space(this.wrapped);
      const operator = operators.find((o) => this.looks(o) && !(o === '<' && this.looks('<<')));
      if (operator === undefined) return left;
      this.at += operator.length;
      this.space(true);
      const right = this.binary(level + 1);
      left = { kind: 'binary', operator, left, right, offset: left.offset, end: this.at };
    }
  }

  protected unary(): Expression {
    this.space(this.wrapped);
    const offset = this.at;
    if (this.looks('!') || this.looks('-')) {
      const operator = this.text[this.at++]!;
      const operand = this.deeper(() => this.unary());
      return { kind: 'unary', operator, operand, offset, end: this.at };
    }
    return this.postfix(this.primary());
  }

  protected postfix(start: Expression): Expression {
    let of = start;
    for (let links = 0; ; links++) {
      if (links > LONGEST_CHAIN) throw this.error('is nested too deeply');
      if (this.wrapped) {
        const before = this.at;
        this.space(true);
        if (!this.looks('.') || this.looks('...')) this.at = before;
      }
      const offset = of.offset;
      if (this.looks('[')) {
        this.at++;
        this.inBrackets(() => {
          this.space(true);
          if (this.looks('*')) {
            this.at++;
            this.space(true);
            this.expect(']');
            of = { kind: 'splat', of, offset, end: this.at };
          } else {
            const key = this.expression();
            this.space(true);
            this.expect(']');
            of = { kind: 'index', of, key, offset, end: this.at };
          }
        });
      } else if (this.looks('.') && !this.looks('...')) {
        this.at++;
        if (this.looks('*')) {
          this.at++;
          of = { kind: 'splat', of, offset, end: this.at };
        } else {
          const digits = /^\d+/.exec(this.text.slice(this.at, this.at + 12))?.[0];
          if (digits !== undefined) {
            const at = this.at;
            this.at += digits.length;
            of = { kind: 'index', of, key: { kind: 'literal', value: Number(digits), offset: at, end: this.at }, offset, end: this.at };
          } else of = { kind: 'attribute', of, name: this.identifier(), offset, end: this.at };
        }
      } else return of;
    }
  }

  protected primary(): Expression {
    const offset = this.at;
    const c = this.text[this.at];
    if (c === '"') {
      this.at++;
      const parts = this.template(() => this.looks('"'), true);
      this.expect('"');
      return this.string(parts, false, offset);
    }
    if (this.looks('<<')) return this.heredoc();
    if (c === '(') {
      this.at++;
      return this.inBrackets(() => {
        const inner = this.expression();
        this.space(true);
        this.expect(')');
        return inner;
      });
    }
    if (c === '[') return this.inBrackets(() => this.tuple());
    if (c === '{') return this.inBrackets(() => this.object());
    const number = /^\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.text.slice(this.at, this.at + 40));
    if (number) {
      this.at += number[0].length;
      return { kind: 'literal', value: Number(number[0]), offset, end: this.at };
    }
    let name = this.identifier();
    while (this.looks('::')) {
      this.at += 2;
      name = this.identifier();
    }
    if (this.looks('(')) {
      this.at++;
      return this.inBrackets(() => this.call(name, offset));
    }
    const word = { true: true, false: false, null: null } as const;
    if (name === 'true' || name === 'false' || name === 'null') return { kind: 'literal', value: word[name], offset, end: this.at };
    return { kind: 'variable', name, offset, end: this.at };
  }

  protected call(name: string, offset: number): Expression {
    const args: Expression[] = [];
    let spread = false;
    for (;;) {
      this.space(true);
      if (this.looks(')')) break;
      args.push(this.expression());
      this.space(true);
      if (this.looks('...')) {
        this.at += 3;
        spread = true;
        this.space(true);
      }
      if (this.looks(',')) this.at++;
      else if (!this.looks(')')) throw this.error('a call is not closed');
    }
    this.at++;
    return { kind: 'call', name, arguments: args, spread, offset, end: this.at };
  }

  protected tuple(): Expression {
    const offset = this.at++;
    this.space(true);
    if (this.keyword('for')) return this.for(offset, ']');
    const items: Expression[] = [];
    for (;;) {
      this.space(true);
      if (this.looks(']')) break;
      items.push(this.expression());
      this.space(true);
      if (this.looks(',')) this.at++;
      else if (!this.looks(']')) throw this.error('a list is not closed');
    }
    this.at++;
    return { kind: 'tuple', items, offset, end: this.at };
  }

  protected object(): Expression {
    const offset = this.at++;
    this.space(true);
    if (this.keyword('for')) return this.for(offset, '}');
    const items: { key: Expression; value: Expression }[] = [];
    for (;;) {
      this.space(true);
      if (this.looks('}')) break;
      const key = this.key();
      this.space(true);
      if (this.looks('=') || this.looks(':')) this.at++;
      else throw this.error('a key has no value');
      this.space(true);
      // A line break ends an item.
      const before = this.wrapped;
      this.wrapped = false;
      const value = this.expression();
      this.wrapped = before;
      items.push({ key, value });
      this.space(true);
      if (this.looks(',')) this.at++;
    }
    this.at++;
    return { kind: 'object', items, offset, end: this.at };
  }

  /** A bare word is a key by itself, not a variable. */
  protected key(): Expression {
    const offset = this.at;
    const word = /^[A-Za-z_][\w-]*(?=\s*[=:])/.exec(this.text.slice(this.at, this.at + 200))?.[0];
    if (word === undefined) return this.expression();
    this.at += word.length;
    return { kind: 'literal', value: word, offset, end: this.at };
  }

  protected for(offset: number, close: string): Expression {
    const names = this.forHead();
    this.space(true);
    if (!this.keyword('in')) throw this.error('`in` is missing');
    this.space(true);
    const collection = this.expression();
    this.space(true);
    this.expect(':');
    this.space(true);
    let value = this.expression();
    let key: Expression | undefined;
    let group = false;
    this.space(true);
    if (this.looks('=>')) {
      this.at += 2;
      this.space(true);
      key = value;
      value = this.expression();
      this.space(true);
      if (this.looks('...')) {
        this.at += 3;
        group = true;
        this.space(true);
      }
    }
    let condition: Expression | undefined;
    if (this.keyword('if')) {
      this.space(true);
      condition = this.expression();
      this.space(true);
    }
    this.expect(close);
    return {
      kind: 'for',
      names,
      collection,
      value,
      group,
      ...(key ? { key } : {}),
      ...(condition ? { condition } : {}),
      offset,
      end: this.at,
    };
  }

  protected string(parts: TemplatePart[], lines: boolean, offset: number): Expression {
    if (parts.length === 0) return { kind: 'literal', value: '', offset, end: this.at };
    const only = parts[0]!;
    if (!lines && parts.length === 1 && only.kind === 'text') return { kind: 'literal', value: only.text, offset, end: this.at };
    if (!lines && parts.length === 1 && only.kind === 'interpolation') return only.expression;
    return { kind: 'template', parts, lines, offset, end: this.at };
  }

  protected heredoc(): Expression {
    const offset = this.at;
    const head = /^<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n/.exec(this.text.slice(this.at, this.at + 200));
    if (!head) throw this.error('a heredoc has no name');
    this.at += head[0].length;
    const close = new RegExp(`^[ \\t]*${head[2]}[ \\t]*\\r?$`, 'm');
    const rest = this.text.slice(this.at);
    const found = close.exec(rest);
    if (!found) throw this.error('a heredoc is not closed');
    const end = this.at + found.index;
    const inner = new ExpressionCursor(this.text.slice(0, end));
    inner.at = this.at;
    let parts = inner.template(() => false, false);
    if (head[1] === '-') parts = flush(parts);
    this.at = end + found[0].replace(/\r$/, '').length;
    return { kind: 'template', parts, lines: true, offset, end: this.at };
  }
}
