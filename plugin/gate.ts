import type { AlignedCluster } from '../shared/align/align.ts';
import { compare } from '../shared/check.ts';
import { CONFIG_FILE, type Config } from '../shared/config/config.ts';
import { applyExceptions } from '../shared/config/exceptions.ts';
import { judge } from '../shared/judge/index.ts';
import type { Cluster, Finding, Report, Unused } from '../shared/model.ts';
import { buildReport, type Policy } from '../shared/report/build-report.ts';
import { plainText } from '../shared/report/escape.ts';
import { type Problem, problemsOf } from '../shared/report/problems.ts';
import { groupRows } from '../shared/report/row-groups.ts';
import { clusterVerdict } from '../shared/report/verdict.ts';
import { placeText, SIGN, shorten } from '../shared/report/words.ts';
import { type Repository, UnreadableFile } from '../shared/repository/repository.ts';
import { chooseCluster, type GatedApplication } from './choose-cluster.ts';
import { overridesPlugin } from './overrides-plugin.ts';
import { type Settings, strictest } from './settings.ts';
import type { Verdict } from './verdict.ts';

/** Judges the cluster of one Application. The same verdict for the same files, Application and settings: it knows no clock. Bad input is in the verdict, never thrown. */
export async function judgeApplication(repository: Repository, application: GatedApplication, settings: Settings): Promise<Verdict> {
  if (repository.files.length === 0)
    return refused(
      'The repository that Argo CD handed over holds no files.',
      'Look at ARGOCD_REPO_SERVER_PLUGIN_TAR_EXCLUSIONS of the repo-server.',
    );
  const overridden = overridesPlugin(repository, application);
  if (overridden !== undefined)
    return refused(
      `${plainText(overridden, 100)} changes the parameters of this plugin from within the repository.`,
      'Move what stands under `plugin:` there to the Application.',
    );
  for (const side of ['bootstrap', 'argocd'] as const) {
    const path = settings[side];
    if (path !== undefined && !repository.file(path) && !repository.isDirectory(path))
      return refused(
        `Nothing is at ${plainText(path, 100)}, which ${side} names.`,
        `Mend \`${side}\`: a path from the root of the repository.`,
      );
  }
  const missing = settings.deployed?.valueFiles.find((path) => repository.file(path) === undefined);
  if (missing !== undefined)
    return refused(
      `Nothing is at ${plainText(missing, 100)}, which value-files names.`,
      'Mend `value-files`: paths from the root of the repository.',
    );
  const configured = await findConfiguration(repository, settings.config);
  if ('summary' in configured) return configured;
  const { config } = configured;
  const judged = await asDeployed(repository, application, settings);
  const { clusters, surroundings, findings, unused } = compare(judged.repository, {
    ...(config && { config }),
    ...(settings.bootstrap !== undefined && { bootstrap: settings.bootstrap }),
    ...(judged.argocd !== undefined && { argocd: judged.argocd }),
  });
  const choice = chooseCluster(clusters, application, settings.cluster);
  if ('problem' in choice) return { ...refused(choice.problem, choice.todo), evidence: unreadWords(unused) };
  const { cluster, seen } = choice;
  const elsewhere = clusters.filter((other) => other !== cluster);
  const own = findings.filter((finding) => concerns(finding, cluster, elsewhere));
  const policy = {
    failOn:
      config?.failOn === undefined || config.failOn === 'never' ? settings.failOn : strictest('fail-on', [settings.failOn, config.failOn]),
    undecided: config?.undecided === undefined ? settings.undecided : strictest('undecided', [settings.undecided, config.undecided]),
  };
  const report = buildReport([cluster], judge([cluster], { surroundings, findings: own }), unused, {
    ...policy,
    ...(config && { except: exceptions(config, settings) }),
  });
  const unreadable =
    policy.undecided === 'fail' ? unused.filter((one) => isBroken(one) && couldSpeakFor(one.file, cluster, elsewhere)) : [];
  const notes = [
    ...allowanceNotes(report, config, settings),
    settings.deployed !== undefined
      ? "Argo CD's side is what the parameters of the plugin say; whether the Application deploys that is not seen."
      : seen === undefined
        ? `The Application ${plainText(application.name, 60)} itself is not in this repository: what else it sets for Cilium is not seen.`
        : `Judged is what Git holds: ${plainText(seen.place.file, 120)}; changes of the live Application are not seen.`,
  ];
  return verdictOf(report, policy, unreadable, application, notes);
}

