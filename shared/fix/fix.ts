import { mendOf } from '../align/mend.ts';
import { type Comparison, compare, judgeComparison } from '../check.ts';
import { covers } from '../config/covers.ts';
import type { Cluster, Report, Row } from '../model.ts';
import { groupRows } from '../report/row-groups.ts';
import type { Repositories } from '../repository/pair.ts';
import { isDefaultOfOtherVersion } from './changed-defaults.ts';
import { EditableFiles } from './files.ts';
import { type Halving, halve, startingWith } from './halving.ts';
import { makeEdits } from './make-edits.ts';
import type { Attempt, EditedFile, Fix, FixedRow, FixOptions } from './model.ts';
import { withTextsOfSide } from './overlay.ts';
import { planFor } from './plan.ts';
import { goal, type SideEffect, sideEffects } from './side-effects.ts';
import { unitOf } from './units.ts';

/**
 * The edits of one side after which it agrees with the other one, each of them tried: the check has run on the edited texts, the differences are gone and nothing else is worse.
 * What cannot be edited so is said with the reason. Pure: it reads the repositories and writes nothing.
 */
export function fix(repositories: Repositories, options: FixOptions): Fix {
  return new Fixing(repositories, options).run();
}

/** More checks than this are not run; what is not tried by then is left to a person. */
const MOST_CHECKS = 60;
const NOT_TRIED = { isGoal: false, isNewDrift: false, why: 'it was not tried: too many edits get in the way of one another' };
/** How often what follows from edits is followed in its turn. */
const MOST_ROUNDS = 5;

interface State {
  comparison: Comparison;
  report: Report;
  /** By the path in the side's repository. */
  texts: ReadonlyMap<string, string>;
  /** The edits that made these texts. */
  accepted: Attempt[];
}

/** What came of attempts; without a state where they were not checked. */
interface Tried {
  state?: State;
  /** With what else was followed in their wake. */
  attempts: Attempt[];
  effects: SideEffect[];
}

class Fixing {
  readonly #repositories: Repositories;
  readonly #options: FixOptions;
  readonly #files: EditableFiles;
  readonly #before: Report;
  readonly #rows = new Map<string, FixedRow>();
  #accepted: Attempt[] = [];
  #state: State;
  #checks = 0;

  constructor(repositories: Repositories, options: FixOptions) {
    this.#repositories = repositories;
    this.#options = options;
    this.#files = new EditableFiles(repositories, options.side, options.locked);
    this.#state = this.#check(new Map(), this.#accepted);
    this.#before = this.#state.report;
  }

