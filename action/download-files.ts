import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { plainText } from '../shared/report/escape.ts';
import { LARGEST_FILE, type Repository, type RepositoryFile, UnusableRepository } from '../shared/repository/repository.ts';
import { dirname, join, TreeRepository } from '../shared/repository/tree-repository.ts';
import type { GithubClient } from './github-client.ts';

/** All of an archive together; a larger one is not read to its end. */
const LARGEST_ARCHIVE = 1024 * 1024 * 1024;
const MOST_KEPT = 256 * 1024 * 1024;

/** What one entry takes however empty it is. */
const ENTRY = 512;

/** The files of a commit below a folder, out of the archive that the API gives; submodules are not in it. Throws what the client throws, and {@link UnusableRepository} where the archive is too large, too slow or broken. */
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
  try {
    return await unpackFiles(Readable.fromWeb(data as never), folder);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
    throw new UnusableRepository(
      `the archive of ${sha} ${name === 'TimeoutError' ? 'did not arrive in time' : `cannot be read: ${plainText(message, 200)}`}`,
    );
  }
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
    seen += size + ENTRY;
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
  return new TreeRepository({
    list: () => files,
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