function refused(summary: string, todo: string): Verdict {
  return { blocks: true, summary, evidence: [], todo: [todo], notes: [] };
}

/** The repository with the Application that parameters describe, which then is all of Argo CD's side. */
async function asDeployed(
  repository: Repository,
  application: GatedApplication,
  { deployed, cluster, argocd }: Settings,
): Promise<{ repository: Repository; argocd?: string }> {
  if (deployed === undefined) return { repository, ...(argocd !== undefined && { argocd }) };
  const { DEPLOYED, withDeployed } = await import('./with-deployed.ts');
  return { repository: withDeployed(repository, application, deployed, cluster), argocd: DEPLOYED };
}

/** The repository's configuration; a verdict where it cannot be used. */
async function findConfiguration(repository: Repository, named: string | undefined): Promise<{ config?: Config } | Verdict> {
  const file = named ?? CONFIG_FILE;
  const other = CONFIG_FILE.replace(/yaml$/, 'yml');
  if (repository.file(file) === undefined) {
    if (named !== undefined)
      return refused(
        `Nothing is at ${plainText(named, 100)}, which config names.`,
        'Mend `config`: a path from the root of the repository.',
      );
    return repository.file(other) === undefined ? {} : refused(`${other} is not read.`, `Call it ${CONFIG_FILE}.`);
  }
  try {
    const text = repository.read(file);
    const { readConfig } = await import('../shared/config/read-config.ts');
    const result = readConfig(file, text);
    if ('config' in result) return { config: result.config };
    return {
      ...refused(`${plainText(file, 100)} cannot be used: ${result.problems.length} of its lines are wrong.`, 'Mend them and push.'),
      evidence: result.problems.map(({ message, place }) => `${place.file}:${place.line}:${place.column}: ${message}`),
    };
  } catch (error) {
    if (error instanceof UnreadableFile) return refused(`${plainText(file, 100)} ${error.message}.`, 'Mend it and push.');
    throw error;
  }
}

const GRAVITY: Record<Finding['level'], number> = { error: 3, warning: 2, note: 1 };

/** What the configuration says, but no level is lower than without it. */
function exceptions(config: Config, { allow }: Settings): NonNullable<Policy['except']> {
  if (allow === 'honour') return (judged) => applyExceptions(judged, config, { partial: true });
  return (judged) => {
    const { clusters, findings } = applyExceptions(judged, { ...config, allow: [] }, { partial: true });
    return {
      clusters: clusters.map((cluster, i) => ({
        ...cluster,
        rows: cluster.rows.map((row, j) => ({ ...row, level: graver(row.level, judged.clusters[i]!.rows[j]!.level) })),
      })),
      findings: findings.map((finding, i) => ({
        ...finding,
        level: graver(finding.level, judged.findings[i]?.level ?? null) ?? finding.level,
      })),
    };
  };
}

function graver<L extends Finding['level'] | null>(a: L, b: L): L {
  return a !== null && (b === null || GRAVITY[a] >= GRAVITY[b]) ? a : b;
}

function verdictOf(
  report: Report,
  policy: Pick<Settings, 'failOn' | 'undecided'>,
  unreadable: readonly Unused[],
  application: GatedApplication,
  notes: string[],
): Verdict {
  const cluster = report.clusters[0]!;
  const sentence = clusterVerdict(report, cluster);
  const failing = problemsOf(report).filter((problem) => !problem.suppressed && GRAVITY[problem.level] >= GRAVITY[policy.failOn]);
  const blocks = report.exitCode !== 0 || unreadable.length > 0;
  if (!blocks) return { blocks, summary: sentence, evidence: [], todo: [], notes };
  const evidence = [
    ...failing.flatMap(problemWords),
    ...(cluster.outcome === 'undecided' ? versionWords(report, failing) : []),
    ...(cluster.outcome === 'nothing' || policy.undecided === 'fail' ? unknownWords(report, cluster) : []),
    ...unreadable.map(({ file, why }) => `${file} cannot be read: ${why}`),
    ...(cluster.outcome === 'nothing' ? unreadWords(report.unused.filter((one) => !unreadable.includes(one))) : []),
  ];
  const summary =
    report.exitCode === 0
      ? `${unreadable.length === 1 ? 'A file that may matter' : `${unreadable.length} files that may matter`} cannot be read. ${sentence}`
      : sentence;
  return { blocks, summary, evidence, todo: todoOf(report, cluster, application), notes };
}

