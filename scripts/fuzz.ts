import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Case } from '../test/fuzz/case.ts';
import type { Message, Orders } from '../test/fuzz/child.ts';
import { shrink } from '../test/fuzz/shrink.ts';
import { targets } from '../test/fuzz/targets.ts';

// npm run fuzz -- [--minutes N] [--seed S] [--target NAME]
// Every target for its share of the time: a process of its own throws changed repositories at it and keeps what reached code that nothing reached before.
// What throws, breaks a promise of the report, takes too long or too much memory is made smaller and written to .fuzz/findings.

/** MiB that one case may take; the process dies above. */
const HEAP = 512;
/** CPU seconds that one case may take, of which none is larger than 400 kB. */
const LONGEST = 5;
/** Seconds after which a case hangs. */
const HANGS = 60;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true },
  },
});
const names = values.target ?? Object.keys(targets);
const unknown = names.find((name) => !(name in targets));
if (unknown !== undefined) {
  console.error(`There is no target ${unknown}; there are ${Object.keys(targets).join(', ')}.`);
  process.exit(2);
}

const root = join(import.meta.dirname, '../.fuzz');
const findings = join(root, 'findings');
mkdirSync(findings, { recursive: true });
let count = 0;

function start(orders: Orders): ChildProcess {
  return fork(join(import.meta.dirname, '../test/fuzz/child.ts'), [JSON.stringify(orders)], {
    execArgv: [`--max-old-space-size=${HEAP}`, '--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** How one process ended: by itself, or since a case hung. */
async function ending(
  child: ChildProcess,
  orders: Orders,
  until: number,
  hear: (message: Message) => void,
): Promise<'died' | 'hung' | 'done'> {
  const current = join(orders.folder, 'current.json');
  let ended = false;
  child.on('message', (message) => hear(message as Message));
  child.on('exit', () => {
    ended = true;
  });
  while (!ended) {
    await setTimeout(250);
    if (Date.now() > until) {
      child.kill('SIGKILL');
      return 'done';
    }
    if (Date.now() - (statSync(current, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > HANGS * 1000) {
      child.kill('SIGKILL');
      return 'hung';
    }
  }
  return child.exitCode === 0 ? 'done' : 'died';
}

/** Whether a case alone kills its process, or never ends. */
async function kills(orders: Orders, files: Case): Promise<boolean> {
  const only = join(orders.folder, 'only.json');
  writeFileSync(only, JSON.stringify(files));
  const alone = { ...orders, only };
  return (await ending(start(alone), alone, Date.now() + 2 * HANGS * 1000, () => {})) !== 'done';
}

function record(orders: Orders, what: string, files: Case): void {
  const file = join(findings, `${orders.target}-${orders.seed}-${++count}.json`);
  writeFileSync(file, `${JSON.stringify(files, null, 1)}\n`);
  console.log(`\n✗ ${orders.target}, seed ${orders.seed}: ${what}\n  ${file}`);
}

async function fuzz(name: string, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1000;
  let last = { cases: 0, seeds: 0, blocks: 0 };
  let cases = 0;
  for (let seed = Number(values.seed); Date.now() < until; seed++) {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    const orders: Orders = { target: name, seed, folder, longest: LONGEST };
    writeFileSync(join(folder, 'current.json'), '{}');
    const how = await ending(start(orders), orders, until, (message) => {
      if (message.kind === 'progress') last = message;
      else record(orders, message.what, message.files);
    });
    cases += last.cases;
    if (how === 'done') break;
    const files = JSON.parse(readFileSync(join(folder, 'current.json'), 'utf8')) as Case;
    record(
      orders,
      how === 'hung' ? `hangs for ${HANGS} s` : `the process died: more than ${HEAP} MiB, or a crash`,
      await shrink(files, (fewer) => kills(orders, fewer), 30),
    );
  }
  console.log(
    `${name.padEnd(14)} ${String(cases).padStart(8)} cases ${(cases / seconds).toFixed(0).padStart(6)}/s ${String(last.seeds).padStart(6)} seeds ${String(last.blocks).padStart(7)} blocks`,
  );
}

for (const name of names) await fuzz(name, (Number(values.minutes) * 60) / names.length);
console.log(count === 0 ? '\nNothing found.' : `\n${count} found: mend each, and keep its input in test/fuzz/kept.`);
process.exit(count === 0 ? 0 : 1);
