import type { Candidate } from '../../discover/candidate.ts';
import { newWorld, type World } from '../../language/shell/world.ts';
import type { Repository } from '../../repository/repository.ts';
import { isBootstrapValues, isHelmfile } from './declaring-files.ts';
import { environmentOf } from './environment-files.ts';
import { gitlabPipelines } from './gitlab-ci.ts';
import { justfiles } from './justfile.ts';
import { makefiles } from './makefile.ts';
import { markdown } from './markdown.ts';
import { miseTasks } from './mise-tasks.ts';
import type { CommandReader, CommandReaderOfAll } from './reader.ts';
import { shellScripts } from './shell-script.ts';
import { taskfiles } from './taskfile.ts';
import { workflows } from './workflow.ts';
import { COMMANDS } from './worth-running.ts';
import { yamlComments } from './yaml-comment.ts';

/** Every kind of file that holds command lines; the first that knows a file reads it. */
const READERS: readonly CommandReader[] = [markdown, makefiles, workflows, miseTasks, shellScripts, yamlComments];
const READERS_OF_ALL: readonly CommandReaderOfAll[] = [taskfiles, justfiles, gitlabPipelines];

/** What the command lines of a repository call, and the files beside them that declare releases themselves. */
export interface Followed {
  world: World;
  helmfiles: string[];
  valuesFiles: string[];
}

const followedOnce = new WeakMap<Repository, Followed>();

/** Follows every script and recipe of a repository; once, whoever asks first. */
export function followCommands(repository: Repository, candidates: readonly Candidate[]): Followed {
  const known = followedOnce.get(repository);
  if (known) return known;
  const followed = follow(repository, candidates);
  followedOnce.set(repository, followed);
  return followed;
}

/** Files larger than this hold no command that a person wrote. */
const LARGEST = 1024 * 1024;
const MOST_SCRIPTS = 500;
/** Of files that declare releases. */
const OTHER_NAMES = /(?:^|\/)helmfile[^/]*$|(?:^|\/)helmfile\.d\/|[^/]*bootstrap[^/]*\.ya?ml$/;

function follow(repository: Repository, candidates: readonly Candidate[]): Followed {
  const world = newWorld(repository, environmentOf(repository));
  const followed: Followed = { world, helmfiles: [], valuesFiles: [] };
  const together = new Map<CommandReaderOfAll, string[]>(READERS_OF_ALL.map((reader) => [reader, []]));
  const scripts = new Set<string>();
  const silent: Candidate[] = [];
  const seen = new Set<string>();
  const visit = (path: string, given: string | undefined) => {
    if (seen.has(path)) return;
    seen.add(path);
    const ofAll = READERS_OF_ALL.find(({ names }) => names.test(path));
    if (ofAll) together.get(ofAll)!.push(path);
    else if (isBootstrapValues(path)) followed.valuesFiles.push(path);
    else if (isHelmfile(path)) followed.helmfiles.push(path);
    else {
      const text = given ?? textOf(path, repository);
      if (text === undefined || text.length > LARGEST) return;
      const reader = READERS.find(({ reads }) => reads(path, text));
      if (!COMMANDS.test(text)) {
        if (reader !== markdown) silent.push({ path, text });
        return;
      }
      if (reader === shellScripts) scripts.add(path.slice(path.lastIndexOf('/') + 1));
      reader?.run(path, text, world);
    }
  };
  for (const { path, text } of candidates) visit(path, text);
  const names = namesOfAll();
  // The size of a file is looked up when it is asked for.
  for (const file of repository.files)
    if (names.test(file.path) && file.target === undefined && file.size <= LARGEST) visit(file.path, undefined);
  // A file without a command of its own may say with what arguments a script is called that has one.
  if (scripts.size > 0 && scripts.size <= MOST_SCRIPTS) {
    const called = [...scripts];
    for (const { path, text } of silent)
      if (called.some((name) => text.includes(name))) READERS.find(({ reads }) => reads(path, text))?.run(path, text, world);
  }
  for (const [reader, paths] of together) reader.runAll(paths, world);
  return followed;
}

/** Names of which every file is opened, whatever discovery found in it. */
function namesOfAll(): RegExp {
  const names = [...READERS, ...READERS_OF_ALL].flatMap((reader) => reader.names?.source ?? []);
  return new RegExp([...names, OTHER_NAMES.source].join('|'), 'i');
}

function textOf(path: string, repository: Repository): string | undefined {
  try {
    return repository.read(path);
  } catch {
    return undefined;
  }
}
