import type { Rule } from '../judge/rule.ts';
import { expiredAllowance } from '../judge/rules/expired-allowance.ts';
import { unusedAllowance } from '../judge/rules/unused-allowance.ts';
import type { Cluster, Finding, Level, Row } from '../model.ts';
import type { Allowance, Config } from './config.ts';
import { covers } from './covers.ts';

/** Rows and findings with what a configuration says about them. */
export interface Judged {
  clusters: Cluster[];
  findings: readonly Finding[];
}

/** How a configuration is to be applied. */
export interface ExceptionOptions {
  /** The day as YYYY-MM-DD; without one `until` is shown and ends nothing. */
  today?: string;
  /** Not everything was looked at, so that nothing can be said about allowances that met nothing. */
  partial?: boolean;
}

/**
 * Rows and findings at the levels of the configuration, those that it allows marked with the reason.
 * An allowance that has ended, or that nothing needs, is a finding of its own. Outcomes stay as they are.
 */
export function applyExceptions({ clusters, findings }: Judged, config: Config, { today, partial }: ExceptionOptions): Judged {
  const isOver = ({ until }: Allowance) => until !== undefined && today !== undefined && today > until;
  const [ended, standing] = [config.allow.filter(isOver), config.allow.filter((allowance) => !isOver(allowance))];
  const used = new Set<Allowance>();
  const suppressedBy = (allows: (allowance: Allowance) => boolean): Pick<Row, 'suppressed'> => {
    const found = standing.filter(allows);
    for (const allowance of found) used.add(allowance);
    const first = found[0];
    return first ? { suppressed: { reason: first.reason, ...(first.until !== undefined && { until: first.until }) } } : {};
  };
  const judged = clusters.map((cluster) => ({
    ...cluster,
    rows: cluster.rows.map((row) =>
      row.status === 'drifted' || row.status === 'opaque'
        ? {
            ...row,
            ...(row.status === 'drifted' && { level: levelOfRow(row, config.levels) }),
            ...suppressedBy((allowance) => allowsRow(allowance, row, cluster.name)),
          }
        : row,
    ),
  }));
  const weighed = findings.map((finding) => ({
    ...finding,
    level: config.levels.get(finding.rule) ?? finding.level,
    ...ofItsRows(finding, judged),
    ...suppressedBy((allowance) => allowsFinding(allowance, finding)),
  }));
  const unused = partial ? [] : standing.filter((allowance) => !used.has(allowance) && couldMeet(allowance, clusters));
  const own = [
    ...ended.map((allowance) => expired(allowance, config.levels)),
    ...unused.map((allowance) => unneeded(allowance, clusters, config.levels)),
  ];
  return { clusters: judged, findings: [...weighed, ...own] };
}

/** The finding that repeats rows which cannot be known is allowed with them. */
function ofItsRows(finding: Finding, clusters: readonly Cluster[]): Pick<Finding, 'suppressed'> {
  if (finding.rule !== 'unknowable-setting') return {};
  const place = JSON.stringify(finding.places[0]);
  const rows = clusters
    .filter(({ name }) => name === finding.cluster)
    .flatMap((cluster) => cluster.rows)
    .filter(({ bootstrap, argocd }) =>
      [bootstrap, argocd].some((cell) => cell.origin === 'opaque' && JSON.stringify(cell.place) === place),
    );
  const first = rows[0]?.suppressed;
  return first && rows.every((row) => row.suppressed) ? { suppressed: first } : {};
}

function allowsRow({ setting, rule, cluster }: Allowance, row: Row, name: string | null): boolean {
  return rule === undefined && setting !== undefined && covers(setting, row.setting) && (cluster === undefined || cluster === name);
}

function allowsFinding({ setting, rule, cluster }: Allowance, finding: Finding): boolean {
  return (
    rule === finding.rule &&
    (setting === undefined || (finding.setting !== undefined && covers(setting, finding.setting))) &&
    (cluster === undefined || cluster === finding.cluster)
  );
}

/** The level of the closest name that covers the row: `hubble.relay` before `hubble`. */
function levelOfRow(row: Row, levels: Config['levels']): Level | null {
  let closest: string | undefined;
  for (const name of levels.keys()) if (covers(name, row.setting) && name.length > (closest?.length ?? 0)) closest = name;
  return (closest === undefined ? undefined : levels.get(closest)) ?? row.level;
}

/** An allowance of a difference says nothing where nothing was compared. */
function couldMeet({ rule, cluster }: Allowance, clusters: readonly Cluster[]): boolean {
  if (rule !== undefined) return true;
  const meant = clusters.filter((c) => cluster === undefined || c.name === cluster);
  return meant.length === 0 || meant.some((c) => c.rows.length > 0);
}

function expired(allowance: Allowance, levels: Config['levels']): Finding {
  return finding(
    expiredAllowance,
    allowance,
    levels,
    `The allowance of ${subject(allowance)} ended on ${allowance.until}, and counts for nothing any more. Its reason was: ${allowance.reason}`,
  );
}

function unneeded(allowance: Allowance, clusters: readonly Cluster[], levels: Config['levels']): Finding {
  const { cluster } = allowance;
  const names = clusters.map(({ name }) => name).filter((name) => name !== null);
  const strange = cluster !== undefined && !names.includes(cluster);
  return finding(
    unusedAllowance,
    allowance,
    levels,
    strange
      ? `The allowance of ${subject(allowance)} is for the cluster ${cluster}, which was not found${names.length > 0 ? `; there is ${names.join(', ')}` : ''}.`
      : `The allowance of ${subject(allowance)} meets nothing: there is no such ${allowance.rule === undefined ? 'difference' : 'finding'}${cluster === undefined ? '' : ` in ${cluster}`}.`,
  );
}

function finding(
  { id, level, fix }: Rule,
  { setting, rule: allowed, cluster, place }: Allowance,
  levels: Config['levels'],
  message: string,
): Finding {
  return {
    id: [id, cluster ?? '', allowed ?? '', setting ?? '', place.file].join(':'),
    rule: id,
    level: levels.get(id) ?? level,
    message,
    cluster: null,
    places: [place],
    fix,
  };
}

function subject({ setting, rule }: Allowance): string {
  if (rule === undefined) return setting!;
  return setting === undefined ? rule : `${rule} about ${setting}`;
}
