import { relative, resolve } from 'node:path';
import { directoryRepository } from '../shared/repository/directory.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { isDirectory, slashes } from './checkout.ts';
import type { Commits } from './commits.ts';
import type { PullRequest } from './event.ts';
import type { GithubClient } from './github-client.ts';
import type { Inputs } from './inputs.ts';
import { insideWorkspace } from './inside-workspace.ts';
import { ActionProblem } from './problem.ts';

/** What the head is held against. */
export type Base = WithBase | WithoutBase;

/** A commit or folder that was found. */
export interface WithBase {
  files: Repository;
  /** Undefined for a folder. */
  sha: string | undefined;
  /** What people call it. */
  words: string;
  /** Submodules that are another commit there: what they held cannot be known. */
  otherSubmodules?: readonly string[];
}

/** Why there is none. */
export interface WithoutBase {
  files: undefined;
  /** A sentence, or several. */
  why: string;
  /** Nobody would look for one here. */
  expected: boolean;
}

/** What is compared, and where commits are got from. */
export interface ComparedOptions {
  inputs: Inputs;
  /** Folder that is compared, absolute; it need not be there where everything is read from Git objects. */
  folder: string;
  /** Its path below the root of the repository. */
  prefix: string;
  workspace: string;
  /** `owner/name` */
  repository: string | undefined;
  /** The commit that the event names. */
  sha: string | undefined;
  commits: Commits;
  client(): Promise<GithubClient>;
}

/** The commit that a pull request is held against: the first parent of the tested merge, else where its branch left the base branch. `head` is the commit that is judged. */
export async function baseOfPullRequest(
  pullRequest: PullRequest | undefined,
  head: string | undefined,
  options: ComparedOptions,
): Promise<Base> {
  const { commits } = options;
  const { headSha, baseSha, baseRef } = pullRequest ?? {};
  const words = baseRef ?? 'the base branch';
  if (head === undefined) return nothing('Neither the checkout nor the event says which commit is judged.');
  if (head !== headSha) {
    const [first, second, ...others] = (await commits.parents(head)) ?? [];
    if (first !== undefined && others.length === 0 && (second === headSha || (second !== undefined && head === options.sha)))
      return baseAt(first, words, options);
  }
  if (baseSha === undefined) return nothing('The event does not say which commit the pull request goes to.');
  const left = await commits.mergeBase(baseSha, head);
  if (left === undefined)
    return nothing(
      'Neither the checkout nor the API says where this branch left the base branch. Check out the merge commit (the default of actions/checkout), or give actions/checkout `fetch-depth: 0`.',
    );
  return baseAt(left, words, options);
}

function nothing(why: string): Base {
  return { files: undefined, why, expected: false };
}

/** The files of a commit as a base, or why they cannot be one. `words` is what people call it. */
export async function baseAt(sha: string | undefined, words: string, { commits, prefix }: ComparedOptions): Promise<Base> {
  if (sha === undefined) return nothing('The event does not say which commit to compare with.');
  const found = await commits.files(sha, prefix);
  if ('files' in found) return { files: found.files, sha, words };
  return nothing(
    `The commit ${sha} to compare with cannot be read (${found.problem}). Give actions/checkout \`fetch-depth: 2\`, or this Action a \`token\` with \`contents: read\`.`,
  );
}

/** The input `base`: nothing, a folder or a revision. */
export async function namedBase(named: string, { workspace, commits, prefix, folder }: ComparedOptions): Promise<Base> {
  if (named === 'none')
    return { files: undefined, why: 'The input base says to compare with nothing, so everything counts.', expected: true };
  if (isDirectory(resolve(workspace, named))) {
    const path = insideWorkspace(workspace, named, 'base');
    if (path === folder) throw new ActionProblem(`input base names the folder that is compared (${named}): give it another checkout`);
    return {
      files: directoryRepository(path),
      sha: undefined,
      words: `the folder ${slashes(relative(workspace, resolve(workspace, named))) || '.'}`,
    };
  }
  const sha = await commits.resolve(named);
  if (sha === undefined)
    throw new ActionProblem(
      `input base: ${named} is no folder of the workspace and no revision that the checkout knows; a shallow checkout knows few`,
    );
  const found = await commits.files(sha, prefix);
  if ('problem' in found) throw new ActionProblem(`input base: the commit ${sha} cannot be read: ${found.problem}`);
  return { files: found.files, sha, words: named };
}
