import type { Repository } from '../../repository/repository.ts';
import { UnreadableFile } from '../../repository/repository.ts';

/** The file of this repository that a URL of a Git host names; undefined where the URL leads elsewhere or no such file is here. */
export function ownFile(url: string, repository: Repository): string | undefined {
  const parsed = hostedFile(url);
  if (!parsed) return undefined;
  const own = ownNames(repository);
  if (!own.has(parsed.name) && own.size > 0) return undefined;
  // Where nothing says what this repository is called, only a file that stands under the very same path speaks for it.
  // The branch may hold slashes: the path is what exists behind them.
  const segments = parsed.rest.split('/');
  const last = own.size > 0 ? Math.min(segments.length, 6) : Math.min(segments.length - 1, 2);
  for (let from = 1; from < last; from++) {
    const path = segments.slice(from).join('/');
    if (repository.file(path)) return path;
  }
  return undefined;
}

function hostedFile(url: string): { name: string; rest: string } | undefined {
  const clean = url.replace(/[?#].*$/, '');
  const raw =
    /^https?:\/\/raw\.githubusercontent\.com\/([^/]+\/[^/]+)\/(?:refs\/(?:heads|tags)\/)?(.+)$/i.exec(clean) ??
    /^https?:\/\/(?:www\.)?github\.com\/([^/]+\/[^/]+)\/(?:raw|blob)\/(?:refs\/(?:heads|tags)\/)?(.+)$/i.exec(clean);
  const jsdelivr = /^https?:\/\/cdn\.jsdelivr\.net\/gh\/([^/]+\/[^/@]+)@?(.*)$/i.exec(clean);
  const other = /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/(?:-\/raw|raw\/(?:branch|tag|commit))\/(.+)$/i.exec(clean);
  const found = raw ?? other ?? jsdelivr;
  return found ? { name: repositoryName(found[1]!), rest: found[2]!.replace(/^\//, 'x/') } : undefined;
}

/** A path, or the start of a pattern like `apps/*` that a generator of an ApplicationSet looks for. */
function isHere(path: string, repository: Repository): boolean {
  if (path === '.') return true;
  const pattern = path.split('/').findIndex((segment) => segment.includes('*'));
  if (pattern < 0) return repository.isDirectory(path);
  return pattern > 0 && repository.isDirectory(path.split('/').slice(0, pattern).join('/'));
}

const repositoryName = (name: string): string => name.toLowerCase().replace(/\.git$/, '');

const known = new WeakMap<Repository, ReadonlySet<string>>();

/** `owner/name` of the repositories that Argo CD's own objects call theirs and that hold the paths they name. */
function ownNames(repository: Repository): ReadonlySet<string> {
  const cached = known.get(repository);
  if (cached) return cached;
  const names = new Set<string>();
  for (const { path, size, target } of repository.files) {
    if (target !== undefined || size > 512 * 1024 || !/\.ya?ml$/i.test(path)) continue;
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
      const named = /^\s*(?:- )?path:\s*["']?([^\s"'{}#]+)/m.exec(rest!)?.[1];
      if (named !== undefined && isHere(named, repository)) names.add(repositoryName(name!));
    }
  }
  known.set(repository, names);
  return names;
}
