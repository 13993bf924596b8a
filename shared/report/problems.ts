import { isKeptByCluster, type Mend, mendsOf, RENDERED } from '../align/mend.ts';
import { couldBeError, gravity } from '../align/weight.ts';
import type { Cluster, FilePlace, Finding, Level, Place, Report, Row, Side } from '../model.ts';
import { plainText } from './escape.ts';
import { NOT_SHOWN, placeText, SIDE_WORDS, valueText } from './words.ts';

/** A place in a file, and what stands there. */
export interface ProblemPlace {
  place: FilePlace;
  says: string;
}

/** One drifting row or finding as a list of problems shows it: plain text that can harm nobody who prints it as such. */
export interface Problem {
  /** Stable across commits while the problem is the same. */
  id: string;
  kind: 'row' | 'finding';
  /** The setting or the rule: what `cilium-align explain` takes. */
  name: string;
  level: Level;
  cluster: string | null;
  /** What is wrong and why it matters. */
  message: string;
  /** What to do, one order for each way out. */
  mends: string[];
  /** The primary place first; empty where no file says anything. */
  places: ProblemPlace[];
  suppressed?: { reason: string; until?: string };
  change?: 'introduced' | 'existing' | 'resolved';
}

/** Every drifting row and every finding, the worst first; of one level first what leaves a cluster undecided. */
export function problemsOf(report: Report): Problem[] {
  const rows = report.clusters.flatMap((cluster) =>
    cluster.rows.filter((row) => row.status === 'drifted').map((row) => problemOfRow(row, cluster)),
  );
  const findings = report.findings.map((finding) =>
    problemOfFinding(
      finding,
      report.clusters.find((c) => c.name === finding.cluster),
    ),
  );
  const decisive = new Set(report.findings.filter((f) => leavesUndecided(f, report)).map((f) => plainText(f.id, 1000)));
  const order = (p: Problem) => (decisive.has(p.id) ? 0 : 1) - 2 * gravity(p.level);
  return [...rows, ...findings].sort((a, b) => order(a) - order(b));
}

/** True for the finding that explains why a cluster's outcome cannot be known. */
export function leavesUndecided({ cluster: name, setting }: Finding, { clusters }: Report): boolean {
  const row = clusters.find((c) => c.name === name && c.outcome === 'undecided')?.rows.find((r) => r.setting === setting);
  return row !== undefined && couldBeError(row);
}

/** A row in sentences: both values, where each comes from, why it matters. */
export function problemOfRow(row: Row, cluster: Cluster): Problem {
  const value = (side: Side) => `${SIDE_WORDS[side]} has ${valueText(row[side])} (${placeText(row[side].place)})`;
  const values = isShown(row) ? `: ${value('bootstrap')}, ${value('argocd')}` : '';
  return {
    id: plainText(row.id ?? row.setting, 1000),
    kind: 'row',
    name: plainText(row.setting),
    level: row.level ?? 'note',
    cluster: cluster.name,
    message: `${plainText(row.setting)} differs${values}.${row.why ? ` ${sentence(row.why)}` : ''}`,
    mends: mendWords(row, cluster),
    places: placesOfRow(row, cluster),
    ...extras(row),
  };
}

function problemOfFinding(finding: Finding, cluster: Cluster | undefined): Problem {
  const stated = finding.places.filter(isFile);
  const declared = [cluster?.bootstrap?.place, cluster?.argocd?.place].filter((place) => place !== undefined).filter(isFile);
  return {
    id: plainText(finding.id, 1000),
    kind: 'finding',
    name: finding.rule,
    level: finding.level,
    cluster: finding.cluster,
    message: plainText(finding.message, 1000),
    mends: finding.fix === undefined ? [] : [plainText(finding.fix)],
    places: (stated.length > 0 ? stated : declared.slice(0, 1)).map((place) => ({ place, says: placeText(place) })),
    ...extras(finding),
  };
}

/** The edits of a row that a person makes by hand: none of what somebody rendered, and none where the values must not be seen or where it is not known which side has left what runs. */
export function editsOf(row: Row, cluster: Cluster): Mend[] {
  if (!isShown(row) || (mustFollow(row, cluster) !== undefined && row.change === 'introduced')) return [];
  return mendsOf(row, cluster).filter(({ side }) => row.setting === 'version' || !RENDERED.has(cluster[side]!.form));
}

/** False where a reader must not see what the sides say. */
export function isShown({ bootstrap, argocd }: Row): boolean {
  return bootstrap.value !== NOT_SHOWN || argocd.value !== NOT_SHOWN;
}

/** What must not be edited, where that is so. A change may have moved either side away from what runs. */
export function mustFollow(row: Row, cluster: Cluster): string | undefined {
  if (row.setting === 'version' || !isKeptByCluster(row, cluster) || !isShown(row)) return undefined;
  if (row.change === 'introduced') return 'make both sides say what runs: a running cluster cannot take another value';
  return 'a running cluster cannot take another value: the bootstrap must follow what runs';
}

/** The edits of a row as orders that name side and place, and what must not be edited. */
function mendWords(row: Row, cluster: Cluster): string[] {
  const edits = editsOf(row, cluster).map(({ side, edit, place }) => `${SIDE_WORDS[side]}: ${plainText(edit, 300)} at ${placeText(place)}`);
  const warning = mustFollow(row, cluster);
  return warning === undefined ? edits : [...edits, warning];
}

/** Both sides' lines, what somebody wrote before the declaration of a side that leaves it unset. */
function placesOfRow(row: Row, cluster: Cluster): ProblemPlace[] {
  const sides = (['bootstrap', 'argocd'] as const).map((side) => {
    const own = row[side].place;
    const written = own !== null && isFile(own);
    const place = written ? own : cluster[side]?.place;
    const source = written ? '' : ` (${placeText(own)})`;
    return { place, written, says: `${SIDE_WORDS[side]}: ${valueText(row[side])}${source}` };
  });
  const of = (written: boolean) =>
    sides.flatMap(({ place, says, written: w }) => (w === written && place !== undefined && isFile(place) ? [{ place, says }] : []));
  return [...of(true), ...of(false)];
}

function extras({ suppressed, change }: Pick<Row, 'suppressed' | 'change'>): Pick<Problem, 'suppressed' | 'change'> {
  return { ...(suppressed === undefined ? {} : { suppressed }), ...(change === undefined ? {} : { change }) };
}

function isFile(place: Place): place is FilePlace {
  return 'file' in place;
}

/** Plain text that begins with a capital and ends with a full stop. */
export function sentence(text: string, limit?: number): string {
  const clean = plainText(text, limit);
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}${/[.!?…]$/.test(clean) ? '' : '.'}`;
}
