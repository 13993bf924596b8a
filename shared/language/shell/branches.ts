import type { Shell } from './interpreter.ts';
import { mergeValues } from './merge-values.ts';

/**
 * Runs bodies of which one would run, each in a branch of the shell, and keeps what all that go on agree on.
 * `condition` says why nobody knows which; `defaults`: what is asked is only whether a variable has a value.
 */
export function runBranches(bodies: readonly ((branch: Shell) => void)[], shell: Shell, condition: string, defaults = false): void {
  const ends: Shell[] = [];
  const ended: NonNullable<Shell['ended']>[] = [];
  for (const body of bodies) {
    const branch = shell.branch();
    body(branch);
    if (branch.ended) ended.push(branch.ended);
    else ends.push(branch);
  }
  if (ends.length === 0) {
    shell.ended = ended.every((e) => e === ended[0]) ? ended[0] : 'return';
    return;
  }
  const names = new Set<string>();
  for (const branch of ends) for (const [name, value] of branch.variables) if (value !== shell.variables.get(name)) names.add(name);
  for (const name of names) {
    const values = ends.map((branch) => branch.variables.get(name));
    shell.variables.set(name, mergeValues(name, shell.variables.get(name), values, condition, shell.start, defaults));
  }
  if (ends.every((branch) => branch.directories === ends[0]!.directories)) shell.directories = ends[0]!.directories;
  else shell.directories = [...new Set(ends.flatMap((branch) => branch.directories))];
}
