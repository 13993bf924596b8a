import type { Config } from '../shared/config/config.ts';
import type { Cluster, Report, Unused } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { type Problem, problemsOf } from '../shared/report/problems.ts';
import { groupRows } from '../shared/report/row-groups.ts';
import { clusterVerdict, count } from '../shared/report/verdict.ts';
import { placeText, SIGN, shorten } from '../shared/report/words.ts';
import type { GatedApplication } from './choose-cluster.ts';
import { type GatePolicy, isAtLeast } from './configuration.ts';
import type { Settings } from './settings.ts';
import type { Verdict } from './verdict.ts';

/** What counts beside the report of the one cluster. */
export interface Beside {
  application: GatedApplication;
  /** Files that may speak for the cluster and could not be read. */
  unreadable: readonly Unused[];
  /** What the Application applies and the gate was not given. */
  unseen: readonly string[];
}

/** The verdict on the only cluster of a report. What was not read or not given blocks like everything that cannot be known. */
export function verdictOf(report: Report, policy: GatePolicy, { application, unreadable, unseen }: Beside): Verdict {
  const cluster = report.clusters[0]!;
  const sentence = clusterVerdict(report, cluster);
  const open = policy.undecided === 'fail' ? [...unseen, ...unreadable.map(({ file, why }) => `${file} cannot be read: ${why}`)] : [];
  if (report.exitCode === 0 && open.length === 0) return { blocks: false, summary: sentence, evidence: [], todo: [], notes: [] };
  const failing = problemsOf(report).filter((problem) => !problem.suppressed && isAtLeast(problem.level, policy.failOn));
  const summary =
    report.exitCode !== 0 ? sentence : (unseen[0] ?? `${count(unreadable.length, 'file')} that may matter cannot be read. ${sentence}`);
  const isNothing = cluster.outcome === 'nothing';
  return {
    blocks: true,
    summary,
    evidence: [
      ...failing.flatMap(problemWords),
      ...open.filter((line) => line !== summary).map((line) => `? ${line}`),
      ...(cluster.outcome === 'undecided' ? versionWords(report, failing) : []),
      ...(policy.undecided === 'fail' ? unknownWords(report, cluster) : []),
      ...(isNothing ? unusedWords(report.unused.filter((one) => !unreadable.includes(one))) : []),
    ],
    todo: [
      todo(report, open),
      `Mended elsewhere (the Application, the sidecar)? Hard refresh: argocd app get ${plainText(application.name, 80)} --hard-refresh`,
    ],
    notes: [],
  };
}

function todo({ outcome, exitCode }: Report, open: readonly string[]): string {
  if (outcome === 'nothing') return 'To do: put the missing side into this repository, or name where it stands (docs/plugin.md).';
  if (outcome === 'undecided' || (exitCode === 0 && open.length > 0))
    return 'To do: let Git show what cannot be known, and push: a new commit is judged at once.';
  return 'To do: mend one side, as the arrows say, and push: a new commit is judged at once.';
}

function problemWords({ level, message, mends, kind, places }: Problem): string[] {
  const where = kind === 'finding' && places[0] ? ` (${places[0].says})` : '';
  return [`${SIGN[level]} ${message}${where}`, ...mends.map((mend) => `  → ${mend}`)];
}

/** A chart version that nobody pins leaves everything open, though the finding itself is a warning. */
function versionWords({ findings }: Report, said: readonly Problem[]): string[] {
  const open = findings.filter(
    ({ id, setting, suppressed }) => setting === 'version' && !suppressed && !said.some((problem) => problem.id === id),
  );
  return open.map(
    ({ message, fix, places }) => `? ${message}${places[0] ? ` (${placeText(places[0])})` : ''}${fix === undefined ? '' : ` ${fix}`}`,
  );
}

function unknownWords(report: Report, cluster: Cluster): string[] {
  const unknown = groupRows(cluster, report.findings).unknown.filter(({ rows }) =>
    rows.some((row) => !row.suppressed && (row.impact === 'disruptive' || row.impact === 'boot-critical')),
  );
  return unknown.map(
    ({ why, place, rows }) =>
      `? ${shorten(
        rows.map((row) => row.setting),
        4,
      )} cannot be known: ${why} (${place})`,
  );
}

/** The first files that looked relevant and were not used. */
export function unusedWords(unused: readonly Unused[]): string[] {
  return unused.slice(0, 6).map(({ file, why }) => `${file} is not used: ${why}`);
}

/** What is allowed, with its reason and its last day, which nobody enforces here; or that allowances do not count. */
export function allowanceNotes(report: Report, config: Config | undefined, { allow }: Settings): string[] {
  if (config === undefined) return [];
  if (allow === 'ignore')
    return config.allow.length === 0
      ? []
      : [`What ${plainText(config.file, 100)} allows does not count here, CILIUM_ALIGN_ALLOW=honour in the sidecar would change that.`];
  const allowed = [...report.clusters.flatMap(({ rows }) => rows), ...report.findings].flatMap(({ suppressed }) =>
    suppressed ? `Allowed${suppressed.until === undefined ? '' : ` until ${suppressed.until}`}: ${suppressed.reason}` : [],
  );
  const each = [...new Set(allowed)];
  return each.length <= 3 ? each : [...each.slice(0, 3), `${each.length - 3} more allowances count.`];
}
