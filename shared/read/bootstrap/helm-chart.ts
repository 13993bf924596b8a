import type { FilePlace, Place, Tree } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { at, itemsAt, textAt } from '../../tree.ts';
import { parseYaml } from '../yaml/parse.ts';
import { findPaths, type WorkingDirectory } from './shell-paths.ts';
import { knownText, possibleTexts, type Text, writtenText } from './shell-text.ts';

/** What the CHART argument of a Helm command is, where it leads to Cilium. */
export type CiliumChart =
  | { kind: 'upstream'; version?: string }
  | {
      kind: 'umbrella';
      directory: string;
      files: string[];
      alias: string;
      version: string | null;
      versionPlace: Place;
      versionWhy?: string;
    }
  | { kind: 'vendored'; directory: string; files: string[]; version: string | null; versionPlace: Place };

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
export function localChart(directory: string, repository: Repository): CiliumChart | undefined {
  const file = directory === '' ? 'Chart.yaml' : `${directory}/Chart.yaml`;
  const chart = readTree(file, repository);
  if (!chart) return undefined;
  const dependency = itemsAt(chart, 'dependencies').find((d) => textAt(d, 'name') === 'cilium');
  if (dependency) {
    const version = at(dependency, 'version');
    const written = version?.kind === 'scalar' && version.value !== null ? String(version.value).replace(/^v/, '') : null;
    const exact = written !== null && /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(written);
    const lockFile = `${file.slice(0, -'.yaml'.length)}.lock`;
    const locked = exact ? undefined : itemsAt(readTree(lockFile, repository), 'dependencies').find((d) => textAt(d, 'name') === 'cilium');
    const lockedVersion = locked && textAt(locked, 'version');
    return {
      kind: 'umbrella',
      directory,
      files: lockedVersion ? [file, lockFile] : [file],
      alias: textAt(dependency, 'alias') ?? 'cilium',
      version: exact ? written : (lockedVersion?.replace(/^v/, '') ?? null),
      versionPlace: (exact || !locked ? version : at(locked, 'version'))?.place ?? start(file),
      ...(exact || lockedVersion ? {} : { versionWhy: `Chart.yaml asks for ${written ?? 'no version'} and there is no Chart.lock` }),
    };
  }
  const name = textAt(chart, 'name');
  const version = at(chart, 'version');
  if (name === 'cilium' && version?.kind === 'scalar' && /^1\.\d+\.\d+/.test(String(version.value))) {
    return { kind: 'vendored', directory, files: [file], version: String(version.value), versionPlace: version.place };
  }
  return undefined;
}

/** The first document of a YAML file of the repository; undefined where it is missing or cannot be read. */
export function readTree(file: string, repository: Repository): Tree | undefined {
  if (!repository.file(file)) return undefined;
  try {
    return parseYaml({ file, text: repository.read(file), line: 1, indent: 0, exact: true }).documents[0]?.tree;
  } catch {
    return undefined;
  }
}

function start(file: string): FilePlace {
  return { file, line: 1, column: 1 };
}

/** The exact version without a leading v, or null and why: `1.18.x` and `latest` are no versions. */
export function exactVersion(text: Text): { version: string | null; why?: string } {
  const known = knownText(text);
  if (known === undefined) {
    const unknown = text.find((p) => typeof p !== 'string') as Exclude<Text[number], string>;
    return { version: null, why: unknown.reason };
  }
  const exact = /^["']?[v=]?(\d+\.\d+\.\d+(?:-[\w.]+)?)(?:\+[\w.]+)?["']?$/.exec(known.trim());
  if (exact) return { version: exact[1]! };
  return { version: null, why: known === '' ? 'the version is empty' : `${known} is no exact version` };
}
