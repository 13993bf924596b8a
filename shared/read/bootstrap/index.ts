import type { Candidate } from '../../discover/candidate.ts';
import type { Declaration, Form, TalosCluster, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { ansibleDeclarations } from './ansible.ts';
import { commandDeclarations } from './commands.ts';
import { looseManifests } from './loose-manifests.ts';
import { withOtherKubernetes } from './other-kubernetes.ts';
import { settlePlaceholders } from './placeholders.ts';
import { programDeclarations } from './programs.ts';
import { settleRivals } from './rivals.ts';
import { talosManifests } from './talos-manifests.ts';
import { terraformDeclarations } from './terraform.ts';

/** Every way in which the repository says how a cluster is first given Cilium; one declaration for each, however often it was reached. */
export function bootstrapDeclarations(
  repository: Repository,
  candidates: readonly Candidate[],
  talosClusters: readonly TalosCluster[],
): { declarations: Declaration[]; unused: Unused[] } {
  const terraform = terraformDeclarations(repository, candidates, talosClusters);
  const talos = talosManifests(repository, talosClusters);
  const reached = new Set([
    ...(terraform.read ?? []),
    ...talosClusters.flatMap((c) => c.files),
    ...[...terraform.declarations, ...talos.declarations].map((d) => d.place.file),
  ]);
  const loose = looseManifests(repository, candidates, talosClusters, reached);
  const ansible = ansibleDeclarations(repository, candidates, talosClusters);
  const commands = commandDeclarations(repository, candidates);
  const applied = commands.declarations.filter((d) => OF_MANIFESTS.has(d.form));
  const manifests = merged([...terraform.declarations, ...talos.declarations, ...loose.declarations, ...applied]);
  const read = new Set([...manifests, ...ansible.declarations].flatMap((d) => d.files));
  // A values file that something reads does not speak for itself.
  const others = commands.declarations.filter((d) => !OF_MANIFESTS.has(d.form) && !(d.form === 'values-file' && read.has(d.place.file)));
  const all = [...manifests, ...ansible.declarations, ...programDeclarations(candidates), ...others];
  const settled = settlePlaceholders(merged([...(talos.placeholders ?? []), ...(loose.placeholders ?? [])]), all);
  const declarations = settleRivals(settled.declarations, candidates).map((d) => withOtherKubernetes(d, repository));
  const declaring = new Set(declarations.flatMap((d) => d.files));
  const unused = [...settled.unused, ...terraform.unused, ...talos.unused, ...loose.unused, ...ansible.unused, ...commands.unused];
  return {
    declarations,
    unused: unique(unused.filter((line) => !(declaring.has(line.file) && loose.unused.includes(line) && reached.has(line.file)))),
  };
}

/** Forms that stand in manifests: a command may apply one that another way leads to as well. */
const OF_MANIFESTS = new Set<Form>(['cilium-cli-job', 'rendered-manifest', 'manifest-url']);

/** The same Job reached twice is one declaration, with the files of both ways and the better of their ranks; clusters that share its file have one each. */
function merged(declarations: readonly Declaration[]): Declaration[] {
  const byPlace = new Map<string, Declaration[]>();
  for (const declaration of declarations) {
    const { file, line, column } = declaration.place;
    const key = `${declaration.form} ${file}:${line}:${column}`;
    const known = byPlace.get(key) ?? [];
    byPlace.set(key, known);
    const same = known.findIndex((other) => mayBeOne(other, declaration));
    if (same < 0) known.push(declaration);
    else known[same] = joined(known[same]!, declaration);
  }
  return [...byPlace.values()].flat();
}

function mayBeOne(a: Declaration, b: Declaration): boolean {
  const [ours, theirs] = [a, b].map((d) => d.clusters.filter((c) => c.strength === 3).map((c) => c.name));
  return ours!.length === 0 || theirs!.length === 0 || ours!.some((name) => theirs!.includes(name));
}

function joined(known: Declaration, other: Declaration): Declaration {
  const [better, worse] = other.rank > known.rank ? [other, known] : [known, other];
  const clusters = [...better.clusters, ...worse.clusters.filter((c) => !better.clusters.some((b) => b.name === c.name))];
  return { ...better, files: [...new Set([...better.files, ...worse.files])], clusters };
}

function unique(lines: readonly Unused[]): Unused[] {
  const seen = new Set<string>();
  return lines.filter(({ file, why }) => {
    const key = `${file}\n${why}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
