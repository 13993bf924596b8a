import type { Candidate } from '../../discover/candidate.ts';
import type { Declaration, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { environmentOf, pinnedCiliumCli } from '../commands/environment-files.ts';
import { isJustfile, runJustfiles } from '../commands/justfile.ts';
import { isMakefile, runMakefile } from '../commands/makefile.ts';
import { runMarkdown } from '../commands/markdown.ts';
import { isMiseConfig, runMiseTasks } from '../commands/mise-tasks.ts';
import { COMMANDS, isShellScript, runShellScript } from '../commands/shell-script.ts';
import { isTaskfile, runTaskfiles } from '../commands/taskfile.ts';
import { isWorkflow, runWorkflow } from '../commands/workflow.ts';
import { runComments } from '../commands/yaml-comment.ts';
import type { Invocation } from '../shell/invocation.ts';
import { newWorld, type World } from '../shell/world.ts';
import { readApplyCommands } from './apply-command.ts';
import { readCiliumCommand } from './cilium-command.ts';
import { type CommandFindings, readHelmCommand } from './helm-command.ts';
import { helmfileDeclarations, isHelmfile } from './helmfile.ts';
import { readKustomizeCommand } from './kustomize-command.ts';
import { isBootstrapValues, valuesFileDeclarations } from './values-file.ts';

/** Files larger than this hold no command that a person wrote. */
const LARGEST = 1024 * 1024;

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

/** What the command lines of a repository call, and the files beside them that have readers of their own. */
interface Followed {
  world: World;
  helmfiles: string[];
  valuesFiles: string[];
}

const followedOnce = new WeakMap<Repository, Followed>();

/** Follows every script and recipe of a repository; once, whoever asks first. */
export function followCommands(repository: Repository, candidates: readonly Candidate[]): Followed {
  const known = followedOnce.get(repository);
  if (known) return known;
  const world = newWorld(repository, environmentOf(repository));
  const seen = new Set<string>();
  const taskfiles: string[] = [];
  const justfiles: string[] = [];
  const helmfiles: string[] = [];
  const valuesFiles: string[] = [];
  const others: { path: string; text: string }[] = [];
  const scripts = new Set<string>();
  const visit = (path: string, given: string | undefined) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (isTaskfile(path)) taskfiles.push(path);
    else if (isJustfile(path)) justfiles.push(path);
    else if (isBootstrapValues(path)) valuesFiles.push(path);
    else if (isHelmfile(path)) helmfiles.push(path);
    else {
      const text = given ?? textOf(path, repository);
      if (text === undefined || text.length > LARGEST) return;
      if (!COMMANDS.test(text)) {
        if (!DOCUMENT.test(path)) others.push({ path, text });
        return;
      }
      if (isShellScript(path, text)) scripts.add(path.slice(path.lastIndexOf('/') + 1));
      run(path, text, world);
    }
  };
  for (const candidate of candidates) visit(candidate.path, candidate.text);
  for (const file of repository.files)
    if (COMMAND_FILES.test(file.path) && file.size <= LARGEST && file.target === undefined) visit(file.path, undefined);
  // A file without a command of its own may say with what arguments a script is called that has one.
  if (scripts.size > 0 && scripts.size <= MOST_SCRIPTS) {
    const names = [...scripts];
    for (const { path, text } of others) if (names.some((name) => text.includes(name))) run(path, text, world);
  }
  runTaskfiles(taskfiles, world);
  runJustfiles(justfiles, world);
  const followed: Followed = { world, helmfiles, valuesFiles };
  followedOnce.set(repository, followed);
  return followed;
}

/** Files that hold commands by their name, whatever they mention. */
const COMMAND_FILES =
  /\.(?:sh|bash)$|(?:^|\/)(?:\.?Taskfile(?:\.dist)?\.ya?ml|\.?[Jj]ustfile|[^/]*\.just(?:file)?|(?:GNU)?[Mm]akefile|[^/]*\.mk|helmfile[^/]*)$|(?:^|\/)helmfile\.d\/|(?:^|\/)\.taskfiles\/|^\.github\/workflows\/[^/]+\.ya?ml$|[^/]*bootstrap[^/]*\.ya?ml$|(?:^|\/)\.?mise(?:\.[\w-]+)?\.toml$/i;

const DOCUMENT = /\.(?:md|mdx|markdown)$/i;
const MOST_SCRIPTS = 500;

function textOf(path: string, repository: Repository): string | undefined {
  try {
    return repository.read(path);
  } catch {
    return undefined;
  }
}

function run(path: string, text: string, world: World): void {
  if (DOCUMENT.test(path)) runMarkdown(path, text, world);
  else if (isMakefile(path)) runMakefile(path, text, world);
  else if (isWorkflow(path)) runWorkflow(path, text, world);
  else if (isMiseConfig(path)) runMiseTasks(path, text, world);
  else if (isShellScript(path, text)) runShellScript(path, world);
  else if (/\.(?:ya?ml|tf|tofu|hcl|tfvars|tpl|tmpl|gotmpl|j2)$/.test(path)) runComments(path, text, world);
}

function read(invocations: readonly Invocation[], repository: Repository): CommandFindings {
  const declarations: Declaration[] = [];
  const unused: Unused[] = [];
  let cli: string | undefined | null = null;
  for (const invocation of best(invocations)) {
    let found: CommandFindings | undefined;
    if (invocation.tool === 'helm') found = readHelmCommand(invocation);
    else if (invocation.tool === 'cilium') {
      if (cli === null) cli = pinnedCiliumCli(repository);
      found = readCiliumCommand(invocation, cli);
    } else if (invocation.tool === 'kustomize' || invocation.tool === 'kubectl') found = readKustomizeCommand(invocation);
    if (!found) continue;
    declarations.push(...found.declarations);
    unused.push(...found.unused);
  }
  return { declarations, unused: unique(unused) };
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
