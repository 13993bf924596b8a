import type { Repository } from '../shared/repository/repository.ts';
import { type Base, baseAt, baseOfPullRequest, type ComparedOptions, namedBase } from './base.ts';
import { checkedOut } from './checked-out.ts';
import type { PullRequest, Subject } from './event.ts';
import { followedPullRequest } from './followed-pull-request.ts';
import { withFolders } from './with-folders.ts';

/** What is judged, and what it is held against. */
export interface Compared {
  head: Repository;
  base: Base;
  /** The pull request that it is judged for. */
  pullRequest: PullRequest | undefined;
  /** The base's configuration decides, because who changes the head must not decide it. */
  governedByBase: boolean;
}

/** What the event is about, as files. Throws {@link ActionProblem} where the head cannot be read, {@link NothingToDo} where there is none any more. */
export async function compared(subject: Subject, options: ComparedOptions): Promise<Compared> {
  const found = await bySubject(subject, options);
  const named = options.inputs.base;
  const whole = named === undefined ? found : { ...found, base: await namedBase(named, options) };
  return subject.kind === 'followed-pull-request' ? whole : { ...whole, base: await withSubmodules(whole, options) };
}

async function bySubject(subject: Subject, options: ComparedOptions): Promise<Compared> {
  switch (subject.kind) {
    case 'pull-request': {
      // The checkout is of its test merge (the default of actions/checkout), or of its head itself.
      const { pullRequest } = subject;
      const head = await checkedOut(options);
      // Where git is not installed, actions/checkout unpacks an archive of the event's commit.
      const base = await baseOfPullRequest(pullRequest, (await options.commits.head()) ?? options.sha, options);
      return { head, base, pullRequest, governedByBase: true };
    }
    case 'followed-pull-request': {
      const { files, pullRequest, sha } = await followedPullRequest(subject, options);
      return { head: files, base: await baseOfPullRequest(pullRequest, sha, options), pullRequest, governedByBase: true };
    }
    case 'merge-group': {
      const head = await checkedOut(options);
      const base = await baseAt(subject.base, 'the base of the merge group', options);
      return { head, base, pullRequest: undefined, governedByBase: true };
    }
    case 'push': {
      const head = await checkedOut(options);
      const base: Base =
        subject.before === undefined
          ? { files: undefined, why: 'The branch is new, so there is no earlier commit to compare with.', expected: true }
          : await baseAt(subject.before, 'the commit before this push', options);
      return { head, base, pullRequest: undefined, governedByBase: false };
    }
    case 'state': {
      const base: Base = { files: undefined, why: 'This event has nothing to compare with, so everything counts.', expected: true };
      return { head: await checkedOut(options), base, pullRequest: undefined, governedByBase: false };
    }
  }
}

/** The base with the submodules that the checkout has at the same commit: Git objects do not hold them. */
async function withSubmodules({ head, base }: Compared, { commits, prefix }: ComparedOptions): Promise<Base> {
  const sha = await commits.head();
  if (base.files === undefined || base.sha === undefined || sha === undefined || (await commits.isSparse())) return base;
  const [now, before] = [await commits.submodules(sha, prefix), await commits.submodules(base.sha, prefix)];
  const here = [...now].filter(([path]) => head.isDirectory(path));
  const same = here.filter(([path, commit]) => before.get(path) === commit).map(([path]) => path);
  const otherSubmodules = here.map(([path]) => path).filter((path) => !same.includes(path));
  return { ...base, files: withFolders(base.files, head, same), ...(otherSubmodules.length > 0 && { otherSubmodules }) };
}
