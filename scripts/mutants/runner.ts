import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { Declared } from './vitest.ts';

/** The tests that judge mutants: those beside the code, what real programs made of it, and the stories; none that starts a process or has hooks. */
const TESTS = [
  'shared/{evaluate,align,judge}/**/*.test.ts',
  'shared/read/{argocd,talos}/*.test.ts',
  'shared/read/bootstrap/{helmfile,manifests,cilium-cli-job,terraform}.test.ts',
  'test/stories.test.ts',
  'test/talos/merge-vectors.test.ts',
];

/** How many times more often than in the code as it is a mutant may be met before it counts as a loop without an end, and how much longer a test may take. */
const MORE_OFTEN = 1000;
const SLOWER = 8;
const PATIENCE_MS = 2000;

/** More mutants than there are. */
const MUTANTS = 60_000;

/** What every instrumented file asks, in place of Stryker's own helpers: they count in objects by name, which is too slow for this many tests. */
const switchboard = {
  active: undefined as string | undefined,
  hits: 0,
  limit: Number.POSITIVE_INFINITY,
  covered: undefined as Uint32Array | undefined,
  forget: [] as (() => void)[],
  generation: 0,
};
Object.assign(globalThis, { __mutants__: switchboard });

const HELPERS = `
const mutants = globalThis.__mutants__;
function stryCov_9fa48(...ids) { if (mutants.covered) for (const id of ids) mutants.covered[id]++; }
function stryMutAct_9fa48(id) {
  if (mutants.active !== id) return false;
  if (++mutants.hits > mutants.limit) throw new Error('met too often');
  return true;
}
`;

/** A source with the faster helpers; and what a module keeps for its lifetime is forgotten between two runs, because a mutant may have written it. */
function prepare(file: string, source: string): string {
  const start = source.indexOf('function stryNS_9fa48');
  const last = 'return isActive(id);\n}';
  const code = start < 0 ? source : source.slice(0, start) + HELPERS + source.slice(source.indexOf(last, start) + last.length);
  if (!/\/shared\/(evaluate|align|judge|read\/(?!yaml\/))/.test(file)) return code;
  return code.replace(/^(const|let) (\w+)(.*);$/gm, (line, kind, name, rest) => {
    if (kind === 'let' && rest.endsWith('| undefined'))
      return `${line} globalThis.__mutants__.forget.push(() => { ${name} = undefined; });`;
    if (/ = new Map(<.*>)?\(\)$/.test(rest)) return `${line} globalThis.__mutants__.forget.push(() => ${name}.clear());`;
    return line.replace(' = new WeakMap', ' = new globalThis.__mutants__.WeakMap');
  });
}

class ForgetfulWeakMap<K extends WeakKey, V> {
  #entries = new WeakMap<K, V>();
  #generation = switchboard.generation;
  #fresh(): WeakMap<K, V> {
    if (this.#generation !== switchboard.generation) {
      this.#generation = switchboard.generation;
      this.#entries = new WeakMap();
    }
    return this.#entries;
  }
  get(key: K) {
    return this.#fresh().get(key);
  }
  has(key: K) {
    return this.#fresh().has(key);
  }
  set(key: K, value: V) {
    this.#fresh().set(key, value);
    return this;
  }
}
Object.assign(switchboard, { WeakMap: ForgetfulWeakMap });

interface Known extends Declared {
  index: number;
  ms: number;
}

