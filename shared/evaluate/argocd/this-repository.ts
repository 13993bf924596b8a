import type { Repository } from '../../repository/repository.ts';

/** Whether a Git URL is this very repository: the working tree does not say what it is called. */
export interface ThisRepository {
  /** What stands before every path of the repository that a URL names: nothing for this one, `name:` for the one beside it; undefined for another, whose paths do not exist here. A URL that was never asked for is this one's. */
  rootOf(url: string): string | undefined;
  /** Why it is taken for this repository although its URL is another one's; undefined where nothing speaks against it. */
  doubt(url: string): string | undefined;
  /** Why that revision is most likely not the one that lies here; undefined for a default branch and for what most sources name. */
  otherRevision(revision: string | undefined): string | undefined;
}

/** The same repository however its URL is spelled: scheme, user, case, `.git` and a trailing slash do not matter. */
export function canonicalUrl(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]+@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

const DEFAULT = /^(?:HEAD|main|master|trunk|)$/;
/** A commit or a version tag: it stays where it is while the tree moves on. */
const PINNED = /^(?:[0-9a-f]{7,40}|v?\d+\.\d+.*)$/;

/** A path of a repository that is here. */
export function pathBelow(root: string, path: string): string {
  return root === '' ? path : path === '' ? root : `${root}/${path}`;
}

/**
 * Decides by the paths that URLs are asked for: `exists` says whether each is here. The URL with the most paths here is this repository;
 * another one is too where all of its paths exist here, because forks and renamed repositories keep old URLs.
 * The repository beside it is what is called so, or what alone holds the paths (`existsBeside`).
 */
export function thisRepository(
  asked: readonly { url: string; exists: boolean; existsBeside?: boolean; revision?: string }[],
  beside?: Repository['beside'],
): ThisRepository {
  const votes = new Map<string, { here: number; missing: number; beside: number }>();
  const revisions = new Map<string, number>();
  for (const { url, exists, existsBeside, revision } of asked) {
    const key = canonicalUrl(url);
    if (exists && revision) revisions.set(revision, (revisions.get(revision) ?? 0) + 1);
    const vote = votes.get(key) ?? { here: 0, missing: 0, beside: 0 };
    vote[exists ? 'here' : 'missing']++;
    if (existsBeside) vote.beside++;
    votes.set(key, vote);
  }
  const [main, best] = [...votes].sort(([, a], [, b]) => b.here - a.here || a.missing - b.missing)[0] ?? [];
  const own = best && best.here > 0 ? main : undefined;
  const sameName = (key: string) => own !== undefined && key.slice(key.lastIndexOf('/') + 1) === own.slice(own.lastIndexOf('/') + 1);
  const usual = [...revisions].sort(([, a], [, b]) => b - a)[0]?.[0];
  const isBeside = (url: string) => {
    const key = canonicalUrl(url);
    const vote = votes.get(key) ?? { here: 0, beside: 0 };
    return beside !== undefined && (beside.isAt(url) ? vote.beside >= vote.here : key !== own && vote.beside > vote.here);
  };
  return {
    rootOf(url) {
      if (isBeside(url)) return `${beside!.name}:`;
      const key = canonicalUrl(url);
      const vote = votes.get(key);
      return key === own || vote === undefined || sameName(key) || (vote.here > 0 && vote.missing === 0) ? '' : undefined;
    },
    otherRevision(revision) {
      if (revision === undefined || DEFAULT.test(revision) || (revision === usual && !PINNED.test(revision))) return undefined;
      return `Argo CD reads revision ${revision}; what is compared is what lies here`;
    },
    doubt(url) {
      const key = canonicalUrl(url);
      return own === undefined || key === own || isBeside(url)
        ? undefined
        : `its repoURL is another one's than that of the other Applications here (${own ?? 'none'}), but its paths exist here`;
    },
  };
}
