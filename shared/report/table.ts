import pc from 'picocolors';
import { isUmbrella, sharedValues } from '../align/mend.ts';
import type { Cluster, Finding, Release, Report, Row } from '../model.ts';
import { alikeClusters } from './alike-clusters.ts';
import { markedVerdict } from './change-verdict.ts';
import { releaseWords, talosWords } from './compared.ts';
import { plainText } from './escape.ts';
import { baseName, changeSections } from './table-changes.ts';
import { type Page, renderFindings } from './table-findings.ts';
import { problemSections } from './table-problems.ts';
import { renderSuppressed } from './table-suppressed.ts';
import { count } from './verdict.ts';
import { TERMINAL, type Ways } from './ways.ts';
import { FORM_WORDS, placeText, SIDE_WORDS, SIGN, shorten, valueText } from './words.ts';
import { pad, wrap } from './wrap.ts';

/** How wide the terminal is, whether it has colours, and whether what agrees and what is only noted is listed in full. */
export interface TableOptions {
  width: number;
  colour: boolean;
  showAll: boolean;
  /** Where the table is read; at a terminal unless given. */
  ways?: Ways;
}

const LABEL = 11;

/** The report for a person at a terminal: the verdict, what was compared, what differs worst first with the edits that mend it, what was left out. */
export function renderTable(report: Report, options: TableOptions): string {
  const page: Page = {
    width: Math.max(60, Math.min(options.width, 160)),
    showAll: options.showAll,
    ways: options.ways ?? TERMINAL,
    c: pc.createColors(options.colour),
  };
  const lines: string[] = [];
  if (report.clusters.length !== 1) lines.push(...headline(report, page), '', ...repositoryLines(report, page), '');
  if (report.clusters.length === 0) lines.push(...wrap(`${SEARCHED} ${page.ways.places}`, page.width - 2, '').map((l) => `  ${l}`), '');
  const groups = page.showAll ? report.clusters.map((cluster) => [cluster]) : alikeClusters(report);
  if (groups.length > 2) lines.push(...groups.flatMap((group) => clusterHeadline(report, group, page)).map((line) => `  ${line}`), '');
  for (const group of groups) lines.push(...renderCluster(report, group, page), '');
  const homeless = report.findings.filter((f) => !report.clusters.some((c) => c.name === f.cluster));
  if (homeless.length > 0) lines.push(...homelessLines(report, homeless, page), '');
  lines.push(...renderUnused(report, page));
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** What belongs to no cluster. */
function homelessLines(report: Report, findings: readonly Finding[], page: Page): string[] {
  const standing = findings.filter((f) => f.change !== 'resolved');
  const open = standing.filter((f) => !f.suppressed);
  const lines = report.base
    ? changeSections(report, { rows: [] }, findings, page).flatMap((section, i) => (i === 0 ? section : ['', ...section]))
    : renderFindings(open, page);
  return [...lines, ...renderSuppressed([], standing, page)];
}

const LOOKED_FOR = {
  bootstrap: 'Talos patches, Jobs, helmfiles and install commands',
  argocd: 'Applications, ApplicationSets and what they lead to',
};
const SEARCHED = `Looked for ${LOOKED_FOR.argocd} on the one side, for ${LOOKED_FOR.bootstrap} on the other.`;

function headline(report: Report, page: Page): string[] {
  const { mark, sentence } = markedVerdict(report);
  return verdictLines(sentence, mark, page);
}

/** One of several clusters, judged as if it were the only one; the others of its group are as it is. */
function clusterHeadline(report: Report, [cluster, ...others]: Cluster[], page: Page): string[] {
  if (cluster === undefined) return [];
  const { mark, sentence } = markedVerdict({
    ...report,
    outcome: cluster.outcome,
    clusters: [{ ...cluster, name: null }],
    findings: report.findings.filter((f) => f.cluster === cluster.name).map((finding) => ({ ...finding, cluster: null })),
  });
  const name = `${cluster.name === null ? '' : plainText(cluster.name, 80)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  return verdictLines(name === '' ? sentence : `${name}: ${sentence}`, mark, page);
}

function verdictLines(verdict: string, mark: string, { width, c }: Page): string[] {
  const paint = mark === '✗' ? c.red : mark === '✓' ? c.green : c.yellow;
  return wrap(verdict, width - 2).map((line, i) => `${i === 0 ? paint(mark) : ' '} ${c.bold(line)}`);
}

/** The first of clusters that are alike speaks for all. */
function renderCluster(report: Report, group: Cluster[], page: Page): string[] {
  const [whole, ...others] = group;
  if (whole === undefined) return [];
  const found = report.findings.filter((f) => f.cluster === whole.name);
  const stands = { ...whole, rows: whole.rows.filter((r) => r.change !== 'resolved') };
  const standing = found.filter((f) => f.change !== 'resolved');
  const cluster = { ...stands, rows: stands.rows.filter((r) => !r.suppressed) };
  const findings = standing.filter((f) => !f.suppressed);
  const sections = [
    ...(report.base ? changeSections(report, whole, found, page) : problemSections(cluster, findings, page)),
    renderSuppressed(stands.rows, standing, page),
    closing(cluster, findings, page),
  ].filter((section) => section.length > 0);
  return [
    ...(report.clusters.length === 1 ? headline(report, page) : clusterHeadline(report, group, page)),
    '',
    ...(report.clusters.length === 1 ? repositoryLines(report, page) : []),
    ...alikeLines(whole, others, page),
    ...(whole.gone?.length === 2 ? [] : compared(cluster, report, page)),
    ...sections.flatMap((section) => ['', ...section]),
  ];
}

/** The names of clusters of which all that follows is true as well; what follows names the files of the first. */
function alikeLines({ name }: Cluster, others: readonly Cluster[], page: Page): string[] {
  if (others.length === 0) return [];
  const names = others.map((other) => plainText(other.name ?? '(no name)', 80));
  return labelled(
    'alike',
    `${shorten(names, 12)}; the places below are those of ${plainText(name ?? 'the first', 80)} (${page.ways.all} lists each)`,
    page,
  );
}

/** Which repositories were compared, where there are two: what their names mean in every place. */
function repositoryLines({ repositories = [] }: Report, page: Page): string[] {
  const names = repositories.map(({ name, side }) => `${plainText(name)} (${SIDE_WORDS[side]})`);
  return names.length === 0 ? [] : labelled('compared', names.join(' with '), page);
}

/** What speaks for each side, what Talos says, and what was set aside. */
function compared(cluster: Cluster, report: Report, page: Page): string[] {
  const shared = cluster.bootstrap && cluster.argocd ? sharedValues(cluster.bootstrap, cluster.argocd) : [];
  return [
    ...sideLines('bootstrap', cluster, report, page),
    ...sideLines('argocd', cluster, report, page),
    ...talosLines(cluster, page),
    ...(shared.length > 0
      ? labelled(
          '',
          `both sides read ${shorten(
            shared.map((f) => plainText(f)),
            3,
          )}: ${isUmbrella(cluster.bootstrap!) === isUmbrella(cluster.argocd!) ? 'an edit there changes both' : "one as an umbrella chart's, the other as Cilium's own"}`,
          page,
          page.c.green,
        )
      : []),
    ...othersLines(cluster, page),
  ];
}

function sideLines(side: 'bootstrap' | 'argocd', cluster: Cluster, report: Report, page: Page): string[] {
  const { repositories = [] } = report;
  const release = cluster[side];
  const within = repositories.flatMap((one) => (one.side === side ? [` in ${plainText(one.name)}`] : [])).join('');
  if (!release)
    return labelled(
      SIDE_WORDS[side],
      `${cluster.gone?.includes(side) ? `${baseName(report)} has it; here ` : ''}not found${within} among ${LOOKED_FOR[side]}; ${page.ways.place(side, within === '')}`,
      page,
      page.c.yellow,
    );
  return [
    ...labelled(SIDE_WORDS[side], releaseWords(release), page),
    ...labelled(
      '',
      shorten(
        release.files.map((f) => plainText(f)),
        page.showAll ? 100 : 3,
      ),
      page,
      page.c.dim,
    ),
  ];
}

function talosLines(cluster: Cluster, page: Page): string[] {
  const facts = talosWords(cluster);
  return facts === '' ? [] : labelled('Talos', facts, page);
}

/** Declarations that do not speak, those with one file and reason together. */
function othersLines(cluster: Cluster, page: Page): string[] {
  const groups = new Map<string, { release: Release; lines: number[]; why: string }>();
  for (const { release, why } of cluster.others) {
    const file = 'file' in release.place ? release.place.file : release.place.source;
    const key = JSON.stringify([release.form, file, why]);
    const group = groups.get(key) ?? { release, lines: [], why };
    if ('file' in release.place) group.lines.push(release.place.line);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  const shown = page.showAll || all.length <= 4 ? all : all.slice(0, 3);
  const lines = shown.flatMap(({ release, lines: at, why }) =>
    labelled(
      'set aside',
      `${FORM_WORDS[release.form]}, ${placeText(release.place)}${at.length > 1 ? ` and ${shorten(at.slice(1).map(String), 3)}` : ''}: ${plainText(why)}`,
      page,
      page.c.dim,
    ),
  );
  if (shown.length < all.length) lines.push(...labelled('', `and ${all.length - shown.length} more (${page.ways.all})`, page, page.c.dim));
  return lines;
}

function labelled(label: string, text: string, { width }: Page, paint: (text: string) => string = (t) => t): string[] {
  return wrap(text, width - LABEL - 2).map((line, i) => `  ${pad(i === 0 ? label : '', LABEL)}${paint(line)}`);
}

function closing(cluster: Cluster, findings: readonly Finding[], { width, showAll, ways, c }: Page): string[] {
  if (cluster.rows.length === 0) return [];
  const of = (status: Row['status']) => cluster.rows.filter((r) => r.status === status);
  const [aligned, irrelevant] = [of('aligned'), of('irrelevant')];
  const lines: string[] = [];
  if (showAll) {
    const line = (row: Row) =>
      wrap(`${plainText(row.setting)} = ${valueText(row.bootstrap)}${row.why ? ` (${plainText(row.why)})` : ''}`, width - 6, '  ').map(
        (l) => c.dim(`    ${l}`),
      );
    lines.push(`  ${agree(aligned.length)}:`, ...aligned.flatMap(line));
    if (irrelevant.length > 0) lines.push(`  ${irrelevant.length} mean nothing here:`, ...irrelevant.flatMap(line));
  } else
    lines.push(
      ...wrap(
        `${agree(aligned.length)}${irrelevant.length > 0 ? `, ${count(irrelevant.length, 'difference')} ${irrelevant.length === 1 ? 'means' : 'mean'} nothing here` : ''} (${ways.all} lists them)`,
        width - 2,
      ).map((l) => c.dim(`  ${l}`)),
    );
  if (cluster.rows.some((r) => r.status === 'drifted') || findings.some((f) => f.rule !== 'unknowable-setting'))
    lines.push(
      ...wrap(
        `${SIGN.error} error  ${SIGN.warning} warning  ${SIGN.note} note  (${ways.program} explain SETTING says more)`,
        width - 2,
      ).map((l) => c.dim(`  ${l}`)),
    );
  return lines;
}

function agree(n: number): string {
  return `${count(n, 'setting')} ${n === 1 ? 'agrees' : 'agree'}`;
}

/** What looked relevant and did not count, files with the same reason together. */
function renderUnused(report: Report, { width, showAll, ways, c }: Page): string[] {
  const groups = new Map<string, string[]>();
  for (const { file, why } of report.unused) groups.set(why, [...(groups.get(why) ?? []), file]);
  if (groups.size === 0) return [];
  const all = [...groups];
  const shown = showAll || all.length <= 6 ? all : all.slice(0, 5);
  const lines = [`Looked relevant and did not count (${report.unused.length}):`];
  for (const [why, files] of shown) {
    lines.push(
      ...wrap(
        `${shorten(
          files.map((f) => plainText(f)),
          showAll ? files.length : 3,
        )}: ${plainText(why)}`,
        width - 4,
        '  ',
      ).map((l) => `  ${l}`),
    );
  }
  if (shown.length < all.length)
    lines.push(`  and ${all.slice(shown.length).reduce((n, [, files]) => n + files.length, 0)} more (${ways.all})`);
  return lines.map((l) => c.dim(l));
}
