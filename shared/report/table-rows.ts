import type { Mend } from '../align/mend.ts';
import type { Cell, Cluster, Row } from '../model.ts';
import { plainText } from './escape.ts';
import { editsOf, mustFollow, sentence } from './problems.ts';
import { foldNames } from './row-groups.ts';
import type { Page } from './table-findings.ts';
import { count } from './verdict.ts';
import { placeText, SIDE_WORDS, SIGN, shorten, valueText } from './words.ts';
import { columnsOf, pad, wrap } from './wrap.ts';

/** The head of the columns. */
export function heading(page: Page): string[] {
  const { name, value } = columns(page);
  return [page.c.dim(`    ${pad('SETTING', name)}${pad('BOOTSTRAP', value)}ARGO CD`)];
}

/** Drifting rows in full: both values, why it matters, where each comes from and the edit that mends it there. `after` adds lines to a row. */
export function renderRows(rows: readonly Row[], cluster: Cluster, page: Page, after: (row: Row) => string[]): string[] {
  const shown = page.showAll ? rows : rows.slice(0, MOST_ROWS);
  const lines = shown.flatMap((row) => [...renderRow(row, cluster, page), ...after(row)]);
  const rest = rows.slice(shown.length).map((r) => plainText(r.setting));
  if (rest.length > 0)
    lines.push(
      ...wrap(`and ${rest.length} more (${page.ways.all}): ${foldNames(rest).join(', ')}`, page.width - 4).map((l) =>
        page.c.dim(`    ${l}`),
      ),
    );
  return lines;
}

const MOST_ROWS = 25;
const MOST_CELL_LINES = 4;

function columns({ width }: Page): { name: number; value: number } {
  const name = Math.min(44, Math.floor((width - 4) * 0.42));
  return { name, value: Math.floor((width - 4 - name) / 2) };
}

function renderRow(row: Row, cluster: Cluster, page: Page): string[] {
  const { width, c } = page;
  const level = row.level ?? 'note';
  const paint = { error: c.red, warning: c.yellow, note: c.dim }[level];
  // What is rendered is rendered again as a whole, which is said once for all rows.
  const mends = editsOf(row, cluster);
  const warning = mustFollow(row, cluster);
  return [
    ...valueLines(row, page).map((l, i) => (i === 0 ? `  ${paint(SIGN[level])} ${l}` : `    ${l}`)),
    ...(row.why ? wrap(sentence(row.why), width - 6).map((l) => `      ${l}`) : []),
    ...sideLines('bootstrap', row.bootstrap, mends, page),
    ...sideLines('argocd', row.argocd, mends, page),
    ...(warning === undefined ? [] : wrap(warning, width - 6).map((l) => c.dim(`      ${l}`))),
  ];
}

/** Name and both values in columns; a name that does not fit has its own line. */
export function valueLines(row: Row, page: Page): string[] {
  const { name, value } = columns(page);
  const [left, right] = bothValues(row, value);
  const title = wrap(plainText(row.setting), page.width - 4);
  const lefts = cellLines(left, value - 2);
  const rights = cellLines(right, page.width - 4 - name - value);
  const lines: string[] = [];
  const fits = title.length === 1 && columnsOf(title[0]!) < name;
  if (!fits) lines.push(...title.map((l) => page.c.bold(l)));
  for (let i = 0; i < Math.max(lefts.length, rights.length); i++) {
    const first = pad(i === 0 && fits ? title[0]! : '', name);
    lines.push(`${i === 0 && fits ? page.c.bold(first) : first}${pad(lefts[i] ?? '', value)}${rights[i] ?? ''}`.trimEnd());
  }
  return lines;
}

/** A value in a column; what is cut off is marked. */
function cellLines(text: string, width: number): string[] {
  const lines = wrap(text, width);
  return lines.length <= MOST_CELL_LINES
    ? lines
    : [...lines.slice(0, MOST_CELL_LINES - 1), `${wrap(lines[MOST_CELL_LINES - 1]!, width - 1)[0]}…`];
}

