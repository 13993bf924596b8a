import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../generated/random.ts';
import type { Case } from './case.ts';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { shrink } from './shrink.ts';
import { type Target, targets } from './targets.ts';

// The process that runs the cases of one target: it may hang, and it may die. What it runs at the moment lies in `current.json`.

/** What the process tells its parent. */
export type Message =
  | { kind: 'progress'; cases: number; seeds: number; blocks: number }
  | { kind: 'finding'; what: string; at: string; files: Case };

/** What the process is told. */
export interface Orders {
  target: string;
  seed: number;
  /** Where its `current.json` lies, and what it keeps from one run to the next. */
  folder: string;
  /** CPU seconds that no case may take. */
  longest: number;
  /** Only this case, and no more. */
  only?: string;
}

const orders = JSON.parse(process.argv[2]!) as Orders;
const target: Target = targets[orders.target]!;
const tell = (message: Message) => process.send?.(message);

/** What went wrong with a case: `at` is the same for the same fault. */
async function faultOf(files: Case): Promise<{ what: string; at: string } | undefined> {
  writeFileSync(join(orders.folder, 'current.json'), JSON.stringify(files));
  const start = process.threadCpuUsage();
  try {
    await target.run(files);
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const frames = stack.match(/\/(?:shared|test|node_modules)\/[^\s)]+/g) ?? [];
    const what = message.slice(0, 600);
    return {
      what: `${what}\n  ${frames.slice(0, 4).join('\n  ')}`,
      at: `${frames[0] ?? ''} ${what.replace(/[^a-z ]+/gi, '').slice(0, 40)}`,
    };
  }
  const { user, system } = process.threadCpuUsage(start);
  const seconds = (user + system) / 1e6;
  return seconds > orders.longest ? { what: `took ${seconds.toFixed(1)} s of CPU`, at: 'slow' } : undefined;
}

async function fuzz(): Promise<void> {
  const random = new Random(orders.seed);
  const kept = join(orders.folder, 'seeds');
  mkdirSync(kept, { recursive: true });
  const own = target.seeds();
  const found = readdirSync(kept).map((name) => JSON.parse(readFileSync(join(kept, name), 'utf8')) as Case);
  const seeds = [...own, ...found];
  const coverage = new Coverage();
  const known = new Set<string>();
  let told = 0;
  for (let cases = 0; ; cases++) {
    const isSeed = cases < seeds.length && cases < own.length + found.length;
    // New ones are where new things are found.
    const from = random.chance(0.5) ? random.pick(seeds.slice(-50)) : random.pick(seeds);
    const files = isSeed ? seeds[cases]! : mutate(from, seeds, random);
    const fault = await faultOf(files);
    if (fault && !known.has(fault.at)) {
      known.add(fault.at);
      const smallest = await shrink(files, async (fewer) => (await faultOf(fewer))?.at === fault.at);
      tell({ kind: 'finding', ...((await faultOf(smallest)) ?? fault), files: smallest });
    } else if (coverage.look(true) > 0 && !isSeed && !fault) {
      writeFileSync(join(kept, `${orders.seed}-${cases}.json`), JSON.stringify(files));
      seeds.push(files);
    }
    if (Date.now() - told > 1000) {
      told = Date.now();
      tell({ kind: 'progress', cases, seeds: seeds.length, blocks: coverage.size });
    }
  }
}

if (orders.only === undefined) await fuzz();
else {
  const fault = await faultOf(JSON.parse(readFileSync(orders.only, 'utf8')) as Case);
  if (fault) tell({ kind: 'finding', ...fault, files: {} });
  process.disconnect?.();
}
