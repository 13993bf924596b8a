import type { Patch } from '../../evaluate/talos/apply-patches.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Opaque, Place, Scalar, SourceText } from '../../model.ts';
import { startOf } from '../../place.ts';
import { fileOfOwnMachine } from '../../repository/hosted-path.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { opaque } from '../../tree.ts';
import { withBranches } from './template-branches.ts';

/** A patch as its text stands in Git: with every condition of a template met, and with none of them. */
export interface PatchText {
  patch: Patch;
  /** Set where the text has conditions. */
  otherwise?: Patch;
  files: readonly string[];
}

/** Reads the text of a patch or machine configuration. */
export function patchOf(source: SourceText, role?: 'controlplane' | 'worker'): PatchText {
  const branches = withBranches(source.text, role);
  const read = (text: string) =>
    parseYaml({ ...source, text: placeLoneVariables(text) }, { dialect: 'strict' }).documents.map(({ tree }) => tree);
  const patch = read(branches?.met ?? source.text);
  return { patch, files: [source.file], ...(branches && branches.unmet !== branches.met ? { otherwise: read(branches.unmet) } : {}) };
}

/**
 * A variable alone on a line at its very start stands for lines that a script puts there: it is moved below the key before it, whose value it is.
 */
function placeLoneVariables(text: string): string {
  if (!/^\{\{[^{}\n]+\}\}[ \t\r]*$/m.test(text)) return text;
  return text.replace(
    /^([ \t]*)([^\s#\n][^\n]*:[ \t\r]*(?:\|[-+]?[ \t\r]*)?\n)(?=\{\{[^{}\n]+\}\}[ \t\r]*$)/gm,
    (_, indent: string, key: string) => `${indent}${key}${indent}  `,
  );
}

/** Reads a patch from a file of the repository; opaque where it cannot be read. */
export function patchFile(
  repository: Repository,
  path: string,
  place: Place,
  role?: 'controlplane' | 'worker',
  edit: (text: string) => string = (text) => text,
): PatchText {
  const source = fileText(repository, path, place);
  if ('reason' in source) return { patch: source, files: [] };
  return patchOf({ ...source, text: edit(source.text) }, role);
}

/** The text of a file of the repository, or why it cannot be read. */
export function fileText(repository: Repository, path: string, place: Place): SourceText | Opaque {
  try {
    return wholeFile(path, repository.read(path));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return opaque(`${path} ${error.message}`, place);
  }
}

/** The whole text of a file as a value that keeps its lines. */
export function fileScalar(source: SourceText): Scalar {
  return {
    kind: 'scalar',
    value: source.text,
    place: startOf(source.file),
    origin: 'set',
    block: { line: 1, indent: 0 },
  };
}

const VARIABLE = /\{\{.*?\}\}|\$\{[^}]*\}|\$[A-Za-z_]\w*|#\{.*?\}#?/g;

/**
 * The file that a path in a declaration means: from one of the directories, else, where the path begins with a variable, the nearest file that ends in the rest of it.
 */
export function findFile(repository: Repository, path: string, directories: readonly string[]): string | undefined {
  if (path.search(VARIABLE) < 0) {
    for (const directory of directories) {
      const candidate = join(directory, path);
      if (candidate !== undefined && repository.file(candidate)) return candidate;
    }
    return path.startsWith('/') || path.startsWith('~/') ? fileOfOwnMachine(path, repository) : undefined;
  }
  const rest = path.split(VARIABLE).at(-1) ?? '';
  if (!rest.startsWith('/') || rest.length < 3) return undefined;
  const near = directories[0] ?? '';
  let best: { path: string; shared: number } | undefined;
  for (const file of repository.files) {
    if (!`/${file.path}`.endsWith(rest)) continue;
    const shared = sharedDirectories(near, dirname(file.path));
    if (!best || shared > best.shared) best = { path: file.path, shared };
  }
  return best?.path;
}

function sharedDirectories(a: string, b: string): number {
  const [x, y] = [a.split('/'), b.split('/')];
  let n = 0;
  while (n < x.length && x[n] === y[n]) n++;
  return n;
}

/** Why a file that a declaration names is not there. */
export function missingFile(path: string, place: Place): Opaque {
  return opaque(`${path} is not in the repository`, place);
}
