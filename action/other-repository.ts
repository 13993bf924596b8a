import { directoryRepository } from '../shared/repository/directory.ts';
import { isDirectory } from './checkout.ts';
import { type CommitFiles, type CommitSources, Commits } from './commits.ts';
import { git, NOT_EMBEDDED } from './git.ts';
import type { OtherCheckout } from './inputs.ts';
import { insideWorkspace } from './inside-workspace.ts';
import { ActionProblem } from './problem.ts';

/** The repository of the side that is not in this one. */
export interface OtherRepository {
  side: 'bootstrap' | 'argocd';
  /** What people call it: `owner/name`, or the folder. */
  title: string;
  /** `owner/name` on this server, where it is known. */
  repository: string | undefined;
  /** Its files, or why they cannot be had and what to do about it. */
  found: CommitFiles;
}

/** The other repository: fetched, or in the folder that the workflow has checked it out to. Throws {@link ActionProblem} where that folder is not there. */
export async function openOther(
  side: 'bootstrap' | 'argocd',
  other: OtherCheckout,
  workspace: string,
  sources: Omit<CommitSources, 'checkout' | 'repository'>,
): Promise<OtherRepository> {
  if (other.path !== undefined) {
    const folder = insideWorkspace(workspace, other.path, `${side}-path`);
    if (!isDirectory(folder))
      throw new ActionProblem(
        `input ${side}-path: there is no folder ${other.path} in the workspace; check the other repository out to it first`,
      );
    return {
      side,
      title: other.path,
      repository: await repositoryOf(folder, sources),
      found: { files: directoryRepository(folder) },
    };
  }
  const repository = other.repository!;
  const commits = new Commits({ ...sources, token: other.token ?? sources.token, checkout: undefined, repository });
  const tip = await commits.fetchTip(other.ref);
  if ('problem' in tip) {
    const problem = tip.isThere
      ? `${repository} can be read, and has no branch, tag or commit ${other.ref ?? 'HEAD'}. The input ${side}-ref names it.`
      : advice(side, other, tip.problem);
    return { side, title: repository, repository, found: { problem } };
  }
  const found = await commits.files(tip.sha, '');
  if ('problem' in found) return { side, title: repository, repository, found: { problem: advice(side, other, found.problem) } };
  return { side, title: repository, repository, found };
}

/** What the remote of a checkout is called on this server; undefined where the folder is not of its commit: nobody knows whose files lie there. */
async function repositoryOf(folder: string, { env, serverUrl }: Pick<CommitSources, 'env' | 'serverUrl'>): Promise<string | undefined> {
  if (!(await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD:./'], env, { config: NOT_EMBEDDED })).ok) return undefined;
  const { out } = await git(folder, ['config', '--get', 'remote.origin.url'], env, { config: NOT_EMBEDDED });
  const host = serverUrl.replace(/^https?:\/\//, '');
  const path = [`${serverUrl}/`, `git@${host}:`, `ssh://git@${host}/`].find((start) => out.startsWith(start));
  const name = path === undefined ? '' : out.slice(path.length).replace(/(?:\.git)?\/*$/, '');
  return /^[\w.-]+\/[\w.-]+$/.test(name) ? name : undefined;
}

function advice(side: string, { repository, token }: OtherCheckout, problem: string): string {
  const [, name] = repository!.split('/');
  const tried = `What was tried:\n${problem}`;
  if (token !== undefined)
    return `The input ${side}-token is given: it needs read access to the contents of ${repository}. Check also that the name is right.\n${tried}`;
  return `The token of a workflow reads its own repository and public ones. Give one that may read ${repository}, for example of a GitHub App or a fine-grained personal token with \`contents: read\`, kept as a secret:\n  with:\n    ${side}-repository: ${repository}\n    ${side}-token: \${{ secrets.READ_${name!.replace(/\W/g, '_').toUpperCase()} }}\nRuns of forks and of Dependabot get no secrets: there it stays undecided.\n${tried}`;
}
