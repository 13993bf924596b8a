import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAction, bundleCli, bundlePlugin, licences } from './bundle.ts';

// npm run build: dist/ as it is committed and published.
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const packages = await bundleCli(join(dist, 'cli'));
if (existsSync(join(root, 'action/index.ts'))) packages.push(...(await bundleAction(join(dist, 'action'))));
if (existsSync(join(root, 'plugin/index.ts'))) packages.push(...(await bundlePlugin(join(dist, 'plugin'))));
writeFileSync(join(dist, 'licences.txt'), licences(packages));
