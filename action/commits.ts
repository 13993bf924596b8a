import { gitRepository } from '../shared/repository/git.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { type Repository, UnusableRepository } from '../shared/repository/repository.ts';
import { type GitResult, git } from './git.ts';
import type { GithubClient } from './github-client.ts';
import { explainFailure } from './github-failure.ts';
import type { Log } from './log.ts';
import { isPartial, OwnRepository, type Remote } from './own-repository.ts';
import { hash } from './surroundings.ts';

/** Where commits of one repository may be got from. */
export interface CommitSources extends Remote {
  client(): Promise<GithubClient>;
  log: Log;
}

/** The files of a commit, or why they cannot be had. */
export type CommitFiles = { files: Repository } | { problem: string };

/** A change must not hide what it brings by naming it in a `.gitignore`: Argo CD reads that too. */
const WHOLE = { whole: true };

/** Commits of one repository, read as data from Git objects: from the checkout, else fetched into a bare repository of our own, else from the API. Nothing of them is ever executed, checked out or taken for configuration of git. */
export class Commits {
  readonly #sources: CommitSources;
  readonly #own: OwnRepository;
  /** Directories that commits were fetched to. */
  readonly #fetched = new Map<string, string>();
  #partial: Promise<boolean> | undefined;

  constructor(sources: CommitSources) {
    this.#sources = sources;
    this.#own = new OwnRepository(sources);
  }

  /** The commit that is checked out. */
  async head(): Promise<string | undefined> {
    return hash((await this.#git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).out);
  }

  /** The working tree leaves out files of the commit. */
  async isSparse(): Promise<boolean> {
    return (await this.#git(['config', '--bool', '--get', 'core.sparseCheckout'])).out === 'true';
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
    return shallow ? ((await local()) ?? this.#own.mergeBase(base, head)) : undefined;
  }

  /** True where the checkout holds the commit with all of its files. */
  async has(sha: string): Promise<boolean> {
    return (await this.#where(sha)) !== undefined;
  }

  /** The files of a commit below a folder ('' for all), ignored ones too; `ref` is a name that the server may know it by. */
  async files(sha: string, folder: string, ref?: string): Promise<CommitFiles> {
    const problems: string[] = [];
    const directory = (await this.#where(sha)) ?? (await this.#fetch(sha, ref, problems));
    if (directory !== undefined) {
      try {
        if (folder === '') return { files: gitRepository(directory, sha, WHOLE) };
        const tree = await this.#folder(directory, sha, folder);
        return { files: tree === undefined ? memoryRepository({}) : gitRepository(directory, tree, WHOLE) };
      } catch (error) {
        if (!(error instanceof UnusableRepository)) throw error;
        problems.push(error.message);
      }
    }
    return this.#download(sha, folder, problems);
  }

  /** The commits of other repositories that a commit holds below a folder, by path from there. */
  async submodules(sha: string, folder: string): Promise<ReadonlyMap<string, string>> {
    const directory = await this.#where(sha);
    const found = new Map<string, string>();
    if (directory === undefined || !(await git(directory, ['cat-file', '-e', `${sha}:.gitmodules`], this.#sources.env)).ok) return found;
    const { out } = await git(directory, ['ls-tree', '-r', '-z', '--full-tree', sha], this.#sources.env);
    const start = folder === '' ? '' : `${folder}/`;
    for (const [, commit, path] of out.matchAll(/(?:^|\0)160000 commit ([0-9a-f]+)\t([^\0]+)/g))
      if (path!.startsWith(start)) found.set(path!.slice(start.length), commit!);
    return found;
  }

  /** The commit that a branch, tag or hash of the server names now, the default branch where none is given; or why it cannot be had, though the repository itself may be there. */
  async fetchTip(ref: string | undefined): Promise<{ sha: string } | { problem: string; isThere: boolean }> {
    const tip = await this.#own.fetchTip(ref);
    if ('sha' in tip) {
      this.#fetched.set(tip.sha, tip.directory);
      return { sha: tip.sha };
    }
    if (tip.isThere) return { problem: `It has no branch, tag or commit ${ref ?? 'HEAD'} (${tip.problems.join('; ')}).`, isThere: true };
    const { repository, client } = this.#sources;
    const problems = [...tip.problems];
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
    const { checkout, env } = this.#sources;
    const fetched = this.#fetched.get(sha);
    if (fetched !== undefined || checkout === undefined) return fetched;
    this.#partial ??= isPartial(checkout, env);
    if (await this.#partial) return undefined;
    return (await git(checkout, ['cat-file', '-e', `${sha}^{tree}`], env)).ok ? checkout : undefined;
  }

  async #fetch(sha: string, ref: string | undefined, problems: string[]): Promise<string | undefined> {
    const fetched = await this.#own.fetchCommit(sha, ref);
    if ('problems' in fetched) {
      problems.push(...fetched.problems);
      return undefined;
    }
    this.#fetched.set(sha, fetched.directory);
    return fetched.directory;
  }

  async #download(sha: string, folder: string, problems: string[]): Promise<CommitFiles> {
    const { repository } = this.#sources;
    if (repository !== undefined) {
      try {
        const { downloadFiles } = await import('./download-files.ts');
        return { files: await downloadFiles(await this.#sources.client(), ownerAndName(repository), sha, folder) };
      } catch (error) {
        const need = { doing: `download the files of ${sha}`, permission: 'contents: read' };
        problems.push(error instanceof UnusableRepository ? error.message : explainFailure(error, need));
      }
    }
    return { problem: [...new Set(problems)].join('\n') };
  }

  #git(args: readonly string[]): Promise<GitResult> {
    const { checkout, env } = this.#sources;
    return checkout === undefined ? Promise.resolve({ ok: false, out: '', problem: 'there is no checkout' }) : git(checkout, args, env);
  }
}

/** The two parts of `owner/name`. */
export function ownerAndName(repository: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}
