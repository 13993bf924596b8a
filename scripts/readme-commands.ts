/**
 * Runs the commands that the README shows in a fresh clone, as a new user would, with the `dist/` that is committed, and holds them against what it shows of them:
 *
 *     node scripts/readme-commands.ts CLONE
 *
 * What needs more than Node (npm's registry, a cluster) is marked `not run` there.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { outputProblems } from '../test/docs/output.ts';
import { readPage } from '../test/docs/page.ts';
import { type Played, playIn } from '../test/docs/scene.ts';

const clone = resolve(process.argv[2] ?? '.');
const entry = join(clone, 'dist/cli/index.js');
if (!existsSync(entry)) {
  console.error(`usage: node scripts/readme-commands.ts CLONE; there is no ${entry}`);
  process.exit(2);
}
let last: Played | undefined;
let commands = 0;
const problems: string[] = [];
for (const { place, text, marks } of readPage(clone, 'README.md').blocks) {
  const run = marks.find((mark) => mark.verb === 'run in');
  if (run) {
    last = playIn(join(clone, run.path), text, entry);
    commands += last.codes.length;
    const wanted = run.codes.length === 1 ? last.codes.map(() => run.codes[0]) : run.codes;
    if (wanted.join(' ') !== last.codes.join(' ')) problems.push(`${place}: exits with ${last.codes.join(' ')}, not ${wanted.join(' ')}`);
  } else if (last && marks.some(({ verb }) => verb === 'output'))
    problems.push(...outputProblems(text, last.output).map((each) => `${place}: ${each}`));
}
if (commands === 0) problems.push('README.md shows no command that can be run');
for (const problem of problems) console.error(problem);
console.log(`${commands} commands of the README run in ${clone}`);
process.exitCode = problems.length === 0 ? 0 : 1;
