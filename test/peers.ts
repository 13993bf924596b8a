import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Programs written in Go that tests hold ours against, in the version that they were last held against. `npm run peers` builds them. */
export const goPeers = {
  act: { package: 'github.com/nektos/act', version: 'v0.2.89' },
  actionlint: { package: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12' },
} as const;

/** Debian's packages, each named as the program in it. */
export const debianPeers = ['cmark-gfm', 'fish', 'git', 'mandoc', 'pre-commit', 'zsh'] as const;

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return process.env.PATH!.split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Whether a program of Debian's is there for a test. In CI its absence is a fault, so that nothing is silently left untested. */
export function hasDebianPeer(name: (typeof debianPeers)[number]): boolean {
  if (!isInstalled(name) && process.env.CI) throw new Error(`${name} is not there: run \`npm run peers\` before the tests.`);
  return isInstalled(name);
}

/** Node as others run it, by its major version: the oldest that package.json allows, and the one before ours. `npm run peers` installs them. */
export const nodePeers = { 20: '20.0.0', 22: '22.23.3' } as const;

/** The package of npm that holds the program of one version of Node for this machine, and the folder that it is installed to. */
export function nodePackage(version: string): { name: string; directory: string } {
  const machine = `${process.platform}-${process.arch}`;
  return {
    name: machine === 'darwin-arm64' ? `node-bin-${machine}` : `node-${machine}`,
    directory: join(cacheDirectory(), `node-${version}`),
  };
}

/** Where a Node of a major version is; undefined where nobody installed it. In CI that is a fault. */
export function nodePeer(major: keyof typeof nodePeers): string | undefined {
  const { name, directory } = nodePackage(nodePeers[major]);
  return found(join(directory, 'node_modules', name, 'bin/node'), `Node ${nodePeers[major]}`);
}

/** The folder that one version of a program is built into, and found in from then on. */
export function peerDirectory(name: keyof typeof goPeers): string {
  return join(cacheDirectory(), `${name}-${goPeers[name].version}`);
}

function cacheDirectory(): string {
  return process.env.CILIUM_ALIGN_PEERS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cilium-align');
}

/** Where a program is; undefined where nobody built it. In CI that is a fault, so that nothing is silently left untested. */
export function peer(name: keyof typeof goPeers): string | undefined {
  return found(join(peerDirectory(name), name), `${name} ${goPeers[name].version}`);
}

function found(program: string, name: string): string | undefined {
  if (existsSync(program)) return program;
  if (process.env.CI) throw new Error(`${name} is not there: run \`npm run peers\` before the tests.`);
  return undefined;
}
