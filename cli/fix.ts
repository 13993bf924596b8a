import { settingAt } from '../shared/cilium/settings/index.ts';
import { covers } from '../shared/config/covers.ts';
import { fix } from '../shared/fix/fix.ts';
import { comparedClusters, isLeft, renderFix } from '../shared/fix/table.ts';
import type { Cluster, Side } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { renderTable } from '../shared/report/table.ts';
import { isPair } from '../shared/repository/pair.ts';
import { hasColour } from './colour.ts';
import { findConfiguration } from './configuration.ts';
import { openRepositories } from './open.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';
import { lockedIn, writeFiles } from './write-files.ts';

interface FixCommandOptions {
  edit: Side;
  write?: boolean;
  setting?: string[];
  cluster?: string;
  bootstrap?: string;
  argocd?: string;
  config?: string;
}

/**
 * Shows how one side can follow the other one, or writes it. The exit code: 0 nothing is left to do, 1 something is (edits that are not written too),
 * 3 nothing to compare. Throws {@link UsageError} where a file cannot be written as it was shown.
 */
export async function printFix(path: string, options: FixCommandOptions, surroundings: Surroundings): Promise<number> {
  const opened = openRepositories(path, options);
  const config = await findConfiguration(opened, options.config);
  const { repositories, configured, other, inside } = opened;
  const root = isPair(repositories) && options.edit === 'bootstrap' ? other!.root : configured.root;
  const result = fix(repositories, {
    failOn: 'error',
    undecided: 'fail',
    today: new Date().toISOString().slice(0, 10),
    ...(config && { config }),
    ...inside,
    side: options.edit,
    ...(options.setting && { settings: options.setting }),
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    locked: (file) => lockedIn(root, file),
  });
  const compared = comparedClusters(result);
  const view = { width: surroundings.columns, colour: hasColour(surroundings.isTerminal, surroundings.env) };
  const { cluster } = options;
  if (cluster !== undefined && !result.before.clusters.some(({ name }) => name === cluster)) {
    const names = result.before.clusters.map(({ name }) => name ?? '(no name)');
    throw new UsageError(
      `no cluster is named ${plainText(cluster)}; ${names.length === 0 ? 'none was found' : `there is ${plainText(names.join(', '))}`}`,
    );
  }
  if (!compared.some(({ name }) => cluster === undefined || name === cluster)) {
    surroundings.stdout(renderTable(result.before, { ...view, showAll: false }));
    return 3;
  }
  const strange = options.setting?.find((name) => !isKnown(name, compared));
  if (strange !== undefined)
    throw new UsageError(
      `nothing that differs is called ${plainText(strange)}; --setting takes a Helm path such as ipam.mode, or the beginning of one`,
    );
  const written = options.write === true;
  if (written) writeFiles(root, result.files);
  surroundings.stdout(renderFix(result, { ...view, written }));
  return isLeft(result, written) ? 1 : 0;
}

/** A setting, or a map above one that has a row. */
function isKnown(name: string, clusters: readonly Cluster[]): boolean {
  return settingAt(name) !== undefined || clusters.some(({ rows }) => rows.some(({ setting }) => covers(name, setting)));
}
