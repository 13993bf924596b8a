import { type CheckOptions, check } from '../shared/check.ts';
import type { Report } from '../shared/model.ts';
import { matchClusters } from '../shared/report/changed-clusters.ts';
import { compareWithBase } from '../shared/report/changes.ts';
import { plainText } from '../shared/report/escape.ts';
import { gitRepository, isSparseCheckout, resolveRevision } from '../shared/repository/git.ts';
import { isPair, type Repositories } from '../shared/repository/pair.ts';
import { UnusableRepository } from '../shared/repository/repository.ts';
import type { Opened } from './open.ts';
import { UsageError } from './usage-error.ts';

/**
 * The report of a working tree with what a commit of it says: only what is new since then decides the exit code. The working tree's own
 * configuration governs both, because who runs this decides it. Throws {@link UsageError} where the commit is unknown or not all of it is here.
 */
export function compareWithRevision(report: Report, opened: Opened, revision: string, options: CheckOptions): Report {
  try {
    const base = baseReport(report, atRevision(opened, revision), options);
    const name = /^[0-9a-f]{40,}$/.test(revision) ? revision.slice(0, 12) : revision;
    return compareWithBase(report, base, { failOn: options.failOn, undecided: options.undecided, fails: 'new', name });
  } catch (error) {
    if (error instanceof UnusableRepository) throw new UsageError(`--base ${plainText(revision)}: ${plainText(error.message, 2000)}`);
    throw error;
  }
}

/** What is compared, with the working tree at the path as it was. The other of two stays as it is. */
function atRevision({ repositories, here, configured, other }: Opened, revision: string): Repositories {
  const root = here.includes('argocd') ? configured.root : other?.root;
  if (here.length === 0 || root === undefined)
    throw new UsageError(
      '--base is a commit of the working tree that is compared; here both sides are other repositories: name one as the path',
    );
  if (isSparseCheckout(root))
    throw new UsageError(
      `--base needs all files: ${root} is a sparse checkout, so that what is not checked out would look deleted; \`git sparse-checkout disable\` brings it`,
    );
  const before = gitRepository(root, resolveRevision(root, revision));
  if (!isPair(repositories)) return before;
  const side = here[0]!;
  return { ...repositories, [side]: { ...repositories[side], repository: before } };
}

/** The base as it was judged; of a cluster that was called otherwise, that one. */
function baseReport(report: Report, repositories: Repositories, options: CheckOptions): Report {
  const base = check(repositories, options);
  if (options.cluster === undefined || base.clusters.length > 0) return base;
  const { cluster: _, ...others } = options;
  const whole = check(repositories, others);
  const before = matchClusters(report.clusters, whole.clusters).find(({ head }) => head !== null)?.base;
  return before ? { ...whole, clusters: [before], findings: whole.findings.filter((f) => f.cluster === before.name) } : base;
}
