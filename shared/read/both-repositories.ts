import type { Declaration, Side, Unused } from '../model.ts';
import { pathIn, pathWithin } from '../place.ts';
import { besideRepository } from '../repository/beside.ts';
import type { RepositoryPair } from '../repository/pair.ts';
import { isRepositoryAt } from './bootstrap/own-repository.ts';
import { type Declared, readRepository } from './declared.ts';
import { renameFiles } from './rename-files.ts';

/**
 * What two repositories declare, every file named by its repository. For a side speaks what stands in its repository or reads from it
 * (the first Application often stands beside Talos); what does not is set aside with the reason. Surroundings are those of both.
 */
export function readBoth(pair: RepositoryPair): Declared {
  const [talos, gitops] = [readNamed(pair, 'bootstrap'), readNamed(pair, 'argocd')];
  const aside: Unused[] = [];
  const stands = (side: Side, files: readonly string[]) => files.some((file) => pathWithin(pair[side].name, file) !== undefined);
  const speaking = (declarations: readonly Declaration[]) =>
    declarations.filter(({ side, place, files }) => {
      const speaks = stands(side, [place.file, ...files]);
      if (!speaks) aside.push({ file: place.file, why: `${SPEAKS[side]}, and does not count: ${READ_FROM[side]} ${pair[side].name}` });
      return speaks;
    });
  const bootstrap = [...speaking(talos.bootstrap), ...speaking(gitops.bootstrap)];
  const argocd = reachedOnce(speaking(talos.argocd), speaking(gitops.argocd));
  const led = new Set(argocd.flatMap(({ files }) => files));
  for (const { place } of gitops.talos)
    aside.push({
      file: place.file,
      why: `says what the Talos machine configuration is, and does not count: ${READ_FROM.bootstrap} ${pair.bootstrap.name}`,
    });
  const findings = [...gitops.findings];
  for (const finding of talos.findings) {
    const files = finding.places.flatMap((place) => ('file' in place ? [place.file] : []));
    if (stands('argocd', files)) findings.push(finding);
    else if (files[0] !== undefined)
      aside.push({ file: files[0], why: `${finding.message} It does not count: ${READ_FROM.argocd} ${pair.argocd.name}` });
  }
  return {
    talos: talos.talos,
    bootstrap,
    argocd,
    surroundings: {
      resourceExclusions: [...talos.surroundings.resourceExclusions, ...gitops.surroundings.resourceExclusions],
      argocdVersions: [...talos.surroundings.argocdVersions, ...gitops.surroundings.argocdVersions],
      fluxReleases: [...talos.surroundings.fluxReleases, ...gitops.surroundings.fluxReleases],
      chartReferences: [...talos.surroundings.chartReferences, ...gitops.surroundings.chartReferences],
      gates: [...talos.surroundings.gates, ...gitops.surroundings.gates],
      gatewayApiDefinitions: [...talos.surroundings.gatewayApiDefinitions, ...gitops.surroundings.gatewayApiDefinitions],
    },
    findings: distinct(findings),
    unused: [
      ...[...talos.unused, ...gitops.unused].filter(({ file, why }) => !(why.startsWith('renders Cilium') && led.has(file))),
      ...distinct(aside),
    ],
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
  const other = pair[side === 'bootstrap' ? 'argocd' : 'bootstrap'];
  const seen = besideRepository(repository, { ...other, isAt: isRepositoryAt(other) });
  const nameOf = (path: string) => {
    const inner = seen.beside?.pathOf(path);
    return inner === undefined ? pathIn(name, path) : pathIn(other.name, inner);
  };
  const { unused, broken, ...data } = readRepository(seen);
  const named = (list: Unused[]) => list.map(({ file, why }) => ({ file: nameOf(file), why }));
  return { ...renameFiles(data, nameOf), unused: named(unused), broken: () => named(broken()) };
}

/** What an Application beside Talos leads to in Argo CD's repository is found there, too: the better way to it counts, and the whole one where both are as good. */
function reachedOnce(led: readonly Declaration[], alone: readonly Declaration[]): Declaration[] {
  const at = ({ place }: Declaration) => `${place.file}:${place.line}:${place.column}`;
  const best = (declarations: readonly Declaration[], place: string) =>
    Math.max(0, ...declarations.flatMap((declaration) => (at(declaration) === place ? [declaration.rank] : [])));
  const isLed = (declaration: Declaration) => best(led, at(declaration)) >= best(alone, at(declaration));
  return [...led.filter(isLed), ...alone.filter((declaration) => !isLed(declaration))];
}

function distinct<T>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}
