import type { List, Mapping, Opaque, Place, Scalar, Tree } from '../../model.ts';
import { emptyMap, fromPlain, opaque, splitPath } from '../../tree.ts';

/** The flags that share Helm's `a.b[0]=value` syntax. */
export type FlagSyntax = 'set' | 'set-string' | 'set-json' | 'set-file' | 'set-literal';

/** Helm refuses the flag; `paths` are the keys it names as far as they can be told, none where even they cannot. */
export class FlagError extends Error {
  readonly paths: readonly (readonly string[])[];
  constructor(message: string, paths: readonly (readonly string[])[]) {
    super(message);
    this.paths = paths;
  }
}

export interface FlagReading {
  helm: 3 | 4;
  place: Place;
  /** Every value of the flag is this. */
  opaque?: Opaque;
  /** Of `set-file`: what stands in the file that it names. */
  file?: string | Opaque;
}

const HIGHEST_INDEX = 65536;
const DEEPEST = 30;
/** Helm has no limit here; a hostile flag could otherwise fill the memory with nulls. */
const MOST_ITEMS = 1_000_000;
/** What a shell or a template may still replace in a key. */
const UNKNOWN_KEY = /[$`]|\{\{|<</;

/**
 * The values below with one flag set over them, as Helm's strvals package does it: https://github.com/helm/helm/tree/main/pkg/strvals.
 * Throws {@link FlagError} where Helm refuses. The values given are not changed.
 */
export function parseFlag(below: Tree, text: string, syntax: FlagSyntax, reading: FlagReading): Tree {
  const parser = new FlagParser(text, syntax, reading);
  return parser.apply(below);
}

/** One assignment of a flag that may hold several; `key` is the top one. */
export interface Assignment {
  key: string;
  text: string;
}

/** `a.b=1,c=2` as its two assignments. What stands after one that Helm refuses stays with it. */
export function assignmentsOf(text: string, syntax: FlagSyntax, reading: FlagReading): Assignment[] {
  return new FlagParser(text, syntax, reading).assignments();
}

type Ending = 'more' | 'end';

class FlagParser {
  readonly #text: string;
  readonly #syntax: FlagSyntax;
  readonly #reading: FlagReading;
  readonly #named: string[][] = [];
  #at = 0;
  #items = 0;
  #path: string[] = [];

  constructor(text: string, syntax: FlagSyntax, reading: FlagReading) {
    this.#text = text;
    this.#syntax = syntax;
    this.#reading = reading;
  }

  apply(below: Tree): Tree {
    const top: Mapping =
      below.kind === 'map' ? { ...below, entries: new Map(below.entries) } : this.#map(below.kind === 'opaque' ? below : undefined);
    for (;;) {
      this.#path = [];
      if (this.#key(top, 0) === 'end') return top;
    }
  }

  assignments(): Assignment[] {
    const found: Assignment[] = [];
    for (let ending: Ending = 'more'; ending === 'more'; ) {
      const start = this.#at;
      this.#path = [];
      try {
        ending = this.#key(this.#map(), 0);
      } catch (error) {
        if (!(error instanceof FlagError)) throw error;
        this.#at = this.#text.length;
        ending = 'end';
      }
      const text = this.#text.slice(start, this.#at).replace(/(?<!\\)((?:\\\\)*),$/, '$1');
      if (text !== '') found.push({ key: this.#path[0] ?? splitPath(text.split('=')[0]!)[0]!, text });
    }
    return found;
  }

  #key(data: Mapping, level: number): Ending {
    const { text: key, stop } = this.#until(this.#syntax === 'set-literal' ? '=[.' : '=[,.');
    if (stop === undefined) {
      if (key === '') return 'end';
      this.#path.push(key);
      throw this.#error('a key has no value');
    }
    this.#path.push(key);
    if (this.#reading.opaque && UNKNOWN_KEY.test(key)) throw new FlagError('its keys cannot be known here', []);
    if (stop === ',') throw this.#error('a key has no value');
    if (stop === '[') return this.#indexed(data, key, level);
    if (stop === '=') {
      this.#named.push([...this.#path]);
      const { value, ending } = this.#value();
      this.#set(data, key, value);
      return ending;
    }
    if (level + 1 > DEEPEST) throw this.#error(`a key is nested more than ${DEEPEST} levels deep`);
    const inner = this.#inner(data, key);
    const ending = this.#key(inner, level + 1);
    if (ending === 'more' && inner.entries.size === 0 && !inner.unseen) throw this.#error('a key has no value');
    if (inner.entries.size !== 0 || inner.unseen) this.#set(data, key, inner);
    return ending;
  }

  /** The map under a key, to be changed; Helm fails on anything else, null included. */
  #inner(data: Mapping, key: string): Mapping {
    const known = data.entries.get(key) ?? data.unseen;
    if (known === undefined) return this.#map();
    if (known.kind === 'opaque') return this.#map(known);
    if (known.kind !== 'map') throw this.#error('a key lies below a value that is no map');
    return { ...known, entries: new Map(known.entries) };
  }

  #indexed(data: Mapping, key: string, level: number): Ending {
    const index = this.#index();
    if (index === undefined) return 'end';
    this.#named.push([...this.#path]);
    const known = data.entries.get(key) ?? data.unseen;
    if (known !== undefined && known.kind !== 'list' && known.kind !== 'opaque')
      throw this.#error('an index stands on a value that is no list');
    const list = this.#list(known?.kind === 'list' ? known : undefined);
    const ending = this.#item(list, index, level, 0);
    this.#set(data, key, known?.kind === 'opaque' ? known : list);
    return ending;
  }

  /** Undefined where the bracket never closes and Helm 4 takes that for the end. */
  #index(): number | undefined {
    const { text, stop } = this.#until(']');
    if (stop === undefined) {
      if (this.#reading.helm === 4) return undefined;
      throw this.#error('an index has no closing bracket');
    }
    if (!/^[+-]?\d+$/.test(text)) throw this.#error('an index is no number');
    const index = Number(text);
    if (index < 0) throw this.#error('an index is negative');
    return index;
  }

  #item(list: List, index: number, level: number, nesting: number): Ending {
    const { text, stop } = this.#until('[.=');
    if (text !== '') throw this.#error('something stands between an index and what follows it');
    if (stop === undefined) return 'end';
    if (nesting > DEEPEST) throw this.#error(`lists are nested more than ${DEEPEST} levels deep`);
    if (stop === '=') {
      const { value, ending } = this.#value();
      this.#setIndex(list, index, value);
      return this.#syntax === 'set' || this.#syntax === 'set-string' || this.#syntax === 'set-file' ? 'more' : ending;
    }
    const known = list.items[index];
    if (stop === '[') {
      const next = this.#index();
      if (next === undefined) return 'end';
      if (known !== undefined && known.kind !== 'list' && known.kind !== 'opaque' && !(known.kind === 'scalar' && known.value === null))
        throw this.#error('an index stands on a value that is no list');
      const inner = this.#list(known?.kind === 'list' ? known : undefined);
      const ending = this.#item(inner, next, level, nesting + 1);
      this.#setIndex(list, index, known?.kind === 'opaque' ? known : inner);
      return ending;
    }
    const inner =
      known?.kind === 'map' ? { ...known, entries: new Map(known.entries) } : this.#map(known?.kind === 'opaque' ? known : undefined);
    const path = this.#path;
    const ending = this.#key(inner, level);
    this.#path = path;
    // Helm leaves the list as it was where the flag ends before a key.
    if (ending === 'end' && inner.entries.size === 0) return ending;
    this.#setIndex(list, index, inner);
    return ending;
  }

  #value(): { value: Tree; ending: Ending } {
    if (this.#syntax === 'set-literal') {
      const rest = this.#text.slice(this.#at);
      this.#at = this.#text.length;
      return { value: this.#leaf(rest), ending: 'more' };
    }
    if (this.#syntax === 'set-json') return { value: this.#json(), ending: 'more' };
    if (this.#at >= this.#text.length) return { value: this.#known({ value: '' }), ending: 'end' };
    if (this.#text[this.#at] === '{') return { value: this.#braces(), ending: 'more' };
    return { value: this.#leaf(this.#until(',').text), ending: 'more' };
  }

  /** `{a,b}`. */
  #braces(): Tree {
    this.#at++;
    const list = this.#list();
    for (;;) {
      const { text, stop } = this.#until(',}');
      if (stop === undefined) throw this.#error("a list has no closing '}'");
      this.#count(1);
      list.items.push(this.#leaf(text));
      if (stop === '}') {
        if (this.#text[this.#at] === ',') this.#at++;
        return this.#reading.opaque ?? list;
      }
    }
  }

  #leaf(text: string): Tree {
    if (this.#syntax === 'set-file') return this.#file();
    return this.#known(this.#syntax === 'set' ? typed(text) : { value: text });
  }

  #file(): Tree {
    const { file, place } = this.#reading;
    if (this.#reading.opaque) return this.#reading.opaque;
    if (file === undefined) return opaque('is the text of a file that is not here', place);
    return typeof file === 'string' ? this.#known({ value: file }) : file;
  }

  #json(): Tree {
    if (this.#skipBlank()) return this.#known({ value: null });
    const end = jsonEnd(this.#text, this.#at);
    let value: unknown;
    try {
      if (end === undefined) throw new SyntaxError();
      value = JSON.parse(this.#text.slice(this.#at, end));
    } catch {
      throw this.#error('a value is no valid JSON');
    }
    this.#at = end;
    this.#skipBlank();
    return this.#reading.opaque ?? fromPlain(value, this.#reading.place);
  }

  /** Skips blanks and one comma after them; false where something else follows. */
  #skipBlank(): boolean {
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at]!;
      if (c !== ',' && !/\s/.test(c)) return false;
      this.#at++;
      if (c === ',') return true;
    }
    return true;
  }

  /** Reads to one of the characters, which is taken too; a backslash takes the next character as it is, but in `--set-literal`. */
  #until(stops: string): { text: string; stop: string | undefined } {
    let text = '';
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++]!;
      if (stops.includes(c)) return { text, stop: c };
      if (c !== '\\' || this.#syntax === 'set-literal') text += c;
      else if (this.#at < this.#text.length) text += this.#text[this.#at++];
    }
    return { text, stop: undefined };
  }

  #set(data: Mapping, key: string, value: Tree): void {
    if (key !== '') data.entries.set(key, value);
  }

  #setIndex(list: List, index: number, value: Tree): void {
    if (index > HIGHEST_INDEX) throw this.#error(`an index is higher than ${HIGHEST_INDEX}`);
    this.#count(Math.max(0, index - list.items.length));
    while (list.items.length < index) list.items.push(this.#known({ value: null }, true));
    list.items[index] = value;
  }

  #count(items: number): void {
    this.#items += items;
    if (this.#items > MOST_ITEMS) throw this.#error('its lists are too long');
  }

  #known(scalar: Pick<Scalar, 'value' | 'integer'>, filler = false): Tree {
    if (this.#reading.opaque && !filler) return this.#reading.opaque;
    return { kind: 'scalar', ...scalar, place: this.#reading.place, origin: 'set' };
  }

  #map(unseen?: Opaque): Mapping {
    const map = emptyMap(this.#reading.place);
    return unseen ? { ...map, unseen } : map;
  }

  #list(of?: List): List {
    return { kind: 'list', items: of ? [...of.items] : [], place: this.#reading.place, origin: 'set' };
  }

  #error(message: string): FlagError {
    const paths = [...this.#named, this.#path].map((path) => path.filter((key) => key !== '')).filter((path) => path.length > 0);
    if (this.#reading.opaque && paths.some((path) => path.some((key) => UNKNOWN_KEY.test(key))))
      return new FlagError('its keys cannot be known here', []);
    return new FlagError(`--${this.#syntax}: ${message}`, paths);
  }
}

