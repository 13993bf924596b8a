import { isGrave, reaches } from '../shared/align/weight.ts';
import type { Config } from '../shared/config/config.ts';
import type { Cluster, Report, Unused } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { type Problem, problemsOf } from '../shared/report/problems.ts';
import { groupRows } from '../shared/report/row-groups.ts';
import { clusterVerdict } from '../shared/report/verdict.ts';
import { placeText, SIGN, shorten } from '../shared/report/words.ts';
import type { GatedApplication } from './choose-cluster.ts';
import type { GatePolicy } from './configuration.ts';
import type { Settings } from './settings.ts';
import type { Verdict } from './verdict.ts';

/** The verdict on the only cluster of a report. `open` is what was not given or could not be read: it blocks like everything that cannot be known. */
export function verdictOf(report: Report, policy: GatePolicy, { name }: GatedApplication, open: readonly string[]): Verdict {
  const cluster = report.clusters[0]!;
  const sentence = clusterVerdict(report, cluster);
  const [first, ...others] = policy.undecided === 'fail' ? open : [];
  if (report.exitCode === 0 && first === undefined) return { blocks: false, summary: sentence, evidence: [], todo: [], notes: [] };
  const failing = problemsOf(asIntroduced(report)).filter((problem) => !problem.suppressed && reaches(problem.level, policy.failOn));
  const rest = report.exitCode === 0 ? others : open;
  return {
    blocks: true,
    summary: report.exitCode === 0 ? first! : sentence,
    evidence: [
      ...failing.flatMap(problemWords),
      ...(policy.undecided === 'fail' ? rest.map((line) => `? ${line}`) : []),
      ...(cluster.outcome === 'undecided' ? versionWords(report, failing) : []),
      ...(policy.undecided === 'fail' ? unknownWords(report, cluster) : []),
      ...(cluster.outcome === 'nothing' ? unusedWords(report.unused) : []),
    ],
    todo: [
      todo(report),
      `Mended elsewhere (the Application, the sidecar)? Hard refresh: argocd app get ${plainText(name, 80)} --hard-refresh`,
    ],
    notes: [],
  };
}

/** What is blocked was never applied: neither side is known to be what runs, as where a change brought the difference. */
function asIntroduced(report: Report): Report {
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    rows: cluster.rows.map((row) => ({ ...row, change: 'introduced' as const })),
  }));
  return { ...report, clusters };
}

function todo({ outcome, exitCode }: Report): string {
  if (outcome === 'nothing') return 'To do: put the missing side into this repository, or name where it stands (docs/plugin.md).';
  if (outcome === 'undecided' || exitCode === 0)
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
  const unknown = groupRows(cluster, report.findings).unknown.filter(({ rows }) => rows.some((row) => !row.suppressed && isGrave(row)));
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
