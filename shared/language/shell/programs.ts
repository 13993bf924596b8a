import type { FilePlace } from '../../model.ts';
import { textAtPlace } from '../source-text.ts';
import { runShell } from './called-scripts.ts';
import type { Shell } from './interpreter.ts';
import type { Invocation, Tool } from './invocation.ts';
import { type Argument, firstUnknown, isPassedOn, knownText, opaqueOf, type Text, writtenText } from './text.ts';
import { environmentOf, setVariable, splitAssignment } from './variables.ts';

/** Programs whose command lines are kept, by every name that they have. */
const TOOLS: Record<string, Tool> = {
  helm: 'helm',
  cilium: 'cilium',
  'cilium-cli': 'cilium',
  kustomize: 'kustomize',
  kubectl: 'kubectl',
  k: 'kubectl',
  kubecolor: 'kubectl',
  oc: 'kubectl',
  helmfile: 'helmfile',
  talosctl: 'talosctl',
};

/** Programs that run the command that stands behind their own words. */
const WRAPPERS = new Set([
  'sudo',
  'env',
  'time',
  'nice',
  'command',
  'exec',
  'nohup',
  'timeout',
  'retry',
  'watch',
  'doppler',
  'dotenv',
  'devbox',
  'mise',
  'nix',
  'op',
  'sops',
  'aws-vault',
  'direnv',
  'chronic',
  'builtin',
  'stdbuf',
  'unbuffer',
]);

/** The program's name without its directory; where it is one of several that mean the same, that. */
export function commandName(text: Text): string | undefined {
  const known = knownText(text);
  if (known !== undefined) {
    const base = known.slice(known.lastIndexOf('/') + 1);
    return Object.hasOwn(TOOLS, base) ? base : known;
  }
  const unknown = text.length === 1 ? firstUnknown(text) : undefined;
  if (unknown?.oneOf) {
    const tools = new Set(unknown.oneOf.map((name) => TOOLS[name.slice(name.lastIndexOf('/') + 1)]).filter((t) => t !== undefined));
    if (tools.size === 1) return [...tools][0];
  }
  if (
    unknown?.given &&
    unknown.name &&
    /^(helm|cilium(_?cli)?|kustomize|kubectl|helmfile)(_?(bin|cmd|exe|path|command))?$/i.test(unknown.name)
  ) {
    return unknown.name
      .toLowerCase()
      .replace(/_?(bin|cmd|exe|path|command|cli)$/g, '')
      .replace(/_cli$/, '');
  }
  const last = text.at(-1);
  if (typeof last === 'string' && last.includes('/')) {
    const base = last.slice(last.lastIndexOf('/') + 1);
    return Object.hasOwn(TOOLS, base) ? base : writtenText(text);
  }
  return undefined;
}

/** The tool that a program's name means. */
export function toolCalled(name: string): Tool | undefined {
  return Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
}

const MOST_INVOCATIONS = 2000;

/** Keeps the command line of a tool, with everything that decides what it means. */
export function keepInvocation(tool: Tool, rest: readonly Argument[], place: FilePlace, shell: Shell): void {
  const { world, streams } = shell;
  if (world.invocations.length >= MOST_INVOCATIONS) return;
  const invocation: Invocation = {
    tool,
    arguments: rest.filter((argument) => !isPassedOn(argument)),
    place,
    commands: shell.commands,
    directory: { repository: shell.repository, directories: shell.directories, written: shell.written },
    variable: environmentOf(shell),
    consumers: streams.consumers,
    output: streams.sink.output,
    trail: shell.trail,
    lookedUp: shell.lookedUp,
    entry: shell.entry,
  };
  if (streams.sink.path) invocation.outputPath = streams.sink.path;
  if (streams.input) {
    const { text, source } = streams.input;
    const unknown = firstUnknown(text);
    invocation.input = source ?? (unknown ? opaqueOf(unknown) : textAtPlace(knownText(text) ?? '', place));
  }
  world.invocations.push(invocation);
}

const RUNS_SECRETS = /^exec-(?:env|file)$/;

/** Runs the command behind the words of a wrapper; false where the program is none. */
export function runWrapped(name: string, rest: readonly Argument[], place: FilePlace, shell: Shell): boolean {
  if (!WRAPPERS.has(name)) return false;
  if (name === 'sops') {
    const verb = rest.findIndex((a) => RUNS_SECRETS.test(knownText(a.text) ?? ''));
    if (verb < 0) return false;
    // https://getsops.io/docs/#passing-secrets-to-other-processes: a file, and a command in one argument, which a shell runs.
    const [, command, more] = rest.slice(verb + 1).filter((a) => !knownText(a.text)?.startsWith('-'));
    if (command && !more) {
      runShell([{ text: ['-c'], place }, command], place, shell);
      return true;
    }
  }
  const { variables } = shell;
  const words = name === 'env' || name === 'sudo' ? withAssignments(rest, shell) : rest;
  const start = words.findIndex((word) => isProgram(knownText(word.text), shell));
  if (start >= 0) shell.call(words.slice(start), words[start]!.place);
  shell.variables = variables;
  return true;
}

/** `env X=1 Y=2 helm …`: the words behind the assignments, which go to a copy of the shell's variables. */
function withAssignments(rest: readonly Argument[], shell: Shell): readonly Argument[] {
  shell.variables = new Map(shell.variables);
  for (const [i, { text }] of rest.entries()) {
    const assigned = splitAssignment(text);
    if (!assigned) return rest.slice(i);
    setVariable(assigned.name, assigned.value, shell);
  }
  return [];
}

/** The word of a wrapper's command line that its command begins with. */
function isProgram(word: string | undefined, { functions }: Shell): boolean {
  if (word === undefined || word.startsWith('-')) return false;
  const base = word.slice(word.lastIndexOf('/') + 1);
  return toolCalled(base) !== undefined || functions.has(word) || /^(bash|sh|kustomize)$/.test(base) || /\.(sh|bash)$/.test(base);
}
