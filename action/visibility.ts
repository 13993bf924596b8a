import { settingAt } from '../shared/cilium/settings/index.ts';
import { ruleOf } from '../shared/judge/rules/index.ts';
import type { Cell, Cluster, Finding, Place, Release, Report, Row } from '../shared/model.ts';
import { NOT_SHOWN } from '../shared/report/words.ts';
import { ownerAndName } from './commits.ts';
import type { GithubClient } from './github-client.ts';

/** Who can see a repository, from few to all. */
export type Visibility = 'private' | 'internal' | 'public';

const ORDER: Visibility[] = ['private', 'internal', 'public'];

/** Who can see a repository; undefined where the token cannot tell. */
export async function visibilityOf(repository: string, client: () => Promise<GithubClient>): Promise<Visibility | undefined> {
  try {
    const { rest } = await client();
    return visibilityIn((await rest.repos.get(ownerAndName(repository))).data);
  } catch {
    return undefined;
  }
}

/** What a payload or an answer of the API says of a repository. */
export function visibilityIn(repository: unknown): Visibility | undefined {
  if (typeof repository !== 'object' || repository === null) return undefined;
  const { visibility, private: isPrivate } = repository as Record<string, unknown>;
  if (ORDER.includes(visibility as Visibility)) return visibility as Visibility;
  return isPrivate === true ? 'private' : isPrivate === false ? 'public' : undefined;
}

/** True where people who see this repository's pull requests must not see what the other one holds. What is not known counts as private there and as public here. */
export function mustConceal(here: Visibility | undefined, other: Visibility | undefined): boolean {
  return ORDER.indexOf(here ?? 'public') > ORDER.indexOf(other ?? 'private');
}

const NOWHERE: Place = { source: 'not shown' };

/**
 * The report with nothing of it but which settings differ, which rules are broken and how grave that is: no value, file, name or message.
 * `names`: clusters that may be called by their name.
 */
export function conceal(report: Report, names: ReadonlySet<string>): Report {
  const shown = new Map<string | null, string | null>([[null, null]]);
  report.clusters.forEach(({ name }, i) => {
    if (name !== null) shown.set(name, names.has(name) ? name : report.clusters.length === 1 ? null : `cluster ${i + 1}`);
  });
  const nameOf = (name: string | null) => (shown.has(name) ? shown.get(name)! : NOT_SHOWN);
  return {
    schemaVersion: report.schemaVersion,
    outcome: report.outcome,
    exitCode: report.exitCode,
    counts: report.counts,
    ...(report.base && { base: report.base }),
    clusters: report.clusters.map((cluster) => concealCluster(cluster, nameOf(cluster.name))),
    findings: report.findings.map((finding, i) => concealFinding(finding, nameOf(finding.cluster), i)),
    unused: [],
  };
}

function concealCluster(cluster: Cluster, name: string | null): Cluster {
  return {
    name,
    outcome: cluster.outcome,
    bootstrap: cluster.bootstrap && concealRelease(cluster.bootstrap),
    argocd: cluster.argocd && concealRelease(cluster.argocd),
    others: [],
    talos: null,
    ...(cluster.gone && { gone: cluster.gone }),
    rows: cluster.rows.map((row, i) => concealRow(row, name, i)),
  };
}

function concealRelease({ side, form }: Release): Release {
  return {
    side,
    form,
    name: null,
    namespace: null,
    chartVersion: NOT_SHOWN,
    place: NOWHERE,
    files: [NOT_SHOWN],
    layers: [],
  };
}

function concealRow(row: Row, cluster: string | null, i: number): Row {
  const setting = knownSetting(row.setting) ?? `another value ${i + 1}`;
  const cell: Cell = { value: NOT_SHOWN, origin: 'opaque', place: NOWHERE };
  return {
    id: `${cluster ?? ''}/${setting}`,
    setting,
    ...(row.change !== undefined && { change: row.change }),
    ...(row.suppressed !== undefined && { suppressed: row.suppressed }),
    status: row.status,
    impact: row.impact,
    level: row.level,
    bootstrap: cell,
    argocd: cell,
  };
}

function concealFinding(finding: Finding, cluster: string | null, i: number): Finding {
  const setting = finding.setting === undefined ? undefined : knownSetting(finding.setting);
  const rule = ruleOf(finding.rule);
  return {
    id: `${finding.rule}/${setting ?? ''}/${i}`,
    rule: finding.rule,
    level: finding.level,
    message: rule?.title ?? 'A rule is broken.',
    cluster,
    ...(setting !== undefined && { setting }),
    places: [],
    ...(rule && { fix: rule.fix }),
    ...(finding.change !== undefined && { change: finding.change }),
    ...(finding.suppressed !== undefined && { suppressed: finding.suppressed }),
  };
}

/** Names of the catalogue are everybody's; others are somebody's keys. */
function knownSetting(name: string): string | undefined {
  return name === 'version' || settingAt(name) !== undefined ? name : undefined;
}