/** What `--set` makes of a text: booleans and null in any case, integers without a leading zero, else text. */
function typed(text: string): Pick<Scalar, 'value' | 'integer'> {
  switch (text.toLowerCase()) {
    case 'true':
      return { value: true };
    case 'false':
      return { value: false };
    case 'null':
      return { value: null };
    case '0':
      return { value: 0, integer: true };
  }
  if (/^[+-]?\d+$/.test(text) && text[0] !== '0') {
    const value = Number(text);
    // An int64 beyond what a number holds exactly stays text: it prints the same.
    if (Number.isSafeInteger(value)) return { value: value + 0, integer: true };
  }
  return { value: text };
}

/** The offset after the JSON value that begins at one; undefined where none does. */
function jsonEnd(text: string, start: number): number | undefined {
  const plain = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\d.])|true|false|null|"(?:[^"\\]|\\.)*"/y;
  const first = text[start];
  if (first !== '{' && first !== '[') {
    plain.lastIndex = start;
    return plain.test(text) ? plain.lastIndex : undefined;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const c = text[at];
    if (c === '"') {
      plain.lastIndex = at;
      if (!plain.test(text)) return undefined;
      at = plain.lastIndex - 1;
    } else if (c === '{' || c === '[') {
      if (++depth > 200) return undefined;
    } else if ((c === '}' || c === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}
