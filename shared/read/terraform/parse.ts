import { NotTerraform } from './cursor.ts';
import { ExpressionCursor } from './parse-expression.ts';
import type { Attribute, Block, Body, TemplatePart } from './syntax.ts';

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

/** Reads attributes and blocks. https://developer.hashicorp.com/terraform/language/syntax/configuration */
class Parser extends ExpressionCursor {
  done(): boolean {
    this.space(true);
    return this.at >= this.text.length;
  }

  /** An attribute or a block. */
  item(body: Body): void {
    const offset = this.at;
    const name = this.looks('"') ? this.quotedLiteral() : this.identifier();
    this.space(false);
    if (this.looks('=') && !this.looks('==')) {
      this.at++;
      const attribute: Attribute = { name, value: this.expression(), offset };
      body.attributes.set(name, attribute);
      this.space(false);
      if (this.looks(',')) this.at++;
      return;
    }
    const block: Block = { type: name, labels: [], body: { attributes: new Map(), blocks: [] }, offset };
    while (!this.looks('{')) {
      block.labels.push(this.looks('"') ? this.quotedLiteral() : this.identifier());
      this.space(false);
    }
    this.at++;
    this.deeper(() => {
      for (;;) {
        this.space(true);
        if (this.looks('}')) break;
        if (this.at >= this.text.length) throw this.error('a block is not closed');
        this.item(block.body);
      }
    });
    this.at++;
    body.blocks.push(block);
  }

  /** Goes on behind an error with the next line that begins with a word. */
  skipToNextBlock(offset: number): void {
    this.depth = 0;
    const next = /\n(?=[A-Za-z_])/g;
    next.lastIndex = Math.max(offset, this.at);
    this.at = next.exec(this.text) ? next.lastIndex : this.text.length;
  }

  protected quotedLiteral(): string {
    const offset = this.at++;
    const parts = this.template(() => this.looks('"'), true);
    this.expect('"');
    const only = parts[0];
    if (parts.length === 0) return '';
    if (parts.length > 1 || only?.kind !== 'text') throw new NotTerraform('a name holds a template', offset);
    return only.text;
  }
}
