import type { Cluster, Level, Outcome, Place, Report, Row } from '../model.ts';
import { releaseWords, talosWords } from './compared.ts';
import { code, inCell, prose } from './markdown-text.ts';
import { mendWords, type Problem, problemsOf } from './problems.ts';
import { groupRows, type RowGroups } from './row-groups.ts';
import { clusterVerdict, count, verdictOf } from './verdict.ts';
import { placeText, SIDE_WORDS, SIGN, shorten, valueText } from './words.ts';

/** A piece of the page: where it does not fit whole, it is cut after an item, and `foot` still stands. */
interface Section {
  head: string[];
  items: string[];
  foot: string[];
}

const MARK: Record<Outcome, string> = { drifted: '✗', undecided: '?', aligned: '✓', nothing: '–' };
const WORST: Outcome[] = ['drifted', 'undecided', 'nothing', 'aligned'];

/** Room for the line that says what was left out. */
const CLOSING = 120;

/** The report as GitHub's Markdown of at most `limit` characters: the verdict always, then what drifts, worst first. Nothing from a repository in it is a link, a mention, HTML or layout. */
export function renderMarkdown(report: Report, limit = 60_000): string {
  const several = report.clusters.length > 1;
  const verdict = `### ${MARK[report.outcome]} ${prose(verdictOf(report), 2000)}`;
  const problems = problemsOf(report);
  const clusters = [...report.clusters].sort((a, b) => WORST.indexOf(a.outcome) - WORST.indexOf(b.outcome));
  const sections = clusters.flatMap((cluster) => [
    ...(several ? [{ head: [`#### ${MARK[cluster.outcome]} ${prose(clusterVerdict(report, cluster), 2000)}`], items: [], foot: [] }] : []),
    ...clusterSections(report, cluster, problems),
  ]);
  const homeless = problems.filter((p) => p.kind === 'finding' && !report.clusters.some((c) => c.name === p.cluster));
  sections.push(list('', homeless.filter(isOpen).map(findingItem)), ...closingSections(report, problems));
  return assemble(verdict, sections, limit);
}

/** As much as fits, in order, cut only between items. */
function assemble(verdict: string, sections: readonly Section[], limit: number): string {
  let text = `${verdict}\n`;
  let left = 0;
  for (const { head, items, foot } of sections) {
    if (head.length + items.length === 0) continue;
    const start = head.length === 0 ? '' : `${head.join('\n')}\n`;
    const end = foot.length === 0 ? '' : `${foot.join('\n')}\n`;
    let room = limit - CLOSING - text.length - start.length - end.length - 1;
    let taken = 0;
    while (taken < items.length && items[taken]!.length + 1 <= room) room -= items[taken++]!.length + 1;
    left += items.length - taken;
    if (room < 0 || (taken === 0 && items.length > 0)) continue;
    text += `\n${start}${items
      .slice(0, taken)
      .map((item) => `${item}\n`)
      .join('')}${end}`;
  }
  if (left > 0) text += `\n${left} more did not fit here: \`cilium-align --show all\` lists them.\n`;
  return text;
}

function clusterSections(report: Report, cluster: Cluster, problems: readonly Problem[]): Section[] {
  const groups = groupRows(
    cluster,
    report.findings.filter((f) => f.cluster === cluster.name),
  );
  const rows = [...groups.byLevel.error, ...groups.byLevel.warning].filter(isOpen);
  const notes = groups.byLevel.note.filter(isOpen);
  const findings = problems.filter((p) => p.kind === 'finding' && p.cluster === cluster.name && isOpen(p));
  const grave = findings.filter((f) => f.level !== 'note');
  const added = [...notes.map((row) => noteItem(row)), ...findings.filter((f) => f.level === 'note').map(findingItem)];
  return [
    list('', comparedItems(cluster)),
    table(rows, groups),
    list('', [...grave.map(findingItem), ...changedDefaults(groups, cluster)]),
    list(
      '**To make both sides agree, one of these edits each:**',
      rows.flatMap((row) => mendItem(row, cluster)),
    ),
    details(count(added.length, 'note'), added),
    agreed(cluster),
  ];
}

function comparedItems(cluster: Cluster): string[] {
  const side = (which: 'bootstrap' | 'argocd') => {
    const release = cluster[which];
    if (!release) return `- ${SIDE_WORDS[which]}: not found`;
    const files = shorten(
      release.files.map((file) => code(file)),
      3,
    );
    return `- ${SIDE_WORDS[which]}: ${prose(releaseWords(release))}, in ${files}`;
  };
  const talos = talosWords(cluster);
  return [side('bootstrap'), side('argocd'), ...(talos === '' ? [] : [`- Talos: ${prose(talos)}`])];
}

function table(rows: readonly Row[], groups: RowGroups): Section {
  if (rows.length === 0) return { head: [], items: [], foot: [] };
  return {
    head: ['| | Setting | Bootstrap | Argo CD |', '|---|---|---|---|'],
    items: rows.map((row) => {
      const cell = (side: 'bootstrap' | 'argocd') => `${value(row, side)}<br>${where(row[side].place)}`;
      const followers = groups.followers.get(row) ?? [];
      const setting = [
        code(row.setting),
        row.why === undefined ? '' : prose(row.why),
        followers.length === 0 ? '' : `with it: ${names(followers, 6)}`,
      ].filter((line) => line !== '');
      return `| ${sign(row)} | ${inCell(setting.join('<br>'))} | ${inCell(cell('bootstrap'))} | ${inCell(cell('argocd'))} |`;
    }),
    foot: [],
  };
}

