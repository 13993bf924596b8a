import type { Candidate } from '../../discover/candidate.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import type { Declaration, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { pinnedCiliumCli } from '../commands/environment-files.ts';
import { followCommands } from '../commands/index.ts';
import { readApplyCommands } from './apply-command.ts';
import type { CommandFindings } from './helm-command.ts';
import { helmfileDeclarations } from './helmfile.ts';
import { readInvocation } from './read-invocation.ts';
import { valuesFileDeclarations } from './values-file.ts';

/** Every installation of Cilium that a command line, a recipe, a helmfile or a values file of the repository declares for the bootstrap. */
export function commandDeclarations(repository: Repository, candidates: readonly Candidate[]): CommandFindings {
  const { world, helmfiles, valuesFiles } = followCommands(repository, candidates);
  const found = read(world.invocations, repository);
  const released = helmfileDeclarations(
    helmfiles,
    best(world.invocations.filter((i) => i.tool === 'helmfile')),
    repository,
    world.environment,
  );
  const applied = readApplyCommands(world.invocations.filter((i) => i.tool === 'kubectl'));
  const commands = distinct([...found.declarations, ...released.declarations, ...applied.declarations]);
  const followed = new Set(commands.flatMap((d) => d.files));
  const values = valuesFileDeclarations(
    valuesFiles.filter((path) => !followed.has(path)),
    repository,
  );
  return { declarations: [...commands, ...values], unused: unique([...found.unused, ...released.unused, ...applied.unused]) };
}

function read(invocations: readonly Invocation[], repository: Repository): CommandFindings {
  let pinned: { version: string | undefined } | undefined;
  const ciliumCli = () => {
    pinned ??= { version: pinnedCiliumCli(repository) };
    return pinned.version;
  };
  const found = best(invocations).map((invocation) => readInvocation(invocation, ciliumCli));
  return { declarations: found.flatMap(({ declarations }) => declarations), unused: unique(found.flatMap(({ unused }) => unused)) };
}

/** One command may be reached on several ways. Whoever calls its file says more than the file alone; equal command lines are one. */
function best(invocations: readonly Invocation[]): Invocation[] {
  const byPlace = new Map<string, Invocation[]>();
  for (const invocation of invocations) {
    const key = `${invocation.place.file}:${invocation.place.line}:${invocation.place.column}`;
    const all = byPlace.get(key);
    if (all) all.push(invocation);
    else byPlace.set(key, [invocation]);
  }
  const kept: Invocation[] = [];
  for (const all of byPlace.values()) {
    const called = all.filter((i) => i.entry !== i.place.file && unknowns(i) <= Math.min(...all.map(unknowns)));
    const from = called.length > 0 ? called : all;
    const seen = new Set<string>();
    for (const invocation of from) {
      const key = JSON.stringify([
        invocation.arguments.map((a) => a.text),
        invocation.directory.directories,
        invocation.commands.clusters.map((c) => c.name),
      ]);
      if (seen.has(key)) continue;
      seen.add(key);
      kept.push(invocation);
    }
  }
  return kept;
}

/** The same release reached on two ways is one: the way that says most for it stays. */
function distinct(declarations: readonly Declaration[]): Declaration[] {
  const byContents = new Map<string, Declaration>();
  for (const d of declarations) {
    const layers = d.layers.map((l) =>
      l.kind === 'set' ? l.flags.map((f) => [f.text, f.place, f.opaque?.reason]) : [l.place, l.tree.kind],
    );
    const key = JSON.stringify([
      d.form,
      d.place,
      d.name,
      d.namespace,
      d.chartVersion,
      layers,
      d.clusters.map((c) => c.name),
      d.layers.length === 0 ? d.files : [],
    ]);
    const known = byContents.get(key);
    if (!known || known.rank < d.rank) byContents.set(key, d);
  }
  return [...byContents.values()];
}

function unknowns(invocation: Invocation): number {
  return invocation.arguments.reduce((n, a) => n + (a.text.length === 0 ? 1 : a.text.filter((p) => typeof p !== 'string').length), 0);
}

function unique(unused: readonly Unused[]): Unused[] {
  const seen = new Set<string>();
  return unused.filter((u) => {
    const key = `${u.file}\n${u.why}`;
    return !seen.has(key) && seen.add(key);
  });
}
