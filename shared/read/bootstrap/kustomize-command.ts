import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { buildKustomization, type KustomizeBuild, type KustomizeOptions } from '../../evaluate/kustomize/build.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { type FoundPath, findPaths } from '../../language/shell/paths.ts';
import { knownText, type Text, writtenText } from '../../language/shell/text.ts';
import type { Declaration } from '../../model.ts';
import { ignoredByGit } from '../../repository/ignored.ts';
import type { Repository } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { type CommandLine, isOn, lastFlag, readFlags } from '../commands/command-flags.ts';
import { clusterEvidence } from './command-clusters.ts';
import { type Purpose, purposeOfOutput, rankOf } from './command-purpose.ts';
import type { CommandFindings } from './helm-command.ts';
import { manifestDeclarations } from './manifest-declarations.ts';
import { plainReader } from './manifests.ts';

const VALUED = new Set(
  '-o --output --load-restrictor --helm-command --helm-api-versions --helm-kube-version --env -e --mount --network-name --reorder --as-current-user --context --kubeconfig -n --namespace --field-manager --cluster --server -f --filename -k --kustomize --prune-allowlist -l --selector --timeout --validate'.split(
    ' ',
  ),
);

/** What `kustomize build`, `kubectl kustomize` and `kubectl apply -k` bring of Cilium; nothing for every other command. An unknown in the directory stands for every overlay that fits. */
export function readKustomizeCommand(invocation: Invocation): CommandFindings {
  const nothing: CommandFindings = { declarations: [], unused: [] };
  const line = readFlags(invocation.arguments, VALUED);
  const verb = knownText(line.positional[0]?.text ?? []);
  let directory: Text | undefined;
  let helm: boolean;
  let purpose: Purpose;
  if ((invocation.tool === 'kustomize' && verb === 'build') || (invocation.tool === 'kubectl' && verb === 'kustomize')) {
    directory = line.positional[1]?.text ?? ['.'];
    helm = isOn(line, '--enable-helm', '--enable_alpha_plugins', '--enable-alpha-plugins');
    purpose = isOn(line, '-o', '--output') ? { installs: 'to a file' } : purposeOfOutput(invocation);
  } else if (invocation.tool === 'kubectl' && (verb === 'apply' || verb === 'create')) {
    directory = lastFlag(line, '-k', '--kustomize')?.value;
    helm = false;
    const dryRun = knownText(lastFlag(line, '--dry-run')?.value ?? []);
    purpose = dryRun && dryRun !== 'none' ? { looks: 'it only tries (--dry-run)' } : { installs: 'now' };
  } else return nothing;
  if (!directory) return nothing;
  // `apps/<component>/overlays/<role>` in a document is a word for any component.
  if (invocation.commands.rank <= 2 && knownText(directory) === undefined && !/cilium|cni/i.test(writtenText(directory))) return nothing;
  const found = findPaths(directory, invocation.directory, 'directory');
  if (found.length === 0) {
    if (!/cilium/i.test(writtenText(directory))) return nothing;
    return {
      declarations: [],
      unused: [
        {
          file: invocation.place.file,
          why: `the directory ${writtenText(directory)} that line ${invocation.place.line} builds cannot be found`,
        },
      ],
    };
  }
  const result: CommandFindings = { declarations: [], unused: [] };
  for (const path of found) {
    const build = buildOnce(invocation.directory.repository, path.path, {
      enableHelm: helm,
      anyFile: knownText(lastFlag(line, '--load-restrictor')?.value ?? [])?.includes('None') ?? false,
      from: invocation.place,
    });
    if (build.releases.length === 0 && build.objects.length === 0) continue;
    const looks = invocation.commands.looks ?? ('looks' in purpose ? purpose.looks : undefined);
    if (looks !== undefined) {
      if (build.releases.length > 0)
        result.unused.push({
          file: invocation.place.file,
          why: `the kustomize command in line ${invocation.place.line} is not read: ${looks}`,
        });
      continue;
    }
    const ignored = build.faults.filter(({ missing }) => missing !== undefined && ignoredByGit(invocation.directory.repository, missing));
    for (const { missing, places } of ignored)
      result.unused.push({
        file: places[0] && 'file' in places[0] ? places[0].file : invocation.place.file,
        why: `it names ${missing}, which Git ignores: where the command runs that file may be there, and what it adds is not seen here`,
      });
    const seen = { ...build, faults: build.faults.filter((fault) => !ignored.includes(fault)) };
    declare(result, seen, path, line, invocation, purpose as Exclude<Purpose, { looks: string }>);
  }
  return result;
}

const builds = new WeakMap<Repository, Map<string, KustomizeBuild>>();

/** One directory is often built by several commands. */
function buildOnce(repository: Repository, directory: string, options: KustomizeOptions): KustomizeBuild {
  let known = builds.get(repository);
  if (!known) {
    known = new Map();
    builds.set(repository, known);
  }
  const key = `${directory} ${options.enableHelm} ${options.anyFile}`;
  const build = known.get(key) ?? buildKustomization(repository, directory, options);
  known.set(key, build);
  return build;
}

function declare(
  result: CommandFindings,
  build: KustomizeBuild,
  path: FoundPath,
  line: CommandLine,
  invocation: Invocation,
  purpose: Exclude<Purpose, { looks: string }>,
): void {
  const ranked = rankOf(invocation, purpose);
  const context = lastFlag(line, '--context')?.value;
  const why = `a kustomize build of ${path.path || 'the root'} ${ranked.why}${path.why ? `; ${path.why}` : ''}`;
  const inner = join(path.path, 'kustomization.yaml');
  for (const release of build.releases) {
    const files = [...new Set([invocation.place.file, ...release.files, ...build.files.filter((f) => f === inner), ...invocation.trail])];
    result.declarations.push({
      ...release,
      side: 'bootstrap',
      form: 'kustomize-command',
      place: invocation.place,
      files,
      installer: 'kustomize',
      clusters: clusterEvidence(invocation, context, path.filled, files, release.layers),
      rank: ranked.rank,
      rankWhy: why,
      findings: findingsOf(build.faults),
    });
  }
  if (build.releases.length > 0) return;
  const files = [invocation.place.file, ...invocation.trail];
  const clusters = clusterEvidence(invocation, context, path.filled, [...files, ...build.files], []);
  const manifests = manifestDeclarations(
    { objects: build.objects.map((o) => o.tree), reader: plainReader },
    { files: [...files, ...build.files], clusters, rank: ranked.rank, why },
  );
  for (const declaration of manifests.declarations)
    result.declarations.push({ ...declaration, findings: [...declaration.findings, ...findingsOf(build.faults)] } satisfies Declaration);
  result.unused.push(...manifests.unused);
}

function findingsOf(faults: readonly Fault[]): Declaration['findings'] {
  return faults.map((fault) => findingOf(fault, 'bootstrap'));
}
