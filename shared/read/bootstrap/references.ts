import type { Candidate } from '../../discover/candidate.ts';
import { dirname, join } from '../../repository/tree-repository.ts';

/** How a text that names a file treats it. */
export interface Reference {
  /** The file that names it. */
  file: string;
  kind: 'talos' | 'terraform' | 'ansible' | 'script' | 'kustomization' | 'document';
  line: number;
}

/** Paths of files and directories that tools and scripts of the repository name, unknown parts standing for anything between two slashes. */
export class References {
  readonly #patterns: { pattern: RegExp; tail: string; reference: Reference }[] = [];

  constructor(candidates: readonly Candidate[]) {
    for (const candidate of candidates) {
      const kind = kindOf(candidate);
      if (kind !== undefined) this.#collect(candidate, kind);
    }
  }

  /** Who names the file or a directory that it lies in, the strongest first. */
  to(path: string): Reference[] {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const found = this.#patterns
      .filter(({ pattern, tail, reference }) => reference.file !== path && (tail === '' || name.endsWith(tail)) && pattern.test(path))
      .map(({ reference }) => reference);
    return found.sort((a, b) => STRENGTH[b.kind] - STRENGTH[a.kind]);
  }

  #collect({ path, text }: Candidate, kind: Reference['kind']): void {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.length > 2000 || (!line.includes('/') && !/\.(ya?ml|json|j2|tmpl|tpl|tftpl)\b/.test(line))) continue;
      if (/^\s*(#|\/\/)/.test(line)) continue;
      for (const word of filled(line).matchAll(WORD)) this.#add(word[0], path, kind, index + 1);
    }
  }

  #add(word: string, from: string, kind: Reference['kind'], line: number): void {
    const bare = word.replace(/^[@-]+/, '').replace(/[.,:;]+$/, '');
    if (bare.length > 300 || !/[/.]/.test(bare) || /^[a-z]+:\/\//i.test(bare) || !/[A-Za-z0-9]/.test(bare.replace(/\*/g, ''))) return;
    const file = /\.(ya?ml|json|j2|tmpl|tpl|tftpl)$/i.test(bare) || /\*$/.test(bare);
    if (!file && (kind === 'document' || kind === 'talos' || kind === 'ansible')) return;
    const reference: Reference = { file: from, kind, line };
    for (const path of possiblePaths(bare, dirname(from))) {
      const pattern = new RegExp(`^${path.split('*').map(escaped).join('[^/]*')}${file ? '' : '(?:/[^/]*){0,1}'}$`);
      this.#patterns.push({ pattern, tail: file && !path.endsWith('*') ? (/[^/*]*$/.exec(path)?.[0] ?? '') : '', reference });
    }
  }
}

const STRENGTH: Record<Reference['kind'], number> = { talos: 6, terraform: 5, ansible: 4, script: 3, kustomization: 2, document: 1 };

const WORD = /[^\s"'`=,;()[\]<>|&]+/g;

/** Everything that another tool fills in becomes `*`. */
function filled(line: string): string {
  return line.replace(/\$\{\{[^}]*\}\}|\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|%\{[^}]*\}|#\{[^}]*\}|\$[A-Za-z_]\w*|\$\d/g, '*');
}

/** A path is meant from the file's directory or from the repository's root; what stands before an unknown directory cannot be told. */
function possiblePaths(written: string, directory: string): string[] {
  const home = written.replace(/^~\/[^/]+\//, '').replace(/^\*+\//, '');
  const paths = new Set<string>();
  for (const path of [join('', home), join(directory, written.startsWith('*/') || written.startsWith('~') ? home : written)])
    if (path) paths.add(path);
  for (let at = directory; at !== '' && !home.startsWith('..'); ) {
    at = dirname(at);
    const path = join(at, home);
    if (path) paths.add(path);
  }
  return [...paths].filter((path) => /[^*/]/.test(path));
}

const escaped = (text: string): string => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');

function kindOf({ path, text }: Candidate): Reference['kind'] | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.(md|mdx|markdown|txt)$/i.test(name)) return 'document';
  if (/\.(tf|tofu|tfvars|hcl)$/i.test(name)) return 'terraform';
  if (/^kustomization\.ya?ml$|^Kustomization$/.test(name)) return 'kustomization';
  if (
    /\.(sh|bash|zsh|fish|just|mk)$|(^|\.)justfile$|^(gnu)?makefile$|^taskfile/i.test(name) ||
    /(^|\/)\.?taskfiles?\//i.test(path) ||
    /(^|\/)\.github\/workflows\//.test(path)
  )
    return 'script';
  if (text.startsWith('#!')) return 'script';
  if (/\.(ya?ml|j2|jinja2?|yml\.j2|tmpl|tpl|gotmpl)$/i.test(name)) {
    if (/^\s*kind:\s*["']?(Cluster|ControlPlane|Workers|Machine)\b/m.test(text) && /^\s*-?\s*file:/m.test(text)) return 'talos';
    if (/(^|\/)talconfig[^/]*\.ya?ml/i.test(path)) return 'talos';
    if (
      /(^|\/)(roles|playbooks?|tasks|ansible)\//i.test(path) &&
      /^\s*(-\s+)?(name|hosts|ansible\.|kubernetes\.core\.|template|copy|shell|command)\b/m.test(text)
    )
      return 'ansible';
    if (/^\s*(tasks|recipes):\s*$/m.test(text) && /^version:\s*["']?3/m.test(text)) return 'script';
  }
  return undefined;
}
