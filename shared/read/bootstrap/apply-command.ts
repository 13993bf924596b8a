import { expandGlob } from '../../language/shell/globs.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { type FoundPath, findPaths } from '../../language/shell/paths.ts';
import { knownText, type Text } from '../../language/shell/text.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, Tree } from '../../model.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { lastFlag, readFlags } from '../commands/command-flags.ts';
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

/**
 * Cilium in manifests that `kubectl apply -f` brings from Git: all the commands of one place together, as a loop runs it once for each file.
 * Files of different directories are different installations.
 */
export function readApplyCommands(invocations: readonly Invocation[]): CommandFindings {
  const result: CommandFindings = { declarations: [], unused: [] };
  const byPlace = new Map<string, { invocation: Invocation; files: Map<string, FoundPath>; context: Text | undefined }>();
  for (const invocation of invocations) {
    const line = readFlags(invocation.arguments, VALUED);
    const verb = knownText(line.positional[0]?.text ?? []);
    if (
      !line.positional.slice(0, 2).some((p) => /^(apply|create|replace)$/.test(knownText(p.text) ?? '')) ||
      verb === 'diff' ||
      invocation.commands.looks !== undefined
    )
      continue;
    const dryRun = knownText(lastFlag(line, '--dry-run')?.value ?? []);
    if (dryRun && dryRun !== 'none') continue;
    const key = `${invocation.place.file}:${invocation.place.line}:${invocation.place.column}`;
    const group = byPlace.get(key) ?? { invocation, files: new Map<string, FoundPath>(), context: lastFlag(line, '--context')?.value };
    byPlace.set(key, group);
    for (const flag of line.flags) {
      if (flag.name !== '-f' && flag.name !== '--filename') continue;
      for (const found of filesOf(flag.value, invocation)) if (group.files.size < MOST_FILES) group.files.set(found.path, found);
    }
  }
  for (const { invocation, files, context } of byPlace.values()) {
    const groups = new Map<string, FoundPath[]>();
    for (const found of files.values()) {
      const directory = dirname(found.path);
      groups.set(directory, [...(groups.get(directory) ?? []), found]);
    }
    const holding = [...groups].flatMap(([directory, found]) => {
      const objects = found.some((f) => HOLDS.test(textOf(f.path, invocation) ?? ''))
        ? found.flatMap((f) => objectsIn(f.path, invocation))
        : [];
      return objects.length > 0 ? [{ directory, found, objects }] : [];
    });
    for (const { directory, found, objects } of holding) {
      const clusters: ClusterEvidence[] = [
        ...clusterEvidence(
          invocation,
          context,
          found.flatMap((f) => f.filled),
          [invocation.place.file, directory],
          [],
        ),
        ...siblingEvidence(
          directory,
          holding.map((h) => h.directory),
        ),
      ];
      const { where, rank } = invocation.commands;
      const lead = { files: [invocation.place.file, ...invocation.trail], clusters, rank, why: `manifests that are applied ${where}` };
      const made = manifestDeclarations({ objects, reader: plainReader }, lead);
      for (const declaration of made.declarations)
        result.declarations.push({ ...declaration, files: [...new Set([...lead.files.slice(0, 1), ...declaration.files])] });
    }
  }
  return result;
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
