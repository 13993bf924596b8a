import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The binary of a program, as test/argocd/e2e/build.sh built it. */
export function program(name: string): string {
  const built = process.env.ARGOCD_PROGRAMS;
  if (!built)
    throw new Error('expected the folder of the programs in ARGOCD_PROGRAMS, found nothing: start the tests with `npm run e2e:argocd`');
  return join(built, name);
}

/** A program that runs until it is killed. */
export interface Running {
  pid: number;
  /** What it wrote so far, both streams. */
  log(): string;
  /** The most memory that it held so far, in MiB. */
  peakMemory(): number;
  kill(): Promise<void>;
}

/** Programs that end together, and the folder that they work in. Its path is short, because a socket's may not be longer than 108 bytes. */
export class Processes {
  readonly directory = mkdtempSync(join(tmpdir(), 'ca-'));
  readonly #running: ChildProcess[] = [];

  constructor() {
    process.once('exit', () => this.#killAll());
    // Who started the tests is gone, and no hook of theirs will run.
    process.once('disconnect', () => {
      this.#killAll();
      rmSync(this.directory, { recursive: true, force: true });
      process.kill(process.pid, 'SIGKILL');
    });
  }

  /** Starts a program with flags or words, and with nothing of this process's environment but PATH. */
  start(name: string, command: string, args: readonly string[] | Record<string, string>, env: Record<string, string>): Running {
    const file = join(this.directory, `${name}.log`);
    const log = openSync(file, 'a');
    const words = Array.isArray(args) ? args : Object.entries(args).map(([flag, value]) => `--${flag}=${value}`);
    const child = spawn(command, words, { cwd: this.directory, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#running.push(child);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', (error) => {
        appendFileSync(file, `${error.message}\n`);
        resolve();
      });
    });
    return {
      pid: child.pid ?? 0,
      log: () => readFileSync(file, 'utf8'),
      peakMemory: () => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024),
      kill() {
        // Argo CD's plugin server does not end on a SIGTERM.
        child.kill('SIGKILL');
        return exited;
      },
    };
  }

  /** Kills everything and removes the folder. */
  async end(): Promise<void> {
    const ends = this.#running.map(
      (child) =>
        (child.exitCode ?? child.signalCode) === null && child.pid !== undefined && new Promise((resolve) => child.once('exit', resolve)),
    );
    this.#killAll();
    await Promise.all(ends);
    rmSync(this.directory, { recursive: true, force: true });
  }

  #killAll(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}

/** The processes that a process started and that run now. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

// Below what the kernel gives to connections, and another thousand for each file of tests that runs at once: nobody takes a port before its server does.
let nextPort = 12_000 + 1000 * Number(process.env.VITEST_POOL_ID ?? 0);

/** A port of the loopback address that nobody listens on. */
export function freePort(): Promise<number> {
  const port = nextPort++;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(freePort()));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}

/** Waits until a question is answered with something, and gives it. After the time it gives what was wrong, with `described`. */
export async function until<T>(question: () => Promise<T | undefined> | T | undefined, described: () => string, seconds = 60): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s. ${described()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
