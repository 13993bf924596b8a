import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gitRepository } from '../shared/repository/git.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { type Repository, UnusableRepository } from '../shared/repository/repository.ts';
import { type GitResult, git } from './git.ts';
import type { GithubClient } from './github-client.ts';
import { explainFailure } from './github-failure.ts';
import type { Log } from './log.ts';
import { hash } from './surroundings.ts';

/** Where commits of one repository may be got from. */
export interface CommitSources {
  /** A checkout of it; undefined where there is none. It is never changed. */
  checkout: string | undefined;
  /** `owner/name` on the server. */
  repository: string | undefined;
  serverUrl: string;
  token: string | undefined;
  /** For files of our own. */
  temporary: string;
  client(): Promise<GithubClient>;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Keeps a text out of the log. */
  mask(text: string): void;
}

/** The files of a commit, or why they cannot be had. */
export type CommitFiles = { files: Repository } | { problem: string };

/** One fetch brings one commit without its history. */
const FETCH_TIMEOUT = 120_000;

/** Commits of one repository, read as data from Git objects: from the checkout, else fetched into a bare repository of our own, else from the API. Nothing of them is ever executed, checked out or taken for configuration of git. */
export class Commits {
  readonly #sources: CommitSources;
  #own: Promise<string | { problem: string }> | undefined;
  #partial: Promise<boolean> | undefined;
  readonly #fetched = new Map<string, Promise<string | undefined>>();

  constructor(sources: CommitSources) {
    this.#sources = sources;
  }

