import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Writes the types of the API into a directory, beside its bundle: `api/index.d.ts` and whatever can be reached from there, nothing else. */
export function writeDeclarations(outdir: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'cilium-align-types-'));
  try {
    emit(scratch);
    const pending = ['api/index'];
    const written = new Set<string>();
    for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
      if (written.has(module)) continue;
      written.add(module);
      const text = readFileSync(join(scratch, `${module}.d.ts`), 'utf8');
      const target = join(outdir, `${module}.d.ts`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        text.replace(IMPORT, (_, before, path, after) => `${before}${path}.js${after}`),
      );
      for (const [, , path] of text.matchAll(IMPORT)) pending.push(join(dirname(module), path!));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What names another file of ours, which has no `.ts` for who installs the package. */
const IMPORT = /(\bfrom '|\bimport\('|^import ')(\.[^']+)\.ts(')/gm;

function emit(outDir: string): void {
  const config = join(outDir, 'tsconfig.json');
  const options = {
    noEmit: false,
    // `npm run typecheck` does.
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, files: [join(root, 'api/index.ts')], include: [] }),
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', config], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tsc could not write the types of the API: ${stdout}${stderr}`);
}
