import type { Declaration, Side, Unused } from '../model.ts';
import { pathIn, pathWithin } from '../place.ts';
import type { RepositoryPair } from '../repository/pair.ts';
import { type Declared, readRepository } from './declared.ts';
import { inRepository } from './in-repository.ts';

/**
 * What two repositories declare, every file named by its repository. For a side speaks what stands in its repository or reads from it
 * (the first Application often stands beside Talos); what does not is set aside with the reason. Surroundings are those of both.
 */
export function readBoth(pair: RepositoryPair): Declared {
  const [talos, gitops] = [readNamed(pair, 'bootstrap'), readNamed(pair, 'argocd')];
  const aside: Unused[] = [];
  const speaking = (side: Side) => {
    const { name } = pair[side];
    return [...talos[side], ...gitops[side]].filter((declaration) => {
      const speaks = [declaration.place.file, ...declaration.files].some((file) => pathWithin(name, file) !== undefined);
      if (!speaks) aside.push({ file: declaration.place.file, why: `${SPEAKS[side]}, and does not count: ${READ_FROM[side]} ${name}` });
      return speaks;
    });
  };
  const [bootstrap, argocd]: Declaration[][] = [speaking('bootstrap'), speaking('argocd')];
  for (const { place } of gitops.talos)
    aside.push({
      file: place.file,
      why: `says what the Talos machine configuration is, and does not count: ${READ_FROM.bootstrap} ${pair.bootstrap.name}`,
    });
  for (const { places, message } of talos.findings) {
    const file = places.find((place) => 'file' in place)?.file;
    if (file !== undefined) aside.push({ file, why: `${message} It does not count: ${READ_FROM.argocd} ${pair.argocd.name}` });
  }
  return {
    talos: talos.talos,
    bootstrap: bootstrap!,
    argocd: argocd!,
    surroundings: {
      resourceExclusions: [...talos.surroundings.resourceExclusions, ...gitops.surroundings.resourceExclusions],
      argocdVersions: [...talos.surroundings.argocdVersions, ...gitops.surroundings.argocdVersions],
      fluxReleases: [...talos.surroundings.fluxReleases, ...gitops.surroundings.fluxReleases],
      gates: [...talos.surroundings.gates, ...gitops.surroundings.gates],
      gatewayApiDefinitions: [...talos.surroundings.gatewayApiDefinitions, ...gitops.surroundings.gatewayApiDefinitions],
    },
    findings: gitops.findings,
    unused: [...talos.unused, ...gitops.unused, ...once(aside)],
    broken: () => [...talos.broken(), ...gitops.broken()],
  };
}

const SPEAKS: Record<Side, string> = {
  bootstrap: 'would install Cilium at bootstrap',
  argocd: 'would give Cilium to Argo CD',
};

const READ_FROM: Record<Side, string> = {
  bootstrap: 'the bootstrap is read from',
  argocd: "Argo CD's side is read from",
};

function readNamed(pair: RepositoryPair, side: Side): Declared {
  const { name, repository } = pair[side];
  const { unused, broken, ...data } = readRepository(repository);
  const named = (list: Unused[]) => list.map(({ file, why }) => ({ file: pathIn(name, file), why }));
  return { ...inRepository(name, data), unused: named(unused), broken: () => named(broken()) };
}

function once(list: readonly Unused[]): Unused[] {
  return [...new Map(list.map((one) => [JSON.stringify([one.file, one.why]), one])).values()];
}
