import { canonicalUrl } from '../../evaluate/argocd/this-repository.ts';
import { fileBeside, hostedFile, pathBehindBranch, repositoryName } from '../../repository/hosted-path.ts';
import type { NamedRepository } from '../../repository/pair.ts';
import type { Repository } from '../../repository/repository.ts';
import { UnreadableFile } from '../../repository/repository.ts';

/** The file of this repository, or of the one beside it, that a URL of a Git host names; undefined where the URL leads elsewhere or no such file is here. */
export function ownFile(url: string, repository: Repository): string | undefined {
  const beside = fileBeside(url, repository);
  if (beside !== undefined) return beside;
  const parsed = hostedFile(url);
  if (!parsed) return undefined;
  const own = ownNames(repository);
  if (!own.has(parsed.name) && own.size > 0) return undefined;
  // Where nothing says what this repository is called, only a file that stands under the very same path speaks for it.
  return pathBehindBranch(parsed.rest, repository, own.size > 0 ? 6 : Math.min(parsed.rest.split('/').length - 1, 2));
}

/** Says whether a URL, or `owner/name`, is that of a repository: its own Applications call it so, whoever owns it, or its folder where they are silent. */
export function isRepositoryAt({ name, repository }: NamedRepository): (url: string) => boolean {
  return (url) => {
    const last = canonicalUrl(url).split('/').at(-1)!;
    const names = ownNames(repository);
    return names.size === 0 ? last === name.toLowerCase() : [...names].some((own) => own.endsWith(`/${last}`));
  };
}

/** A path, or the start of a pattern like `apps/*` that a generator of an ApplicationSet looks for. */
function isHere(path: string, repository: Repository): boolean {
  if (path === '.') return true;
  const pattern = path.split('/').findIndex((segment) => segment.includes('*'));
  if (pattern < 0) return repository.isDirectory(path);
  return pattern > 0 && repository.isDirectory(path.split('/').slice(0, pattern).join('/'));
}

const known = new WeakMap<Repository, ReadonlySet<string>>();

/** `owner/name` of the repositories that Argo CD's own objects call theirs and that hold the paths they name. */
function ownNames(repository: Repository): ReadonlySet<string> {
  const cached = known.get(repository);
  if (cached) return cached;
  const names = new Set<string>();
  for (const file of repository.files) {
    const { path, target } = file;
    if (target !== undefined || !/\.ya?ml$/i.test(path) || file.size > 512 * 1024) continue;
    let text: string;
    try {
      const bytes = repository.bytes(path);
      if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('repoURL')) continue;
      text = repository.read(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      continue;
    }
    for (const [, name, rest] of text.matchAll(
      /repoURL:\s*["']?(?:[a-z+]+:\/\/)?(?:[^@\s"']*@)?[\w.-]+(?::\d+)?[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?["']?\s*(?:#.*)?\n((?:[^\n]*\n){0,4})/g,
    )) {
      const named = /^[ \t]*(?:- )?path:[ \t]*["']?([^\s"'{}#]+)/m.exec(rest!)?.[1];
      if (named !== undefined && isHere(named, repository)) names.add(repositoryName(name!));
    }
  }
  known.set(repository, names);
  return names;
}
