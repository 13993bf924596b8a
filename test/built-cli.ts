import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePackage } from '../scripts/bundle.ts';

/** What one run of the command line said. */
export interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** The command line, bundled as it is published, as a process of its own. */
export interface BuiltCli {
  entry: string;
  /** Runs it with arguments in a directory; `env` comes on top of an environment without colour settings. */
  run(args: string[], options?: { cwd?: string; env?: Record<string, string> }): Run;
  remove(): void;
}

/** Bundles the command line from the sources as they are. */
export async function buildCli(): Promise<BuiltCli> {
  const directory = mkdtempSync(join(tmpdir(), 'cilium-align-cli-'));
  await bundlePackage(directory);
  const entry = join(directory, 'cli/index.js');
  return {
    entry,
    run(args, { cwd, env } = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
        encoding: 'utf8',
        timeout: 60_000,
        maxBuffer: 64 * 1024 * 1024,
        ...(cwd === undefined ? {} : { cwd }),
        env: { PATH: process.env.PATH, ...env },
      });
      return { code: status, out: stdout, err: stderr };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
