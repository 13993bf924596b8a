import { Composer, type Document, type ParsedNode, Parser } from 'yaml';
import type { FilePlace, SourceText, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { buildTree, type Dialect, NotReadable } from './build-tree.ts';
import { Places } from './source-text.ts';

/** One document of a YAML stream; an empty one has a null scalar as its tree, a broken one an opaque. */
export interface YamlDocument {
  tree: Tree;
  line: number;
  endLine: number;
  /** It follows `...` without a `---` of its own: Helm and kubectl do not see it. */
  bare?: true;
}

/** Something wrong with a text, free of the values that stand there. */
export interface YamlProblem {
  message: string;
  place: FilePlace;
}

export interface YamlOptions {
  /** Whose reader: `helm` (sigs.k8s.io/yaml; the default), `kyaml` (kustomize) or `strict` (Talos: a key that stands twice is a problem). */
  dialect?: Dialect;
  templates?: boolean;
}

/** Longer texts are not parsed: nobody writes them by hand. */
const LONGEST_TEXT = 8 * 1024 * 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that YAML forbids
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Every document of a YAML text as trees with places. Never throws: a document that cannot be read is an opaque and a problem, and the others are read all the same.
 * Scalars mean what they mean to sigs.k8s.io/yaml; of a key that stands twice the last one counts.
 */
export function parseYaml(source: SourceText, options: YamlOptions = {}): { documents: YamlDocument[]; problems: YamlProblem[] } {
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
  const documents: YamlDocument[] = [];
  try {
    for (const document of compose(source.text)) documents.push(read(document, source, places, options, problems));
  } catch (error) {
    if (!(error instanceof RangeError)) return whole('is not valid YAML', 0);
    return whole('is nested too deeply to be read', 0);
  }
  return { documents, problems };
}

function compose(text: string): Iterable<Document.Parsed> {
  const composer = new Composer({
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    strict: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return composer.compose(new Parser().parse(text), false, text.length) as Iterable<Document.Parsed>;
}

function read(document: Document.Parsed, source: SourceText, places: Places, options: YamlOptions, problems: YamlProblem[]): YamlDocument {
  const contents = document.contents as ParsedNode | null;
  const start = document.range[0];
  const lines = { line: places.line(contents?.range?.[0] ?? start), endLine: places.line(Math.max(start, document.range[2] - 1)) };
  const error = document.errors[0];
  const refuse = (message: string, offset: number): YamlDocument => {
    const place = places.at(offset);
    problems.push({ message, place });
    return { tree: opaque(message, place), ...lines };
  };
  if (error) return refuse(`is not valid YAML: ${sentence(error.message)}`, error.pos[0]);
  try {
    return { tree: buildTree(contents, start, source.text, places, options.dialect ?? 'helm', problems), ...lines };
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
