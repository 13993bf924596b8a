import type { Cluster, Report, Row } from '../model.ts';
import { type Alike, alikesOf } from './alike.ts';
import { MARK, markedVerdict, withoutResolved } from './change-verdict.ts';
import { releaseWords, talosWords } from './compared.ts';
import { plainText } from './escape.ts';
import { blockOf, clusterNames, lineOf } from './markdown-difference.ts';
import { assemble, fold, list, type Section } from './markdown-sections.ts';
import { code, prose } from './markdown-text.ts';
import { isShown } from './problems.ts';
import { clusterVerdict, count } from './verdict.ts';
import { FORM_WORDS, NOT_SHOWN, SIDE_WORDS, shorten } from './words.ts';

/** What a front end knows beside the report; plain text. */
export interface Remarks {
  /** What the reader must know to take the report for what it is: why there is no base, what was left out. */
  notices?: readonly string[];
  /** What this change adds to the configuration, a line each; it counts only once it is merged. */
  configuration?: readonly string[];
}

/** So many errors, and so many problems in all, are shown with their edits at once: a reader who has more begins with these. */
const SHOWN_ERRORS = 8;
const SHOWN = 5;

const MORE = '- more about a setting or a rule: `npx cilium-align explain NAME`';

/**
 * The report as GitHub's Markdown of at most `limit` bytes of UTF-8, so never more characters: the verdict always, then what is new and how to mend it, then the evidence.
 * Nothing from a repository in it is a link, a mention, HTML or layout.
 */
export function renderMarkdown(report: Report, limit = 60_000, { notices = [], configuration = [] }: Remarks = {}): string {
  const { mark, sentence } = markedVerdict(report);
  const standing = withoutResolved(report);
  const all = alikesOf(report);
  const resolved = all.filter((a) => a.change === 'resolved' && (a.level !== 'note' || a.kind === 'row'));
  const alikes = all.filter((a) => a.change !== 'resolved');
  const added = alikes.filter((a) => !a.suppressed && a.change !== 'existing');
  const open = added.filter((a) => a.level !== 'note' || isNewVersion(a)).sort((a, b) => urgency(a) - urgency(b));
  const before = alikes.filter((a) => !a.suppressed && a.change === 'existing');
  const notes = added.filter((a) => !open.includes(a));
  return assemble(
    `### ${mark} ${prose(sentence, 2000)}`,
    [
      list(
        '',
        notices.map((notice) => `- ${prose(notice)}`),
      ),
      ...(report.outcome === 'nothing' ? [list('', comparedItems(report))] : []),
      ...openSections(report, open),
      list(open.length === 0 ? '' : '#### The other clusters', quietItems(report, open)),
      list(
        '**This change edits the configuration too. It counts once it is merged:**',
        configuration.map((line) => `- ${prose(line)}`),
      ),
      fold(count(notes.length, report.base ? 'new note' : 'note'), notes.map(inClusters(report, lineOf))),
      ...resolvedSections(report, resolved, open.length === 0),
      fold(`Already there before this change: ${problemsAndNotes(before)}`, before.map(inClusters(report, lineOf))),
      allowed(report, alikes),
      ...(report.outcome === 'nothing'
        ? []
        : [fold(`What was compared${agreement(standing)}`, [...comparedItems(report), ...reasons(standing), MORE])]),
      fold(`${count(report.unused.length, 'file')} looked relevant and did not count`, unusedItems(report)),
    ],
    limit,
  );
}

/** What is gone now; in sight where it is all that the change does. */
function resolvedSections(report: Report, resolved: readonly Alike[], inSight: boolean): Section[] {
  const items = resolved.map(inClusters(report, lineOf));
  if (!inSight) return [fold(`Resolved by this change: ${problemsAndNotes(resolved)}`, items)];
  return [list('**Resolved by this change:**', items.slice(0, SHOWN)), fold(`${items.length - SHOWN} more resolved`, items.slice(SHOWN))];
}

