import type { ClusterEvidence, FilePlace, Opaque, SourceText } from '../../model.ts';
import type { WorkingDirectory } from './paths.ts';
import type { Argument, Text } from './text.ts';

/** Where commands stand, and how much it says. */
export interface CommandPlace {
  /** `in the task install:cilium`, `in a script`. */
  where: string;
  rank: 1 | 2 | 3 | 4;
  /** It only looks: a check of a pull request, a test. The reason completes "not read: …". */
  looks?: string;
  clusters: readonly ClusterEvidence[];
}

/** A program that a command line calls with something to do about Cilium. */
export interface Invocation {
  tool: Tool;
  arguments: readonly Argument[];
  place: FilePlace;
  commands: CommandPlace;
  directory: WorkingDirectory;
  /** Variables that the program sees in its environment. */
  variable(name: string): Text | undefined;
  /** The command lines behind it in the pipe. */
  consumers: readonly (readonly Argument[])[];
  /** What becomes of its standard output at the end of the pipe. */
  output: 'terminal' | 'file' | 'nowhere' | 'variable' | 'comparison';
  outputPath?: Text;
  /** What comes through `<<EOF` or the pipe. */
  input?: SourceText | Opaque;
  /** Files that called this one, or that it reads. */
  trail: readonly string[];
  /** What was looked up in files of the repository before, and where it stands. */
  lookedUp: ReadonlyMap<string, FilePlace>;
  /** The file that the way to this command started in. */
  entry: string;
}

export type Tool = 'helm' | 'cilium' | 'kustomize' | 'kubectl' | 'helmfile' | 'talosctl';
