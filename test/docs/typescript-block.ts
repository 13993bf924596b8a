import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from './page.ts';

const root = join(import.meta.dirname, '../..');

/** What the TypeScript compiler says of blocks that import `cilium-align`; each is a module of its own. */
export function typescriptProblems(blocks: readonly Pick<Block, 'place' | 'text'>[]): string[] {
  const folder = mkdtempSync(join(root, 'node_modules/.cilium-align-docs-'));
  try {
    blocks.forEach(({ text }, i) => {
      writeFileSync(join(folder, `block-${i}.ts`), `${text}\nexport {};\n`);
    });
    const options = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false, paths: { 'cilium-align': [join(root, 'api/index.ts')] } },
      include: [join(folder, '*.ts')],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', folder], {
      encoding: 'utf8',
      cwd: root,
    });
    return status === 0
      ? []
      : (stdout + stderr)
          .trim()
          .split('\n')
          .map((line) => line.replace(/^.*block-(\d+)\.ts/, (_, i) => blocks[Number(i)]!.place));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
