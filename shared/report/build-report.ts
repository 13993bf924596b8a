import type { AlignedCluster } from '../align/align.ts';
import { redactReport } from '../align/redact.ts';
import { couldBeError, gravity, reaches, WORST_FIRST } from '../align/weight.ts';
import type {
  Cell,
  Cluster,
  ComparedRepository,
  Declaration,
  Finding,
  Level,
  Outcome,
  Release,
  Report,
  Row,
  TalosCluster,
  TalosManifest,
  Unused,
} from '../model.ts';

/** What decides the exit code; it never changes an outcome. */
export interface Policy {
  failOn: Level | 'never';
  undecided: 'fail' | 'warn';
  /** Where each side has its own. */
  repositories?: ComparedRepository[];
  /** Changes levels, marks what is allowed and adds findings; what comes of it counts, but decides no outcome. */
  except?(judged: { clusters: Cluster[]; findings: readonly Finding[] }): { clusters: Cluster[]; findings: readonly Finding[] };
}

/** The report of what was found, free of secrets: outcomes, counts and exit code follow from rows and findings alone. */
export function buildReport(
  clusters: readonly AlignedCluster[],
  findings: readonly Finding[],
  unused: readonly Unused[],
  policy: Policy,
): Report {
  const found = clusters.map((cluster) =>
    toCluster(
      cluster,
      findings.filter((f) => f.cluster === cluster.name),
    ),
  );
  const isPartial = unused.some(({ leftOut }) => leftOut);
  const worst = WORST_FIRST.find((o) => found.some((c) => c.outcome === o)) ?? 'nothing';
  const outcome = isPartial && worst !== 'drifted' ? 'undecided' : worst;
  const judged = policy.except?.({ clusters: found, findings }) ?? { clusters: found, findings };
  const levels = [
    ...judged.clusters.flatMap((c) => c.rows.map((r) => (r.suppressed ? null : r.level))),
    ...judged.findings.map((f) => (f.suppressed ? null : f.level)),
  ];
  const isUnknown = isPartial || clusters.some((cluster, i) => leavesUnknown(cluster, judged.clusters[i]!.rows));
  const count = (level: Level) => levels.filter((l) => l === level).length;
  const fails = levels.some((level) => reaches(level, policy.failOn));
  return redactReport({
    schemaVersion: 1,
    outcome,
    exitCode: fails || (isUnknown && policy.undecided === 'fail' && policy.failOn !== 'never') ? 1 : outcome === 'nothing' ? 3 : 0,
    counts: { error: count('error'), warning: count('warning'), note: count('note') },
    ...(policy.repositories && { repositories: policy.repositories }),
    clusters: judged.clusters,
    findings: [...judged.findings].sort((a, b) => gravity(b.level) - gravity(a.level)),
    unused: [...unused].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
  });
}

function toCluster(cluster: AlignedCluster, findings: readonly Finding[]): Cluster {
  return {
    name: cluster.name,
    outcome: outcomeOf(cluster, findings),
    bootstrap: cluster.bootstrap && toRelease(cluster.bootstrap.declaration, cluster.bootstrap.versionNote),
    argocd: cluster.argocd && toRelease(cluster.argocd.declaration, cluster.argocd.versionNote),
    others: cluster.others.map(({ declaration, why }) => ({ release: toRelease(declaration), why })),
    talos: cluster.talos && { contract: cluster.talos.contract, facts: { ...cluster.talos.facts, ...manifestFacts(cluster.talos) } },
    rows: cluster.rows.map((row) => ({ id: ['setting', cluster.name ?? '', row.setting].join(':'), ...row })),
  };
}

/** The manifests that Talos or Omni applies at bootstrap, by name or URL, placed where the first stands. */
function manifestFacts({ manifests }: TalosCluster): Record<string, Cell> {
  const fact = (of: readonly TalosManifest[], text: (manifest: TalosManifest) => string): Cell | undefined =>
    of[0] && { value: of.map(text), origin: 'set', place: of[0].place };
  const external = manifests.filter((m) => m.source === 'extraManifests' || m.source === 'KubeExternalManifestConfig');
  const inline = fact(
    manifests.filter((m) => !external.includes(m)),
    (m) => m.name ?? 'without a name',
  );
  const extra = fact(external, (m) => m.url ?? m.name ?? 'without a URL');
  return { ...(inline && { inlineManifests: inline }), ...(extra && { extraManifests: extra }) };
}

function outcomeOf(cluster: AlignedCluster, findings: readonly Finding[]): Outcome {
  if (!cluster.bootstrap || !cluster.argocd) return 'nothing';
  if (cluster.rows.some((r) => r.status === 'drifted' && r.level === 'error') || findings.some((f) => f.level === 'error'))
    return 'drifted';
  if (cluster.rows.some(couldBeError) || cluster.bootstrap.version === null || cluster.argocd.version === null) return 'undecided';
  return 'aligned';
}

/** Something that could be an error cannot be known, and nobody allows it. */
function leavesUnknown({ bootstrap, argocd }: AlignedCluster, rows: readonly Row[]): boolean {
  if (!bootstrap || !argocd) return false;
  const unknownVersion = bootstrap.version === null || argocd.version === null;
  return (
    rows.some((row) => couldBeError(row) && !row.suppressed) ||
    (unknownVersion && !rows.some((r) => r.setting === 'version' && r.suppressed))
  );
}

function toRelease(declaration: Declaration, versionNote?: string): Release {
  const why = declaration.chartVersionWhy ?? versionNote;
  return {
    side: declaration.side,
    form: declaration.form,
    name: declaration.name,
    namespace: declaration.namespace,
    chartVersion: declaration.chartVersion,
    ...(why === undefined ? {} : { chartVersionWhy: why }),
    place: declaration.place,
    files: declaration.files,
    layers: declaration.layers.map((layer) => ({ kind: layer.kind, place: layer.place })),
  };
}