function sign({ level, change }: { level: Level | null; change?: string }): string {
  return `${SIGN[level ?? 'note']}${change === 'introduced' ? ' new' : ''}`;
}

function value(row: Row, side: 'bootstrap' | 'argocd'): string {
  const { value, origin } = row[side];
  const text = valueText(row[side]);
  return value === null || value === undefined || value === '' ? (origin === 'opaque' ? 'unknown' : '(unset)') : code(text);
}

function where(place: Place | null): string {
  return place !== null && 'file' in place ? code(placeText(place)) : prose(placeText(place));
}

function names(rows: readonly Row[], most: number): string {
  return shorten(
    rows.map((row) => code(row.setting)),
    most,
  );
}

function findingItem(problem: Problem): string {
  const places = shorten([...new Set(problem.places.map(({ place }) => code(placeText(place))))], 3);
  const mends = problem.level === 'note' ? [] : problem.mends;
  return [
    `- ${sign(problem)} ${prose(problem.message, 1000)} (${code(problem.name)}${places === '' ? '' : `, ${places}`})`,
    ...mends.map((mend) => `  - ${prose(mend)}`),
  ].join('\n');
}

function changedDefaults({ changedDefaults: rows }: RowGroups, { bootstrap, argocd }: Cluster): string[] {
  const open = rows.filter(isOpen);
  if (open.length === 0 || !bootstrap || !argocd) return [];
  const level = open.some((r) => r.level === 'warning') ? 'warning' : 'note';
  const versions = `${prose(bootstrap.chartVersion ?? 'an unknown version')} and ${prose(argocd.chartVersion ?? 'an unknown version')}`;
  return [`- ${SIGN[level]} ${count(open.length, 'chart default')} changed between ${versions}: ${names(open, 8)}`];
}

function mendItem(row: Row, cluster: Cluster): string[] {
  const mends = mendWords(row, cluster);
  return mends.length === 0 ? [] : [[`- ${code(row.setting)}`, ...mends.map((mend) => `  - ${prose(mend)}`)].join('\n')];
}

function noteItem(row: Row): string {
  return `- ${sign(row)} ${code(row.setting)}: bootstrap ${value(row, 'bootstrap')} (${where(row.bootstrap.place)}), Argo CD ${value(row, 'argocd')} (${where(row.argocd.place)})${row.setting === 'version' && row.why ? `: ${prose(row.why)}` : ''}`;
}

function agreed(cluster: Cluster): Section {
  const of = (status: Row['status']) => cluster.rows.filter((row) => row.status === status);
  const [aligned, irrelevant, unknown] = [of('aligned'), of('irrelevant'), of('opaque')];
  if (cluster.rows.length === 0) return { head: [], items: [], foot: [] };
  const summary = [
    `${count(aligned.length, 'setting')} ${aligned.length === 1 ? 'agrees' : 'agree'}`,
    ...(irrelevant.length > 0
      ? [`${count(irrelevant.length, 'difference')} ${irrelevant.length === 1 ? 'means' : 'mean'} nothing here`]
      : []),
    ...(unknown.length > 0 ? [`${unknown.length} cannot be known from Git`] : []),
  ].join(', ');
  if (irrelevant.length + unknown.length === 0) return list('', [`${summary}.`]);
  return details(summary, [...byReason('means nothing here', irrelevant), ...byReason('cannot be known', unknown)]);
}

/** Rows that share a reason, said once. */
function byReason(title: string, rows: readonly Row[]): string[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.why ?? '');
    if (group) group.push(row);
    else groups.set(row.why ?? '', [row]);
  }
  return [...groups].map(([why, members]) => `- ${title}: ${names(members, 20)}${why === '' ? '' : `: ${prose(why)}`}`);
}

/** What is allowed, what is gone, and what was not read. */
function closingSections(report: Report, problems: readonly Problem[]): Section[] {
  const allowed = problems.filter((p) => p.suppressed && p.change !== 'resolved');
  const resolved = problems.filter((p) => p.change === 'resolved');
  return [
    details(
      `${allowed.length} allowed`,
      allowed.map(({ name, suppressed }) => {
        const until = suppressed!.until === undefined ? '' : ` (until ${prose(suppressed!.until)})`;
        return `- ${code(name)}: ${prose(suppressed!.reason)}${until}`;
      }),
    ),
    details(
      `${resolved.length} resolved`,
      resolved.map((p) => `- ${code(p.name)}: ${prose(p.message)}`),
    ),
    details(
      `${count(report.unused.length, 'file')} looked relevant and did not count`,
      report.unused.map(({ file, why }) => `- ${code(file)}: ${prose(why)}`),
    ),
  ];
}

/** Neither allowed nor gone. */
function isOpen({ suppressed, change }: Pick<Row, 'suppressed' | 'change'>): boolean {
  return suppressed === undefined && change !== 'resolved';
}

function list(title: string, items: string[]): Section {
  return { head: title === '' || items.length === 0 ? [] : [title, ''], items, foot: [] };
}

/** Folded; the summary is our own words only. */
function details(summary: string, items: string[]): Section {
  if (items.length === 0) return { head: [], items, foot: [] };
  return { head: ['<details>', `<summary>${summary}</summary>`, ''], items, foot: ['', '</details>'] };
}
