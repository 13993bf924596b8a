import type { Side } from '../model.ts';
import { pathWithin } from '../place.ts';
import { isPair, type Repositories } from '../repository/pair.ts';
import { UnreadableFile } from '../repository/repository.ts';
import { repositoryOfSide } from './overlay.ts';
import { readDocuments } from './yaml/documents.ts';

const BOM = '\uFEFF';

/** What a template language would do with a file before it is YAML. */
const STATEMENT = /\{\{-?\s*(?:if|else|end|range|with|define|block|template|include)\b|(?:^|[:-][ \t])[ \t]*\{\{|\{%|#%|%\{/m;

/** The files of a side's own repository as texts that can be edited. */
export class EditableFiles {
  readonly #repositories: Repositories;
  readonly #side: Side;
  readonly #locked: ((path: string) => string | undefined) | undefined;
  readonly #originals = new Map<string, { text: string; mark: string } | { why: string }>();

  constructor(repositories: Repositories, side: Side, locked?: (path: string) => string | undefined) {
    this.#repositories = repositories;
    this.#side = side;
    this.#locked = locked;
  }

  /** The path in the side's own repository of a file as the report calls it; undefined for a file of the other one. */
  pathOf(file: string): string | undefined {
    return isPair(this.#repositories) ? pathWithin(this.#repositories[this.#side].name, file) : file;
  }

  /** The text of a file, without a byte order mark; undefined where it cannot be read, or where it stands in the other repository. */
  textOf(file: string): string | undefined {
    const original = this.#original(file);
    return 'text' in original ? original.text : undefined;
  }

  /** The text of a file with its byte order mark, if it has one. */
  whole(file: string, text: string): string {
    const original = this.#original(file);
    return 'mark' in original ? original.mark + text : text;
  }

  /** Why a file is not edited (a sentence without its full stop); undefined for one that may be. */
  refusal(file: string): string | undefined {
    const path = this.pathOf(file);
    const original = this.#original(file);
    if ('why' in original) return original.why;
    const { text } = original;
    if (/^sops:|ENC\[AES256_GCM,|^\s+mac: ENC\[/m.test(text))
      return 'the file is encrypted with SOPS, and an edit from outside would break its seal; use `sops edit`';
    if (STATEMENT.test(text)) return 'the file is a template, which is no YAML before it is rendered';
    if (/\r(?!\n)/.test(text)) return 'the file ends lines with a carriage return alone';
    if ('why' in readDocuments(text)) return 'the file is not valid YAML as it stands; a template may fill it in';
    return path === undefined ? undefined : this.#locked?.(path);
  }

  #original(file: string): { text: string; mark: string } | { why: string } {
    const known = this.#originals.get(file);
    if (known) return known;
    const found = this.#read(file);
    this.#originals.set(file, found);
    return found;
  }

  #read(file: string): { text: string; mark: string } | { why: string } {
    const path = this.pathOf(file);
    if (path === undefined) return { why: 'the file stands in the other repository; run fix there' };
    if (!/\.ya?ml$/i.test(path)) return { why: 'the file is no YAML file' };
    const repository = repositoryOfSide(this.#repositories, this.#side);
    const real = repository.file(path)?.path;
    if (real === undefined || repository.beside?.pathOf(path) !== undefined) return { why: 'the file stands in another repository' };
    if (real !== path) return { why: `the file is a link to ${real}` };
    try {
      // Bytes that are no text would not come back as they were.
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(repository.bytes(path));
      const mark = text.startsWith(BOM) ? BOM : '';
      return { text: text.slice(mark.length), mark };
    } catch (error) {
      return { why: error instanceof UnreadableFile ? `the file ${error.message}` : 'the file is not UTF-8 text' };
    }
  }
}
