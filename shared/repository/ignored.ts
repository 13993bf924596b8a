import ignore from 'ignore';
import { patternsOf } from './left-out.ts';
import type { Repository } from './repository.ts';
import { UnreadableFile } from './repository.ts';

/** True for a path that the repository's own `.gitignore` files keep out of Git: it may well be there where a command runs. */
export function ignoredByGit(repository: Repository, path: string): boolean {
  const segments = path.split('/');
  for (let depth = 0; depth < segments.length; depth++) {
    const directory = segments.slice(0, depth).join('/');
    const file = directory === '' ? '.gitignore' : `${directory}/.gitignore`;
    if (!repository.file(file)) continue;
    try {
      if (
        ignore()
          .add(patternsOf(repository.read(file)))
          .ignores(segments.slice(depth).join('/'))
      )
        return true;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }
  return false;
}
