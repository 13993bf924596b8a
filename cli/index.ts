#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// A run is over before most optimised code has paid for its compilation; only what is hot for long is worth it. Later engines (Node 22 and newer) judge that better by themselves.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=500000');
const { run } = await import('./run.ts');

// A reader that has seen enough (`| head`) closes the pipe: that is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  isErrorTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns || Number.parseInt(process.env.COLUMNS ?? '', 10) || 100,
});
