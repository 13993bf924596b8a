import { isKeptByCluster } from '../align/mend.ts';
import type { Cell, Cluster, Finding, Report, Row, Side } from '../model.ts';

/** Something that an edit would bring with it, and that nobody asked for. */
export interface SideEffect {
  /** Position of the cluster; null for a finding that belongs to none. */
  cluster: number | null;
  /** The row that was to agree, and does not; or the row that was not to change. */
  setting?: string;
  /** It is the row that was to agree. */
  isGoal: boolean;
  /** The row drifts now, and did not: following the other side in it too may put it right. */
  isNewDrift: boolean;
  /** A sentence without its full stop. */
  why: string;
}

/** Findings that say no more than that both sides agree now. */
const AGREEMENT = new Set(['two-copies']);

const GRAVITY = { error: 3, warning: 2, note: 1, null: 0 } as const;

/** Everything that is not as it should be after an edit of one side: goals (cluster and setting) that do not agree, and whatever else changed but towards agreement. */
export function sideEffects(before: Report, after: Report, side: Side, goals: ReadonlySet<string>): SideEffect[] {
  const others = before.clusters.length === after.clusters.length ? [] : [null];
  const strange = [
    ...others,
    ...before.clusters.flatMap((cluster, i) => (after.clusters[i] && identity(cluster) !== identity(after.clusters[i]) ? [i] : [])),
  ];
  if (strange.length > 0)
    return strange.map((cluster) => ({ cluster, isGoal: false, isNewDrift: false, why: 'other things would be compared than before' }));
  const where = (cluster: Cluster) => (before.clusters.length > 1 && cluster.name !== null ? `in ${cluster.name}, ` : '');
  const rows = before.clusters.flatMap((cluster, i) =>
    rowEffects(cluster, after.clusters[i]!, i, side, goals).map((effect) => ({ ...effect, why: `${where(cluster)}${effect.why}` })),
  );
  const broken = ({ unused }: Report) => unused.filter((one) => one.broken).length;
  return [
    ...rows,
    ...findingEffects(before, after),
    ...(broken(after) > broken(before)
      ? [{ cluster: null, isGoal: false, isNewDrift: false, why: 'a file could not be read any more' }]
      : []),
  ];
}

/** What a goal is called. */
export function goal(cluster: number, setting: string): string {
  return `${cluster} ${setting}`;
}

function identity({ name, outcome, bootstrap, argocd }: Cluster): string {
  const releases = [bootstrap, argocd].map(
    (release) => release && [release.form, release.chartVersion, release.name, release.namespace, release.layers.length],
  );
  return JSON.stringify([name, outcome === 'nothing', releases]);
}

function rowEffects(before: Cluster, after: Cluster, cluster: number, side: Side, goals: ReadonlySet<string>): SideEffect[] {
  const was = new Map(before.rows.map((row) => [row.setting, row]));
  const is = new Map(after.rows.map((row) => [row.setting, row]));
  const effects: SideEffect[] = [];
  for (const setting of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(setting), is.get(setting)];
    const isGoal = goals.has(goal(cluster, setting));
    const why = isGoal ? ofGoal(setting, now) : ofOther(setting, old, now, side, before);
    if (why !== undefined)
      effects.push({ cluster, setting, isGoal, isNewDrift: !isGoal && now?.status === 'drifted' && old?.status !== 'drifted', why });
  }
  return effects;
}

function ofGoal(setting: string, now: Row | undefined): string | undefined {
  if (now === undefined || now.status === 'aligned' || now.status === 'irrelevant') return undefined;
  return now.status === 'opaque' ? `\`${setting}\` could not be known any more` : `\`${setting}\` would still differ`;
}

/** Why a row that nobody asked about must not become what it would; undefined where it stays, or where both sides say the same afterwards. */
function ofOther(setting: string, old: Row | undefined, now: Row | undefined, side: Side, before: Cluster): string | undefined {
  const name = `\`${setting}\``;
  // A value outside of the catalogue has a row only where it differs.
  if (now === undefined) return old?.suppressed ? `${name}, which is allowed to differ, would change` : undefined;
  if (old === undefined)
    return now.status === 'drifted'
      ? `${name} would differ then`
      : now.status === 'opaque'
        ? `${name} could not be known any more`
        : undefined;
  const [mine, theirs] = [side, side === 'bootstrap' ? 'argocd' : 'bootstrap'] as const;
  if (side === 'argocd' && isKeptByCluster(old, before) && !same(old[mine], now[mine]))
    return `${name} would change with it, and a running cluster cannot take another value`;
  if (!same(old[theirs], now[theirs]) && !(old.status === 'irrelevant' && now.status === 'irrelevant'))
    return `${name} would change on the other side as well`;
  if (old.suppressed || now.suppressed)
    return same(old[mine], now[mine]) && old.status === now.status ? undefined : `${name}, which is allowed to differ, would change`;
  if (now.status === old.status) {
    if (now.status === 'drifted' && GRAVITY[`${now.level}`] > GRAVITY[`${old.level}`]) return `${name} would weigh more`;
    return undefined;
  }
  if (now.status === 'drifted') return `${name} would differ then`;
  return now.status === 'opaque' ? `${name} could not be known any more` : undefined;
}

function same(a: Cell, b: Cell): boolean {
  // What the agent does by itself is said only where the other side writes it.
  const words = ({ value, origin, place }: Cell) =>
    JSON.stringify([place && 'source' in place && place.source === 'agent default' ? null : value, origin === 'opaque']);
  return words(a) === words(b);
}

function findingEffects(before: Report, after: Report): SideEffect[] {
  const was = new Map(before.findings.map((finding) => [finding.id, finding]));
  const isWorse = (now: Finding) => {
    const old = was.get(now.id);
    if (now.suppressed || AGREEMENT.has(now.rule)) return false;
    if (old === undefined || GRAVITY[now.level] > GRAVITY[old.level] || old.suppressed !== undefined) return true;
    // A fault of one side that becomes one of both is still one finding.
    return now.level !== 'note' && filesOf(now).some((file) => !filesOf(old).includes(file));
  };
  return after.findings.filter(isWorse).map((finding) => {
    const cluster = after.clusters.findIndex(({ name }) => name === finding.cluster);
    return {
      cluster: cluster < 0 ? null : cluster,
      isGoal: false,
      isNewDrift: false,
      why: `it would bring a new finding: ${finding.message.replace(/\.$/, '')} (${finding.rule})`,
    };
  });
}

function filesOf({ places }: Finding): string[] {
  return places.flatMap((place) => ('file' in place ? [place.file] : []));
}
