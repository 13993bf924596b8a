import pc from 'picocolors';
import { isUmbrella, RENDERED, sharedValues } from '../align/mend.ts';
import type { Cluster, Outcome, Release, Report, Row } from '../model.ts';
import { releaseWords, talosWords } from './compared.ts';
import { plainText } from './escape.ts';
import { groupRows, type RowGroups } from './row-groups.ts';
import { type Page, renderFindings } from './table-findings.ts';
import { heading, renderChangedDefaults, renderFollowers, renderNotes, renderRows } from './table-rows.ts';
import { renderSuppressed } from './table-suppressed.ts';
import { clusterVerdict, count, verdictOf } from './verdict.ts';
import { FORM_WORDS, placeText, SIDE_WORDS, SIGN, shorten, valueText } from './words.ts';
import { pad, wrap } from './wrap.ts';

/** How wide the terminal is, whether it has colours, and whether what agrees and what is only noted is listed in full. */
export interface TableOptions {
  width: number;
  colour: boolean;
  showAll: boolean;
}

const LABEL = 11;

/** The report for a person at a terminal: the verdict, what was compared, what differs worst first with the edits that mend it, what was left out. */
export function renderTable(report: Report, options: TableOptions): string {
  const page: Page = { width: Math.max(60, Math.min(options.width, 160)), showAll: options.showAll, c: pc.createColors(options.colour) };
  const lines: string[] = [];
  if (report.clusters.length !== 1)
    lines.push(...verdictLines(verdictOf(report), report.outcome, page), '', ...repositoryLines(report, page), '');
  if (report.clusters.length === 0) lines.push(...wrap(SEARCHED, page.width - 2, '').map((l) => `  ${l}`), '');
  for (const cluster of report.clusters) lines.push(...renderCluster(report, cluster, page), '');
  const homeless = report.findings.filter((f) => !report.clusters.some((c) => c.name === f.cluster));
  if (homeless.length > 0)
    lines.push(
      ...renderFindings(
        homeless.filter((f) => !f.suppressed),
        page,
      ),
      ...renderSuppressed([], homeless, page),
      '',
    );
  lines.push(...renderUnused(report, page));
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

const LOOKED_FOR = {
  bootstrap: 'Talos patches, Jobs, helmfiles and install commands',
  argocd: 'Applications, ApplicationSets and what they lead to',
};
const SEARCHED = `Looked for ${LOOKED_FOR.argocd} on the one side, for ${LOOKED_FOR.bootstrap} on the other. \`--bootstrap PATH\` and \`--argocd PATH\` name a place by hand.`;

function verdictLines(verdict: string, outcome: Outcome, { width, c }: Page): string[] {
  const mark = { drifted: c.red('✗'), undecided: c.yellow('?'), aligned: c.green('✓'), nothing: c.yellow('–') }[outcome];
  return wrap(verdict, width - 2).map((line, i) => `${i === 0 ? mark : ' '} ${c.bold(line)}`);
}

function renderCluster(report: Report, whole: Cluster, page: Page): string[] {
  const found = report.findings.filter((f) => f.cluster === whole.name);
  const all = found.filter((f) => !f.suppressed);
  const cluster = { ...whole, rows: whole.rows.filter((r) => !r.suppressed) };
  const groups = groupRows(cluster, all);
  // The rows that cannot be known are listed with the reason; the finding says the same of them.
  const findings = groups.unknown.length === 0 ? all : all.filter((f) => f.rule !== 'unknowable-setting');
  const ofLevel = (level: 'error' | 'warning' | 'note') =>
    renderFindings(
      findings.filter((f) => f.level === level),
      page,
    );
  const { error, warning, note } = groups.byLevel;
  const version = [...error, ...warning, ...note].find((r) => r.setting === 'version');
  const notes = note.filter((r) => r !== version);
  const head = once(heading(page));
  const block = (rows: Row[]) =>
    rows.length === 0
      ? []
      : [
          ...head(),
          ...renderRows(rows, cluster, page, (row) => [
            ...renderFollowers(groups.followers.get(row) ?? [], page),
            ...(row === version ? renderChangedDefaults(groups.changedDefaults, row, page) : []),
          ]),
        ];
  const sections = [
    block(error),
    ofLevel('error'),
    renderUnknown(groups.unknown.filter(isGrave), page),
    block(warning),
    ofLevel('warning'),
    renderUnknown(
      groups.unknown.filter((g) => !isGrave(g)),
      page,
    ),
    version?.level === 'note' ? block([version]) : [],
    renderNotes(notes, cluster, page),
    ofLevel('note'),
    nextSteps(cluster, [...error, ...warning], page),
    renderSuppressed(whole.rows, found, page),
    closing(cluster, findings.length, groups, page),
  ].filter((section) => section.length > 0);
  return [
    ...verdictLines(clusterVerdict(report, whole), cluster.outcome, page),
    '',
    ...(report.clusters.length === 1 ? repositoryLines(report, page) : []),
    ...compared(cluster, report, page),
    ...sections.flatMap((section) => ['', ...section]),
  ];
}

/** What mends many rows at once. */
function nextSteps(cluster: Cluster, rows: readonly Row[], { width, c }: Page): string[] {
  const { bootstrap, argocd } = cluster;
  if (!bootstrap || !argocd || rows.every((r) => r.setting === 'version')) return [];
  const steps: string[] = [];
  const named = cluster.name === null ? '' : ` --cluster ${plainText(cluster.name, 80)}`;
  for (const [release, other] of [
    [bootstrap, argocd],
    [argocd, bootstrap],
  ] as const) {
    if (!RENDERED.has(release.form)) continue;
    const source = RENDERED.has(other.form)
      ? 'from the values that the other side was rendered from'
      : `with \`cilium-align values ${other.side}${named}\`, which prints the command too`;
    steps.push(`${SIDE_WORDS[release.side]}: render the manifest at ${placeText(release.place)} again ${source}`);
  }
  if (steps.length === 0 && rows.length > 0 && sharedValues(bootstrap, argocd).length === 0)
    steps.push('a values file that both sides read cannot drift');
  return steps.flatMap((step) => wrap(step, width - 4).map((l, i) => `  ${i === 0 ? c.cyan('→') : ' '} ${l}`));
}

/** The lines at the first call, nothing later. */
function once(lines: string[]): () => string[] {
  let left = lines;
  return () => {
    const now = left;
    left = [];
    return now;
  };
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
    ...sideLines('bootstrap', cluster.bootstrap, report, page),
    ...sideLines('argocd', cluster.argocd, report, page),
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

function sideLines(side: 'bootstrap' | 'argocd', release: Release | null, { repositories = [] }: Report, page: Page): string[] {
  const within = repositories.flatMap((one) => (one.side === side ? [` in ${plainText(one.name)}`] : [])).join('');
  if (!release)
    return labelled(
      SIDE_WORDS[side],
      `not found${within} among ${LOOKED_FOR[side]}; \`--${side} PATH\` names a place by hand`,
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
  if (shown.length < all.length) lines.push(...labelled('', `and ${all.length - shown.length} more (--show all)`, page, page.c.dim));
  return lines;
}

function labelled(label: string, text: string, { width }: Page, paint: (text: string) => string = (t) => t): string[] {
  return wrap(text, width - LABEL - 2).map((line, i) => `  ${pad(i === 0 ? label : '', LABEL)}${paint(line)}`);
}

/** One of the rows could be an error. */
function isGrave({ rows }: RowGroups['unknown'][number]): boolean {
  return rows.some((r) => r.impact === 'disruptive' || r.impact === 'boot-critical');
}

/** What cannot be known, said once for each reason. */
function renderUnknown(unknown: RowGroups['unknown'], { width, showAll, c }: Page): string[] {
  const shown = showAll ? unknown : unknown.slice(0, 8);
  const lines = shown.flatMap(({ why, place, rows }) => {
    const names = rows.map((r) => plainText(r.setting));
    const text =
      names.length === 1
        ? `${names[0]} cannot be known here: ${plainText(why)}`
        : `${names.length} settings cannot be known here: ${plainText(why)}`;
    return [
      ...wrap(text, width - 4).map((l, i) => `  ${c.yellow(i === 0 ? '?' : ' ')} ${l}`),
      ...(names.length > 1 ? wrap(shorten(names, showAll ? names.length : 6), width - 6).map((l) => `      ${l}`) : []),
      ...wrap(place, width - 6).map((l) => c.dim(`      ${l}`)),
    ];
  });
  if (shown.length < unknown.length)
    lines.push(c.dim(`    and ${unknown.slice(shown.length).reduce((n, g) => n + g.rows.length, 0)} more for other reasons (--show all)`));
  return lines;
}

function closing(cluster: Cluster, findings: number, groups: RowGroups, { width, showAll, c }: Page): string[] {
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
        `${agree(aligned.length)}${irrelevant.length > 0 ? `, ${count(irrelevant.length, 'difference')} ${irrelevant.length === 1 ? 'means' : 'mean'} nothing here` : ''} (--show all lists them)`,
        width - 2,
      ).map((l) => c.dim(`  ${l}`)),
    );
  const { error, warning, note } = groups.byLevel;
  if (error.length + warning.length + note.length + groups.changedDefaults.length + findings > 0)
    lines.push(c.dim(`  ${SIGN.error} error  ${SIGN.warning} warning  ${SIGN.note} note  (cilium-align explain SETTING says more)`));
  return lines;
}

function agree(n: number): string {
  return `${count(n, 'setting')} ${n === 1 ? 'agrees' : 'agree'}`;
}

/** What looked relevant and did not count, files with the same reason together. */
function renderUnused(report: Report, { width, showAll, c }: Page): string[] {
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
    lines.push(`  and ${all.slice(shown.length).reduce((n, [, files]) => n + files.length, 0)} more (--show all)`);
  return lines.map((l) => c.dim(l));
}
