import { Composer, type Document, type ParsedNode, Parser, Schema } from 'yaml';
import type { FilePlace, Opaque, SourceText, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { Places } from '../source-text.ts';
import { buildTree, type Dialect, NotReadable, type Writing } from './build-tree.ts';
import { type CoveredText, coverMarks } from './template-text.ts';

/** One document of a YAML stream; an empty one has a null scalar as its tree, a broken one an opaque. */
export interface YamlDocument {
  tree: Tree;
  line: number;
  endLine: number;
  /** It follows `...` without a `---` of its own: Helm and kubectl do not see it. */
  bare?: true;
  /** The whole document stands in an `if` of a template: what it says holds only where that does. */
  condition?: Opaque;
}

/** Something wrong with a text, free of the values that stand there. */
export interface YamlProblem {
  message: string;
  place: FilePlace;
}

export interface YamlOptions {
  /** Whose reader: `helm` (sigs.k8s.io/yaml; the default), `kyaml` (kustomize) or `strict` (Talos: a key that stands twice is a problem). */
  dialect?: Dialect;
  /**
   * Who renders the text before it is YAML. An engine: every value that one of its marks stands in is opaque, also within quotes and blocks.
   * `false`: nobody. `true` (the default): nobody knows; text that is valid YAML as it stands is taken at its word, but for strings that are one
   * expression from end to end (`"{{ x }}"`, `${X}`), which are opaque; text that is not is taken for a template of any kind.
   * A conditional stretch is opaque and leaves its map `unseen`; a value encrypted with SOPS is always opaque.
   */
  templates?: boolean | 'go' | 'terraform' | 'jinja' | 'envsubst';
  /** Maps remember where their keys stand. */
  keys?: boolean;
}

const TOO_DEEP = 'is nested too deeply to be read';
const LEFT_OUT = 'is left out: there is more YAML than one run reads';
const TOO_LARGE = 'has more lines, items and keys than are read of one text';

/** Longer texts are not parsed: nobody writes them by hand. */
const LONGEST_TEXT = 8 * 1024 * 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that YAML forbids
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** What was parsed already: several readers look at one file. Forgotten as a whole between two checks where it is too large to keep. */
const parsed = new Map<string, { text: string; result: ParsedYaml; pieces: number }[]>();
let kept = 0;
const MOST_KEPT = 16 * 1024 * 1024;

/** Pieces (lines, items, keys) of one text: the parser takes more than a kilobyte for each while it reads. */
const MOST_PIECES = 200_000;
/** Pieces that one check may read in all: what is made of each stays for as long as it runs. The largest repositories that were measured have a twentieth of it. */
const MOST_PIECES_OF_CHECK = 1_000_000;

/** What one check has read so far; undefined outside of one. */
let spent: { pieces: number; results: Set<ParsedYaml>; leftOut: Set<string> } | undefined;

/**
 * Runs a check, of which all YAML together is bounded: what comes after that is opaque, with a problem that says so.
 * The same texts are read whatever was checked before in this process.
 */
export function readingBoundedYaml<T>(check: () => T): T {
  if (spent) return check();
  if (kept > MOST_KEPT) forget();
  spent = { pieces: 0, results: new Set(), leftOut: new Set() };
  try {
    return check();
  } finally {
    spent = undefined;
  }
}

function forget(): void {
  parsed.clear();
  broken.clear();
  kept = 0;
}

/** The first problem of each file that even a lenient reader could not read whole, with the text that it was found in. */
const broken = new Map<string, { text: string; problem: YamlProblem }>();

/** What is wrong with a file whose text somebody has parsed and could not read whole; undefined for a sound one, and for one that nobody wanted to read. */
export function knownProblem(file: string, text: string): YamlProblem | undefined {
  const known = broken.get(file);
  return known?.text === text ? known.problem : undefined;
}

/** Why a file, or a text in it, was not read in the check that runs; undefined where all of it was. */
export function whyLeftOut(file: string): string | undefined {
  return spent?.leftOut.has(file) ? LEFT_OUT : undefined;
}

/** The documents of a text and what is wrong with it. Shared by everyone who reads the same text: never change it. */
export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
}