  /** The commit that is checked out. */
  async head(): Promise<string | undefined> {
    return hash((await this.#git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).out);
  }

  /** The full hash of a revision that a person named; undefined where the checkout does not know it. */
  async resolve(revision: string): Promise<string | undefined> {
    if (revision.startsWith('-')) return undefined;
    for (const name of [revision, `refs/remotes/origin/${revision}`]) {
      const found = hash((await this.#git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])).out);
      if (found !== undefined) return found;
    }
    return hash(revision);
  }

  /** The parents that a commit names, also where a shallow checkout lacks them; undefined where the commit cannot be read. */
  async parents(sha: string): Promise<string[] | undefined> {
    const directory = await this.#where(sha);
    if (directory !== undefined) {
      const { ok, out } = await git(directory, ['cat-file', 'commit', sha], this.#sources.env);
      if (ok) {
        const header = out.split('\n\n', 1)[0]!;
        return header.split('\n').flatMap((line) => (line.startsWith('parent ') ? (hash(line.slice(7)) ?? []) : []));
      }
    }
    const { repository } = this.#sources;
    if (repository === undefined) return undefined;
    try {
      const client = await this.#sources.client();
      const { data } = await client.rest.git.getCommit({ ...ownerAndName(repository), commit_sha: sha });
      return data.parents.flatMap((parent) => hash(parent.sha) ?? []);
    } catch (error) {
      this.#sources.log(explainFailure(error, { doing: `read the commit ${sha}`, permission: 'contents: read' }));
      return undefined;
    }
  }

  /** The commit that two lines of history left each other at: from the checkout where it holds the history, else from the API; undefined where neither knows. */
  async mergeBase(base: string, head: string): Promise<string | undefined> {
    const { checkout, repository } = this.#sources;
    const local = async () => hash((await this.#git(['merge-base', base, head])).out.split('\n', 1)[0]);
    const shallow = checkout === undefined || (await this.#git(['rev-parse', '--is-shallow-repository'])).out !== 'false';
    const own = shallow ? undefined : await local();
    if (own !== undefined) return own;
    if (repository !== undefined) {
      try {
        const client = await this.#sources.client();
        const { data } = await client.rest.repos.compareCommitsWithBasehead({
          ...ownerAndName(repository),
          basehead: `${base}...${head}`,
          per_page: 1,
        });
        const found = hash(data.merge_base_commit?.sha);
        if (found !== undefined) return found;
      } catch (error) {
        this.#sources.log(explainFailure(error, { doing: 'ask where the branches left each other', permission: 'contents: read' }));
      }
    }
    return shallow ? ((await local()) ?? this.#mergeBaseOfHistory(base, head)) : undefined;
  }

  /** The history alone, without files, in a repository that is used for nothing else. */
  async #mergeBaseOfHistory(base: string, head: string): Promise<string | undefined> {
    const { temporary, env } = this.#sources;
    const history = mkdtempSync(join(temporary, 'cilium-align-history-'));
    if (!(await git(temporary, ['init', '--quiet', '--bare', '--template=', history], env)).ok) return undefined;
    for (const url of await this.#urls()) {
      const args = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--filter=tree:0', '--depth=2000'];
      const options = { config: this.#credentials(url), timeout: FETCH_TIMEOUT };
      if (!(await git(history, [...args, '--', url, base, head], env, options)).ok) continue;
      const found = hash((await git(history, ['merge-base', base, head], env)).out.split('\n', 1)[0]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The files of a commit below a folder ('' for all); `ref` is a name that the server may know it by. */
  async files(sha: string, folder: string, ref?: string): Promise<CommitFiles> {
    const problems: string[] = [];
    const directory = (await this.#where(sha)) ?? (await this.#fetch(sha, ref, problems));
    if (directory !== undefined) {
      try {
        if (folder === '') return { files: gitRepository(directory, sha) };
        const tree = await this.#folder(directory, sha, folder);
        return { files: tree === undefined ? memoryRepository({}) : gitRepository(directory, tree) };
      } catch (error) {
        if (!(error instanceof UnusableRepository)) throw error;
        problems.push(error.message);
      }
    }
    return this.#download(sha, folder, problems);
  }

  /** The commit that a branch, tag or hash of the server names now, the default branch where none is given; or why it cannot be had, though the repository itself may be there. */
  async fetchTip(ref: string | undefined): Promise<{ sha: string } | { problem: string; isThere: boolean }> {
    const problems: string[] = [];
    this.#own ??= this.#createOwn();
    const own = await this.#own;
    if (typeof own !== 'string') problems.push(own.problem);
    else {
      for (const url of await this.#urls()) {
        const { ok, problem } = await this.#fetchInto(own, url, `+${ref ?? 'HEAD'}:refs/heads/tip`);
        const sha = ok
          ? hash((await git(own, ['rev-parse', '--verify', '--quiet', 'refs/heads/tip^{commit}'], this.#sources.env)).out)
          : undefined;
        if (sha !== undefined) {
          this.#fetched.set(sha, Promise.resolve(own));
          return { sha };
        }
        if (/couldn't find remote ref/.test(problem))
          return { problem: `It has no branch, tag or commit ${ref ?? 'HEAD'} (git fetch: ${problem}).`, isThere: true };
        problems.push(ok ? `${ref} is no commit` : `git fetch: ${problem}`);
      }
    }
    const { repository, client } = this.#sources;
    if (repository !== undefined) {
      try {
        const { rest } = await client();
        const sha = hash((await rest.repos.getCommit({ ...ownerAndName(repository), ref: ref ?? 'HEAD' })).data.sha);
        if (sha !== undefined) return { sha };
      } catch (error) {
        problems.push(explainFailure(error, { doing: `read ${repository}`, permission: 'contents: read' }));
      }
    }
    return { problem: [...new Set(problems)].join('\n'), isThere: false };
  }

  /** The tree at a path of a commit; undefined where there is none. */
  async #folder(directory: string, sha: string, folder: string): Promise<string | undefined> {
    const { env } = this.#sources;
    const found = hash((await git(directory, ['rev-parse', '--verify', '--quiet', `${sha}:${folder}`], env)).out);
    return found !== undefined && (await git(directory, ['cat-file', '-t', found], env)).out === 'tree' ? found : undefined;
  }

  /** A directory with the whole commit in it; undefined where it has to be fetched. */
  async #where(sha: string): Promise<string | undefined> {
    const fetched = await this.#fetched.get(sha);
    if (fetched !== undefined) return fetched;
    const { checkout, env } = this.#sources;
    if (checkout === undefined || (await this.#isPartial())) return undefined;
    return (await git(checkout, ['cat-file', '-e', `${sha}^{tree}`], env)).ok ? checkout : undefined;
  }

  /** The working tree leaves out files of the commit. */
  async isSparse(): Promise<boolean> {
    return (await this.#git(['config', '--bool', '--get', 'core.sparseCheckout'])).out === 'true';
  }

  /** A checkout that leaves out objects until they are asked for: what is missing in it cannot be told. */
  #isPartial(): Promise<boolean> {
    this.#partial ??= this.#git(['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.promisor)$']).then(({ ok }) => ok);
    return this.#partial;
  }

  #fetch(sha: string, ref: string | undefined, problems: string[]): Promise<string | undefined> {
    let fetched = this.#fetched.get(sha);
    if (fetched === undefined) {
      fetched = this.#fetchAnew(sha, ref, problems);
      this.#fetched.set(sha, fetched);
    }
    return fetched;
  }

  async #fetchAnew(sha: string, ref: string | undefined, problems: string[]): Promise<string | undefined> {
    this.#own ??= this.#createOwn();
    const own = await this.#own;
    if (typeof own !== 'string') {
      problems.push(own.problem);
      return undefined;
    }
    for (const url of await this.#urls()) {
      for (const wanted of ref === undefined ? [sha] : [sha, ref]) {
        const { ok, problem } = await this.#fetchInto(own, url, wanted);
        if (ok && (await git(own, ['cat-file', '-e', `${sha}^{tree}`], this.#sources.env)).ok) return own;
        problems.push(ok ? `${wanted} is another commit by now` : `git fetch: ${problem}`);
      }
    }
    return undefined;
  }

  #fetchInto(own: string, url: string, wanted: string): Promise<GitResult> {
    const args = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--depth=1', '--', url, wanted];
    return git(own, args, this.#sources.env, { config: this.#credentials(url), timeout: FETCH_TIMEOUT });
  }

  /** A bare repository of our own that borrows what the checkout has. */
  async #createOwn(): Promise<string | { problem: string }> {
    const { temporary, checkout, env } = this.#sources;
    const own = mkdtempSync(join(temporary, 'cilium-align-git-'));
    const format = checkout === undefined ? '' : (await this.#git(['rev-parse', '--show-object-format'])).out;
    const { ok, problem } = await git(
      temporary,
      ['init', '--quiet', '--bare', '--template=', ...(format === 'sha256' ? ['--object-format=sha256'] : []), own],
      env,
    );
    if (!ok) return { problem };
    const head = await this.head();
    if (checkout === undefined || head === undefined || (await this.#isPartial())) return own;
    const [objects, shallow] = (await this.#git(['rev-parse', '--git-path', 'objects', '--git-path', 'shallow'])).out.split('\n');
    if (objects === undefined || shallow === undefined) return own;
    writeFileSync(join(own, 'objects/info/alternates'), `${resolve(checkout, objects)}\n`);
    // Without these the server would take the history of what is borrowed for complete, and leave out what is asked for.
    if (existsSync(resolve(checkout, shallow))) copyFileSync(resolve(checkout, shallow), join(own, 'shallow'));
    await git(own, ['update-ref', 'refs/heads/checkout', head], env);
    return own;
  }

  async #urls(): Promise<string[]> {
    const { checkout, repository, serverUrl } = this.#sources;
    const origin = checkout === undefined ? '' : (await this.#git(['config', '--get', 'remote.origin.url'])).out;
    const urls = [/^(?:https?|file):\/\//.test(origin) ? origin : undefined, repository && `${serverUrl}/${repository}`];
    const plain = (url: string) => url.replace(/(?:\.git)?\/*$/, '');
    return urls.filter(
      (url, i) => url !== undefined && urls.findIndex((u) => u !== undefined && plain(u) === plain(url)) === i,
    ) as string[];
  }

  /** The token, for the server that it belongs to and no other. */
  #credentials(url: string): [string, string][] {
    const { token, serverUrl } = this.#sources;
    if (token === undefined || !url.startsWith(`${serverUrl}/`)) return [];
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    this.#sources.mask(basic);
    const key = `http.${serverUrl}/.extraheader`;
    return [
      [key, ''],
      [key, `AUTHORIZATION: basic ${basic}`],
    ];
  }

  async #download(sha: string, folder: string, problems: string[]): Promise<CommitFiles> {
    const { repository } = this.#sources;
    if (repository !== undefined) {
      try {
        const { downloadFiles } = await import('./download-files.ts');
        return { files: await downloadFiles(await this.#sources.client(), ownerAndName(repository), sha, folder) };
      } catch (error) {
        problems.push(explainFailure(error, { doing: `download the files of ${sha}`, permission: 'contents: read' }));
      }
    }
    return { problem: [...new Set(problems)].join('\n') };
  }

  #git(args: readonly string[]) {
    const { checkout, env } = this.#sources;
    return checkout === undefined ? Promise.resolve({ ok: false, out: '', problem: 'there is no checkout' }) : git(checkout, args, env);
  }
}

/** The two parts of `owner/name`. */
export function ownerAndName(repository: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}
