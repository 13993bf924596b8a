import { isMainThread } from 'node:worker_threads';
import { tuneEngine } from '../cli/engine.ts';

if (isMainThread) {
  tuneEngine();
  const { runCommand } = await import('./command.ts');
  await runCommand(process.argv[2], new URL(import.meta.url));
} else await import('./judge-thread.ts');