function problemWords({ level, message, mends, kind, places }: Problem): string[] {
  const where = kind === 'finding' && places[0] ? ` (${places[0].says})` : '';
  return [`${SIGN[level]} ${message}${where}`, ...mends.map((mend) => `  → ${mend}`)];
}

/** A chart version that nobody pins leaves everything open, though the finding itself is a warning. */
function versionWords({ findings }: Report, said: readonly Problem[]): string[] {
  const open = findings.filter(
    ({ id, setting, suppressed }) => setting === 'version' && !suppressed && !said.some((problem) => problem.id === id),
  );
  return open.map(
    ({ message, fix, places }) => `? ${message}${places[0] ? ` (${placeText(places[0])})` : ''}${fix === undefined ? '' : ` ${fix}`}`,
  );
}

function unknownWords(report: Report, cluster: Cluster): string[] {
  const unknown = groupRows(cluster, report.findings).unknown.filter(({ rows }) =>
    rows.some((row) => !row.suppressed && (row.impact === 'disruptive' || row.impact === 'boot-critical')),
  );
  return unknown.map(
    ({ why, place, rows }) =>
      `? ${shorten(
        rows.map((row) => row.setting),
        4,
      )} cannot be known: ${why} (${place})`,
  );
}

function unreadWords(unused: readonly Unused[]): string[] {
  return unused.slice(0, 6).map(({ file, why }) => `${file} is not used: ${why}`);
}

function todoOf(report: Report, cluster: Cluster, { name }: GatedApplication): string[] {
  const first =
    cluster.outcome === 'nothing'
      ? 'To do: put the missing side into this repository, or name where it stands (`bootstrap`, `argocd`, or .cilium-align.yaml).'
      : report.outcome === 'undecided'
        ? 'To do: write what cannot be known where Git shows it, and push.'
        : 'To do: mend one side, as the arrows say, and push: a new commit is judged at once.';
  return [first, `Mended elsewhere (the sidecar, the Application)? Hard refresh: argocd app get ${plainText(name, 80)} --hard-refresh`];
}

function allowanceNotes(report: Report, config: Config | undefined, { allow }: Settings): string[] {
  if (allow === 'ignore')
    return config && config.allow.length > 0
      ? [
          `The ${config.allow.length} allow entries of ${plainText(config.file, 100)} do not count here: CILIUM_ALIGN_ALLOW is ignore in the sidecar.`,
        ]
      : [];
  const allowed = new Set(
    [...report.clusters.flatMap(({ rows }) => rows), ...report.findings].flatMap(({ suppressed }) =>
      suppressed ? `Allowed${suppressed.until === undefined ? '' : ` until ${suppressed.until}`}: ${suppressed.reason}` : [],
    ),
  );
  return [...allowed].slice(0, 5);
}

/** What nothing says to be another cluster's. */
function couldSpeakFor(file: string, cluster: AlignedCluster, elsewhere: readonly AlignedCluster[]): boolean {
  if (elsewhere.length === 0 || filesOf(cluster).has(file)) return true;
  if (elsewhere.some((other) => filesOf(other).has(file))) return false;
  const folders = file.split('/').slice(0, -1);
  const isIn = ({ name }: AlignedCluster) => name !== null && folders.includes(name);
  return isIn(cluster) || !elsewhere.some(isIn);
}

function filesOf({ argocd, bootstrap, talos }: AlignedCluster): Set<string> {
  return new Set([...(argocd?.declaration.files ?? []), ...(bootstrap?.declaration.files ?? []), ...(talos?.files ?? [])]);
}

function concerns(finding: Finding, cluster: AlignedCluster, elsewhere: readonly AlignedCluster[]): boolean {
  if (finding.cluster !== null) return finding.cluster === cluster.name;
  return finding.places.some((place) => 'file' in place && couldSpeakFor(place.file, cluster, elsewhere));
}

/** A file that a reader wanted and the parser could not make sense of, or that is too large to be read. */
function isBroken({ why }: Unused): boolean {
  return /^line \d+, column \d+: |^is \d+ MiB|^cannot be read|^is not text/.test(why);
}
