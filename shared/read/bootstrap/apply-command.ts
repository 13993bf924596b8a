import { expandGlob } from '../../language/shell/globs.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { type FoundPath, findPaths } from '../../language/shell/paths.ts';
import { knownText, type Text } from '../../language/shell/text.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, Declaration, Tree } from '../../model.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { type CommandLine, lastFlag, readFlags } from '../commands/command-flags.ts';
import { clusterEvidence } from './command-clusters.ts';
import type { CommandFindings } from './helm-command.ts';
import { manifestDeclarations } from './manifest-declarations.ts';
import { objectsOf, plainReader } from './manifests.ts';

const VALUED = new Set(
  '-f --filename -k --kustomize --context --kubeconfig -n --namespace --field-manager --cluster --server -l --selector --timeout --validate --prune-allowlist -o --output'.split(
    ' ',
  ),
);
const MOST_FILES = 400;
/** Without one of these no manifest installs Cilium. */
const HOLDS = /cilium-config|cilium-agent|cilium-cli/;

/** The commands of one place of a script, as a loop runs one once for each file. */
interface Applying {
  invocation: Invocation;
  /** By path. */
  files: Map<string, FoundPath>;
  context: Text | undefined;
}

/** Manifests of one directory that hold Cilium. */
interface Holding {
  directory: string;
  found: FoundPath[];
  objects: Tree[];
}

/**
 * Cilium in manifests that `kubectl apply -f` brings from Git: all the commands of one place together.
 * Files of different directories are different installations.
 */
export function readApplyCommands(invocations: readonly Invocation[]): CommandFindings {
  const declarations = applyingByPlace(invocations).flatMap((applying) => {
    const holding = holdingDirectories(applying);
    return holding.flatMap((one) => declarationsOf(one, holding, applying));
  });
  return { declarations, unused: [] };
}

function applyingByPlace(invocations: readonly Invocation[]): Applying[] {
  const byPlace = new Map<string, Applying>();
  for (const invocation of invocations) {
    const line = readFlags(invocation.arguments, VALUED);
    if (!applies(line, invocation)) continue;
    const key = `${invocation.place.file}:${invocation.place.line}:${invocation.place.column}`;
    const group = byPlace.get(key) ?? { invocation, files: new Map<string, FoundPath>(), context: lastFlag(line, '--context')?.value };
    byPlace.set(key, group);
    for (const flag of line.flags) {
      if (flag.name !== '-f' && flag.name !== '--filename') continue;
      for (const found of filesOf(flag.value, invocation)) if (group.files.size < MOST_FILES) group.files.set(found.path, found);
    }
  }
  return [...byPlace.values()];
}

function applies(line: CommandLine, invocation: Invocation): boolean {
  const [verb, next] = line.positional.map(({ text }) => knownText(text) ?? '');
  if (verb === 'diff' || ![verb, next].some((word) => /^(apply|create|replace)$/.test(word ?? ''))) return false;
  const dryRun = knownText(lastFlag(line, '--dry-run')?.value ?? []);
  return invocation.commands.looks === undefined && (!dryRun || dryRun === 'none');
}

function holdingDirectories({ files, invocation }: Applying): Holding[] {
  const byDirectory = new Map<string, FoundPath[]>();
  for (const found of files.values()) {
    const directory = dirname(found.path);
    byDirectory.set(directory, [...(byDirectory.get(directory) ?? []), found]);
  }
  return [...byDirectory].flatMap(([directory, found]) => {
    if (!found.some(({ path }) => HOLDS.test(textOf(path, invocation) ?? ''))) return [];
    const objects = found.flatMap(({ path }) => objectsIn(path, invocation));
    return objects.length > 0 ? [{ directory, found, objects }] : [];
  });
}

function declarationsOf({ directory, found, objects }: Holding, all: readonly Holding[], { invocation, context }: Applying): Declaration[] {
  const { place, trail, commands } = invocation;
  const filled = found.flatMap((one) => one.filled);
  const siblings = all.map((other) => other.directory);
  const lead = {
    files: [place.file, ...trail],
    clusters: [...clusterEvidence(invocation, context, filled, [place.file, directory], []), ...siblingEvidence(directory, siblings)],
    rank: commands.rank,
    why: `manifests that are applied ${commands.where}`,
  };
  return manifestDeclarations({ objects, reader: plainReader }, lead).declarations.map((declaration) => ({
    ...declaration,
    files: [...new Set([place.file, ...declaration.files])],
  }));
}

function filesOf(text: Text, invocation: Invocation): FoundPath[] {
  const { repository } = invocation.directory;
  const globbed = expandGlob(text, invocation.directory);
  const texts = globbed.length > 0 ? globbed : [text];
  return texts.slice(0, MOST_FILES).flatMap((one) => {
    const files = findPaths(one, invocation.directory, 'file');
    if (files.length > 0) return files;
    return findPaths(one, invocation.directory, 'directory').flatMap((found) =>
      repository.directory(found.path).files.map((f) => ({ ...found, path: f.path })),
    );
  });
}

function objectsIn(path: string, invocation: Invocation): Tree[] {
  if (!/\.(?:ya?ml|json)$/.test(path)) return [];
  const text = textOf(path, invocation);
  if (text === undefined || !/cilium/i.test(text)) return [];
  return objectsOf(parseYaml(wholeFile(path, text)).documents.map((d) => d.tree));
}

function textOf(path: string, invocation: Invocation): string | undefined {
  try {
    return invocation.directory.repository.read(path);
  } catch {
    return undefined;
  }
}

/** `manifests/a/cilium` and `manifests/b/cilium` of one command: a and b tell them apart. */
function siblingEvidence(directory: string, all: readonly string[]): ClusterEvidence[] {
  const segments = directory.split('/');
  for (const other of all) {
    const others = other.split('/');
    if (other === directory || others.length !== segments.length) continue;
    const different = segments.flatMap((s, i) => (s === others[i] ? [] : [i]));
    if (different.length === 1)
      return [
        {
          name: segments[different[0]!]!,
          why: `the directory ${segments.slice(0, different[0]! + 1).join('/')} beside ${others[different[0]!]}`,
          strength: 2,
        },
      ];
  }
  return [];
}
