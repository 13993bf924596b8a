import type { Cluster, Row, Side } from '../model.ts';
import type { Alike, AlikeDefaults, AlikeFinding, AlikeRow } from './alike.ts';
import { plainText } from './escape.ts';
import { code, prose } from './markdown-text.ts';
import { editsOf, isShown, mustFollow } from './problems.ts';
import { count } from './verdict.ts';
import { placeText, SIDE_WORDS, SIGN, shorten, valueText } from './words.ts';

const SIDES = ['bootstrap', 'argocd'] as const;

/** What differs or is broken, with both values, where they stand, and the edit that mends it, as one item of a list. */
export function blockOf(alike: Alike): string {
  switch (alike.kind) {
    case 'row':
      return rowBlock(alike);
    case 'finding':
      return findingBlock(alike);
    case 'defaults':
      return `- ${defaultsWords(alike)}`;
  }
}

/** The same as one line, without what to do. */
export function lineOf(alike: Alike): string {
  switch (alike.kind) {
    case 'row': {
      const { row } = alike.members[0]!;
      if (!isShown(row)) return `- ${sign(alike)}${code(row.setting)}`;
      const side = (which: Side) => `${SIDE_WORDS[which]} ${value(row, which)} (${whereAll(alike, which)})`;
      const why = row.setting === 'version' && row.why ? `: ${prose(row.why)}` : '';
      return `- ${sign(alike)}${code(row.setting)}: ${side('bootstrap')}, ${side('argocd')}${why}`;
    }
    case 'finding':
      return `- ${findingWords(alike)}`;
    case 'defaults':
      return `- ${defaultsWords(alike)}`;
  }
}

function rowBlock(alike: AlikeRow): string {
  const { cluster, row, followers } = alike.members[0]!;
  const why = row.why === undefined ? '' : `: ${prose(row.why)}`;
  if (!isShown(row)) return `- ${sign(alike)}**${code(row.setting)}**${why}`;
  const warning = mustFollow(row, cluster);
  return [
    `- ${sign(alike)}**${code(row.setting)}**${why}`,
    ...SIDES.map((side) => `  - ${SIDE_WORDS[side]}: ${value(row, side)}, ${whereAll(alike, side)}${editWords(alike, side)}`),
    ...(followers.length === 0 ? [] : [`  - for the same reason: ${namesOf(followers, 6)}`]),
    ...(warning === undefined ? [] : [`  - ${row.change === 'introduced' ? '→ ' : ''}${prose(warning)}`]),
  ].join('\n');
}

/** What to do on one side, once for every edit that the clusters need. */
function editWords({ members }: AlikeRow, side: Side): string {
  const edits = new Map<string, { own: boolean; places: Set<string> }>();
  for (const { cluster, row } of members) {
    for (const edit of editsOf(row, cluster)) {
      if (edit.side !== side) continue;
      const words = prose(plainText(edit.edit, 300));
      const { own, places } = edits.get(words) ?? { own: true, places: new Set() };
      const at = placeText(edit.place);
      edits.set(words, { own: own && at === placeText(row[side].place), places: places.add(code(at)) });
    }
  }
  return [...edits].map(([words, { own, places }]) => ` → ${words}${own ? '' : ` at ${shorten([...places], 1)}`}`).join(',');
}

function findingBlock(alike: AlikeFinding): string {
  const fixes = new Set(alike.members.flatMap(({ finding }) => (finding.fix === undefined ? [] : [prose(finding.fix)])));
  return [`- ${findingWords(alike)}`, ...[...fixes].slice(0, 3).map((fix) => `  - → ${fix}`)].join('\n');
}

function findingWords(alike: AlikeFinding): string {
  const { members } = alike;
  const { message, rule } = members[0]!.finding;
  const places = new Set(members.flatMap(({ finding }) => finding.places.map((place) => code(placeText(place)))));
  const where = places.size === 0 ? '' : `, ${shorten([...places], 2)}`;
  return `${sign(alike)}${prose(message, 1000)} (${code(rule)}${where})`;
}

function defaultsWords(alike: AlikeDefaults): string {
  const { cluster, rows } = alike.members[0]!;
  const version = (side: Side) => prose(cluster[side]?.chartVersion ?? 'an unknown version');
  const names = rows.map((row) => `${code(row.setting)} from ${value(row, 'bootstrap', 60)} to ${value(row, 'argocd', 60)}`);
  const head = `${count(rows.length, 'chart default')} changed between ${version('bootstrap')} and ${version('argocd')}`;
  return `${sign(alike)}${head}: ${shorten(names, 8)}`;
}

/** The list has its own mark for what is only a note. */
function sign({ level, change }: Alike): string {
  if (change === 'resolved') return '✓ ';
  return level === 'note' ? '' : `${SIGN[level]} `;
}

/** Who has it, in a few words. */
export function clusterNames(clusters: readonly Cluster[], all: readonly Cluster[], most = 3): string {
  if (clusters.length === all.length) return all.length === 2 ? 'both clusters' : `all ${all.length} clusters`;
  return shorten(
    clusters.map(({ name }) => (name === null ? 'a cluster without a name' : code(name, 80))),
    most,
  );
}

function namesOf(rows: readonly Row[], most: number): string {
  return shorten(
    rows.map((row) => code(row.setting)),
    most,
  );
}

function value(row: Row, side: Side, limit?: number): string {
  const { value, origin } = row[side];
  const nothing = value === null || value === undefined || value === '';
  return nothing ? (origin === 'opaque' ? 'unknown' : '(unset)') : code(valueText(row[side], limit));
}

/** Where the value of a side stands, in each cluster that has it. */
function whereAll({ members }: AlikeRow, side: Side): string {
  const places = new Set(
    members.map(({ row }) => {
      const { place } = row[side];
      return place !== null && 'file' in place ? code(placeText(place)) : prose(placeText(place));
    }),
  );
  return shorten([...places], 1);
}
