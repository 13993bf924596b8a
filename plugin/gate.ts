import type { AlignedCluster } from '../shared/align/align.ts';
import { compare } from '../shared/check.ts';
import type { Config } from '../shared/config/config.ts';
import { isGate } from '../shared/evaluate/argocd/gate.ts';
import { judge } from '../shared/judge/judge.ts';
import type { Declaration } from '../shared/model.ts';
import { buildReport } from '../shared/report/build-report.ts';
import { plainText } from '../shared/report/escape.ts';
import { placeText } from '../shared/report/words.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { concerns, couldSpeakFor } from './belonging.ts';
import { chooseCluster, type GatedApplication, isOf } from './choose-cluster.ts';
import { findConfiguration, policyOf } from './configuration.ts';
import { overridesPlugin } from './overrides-plugin.ts';
import { rivalVerdict } from './rivals.ts';
import type { Settings } from './settings.ts';
import { unseenSources } from './unseen.ts';
import { refused, type Verdict } from './verdict.ts';
import { allowanceNotes, unusedWords, verdictOf } from './verdict-of-report.ts';

/** Judges the cluster of one Application. The same verdict for the same files, Application and settings: it knows no clock. Bad input is in the verdict, never thrown. */
export async function judgeApplication(repository: Repository, application: GatedApplication, settings: Settings): Promise<Verdict> {
  const unusable = refuseInput(repository, application, settings);
  if (unusable) return unusable;
  const configured = await findConfiguration(repository, settings.config);
  if ('summary' in configured) return configured;
  const { config } = configured;
  const hiding = hiddenApplication(repository, application, settings, config);
  if (hiding) return hiding;
  const given = await asDeployed(repository, application, settings);
  const { clusters, surroundings, findings, unused } = compare(given.repository, {
    ...(config && { config }),
    ...(settings.bootstrap !== undefined && { bootstrap: settings.bootstrap }),
    ...(given.argocd !== undefined && { argocd: given.argocd }),
  });
  const choice = chooseCluster(clusters, application, settings.cluster);
  if ('problem' in choice) return { ...refused(choice.problem, choice.todo), evidence: unusedWords(unused) };
  const { cluster, declaration } = choice;
  const elsewhere = clusters.filter((other) => other !== cluster);
  const own = findings.filter((finding) => concerns(finding, cluster, elsewhere));
  const policy = policyOf(settings, config);
  const report = buildReport([cluster], judge([cluster], { surroundings, findings: own }), unused, policy);
  const judged = verdictOf(report, policy, application, [
    ...(declaration && settings.deployed === undefined ? unseenSources(declaration, application) : []),
    ...unknownFacts(cluster),
    ...unused
      .filter(({ file, broken }) => broken && couldSpeakFor(file, cluster, elsewhere))
      .map(({ file, why }) => `${file} ${/^line/.test(why) ? `cannot be read: ${why}` : why}`),
  ]);
  const verdict = (judged.blocks ? undefined : rivalVerdict(cluster, application)) ?? judged;
  return { ...verdict, notes: [...allowanceNotes(report, config, settings), ...seenNotes(declaration, cluster, application, settings)] };
}

/** What is wrong with the call before anything is compared. */
function refuseInput(repository: Repository, application: GatedApplication, settings: Settings): Verdict | undefined {
  if (repository.files.length === 0)
    return refused(
      'The repository that Argo CD handed over holds no files.',
      'Look at --plugin-tar-exclude (ARGOCD_REPO_SERVER_PLUGIN_TAR_EXCLUSIONS) of the repo-server: it keeps files back.',
    );
  const overriding = overridesPlugin(repository, application);
  if (overriding !== undefined)
    return refused(
      `${plainText(overriding, 100)} changes the parameters of this plugin from within the repository.`,
      'Move what stands under `plugin` there to the Application.',
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
  return missing === undefined
    ? undefined
    : refused(
        `Nothing is at ${plainText(missing, 100)}, which value-files names.`,
        'Mend `value-files`: paths from the root of the repository.',
      );
}

/** Parameters say what an Application deploys that is not in the repository. One that is speaks for itself: parameters in the same file could say otherwise. */
function hiddenApplication(
  repository: Repository,
  application: GatedApplication,
  { deployed, cluster: told }: Settings,
  config: Config | undefined,
): Verdict | undefined {
  if (deployed === undefined) return undefined;
  const { clusters } = compare(repository, { ...(config && { config }) });
  const found = clusters
    .filter(({ name }) => told === undefined || name === null || name === told)
    .flatMap(({ argocd, others }) => [...(argocd ? [argocd.declaration] : []), ...others.map(({ declaration }) => declaration)])
    .find((declaration) => isOf(declaration, application));
  return (
    found &&
    refused(
      `The Application ${plainText(application.name, 60)} is in this repository (${placeText(found.place)}), and chart-version would stand in its place.`,
      'Remove chart-version, values and value-files from the parameters: the Application itself is read.',
    )
  );
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

/** What Talos runs beside Cilium decides whether the network comes up, also where both sides agree. */
function unknownFacts({ talos }: AlignedCluster): string[] {
  return ['cni', 'kubeProxy'].flatMap((name) => {
    const fact = talos?.facts[name];
    return fact?.origin === 'opaque'
      ? `What Talos says of ${name} cannot be known: ${fact.why ?? 'it is not in Git'}${fact.place ? ` (${placeText(fact.place)})` : ''}`
      : [];
  });
}

/** What the verdict was given to judge, and what nobody showed it. */
function seenNotes(
  declaration: Declaration | undefined,
  cluster: AlignedCluster,
  { name }: GatedApplication,
  settings: Settings,
): string[] {
  if (settings.deployed !== undefined)
    return ["Argo CD's side is what the parameters of the plugin say; whether the Application deploys just that is not seen."];
  if (declaration === undefined)
    return [
      `No Application ${plainText(name, 60)} that deploys Cilium is in this repository: judged is ${plainText(cluster.argocd?.declaration.place.file ?? 'nothing', 120)}, and what the Application sets besides is not seen.`,
    ];
  const { file } = declaration.application?.place ?? declaration.place;
  const isGated = declaration.application?.sources.some(isGate) ?? false;
  return [
    `Judged is Git: ${plainText(file, 120)} and what it reads. Changes of the live Application are not seen.`,
    ...(isGated ? [] : [`${plainText(file, 120)} does not ask for this gate: when Argo CD applies that file, the gate is gone.`]),
  ];
}
