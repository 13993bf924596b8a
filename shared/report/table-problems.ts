import { RENDERED, sharedValues } from '../align/mend.ts';
import { isGrave } from '../align/weight.ts';
import type { Cluster, Finding, Row } from '../model.ts';
import { plainText } from './escape.ts';
import { groupRows, type RowGroups } from './row-groups.ts';
import { type Page, renderFindings } from './table-findings.ts';
import { heading, renderChangedDefaults, renderFollowers, renderNotes, renderRows } from './table-rows.ts';
import { placeText, reasonText, SIDE_WORDS, shorten } from './words.ts';
import { wrap } from './wrap.ts';

/** Rows and findings by level, the worst first, and what mends many of them at once. */
export function problemSections(cluster: Cluster, all: readonly Finding[], page: Page): string[][] {
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
  return [
    block(error),
    ofLevel('error'),
    renderUnknown(
      groups.unknown.filter(({ rows }) => rows.some(isGrave)),
      page,
    ),
    block(warning),
    ofLevel('warning'),
    renderUnknown(
      groups.unknown.filter(({ rows }) => !rows.some(isGrave)),
      page,
    ),
    version?.level === 'note' ? block([version]) : [],
    renderNotes(notes, cluster, page),
    ofLevel('note'),
    nextSteps(cluster, [...error, ...warning], page),
  ];
}

/** What mends many rows at once. */
function nextSteps(cluster: Cluster, rows: readonly Row[], { width, ways, c }: Page): string[] {
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
      : `with \`${ways.program} values ${other.side}${named}\`, which prints the command too`;
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

/** What cannot be known, said once for each reason. */
function renderUnknown(unknown: RowGroups['unknown'], { width, showAll, ways, c }: Page): string[] {
  const shown = showAll ? unknown : unknown.slice(0, 8);
  const lines = shown.flatMap(({ why, place, rows }) => {
    const names = rows.map((r) => plainText(r.setting));
    const text =
      names.length === 1
        ? `${names[0]} cannot be known here: ${reasonText(why)}`
        : `${names.length} settings cannot be known here: ${reasonText(why)}`;
    return [
      ...wrap(text, width - 4).map((l, i) => `  ${c.yellow(i === 0 ? '?' : ' ')} ${l}`),
      ...(names.length > 1 ? wrap(shorten(names, showAll ? names.length : 6), width - 6).map((l) => `      ${l}`) : []),
      ...wrap(place, width - 6).map((l) => c.dim(`      ${l}`)),
    ];
  });
  if (shown.length < unknown.length)
    lines.push(c.dim(`    and ${unknown.slice(shown.length).reduce((n, g) => n + g.rows.length, 0)} more for other reasons (${ways.all})`));
  return lines;
}
