import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCli } from './bundle.ts';

// npm run build: dist/ as it is committed and published.
const dist = join(import.meta.dirname, '../dist');
rmSync(dist, { recursive: true, force: true });
writeFileSync(join(dist, 'licences.txt'), await bundleCli(join(dist, 'cli')));
