import { isMainThread } from 'node:worker_threads';
import { tuneEngine } from '../node/engine.ts';

if (isMainThread) {
  const { runCommand } = await import('./command.ts');
  await runCommand(process.argv[2], new URL(import.meta.url));
} else {
  // Only here: a thread that starts under other flags compiles Node's own modules anew, which takes longer than they save.
  tuneEngine(true);
  await import('./judge-thread.ts');
}
