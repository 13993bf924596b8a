import { unknownCell } from '../align/unknown-row.ts';
import type { Cluster, Report, Row } from '../model.ts';
import { isQuiet } from './changed-parts.ts';
import { plainText } from './escape.ts';
import { pathHere } from './places-here.ts';
import { type Problem, problemOfRow, problemsOf } from './problems.ts';
import { clusterVerdict, verdictOf } from './verdict.ts';
import { placeText, reasonText, valueText } from './words.ts';

/** One line of a suite; without an answer it passed. */
interface Case {
  group: 'settings' | 'rules' | 'comparison';
  name: string;
  file?: string | undefined;
  failure?: { message: string; type: string; text: string };
  skipped?: string;
  output?: string;
}

/** The report as JUnit XML: a suite for each cluster, a case for each setting and each finding. An error fails, what cannot be known is skipped with its reason, what is less is the output of a case that passes. Against a base, what was there before is skipped where only what is new counts, and what is resolved passes. */
export function renderJunit(report: Report): string {
  const problems = problemsOf(report);
  const suites = report.clusters.map((cluster) => suite(cluster.name ?? 'cilium', casesOf(report, cluster, problems)));
  const homeless = problems.filter((p) => p.kind === 'finding' && !report.clusters.some((c) => c.name === p.cluster));
  if (homeless.length > 0)
    suites.push(
      suite(
        'repository',
        homeless.map((problem) => caseOfProblem(problem, report)),
      ),
    );
  if (suites.length === 0) suites.push(suite('repository', [{ group: 'comparison', name: 'both sides', skipped: verdictOf(report) }]));
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'cilium-align', ...countsOf(all) })}>`,
    ...suites.map(({ text }) => text),
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(report: Report, cluster: Cluster, problems: readonly Problem[]): Case[] {
  const now = new Set(cluster.rows.filter((r) => r.change !== 'resolved').map((r) => r.setting));
  const rows = cluster.rows.filter((r) => r.change !== 'resolved' || !now.has(r.setting));
  const cases = rows.map((row) => caseOfRow(row, cluster, report));
  for (const problem of problems)
    if (problem.kind === 'finding' && problem.cluster === cluster.name) cases.push(caseOfProblem(problem, report));
  if (cluster.outcome === 'nothing') cases.unshift({ group: 'comparison', name: 'both sides', skipped: clusterVerdict(report, cluster) });
  return cases;
}

function caseOfRow(row: Row, cluster: Cluster, report: Report): Case {
  const name = plainText(row.setting);
  if (row.change === 'resolved') return { group: 'settings', name, output: 'resolved' };
  switch (row.status) {
    case 'drifted':
      return caseOfProblem(problemOfRow(row, cluster), report);
    case 'opaque': {
      const { why, place } = unknownCell(row);
      return { group: 'settings', name, skipped: `cannot be known here: ${reasonText(why)} (${placeText(place)})` };
    }
    case 'irrelevant':
      return {
        group: 'settings',
        name,
        output: `bootstrap ${valueText(row.bootstrap)}, Argo CD ${valueText(row.argocd)}: ${plainText(row.why ?? 'means nothing here')}`,
      };
    default:
      return { group: 'settings', name };
  }
}

function caseOfProblem(problem: Problem, report: Report): Case {
  const { id, kind, name, cluster, level, message, mends, places, suppressed, change } = problem;
  const primary = places[0]?.place;
  const own = `${name}:${plainText(cluster ?? '', 1000)}:`;
  const where = id.startsWith(own) ? id.slice(own.length).replace(/^:/, '') : id;
  const base = {
    group: kind === 'row' ? ('settings' as const) : ('rules' as const),
    name: kind === 'row' || where === '' ? name : `${name} (${where})`,
    file: primary && pathHere(primary.file, report),
  };
  if (change === 'resolved') return { ...base, output: `resolved: ${message}` };
  if (suppressed) {
    const until = suppressed.until === undefined ? '' : ` until ${plainText(suppressed.until)}`;
    return { ...base, skipped: `allowed${until}: ${plainText(suppressed.reason)}` };
  }
  const lines = [message, ...mends.map((mend) => `→ ${mend}`), ...places.map(({ place, says }) => describe(placeText(place), says))];
  if (level === 'error' && isQuiet(problem, report)) return { ...base, skipped: `there before: ${message}` };
  if (level === 'error') return { ...base, failure: { message, type: name, text: lines.slice(1).join('\n') } };
  return { ...base, output: [`${level}: ${lines[0]}`, ...lines.slice(1)].join('\n') };
}

function describe(place: string, says: string): string {
  return says === place ? place : `${place}  ${says}`;
}

function suite(name: string, cases: Case[]): { cases: Case[]; text: string } {
  const label = plainText(name, 200);
  const text = [
    `  <testsuite${attributes({ name: label, ...countsOf(cases) })}>`,
    ...cases.map((c) => caseText(c, label)),
    '  </testsuite>',
  ].join('\n');
  return { cases, text };
}

function caseText({ group, name, file, failure, skipped, output }: Case, suiteName: string): string {
  const start = `    <testcase${attributes({ classname: `${suiteName}.${group}`, name, file, time: 0 })}`;
  const inner = [
    failure && `      <failure${attributes({ message: failure.message, type: failure.type })}>${xml(failure.text)}</failure>`,
    skipped === undefined ? undefined : `      <skipped${attributes({ message: skipped })}/>`,
    output === undefined ? undefined : `      <system-out>${xml(output)}</system-out>`,
  ].filter((line) => line !== undefined);
  return inner.length === 0 ? `${start}/>` : [`${start}>`, ...inner, '    </testcase>'].join('\n');
}

function countsOf(cases: readonly Case[]): Record<string, number> {
  const of = (which: 'failure' | 'skipped') => cases.filter((c) => c[which] !== undefined).length;
  return { tests: cases.length, failures: of('failure'), errors: 0, skipped: of('skipped'), time: 0 };
}

function attributes(pairs: Record<string, string | number | undefined>): string {
  return Object.entries(pairs)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text that XML 1.0 allows, whatever stands around it: https://www.w3.org/TR/xml/#charsets */
function xml(text: string): string {
  return text
    .split('\n')
    .map((line) => plainText(line, 4000))
    .join('\n')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}