/** Runs the tests in one process, where Stryker's runner for vitest loads every test file again for each mutant: milliseconds each instead of seconds. */
class InProcessRunner {
  #tests: Known[] = [];
  #byFile = new Map<string, Known[]>();
  /** A bit per mutant for each test, and how often each mutant was met in all of them. */
  #covered: Uint8Array[] = [];
  #met = new Uint32Array(MUTANTS);
  /** How often each mutant was met while the files were loaded. */
  #static = new Uint32Array(MUTANTS);
  #killers: Known[] = [];
  #run: Declared['run'] = () => {};
  #guarded = new Script('__runMutant__()');

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    const vitest = pathToFileURL(join(import.meta.dirname, 'vitest.ts')).href;
    registerHooks({
      resolve: (specifier, context, next) => (specifier === 'vitest' ? { url: vitest, shortCircuit: true } : next(specifier, context)),
      load(url, context, next) {
        const loaded = next(url, context);
        if (!url.startsWith('file:') || !url.endsWith('.ts') || !loaded.source) return loaded;
        return { ...loaded, source: prepare(fileURLToPath(url), Buffer.from(loaded.source as Uint8Array).toString()) };
      },
    });
    const stand = (await import(vitest)) as typeof import('./vitest.ts');
    switchboard.covered = this.#static;
    for (const file of TESTS.flatMap((pattern) => globSync(pattern)).sort()) {
      stand.declareIn(file);
      await import(pathToFileURL(resolve(file)).href);
    }
    switchboard.covered = undefined;
    this.#tests = stand.declared.map((test, index) => ({ ...test, index, ms: 0 }));
    for (const test of this.#tests) this.#byFile.set(test.file, [...(this.#byFile.get(test.file) ?? []), test]);
    Object.assign(globalThis, { __runMutant__: () => this.#run() });
  }
  /** The first of the tests that fails, and how; all in one call, because the guard against loops without an end costs as much as a short test. */
  async #firstFailure(tests: readonly Known[], patience: number): Promise<{ test: Known; error: unknown } | undefined> {
    let current = tests[0]!;
    const pending: { test: Known; end: Promise<unknown> }[] = [];
    this.#run = () => {
      for (const test of tests) {
        current = test;
        switchboard.generation++;
        for (const forget of switchboard.forget) forget();
        const end = test.run();
        if (end instanceof Promise) pending.push({ test, end });
      }
    };
    try {
      this.#guarded.runInThisContext({ timeout: patience });
      for ({ test: current } of pending) await pending.find(({ test }) => test === current)!.end;
      return undefined;
    } catch (error) {
      await Promise.allSettled(pending.map(({ end }) => end));
      return { test: current, error: error ?? new Error('nothing was thrown') };
    }
  }
  async dryRun() {
    const coverage: Record<string, Record<string, number>> = {};
    const results = [];
    for (const [file, tests] of this.#byFile) {
      const ofFile = new Uint32Array(MUTANTS);
      const started = performance.now();
      for (const test of tests) {
        const covered = new Uint32Array(MUTANTS);
        switchboard.covered = covered;
        const before = performance.now();
        const failure = await this.#firstFailure([test], 600_000);
        test.ms = performance.now() - before;
        switchboard.covered = undefined;
        if (failure) return { status: 'error', errorMessage: `${test.file}: ${test.name}: ${(failure.error as Error).stack}` };
        const bits = new Uint8Array(MUTANTS / 8);
        for (const [id, count] of covered.entries()) {
          if (count === 0) continue;
          bits[id >> 3]! |= 1 << (id & 7);
          ofFile[id]! += count;
          this.#met[id]! = Math.max(this.#met[id]!, count);
        }
        this.#covered[test.index] = bits;
      }
      coverage[file] = counts(ofFile);
      results.push({ id: file, name: file, fileName: resolve(file), status: 'success', timeSpentMs: (performance.now() - started) / 20 });
    }
    writeFileSync('mutants.coverage', Buffer.concat([...this.#covered, new Uint8Array(this.#met.buffer)]));
    writeFileSync('mutants.times', JSON.stringify(this.#tests.map(({ ms }) => ms)));
    for (const id of Object.values(coverage).flatMap((ids) => Object.keys(ids))) this.#static[Number(id)] = 0;
    return { status: 'complete', tests: results, mutantCoverage: { static: counts(this.#static), perTest: coverage } };
  }

  /** What another process, or this one before it was started again, learned of the code as it is. */
  #remember(): void {
    if (this.#covered.length > 0 || !existsSync('mutants.coverage')) return;
    const bytes = readFileSync('mutants.coverage');
    const size = MUTANTS / 8;
    this.#covered = this.#tests.map(({ index }) => bytes.subarray(index * size, (index + 1) * size));
    this.#met = new Uint32Array(bytes.buffer.slice(bytes.byteOffset + this.#tests.length * size, bytes.byteOffset + bytes.length));
    const times = JSON.parse(readFileSync('mutants.times', 'utf8')) as number[];
    for (const test of this.#tests) test.ms = times[test.index]!;
  }

  async mutantRun({ activeMutant, testFilter }: { activeMutant: { id: string }; testFilter?: string[] }) {
    this.#remember();
    const id = Number(activeMutant.id);
    const covering = (testFilter ?? [...this.#byFile.keys()])
      .flatMap((file) => this.#byFile.get(file) ?? [])
      .filter(({ index }) => (this.#covered[index]![id >> 3]! >> (id & 7)) & 1)
      .sort((a, b) => a.ms - b.ms);
    const tests = [...new Set([...this.#killers.filter((test) => covering.includes(test)), ...covering])];
    Object.assign(switchboard, { active: activeMutant.id, hits: 0, limit: MORE_OFTEN * (this.#met[id]! + 10) });
    const patience = Math.ceil(PATIENCE_MS + SLOWER * covering.reduce((sum, { ms }) => sum + ms, 0));
    const failure = tests.length === 0 ? undefined : await this.#firstFailure(tests, patience);
    const { hits, limit } = switchboard;
    Object.assign(switchboard, { active: undefined, limit: Number.POSITIVE_INFINITY });
    if (!failure) return { status: 'survived', nrOfTests: tests.length };
    const { test, error } = failure as { test: Known; error: Partial<NodeJS.ErrnoException> };
    // Where the mutant spoilt what the next ones need, the process ends, and Stryker starts another.
    if (await this.#firstFailure([test], 60_000)) throw new Error(`${test.name} fails without a mutant after ${activeMutant.id}`);
    if (hits > limit || error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { status: 'timeout' };
    this.#killers = [test, ...this.#killers.filter((known) => known !== test)].slice(0, 8);
    return {
      status: 'killed',
      killedBy: [test.file],
      failureMessage: `${test.name}: ${error.message}`,
      nrOfTests: tests.indexOf(test) + 1,
    };
  }
}

function counts(ids: Uint32Array): Record<string, number> {
  return Object.fromEntries([...ids.entries()].filter(([, count]) => count > 0));
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', factory: () => new InProcessRunner() }];