/**
 * Every document of a YAML text as trees with places. Never throws: a document that cannot be read is an opaque and a problem, and the others are read all the same.
 * Scalars mean what they mean to sigs.k8s.io/yaml; of a key that stands twice the last one counts.
 */
export function parseYaml(source: SourceText, options: YamlOptions = {}): ParsedYaml {
  const { file, text, line, indent, exact, column } = source;
  const key = JSON.stringify([file, line, indent, exact, column, options.dialect, options.templates, options.keys]);
  const known = parsed.get(key);
  const same = known?.find((one) => one.text === text);
  const pieces = same?.pieces ?? piecesOf(text);
  if (spent && !(same && spent.results.has(same.result))) {
    if (spent.pieces + pieces > MOST_PIECES_OF_CHECK) {
      spent.leftOut.add(file);
      return refused(source, LEFT_OUT);
    }
    spent.pieces += pieces;
  }
  if (same) {
    spent?.results.add(same.result);
    return same.result;
  }
  const result = pieces > MOST_PIECES ? refused(source, TOO_LARGE) : parse(source, options);
  spent?.results.add(result);
  if (result.problems.length > 0 && line === 1 && exact && options.templates !== false && broken.get(file)?.text !== text)
    broken.set(file, { text, problem: result.problems[0]! });
  if (!spent && kept > MOST_KEPT) forget();
  kept += Math.max(text.length, pieces * 50);
  parsed.set(key, [...(parsed.get(key) ?? []), { text, result, pieces }]);
  return result;
}

function refused(source: SourceText, message: string): ParsedYaml {
  const places = new Places(source);
  const place = places.at(0);
  return {
    documents: [{ tree: opaque(message, place), line: places.line(0), endLine: places.line(source.text.length) }],
    problems: [{ message, place }],
  };
}

/** At most how many lines, items and keys a text has, by the signs that part them. */
function piecesOf(text: string): number {
  let pieces = 1;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    // A line break , - : ? [ {
    if (c === 10 || c === 44 || c === 45 || c === 58 || c === 63 || c === 91 || c === 123) pieces++;
  }
  return pieces;
}

function parse(source: SourceText, options: YamlOptions): ParsedYaml {
  const problems: YamlProblem[] = [];
  const places = new Places(source);
  const whole = (message: string, offset: number) => {
    const place = places.at(offset);
    problems.push({ message, place });
    return { documents: [{ tree: opaque(message, place), line: places.line(0), endLine: places.line(source.text.length) }], problems };
  };
  if (source.text.length > LONGEST_TEXT) return whole(`is larger than ${LONGEST_TEXT / 1024 / 1024} MiB`, 0);
  const forbidden = source.text.search(FORBIDDEN);
  if (forbidden >= 0) return whole('is not valid YAML: it holds a control character', forbidden);
  if (nestsTooDeeply(source.text)) return whole(TOO_DEEP, 0);
  const templates = options.templates ?? true;
  const dialect = options.dialect ?? 'helm';
  const read = (covered: CoveredText | undefined) =>
    readDocuments({
      written: source.text,
      parsed: covered?.text ?? source.text,
      places,
      dialect,
      expressions: templates === true,
      ...(options.keys && { keys: true }),
      problems: [],
      ...(covered && { covered }),
    });
  if (typeof templates === 'string') return read(coverMarks(source.text, templates));
  const plain = read(undefined);
  if (!templates || plain.problems.length === 0) return plain;
  const covered = coverMarks(source.text, 'any');
  const rendered = covered && read(covered);
  return rendered && rendered.problems.length < plain.problems.length ? rendered : plain;
}

const DEEPEST_BRACKETS = 5000;

