import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { plainText } from '../shared/report/escape.ts';
import { UsageError } from './usage-error.ts';

/** A file below a root that is to hold another text. */
interface Rewritten {
  path: string;
  before: string;
  after: string;
}

/** Why a file below a root is not written (a sentence without its full stop): a link, a second name of another file, a file of a submodule. Undefined for one that may be. */
export function lockedIn(root: string, path: string): string | undefined {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '..' || segment === '')) return 'the path leads out of the working tree';
  for (let n = 1; n < segments.length; n++) {
    const folder = join(root, ...segments.slice(0, n));
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return `${segments.slice(0, n).join('/')} is a link, and the file stands elsewhere`;
    if (lstatSync(join(folder, '.git'), { throwIfNoEntry: false }))
      return `${segments.slice(0, n).join('/')} is a repository of its own; run fix there`;
  }
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (!stats?.isFile()) return 'the file is a link or no file at all';
  return stats.nlink > 1 ? 'the file has a second name on the disk (a hard link), which an edit would part from it' : undefined;
}

/**
 * Writes files below a root: each whole or not at all, by a new file beside it that takes its name, with its mode and owner.
 * Throws {@link UsageError} before anything is written where one of them is not any more what it was when it was read.
 */
export function writeFiles(root: string, files: readonly Rewritten[]): void {
  const seen = files.map((file) => ({ ...file, stats: look(root, file) }));
  const written: string[] = [];
  for (const file of seen) {
    try {
      replace(root, file, file.stats);
      written.push(file.path);
    } catch (error) {
      const done = written.length === 0 ? 'nothing was written' : `written was ${plainText(written.join(', '))}`;
      throw new UsageError(
        `cannot write ${plainText(file.path)} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}); ${done}`,
      );
    }
  }
}

/** What the file is, where it still says what was read. */
function look(root: string, { path, before }: Rewritten): Stats {
  const refuse = (why: string) => new UsageError(`${plainText(path)} ${why}; nothing was written`);
  const why = lockedIn(root, path);
  if (why !== undefined) throw refuse(`is not written: ${why}`);
  let file: number;
  try {
    file = openSync(join(root, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  try {
    if (!readFileSync(file).equals(Buffer.from(before))) throw refuse('has changed since it was read; run the command again');
    return fstatSync(file);
  } finally {
    closeSync(file);
  }
}

function replace(root: string, { path, after }: Rewritten, stats: Stats): void {
  const target = join(root, path);
  const folder = dirname(target);
  const fresh = join(folder, `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = openSync(fresh, 'wx', 0o600);
  try {
    try {
      const bytes = Buffer.from(after);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      keepOwner(file, stats);
      fchmodSync(file, stats.mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const now = lstatSync(target);
    if (now.ino !== stats.ino || now.mtimeMs !== stats.mtimeMs || now.size !== stats.size || realpathSync(folder) !== folder)
      throw new Error('it has changed since it was read');
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Only root can give a file away; for everybody else it is theirs already, or becomes so. */
function keepOwner(file: number, { uid, gid }: Stats): void {
  try {
    const own = fstatSync(file);
    if (own.uid !== uid || own.gid !== gid) fchownSync(file, uid, gid);
  } catch {
    // The text is right, and Git keeps no owner.
  }
}
