/** Brings the programs that tests hold ours against: builds those written in Go once, and installs Debian's where they are missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { debianPeers, goPeers, isInstalled, nodePackage, nodePeers, peerDirectory } from '../test/peers.ts';

function run(command: string, args: string[], env: Record<string, string> = {}): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status === 0;
}

const problems: string[] = [];
const packages = debianPeers.filter((program) => !isInstalled(program));
if (packages.length > 0) {
  const become = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  const apt = (...args: string[]): boolean => {
    const [command, ...rest] = [...become, 'apt-get', '--quiet', '-o', 'DPkg::Lock::Timeout=300', ...args];
    return run(command!, rest, { DEBIAN_FRONTEND: 'noninteractive' });
  };
  if (!apt('update') || !apt('install', '--yes', '--no-install-recommends', ...packages))
    problems.push(`install ${packages.join(' and ')}`);
}
for (const [name, { package: path, version }] of Object.entries(goPeers)) {
  const directory = peerDirectory(name as keyof typeof goPeers);
  if (existsSync(join(directory, name))) continue;
  mkdirSync(directory, { recursive: true });
  const made = run('go', ['install', '-trimpath', `${path}@${version}`], { GOBIN: directory, GOFLAGS: '-mod=mod' });
  if (!made) problems.push(`build ${path}@${version}, for which Go is needed`);
}
for (const version of Object.values(nodePeers)) {
  const { name, directory } = nodePackage(version);
  if (existsSync(join(directory, 'node_modules', name, 'bin/node'))) continue;
  mkdirSync(directory, { recursive: true });
  const made = run('npm', [
    'install',
    '--prefix',
    directory,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `${name}@${version}`,
  ]);
  if (!made) problems.push(`install Node ${version}`);
}
for (const problem of problems) console.error(`Could not ${problem}.`);
process.exitCode = problems.length === 0 ? 0 : 1;
