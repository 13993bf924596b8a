import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { bundleAction, bundlePackage, bundlePlugin } from '../../scripts/bundle.ts';
import { writeDeclarations } from '../../scripts/declarations.ts';

const root = join(import.meta.dirname, '../..');

/** What `npm pack` made. */
export interface Packed {
  tarball: string;
  size: number;
  unpackedSize: number;
  files: readonly { path: string; mode: number }[];
  /** The folder that it was made in, with dist/ as it is built from the sources. */
  directory: string;
}

/** Packs the sources as they are, beside what must not get into the package. */
export async function pack(): Promise<Packed> {
  const scratch = mkdtempSync(join(tmpdir(), 'cilium-align-package-'));
  const directory = join(scratch, 'checkout');
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'schema', 'man', 'docs', 'action.yml', '.gitignore'])
    if (existsSync(join(root, file))) cpSync(join(root, file), join(directory, file), { recursive: true });
  for (const file of ['shared/model.ts', 'test/cli.test.ts', '.env']) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), '');
  }
  const dist = join(directory, 'dist');
  await bundlePackage(dist);
  writeDeclarations(dist);
  await bundleAction(join(dist, 'action'));
  await bundlePlugin(join(dist, 'plugin'));
  const { code, out, err } = runWith(
    process.execPath,
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch],
    directory,
  );
  if (code !== 0) throw new Error(err);
  const answer = JSON.parse(out);
  // npm 12 answers by the package's name.
  const [{ filename, size, unpackedSize, files }] = Array.isArray(answer) ? answer : Object.values<never>(answer);
  return { tarball: join(scratch, filename), size, unpackedSize, files, directory };
}

/** Runs a program in a directory with one Node before all others, and npm without the network, its cache and what its user has set. */
export function runWith(
  node: string,
  program: string,
  args: readonly string[],
  cwd: string,
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      HOME: cwd,
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
  });
  return { code: status, out: stdout, err: stderr };
}
