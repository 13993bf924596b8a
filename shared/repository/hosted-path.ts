import { pathIn } from '../place.ts';
import type { Repository } from './repository.ts';
import { normalize } from './tree-repository.ts';

/** A file of the repository beside this one that a URL of a Git host names; undefined where the URL leads elsewhere or no such file is there. */
export function fileBeside(url: string, { beside }: Repository): string | undefined {
  const parsed = beside && hostedFile(url);
  if (!parsed || !beside.isAt(parsed.name)) return undefined;
  const path = pathBehindBranch(parsed.rest, beside.repository, 6);
  return path === undefined ? undefined : pathIn(beside.name, path);
}

const LONGEST_URL = 2000;

/** A directory of the repository beside this one that kustomize would fetch. https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md */
export function directoryBeside(url: string, { beside }: Repository): string | undefined {
  if (!beside || url.length > LONGEST_URL) return undefined;
  const clean = url.replace(/\?.*$/, '').replace(/^git::/, '');
  const parsed = /^(?:[a-z+]+:\/\/)?(?:[^@/]+@)?[\w.-]+\.\w+(?::\d+)?[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/+(.+)$/i.exec(clean);
  const path = parsed?.[2]?.replace(/\/+$/, '');
  if (path === undefined || !beside.isAt(repositoryName(parsed![1]!)) || !beside.repository.isDirectory(path)) return undefined;
  return pathIn(beside.name, path);
}

/** What a path that leads out of the repository, or starts at the root of a disk, means in the repository beside it: it names the folder of that one. */
export function pathBeside(path: string, { beside }: Repository, kind: 'file' | 'directory'): string | undefined {
  if (beside === undefined) return undefined;
  const segments = path.split('/');
  const folder = segments.lastIndexOf(beside.name);
  const inner = folder < 0 ? undefined : normalize(segments.slice(folder + 1).join('/'));
  if (inner === undefined) return undefined;
  const exists = kind === 'file' ? beside.repository.file(inner) !== undefined : beside.repository.isDirectory(inner);
  return exists ? pathIn(beside.name, inner) : undefined;
}

/** The file that an absolute path means on somebody's machine: its longest end that is a path of the repository, a directory and all. */
export function fileOfOwnMachine(path: string, repository: Repository): string | undefined {
  const segments = path.split('/').slice(1);
  for (let from = 0; from < segments.length - 1; from++) {
    const end = segments.slice(from).join('/');
    if (repository.file(end)) return end;
  }
  return undefined;
}

/** `owner/name` of the repository on a Git host that a URL names a file of, and the branch and path behind it. */
export function hostedFile(url: string): { name: string; rest: string } | undefined {
  const clean = url.replace(/[?#].*$/, '');
  const raw =
    /^https?:\/\/raw\.githubusercontent\.com\/([^/]+\/[^/]+)\/(?:refs\/(?:heads|tags)\/)?(.+)$/i.exec(clean) ??
    /^https?:\/\/(?:www\.)?github\.com\/([^/]+\/[^/]+)\/(?:raw|blob)\/(?:refs\/(?:heads|tags)\/)?(.+)$/i.exec(clean);
  const jsdelivr = /^https?:\/\/cdn\.jsdelivr\.net\/gh\/([^/]+\/[^/@]+)@?(.*)$/i.exec(clean);
  // https://github.com/hashicorp/go-getter as helmfile uses it
  const getter = /^git::(?:https?|ssh):\/\/(?:[^@/]+@)?[^/]+\/([^/]+\/[^/@]+)@\/?(.+)$/i.exec(clean);
  if (getter) return { name: repositoryName(getter[1]!), rest: `x/${getter[2]}` };
  const other = /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/(?:-\/raw|raw\/(?:branch|tag|commit))\/(.+)$/i.exec(clean);
  const found = raw ?? other ?? jsdelivr;
  return found ? { name: repositoryName(found[1]!), rest: found[2]!.replace(/^\//, 'x/') } : undefined;
}

/** `owner/name` as it is compared. */
export const repositoryName = (name: string): string => name.toLowerCase().replace(/\.git$/, '');

/** The path behind a branch: the branch may hold slashes, so it is what exists, after so many segments at most. */
export function pathBehindBranch(rest: string, repository: Repository, most: number): string | undefined {
  const segments = rest.split('/');
  for (let from = 1; from < Math.min(segments.length, most); from++) {
    const path = segments.slice(from).join('/');
    if (repository.file(path)) return path;
  }
  return undefined;
}