  run(): Fix {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const attempts = this.#attempts();
      if (attempts.length === 0) break;
      this.#settle(attempts);
    }
    const report = this.#before;
    const meant = report.clusters.filter((cluster) => this.#isMeant(cluster));
    const drifting = meant.flatMap(({ rows }) => rows.filter(({ status }) => status === 'drifted'));
    return {
      side: this.#options.side,
      files: this.#editedFiles(),
      rows: [...this.#rows.values()],
      named: this.#options.settings !== undefined,
      noted: drifting.filter((row) => !row.suppressed && !this.#isWanted(row)).length,
      allowed: drifting.filter((row) => row.suppressed).length,
      before: report,
      after: this.#state.report,
    };
  }

  #check(texts: ReadonlyMap<string, string>, accepted: Attempt[]): State {
    this.#checks++;
    const { cluster: _, side, settings: __, locked: ___, ...options } = this.#options;
    const repositories = withTextsOfSide(this.#repositories, side, texts);
    const comparison = compare(repositories, options);
    return { comparison, report: judgeComparison(comparison, repositories, options), texts, accepted };
  }

  #isMeant({ name, bootstrap, argocd }: Cluster): boolean {
    return bootstrap !== null && argocd !== null && (this.#options.cluster === undefined || name === this.#options.cluster);
  }

  #isWanted(row: Row): boolean {
    const { settings } = this.#options;
    if (settings !== undefined) return settings.some((name) => covers(name, row.setting));
    return row.level === 'error' || row.level === 'warning';
  }

  /** What differs, is wanted and was not looked at yet; rows that cannot be edited are put down on the way. */
  #attempts(): Attempt[] {
    const { report } = this.#state;
    return report.clusters.flatMap((cluster, i) => (this.#isMeant(cluster) ? this.#attemptsIn(cluster, i) : []));
  }

  #attemptsIn(cluster: Cluster, i: number): Attempt[] {
    const rows = cluster.rows.filter((row) => !row.suppressed);
    const groups = groupRows({ ...cluster, rows }, []);
    const version = rows.find(({ setting, status }) => setting === 'version' && status === 'drifted');
    const attempts: Attempt[] = [];
    for (const { why, rows: unknown } of groups.unknown)
      for (const row of unknown)
        if (isGrave(row) || (this.#options.settings && this.#isWanted(row))) this.#put(i, row, { result: 'unknown', why });
    // Defaults that changed between the versions are alike once the versions are.
    if (version && groups.changedDefaults.some((row) => this.#isWanted(row))) this.#attempt(i, version);
    for (const row of [...groups.byLevel.error, ...groups.byLevel.warning, ...groups.byLevel.note]) {
      if (!this.#isWanted(row)) continue;
      if (version && isDefaultOfOtherVersion(row, cluster, this.#options.side)) {
        this.#attempt(i, version);
        continue;
      }
      const attempt = this.#attempt(i, row);
      if (attempt) attempts.push(attempt);
    }
    return attempts.filter((attempt) => !this.#isHalf(attempt, attempts));
  }

  /** Of values that only make sense together none is edited where one is not; it is put down then. */
  #isHalf({ cluster, row, mend }: Attempt, attempts: readonly Attempt[]): boolean {
    const left = unitOf(row.setting).find((setting) => {
      const other = this.#rows.get(goal(cluster, setting));
      return (
        other !== undefined && other.result !== 'edited' && !attempts.some((one) => one.cluster === cluster && one.row.setting === setting)
      );
    });
    if (left === undefined) return false;
    this.#put(cluster, row, {
      result: 'by hand',
      edit: mend.edit,
      place: mend.place,
      why: `it belongs with \`${left}\`, which is not edited`,
    });
    return true;
  }

  #attempt(i: number, row: Row): Attempt | undefined {
    if (this.#rows.has(goal(i, row.setting))) return undefined;
    const { side } = this.#options;
    const mend = mendOf(row, this.#state.report.clusters[i]!, side);
    if (mend === undefined) return undefined;
    const plan = planFor(row, mend, {
      clusters: this.#state.comparison.clusters,
      cluster: i,
      side,
      files: this.#files,
      namesCluster: this.#options.cluster !== undefined,
    });
    if ('changes' in plan && 'edit' in mend) return { cluster: i, row, mend, changes: plan.changes };
    this.#put(i, row, {
      ...('edit' in mend && !('noEdit' in plan && plan.noEdit) && { edit: mend.edit, place: mend.place }),
      ...('refused' in plan ? { result: 'refused', why: plan.refused } : { result: 'by hand', why: 'byHand' in plan ? plan.byHand : '' }),
    });
    return undefined;
  }

  #put(cluster: number, { setting, level }: Row, what: Omit<FixedRow, 'cluster' | 'setting' | 'level'>): void {
    this.#rows.set(goal(cluster, setting), { cluster: this.#before.clusters[cluster]!.name, setting, level, ...what });
  }

  /**
   * Takes all attempts that do what they should: all at once, and by halves where that fails. Clusters have nothing to do with one another,
   * so that each is halved by itself, in the same checks; one after the other only where it cannot be told whose edit does harm.
   */
  #settle(attempts: readonly Attempt[]): void {
    const clusters = [...new Set(attempts.map(({ cluster }) => cluster))];
    const waiting = clusters.map((cluster) => ({
      cluster,
      halving: halve(
        attempts.filter((one) => one.cluster === cluster),
        (attempt, why) => this.#giveUp(attempt, why),
      ),
    }));
    const trying = new Map<number, { halving: Halving; attempts: readonly Attempt[] }>();
    let together = true;
    while (waiting.length > 0 || trying.size > 0) {
      while (waiting.length > 0 && (together || trying.size === 0)) {
        const { cluster, halving } = waiting.shift()!;
        const { value, done } = halving.next();
        if (!done) trying.set(cluster, { halving, attempts: value });
      }
      if (trying.size === 0) break;
      const tried = this.#try([...trying.values()].flatMap((one) => one.attempts));
      if (together && trying.size > 1 && tried.effects.some(({ cluster }) => cluster === null || !trying.has(cluster))) {
        together = false;
        const [, ...others] = [...trying].map(([cluster, one]) => ({ cluster, halving: startingWith(one) }));
        for (const { cluster } of others) trying.delete(cluster);
        waiting.push(...others);
        continue;
      }
      this.#answer(trying, tried);
    }
    this.#refresh();
  }

  /** Tells each cluster what came of its attempts, and takes those of which nothing else did. */
  #answer(trying: Map<number, { halving: Halving; attempts: readonly Attempt[] }>, { attempts, effects, state }: Tried): void {
    const isAlone = trying.size === 1;
    const isIts = (cluster: number) => (one: SideEffect) => isAlone || one.cluster === cluster;
    const harmless = [...trying.keys()].filter((cluster) => !effects.some(isIts(cluster)));
    const taken = attempts.filter(({ cluster }) => harmless.includes(cluster) || (isAlone && harmless.length === 1));
    this.#accepted = [...this.#accepted, ...taken];
    for (const { cluster, row, mend, changes } of taken)
      this.#put(cluster, row, { result: 'edited', file: changes[0]!.file, edit: mend.edit, place: mend.place });
    if (taken.length === attempts.length && state) {
      this.#state = state;
      this.#accepted = state.accepted;
    }
    for (const [cluster, { halving }] of [...trying]) {
      const { value, done } = halving.next(effects.filter(isIts(cluster)));
      if (done) trying.delete(cluster);
      else trying.set(cluster, { halving, attempts: value });
    }
  }

  /** Where clusters were settled apart from one another, the whole is looked at once more; what does harm after all is taken back. */
  #refresh(): void {
    for (let accepted = this.#accepted; this.#state.accepted !== accepted; accepted = this.#accepted) {
      const { texts, made, failed } = makeEdits(this.#files, accepted);
      this.#state = this.#check(texts, accepted);
      const effects = [...failed, ...this.#effects(this.#state.report, made)];
      if (effects.length === 0) return;
      const harmful = effects.some(({ cluster }) => cluster === null) ? undefined : new Set(effects.map(({ cluster }) => cluster));
      this.#accepted = accepted.filter(({ cluster }) => harmful !== undefined && !harmful.has(cluster));
      for (const attempt of accepted) if (!this.#accepted.includes(attempt)) this.#giveUp(attempt, effects[0]!.why);
    }
  }

  #giveUp({ cluster, row, mend }: Attempt, why: string): void {
    this.#put(cluster, row, {
      result: 'by hand',
      edit: mend.edit,
      place: mend.place,
      why:
        why === NOT_TRIED.why ? why : `the edit was tried, and ${why.replace(`\`${row.setting}\` would still`, 'both sides would still')}`,
    });
  }

  /** What comes of the first edit of each attempt, on top of what is accepted; and of following the other side in what differs only since then. */
  #try(attempts: readonly Attempt[]): Tried {
    let all = [...attempts];
    for (let more = 0; ; more++) {
      if (this.#checks >= MOST_CHECKS) return { attempts: all, effects: all.map(({ cluster }) => ({ ...NOT_TRIED, cluster })) };
      const { texts, made, failed } = makeEdits(this.#files, [...this.#accepted, ...all]);
      const state = this.#check(texts, made);
      const effects = [...failed, ...this.#effects(state.report, made)];
      const next = more < MOST_ROUNDS ? this.#newDrifts(effects, state) : [];
      if (next.length === 0) return { state, attempts: all, effects };
      all = [...all, ...next];
    }
  }

  #effects(after: Report, accepted: readonly Attempt[]): SideEffect[] {
    const goals = new Set(accepted.map(({ cluster, row }) => goal(cluster, row.setting)));
    return sideEffects(this.#before, after, this.#options.side, goals);
  }

  /** Rows that differ only because of the edits, where this side can follow in them too. */
  #newDrifts(effects: readonly SideEffect[], { comparison, report }: State): Attempt[] {
    const { side } = this.#options;
    return effects.flatMap(({ cluster, setting, isNewDrift }) => {
      const now = cluster === null ? undefined : report.clusters[cluster];
      const row = isNewDrift ? now?.rows.find((one) => one.setting === setting) : undefined;
      if (!row || !now || !this.#isMeant(now) || cluster === null) return [];
      const mend = mendOf(row, now, side);
      if (!mend || !('edit' in mend)) return [];
      const plan = planFor(row, mend, {
        clusters: comparison.clusters,
        cluster,
        side,
        files: this.#files,
        namesCluster: this.#options.cluster !== undefined,
      });
      return 'changes' in plan ? [{ cluster, row, mend, changes: plan.changes }] : [];
    });
  }

  #editedFiles(): EditedFile[] {
    const readers = new Map<string, Set<string>>();
    for (const { changes } of this.#accepted) {
      const { file, alsoReadBy } = changes[0]!;
      readers.set(file, new Set([...(readers.get(file) ?? []), ...alsoReadBy]));
    }
    return [...readers].map(([file, clusters]) => {
      const path = this.#files.pathOf(file)!;
      return {
        file,
        path,
        before: this.#files.whole(file, this.#files.textOf(file)!),
        after: this.#files.whole(file, this.#state.texts.get(path)!),
        alsoReadBy: [...clusters],
      };
    });
  }
}

function isGrave({ impact }: Row): boolean {
  return impact === 'disruptive' || impact === 'boot-critical';
}
