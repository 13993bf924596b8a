import type { Invocation } from '../../language/shell/invocation.ts';
import { findPaths, pathKey } from '../../language/shell/paths.ts';
import { knownText, possibleTexts, type Text, writtenText } from '../../language/shell/text.ts';
import type { Repository } from '../../repository/repository.ts';
import { at, itemsAt } from '../../tree.ts';
import { readFlags } from '../commands/command-flags.ts';
import type { CommandFindings } from './helm-command.ts';
import { releaseDeclaration } from './helmfile-release.ts';
import { DEFAULTS, environmentsOf, filesAt, helmfileState, subHelmfiles } from './helmfile-state.ts';
import type { HelmfileRun } from './helmfile-template.ts';

const VALUED = new Set(
  '-f --file -e --environment --state-values-set --state-values-set-string --state-values-file -n --namespace -l --selector --kube-context --log-level --helm-binary --kustomize-binary --args --concurrency --set --values --chart -c --output-dir --output'.split(
    ' ',
  ),
);

/** One way that somebody runs a helmfile. */
export interface Run extends HelmfileRun {
  path: string;
  where: string;
  rank: 1 | 2 | 3 | 4;
  looks?: string;
  trail: readonly string[];
  context?: Text;
  namespace?: Text;
  invocation?: Invocation;
}

/** The Cilium releases of helmfiles: those that commands run, in their environment, and those that nothing is seen to run. */
export function helmfileDeclarations(
  paths: readonly string[],
  invocations: readonly Invocation[],
  repository: Repository,
  environment: (name: string) => Text | undefined,
): CommandFindings {
  const result: CommandFindings = { declarations: [], unused: [] };
  const runs: Run[] = invocations.flatMap((invocation) => runsOf(invocation, repository));
  const reached = new Set<string>();
  const done = new Set<string>();
  for (const run of runs) follow(run.path, run, repository, result, reached, done, 0);
  for (const path of paths) {
    if (reached.has(path)) continue;
    const environments = environmentsOf(path, repository);
    const chosen = environments.length === 0 || environments.includes('default') ? ['default'] : environments;
    for (const name of chosen.slice(0, 8)) {
      const run: Run = {
        path,
        environment: name,
        stateValues: [],
        values: [],
        variable: environment,
        where: 'no command that runs it is seen',
        rank: 4,
        trail: [],
      };
      follow(path, run, repository, result, reached, done, 0);
    }
  }
  return result;
}

function follow(
  path: string,
  run: Run,
  repository: Repository,
  result: CommandFindings,
  reached: Set<string>,
  done: Set<string>,
  depth: number,
): void {
  reached.add(path);
  const key = `${path} ${run.environment} ${run.rank} ${JSON.stringify(run.stateValues)} ${run.looks ?? ''}`;
  if (depth > 8 || done.has(key)) return;
  done.add(key);
  const state = helmfileState(path, run, repository);
  if (!state) return;
  const seen = result.declarations.length;
  for (const part of state.parts) {
    for (const release of itemsAt(part, 'releases')) {
      const declaration = releaseDeclaration(release, state, run, repository);
      if (!declaration) continue;
      if ('why' in declaration) result.unused.push({ file: path, why: declaration.why });
      else result.declarations.push(declaration);
    }
    const releases = at(part, 'releases');
    if (releases?.kind === 'opaque' && /cilium/i.test(releases.text ?? ''))
      result.unused.push({ file: path, why: `its releases cannot be read: ${releases.reason}` });
  }
  if (result.declarations.length > seen) for (const file of state.files) reached.add(file);
  for (const sub of subHelmfiles(state, run, repository))
    follow(sub.path, { ...run, ...sub.run, trail: [...run.trail, path] }, repository, result, reached, done, depth + 1);
}

/** What a `helmfile` command line runs; nothing for one that installs nothing. */
function runsOf(invocation: Invocation, repository: Repository): Run[] {
  const line = readFlags(invocation.arguments, VALUED);
  const verb = knownText(line.positional[0]?.text ?? []);
  if (verb === undefined || !/^(sync|apply|template|charts|init)$/.test(verb)) return [];
  const values = (...names: string[]) => line.flags.filter((f) => names.includes(f.name)).map((f) => f.value);
  const file = values('-f', '--file').at(-1);
  const selectors = values('-l', '--selector').map((s) => knownText(s) ?? '');
  // A selector that asks for another release by its name leaves Cilium out.
  if (selectors.length > 0 && selectors.every((s) => /(?:^|,)name=(?!cilium\b)[\w-]+/.test(s))) return [];
  const environment = values('-e', '--environment').at(-1) ?? invocation.variable('HELMFILE_ENVIRONMENT') ?? ['default'];
  const paths = file
    ? pathsOf(file, invocation, repository)
    : invocation.directory.directories.flatMap((d) =>
        filesAt('.', d, repository)
          .filter((p) => DEFAULTS.some((name) => p.endsWith(name)))
          .concat(filesAt('helmfile.d', d, repository))
          .slice(0, 32),
      );
  const looks =
    invocation.commands.looks ?? (verb === 'template' && invocation.output === 'nowhere' ? 'its output is thrown away' : undefined);
  const context = values('--kube-context').at(-1);
  const namespace = values('-n', '--namespace').at(-1);
  return paths.flatMap((path) => {
    const known = possibleTexts(environment);
    const names = known.length > 0 ? known : environmentsOf(path, repository);
    return names.slice(0, 8).map(
      (name): Run => ({
        path,
        environment: name,
        stateValues: values('--state-values-set', '--state-values-set-string').map(writtenText),
        values: [],
        variable: (variable) => invocation.variable(variable),
        where: invocation.commands.where,
        rank: invocation.commands.rank,
        ...(looks !== undefined ? { looks } : {}),
        trail: [invocation.place.file, ...invocation.trail],
        ...(context ? { context } : {}),
        ...(namespace ? { namespace } : {}),
        invocation,
      }),
    );
  });
}

function pathsOf(file: Text, invocation: Invocation, repository: Repository): string[] {
  const written = invocation.directory.written.get(pathKey(file, invocation.directory));
  if (written) return [];
  const files = findPaths(file, invocation.directory, 'file').map((f) => f.path);
  if (files.length > 0) return files;
  return findPaths(file, invocation.directory, 'directory').flatMap((d) => filesAt('.', d.path, repository));
}
