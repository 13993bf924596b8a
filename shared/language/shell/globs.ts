import type { Word } from 'unbash';
import { glob } from '../../glob.ts';
import type { Shell } from './interpreter.ts';
import type { WorkingDirectory } from './paths.ts';
import { type Argument, ROOT, type Text } from './text.ts';
import { expandWord } from './words.ts';

/** Stands for what is not known; no text of a script holds it. */
const UNKNOWN = '\uffff';

/** Paths of the repository that a pattern with `*` and `?` fits, in the form it is written in; none where it is no pattern or nothing fits. An unknown in it fits any name. */
export function expandGlob(pattern: Text, from: WorkingDirectory): Text[] {
  const text = pattern.map((piece) => (typeof piece === 'string' ? piece : UNKNOWN)).join('');
  if (!/[*?]/.test(text) || text.length > 1024 || text.startsWith(UNKNOWN)) return [];
  const directory = text.endsWith('/');
  const rooted = text.startsWith(ROOT);
  const bases = rooted ? [''] : text.startsWith('/') ? [] : from.directories;
  const relative = (rooted ? text.slice(1) : text).replace(/^\/+|\/+$/g, '').replace(/^(\.\/)+/, '');
  const certain = relative.slice(0, relative.search(/[*?\uffff]/));
  const segments = relative.split('/').map((segment) => glob(segment.replaceAll(UNKNOWN, '?*'), {}));
  for (const base of bases) {
    const found = new Set<string>();
    const start = `${base === '' ? '' : `${base}/`}${certain}`;
    for (const file of from.repository.files) {
      if (!file.path.startsWith(start)) continue;
      const parts = (base === '' ? file.path : file.path.slice(base.length + 1)).split('/');
      if (parts.length < segments.length || (directory && parts.length === segments.length)) continue;
      const path = parts.slice(0, segments.length).join('/');
      if (!found.has(path) && segments.every((segment, i) => segment?.(parts[i]!))) found.add(path);
    }
    if (found.size > 0) return [...found].sort().map((path) => [`${rooted ? `${ROOT}/` : ''}${path}${directory ? '/' : ''}`]);
  }
  return [];
}

const MOST_PATHS = 64;

/** The words that the shell makes of one, with `*` standing for what Git holds. */
export function expandGlobs(word: Word, shell: Shell): Argument[] {
  const items = expandWord(word, shell);
  if (!word.parts?.some((p) => p.type === 'Glob')) return items;
  return items.flatMap((item) => {
    const paths = expandGlob(item.text, shell);
    return paths.length > 0 && paths.length <= MOST_PATHS ? paths.map((text) => ({ text, place: item.place })) : [item];
  });
}
