import type { Function as FunctionNode } from 'unbash';
import { hasEffects } from './effects.ts';
import type { Shell } from './interpreter.ts';
import type { ShellSource } from './source.ts';
import type { Argument } from './text.ts';

/** A function of a script. */
export interface ShellFunction {
  node: FunctionNode;
  source: ShellSource;
  called: boolean;
  /** Whether running it matters, once somebody has asked. */
  effects?: boolean;
}

/** Calls inside one another. */
export const DEEPEST_CALL = 20;
const MOST_RECURSION = 3;
const MOST_ROUNDS = 3;

/** Runs a function with its arguments, where what it does can matter. */
export function callFunction(name: string, f: ShellFunction, rest: readonly Argument[], shell: Shell): void {
  f.called = true;
  if (shell.streams.printed === undefined && !hasEffects(name, shell.functions)) return;
  if (shell.calls > DEEPEST_CALL || shell.stack.filter((node) => node === f.node).length >= MOST_RECURSION) {
    shell.ended = 'exit';
    return;
  }
  const { positional, source, stack } = shell;
  shell.positional = [...rest];
  shell.source = f.source;
  shell.calls++;
  shell.stack = [...stack, f.node];
  runBody(f.node, shell);
  shell.stack = stack;
  shell.calls--;
  shell.positional = positional;
  shell.source = source;
  if (shell.ended === 'return') shell.ended = undefined;
}

/** Runs the functions that nothing has called: which of them somebody calls by name cannot be seen. */
export function runUncalled(shell: Shell): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const uncalled = [...shell.functions.values()].filter((f) => !f.called);
    if (uncalled.length === 0) return;
    for (const f of uncalled) {
      f.called = true;
      if (!hasEffects(f.node.name.value, shell.functions)) continue;
      const branch = shell.branch();
      branch.positional = undefined;
      branch.ended = undefined;
      branch.source = f.source;
      runBody(f.node, branch);
    }
  }
}

function runBody({ body }: FunctionNode, shell: Shell): void {
  const subshell = body.type === 'Subshell' || (body.type === 'Redirected' && body.command.type === 'Subshell');
  (subshell ? shell.branch() : shell).statement(body);
}
