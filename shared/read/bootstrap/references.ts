import type { Candidate } from '../../discover/candidate.ts';
import { dirname, join } from '../../repository/tree-repository.ts';

/** A text that names a file. */
export interface Reference {
  file: string;
  kind: 'talos' | 'terraform' | 'ansible' | 'script' | 'kustomization' | 'document';
  line: number;
  /** What stands in the path for a directory that the text leaves open (`manifests/{{.ENV}}/cilium`). */
  filled: string[];
}

/** Paths that tools, scripts and documents of the repository name, unknown parts standing for anything between two slashes. */
export class References {
  readonly #candidates: readonly Candidate[];
  readonly #kinds = new Map<string, Reference['kind'] | undefined>();
  readonly #words = new Map<string, Word[]>();

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
  }

  /** Who names the file or a directory that it lies in, the strongest first. */
  to(path: string): Reference[] {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const directory = dirname(path);
    const last = directory.slice(directory.lastIndexOf('/') + 1);
    const found: Reference[] = [];
    for (const candidate of this.#candidates) {
      const { path: file, text } = candidate;
      const named = text.includes(name);
      if (file === path || !(named || (last !== '' && text.includes(last)))) continue;
      const kind = this.#kindOf(candidate);
      if (kind === undefined || !(named || kind === 'script')) continue;
      for (const word of this.#wordsOf(candidate, kind)) {
        const filled = matches(word, path, name, dirname(file));
        if (filled) found.push({ file, kind, line: word.line, filled });
      }
    }
    return found.sort((a, b) => STRENGTH[b.kind] - STRENGTH[a.kind]);
  }

  #kindOf(candidate: Candidate): Reference['kind'] | undefined {
    if (!this.#kinds.has(candidate.path)) this.#kinds.set(candidate.path, kindOf(candidate));
    return this.#kinds.get(candidate.path);
  }

  #wordsOf({ path, text }: Candidate, kind: Reference['kind']): Word[] {
    let words = this.#words.get(path);
    if (!words) {
      words = wordsIn(text, kind);
      this.#words.set(path, words);
    }
    return words;
  }
}

interface Word {
  /** Without what leads out of the repository and back; `*` for every unknown part. */
  path: string;
  line: number;
  /** It names a directory whose files are meant. */
  directory: boolean;
}

const STRENGTH: Record<Reference['kind'], number> = { talos: 6, terraform: 5, ansible: 4, script: 3, kustomization: 2, document: 1 };

const WORD = /[^\s"'`=,;()[\]<>|&]+/g;
const FILE = /\.(ya?ml|json|j2|jinja2?|tmpl|tpl|tftpl|gotmpl)$/i;
/** What makes a tool apply every file of a directory. */
const APPLIES = /(?:\s-f|--filename|-k|--kustomize|\s-R)[\s="']*$/;
const WRITES = /(?:>|\s-o|--output|--output-dir|\btee)[\s="']*$/;

function wordsIn(text: string, kind: Reference['kind']): Word[] {
  const words: Word[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.length > 2000 || /^\s*(#|\/\/)/.test(line)) continue;
    const filled = fill(line);
    for (const match of filled.matchAll(WORD)) {
      const path = match[0].replace(/^[@-]+/, '').replace(/(?::\d+|#\S*)?[.,:;]*$/, '');
      if (path.length > 300 || !/[/.]/.test(path) || /^[a-z]+:\/\//i.test(path) || !/[A-Za-z0-9]/.test(path)) continue;
      const before = filled.slice(0, match.index);
      if (WRITES.test(before)) continue;
      const directory = !FILE.test(path) && !path.endsWith('*');
      if (directory && !(kind === 'script' && APPLIES.test(before))) continue;
      words.push({ path, line: index + 1, directory });
    }
  }
  return words;
}

/** Everything that another tool fills in becomes `*`. */
function fill(line: string): string {
  return line.replace(/\$\{\{[^}]*\}\}|\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|%\{[^}]*\}|#\{[^}]*\}|\$[A-Za-z_]\w*|\$\d/g, '*');
}

/** Whether a word means the path: from the directory of its file, one above it, or the repository's root. */
function matches(word: Word, path: string, name: string, from: string): string[] | undefined {
  if (!word.directory && !word.path.includes('*') && !word.path.endsWith(name)) return undefined;
  const home = word.path.replace(/^~\/[^/]+\//, '').replace(/^(?:\*+\/)+/, '');
  if (!/[A-Za-z0-9]/.test(home)) return undefined;
  for (let directory: string | undefined = from; directory !== undefined; directory = directory === '' ? undefined : dirname(directory)) {
    const meant = join(directory, home);
    if (meant !== undefined) {
      const filled = matchSegments(meant.split('/'), path.split('/'), word.directory);
      if (filled) return filled;
    }
    if (home.startsWith('..')) break;
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], path: readonly string[], directory: boolean): string[] | undefined {
  if (directory ? path.length !== pattern.length + 1 : path.length !== pattern.length) return undefined;
  const filled: string[] = [];
  for (const [i, part] of pattern.entries()) {
    const segment = path[i]!;
    if (part === segment) continue;
    if (!part.includes('*')) return undefined;
    const parts = part.split('*').filter(Boolean);
    let at = 0;
    for (const piece of parts) {
      const next = segment.indexOf(piece, at);
      if (next < 0) return undefined;
      at = next + piece.length;
    }
    if ((!part.startsWith('*') && !segment.startsWith(parts[0]!)) || (!part.endsWith('*') && !segment.endsWith(parts.at(-1)!)))
      return undefined;
    if (/^\*+$/.test(part) && i < path.length - 1) filled.push(segment);
  }
  return filled;
}

function kindOf({ path, text }: Candidate): Reference['kind'] | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.(md|mdx|markdown|txt)$/i.test(name)) return 'document';
  if (/\.(tf|tofu|tfvars|hcl)$/i.test(name)) return 'terraform';
  if (/^kustomization\.ya?ml$|^Kustomization$/.test(name)) return 'kustomization';
  if (/\.(sh|bash|zsh|fish|just|mk)$|(^|\.)justfile$|^(gnu)?makefile$|^taskfile/i.test(name)) return 'script';
  if (/(^|\/)\.?taskfiles?\//i.test(path) || /(^|\/)\.github\/workflows\//.test(path) || text.startsWith('#!')) return 'script';
  if (!/\.(ya?ml|j2|jinja2?|tmpl|tpl|gotmpl)$/i.test(name)) return undefined;
  if (/^[ \t]*kind:[ \t]*["']?(Cluster|ControlPlane|Workers|Machine)\b/m.test(text) && /^[ \t]*-?[ \t]*file:/m.test(text)) return 'talos';
  if (/(^|\/)talconfig[^/]*\.ya?ml/i.test(path)) return 'talos';
  if (
    /(^|\/)(roles|playbooks?|tasks|ansible)\//i.test(path) &&
    /^[ \t]*(-[ \t]+)?(name|hosts|ansible\.|kubernetes\.core\.|template|copy|shell|command)\b/m.test(text)
  )
    return 'ansible';
  return /^[ \t]*(tasks|recipes):[ \t]*$/m.test(text) && /^version:[ \t]*["']?3/m.test(text) ? 'script' : undefined;
}
