import { exactVersion } from '../../evaluate/chart-release.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import { findPaths, type WorkingDirectory } from '../../language/shell/paths.ts';
import { firstUnknown, knownText, possibleTexts, type Text, writtenText } from '../../language/shell/text.ts';
import type { Repository } from '../../repository/repository.ts';

/** What the CHART argument of a Helm command is, where it leads to Cilium: its own chart, or one that lies in the repository and brings it. */
export type CiliumChart = { kind: 'upstream'; version?: string } | { kind: 'local'; directory: string };

/**
 * The chart that an argument names: Cilium's own from any repository, registry or archive, a copy of it in Git, or a chart of the repository that depends on it.
 * Undefined where it is another chart; `unknown` where it cannot be told.
 */
export function ciliumChart(chart: Text, repositoryUrl: Text | undefined, from: WorkingDirectory): CiliumChart | 'unknown' | undefined {
  const possible = possibleTexts(chart);
  if (possible.length === 0) {
    const directories = findPaths(chart, from, 'directory');
    for (const found of directories) {
      const local = localChart(found.path, from.repository);
      if (local) return local;
    }
    const last = chart.at(-1);
    if (typeof last === 'string' && /(^|\/)cilium$/.test(last) && directories.length === 0) return { kind: 'upstream' };
    return /cilium/i.test(writtenText(chart)) ? 'unknown' : undefined;
  }
  for (const name of possible) {
    const found = known(name, repositoryUrl, from);
    if (found) return found;
  }
  return undefined;
}

function known(name: string, repositoryUrl: Text | undefined, from: WorkingDirectory): CiliumChart | undefined {
  if (/^oci:\/\//.test(name)) {
    const oci = /\/cilium(?::([^/@]+))?(?:@.*)?$/.exec(name);
    return oci ? { kind: 'upstream', ...(oci[1] ? { version: oci[1] } : {}) } : undefined;
  }
  const archive = /(?:^|\/)cilium-v?(\d+\.\d+\.\d+(?:-[\w.]+)?)\.tgz$/.exec(name);
  if (archive) return { kind: 'upstream', version: archive[1]! };
  if (/^https?:\/\//.test(name)) return undefined;
  if (repositoryUrl) return name === 'cilium' ? { kind: 'upstream' } : undefined;
  const directory = findPaths([name], from, 'directory')[0];
  if (directory) {
    const local = localChart(directory.path, from.repository);
    if (local || from.repository.file(`${directory.path}/Chart.yaml`)) return local;
  }
  if (/^(\.|\/)/.test(name)) return /(^|\/)cilium$/.test(name) ? { kind: 'upstream' } : undefined;
  return /^[\w.-]+\/cilium$/.test(name) ? { kind: 'upstream' } : undefined;
}

/** A chart that lies in the repository: undefined where it has nothing to do with Cilium. */
function localChart(directory: string, repository: Repository): CiliumChart | undefined {
  return ciliumOfChart(repository, directory, [], []).length > 0 ? { kind: 'local', directory } : undefined;
}

/** The exact version that a text of a command line is, or null and why: `1.18.x` and `latest` are no versions. */
export function writtenVersion(text: Text): { version: string | null; why?: string } {
  const known = knownText(text);
  if (known === undefined) return { version: null, why: firstUnknown(text)!.reason };
  const version = exactVersion(known.trim().replace(/^["']?=?|["']$/g, ''));
  if (version !== null) return { version };
  return { version, why: known === '' ? 'the version is empty' : `${known} is no exact version` };
}
