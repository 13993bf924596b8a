import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Programs written in Go that tests hold ours against, in the version that they were last held against. `npm run peers` builds them. */
export const goPeers = {
  act: { package: 'github.com/nektos/act', version: 'v0.2.89' },
  actionlint: { package: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12' },
} as const;

/** Debian's packages, and the program that shows that one is there. */
export const debianPeers = {
  'cmark-gfm': 'cmark-gfm',
  fish: 'fish',
  git: 'git',
  mandoc: 'mandoc',
  'pre-commit': 'pre-commit',
  zsh: 'zsh',
} as const;

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return process.env.PATH!.split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Whether a program of Debian's is there for a test. In CI its absence is a fault, so that nothing is silently left untested. */
export function hasDebianPeer(name: string): boolean {
  if (!isInstalled(name) && process.env.CI) throw new Error(`${name} is not there: run \`npm run peers\` before the tests.`);
  return isInstalled(name);
}

/** The folder that one version of a program is built into, and found in from then on. */
export function peerDirectory(name: keyof typeof goPeers): string {
  const cache = process.env.CILIUM_ALIGN_PEERS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cilium-align');
  return join(cache, `${name}-${goPeers[name].version}`);
}

/** Where a program is; undefined where nobody built it. In CI that is a fault, so that nothing is silently left untested. */
export function peer(name: keyof typeof goPeers): string | undefined {
  const program = join(peerDirectory(name), name);
  if (existsSync(program)) return program;
  if (process.env.CI) throw new Error(`${name} ${goPeers[name].version} is not there: run \`npm run peers\` before the tests.`);
  return undefined;
}