/** A glance before the parser, which takes its time over such a text. */
function nestsTooDeeply(text: string): boolean {
  let brackets = 0;
  let dashes = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    // [ { and ] }
    if (c === 91 || c === 123) brackets++;
    else if ((c === 93 || c === 125) && brackets > 0) brackets--;
    // - ? and blanks between them
    if (c === 45 || c === 63) dashes++;
    else if (c !== 32) dashes = 0;
    if (brackets > DEEPEST_BRACKETS || dashes > DEEPEST_BRACKETS) return true;
  }
  return false;
}

function readDocuments(writing: Writing): { documents: YamlDocument[]; problems: YamlProblem[] } {
  const documents: YamlDocument[] = [];
  const { problems, places } = writing;
  let end = 0;
  try {
    const known = composed.get(writing.parsed);
    const all: Document.Parsed[] = [];
    for (const document of known ?? compose(writing.parsed)) {
      all.push(document);
      const bare = documents.length > 0 && document.directives?.docStart !== true;
      documents.push({ ...readDocument(document, writing), ...(bare && { bare }) });
      end = document.range[2];
    }
    if (!known) keepComposed(writing.parsed, all);
  } catch (error) {
    const place = places.at(end);
    const message = error instanceof RangeError ? TOO_DEEP : 'is not valid YAML';
    problems.push({ message, place });
    documents.push({ tree: opaque(message, place), line: place.line, endLine: places.line(writing.written.length) });
  }
  return { documents, problems };
}

/** What the parser made of a text: the same text is read as a template and as plain YAML, and finding its nodes is what costs. */
const composed = new Map<string, readonly Document.Parsed[]>();
let composedLength = 0;
const MOST_COMPOSED = 2 * 1024 * 1024;

function keepComposed(text: string, documents: readonly Document.Parsed[]): void {
  const length = Math.max(text.length, 50 * piecesOf(text));
  if (length > MOST_COMPOSED) return;
  composedLength += length;
  if (composedLength > MOST_COMPOSED) {
    composed.clear();
    composedLength = length;
  }
  composed.set(text, documents);
}

let schema: Schema | undefined;

function compose(text: string): Iterable<Document.Parsed> {
  // Scalars stay text here; one schema for all documents, as making one takes longer than reading a small file.
  schema ??= new Schema({ schema: 'failsafe', resolveKnownTags: false });
  const composer = new Composer({
    schema,
    version: '1.1',
    uniqueKeys: false,
    strict: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  // Line breaks to YAML 1.1 and so to go-yaml, but not to the parser.
  const lines = /[\u0085\u2028\u2029]|\r(?!\n)/.test(text) ? text.replaceAll(/[\u0085\u2028\u2029]|\r(?!\n)/g, '\n') : text;
  return composer.compose(new Parser().parse(lines), false, lines.length) as Iterable<Document.Parsed>;
}

function readDocument(document: Document.Parsed, writing: Writing): YamlDocument {
  const { places, problems } = writing;
  const contents = document.contents as ParsedNode | null;
  const start = document.range[0];
  const lines = { line: places.line(contents?.range?.[0] ?? start), endLine: places.line(Math.max(start, document.range[2] - 1)) };
  const error = document.errors[0];
  const refuse = (message: string, offset: number): YamlDocument => {
    const place = places.at(offset);
    problems.push({ message, place });
    return { tree: opaque(message, place), ...lines };
  };
  if (error?.message.includes('call stack')) return refuse(TOO_DEEP, start);
  if (error) return refuse(`is not valid YAML: ${sentence(error.message)}`, error.pos[0]);
  try {
    return { ...buildTree(contents, start, writing), ...lines };
  } catch (refusal) {
    if (refusal instanceof NotReadable) return refuse(refusal.message, refusal.offset);
    throw refusal;
  }
}

/** The parser's words without the excerpt that some of them quote: it may hold a value. */
function sentence(message: string): string {
  const first = message
    .split('\n', 1)[0]!
    .replace(/: .*$/, '')
    .replace(/"[^"]*"|`[^`]*`/g, '…');
  return first.charAt(0).toLowerCase() + first.slice(1);
}
