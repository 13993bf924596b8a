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

/** Where a parser stands in a text of Terraform's, and what it may ask of it. */
export class Cursor {
  protected readonly text: string;

  protected at = 0;

  protected depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  protected identifier(): string {
    const name = /^[\p{L}_][\p{L}\p{N}_-]*/u.exec(this.text.slice(this.at, this.at + 200))?.[0];
    if (name === undefined) throw this.error('is not what was expected here');
    this.at += name.length;
    return name;
  }

  protected keyword(word: string): boolean {
    if (!this.looks(word) || /[\w-]/.test(this.text[this.at + word.length] ?? '')) return false;
    this.at += word.length;
    return true;
  }

  protected looks(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  protected expect(text: string): void {
    if (!this.looks(text)) throw this.error(`\`${text}\` is missing`);
    this.at += text.length;
  }

  protected error(message: string): NotTerraform {
    return new NotTerraform(message, this.at);
  }

  /** Skips blanks and comments; line breaks too where they mean nothing. */
  protected space(lines: boolean): void {
    const text = this.text;
    for (;;) {
      const c = text[this.at];
      if (c === ' ' || c === '\t' || c === '\r' || c === '\ufeff' || (lines && c === '\n')) this.at++;
      else if (c === '#' || (c === '/' && text[this.at + 1] === '/')) {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else if (c === '/' && text[this.at + 1] === '*') {
        const end = text.indexOf('*/', this.at + 2);
        this.at = end < 0 ? text.length : end + 2;
      } else return;
    }
  }

  protected deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) throw this.error('is nested too deeply');
    const result = read();
    this.depth--;
    return result;
  }
}
