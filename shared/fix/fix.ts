import { mendOf } from '../align/mend.ts';
import { type Comparison, compare, judgeComparison } from '../check.ts';
import { covers } from '../config/covers.ts';
import type { Cluster, Report, Row } from '../model.ts';
import { groupRows } from '../report/row-groups.ts';
import type { Repositories } from '../repository/pair.ts';
import { isDefaultOfOtherVersion } from './changed-defaults.ts';
import { EditableFiles } from './files.ts';
import type { Attempt, EditedFile, Fix, FixedRow, FixOptions } from './model.ts';
import { withTextsOfSide } from './overlay.ts';
import { planFor } from './plan.ts';
import { goal, type SideEffect, sideEffects } from './side-effects.ts';
import { unitOf, unitsIn } from './units.ts';
import { editYaml } from './yaml/edit.ts';

/**
 * The edits of one side after which it agrees with the other one, each of them tried: the check has run on the edited texts, the differences are gone and nothing else is worse.
 * What cannot be edited so is said with the reason. Pure: it reads the repositories and writes nothing.
 */
export function fix(repositories: Repositories, options: FixOptions): Fix {
  return new Fixing(repositories, options).run();
}

/** More checks than this are not run; what is not tried by then is left to a person. */
const MOST_CHECKS = 60;
/** How often what follows from edits is followed in its turn. */
const MOST_ROUNDS = 5;

interface State {
  comparison: Comparison;
  report: Report;
  /** By the path in the side's repository. */
  texts: ReadonlyMap<string, string>;
}

class Fixing {
  readonly #repositories: Repositories;
  readonly #options: FixOptions;
  readonly #files: EditableFiles;
  readonly #before: State;
  readonly #rows = new Map<string, FixedRow>();
  readonly #goals = new Set<string>();
  readonly #alsoReadBy = new Map<string, Set<string>>();
  #state: State;
  #checks = 0;

  constructor(repositories: Repositories, options: FixOptions) {
    this.#repositories = repositories;
    this.#options = options;
    this.#files = new EditableFiles(repositories, options.side, options.locked);
    this.#before = this.#check(new Map());
    this.#state = this.#before;
  }

  run(): Fix {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const attempts = this.#attempts();
      if (attempts.length === 0) break;
      this.#settle(attempts);
    }
    const { report } = this.#before;
    const meant = report.clusters.filter((cluster) => this.#isMeant(cluster));
    const drifting = meant.flatMap(({ rows }) => rows.filter(({ status }) => status === 'drifted'));
    return {
      side: this.#options.side,
      files: this.#editedFiles(),
      rows: [...this.#rows.values()],
      noted: drifting.filter((row) => !row.suppressed && !this.#isWanted(row)).length,
      allowed: drifting.filter((row) => row.suppressed).length,
      before: report,
      after: this.#state.report,
    };
  }

  #check(texts: ReadonlyMap<string, string>): State {
    this.#checks++;
    const { cluster: _, side, settings: __, locked: ___, ...options } = this.#options;
    const repositories = withTextsOfSide(this.#repositories, side, texts);
    const comparison = compare(repositories, options);
    return { comparison, report: judgeComparison(comparison, repositories, options), texts };
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
    this.#rows.set(goal(cluster, setting), { cluster: this.#before.report.clusters[cluster]!.name, setting, level, ...what });
  }

  /** Takes all attempts that do what they should: all at once, and by halves where that fails; what belongs together stays together. */
  #settle(attempts: readonly Attempt[]): void {
    if (attempts.length === 0) return;
    if (this.#checks >= MOST_CHECKS) {
      for (const attempt of attempts) this.#giveUp(attempt, 'too many edits get in the way of one another to try them all');
      return;
    }
    const tried = this.#try(attempts);
    if (tried.effects.length === 0) {
      this.#accept(tried);
      return;
    }
    const units = unitsIn(attempts);
    if (units.length === 1) {
      const next = attempts.map((attempt) => ({ ...attempt, changes: attempt.changes.slice(1) }));
      if (attempts.length === 1 && next[0]!.changes.length > 0) this.#settle(next);
      else for (const attempt of attempts) this.#giveUp(attempt, tried.effects[0]!.why);
      return;
    }
    const failing = new Set(tried.effects.filter(({ isGoal }) => isGoal).map(({ cluster, setting }) => goal(cluster!, setting!)));
    const isBad = (unit: readonly Attempt[]) => unit.some(({ cluster, row }) => failing.has(goal(cluster, row.setting)));
    const [bad, good] = [units.filter(isBad), units.filter((unit) => !isBad(unit))];
    const middle = Math.ceil(units.length / 2);
    const parts = bad.length > 0 && good.length > 0 ? [good, ...bad.map((unit) => [unit])] : [units.slice(0, middle), units.slice(middle)];
    for (const part of parts) this.#settle(part.flat());
  }

  #giveUp({ cluster, row, mend }: Attempt, why: string): void {
    this.#put(cluster, row, {
      result: 'by hand',
      edit: mend.edit,
      place: mend.place,
      why: `the edit was tried, and ${why.replace(`\`${row.setting}\` would`, 'both sides would')}`,
    });
  }

  /** What comes of the first edit of each attempt, on top of what is accepted; and of following the other side in what differs only since then. */
  #try(attempts: readonly Attempt[]): { state: State; attempts: Attempt[]; effects: SideEffect[] } {
    let all = [...attempts];
    let texts = this.#state.texts;
    let state = this.#state;
    let effects: SideEffect[] = [];
    let fresh: readonly Attempt[] = attempts;
    for (let more = 0; more < MOST_ROUNDS; more++) {
      const edited = this.#edit(texts, fresh);
      if ('failed' in edited) return { state: this.#state, attempts: all, effects: [edited.failed] };
      texts = edited.texts;
      state = this.#check(texts);
      effects = sideEffects(
        this.#before.report,
        state.report,
        this.#options.side,
        new Set([...this.#goals, ...all.map(({ cluster, row }) => goal(cluster, row.setting))]),
      );
      const next = this.#newDrifts(effects, state);
      if (effects.length === 0 || next.length === 0 || this.#checks >= MOST_CHECKS) break;
      all = [...all, ...next];
      fresh = next;
    }
    return { state, attempts: all, effects };
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

  #edit(texts: ReadonlyMap<string, string>, attempts: readonly Attempt[]): { texts: ReadonlyMap<string, string> } | { failed: SideEffect } {
    const edited = new Map(texts);
    for (const { cluster, row, changes } of attempts) {
      const { file, address, keys, edit } = changes[0]!;
      const path = this.#files.pathOf(file)!;
      const result = editYaml(edited.get(path) ?? this.#files.textOf(file)!, address, keys, edit);
      if ('why' in result)
        return { failed: { cluster, setting: row.setting, isGoal: true, isNewDrift: false, why: `the file ${result.why}` } };
      edited.set(path, result.text);
    }
    return { texts: edited };
  }

  #accept({ state, attempts }: { state: State; attempts: readonly Attempt[] }): void {
    this.#state = state;
    for (const { cluster, row, mend, changes } of attempts) {
      const { file, alsoReadBy } = changes[0]!;
      this.#goals.add(goal(cluster, row.setting));
      this.#put(cluster, row, { result: 'edited', file, edit: mend.edit, place: mend.place });
      this.#alsoReadBy.set(file, new Set([...(this.#alsoReadBy.get(file) ?? []), ...alsoReadBy]));
    }
  }

  #editedFiles(): EditedFile[] {
    return [...this.#alsoReadBy].map(([file, clusters]) => {
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
