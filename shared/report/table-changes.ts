import type { Cell, Cluster, Finding, Report, Row } from '../model.ts';
import { plainText } from './escape.ts';
import { foldNames, groupRows } from './row-groups.ts';
import type { Page } from './table-findings.ts';
import { problemSections } from './table-problems.ts';
import { heading, valueLines } from './table-rows.ts';
import { count } from './verdict.ts';
import { SIGN, shorten, valueText } from './words.ts';
import { wrap } from './wrap.ts';

/** First what is new, then what was there before, then what is resolved. `whole` holds all rows of a cluster, `all` its findings. */
export function changeSections(report: Report, whole: Pick<Cluster, 'rows'> | Cluster, all: readonly Finding[], page: Page): string[][] {
  const { c, showAll, ways } = page;
  const base = baseName(report);
  const open = <T extends Row | Finding>(items: readonly T[], change: Row['change']) =>
    items.filter((item) => item.change === change && !item.suppressed);
  // Rows without a change agree: what stands beside them may need them.
  const clusterOf = (change: Row['change']) => ({
    ...NO_CLUSTER,
    ...whole,
    rows: whole.rows.filter((r) => !r.suppressed && (r.change === undefined || r.change === change)),
  });
  const titled = (title: string, sections: string[][]) => {
    const [first, ...others] = sections.filter((section) => section.length > 0);
    return first === undefined ? [] : [[c.bold(title), ...first], ...others];
  };
  const [added, before] = [clusterOf('introduced'), clusterOf('existing')];
  const [news, olds] = [open(all, 'introduced'), open(all, 'existing')];
  return [
    ...titled(`New since ${base}:`, problemSections(added, news, page)),
    ...titled(
      `There before${showAll ? '' : ` (${ways.all} says more)`}:`,
      showAll ? problemSections(before, olds, page) : [renderExisting(before, olds, page)],
    ),
    ...titled(`Resolved since ${base}:`, [renderResolved(open(whole.rows, 'resolved'), whole.rows, open(all, 'resolved'), page)]),
  ];
}

const NO_CLUSTER: Cluster = { name: null, outcome: 'nothing', bootstrap: null, argocd: null, others: [], talos: null, rows: [] };

/** What a base had as well, in short: it asks for nothing now. */
function renderExisting(cluster: Cluster, findings: readonly Finding[], page: Page): string[] {
  const { width, c } = page;
  const { byLevel, changedDefaults, unknown } = groupRows(cluster, findings);
  const paint = { error: c.red, warning: c.yellow, note: c.dim };
  const lines: string[] = [];
  const rows = [...byLevel.error, ...byLevel.warning];
  if (rows.length > 0) lines.push(...heading(page));
  for (const level of ['error', 'warning'] as const) {
    const shown = byLevel[level].slice(0, MOST);
    for (const row of shown) lines.push(...valueLines(row, page).map((l, i) => `  ${i === 0 ? paint[level](SIGN[level]) : ' '} ${l}`));
    lines.push(...andMore(byLevel[level].slice(shown.length), page));
    for (const { message, rule } of findings.filter((f) => f.level === level && f.rule !== 'unknowable-setting'))
      lines.push(
        ...wrap(`${plainText(message, 200)} (${rule})`, width - 4).map((l, i) => `  ${i === 0 ? paint[level](SIGN[level]) : ' '} ${l}`),
      );
  }
  const hidden = unknown.flatMap((group) => group.rows);
  if (hidden.length > 0)
    lines.push(
      ...wrap(`${count(hidden.length, 'setting')} cannot be known: ${names(hidden)}`, width - 4).map(
        (l, i) => `  ${i === 0 ? c.yellow('?') : ' '} ${l}`,
      ),
    );
  const notes = byLevel.note.length + changedDefaults.length + findings.filter((f) => f.level === 'note').length;
  if (notes > 0) lines.push(`  ${c.dim(SIGN.note)} ${count(notes, 'note')}`);
  return lines;
}

/** What only the base had: what differed, or what was broken. */
function renderResolved(resolved: readonly Row[], now: readonly Row[], findings: readonly Finding[], page: Page): string[] {
  const { width, showAll, ways, c } = page;
  const of = new Map(now.filter((row) => row.change !== 'resolved').map((row) => [row.setting, row]));
  const lines = [
    ...resolved.map((row) => `${plainText(row.setting)}: ${was(row)}${is(of.get(row.setting))}`),
    ...findings.map(({ message, rule }) => `${plainText(message, 200)} (${rule})`),
  ];
  const shown = showAll ? lines : lines.slice(0, MOST);
  const more = lines.length - shown.length;
  return [
    ...shown.flatMap((line) => wrap(line, width - 4).map((l, i) => `  ${i === 0 ? c.green('✓') : ' '} ${l}`)),
    ...(more > 0 ? [c.dim(`    and ${more} more (${ways.all})`)] : []),
  ];
}

const MOST = 12;

function andMore(rows: readonly Row[], { width, ways, c }: Page): string[] {
  return rows.length === 0 ? [] : wrap(`and ${rows.length} more (${ways.all}): ${names(rows)}`, width - 4).map((l) => c.dim(`    ${l}`));
}

function names(rows: readonly Row[]): string {
  return shorten(foldNames(rows.map((row) => plainText(row.setting))), 6);
}

function was(row: Row): string {
  const text = (cell: Cell) => valueText(cell, 60);
  return `the bootstrap had ${text(row.bootstrap)}, Argo CD ${text(row.argocd)}`;
}

function is(row: Row | undefined): string {
  return row?.status === 'aligned' ? `; now both have ${valueText(row.argocd, 60)}` : '';
}

/** What a person calls the base. */
export function baseName({ base }: Report): string {
  return base?.name ? plainText(base.name, 80) : 'the base';
}