/** Versions that a change moves apart: no fault by itself, and how most drift begins. */
function isNewVersion(alike: Alike): boolean {
  return alike.kind === 'row' && alike.change === 'introduced' && alike.members[0]!.row.setting === 'version';
}

/** Errors first, then a new distance of the versions, which explains the rest. */
function urgency(alike: Alike): number {
  return alike.level === 'error' ? 0 : isNewVersion(alike) ? 1 : 2;
}

function problemsAndNotes(alikes: readonly Alike[]): string {
  const notes = alikes.filter((a) => a.level === 'note').length;
  const problems = alikes.length - notes;
  return [problems > 0 ? count(problems, 'problem') : '', notes > 0 ? count(notes, 'note') : ''].filter((part) => part !== '').join(', ');
}

/** What must be looked at, with a heading for each set of clusters that have the same. */
function openSections(report: Report, open: readonly Alike[]): Section[] {
  const several = report.clusters.length > 1;
  const sets = new Map<string, Alike[]>();
  for (const alike of open) {
    const key = several ? alike.clusters.map((cluster) => report.clusters.indexOf(cluster)).join() : '';
    sets.set(key, [...(sets.get(key) ?? []), alike]);
  }
  const order = '**To make both sides agree, make one edit (→) for each difference:**';
  return [
    ...(open.some((a) => a.kind === 'row' && isShown(a.members[0]!.row)) ? [{ head: [order], items: [], foot: [] }] : []),
    ...[...sets.values()].flatMap((alikes) => {
      const title = several ? `#### ${heading(alikes[0]!.clusters, report)}` : '';
      const errors = alikes.filter((a) => a.level === 'error').length;
      const shown = Math.min(SHOWN_ERRORS, Math.max(SHOWN, errors));
      const rest = alikes.slice(shown);
      const left = errors > shown ? count(errors - shown, 'error') : 'no error';
      return [list(title, alikes.slice(0, shown).map(blockOf)), fold(`${rest.length} more, ${left} among them`, rest.map(blockOf))];
    }),
  ];
}

/** What the verdict counts and no heading names: clusters without a problem of their own, each outcome once. */
function quietItems(report: Report, open: readonly Alike[]): string[] {
  if (report.base !== undefined || report.clusters.length < 2) return [];
  const said = new Map<string, Cluster[]>();
  for (const cluster of report.clusters) {
    if (open.some((alike) => alike.clusters.includes(cluster))) continue;
    const prefix = cluster.name === null ? '' : `${plainText(cluster.name, 80)}: `;
    const words = `${MARK[cluster.outcome]} ${clusterVerdict(report, cluster).slice(prefix.length)}`;
    said.set(words, [...(said.get(words) ?? []), cluster]);
  }
  return [...said].map(([words, clusters]) => `- ${clusterNames(clusters, report.clusters, 8)}: ${prose(words)}`);
}

function heading(clusters: readonly Cluster[], { clusters: all }: Report): string {
  if (clusters.length === 0) return 'The repository';
  const names = clusterNames(clusters, all, 8);
  if (clusters.length === all.length) return names.charAt(0).toUpperCase() + names.slice(1);
  return clusters.length < 3 ? names : `${clusters.length} of ${all.length} clusters: ${names}`;
}

/** The item with the clusters that it is about, where there are several. */
function inClusters({ clusters: all }: Report, words: (alike: Alike) => string): (alike: Alike) => string {
  return (alike) =>
    all.length < 2 || alike.clusters.length === 0 ? words(alike) : `${words(alike)}, in ${clusterNames(alike.clusters, all)}`;
}

function allowed(report: Report, alikes: readonly Alike[]): Section {
  const items = alikes.filter((a) => a.suppressed);
  return fold(
    `${items.length} allowed by the configuration`,
    items.map((alike) => {
      const { reason, until } = alike.suppressed!;
      return `${inClusters(report, lineOf)(alike)}. Allowed${until === undefined ? '' : ` until ${prose(until)}`}: ${prose(reason)}`;
    }),
  );
}

