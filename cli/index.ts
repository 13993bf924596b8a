#!/usr/bin/env node
import 'node:zlib';
import { tuneEngine } from '../node/engine.ts';

// A reader that has seen enough (`| head`) closes the pipe: that is no fault. A report that was cut off is no verdict.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`cilium-align: cannot write to standard output (${error.code ?? error.message})\n`);
    process.exit(2);
  });
}

// Node's own parts that a run needs are loaded by now: under other flags their compiled code is not taken from Node, but compiled again. A machine of a CI system is thrown away.
tuneEngine(!process.env.CI);
const { run } = await import('./run.ts');

process.exitCode = await run(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  isErrorTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns || Number.parseInt(process.env.COLUMNS ?? '', 10) || 100,
});
