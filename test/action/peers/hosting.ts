import type { Emulator } from './emulator.ts';
import { createRepository, type GitRepository } from './git.ts';
import type { Token } from './tokens.ts';

type Told = Record<string, unknown>;

interface Pull {
  repository: GitRepository;
  number: number;
  headRepository: GitRepository;
  head: string;
  base: string;
  /** What the API says of the base: the branch's tip when the head last moved, not when the merge commit was made. */
  baseSha: string;
}

/** The Git repositories of a GitHub and the pull requests between their branches; what happens to a branch, the emulator is told. */
export class Hosting {
  readonly root: string;
  private readonly emulator: Emulator;
  private readonly repositories = new Map<string, GitRepository>();
  private readonly hidden = new Set<string>();
  private readonly pulls: Pull[] = [];

  constructor(root: string, emulator: Emulator) {
    this.root = root;
    this.emulator = emulator;
  }

  create(owner: string, name: string, isPrivate: boolean): GitRepository {
    const made = createRepository(this.root, owner, name);
    this.repositories.set(made.fullName, made);
    if (isPrivate) this.hidden.add(made.fullName);
    return made;
  }

  repository(fullName: string): GitRepository {
    const found = this.repositories.get(fullName);
    if (found === undefined) throw new Error(`There is no repository ${fullName}; there are ${[...this.repositories.keys()].join(', ')}.`);
    return found;
  }

  isPrivate(fullName: string): boolean {
    return this.hidden.has(fullName);
  }

  /** Whether somebody may know that a repository is there. */
  sees(token: Token | undefined, fullName: string): boolean {
    if (!this.repositories.has(fullName)) return false;
    if (!this.hidden.has(fullName)) return true;
    if (token === undefined) return false;
    return token.permissions === undefined ? fullName.startsWith(`${token.login}/`) : token.repositories.includes(fullName);
  }

  /** Whether somebody may have its files. */
  lends(token: Token | undefined, fullName: string): boolean {
    const hasContents = token?.permissions === undefined || token.permissions.contents !== undefined;
    return this.sees(token, fullName) && (hasContents || !this.hidden.has(fullName));
  }

  async fork(fullName: string, owner: string): Promise<GitRepository> {
    const from = this.repository(fullName);
    await this.emulator.ask(owner, 'POST', `/repos/${fullName}/forks`, {});
    const made = this.create(owner, from.name, this.hidden.has(fullName));
    made.git('fetch', '--quiet', from.directory, '+refs/heads/*:refs/heads/*');
    await this.sync();
    return made;
  }

  async openPull(fullName: string, head: string, base: string, title: string, author: string): Promise<number> {
    const repository = this.repository(fullName);
    const [branch, owner] = head.split(':').reverse() as [string, string | undefined];
    const headRepository = owner === undefined ? repository : this.repository(`${owner}/${repository.name}`);
    const { number } = await this.emulator.ask<{ number: number }>(author, 'POST', `/repos/${fullName}/pulls`, { title, head, base });
    this.pulls.push({ repository, number, headRepository, head: branch, base, baseSha: '' });
    await this.sync();
    return number;
  }

  /** Brings the emulator and `refs/pull` to where the branches are. */
  async sync(): Promise<void> {
    for (const each of this.repositories.values()) await this.emulator.mirror(each);
    for (const pull of this.pulls) {
      const { repository, headRepository, number } = pull;
      const head = headRepository.resolve(`refs/heads/${pull.head}`)!;
      const base = repository.resolve(`refs/heads/${pull.base}`)!;
      if (headRepository !== repository) repository.git('fetch', '--quiet', headRepository.directory, head);
      if (repository.resolve(`refs/pull/${number}/head`) !== head) pull.baseSha = base;
      const merge = repository.merge(base, head);
      repository.git('update-ref', `refs/pull/${number}/head`, head);
      if (merge === undefined) repository.git('update-ref', '-d', `refs/pull/${number}/merge`);
      else repository.git('update-ref', `refs/pull/${number}/merge`, merge);
      await this.emulator.mirror(repository);
    }
  }

  /** What the emulator tells of a pull request, with the commits as Git has them now: its own never move. */
  withCommits(fullName: string, told: Told): Told {
    const pull = this.pulls.find((each) => each.repository.fullName === fullName && each.number === told.number);
    if (pull === undefined) return told;
    const merge = pull.repository.resolve(`refs/pull/${pull.number}/merge`);
    return {
      ...told,
      head: { ...(told.head as Told), sha: pull.repository.resolve(`refs/pull/${pull.number}/head`) },
      base: { ...(told.base as Told), sha: pull.baseSha },
      merge_commit_sha: merge ?? null,
      ...('mergeable' in told ? { mergeable: merge !== undefined } : {}),
    };
  }
}
