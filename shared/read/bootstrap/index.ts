import type { Candidate } from '../../discover/candidate.ts';
import type { Declaration, TalosCluster, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { ansibleDeclarations } from './ansible.ts';
import { commandDeclarations } from './commands.ts';
import { looseManifests } from './loose-manifests.ts';
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
  const declarations = merged([
    ...talos.declarations,
    ...terraform.declarations,
    ...loose.declarations,
    ...ansible.declarations,
    ...commands.declarations,
  ]);
  const declaring = new Set(declarations.flatMap((d) => d.files));
  const unused = [...terraform.unused, ...talos.unused, ...loose.unused, ...ansible.unused, ...commands.unused];
  return {
    declarations,
    unused: unique(unused.filter((line) => !(declaring.has(line.file) && loose.unused.includes(line) && reached.has(line.file)))),
  };
}

/** The same Job reached twice is one declaration, with the files of both ways and the better of their ranks. */
function merged(declarations: readonly Declaration[]): Declaration[] {
  const byPlace = new Map<string, Declaration>();
  for (const declaration of declarations) {
    const { file, line, column } = declaration.place;
    const key = `${declaration.form} ${file}:${line}:${column}`;
    const known = byPlace.get(key);
    if (!known) {
      byPlace.set(key, declaration);
      continue;
    }
    const [better, other] = declaration.rank > known.rank ? [declaration, known] : [known, declaration];
    const clusters = [...better.clusters, ...other.clusters.filter((c) => !better.clusters.some((b) => b.name === c.name))];
    byPlace.set(key, { ...better, files: [...new Set([...better.files, ...other.files])], clusters });
  }
  return [...byPlace.values()];
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
