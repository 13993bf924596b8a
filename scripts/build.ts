import { rmSync } from 'node:fs';
import { build } from 'esbuild';

// ESM with splitting, so that a run loads only the formats and commands that it needs.
rmSync('dist/cli', { recursive: true, force: true });
await build({
  entryPoints: { index: 'cli/index.ts' },
  outdir: 'dist/cli',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  minify: true,
  legalComments: 'none',
  chunkNames: '[name]-[hash]',
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});
