import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type GitResult, git } from './git.ts';
import { hash } from './surroundings.ts';

/** Where one repository may be fetched from. */
export interface Remote {
  /** A checkout of it; undefined where there is none. It is never changed. */
  checkout: string | undefined;
  /** `owner/name` on the server. */
  repository: string | undefined;
  serverUrl: string;
  token: string | undefined;
  /** For files of our own. */
  temporary: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Keeps a text out of the log. */
  mask(text: string): void;
}

/** One fetch brings one commit without its history. */
const FETCH_TIMEOUT = 120_000;

/** How far back a history is fetched to find where two branches left each other. */
const DEPTH = 2000;

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];

/** What came of a fetch: where the commit is now, or a line for each failure. */
export type Fetched = { directory: string; sha: string } | { problems: string[]; isThere: boolean };

/** A bare repository of our own, made when it is first needed, that borrows what a checkout has and gets the rest from the server. */
export class OwnRepository {
  readonly #remote: Remote;
  #made: Promise<string | { problem: string }> | undefined;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  /** Fetches a commit; `ref` is a name that the server may know it by where it does not give commits by their hash. */
  async fetchCommit(sha: string, ref: string | undefined): Promise<Fetched> {
    return this.#fetch(ref === undefined ? [sha] : [sha, ref], async (directory, wanted) =>
      (await git(directory, ['cat-file', '-e', `${sha}^{tree}`], this.#remote.env)).ok ? sha : `${wanted} is another commit by now`,
    );
  }

  /** Fetches what a branch, a tag or a hash names now, of the default branch where none is given. `isThere` says that the repository can be read and has no such name. */
  async fetchTip(ref: string | undefined): Promise<Fetched> {
    return this.#fetch([`+${ref ?? 'HEAD'}:refs/heads/tip`], async (directory) => {
      const { out } = await git(directory, ['rev-parse', '--verify', '--quiet', 'refs/heads/tip^{commit}'], this.#remote.env);
      return hash(out) ?? `${ref} is no commit`;
    });
  }

  /** Where two lines of history left each other, by fetching the history alone into a repository that is used for nothing else; undefined where that fails. */
  async mergeBase(base: string, head: string): Promise<string | undefined> {
    const { temporary, env } = this.#remote;
    const history = mkdtempSync(join(temporary, 'cilium-align-history-'));
    if (!(await git(temporary, ['init', '--quiet', '--bare', '--template=', history], env)).ok) return undefined;
    for (const url of await this.#urls()) {
      const args = [...FETCH, '--filter=tree:0', `--depth=${DEPTH}`, '--', url, base, head];
      if (!(await git(history, args, env, { config: this.#credentials(url), timeout: FETCH_TIMEOUT })).ok) continue;
      const found = hash((await git(history, ['merge-base', base, head], env)).out.split('\n', 1)[0]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Tries each address with each name; `check` gives the hash of what came, or why it is not what was wanted. */
  async #fetch(names: readonly string[], check: (directory: string, wanted: string) => Promise<string>): Promise<Fetched> {
    this.#made ??= this.#make();
    const directory = await this.#made;
    if (typeof directory !== 'string') return { problems: [directory.problem], isThere: false };
    const problems: string[] = [];
    let isThere = false;
    for (const url of await this.#urls()) {
      for (const wanted of names) {
        const args = [...FETCH, '--depth=1', '--', url, wanted];
        const { ok, problem } = await git(directory, args, this.#remote.env, { config: this.#credentials(url), timeout: FETCH_TIMEOUT });
        const found = ok ? await check(directory, wanted) : `git fetch: ${problem}`;
        if (hash(found) !== undefined) return { directory, sha: found };
        problems.push(found);
        isThere ||= /couldn't find remote ref/.test(problem);
      }
    }
    return { problems, isThere };
  }

  async #make(): Promise<string | { problem: string }> {
    const { temporary, checkout, env } = this.#remote;
    // No work tree's own, whatever lies around the temporary folder.
    const own = join(mkdtempSync(join(temporary, 'cilium-align-git-')), '.git');
    const format = (await this.#inCheckout(['rev-parse', '--show-object-format'])).out === 'sha256' ? ['--object-format=sha256'] : [];
    const { ok, problem } = await git(temporary, ['init', '--quiet', '--bare', '--template=', ...format, own], env);
    if (!ok) return { problem };
    const head = hash((await this.#inCheckout(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).out);
    if (checkout === undefined || head === undefined || (await isPartial(checkout, env))) return own;
    const [objects, shallow] = (await this.#inCheckout(['rev-parse', '--git-path', 'objects', '--git-path', 'shallow'])).out.split('\n');
    if (objects === undefined || shallow === undefined) return own;
    writeFileSync(join(own, 'objects/info/alternates'), `${resolve(checkout, objects)}\n`);
    // Without these the server would take the history of what is borrowed for complete, and leave out what is asked for.
    if (existsSync(resolve(checkout, shallow))) copyFileSync(resolve(checkout, shallow), join(own, 'shallow'));
    await git(own, ['update-ref', 'refs/heads/checkout', head], env);
    return own;
  }

  /** The checkout's own address where it is one that needs no program, then the server's. */
  async #urls(): Promise<string[]> {
    const { repository, serverUrl } = this.#remote;
    const origin = (await this.#inCheckout(['config', '--get', 'remote.origin.url'])).out;
    const urls = [
      ...(/^(?:https?|file):\/\//.test(origin) ? [origin] : []),
      ...(repository === undefined ? [] : [`${serverUrl}/${repository}`]),
    ];
    const plain = urls.map((url) => url.replace(/(?:\.git)?\/*$/, ''));
    return urls.filter((_, i) => plain.indexOf(plain[i]!) === i);
  }

  /** The token, for the server that it belongs to and no other. */
  #credentials(url: string): [string, string][] {
    const { token, serverUrl, mask } = this.#remote;
    if (token === undefined || !url.startsWith(`${serverUrl}/`)) return [];
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    mask(basic);
    const key = `http.${serverUrl}/.extraheader`;
    return [
      [key, ''],
      [key, `AUTHORIZATION: basic ${basic}`],
      // Git would send the header along to whatever host it is led to.
      ['http.followRedirects', 'false'],
    ];
  }

  #inCheckout(args: readonly string[]): Promise<GitResult> {
    const { checkout, env } = this.#remote;
    return checkout === undefined ? Promise.resolve({ ok: false, out: '', problem: 'there is no checkout' }) : git(checkout, args, env);
  }
}

/** True for a checkout that leaves out objects until they are asked for: what is missing in it cannot be told. */
export async function isPartial(checkout: string, env: Remote['env']): Promise<boolean> {
  return (await git(checkout, ['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.promisor)$'], env)).ok;
}
