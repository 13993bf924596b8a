import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';

/** Files of Terraform and OpenTofu. */
export const ENDING = /\.(tf|tofu)$/;

/** The directory of Terraform files that a template lies in or below. */
export function nearestModule(path: string, repository: Repository): string {
  for (let directory = dirname(path); directory !== ''; directory = dirname(directory)) {
    if (repository.directory(directory).files.some((file) => ENDING.test(file.path))) return directory;
  }
  return '';
}

/** The modules that nobody calls, among those that lead to one of the directories. */
export function rootsAbove(directories: ReadonlySet<string>, repository: Repository): string[] {
  const callersOf = new Map<string, Set<string>>();
  for (const { path } of repository.files) {
    if (!ENDING.test(path)) continue;
    let text: string;
    try {
      text = repository.read(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      continue;
    }
    const directory = dirname(path);
    for (const [, source] of text.matchAll(/^[ \t]*source[ \t]*=[ \t]*"(\.\.?(?:\/[^"$]*)?)"/gm)) {
      const called = join(directory, source!);
      if (called === undefined || called === directory) continue;
      const known = callersOf.get(called);
      if (known) known.add(directory);
      else callersOf.set(called, new Set([directory]));
    }
  }
  const roots = new Set<string>();
  const seen = new Set<string>();
  const climb = (directory: string) => {
    if (seen.has(directory)) return;
    seen.add(directory);
    const above = callersOf.get(directory);
    if (!above) roots.add(directory);
    else for (const caller of above) climb(caller);
  };
  for (const directory of directories) climb(directory);
  return [...roots].sort();
}
