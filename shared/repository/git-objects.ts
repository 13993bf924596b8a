import { runGit } from './git-command.ts';
import type { GitDirectory } from './git-directory.ts';
import type { GitEntry } from './git-tree.ts';
import { UnusableRepository } from './repository.ts';

/** A process is dear, bytes are cheap: what follows in the listing is read with what is asked for, unless it is large. */
const LARGEST_AHEAD = 256 * 1024;
const MOST_AHEAD = 8 * 1024 * 1024;
const MOST_OBJECTS = 4096;

/** What is kept; the oldest goes first. */
const MOST_KEPT = 64 * 1024 * 1024;

/** The contents of a commit's files, read in few processes and bounded memory. */
export class GitObjects {
  readonly #git: GitDirectory;
  readonly #commit: string;
  readonly #entries: readonly GitEntry[];
  readonly #indexes: ReadonlyMap<GitEntry, number>;
  readonly #batches: { hashes: string[]; size: number }[] = [];
  readonly #bytes = new Map<string, Buffer>();
  #kept = 0;

  /** `entries` in the order in which they are likely to be asked for. */
  constructor(git: GitDirectory, commit: string, entries: readonly GitEntry[]) {
    this.#git = git;
    this.#commit = commit;
    this.#entries = entries;
    this.#indexes = new Map(entries.map((entry, i) => [entry, i]));
  }

  /** The bytes of one of the entries. Throws {@link UnusableRepository} where they are not here. */
  read(entry: GitEntry): Buffer {
    if (entry.size === undefined) throw this.#absent(entry);
    const known = this.#bytes.get(entry.hash);
    if (known) return known;
    this.#fetch(entry);
    return this.#bytes.get(entry.hash)!;
  }

  /** Reads entries together, as far as one batch goes; what is not here is passed over. */
  readAhead(entries: Iterable<GitEntry>): void {
    this.#load(this.#batch([], entries));
  }

  /** What follows is asked for next; where little of that is left, what stands before. */
  #fetch(entry: GitEntry): void {
    const start = this.#indexes.get(entry) ?? 0;
    const entries = this.#entries;
    const around = function* () {
      for (let i = start + 1; i < entries.length; i++) yield entries[i]!;
      for (let i = start - 1; i >= 0; i--) yield entries[i]!;
    };
    this.#load(this.#batch([entry], around()));
  }

  #batch(wanted: readonly GitEntry[], others: Iterable<GitEntry>): GitEntry[] {
    const batch = new Map(wanted.map((entry) => [entry.hash, entry]));
    let size = 0;
    for (const entry of others) {
      if (entry.size === undefined || entry.size > LARGEST_AHEAD || batch.has(entry.hash) || this.#bytes.has(entry.hash)) continue;
      size += entry.size;
      if (size > MOST_AHEAD || batch.size >= MOST_OBJECTS) break;
      batch.set(entry.hash, entry);
    }
    return [...batch.values()];
  }

  #load(entries: readonly GitEntry[]): void {
    if (entries.length === 0) return;
    const size = entries.reduce((sum, entry) => sum + entry.size!, 0);
    while (this.#batches.length > 0 && this.#kept + size > MOST_KEPT) {
      const oldest = this.#batches.shift()!;
      for (const hash of oldest.hashes) this.#bytes.delete(hash);
      this.#kept -= oldest.size;
    }
    const { ok, output, problem } = runGit(this.#git, ['cat-file', '--batch', '--buffer'], {
      input: `${entries.map(({ hash }) => hash).join('\n')}\n`,
      most: size + 256 * (entries.length + 1),
    });
    let at = 0;
    for (const entry of entries) {
      const head = `${entry.hash} blob ${entry.size}\n`;
      const end = at + head.length + entry.size!;
      if (!ok || output.toString('latin1', at, at + head.length) !== head || output[end] !== 10) throw this.#absent(entry, problem);
      this.#bytes.set(entry.hash, output.subarray(at + head.length, end));
      at = end + 1;
    }
    this.#batches.push({ hashes: entries.map(({ hash }) => hash), size });
    this.#kept += size;
  }

  #absent({ path }: GitEntry, problem?: string): UnusableRepository {
    return new UnusableRepository(
      `${path} of commit ${this.#commit} cannot be read: ${problem === undefined ? 'its content is not here' : `git says: ${problem}`}. ` +
        `Where this is a partial clone, \`git diff --stat ${this.#commit} HEAD\` fetches what is missing; a clone without \`--filter\` has it.`,
    );
  }
}
