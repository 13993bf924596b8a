import type { FilePlace, Level, Report, Row } from '../model.ts';
import { markedVerdict } from './change-verdict.ts';
import { isQuiet, partsOf } from './changed-parts.ts';
import { plainText } from './escape.ts';
import { placesHere } from './places-here.ts';
import { type Problem, problemOfRow, problemsOf } from './problems.ts';
import { groupRows } from './row-groups.ts';
import { count } from './verdict.ts';
import { shorten } from './words.ts';

/** What a runner keeps: https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs */
const MOST_OF_A_LEVEL = 10;
const MOST_CHARACTERS = 4096;

const COMMAND: Record<Level, string> = { error: 'error', warning: 'warning', note: 'notice' };

interface Annotation {
  level: Level;
  title: string;
  message: string;
  place?: FilePlace | undefined;
}

/**
 * The report as annotations of a GitHub workflow: the verdict, then the worst first, at most ten of a level, and how many more there are. Nothing in it can be a command of its own.
 * Where only what is new counts, what was there before is named once, and so is what is resolved: neither is a line of this change.
 * `verdict`: what stands first, where a front end knows more than the report. `spare`: how many of each level it prints besides.
 */
export function renderGithub(
  report: Report,
  verdict: { level: Level; message: string } = { level: 'note', message: markedVerdict(report).sentence },
  spare = 0,
): string {
  const annotations = partsOf(report).flatMap(({ part, isQuiet: isSilent }) => (isSilent ? [] : annotationsOf(part)));
  const others = namedOnce(report);
  const most = MOST_OF_A_LEVEL - spare;
  const room: Record<Level, number> = { error: most, warning: most, note: most - 1 - others.length };
  room[verdict.level]--;
  const shown = annotations.filter(({ level }) => room[level]-- > 0);
  const lines = [{ ...verdict, title: 'cilium-align' }, ...shown];
  const left = annotations.length - shown.length;
  if (left > 0)
    lines.push({ level: 'note', title: 'cilium-align', message: `${left} more: a run of cilium-align on this commit lists them all.` });
  return [...lines, ...others].map((line) => `${command(line)}\n`).join('');
}

function annotationsOf(report: Report): Annotation[] {
  const told = new Map<string, string>();
  const silent = new Set<string>();
  for (const cluster of report.clusters) {
    const groups = groupRows(
      cluster,
      report.findings.filter((f) => f.cluster === cluster.name),
    );
    const idOf = (row: Row) => problemOfRow(row, cluster).id;
    for (const [leader, rows] of groups.followers) {
      told.set(
        idOf(leader),
        `For the same reason: ${shorten(
          rows.map((r) => plainText(r.setting)),
          6,
        )}.`,
      );
      for (const row of rows) silent.add(idOf(row));
    }
    const version = cluster.rows.find((r) => r.setting === 'version');
    if (version && groups.changedDefaults.length > 0) {
      const names = groups.changedDefaults.map((r) => plainText(r.setting));
      told.set(idOf(version), `${count(names.length, 'chart default')} changed between the two: ${shorten(names, 6)}.`);
    }
    for (const row of groups.changedDefaults) silent.add(idOf(row));
  }
  const problems = problemsOf(report).filter((p) => !p.suppressed && !silent.has(p.id));
  return problems.map((problem) => annotation(problem, told, report));
}

function annotation(problem: Problem, told: ReadonlyMap<string, string>, report: Report): Annotation {
  const { id, kind, name, level, cluster, message, mends } = problem;
  const { here, elsewhere } = placesHere(problem, report);
  const others = kind === 'finding' ? [...here.slice(1), ...elsewhere].map(({ says }) => says) : [];
  return {
    level,
    title: name,
    message: [
      report.clusters.length > 1 && cluster !== null ? `${plainText(cluster, 80)}: ${message}` : message,
      told.get(id),
      others.length === 0 ? undefined : `See also ${shorten(others, 4)}.`,
      ...mends.map((mend) => `→ ${mend}`),
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
    place: here[0]?.place,
  };
}

/** What asks for nothing now, by name. */
function namedOnce(report: Report): Annotation[] {
  const problems = problemsOf(report).filter((p) => !p.suppressed && p.level !== 'note');
  const line = (title: string, found: readonly Problem[]): Annotation[] => {
    const names = [...new Set(found.map(({ name }) => plainText(name)))];
    return names.length === 0 ? [] : [{ level: 'note', title: 'cilium-align', message: `${title}: ${shorten(names, 12)}.` }];
  };
  return [
    ...line(
      'There before this change',
      problems.filter((p) => isQuiet(p, report)),
    ),
    ...line(
      'Resolved by this change',
      problems.filter((p) => p.change === 'resolved'),
    ),
  ];
}

function command({ level, title, message, place }: Annotation): string {
  const properties = [
    ...(place ? [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`] : []),
    `title=${property(title)}`,
  ];
  return `::${COMMAND[level]} ${properties.join(',')}::${data(message)}`;
}

/** https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts; what is still unsafe in a log becomes visible first. */
function data(text: string): string {
  const clean = text
    .split('\n')
    .map((line) => plainText(line, MOST_CHARACTERS))
    .join('\n');
  return cut(clean).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(plainText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** At most what a runner keeps, never half of a character. */
function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
