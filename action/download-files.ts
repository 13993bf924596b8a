import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { type IgnoreRules, isIgnored, NEVER, withRules } from '../shared/repository/left-out.ts';
import { LARGEST_FILE, type Repository, type RepositoryFile } from '../shared/repository/repository.ts';
import { dirname, join, TreeRepository } from '../shared/repository/tree-repository.ts';
import type { GithubClient } from './github-client.ts';

/** All of an archive together; a larger one is not read to its end. */
const LARGEST_ARCHIVE = 1024 * 1024 * 1024;
const MOST_KEPT = 256 * 1024 * 1024;

/** The files of a commit below a folder, out of the archive that the API gives; submodules are not in it. Throws what the client throws, and a plain error where the archive is too large or broken. */
export async function downloadFiles(
  client: GithubClient,
  repository: { owner: string; repo: string },
  sha: string,
  folder: string,
): Promise<Repository> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/tarball/{ref}', {
    ...repository,
    ref: sha,
    request: { parseSuccessResponseBody: false },
  });
  return unpackFiles(Readable.fromWeb(data as never), folder);
}

/** The files of a gzipped archive whose entries all stand below one folder of its own, as GitHub makes them. */
export async function unpackFiles(archive: Readable, folder: string): Promise<Repository> {
  const contents = new Map<string, Uint8Array>();
  const files: RepositoryFile[] = [];
  let seen = 0;
  let kept = 0;
  const entries = extract();
  entries.on('entry', (header, stream, next) => {
    // What breaks the archive breaks the pipeline, which says so.
    stream.on('error', () => {});
    const path = pathBelow(header.name, folder);
    const size = header.size ?? 0;
    seen += size;
    const wanted = path !== undefined && header.type === 'file' && size <= LARGEST_FILE;
    if (wanted) kept += size;
    if (seen > LARGEST_ARCHIVE || kept > MOST_KEPT) return next(new Error('the archive is larger than what is read of one'));
    if (path !== undefined && header.type === 'file') files.push({ path, size });
    if (path !== undefined && header.type === 'symlink') {
      const target = join(dirname(path), header.linkname ?? '');
      if (target !== undefined && target !== '' && !header.linkname?.startsWith('/')) files.push({ path, size: 0, target });
    }
    const chunks: Buffer[] = [];
    if (wanted) stream.on('data', (chunk) => chunks.push(chunk as Buffer));
    else stream.resume();
    stream.on('end', () => {
      if (wanted) contents.set(path, Buffer.concat(chunks));
      next();
    });
  });
  await pipeline(archive, createGunzip(), entries);
  const isTracked = trackedBy(contents);
  return new TreeRepository({
    list: () => files.filter(({ path }) => isTracked(path)),
    bytes: (path, limit) => {
      const bytes = contents.get(path);
      if (bytes !== undefined) return bytes.length > limit ? bytes.length : bytes;
      return files.find((file) => file.path === path)!.size;
    },
  });
}

/** `owner-name-hash/folder/path` without what stands before the path; undefined outside of the folder. */
function pathBelow(name: string, folder: string): string | undefined {
  const path = name.replace(/^\/+/, '').split('/').slice(1).join('/').replace(/\/+$/, '');
  if (path === '' || path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) return undefined;
  if (folder === '') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

/** What a working tree would list: the rules of the archive's own `.gitignore` files. */
function trackedBy(contents: ReadonlyMap<string, Uint8Array>): (path: string) => boolean {
  const known = new Map<string, { rules: readonly IgnoreRules[]; isLeftOut: boolean }>();
  const about = (directory: string): { rules: readonly IgnoreRules[]; isLeftOut: boolean } => {
    let found = known.get(directory);
    if (found === undefined) {
      const outer = directory === '' ? { rules: [], isLeftOut: false } : about(dirname(directory));
      const text = contents.get(directory === '' ? '.gitignore' : `${directory}/.gitignore`);
      found = {
        rules: withRules(outer.rules, directory, text === undefined ? '' : Buffer.from(text).toString('utf8')),
        isLeftOut:
          outer.isLeftOut ||
          (directory !== '' && (NEVER.has(directory.slice(directory.lastIndexOf('/') + 1)) || isIgnored(outer.rules, `${directory}/`))),
      };
      known.set(directory, found);
    }
    return found;
  };
  return (path) => {
    const { rules, isLeftOut } = about(dirname(path));
    return !isLeftOut && !isIgnored(rules, path);
  };
}
