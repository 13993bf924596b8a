import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAction, bundlePackage, bundlePlugin } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';

// npm run build [DIR]: dist/ as it is committed and published, or the same in another directory.
const dist = process.argv[2] ?? join(import.meta.dirname, '../dist');
rmSync(dist, { recursive: true, force: true });
await bundlePackage(dist);
writeDeclarations(dist);
await bundleAction(join(dist, 'action'));
await bundlePlugin(join(dist, 'plugin'));
