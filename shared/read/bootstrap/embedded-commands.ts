import { Shell } from '../../language/shell/interpreter.ts';
import { pathKey } from '../../language/shell/paths.ts';
import { shellSource } from '../../language/shell/source.ts';
import type { Text } from '../../language/shell/text.ts';
import { newWorld } from '../../language/shell/world.ts';
import type { Declaration, FilePlace, Opaque, SourceText } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { readInvocation } from './read-invocation.ts';

/** A piece of shell that stands in a file of another tool. */
export interface EmbeddedScript {
  source: SourceText;
  repository: Repository;
  /** Where its relative paths may start, likelier ones first. */
  directories: readonly string[];
  /** `in a task of Ansible`. */
  where: string;
  /** Files that the other tool has put on the machine before, by the paths that they have there. */
  files?: ReadonlyMap<string, SourceText | Opaque>;
  /** What the other tool fills in before the shell sees the text. */
  template?: { pattern: RegExp; fill: (match: RegExpExecArray, place: FilePlace) => Text | undefined };
}

/** What the commands of a script install. */
export function embeddedCommands({ source, repository, directories, where, files, template }: EmbeddedScript): Declaration[] {
  const text = shellSource(source, template?.pattern, template?.fill);
  const world = newWorld(repository, () => undefined);
  const shell = new Shell(world, { where, rank: 4, clusters: [] }, [...new Set(directories)], source.file);
  for (const [path, contents] of files ?? []) shell.written.set(pathKey([path], shell), contents);
  shell.run(text);
  return world.invocations.flatMap((invocation) => readInvocation(invocation, () => undefined).declarations);
}