/** Both values; of two long lists only what one has and the other has not. */
function bothValues({ bootstrap, argocd }: Row, width: number): [string, string] {
  const [left, right] = [valueText(bootstrap), valueText(argocd)];
  const [a, b] = [words(bootstrap), words(argocd)];
  if (!a || !b || (left.length < width && right.length < width)) return [left, right];
  const shared = a.filter((x) => b.includes(x)).length;
  if (shared < 3) return [left, right];
  const only = (mine: string[], other: string[]) => {
    const own = mine.filter((x) => !other.includes(x));
    return plainText(own.length === 0 ? `${shared} shared` : `${shared} shared, ${own.join(' ')}`);
  };
  return [only(a, b), only(b, a)];
}

function words({ value }: Cell): string[] | undefined {
  return Array.isArray(value) && value.every((v) => typeof v === 'string') ? value : undefined;
}

function sideLines(side: 'bootstrap' | 'argocd', cell: Cell, mends: readonly Mend[], { width, c }: Page): string[] {
  const place = placeText(cell.place);
  const lines = wrap(place, width - 17).map((l, i) => `      ${pad(i === 0 ? SIDE_WORDS[side] : '', 11)}${c.dim(l)}`);
  for (const { side: which, edit, place: at } of mends) {
    if (which !== side) continue;
    const where = placeText(at) === place ? '' : 'file' in at && at.line === 1 ? ` in ${plainText(at.file)}` : ` at ${placeText(at)}`;
    lines.push(
      ...wrap(`${plainText(edit, 300)}${where}`, width - 19).map((l, i) => `      ${pad('', 11)}${i === 0 ? c.cyan('→') : ' '} ${l}`),
    );
  }
  return lines;
}

/** What drifts because of the same written value. */
export function renderFollowers(rows: readonly Row[], { width, showAll, c }: Page): string[] {
  if (rows.length === 0) return [];
  const text = (row: Row) => `${plainText(row.setting)} (${valueText(row.bootstrap, 40)}, ${valueText(row.argocd, 40)})`;
  return wrap(`for the same reason: ${shorten(rows.map(text), showAll ? rows.length : 6)}`, width - 6).map((l) => c.dim(`      ${l}`));
}

/** The defaults that the step from one chart version to the other changed, said with the version. */
export function renderChangedDefaults(rows: readonly Row[], version: Row, { width, showAll, c }: Page): string[] {
  if (rows.length === 0) return [];
  const text = (row: Row) => `${plainText(row.setting)} ${valueText(row.bootstrap, 40)} → ${valueText(row.argocd, 40)}`;
  const [from, to] = [valueText(version.bootstrap), valueText(version.argocd)];
  return [
    ...wrap(`${count(rows.length, 'chart default')} changed between ${from} and ${to}:`, width - 6).map((l) => `      ${l}`),
    ...wrap(shorten(rows.map(text), showAll ? rows.length : 8), width - 8).map((l) => c.dim(`        ${l}`)),
  ];
}

/** Rows at level note: a few with values and places, many by name only. */
export function renderNotes(rows: readonly Row[], cluster: Cluster, page: Page): string[] {
  if (rows.length === 0) return [];
  const { width, c } = page;
  if (page.showAll) return renderRows(rows, cluster, page, () => []);
  if (rows.length > 4) {
    const names = foldNames(rows.map((r) => plainText(r.setting)));
    return [
      `  ${c.dim(SIGN.note)} ${rows.length} settings differ that only add something (${page.ways.all} says how):`,
      ...wrap(names.join(', '), width - 6).map((l) => c.dim(`      ${l}`)),
    ];
  }
  return rows.flatMap((row) => [
    ...valueLines(row, page).map((l, i) => (i === 0 ? `  ${c.dim(SIGN.note)} ${l}` : `    ${l}`)),
    ...wrap(`${placeText(row.bootstrap.place)}; ${placeText(row.argocd.place)}`, width - 6).map((l) => c.dim(`      ${l}`)),
  ]);
}