/** Which two releases of each cluster were compared, and what its machines say; of clusters that are described alike, the first one's files. */
function comparedItems({ clusters, base }: Report): string[] {
  const against = base?.name === undefined || base.name === null ? [] : [`- base: ${prose(base.name)}`];
  const alike = new Map<string, Cluster[]>();
  for (const cluster of clusters) {
    const { bootstrap, argocd } = cluster;
    const key = JSON.stringify([bootstrap && releaseWords(bootstrap), argocd && releaseWords(argocd), talosWords(cluster)]);
    alike.set(key, [...(alike.get(key) ?? []), cluster]);
  }
  const sides = [...alike.values()].flatMap((members) => {
    const [first] = members as [Cluster];
    const talos = talosWords(first);
    const lines = [
      sideItem(first, 'bootstrap'),
      sideItem(first, 'argocd'),
      ...(talos === '' ? [] : [`Talos: ${prose(talos)}`]),
      ...(members.length > 1 ? ['the files are those of the first one'] : []),
    ];
    if (clusters.length === 1) return lines.map((line) => `- ${line}`);
    return [[`- ${clusterNames(members, clusters, 8)}`, ...lines.map((line) => `  - ${line}`)].join('\n')];
  });
  return [...sides, ...against];
}

function sideItem(cluster: Cluster, side: 'bootstrap' | 'argocd'): string {
  const release = cluster[side];
  if (!release) return `${SIDE_WORDS[side]}: not found`;
  if (release.chartVersion === NOT_SHOWN) return `${SIDE_WORDS[side]}: ${FORM_WORDS[release.form]}`;
  const files = shorten(
    release.files.map((file) => code(file)),
    3,
  );
  return `${SIDE_WORDS[side]}: ${prose(releaseWords(release))}, in ${files}`;
}

function agreement({ clusters }: Report): string {
  const of = (status: Row['status']) => clusters.reduce((n, { rows }) => n + rows.filter((row) => row.status === status).length, 0);
  const [aligned, irrelevant, unknown] = [of('aligned'), of('irrelevant'), of('opaque')];
  if (aligned + irrelevant + unknown === 0) return '';
  const parts = [
    `${count(aligned, 'setting')} ${aligned === 1 ? 'agrees' : 'agree'}`,
    ...(irrelevant > 0 ? [`${count(irrelevant, 'difference')} ${irrelevant === 1 ? 'means' : 'mean'} nothing here`] : []),
    ...(unknown > 0 ? [`${unknown} cannot be known from Git`] : []),
  ];
  return `: ${parts.join(', ')}`;
}

/** Why a difference means nothing, or a setting cannot be known: each reason once, with what it is the reason of. */
function reasons({ clusters }: Report): string[] {
  const groups = new Map<string, { title: string; why: string; settings: Set<string>; clusters: Set<Cluster> }>();
  for (const [status, title] of [
    ['irrelevant', 'means nothing here'],
    ['opaque', 'cannot be known'],
  ] as const) {
    for (const cluster of clusters) {
      for (const row of cluster.rows) {
        if (row.status !== status) continue;
        const why = row.why ?? '';
        const group = groups.get(`${status}|${why}`) ?? { title, why, settings: new Set(), clusters: new Set() };
        group.settings.add(code(row.setting));
        group.clusters.add(cluster);
        groups.set(`${status}|${why}`, group);
      }
    }
  }
  return [...groups.values()].map(({ title, why, settings, clusters: having }) => {
    const where = clusters.length > 1 && having.size < clusters.length ? ` (${clusterNames([...having], clusters)})` : '';
    return `- ${title}: ${shorten([...settings], 20)}${why === '' ? '' : `: ${prose(why)}`}${where}`;
  });
}

/** Each reason once, with the files that it holds for. */
function unusedItems({ unused }: Report): string[] {
  const files = new Map<string, string[]>();
  for (const { file, why } of unused) files.set(why, [...(files.get(why) ?? []), code(file)]);
  return [...files].map(([why, named]) => `- ${shorten(named, 5)}: ${prose(why)}`);
}
