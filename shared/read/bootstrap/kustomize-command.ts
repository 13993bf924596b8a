import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { buildKustomization, type KustomizeBuild, type KustomizeOptions } from '../../evaluate/kustomize/build.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { type FoundPath, findPaths } from '../../language/shell/paths.ts';
import { knownText, type Text, writtenText } from '../../language/shell/text.ts';
import type { Declaration, Unused } from '../../model.ts';
import { inFile } from '../../place.ts';
import { ignoredByGit } from '../../repository/ignored.ts';
import type { Repository } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { isOn, lastFlag, readFlags } from '../commands/command-flags.ts';
import { clusterEvidence } from './command-clusters.ts';
import { type Installing, type Purpose, purposeOfOutput, rankOf } from './command-purpose.ts';
import type { CommandFindings } from './helm-command.ts';
import { manifestDeclarations } from './manifest-declarations.ts';
import { type Lead, plainReader, uniqueFiles } from './manifests.ts';

const VALUED = new Set(
  '-o --output --load-restrictor --helm-command --helm-api-versions --helm-kube-version --env -e --mount --network-name --reorder --as-current-user --context --kubeconfig -n --namespace --field-manager --cluster --server -f --filename -k --kustomize --prune-allowlist -l --selector --timeout --validate'.split(
    ' ',
  ),
);

/** A command that has kustomize build a directory. */
interface BuildCommand {
  directory: Text;
  helm: boolean;
  anyFile: boolean;
  purpose: Purpose;
  context: Text | undefined;
}

/** What `kustomize build`, `kubectl kustomize` and `kubectl apply -k` bring of Cilium; nothing for every other command. An unknown in the directory stands for every overlay that fits. */
export function readKustomizeCommand(invocation: Invocation): CommandFindings {
  const result: CommandFindings = { declarations: [], unused: [] };
  const command = buildCommand(invocation);
  if (!command) return result;
  const { file, line } = invocation.place;
  const written = writtenText(command.directory);
  // `apps/<component>/overlays/<role>` in a document is a word for any component.
  if (invocation.commands.rank <= 2 && knownText(command.directory) === undefined && !/cilium|cni/i.test(written)) return result;
  const found = findPaths(command.directory, invocation.directory, 'directory');
  if (found.length === 0 && /cilium/i.test(written))
    result.unused.push({ file, why: `the directory ${written} that line ${line} builds cannot be found` });
  for (const path of found) {
    const build = buildOnce(invocation.directory.repository, path.path, {
      enableHelm: command.helm,
      anyFile: command.anyFile,
      from: invocation.place,
    });
    if (build.releases.length === 0 && build.objects.length === 0) continue;
    const { purpose } = command;
    const looks = invocation.commands.looks ?? ('looks' in purpose ? purpose.looks : undefined);
    if (looks === undefined && 'installs' in purpose) declare(result, build, path, command, purpose, invocation);
    else if (build.releases.length > 0) result.unused.push({ file, why: `the kustomize command in line ${line} is not read: ${looks}` });
  }
  return result;
}

function buildCommand(invocation: Invocation): BuildCommand | undefined {
  const line = readFlags(invocation.arguments, VALUED);
  const verb = knownText(line.positional[0]?.text ?? []);
  const anyFile = knownText(lastFlag(line, '--load-restrictor')?.value ?? [])?.includes('None') ?? false;
  const context = lastFlag(line, '--context')?.value;
  if (verb === (invocation.tool === 'kustomize' ? 'build' : 'kustomize')) {
    const directory = line.positional[1]?.text ?? ['.'];
    const helm = isOn(line, '--enable-helm', '--enable_alpha_plugins', '--enable-alpha-plugins');
    const purpose: Purpose = isOn(line, '-o', '--output') ? { installs: 'to a file' } : purposeOfOutput(invocation);
    return { directory, helm, anyFile, purpose, context };
  }
  const directory = lastFlag(line, '-k', '--kustomize')?.value;
  if (invocation.tool !== 'kubectl' || (verb !== 'apply' && verb !== 'create') || !directory) return undefined;
  const dryRun = knownText(lastFlag(line, '--dry-run')?.value ?? []);
  const purpose: Purpose = dryRun && dryRun !== 'none' ? { looks: 'it only tries (--dry-run)' } : { installs: 'now' };
  return { directory, helm: false, anyFile, purpose, context };
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
  { context }: BuildCommand,
  purpose: Installing,
  invocation: Invocation,
): void {
  const { rank, why } = rankOf(invocation, purpose);
  const rankWhy = `a kustomize build of ${path.path || 'the root'} ${why}${path.why ? `; ${path.why}` : ''}`;
  const findings = findingsOf(withoutIgnored(build.faults, invocation, result.unused));
  const own = [invocation.place.file, ...invocation.trail];
  if (build.releases.length === 0) {
    const files = [...own, ...build.files];
    const lead: Lead = { files, clusters: clusterEvidence(invocation, context, path.filled, files, []), rank, why: rankWhy };
    const manifests = manifestDeclarations({ objects: build.objects.map(({ tree }) => tree), reader: plainReader }, lead);
    for (const declaration of manifests.declarations)
      result.declarations.push({ ...declaration, findings: [...declaration.findings, ...findings] });
    result.unused.push(...manifests.unused);
    return;
  }
  const inner = join(path.path, 'kustomization.yaml');
  for (const release of build.releases) {
    const files = uniqueFiles(
      [invocation.place.file],
      release.files,
      build.files.filter((file) => file === inner),
      invocation.trail,
    );
    result.declarations.push({
      ...release,
      side: 'bootstrap',
      form: 'kustomize-command',
      place: invocation.place,
      files,
      installer: 'kustomize',
      clusters: clusterEvidence(invocation, context, path.filled, files, release.layers),
      rank,
      rankWhy,
      findings,
    });
  }
}

/** Faults but for files that Git ignores: where the command runs they may be there. */
function withoutIgnored(faults: readonly Fault[], { directory, place }: Invocation, unused: Unused[]): Fault[] {
  return faults.filter(({ missing, places }) => {
    if (missing === undefined || !ignoredByGit(directory.repository, missing)) return true;
    unused.push({
      file: inFile(places[0], place).file,
      why: `it names ${missing}, which Git ignores: where the command runs that file may be there, and what it adds is not seen here`,
    });
    return false;
  });
}

function findingsOf(faults: readonly Fault[]): Declaration['findings'] {
  return faults.map((fault) => findingOf(fault, 'bootstrap'));
}
